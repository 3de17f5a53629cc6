"""Fit what tells that two mentions are one promise, on what the reader finds in conversations whose authors it never saw.

Authors whom only the sense never saw are read by the shipped model. Prints weights for `extraction.likeness` and, with each
measured author left out in turn, how many repeats and changes are put right. Run: python -m training.stories WORK
"""

from __future__ import annotations

import logging
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from atlas_sync.extraction import PromiseMention
from atlas_sync.extraction.likeness import Weighing, features, terms_of
from atlas_sync.extraction.story import Telling
from atlas_sync.operations.extract import Told, mention_id, open_documents, tell
from atlas_sync.operations.scoring import Visible, matches
from training.examples import AUTHORS, DATA, SENSE_LEFT_OUT
from training.measure import LeftOut

Floats = NDArray[np.float64]
_PULL = 0.2
_BOUNDS = (0.06, 0.1, 0.12, 0.14, 0.16, 0.2, 0.3, 0.4, 0.5, 0.6)
_log = logging.getLogger("training")


@dataclass(slots=True)
class _Engagement:
    """An engagement's readings, and the labelled promise that each mention touches and each repeat belongs to."""

    told: list[Told] = field(default_factory=list)
    touched: dict[str, str] = field(default_factory=dict)
    repeats: dict[str, str] = field(default_factory=dict)
    unfound: int = 0

    @property
    def mentions(self) -> list[PromiseMention]:
        return [mention for told in self.told for mention in told.reading.promises]


def _engagements(author: str) -> Iterator[_Engagement]:
    for name in AUTHORS[author]:
        if name.endswith("_conversations") or name.startswith("conversations"):
            found: dict[str, _Engagement] = {}
            roots: dict[str, str] = {}
            with open_documents(DATA / f"{name}.jsonl") as placed:
                for told in tell(placed):
                    _add(found.setdefault(told.placed.engagement, _Engagement()), told, roots)
            yield from found.values()


def _add(engagement: _Engagement, told: Told, roots: dict[str, str]) -> None:
    labels = told.placed.document.gold.promises if told.placed.document.gold else []
    for one in labels:
        roots[one.pid] = roots.get(one.same_as, one.same_as) if one.same_as else one.pid
    visible = Visible(told.conversation.body, is_html=told.conversation.body_format == "html")
    places = [visible.find(one.quote) for one in labels]
    said = told.reading.promises
    spans = [visible.span(one.evidence.start, one.evidence.end) for one in said]
    for one, span in zip(said, spans, strict=True):
        engagement.touched |= {mention_id(one): roots[labels[at].pid] for _, at in matches([span], places)}
    pairs = matches(spans, places)
    engagement.repeats |= {mention_id(said[one]): roots[labels[at].pid] for one, at in pairs if labels[at].same_as}
    engagement.unfound += sum(bool(one.same_as) for one in labels) - sum(bool(labels[at].same_as) for _, at in pairs)
    engagement.told.append(told)


def _without_sense(engagement: _Engagement) -> _Engagement:
    told = []
    for one in engagement.told:
        said = tuple(mention.model_copy(update={"sense": ""}) for mention in one.reading.promises)
        told.append(replace(one, reading=one.reading.model_copy(update={"promises": said})))
    return replace(engagement, told=told)


def _pairs(engagements: Sequence[_Engagement]) -> tuple[Floats, Floats]:
    """Give all pairs of an engagement's mentions as features, and which of them are one promise."""
    rows: list[tuple[float, ...]] = []
    truth: list[bool] = []
    for engagement in engagements:
        seen: Counter[str] = Counter()
        earlier: list[PromiseMention] = []
        for later in engagement.mentions:
            seen.update(terms_of(later).words)
            mine = engagement.touched.get(mention_id(later))
            for one in earlier:
                rows.append(features((later, terms_of(later)), (one, terms_of(one)), seen=seen))
                truth.append(mine is not None and mine == engagement.touched.get(mention_id(one)))
            earlier.append(later)
    return np.array(rows), np.array(truth, dtype=np.float64)


def _fit(values: Floats, truth: Floats) -> tuple[float, ...]:
    """Fit a logistic regression by Newton's method, all but the first weight held a little towards nothing."""
    found, pull = np.zeros(values.shape[1]), np.full(values.shape[1], _PULL)
    pull[0] = 0.0
    for _round in range(50):
        score = 1 / (1 + np.exp(-np.clip(values @ found, -30, 30)))
        weight = np.maximum(score * (1 - score), 1e-6)
        gradient = values.T @ (score - truth) + pull * found
        found -= np.linalg.solve((values * weight[:, None]).T @ values + np.diag(pull), gradient)
    return tuple(round(float(one), 2) for one in found)


def _score(engagements: Sequence[_Engagement], weighing: Weighing, *, name: str) -> tuple[int, int, int, int]:
    """Count the repeats put right, those found, the links made, and the repeats there are."""
    hits = found = links = there = 0
    with (
        patch(f"atlas_sync.extraction.likeness.{name}", weighing),
        patch(f"atlas_sync.extraction.story.{name}", weighing),
    ):
        for engagement in engagements:
            telling = Telling()
            heard = [one for told in engagement.told for one in telling.hear(told.reading)]
            links += sum(one.before is not None for one in heard)
            found += len(engagement.repeats)
            there += len(engagement.repeats) + engagement.unfound
            for one in heard:
                earlier = {mention_id(other) for other in (one.before, one.root) if other and other is not one.mention}
                root = engagement.repeats.get(mention_id(one.mention))
                hits += root is not None and any(engagement.touched.get(other) == root for other in earlier)
    return hits, found, links, there


def main(work: Path) -> None:
    """Print weights and figures, by shared words alone and with sense."""
    left_out = LeftOut(work)
    with left_out.reading():
        by_sense = {author: list(_engagements(author)) for author in SENSE_LEFT_OUT}
    others = {author: list(_engagements(author)) for author in AUTHORS if author not in by_sense}
    by_words = {author: [_without_sense(one) for one in some] for author, some in (by_sense | others).items() if some}
    for name, told in (("BY_WORDS", by_words), ("BY_SENSE", by_sense)):
        _weigh(name, told, measured=left_out.authors)


def _weigh(name: str, told: Mapping[str, Sequence[_Engagement]], *, measured: Sequence[str]) -> None:
    pairs = {author: _pairs(some) for author, some in told.items()}

    def without(left_out: str) -> tuple[float, ...]:
        parts = zip(*(both for author, both in pairs.items() if author != left_out), strict=True)
        return _fit(*(np.concatenate(part) for part in parts))

    _log.info("%s = %s", name, without(""))
    fits = {author: without(author) for author in measured}
    for bound in _BOUNDS:
        counts = {one: _score(told[one], Weighing(fits[one], bound), name=name) for one in measured}
        hits, found, links, there = (sum(part) for part in zip(*counts.values(), strict=True))
        of_found = "  ".join(f"{author} {one[0] / one[1]:.2f}" for author, one in counts.items())
        _log.info(
            "from %.2f on: right of those found %.2f, precision %.2f, F1 %.2f  %s",
            *(bound, hits / found, hits / max(1, links), 2 * hits / (links + there), of_found),
        )


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    main(Path(sys.argv[1]))
