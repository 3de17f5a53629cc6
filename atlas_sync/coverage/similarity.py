"""How much alike what was agreed and the work items of an engagement are, by their words. Evidence, never proof.

Many engagements are compared at once, in columns. Numpy is imported with this module: whoever compares nothing does without.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from atlas_sync.canonical.model import WorkItem
from atlas_sync.coverage.pieces import KINDS, WORDS, Pieces, pieces_of

__all__ = ["Asked", "Likeness", "likenesses"]

Asked = tuple[Sequence[str], Sequence[WorkItem]]
"""The texts and the work items of an engagement."""

Likeness = NDArray[np.float32]
"""A row for each text, a column for each work item: 0 to 1, comparable between engagements."""

_WORD = 4.0
_LONG = 1.2
_BY_LENGTH = 0.4
_LOOKED_AT = 4_000
_AT_ONCE = 60_000
_CELLS = 4_000_000
_LEAST = np.float32(1e-9)


def likenesses(asked: Sequence[Asked]) -> list[Likeness]:
    """Tell for each engagement how much of each text its work items say.

    That is the share of the text's pieces that an item holds, each piece counted by how few items hold it, and words more
    than groups of letters. Items that are longer than others hold more by chance, and count less. Only the beginning of a
    text takes part, its first four thousand characters.
    """
    columns = np.zeros(KINDS, np.intp)
    return [found for some in _runs(asked) for found in _compare(some, columns)]


def _runs(asked: Sequence[Asked]) -> Iterator[list[tuple[int, list[str]]]]:
    """Yield some engagements at a time, as what fits a processor's cache: how many texts each has, then those of its items."""
    run: list[tuple[int, list[str]]] = []
    size = 0
    for texts, items in asked:
        said = [text[:_LOOKED_AT] for text in texts]
        said += [f"{item.summary} {item.text}"[:_LOOKED_AT] for item in items]
        run.append((len(texts), said))
        size += sum(map(len, said))
        if size > _AT_ONCE:
            yield run
            run, size = [], 0
    if run:
        yield run


def _compare(run: Sequence[tuple[int, list[str]]], columns: NDArray[np.intp]) -> Iterator[Likeness]:
    """Yield the likeness in each engagement of a run; `columns` has a place for each piece, all empty before and after."""
    pieces = pieces_of([text for _count, said in run for text in said])
    bounds = pieces.bounds.tolist()
    first = 0
    for count, said in run:
        middle, last = first + count, first + len(said)
        items = pieces.between(middle, last)
        rows = [
            _shares(pieces.between(start, end), items, columns)
            for start, end in _portions(bounds, range(first, middle), last - middle)
        ]
        yield rows[0] if len(rows) == 1 else np.concatenate([*rows, np.zeros((0, last - middle), np.float32)])
        first = last


def _portions(bounds: Sequence[int], texts: range, items: int) -> Iterator[tuple[int, int]]:
    """Yield the texts from one to another that are compared at once, so that what is held in memory stays small."""
    start = texts.start
    for end in texts:
        if end > start and (bounds[end + 1] - bounds[start]) * items > _CELLS:
            yield start, end
            start = end
    if texts:
        yield start, texts.stop


def _shares(texts: Pieces, items: Pieces, columns: NDArray[np.intp]) -> Likeness:
    """Give the share of each text that each item says."""
    ours, width = texts.numbers, len(texts.numbers) + 1
    # A column for each piece of ours; where one comes twice, the last column stands for both. Column 0 takes all others.
    columns[ours] = np.arange(1, width)
    wanted, offered = columns.take(ours, mode="clip"), columns.take(items.numbers, mode="clip")
    columns[ours] = 0
    held = _table(items, width, offered, 1)
    spread = np.add.reduce(held, 0).astype(np.intp)
    weights = _rarity(len(held)).take(spread.take(wanted, mode="clip"), mode="clip")
    weights[ours >= WORDS] *= _WORD
    asked = _table(texts, width, wanted, weights)
    whole = np.maximum(np.add.reduce(asked, 1), _LEAST)
    shares: Likeness = (asked @ held.T) / whole[:, None] * _damping(items)
    return shares


def _table(pieces: Pieces, width: int, columns: NDArray[np.intp], values: NDArray[np.float32] | int) -> Likeness:
    """Give a row for each text with its values in their columns."""
    flat = np.zeros(pieces.count * width, np.float32)
    columns += (pieces.texts - pieces.first) * width
    flat[columns] = values
    return flat.reshape(-1, width)


def _damping(items: Pieces) -> Likeness:
    usual = max(1, len(items.numbers)) / max(1, items.count)
    flat = 1 - _BY_LENGTH + (_BY_LENGTH / usual) * items.lengths
    damping: Likeness = np.minimum(1, (_LONG + 1) / (_LONG * flat + 1)).astype(np.float32)
    return damping


@lru_cache(maxsize=1024)
def _rarity(items: int) -> Likeness:
    """Give what a piece counts by how many of so many items hold it."""
    counts: Likeness = (np.log1p((items + 0.5) / (np.arange(items + 1) + 0.5)) ** 2).astype(np.float32)
    return counts
