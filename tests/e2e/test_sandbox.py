from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import dagster as dg
import pytest

from atlas_sync.cli.sandbox import _signals_held, _start_dagster, write_settings
from tests.stages import SERVED


def _children(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append(int(stat.parent.name))
    return found


@pytest.mark.e2e
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads /proc, which this system does not have")
@pytest.mark.parametrize("ended_by", [signal.SIGTERM, signal.SIGINT])
def test_dagster_started_by_the_sandbox_ends_with_it(tmp_path: Path, ended_by: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "atlas_sync", "sandbox", "--dev", "--home", str(tmp_path), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        text=True,
    )
    try:
        assert process.stdout is not None
        addresses = json.loads(process.stdout.readline())["addresses"]
        until = time.monotonic() + 20
        while not (children := _children(process.pid)) and time.monotonic() < until:
            time.sleep(0.1)
        assert len(children) == 1
        process.send_signal(ended_by)
        process.wait(timeout=40)
    finally:
        process.kill()
        process.stdout.close()
    assert not Path(f"/proc/{children[0]}").exists()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(addresses["jira"].rpartition(":")[2]))) != 0


@pytest.mark.parametrize("ended_by", [signal.SIGTERM, signal.SIGINT])
def test_signal_that_comes_while_a_child_starts_ends_us_when_the_child_is_known(ended_by: signal.Signals) -> None:
    known: list[str] = []

    def start() -> None:
        with _signals_held():
            os.kill(os.getpid(), ended_by)
            time.sleep(0.01)
            known.append("child")

    with pytest.raises(KeyboardInterrupt):
        start()
    assert known == ["child"]


def test_run_that_was_killed_keeps_no_other_from_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "Popen", lambda *_args, **_kwargs: None)
    _config, secrets = write_settings(tmp_path, dict.fromkeys(SERVED, "http://127.0.0.1:1"), policy="auto")
    _start_dagster(tmp_path, secrets)
    with dg.DagsterInstance.from_config(str(tmp_path / "dagster")) as instance:
        assert instance.get_concurrency_config().pool_config.default_pool_limit is None
