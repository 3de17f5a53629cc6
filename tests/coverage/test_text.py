from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from atlas_sync.coverage import text


def test_stop_words_and_endings_fall_away() -> None:
    assert text.terms("We will be training your trainers on the scanners") == ["train", "trainer", "scanner"]


def test_text_is_cut_at_a_word_and_unprintable_signs_fall_away() -> None:
    assert text.shorten("alpha beta gamma", 12) == "alpha beta …"
    assert text.shorten("alpha beta gamma", 11) == "alpha …"
    assert text.shorten("alphabet", 5) == "alph…"
    assert text.shorten("a \x00 b", 5) == "a b"
    assert text.shorten("a\u202eb \n c\x00", 20) == "ab c"


def test_lines_of_their_own_stay_apart() -> None:
    assert text.unwrapped("until \n  March\r\n2027") == "until March 2027"
    for said in (
        "1 week\n12 seats",
        "week 3\n- 5 seats",
        "until\n\nMarch",
        "extra: no\nFees per visit: 300",
        "12\t500",
    ):
        assert text.unwrapped(said) == said


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
    text.terms(said)
