"""Train the sense: promises that are taken up again in, the network out that tells wordings of one promise from others.

The published encoder is fitted listwise: for each promise of an engagement, one of those before it or none at all. Twenty
minutes of one core. Run: `make train`, or python -m training.sense ENCODER.
"""

from __future__ import annotations

import hashlib
import json
import logging
import random
import sys
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from atlas_sync.extraction.sense import numbers_of
from atlas_sync.extraction.wordpiece import Vocabulary, read_vocabulary
from training.chains import Said, chains_without
from training.fit import descend, epochs_of, groups_of, mean_of, repeat_exactly
from training.network import Network, minilm
from training.ship import SHIPPED, add_vocabulary, export, note_in_card

__all__ = ["RECIPE", "SenseRecipe", "Sensing", "fit_sense", "ship_sense"]

NAME = "sense-1"
_WIDTH, _NUMBERS = 384, 64
_log = logging.getLogger("training")


@dataclass(frozen=True, slots=True)
class SenseRecipe:
    """How the network is fitted; `most` promises of an engagement are looked at together."""

    seeds: tuple[int, ...] = (0, 1, 2)
    epochs: int = 3
    rate: float = 1e-4
    head_rate: float = 1e-3
    edge_rate: float = 0.02
    taken_up: float = 2.0
    scale: float = 10.0
    nothing: float = 5.0
    most: int = 45


RECIPE = SenseRecipe()


class Sensing(nn.Module):
    """Pieces in, a few numbers out; piece 0 is padding.

    What is compared while it is fitted goes through one more layer, which is not shipped: the states before it serve better.
    """

    def __init__(self, recipe: SenseRecipe = RECIPE) -> None:
        super().__init__()
        self.encoder = Network()
        self.head = nn.Linear(_WIDTH, _NUMBERS)
        self.scale = nn.Parameter(torch.tensor(recipe.scale))
        self.nothing = nn.Parameter(torch.tensor(recipe.nothing))

    def forward(self, pieces: Tensor) -> Tensor:
        """Give the mean of the encoder's states for each text."""
        states = self.encoder.states(pieces, torch.zeros_like(pieces))
        present = (pieces > 0).float()[:, :, None]
        return (states * present).sum(1) / present.sum(1)


def fit_sense(encoders: Path, *, left_out: Collection[str] = (), recipe: SenseRecipe = RECIPE) -> Sensing:
    """Fit one network a seed, each on its part of the lines, and give their mean; the same machine gives the same weights."""
    parts = len(recipe.seeds)
    return mean_of(
        _fit(encoders, chains_without(left_out, part=part, parts=parts), recipe, seed=seed)
        for part, seed in enumerate(recipe.seeds)
    )


def _fit(encoders: Path, chains: Sequence[Sequence[Said]], recipe: SenseRecipe, *, seed: int) -> Sensing:
    torch.manual_seed(seed)
    repeat_exactly()
    chance = random.Random(seed)  # noqa: S311 - no secret, but the same each time
    vocabulary = read_vocabulary(SHIPPED / "vocabulary.txt")
    sensing = Sensing(recipe)
    sensing.encoder.load_encoder(minilm(encoders))
    groups = groups_of(
        (
            (sensing.encoder.parameters(), recipe.rate),
            (sensing.head.parameters(), recipe.head_rate),
            ((sensing.scale, sensing.nothing), recipe.edge_rate),
        )
    )
    plan = epochs_of(chains, recipe.epochs, chance)
    return descend(sensing, groups, plan, lambda chain: _loss(sensing, chain[: recipe.most], vocabulary, recipe))


def _loss(sensing: Sensing, chain: Sequence[Said], vocabulary: Vocabulary, recipe: SenseRecipe) -> Tensor:
    """Give how unlikely the right ones before each promise are, or "none of them" for what was not said before."""
    numbers = [torch.tensor(numbers_of(said.text, vocabulary)) for said in chain]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = sensing.head(sensing(nn.utils.rnn.pad_sequence(numbers, batch_first=True)))
    found = nn.functional.normalize(found.float(), dim=1)
    scores = sensing.scale * found @ found.T
    each = []
    for place in range(1, len(chain)):
        before = [said.root for said in chain[:place]]
        right = [one for one, root in enumerate(before) if root == chain[place].root]
        chances = torch.log_softmax(torch.cat([scores[place, :place], sensing.nothing[None]]), 0)
        weight = recipe.taken_up if right else 1.0
        each.append(-weight * torch.logsumexp(chances[right or [place]], 0))
    return torch.stack(each).mean()


def ship_sense(sensing: Sensing, folder: Path) -> str:
    """Write weights and sheet to a folder and give the hash of the weights; same network, same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = folder / "sense.onnx"
    export(sensing, weights, takes=("pieces",), gives=("sense",))
    add_vocabulary(folder)
    sha256 = hashlib.sha256(weights.read_bytes()).hexdigest()
    (folder / "sense.json").write_text(json.dumps({"name": NAME, "sha256": sha256}, indent=1) + "\n", encoding="utf-8")
    return sha256


def main(encoders: Path) -> None:
    """Fit on every author and write the package's weights."""
    started = time.monotonic()
    found = ship_sense(fit_sense(encoders), SHIPPED)
    note_in_card("`sense.onnx`, sha256 `", found)
    _log.info("%.0f s, sha256 %s", time.monotonic() - started, found)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    main(Path(sys.argv[1]))
