"""How much alike what was agreed and the work items of an engagement are, by their words. Evidence, never proof.

Many engagements are compared at once, in columns. Numpy is imported with this module: whoever compares nothing does without.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from atlas_sync.canonical.model import WorkItem
from atlas_sync.coverage.pieces import KINDS, WORDS, pieces_of

__all__ = ["Asked", "Likeness", "likenesses"]

Asked = tuple[Sequence[str], Sequence[WorkItem]]
"""The texts and the work items of an engagement."""

Likeness = NDArray[np.float32]
"""A row for each text, a column for each work item: 0 to 1, comparable between engagements."""

_LETTERS, _WORD_MORE = np.float32(1), np.float32(3)
_LONG = 1.2
_BY_LENGTH = 0.4
_LOOKED_AT = 4_000
_AT_ONCE = 45_000
_CELLS = 16_000_000
_LEAST = np.float32(1e-9)


class _Part(NamedTuple):
    """Some texts of an engagement, as many as `asked`, and behind them those of all its items."""

    owner: int
    asked: int
    texts: list[str]


def likenesses(asked: Sequence[Asked]) -> list[Likeness]:
    """Tell for each engagement how much of each text its work items say.

    That is the share of the text's pieces that an item holds, each piece counted by how few items hold it, and words more
    than groups of letters. Items that are longer than others hold more by chance, and count less. Only the beginning of a
    text takes part, its first four thousand characters.
    """
    columns = np.zeros(KINDS, np.int32)
    found: list[list[Likeness]] = [[] for _engagement in asked]
    for run in _runs(asked):
        for part, alike in zip(run, _compare(run, columns), strict=True):
            found[part.owner].append(alike)
    return [parts[0] if len(parts) == 1 else np.concatenate(parts) for parts in found]


def _runs(asked: Sequence[Asked]) -> Iterator[list[_Part]]:
    """Yield as much at a time as fits a processor's cache."""
    run: list[_Part] = []
    size = 0
    for owner, (texts, items) in enumerate(asked):
        told = [f"{item.summary} {item.text}"[:_LOOKED_AT] for item in items]
        length = sum(map(len, told))
        for some in _portions([text[:_LOOKED_AT] for text in texts], len(items)):
            run.append(_Part(owner, len(some), some + told))
            size += length + sum(map(len, some))
            if size > _AT_ONCE:
                yield run
                run, size = [], 0
    if run:
        yield run


def _portions(texts: list[str], items: int) -> Iterator[list[str]]:
    """Yield some texts at a time, at least once, so that the table over them and the items stays small."""
    most = _CELLS // max(1, items)
    if sum(map(len, texts)) <= most:  # as it nearly always is
        yield texts
        return
    some: list[str] = []
    size = 0
    for text in texts:
        size += len(text)
        if some and size > most:
            yield some
            some, size = [], len(text)
        some.append(text)
    yield some


def _compare(run: Sequence[_Part], columns: NDArray[np.int32]) -> Iterator[Likeness]:
    """Yield the likeness in each part; `columns` has a place for each piece, all empty before and after.

    Each part has a table of its own: a row for each text, a column for each piece of the texts, and one that takes in all
    other pieces of the items, the first. Where a piece comes twice, one of its columns stands for both.
    """
    pieces = pieces_of([text for part in run for text in part.texts])
    bounds = pieces.bounds.tolist()
    found = np.empty(len(pieces.numbers), np.int32)
    order = np.arange(1, bounds[-1] + 1, dtype=np.int32)
    starts: list[int] = []
    widths: list[int] = []
    usual: list[float] = []
    first = cells = 0
    for part in run:
        middle, last = first + part.asked, first + len(part.texts)
        start, behind, end = bounds[first], bounds[middle], bounds[last]
        ours, width = pieces.numbers[start:behind], behind - start + 1
        columns[ours] = order[: width - 1]
        columns.take(pieces.numbers[start:end], out=found[start:end], mode="clip")
        columns[ours] = 0
        starts += range(cells, cells + width * len(part.texts), width)
        widths.append(width)
        usual.append(max(1, end - behind) / max(1, last - middle))
        first, cells = last, cells + width * len(part.texts)
    table = np.zeros(cells, np.float32)
    table[np.repeat(np.array(starts, np.intp), pieces.lengths) + found] = 1
    counted = (pieces.numbers >= WORDS) * _WORD_MORE + _LETTERS
    damping = _damping(pieces.lengths, np.repeat(usual, [len(part.texts) for part in run]))
    first = cells = 0
    for part, width in zip(run, widths, strict=True):
        start, last = bounds[first], first + len(part.texts)
        own = table[cells : cells + width * len(part.texts)].reshape(-1, width)
        shares = _shares(own[: part.asked], own[part.asked :], counted[start : start + width - 1])
        yield shares * damping[first + part.asked : last]
        first, cells = last, cells + own.size


def _shares(asked: Likeness, held: Likeness, counted: Likeness) -> Likeness:
    """Give the share of each text that each item holds, pieces counted as told and by how few items hold them."""
    if not len(held) or not len(counted):
        return np.zeros((len(asked), len(held)), np.float32)
    weights = _rarity(len(held)).take(np.add.reduce(held, 0).astype(np.intp), mode="clip")
    weights[1:] *= counted
    asked *= weights
    whole = np.maximum(np.add.reduce(asked, 1), _LEAST)
    shares: Likeness = (asked @ held.T) / whole[:, None]
    return shares


def _damping(lengths: NDArray[np.intp], usual: NDArray[np.float64]) -> Likeness:
    """Give what a text counts by its length against the usual one of its engagement's items."""
    longer = _LONG * _BY_LENGTH / usual * lengths + (1 + _LONG - _LONG * _BY_LENGTH)
    damping: Likeness = np.minimum(1, (1 + _LONG) / longer).astype(np.float32)
    return damping


@lru_cache(maxsize=1024)
def _rarity(items: int) -> Likeness:
    """Give what a piece counts by how many of so many items hold it."""
    counts: Likeness = (np.log1p((items + 0.5) / (np.arange(items + 1) + 0.5)) ** 2).astype(np.float32)
    return counts
