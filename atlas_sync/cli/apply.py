"""`atlas-sync apply`: carry out the plan, exactly."""

from __future__ import annotations

import sys

import click

from atlas_sync.cli.shared import Out, command, fail, workspace_of
from atlas_sync.coverage import LinkItem, SetDeal
from atlas_sync.errors import StaleError
from atlas_sync.operations.apply import Applied, Step, apply

__all__ = ["apply_command", "print_step", "summary"]


@click.command(name="apply")
@click.argument("plan_id", metavar="[PLAN]", required=False)
@click.pass_context
@command
def apply_command(context: click.Context, *, plan_id: str | None, out: Out) -> None:
    """Write what the plan says to the tracker and onto deals, each item once.

    PLAN is the id that `atlas-sync plan` printed; the plan made last by default. It is refused when the tracker or the
    record changed since.

    What the policy holds back for approval, or a cap for the next run, is named; the exit code is then 5.

    Example: atlas-sync apply
    """
    applied = apply(workspace_of(context), plan_id, report=lambda step: print_step(out, step))
    for note in applied.notes:
        out.say(f"  {note}", style="yellow")
    out.say(summary(applied))
    if applied.count("created", "found") or any(isinstance(step.command, SetDeal) for step in applied.steps):
        out.say(f"`atlas-sync undo {applied.run}` takes back what this made.")
    payload = {
        "plan": applied.plan_id,
        "run": applied.run,
        "notes": applied.notes,
        "steps": [
            {"action": step.command.action, "marker": step.command.marker, "result": step.result, "key": step.key}
            | ({"reason": step.reason} if step.reason else {})
            for step in applied.steps
        ],
    }
    if applied.error is not None:
        if out.as_json:
            out.result({**payload, "error": type(applied.error).__name__, "message": str(applied.error)})
            sys.exit(applied.error.exit_code)
        fail(applied.error, as_json=False)
    out.result(payload)
    sys.exit(StaleError.exit_code if applied.count("held") else int(applied.count("refused") > 0))


def print_step(out: Out, step: Step) -> None:
    """Print one step; links go without saying unless they failed."""
    if isinstance(step.command, LinkItem) and step.result in {"linked", "held"}:
        return
    title = getattr(step.command, "summary", None) or getattr(step.command, "title", "") or "the brief"
    reason = f"  ({step.reason})" if step.reason else ""
    out.say(f"  {step.result:<8} {step.key:<10} {title}{reason}", style="yellow" if step.reason else None)


def summary(applied: Applied) -> str:
    """Say in one line what was done."""
    parts = {
        "made": applied.count("created", "found"),
        "updated": applied.count("updated"),
        "linked": applied.count("linked"),
        "attached": applied.count("attached"),
        "asked to watch": applied.count("asked"),
        "kept as a person left them": applied.count("kept"),
        "refused": applied.count("refused"),
        "held": sum(step.result == "held" and not isinstance(step.command, LinkItem) for step in applied.steps),
        "without a clear answer": applied.count("unknown", "waiting"),
    }
    return ", ".join(f"{number} {what}" for what, number in parts.items() if number) or "Nothing to do."
