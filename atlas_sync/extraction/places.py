"""Places: the name of each sentence within its text, so that what is written above or below it changes no id.

A sentence is named by where it stood when it was first seen. It keeps its name while its words stay, wherever they stand, be
its figures and days new, or some words more or fewer; no other sentence of that text ever gets the name.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from atlas_sync.extraction.denials import negations_in
from atlas_sync.extraction.likeness import Terms, Wording, terms_of

__all__ = ["Places", "find_places"]

_DAY = re.compile(
    r"\b(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|"
    r"dec(?:ember)?|(?:mon|tues|wednes|thurs|fri|satur|sun)days?)\b",
    re.IGNORECASE,
)
_KEPT, _FEWEST = 0.7, 3
"""The part of its telling words that a sentence keeps where it is only retold, and how many those are at least."""


@dataclass(frozen=True, slots=True)
class Places:
    """The sentences of one text that said something, by their names: those that are there, and those that were."""

    there: Mapping[str, str] = field(default_factory=dict)
    gone: Mapping[str, str] = field(default_factory=dict)


def find_places(before: Places, said: Sequence[tuple[int, str]]) -> tuple[list[str], Places]:
    """Name the sentences of a text, each with its start and its words, in order; and give what is known of it now."""
    words = [" ".join(text.split()) for _start, text in said]
    names = _unmoved(before, words)
    names |= _reworded(before, words, names)
    names |= _retold(before, words, names)
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
    """Give the names of those of which only the figures are new, in the order in which they stand."""
    left: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for name, text in before.there.items():
        if name not in named.values():
            left[_but_figures(text)].append(name)
    new = {at: _but_figures(text) for at, text in enumerate(words) if at not in named} if left else {}
    return {at: left[gist].pop(0) for at, gist in new.items() if left.get(gist)}


def _retold(before: Places, words: Sequence[str], named: Mapping[int, str]) -> dict[int, str]:
    """Give the names of those of which words were added or left out, where nothing else was like either of the two."""
    left = {name: _tellings(text) for name, text in before.there.items() if name not in named.values()}
    new = {at: _tellings(text) for at, text in enumerate(words) if at not in named} if left else {}
    pairs = [(at, name) for at, now in new.items() for name, earlier in left.items() if _are_alike(earlier, now)]
    old, young = Counter(name for _at, name in pairs), Counter(at for at, _name in pairs)
    return {at: name for at, name in pairs if old[name] == young[at] == 1}


def _tellings(sentence: str) -> tuple[frozenset[str], int]:
    """Give the telling words of a sentence without its figures, and how often it says no."""
    gist = _gist(sentence)
    return gist.words - gist.numbers, negations_in(sentence)


def _are_alike(one: tuple[frozenset[str], int], other: tuple[frozenset[str], int]) -> bool:
    """Tell if one sentence holds nearly all words of another and no others: a word in place of another may name another thing.

    What is denied is never what was said, however alike the words.
    """
    (fewer, denied), (more, denied_there) = sorted((one, other), key=lambda each: len(each[0]))
    return denied == denied_there and len(fewer) >= max(_FEWEST, _KEPT * len(more)) and fewer <= more


def _but_figures(sentence: str) -> tuple[str, ...]:
    """Give the words of a sentence in order, numbers and days as one sign."""
    return _gist(sentence).sequence


def _gist(sentence: str) -> Terms:
    return terms_of(Wording(_DAY.sub(" 1 ", sentence)))
