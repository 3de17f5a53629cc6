"""Pull: read each stream of a connection, land it as received, and write down how complete it was.

One stream that fails leaves the others alone, and so does one connection that is down. What was landed before a failure
counts; the watermark moves only when the end of the window was proven.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from atlas_sync.connectors.protocol import FieldReport, Page, Reader, ReadRequest, StreamSpec
from atlas_sync.errors import AccessError, AtlasError, TransientError
from atlas_sync.operations.workspace import Connection, Workspace
from atlas_sync.store.landing import Manifest, PartWriter, ReadStatus

__all__ = ["Progress", "pull", "pull_connection", "worst"]

Progress = Callable[[Manifest], None]


@dataclass(slots=True)
class _Outcome:
    """What a stream came to; filled while it is read."""

    status: ReadStatus = "complete"
    reason: str = ""
    advice: str = ""
    pages: int = 0
    records: int = 0
    server_time: datetime | None = None


def pull(workspace: Workspace, run: str, *, report: Progress = lambda _manifest: None) -> list[Manifest]:
    """Pull every connection, one thread each, and give the manifests in order of connections and streams."""
    connections = list(workspace.connections.values())
    if not connections:
        return []
    with ThreadPoolExecutor(max_workers=len(connections), thread_name_prefix="pull") as pool:
        pulls = [pool.submit(pull_connection, workspace, connection, run, report=report) for connection in connections]
        return [manifest for pulled in pulls for manifest in pulled.result()]


def pull_connection(
    workspace: Workspace, connection: Connection, run: str, *, report: Progress = lambda _manifest: None
) -> list[Manifest]:
    """Pull every stream of one connection in turn and commit each; never raises for what the vendor does."""
    reader = connection.open_reader()
    manifests: list[Manifest] = []
    for stream in reader.streams():
        manifest = _pull_stream(workspace, reader, system=connection.name, stream=stream, run=run)
        workspace.landing.commit(manifest)
        manifests.append(manifest)
        report(manifest)
    return manifests


def _pull_stream(workspace: Workspace, reader: Reader, *, system: str, stream: StreamSpec, run: str) -> Manifest:
    started = time.monotonic()
    watermark = workspace.landing.watermark(system, stream.name)
    overlap = timedelta(seconds=workspace.overlap_s)
    since = watermark - overlap if watermark is not None and stream.mode == "increment" else None
    outcome = _Outcome()
    fields = FieldReport()
    with workspace.landing.writer(system, run, stream.name) as parts:
        try:
            fields = reader.describe(stream.name)
            known = {name: workspace.landing.known_ids(system, name) for name in (*stream.after, stream.name)}
            _land(reader.read(ReadRequest(stream.name, since, known)), parts, outcome)
        except AtlasError as error:
            _explain(error, outcome)
    if outcome.status == "complete" and fields.required:
        outcome.status = "partial"
        outcome.reason = f"hidden from us: {', '.join(fields.required)}."
        outcome.advice = fields.advice
    return Manifest(
        system=system,
        stream=stream.name,
        run=run,
        mode=stream.mode,
        feeds=stream.feeds,
        since=since,
        watermark=(outcome.server_time or watermark) if outcome.status == "complete" else None,
        pages=outcome.pages,
        records=outcome.records,
        seconds=round(time.monotonic() - started, 3),
        status=outcome.status,
        reason=outcome.reason,
        advice=outcome.advice,
        missing_fields=fields.missing,
        parts=parts.parts,
    )


def _land(pages: Iterator[Page], parts: PartWriter, outcome: _Outcome) -> None:
    for page in pages:
        outcome.pages += 1
        outcome.server_time = outcome.server_time or page.server_time
        for record in page.records:
            parts.add(record.id, record.body)
            outcome.records += 1


def _explain(error: AtlasError, outcome: _Outcome) -> None:
    """Turn an error into the stream's status: what was yielded before it stays good."""
    if isinstance(error, AccessError):
        outcome.status = "not_permitted"
    elif isinstance(error, TransientError) and outcome.records:
        outcome.status = "partial"
    else:
        outcome.status = "failed"
    outcome.reason = str(error).removesuffix(error.advice).strip()
    outcome.advice = error.advice


def worst(statuses: Sequence[ReadStatus]) -> ReadStatus:
    """Give the status that needs attention first."""
    order: tuple[ReadStatus, ...] = ("not_permitted", "failed", "partial", "complete")
    return next((status for status in order if status in statuses), "complete")
