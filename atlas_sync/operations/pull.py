"""Pull: read each stream of a connection, land it as received, and write down how complete it was.

One stream that fails leaves the others alone, and so does one connection that is down. What was landed before a failure
counts, and the next run goes on where this one was cut off, be it by an interrupt or by a kill. The watermark moves only
when the end of the window was proven.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from atlas_sync.connectors.protocol import FieldReport, Reader, ReadRequest, StreamSpec, Windowed
from atlas_sync.errors import AccessError, AtlasError, BudgetError, TransientError
from atlas_sync.operations.clocks import began_at, newest_change
from atlas_sync.operations.reading import Read
from atlas_sync.operations.sight import (
    appeared,
    has_new_fields,
    is_mapped_otherwise,
    mapped_by,
    seen_all_along,
    told_by,
)
from atlas_sync.operations.sweep import Swept, sweep_stream
from atlas_sync.operations.windows import as_error, read_windows
from atlas_sync.operations.workspace import Connection, Workspace
from atlas_sync.store.landing import Known, Landing, Manifest, PartWriter, Reach, ReadStatus, Unread
from atlas_sync.store.lock import writer_lock

__all__ = ["BEING_READ", "Progress", "estimate", "pull", "pull_connection", "worst"]

Progress = Callable[[Manifest], None]
"""Told of each stream when its read begins to show (`reason` is then "being read"), every second, and when it is committed."""

BEING_READ = "being read"
"""The reason in a manifest that only tells of progress."""

_LOCK_WAIT_S = 120.0
_REPORT_EVERY_S = 1.0


def pull(workspace: Workspace, run: str, *, report: Progress = lambda _manifest: None) -> list[Manifest]:
    """Pull every connection, one thread each, and give the manifests in order of connections and streams.

    An interrupt lets each connection end with the pages in hand: what was read of its stream is committed as cut off.
    """
    connections = list(workspace.connections.values())
    if not connections:
        return []
    with ThreadPoolExecutor(max_workers=len(connections), thread_name_prefix="pull") as pool:
        try:
            pulls = [pool.submit(pull_connection, workspace, one, run, report=report) for one in connections]
            wait(pulls)
        except BaseException:  # an interrupt: what a pull raises is raised below
            _end_early(pool, connections)
            raise
        return [manifest for pulled in pulls for manifest in pulled.result()]


def _end_early(pool: ThreadPoolExecutor, connections: Iterable[Connection]) -> None:
    """Hang up on every vendor, since threads are told of no interrupt, and wait until the pulls have noticed."""
    lines = [connection.line for connection in connections]
    for line in lines:
        line.hang_up()
    pool.shutdown(cancel_futures=True)
    for line in lines:
        line.pick_up()


def pull_connection(
    workspace: Workspace, connection: Connection, run: str, *, report: Progress = lambda _manifest: None
) -> list[Manifest]:
    """Pull every stream of one connection in turn and commit each; never raises for what the vendor does.

    Raises:
        StoreError: another process is pulling this connection, or landing cannot be written.
    """
    connection.line.start_run()
    manifests: list[Manifest] = []
    with writer_lock(workspace.landing.folder(connection.name), wait_s=_LOCK_WAIT_S):
        reader = connection.open_reader()
        streams = reader.streams()
        new = [one for one in streams if workspace.landing.memory(connection.name, one.name).is_new]
        for stream in streams:
            if connection.line.is_hung_up:
                break
            new = [one for one in new if one.name != stream.name]
            unread = tuple(Unread(stream=one.name, mode=one.mode, feeds=one.feeds) for one in new)
            lacks = _never_ended(workspace.landing, (one for one in manifests if one.stream in stream.after))
            read = _begin(workspace, connection, stream, run, lacks=lacks)
            manifest = _pull_stream(workspace, connection, reader, read, unread=unread, report=report)
            report(manifest)
            manifests.append(manifest)
    return manifests


def _never_ended(landing: Landing, reads: Iterable[Manifest]) -> tuple[str, ...]:
    """Name the streams of which neither this read nor one before it came to its end: more of them is there than is known."""
    memories = {one.stream: landing.memory(one.system, one.stream) for one in reads if not one.proof}
    return tuple(name for name, memory in memories.items() if not memory.complete and memory.watermark is None)


def _pull_stream(
    workspace: Workspace,
    connection: Connection,
    reader: Reader,
    read: Read,
    *,
    unread: tuple[Unread, ...],
    report: Progress,
) -> Manifest:
    landing, before = workspace.landing, connection.line.calls
    stream, run, swept = read.stream, read.run, Swept()
    with landing.writer(connection.name, run, stream.name) as parts:

        def save() -> None:
            parts.close_part()
            underway = read.manifest(parts.parts, connection.line.calls - before, "partial", Swept())
            landing.save_progress(underway.model_copy(update={"reason": BEING_READ, "windows": tuple(read.reaches)}))

        def tell() -> None:
            underway = read.manifest((), connection.line.calls - before, "partial", Swept())
            report(underway.model_copy(update={"reason": BEING_READ, "windows": tuple(read.reaches)}))

        try:
            _look(read, reader.describe(stream.name))
            land = partial(_land, landing, connection, reader, parts, read=read, save=save, tell=tell)
            land()
            if read.is_early:
                _go_back(landing, read)
                land()
        except Exception as error:  # noqa: BLE001 - the boundary to code that others write
            read.failure = as_error(error)
        if read.is_proven:
            is_full = read.since is None
            swept = sweep_stream(workspace, connection, reader, stream, run=run, parts=parts, is_full=is_full)
    status, reason, advice = _judge(read, swept)
    manifest = read.manifest(parts.parts, connection.line.calls - before, status, swept)
    manifest = manifest.model_copy(update={"reason": reason, "advice": advice, "unread": unread})
    manifest = manifest.model_copy(update={"watermark": _next_start(landing, connection, read, manifest)})
    landing.commit(manifest)
    if swept.gone is not None:
        landing.memory(connection.name, stream.name).keep_gone(swept.gone)
    return manifest


def _begin(
    workspace: Workspace, connection: Connection, stream: StreamSpec, run: str, *, lacks: tuple[str, ...]
) -> Read:
    """Begin a read, or go on with one that was cut off.

    Parts that a killed run left count from now on. Those that were committed count already; only a set has to be told
    whole by one manifest. An increment that was killed when it was whole already is gone on with behind it: nothing of it
    is left to ask, and what happened since then is.
    """
    overlap = timedelta(seconds=workspace.overlap_s)
    settings = mapped_by(connection.mapper, stream.name)
    begun = partial(Read, connection.name, stream, run, workspace.now(), overlap, mapped_by=settings, lacks=lacks)
    watermark = workspace.landing.watermark(connection.name, stream.name)
    earlier = workspace.landing.unfinished(connection.name, stream.name)
    if earlier is None or earlier.mode != stream.mode:
        is_open = watermark is not None and stream.mode == "increment"
        since = watermark - overlap if watermark is not None and is_open else None
        before = workspace.landing.last_complete(connection.name, stream.name)
        return begun(since, watermark, reaches=[], before=before)
    if earlier.clock and _is_whole_increment(earlier):
        read = begun(earlier.clock - overlap, watermark, reaches=[])
        read.resumed = earlier.run
    else:
        read = begun(earlier.since, watermark, reaches=list(earlier.windows))
        read.resumed, read.clock = earlier.run, earlier.clock
    read.before, read.fields = earlier, told_by(earlier)
    if earlier.reason == BEING_READ:
        workspace.landing.drop_loose(earlier)
    if earlier.reason == BEING_READ or stream.mode == "set":
        read.adopted = tuple(part.model_copy(update={"run": part.run or earlier.run}) for part in earlier.parts)
        read.pages, read.records = earlier.pages, earlier.records
    return read


def _look(read: Read, fields: FieldReport) -> None:
    """Take in what is shown, and read from its start what came into sight: everything for a field, else the projects.

    So is everything read where the settings say otherwise than before what it holds, or this version reads otherwise by them.
    """
    before, read.fields = read.before, fields
    if before is None or read.stream.mode == "set":
        return
    is_otherwise = is_mapped_otherwise(before, fields, read.mapped_by)
    if is_otherwise:
        why = "the connection's settings, or what this version reads by them, have changed."
        told = f"{read.stream.name} were read from their start again: {why} {fields.advice}"
        read.fields = replace(fields, advice=told.rstrip())
    if is_otherwise or has_new_fields(before, fields):
        read.since, read.reaches = None, []
    if read.reaches:
        read.fields = seen_all_along(before, fields)
    elif read.since is not None:
        read.appeared = appeared(before, fields)


def _is_whole_increment(earlier: Manifest) -> bool:
    """Tell if nothing of a read is left to ask; a first one is told as such by its own manifest."""
    is_increment = earlier.mode == "increment" and earlier.since is not None
    return is_increment and bool(earlier.windows) and all(reach.proof for reach in earlier.windows)


def _requests(landing: Landing, reader: Reader, read: Read) -> dict[int, ReadRequest]:
    """Give what is left to ask for, by the place of its window; the windows of a read that goes on are those it began with."""
    known = Known(landing, read.system, (*read.stream.after, read.stream.name))
    landed = partial(landing.last_records, read.system)
    whole = ReadRequest(read.stream.name, read.since, known, appeared=read.appeared, landed=landed)
    if not read.reaches:
        parted = reader.windows(whole) if isinstance(reader, Windowed) else [whole]
        read.reaches = [Reach(window=request.window) for request in parted]
    return {
        place: replace(whole, window=reach.window, position=reach.position)
        for place, reach in enumerate(read.reaches)
        if not reach.proof
    }


def _land(
    landing: Landing,
    connection: Connection,
    reader: Reader,
    parts: PartWriter,
    *,
    read: Read,
    save: Callable[[], None],
    tell: Callable[[], None],
) -> None:
    requests = _requests(landing, reader, read)
    places = list(requests)
    if read.adopted:
        save()
    told = time.monotonic()
    with closing(read_windows(reader.read, list(requests.values()), at_once=connection.windows)) as pages:
        for place, page in pages:
            if isinstance(page, AtlasError):
                read.failure = read.failure or page
                continue
            parts.add_all([record.id for record in page.records], [record.body for record in page.records])
            read.see(places[place], page)
            if parts.is_due:
                save()
            if time.monotonic() - told >= _REPORT_EVERY_S:
                told = time.monotonic()
                tell()
            connection.line.hold_open()


def _go_back(landing: Landing, read: Read) -> None:
    """Begin the window at the last watermark that the vendor's present has reached, else at the start."""
    read.watermark = landing.watermark_by(read.system, read.stream.name, read.told) if read.told else None
    read.since = read.watermark - read.slack if read.watermark else None
    read.reaches, read.failure = [], None


