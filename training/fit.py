"""Fitting: examples and a seed in, a network out. The same examples, seed and machine give the same weights."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from atlas_sync.extraction.inputs import Encoded, encode
from atlas_sync.extraction.wordpiece import Vocabulary, read_vocabulary
from training.examples import Example
from training.labels import KINDS, LABELS, WEIGHTS
from training.network import Network, minilm
from training.ship import SHIPPED

__all__ = ["RECIPE", "Recipe", "descend", "epochs_of", "fit", "fit_all", "groups_of", "mean_of", "repeat_exactly"]

ModuleT = TypeVar("ModuleT", bound=nn.Module)
PartT = TypeVar("PartT")


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a network is fitted."""

    seeds: tuple[int, ...] = (0,)
    epochs: int = 3
    document_epochs: int = 1
    rate: float = 1.5e-4
    head_rate: float = 1.5e-3
    batch: int = 32
    drop_in_documents: float = 0.2
    drop_in_sentences: float = 0.35
    alone: float = 0.05
    smooth: float = 0.02
    positive: float = 1.6
    kinds: float = 0.4
    due: float = 0.5


RECIPE = Recipe()


@dataclass(frozen=True, slots=True)
class _Batch:
    pieces: Tensor
    segments: Tensor
    labels: Tensor
    known: Tensor
    kinds: Tensor
    due: Tensor
    due_known: Tensor


def fit_all(examples: Sequence[Example], encoders: Path, recipe: Recipe) -> Network:
    """Fit one network a seed from the same beginning and give their mean."""
    return mean_of(fit(examples, encoders, recipe, seed=seed) for seed in recipe.seeds)


def mean_of(networks: Iterator[ModuleT]) -> ModuleT:
    """Give the mean of networks that were fitted from the same beginning, which errs less than each."""
    first = next(networks)
    weights = first.state_dict()
    for count, network in enumerate(networks, start=2):
        for name, other in network.state_dict().items():
            weights[name] += (other - weights[name]) / count
    return first


def fit(examples: Sequence[Example], encoders: Path, recipe: Recipe, *, seed: int) -> Network:
    """Fit a network: some epochs on everything, then some in which documents count more."""
    vocabulary = read_vocabulary(SHIPPED / "vocabulary.txt")
    torch.manual_seed(0)
    repeat_exactly()
    chance = random.Random(seed)  # noqa: S311 - no secret, but the same each time
    network = Network()
    network.load_encoder(minilm(encoders))
    torch.manual_seed(seed)
    plan = list(_plan(examples, chance, recipe))
    _expect(network, examples)

    def loss_of(rows: list[Example]) -> Tensor:
        batch = _collate(rows, vocabulary, recipe)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            labels, kinds, due = network(batch.pieces, batch.segments)
        return _loss(labels.float(), kinds.float(), due.float(), batch=batch, recipe=recipe)

    return descend(network, _groups(network, recipe), plan, loss_of)


def repeat_exactly() -> None:
    """Let the same numbers follow from the same seed; memory that nothing reads yet is not filled, which takes a seventh."""
    torch.use_deterministic_algorithms(mode=True)
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]


def descend(
    module: ModuleT, groups: Sequence[dict[str, Any]], plan: Sequence[PartT], loss_of: Callable[[PartT], Tensor]
) -> ModuleT:
    """Take one step for each part of a plan, the rates rising over its first tenth and falling to nothing by its end."""
    optimizer = torch.optim.AdamW(list(groups), weight_decay=0.01, fused=True)
    warm = max(1, len(plan) // 10)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, (len(plan) - step) / max(1, len(plan) - warm))
    )
    module.train()
    for part in plan:
        loss = loss_of(part)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(module.parameters(), 1.0)
        optimizer.step()
        schedule.step()
    return module.eval()


def groups_of(parts: Sequence[tuple[Iterable[nn.Parameter], float]]) -> list[dict[str, Any]]:
    """Give the parameters that are fitted in groups, each with its rate."""
    return [{"params": [one for one in part if one.requires_grad], "lr": rate} for part, rate in parts]


def epochs_of(rows: Sequence[PartT], count: int, chance: random.Random) -> list[PartT]:
    """Give all rows so many times over, each time in another order."""
    return [row for _epoch in range(count) for row in chance.sample(rows, len(rows))]


def _expect(network: Network, examples: Sequence[Example]) -> None:
    """Let each label begin at its share of the examples, so that the rare ones need not unlearn an even chance."""
    for column, name in enumerate(LABELS):
        known = [one.labels[name] for one in examples if name in one.labels]
        share = (sum(known) + 1) / (len(known) + 2)
        network.labels.bias.data[column] = math.log(share / (1 - share))


