"""Canonicalize: turn landed records into observed ones, and note which of them really changed.

Manifests are taken in order of runs, each in one transaction, so that a run cut short is finished by the next one; those that
brought nothing go together. One that was committed after later ones of its stream is followed by these once more, so that the
order of commits makes no difference. What becomes of a read's records is in `intake`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import NamedTuple

from atlas_sync.operations.intake import BATCH_BYTES, TakeIn, counted
from atlas_sync.operations.pending import LastReads, last_reads, note_changes, note_licence
from atlas_sync.operations.workspace import Workspace
from atlas_sync.store.landing import Key, Manifest
from atlas_sync.store.tables import Intake, Mark
from atlas_sync.store.warehouse import Warehouse

__all__ = ["News", "canonicalize", "put_marks", "take_in_reads", "untaken"]


class News(NamedTuple):
    """What was landed and not taken in yet, in order of runs, and the marks of what was seen before and now."""

    keys: list[Key]
    before: Mapping[str, int]
    now: Mapping[str, int]


def canonicalize(workspace: Workspace, warehouse: Warehouse) -> list[Intake]:
    """Take in every landed manifest that the warehouse does not know yet, and give how each was taken in."""
    news = untaken(workspace, warehouse)
    taken = take_in_reads(workspace, warehouse, news.keys)
    put_marks(workspace, warehouse, news)
    return taken


def untaken(workspace: Workspace, warehouse: Warehouse) -> News:
    """List the landed manifests that the warehouse does not know yet."""
    before = {mark.id: mark.commits for mark in warehouse.select(Mark)}
    keys, now = workspace.landing.committed_since(before)
    known = warehouse.keys(Manifest, run=sorted({run for _system, run, _stream in keys})) if keys else set()
    new = [key for key in keys if key[0] in workspace.connections and (key[0], key[2], key[1]) not in known]
    return News(new, before, now)


def put_marks(workspace: Workspace, warehouse: Warehouse, news: News) -> None:
    """Remember that all news were taken in."""
    # The marks of a system that is not connected stay, so that all of it is news once it is.
    seen = {
        name: mark if name.partition("/")[0] in workspace.connections else news.before.get(name, 0)
        for name, mark in news.now.items()
    }
    warehouse.put([Mark(id=name, commits=mark) for name, mark in seen.items() if news.before.get(name) != mark])


def take_in_reads(workspace: Workspace, warehouse: Warehouse, keys: Sequence[Key]) -> list[Intake]:
    """Take in some manifests, in order of runs, of which the warehouse knows none; give how each was taken in."""
    taken: list[Intake] = []
    last = last_reads(warehouse) if keys else {}
    for _run, same in groupby(keys, key=itemgetter(1)):
        manifests = [workspace.landing.manifest(key) for key in same]
        quiet = [manifest for manifest in manifests if _is_quiet(manifest)]
        if quiet:
            with warehouse.transaction():
                intakes = [counted(manifest) for manifest in quiet]
                taken += _noted(workspace, warehouse, last=last, manifests=quiet, intakes=intakes)
        for manifest in manifests:
            if not _is_quiet(manifest):
                taken += _taken_in(workspace, warehouse, last, manifest)
    return taken


def _is_quiet(manifest: Manifest) -> bool:
    """Tell if a read brought nothing and says nothing of what was not in it."""
    return manifest.mode == "increment" and manifest.since is not None and not manifest.parts


def _taken_in(workspace: Workspace, warehouse: Warehouse, last: LastReads, manifest: Manifest) -> list[Intake]:
    later = _later(warehouse, manifest, last)
    with warehouse.transaction():  # whose end is not frugal: long texts must fit in memory all at once then
        intake = _read_into(workspace, warehouse, manifest, is_late=bool(later))
        taken = _noted(workspace, warehouse, last=last, manifests=[manifest], intakes=[intake])
        for read in later:
            warehouse.put([_read_into(workspace, warehouse, read)])
        return taken


def _later(warehouse: Warehouse, manifest: Manifest, last: LastReads) -> list[Manifest]:
    """List the reads of a stream that were taken in and are of later runs than one, in order of runs."""
    newest = last.get((manifest.system, manifest.stream))
    if newest is None or newest.run < manifest.run:
        return []
    reads = warehouse.select(Manifest, system=manifest.system, stream=manifest.stream)
    return sorted((read for read in reads if read.run > manifest.run and not _is_quiet(read)), key=attrgetter("run"))


def _read_into(workspace: Workspace, warehouse: Warehouse, manifest: Manifest, *, is_late: bool = False) -> Intake:
    is_much = sum(part.bytes for part in manifest.parts) > BATCH_BYTES
    with warehouse.frugal() if is_much else nullcontext():
        connection = workspace.connections[manifest.system]
        intake, changes = TakeIn(workspace.landing, warehouse, connection, manifest, is_late=is_late).run()
    note_changes(workspace, warehouse, changes)
    return intake


def _noted(
    workspace: Workspace,
    warehouse: Warehouse,
    *,
    last: LastReads,
    manifests: Sequence[Manifest],
    intakes: Sequence[Intake],
) -> list[Intake]:
    note_licence(workspace, warehouse, manifests, last=last)
    warehouse.add(manifests)
    warehouse.add(intakes)
    return list(intakes)
