"""What the matcher reaches on trackers of authors that it has not seen, and the bounds that follow from them.

Run: python -m training.covering WORK, after `training.match` left a matcher there that has not seen a half of the authors.
Nothing is trained here.
"""

from __future__ import annotations

import logging
import sys
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from atlas_sync.coverage.decision import Bounds, decide
from atlas_sync.operations.matcher import LearnedMatcher
from atlas_sync.operations.tracker_scorer import TrackerScorer, promises_said
from training.bounds import fit_bounds, growth_of, judged_of
from training.trackers import (
    DATA,
    SET_BY,
    UNREAD_CONTRASTS,
    Case,
    amid_of,
    beginnings_of,
    contrasts_of,
    file_of,
    trackers_of,
)

__all__ = ["LEFT_OUT", "bounds_for", "measure", "measure_amid", "measure_beginnings", "measure_contrasts", "report"]

LEFT_OUT = ("B", "u", "tc", "te", "tf", "tg", "uc", "ue", "ug", "uh")
"""A half of the authors of trackers, on whom a matcher is measured that has seen nothing of theirs."""
_AMID, _FIRST = (0, 10, 30, 100, 300, 1000), 14
_log = logging.getLogger("training")


def bounds_for(matcher: LearnedMatcher) -> Bounds:
    """Give the bounds by which a matcher's scores are read, set by authors that it has not seen."""
    cases = [list(trackers_of(author)) for author in SET_BY]
    judged = [one for own in cases for case in own for one in judged_of(case, matcher)]
    begun = [one for own in cases for case in beginnings_of(own) for one in judged_of(case, matcher)]
    return fit_bounds(judged, begun, growth_of([case for own in cases for case in own], matcher))


def report(work: Path) -> None:
    """Log what a matcher reaches that has not seen a half of the authors."""
    matcher = LearnedMatcher(work)
    matcher.bounds = bounds_for(matcher)
    for authors in (LEFT_OUT[:1], LEFT_OUT[1:]):
        _log.info("left out of matcher and bounds, %s:", "+".join(authors))
        measure(matcher, authors)


def measure(matcher: LearnedMatcher, authors: Sequence[str]) -> None:
    """Log how the trackers of some authors are judged."""
    scorer = TrackerScorer(promises_said(DATA / "conversations_dev.jsonl"), matcher)
    for author in authors:
        scorer.score_file(*file_of(author))
    for figure in scorer.tallies.figures():
        _log.info(
            "  %s: P %.2f of %d, R %.2f of %d",
            *(figure.name, figure.precision, figure.found, figure.recall, figure.labelled),
        )
    for share in scorer.tallies.shares():
        _log.info("  %s: %d of %d, %.2f", share.name, share.count, share.total, share.value)


def measure_beginnings(matcher: LearnedMatcher, author: str) -> None:
    """Log how an author's promises are judged beside a few of their own items, and beside items of other engagements."""
    _log_answers(matcher, list(beginnings_of(list(trackers_of(author)))))


def measure_amid(matcher: LearnedMatcher, author: str) -> None:
    """Log how the promises of an author's first trackers are judged amid ever more items of the author's others."""
    cases = list(trackers_of(author))
    for count in _AMID:
        _log_answers(matcher, list(islice(amid_of(cases, count), _FIRST)))


def _log_answers(matcher: LearnedMatcher, cases: Sequence[Case]) -> None:
    found: Counter[tuple[str, str, str]] = Counter()
    for case in cases:
        for one in judged_of(case, matcher):
            found[one.tier, one.right, decide(one.fits, matcher.bounds, one.setting)[0]] += 1
    for tier in dict.fromkeys(case.tier for case in cases):
        for right in ("missing", "partial", "covered"):
            counts = [found[tier, right, answer] for answer in ("covered", "missing", "review")]
            _log.info("  %s, %s: %d covered, %d missing, %d review", tier, right, *counts)


def measure_contrasts(matcher: LearnedMatcher) -> None:
    """Log how often a matcher tells work that keeps a promise from work that does not, on contrasts that nothing has seen."""
    first, same, count = 0, 0, 0
    for one in contrasts_of(UNREAD_CONTRASTS):
        ((delivers, departs, beside),) = matcher.matches([one.said], [one.delivers, one.departs, one.beside])
        first += delivers.score > beside.score
        same += (delivers.departs or 0.0) < (departs.departs or 0.0)
        count += 1
    _log.info("  what delivers comes before what is beside it: %d of %d, %.2f", first, count, first / count)
    _log.info("  what departs says something else more than what delivers: %d of %d, %.2f", same, count, same / count)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    report(Path(sys.argv[1]))
