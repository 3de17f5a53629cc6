"""The sense as it is shipped: whole, total over any text, the same for each text whatever is asked beside it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas_sync.errors import ConfigError
from atlas_sync.extraction import READER_VERSION, sense
from atlas_sync.extraction.sense import Sense, nearness, shipped_sense, with_sense
from tests.extraction.test_story import FIRST, reading

WEIGHTS = Path(sense.__file__).parent / "weights"
SAID = "Nobody of yours waits at the gate, our crew opens it at six."
AGAIN = "as I told you, six o'clock and you drive straight in"
OTHER = "Your crew waits until our gate opens."


@pytest.fixture(scope="module")
def network() -> Sense:
    found = shipped_sense()
    assert found is not None, "the package carries it"
    return found


def test_other_words_for_the_same_are_nearer_than_the_same_words_for_something_else(network: Sense) -> None:
    said, again, other = network.of([SAID, AGAIN, OTHER])
    assert nearness(said, again) > nearness(again, other)
    assert nearness(said, said) == pytest.approx(1.0)
    assert nearness(said, again) == nearness(again, said)


def test_sense_depends_on_no_other_text(network: Sense) -> None:
    assert list(network.of([SAID, AGAIN, OTHER] * 4))[1::3] == list(network.of([AGAIN])) * 4
    assert list(network.of([])) == []


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=3000), st.text(max_size=300))
def test_any_texts_have_a_nearness(one: str, other: str) -> None:
    network = shipped_sense()
    assert network is not None
    assert -1.001 < nearness(*network.of([one, other])) < 1.001


def test_readings_are_remembered_under_the_hash_that_the_card_names() -> None:
    sha256 = json.loads((WEIGHTS / "sense.json").read_text(encoding="utf-8"))["sha256"]
    assert sha256[:12] in READER_VERSION
    assert sha256 in (Path(__file__).parents[2] / "docs" / "reader-model.md").read_text(encoding="utf-8")


def test_damaged_weights_are_refused(tmp_path: Path) -> None:
    for name in ("sense.json", "sense.onnx", "vocabulary.txt"):
        shutil.copy(WEIGHTS / name, tmp_path)
    with (tmp_path / "sense.onnx").open("ab") as file:
        file.write(b"x")
    with pytest.raises(ConfigError, match="the weights of the sense") as refused:
        Sense(tmp_path)
    assert "sense.onnx" in refused.value.advice


def test_without_its_files_shared_words_tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sense, "_FOLDER", tmp_path)
    shipped_sense.cache_clear()
    try:
        assert with_sense([reading(FIRST)]) == [reading(FIRST)]
        assert sense.sense_version() == "none"
    finally:
        shipped_sense.cache_clear()
