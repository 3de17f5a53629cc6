"""`atlas-sync ask`: a second opinion on what waits for review, from a language model that the settings name."""

from __future__ import annotations

from contextlib import closing

import click

from atlas_sync.cli.shared import Out, command, settings_of
from atlas_sync.opening import open_adviser, open_local
from atlas_sync.operations.advice import Opinion, advise
from atlas_sync.operations.ranking import load_ranking
from atlas_sync.operations.review import Doubt, list_doubts
from atlas_sync.store.publish import open_snapshot

__all__ = ["ask_command"]


@click.command(name="ask")
@click.option(
    "--most", type=click.IntRange(min=1), default=10, show_default=True, help="How many sentences to ask about."
)
@click.pass_context
@command
def ask_command(context: click.Context, *, most: int, out: Out) -> None:
    """Ask a language model about the sentences that wait for review, those where a look pays most first.

    It needs `advice.url` and `advice.model` in the settings, an OpenAI-compatible endpoint that may be your own, and
    `advice.connections`, the connections whose texts may be sent there. Each sentence goes with the words around it, and
    nothing else. An opinion that does not quote the text to the letter is dropped. Nothing is decided or kept: say what it
    is with `atlas-sync review`.

    Example: atlas-sync ask --most 5
    """
    settings = settings_of(context)
    workspace, adviser = open_local(settings), open_adviser(settings)
    with open_snapshot(workspace.home) as snapshot, closing(workspace.open_ledger()) as ledger:
        found = list_doubts(snapshot, ledger, load_ranking(workspace.home))
        doubts = [doubt for doubt in found if doubt.promise.needs_review]
        allowed = []
        for doubt, opinion in advise(snapshot, doubts, adviser):
            allowed.append((doubt, opinion))
            _print(out, doubt, opinion)
            if len(allowed) == most:
                break
    if not allowed:
        out.say("Nothing waits for review whose text may be sent.")
    out.result({"opinions": [_row(doubt, opinion) for doubt, opinion in allowed]})


def _print(out: Out, doubt: Doubt, opinion: Opinion | None) -> None:
    out.say(f"{doubt.promise.id}  {doubt.engagement.name}", style="dim")
    out.say(f'  "{" ".join(doubt.promise.text.split())}"', style="bold")
    if opinion is None:
        out.say("  no opinion that the text bears out", style="dim")
    else:
        out.say(f"  {'a promise' if opinion.promise else 'no promise'}: {opinion.reason}")


def _row(doubt: Doubt, opinion: Opinion | None) -> dict[str, object]:
    return {
        "id": doubt.promise.id,
        "text": doubt.promise.text,
        "opinion": opinion.model_dump() if opinion else None,
    }
