"""The `atlas-sync` command with its subcommands, and the exit codes that scripts may rely on."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click

from atlas_sync import __version__

__all__ = ["main"]

_EXIT_CODES = """
\b
Exit codes:
  0  done
  1  done, with records set aside (quarantined) or writes refused
  2  a setting or argument is wrong
  3  credentials or a permission are missing somewhere
  4  a system was not available
  5  the plan is stale, or something in it needs approval
  6  gaps over --fail-on
  7  bench: a target is missed
"""


_COMMANDS = (
    "demo",
    "init",
    "sync",
    "gaps",
    "show",
    "brief",
    "plan",
    "approve",
    "apply",
    "undo",
    "review",
    "ask",
    "waive",
    "acknowledge",
    "reopen",
    "same",
    "different",
    "rebuild",
    "extract",
    "cover",
    "eval",
    "webhooks",
    "dashboard",
    "sandbox",
    "bench",
)


class _Commands(click.Group):
    """Loads a command when it is asked for: a script that calls `gaps` every minute does not wait for a web server."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as click calls it
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as click calls it
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"atlas_sync.cli.{cmd_name}"), f"{cmd_name}_command")
        return command


@click.group(cls=_Commands, epilog=_EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
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
