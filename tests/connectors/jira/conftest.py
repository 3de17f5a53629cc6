"""A small site on loopback, and a reader for it that does not wait."""

# ruff: noqa: ANN401  # settings, rules and JSON by name

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from pydantic import SecretStr

from atlas_sync.canonical.observed import Observed
from atlas_sync.connectors.jira import JiraMapper, JiraReader, JiraSettings
from atlas_sync.connectors.protocol import Page, ReadRequest
from atlas_sync.sandbox.faults import FaultLayer, Rule
from atlas_sync.sandbox.jira import API_TOKEN, EMAIL, PERSONAL_ACCESS_TOKEN
from tests.kit import serve
from tests.sandbox.jira.rig import NOW, Wire, make_wire


@dataclass
class Stage:
    """The site as its people change it (`wire`), and as the connector sees it."""

    wire: Wire
    settings: JiraSettings

    def reader(self, **values: Any) -> JiraReader:
        settings = self.settings.model_copy(update=values)
        return JiraReader(settings, system="jira", sleep=lambda _seconds: None)

    def pages(
        self, stream: str, since: datetime | None = None, *, by: JiraReader | None = None, **known: Any
    ) -> list[Page]:
        return list((by or self.reader()).read(ReadRequest(stream, since, known)))

    def read(self, stream: str, since: datetime | None = None, **known: Any) -> list[Observed]:
        """Give what a stream says, in the order of reading."""
        return self.mapped(stream, self.pages(stream, since, **known))

    def mapped(self, stream: str, pages: Sequence[Page]) -> list[Observed]:
        mapper = JiraMapper("jira", self.settings)
        return [row for body in bodies(pages) for row in mapper.map_record(stream, body)]

    def fault(self, kind: str, path: str, **how: Any) -> Rule:
        rule = Rule("jira", kind, path=path, **how)  # type: ignore[arg-type]  # the kind is checked where it is used
        self.wire.faults.rules.append(rule)
        return rule

    def issue(self, key: str) -> str:
        return self.wire.sandbox.issue(key).id

    def edit(self, key: str, **fields: Any) -> None:
        self.wire.sandbox.edit_as_person(key, user_key="u-ada", fields=fields)

    def wait(self, **span: float) -> None:
        self.wire.clock.move_to(self.wire.clock.now() + timedelta(**span))


def bodies(pages: Sequence[Page]) -> list[Any]:
    return [msgspec.json.decode(record.body) for page in pages for record in page.records]


def ids(pages: Sequence[Page]) -> list[str]:
    return [record.id for page in pages for record in page.records]


MISSING = '{"errorMessages":["Issue does not exist or you do not have permission to see it."],"errors":{}}'
"""What Jira says of what is not there. Source: contract recording observed-limits-and-errors.json."""
SINCE = NOW - timedelta(minutes=15)


@pytest.fixture
def stage() -> Iterator[Stage]:
    wire = make_wire()
    with serve(FaultLayer(wire.sandbox.app(), "jira", wire.faults)) as address:
        yield Stage(wire, settings_for(address))


@pytest.fixture
def dc_stage() -> Iterator[Stage]:
    wire = make_wire()
    with serve(FaultLayer(wire.sandbox.data_center_app(), "jira", wire.faults)) as address:
        token = SecretStr(PERSONAL_ACCESS_TOKEN)
        yield Stage(wire, JiraSettings(url=address, personal_access_token=token, calls_per_second=1000))


def settings_for(url: str, **values: Any) -> JiraSettings:
    given = {"url": url, "email": EMAIL, "api_token": SecretStr(API_TOKEN), "calls_per_second": 1000}
    return JiraSettings(**{**given, **values})
