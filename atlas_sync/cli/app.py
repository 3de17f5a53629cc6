"""The `atlas-sync` command with its subcommands, and the exit codes that scripts may rely on."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

import click

from atlas_sync import __version__
from atlas_sync.cli.shared import fail, leave_interrupted
from atlas_sync.errors import ConfigError

__all__ = ["main"]

_EXIT_CODES = """
\b
Exit codes:
  0  done
  1  done, with records set aside (quarantined) or writes refused
  2  a setting or argument is wrong, or nothing was synced yet
  3  credentials or a permission are missing somewhere
  4  a system or our own store was not available, or another run is writing
  5  the plan is stale, or something in it needs approval
  6  gaps over --fail-on
  7  bench: a target is missed
  130 interrupted
"""

_AS_JSON = f"{__name__}.as_json"
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

    def main(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as click gives it
        """Run the command line. What a terminal's encoding lacks is shown by its number, and ends nothing."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        return super().main(*args, **kwargs)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments; a mistake is told as `--json` asks."""
        ctx.meta[_AS_JSON] = "--json" in args
        with _told(ctx):
            name = next((one for one in args if one in _COMMANDS), None)
            if name and (called := self.get_command(ctx, name)):
                _check_legible(called, args[args.index(name) :])
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as click gives it
        """Run a command; a mistake in its own arguments is told as `--json` asks."""
        with _told(ctx):
            return super().invoke(ctx)


def _check_legible(called: click.Command, args: Sequence[str]) -> None:
    """Refuse what is no text, and could neither be kept nor found; files, which some commands take, may have any name.

    Raises:
        click.UsageError: an argument, or what stands for one in the environment, is not UTF-8.
    """
    if any(isinstance(one.type, click.Path) for one in called.params):
        return
    options = {name for one in called.params if isinstance(one, click.Option) and not one.is_flag for name in one.opts}
    given = [(before if before in options else "an argument", one) for before, one in pairwise(args)]
    given += [(str(one.envvar), os.environ.get(str(one.envvar), "")) for one in called.params if one.envvar]
    for name, text in given:
        if text.encode(errors="ignore").decode() != text:
            message = f"{name} is not UTF-8; nothing was done."
            raise click.UsageError(message)


@contextmanager
def _told(ctx: click.Context) -> Iterator[None]:
    """Give a mistake in the arguments as an object where one was asked for; else click tells it with the usage.

    An interrupt while a command is loaded is told as one while it runs.
    """
    try:
        yield
    except click.UsageError as error:
        if not ctx.meta[_AS_JSON]:
            raise
        fail(ConfigError(error.format_message()), as_json=True)
    except (KeyboardInterrupt, click.Abort):
        leave_interrupted(as_json=ctx.meta[_AS_JSON])


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
