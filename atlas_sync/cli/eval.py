"""`atlas-sync eval`: how well reading and tracing do on labelled text."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from atlas_sync.cli.shared import Out, clean, command, echo, local_of
from atlas_sync.errors import ConfigError
from atlas_sync.operations.evaluate import Evaluation, Part, evaluate
from atlas_sync.operations.ranking import train_ranking
from atlas_sync.operations.scoring import Figure
from atlas_sync.store.judgements import standing

__all__ = ["eval_command"]


@click.command(name="eval")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--misses", is_flag=True, help="Also list where reading and label differ.")
@click.option("--train", is_flag=True, help="Learn the order of the review queue from what people decided here.")
@click.pass_context
@command
def eval_command(context: click.Context, *, paths: tuple[Path, ...], misses: bool, train: bool, out: Out) -> None:
    """Measure reading on labelled conversations and sentences, and tracing on labelled trackers and pairs.

    Takes files or folders: lines with `body` and `gold` (whole conversations) or `text` and `label` (sentences), as
    documented with the labelled texts; trackers hold `issues` and their promises, or name promises of conversations that are
    given along; files of other shapes are skipped. A finding counts where it shares half of the shorter span with a label, each
    label once. Brackets hold 95 % intervals: Wilson, for F1 resampled by document.

    With --train it fits the ranking of the review queue to the decisions of `atlas-sync review` instead, and keeps it only
    if it does better on the quarter of them that is always held back.

    Example: atlas-sync eval our-mail.jsonl --misses
    """
    if train:
        _train(context, out)
        return
    if not paths:
        raise ConfigError("there is nothing to measure.", advice="Name a file or folder with labels, or give --train.")
    done = evaluate(paths, with_misses=misses)
    for part in done.parts:
        _print_part(out, part)
    for miss in done.misses:
        out.say(
            f"{miss.what:<16} {miss.document:<10} {miss.channel:<8} {' '.join(miss.text.split())[:160]}  [{miss.detail}]"
        )
    for bad in done.bad:
        echo(clean(str(bad)), err=True)
    for path in done.skipped:
        out.say(f"skipped {path.name}: no labelled texts or trackers", style="dim")
    out.result(_answer(done))
    sys.exit(1 if done.bad else 0)


def _train(context: click.Context, out: Out) -> None:
    workspace = local_of(context)
    with closing(workspace.open_ledger()) as ledger:
        done = train_ranking(workspace.home, standing(ledger.judgements("promise")))
    if done.new_loss is None:
        out.say(
            f"{done.decisions} decisions, {done.held_back} of them held back: too few, or all alike, to learn from."
        )
    else:
        verdict = "kept" if done.kept else "not kept"
        out.say(f"{done.decisions} decisions, {done.held_back} of them held back.")
        out.say(f"Loss on those: {done.old_loss:.4f} before, {done.new_loss:.4f} now; the new ranking is {verdict}.")
    out.result(_row(done))


def _print_part(out: Out, part: Part) -> None:
    out.say()
    table = Table(title=f"{part.count} {part.name}", title_justify="left", box=None, padding=(0, 2, 0, 0))
    # Names fold, so that no figure is cut on a narrow screen or in a file.
    table.add_column("", overflow="fold")
    for name in ("P", "R", "F1", "found", "labelled"):
        table.add_column(name, justify="right", no_wrap=True)
    for figure in sorted(part.figures, key=lambda figure: " · " in figure.name):
        table.add_row(Text(clean(figure.name)), *_cells(figure), str(figure.found), str(figure.labelled))
    out.console.print(table)
    shares = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for share in part.shares:
        shares.add_row(
            Text(clean(share.name)), _with_interval(share.value, share.interval), f"{share.count} of {share.total}"
        )
    out.console.print(shares)


def _cells(figure: Figure) -> Sequence[Text]:
    return (
        _with_interval(figure.precision, figure.precision_interval),
        _with_interval(figure.recall, figure.recall_interval),
        _with_interval(figure.f1, figure.f1_interval),
    )


def _with_interval(value: float, interval: tuple[float, float]) -> Text:
    low, high = (_short(bound) for bound in interval)
    return Text(f"{_short(value)} [{low} {high}]")


def _short(share: float) -> str:
    return f"{share:.2f}".removeprefix("0")


def _answer(done: Evaluation) -> dict[str, object]:
    return {
        "parts": [
            {
                "name": part.name,
                "count": part.count,
                "figures": [_row(figure) for figure in part.figures],
                "shares": [_row(share) for share in part.shares],
            }
            for part in done.parts
        ],
        "misses": [_row(miss) for miss in done.misses],
        "bad_lines": [{"file": str(bad.path), "line": bad.line, "reason": bad.reason} for bad in done.bad],
        "skipped": [str(path) for path in done.skipped],
    }


def _row(value: object) -> dict[str, object]:
    fields = dataclasses.fields(value)  # type: ignore[arg-type]  # only our dataclasses come here
    return {one.name: getattr(value, one.name) for one in fields}
