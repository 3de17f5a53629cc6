from __future__ import annotations

from typing import Literal

import pytest

from atlas_sync.coverage.wording import in_words
from tests.coverage.build import evidence, interaction


@pytest.mark.parametrize(
    ("body_format", "quote", "words"),
    [
        ("html", "We send the report</td><td>Lena</td><td>7/24/2026", "We send the report Lena 7/24/2026"),
        ("html", "Dov</b> decides on the R&amp;D&nbsp;floor.", "Dov decides on the R&D floor."),
        ("html", "we&#39;ll freeze the <i>price</i>,<br>a < b", "we'll freeze the price, a < b"),
        ("text", "a < b, says\n Jens <j.brandt@hallmann.example>", "a < b, says Jens <j.brandt@hallmann.example>"),
        ("text", "write R&amp;D, not R&D, between <b> and </b>", "write R&amp;D, not R&D, between <b> and </b>"),
    ],
)
def test_a_quote_is_shown_in_words(body_format: Literal["text", "html"], quote: str, words: str) -> None:
    assert in_words(evidence(quote), interaction(body=quote, body_format=body_format)) == words


def test_a_quote_of_markup_that_came_as_text_is_shown_in_words_and_one_of_a_text_that_is_gone_to_the_letter() -> None:
    said = evidence("Dov</b> decides on R&amp;D")
    assert in_words(said, interaction(body=f"<div>Hi</div><div><b>{said.quote}</div>")) == "Dov decides on R&D"
    assert in_words(said, None) == said.quote
