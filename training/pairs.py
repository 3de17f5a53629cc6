"""The network that reads what was agreed together with a work item: does it deliver it, and does it say something else?

It learns from the labelled trackers, each promise beside the items that fit it best when each text is read alone; from phrases;
and from contrasts, which name for one promise the work that keeps it, work that says something else, and work beside it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from atlas_sync.operations.matcher import CLOSELY, LearnedMatcher, pair_of
from training.fit import descend, groups_of, mean_of, repeat_exactly
from training.multilingual import E5_LAYERS, Encoder
from training.network import Network
from training.trackers import Contrast, Listing

__all__ = [
    "PAIR_RECIPE",
    "Asked",
    "PairRecipe",
    "Pairing",
    "asked_in",
    "asked_of",
    "asked_with",
    "fit_pairs",
    "mean_over",
    "pair_loss",
    "unlikely",
]

_WIDTH = 384
_SORTED = 16


@dataclass(frozen=True, slots=True)
class PairRecipe:
    """How the network is fitted, on so many pairs a step.

    `each` and `departs` weigh a pair taken by itself, and if it says something else, against which item of a list it is.
    """

    seeds: tuple[int, ...] = (0,)
    epochs: int = 2
    rate: float = 1e-4
    head_rate: float = 1e-3
    pairs: int = 36
    each: float = 0.5
    departs: float = 1.0


PAIR_RECIPE = PairRecipe()


@dataclass(frozen=True, slots=True)
class Asked:
    """A promise and the passages that it is read with. `delivers` are about it, and of these `departs` say something else.

    Each of the `lists` holds some of them, as a tracker might.
    """

    said: str
    planned: tuple[str, ...]
    delivers: frozenset[int]
    departs: frozenset[int]
    lists: tuple[tuple[int, ...], ...]


def asked_in(listing: Listing, alone: LearnedMatcher) -> Iterator[Asked]:
    """Yield the promises of an engagement, each with the passages that fit it best and the right ones."""
    for at, row in enumerate(alone.alone(listing.promises, listing.passages)):
        yield asked_with(listing, at, sorted(range(len(row)), key=lambda column: -row[column])[:CLOSELY])


def asked_with(listing: Listing, row: int, best: Iterable[int]) -> Asked:
    """Give a promise with some passages of its engagement, and the right ones."""
    right = {column for of, column in listing.delivers if of == row}
    columns = sorted({*best, *right})
    delivers = frozenset(place for place, column in enumerate(columns) if column in right)
    return Asked(
        listing.promises[row],
        tuple(listing.passages[column] for column in columns),
        delivers,
        delivers if row in listing.departs else frozenset(),
        (tuple(range(len(columns))),),
    )


def asked_of(contrast: Contrast) -> Asked:
    """Give a contrast as three trackers: one that keeps what was said, one that says something else, one without it."""
    planned = (contrast.delivers, contrast.departs, contrast.beside)
    return Asked(contrast.said, planned, frozenset((0, 1)), frozenset((1,)), ((0, 2), (1, 2), (2,)))


class Pairing(nn.Module):
    """Pieces of two texts in one; out logits that the second delivers the first, and says something else."""

    def __init__(self, pieces: int) -> None:
        super().__init__()
        self.encoder = Network(layers=E5_LAYERS, pieces=pieces)
        self.pair = nn.Linear(_WIDTH, 2)

    def forward(self, pieces: Tensor) -> Tensor:
        """Give the two logits for each pair; piece 0 is padding."""
        states = self.encoder.states(pieces, torch.zeros_like(pieces))
        return self.pair(self.encoder.dropout(mean_over(states, (pieces > 0).float())))  # type: ignore[no-any-return]


def mean_over(states: Tensor, present: Tensor) -> Tensor:
    """Give the mean of a text's states where `present` is 1."""
    return (states * present[:, :, None]).sum(1) / present.sum(1, keepdim=True)


def unlikely(scores: Tensor, right: Tensor) -> Tensor:
    """Give minus the logarithm of the chance of those that are right, or of the last column where none is."""
    right = torch.cat([right, ~right.any(1, keepdim=True)], 1)
    chances = torch.log_softmax(scores, 1)
    return -torch.logsumexp(chances.masked_fill(~right, -1e4), 1)


