"""`atlas-sync bench`: measure against others, print both sides, and fail where a target is missed."""

from __future__ import annotations

import sys
from importlib import import_module

import click
from rich.table import Table

from atlas_sync.cli.benches.figures import Report
from atlas_sync.cli.shared import Out, command

__all__ = ["MISSED", "bench_command"]

MISSED = 7
"""The exit code of a target that is missed."""

_BENCHES = ("ingest", "pull", "pages", "read", "documents", "identity", "gaps", "write")


@click.command(name="bench")
@click.argument("name", type=click.Choice(_BENCHES))
@click.option(
    "--records", type=click.IntRange(min=100), default=None, help="How many made records; each has its own default."
)
@command
def bench_command(*, name: str, records: int | None, out: Out) -> None:
    """Measure one part against others on made data; exit code 7 when a target is missed.

    Example: atlas-sync bench ingest --records 120000
    """
    module = import_module(f"atlas_sync.cli.benches.{name}")
    with out.console.status(f"measuring {name}"):
        report: Report = getattr(module, f"bench_{name}")(*([records] if records else []))
    _print(out, report)
    targets = [{**target.model_dump(), "is_met": target.is_met} for target in report.targets]
    out.result({**report.model_dump(), "targets": targets, "is_met": report.is_met})
    sys.exit(0 if report.is_met else MISSED)


def _print(out: Out, report: Report) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for title in ("side", "records", "CPU s", "us/record", "wall s", "records/s", "peak MiB", "checksum"):
        table.add_column(title, justify="left" if title in {"side", "checksum"} else "right")
    for side in report.sides:
        figures = (f"{side.cpu_s:.2f}", f"{side.cpu_us:.1f}", f"{side.wall_s:.2f}", f"{side.per_second:,.0f}")
        table.add_row(side.name, f"{side.records:,}", *figures, f"{side.rss_mib:.0f}", side.checksum)
    out.console.print(table)
    for target in report.targets:
        word, style = ("met", "green") if target.is_met else ("MISSED", "red")
        out.say(f"{word}: {target.name}: {target.value:.2f}, {target.kind} {target.limit:g}", style=style)
    for note in report.notes:
        out.say(note)
    agree = "the same on every side" if report.checksums_agree else "NOT the same on every side"
    out.say(f"checksum {report.checksum}, {agree}", style=None if report.checksums_agree else "red")
