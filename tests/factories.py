"""Builders of small worlds for tests: a reader and mapper that say what a test tells them, and a workspace over them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from atlas_sync.canonical.observed import Observed, ObservedDeal, ObservedRole, ObservedTombstone
from atlas_sync.connectors.protocol import FieldReport, Page, RawRecord, ReadRequest, StreamSpec
from atlas_sync.errors import AtlasError, MappingError
from atlas_sync.operations.workspace import Connection, Delivery, Workspace

NOW = datetime(2026, 6, 15, 8, 0, tzinfo=UTC)


class TellingReader:
    """A reader that gives the records a test put into it, and fails where the test says so."""

    def __init__(self, *streams: StreamSpec) -> None:
        self._streams = streams or (StreamSpec("deals", "increment", ("deal",)),)
        self.records: dict[str, list[dict[str, Any]]] = {}
        self.failures: dict[str, AtlasError] = {}
        self.hidden: dict[str, FieldReport] = {}
        self.requests: list[ReadRequest] = []
        self.clock = NOW

    def streams(self) -> Sequence[StreamSpec]:
        return self._streams

    def describe(self, stream: str) -> FieldReport:
        return self.hidden.get(stream, FieldReport())

    def read(self, request: ReadRequest) -> Iterator[Page]:
        self.requests.append(request)
        for record in self.records.get(request.stream, ()):
            yield Page((RawRecord(record["id"], msgspec.json.encode(record)),), self.clock)
        if request.stream in self.failures:
            raise self.failures[request.stream]
        yield Page((), self.clock, proof="told everything")


class TellingMapper:
    """Maps `{"id", "name"}` of deals and `{"id", "deal", "person"}` of roles; refuses `odd` ones, buries those with `gone`."""

    def map_record(self, stream: str, record: Mapping[str, Any]) -> Sequence[Observed]:
        if "odd" in record:
            raise MappingError("$.odd is not allowed.", path="$.odd")
        source = f"crm:{stream}:{record['id']}"
        if "gone" in record:
            return [ObservedTombstone(source=source, deletion=record["gone"])]
        if stream == "deals":
            stamp = record.get("updated")
            return [
                ObservedDeal(
                    source=source,
                    name=record["name"],
                    stage=record.get("stage", "open"),
                    stage_label="x",
                    updated_at=datetime.fromisoformat(stamp) if stamp else None,
                )
            ]
        if stream == "roles":
            return [ObservedRole(source=source, deal=record["deal"], person=record["person"])]
        return []


def workspace_of(home: Path, reader: TellingReader, *, name: str = "crm", role: str = "crm") -> Workspace:
    """Give a workspace with one connection that reads from `reader`."""
    connection = Connection(name=name, role=role, open_reader=lambda: reader, mapper=TellingMapper())
    return Workspace(
        home=home,
        tenant="test",
        connections={name: connection},
        delivery=Delivery(),
        ledger_url=f"sqlite:///{home / 'ledger.sqlite'}",
        now=lambda: NOW,
    )
