"""What a text rules out: "no machine translation", "Hosur not planned"; and what else it speaks of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from atlas_sync.canonical.normalize import fold
from atlas_sync.coverage.cues import LIMIT, NEGATION
from atlas_sync.coverage.text import MAX_TEXT, STOP, stem, words

__all__ = ["OF_DEGREE", "SHORT_NOT", "is_ruled_out", "ruled_of", "says_no"]

_REACH = 3
SHORT_NOT = re.compile(r"n['’]t\b|\bcannot\b")
_PRICED = frozenset(
    stem(word) for word in ("charge", "charged", "invoice", "billed", "cost", "fee", "extra", "surcharge", "supplement")
)
_SAID_AFTER = frozenset(("not", "nicht", "pas", "niet", "ikke", "excluded", "dropped"))
OF_DEGREE = frozenset(
    "before after later earlier more less longer fewer until only just on vor nach spaeter mehr voor later plus forget".split()  # noqa: SIM905 - a list to read
)
_OUT = re.compile(
    r"\bout(?::| of )|\b(?:nie|nao|non|keinerlei|ausgeschlossen|bauseits|exclue?s?|excluid[oa]s?|esclus[oiae]|uitgesloten|"
    r"wylaczon\w{1,2}|inte|ej)\b|\b(?:client|customer)['’]?s\b"
)
"""Other words by which an item may say that something is no part of the work, or somebody else's."""
_OF_SCOPE = frozenset(
    map(
        stem,
        "included include part scope covered cover considered offered planned contained project order contract price "  # noqa: SIM905 - a list to read
        "enthalten inbegriffen umfang teil compris comprise inclus incluido incluida inbegrepen".split(),
    )
)
"""Words by which a text says that something is out, and that tell nothing of what it is."""
_WITHOUT = frozenset(("without", "ohne", "sans", "sin", "senza", "zonder", "uden", "utan", "uten", "sem"))
_BOUND = _WITHOUT.union(
    "within before during until after unless outside innerhalb vor waehrend bis nach ausserhalb avant pendant jusqu "  # noqa: SIM905 - a list to read
    "apres antes durante hasta despues prima fino dopo voor tijdens totdat foer efter foer foere ate".split()
)
"""Words by which a "no" ends somewhere: what it is about is part of the work but there."""
_UNBOUND = frozenset(
    "all further notice this that the our your a an of project contract offer agreement scope auf weiteres absprache mit dem "  # noqa: SIM905 - a list to read
    "der kunden kunde ruecksprache diesem dieses projekt projekts nouvel ordre ce projet contrat nuevo aviso este".split()
)
"""Words behind one of these that bound nothing: "after all", "until further notice", "within this contract"."""
_NON = re.compile(r"\bnon-(?=\w)")
_CLAUSE = re.compile(r"[.,;:!?()\n]|\bbut\b|\band\b|\baber\b|\bmais\b")


class Ruled(NamedTuple):
    """What a text rules out, by stem with the words around it, and what else it speaks of.

    `bounds` tells by these words what stands in the bound of a "no": "no moves within 10 days of filing" is about filing.
    """

    out: dict[str, str]
    spoken: frozenset[str]
    bounds: dict[str, frozenset[str]]


@lru_cache(maxsize=4096)
def ruled_of(text: str) -> Ruled:
    """Give what a text rules out, and what it says besides."""
    out: dict[str, str] = {}
    bounds: dict[str, frozenset[str]] = {}
    spoken: set[str] = set()
    for clause in _CLAUSE.split(_NON.sub("non", SHORT_NOT.sub(" not", fold(text[:MAX_TEXT])))):
        said = words(clause)
        near: set[int] = set()
        for at in _refusing(said):
            taken = _ruled_by(said, at)
            near.update(taken)
            for one in taken:
                low, high = min(at, *taken), max(at, *taken) + 1
                out.setdefault(stem(said[one]), quote := " ".join(said[low:high]))
                if bound := _bound_of(said, at):
                    bounds.setdefault(quote, bound)
        spoken.update(stem(word) for at, word in enumerate(said) if at not in near and _tells(word))
    return Ruled(out, frozenset(spoken - out.keys()), bounds)


def says_no(text: str) -> bool:
    """Tell if a text says no to anything, or sets a limit.

    >>> says_no("Desk phones: not ours"), says_no("Print form only"), says_no("Replace 40 desk phones")
    (True, True, False)
    """
    folded = SHORT_NOT.sub(" not", fold(text[:MAX_TEXT]))
    return not NEGATION.isdisjoint(words(folded)) or bool(LIMIT.search(folded) or _OUT.search(folded))


def is_ruled_out(text: str, planned: str) -> bool:
    """Tell if a plan names all that a text which rules something out speaks of.

    >>> is_ruled_out("Desk phones are not included.", "Replace 40 desk phones")
    True
    """
    told = {stem(word) for word in words(text) if _tells(word)} - _OF_SCOPE
    return bool(told) and told <= {stem(word) for word in words(planned)}


def _refusing(said: Sequence[str]) -> list[int]:
    """Give the places of the words that say no; a "without" behind another "no" asks for what follows it."""
    found = [at for at, word in enumerate(said) if word in NEGATION]
    return [at for at in found if at == found[0] or said[at] not in _WITHOUT]


def _bound_of(said: Sequence[str], at: int) -> frozenset[str]:
    """Give what tells in the bound of a "no" at some place, with the word it begins with; nothing where it has none."""
    start = next((one for one in range(at + 1, len(said)) if said[one] in _BOUND), len(said))
    bound = frozenset(said[start + 1 :])
    return frozenset(map(stem, said[start:])) if bound - _UNBOUND else frozenset()


def _ruled_by(said: Sequence[str], at: int) -> list[int]:
    """Give the places of the words that a "no" at some place is about, none where it is about a price, a time or how much.

    "Hosur not planned" speaks of what stands ahead, "no machine translation" of what follows.
    """
    follow = range(at + 1, min(len(said), at + 1 + _REACH))
    if any(stem(said[one]) in _PRICED for one in follow) or (follow and said[follow[0]] in OF_DEGREE):
        return []
    ahead = [one for one in range(max(0, at - _REACH), at) if _tells(said[one])]
    return ahead if said[at] in _SAID_AFTER and ahead else [one for one in follow if _tells(said[one])]


def _tells(word: str) -> bool:
    return len(word) > 2 and word.isalpha() and word not in STOP | NEGATION  # noqa: PLR2004 - shorter ones are codes
