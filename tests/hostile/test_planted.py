"""The hostile tracker would see a bug: each kind is planted, and is caught."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.hostile.plants import PLANTS, planted
from tests.hostile.play import play

_TRIES = 60


@pytest.mark.parametrize("name", PLANTS)
def test_planted_bug_is_caught(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if not request.config.getoption("--plants"):
        pytest.skip("takes minutes: make hostile")
    for seed in range(_TRIES):
        with planted(name):
            wrong = play(seed, tmp_path / str(seed)).wrong
        if wrong:
            sys.stdout.write(f"{name}: schedule {seed}, {wrong[-1]}\n")
            return
    pytest.fail(f"{name}: not caught")
