"""`bench ingest`: from pages as received to lossless landing and heads, against parsing the same bytes and against dlt.

Ours is the way that `sync` takes: the pull of a connection, whose reader splits pages from a file instead of the network,
then the heads that say what changed. Heads are not the mapped records: what mapping costs beyond is measured beside.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from atlas_sync import __version__
from atlas_sync.canonical.observed import Observed, ObservedDeal, ObservedInteraction
from atlas_sync.cli.benches.figures import Report, Side, Target, is_there, measured, side_of
from atlas_sync.cli.benches.made import made_pages
from atlas_sync.connectors.protocol import FieldReport, Page, Reader, ReadRequest, StreamSpec
from atlas_sync.connectors.raw import raw_records
from atlas_sync.connectors.wire import Wire
from atlas_sync.operations.canonicalize import canonicalize
from atlas_sync.operations.pull import pull_connection
from atlas_sync.operations.workspace import Connection, Delivery, Workspace, new_run_id
from atlas_sync.store.heads import Heads
from atlas_sync.store.landing import Landing
from atlas_sync.store.parts import ids_path
from atlas_sync.store.warehouse import open_warehouse

__all__ = ["MadeMapper", "PagesReader", "bench_ingest", "made_workspace", "write_pages"]

_STREAMS = ("hubspot_deals", "hubspot_activities", "salesforce_deals", "salesforce_activities")
_SMALL = 24_000
_DLT = 60_000
_MAPPED = 24_000
_INSTALL = "In a checkout, `.venv/bin/uv pip install --group bench` gets all that is compared with."


def bench_ingest(records: int = 1_200_000) -> Report:
    """Measure all sides on `records` made records; the peer that is slow, on fewer, and ours on as many again."""
    small, peer = min(records, _SMALL), min(records, _DLT)
    with tempfile.TemporaryDirectory(prefix="atlas-bench-") as folder:
        home = Path(folder)
        for number in {records, small, peer, min(records, _MAPPED)}:
            write_pages(_pages(home, number), number)
        ours = _side("ours", home, records)
        ours_small = _side("ours", home, small)
        sides, targets, notes = [ours, ours_small], _flat(ours, ours_small), list[str]()
        if is_there("orjson"):
            floor = _side("orjson", home, records)
            sides.append(floor)
            targets.append(_most("CPU over that of orjson.loads", ours.cpu_s / floor.cpu_s, 2.5))
        else:
            notes.append(f"no comparison with plain parsing: orjson is not there. {_INSTALL}")
        if is_there("dlt") and is_there("pyarrow"):
            other, same = _side("dlt", home, peer), _side("ours", home, peer)
            sides += [other, same]
            ratio = same.per_second / other.per_second
            targets.append(
                Target(name="rows/s over dlt's with its parquet loader", value=ratio, kind="at least", limit=10)
            )
            notes.append("dlt stores the texts in its tables; ours stay in landing, as received.")
        else:
            notes.append(f"no comparison with dlt: it is not there, or pyarrow is not. {_INSTALL}")
        mapped = _side("mapped", home, min(records, _MAPPED))
        sides.append(mapped)
        notes.append(f"a first load also maps every record, {mapped.cpu_us:.0f} us of CPU each with all the above.")
    agree = all(len({side.checksum for side in sides if side.records == number}) <= 1 for number in {records, peer})
    return Report(
        name="ingest",
        sides=tuple(sides),
        targets=tuple(targets),
        notes=tuple(notes),
        checksum=ours.checksum,
        checksums_agree=agree,
    )


def _flat(ours: Side, small: Side) -> list[Target]:
    few = f"over that of {small.records} records"
    return [
        _most("peak RSS in MiB", ours.rss_mib, 512),
        _most(f"peak RSS {few}", ours.rss_mib / small.rss_mib, 2),
        _most(f"CPU a record {few}", ours.cpu_us / small.cpu_us, 2),
    ]


def _most(name: str, value: float, limit: float) -> Target:
    return Target(name=name, value=value, kind="at most", limit=limit)


def _side(name: str, home: Path, number: int) -> Side:
    work = home / "work"
    shutil.rmtree(work, ignore_errors=True)
    return side_of(__name__, name, str(_pages(home, number)), str(work))


def _pages(home: Path, number: int) -> Path:
    return home / f"pages-{number}"


def write_pages(folder: Path, records: int, *, changed_share: float = 0.0) -> None:
    """Write made pages, a file a stream, a page a line."""
    folder.mkdir(exist_ok=True)
    files = {stream: (folder / stream).open("wb") for stream in _STREAMS}
    for stream, body in made_pages(records, changed_share=changed_share):
        files[stream].write(body)
        files[stream].write(b"\n")
    for file in files.values():
        file.close()


class PagesReader:
    """Reads pages from files as a connector reads them from the network: split, each record with its id."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def streams(self) -> Sequence[StreamSpec]:
        """List the streams."""
        return tuple(StreamSpec(stream, "increment", ("deal",)) for stream in _STREAMS)

    def describe(self, stream: str) -> FieldReport:  # noqa: ARG002 - as the protocol has it
        """Everything is visible."""
        return FieldReport()

    def read(self, request: ReadRequest) -> Iterator[Page]:
        """Yield the pages of a stream."""
        list_name, key = ("results", "id") if request.stream.startswith("hubspot") else ("records", "Id")
        with (self._folder / request.stream).open("rb") as bodies:
            for body in bodies:
                records, rest = raw_records(body, list_name=list_name, key=key)
                is_last = rest.get("done") is True or (list_name == "results" and "paging" not in rest)
                yield Page(records, proof="the vendor's word" if is_last else "")


