"""Fit the table of words that is heard beside the network on what kind a promise is; the same examples give the same table.

`make train` does so; run alone: python -m training.kinds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import torch

from atlas_sync.extraction.kinds import SIZE, KindTable, grams
from training.examples import AUTHORS, Example, examples_of
from training.labels import KINDS
from training.ship import SHIPPED

__all__ = ["ship_kinds"]

_PULL = 0.05
_VOICE = 0.7
"""How loud the table is beside the network; chosen on author dev, where .4 to 1 differ little."""
_STEPS = 60
_MOST = 127


def ship_kinds(examples: Iterable[Example], folder: Path) -> str:
    """Fit a logistic regression over words and pairs of words on all promises whose kind is known; give the file's hash."""
    torch.set_num_threads(1)
    rows = [one for one in examples if one.kind in KINDS and one.labels.get("promise") == 1]
    values = torch.zeros(len(rows), SIZE)
    for row, one in enumerate(rows):
        places = grams(one.question.text)
        values[row, places] = len(places) ** -0.5
    truth = torch.tensor([KINDS.index(one.kind) for one in rows])
    weights = torch.zeros(SIZE, len(KINDS), requires_grad=True)
    bias = torch.zeros(len(KINDS), requires_grad=True)
    optimizer = torch.optim.LBFGS([weights, bias], max_iter=_STEPS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        missed = torch.nn.functional.cross_entropy(values @ weights + bias, truth)
        total = missed + _PULL * (weights**2).sum() / len(rows)
        total.backward()
        return total

    optimizer.step(loss)
    written = _table(weights.detach() * _VOICE, bias.detach() * _VOICE).to_json().encode()
    (folder / "kinds.json").write_bytes(written)
    return hashlib.sha256(written).hexdigest()


def _table(weights: torch.Tensor, bias: torch.Tensor) -> KindTable:
    scale = float(weights.abs().max()) / _MOST
    whole = (weights / scale).round().to(torch.int8).numpy().tobytes()
    return KindTable(len(KINDS), tuple(round(float(one), 4) for one in bias), scale, whole)


if __name__ == "__main__":
    ship_kinds((one for author in AUTHORS for one in examples_of(author)), SHIPPED)
