"""`atlas-sync gaps`: what was sold and is not in delivery."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from types import MappingProxyType
from typing import get_args

import click
from rich.table import Table
from rich.text import Text

from atlas_sync.canonical.model import Engagement, Gap, GapKind, Handoff
from atlas_sync.cli.shared import Out, clean, command, local_of
from atlas_sync.operations.named import check_named, is_named
from atlas_sync.operations.retold import recounted
from atlas_sync.operations.review import list_doubts
from atlas_sync.operations.show import list_gaps
from atlas_sync.store.publish import last_run, open_snapshot

__all__ = ["gaps_command", "print_gaps"]

_SEVERITIES = ("high", "medium", "low")
_OVER = 6
_STYLES = {"high": "red", "medium": "yellow", "low": "dim"}


@click.command(name="gaps")
@click.option("--engagement", "wanted", default="", help="Only engagements whose name or client holds this text.")
@click.option(
    "--kind",
    type=click.Choice(get_args(GapKind)),
    metavar="KIND",
    help="Only gaps of this kind, such as promise_missing.",
)
@click.option("--waived", is_flag=True, help="Also gaps that somebody let be, with `atlas-sync waive`.")
@click.option(
    "--fail-on",
    type=click.Choice(_SEVERITIES),
    help="Leave with exit code 6 if a gap this severe is open or only planned.",
)
@click.pass_context
@command
def gaps_command(
    context: click.Context, *, wanted: str, kind: str | None, waived: bool, fail_on: str | None, out: Out
) -> None:
    """List what was sold and delivery does not hold, worst first.

    Example: atlas-sync gaps --engagement Nordhavn --fail-on high
    """
    workspace = local_of(context)
    run, today = last_run(workspace.home), workspace.today
    with open_snapshot(workspace.home) as snapshot, closing(workspace.open_ledger()) as ledger:
        listed = list_gaps(snapshot, ledger, today=today)
        check_named([*snapshot.select(Engagement), *(engagement for engagement, _gap in listed)], wanted)
        found = [
            (engagement, gap)
            for engagement, gap in listed
            if is_named(engagement, wanted) and kind in {None, gap.kind} and (waived or gap.state != "waived")
        ]
        engagements = [one for one in snapshot.select(Engagement, stage="won") if is_named(one, wanted)]
        scores = {row.engagement_id: row for row in snapshot.select(Handoff)}
        scores |= recounted((gap for _engagement, gap in listed), snapshot)
        waiting = len([doubt for doubt in list_doubts(snapshot, ledger) if is_named(doubt.engagement, wanted)])
    print_gaps(out, found, scores=scores)
    if waiting:
        out.say(f"{waiting} sentences may hold a promise and wait for a person: `atlas-sync review`.")
    if run is not None:
        out.say(f"as of {run.as_of:%Y-%m-%d %H:%M} UTC; last run {run.status}", style="dim")
    out.result(
        {
            "as_of": run and run.as_of,
            "in_review": waiting,
            "gaps": [_row(engagement, gap) for engagement, gap in found],
            "handoffs": _handoffs(scores, engagements),
        }
    )
    limit = _SEVERITIES.index(fail_on) if fail_on else -1
    # A plan that waits holds nothing yet.
    waits = (gap for _engagement, gap in found if gap.state in {"open", "planned"})
    over = any(_SEVERITIES.index(gap.severity) <= limit for gap in waits)
    sys.exit(_OVER if over else 0)


def _row(engagement: Engagement, gap: Gap) -> dict[str, object]:
    return {"engagement": engagement.name, "client": engagement.client_name, **gap.model_dump(mode="json")}


def _handoffs(scores: Mapping[str, Handoff], engagements: Sequence[Engagement]) -> list[dict[str, object]]:
    """List how much of each engagement delivery holds, the least first."""
    rows = [(one.name, scores[one.id]) for one in engagements if one.id in scores]
    rows.sort(key=lambda row: (row[1].score is None, row[1].score, row[0]))
    return [{"engagement": name, **handoff.model_dump(mode="json")} for name, handoff in rows]


def print_gaps(
    out: Out,
    found: list[tuple[Engagement, Gap]],
    *,
    scores: Mapping[str, Handoff] = MappingProxyType({}),
    most: int = 60,
) -> None:
    """Print gaps below the name of their engagement, with its handoff score where it is known, then why some are undecided."""
    if not found:
        out.say("No gaps.")
        return
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    shown = found[:most]
    for engagement in dict.fromkeys(engagement.id for engagement, _gap in shown):
        mine = [(one, gap) for one, gap in shown if one.id == engagement]
        held = f"  handoff {scores[engagement].told}" if engagement in scores else ""
        table.add_row(Text(""), Text(""), Text(clean(mine[0][0].name + held), style="bold"))
        for _one, gap in mine:
            state = "" if gap.state == "open" else f" [{gap.state.replace('_', ' ')}]"
            kind = gap.kind.replace("_", " ")
            table.add_row(Text(gap.severity, style=_STYLES[gap.severity]), Text(kind), Text(clean(gap.title + state)))
        for why in dict.fromkeys(
            why for _one, gap in mine if gap.state == "not_decidable" for why in gap.undecided_because
        ):
            table.add_row(Text(""), Text("not decidable", style="dim"), Text(clean(why), style="dim"))
    out.console.print(table)
    if len(found) > most:
        out.say(f"... and {len(found) - most} more; --json prints all.", style="dim")
