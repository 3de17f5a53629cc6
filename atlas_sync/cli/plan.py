"""`atlas-sync plan`: what would be written to the tracker."""

from __future__ import annotations

import click

from atlas_sync.cli.shared import Out, command, workspace_of
from atlas_sync.coverage import CreateItem, LinkItem, UpdateItem, WriteCommand
from atlas_sync.operations.plan import Plan, plan

__all__ = ["plan_command", "print_plan"]


@click.command(name="plan")
@click.option("--skipped", is_flag=True, help="Also print what is left out, with the reason.")
@click.pass_context
@command
def plan_command(context: click.Context, *, skipped: bool, out: Out) -> None:
    """Show what would be written to the tracker; nothing is written.

    Example: atlas-sync plan --skipped
    """
    made = plan(workspace_of(context))
    print_plan(out, made, skipped=skipped)
    out.result({"plan": made, "commands": len(made.commands)})


def print_plan(out: Out, made: Plan, *, skipped: bool = False) -> None:
    """Print a plan as a diff: `+` makes an item, `~` changes one of ours; links go with their items."""
    for engagement in made.engagements:
        if not (engagement.commands or engagement.problems or (skipped and engagement.skipped)):
            continue
        reader = "internal" if engagement.audience == "internal" else "the client can read it"
        out.say()
        out.say(f"{engagement.name} -> {engagement.project or 'nowhere'} ({reader})", style="bold")
        for problem in engagement.problems:
            out.say(f"  ! {problem}", style="yellow")
        for one in engagement.commands:
            line = _line(one)
            if line:
                out.say(f"  {line}", style="green" if line.startswith("+") else "cyan")
        for left in engagement.skipped if skipped else ():
            out.say(f"  - {left.subject}: {left.reason}", style="dim")
        if engagement.skipped and not skipped:
            out.say(f"    {len(engagement.skipped)} left out; --skipped says why", style="dim")
    out.say()
    if not made.commands:
        out.say("Nothing to do.")
        return
    creates = sum(isinstance(one, CreateItem) for one in made.commands)
    updates = sum(isinstance(one, UpdateItem) for one in made.commands)
    links = sum(isinstance(one, LinkItem) for one in made.commands)
    out.say(
        f"Plan {made.id}: {creates} items to make, {updates} to update, {links} links. `atlas-sync apply` does this."
    )


def _line(one: WriteCommand) -> str:
    match one:
        case CreateItem():
            due = f"  (due {one.due})" if one.due else ""
            return f"+ {one.item:<8} {one.summary}{due}"
        case UpdateItem():
            return f"~ {'update':<8} {one.summary or 'the brief'}"
        case LinkItem():
            return ""
