"""Sync: pull, canonicalize, assemble, read, compare and publish, as one run. Work follows what changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from atlas_sync.canonical.model import Engagement, Gap
from atlas_sync.errors import ConfigError
from atlas_sync.operations.assemble import assemble
from atlas_sync.operations.canonicalize import put_marks, take_in_reads, untaken
from atlas_sync.operations.compare import compare
from atlas_sync.operations.licence import latest_manifests
from atlas_sync.operations.matcher import usable_matcher
from atlas_sync.operations.pending import done, pending
from atlas_sync.operations.pull import Progress, pull, worst
from atlas_sync.operations.read import read_conversations
from atlas_sync.operations.review import verdicts_of
from atlas_sync.operations.workspace import Workspace, new_run_id, start_of
from atlas_sync.store.landing import Manifest
from atlas_sync.store.moments import newest_mark
from atlas_sync.store.publish import is_current, last_run, publish, write_last_run
from atlas_sync.store.tables import GapCount, Intake, Run
from atlas_sync.store.warehouse import Rows, Warehouse, open_warehouse

__all__ = [
    "SyncResult",
    "finish_run",
    "hold_connected",
    "newest_as_of",
    "record_run",
    "start_to_finish",
    "sync",
    "take_in",
    "work_off",
]


@dataclass(frozen=True, slots=True)
class SyncResult:
    """What a run did. `texts` were read for the first time; `compared` engagements were traced again.

    `notices` say what the run had to do without.
    """

    run: Run
    manifests: Sequence[Manifest]
    texts: int
    compared: int
    notices: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """Give the process's exit code: what most needs attention decides."""
        codes = {"complete": 0, "not_permitted": 3, "failed": 4, "partial": 4}
        hidden = any(manifest.status == "partial" and manifest.missing_fields for manifest in self.manifests)
        code = codes[worst([manifest.status for manifest in self.manifests])]
        return 3 if hidden and code else code or int(self.run.quarantined > 0)


def sync(workspace: Workspace, *, report: Progress = lambda _manifest: None, wait_s: float = 0.0) -> SyncResult:
    """Do one run over all connections.

    Raises:
        ConfigError: nothing is connected.
        StoreError: another run is writing, or a store failed; what was landed stays.
    """
    hold_connected(workspace)
    started = workspace.now()
    run = new_run_id(started, after=last_run(workspace.home))
    with open_warehouse(workspace.home, wait_s=wait_s) as warehouse:
        manifests = pull(workspace, run, report=report)
        take_in(workspace, warehouse)
        texts, compared = work_off(workspace, warehouse, started=started)
        row = finish_run(workspace, warehouse, run=run, started=started)
    _matcher, why_not = usable_matcher()
    return SyncResult(
        run=row, manifests=manifests, texts=texts, compared=compared, notices=(why_not,) if why_not else ()
    )


def hold_connected(workspace: Workspace) -> None:
    """Hold that there is something to read.

    Raises:
        ConfigError: nothing is connected.
    """
    if not workspace.connections:
        advice = "Describe your systems in atlas.toml (README, Connect your own), or try `atlas-sync demo`."
        raise ConfigError("nothing is connected.", advice=advice)


def newest_as_of(warehouse: Warehouse, local: datetime) -> datetime:
    """Give the latest vendor clock of any complete read, however long ago; ours only where no vendor ever told theirs.

    A system that cannot be read takes no time back: no run is before an earlier one, unless a clock was ahead.
    """
    return newest_mark(warehouse, ours=local) or local


