"""A sandbox for each test, and the state after a first sync to begin with.

Each process of the tests keeps four ports, on which one sandbox follows the other: what a sync stores of addresses is the
same in all of them. So the first sync, which takes longer than most of what is tested, is done once and its state copied.
"""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path

from atlas_sync.cli.sandbox import secret_variables, write_settings
from atlas_sync.config import load_settings
from atlas_sync.opening import open_workspace
from atlas_sync.operations.sync import sync
from atlas_sync.sandbox.listen import serving
from atlas_sync.sandbox.serve import Sandbox
from tests.readings import Readings

__all__ = ["SERVED", "Stages"]

SERVED = ("salesforce", "hubspot", "jira", "control")


class Stages:
    """The ports of this process and the state after a first sync of what is served there."""

    def __init__(self, folder: Path, readings: Readings) -> None:
        self._folder = folder
        self.readings = readings
        self._kept = ExitStack()
        self.ports = {name: self._keep_port() for name in SERVED}
        self.seconds = 0.0  # that had passed in the world when the first sync ended

    def close(self) -> None:
        """Give the ports back."""
        self._kept.close()

    def copy(self, state: Path) -> None:
        """Put the state after the first sync into a folder that is not there yet."""
        shutil.copytree(self._synced, state)

    @contextmanager
    def serving(self, sandbox: Sandbox) -> Iterator[Mapping[str, str]]:
        """Serve a sandbox from this process while the block runs."""
        with serving(sandbox.apps(), ports=self.ports) as addresses:
            yield addresses

    @cached_property
    def _synced(self) -> Path:
        sandbox = Sandbox()
        start = sandbox.clock.now()
        with self.serving(sandbox) as addresses:
            config, _secrets = write_settings(self._folder, addresses, policy="plan-only")
            workspace = open_workspace(load_settings(config), environ=secret_variables(addresses))
            with self.readings.shared(workspace.home):
                sync(workspace)
        self.seconds = (sandbox.clock.now() - start).total_seconds()
        return workspace.home

    def _keep_port(self) -> int:
        """Find a free port and hold on to it: bound and not listening it is in nobody's way but given to nobody else."""
        holder = self._kept.enter_context(socket.socket())
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", 0))
        port: int = holder.getsockname()[1]
        return port
