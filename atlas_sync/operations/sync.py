"""Sync: pull, canonicalize, assemble, read, compare and publish, as one run. Work follows what changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from atlas_sync.canonical.model import Engagement, Gap
from atlas_sync.operations.assemble import assemble
from atlas_sync.operations.canonicalize import Intake, canonicalize
from atlas_sync.operations.compare import compare
from atlas_sync.operations.pull import Progress, pull, worst
from atlas_sync.operations.read import read_conversations
from atlas_sync.operations.workspace import Workspace, new_run_id
from atlas_sync.store.landing import Manifest
from atlas_sync.store.publish import current_name, last_run, publish, write_last_run
from atlas_sync.store.tables import GapCount, Run
from atlas_sync.store.warehouse import Warehouse, open_warehouse

__all__ = ["SyncResult", "finish_run", "sync"]


@dataclass(frozen=True, slots=True)
class SyncResult:
    """What a run did. `texts` were read for the first time; `compared` engagements were traced again."""

    run: Run
    manifests: Sequence[Manifest]
    texts: int
    compared: int

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
        StoreError: another run is writing, or a store failed; what was landed stays.
    """
    started = workspace.now()
    run = new_run_id(started)
    with open_warehouse(workspace.home, wait_s=wait_s) as warehouse:
        manifests = pull(workspace, run, report=report)
        intake = canonicalize(workspace, warehouse)
        assemble(workspace, warehouse)
        texts = read_conversations(warehouse)
        compared = compare(workspace, warehouse, run_at=as_of(manifests, started))
        row = finish_run(workspace, warehouse, intake, run=run, started=started)
    return SyncResult(run=row, manifests=manifests, texts=texts, compared=compared)


def as_of(manifests: Sequence[Manifest], local: datetime) -> datetime:
    """Give the latest vendor clock of a run; ours only where no vendor told theirs."""
    return max((manifest.watermark for manifest in manifests if manifest.watermark), default=local)


def finish_run(workspace: Workspace, warehouse: Warehouse, intake: Intake, *, run: str, started: datetime) -> Run:
    """Write down a run; publish a snapshot if anything differs from the last one, and the run's own row in any case."""
    row = Run(
        run=run,
        started_at=started,
        finished_at=workspace.now(),
        as_of=as_of(intake.manifests, started),
        status=worst([manifest.status for manifest in intake.manifests]),
        pulled=intake.read,
        changed=intake.changed,
        quarantined=intake.quarantined,
        engagements=warehouse.count(Engagement),
    )
    before = last_run(workspace.home)
    differs = before is None or before.status != row.status or intake.changed > 0 or intake.quarantined > 0
    if differs or current_name(workspace.home) is None:
        counts = Counter((gap.kind, gap.state) for gap in warehouse.select(Gap))
        with warehouse.transaction():
            warehouse.put([row])
            warehouse.put(
                [
                    GapCount(id=f"{run}/{kind}/{state}", run=run, as_of=row.as_of, kind=kind, state=state, gaps=number)
                    for (kind, state), number in sorted(counts.items())
                ]
            )
        publish(warehouse, workspace.home, run=run)
    write_last_run(workspace.home, row)
    return row
