"""Ranking: how likely a sentence in doubt is a promise, learned from what people here decided, on top of the reader's score.

Decisions are kept with the traits they were made on, never with the words. A quarter of them is always held back, the same
one each time; a new ranking is kept only if it does better on those than the one in use.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from atlas_sync.canonical.model import Interaction, Promise
from atlas_sync.store.judgements import Judgement
from atlas_sync.store.warehouse import Rows

__all__ = ["BARE", "Ranking", "Trained", "load_ranking", "train_ranking", "traits_of"]

_FILE = "ranking.json"
_SCORE = "score"
_FEWEST, _FEWEST_HELD_BACK = 30, 10
_PRIOR = 2.0
_CLOSE = 1e-6
Traits = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Weights by trait; the bare reader is a weight of one on its score alone."""

    weights: Mapping[str, float]

    def chance(self, traits: Sequence[str]) -> float:
        """Give the chance, 0 to 1, that what has these traits is a promise."""
        total = sum(self.weights.get(name, 0.0) * value for name, value in _values(traits).items())
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


@dataclass(frozen=True, slots=True)
class Trained:
    """What came of training: how many decisions, how many held back, and the mean loss on those of the old and the new."""

    decisions: int
    held_back: int
    kept: bool
    old_loss: float | None = None
    new_loss: float | None = None


BARE = Ranking({_SCORE: 1.0})
"""The reader's score as it is."""


def traits_of(rows: Rows, promises: Sequence[Promise]) -> dict[str, tuple[str, ...]]:
    """Give for each promise what it is judged on besides its words: the score, the channel, the kind, the speaker's side."""
    wanted = sorted({promise.evidence.interaction_id for promise in promises})
    channels = {row.id: row.kind for row in rows.select(Interaction, id=wanted)}
    return {
        promise.id: (
            f"{_SCORE} {min(0.99, max(0.01, promise.confidence)):.4f}",
            f"channel {channels.get(promise.evidence.interaction_id, 'unknown')}",
            f"kind {promise.kind}",
            f"side {promise.evidence.side}",
        )
        for promise in promises
    }


def load_ranking(home: Path) -> Ranking:
    """Give the ranking in use; the bare reader where none was trained."""
    try:
        return Ranking(json.loads((home / _FILE).read_text(encoding="utf-8"))["weights"])
    except FileNotFoundError:
        return BARE


def train_ranking(home: Path, judgements: Sequence[Judgement]) -> Trained:
    """Fit a ranking to what people decided on promises, and keep it if it beats the one in use on the decisions held back."""
    decided = [one for one in judgements if one.kind == "promise" and one.seen]
    held_back = [one for one in decided if _is_held_back(one)]
    rest = [one for one in decided if not _is_held_back(one)]
    if not (_is_enough(rest, _FEWEST) and _is_enough(held_back, _FEWEST_HELD_BACK)):
        return Trained(len(decided), len(held_back), kept=False)
    new = Ranking(_fitted(rest))
    old_loss, new_loss = _loss(load_ranking(home), held_back), _loss(new, held_back)
    kept = new_loss < old_loss
    if kept:
        part = home / f"{_FILE}.part"
        part.write_text(json.dumps({"weights": dict(new.weights), "decisions": len(decided)}), encoding="utf-8")
        part.replace(home / _FILE)
    return Trained(len(decided), len(held_back), kept, round(old_loss, 4), round(new_loss, 4))


def _is_held_back(judgement: Judgement) -> bool:
    """Tell if a decision is never trained on; by its statement alone, so that training again changes nothing."""
    return hashlib.sha256(judgement.subject.encode()).digest()[0] % 4 == 0


def _is_enough(judgements: Sequence[Judgement], fewest: int) -> bool:
    return len(judgements) >= fewest and len({one.decision for one in judgements}) > 1


def _values(traits: Sequence[str]) -> Traits:
    values = {"usual": 1.0}
    for trait in traits:
        name, _, value = trait.partition(" ")
        if name == _SCORE:
            score = float(value)
            values[_SCORE] = math.log(score / (1 - score))
        else:
            values[trait] = 1.0
    return values


def _fitted(judgements: Sequence[Judgement]) -> dict[str, float]:
    """Fit weights by Newton's method, held near the bare reader where few decisions say otherwise."""
    import numpy as np  # noqa: PLC0415 - comes with the reader's runtime, as late as that

    described = [_values(one.seen) for one in judgements]
    names = sorted({name for values in described for name in values})
    rows = np.array([[values.get(name, 0.0) for name in names] for values in described])
    truth = np.array([float(one.decision == "confirmed") for one in judgements])
    start = np.array([float(name == _SCORE) for name in names])
    weights = start.copy()
    for _round in range(50):
        chance = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        gradient = rows.T @ (chance - truth) + _PRIOR * (weights - start)
        hessian = (rows * (chance * (1 - chance))[:, None]).T @ rows + _PRIOR * np.eye(len(names))
        step = np.linalg.solve(hessian, gradient)
        weights = weights - step
        if float(np.abs(step).max()) < _CLOSE:
            break
    return {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}


def _loss(ranking: Ranking, judgements: Sequence[Judgement]) -> float:
    losses = []
    for one in judgements:
        chance = min(0.999, max(0.001, ranking.chance(one.seen)))
        losses.append(-math.log(chance if one.decision == "confirmed" else 1 - chance))
    return sum(losses) / len(losses)
