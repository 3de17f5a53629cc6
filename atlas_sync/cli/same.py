"""`atlas-sync same`: say that two clients, or two people, are one."""

from __future__ import annotations

from contextlib import closing

import click

from atlas_sync.cli.shared import Out, by_option, command, local_of
from atlas_sync.operations.same import judge_pair
from atlas_sync.store.publish import open_snapshot

__all__ = ["same_command"]


@click.command(name="same")
@click.argument("one")
@click.argument("other")
@click.option("--reason", default="", help="How you know.")
@by_option
@click.pass_context
@command
def same_command(context: click.Context, *, one: str, other: str, reason: str, by: str, out: Out) -> None:
    """Say that two clients, or two people, are one: their records become one, and the one seen first keeps its id.

    ONE and OTHER are ids of clients or people (cli_..., per_...), or of their records in a system (hubspot:person:201). It
    holds against any key, for good; `atlas-sync different` takes it back without a trace.

    Example: atlas-sync same per_0f3c9a per_77be01
    """
    workspace = local_of(context)
    with open_snapshot(workspace.home) as snapshot, closing(workspace.open_ledger()) as ledger:
        kept = judge_pair(snapshot, ledger, one, other, "same", by=by, at=workspace.now(), reason=reason)
    out.say(f"{kept.subject} and {kept.other} are one; the record shows it after the next `atlas-sync sync`.")
    out.result({"decided": [{"one": kept.subject, "other": kept.other, "decision": kept.decision}]})