def take_in(workspace: Workspace, warehouse: Warehouse) -> list[Intake]:
    """Take in what was landed; runs before the newest that were cut short are finished first, one after the other.

    Else what several runs read would come in at once, and a rebuild, which lives through each, would tell another who was seen
    first, and since when a gap is known.
    """
    news = untaken(workspace, warehouse)
    by_run = {run: list(same) for run, same in groupby(news.keys, key=itemgetter(1))}
    if unfinished := _unfinished(workspace, warehouse):
        by_run.setdefault(unfinished, [])
    *earlier, newest = sorted(by_run) or [""]
    for run in earlier:
        take_in_reads(workspace, warehouse, by_run[run])
        work_off(workspace, warehouse, started=start_of(run))
        finish_run(workspace, warehouse, run=run, started=start_of(run))
    taken = take_in_reads(workspace, warehouse, by_run.get(newest, []))
    put_marks(workspace, warehouse, news)
    return taken


def start_to_finish(workspace: Workspace, rows: Rows) -> datetime:
    """Tell when the run began that is being worked off step by step: the newest that was landed, or now where that is done."""
    run = _unfinished(workspace, rows)
    return min(start_of(run), workspace.now()) if run else workspace.now()


def _unfinished(workspace: Workspace, rows: Rows) -> str | None:
    """Name the newest run that was taken in, unless it is done."""
    newest = max((manifest.run for manifest in rows.newest(Manifest, per=("system",), by="run")), default="")
    done = last_run(workspace.home)
    return newest if newest and (done is None or newest > done.run) else None


def work_off(workspace: Workspace, warehouse: Warehouse, *, started: datetime) -> tuple[int, int]:
    """Do all that taken in records ask for, and tell how many texts were read and engagements compared.

    What people said after the run began is left to the next one, so that the run can be lived through again.
    """
    assemble(workspace, warehouse, judged_by=started)
    verdicts = verdicts_of(workspace, started)
    texts = read_conversations(warehouse, verdicts, tags=workspace.promise_tags, month_first=workspace.month_first)
    compared = compare(workspace, warehouse, run_at=newest_as_of(warehouse, started), judged_by=started)
    return texts, compared


def finish_run(workspace: Workspace, warehouse: Warehouse, *, run: str, started: datetime) -> Run:
    """Write down a run; publish a snapshot if anything differs from the last one, and the run's own row in any case.

    After an upgrade the last one may lack what this version publishes: then a new one is made all the same. Publishing is done
    when the snapshot is there: what a killed run was about to show may be a person's word, which nothing else asks for again.
    """
    row, is_news = record_run(warehouse, last_run(workspace.home), run=run, started=started, finished=workspace.now())
    if is_news or not is_current(workspace.home):
        publish(warehouse, workspace.home, run=row.run)
        done(warehouse, "publish", ["all"])
    write_last_run(workspace.home, row)
    return row


def record_run(
    warehouse: Warehouse, before: Run | None, *, run: str, started: datetime, finished: datetime
) -> tuple[Run, bool]:
    """Keep a run with its counts of gaps if anything differs from the run `before`, and tell if it does: then publish it."""
    taken = warehouse.after(Intake, before.run if before else "")
    newest = [manifest for manifests in latest_manifests(warehouse).values() for manifest in manifests]
    row = Run(
        run=run,
        started_at=started,
        finished_at=finished,
        as_of=newest_as_of(warehouse, started),
        status=worst([manifest.status for manifest in newest]),
        pulled=sum(intake.read for intake in taken),
        changed=sum(intake.changed for intake in taken),
        quarantined=sum(intake.quarantined for intake in taken),
        engagements=warehouse.count(Engagement),
    )
    is_news = before is None or before.status != row.status or bool(row.changed or row.quarantined)
    if is_news or pending(warehouse, "publish"):
        _keep(warehouse, row)
        return row, True
    return row, False


def _keep(warehouse: Warehouse, row: Run) -> None:
    counts = Counter((gap.kind, gap.state) for gap in warehouse.select(Gap))
    with warehouse.transaction():
        warehouse.put([row])
        warehouse.put(
            [
                GapCount(
                    id=f"{row.run}/{kind}/{state}", run=row.run, as_of=row.as_of, kind=kind, state=state, gaps=number
                )
                for (kind, state), number in sorted(counts.items())
            ]
        )
