"""The bounds by which a matcher's scores are read, fitted on authors that it had not seen; no network is trained here."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product

import numpy as np
from numpy.typing import NDArray

from atlas_sync.coverage.contradictions import compare_item, uncovered_in
from atlas_sync.coverage.decision import (
    Bounds,
    Fit,
    Matcher,
    Setting,
    any_of,
    usual_of,
    weigh,
    with_leads,
)
from atlas_sync.coverage.passages import passages_of
from atlas_sync.coverage.similarity import likenesses
from atlas_sync.operations.cover import item_of
from training.trackers import Case

__all__ = ["UNFITTED", "Judged", "fit_bounds", "growth_of", "judged_of"]

UNFITTED = Bounds(
    agreement=1.0,
    words=2.5,
    slope=1.0,
    shift=0.0,
    size=0.0,
    usual=0.0,
    facts=0.0,
    dropped=0.0,
    cover=1.1,
    least=0.0,
    missing=-0.1,
    faint=-100.0,
    departs=0.0,
    departing=0.0,
    fitting=0.0,
    agrees=0.0,
    lacks=0.0,
    keeping=0.0,
    kept=1.1,
)
"""`agreement` and `words` are round figures between settings that differ by less than noise."""

Floats = NDArray[np.float64]
_SILENT = {"hard": 0.05}
_SILENT_ELSE = 0.025
_DEPARTING = 3 / 41
"""The most that may pass of what an item contradicts; of what is missing, less may."""
_STEPS = 100
_LEASTS = range(7)
_FAINT_PRECISION = 0.95
_FAINT = [-half / 2 for half in range(20)]
_PRECISION, _USUAL_PRECISION = 0.8, 0.9
_LOST = 60
_SIZES = (6, 12, 25, 50, 100)
_USUAL = 12


@dataclass(frozen=True, slots=True)
class Judged:
    """One promise of an author left out: its right status, how its living items fit, best first, and what else counts."""

    author: str
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
    found = matcher.matches(texts, [passages_of(item, {})[0] for item in every])
    learned = [[one for one, item in zip(row, every, strict=True) if item.state != "dropped"] for row in found]
    dropped = [[one.score for one, item in zip(row, every, strict=True) if item.state == "dropped"] for row in found]
    (alike,) = likenesses([(texts, items)])
    rows = []
    for promise, matches, words in zip(promises, learned, alike.tolist(), strict=True):
        due = date.fromisoformat(promise.due_date) if promise.due_date else None
        fits = []
        for item, (score, departs), word in zip(items, matches, words, strict=True):
            compared = tuple(compare_item(promise.text, due, item))
            lacking = uncovered_in(promise.text, due, item)
            fits.append(Fit(weigh(score, word, compared, UNFITTED), word, compared, lacking, score, departs))
        rows.append(fits)
    usual = usual_of(learned)
    # The stranger's trackers are terse ones, and too few to be held to a share by themselves.
    tier = "terse" if case.tier == "stranger" else case.tier
    return [
        Judged(
            case.author,
            tier,
            case.right[promise.pid][0],
            tuple(sorted(row, key=lambda fit: -fit.rank)),
            replace(usual, dropped=max(others, default=-math.inf)),
        )
        for promise, row, others in zip(promises, with_leads(rows), dropped, strict=True)
    ]


def growth_of(cases: Sequence[Case], matcher: Matcher) -> float:
    """Give by how much wrong items score higher together where they are e times as many; items are other engagements'."""
    chance = random.Random(0)  # noqa: S311 - the same each time
    pool = [passages_of(item_of(issue, ""), {})[0] for case in cases for issue in case.tracker.issues]
    lost = [one.text for case in cases for one in case.tracker.promises if case.right[one.pid][0] == "missing"]
    found = [
        (math.log(size), any_of([one.score for one in matcher.matches([text], chance.sample(pool, size))[0]]))
        for text in chance.sample(lost, min(_LOST, len(lost)))
        for size in _SIZES
        for _draw in range(4)
    ]
    return float(np.polyfit(*zip(*found, strict=True), 1)[0])