def _next_start(landing: Landing, connection: Connection, read: Read, manifest: Manifest) -> datetime | None:
    """Give the watermark; where the vendor's clock is ahead of ours, as far as this or another stream shows that it had come.

    A change that was told may be as much younger than the beginning as the read took.
    """
    if read.told is None or read.told <= read.began + read.slack or manifest.watermark is None or read.resumed:
        return manifest.watermark
    newest = newest_change(landing, connection.mapper, manifest)
    took = timedelta(seconds=time.monotonic() - read.started)
    shown = [manifest.watermark, landing.newest_watermark(read.system), newest - took if newest else None]
    return began_at(read.told, ours=read.began, slack=read.slack, shown=shown)


def _judge(read: Read, swept: Swept) -> tuple[ReadStatus, str, str]:
    """Give a read's status with reason and advice: what was yielded before an error stays good."""
    error = read.failure
    if error is not None:
        return _status_after(error, read), str(error).removesuffix(error.advice).strip(), error.advice
    if not read.is_proven and not read.lacks:
        return "partial", "the end was not proven.", "Run again; tell the connector's authors if it stays."
    if read.fields.required:
        return "partial", f"hidden from us: {', '.join(read.fields.required)}.", read.fields.advice
    if read.lacks:
        said = f"it is read by the ids of {' and '.join(read.lacks)}, which were never read to their end."
        return "partial" if read.records else "failed", said, f"See to that first. {read.fields.advice}".rstrip()
    if read.stream.unstamped and swept.outcome and swept.at is None:
        return "partial", f"what is new is listed alone, and that was {swept.outcome}", "The next run lists again."
    return "complete", "", read.fields.advice


