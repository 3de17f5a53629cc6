"""`atlas-sync rebuild`: the warehouse once more, from what was landed and what people decided."""

from __future__ import annotations

from dataclasses import asdict

import click

from atlas_sync.cli.shared import Out, command, wait_option, workspace_of
from atlas_sync.operations.rebuild import rebuild

__all__ = ["rebuild_command"]


@click.command(name="rebuild")
@wait_option
@click.pass_context
@command
def rebuild_command(context: click.Context, *, wait_s: float, out: Out) -> None:
    """Make the warehouse anew from landing and ledger, with the same ids, gaps and history, and publish it.

    For a warehouse that was lost or damaged, and after an upgrade that reads more than before. Asks no system anything; the
    old warehouse stays until the new one is complete. Refused where a connection that was read is not in the settings any more.

    Example: atlas-sync rebuild
    """
    workspace = workspace_of(context)
    with out.console.status("reading landing") as status:
        done = rebuild(workspace, report=lambda run: status.update(f"run {run}"), wait_s=wait_s)
    out.say(f"{done.runs} runs lived through again: {done.engagements} engagements, published as {done.snapshot}")
    out.result(asdict(done))
