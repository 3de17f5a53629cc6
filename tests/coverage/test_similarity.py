"""Likeness of words, held against the same sums done one by one."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas_sync.canonical.model import WorkItem
from atlas_sync.coverage import similarity
from atlas_sync.coverage.pieces import WORDS, pieces_of
from atlas_sync.coverage.shared import SharedWords
from atlas_sync.coverage.similarity import likenesses
from tests.coverage.build import item

said = st.text(alphabet="abcd ü", max_size=20)
engagements = st.lists(st.tuples(st.lists(said, max_size=3), st.lists(st.tuples(said, said), max_size=4)), max_size=4)


def items_of(texts: list[tuple[str, str]]) -> list[WorkItem]:
    return [item(f"T-{at}", summary, text=text) for at, (summary, text) in enumerate(texts)]


def alike(text: str, *items: str) -> list[float]:
    (found,) = likenesses([([text], items_of([(one, "") for one in items]))])
    return [round(float(score), 5) for score in found[0]]


def one_by_one(text: str, items: list[WorkItem]) -> list[float]:
    """Give what each item says of a text, in plain steps."""
    held = [pieces_of([f"{one.summary} {one.text}"]).numbers.tolist() for one in items]
    usual = max(1, sum(map(len, held))) / len(items)

    def counts(piece: int) -> float:
        holders = sum(piece in own for own in held)
        rarity = math.log(1 + (len(items) + 0.5) / (holders + 0.5)) ** 2
        return rarity * (4 if piece >= WORDS else 1)

    wanted = set(pieces_of([text]).numbers.tolist())
    whole = sum(map(counts, wanted)) or 1.0
    return [
        sum(counts(piece) for piece in wanted & set(own))
        / whole
        * min(1, 2.2 / (1 + 1.2 * (0.6 + 0.4 * len(own) / usual)))
        for own in held
    ]


@settings(max_examples=60, deadline=None)
@given(engagements)
def test_engagements_compared_together_come_out_as_each_piece_counted_by_hand(
    made: list[tuple[list[str], list[tuple[str, str]]]],
) -> None:
    asked = [(texts, items_of(items)) for texts, items in made]
    for (texts, items), found in zip(asked, likenesses(asked), strict=True):
        assert found.shape == (len(texts), len(items))
        expected = [one_by_one(text, items) for text in texts] if items else []
        assert np.allclose(found, np.array(expected).reshape(found.shape), atol=1e-5)


def test_few_texts_at_a_time_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = [([f"pump {n} of hall {m}" for n in range(4)], items_of([("pump hall", f"{m} {m + 1}")])) for m in range(5)]
    whole = [found.round(5).tolist() for found in likenesses(asked)]
    monkeypatch.setattr(similarity, "_CELLS", 10)
    monkeypatch.setattr(similarity, "_AT_ONCE", 40)
    assert [found.round(5).tolist() for found in likenesses(asked)] == whole


def test_compounds_plurals_and_typing_errors_are_alike_and_other_words_are_not() -> None:
    scores = alike("Migration der Scannerdaten", "Datenmigration", "Scannner test", "Order pallets")
    assert min(scores[:2]) > 0.1 > scores[2] == 0.0


def test_same_words_say_all_of_it_and_long_items_count_less() -> None:
    assert alike("Scanner sync live", "Scanner sync live") == [1.0]
    short, long = alike("Scanner sync", "Scanner sync", "Scanner sync " + "and pallets, pumps, cranes, doors " * 5)
    assert long < 0.9 * short


def test_only_the_beginning_of_a_text_takes_part() -> None:
    assert alike("Scanner", "pallets " * 499 + "scanner") != [0.0]
    assert alike("Scanner", "pallets " * 500 + "scanner") == [0.0]


def test_shared_words_are_named_the_rarest_first() -> None:
    shared = SharedWords(items_of([("Scanner sync", "pumps"), ("Scanner", "cases")]))
    assert shared.with_item("The scanner syncs with two pumps", 0) == ["sync", "pump", "scanner"]
    assert shared.with_item("The scanner syncs", 1) == ["scanner"]


@pytest.mark.parametrize(
    ("text", "summary", "shared", "names"),
    [
        ("We send an e-mail, not a letter", "Ask E. Sillars", [], False),
        ("The e-mail gate in hall C", "Hall C: e-mail", ["mail", "hall"], True),
        ("3 tills", "Phase 3", ["3"], False),
        ("車 by May", "車", ["車"], True),
        ("The list within 5 working days", "Reports: 10 working days after lock", ["work", "days"], False),
        ("Antwort in 2 Tagen", "Sicherung: 4 Tagen", ["tagen"], False),
        ("EUR 500 a month from August", "Licence in August: EUR 90 per month", ["eur", "month", "august"], False),
        ("The list within 5 working days", "List: 10 working days", ["list", "work", "days"], True),
    ],
)
def test_letters_alone_are_not_shared_and_numbers_with_their_units_name_no_thing(
    text: str,
    summary: str,
    shared: list[str],
    names: bool,  # noqa: FBT001 - a table
) -> None:
    words = SharedWords(items_of([(summary, "")]))
    assert sorted(words.with_item(text, 0)) == sorted(shared)
    assert words.names_thing(text, 0) is names
