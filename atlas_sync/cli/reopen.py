"""`atlas-sync reopen`: take back that gaps were waived or acknowledged."""

from __future__ import annotations

from contextlib import closing

import click

from atlas_sync.cli.shared import Out, by_option, command, local_of, named
from atlas_sync.operations.waive import judge_gaps
from atlas_sync.store.publish import open_snapshot

__all__ = ["reopen_command"]


@click.command(name="reopen")
@click.argument("gaps", metavar="GAP...", nargs=-1, required=True)
@by_option
@click.pass_context
@command
def reopen_command(context: click.Context, *, gaps: tuple[str, ...], by: str, out: Out) -> None:
    """Take back that gaps were waived or acknowledged: from now on they count as if nothing had been said.

    GAP is an id as `atlas-sync gaps --waived --json` prints them; one of which nobody said anything is refused.

    Example: atlas-sync reopen gap_0f3c9a
    """
    workspace = local_of(context)
    with open_snapshot(workspace.home) as snapshot, closing(workspace.open_ledger()) as ledger:
        found = judge_gaps(snapshot, ledger, gaps, "reopened", by=named(by), at=workspace.now())
    for gap in found:
        out.say(f"open again: {gap.title}")
    out.result({"decided": [{"id": gap.id, "decision": "reopened"} for gap in found]})
