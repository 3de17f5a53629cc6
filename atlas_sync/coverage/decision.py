"""Covered, missing or for a person to look at: what follows from how well the items of an engagement fit what was agreed."""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from statistics import median
from typing import NamedTuple, Protocol

from atlas_sync.canonical.model import CoverageStatus
from atlas_sync.coverage.compared import Comparison

__all__ = [
    "LO",
    "Bounds",
    "Fit",
    "Match",
    "Matcher",
    "Setting",
    "any_of",
    "decide",
    "usual_of",
    "weigh",
    "with_leads",
]

LO = 0.08
"""Below this likeness of words an item is no candidate where no matcher is at hand."""

_MOST_AGREEING = 3
_SOFT = 2.0
_CROWD, _CROWD_SOFT = 0.5, 1.5
"""How much it counts that an item fits other promises too, and how softly; chosen on authors left out, see decision 0003."""
_APART = 2.0
"""So many times `least` an item has to score, to be held against a promise with which it shares no word."""
_NAMING = 3
"""A title that stands in more promises than these, such as "User training", names none of them."""
_FEW = 16
"""No tracker by which the bounds are set has more items; so many, the best ones, tell if something is missing."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What else counts for a promise, beside the living items: what is usual in its engagement, and the best dropped item.

    `usual` is the middle one of the promises' best scores: where items are terse, all scores are low, and a low one says
    little. It is never below that of no item at all: where most promises have none yet, this says nothing of those that have.
    `departing` is the middle one of how much these best items depart, for the same reason. `dropped` is the matcher's
    score of the dropped item that fits best.
    """

    usual: float = 0.0
    dropped: float = -math.inf
    departing: float = 0.0


_ALONE = Setting()


@dataclass(frozen=True, slots=True)
class Bounds:
    """How a matcher's scores are read. Fitted on trackers of authors the matcher had not seen; shipped with it.

    `agreement` and `words` are what a fact on which both sides agree and full likeness of words add when items are put in
    order. What decides are two probabilities. One is that an item delivers it: of the matcher's scores of all items (`slope`),
    of what is usual in this engagement (`usual`), of the facts on which the first item agrees (`facts`), of a dropped item that
    fits better (`dropped`) and of the number of candidates (`size`). The other is that the first item says what was said: of
    how much it departs (`departs`), of what is usual here of that (`departing`) and of the scores (`fitting`), of the facts on
    which both agree (`agrees`), and if it leaves out one (`lacks`). From `cover` of the first and `kept` of the second on a
    promise is covered, if no fact contradicts and the first item has a score of `least` by itself. Of the best few items alone,
    it is missing below `missing` of the first, and where their scores come to less than `faint`.
    """

    agreement: float
    words: float
    slope: float
    shift: float
    size: float
    usual: float
    facts: float
    dropped: float
    cover: float
    least: float
    missing: float
    faint: float
    departs: float
    departing: float
    fitting: float
    agrees: float
    lacks: float
    keeping: float
    kept: float

    def probability(self, fits: Sequence[Fit], candidates: int, setting: Setting = _ALONE) -> float:
        """Give how likely one of some fits, the best first, delivers what was agreed, of so many candidates."""
        return self._chance_of([fit.learned for fit in fits], fits[0], candidates, setting)

    def is_missing(self, fits: Sequence[Fit], setting: Setting = _ALONE) -> bool:
        """Tell if no one of some fits, the best first, is likely to deliver what was agreed.

        The best of many wrong items fits well by chance, so before one of many covers, more is asked of it. What delivers fits
        among many as it does among few, and is not made unlikely by what has nothing to do with it.
        """
        few = heapq.nlargest(_FEW, [fit.learned for fit in fits])
        return self._chance_of(few, fits[0], len(few), setting) < self.missing or any_of(few) < self.faint

    def _chance_of(self, scores: Sequence[float], first: Fit, candidates: int, setting: Setting) -> float:
        logit = self.slope * any_of(scores) + self.usual * setting.usual + self.shift
        logit += self.facts * first.agreeing
        logit += self.dropped * max(0.0, setting.dropped - first.learned)
        return _chance(logit - self.size * math.log(max(candidates, 1)))

    def delivers(self, fit: Fit, probability: float) -> bool:
        """Tell if an item delivers what was agreed, if it says the same."""
        return probability >= self.cover and fit.learned >= self.least

    def is_meant(self, fit: Fit, probability: float, *, shares: bool) -> bool:
        """Tell if an item is likely enough for what was agreed that what it says otherwise is held against it.

        It is nearer to nothing else that was agreed. One that shares no word or fact, as in another language, has to fit far
        better: below that, it was as often another's.
        """
        is_near = shares or fit.learned >= _APART * self.least
        return is_near and fit.lead >= 0 and self.delivers(fit, probability)

    def is_anothers(self, fit: Fit, *, shares: bool) -> bool:
        """Tell if an item that shares no word or fact fits something else by as much better as what covers has to fit."""
        return not shares and fit.lead < -self.least

    def sameness(self, fit: Fit, setting: Setting = _ALONE) -> float:
        """Give how likely an item says what was said, zero where it was not read closely."""
        if fit.departs is None:
            return 0.0
        usual = self.departing * setting.departing + self.fitting * setting.usual
        facts = self.agrees * fit.agreeing + self.lacks * bool(fit.lacking)
        return _chance(self.departs * fit.departs + usual + facts + self.keeping)


