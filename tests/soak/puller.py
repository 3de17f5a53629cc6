"""A process that pulls when it is told to, each time in a child of its own that can be killed like any other process.

It reads one JSON object a line and answers with the child's process id, then with its exit code. The child is forked with
everything imported, so that a run costs what it does and not what Python costs to start.
"""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from atlas_sync.config import Settings
from atlas_sync.connectors.hubspot import walks as hubspot_walks
from atlas_sync.connectors.transport import Transport
from atlas_sync.opening import open_workspace
from atlas_sync.operations.assemble import assemble
from atlas_sync.operations.canonicalize import canonicalize
from atlas_sync.operations.pull import pull
from atlas_sync.operations.workspace import new_run_id
from atlas_sync.store.warehouse import open_warehouse
from tests.soak.plants import PLANTS

__all__ = ["main"]

_LONGEST_NAP_S = 0.005
_PAGE = 5
_PART_S = 0.02
"""What was read is safe from a kill so soon that many runs go on from it."""


def main() -> None:
    """Serve until the input ends."""
    for line in sys.stdin:
        job = json.loads(line)
        child = os.fork()
        if child == 0:
            os._exit(_run(job))
        _say(child)
        _child, status = os.waitpid(child, 0)
        _say(os.waitstatus_to_exitcode(status))


def _say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def _run(job: dict[str, Any]) -> int:
    """Do one run, and give 0 where every stream was read completely, 1 where one was not."""
    try:
        _nap()
        hubspot_walks._LIST = hubspot_walks._SEARCH = _PAGE
        if job["plant"]:
            PLANTS[job["plant"]].plant(pytest.MonkeyPatch())
        opened = open_workspace(Settings.model_validate_json(job["settings"]), environ=job["environ"])
        workspace = replace(opened, part_s=_PART_S)
        manifests = pull(workspace, new_run_id(datetime.now(UTC)))
        with open_warehouse(workspace.home, wait_s=60) as warehouse:
            canonicalize(workspace, warehouse)
            assemble(workspace, warehouse)
        odd = [f"{one.system}/{one.stream} {one.status}: {one.reason}" for one in manifests if one.status != "complete"]
        if job["is_last"] and odd:
            sys.stderr.write("\n".join(odd) + "\n")
    except BaseException:  # noqa: BLE001 - a child never comes back into the server's loop
        traceback.print_exc()
        return 2
    return int(bool(odd))


def _nap() -> None:
    """Hardly take the pauses that a vendor asks for."""
    make = Transport.__init__

    def init(self: Transport, *args: Any, **given: Any) -> None:  # noqa: ANN401 - passed through
        make(self, *args, **{**given, "sleep": lambda pause_s: time.sleep(min(pause_s, _LONGEST_NAP_S))})

    Transport.__init__ = init  # type: ignore[method-assign]  # in this child alone


if __name__ == "__main__":
    main()