def _groups(network: Network, recipe: Recipe) -> list[dict[str, Any]]:
    """Give the encoder its careful rate and the fresh heads a bolder one; biases and norms do not decay."""
    groups = []
    heads = ("labels.", "kinds.", "due.")
    for is_head, rate in ((False, recipe.rate), (True, recipe.head_rate)):
        for decay, dims in ((0.01, 2), (0.0, 1)):
            params = [
                one
                for name, one in network.named_parameters()
                if one.requires_grad and one.dim() == dims and name.startswith(heads) == is_head
            ]
            groups.append({"params": params, "weight_decay": decay, "lr": rate})
    return groups


def _plan(examples: Sequence[Example], chance: random.Random, recipe: Recipe) -> Iterator[list[Example]]:
    """Yield the batches of all epochs: of like length, in random order."""
    documents = [one for one in examples if one.in_document]
    sentences = [one for one in examples if not one.in_document]
    for epoch in range(recipe.epochs + recipe.document_epochs):
        rows = examples
        if epoch >= recipe.epochs:
            rows = documents + chance.sample(sentences, min(len(sentences), len(documents) // 2))
        rows = [_disturbed(one, chance, recipe) for one in rows]
        chance.shuffle(rows)
        batches: list[list[Example]] = []
        for at in range(0, len(rows), recipe.batch * 16):
            chunk = sorted(rows[at : at + recipe.batch * 16], key=_length)
            batches += [chunk[start : start + recipe.batch] for start in range(0, len(chunk), recipe.batch)]
        chance.shuffle(batches)
        yield from batches


def _disturbed(example: Example, chance: random.Random, recipe: Recipe) -> Example:
    """Leave out neighbours at times, so that a sentence alone can be read as well."""
    question = example.question
    alone = chance.random() < recipe.alone
    drop = recipe.drop_in_documents if example.in_document else recipe.drop_in_sentences
    before = "" if alone or chance.random() < drop else question.before
    after = "" if alone or chance.random() < drop else question.after
    return replace(example, question=replace(question, before=before, after=after))


def _length(example: Example) -> int:
    return len(example.question.text) + len(example.question.before) + len(example.question.after)


def _collate(rows: Sequence[Example], vocabulary: Vocabulary, recipe: Recipe) -> _Batch:
    encoded = [encode(one.question, vocabulary)[0] for one in rows]
    pieces, segments = pad(encoded)
    labels = torch.zeros(len(rows), len(LABELS))
    known = torch.zeros(len(rows), len(LABELS))
    kinds = torch.full((len(rows),), -100)
    due, due_known = torch.zeros(pieces.shape), torch.zeros(pieces.shape)
    for row, (example, numbers) in enumerate(zip(rows, encoded, strict=True)):
        for column, name in enumerate(LABELS):
            if name in example.labels:
                known[row, column] = WEIGHTS[name]
                labels[row, column] = recipe.smooth + (1 - 2 * recipe.smooth) * example.labels[name]
        if example.kind in KINDS:
            kinds[row] = KINDS.index(example.kind)
        if example.is_due_known:
            first = numbers.segments.index(1)
            for place, (start, end) in enumerate(numbers.words):
                due_known[row, first + place] = 1.0
                inside = example.due is not None and start < example.due[1] and end > example.due[0]
                due[row, first + place] = float(inside)
    return _Batch(pieces, segments, labels, known, kinds, due, due_known)


def pad(encoded: Sequence[Encoded]) -> tuple[Tensor, Tensor]:
    """Give pieces and segments of equal length, padded with zeros."""
    length = max(len(one.numbers) for one in encoded)
    fill = [0] * length
    pieces = torch.tensor([(*one.numbers, *fill)[:length] for one in encoded])
    segments = torch.tensor([(*one.segments, *fill)[:length] for one in encoded])
    return pieces, segments


def _loss(labels: Tensor, kinds: Tensor, due: Tensor, *, batch: _Batch, recipe: Recipe) -> Tensor:
    bce = nn.functional.binary_cross_entropy_with_logits
    each = bce(labels, batch.labels, reduction="none", pos_weight=torch.full((len(LABELS),), recipe.positive))
    loss = (each * batch.known).sum() / len(labels) / 3.0
    if (batch.kinds >= 0).any():
        share = (batch.kinds >= 0).float().mean()
        loss = loss + recipe.kinds * share * nn.functional.cross_entropy(kinds, batch.kinds, ignore_index=-100) * 2
    tokens = bce(due, batch.due, reduction="none") * batch.due_known
    return loss + recipe.due * tokens.sum() / batch.due_known.sum().clamp(min=1.0)
