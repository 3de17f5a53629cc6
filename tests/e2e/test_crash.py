"""Killed at the worst moment, then run again: one item."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace

import pytest

from atlas_sync.sandbox.jira import PERSONAL_ACCESS_TOKEN
from tests.e2e.conftest import Stage

pytestmark = pytest.mark.e2e


def _ours(stage: Stage) -> list[str]:
    """Give the mark of every item of ours in the tracker."""
    return [
        label
        for issue in stage.issues()
        for label in issue["labels"]
        if label.startswith("atlas-") and label != "atlas-sync"
    ]


def test_killed_between_the_trackers_commit_and_our_ledger_makes_one_item(synced: Stage) -> None:
    settings = synced.config.read_text(encoding="utf-8")
    synced.config.write_text(settings.replace("[delivery]", "[delivery]\nat_once = 1"), encoding="utf-8")
    plan = synced.json("plan")
    creates = [c for e in plan["plan"]["engagements"] for c in e["commands"] if c["action"] == "create"]
    # The create is carried out, and its answer comes so late that we are killed while waiting for it.
    synced.control(
        "fault",
        {"system": "jira", "kind": "slow_after", "method": "POST", "path": "/rest/api/3/issue$", "seconds": 30},
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "atlas_sync", "--config", str(synced.config), "apply"],
        env={**os.environ, **synced.env},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while not _ours(synced):
        assert time.monotonic() < deadline, "the tracker never got the item"
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert len(_ours(synced)) == 1

    synced.control("fault", {"clear": True})
    applied = synced.json("apply")
    results = Counter(step["result"] for step in applied["steps"] if step["action"] == "create")
    assert results["found"] == 1
    assert results["created"] == len(creates) - 1
    twice = [mark for mark, count in Counter(_ours(synced)).items() if count > 1]
    assert not twice
    assert len(_ours(synced)) == len(creates)
    synced.run("sync")
    assert synced.json("plan")["commands"] == 0


def _on_data_center(stage: Stage) -> Stage:
    """Let the same tracker be reached as Data Center serves it."""
    settings = stage.config.read_text(encoding="utf-8")
    stage.config.write_text(re.sub(r"(?m)^email = .*\n", "", settings), encoding="utf-8")
    env = {name: value for name, value in stage.env.items() if name != "ATLAS_JIRA_API_TOKEN"}
    return replace(stage, env={**env, "ATLAS_JIRA_PERSONAL_ACCESS_TOKEN": PERSONAL_ACCESS_TOKEN})


@pytest.mark.soak
def test_create_without_a_clear_answer_is_looked_for_and_never_repeated_on_data_center(synced: Stage) -> None:
    synced = _on_data_center(synced)
    plan = synced.json("plan")
    creates = [c for e in plan["plan"]["engagements"] for c in e["commands"] if c["action"] == "create"]
    dropped = {"system": "jira", "kind": "drop_after", "method": "POST", "path": "/rest/api/2/issue$", "times": 1}
    synced.control("fault", dropped)
    synced.run("apply")
    synced.run("apply")
    assert len(_ours(synced)) == len(creates)
    assert max(Counter(_ours(synced)).values()) == 1
    synced.run("sync")
    assert synced.json("plan")["commands"] == 0


def test_lost_ledger_makes_no_second_item(synced: Stage) -> None:
    synced.run("plan")
    synced.run("apply")
    before = len(_ours(synced))
    time.sleep(2.5)
    for file in synced.state.glob("ledger.sqlite*"):
        file.unlink()
    synced.run("sync")
    synced.run("plan")
    synced.run("apply", check=None)
    assert len(_ours(synced)) == before
