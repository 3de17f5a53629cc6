"""How much alike two names are, of companies and of people. Total functions, the same both ways round."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from atlas_sync.canonical.given_names import given_names_differ
from atlas_sync.canonical.normalize import LEGAL_FORMS, company_key, person_key

__all__ = ["alike_companies", "alike_people", "are_spelt_alike", "spelt_alike"]

_SPELT = 0.8
_SAYING_NOTHING = frozenset(
    "and und et og och en the der die das la le les el de des of group gruppe groep groupe grupo gruppo gruppen konzern "  # noqa: SIM905 - a list to read
    "holding holdings beteiligungen firm firma companies compagnie compania gesellschaft aktiengesellschaft international "
    "internationale internacional intl global worldwide partner partners associates associados sons soehne daughters toechter "
    "brothers bros gebrueder gebr fils figli hijos".split()
)
_FORMS = LEGAL_FORMS | frozenset(
    "e i y asa sl slu vof ug ev eg ek gbr ohg kgaa lda ltda sp zoo sro doo kft zrt pty pte pvt private amba cv cie pbc lp "  # noqa: SIM905 - a list to read
    "pllc".split()
)
_PLACES = frozenset(
    ("austria", "australia", "iceland", "ireland", "irland", "island", "india", "indiana", "niger", "nigeria")
)
"""Places whose names are spelt nearly alike."""


def spelt_alike(one: str, other: str) -> float:
    """Give how alike two texts are letter by letter, 0 to 1."""
    left, right = sorted((one, other))
    return SequenceMatcher(None, left, right, autojunk=False).ratio()


def are_spelt_alike(likeness: float) -> bool:
    """Tell if a likeness is that of two spellings of one name."""
    return likeness >= _SPELT


def alike_companies(one: str, other: str) -> bool:
    """Tell if two names may be one company's: word for word spelt nearly alike, besides words that say nothing.

    A region, a country or a trade that only one of them has may tell a subsidiary, and so may any other word.

    >>> alike_companies("Nordhavn Logistics GmbH", "Nordhavn Logistik Group"), alike_companies("Nordhavn", "Nordhavn Ports")
    (True, False)
    """
    left, right = company_key(one).split(), company_key(other).split()
    if not left or not right or "".join(left) == "".join(right):
        return True
    return _adds_nothing(left, right) and _adds_nothing(right, left)


def _adds_nothing(words: Sequence[str], others: Sequence[str]) -> bool:
    """Tell if each of some words is nearly one of others or says nothing; the letters of a form as `S.A.` are one word."""
    added = [word for word in words if word not in others]
    letters = "".join(word for word in added if len(word) == 1)
    if letters and letters not in _FORMS:
        return False
    return all(
        len(word) == 1 or word in _FORMS or word in _SAYING_NOTHING or any(_nearly(word, other) for other in others)
        for word in added
    )


def _nearly(one: str, other: str) -> bool:
    return one.isalpha() and not {one, other} <= _PLACES and are_spelt_alike(spelt_alike(one, other))


def alike_people(one: str, other: str) -> bool:
    """Tell if two names may be one human's: they share a word, or an initial with nothing else against it.

    A first name alone that two full names share says nothing where the rest is not spelt nearly alike; a family name says
    nothing where given names differ.

    >>> alike_people("Dr. Margarethe Köhler", "Greta Koehler"), alike_people("Anna Berg", "Tom Weiss")
    (True, False)
    >>> alike_people("Anna Berg", "Anna Schmidt"), alike_people("Anna Berg", "Anna B."), alike_people("Anna Berg", "Anna")
    (False, True, True)
    >>> alike_people("Anna Mueller", "Peter Mueller"), alike_people("Anna Mueller", "Annie Mueller")
    (False, True)
    """
    left, right = person_key(one).split(), person_key(other).split()
    if given_names_differ(one, other):
        return False
    if not left or not right or set(left[1:]) & set(right[1:]):
        return True
    if left[0] == right[0] and len(left) > 1 and len(right) > 1:
        left, right = left[1:], right[1:]
        if min(len(left[-1]), len(right[-1])) == 1 and left[-1][0] == right[-1][0]:
            return True
    elif set(left) & set(right):
        return True
    return are_spelt_alike(spelt_alike(" ".join(left), " ".join(right)))
