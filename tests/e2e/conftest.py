"""The sandbox as a process of its own, and the command line run the way a user runs it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from atlas_sync.cli.sandbox import secret_variables, write_settings
from atlas_sync.config import load_settings
from atlas_sync.opening import open_workspace
from atlas_sync.operations.workspace import Workspace
from tests.e2e.command import run_command, running_sandbox
from tests.stages import Stages


@dataclass(frozen=True)
class Stage:
    """A running sandbox with settings for it."""

    home: Path
    config: Path
    addresses: Mapping[str, str]
    env: Mapping[str, str]

    @property
    def state(self) -> Path:
        """Give the folder that the settings name as home."""
        return self.home / "state"

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
def stage(tmp_path: Path, stages: Stages) -> Iterator[Stage]:
    """Give a running sandbox of which nothing was read yet."""
    with running_sandbox(stages.ports, seconds=0) as addresses:
        stage = _stage(tmp_path / "a home", addresses)
        with stages.readings.shared(stage.state):
            yield stage


@pytest.fixture
def synced(tmp_path: Path, stages: Stages) -> Iterator[Stage]:
    """Give a running sandbox and the state after a first sync of it."""
    home = tmp_path / "a home"
    stages.copy(home / "state")
    with running_sandbox(stages.ports, seconds=stages.seconds) as addresses:
        yield _stage(home, addresses)


def _stage(home: Path, addresses: Mapping[str, str]) -> Stage:
    config, _secrets = write_settings(home, addresses, policy="plan-only")
    return Stage(home, config, addresses, secret_variables(addresses))
