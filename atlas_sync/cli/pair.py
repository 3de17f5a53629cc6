"""What `same` and `different` share: keeping what a person says of two records."""

from __future__ import annotations

from contextlib import closing
from typing import Literal

import click

from atlas_sync.cli.shared import Out, by_option, command, local_of
from atlas_sync.operations.same import judge_pair
from atlas_sync.store.publish import open_snapshot

__all__ = ["pair_command"]


def pair_command(decision: Literal["same", "different"], says: str) -> click.Command:
    """Make the command that keeps one word on two records; `says` is its help."""

    @click.command(name=decision, help=says)
    @click.argument("one")
    @click.argument("other")
    @click.option("--reason", default="", help="How you know.")
    @by_option
    @click.pass_context
    @command
    def say(context: click.Context, *, one: str, other: str, reason: str, by: str, out: Out) -> None:
        workspace = local_of(context)
        with open_snapshot(workspace.home) as snapshot, closing(workspace.open_ledger()) as ledger:
            kept = judge_pair(snapshot, ledger, one, other, decision, by=by, at=workspace.now(), reason=reason)
        number = {"same": "one", "different": "two"}[decision]
        out.say(f"{kept.subject} and {kept.other} are {number}; the record shows it after the next `atlas-sync sync`.")
        out.result({"decided": [{"one": kept.subject, "other": kept.other, "decision": kept.decision}]})

    return say
