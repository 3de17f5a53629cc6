"""Statements by the words they hold: which of many speak of the same thing, and which by other numbers.

What they say of it is compared elsewhere.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

from atlas_sync.coverage.figures import figures_of
from atlas_sync.coverage.text import STOP, root, words
from atlas_sync.coverage.units import CURRENCIES

__all__ = ["SHARED", "Statements", "are_numbered", "terms_of", "thing_of"]

SHARED = 2
"""Words that two statements about one thing have in common, at the least."""
_ABOUT = 0.6


@lru_cache(maxsize=1 << 14)  # each is held against all others
def terms_of(text: str) -> frozenset[str]:
    """Give what the words of a text that say something begin with, whether they name a deed or tell of it."""
    return frozenset(root(word) for word in words(text) if word not in STOP)


_SAID_OF_IT = terms_of(
    "monday tuesday wednesday thursday friday saturday sunday onsite site person personally remote remotely video phone "
    "virtual virtually webinar"
)
"""Words that give a day of the week or a place: what is said of a thing, not the thing itself."""
_CURRENCIES = terms_of(" ".join(CURRENCIES))


class Statements:
    """Statements by the words they hold, so that those about one thing are found without a look at all others."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts: list[str] = []
        self._holding: defaultdict[str, list[int]] = defaultdict(list)
        for text in texts:
            self.add(text)

    def add(self, text: str) -> None:
        """Take one more statement in, at the end."""
        for term in _subject_of(text):
            self._holding[term].append(len(self.texts))
        self.texts.append(text)

    def about(self, text: str) -> Iterator[tuple[int, float]]:
        """Yield the places of the first ones that speak of the same, in order, and the share of words that they have in common.

        That is the share of the shorter text, and all where both speak of one thing. Currencies and digits are not common, and
        those of a sum make no text longer: a fee is named by two words as often as by ten.
        """
        wanted, thing = _length_of(text), thing_of(text)
        shared = Counter(place for term in _subject_of(text) for place in self._holding.get(term, ()))
        for place, both in sorted(shared.items()):
            held = self.texts[place]
            share = both / min(wanted, _length_of(held)) if both >= SHARED else 0.0
            if thing and thing <= terms_of(held) and thing == thing_of(held):
                share = 1.0
            if share >= _ABOUT:
                yield place, share


@lru_cache(maxsize=1 << 14)
def _subject_of(text: str) -> frozenset[str]:
    """Give the words of a text without currencies and the digits of what it counts, which anything may share."""
    return terms_of(text) - _digits_of(text, {"count", "money", "share", "time"})


@lru_cache(maxsize=1 << 14)
def _length_of(text: str) -> int:
    return len(terms_of(text) - _digits_of(text, {"money"}))


def _digits_of(text: str, kinds: Collection[str]) -> set[str]:
    counted = {term for one in figures_of(text).quantities if one.kind in kinds for term in terms_of(one.shown)}
    return {term for term in counted if term.isdigit() or term in _CURRENCIES}


def are_numbered(one: str, other: str) -> bool:
    """Tell if two texts name numbers of their own beside their days: module 1 in March and module 2 in May."""
    ours, theirs = (
        {term for term in terms_of(text) if term.isdigit()}.difference(
            *(terms_of(day.shown) for day in figures_of(text).days)
        )
        for text in (one, other)
    )
    return bool(ours - theirs and theirs - ours)


@lru_cache(maxsize=4096)
def thing_of(text: str) -> frozenset[str]:
    """Give the telling words that name what is spoken of, without what is said of it: numbers, sums, days, spans and places."""
    read = figures_of(text)
    values = [
        *(day.shown for day in (*read.days, *read.months)),
        *(one.shown for one in read.quantities if one.kind in {"time", "money"}),
    ]
    said = {term for value in values for term in terms_of(value)}
    return frozenset(term for term in terms_of(text) if not term.isdigit()) - said - _SAID_OF_IT
