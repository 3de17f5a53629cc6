"""What `same` and `different` share: keeping what a person says of two records."""

from __future__ import annotations

from contextlib import closing
from typing import Literal

import click

from atlas_sync.cli.shared import Out, by_option, command, local_of, named
from atlas_sync.operations.same import judge_pair, overturned
from atlas_sync.store.publish import open_snapshot

__all__ = ["pair_command"]

_SAYS = {"same": ("one", "different", "two"), "different": ("two", "same", "one")}
"""What each decision says two records are, and what takes that back, and what it says."""


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
            said = ledger.judgements("same")
            kept = judge_pair(snapshot, ledger, one, other, decision, by=named(by), at=workspace.now(), reason=reason)
        word, *others = kept
        number, opposite, before = _SAYS[decision]
        out.say(f"{word.subject} and {word.other} are {number}; the record shows it after the next `atlas-sync sync`.")
        earlier = overturned(said, word)
        for older in earlier:
            again = f"`atlas-sync {opposite} {older.subject} {older.other}` says it again"
            out.say(f"{older.by} said on {older.at:%Y-%m-%d} that they are {before}; that holds no more, and {again}.")
        for older in others:
            again = f"`atlas-sync {opposite} {older.subject} {older.other}` says it again"
            out.say(f"That {older.subject} and {older.other} are {before} is taken back; {again}.")
        out.result(
            {
                "decided": [{"one": one.subject, "other": one.other, "decision": one.decision} for one in kept],
                "overturned": [{"decision": one.decision, "by": one.by, "at": one.at} for one in earlier],
            }
        )

    return say
