"""The network that reads what was agreed and each work item for itself, fitted listwise on whole trackers.

For each promise it learns which of the engagement's items deliver it, or that none does. Those that fit best are read once
more, each together with the promise, by a network of its own (`training.pairs`), which is fitted on what this one finds.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from sentencepiece import SentencePieceProcessor
from torch import Tensor, nn

from atlas_sync.operations.matcher import text_of
from training.fit import descend, epochs_of, groups_of, mean_of, repeat_exactly
from training.multilingual import E5_LAYERS, Encoder
from training.network import Network
from training.pairs import mean_over, unlikely
from training.trackers import Listing

__all__ = ["RECIPE", "MatchRecipe", "Matching", "fit_matching"]

_WIDTH = 384


@dataclass(frozen=True, slots=True)
class MatchRecipe:
    """How the network is fitted; `scale` and `nothing` are where the weight of likeness, and of "no item", begin."""

    seeds: tuple[int, ...] = (0,)
    epochs: int = 2
    rate: float = 1e-4
    head_rate: float = 1e-3
    edge_rate: float = 0.02
    scale: float = 10.0
    nothing: float = 16.0


RECIPE = MatchRecipe()


class Matching(nn.Module):
    """Pieces in; out one vector for the whole, one for each piece, and how much each piece counts. Piece 0 is padding."""

    def __init__(self, pieces: int, recipe: MatchRecipe = RECIPE) -> None:
        super().__init__()
        self.encoder = Network(layers=E5_LAYERS, pieces=pieces)
        self.counts = nn.Linear(_WIDTH, 1)
        nn.init.zeros_(self.counts.weight)
        nn.init.constant_(self.counts.bias, 0.5)
        self.scales = nn.Parameter(torch.full((2,), recipe.scale))
        self.nothing = nn.Parameter(torch.tensor(recipe.nothing))

    def forward(self, pieces: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Give the three answers for each text."""
        states = self.encoder.states(pieces, torch.zeros_like(pieces))
        present = (pieces > 0).float()
        counts = nn.functional.softplus(self.counts(states).squeeze(2)) * present
        mean = nn.functional.normalize(mean_over(states, present), dim=1)
        return mean, nn.functional.normalize(states, dim=2), counts


def fit_matching(
    encoder: Encoder, listings: Sequence[Listing], phrases: Sequence[Listing], recipe: MatchRecipe = RECIPE
) -> Matching:
    """Fit one network a seed and give their mean; the same listings and machine give the same weights.

    Pages of phrases are read in the first epoch alone: what is usual in trackers is learned last.
    """
    return mean_of(_fit(encoder, listings, phrases, recipe, seed=seed) for seed in recipe.seeds)


def _fit(
    encoder: Encoder, listings: Sequence[Listing], phrases: Sequence[Listing], recipe: MatchRecipe, *, seed: int
) -> Matching:
    torch.manual_seed(seed)
    repeat_exactly()
    chance = random.Random(seed)  # noqa: S311 - no secret, but the same each time
    matching = Matching(encoder.spelling.get_piece_size(), recipe)
    matching.encoder.load_encoder(encoder.weights)
    groups = groups_of(
        (
            (matching.encoder.parameters(), recipe.rate),
            (matching.counts.parameters(), recipe.head_rate),
            ((matching.scales, matching.nothing), recipe.edge_rate),
        )
    )

    def loss_of(listing: Listing) -> Tensor:
        return _loss(_scores(matching, listing, encoder.spelling), matching.nothing, listing)

    plan = epochs_of([*listings, *phrases], 1, chance) + epochs_of(listings, recipe.epochs - 1, chance)
    return descend(matching, groups, plan, loss_of)


def _scores(matching: Matching, listing: Listing, spelling: SentencePieceProcessor) -> Tensor:
    """Give how well each passage fits each promise, read each for itself."""
    our_whole, our_each, our_counts = matching(_padded(listing.promises, spelling))
    their_whole, their_each, their_counts = matching(_padded(listing.passages, spelling))
    absent = (their_counts == 0)[None, :, None, :]
    nearest = torch.einsum("pad,ibd->piab", our_each, their_each).masked_fill(absent, -10.0)
    late = (nearest.max(3).values * our_counts[:, None, :]).sum(2) / our_counts.sum(1)[:, None]
    return matching.scales[0] * our_whole @ their_whole.T + matching.scales[1] * late


def _padded(texts: Sequence[str], spelling: SentencePieceProcessor) -> Tensor:
    """Give the pieces of texts of one side, which are of like length."""
    return nn.utils.rnn.pad_sequence([torch.tensor(text_of(text, spelling)) for text in texts], batch_first=True)


def _loss(scores: Tensor, nothing: Tensor, listing: Listing) -> Tensor:
    """Give how unlikely the right items are, "none of them" included, over each promise's list."""
    right = torch.zeros(scores.shape, dtype=torch.bool)
    for row, column in listing.delivers:
        right[row, column] = True
    return unlikely(torch.cat([scores, nothing.expand(len(scores), 1)], 1), right).mean()
