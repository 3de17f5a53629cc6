"""`atlas-sync review`: look at what reading was unsure of, and say what it is."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import closing

import click

from atlas_sync.cli.shared import Out, command, local_of
from atlas_sync.errors import ConfigError
from atlas_sync.operations.review import Doubt, decide, list_doubts
from atlas_sync.store.ledger import Decision
from atlas_sync.store.publish import open_snapshot

__all__ = ["review_command"]

_KEYS: dict[str, Decision] = {"y": "confirmed", "n": "rejected"}


@click.command(name="review")
@click.option("--engagement", "wanted", default="", help="Only engagements whose name or client holds this text.")
@click.option("--most", type=click.IntRange(min=1), default=20, show_default=True, help="How many to show.")
@click.option("--confirm", multiple=True, metavar="ID", help="It is a promise; may be given several times.")
@click.option("--reject", multiple=True, metavar="ID", help="It is none; may be given several times.")
@click.pass_context
@command
def review_command(
    context: click.Context, *, wanted: str, most: int, confirm: tuple[str, ...], reject: tuple[str, ...], out: Out
) -> None:
    """List the promises that reading was unsure of, and take down what you say of them.

    Those where a look pays most come first: doubt times the size of the deal. On a terminal one key answers: y it is a
    promise, n it is none, any other key leaves it, q ends. What you say is kept in the ledger, holds whenever the text is
    read again, and is never asked twice; the record shows it after the next sync.

    Example: atlas-sync review --engagement Nordhavn
    """
    workspace = local_of(context)
    if both := set(confirm) & set(reject):
        message = f"{', '.join(sorted(both))} cannot be confirmed and rejected at once."
        raise ConfigError(message)
    with open_snapshot(workspace.home) as snapshot, closing(workspace.open_ledger()) as ledger:
        decisions: dict[str, Decision] = {}
        decisions |= dict.fromkeys(confirm, _KEYS["y"]) | dict.fromkeys(reject, _KEYS["n"])
        kept = decide(snapshot, ledger, decisions, at=workspace.now()) if decisions else []
        doubts = [doubt for doubt in list_doubts(snapshot, ledger) if wanted.casefold() in _title(doubt).casefold()]
        if not decisions and not out.as_json and sys.stdin.isatty():
            for name, decision in _asked(out, doubts[:most]):
                kept += decide(snapshot, ledger, {name: decision}, at=workspace.now())
        elif not decisions:
            for doubt in doubts[:most]:
                _print(out, doubt)
    out.say(_summary(len(kept), len(doubts), asked=bool(decisions)))
    out.result(
        {
            "waiting": len(doubts),
            "doubts": [_row(doubt) for doubt in doubts[:most]],
            "decided": [{"id": one.statement_id, "decision": one.decision} for one in kept],
        }
    )


def _asked(out: Out, doubts: Sequence[Doubt]) -> Iterator[tuple[str, Decision]]:
    """Show one after another and yield what the person answers."""
    for doubt in doubts:
        _print(out, doubt)
        out.say("  promise? y yes, n no, q ends, any other key leaves it", style="dim")
        key = click.getchar().lower()
        if key == "q":
            return
        if key in _KEYS:
            yield doubt.promise.id, _KEYS[key]


def _print(out: Out, doubt: Doubt) -> None:
    promise = doubt.promise
    said = promise.evidence
    out.say(f"{promise.id}  {_title(doubt)}", style="dim")
    out.say(f'  "{" ".join(promise.text.split())}"', style="bold")
    due = f", due {promise.due_date or promise.due_text}" if promise.due_text else ""
    out.say(
        f"  {said.speaker or 'somebody'} ({said.side}), {said.said_at:%Y-%m-%d}: {promise.kind}{due}; {promise.rule}"
    )


def _title(doubt: Doubt) -> str:
    return f"{doubt.engagement.name} {doubt.engagement.client_name or ''}".strip()


def _summary(kept: int, waiting: int, *, asked: bool) -> str:
    if kept:
        return f"{kept} kept; the record shows it after the next `atlas-sync sync`."
    return f"{waiting} wait for a look." if waiting or asked else "Nothing waits for a look."


def _row(doubt: Doubt) -> dict[str, object]:
    return {
        "engagement": doubt.engagement.name,
        "weight": round(doubt.weight, 3),
        **doubt.promise.model_dump(mode="json"),
    }
