"""Promises held against what was ruled out or put off, by the words that both hold."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from atlas_sync.canonical.model import Evidence, Promise, ScopeItem
from atlas_sync.coverage.named import compare_names
from atlas_sync.coverage.parts import are_parted
from atlas_sync.coverage.statements import SHARED, terms_of
from atlas_sync.coverage.text import root, words

__all__ = ["RuledOut"]

_LEAST = 0.75
_RULING_OUT = terms_of(
    "not no part included excluded scope outside separate extra without phase later offer covered lump sum fee price quote "
    "enthalten inbegriffen umfang teil compris comprise inclus incluido incluida inbegrepen"
)
_SAYS_SO = frozenset({"no", "out", "outside", "scope", "part", "included", "excluded", "without"})
_OUTSIDE = root("outside")
_OF_THE_OFFER = re.compile(
    r"\boutside (?:of )?(?:the |our |this |that )?(?:scope|offer|price|quote|contract|project|fee|sum)\b"
)
_BEYOND = terms_of("older newer outside beyond above below exceeding")
"""Words by which a point begins where what was promised ends: support outside office hours."""
_TO_BE_OFFERED = re.compile(
    r"\b(?:quotes?|quotation|offer|estimate|proposal) (?:for|on)\b|\b(?:quote|offer|price)\b.{0,60}\bseparately\b"
)


class RuledOut:
    """What was ruled out or put off in an engagement, each point read once."""

    def __init__(self, scope: Sequence[ScopeItem]) -> None:
        self._points = [point for point in scope if point.kind in {"out", "later"}]
        self._ruled = [_ruled_by(point.text) for point in self._points]
        self._least = [_least(point.text, ruled) for point, ruled in zip(self._points, self._ruled, strict=True)]
        self._holding: defaultdict[str, list[int]] = defaultdict(list)
        for place, ruled in enumerate(self._ruled):
            for term in ruled:
                self._holding[term].append(place)

    def against(self, promise: Promise) -> Iterator[ScopeItem]:
        """Yield the points that rule out what was promised, in order; a quote for it is no promise to do it."""
        if _TO_BE_OFFERED.search(promise.text.lower()):
            return
        said = terms_of(promise.text)
        shared = Counter(place for term in said for place in self._holding.get(term, ()))
        for place in sorted(place for place, both in shared.items() if both >= self._least[place]):
            point = self._points[place]
            if not _is_part_of(point, promise) and not _is_another(point.text, promise.text, self._ruled[place] - said):
                yield point


def _ruled_by(text: str) -> frozenset[str]:
    told = terms_of(text)
    ruled = told - _RULING_OUT
    return (
        ruled | {_OUTSIDE} if len(ruled) > 1 and _OUTSIDE in told and not _OF_THE_OFFER.search(text.lower()) else ruled
    )


def _least(text: str, ruled: frozenset[str]) -> float:
    """Tell how many words must be met: one where that is all that is ruled out, in as many words or as an entry of a list."""
    if len(ruled) == 1 and (len(said := words(text)) == 1 or not _SAYS_SO.isdisjoint(said)):
        return 1
    return max(SHARED, _LEAST * len(ruled))


def _is_part_of(point: ScopeItem, promise: Promise) -> bool:
    """Tell if a bound was said within the promise itself, "four heaters (propane not included)", or is all that it says."""
    if _overlap(point.evidence, promise.evidence):
        return True
    own = words(promise.text)
    ruling = words(point.text)
    is_within = any(own[at : at + len(ruling)] == ruling for at in range(len(own) - len(ruling) + 1))
    return is_within and not _SAYS_SO.isdisjoint(ruling)


def _overlap(one: Evidence, other: Evidence) -> bool:
    return one.interaction_id == other.interaction_id and one.start < other.end and other.start < one.end


def _is_another(ruled: str, promised: str, lacking: frozenset[str]) -> bool:
    """Tell if a point is about another thing of the kind: another town, another number, or what a word before it makes it.

    "The night shift" is not "the day shift", and "upper floors" are not "the ground floor".
    """
    if lacking & _BEYOND or are_parted(ruled, promised) or any(compare_names(promised, ruled)):
        return True
    said = terms_of(promised)
    told = [root(word) for word in words(ruled)]
    return any(one in lacking and other in said for one, other in pairwise(told))
