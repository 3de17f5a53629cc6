from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas_sync.coverage import text


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("every fifteen minutes", [("15", "minute")]),
        ("CSV pull via SFTP, every 60 min.", [("60", "minute")]),
        ("EUR 1,500 and €2.500,50", [("1500", "eur"), ("250050", "eur")]),
        ("1.5 days", [("1.5", "day")]),
        ("1,234,567 records", [("1234567", "record")]),
        ("five thousand sessions", [("5000", "session")]),
        ("twenty-four months", [("24", "month")]),
        ("42k lines", [("42000", "line")]),
        ("a 20% discount", [("20", "percent")]),
        ("160 new scanners", [("160", "scanner")]),
        ("live by 14 August", []),
        ("no numbers here", []),
        ("in 2", []),
        ("10 am", []),
        ("two or three", []),
        ("pound 3", [("3", "gbp")]),
    ],
)
def test_numbers_are_read_with_what_they_count(said: str, expected: list[tuple[str, str]]) -> None:
    assert [(str(one.value), one.unit) for one in text.quantities(said)] == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("by 14 August", [(8, 14, None)]),
        ("by the 3rd of March 2026", [(3, 3, 2026)]),
        ("August 14th, 2026", [(8, 14, 2026)]),
        ("due 2026-08-14.", [(8, 14, 2026)]),
        ("bis 14.08.2026", [(8, 14, 2026)]),
        ("am 14.8. fertig", [(8, 14, None)]),
        ("am 3. März", [(3, 3, None)]),
        ("31 February", []),
        ("2026-13-01", []),
        ("version 3.11", []),
        ("May I ask", []),
        ("between 1 May and 3 May", [(5, 1, None), (5, 3, None)]),
        ("1 May 2 May", [(5, 1, None), (5, 2, None)]),
    ],
)
def test_days_are_read_as_written_and_impossible_ones_are_not(
    said: str, expected: list[tuple[int, int, int | None]]
) -> None:
    assert [(one.month, one.day, one.year) for one in text.day_mentions(said)] == expected


def test_stop_words_and_endings_fall_away() -> None:
    assert text.terms("We will be training your trainers on the scanners") == ["train", "trainer", "scanner"]


def test_grams_see_into_compounds() -> None:
    assert text.grams("Datenmigration") & text.grams("migration")
    assert not text.grams("we will")


def test_text_is_cut_at_a_word_and_unprintable_signs_fall_away() -> None:
    assert text.shorten("alpha beta gamma", 12) == "alpha beta …"
    assert text.shorten("alpha beta gamma", 11) == "alpha …"
    assert text.shorten("alphabet", 5) == "alph…"
    assert text.shorten("a \x00 b", 5) == "a b"
    assert text.shorten("a\u202eb \n c\x00", 20) == "ab c"


def test_day_is_shown_in_words_of_its_own() -> None:
    assert text.show_day(date(2026, 8, 4)) == "4 Aug 2026"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.integers(min_value=2, max_value=80))
def test_shortened_text_is_one_line_and_never_longer(said: str, limit: int) -> None:
    cut = text.shorten(said, limit)
    assert len(cut) <= limit
    assert "\n" not in cut
    assert "\r" not in cut


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400))
def test_reading_is_total(said: str) -> None:
    text.quantities(said)
    text.day_mentions(said)
    text.grams(said)
    text.terms(said)


@pytest.mark.parametrize("piece", ["1.", "1,1", "9" * 40, "twenty ", "jan ", "14 ", "a", "%", "\u0130"])
def test_long_hostile_text_is_read_in_time(piece: str) -> None:
    said = piece * 200_000
    started = time.perf_counter()
    text.quantities(said)
    text.day_mentions(said)
    assert time.perf_counter() - started < 3
