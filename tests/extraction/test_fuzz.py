"""Whatever stands in a body: no crash, exact places, bounded time."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas_sync.extraction import read, tell_story
from atlas_sync.extraction.clean import clean
from atlas_sync.extraction.dues import find_due, resolve_due
from atlas_sync.extraction.foreign import judge_foreign
from atlas_sync.extraction.languages import is_hardly_english, language_of
from atlas_sync.extraction.people import Cast
from atlas_sync.extraction.tongues import TONGUES
from atlas_sync.extraction.units import split
from tests.extraction.build import PEOPLE, conversation

UNREAD = str.maketrans("", "", "\xad\ufeff\u202e*_")
PIECES = st.sampled_from(
    [
        *(
            "<p>",
            "</p>",
            "<br>",
            "<blockquote>",
            "</blockquote>",
            "<style>",
            "</style>",
            "<!--",
            "-->",
            "<div style='display:none'>",
        ),
        *(
            "&euro;",
            "&#128512;",
            "&#x10FFFF;",
            "&#0;",
            "&nbsp;",
            "&",
            "<",
            ">",
            "\r\n",
            "\r",
            "\n",
            "\x00",
            "\x0b",
            "\u2028",
            "\x85",
        ),
        *(
            "e\u0301",
            "\U0001f469\u200d\U0001f527",
            "שלום",
            "\u202e",
            "\ufeff",
            "ß",
            "İ",
            "ﬁ",
            "\ud7ff",
            " ",
            "\t",
            "\xa0",
        ),
        *(
            "> ",
            "**",
            "_",
            "\xad",
            "From: Jens\nSent: x\nSubject: y\n",
            "On 3 May, Jens wrote:\n",
            "Best regards\nLena\n",
            "00:01 Jens Brandt: ",
            "<v Lena>",
        ),
        *(
            "We start by 10 April. ",
            "bis Ende Mai",
            "in 999 weeks",
            "31/31/2026",
            "week 99",
            "every Monday",
            "Sabine is nervous, ",
            "(",
            "//",
            "|",
        ),
    ]
)
BODIES = st.lists(st.one_of(PIECES, st.text(max_size=12)), max_size=25).map("".join)
KINDS = st.sampled_from(["email", "call", "meeting", "note", "task"])
FORMATS = st.sampled_from(["text", "html"])


@given(body=BODIES, kind=KINDS, body_format=FORMATS)
@settings(max_examples=300, deadline=None)
def test_every_quote_is_the_exact_substring(body: str, kind: str, body_format: str) -> None:
    one = conversation(body, kind=kind, body_format=body_format)
    units = split(one)
    assert all(0 <= unit.start < unit.end <= len(body) for unit in units)
    assert [unit.start for unit in units] == sorted(unit.start for unit in units)
    reading = read(one)
    for found in (*reading.promises, *reading.conditional, *reading.outcomes, *reading.scope, *reading.mentions):
        assert body[found.evidence.start : found.evidence.end] == found.evidence.quote
    assert len(tell_story("c01", [reading, reading]).promises) <= 2 * len(reading.promises)


@given(body=BODIES, kind=KINDS)
@settings(max_examples=300, deadline=None)
def test_plain_text_is_cut_and_never_changed(body: str, kind: str) -> None:
    for line in clean(body, is_html=False, kind=kind):
        assert len(line.text) == len(line.starts) == len(line.ends)
    if "</" not in body:
        for unit in split(conversation(body, kind=kind)):
            shown, stood = (
                "".join(text.translate(UNREAD).split()) for text in (unit.text, body[unit.start : unit.end])
            )
            assert shown == stood


@given(text=st.one_of(BODIES, st.text(max_size=60)))
@settings(max_examples=300, deadline=None)
def test_a_due_phrase_stands_in_the_text_and_any_phrase_resolves_or_does_not(text: str) -> None:
    phrase, _day = find_due(text, said_at=datetime(2026, 3, 3, tzinfo=UTC))
    assert phrase is None or phrase in text
    resolve_due(text, said_at=datetime(9999, 12, 31, tzinfo=UTC))
    language_of(text)
    is_hardly_english(text)


HOSTILE = [
    *(
        "<",
        "&",
        "<div>",
        "<!--",
        " ",
        "a",
        ">",
        "(",
        "1",
        "1:",
        "\n",
        "A. ",
        "Dr. ",
        "on the 3rd ",
        "by the ",
        "From: a\n",
        "On Mon <\n",
    ),
    *(
        "From: a\nSent: b\nSubject: c\n",
        "thanks\n",
        "00:01 A\n",
        "A B: ",
        "Lena ",
        "Lena, our ",
        "she ",
        "12.12.",
        "wir ",
    ),
]


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize(("kind", "body_format"), [("email", "text"), ("email", "html"), ("call", "text")])
def test_a_hostile_text_takes_no_more_than_its_length(
    piece: str, kind: Literal["email", "call"], body_format: Literal["text", "html"]
) -> None:
    """A generous bound: 60,000 characters need a second at most; a pattern that backtracks would need hours."""
    body = (piece * 60_000)[:60_000]
    start = time.process_time()
    cast = Cast(PEOPLE)
    for unit in split(conversation(body, kind=kind, body_format=body_format)):
        list(cast.shown_in(unit))
        for language in TONGUES:
            judge_foreign(unit, language)
    assert time.process_time() - start < 30
