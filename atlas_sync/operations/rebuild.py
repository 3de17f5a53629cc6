"""Rebuild: the warehouse once more from landing and ledger, run after run, so that ids, gaps and history come out the same."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from atlas_sync.errors import ConfigError
from atlas_sync.operations.canonicalize import put_marks, take_in_reads, untaken
from atlas_sync.operations.pending import done
from atlas_sync.operations.sync import record_run, work_off
from atlas_sync.operations.workspace import Workspace, start_of
from atlas_sync.store.leftovers import REBUILDING, remove_leftovers
from atlas_sync.store.lock import writer_lock
from atlas_sync.store.publish import publish, write_last_run
from atlas_sync.store.tables import Run
from atlas_sync.store.warehouse import Warehouse, open_warehouse

__all__ = ["Rebuilt", "rebuild", "relive"]

_FILE = "warehouse.duckdb"


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What was lived through again."""

    runs: int
    engagements: int
    snapshot: str


def rebuild(workspace: Workspace, *, report: Callable[[str], None] = lambda _run: None, wait_s: float = 0.0) -> Rebuilt:
    """Make the warehouse anew beside the old one, put it in its place, and publish it.

    Needs the landed records and the ledger, and nothing of the old warehouse; asks no system anything. If it fails, the old
    one stays, and nothing of the new one.

    Raises:
        ConfigError: nothing was landed, or something from a connection that the settings do not name.
        StoreError: a landed file cannot be read, or another run is writing.
    """
    with writer_lock(workspace.home, wait_s=wait_s):
        _check_connections(workspace)
        remove_leftovers(workspace.home)
        draft = workspace.home / REBUILDING
        try:
            with open_warehouse(draft) as warehouse:
                runs, last = relive(workspace, warehouse, report=report)
                if last is None:
                    raise ConfigError("nothing was landed.", advice="Run `atlas-sync sync` first.")
                # A name of its own, since a process that has the old snapshot open would see the old one under the old name.
                name = publish(warehouse, workspace.home, run=f"{last.run}r{workspace.now():%Y%m%d%H%M%S}")
                # Closing does it too, but does not say where the disk refuses; the file alone would then lack rows.
                warehouse.execute("CHECKPOINT")
            (workspace.home / f"{_FILE}.wal").unlink(missing_ok=True)
            (draft / _FILE).replace(workspace.home / _FILE)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        write_last_run(workspace.home, last)
    return Rebuilt(runs, last.engagements, name)


def _check_connections(workspace: Workspace) -> None:
    """Refuse to leave out what the old warehouse holds and the settings do not name any more."""
    landed = {system for system, _run, _stream in workspace.landing.committed()}
    if unnamed := sorted(landed - workspace.connections.keys()):
        message = f"landing holds reads of {', '.join(unnamed)}, which the settings do not name."
        advice = "Name it again under connections, or, to do without its records, move its folder out of `landing`."
        raise ConfigError(message, advice=advice)


def relive(
    workspace: Workspace, warehouse: Warehouse, *, report: Callable[[str], None] = lambda _run: None
) -> tuple[int, Run | None]:
    """Live through every landed run again in an empty warehouse, each with what people had said by then."""
    news = untaken(workspace, warehouse)
    last: Run | None = None
    runs = 0
    for run, same in groupby(news.keys, key=itemgetter(1)):
        runs += 1
        report(run)
        started = start_of(run)
        take_in_reads(workspace, warehouse, list(same))
        work_off(workspace, warehouse, started=started)
        last, _is_news = record_run(warehouse, last, run=run, started=started, finished=started)
        done(warehouse, "publish", ["all"])
    put_marks(workspace, warehouse, news)
    return runs, last
