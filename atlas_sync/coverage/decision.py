"""Covered, missing or for a person to look at: what follows from how well the items of an engagement fit what was agreed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from atlas_sync.canonical.model import CoverageStatus
from atlas_sync.coverage.comparison import Comparison

__all__ = ["LO", "Bounds", "Fit", "Matcher", "decide", "weigh", "with_leads"]

LO = 0.08
"""Below this likeness of words an item is no candidate where no matcher is at hand."""

_MOST_AGREEING = 3
_LEAD, _MOST_LEAD = 0.75, 3.0
_RIVAL = 0.5
"""How much it counts that an item fits one promise better than another; chosen on authors left out, see decision 0003."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How a matcher's scores are read. Fitted on trackers of authors the matcher had not seen; shipped with it.

    `agreement` and `words` are what a fact on which both sides agree and full likeness of words add to a score;
    `spread` and `shift` turn the best score and the number of candidates into a probability. From `cover` on a promise is
    covered; below `missing` it is missing, unless words speak for an item: none is absent whose likeness of words reaches
    `silence`, since terse and referring sentences score low whatever delivers them.
    """

    agreement: float
    words: float
    slope: float
    shift: float
    size: float
    cover: float
    missing: float
    silence: float = 1.1

    def probability(self, score: float, candidates: int) -> float:
        """Give how likely the best of so many candidates delivers what was agreed."""
        logit = self.slope * score + self.shift - self.size * math.log(max(candidates, 1))
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit))))


class Matcher(Protocol):
    """A learned likeness of what was agreed and what is planned; handed in, since it has to be loaded."""

    @property
    def bounds(self) -> Bounds:
        """Give how its scores are to be read."""

    def scores(self, texts: Sequence[str], passages: Sequence[str]) -> Sequence[Sequence[float]]:
        """Give for each text how well each passage fits it; above zero is better than no passage at all."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How well one item fits: its score, the share of words, and what both sides say about the same things.

    `lead` is by how much the item fits this better than anything else that was agreed; below zero, something else fits better.
    """

    score: float
    words: float
    comparisons: tuple[Comparison, ...] = ()
    lacking: tuple[str, ...] = ()
    lead: float = 0.0

    @property
    def rank(self) -> float:
        """Give what items are put in order by: an item mostly delivers one promise, the one that it fits best."""
        return self.score + _LEAD * max(-_MOST_LEAD, min(_MOST_LEAD, self.lead))

    @property
    def claim(self) -> float:
        """Give the score that is left when the item rather delivers something else; what leads gains nothing by it."""
        return self.score + _RIVAL * min(0.0, self.lead)

    @property
    def agreements(self) -> list[Comparison]:
        """List the facts on which both sides agree."""
        return [one for one in self.comparisons if one.agrees]

    @property
    def doubts(self) -> bool:
        """Tell if anything speaks against the item: a contradiction, a limit, or a fact that it leaves out."""
        return bool(self.lacking) or any(not one.agrees for one in self.comparisons)


def weigh(learned: float, words: float, comparisons: Sequence[Comparison], bounds: Bounds) -> float:
    """Put a matcher's score, likeness of words and agreement on facts together."""
    agreeing = min(sum(one.agrees for one in comparisons), _MOST_AGREEING)
    return learned + bounds.words * words + bounds.agreement * agreeing


def with_leads(rows: Sequence[Sequence[Fit]]) -> list[list[Fit]]:
    """Give the fits of several things agreed, a row each over the same items, with their leads; alone, one leads by nothing."""
    if len(rows) <= 1:
        return [list(row) for row in rows]
    leads = []
    for column in zip(*rows, strict=True):
        second, first = sorted(fit.score for fit in column)[-2:]
        leads.append([fit.score - (second if fit.score == first else first) for fit in column])
    return [[replace(fit, lead=leads[at][number]) for at, fit in enumerate(row)] for number, row in enumerate(rows)]


def decide(fits: Sequence[Fit], bounds: Bounds | None) -> tuple[CoverageStatus, float]:
    """Give the answer for what was agreed from the fits of its living candidates, the best first, and its probability.

    Without a matcher's bounds nothing is covered: likeness of words proves nothing, and says absent only far below.
    """
    if not fits:
        return "missing", 0.0
    best = fits[0]
    if bounds is None:
        return ("review" if best.score >= LO else "missing"), best.score
    probability = bounds.probability(best.claim, len(fits))
    if probability >= bounds.cover and not best.doubts:
        return "covered", probability
    is_silent = all(fit.words < bounds.silence for fit in fits)
    return ("missing" if probability < bounds.missing and is_silent else "review"), probability
