"""The matcher's network and its fitting: the published encoder, fitted listwise on whole trackers.

For each promise it learns which of the engagement's items deliver it, or that none does. Some ten minutes of one core a seed.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from atlas_sync.extraction.wordpiece import Vocabulary, read_vocabulary
from training.fit import descend, epochs_of, groups_of, mean_of
from training.network import Network
from training.ship import SHIPPED
from training.trackers import Listing

__all__ = ["RECIPE", "MatchRecipe", "Matching", "fit_matching"]

_WIDTH = 384
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class MatchRecipe:
    """How the network is fitted."""

    seeds: tuple[int, ...] = (0,)
    epochs: int = 4
    rate: float = 8e-5
    head_rate: float = 1e-3
    edge_rate: float = 0.02
    scale: float = 10.0
    nothing: float = 8.0


RECIPE = MatchRecipe()


class Matching(nn.Module):
    """Pieces in; out one vector for the whole, one for each piece, and how much each piece counts. Piece 0 is padding."""

    def __init__(self, recipe: MatchRecipe = RECIPE) -> None:
        super().__init__()
        self.encoder = Network()
        self.counts = nn.Linear(_WIDTH, 1)
        nn.init.zeros_(self.counts.weight)
        nn.init.constant_(self.counts.bias, 0.5)
        self.scales = nn.Parameter(torch.full((2,), recipe.scale))
        self.nothing = nn.Parameter(torch.tensor(recipe.nothing))

    def forward(self, pieces: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Give the three answers for each text."""
        return self.answers(self.encoder.states(pieces, torch.zeros_like(pieces)), (pieces > 0).float())

    def answers(self, states: Tensor, present: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Give the three answers from the encoder's states; `present` is 1 where a piece is."""
        mean = (states * present[:, :, None]).sum(1) / present.sum(1, keepdim=True)
        counts = nn.functional.softplus(self.counts(states).squeeze(2)) * present
        return nn.functional.normalize(mean, dim=1), nn.functional.normalize(states, dim=2), counts


def fit_matching(encoder: Path, listings: Sequence[Listing], recipe: MatchRecipe = RECIPE) -> Matching:
    """Fit one network a seed and give their mean; the same listings and machine give the same weights."""
    return mean_of(_fit(encoder, listings, recipe, seed=seed) for seed in recipe.seeds)


def _fit(encoder: Path, listings: Sequence[Listing], recipe: MatchRecipe, *, seed: int) -> Matching:
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(mode=True)
    chance = random.Random(seed)  # noqa: S311 - no secret, but the same each time
    vocabulary = read_vocabulary(SHIPPED / "vocabulary.txt")
    matching = Matching(recipe)
    matching.encoder.load_encoder(encoder)
    groups = groups_of(
        (
            (matching.encoder.parameters(), recipe.rate),
            (matching.counts.parameters(), recipe.head_rate),
            ((matching.scales, matching.nothing), recipe.edge_rate),
        )
    )
    plan = epochs_of(listings, recipe.epochs, chance)
    return descend(matching, groups, plan, lambda listing: _loss(matching, listing, vocabulary))


def _loss(matching: Matching, listing: Listing, vocabulary: Vocabulary) -> Tensor:
    """Give how unlikely the right items are, "none of them" included, over each promise's list."""
    texts = [_numbers(text, vocabulary) for text in (*listing.promises, *listing.passages)]
    pieces = nn.utils.rnn.pad_sequence(texts, batch_first=True)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        states = matching.encoder.states(pieces, torch.zeros_like(pieces))
    whole, each, counts = matching.answers(states.float(), (pieces > 0).float())
    ours = len(listing.promises)
    absent = (pieces[ours:] == 0)[None, :, None, :]
    nearest = torch.einsum("pad,ibd->piab", each[:ours], each[ours:]).masked_fill(absent, -10.0)
    late = (nearest.max(3).values * counts[:ours, None, :]).sum(2) / counts[:ours].sum(1)[:, None]
    scores = matching.scales[0] * whole[:ours] @ whole[ours:].T + matching.scales[1] * late
    right = torch.zeros(scores.shape, dtype=torch.bool)
    for row, column in listing.delivers:
        right[row, column] = True
    right = torch.cat([right, ~right.any(1, keepdim=True)], 1)
    chances = torch.log_softmax(torch.cat([scores, matching.nothing.expand(ours, 1)], 1), 1)
    return -torch.logsumexp(chances.masked_fill(~right, -1e4), 1).mean()


def _numbers(text: str, vocabulary: Vocabulary) -> Tensor:
    pieces = [piece.number for piece in vocabulary.pieces(text)][:_LONGEST]
    return torch.tensor([vocabulary.start, *pieces, vocabulary.separator])
