"""The matcher's network and its fitting: the published encoder, fitted listwise on whole trackers.

For each promise it learns which of the engagement's items deliver it, or that none does: from each text alone, and from promise
and item read together, where it also learns if the item says something else than was said. At work it reads each text alone;
what is read together is read by a network of its own (`training.pairs`), which is fitted on what this one finds.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from atlas_sync.extraction.wordpiece import Vocabulary, read_vocabulary
from atlas_sync.operations.matcher import CLOSELY, numbers_of
from training.fit import descend, epochs_of, groups_of, mean_of, repeat_exactly
from training.network import Network, minilm
from training.pairs import Asked, asked_with, mean_over, pair_loss, unlikely
from training.ship import SHIPPED
from training.trackers import Listing

__all__ = ["RECIPE", "MatchRecipe", "Matching", "fit_matching"]

_WIDTH = 384
_LONGEST_SAID, _LONGEST_PLANNED = 51, 70


@dataclass(frozen=True, slots=True)
class MatchRecipe:
    """How the network is fitted. `together` is the share of the promises that are read together with items in an epoch.

    `each` and `departs` weigh a pair taken by itself, and if it says something else, against which item of the list it is.
    """

    seeds: tuple[int, ...] = (0,)
    epochs: int = 2
    rate: float = 8e-5
    head_rate: float = 1e-3
    edge_rate: float = 0.02
    scale: float = 10.0
    nothing: float = 8.0
    together: float = 0.5
    each: float = 0.5
    departs: float = 0.3


RECIPE = MatchRecipe()


class Matching(nn.Module):
    """Pieces in; out one vector for the whole, one for each piece, and how much each piece counts.

    And for two texts in one, the second with segment 1: logits that the second delivers the first, and says something else.
    Piece 0 is padding.
    """

    def __init__(self, separator: int, recipe: MatchRecipe = RECIPE) -> None:
        super().__init__()
        self.separator = separator
        self.encoder = Network()
        self.counts = nn.Linear(_WIDTH, 1)
        nn.init.zeros_(self.counts.weight)
        nn.init.constant_(self.counts.bias, 0.5)
        self.pair = nn.Linear(_WIDTH, 2)
        self.scales = nn.Parameter(torch.full((2,), recipe.scale))
        self.nothing = nn.Parameter(torch.tensor(recipe.nothing))

    def forward(self, pieces: Tensor, segments: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Give the four answers for each text or pair."""
        states = self.encoder.states(pieces, segments)
        present = (pieces > 0).float()
        return *self.alone(states, present), self.together(states, present)

    def alone(self, states: Tensor, present: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Give the answers on texts from the encoder's states; `present` is 1 where a piece is."""
        counts = nn.functional.softplus(self.counts(states).squeeze(2)) * present
        mean = nn.functional.normalize(mean_over(states, present), dim=1)
        return mean, nn.functional.normalize(states, dim=2), counts

    def together(self, states: Tensor, present: Tensor) -> Tensor:
        """Give the two logits on pairs from the encoder's states."""
        return self.pair(self.encoder.dropout(mean_over(states, present)))  # type: ignore[no-any-return]

    def read_together(self, pieces: Tensor) -> Tensor:
        """Give the two logits on pairs alone; the second text begins after the first separator."""
        ends = (pieces == self.separator).long()
        segments = ((ends.cumsum(1) > ends) & (pieces > 0)).long()
        return self.together(self.encoder.states(pieces, segments), (pieces > 0).float())


def fit_matching(
    encoders: Path, listings: Sequence[Listing], phrases: Sequence[Listing], recipe: MatchRecipe = RECIPE
) -> Matching:
    """Fit one network a seed and give their mean; the same listings and machine give the same weights.

    Pages of phrases are read in the first epoch alone: what is usual in trackers is learned last.
    """
    return mean_of(_fit(encoders, listings, phrases, recipe, seed=seed) for seed in recipe.seeds)


def _fit(
    encoders: Path, listings: Sequence[Listing], phrases: Sequence[Listing], recipe: MatchRecipe, *, seed: int
) -> Matching:
    torch.manual_seed(seed)
    repeat_exactly()
    chance = random.Random(seed)  # noqa: S311 - no secret, but the same each time
    vocabulary = read_vocabulary(SHIPPED / "vocabulary.txt")
    matching = Matching(vocabulary.separator, recipe)
    matching.encoder.load_encoder(minilm(encoders))
    groups = groups_of(
        (
            (matching.encoder.parameters(), recipe.rate),
            ((*matching.counts.parameters(), *matching.pair.parameters()), recipe.head_rate),
            ((matching.scales, matching.nothing), recipe.edge_rate),
        )
    )

    def spell(said: str, planned: str) -> list[int]:
        return _pair_of(said, planned, vocabulary)

    def loss_of(listing: Listing) -> Tensor:
        scores = _scores(matching, listing, vocabulary)
        drawn = [row for row in range(len(listing.promises)) if chance.random() < recipe.together] or [0]
        asked = _read_together(scores, listing, drawn)
        together = pair_loss(matching.read_together, asked, spell, each=recipe.each, departs=recipe.departs)
        return _alone_loss(scores, matching.nothing, listing) + together

    plan = epochs_of([*listings, *phrases], 1, chance) + epochs_of(listings, recipe.epochs - 1, chance)
    return descend(matching, groups, plan, loss_of)


def _pair_of(said: str, planned: str, vocabulary: Vocabulary) -> list[int]:
    ours, theirs = numbers_of(said, vocabulary)[:-1], numbers_of(planned, vocabulary)[1:-1]
    return [*ours[:_LONGEST_SAID], vocabulary.separator, *theirs[:_LONGEST_PLANNED], vocabulary.separator]


def _scores(matching: Matching, listing: Listing, vocabulary: Vocabulary) -> Tensor:
    """Give how well each passage fits each promise, read each for itself."""
    our_whole, our_each, our_counts = _alone(matching, listing.promises, vocabulary)
    their_whole, their_each, their_counts = _alone(matching, listing.passages, vocabulary)
    absent = (their_counts == 0)[None, :, None, :]
    nearest = torch.einsum("pad,ibd->piab", our_each, their_each).masked_fill(absent, -10.0)
    late = (nearest.max(3).values * our_counts[:, None, :]).sum(2) / our_counts.sum(1)[:, None]
    return matching.scales[0] * our_whole @ their_whole.T + matching.scales[1] * late


def _alone(matching: Matching, texts: Sequence[str], vocabulary: Vocabulary) -> tuple[Tensor, Tensor, Tensor]:
    """Give the answers on texts of one side, which are of like length."""
    numbers = [torch.tensor(numbers_of(text, vocabulary)) for text in texts]
    pieces = nn.utils.rnn.pad_sequence(numbers, batch_first=True)
    return matching.alone(matching.encoder.states(pieces, torch.zeros_like(pieces)), (pieces > 0).float())


def _alone_loss(scores: Tensor, nothing: Tensor, listing: Listing) -> Tensor:
    """Give how unlikely the right items are, "none of them" included, over each promise's list."""
    right = torch.zeros(scores.shape, dtype=torch.bool)
    for row, column in listing.delivers:
        right[row, column] = True
    return unlikely(torch.cat([scores, nothing.expand(len(scores), 1)], 1), right).mean()


def _read_together(scores: Tensor, listing: Listing, rows: Sequence[int]) -> list[Asked]:
    """Give promises with the passages that they are read with: those that fit best so far, and the right ones."""
    best = scores[list(rows)].detach().topk(min(CLOSELY, scores.shape[1])).indices.tolist()
    return [asked_with(listing, row, columns) for row, columns in zip(rows, best, strict=True)]
