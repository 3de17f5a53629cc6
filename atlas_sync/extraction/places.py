"""Places: the name of each sentence within its text, so that what is written above or below it changes no id.

A sentence is named by where it stood when it was first seen. It keeps its name while its words stay, wherever they stand, and
while only its filler and its figures change; no other sentence of that text ever gets the name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from atlas_sync.extraction.likeness import terms_of

__all__ = ["Places", "find_places"]

_REWORDED = 0.7
"""From this likeness in letters a sentence of the same telling words is one that is gone, put otherwise."""


@dataclass(frozen=True, slots=True)
class Places:
    """The sentences of one text that said something, by their names: those that are there, and those that were."""

    there: Mapping[str, str] = field(default_factory=dict)
    gone: Mapping[str, str] = field(default_factory=dict)


def find_places(before: Places, said: Sequence[tuple[int, str]]) -> tuple[list[str], Places]:
    """Name the sentences of a text, each with its start and its words, in order; and give what is known of it now."""
    words = [" ".join(text.split()) for _start, text in said]
    names = _unmoved(before, words)
    for at, name in _reworded(before, words, names).items():
        names[at] = name
    used = {*before.there, *before.gone}
    for at, (start, _text) in enumerate(said):
        if at not in names:
            free = (str(start), *(f"{start}.{number}" for number in range(1, len(used) + 2)))
            names[at] = next(name for name in free if name not in used)
            used.add(names[at])
    there = {names[at]: text for at, text in enumerate(words)}
    gone = {name: text for name, text in {**before.gone, **before.there}.items() if name not in there}
    return [names[at] for at in range(len(words))], Places(there, gone)


def _unmoved(before: Places, words: Sequence[str]) -> dict[int, str]:
    """Give the names of those whose words are known, in the order in which they stand; those that are there go first."""
    known: dict[str, list[str]] = defaultdict(list)
    for name, text in (*before.there.items(), *before.gone.items()):
        known[text].append(name)
    return {at: known[text].pop(0) for at, text in enumerate(words) if known.get(text)}


def _reworded(before: Places, words: Sequence[str], named: Mapping[int, str]) -> dict[int, str]:
    """Give the names of those that are like one whose words are gone, the likest first."""
    left = {name: text for name, text in before.there.items() if name not in named.values()}
    pairs = sorted(
        (-alike, at, name)
        for at, text in enumerate(words)
        if at not in named
        for name, other in left.items()
        if (alike := _likeness(text, other)) >= _REWORDED
    )
    found: dict[int, str] = {}
    for _alike, at, name in pairs:
        if at not in found and name not in found.values():
            found[at] = name
    return found


def _likeness(one: str, other: str) -> float:
    """Give how alike two sentences are; not at all where one tells of another thing, be it by a word."""
    if _telling(one) != _telling(other):
        return 0.0
    matcher = SequenceMatcher(None, one.casefold(), other.casefold(), autojunk=False)
    return matcher.ratio() if min(matcher.real_quick_ratio(), matcher.quick_ratio()) >= _REWORDED else 0.0


@dataclass(frozen=True, slots=True)
class _Said:
    text: str


def _telling(sentence: str) -> frozenset[str]:
    terms = terms_of(_Said(sentence))
    return terms.words - terms.numbers
