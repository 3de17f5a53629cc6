"""What all commands share: how they name this program, as the shell that runs it finds it, and how they end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from atlas_sync import INTERRUPTED
from atlas_sync.cli import main
from atlas_sync.cli.shared import Out, called, command
from tests.conftest import ROOT

UNLOADED = """
import sys
from types import ModuleType
cli = sys.modules["atlas_sync.cli"] = ModuleType("atlas_sync.cli")
cli.__getattr__ = lambda name: exec("raise KeyboardInterrupt")
"""


@pytest.mark.parametrize(
    ("script", "on_path", "expected"),
    [
        (True, False, ".venv/bin/atlas-sync"),
        (True, True, "atlas-sync"),
        (False, True, "atlas-sync"),
        (False, False, "'{home}/a b/.venv/bin/python' -m atlas_sync"),
    ],
)
def test_program_is_called_as_a_shell_finds_it(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    script: bool,  # noqa: FBT001 - a table
    on_path: bool,  # noqa: FBT001 - as above
    expected: str,
) -> None:
    own, path = tmp_path / "a b/.venv/bin", tmp_path / "bin"
    for folder in (own, path):
        folder.mkdir(parents=True)
    if script:
        (own / "atlas-sync").touch(mode=0o755)
    if on_path:
        found = path / "atlas-sync"
        found.symlink_to(own / "atlas-sync") if script else found.touch(mode=0o755)
    monkeypatch.setattr(sys, "executable", str(own / "python"))
    monkeypatch.setenv("PATH", str(path))
    monkeypatch.chdir(tmp_path / "a b")
    assert called() == expected.format(home=tmp_path)


def test_program_of_another_environment_is_not_taken_for_this_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("own", "other"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "atlas-sync").touch(mode=0o755)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "own/python"))
    monkeypatch.setenv("PATH", str(tmp_path / "other"))
    assert called() == str(tmp_path / "own/atlas-sync")


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt, EOFError, click.Abort])
@pytest.mark.parametrize("as_json", [False, True])
def test_interrupt_is_said_in_one_line_or_object(*, as_json: bool, interrupt: type[BaseException]) -> None:
    @click.command()
    @command
    def work(out: Out) -> None:
        out.say("at work")
        raise interrupt

    answer = CliRunner().invoke(work, ["--json"] if as_json else [])
    assert answer.exit_code == 130
    assert (json.loads(answer.stdout)["message"] if as_json else answer.stderr).startswith("interrupted: ")


@pytest.mark.parametrize("as_json", [False, True])
def test_interrupt_while_a_command_is_loaded_is_said_as_later(
    monkeypatch: pytest.MonkeyPatch, *, as_json: bool
) -> None:
    monkeypatch.setattr("atlas_sync.cli.app.import_module", _interrupted)
    answer = CliRunner().invoke(main, ["gaps", "--json"] if as_json else ["gaps"])
    assert answer.exit_code == 130
    assert (json.loads(answer.stdout)["message"] if as_json else answer.stderr).startswith("interrupted: ")


def test_interrupt_before_anything_is_loaded_is_said_as_later(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(UNLOADED, encoding="utf-8")
    env = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    command = [sys.executable, "-m", "atlas_sync"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, f"{INTERRUPTED}\n")


def _interrupted(_name: str) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("name", ["sync", "rebuild"])
def test_nobody_waits_less_than_no_time(name: str) -> None:
    answer = CliRunner().invoke(main, [name, "--wait", "-5"])
    assert (answer.exit_code, "--wait" in answer.stderr) == (2, True)