class MadeMapper:
    """Maps made records, all their values typed, as a connector does."""

    def map_record(self, stream: str, record: Mapping[str, Any]) -> Sequence[Observed]:
        """Give the deal or interaction that a record is."""
        wire = Wire(record)
        if stream.startswith("hubspot"):
            properties = wire.object("properties") or Wire({})
            return [self._hubspot(stream, wire, properties)]
        source = f"sf:{stream}:{wire.need('Id')}"
        updated = wire.moment("SystemModstamp")
        if stream.endswith("deals"):
            return [
                ObservedDeal(
                    source=source,
                    name=wire.need("Name"),
                    stage="won" if wire.flag("IsWon") else "open",
                    stage_label=wire.need("StageName"),
                    amount=wire.number("Amount"),
                    close_date=wire.day("CloseDate"),
                    owner=wire.text("OwnerId"),
                    updated_at=updated,
                )
            ]
        return [
            ObservedInteraction(
                source=source,
                kind="call",
                subject=wire.text("Subject"),
                body=wire.text("Description") or "",
                at=wire.moment("CreatedDate"),
                deals=(f"sf:deal:{wire.need('WhatId')}",),
                updated_at=updated,
            )
        ]

    def _hubspot(self, stream: str, wire: Wire, properties: Wire) -> Observed:
        source, updated = f"hs:{stream}:{wire.need('id')}", wire.moment("updatedAt")
        if stream.endswith("deals"):
            return ObservedDeal(
                source=source,
                name=properties.need("dealname"),
                stage="won" if properties.flag("hs_is_closed_won") else "open",
                stage_label=properties.need("dealstage"),
                amount=properties.number("amount"),
                close_date=properties.day("closedate"),
                owner=properties.text("hubspot_owner_id"),
                updated_at=updated,
            )
        body = properties.text("hs_note_body") or ""
        return ObservedInteraction(
            source=source, kind="note", body=body, at=properties.moment("hs_timestamp"), updated_at=updated
        )


def made_workspace(home: Path, reader: Reader) -> Workspace:
    """Give a workspace whose one connection reads from `reader`."""
    connection = Connection(name="made", kind="made", role="crm", open_reader=lambda: reader, mapper=MadeMapper())
    return Workspace(
        home=home, tenant="bench", connections={"made": connection}, delivery=Delivery(), ledger_url="sqlite://"
    )


