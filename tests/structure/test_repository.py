"""Promises the repository makes about itself."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import subprocess
import tomllib
from pathlib import Path

import click
import pytest

import atlas_sync
from atlas_sync import errors
from atlas_sync.cli import main

ROOT = Path(__file__).resolve().parents[2]


def test_lock_holds_hashes_and_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    pins = [line for line in lock.splitlines() if re.match(r"[a-z0-9]", line)]
    assert len(pins) > 50
    assert lock.count("--hash=sha256:") >= len(pins)


def test_no_symlink_is_tracked_and_the_environment_is_ignored_also_as_one() -> None:
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {".venv", ".venv-train"} <= {*ignored}, "a name with a slash is no symlink's"
    tracked = subprocess.run(["git", "ls-files", "--stage"], cwd=ROOT, capture_output=True, text=True, check=False)
    if tracked.returncode:
        pytest.skip("the tree is no checkout")
    assert [line for line in tracked.stdout.splitlines() if line.startswith("120000")] == []


def test_dagster_family_is_pinned_together() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    versions = {name.partition("==")[2] for name in wanted if name.startswith("dagster")}
    assert len(versions) == 1
    assert "" not in versions


def test_error_tree_in_the_docstring_is_the_real_one() -> None:
    classes = [
        kind for _name, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.AtlasError)
    ]
    drawn = re.findall(r"([A-Z][A-Za-z]+Error)\b", errors.__doc__ or "")
    assert sorted(set(drawn)) == sorted(kind.__name__ for kind in classes)
    assert sorted(errors.__all__) == sorted(kind.__name__ for kind in classes)


def _modules() -> list[str]:
    return [
        name
        for _finder, name, _ispkg in pkgutil.walk_packages(atlas_sync.__path__, "atlas_sync.")
        if "__main__" not in name
    ]


@pytest.mark.parametrize("name", _modules())
def test_module_exports_what_it_says(name: str) -> None:
    module = importlib.import_module(name)
    for public in getattr(module, "__all__", ()):
        assert hasattr(module, public), public


COMMANDS = main.list_commands(click.Context(main))


@pytest.mark.parametrize("name", COMMANDS)
def test_command_has_an_example_and_stands_in_the_readme(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert isinstance(command, click.Command)
    assert "Example: atlas-sync" in (command.help or "")
    assert f"atlas-sync {name}" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_no_error_text_can_hold_a_value() -> None:
    canary = "canary@secret.example"
    error = errors.MappingError("$.email is not a text.", path="$.email", system="crm", operation="read")
    assert canary not in str(error)
    assert str(error) == "crm read: $.email is not a text."
