"""The names of places and people in two texts, held together where both give one of the same sort.

Only what is surely a name counts: German gives every noun a capital, and headings every word. Names that agree say nothing,
since what is beside a promise names the same town as often as what keeps it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice

from atlas_sync.canonical.normalize import fold
from atlas_sync.coverage.compared import Comparison
from atlas_sync.coverage.cues import NEGATION
from atlas_sync.coverage.known_names import CITIES, COUNTRIES, GIVEN_NAMES, TITLES
from atlas_sync.coverage.text import MAX_TEXT, words

__all__ = ["compare_names"]

_CAPITAL = re.compile(r"(?<![^\W\d_])(?![a-zß-öø-ÿ])[^\W\d_]{2,}")
"""Words that may have a capital, so that no others are looked up."""
_NEXT = re.compile(r"[ -][^\W\d_]+")
_BEGIN = frozenset(name.partition("-")[0] for name in CITIES if "-" in name)
_FAMILY = re.compile(r"[. ]{1,3}(?:(?:van|von|de|der|den|da|del|di|du|la|le|ten|ter) ){0,2}((?:O['’])?[^\W\d_]+)")
_SAINTS = ("San ", "Santa ", "Sankt ", "Saint ", "St ", "St. ")
_REACH, _NEAR = 3, 30
_SHOWN = 3
_START = 4
"""Letters by which a name is told in another text, whatever its ending."""
_Names = dict[str, str]


def compare_names(text: str, planned: str) -> Iterator[Comparison]:
    """Hold the cities, countries and people of two texts together: theirs contradict where none of them is ours."""
    (*our_places, us), (*their_places, them) = _names_in(text), _names_in(planned)
    for ours, theirs in zip(our_places, their_places, strict=True):
        if ours and theirs and ours.keys().isdisjoint(theirs):
            yield _differs(ours, theirs)
    if us and them and not (_are_met(us, planned) or _are_met(them, text)):
        yield _differs(us, them)


def _differs(ours: Mapping[str, str], theirs: Mapping[str, str]) -> Comparison:
    said, planned = (", ".join(islice(names.values(), _SHOWN)) for names in (ours, theirs))
    return Comparison("name", agrees=False, said=said, planned=planned)


@lru_cache(maxsize=4096)
def _names_in(text: str) -> tuple[_Names, _Names, _Names]:
    """Give the cities, the countries and the people that a text names, each as written; what it rules out is none."""
    cities: _Names = {}
    countries: _Names = {}
    people: _Names = {}
    text = text[:MAX_TEXT]
    for hit in _CAPITAL.finditer(text):
        word, key = hit.group(), fold(hit.group())
        if key in _BEGIN and (more := _NEXT.match(text, hit.end())):
            word, key = f"{word}{more.group()}", f"{key}-{fold(more.group()[1:])}"
        for known, found in ((CITIES, cities), (COUNTRIES, countries)):
            if key in known and not _is_ruled_out(text, hit.start()):
                found.setdefault(known[key], word)
        if (key in GIVEN_NAMES or word in TITLES) and (named := _person_at(text, hit)):
            people.setdefault(*named)
    return cities, countries, people


def _is_ruled_out(text: str, at: int) -> bool:
    """Tell if one of the three words before a place says no to it."""
    return not NEGATION.isdisjoint(words(text[max(0, at - _NEAR) : at])[-_REACH:])


def _person_at(text: str, hit: re.Match[str]) -> tuple[str, str] | None:
    """Give the folded name, and the words, of the person whom a title or a given name with a family name behind it mean."""
    family = _FAMILY.match(text, hit.end())
    if family is None or family[1] in TITLES or text.endswith(_SAINTS, 0, hit.start()):
        return None
    if not family[1][0].isupper() or family[1].isupper():
        return None
    given = "" if hit.group() in TITLES else hit.group()
    return fold(f"{given} {family[1]}").strip(), text[hit.start() : family.end()]


def _are_met(people: Iterable[str], text: str) -> bool:
    """Tell if any name of some people stands in a text."""
    said = {word[:_START] for word in words(text)}
    return any(word[:_START] in said for name in people for word in words(name))