def _ours(pages: Path, work: Path) -> tuple[int, Iterable[str]]:
    workspace = made_workspace(work, PagesReader(pages))
    manifests = pull_connection(workspace, workspace.connections["made"], new_run_id(workspace.now()))
    with open_warehouse(work) as warehouse:
        for manifest in manifests:
            with warehouse.transaction(), warehouse.frugal():
                heads = Heads(warehouse, system="made", stream=manifest.stream, run=manifest.run, mapping=__version__)
                for part in manifest.parts:
                    heads.stage(ids_path(workspace.landing.part_path(manifest, part)))
                    heads.keep(unused=(), odd=())
    return sum(manifest.records for manifest in manifests), _landed_ids(workspace.landing)


def _landed_ids(landing: Landing) -> Iterator[str]:
    for manifest in landing.manifests():
        yield from (f"{manifest.stream}:{one}" for one in landing.ids_of("made", manifest.run, manifest.parts))


def _mapped(pages: Path, work: Path) -> tuple[int, Iterable[str]]:
    workspace = made_workspace(work, PagesReader(pages))
    manifests = pull_connection(workspace, workspace.connections["made"], new_run_id(workspace.now()))
    with open_warehouse(work) as warehouse:
        canonicalize(workspace, warehouse)
    return sum(manifest.records for manifest in manifests), _landed_ids(workspace.landing)


def _orjson(pages: Path, _work: Path) -> tuple[int, Iterable[str]]:
    loads = import_module("orjson").loads
    records = 0
    for stream in _STREAMS:
        with (pages / stream).open("rb") as bodies:
            for body in bodies:
                page = loads(body)
                records += len(page.get("results") or page["records"])
    return records, _parsed_ids(pages)


def _parsed_ids(pages: Path) -> Iterator[str]:
    for stream, record in _parsed(pages):
        yield f"{stream}:{record.get('id') or record['Id']}"


def _parsed(pages: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for stream in _STREAMS:
        with (pages / stream).open("rb") as bodies:
            for body in bodies:
                page = json.loads(body)
                yield from ((stream, record) for record in page.get("results") or page["records"])


def _dlt(pages: Path, work: Path) -> tuple[int, Iterable[str]]:
    dlt = import_module("dlt")
    loads = import_module("orjson").loads if is_there("orjson") else json.loads
    work.mkdir()

    def rows(stream: str) -> Iterator[list[dict[str, Any]]]:
        with (pages / stream).open("rb") as bodies:
            for body in bodies:
                page = loads(body)
                yield page.get("results") or page["records"]

    pipeline = dlt.pipeline(
        pipeline_name="bench",
        pipelines_dir=str(work / "pipelines"),
        destination=dlt.destinations.duckdb(str(work / "dlt.duckdb")),
        dataset_name="made",
    )
    resources = [dlt.resource(rows(stream), name=stream) for stream in _STREAMS]
    pipeline.run(resources, loader_file_format="parquet")
    ids: list[str] = []
    with pipeline.sql_client() as client:
        for stream in _STREAMS:
            ids += [f"{stream}:{one}" for (one,) in client.execute_sql(f"SELECT id FROM {stream}") or ()]  # noqa: S608 - names from code
    return len(ids), ids


_SIDES: Mapping[str, Callable[[Path, Path], tuple[int, Iterable[str]]]] = {
    "ours": _ours,
    "mapped": _mapped,
    "orjson": _orjson,
    "dlt": _dlt,
}

if __name__ == "__main__":
    side, pages_folder, work_folder = sys.argv[1:]
    if side in {"orjson", "dlt"}:
        import_module(side)  # imports are nobody's work
    result = measured(side, lambda: _SIDES[side](Path(pages_folder), Path(work_folder)))
    sys.stdout.write(f"{result.model_dump_json()}\n")