def fit_pairs(
    encoder: Encoder, once: Sequence[Asked], rows: Sequence[Asked], recipe: PairRecipe = PAIR_RECIPE
) -> Pairing:
    """Fit one network a seed and give their mean; `once` is read in the first epoch alone, `rows` in each."""
    return mean_of(_fit(encoder, once, rows, recipe, seed=seed) for seed in recipe.seeds)


def _fit(encoder: Encoder, once: Sequence[Asked], rows: Sequence[Asked], recipe: PairRecipe, *, seed: int) -> Pairing:
    torch.manual_seed(seed)
    repeat_exactly()
    chance = random.Random(seed)  # noqa: S311 - no secret, but the same each time
    pairing = Pairing(encoder.spelling.get_piece_size())
    pairing.encoder.load_encoder(encoder.weights)
    groups = groups_of(
        ((pairing.encoder.parameters(), recipe.rate), (pairing.pair.parameters(), recipe.head_rate)),
    )
    plan = [
        batch for epoch in range(recipe.epochs) for batch in _batches([*rows, *(() if epoch else once)], recipe, chance)
    ]

    def spell(said: str, planned: str) -> list[int]:
        return pair_of(said, planned, encoder.spelling)

    def loss_of(batch: Sequence[Asked]) -> Tensor:
        return pair_loss(pairing, batch, spell, each=recipe.each, departs=recipe.departs)

    return descend(pairing, groups, plan, loss_of)


def _batches(rows: Iterable[Asked], recipe: PairRecipe, chance: random.Random) -> list[list[Asked]]:
    """Give all rows in batches of about as many pairs, of like length, in random order."""
    rows = list(rows)
    chance.shuffle(rows)
    most = max(1, recipe.pairs // CLOSELY)
    batches = []
    for start in range(0, len(rows), most * _SORTED):
        some = sorted(rows[start : start + most * _SORTED], key=lambda one: len(one.said) + max(map(len, one.planned)))
        batches += [some[at : at + most] for at in range(0, len(some), most)]
    chance.shuffle(batches)
    return batches


def pair_loss(
    read: Callable[[Tensor], Tensor],
    batch: Sequence[Asked],
    spell: Callable[[str, str], list[int]],
    *,
    each: float,
    departs: float,
) -> Tensor:
    """Give how unlikely it is what is right of some promises, read together with their passages."""
    logits = _logits(read, [(one.said, text) for one in batch for text in one.planned], spell)
    parts = logits.split([len(one.planned) for one in batch])
    losses = [_loss(part, one, each=each, departs=departs) for part, one in zip(parts, batch, strict=True)]
    return torch.stack(losses).mean()


def _logits(
    read: Callable[[Tensor], Tensor], pairs: Sequence[tuple[str, str]], spell: Callable[[str, str], list[int]]
) -> Tensor:
    """Give the logits of pairs, which are read in two batches of like length."""
    numbers = [torch.tensor(spell(said, planned)) for said, planned in pairs]
    order = sorted(range(len(numbers)), key=lambda at: len(numbers[at]))
    found = [
        read(nn.utils.rnn.pad_sequence([numbers[at] for at in part], batch_first=True))
        for part in (order[: len(order) // 2], order[len(order) // 2 :])
        if part
    ]
    return torch.cat(found)[torch.argsort(torch.tensor(order))]


def _loss(logits: Tensor, one: Asked, *, each: float, departs: float) -> Tensor:
    """Give how unlikely the right passages of each list are, and that they say what they say."""
    bce = nn.functional.binary_cross_entropy_with_logits
    right = torch.tensor([at in one.delivers for at in range(len(one.planned))])
    delivering, departing = logits.unbind(1)
    of_lists = [
        unlikely(torch.cat([delivering[list(at)], torch.zeros(1)])[None], right[list(at)][None]) for at in one.lists
    ]
    loss = torch.cat(of_lists).mean() + each * bce(delivering, right.float())
    if one.delivers:
        told = torch.tensor([float(at in one.departs) for at in sorted(one.delivers)])
        loss = loss + departs * bce(departing[right], told)
    return loss