def _status_after(error: AtlasError, read: Read) -> ReadStatus:
    if isinstance(error, AccessError):
        return "not_permitted"
    is_cut_off = isinstance(error, TransientError) and (read.records or read.resumed)
    return "partial" if isinstance(error, BudgetError) or is_cut_off else "failed"


def estimate(manifest: Manifest) -> str:
    """Say how far a read is that is going on: what is known, and a time only where the vendor told the total."""
    per_second = manifest.records / manifest.seconds if manifest.seconds else 0.0
    said = f"{manifest.records:,} records, {manifest.pages / max(manifest.seconds, 0.001):.1f} pages/s"
    if len(manifest.windows) > 1:
        ended = sum(bool(reach.proof) for reach in manifest.windows)
        said = f"{said}, {ended} of {len(manifest.windows)} windows"
    if manifest.expected is None or not per_second:
        return said
    left_s = max(0, manifest.expected - manifest.records) / per_second
    return f"{said}, {min(1.0, manifest.records / max(1, manifest.expected)):.0%}, about {left_s / 60:.0f} min left"


def worst(statuses: Sequence[ReadStatus]) -> ReadStatus:
    """Give the status that needs attention first."""
    order: tuple[ReadStatus, ...] = ("not_permitted", "failed", "partial", "complete")
    return next((status for status in order if status in statuses), "complete")
