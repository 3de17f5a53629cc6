"""`atlas-sync approve`: say that what a plan holds back may be written."""

from __future__ import annotations

from contextlib import closing

import click

from atlas_sync.cli.shared import Out, by_option, command, local_of, named
from atlas_sync.operations.approve import approve
from atlas_sync.operations.workspace import Workspace

__all__ = ["approve_command"]


@click.command(name="approve")
@click.argument("plan_id", metavar="[PLAN]", required=False)
@click.option("--engagement", help="Only what is for one engagement: its id, or part of its name or its client's.")
@by_option
@click.option("--log", "shows_log", is_flag=True, help="List what was approved, by whom and when, and approve nothing.")
@click.pass_context
@command
def approve_command(
    context: click.Context, *, plan_id: str | None, engagement: str | None, by: str, shows_log: bool, out: Out
) -> None:
    """Approve what waits in a plan, so that `atlas-sync apply` and unattended runs may write it.

    PLAN is the id that `atlas-sync plan` printed; the plan made last by default. An approval holds for exactly what the
    plan shows: with another text it has to be given again.

    Example: atlas-sync approve --engagement "yard data platform"
    """
    workspace = local_of(context)
    if shows_log:
        _log(out, workspace)
        return
    plan, found = approve(workspace, plan_id, who=named(by), engagement=engagement)
    for one in found:
        title = getattr(one.command, "summary", None) or getattr(one.command, "title", "") or "the brief"
        out.say(f"  approved  {one.place.project:<8} {title}  ({'; '.join(one.reasons)})")
    out.say(f"{len(found)} approved by {by}." if found else "Nothing waits for approval.")
    out.result(
        {
            "plan": plan.id,
            "by": by,
            "approved": [
                {"marker": one.command.marker, "action": one.command.action, "reasons": one.reasons} for one in found
            ],
        }
    )


def _log(out: Out, workspace: Workspace) -> None:
    with closing(workspace.open_ledger()) as ledger:
        found = ledger.approvals()
        keys = {intent.marker: intent.remote_key for intent in ledger.intents()}
    for one in found:
        out.say(f"{one.at:%d %b %Y %H:%M}  {one.who}  plan {one.plan_id}  {keys.get(one.marker) or one.marker}")
    if not found:
        out.say("Nothing has been approved.")
    out.result(
        {
            "approvals": [
                {"marker": one.marker, "plan": one.plan_id, "by": one.who, "at": one.at.isoformat()} for one in found
            ]
        }
    )
