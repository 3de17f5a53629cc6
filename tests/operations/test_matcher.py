from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas_sync import coverage
from atlas_sync.errors import ConfigError
from atlas_sync.operations.matcher import LearnedMatcher, shipped_matcher

WEIGHTS = Path(coverage.__file__).parent / "weights"
SAID = "Your drivers' managers get a half-day training on site."
PASSAGES = [
    "Admin handover session. Remote call.",
    "Train dispatch leads. Half a day, Hamburg.",
    "Broken icon on login page.",
]

pytestmark = pytest.mark.skipif(
    not (WEIGHTS / "matcher.onnx").is_file(), reason="the package was built without its weights"
)


@pytest.fixture(scope="module")
def matcher() -> LearnedMatcher:
    found = shipped_matcher()
    assert found is not None
    return found


def test_item_that_delivers_scores_highest(matcher: LearnedMatcher) -> None:
    (row,) = matcher.scores([SAID], PASSAGES)
    assert max(range(3), key=row.__getitem__) == 1


def test_score_depends_on_no_other_text(matcher: LearnedMatcher) -> None:
    (row,) = matcher.scores([SAID], PASSAGES)
    alone = [matcher.scores([SAID], [passage])[0][0] for passage in PASSAGES]
    assert row == pytest.approx(alone, abs=1e-4)
    assert matcher.scores(["x", SAID], PASSAGES[::-1])[1] == pytest.approx(row[::-1], abs=1e-4)


def test_no_passages_and_no_texts_are_no_trouble(matcher: LearnedMatcher) -> None:
    assert matcher.scores([SAID], []) == [[]]
    assert matcher.scores([], PASSAGES) == []


def test_damaged_weights_are_refused(tmp_path: Path) -> None:
    for name in ("matcher.json", "matcher.onnx"):
        shutil.copy(WEIGHTS / name, tmp_path)
    with (tmp_path / "matcher.onnx").open("ab") as file:
        file.write(b"x")
    with pytest.raises(ConfigError, match=r"Install atlas-sync again"):
        LearnedMatcher(tmp_path)


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=300), st.lists(st.text(max_size=120), min_size=1, max_size=3))
def test_any_text_has_a_finite_score(said: str, passages: list[str]) -> None:
    matcher = shipped_matcher()
    assert matcher is not None
    (row,) = matcher.scores([said], passages)
    assert all(-1000 < score < 1000 for score in row)
