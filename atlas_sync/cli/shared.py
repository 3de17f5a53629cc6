"""What all commands share: finding the settings, printing for people or machines, and turning errors into exit codes."""

from __future__ import annotations

import getpass
import json
import os
import shlex
import shutil
import sys
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, ParamSpec, TextIO

import click
from pydantic import BaseModel
from rich.console import Console
from rich.text import Text

from atlas_sync import INTERRUPTED, OF_SIGINT
from atlas_sync.config import Settings, load_settings
from atlas_sync.errors import AtlasError, ConfigError
from atlas_sync.opening import open_local, open_workspace
from atlas_sync.operations.workspace import Workspace

if TYPE_CHECKING:
    from atlas_sync.operations.documents import BadLine  # what reads texts takes a third of a second to load

__all__ = [
    "JSON_VERSION",
    "Out",
    "by_option",
    "called",
    "clean",
    "command",
    "echo",
    "fail",
    "leave_interrupted",
    "local_of",
    "named",
    "settings_of",
    "tell_bad_lines",
    "workspace_of",
]

JSON_VERSION = 1
"""Counted up when a field of any `--json` answer changes its meaning or goes away."""

_NAME = "atlas-sync"
P = ParamSpec("P")


def _login() -> str:
    """Give the name of the user who runs this; empty where nobody knows it, as in many containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""


by_option = click.option(
    "--by",
    envvar="ATLAS_BY",
    default=_login,
    callback=lambda _context, _option, name: name.strip(),
    metavar="NAME",
    help="Who says so; otherwise ATLAS_BY, or your login.",
)
"""Every judgement is kept with the name of the person it comes from; `named` holds that there is one."""

wait_option = click.option(
    "--wait",
    "wait_s",
    type=click.FloatRange(min=0),
    default=0.0,
    show_default=True,
    help="Seconds to wait for another run.",
)


class _Screen(Console):
    """Where lines for people appear. Its reader may leave, as `head` does: what is under way goes on without it."""

    def on_broken_pipe(self) -> None:
        """Say nothing more."""
        self.quiet = True
        _lead_nowhere(sys.stdout)


@dataclass(slots=True)
class Out:
    """Where a command prints. `console` is for people; with `as_json` only `result` prints, one object."""

    as_json: bool
    console: Console

    def say(self, text: str = "", *, style: str | None = None) -> None:
        """Print a line for people; whatever the text holds is shown, never obeyed."""
        self.console.print(Text(clean(text), style=style or ""))

    def result(self, payload: dict[str, Any]) -> None:
        """Print the answer for machines, if that was asked for."""
        if self.as_json:
            _print_json(payload)


def command(function: Callable[P, None]) -> Callable[P, None]:
    """Give a command `--json`, an `out` keyword, and our errors, or an interrupt, as one line with an exit code."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        as_json = bool(kwargs.pop("as_json", False))
        kwargs["out"] = Out(as_json=as_json, console=_Screen(quiet=as_json, highlight=False, markup=False, emoji=False))
        try:
            function(*args, **kwargs)
        except AtlasError as error:
            fail(error, as_json=as_json)
        except (KeyboardInterrupt, EOFError, click.Abort):
            leave_interrupted(as_json=as_json)

    option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
    return option(run)


def called() -> str:
    """Give how to call this program from here: by its name where a shell finds it, else by where it is."""
    own, found = Path(sys.executable).with_name(_NAME), shutil.which(_NAME)
    if found and not (own.exists() and not own.samefile(found)):
        return _NAME
    if not own.exists():
        return f"{shlex.quote(sys.executable)} -m atlas_sync"
    here = Path.cwd()
    return shlex.quote(str(own.relative_to(here) if own.is_relative_to(here) else own))


def named(by: str) -> str:
    """Give the name of who says something; a listing needs none.

    Raises:
        ConfigError: there is none.
    """
    if not by:
        raise ConfigError("nobody is named.", advice="Say who, with --by or ATLAS_BY.")
    return by


def clean(text: str) -> str:
    """Give a text that cannot steer a terminal: control characters other than line breaks become spaces."""
    return "".join(char if char == "\n" or unicodedata.category(char) != "Cc" else " " for char in text)


def tell_bad_lines(bad: Iterable[BadLine]) -> list[dict[str, object]]:
    """Name the lines of a file that could not be used where errors are looked for, and give them for machines."""
    found = list(bad)
    for one in found:
        echo(clean(str(one)), err=True)
    return [{"line": one.line, "reason": one.reason} for one in found]


def fail(error: AtlasError, *, as_json: bool) -> NoReturn:
    """Print an error where it is looked for and leave with its exit code."""
    if as_json:
        _print_json({"error": type(error).__name__, "message": str(error)})
    else:
        echo(clean(f"error: {error}"), err=True)
    sys.exit(error.exit_code)


def leave_interrupted(*, as_json: bool) -> NoReturn:
    """Say that it was interrupted and leave with the exit code for that."""
    if as_json:
        _print_json({"error": "Interrupted", "message": INTERRUPTED})
    else:
        echo(INTERRUPTED, err=True)
    sys.exit(OF_SIGINT)


def workspace_of(context: click.Context) -> Workspace:
    """Make the workspace that `--config`, the environment or atlas.toml describe.

    Raises:
        ConfigError: they do not.
    """
    return open_workspace(settings_of(context))


def local_of(context: click.Context) -> Workspace:
    """Make the workspace for commands that only look at what was synced; no secret is needed.

    Raises:
        ConfigError: the settings are wrong.
    """
    return open_local(settings_of(context))


def settings_of(context: click.Context) -> Settings:
    """Read the settings that `--config` or the environment names, or atlas.toml.

    Raises:
        ConfigError: they are wrong.
    """
    path: Path | None = context.find_root().params.get("config")
    return load_settings(path)


def echo(text: str, *, err: bool = False) -> None:
    """Print a line for whoever still reads."""
    try:
        click.echo(text, err=err)
    except BrokenPipeError:
        _lead_nowhere(sys.stderr if err else sys.stdout)


def _lead_nowhere(stream: TextIO) -> None:
    """Let what is written to a stream from now on be lost, where there is no reader any more."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _print_json(payload: dict[str, Any]) -> None:
    """Print one object; on a terminal that is not Unicode's in characters that all of them have."""
    is_unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    echo(json.dumps({"version": JSON_VERSION, **payload}, default=_plain, ensure_ascii=not is_unicode))


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    return str(value)
