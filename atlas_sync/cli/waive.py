"""`atlas-sync waive`: let gaps be, with the reason, for good or until a day."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime

import click

from atlas_sync.cli.shared import Out, by_option, command, local_of, named
from atlas_sync.errors import ConfigError
from atlas_sync.operations.waive import judge_gaps
from atlas_sync.store.publish import open_snapshot

__all__ = ["waive_command"]


@click.command(name="waive")
@click.argument("gaps", metavar="GAP...", nargs=-1, required=True)
@click.option("--reason", required=True, help="Why this is no gap, for whoever asks later.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day on which it is let be; for good otherwise.")
@by_option
@click.pass_context
@command
def waive_command(
    context: click.Context, *, gaps: tuple[str, ...], reason: str, until: datetime | None, by: str, out: Out
) -> None:
    """Let gaps be: they are not listed, not counted, and nothing is written for them.

    A waiver is of the whole gap, whatever else becomes of it: one of a promise that is contradicted also lets be what is said
    against that promise later. With --until the gap is looked at again.

    GAP is an id as `atlas-sync gaps --json` prints them. `atlas-sync gaps --waived` lists what was let be, with the reason;
    `atlas-sync reopen` takes it back.

    Example: atlas-sync waive gap_0f3c9a --reason "agreed by phone" --until 2026-09-30
    """
    workspace = local_of(context)
    day = until.date() if until else None
    if day and day < workspace.today:
        message = f"{day} is over."
        raise ConfigError(message, advice="Give a day to come, or leave --until out; nothing was kept.")
    with open_snapshot(workspace.home) as snapshot, closing(workspace.open_ledger()) as ledger:
        found = judge_gaps(snapshot, ledger, gaps, "waived", by=named(by), at=workspace.now(), reason=reason, until=day)
    for gap in found:
        out.say(f"waived {f'until {day}' if day else 'for good'}: {gap.title}")
    out.result({"decided": [{"id": gap.id, "decision": "waived", "reason": reason, "until": day} for gap in found]})
