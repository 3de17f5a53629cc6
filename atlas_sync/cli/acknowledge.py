"""`atlas-sync acknowledge`: say that somebody knows of gaps and sees to them."""

from __future__ import annotations

from contextlib import closing

import click

from atlas_sync.cli.shared import Out, by_option, command, local_of, named
from atlas_sync.operations.waive import judge_gaps
from atlas_sync.store.publish import open_snapshot

__all__ = ["acknowledge_command"]


@click.command(name="acknowledge")
@click.argument("gaps", metavar="GAP...", nargs=-1, required=True)
@click.option("--reason", default="", help="What is being done about it.")
@by_option
@click.pass_context
@command
def acknowledge_command(context: click.Context, *, gaps: tuple[str, ...], reason: str, by: str, out: Out) -> None:
    """Say that somebody knows of gaps: they stay listed with that name, and nothing is written for them.

    GAP is an id as `atlas-sync gaps --json` prints them. It ends when the gap does; `atlas-sync reopen` takes it back. One that
    somebody waived, and one for which an item was written, are refused.

    Example: atlas-sync acknowledge gap_0f3c9a --reason "on the agenda of Monday"
    """
    workspace = local_of(context)
    at, today = workspace.now(), workspace.today
    with open_snapshot(workspace.home) as snapshot, closing(workspace.open_ledger()) as ledger:
        found = judge_gaps(snapshot, ledger, gaps, "acknowledged", by=named(by), at=at, reason=reason, today=today)
    for gap in found:
        out.say(f"acknowledged by {by}: {gap.title}")
    out.result({"decided": [{"id": gap.id, "decision": "acknowledged", "reason": reason} for gap in found]})
