"""Apart: what tells that two mentions are of two things, however alike they read.

A story asks where it finds that, and hides neither promise behind the other.
"""

from __future__ import annotations

import re
from collections import defaultdict

from atlas_sync.canonical.normalize import fold
from atlas_sync.extraction.conversation import PromiseMention
from atlas_sync.extraction.likeness import NUMBERED, TIMES, Terms, stem_of

__all__ = ["are_apart"]

_PLACE = re.compile(
    rf"\b((?i:in|at|for|from|near|to|à|a|en|aus|bei|für)) ([A-ZÀ-Þ][\w'’-]{{2,39}})"
    rf"|\b((?i:{NUMBERED.replace(' ', '|')})) (\d{{1,3}}|[A-Z]|[IVX]{{1,4}})\b"
)
"""A place after the word that leads to it, and a thing with the number or letter that it goes by."""


def are_apart(later: tuple[PromiseMention, Terms], earlier: tuple[PromiseMention, Terms]) -> bool:
    """Tell if each of two mentions names a thing that the other does not, and the later one speaks of no change.

    Of two places that is so wherever they are said. Of other words it is so where one text says both, each with a day or a
    count of its own: elsewhere the same thing is called by other words.
    """
    (mention, mine), (before, theirs) = later, earlier
    if mine.changes or mine.repeats or mention.changes != "none":
        return False
    if _are_elsewhere(mention.text, before.text):
        return True
    is_one_text = mention.evidence.interaction_id == before.evidence.interaction_id
    return (
        is_one_text and _name_others(mine, theirs) and (_are_due_apart(mention, before) or _count_others(mine, theirs))
    )


def _are_elsewhere(one: str, other: str) -> bool:
    mine, theirs = _places(one), _places(other)
    return any(mine[word].isdisjoint(theirs[word]) for word in mine.keys() & theirs.keys())


def _places(text: str) -> dict[str, set[str]]:
    """Give the names in a text by the word before each, months and weekdays left out."""
    found: dict[str, set[str]] = defaultdict(set)
    for word, name, thing, number in _PLACE.findall(text):
        if stem_of(fold(name)) not in TIMES:
            found[fold(word or thing)].add(stem_of(fold(name or number)))
    return found


def _name_others(mine: Terms, theirs: Terms) -> bool:
    ours, others = (terms.words - terms.numbers - TIMES for terms in (mine, theirs))
    return bool(ours - others) and bool(others - ours)


def _are_due_apart(one: PromiseMention, other: PromiseMention) -> bool:
    if one.due_date and other.due_date:
        return one.due_date != other.due_date
    return bool(one.due_text and other.due_text) and one.due_text != other.due_text


def _count_others(mine: Terms, theirs: Terms) -> bool:
    ours, others = ({thing for _number, thing in terms.amounts} - TIMES for terms in (mine, theirs))
    return bool(ours and others) and ours.isdisjoint(others)
