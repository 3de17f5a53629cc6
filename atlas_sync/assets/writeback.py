"""Group `writeback`: the plan for the tracker and, where policy allows, its execution."""

from typing import Literal

import dagster as dg

from atlas_sync.assets.coverage import snapshot
from atlas_sync.assets.resources import OWNERS, WorkspaceResource
from atlas_sync.coverage import CreateItem, UpdateItem
from atlas_sync.operations.apply import apply
from atlas_sync.operations.plan import plan

__all__ = ["WritebackConfig", "tracker"]


class WritebackConfig(dg.Config):
    """How far a run goes: `policy` does what delivery.policy says, `plan` only plans, `apply` writes the plan too."""

    mode: Literal["policy", "plan", "apply"] = "policy"


@dg.asset(
    key=["writeback", "tracker"],
    group_name="writeback",
    kinds={"jira", "redmine"},
    owners=OWNERS,
    deps=[snapshot],
    pool="warehouse_writer",
)
def tracker(config: WritebackConfig, workspace: WorkspaceResource) -> dg.MaterializeResult[None]:
    """What the tracker lacks, planned; and written, each item once, where policy or the run's config says so."""
    opened = workspace.open()
    drawn = plan(opened)
    rows = [
        dg.TableRecord(
            {
                "engagement": engagement.name,
                "project": engagement.project,
                "to_make": sum(isinstance(one, CreateItem) for one in engagement.commands),
                "to_update": sum(isinstance(one, UpdateItem) for one in engagement.commands),
                "left_out": len(engagement.skipped),
            }
        )
        for engagement in drawn.engagements
    ]
    metadata: dict[str, dg.MetadataValue | str | int] = {"plan": drawn.id, "planned": len(drawn.commands)}
    if rows:
        metadata["engagements"] = dg.MetadataValue.table(records=rows)
    writes = config.mode == "apply" or (config.mode == "policy" and opened.delivery.policy != "plan-only")
    if writes and drawn.commands:
        applied = apply(opened, drawn.id)
        metadata["made"] = applied.count("created", "found")
        metadata["refused"] = applied.count("refused")
        metadata["held"] = applied.count("held")
        if applied.error is not None:
            raise dg.Failure(str(applied.error), metadata=metadata)
    return dg.MaterializeResult(metadata=metadata)
