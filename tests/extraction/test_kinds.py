from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_sync.extraction.kinds import SIZE, KindTable, grams


def test_pairs_know_their_order_and_all_numbers_are_one_word() -> None:
    assert grams("fix 12 gates") == grams("Fix 7 GATES")
    assert grams("fix gates 12") != grams("fix 12 gates")


@given(st.text(max_size=200))
def test_any_text_has_places_in_the_table(text: str) -> None:
    assert all(0 <= place < SIZE for place in grams(text))


def test_a_table_says_of_a_text_what_its_words_say() -> None:
    weights = bytearray(2 * SIZE)
    for place in grams("free"):
        weights[2 * place : 2 * place + 2] = bytes((100, 256 - 50))
    table = KindTable(2, (0.5, 0.0), 0.01, bytes(weights))
    assert table.logits("nothing of it") == [0.5, 0.0]
    count = len(grams("free"))
    assert table.logits("free") == pytest.approx([0.5 + count**0.5, -0.5 * count**0.5])


def test_a_table_is_read_as_it_was_written() -> None:
    table = KindTable(2, (0.5, -1.0), 0.25, bytes(range(256)) * (2 * SIZE // 256))
    assert KindTable.from_json(table.to_json()) == table
