from __future__ import annotations

import pytest

from atlas_sync.cli.show import in_words


@pytest.mark.parametrize(
    ("quote", "words"),
    [
        ("We send the report</td><td>Lena</td><td>7/24/2026", "We send the report Lena 7/24/2026"),
        ("a < b, says\n Jens <j.brandt@hallmann.example>", "a < b, says Jens <j.brandt@hallmann.example>"),
    ],
)
def test_a_quote_is_shown_in_words(quote: str, words: str) -> None:
    assert in_words(quote) == words
