"""Apart: what tells that two mentions are of two things, however alike they read.

A story asks where it finds that, and hides neither promise behind the other.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from atlas_sync.canonical.normalize import fold
from atlas_sync.extraction.conversation import PromiseMention
from atlas_sync.extraction.days import MONTHS
from atlas_sync.extraction.likeness import NUMBERED, TIMES, Terms, Wording, stem_of, terms_of

__all__ = ["are_apart", "are_other_parts", "is_of_a_part"]

_PLACE = re.compile(
    rf"\b((?i:in|at|for|from|near|to|à|a|en|aus|bei|für)) ([A-ZÀ-Þ][\w'’-]{{2,39}})"
    rf"|\b((?i:{NUMBERED.replace(' ', '|')})) (\d{{1,3}}|[A-Z]|[IVX]{{1,4}})\b"
)
"""A place after the word that leads to it, and a thing with the number or letter that it goes by."""
_NUMBERED = re.compile(rf"\b({NUMBERED.replace(' ', '|')}) (\d{{1,3}}|[a-z])\b")
_NAME = r"[A-ZÀ-Þ][\w'’-]{2,39}"
_NAMES = re.compile(rf"\b{_NAME}(?:, {_NAME})*,? (?:and|und|et|y|e|&) {_NAME}")
_ALL = re.compile(
    r"\b(?:(?<!after )(?<!of )all|both|everything|each|every|alle[ns]?|beide[ns]?|tou(?:s|tes)|tod[oa]s|ambos)\b"
)
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_YEAR = r"\b(?:,? \d{4}\b)?"
_DAY = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th|\.)? (?:of |de )?(?:{_MONTH}){_YEAR}|"
    rf"(?:{_MONTH}) \d{{1,2}}(?:st|nd|rd|th)?{_YEAR}|"
    rf"(?:in|by|of|until|end|im|bis|en|em) (?:{_MONTH}){_YEAR}|"
    r"\d{1,2}[./]\d{1,2}\b(?:[./]\d{2,4}\b)?|\d{4}-\d\d-\d\d)"
)


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


def is_of_a_part(later: str, whole: str) -> bool:
    """Tell if a text speaks of one of several things that an earlier one names: Davos of "Davos and Arosa", wave 2 of three.

    Things are told by their names in a row, by the numbers they go by, and by what stands with each of several days; who
    says "all" or names as many days speaks of the whole.
    """
    return not _ALL.search(fold(later)) and any(named and named < there for named, there in _parts(later, whole))


def are_other_parts(later: str, earlier: str, *, whole: str) -> bool:
    """Tell if two texts speak of two parts of one whole."""
    both = zip(_parts(later, whole), _parts(earlier, whole), strict=True)
    return any(mine and theirs and mine.isdisjoint(theirs) for (mine, _there), (theirs, _too) in both)


def _parts(text: str, whole: str) -> Iterator[tuple[set[object], set[object]]]:
    """Yield what a text names of the parts of a whole, and all of them, for each way in which they are told."""
    said = terms_of(Wording(text)).words
    row = {stem_of(fold(name)) for names in _NAMES.findall(whole) for name in re.findall(_NAME, names)}
    names: set[object] = set(row - TIMES)
    yield names & said, names
    numbered: set[object] = set(_NUMBERED.findall(fold(whole)))
    yield numbered & set(_NUMBERED.findall(fold(text))), numbered
    shares = _shares(fold(whole))
    is_shorter = len(_DAY.findall(fold(text))) < len(_DAY.findall(fold(whole)))
    touched: set[object] = {place for place, words in enumerate(shares) if words & said}
    yield (touched if is_shorter else set()), set(range(len(shares)))


def _shares(text: str) -> list[frozenset[str]]:
    """Give for each day in a text the words that stand with it alone, before it or after it as the text begins."""
    pieces = [frozenset(terms.words - terms.numbers - TIMES) for terms in map(terms_of, map(Wording, _DAY.split(text)))]
    shares = pieces[1:] if not pieces[0] else [*pieces[:-2], pieces[-2] | pieces[-1]] if len(pieces) > 1 else []
    seen = Counter(word for words in shares for word in words)
    return [own for words in shares if (own := frozenset(word for word in words if seen[word] == 1))]
