"""`atlas-sync cover`: which promises of a file its work items deliver."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from atlas_sync.cli.shared import Out, command, tell_bad_lines
from atlas_sync.operations.cover import cover
from atlas_sync.operations.extract import writing
from atlas_sync.operations.matcher import shipped_matcher

__all__ = ["cover_command"]


@click.command(name="cover")
@click.option(
    "--input",
    "source",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path, allow_dash=False),
    help="An engagement a line, as JSON: its promises and its issues.",
)
@click.option(
    "--output",
    "target",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path, allow_dash=True),
    help="Where the answers go, a line an engagement; - is standard output.",
)
@command
def cover_command(*, source: Path, target: Path, out: Out) -> None:
    """Tell which promises are covered by a work item, which are missing, and which a person should look at.

    A line holds engagement_id, promises (pid, text and, as far as known, type and due_date) and issues (key, summary and, as
    far as known, description, type, status, due, parent). Its answer holds for each promise the status, the issues that come
    nearest, best first, and the reasons for and against. Of what is missing, the issues named are those that were looked at
    and do not deliver it. Lines that cannot be used are named with file and line; the others go out, and the exit code is 1.

    Example: atlas-sync cover --input trackers.jsonl --output covered.jsonl
    """
    with writing(target) as lines:
        done = cover(source, lines, matcher=shipped_matcher())
    bad_lines = tell_bad_lines(done.bad)
    if str(target) != "-":
        answers = done.answers
        out.say(
            f"{done.engagements} engagements: {answers['covered']} promises covered, {answers['missing']} missing, "
            f"{answers['review']} for review: {target}"
        )
        out.result(
            {
                "engagements": done.engagements,
                **answers,
                "bad_lines": bad_lines,
                "output": str(target),
            }
        )
    sys.exit(1 if bad_lines else 0)
