"""How much alike a text and the work items of one engagement are, by words and by pieces of words. Evidence, never proof."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from atlas_sync.canonical.model import WorkItem
from atlas_sync.coverage.text import grams, terms

__all__ = ["Likeness"]

_K1 = 1.2
_B = 0.4
_WORD_SHARE = 0.6
_GRAM_TEXT = 600


class Likeness:
    """Scores texts against a fixed set of work items; a score is 0 to 1 and comparable between engagements.

    The word part is BM25 as a share of what the text would score against itself, so that long promises do not win by
    length. The piece part is the cosine of rare letter groups, with the summary alone or with the description,
    whichever is more alike: it finds compounds, plurals and typing errors.
    """

    def __init__(self, items: Sequence[WorkItem]) -> None:
        self._words = [Counter(terms(f"{item.summary} {item.summary} {item.text}")) for item in items]
        self._lengths = [sum(counted.values()) for counted in self._words]
        self._mean = sum(self._lengths) / len(items) if items else 1.0
        self._word_spread = _spread(self._words)
        summaries = [grams(item.summary) for item in items]
        wholes = [grams(f"{item.summary} {item.text[:_GRAM_TEXT]}") for item in items]
        self._gram_spread = _spread(wholes)
        self._count = len(items)
        self._pieces = [[self._weigh(counted) for counted in pair] for pair in zip(summaries, wholes, strict=True)]

    def scores(self, text: str) -> list[float]:
        """Give one score an item, in their order."""
        wanted = list(dict.fromkeys(terms(text)))
        ideal = sum(self._rarity(self._word_spread, term) for term in wanted) or 1.0
        pieces = self._weigh(grams(text))
        return [
            _WORD_SHARE * self._bm25(wanted, at) / ideal
            + (1 - _WORD_SHARE) * max(_cosine(pieces, other) for other in self._pieces[at])
            for at in range(self._count)
        ]

    def shared(self, text: str, at: int) -> list[str]:
        """Give the terms that a text shares with an item, the rarest first."""
        found = [term for term in dict.fromkeys(terms(text)) if term in self._words[at]]
        return sorted(found, key=lambda term: -self._rarity(self._word_spread, term))

    def _bm25(self, wanted: Sequence[str], at: int) -> float:
        counted, length = self._words[at], self._lengths[at]
        flat = _K1 * (1 - _B + _B * length / (self._mean or 1.0))
        return sum(
            self._rarity(self._word_spread, term) * min(1.0, counted[term] * (_K1 + 1) / (counted[term] + flat))
            for term in wanted
            if term in counted
        )

    def _rarity(self, spread: Mapping[str, int], term: str) -> float:
        return math.log(1 + (self._count + 0.5) / (spread.get(term, 0) + 0.5))

    def _weigh(self, counted: Counter[str]) -> dict[str, float]:
        weights = {
            gram: (1 + math.log(number)) * self._rarity(self._gram_spread, gram) for gram, number in counted.items()
        }
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {gram: weight / length for gram, weight in weights.items()}


def _spread(documents: Sequence[Counter[str]]) -> dict[str, int]:
    spread: dict[str, int] = defaultdict(int)
    for counted in documents:
        for term in counted:
            spread[term] += 1
    return spread


def _cosine(left: Mapping[str, float], right: Mapping[str, float]) -> float:
    if len(left) > len(right):
        left, right = right, left
    return sum(weight * right[gram] for gram, weight in left.items() if gram in right)
