from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sentencepiece import SentencePieceProcessor

from atlas_sync import coverage
from atlas_sync.errors import ConfigError
from atlas_sync.operations.cover import Tracker, judge_tracker
from atlas_sync.operations.matcher import CLOSELY, LearnedMatcher, pair_of, shipped_matcher, text_of
from training.trackers import trackers_of

WEIGHTS = Path(coverage.__file__).parent / "weights"
SAID = "Your drivers' managers get a half-day training on site."
PASSAGES = [
    "Admin handover session. Remote call.",
    "Train dispatch leads. Half a day, Hamburg.",
    "Broken icon on login page.",
]

pytestmark = pytest.mark.skipif(
    not (WEIGHTS / "pairs.onnx").is_file(), reason="the package was built without its weights"
)


@pytest.fixture(scope="module")
def matcher() -> LearnedMatcher:
    found = shipped_matcher()
    assert found is not None
    return found


def test_item_that_delivers_scores_highest(matcher: LearnedMatcher) -> None:
    (row,) = matcher.matches([SAID], PASSAGES)
    assert max(range(3), key=lambda at: row[at].score) == 1


def test_neither_order_nor_other_texts_change_a_match(matcher: LearnedMatcher) -> None:
    (row,) = matcher.matches([SAID], PASSAGES)
    turned = matcher.matches(["x", SAID], PASSAGES[::-1])[1]
    assert turned == row[::-1]


def test_the_best_are_read_closely_and_the_others_come_after_them(matcher: LearnedMatcher) -> None:
    others = [f"Bug: crash of the label printer {number}, firmware" for number in range(4)]
    (row,) = matcher.matches([SAID], [*others, *PASSAGES])
    best = sorted(row, key=lambda one: -one.score)
    assert [one.departs is None for one in best] == [place >= CLOSELY for place in range(len(best))]


@pytest.mark.parametrize(
    ("said", "kept", "broken"),
    [
        (
            "We replace every worn valve with a new one.",
            "Valves. All worn ones replaced new.",
            "Valves. Old ones cleaned and refitted, no new parts.",
        ),
        (
            "All sessions are held at your office.",
            "Sessions. At client's premises.",
            "Sessions. Remote only, via video call.",
        ),
    ],
)
def test_item_that_says_something_else_departs_more(matcher: LearnedMatcher, said: str, kept: str, broken: str) -> None:
    ((match,),) = matcher.matches([said], [kept])
    ((other,),) = matcher.matches([said], [broken])
    assert match.departs is not None
    assert other.departs is not None
    assert match.departs < other.departs


@pytest.mark.parametrize(
    ("said", "planned"),
    [
        ("We take over all your old invoices.", "Reprise historique des factures"),
        ("Your night shift is trained in their own language.", "Nachtschicht einweisen, Muttersprache"),
        ("You get the photos of the whole building from the air.", "Fotos aéreas del edificio"),
        ("We repair the roof before the winter.", "Dach reparieren vor Wintereinbruch"),
    ],
)
def test_item_in_another_language_is_found(matcher: LearnedMatcher, said: str, planned: str) -> None:
    (row,) = matcher.matches([said], ["Imprimante en panne", "Protokoll Lenkungskreis", planned])
    assert max(range(3), key=lambda at: row[at].score) == 2


def test_texts_are_read_alone_or_two_as_one_with_a_gap_between_and_long_ones_cut() -> None:
    spelling = SentencePieceProcessor(model_file=str(WEIGHTS / "pieces.model"))
    names = [spelling.id_to_piece(number) for number in text_of("Zürich, ５", spelling)]
    assert names == ["<s>", "▁Zürich", ",", "▁5", "</s>"]
    assert len(text_of("a " * 400, spelling)) <= 128, "the encoder has no more places"
    names = [spelling.id_to_piece(number) for number in pair_of("Zürich, ５", "go-live", spelling)]
    assert names == ["<s>", "▁Zürich", ",", "▁5", "</s>", "</s>", "▁go", "-", "live", "</s>"]
    assert len(pair_of("a " * 400, "b " * 400, spelling)) <= 128, "the encoder has no more places"
    assert pair_of("half \ud83d a smile", "x", spelling) == pair_of("half ? a smile", "x", spelling)


def test_what_is_remembered_of_texts_is_bounded_by_its_size_and_what_was_asked_for_last_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("atlas_sync.operations.matcher._KEPT_BYTES", 100_000)
    matcher, read = LearnedMatcher(WEIGHTS), list[Sequence[int]]()
    run = matcher._run

    def counted(network: str, gives: Sequence[str], pieces: Sequence[int]) -> list[NDArray[np.float32]]:
        read.append(pieces)
        return run(network, gives, pieces)

    monkeypatch.setattr(matcher, "_run", counted)
    scores = [matcher.read_alone(SAID, f"{passage} {number}") for passage in PASSAGES for number in range(4)]
    assert len(read) == 13, "what was agreed was read once"
    matcher.read_alone(SAID, f"{PASSAGES[-1]} 3")
    assert len(read) == 13
    assert matcher.read_alone(SAID, f"{PASSAGES[0]} 0") == scores[0]
    assert len(read) == 14, "the first passage was forgotten"


def test_no_passages_and_no_texts_are_no_trouble(matcher: LearnedMatcher) -> None:
    assert matcher.matches([SAID], []) == [[]]
    assert matcher.matches([], PASSAGES) == []


@pytest.mark.parametrize("damaged", ["matcher.onnx", "pairs.onnx", "words.bin", "pieces.model"])
def test_damaged_weights_are_refused(tmp_path: Path, damaged: str) -> None:
    for name in ("matcher.json", "matcher.onnx", "pairs.onnx", "words.bin", "pieces.model"):
        shutil.copy(WEIGHTS / name, tmp_path)
    with (tmp_path / damaged).open("ab") as file:
        file.write(b"x")
    with pytest.raises(ConfigError, match=r"Install atlas-sync again"):
        LearnedMatcher(tmp_path)


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=300), st.lists(st.text(max_size=120), min_size=1, max_size=3))
def test_any_text_has_a_finite_score(said: str, passages: list[str]) -> None:
    matcher = shipped_matcher()
    assert matcher is not None
    (row,) = matcher.matches([said], passages)
    assert all(-1000 < one.score < 1000 and one.departs is not None and -100 < one.departs < 100 for one in row)


def test_items_of_another_engagement_cover_hardly_anything(matcher: LearnedMatcher) -> None:
    cases = list(trackers_of("A"))[:6]
    beside = zip(cases, [*cases[1:], cases[0]], strict=True)
    trackers = [Tracker(case.tracker.promises, other.tracker.issues) for case, other in beside]
    answers = [verdict.links[0].status for one in trackers for verdict in judge_tracker(one, matcher=matcher)]
    assert answers.count("covered") <= 1
    assert answers.count("missing") >= len(answers) / 4
