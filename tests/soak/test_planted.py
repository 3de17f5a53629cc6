"""The plays would see a bug: each kind that loses records is planted, and the play that is made for it fails.

That a play passes without the bug is shown by the conformance suite, of whose cases most plays are; the others show it here.
"""

from __future__ import annotations

import inspect
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.soak.plants import PLANTS
from tests.soak.play import Puller, play
from tests.stands.rig import rigged

_TRIES = 24


@pytest.mark.soak
@pytest.mark.parametrize("name", PLANTS)
def test_planted_bug_is_caught(name: str, tmp_path: Path, puller: Puller) -> None:
    if not PLANTS[name].play.__module__.startswith("tests.conformance."):
        _perform(name, tmp_path / "right", puller, is_planted=False)
    with pytest.raises(AssertionError) as failed:
        _perform(name, tmp_path / "wrong", puller, is_planted=True)
    sys.stdout.write(f"{name}: {str(failed.value)[:200]}\n")


def _perform(name: str, folder: Path, puller: Puller, *, is_planted: bool) -> None:
    """Play the play of a plant, with the bug or without it."""
    plant = PLANTS[name]
    wanted = inspect.signature(plant.play).parameters
    stand = plant.stand()
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        given: dict[str, Any] = {"stand": stand, "folder": folder, "tmp_path": folder, "monkeypatch": patch}
        given |= {"puller": puller, "plant": name if is_planted else "", **plant.given}
        if is_planted:
            plant.plant(patch)
        if "rig" not in wanted:
            plant.play(**{one: given[one] for one in wanted})
            return
        with rigged(stand, folder, patch) as rig:
            plant.play(**{one: {**given, "rig": rig}[one] for one in wanted})


@pytest.mark.soak
@pytest.mark.parametrize("name", [name for name, plant in PLANTS.items() if plant.is_random])
def test_planted_bug_is_caught_at_random(name: str, tmp_path: Path, puller: Puller) -> None:
    for seed in range(_TRIES):
        wrong = play(seed, tmp_path / str(seed), puller, faults=0.06, plant=name).wrong
        if wrong:
            sys.stdout.write(f"{name}: seed {seed}, {len(wrong)} wrong, such as {wrong[-1]}\n")
            return
    pytest.fail(f"{name} was not caught: {PLANTS[name].says}")
