"""Calibrating: from answers about authors never seen to the meaning of a score and to where each label begins.

Run: python -m training.calibrate WORK, after `training.folds`; writes training/calibration.json.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.examples import HELD_OUT, Example, examples_of
from training.labels import LABELS

__all__ = ["Scored", "calibrate", "scored_units"]

CALIBRATION = Path(__file__).parent / "calibration.json"
Floats = NDArray[np.float64]
_QUEUE_ALONE, _QUEUE_AMONG = 0.2, 0.15
_FEWEST = 25


@dataclass(frozen=True, slots=True)
class Scored:
    """A unit with its logits and what is known of it; `alone` tells that it was read without neighbours."""

    example: Example
    logits: list[float]
    alone: bool


def scored_units(work: Path) -> Iterator[Scored]:
    """Yield the units of all authors with the answers of the model that never saw their author."""
    for author in HELD_OUT:
        examples = {one.id: one for one in examples_of(author)}
        with (work / f"{author}.jsonl").open(encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                example = examples.get(row["id"]) or examples.get(f"{row['id']}:{row['start']}")
                if example is not None:
                    yield Scored(example, row["logits"], row["alone"])


def calibrate(units: list[Scored]) -> dict[str, Any]:
    """Give scales and bands for each label, for units alone and among others."""
    scales: dict[str, Any] = {}
    bands: dict[str, Any] = {}
    for column, name in enumerate(LABELS):
        pair = []
        for is_document in (False, True):
            rows = [one for one in units if one.example.in_document == is_document and name in one.example.labels]
            logits = np.array([one.logits[column] for one in rows])
            truth = np.array([one.example.labels[name] == 1 for one in rows], dtype=np.float64)
            pair.append((logits, truth))
        alone, among = pair
        if alone[1].sum() < _FEWEST or (name.startswith(("scope ", "why ")) and name != "scope out"):
            alone = among
        scales[name] = [_platt(*alone), _platt(*among)]
        limit = (_QUEUE_ALONE, _QUEUE_AMONG) if name == "promise" else (0.0, 0.0)
        bands[name] = [
            _band(_scores(logits, scale), truth, queue)
            for (logits, truth), scale, queue in zip((alone, among), scales[name], limit, strict=True)
        ]
    return {"scales": scales, "bands": bands, "due": 0.4}


def _scores(logits: Floats, scale: tuple[float, float]) -> Floats:
    scores: Floats = 1 / (1 + np.exp(-(scale[0] * logits + scale[1])))
    return scores


def _platt(logits: Floats, truth: Floats) -> tuple[float, float]:
    """Fit slope and shift of the logit by Newton's method, held near the identity where there is little to fit on."""
    slope, shift, prior = 1.0, 0.0, 2.0
    for _round in range(50):
        score = _scores(logits, (slope, shift))
        error, weight = score - truth, np.maximum(score * (1 - score), 1e-9)
        gradient = np.array([(error * logits).sum() + prior * (slope - 1), error.sum() + 0.1 * shift])
        hessian = np.array(
            [
                [(weight * logits**2).sum() + prior, (weight * logits).sum()],
                [(weight * logits).sum(), weight.sum() + 0.1],
            ]
        )
        step = np.linalg.solve(hessian, gradient)
        slope, shift = slope - float(step[0]), shift - float(step[1])
    return round(max(slope, 0.05), 4), round(shift, 4)


def _band(scores: Floats, truth: Floats, queue: float) -> tuple[float, float]:
    """Give where a label is decided, at the best F1, and how far below a share `queue` of all units reaches."""
    sure = _best(scores, truth, _f1)
    if not queue:
        return round(sure, 4), round(sure, 4)
    below = np.sort(scores[scores < sure])[::-1]
    count = min(len(below) - 1, int(queue * len(scores)))
    return round(sure, 4), round(max(0.02, float(below[count])), 4)


def _best(scores: Floats, truth: Floats, value: Callable[[float, float], float]) -> float:
    """Give the threshold of the best value, averaged over its neighbourhood so that one lucky row does not decide."""
    grid = np.linspace(0.05, 0.9, 86)
    values = []
    for threshold in grid:
        found = scores >= threshold
        hits = float((found * truth).sum())
        values.append(value(hits / max(1.0, float(found.sum())), hits / max(1.0, float(truth.sum()))))
    smooth = np.convolve(np.pad(values, 3, mode="edge"), np.ones(7) / 7, mode="valid")
    return float(grid[int(np.argmax(smooth))])


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / max(1e-9, precision + recall)


if __name__ == "__main__":
    found = calibrate(list(scored_units(Path(sys.argv[1]))))
    CALIBRATION.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
