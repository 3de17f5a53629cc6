"""The sandbox as a process of its own, and the command line run the way a user runs it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from atlas_sync.cli.demo import running_sandbox
from atlas_sync.cli.sandbox import secret_variables, write_settings
from atlas_sync.config import load_settings, open_workspace
from atlas_sync.operations.workspace import Workspace
from tests.e2e.command import run_command
from tests.readings import Readings


@dataclass(frozen=True)
class Stage:
    """A running sandbox with settings for it."""

    home: Path
    config: Path
    addresses: Mapping[str, str]
    env: Mapping[str, str]

    def run(self, *args: str, check: int | None = 0) -> subprocess.CompletedProcess[str]:
        """Run `atlas-sync` with these settings and expect an exit code."""
        result = run_command(
            ["--config", str(self.config), *args], env={**os.environ, **self.env}, folder=self.config.parent
        )
        if check is not None:
            assert result.returncode == check, f"{result.returncode}\n{result.stdout[-2000:]}\n{result.stderr[-2000:]}"
        return result

    def json(self, *args: str, check: int | None = 0) -> dict[str, Any]:
        """Run a command with `--json` and give the object it printed."""
        found: dict[str, Any] = json.loads(self.run(*args, "--json", check=check).stdout)
        return found

    def control(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Ask something of the control address."""
        answer = requests.post(f"{self.addresses['control']}/{path}", json=body, timeout=10)
        assert answer.ok, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def issues(self) -> list[dict[str, Any]]:
        """Give the tracker's truth."""
        found: list[dict[str, Any]] = requests.get(f"{self.addresses['control']}/issues", timeout=10).json()
        return found

    def workspace(self) -> Workspace:
        """Open the same settings in this process."""
        return open_workspace(load_settings(self.config), environ=self.env)


@pytest.fixture
def make_stage(tmp_path: Path, readings: Readings) -> Iterator[Callable[[], Stage]]:
    """Give a maker of running sandboxes; all are stopped at the end."""
    open_stages = []
    homes: list[Path] = []

    def make() -> Stage:
        home = tmp_path / f"home {len(open_stages)}"
        running = running_sandbox(home)
        addresses = running.__enter__()
        open_stages.append(running)
        config, _secrets = write_settings(home, addresses, policy="plan-only")
        homes.append(home / "state")
        readings.lend(homes[-1])
        return Stage(home, config, addresses, secret_variables(addresses))

    yield make
    for running in open_stages:
        running.__exit__(None, None, None)
    for home in homes:
        readings.keep(home)


@pytest.fixture
def stage(make_stage: Callable[[], Stage]) -> Stage:
    """Give one running sandbox."""
    return make_stage()
