"""Measure tracing on authors left out of training, as `atlas-sync eval` does, and give the bounds that are shipped.

Run: python -m training.covering WORK, where `training.match` left a matcher for each author left out. Nothing is trained here.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from atlas_sync.coverage.decision import Bounds
from atlas_sync.operations.matcher import LearnedMatcher
from atlas_sync.operations.tracker_scorer import TrackerScorer, promises_said
from training.bounds import fit_bounds, growth_of, judged_of
from training.trackers import DATA, trackers_of

__all__ = ["LEFT_OUT", "report"]

_MEASURED = {"A": ("coverage_dev.jsonl", "trackers"), "B": ("engagements_dev.jsonl", "engagements")}
LEFT_OUT = tuple(_MEASURED)
"""The authors of whole trackers, for each of whom a matcher is fitted that has seen nothing of theirs."""

_log = logging.getLogger("training")


def report(work: Path) -> Bounds:
    """Give the bounds that both authors lead to; log what both reach, and what those of the other author alone do."""
    matchers = {author: LearnedMatcher(work / author) for author in LEFT_OUT}
    cases = {author: [case for case in trackers_of() if case.author == author] for author in LEFT_OUT}
    judged = {
        author: [one for case in cases[author] for one in judged_of(case, matchers[author])] for author in LEFT_OUT
    }
    growth = {author: growth_of(cases[author], matchers[author]) for author in LEFT_OUT}

    def bounds_of(authors: Iterable[str]) -> Bounds:
        named = list(authors)
        return fit_bounds(
            [one for name in named for one in judged[name]], [one for name in named for one in growth[name]]
        )

    bounds = bounds_of(LEFT_OUT)
    _log.info("bounds %s", asdict(bounds))
    for author, (file, shape) in _MEASURED.items():
        matchers[author].bounds = bounds_of(other for other in LEFT_OUT if other != author)
        _log.info("bounds without %s %s", author, asdict(matchers[author].bounds))
        _measure(DATA / file, shape, matchers[author])
        matchers[author].bounds = bounds
        _log.info("with the bounds of both:")
        _measure(DATA / file, shape, matchers[author])
    return bounds


def _measure(path: Path, shape: str, matcher: LearnedMatcher) -> None:
    scorer = TrackerScorer(promises_said(DATA / "conversations_dev.jsonl"), matcher)
    scorer.score_file(path, shape)
    for figure in scorer.tallies.figures():
        _log.info(
            "  %s: P %.2f of %d, R %.2f of %d",
            figure.name,
            figure.precision,
            figure.found,
            figure.recall,
            figure.labelled,
        )
    for share in scorer.tallies.shares():
        _log.info("  %s: %d of %d, %.2f", share.name, share.count, share.total, share.value)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    report(Path(sys.argv[1]))
