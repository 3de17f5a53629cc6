"""What a text rules out: "no machine translation", "Hosur not planned"; and what else it speaks of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from atlas_sync.canonical.normalize import fold
from atlas_sync.coverage.cues import LIMIT, NEGATION
from atlas_sync.coverage.text import MAX_TEXT, STOP, stem, words

__all__ = ["is_ruled_out", "ruled_of", "says_no"]

_REACH = 3
_SHORT_NOT = re.compile(r"n['’]t\b|\bcannot\b")
_PRICED = frozenset(
    stem(word) for word in ("charge", "charged", "invoice", "billed", "cost", "fee", "extra", "surcharge", "supplement")
)
_SAID_AFTER = frozenset(("not", "nicht", "pas", "niet", "ikke", "excluded", "dropped"))
_OF_DEGREE = frozenset(
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
_NON = re.compile(r"\bnon-(?=\w)")
_CLAUSE = re.compile(r"[.,;:!?()\n]|\bbut\b|\band\b|\baber\b|\bmais\b")


@lru_cache(maxsize=4096)
def ruled_of(text: str) -> tuple[dict[str, str], frozenset[str]]:
    """Give what a text rules out, by stem with the words around it, and what else it speaks of."""
    out: dict[str, str] = {}
    spoken: set[str] = set()
    for clause in _CLAUSE.split(_NON.sub("non", _SHORT_NOT.sub(" not", fold(text[:MAX_TEXT])))):
        said = words(clause)
        near: set[int] = set()
        for at in (at for at, word in enumerate(said) if word in NEGATION):
            taken = _ruled_by(said, at)
            near.update(taken)
            for one in taken:
                low, high = min(at, *taken), max(at, *taken) + 1
                out.setdefault(stem(said[one]), " ".join(said[low:high]))
        spoken.update(stem(word) for at, word in enumerate(said) if at not in near and _tells(word))
    return out, frozenset(spoken - out.keys())


def says_no(text: str) -> bool:
    """Tell if a text says no to anything, or sets a limit.

    >>> says_no("Desk phones: not ours"), says_no("Print form only"), says_no("Replace 40 desk phones")
    (True, True, False)
    """
    folded = _SHORT_NOT.sub(" not", fold(text[:MAX_TEXT]))
    return not NEGATION.isdisjoint(words(folded)) or bool(LIMIT.search(folded) or _OUT.search(folded))


def is_ruled_out(text: str, planned: str) -> bool:
    """Tell if a plan names all that a text which rules something out speaks of.

    >>> is_ruled_out("Desk phones are not included.", "Replace 40 desk phones")
    True
    """
    told = {stem(word) for word in words(text) if _tells(word)} - _OF_SCOPE
    return bool(told) and told <= {stem(word) for word in words(planned)}


def _ruled_by(said: Sequence[str], at: int) -> list[int]:
    """Give the places of the words that a "no" at some place is about, none where it is about a price, a time or how much.

    "Hosur not planned" speaks of what stands ahead, "no machine translation" of what follows.
    """
    follow = range(at + 1, min(len(said), at + 1 + _REACH))
    if any(stem(said[one]) in _PRICED for one in follow) or (follow and said[follow[0]] in _OF_DEGREE):
        return []
    ahead = [one for one in range(max(0, at - _REACH), at) if _tells(said[one])]
    return ahead if said[at] in _SAID_AFTER and ahead else [one for one in follow if _tells(said[one])]


def _tells(word: str) -> bool:
    return len(word) > 2 and word.isalpha() and word not in STOP | NEGATION  # noqa: PLR2004 - shorter ones are codes
