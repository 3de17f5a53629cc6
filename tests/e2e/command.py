"""The command line and the sandbox in a process for each, forked from one that has imported both: a run without a start.

Starting anew took a third of the time of all that these tests do. That `python -m atlas_sync` starts is tested beside them.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

from atlas_sync.cli import main
from atlas_sync.sandbox.listen import serve
from atlas_sync.sandbox.serve import Sandbox

__all__ = ["run_command", "running_sandbox"]

_PATIENCE_S = 120.0
# Imported by a command when it needs them.
_LATE = ("onnxruntime", "sentencepiece", "hubspot.crm.deals", "sqlalchemy.dialects.sqlite")
_COMMANDS = (
    "apply",
    "approve",
    "brief",
    "gaps",
    "plan",
    "rebuild",
    "review",
    "sandbox",
    "show",
    "sync",
    "undo",
    "waive",
)
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload([*_LATE, *(f"atlas_sync.cli.{name}" for name in _COMMANDS)])


def run_command(args: Sequence[str], *, env: Mapping[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run `atlas-sync` and give its exit code and what it printed; `folder` holds that meanwhile."""
    shown = [folder / f"printed.{name}" for name in ("out", "err")]
    run = _FORKS.Process(target=_run, args=(list(args), dict(env), [str(path) for path in shown]))
    run.start()
    run.join(_PATIENCE_S)
    if run.exitcode is None:
        run.kill()
        raise subprocess.TimeoutExpired(list(args), _PATIENCE_S)
    out, err = (path.read_text(encoding="utf-8") for path in shown)
    return subprocess.CompletedProcess(list(args), run.exitcode, out, err)


def _run(args: list[str], env: dict[str, str], shown: list[str]) -> None:
    os.environ.clear()
    os.environ.update(env)
    for number, path in enumerate(shown, 1):
        target = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(target, number)
        os.close(target)
    main(args)


@contextmanager
def running_sandbox(ports: Mapping[str, int], *, seconds: float) -> Iterator[Mapping[str, str]]:
    """Run the sandbox while the block runs, that many seconds after its world begins, and give its addresses."""
    ours, theirs = _FORKS.Pipe(duplex=False)
    process = _FORKS.Process(target=_serve, args=(dict(ports), seconds, theirs))
    process.start()
    theirs.close()
    try:
        yield ours.recv()
    finally:
        process.terminate()
        process.join()
        ours.close()


def _serve(ports: Mapping[str, int], seconds: float, ready: Connection) -> None:
    # Dagster gives SIGTERM what SIGINT has, which is nothing where tests run in the background; a fork inherits that.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    sandbox = Sandbox()
    sandbox.clock.move_by(seconds)
    serve(sandbox.apps(), ports=ports, ready=lambda addresses: ready.send(dict(addresses)))
