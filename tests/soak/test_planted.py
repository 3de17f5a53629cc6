"""The randomised test would see a bug: each kind that loses records is planted, and is caught."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.soak.plants import PLANTS
from tests.soak.play import Puller, play

_TRIES = 12


@pytest.mark.soak
@pytest.mark.parametrize("name", PLANTS)
def test_planted_bug_is_caught(name: str, tmp_path: Path, puller: Puller) -> None:
    start = int(PLANTS[name].is_tight)
    for seed in range(start, start + 2 * _TRIES, 2):
        wrong = play(seed, tmp_path / str(seed), puller, faults=0.06, plant=name).wrong
        if wrong:
            sys.stdout.write(f"{name}: seed {seed}, {len(wrong)} wrong, such as {wrong[-1]}\n")
            return
    pytest.fail(f"{name} was not caught: {PLANTS[name].says}")
