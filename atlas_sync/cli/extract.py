"""`atlas-sync extract`: what was said in a file of conversations."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from atlas_sync.cli.shared import Out, command, tell_bad_lines
from atlas_sync.operations.extract import extract

__all__ = ["extract_command"]


@click.command(name="extract")
@click.option(
    "--input",
    "source",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path, allow_dash=False),
    help="A conversation a line, as JSON.",
)
@click.option(
    "--output",
    "target",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path, allow_dash=True),
    help="Where the findings go, a line a conversation; - is standard output.",
)
@click.option(
    "--explain",
    is_flag=True,
    help="Add the rule behind each finding, what was nearly a promise and why not, and every unit with its zone.",
)
@command
def extract_command(*, source: Path, target: Path, explain: bool, out: Out) -> None:
    """Find promises, whys, scope and people in conversations, each with its exact quote.

    A line holds `body` and, as far as known, id, engagement_id, kind (email, call, meeting, note), format (text, html), at,
    subject, author and participants (name, email, side, title). A lone sentence is a line too: `text` with `channel` and
    `speaker_side`. Lines may stand in any order: those of one engagement_id are read in order of `at` and told as one story,
    in which `same_as` names the `pid` of the earlier mention that a promise repeats or changes. A promise with
    `needs_review` is for a person to look at. Lines that cannot be used are named; the others go out, and the exit code is 1.

    Example: atlas-sync extract --input conversations.jsonl --output found.jsonl
    """
    done = extract(source, target, explain=explain)
    bad_lines = tell_bad_lines(done.bad)
    if str(target) != "-":
        out.say(f"{done.documents} documents, {done.promises} promises, {done.in_review} of them for review: {target}")
        out.result(
            {
                "documents": done.documents,
                "promises": done.promises,
                "in_review": done.in_review,
                "bad_lines": bad_lines,
                "output": str(target),
            }
        )
    sys.exit(1 if bad_lines else 0)
