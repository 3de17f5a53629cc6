"""The words that what was agreed and a work item share, for explaining why the one may deliver the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from atlas_sync.canonical.model import WorkItem
from atlas_sync.coverage.cues import MONTHS
from atlas_sync.coverage.numerals import NUMBER_WORDS
from atlas_sync.coverage.text import stem, terms
from atlas_sync.coverage.units import CURRENCIES, RATE_WORDS, TIME_UNITS

__all__ = ["SharedWords"]

_OF_WORK = ("working", "business", "calendar")
_COUNTS = frozenset(
    stem(word) for words in (TIME_UNITS, RATE_WORDS, CURRENCIES, NUMBER_WORDS, MONTHS, _OF_WORK) for word in words
)
"""Words that tell how much or how long, or in which month: what is said of a thing, not the thing itself."""


class SharedWords:
    """Names words that a text shares with some items; the items are read when this is first asked."""

    def __init__(self, items: Sequence[WorkItem]) -> None:
        self._items = items

    def with_item(self, text: str, at: int) -> list[str]:
        """Give the terms that a text shares with an item, those first that the fewest items hold."""
        found = [term for term in dict.fromkeys(terms(text)) if term in self._terms[at] and not _is_letter(term)]
        return sorted(found, key=lambda term: self._spread[term])

    def names_thing(self, text: str, at: int) -> bool:
        """Tell if a text shares more with an item than numbers and what they count by: "10 working days" may be of anything."""
        return any(not term.isdigit() and term not in _COUNTS for term in self.with_item(text, at))

    @cached_property
    def _terms(self) -> list[set[str]]:
        return [set(terms(f"{item.summary} {item.text}")) for item in self._items]

    @cached_property
    def _spread(self) -> Counter[str]:
        return Counter(term for own in self._terms for term in own)


def _is_letter(term: str) -> bool:
    """Tell a letter alone, as of an initial or of "e-mail", from a digit and from a sign that is a whole word."""
    return len(term) == 1 and term.islower()
