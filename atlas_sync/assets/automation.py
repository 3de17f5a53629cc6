"""When runs start: every quarter of an hour, when a deal enters won, and when a vendor says that something changed."""

import hashlib
import json
from contextlib import closing

import dagster as dg

from atlas_sync.assets.resources import WorkspaceResource
from atlas_sync.operations.watch import won_since

__all__ = ["nudge_sensor", "sync_job", "sync_schedule", "won_deal_sensor"]

sync_job = dg.define_asset_job(
    "sync",
    selection=dg.AssetSelection.all(),
    description="Read everything connected, compare, publish, and plan (or write, where policy says so).",
)

sync_schedule = dg.ScheduleDefinition(
    name="every_quarter_hour", job=sync_job, cron_schedule="*/15 * * * *", execution_timezone="UTC"
)


@dg.sensor(name="deal_entered_won", job=sync_job, minimum_interval_seconds=30)
def won_deal_sensor(context: dg.SensorEvaluationContext, workspace: WorkspaceResource) -> dg.SensorResult:
    """Run when a deal enters won: one that was not won, or was won at another moment, at the last look.

    The cursor remembers the deals already seen as won. The run's key follows from deals and moments, so that two looks at
    the same news start one run.
    """
    seen: dict[str, str] = json.loads(context.cursor) if context.cursor else {}
    now = won_since(workspace.open())
    fresh = {deal: at for deal, at in now.items() if seen.get(deal) != at}
    cursor = json.dumps({**seen, **now}, sort_keys=True)
    if not fresh:
        return dg.SensorResult(cursor=cursor, skip_reason=dg.SkipReason("No deal entered won."))
    key = hashlib.sha256(json.dumps(fresh, sort_keys=True).encode()).hexdigest()[:16]
    return dg.SensorResult(cursor=cursor, run_requests=[dg.RunRequest(run_key=f"won-{key}")])


@dg.sensor(name="vendor_says_changed", job=sync_job, minimum_interval_seconds=30)
def nudge_sensor(context: dg.SensorEvaluationContext, workspace: WorkspaceResource) -> dg.SensorResult:
    """Run when a webhook came since the last look. The cursor is the number of the newest one."""
    with closing(workspace.open().open_ledger()) as ledger:
        newest = ledger.last_nudge()
    if newest <= int(context.cursor or 0):
        return dg.SensorResult(skip_reason=dg.SkipReason("No webhook came."))
    return dg.SensorResult(cursor=str(newest), run_requests=[dg.RunRequest(run_key=f"nudge-{newest}")])
