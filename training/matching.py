"""The matcher's network and its fitting: the published encoder as it is, and a small layer that learns what belongs together.

Only the layer is fitted, over states that are computed once: a minute on one core, and little to learn by heart. It learns
listwise: for each promise, one of the engagement's items or none at all.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from atlas_sync.extraction.wordpiece import Vocabulary
from training.network import Network
from training.trackers import Listing

__all__ = ["RECIPE", "MatchRecipe", "Matching", "States", "fit_matching"]

_WIDTH = 384
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class MatchRecipe:
    """How the layer is fitted; chosen on both authors left out, among five settings."""

    seed: int = 0
    epochs: int = 6
    rank: int = 16
    rate: float = 1e-3
    fading: float = 0.85
    pairs: float = 0.5
    dropped: float = 0.2
    scale: float = 10.0
    nothing: float = 8.0


RECIPE = MatchRecipe()


class Matching(nn.Module):
    """Pieces in; out one vector for the whole, one for each piece, and how much each piece counts."""

    def __init__(self, encoder: Network, recipe: MatchRecipe = RECIPE) -> None:
        super().__init__()
        self.encoder = encoder.eval().requires_grad_(requires_grad=False)
        self.into, self.back = _low_rank(recipe.rank)
        self.into_whole, self.back_whole = _low_rank(recipe.rank)
        self.counts = nn.Linear(_WIDTH, 1)
        nn.init.zeros_(self.counts.weight)
        nn.init.constant_(self.counts.bias, 0.5)
        self.scales = nn.Parameter(torch.full((2,), recipe.scale))
        self.nothing = nn.Parameter(torch.tensor(recipe.nothing))

    def heads(self, states: Tensor, present: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Give the three answers from states; `present` is 1 where a piece is."""
        each = nn.functional.normalize(states + states @ self.into @ self.back, dim=2)
        mean = (states * present[:, :, None]).sum(1) / present.sum(1, keepdim=True)
        whole = nn.functional.normalize(mean + mean @ self.into_whole @ self.back_whole, dim=1)
        counts = nn.functional.softplus(self.counts(states).squeeze(2)) * present
        return whole, each, counts

    def forward(self, pieces: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Give the answers for texts without padding, as the package asks for them: one at a time."""
        return self.heads(self.encoder.states(pieces, pieces * 0), (pieces > 0).float())


def _low_rank(rank: int) -> tuple[nn.Parameter, nn.Parameter]:
    return nn.Parameter(torch.randn(_WIDTH, rank) * 0.02), nn.Parameter(torch.zeros(rank, _WIDTH))


class States:
    """The encoder's states of texts, each computed once."""

    def __init__(self, encoder: Network, vocabulary: Vocabulary) -> None:
        self._encoder = encoder.eval()
        self._vocabulary = vocabulary
        self._kept: dict[str, Tensor] = {}

    def of(self, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Give padded states, and 1 where a piece is."""
        rows = [self._one(text) for text in texts]
        present = torch.zeros(len(rows), max(len(row) for row in rows))
        for place, row in enumerate(rows):
            present[place, : len(row)] = 1.0
        return nn.utils.rnn.pad_sequence(rows, batch_first=True), present

    def _one(self, text: str) -> Tensor:
        if text not in self._kept:
            pieces = [piece.number for piece in self._vocabulary.pieces(text)][:_LONGEST]
            numbers = torch.tensor([[self._vocabulary.start, *pieces, self._vocabulary.separator]])
            with torch.no_grad():
                self._kept[text] = self._encoder.states(numbers, numbers * 0)[0]
        return self._kept[text]


def fit_matching(
    encoder: Network, states: States, listings: Sequence[Listing], recipe: MatchRecipe = RECIPE
) -> Matching:
    """Fit the layer; the same listings, seed and machine give the same weights."""
    torch.manual_seed(recipe.seed)
    chance = random.Random(recipe.seed)  # noqa: S311 - no secret, but the same each time
    matching = Matching(encoder, recipe)
    edges = {"scales", "nothing"}
    named = [(name, one) for name, one in matching.named_parameters() if one.requires_grad]
    optimizer = torch.optim.AdamW(
        [
            {"params": [one for name, one in named if name not in edges], "lr": recipe.rate, "weight_decay": 0.01},
            {"params": [one for name, one in named if name in edges], "lr": 50 * recipe.rate, "weight_decay": 0.0},
        ]
    )
    for _epoch in range(recipe.epochs):
        for listing in chance.sample(list(listings), len(listings)):
            loss = _loss(matching, states, listing, recipe)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        for group in optimizer.param_groups:
            group["lr"] *= recipe.fading
    return matching.eval()


def _loss(matching: Matching, states: States, listing: Listing, recipe: MatchRecipe) -> Tensor:
    """Give how unlikely the right items are, "none of them" included, over each promise's list."""
    sides = []
    for texts in (listing.promises, listing.passages):
        found, present = states.of(texts)
        sides.append((*matching.heads(nn.functional.dropout(found, recipe.dropped), present), present))
    (whole, each, counts, _all), (other_whole, other_each, _counts, present) = sides
    nearest = torch.einsum("pad,ibd->piab", each, other_each) + (present[None, :, None, :] - 1) * 10
    late = (nearest.max(3).values * counts[:, None, :]).sum(2) / counts.sum(1)[:, None]
    scores = matching.scales[0] * whole @ other_whole.T + matching.scales[1] * late
    right = torch.zeros(scores.shape, dtype=torch.bool)
    for row, column in listing.delivers:
        right[row, column] = True
    right = torch.cat([right, ~right.any(1, keepdim=True)], 1)
    chances = torch.log_softmax(torch.cat([scores, matching.nothing.expand(len(scores), 1)], 1), 1)
    loss = -torch.logsumexp(chances.masked_fill(~right, -1e4), 1).mean()
    return loss * (recipe.pairs if listing.is_pairs else 1.0)
