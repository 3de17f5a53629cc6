"""`atlas-sync undo`: take back what a run made and nobody touched."""

from __future__ import annotations

import sys
from contextlib import closing

import click

from atlas_sync.cli.shared import Out, command, fail, workspace_of
from atlas_sync.operations.undo import MadeRun, TakenBack, Undone, runs, undo
from atlas_sync.operations.workspace import Workspace

__all__ = ["undo_command"]


@click.command(name="undo")
@click.argument("run", metavar="[RUN]", required=False)
@click.pass_context
@command
def undo_command(context: click.Context, *, run: str | None, out: Out) -> None:
    """Take back the items that a run made, and say which are left and why.

    RUN is the id that `atlas-sync apply` printed; without one, the runs that made something are listed. An item that
    anybody changed, commented on or added to is left. Where deleting is not allowed, items are closed and lose our marks.

    Example: atlas-sync undo 20261103T091500.000000Z
    """
    workspace = workspace_of(context)
    if run is None:
        _list(out, workspace)
        return
    undone = undo(workspace, run, report=lambda item: _print(out, item))
    _summary(out, undone)
    payload = {
        "run": undone.run,
        "items": [
            {"key": item.key, "result": item.result} | ({"reason": item.reason} if item.reason else {})
            for item in undone.items
        ],
    }
    if undone.error is not None:
        if out.as_json:
            out.result({**payload, "error": type(undone.error).__name__, "message": str(undone.error)})
            sys.exit(undone.error.exit_code)
        fail(undone.error, as_json=False)
    out.result(payload)
    sys.exit(1 if undone.count("left") else 0)


def _list(out: Out, workspace: Workspace) -> None:
    with closing(workspace.open_ledger()) as ledger:
        found = runs(ledger)
    for one in found:
        out.say(_line(one))
    if not found:
        out.say("No run has made anything.")
    out.result(
        {"runs": [{"run": one.run, "made": one.made, "standing": one.standing, "told": one.told} for one in found]}
    )


def _line(one: MadeRun) -> str:
    when = f"{one.at:%d %b %Y %H:%M}" if one.at else ""
    told = f", {one.told} deals told" if one.told else ""
    return f"{one.run}  {when}  {one.made} made, {one.standing} standing{told}"


def _print(out: Out, item: TakenBack) -> None:
    reason = f"  ({item.reason})" if item.reason else ""
    out.say(f"  {item.result:<8} {item.key:<9} {item.title}{reason}", style="yellow" if item.result == "left" else None)


def _summary(out: Out, undone: Undone) -> None:
    words = {
        "removed": "removed",
        "closed": "closed",
        "restored": "deals as before",
        "left": "left",
        "gone": "gone already",
    }
    parts = [f"{undone.count(result)} {word}" for result, word in words.items() if undone.count(result)]
    if parts or undone.error is None:
        out.say(", ".join(parts) or "Nothing is left of this run.")
