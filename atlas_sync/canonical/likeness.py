"""How much alike two names are, of companies and of people. Total functions, the same both ways round."""

from __future__ import annotations

from difflib import SequenceMatcher

from atlas_sync.canonical.normalize import company_key, person_key

__all__ = ["alike_companies", "alike_people", "spelt_alike"]

_SPELT = 0.8


def spelt_alike(one: str, other: str) -> float:
    """Give how alike two texts are letter by letter, 0 to 1."""
    left, right = sorted((one, other))
    return SequenceMatcher(None, left, right, autojunk=False).ratio()


def alike_companies(one: str, other: str) -> bool:
    """Tell if two names may be one company's: spelt nearly alike, or one is the other with more words.

    >>> alike_companies("Nordhavn Logistics GmbH", "Nordhavn Logistik"), alike_companies("Nordhavn Ports", "Nordhavn Rail")
    (True, False)
    """
    left, right = company_key(one), company_key(other)
    words, others = set(left.split()), set(right.split())
    return words <= others or others <= words or spelt_alike(left, right) >= _SPELT


def alike_people(one: str, other: str) -> bool:
    """Tell if two names may be one human's: they share a word, or an initial with nothing else against it.

    A first name alone that two full names share says nothing where the rest is not spelt nearly alike.

    >>> alike_people("Dr. Margarethe Köhler", "Greta Koehler"), alike_people("Anna Berg", "Tom Weiss")
    (True, False)
    >>> alike_people("Anna Berg", "Anna Schmidt"), alike_people("Anna Berg", "Anna B."), alike_people("Anna Berg", "Anna")
    (False, True, True)
    """
    left, right = person_key(one).split(), person_key(other).split()
    if not left or not right or set(left[1:]) & set(right[1:]):
        return True
    if left[0] == right[0] and len(left) > 1 and len(right) > 1:
        left, right = left[1:], right[1:]
        if min(len(left[-1]), len(right[-1])) == 1 and left[-1][0] == right[-1][0]:
            return True
    elif set(left) & set(right):
        return True
    return spelt_alike(" ".join(left), " ".join(right)) >= _SPELT
