"""The hostile suite would see a bug on Redmine: each kind is planted, and is caught."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.hostile.play import play_on
from tests.redmine.hostile import RedmineStage
from tests.redmine.plants import PLANTS, planted
from tests.redmine.server import Server

_TRIES = 40


@pytest.mark.parametrize("name", PLANTS)
def test_planted_bug_is_caught(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if not request.config.getoption("--plants", default=False):
        pytest.skip("takes minutes: make hostile")
    server: Server = request.getfixturevalue("redmine")
    for seed in range(_TRIES):
        server.reset()
        with planted(name):
            wrong = play_on(RedmineStage(seed, tmp_path / str(seed), server)).wrong
        if wrong:
            sys.stdout.write(f"{name}: schedule {seed}, {wrong[-1][:300]}\n")
            return
    pytest.fail(f"{name}: not caught")