def _chance(logit: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit))))


def any_of(scores: Sequence[float], soft: float = _SOFT) -> float:
    """Give the score of "one of these": the greatest, and a little more where others come near."""
    greatest = max(scores)
    return greatest + soft * math.log(math.fsum(math.exp((score - greatest) / soft) for score in scores))


class Match(NamedTuple):
    """How well a passage fits; above zero is better than no passage at all.

    `departs` tells if the passage says something else than was said: above zero is likelier than not. None where it was not
    read as closely as that.
    """

    score: float
    departs: float | None = None


class Matcher(Protocol):
    """A learned likeness of what was agreed and what is planned; handed in, since it has to be loaded."""

    @property
    def bounds(self) -> Bounds:
        """Give how its scores are to be read."""

    def matches(self, texts: Sequence[str], passages: Sequence[str]) -> Sequence[Sequence[Match]]:
        """Give for each text how well each passage fits it, those that fit best read together with it."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How well one item fits: its score, the share of words, and what both sides say about the same things.

    `learned` is the matcher's part of the score, `departs` its finding if the item says something else, as for a match.
    `lead` is by how much the item fits this better than anything else that was agreed; below zero, something else fits better.
    `crowd` is how well it fits all that was agreed together. `named` tells if its whole title stands in what was agreed.
    """

    score: float
    words: float
    comparisons: tuple[Comparison, ...] = ()
    lacking: tuple[str, ...] = ()
    learned: float = 0.0
    departs: float | None = None
    lead: float = 0.0
    crowd: float = 0.0
    named: bool = False

    @property
    def rank(self) -> float:
        """Give what items are put in order by: an item mostly delivers one promise, so what fits many counts less for each."""
        return self.score - _CROWD * self.crowd

    @property
    def agreements(self) -> list[Comparison]:
        """List the facts on which both sides agree."""
        return [one for one in self.comparisons if one.agrees]

    @property
    def agreeing(self) -> int:
        """Count the facts on which both sides agree, as far as more of them tell more."""
        return _agreeing(self.comparisons)

    @property
    def contradicts(self) -> bool:
        """Tell if the item says something against what was agreed, or sets it a limit."""
        return any(not one.agrees for one in self.comparisons)


def weigh(learned: float, words: float, comparisons: Sequence[Comparison], bounds: Bounds) -> float:
    """Put a matcher's score, likeness of words and agreement on facts together."""
    return learned + bounds.words * words + bounds.agreement * _agreeing(comparisons)


def _agreeing(comparisons: Sequence[Comparison]) -> int:
    return min(sum(one.agrees for one in comparisons), _MOST_AGREEING)


def with_leads(rows: Sequence[Sequence[Fit]]) -> list[list[Fit]]:
    """Give the fits of several things agreed, a row each over the same items, with their leads and crowds.

    Alone, one leads by nothing, and has no crowd.
    """
    if len(rows) <= 1:
        return [list(row) for row in rows]
    columns = [_led(column) for column in zip(*rows, strict=True)]
    return [[column[at] for column in columns] for at in range(len(rows))]


def _led(column: Sequence[Fit]) -> list[Fit]:
    """Give the fits of one item with how it stands among them."""
    scores = [fit.score for fit in column]
    second, first = sorted(scores)[-2:]
    crowd = any_of(scores, _CROWD_SOFT)
    is_telling = sum(fit.named for fit in column) <= _NAMING
    return [
        replace(
            fit,
            lead=fit.score - (second if fit.score == first else first),
            crowd=crowd,
            named=fit.named and is_telling,
        )
        for fit in column
    ]


def usual_of(rows: Sequence[Sequence[Match]]) -> Setting:
    """Give what is usual where some promises were matched with the same living items, a row each."""
    best = [max(row, key=attrgetter("score")) for row in rows]
    departs = [one.departs for one in best if one.departs is not None]
    return Setting(
        usual=max(0.0, median(one.score for one in best)) if best else 0.0,
        departing=median(departs) if departs else 0.0,
    )


def decide(fits: Sequence[Fit], bounds: Bounds | None, setting: Setting = _ALONE) -> tuple[CoverageStatus, float]:
    """Give the answer for what was agreed from the fits of its living candidates, the best first, and its probability.

    Without a matcher's bounds nothing is covered: likeness of words proves nothing, and says absent only far below. Nothing is
    missing that names an item by its whole title.
    """
    if not fits:
        return "missing", 0.0
    best = fits[0]
    is_named = any(fit.named for fit in fits)
    if bounds is None:
        return ("review" if is_named or best.score >= LO else "missing"), best.score
    probability = bounds.probability(fits, len(fits), setting)
    if bounds.delivers(best, probability) and not best.contradicts and bounds.sameness(best, setting) >= bounds.kept:
        return "covered", probability
    return ("missing" if not is_named and bounds.is_missing(fits, setting) else "review"), probability
