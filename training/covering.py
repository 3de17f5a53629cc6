"""What the matcher reaches on trackers of authors that it has not seen, and the bounds that follow from them.

Run: python -m training.covering WORK, after `training.match` left a matcher there that has not seen a half of the authors.
Nothing is trained here.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from pathlib import Path

from atlas_sync.coverage.decision import Bounds
from atlas_sync.operations.matcher import LearnedMatcher
from atlas_sync.operations.tracker_scorer import TrackerScorer, promises_said
from training.bounds import fit_bounds, growth_of, judged_of
from training.trackers import DATA, file_of, trackers_of

__all__ = ["LEFT_OUT", "measure", "report"]

LEFT_OUT = ("B", "u", "tc", "te", "tf", "tg", "uc", "ue", "ug", "uh")
"""A half of the authors of trackers, who are judged by a matcher that has seen nothing of theirs."""
_log = logging.getLogger("training")


def report(work: Path) -> Bounds:
    """Give the bounds that the authors left out lead to; log what each reaches by those that the others lead to."""
    matcher = LearnedMatcher(work)
    cases = {author: list(trackers_of(author)) for author in LEFT_OUT}
    judged = {author: [one for case in some for one in judged_of(case, matcher)] for author, some in cases.items()}
    growth = growth_of([case for some in cases.values() for case in some], matcher)

    def bounds_without(left_out: str) -> Bounds:
        return fit_bounds([one for author, some in judged.items() if author != left_out for one in some], growth)

    for authors in (LEFT_OUT[:1], LEFT_OUT[1:]):
        _log.info("left out of matcher and bounds, %s:", "+".join(authors))
        measure(matcher, {author: bounds_without(author) for author in authors})
    return bounds_without("")


def measure(matcher: LearnedMatcher, bounds: Mapping[str, Bounds]) -> None:
    """Log how a matcher judges the trackers of some authors, each by bounds of their own."""
    scorer = TrackerScorer(promises_said(DATA / "conversations_dev.jsonl"), matcher)
    for author, theirs in bounds.items():
        path, shape = file_of(author)
        matcher.bounds = theirs
        scorer.score_file(path, shape)
    for figure in scorer.tallies.figures():
        _log.info(
            "  %s: P %.2f of %d, R %.2f of %d",
            *(figure.name, figure.precision, figure.found, figure.recall, figure.labelled),
        )
    for share in scorer.tallies.shares():
        _log.info("  %s: %d of %d, %.2f", share.name, share.count, share.total, share.value)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    report(Path(sys.argv[1]))
