"""The bounds by which a matcher's scores are read, fitted on authors that it had not seen; no network is trained here."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from statistics import median

import numpy as np
from numpy.typing import NDArray

from atlas_sync.coverage.contradictions import compare_item, uncovered_in
from atlas_sync.coverage.decision import MOST_AGREEING, Bounds, Fit, Matcher, Setting, any_of, weigh, with_leads
from atlas_sync.coverage.passages import passages_of
from atlas_sync.coverage.similarity import likenesses
from atlas_sync.operations.cover import item_of
from training.trackers import Case

__all__ = ["UNFITTED", "Judged", "fit_bounds", "growth_of", "judged_of"]

UNFITTED = Bounds(
    agreement=1.0, words=2.5, slope=1.0, shift=0.0, size=0.0, usual=0.0, facts=0.0, dropped=0.0, cover=1.1, missing=-0.1
)
"""`agreement` and `words` are round figures between settings that differ by less than noise."""

Floats = NDArray[np.float64]
_SILENT = {"hard": 0.1}
_SILENT_ELSE = 0.05
_PRECISION = 0.8
_SIZES = (6, 12, 25, 50, 100)
_USUAL = 12


@dataclass(frozen=True, slots=True)
class Judged:
    """One promise of an author left out: its right status, how its living items fit, best first, and what else counts."""

    tier: str
    right: str
    fits: tuple[Fit, ...]
    setting: Setting


def judged_of(case: Case, matcher: Matcher) -> list[Judged]:
    """Give each promise of a tracker with its items in the order in which `trace` names them."""
    promises = case.tracker.promises
    every = [item_of(issue, "") for issue in case.tracker.issues]
    items = [item for item in every if item.state != "dropped"]
    texts = [one.text for one in promises]
    learned = matcher.scores(texts, [passages_of(item, {})[0] for item in items])
    dropped = matcher.scores(texts, [passages_of(item, {})[0] for item in every if item.state == "dropped"])
    (alike,) = likenesses([(texts, items)])
    rows = []
    for promise, scores, words in zip(promises, learned, alike.tolist(), strict=True):
        due = date.fromisoformat(promise.due_date) if promise.due_date else None
        fits = []
        for item, score, word in zip(items, scores, words, strict=True):
            found = tuple(compare_item(promise.text, due, item))
            lacking = uncovered_in(promise.text, due, item)
            fits.append(Fit(weigh(score, word, found, UNFITTED), word, found, lacking, score))
        rows.append(fits)
    usual = median([max(row) for row in learned])
    return [
        Judged(
            case.tier,
            case.right[promise.pid][0],
            tuple(sorted(row, key=lambda fit: -fit.rank)),
            Setting(usual, max(others, default=-math.inf)),
        )
        for promise, row, others in zip(promises, with_leads(rows), dropped, strict=True)
    ]


def growth_of(cases: Sequence[Case], matcher: Matcher) -> float:
    """Give by how much wrong items score higher together where they are e times as many; items are other engagements'."""
    chance = random.Random(0)  # noqa: S311 - the same each time
    pool = [passages_of(item_of(issue, ""), {})[0] for case in cases for issue in case.tracker.issues]
    lost = [one.text for case in cases for one in case.tracker.promises if case.right[one.pid][0] == "missing"]
    found = [
        (math.log(size), any_of(chance.sample(list(row), size)))
        for row in matcher.scores(lost, pool)
        for size in _SIZES
        for _draw in range(4)
    ]
    return float(np.polyfit(*zip(*found, strict=True), 1)[0])


def fit_bounds(judged: Sequence[Judged], growth: float) -> Bounds:
    """Fit the probability and the two bounds, all on authors left out.

    `cover` is the lowest at which no tier has more than its share of missing ones above it with nothing against them;
    `missing` the highest below which enough of those called missing are, the hard tier aside: there, words and absence have
    nothing to do with each other by design.
    """
    told = [one for one in judged if one.right != "partial"]
    values = np.array([_values(one, growth) for one in told])
    slope, usual, agreeing, dropped, shift = _logistic(
        values, np.array([one.right == "covered" for one in told], dtype=float)
    )
    bounds = replace(
        UNFITTED,
        slope=round(slope, 4),
        usual=round(usual, 4),
        facts=round(agreeing, 4),
        dropped=round(dropped, 4),
        shift=round(shift + slope * growth * math.log(_USUAL), 4),
        size=round(slope * growth, 4),
    )
    chances = [round(bounds.probability(one.fits, len(one.fits), one.setting), 4) for one in judged]
    steps = sorted(set(chances))
    cover = next((step for step in steps if _is_quiet(judged, chances, step)), 1.1)
    low = max((step for step in steps if _is_right(judged, chances, step)), default=0.0)
    return replace(bounds, cover=cover, missing=low)


def _values(one: Judged, growth: float) -> tuple[float, ...]:
    first = one.fits[0]
    score = any_of([fit.learned for fit in one.fits]) - growth * math.log(len(one.fits) / _USUAL)
    facts = float(min(len(first.agreements), MOST_AGREEING))
    return score, one.setting.usual, facts, max(0.0, one.setting.dropped - first.learned), 1.0


def _logistic(values: Floats, truth: Floats) -> tuple[float, ...]:
    """Fit a logistic regression by Newton's method."""
    found = np.zeros(values.shape[1])
    for _round in range(30):
        score = 1 / (1 + np.exp(-(values @ found)))
        weight = score * (1 - score) + 1e-6
        found -= np.linalg.solve((values * weight[:, None]).T @ values, values.T @ (score - truth))
    return tuple(float(one) for one in found)


def _is_quiet(judged: Sequence[Judged], chances: Sequence[float], step: float) -> bool:
    for tier in {one.tier for one in judged}:
        missing = [
            chance >= step and not one.fits[0].doubts
            for one, chance in zip(judged, chances, strict=True)
            if one.tier == tier and one.right == "missing"
        ]
        if sum(missing) > _SILENT.get(tier, _SILENT_ELSE) * len(missing):
            return False
    return True


def _is_right(judged: Sequence[Judged], chances: Sequence[float], step: float) -> bool:
    called = [
        one.right == "missing"
        for one, chance in zip(judged, chances, strict=True)
        if one.tier != "hard" and chance < step
    ]
    return bool(called) and sum(called) >= _PRECISION * len(called)
