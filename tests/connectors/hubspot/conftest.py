"""A small portal on loopback, and a reader for it that does not wait."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
import pytest
from pydantic import SecretStr

from atlas_sync.canonical.observed import Observed
from atlas_sync.connectors.hubspot import HubSpotMapper, HubSpotReader, HubSpotSettings
from atlas_sync.connectors.protocol import Page, ReadRequest
from atlas_sync.sandbox.faults import FaultLayer, Rule
from atlas_sync.sandbox.hubspot import ACCESS_TOKEN, APP
from tests.kit import serve
from tests.sandbox.hubspot.rig import Wire, make_wire

OAUTH: dict[str, Any] = {
    "access_token": SecretStr(""),
    "client_id": APP["client_id"],
    "client_secret": SecretStr(APP["client_secret"]),
    "refresh_token": SecretStr(APP["refresh_token"]),
}
"""An installed app's way in."""


@dataclass
class Stage:
    """The portal as its people change it (`wire`), and as the connector sees it."""

    wire: Wire
    settings: HubSpotSettings
    pauses: list[float] = field(default_factory=list)

    def reader(self) -> HubSpotReader:
        return HubSpotReader(self.settings, system="hs", sleep=self.pauses.append)

    def pages(self, stream: str, since: datetime | None = None, **known: Sequence[str]) -> list[Page]:
        return list(self.reader().read(ReadRequest(stream, since, known)))

    def ids(self, stream: str, since: datetime | None = None, **known: Sequence[str]) -> list[str]:
        """Give the ids of a stream's landed records."""
        return [record.id for page in self.pages(stream, since, **known) for record in page.records]

    def bodies(self, stream: str, since: datetime | None = None, **known: Sequence[str]) -> list[Any]:
        """Give a stream's landed records."""
        pages = self.pages(stream, since, **known)
        return [msgspec.json.decode(record.body) for page in pages for record in page.records]

    def rows(self, stream: str, since: datetime | None = None, **known: Sequence[str]) -> list[Observed]:
        """Give what a stream says, in the order of reading."""
        pages = self.pages(stream, since, **known)
        return [row for page in pages for record in page.records for row in self.map(stream, record.body)]

    def map(self, stream: str, body: bytes) -> Sequence[Observed]:
        """Give what one landed record says."""
        return HubSpotMapper("hs", self.settings).map_record(stream, msgspec.json.decode(body))

    @property
    def waits(self) -> list[float]:
        """Give the pauses that were longer than those of the pace."""
        return [pause for pause in self.pauses if pause > 0.1]

    @staticmethod
    def calls(reader: HubSpotReader) -> int:
        """Count the calls of a reader so far."""
        client = reader._client
        return client._calls.calls + client._searches.calls

    def fault(self, kind: str, path: str, **how: Any) -> Rule:  # noqa: ANN401 - the fields of a rule
        rule = Rule("hubspot", kind, path=path, **how)  # type: ignore[arg-type]  # the kind is checked where it is used
        self.wire.faults.rules.append(rule)
        return rule


@pytest.fixture
def stage() -> Iterator[Stage]:
    wire = make_wire(association_page=2)
    with serve(FaultLayer(wire.sandbox.app(), "hubspot", wire.faults)) as address:
        yield Stage(wire, settings_for(address))


def settings_for(endpoint: str, **values: Any) -> HubSpotSettings:  # noqa: ANN401 - settings by name
    given: dict[str, Any] = {
        "endpoint": endpoint,
        "access_token": SecretStr(ACCESS_TOKEN),
        "project_property": "delivery_project",
        "calls_per_second": 1000,
        "searches_per_second": 1000,
    }
    return HubSpotSettings(**{**given, **values})
