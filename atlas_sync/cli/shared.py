"""What all commands share: finding the settings, printing for people or machines, and turning errors into exit codes."""

from __future__ import annotations

import getpass
import json
import sys
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn, ParamSpec

import click
from pydantic import BaseModel
from rich.console import Console
from rich.text import Text

from atlas_sync.config import Settings, load_settings, open_local, open_workspace
from atlas_sync.errors import AtlasError
from atlas_sync.operations.documents import BadLine
from atlas_sync.operations.workspace import Workspace

__all__ = [
    "JSON_VERSION",
    "Out",
    "by_option",
    "clean",
    "command",
    "fail",
    "local_of",
    "settings_of",
    "tell_bad_lines",
    "workspace_of",
]

JSON_VERSION = 1
"""Counted up when a field of any `--json` answer changes its meaning or goes away."""

P = ParamSpec("P")


def _named(_context: click.Context, _option: click.Parameter, name: str) -> str:
    if not name.strip():
        raise click.BadParameter("say who.")
    return name.strip()


by_option = click.option(
    "--by",
    envvar="ATLAS_BY",
    default=getpass.getuser,
    callback=_named,
    metavar="NAME",
    help="Who says so; your login otherwise.",
)
"""Every judgement is kept with the name of the person it comes from."""


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
            click.echo(json.dumps({"version": JSON_VERSION, **payload}, default=_plain, ensure_ascii=False))


def command(function: Callable[P, None]) -> Callable[P, None]:
    """Give a command `--json`, an `out` keyword, and our errors as one line with their exit code."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        as_json = bool(kwargs.pop("as_json", False))
        kwargs["out"] = Out(as_json=as_json, console=Console(quiet=as_json, highlight=False, markup=False, emoji=False))
        try:
            function(*args, **kwargs)
        except AtlasError as error:
            fail(error, as_json=as_json)

    option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
    return option(run)


def clean(text: str) -> str:
    """Give a text that cannot steer a terminal: control characters other than line breaks become spaces."""
    return "".join(char if char == "\n" or unicodedata.category(char) != "Cc" else " " for char in text)


def tell_bad_lines(bad: Iterable[BadLine]) -> list[dict[str, object]]:
    """Name the lines of a file that could not be used where errors are looked for, and give them for machines."""
    found = list(bad)
    for one in found:
        click.echo(clean(str(one)), err=True)
    return [{"line": one.line, "reason": one.reason} for one in found]


def fail(error: AtlasError, *, as_json: bool) -> NoReturn:
    """Print an error where it is looked for and leave with its exit code."""
    if as_json:
        payload = {"version": JSON_VERSION, "error": type(error).__name__, "message": str(error)}
        click.echo(json.dumps(payload, ensure_ascii=False))
    else:
        click.echo(clean(f"error: {error}"), err=True)
    sys.exit(error.exit_code)


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


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    return str(value)
