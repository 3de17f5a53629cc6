"""Elsewhere: what tells by place and count that two promises with another day are two, though they are worded alike.

"We will migrate 8 printers of the Bremen office by 31 July", "we will cable 32 desks in the Hamburg store by 2 December": a
seller's sentences are near each other in sense, whatever they are of.
"""

from __future__ import annotations

import re

from atlas_sync.canonical.normalize import fold
from atlas_sync.extraction.apart import LITTLE, telling_words
from atlas_sync.extraction.chain import says_anew
from atlas_sync.extraction.conversation import PromiseMention
from atlas_sync.extraction.likeness import NUMBERED, TIMES, Terms, stem_of

__all__ = ["are_elsewhere"]

_NAME = r"[A-ZÀ-Þ][\w'’-]{2,39}"
_AT = re.compile(
    r"\b(?i:in|at|for|from|near|to|of) "
    rf"(?:({_NAME})|(?i:the|your|our) ({_NAME}) (?=[a-zß-ÿ]{{3}}))"
)
"""A place, by its name alone or as that of a thing: "to Jever", "of the Bremen office"."""
_NO_NAME = TIMES | frozenset(map(stem_of, (*NUMBERED.split(), "week", "quarter", "end")))
"""What is written like a name, and says when or which."""
_UNCOUNTED = TIMES | frozenset(
    stem_of(word)
    for word in (  # noqa: SIM905 - a list to read
        "st nd rd th am pm uhr hour hours minute minutes day days working business morning mornings afternoon evening night "
        "nights week weeks month months quarter year years percent per cent eur euro euros usd gbp chf tag tage stunden "
        "wochen monate jours heures semaines mois días horas semanas meses"
    ).split()
)
"""What stands after a number and is no thing of which there are so many."""
_WHOLE = 3
"""So many telling words make a statement that stands by itself; who speaks of what is known says less."""


def are_elsewhere(later: tuple[PromiseMention, Terms], earlier: tuple[PromiseMention, Terms]) -> bool:
    """Tell if two promises are of other places, or with another day of other counts, and the later one speaks of no change.

    A name that stands alone may be no place, and a number may change with its day: that tells little without the rest.
    """
    (mention, mine), (before, _theirs) = later, earlier
    if mine.changes or mine.repeats or mention.changes != "none" or says_anew(mention.text):
        return False
    if _name_others(_things_at(mention.text), _things_at(before.text), later, earlier):
        return True
    if not (mention.due_date and before.due_date):
        return False
    is_other_day = mention.due_date != before.due_date
    is_elsewhere = _name_others(_places(mention.text), _places(before.text), later, earlier)
    if is_elsewhere and is_other_day:
        return True
    is_other_count = is_other_day and _count_others(later, earlier)
    return (is_elsewhere or is_other_count) and _say_other_words(mention, before)


def _name_others(
    ours: set[str], others: set[str], later: tuple[PromiseMention, Terms], earlier: tuple[PromiseMention, Terms]
) -> bool:
    return bool(ours and others) and ours.isdisjoint(earlier[1].words) and others.isdisjoint(later[1].words)


def _places(text: str) -> set[str]:
    """Give the names of places in a text, those of things there too."""
    return {stem_of(fold(alone or its)) for alone, its in _AT.findall(text)} - _NO_NAME


def _things_at(text: str) -> set[str]:
    return {stem_of(fold(its)) for _alone, its in _AT.findall(text) if its} - _NO_NAME


def _count_others(later: tuple[PromiseMention, Terms], earlier: tuple[PromiseMention, Terms]) -> bool:
    """Tell if each of two texts counts something, and no number but of when stands in both."""
    (mention, mine), (before, theirs) = later, earlier
    days = [one.due_date for one in (mention, before) if one.due_date]
    on_days = {str(number) for day in days for number in (day.day, day.month, day.year)}
    is_counted = all(any(thing not in _UNCOUNTED for _number, thing in terms.amounts) for terms in (mine, theirs))
    return is_counted and on_days >= mine.numbers & theirs.numbers


def _say_other_words(mention: PromiseMention, before: PromiseMention) -> bool:
    ours, others = (telling_words(one.text) - LITTLE for one in (mention, before))
    shorter = min(len(ours), len(others))
    return shorter >= _WHOLE and 2 * len(ours & others) < shorter
