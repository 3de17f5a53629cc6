"""What the matcher reaches on trackers of authors that it has not seen, and the bounds that follow from them.

Run: python -m training.covering WORK, after `training.match` left a matcher for each group of authors there. Nothing is
trained here.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Collection
from dataclasses import asdict
from pathlib import Path

import numpy as np

from atlas_sync.coverage.decision import Bounds
from atlas_sync.operations.matcher import LearnedMatcher
from atlas_sync.operations.tracker_scorer import TrackerScorer, promises_said
from training.bounds import Judged, fit_bounds, growth_of, judged_of
from training.trackers import AUTHORS, DATA, file_of, trackers_of

__all__ = ["GROUPS", "measure", "report"]

GROUPS = ("A+v+w+x+z+ta+tb+td+ua+ud+uf", "B+u+tc+te+tf+tg+uc+ue+ug+uh")
"""Authors of trackers who are left out together: each is judged by a matcher that has seen nothing of theirs."""
_log = logging.getLogger("training")


def report(work: Path) -> Bounds:
    """Give the bounds that all authors lead to; log what those reach that all but the authors measured lead to."""
    judged: dict[str, list[Judged]] = {}
    growth = []
    matchers = {}
    for group in GROUPS:
        matcher = LearnedMatcher(work / group)
        cases = {author: list(trackers_of(author)) for author in group.split("+")}
        judged |= {author: [one for case in some for one in judged_of(case, matcher)] for author, some in cases.items()}
        growth.append(growth_of([case for some in cases.values() for case in some], matcher))
        matchers |= dict.fromkeys(cases, matcher)

    def bounds_of(without: Collection[str]) -> Bounds:
        others = [one for author in AUTHORS if author not in without for one in judged[author]]
        return fit_bounds(others, float(np.mean(growth)))

    for group in GROUPS:
        authors = group.split("+")
        found = bounds_of(authors)
        _log.info("bounds without %s: %s", group, asdict(found))
        for author in authors:
            matchers[author].bounds = found
    for authors in (AUTHORS[:1], AUTHORS[1:]):
        _log.info("left out of matcher and bounds, %s:", "+".join(authors))
        measure({author: matchers[author] for author in authors})
    return bounds_of(())


def measure(matchers: dict[str, LearnedMatcher]) -> None:
    """Log how the trackers of some authors are judged, each by a matcher."""
    said = promises_said(DATA / "conversations_dev.jsonl")
    scorer = TrackerScorer(said, None)
    for author, matcher in matchers.items():
        path, shape = file_of(author)
        scorer.matcher = matcher
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
