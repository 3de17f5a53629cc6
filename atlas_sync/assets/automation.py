"""When runs start: every quarter of an hour, when a deal enters won, and when a vendor says that something changed."""

import hashlib
import json
from contextlib import closing, suppress

import dagster as dg

from atlas_sync.assets.resources import WorkspaceResource
from atlas_sync.operations.watch import under_way, won_since
from atlas_sync.operations.workspace import Workspace

__all__ = ["nudge_sensor", "sync_job", "sync_schedule", "won_deal_sensor"]

sync_job = dg.define_asset_job(
    "sync",
    selection=dg.AssetSelection.all(),
    description="Read everything connected, compare, publish, and plan (or write, where policy says so).",
)


@dg.schedule(name="every_quarter_hour", job=sync_job, cron_schedule="*/15 * * * *", execution_timezone="UTC")
def sync_schedule(workspace: WorkspaceResource) -> dg.RunRequest | dg.SkipReason:
    """Run, unless another run is going on. What is wrong with the settings is the run's to say, where alerts look."""
    with suppress(dg.Failure), workspace.open() as opened:
        if skipped := _is_going_on(opened):
            return skipped
    return dg.RunRequest()


@dg.sensor(name="deal_entered_won", job=sync_job, minimum_interval_seconds=30)
def won_deal_sensor(context: dg.SensorEvaluationContext, workspace: WorkspaceResource) -> dg.SensorResult:
    """Run when a deal enters won: one that was not won, or was won at another moment, at the last look.

    The cursor remembers the deals already seen as won. The run's key follows from deals and moments, so that two looks at
    the same news start one run. While another run is going on nobody is asked: the look after it finds the same.
    """
    seen: dict[str, str] = json.loads(context.cursor) if context.cursor else {}
    with workspace.open() as opened:
        if skipped := _is_going_on(opened):
            return dg.SensorResult(skip_reason=skipped)
        now = won_since(opened)
    fresh = {deal: at for deal, at in now.deals.items() if seen.get(deal) != at}
    cursor = json.dumps({**seen, **now.deals}, sort_keys=True)
    if not fresh:
        said = ["No deal that can be seen entered won." if now.unasked else "No deal entered won.", *now.unasked]
        return dg.SensorResult(cursor=cursor, skip_reason=dg.SkipReason(" ".join(said)))
    key = hashlib.sha256(json.dumps(fresh, sort_keys=True).encode()).hexdigest()[:16]
    return dg.SensorResult(cursor=cursor, run_requests=[dg.RunRequest(run_key=f"won-{key}")])


@dg.sensor(name="vendor_says_changed", job=sync_job, minimum_interval_seconds=30)
def nudge_sensor(context: dg.SensorEvaluationContext, workspace: WorkspaceResource) -> dg.SensorResult:
    """Run when a webhook came since the last look. The cursor names the newest one; in a ledger put back that is another."""
    with workspace.open() as opened:
        with closing(opened.open_ledger()) as ledger:
            newest = ledger.last_nudge()
        if newest in {"", context.cursor}:
            return dg.SensorResult(skip_reason=dg.SkipReason("No webhook came."))
        if skipped := _is_going_on(opened):
            return dg.SensorResult(skip_reason=skipped)
    return dg.SensorResult(cursor=newest, run_requests=[dg.RunRequest(run_key=f"nudge-{newest}")])


def _is_going_on(opened: Workspace) -> dg.SkipReason | None:
    """Give the reason not to start a run now: two at once wait for each other, and the later one fails if that takes long."""
    process = under_way(opened)
    return dg.SkipReason(f"Another run is going on (process {process}).") if process else None
