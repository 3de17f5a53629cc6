"""If a text speaks of one part of a whole that another names: of Davos, where both Davos and Arosa were promised."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from atlas_sync.canonical.normalize import fold
from atlas_sync.canonical.spelled import MONTHS
from atlas_sync.extraction.apart import FINITE, is_thing, telling_words
from atlas_sync.extraction.languages import is_hardly_english
from atlas_sync.extraction.likeness import NUMBERED, TIMES, Wording, stem_of, terms_of
from atlas_sync.extraction.rows import STATES

__all__ = ["are_other_parts", "is_of_a_part"]

_NAME = r"[A-ZÀ-Þ][\w'’-]{2,39}"
_NAMES = re.compile(rf"\b{_NAME}(?:, {_NAME})*,? (?:and|und|et|y|e|&) {_NAME}")
_ALL = re.compile(
    r"\b(?:(?<!after )(?<!of )all|both|everything|each|every|alle[ns]?|beide[ns]?|tou(?:s|tes)|tod[oa]s|ambos)\b"
)
_EACH = re.compile(
    r"\b(?:each|every|jede[mnrs]?|chaque|cada) (?!other\b|(?:second|minute|hour|day|night|week|month|quarter|year|time)s?\b|"
    r"(?:stunde|tag|nacht|woche|monat|quartal|jahr|mal|heure|jour|semaine|mois|année|hora|d[íi]a|semana|m[eê]s|año|ano)\b)"
    r"(?P<thing>[^\W\d_]{3,40})\b",
    re.IGNORECASE,
)
_ONE = re.compile(rf"\W*({_NAME}) (?i:{FINITE}|goes|stays|follows|starts|ends)\b")
"""What is said of each of several, and the one that a text begins with: "on each ward", "Ash will"."""
_NAMED = re.compile(rf"\b({_NAME})(?= ([^\W\d_]{{3,40}})\b)")
_IS = re.compile(rf"\W*({_NAME}) (?:is|are)\b(?! [a-z]+ing\b)")
"""A name before its thing, "Ukrainian payslips", and one of which something is said, which is nobody who does it."""
_NUMBERED = re.compile(rf"\b({NUMBERED.replace(' ', '|')}) (\d{{1,3}}|[a-z])\b")
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_YEAR = r"\b(?:,? \d{4}\b)?"
_DAY = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th|\.)? (?:of |de )?(?:{_MONTH}){_YEAR}|"
    rf"(?:{_MONTH}) \d{{1,2}}(?:st|nd|rd|th)?{_YEAR}|"
    rf"(?:in|by|of|until|end|im|bis|en|em) (?:{_MONTH}){_YEAR}|"
    r"\d{1,2}[./]\d{1,2}\b(?:[./]\d{2,4}\b)?|\d{4}-\d\d-\d\d)"
)


def is_of_a_part(later: str, whole: str) -> bool:
    """Tell if a text speaks of one of several things that an earlier one names: Davos of "Davos and Arosa", wave 2 of three.

    Things are told by their names in a row, by the numbers they go by, and by what stands with each of several days; who
    says "all" or names as many days speaks of the whole. One more beside those of a row is none of them, and no part of the
    whole either.
    """
    if _ALL.search(fold(later)):
        return False
    return (
        _is_one_of_each(later, whole)
        or _is_beside_row(later, whole)
        or any(named and named < there for named, there in _parts(later, whole))
    )


def _is_one_of_each(later: str, whole: str) -> bool:
    """Tell if a text is about one that it names, of those of which each was promised something: Ash of "each ward"."""
    each = [match["thing"] for match in _EACH.finditer(whole) if is_thing(match["thing"])]
    one = _ONE.match(later)
    named = telling_words(one[1]) if one else frozenset()
    return bool(each and named) and named.isdisjoint(terms_of(Wording(whole)).words)


def _is_beside_row(later: str, whole: str) -> bool:
    """Tell if a text is about one that a row of names leaves out: "Ukrainian payslips", once "payslips in English and Polish".

    Where nouns are written as names are, no name can be told.
    """
    row, said = _row(whole), terms_of(Wording(whole)).words
    is_foreign = is_hardly_english(whole) or is_hardly_english(later)
    if not row or is_foreign or not row.isdisjoint(terms_of(Wording(later)).words):
        return False
    things = {word for word in re.findall(r"[^\W\d_]{3,40}", fold(whole)) if is_thing(word)}
    named = {name for name, thing in _NAMED.findall(later) if fold(thing) in things}
    if (one := _IS.match(later)) and not telling_words(later[one.end() :]).isdisjoint(said):
        named.add(one[1])
    return any(words and words.isdisjoint(said | TIMES | STATES) for words in map(telling_words, named))


def _row(text: str) -> frozenset[str]:
    """Give the names that stand in a row in a text, no months and weekdays."""
    return frozenset(stem_of(fold(name)) for names in _NAMES.findall(text) for name in re.findall(_NAME, names)) - TIMES


def are_other_parts(later: str, earlier: str, *, whole: str) -> bool:
    """Tell if two texts speak of two parts of one whole."""
    both = zip(_parts(later, whole), _parts(earlier, whole), strict=True)
    return any(mine and theirs and mine.isdisjoint(theirs) for (mine, _there), (theirs, _too) in both)


def _parts(text: str, whole: str) -> Iterator[tuple[set[object], set[object]]]:
    """Yield what a text names of the parts of a whole, and all of them, for each way in which they are told."""
    said = terms_of(Wording(text)).words
    names: set[object] = set(_row(whole))
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
