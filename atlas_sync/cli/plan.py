"""`atlas-sync plan`: what would be written to the tracker."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing

import click

from atlas_sync.cli.shared import Out, command, workspace_of
from atlas_sync.coverage import (
    AddWatcher,
    AttachFile,
    CreateItem,
    DealField,
    LinkItem,
    SetDeal,
    UpdateItem,
    WriteCommand,
)
from atlas_sync.coverage.text import shorten
from atlas_sync.operations.approve import approvers, waiting
from atlas_sync.operations.gate import approver_of, why_look
from atlas_sync.operations.plan import plan
from atlas_sync.operations.planned import Plan, PlannedEngagement
from atlas_sync.operations.workspace import Delivery, Workspace

__all__ = ["plan_command", "print_plan"]

_SHOWN = 70


@click.command(name="plan")
@click.option("--skipped", is_flag=True, help="Also print what is left out, with the reason.")
@click.pass_context
@command
def plan_command(context: click.Context, *, skipped: bool, out: Out) -> None:
    """Show what would be written to the tracker and onto deals; nothing is written.

    Example: atlas-sync plan --skipped
    """
    workspace = workspace_of(context)
    made = plan(workspace)
    print_plan(out, made, workspace=workspace, skipped=skipped)
    counts = {"commands": len(made.commands), "calls": made.calls, "notifications": made.notifications}
    out.result({"plan": made, **counts})


def print_plan(out: Out, made: Plan, *, workspace: Workspace, skipped: bool = False) -> None:
    """Print a plan as a diff: `+` makes an item, `~` changes one of ours, `=` leaves what a person decided otherwise.

    Links go with their items. In brackets stands why a person should see a line first, or who approved it.
    """
    with closing(workspace.open_ledger()) as ledger:
        known, looks = approvers(ledger), len(waiting(workspace, ledger, made))
    for engagement in made.engagements:
        conflicts = any(left.is_conflict for left in engagement.skipped)
        if engagement.commands or engagement.problems or conflicts or (skipped and engagement.skipped):
            _print_engagement(out, engagement, delivery=workspace.delivery, known=known, skipped=skipped)
    out.say()
    if not made.commands:
        out.say("Nothing to do.")
        return
    creates = sum(isinstance(one, CreateItem) for one in made.commands)
    updates = sum(isinstance(one, UpdateItem) for one in made.commands)
    links = sum(isinstance(one, LinkItem) for one in made.commands)
    deals = sum(isinstance(one, SetDeal) for one in made.commands)
    told = f", {deals} deals to tell" if deals else ""
    files = sum(isinstance(one, AttachFile) for one in made.commands)
    told = f", {files} files{told}" if files else told
    out.say(
        f"Plan {made.id}: {creates} items to make, {updates} to update, {links} links{told}; about {made.calls} calls, and "
        f"{made.notifications} events that the tracker tells people of."
    )
    if looks and workspace.delivery.policy != "plan-only":
        out.say(
            f"{looks} need approval: `atlas-sync approve {made.id}`; the rest is written by `atlas-sync apply {made.id}`."
        )
    else:
        out.say(f"`atlas-sync apply {made.id}` does this.")


def _print_engagement(
    out: Out, engagement: PlannedEngagement, *, delivery: Delivery, known: Mapping[str, str], skipped: bool
) -> None:
    reader = "internal" if engagement.audience == "internal" else "the client can read it"
    out.say()
    out.say(f"{engagement.name} -> {engagement.project or 'nowhere'} ({reader})", style="bold")
    for problem in engagement.problems:
        out.say(f"  ! {problem}", style="yellow")
    for note in engagement.notes:
        out.say(f"  . {note}", style="dim")
    for one in engagement.commands:
        line = _line(one)
        if line:
            why = why_look(one, engagement, delivery)
            who = approver_of(one, known)
            line += f"  [{f'approved by {who}' if who else '; '.join(why)}]" if why else ""
            out.say(f"  {line}", style="green" if line.startswith("+") else "cyan")
    for left in (left for left in engagement.skipped if left.is_conflict):
        out.say(f"  = {left.subject}: {left.reason}; theirs stays", style="yellow")
    rest = [left for left in engagement.skipped if not left.is_conflict]
    for left in rest if skipped else ():
        out.say(f"  - {left.subject}: {left.reason}", style="dim")
    if rest and not skipped:
        out.say(f"    {len(rest)} left out; --skipped says why", style="dim")


def _line(one: WriteCommand) -> str:
    match one:
        case CreateItem():
            due = f"  (due {one.due})" if one.due else ""
            return f"+ {one.item:<8} {one.summary}{due}"
        case UpdateItem():
            return f"~ {'update':<8} {one.title or one.summary or 'the brief'}  ({one.key})"
        case AttachFile():
            return f"+ {'file':<8} {one.title}"
        case AddWatcher():
            return f"+ {'watcher':<8} {one.title}"
        case SetDeal():
            return f"~ {'deal':<8} {'; '.join(_change(field) for field in one.fields)}"
        case LinkItem():
            return ""


def _change(field: DealField) -> str:
    """Show a field as it is and as it will be, on one line."""
    before = f"“{shorten(field.before, _SHOWN)}” -> " if field.before else ""
    return f"{field.name}: {before}{shorten(field.value, _SHOWN) or 'nothing'}"
