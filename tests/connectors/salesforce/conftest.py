"""A small org on loopback, and a reader for it that does not wait."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from pydantic import SecretStr

from atlas_sync.canonical.observed import Observed
from atlas_sync.connectors.protocol import ReadRequest
from atlas_sync.connectors.salesforce import SalesforceMapper, SalesforceReader, SalesforceSettings
from atlas_sync.sandbox.faults import FaultLayer, Rule
from atlas_sync.sandbox.salesforce import CLIENT_ID, CLIENT_SECRET
from atlas_sync.sandbox.salesforce.org import Org
from tests.kit import serve
from tests.sandbox.salesforce.rig import Wire, make_wire


@dataclass
class Stage:
    """The org as its people change it (`wire`), and as the connector sees it."""

    wire: Wire
    settings: SalesforceSettings

    def reader(self) -> SalesforceReader:
        return SalesforceReader(self.settings, system="crm", sleep=lambda _seconds: None)

    def read(
        self, stream: str, since: datetime | None = None, *, by: SalesforceReader | None = None, **known: list[str]
    ) -> list[Observed]:
        """Give what a stream says, in the order of reading."""
        mapper = SalesforceMapper("crm", self.settings)
        pages = (by or self.reader()).read(ReadRequest(stream, since, known))
        records = (msgspec.json.decode(record.body) for page in pages for record in page.records)
        return [row for record in records for row in mapper.map_record(stream, record)]

    @property
    def org(self) -> Org:
        return self.wire.sandbox.org

    def later(self, **span: float) -> None:
        """Let time pass for the vendor."""
        self.wire.clock.move_to(self.wire.clock.now() + timedelta(**span))

    def make(self, thing: str, **fields: object) -> str:
        answer = self.wire.call("POST", f"sobjects/{thing}", json=fields)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def ids(self, stream: str, since: datetime | None = None, **known: list[str]) -> list[str]:
        """Give the ids of a stream's landed records."""
        pages = self.reader().read(ReadRequest(stream, since, known))
        return [record.id for page in pages for record in page.records]

    def fault(self, kind: str, path: str, **how: Any) -> Rule:  # noqa: ANN401 - the fields of a rule
        rule = Rule("salesforce", kind, path=path, **how)  # type: ignore[arg-type]  # the kind is checked where it is used
        self.wire.faults.rules.append(rule)
        return rule

    def id_of(self, thing: str) -> str:
        return str(self.wire.rows(f"SELECT Id FROM {thing} LIMIT 1")[0]["Id"])  # noqa: S608 - a constant of a test


@pytest.fixture
def stage() -> Iterator[Stage]:
    wire = make_wire(page_cap=2)
    with serve(FaultLayer(wire.sandbox.app(), "salesforce", wire.faults)) as address:
        yield Stage(wire, settings_for(address))


def settings_for(endpoint: str | None, **values: Any) -> SalesforceSettings:  # noqa: ANN401 - settings by name
    given = {
        "instance_url": "https://tidemark.my.salesforce.com",
        "client_id": SecretStr(CLIENT_ID),
        "client_secret": SecretStr(CLIENT_SECRET),
        "project_field": "Delivery_Project__c",
        "calls_per_second": 1000,
    }
    return SalesforceSettings(**{**given, "endpoint": endpoint, **values})
