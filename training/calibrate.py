"""Calibrating: from answers about authors never seen to the meaning of a score and to where each label begins.

Run: python -m training.calibrate WORK, after `training.folds`; writes training/calibration.json.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from atlas_sync.extraction.inputs import traits_of
from training.examples import HELD_OUT, Example, examples_of
from training.labels import LABELS

__all__ = ["Scored", "calibrate", "scored_units"]

CALIBRATION = Path(__file__).parent / "calibration.json"
Floats = NDArray[np.float64]
_QUEUES = (0.2, 0.18)
_PRECISE = 0.7
_RARE = 0.2
_FEWEST = 25
_LEAST = 0.02
_LEAST_OWN = 0.05
_PULL_OWN, _PULL_BESIDE, _PULL_SHIFT = 2.0, 60.0, 0.1
_REST = tuple(name for name in LABELS if name != "promise")
_BESIDE = (
    *("conditional", "refusal", "obligation", "scope", "why", "person", "scope out", "scope vague", "scope later"),
    *("change repeat", "change softened", "change renegotiated"),
    *("customer", "unknown", "call", "note", "meeting", "asks", "told"),
)
"""What a promise's score is made of beside its own logit: a bargain's words count against it, and so may the channel."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A unit with its logits and what is known of it."""

    example: Example
    logits: list[float]


def scored_units(work: Path) -> Iterator[Scored]:
    """Yield the units of the authors measured so far with the answers of the model that never saw their author.

    A line of a file of sentences that is several units is left out: which of them its label means is not known.
    """
    for author in HELD_OUT:
        if not (work / f"{author}.jsonl").exists():
            continue
        examples = {one.id: one for one in examples_of(author)}
        with (work / f"{author}.jsonl").open(encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                example = examples.get(row["id"]) or examples.get(f"{row['id']}:{row['start']}")
                if example is not None and (example.in_document or row["alone"]):
                    yield Scored(example, row["logits"])


def calibrate(units: list[Scored]) -> dict[str, Any]:
    """Give weights and bands for each label, for units alone and among others."""
    weights: dict[str, Any] = {}
    bands: dict[str, Any] = {}
    for name in (*_REST, "promise"):  # last, since it matters what else a unit is
        parts = [
            [one for one in units if one.example.in_document == is_document and name in one.example.labels]
            for is_document in (False, True)
        ]
        few = sum(one.example.labels[name] for one in parts[0]) < _FEWEST
        if few or (name.startswith(("scope ", "why ")) and name != "scope out"):
            parts[0] = parts[1]
        weights[name], bands[name] = [], []
        for place, (rows, queue) in enumerate(zip(parts, _QUEUES, strict=True)):
            truth = np.array([one.example.labels[name] == 1 for one in rows], dtype=np.float64)
            weights[name].append(_weights(rows, name, truth))
            scores = _scores(rows, weights[name][place])
            if name == "promise":
                rather = _rather(rows, scores, weights=weights, bands=bands, place=place)
                bands[name].append(_promise_band(scores * ~_asks(rows), truth, rather=rather, queue=queue))
            else:
                sure = max(_best(scores, truth, 0.0), 0.0 if truth.sum() >= _FEWEST else _RARE)
                bands[name].append((round(sure, 4), round(sure, 4)))
    return {part: {name: found[name] for name in LABELS} for part, found in (("weights", weights), ("bands", bands))}


def _values(rows: Sequence[Scored], name: str) -> Floats:
    """Give a logit or a trait of each unit."""
    if name in LABELS:
        column = LABELS.index(name)
        return np.array([one.logits[column] for one in rows])
    return np.array([traits_of(one.example.question).get(name, 0.0) for one in rows])


def _scores(rows: Sequence[Scored], weights: Mapping[str, float]) -> Floats:
    total = sum((weight * _values(rows, name) for name, weight in weights.items()), np.zeros(len(rows)))
    scores: Floats = 1 / (1 + np.exp(-total))
    return scores


def _weights(rows: Sequence[Scored], name: str, truth: Floats) -> dict[str, float]:
    """Fit what a score is made of by Newton's method, held near the label's own logit where there is little to fit on."""
    beside = _BESIDE if name == "promise" else ()
    names = (name, *beside, "always")
    values = np.stack([_values(rows, one) for one in names], axis=1)
    toward = np.array([1.0, *(0.0 for _ in beside), 0.0])
    pull = np.array([_PULL_OWN, *(_PULL_BESIDE * values[:, 1:-1].var(axis=0) + 1e-6), _PULL_SHIFT])
    found = toward.copy()
    for _round in range(50):
        score = 1 / (1 + np.exp(-(values @ found)))
        weight = np.maximum(score * (1 - score), 1e-9)
        gradient = values.T @ (score - truth) + pull * (found - toward)
        found -= np.linalg.solve((values * weight[:, None]).T @ values + np.diag(pull), gradient)
    found[0] = max(found[0], _LEAST_OWN)
    return {one: round(float(weight), 4) for one, weight in zip(names, found, strict=True)}


def _asks(rows: Sequence[Scored]) -> NDArray[np.bool_]:
    return _values(rows, "asks") > 0


def _rather(
    rows: Sequence[Scored], scores: Floats, *, weights: dict[str, Any], bands: dict[str, Any], place: int
) -> NDArray[np.bool_]:
    """Tell which units are for a person whatever their score, since they rather are something else: as `judge` has it."""
    found = np.zeros(len(rows), dtype=np.bool_)
    for name in ("conditional", "refusal", "obligation"):
        other = _scores(rows, weights[name][place])
        found |= (other >= bands[name][place][0]) & (other > scores)
    return found


def _promise_band(scores: Floats, truth: Floats, *, rather: NDArray[np.bool_], queue: float) -> tuple[float, float]:
    """Give where a promise is decided, and from where on a person is asked, so that this is a share `queue` of all units."""
    sure = _best(scores * ~rather, truth, _PRECISE)
    waiting = np.sort(scores[(scores < sure) | rather])[::-1]
    count = min(len(waiting) - 1, int(queue * len(scores)))
    return round(sure, 4), round(min(max(_LEAST, float(waiting[count])), sure), 4)


def _best(scores: Floats, truth: Floats, least: float) -> float:
    """Give the threshold of the best F1 that is precise enough, each judged with its neighbours so that no one row decides."""
    grid = np.linspace(0.05, 0.9, 86)
    values = []
    for threshold in grid:
        found = scores >= threshold
        hits = float((found * truth).sum())
        precision, recall = hits / max(1.0, float(found.sum())), hits / max(1.0, float(truth.sum()))
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        values.append(f1 - max(0.0, least - precision))
    smooth = np.convolve(np.pad(values, 3, mode="edge"), np.ones(7) / 7, mode="valid")
    return float(grid[int(np.argmax(smooth))])


if __name__ == "__main__":
    found = calibrate(list(scored_units(Path(sys.argv[1]))))
    CALIBRATION.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
