"""`atlas-sync sync`: one run over everything connected."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click
from rich.table import Table
from rich.text import Text

from atlas_sync.cli.shared import Out, command, wait_option, workspace_of
from atlas_sync.operations.pull import estimate
from atlas_sync.operations.sync import SyncResult, sync
from atlas_sync.store.landing import Manifest

__all__ = ["print_streams", "sync_command"]


@click.command(name="sync")
@wait_option
@click.pass_context
@command
def sync_command(context: click.Context, *, wait_s: float, out: Out) -> None:
    """Read what changed, bring the record up to date, and publish it.

    Example: atlas-sync sync --wait 60
    """
    workspace = workspace_of(context)
    with out.console.status("reading") as status:
        result = sync(
            workspace,
            wait_s=wait_s,
            report=lambda manifest: status.update(f"{manifest.system} {manifest.stream}: {estimate(manifest)}"),
        )
    print_streams(out, result.manifests)
    for notice in result.notices:
        out.say(notice, style="yellow")
    out.say(_summary(result))
    out.result(
        {
            "run": result.run,
            "streams": [manifest.model_dump(mode="json", exclude={"parts"}) for manifest in result.manifests],
            "texts_read": result.texts,
            "engagements_compared": result.compared,
            "notices": result.notices,
        }
    )
    sys.exit(result.exit_code)


def print_streams(out: Out, manifests: Sequence[Manifest]) -> None:
    """Print what was read from where, a line a connection, and every stream that is not complete with what to do."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for title in ("from", "records", "streams", "read"):
        table.add_column(title, justify="right" if title == "records" else "left")
    for system in dict.fromkeys(manifest.system for manifest in manifests):
        mine = [manifest for manifest in manifests if manifest.system == system]
        parts = ", ".join(f"{manifest.records} {manifest.stream}" for manifest in mine if manifest.records)
        whole = all(manifest.status == "complete" for manifest in mine)
        count = str(sum(manifest.records for manifest in mine))
        read = Text("complete") if whole else Text("incomplete", style="yellow")
        table.add_row(system, count, parts or "nothing new", read)
    out.console.print(table)
    for manifest in manifests:
        if manifest.status != "complete":
            where = f"{manifest.system} {manifest.stream}"
            out.say(f"{where}: {manifest.status}: {manifest.reason} {manifest.advice}".rstrip(), style="yellow")
    noticed = [manifest for manifest in manifests if manifest.status == "complete" and manifest.advice]
    for notice in dict.fromkeys(f"{manifest.system}: {manifest.advice}" for manifest in noticed):
        out.say(notice, style="dim")


def _summary(result: SyncResult) -> str:
    run = result.run
    taken = (run.finished_at - run.started_at).total_seconds()
    return (
        f"{run.pulled} records read, {run.changed} changed, {run.quarantined} set aside; "
        f"{result.texts} texts read, {result.compared} of {run.engagements} engagements compared; {taken:.1f} s"
    )
