"""All Dagster definitions. Loads with an empty environment: no I/O, no settings read at import."""

from __future__ import annotations

import dagster as dg

from atlas_sync.assets import canonical, coverage, writeback
from atlas_sync.assets.automation import nudge_sensor, sync_job, sync_schedule, won_deal_sensor
from atlas_sync.assets.checks import every_absence_is_licensed, everything_read_is_accounted_for, streams_are_complete
from atlas_sync.assets.raw import raw_assets
from atlas_sync.assets.resources import WorkspaceResource

defs = dg.Definitions(
    assets=[
        *raw_assets,
        canonical.engagements,
        canonical.statements,
        coverage.gaps,
        coverage.snapshot,
        writeback.tracker,
    ],
    asset_checks=[everything_read_is_accounted_for, streams_are_complete, every_absence_is_licensed],
    jobs=[sync_job],
    schedules=[sync_schedule],
    sensors=[won_deal_sensor, nudge_sensor],
    resources={"workspace": WorkspaceResource()},
    # Parallel calls belong inside a connector; a process per step costs two seconds of imports each.
    executor=dg.in_process_executor,
)
