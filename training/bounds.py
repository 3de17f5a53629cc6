"""The bounds by which a matcher's scores are read, fitted on authors that it had not seen; no network is trained here."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from atlas_sync.coverage.contradictions import compare_item, uncovered_in
from atlas_sync.coverage.decision import Bounds, Fit, Matcher, weigh
from atlas_sync.coverage.passages import passages_of
from atlas_sync.coverage.similarity import likenesses
from atlas_sync.operations.cover import item_of
from training.trackers import Case

__all__ = ["UNFITTED", "Judged", "fit_bounds", "growth_of", "judged_of"]

UNFITTED = Bounds(agreement=1.0, words=2.5, slope=1.0, shift=0.0, size=0.0, cover=1.1, missing=-0.1, silence=0.125)
"""`agreement`, `words` and `silence` are round figures between settings that differ by less than the noise of two authors."""

_SILENT = 0.05
_PRECISION = 0.85
_SIZES = (6, 12, 25, 50, 100)
_USUAL = 12


@dataclass(frozen=True, slots=True)
class Judged:
    """One promise of an author left out: its right status, its best score of so many, and if anything speaks against it.

    `words` is the greatest likeness of words of any candidate.
    """

    tier: str
    right: str
    score: float
    candidates: int
    doubts: bool
    words: float


def judged_of(case: Case, matcher: Matcher) -> list[Judged]:
    """Give each promise of a tracker with the best score that a matcher gives any living item."""
    promises = case.tracker.promises
    items = [item for item in (item_of(issue, "") for issue in case.tracker.issues) if item.state != "dropped"]
    texts = [one.text for one in promises]
    learned = matcher.scores(texts, [passages_of(item, {})[0] for item in items])
    (alike,) = likenesses([(texts, items)])
    judged = []
    for promise, scores, words in zip(promises, learned, alike.tolist(), strict=True):
        due = date.fromisoformat(promise.due_date) if promise.due_date else None
        fits = []
        for item, score, word in zip(items, scores, words, strict=True):
            found = tuple(compare_item(promise.text, due, item))
            fits.append(Fit(weigh(score, word, found, UNFITTED), word, found, uncovered_in(promise.text, due, item)))
        best = max(fits, key=lambda fit: fit.score)
        right = case.right[promise.pid][0]
        judged.append(Judged(case.tier, right, best.score, len(items), best.doubts, max(words)))
    return judged


def growth_of(cases: Sequence[Case], matcher: Matcher) -> list[tuple[float, float]]:
    """Give how high the best of so many wrong items scores: (log of their number, score), with items of other engagements."""
    chance = random.Random(0)  # noqa: S311 - the same each time
    pool = [passages_of(item_of(issue, ""), {})[0] for case in cases for issue in case.tracker.issues]
    lost = [one.text for case in cases for one in case.tracker.promises if case.right[one.pid][0] == "missing"]
    rows = matcher.scores(lost, pool)
    return [
        (math.log(size), max(chance.sample(list(row), size))) for row in rows for size in _SIZES for _draw in range(4)
    ]


def fit_bounds(judged: Sequence[Judged], growth: Sequence[tuple[float, float]]) -> Bounds:
    """Fit the probability, the price of a longer list, and the two bounds, all on authors left out.

    `cover` is the lowest score at which no tier has more than its share of missing ones above it with nothing against them;
    `missing` the highest below which enough of those called missing are, where words are silent too, the hard tier aside:
    there, words and absence have nothing to do with each other by design.
    """
    mean_x = sum(one for one, _ in growth) / len(growth)
    mean_y = sum(one for _, one in growth) / len(growth)
    growing = sum((x - mean_x) * (y - mean_y) for x, y in growth) / sum((x - mean_x) ** 2 for x, _ in growth)
    judged = [replace(one, score=one.score - growing * math.log(one.candidates / _USUAL)) for one in judged]
    slope, shift = _logistic([(one.score, one.right == "covered") for one in judged if one.right != "partial"])
    scores = sorted({one.score for one in judged})
    cover = next(score for score in scores if _is_quiet(judged, score))
    low = max((score for score in scores if _is_right(judged, score)), default=scores[0])

    def chance(score: float) -> float:
        return round(1 / (1 + math.exp(-(slope * score + shift))), 4)

    return replace(
        UNFITTED,
        slope=round(slope, 4),
        shift=round(shift + slope * growing * math.log(_USUAL), 4),
        size=round(slope * growing, 4),
        cover=chance(cover),
        missing=chance(low),
    )


def _is_quiet(judged: Sequence[Judged], score: float) -> bool:
    for tier in {one.tier for one in judged}:
        missing = [one for one in judged if one.tier == tier and one.right == "missing"]
        silent = [one for one in missing if one.score >= score and not one.doubts]
        if len(silent) > _SILENT * len(missing) + 0.1:
            return False
    return True


def _is_right(judged: Sequence[Judged], score: float) -> bool:
    for tier in {one.tier for one in judged} - {"hard"}:
        low = [one for one in judged if one.tier == tier and one.score < score]
        called = [one for one in low if one.words < UNFITTED.silence]
        if not called or sum(one.right == "missing" for one in called) < _PRECISION * len(called):
            return False
    return True


def _logistic(rows: Sequence[tuple[float, bool]]) -> tuple[float, float]:
    slope, shift = 0.5, 0.0
    for _step in range(4000):
        down_slope = down_shift = 0.0
        for score, right in rows:
            wrong = 1 / (1 + math.exp(-(slope * score + shift))) - right
            down_slope += wrong * score
            down_shift += wrong
        slope -= 0.02 * down_slope / len(rows)
        shift -= 0.05 * down_shift / len(rows)
    return slope, shift
