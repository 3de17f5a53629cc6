from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas_sync.coverage.pieces import KINDS, WORDS, pieces_of
from atlas_sync.coverage.text import STOP


def cut(text: str) -> list[int]:
    return pieces_of([text]).numbers.tolist()


def test_word_gives_three_letters_around_each_of_its_own_and_itself_behind() -> None:
    pump, pumps = cut("Pump"), cut("pumps")
    assert [piece >= WORDS for piece in pump] == [False] * 4 + [True]
    assert pump[:3] == pumps[:3]  # ^pu, pum, ump
    assert pump[3] != pumps[3]  # mp$ and mps
    assert pump[4] != pumps[5]


def test_words_that_say_nothing_are_left_out_and_no_others() -> None:
    assert cut("we will be on the") == []
    assert cut(" ".join(sorted(STOP))) == []
    assert cut("We will train the operators") == cut("train operators")
    assert [cut(word) for word in ("wer", "thes", "throughs", "a1")] != [[]] * 4


def test_beginning_of_a_word_stands_for_it() -> None:
    assert cut("migration")[-1] == cut("migrations")[-1] == cut("migrated")[-1]
    assert cut("160")[-1] != cut("161")[-1]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Köhler’s “Straße”", "koehler s strasse"),
        ("Ko\u0308hler", "koehler"),
        ("Łukasz—Åberg …", "lukasz aberg"),
        ("ﬁnal", "final"),
        ("tab\tand\nline_end", "tab and line end"),
        ("half a \ud83d sign", "half a sign"),
    ],
)
def test_spellings_are_cut_alike(text: str, plain: str) -> None:
    assert cut(text) == cut(plain) != []


def test_other_alphabets_have_pieces_of_their_own() -> None:
    assert cut("насос") == cut("Насос") != cut("кран")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=40), max_size=6))
def test_texts_cut_together_are_cut_as_each_alone(texts: list[str]) -> None:
    pieces = pieces_of(texts)
    starts, ends = pieces.bounds[:-1].tolist(), pieces.bounds[1:].tolist()
    own = [pieces.numbers[start:end].tolist() for start, end in zip(starts, ends, strict=True)]
    assert own == [cut(text) for text in texts]
    assert [len(one) for one in own] == pieces.lengths.tolist()
    assert all(0 < number < KINDS for number in pieces.numbers.tolist())
