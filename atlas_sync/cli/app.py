"""The `atlas-sync` command with its subcommands, and the exit codes that scripts may rely on."""

from __future__ import annotations

from pathlib import Path

import click

from atlas_sync import __version__
from atlas_sync.cli.apply import apply_command
from atlas_sync.cli.brief import brief_command
from atlas_sync.cli.dashboard import dashboard_command
from atlas_sync.cli.demo import demo_command
from atlas_sync.cli.gaps import gaps_command
from atlas_sync.cli.plan import plan_command
from atlas_sync.cli.sandbox import sandbox_command
from atlas_sync.cli.show import show_command
from atlas_sync.cli.sync import sync_command

__all__ = ["main"]

_EXIT_CODES = """
\b
Exit codes:
  0  done
  1  done, with records set aside (quarantined) or writes refused
  2  a setting or argument is wrong
  3  credentials or a permission are missing somewhere
  4  a system was not available
  5  the plan is stale: plan again
  6  gaps over --fail-on
"""


@click.group(epilog=_EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    help="Settings file; atlas.toml or ATLAS_CONFIG otherwise.",
)
@click.version_option(__version__, prog_name="atlas-sync")
def main(config: Path | None) -> None:
    """Keep a deal and its delivery project one record.

    Reads deals with their conversation from CRMs and projects from trackers, shows what was promised and is missing from
    delivery, and fills the tracker: planned first, written once, never over a person's edit.

    Start with: atlas-sync demo
    """


for _command in (
    demo_command,
    sync_command,
    gaps_command,
    show_command,
    brief_command,
    plan_command,
    apply_command,
    dashboard_command,
    sandbox_command,
):
    main.add_command(_command)
