"""The command line in a process for each call, forked from one that has imported it: a real run without Python's start.

Starting anew took a third of the time of all that these tests do. That `python -m atlas_sync` starts is tested beside them.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from atlas_sync.cli import main

__all__ = ["run_command"]

_PATIENCE_S = 120.0
_COMMANDS = ("apply", "approve", "brief", "gaps", "plan", "rebuild", "review", "show", "sync", "undo", "waive")
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["onnxruntime", *(f"atlas_sync.cli.{name}" for name in _COMMANDS)])


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
