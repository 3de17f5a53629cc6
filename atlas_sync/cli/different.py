"""`atlas-sync different`: say that two clients, or two people, are two."""

from __future__ import annotations

from contextlib import closing

import click

from atlas_sync.cli.shared import Out, by_option, command, local_of
from atlas_sync.operations.same import judge_pair
from atlas_sync.store.publish import open_snapshot

__all__ = ["different_command"]


@click.command(name="different")
@click.argument("one")
@click.argument("other")
@click.option("--reason", default="", help="How you know.")
@by_option
@click.pass_context
@command
def different_command(context: click.Context, *, one: str, other: str, reason: str, by: str, out: Out) -> None:
    """Say that two clients, or two people, are two: records that keys had joined are taken apart.

    ONE and OTHER are ids of clients or people (cli_..., per_...), or of their records in a system (hubspot:person:201); to
    part what is one now, name two of its records. It holds for good; `atlas-sync same` takes it back.

    Example: atlas-sync different salesforce:person:003A hubspot:person:201
    """
    workspace = local_of(context)
    with open_snapshot(workspace.home) as snapshot, closing(workspace.open_ledger()) as ledger:
        kept = judge_pair(snapshot, ledger, one, other, "different", by=by, at=workspace.now(), reason=reason)
    out.say(f"{kept.subject} and {kept.other} are two; the record shows it after the next `atlas-sync sync`.")
    out.result({"decided": [{"one": kept.subject, "other": kept.other, "decision": kept.decision}]})
