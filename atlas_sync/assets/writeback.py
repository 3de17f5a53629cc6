"""Group `writeback`: the plan for the tracker and, where policy allows, its execution."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal

import dagster as dg

from atlas_sync.assets.coverage import snapshot
from atlas_sync.assets.resources import OWNERS, WorkspaceResource
from atlas_sync.coverage import CreateItem, LinkItem, UpdateItem
from atlas_sync.operations.apply import Applied, apply
from atlas_sync.operations.plan import plan
from atlas_sync.operations.planned import Plan
from atlas_sync.operations.step import Result, Step

__all__ = ["WritebackConfig", "tracker"]

_Metadata = dict[str, dg.MetadataValue | str | int]

_CHECK = "everything_to_write_was_written"
_SHORT: tuple[Result, ...] = ("refused", "unknown", "waiting", "held")
"""What may come of a command instead of what it says, most pressing first."""

_SHOWN = 100


class WritebackConfig(dg.Config):
    """How far a run goes: `policy` does what delivery.policy says, `plan` only plans, `apply` writes the plan too."""

    mode: Literal["policy", "plan", "apply"] = "policy"


@dg.asset(
    key=["writeback", "tracker"],
    group_name="writeback",
    kinds={"jira", "redmine"},
    owners=OWNERS,
    deps=[snapshot],
    check_specs=[
        dg.AssetCheckSpec(
            _CHECK,
            asset=["writeback", "tracker"],
            description="Name what was refused (an error) and what waits for `atlas-sync approve` or the next run (a warning).",
        )
    ],
    pool="warehouse_writer",
)
def tracker(config: WritebackConfig, workspace: WorkspaceResource) -> dg.MaterializeResult:  # type: ignore[type-arg]  # Dagster refuses the parameter beside a check
    """What the tracker lacks, planned; and written, each item once, where policy or the run's config says so."""
    with workspace.open() as opened:
        if not opened.trackers():
            return dg.MaterializeResult(metadata={"status": "no tracker connected"}, check_results=[_checked([])])
        drawn = plan(opened)
        metadata = _planned(drawn)
        writes = config.mode == "apply" or (config.mode == "policy" and opened.delivery.policy != "plan-only")
        if not writes or not drawn.commands:
            return dg.MaterializeResult(metadata=metadata, check_results=[_checked([])])
        applied = apply(opened, drawn.id)
    metadata |= _applied(applied, names={one.engagement_id: one.name for one in drawn.engagements})
    if applied.error is not None:
        raise dg.Failure(str(applied.error), metadata=metadata)
    return dg.MaterializeResult(metadata=metadata, check_results=[_checked(applied.steps)])


def _planned(drawn: Plan) -> _Metadata:
    """Count what is planned, for each engagement."""
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
    counts: _Metadata = {"plan": drawn.id, "planned": len(drawn.commands)}
    return counts | ({"engagements": dg.MetadataValue.table(records=rows)} if rows else {})


def _applied(applied: Applied, *, names: Mapping[str, str]) -> _Metadata:
    """Count what was written, and list what was not: refused first, and no more than fit on a page.

    Items are named by their keys and marks, not by what they say: `erase` does not reach what stands here.
    """
    short = sorted(filter(_is_short, applied.steps), key=lambda step: _SHORT.index(step.result))
    rows = [
        dg.TableRecord(
            {
                "engagement": names.get(step.command.engagement_id, ""),
                "action": step.command.action,
                "item": step.key or step.command.marker,
                "result": step.result,
                "reason": _unquoted(step.reason),
            }
        )
        for step in short[:_SHOWN]
    ]
    metadata: _Metadata = {
        "made": applied.count("created", "found"),
        "refused": applied.count("refused"),
        "held": applied.count("held"),
        "without_a_clear_answer": applied.count("unknown", "waiting"),
    }
    metadata |= {"not_written": dg.MetadataValue.table(records=rows)} if rows else {}
    return metadata | ({"notes": "\n".join(applied.notes[:_SHOWN])} if applied.notes else {})


def _checked(steps: Sequence[Step]) -> dg.AssetCheckResult:
    """Check that nothing was refused; what only waits for a person, or for the next run, is a warning."""
    reasons = Counter(f"{step.result}: {_unquoted(step.reason)}" for step in filter(_is_short, steps))
    is_refused = any(step.result == "refused" for step in steps)
    said = "\n".join(f"{number} {reason}" for reason, number in reasons.most_common(_SHOWN))
    return dg.AssetCheckResult(
        check_name=_CHECK,
        passed=not reasons,
        severity=dg.AssetCheckSeverity.ERROR if is_refused else dg.AssetCheckSeverity.WARN,
        metadata={"not_written": said or "none"},
    )


def _unquoted(reason: str) -> str:
    """Leave out what a reason quotes of the conversation."""
    return re.sub("“[^”]*”", "“…”", reason)


def _is_short(step: Step) -> bool:
    """Tell if a command was not carried out; a link that is held goes without saying, as what it belongs to is."""
    return step.result in _SHORT and not (step.result == "held" and isinstance(step.command, LinkItem))