def fit_bounds(judged: Sequence[Judged], begun: Sequence[Judged], growth: float) -> Bounds:
    """Fit the probabilities and the bounds, all on authors left out; `begun` are promises beside `beginnings_of` trackers.

    `cover`, `least` and `kept` are those that cover most while no tier has more than its share of missing ones and of those
    that say something else among what is covered, nor any sort of beginnings. `missing` is the highest below which enough of
    those called missing are, of each author and in each tier but the hard one: there, words and absence have nothing to do with
    each other by design. `faint` is the highest score of all items together below which nearly all are missing.
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
    bounds = _keeping(judged, replace(bounds, missing=_missing_of(judged, chances), faint=_faint_of(judged)))
    cover, least, kept = _covering([*judged, *begun], bounds, count=len(judged))
    return replace(bounds, cover=cover, least=least, kept=kept)


def _keeping(judged: Sequence[Judged], bounds: Bounds) -> Bounds:
    """Fit how likely a first item says what was said, where no fact contradicts."""
    rows = [
        (one.right, one.fits[0], one.setting, departs)
        for one in judged
        if one.right != "missing" and not one.fits[0].contradicts and (departs := one.fits[0].departs) is not None
    ]
    values = [
        (departs, setting.departing, setting.usual, float(first.agreeing), float(bool(first.lacking)), 1.0)
        for _right, first, setting, departs in rows
    ]
    truth = np.array([right == "covered" for right, *_rest in rows], dtype=float)
    names = ("departs", "departing", "fitting", "agrees", "lacks", "keeping")
    found = (round(one, 4) for one in _logistic(np.array(values), truth))
    return replace(bounds, **dict(zip(names, found, strict=True)))


def _covering(judged: Sequence[Judged], bounds: Bounds, *, count: int) -> tuple[float, float, float]:
    """Give the bounds that cover most of the first `count` with no more than its share wrong in any tier."""
    first = np.array([round(bounds.probability(one.fits, len(one.fits), one.setting), 4) for one in judged])
    second = np.array([round(bounds.sameness(one.fits[0], one.setting), 4) for one in judged])
    learned = np.array([one.fits[0].learned for one in judged])
    quiet = np.array([not one.fits[0].contradicts for one in judged])
    right, tiers = np.array([one.right for one in judged]), np.array([one.tier for one in judged])
    counted = np.arange(len(judged)) < count
    limits = []
    for tier, wrong in product(sorted(set(tiers.tolist())), ("missing", "partial")):
        theirs = (right == wrong) & (tiers == tier)
        share = _DEPARTING if wrong == "partial" else _SILENT.get(tier, _SILENT_ELSE)
        limits.append((theirs, int(share * theirs.sum())))
    best = (0, 1.1, 0.0, 1.1)
    steps = np.linspace(0, 0.98, _STEPS)
    ways = product(_LEASTS, np.quantile(first[quiet & counted], steps), np.quantile(second[quiet & counted], steps))
    for least, cover, kept in ways:
        covered = quiet & (learned >= least) & (first >= cover) & (second >= kept)
        if all((covered & theirs).sum() <= most for theirs, most in limits):
            done = int((covered & counted & (right == "covered")).sum())
            best = max(best, (done, float(cover), float(least), float(kept)))
    return round(best[1], 4), best[2], round(best[3], 4)


def _faint_of(judged: Sequence[Judged]) -> float:
    """Give the highest score of all items together below which nearly all are missing."""
    scores = [(any_of([fit.learned for fit in one.fits]), one.right == "missing") for one in judged]
    for bound in _FAINT:
        below = [is_right for score, is_right in scores if score < bound]
        if below and sum(below) >= _FAINT_PRECISION * len(below):
            return bound
    return UNFITTED.faint


def _values(one: Judged, growth: float) -> tuple[float, ...]:
    first = one.fits[0]
    score = any_of([fit.learned for fit in one.fits]) - growth * math.log(len(one.fits) / _USUAL)
    return score, one.setting.usual, float(first.agreeing), max(0.0, one.setting.dropped - first.learned), 1.0


def _logistic(values: Floats, truth: Floats) -> tuple[float, ...]:
    """Fit a logistic regression by Newton's method."""
    found = np.zeros(values.shape[1])
    for _round in range(30):
        score = 1 / (1 + np.exp(-(values @ found)))
        weight = score * (1 - score) + 1e-6
        found -= np.linalg.solve((values * weight[:, None]).T @ values, values.T @ (score - truth))
    return tuple(float(one) for one in found)


def _missing_of(judged: Sequence[Judged], chances: Sequence[float]) -> float:
    """Give the highest chance below which enough of those called missing are, of each author and tier, the hard one aside.

    More of all authors: whose trackers are read later is one author more, and no mean of many.
    """
    groups: dict[tuple[str, str], list[tuple[float, bool]]] = defaultdict(list)
    for one, chance in zip(judged, chances, strict=True):
        for author in (one.author, "") if one.tier != "hard" else ():
            groups[author, one.tier].append((chance, one.right == "missing"))
    for chance in sorted(set(chances), reverse=True):
        called = {name: [is_right for found, is_right in group if found < chance] for name, group in groups.items()}
        # One more that is wrong must not bring it below: what is called missing elsewhere is not these.
        if all(
            sum(rights) >= (_PRECISION if author else _USUAL_PRECISION) * (len(rights) + 1)
            for (author, _tier), rights in called.items()
        ):
            return chance
    return 0.0
