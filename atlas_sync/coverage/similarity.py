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
    columns = np.zeros(KINDS, np.intp)
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
        for some in _portions(texts, len(items)):
            run.append(_Part(owner, len(some), some + told))
            size += length + sum(map(len, some))
            if size > _AT_ONCE:
                yield run
                run, size = [], 0
    if run:
        yield run


def _portions(texts: Sequence[str], items: int) -> Iterator[list[str]]:
    """Yield some texts at a time, at least once, so that the table over them and the items stays small."""
    some: list[str] = []
    size = 0
    for text in texts:
        size += len(text[:_LOOKED_AT])
        if some and size * items > _CELLS:
            yield some
            some, size = [], len(text[:_LOOKED_AT])
        some.append(text[:_LOOKED_AT])
    yield some


def _compare(run: Sequence[_Part], columns: NDArray[np.intp]) -> Iterator[Likeness]:
    """Yield the likeness in each part; `columns` has a place for each piece, all empty before and after.

    Each part has a table of its own: a row for each text, a column for each piece of the texts, and one that takes in all
    other pieces of the items, the first. Where a piece comes twice, one of its columns stands for both.
    """
    pieces = pieces_of([text for part in run for text in part.texts])
    bounds = pieces.bounds.tolist()
    places = np.empty(len(pieces.numbers), np.intp)
    starts: list[int] = []
    widths: list[int] = []
    first = cells = 0
    for part in run:
        start, middle, end = bounds[first], bounds[first + part.asked], bounds[first + len(part.texts)]
        ours, width = pieces.numbers[start:middle], middle - start + 1
        columns[ours] = np.arange(1, width)
        columns.take(pieces.numbers[start:end], out=places[start:end], mode="clip")
        columns[ours] = 0
        starts += range(cells, cells + width * len(part.texts), width)
        widths.append(width)
        first, cells = first + len(part.texts), cells + width * len(part.texts)
    table = np.zeros(cells, np.float32)
    places += np.repeat(np.array(starts, np.intp), pieces.lengths)
    table[places] = 1
    is_word = pieces.numbers >= WORDS
    first = cells = 0
    for part, width in zip(run, widths, strict=True):
        start, last = bounds[first], first + len(part.texts)
        own = table[cells : cells + width * len(part.texts)].reshape(-1, width)
        counted = is_word[start : start + width - 1] * _WORD_MORE + _LETTERS
        yield _shares(own[: part.asked], own[part.asked :], counted, pieces.lengths[first + part.asked : last])
        first, cells = last, cells + own.size


def _shares(asked: Likeness, held: Likeness, counted: Likeness, lengths: NDArray[np.intp]) -> Likeness:
    """Give the share of each text that each item holds, pieces counted as told and by how few items hold them."""
    if not len(held) or not len(counted):
        return np.zeros((len(asked), len(held)), np.float32)
    weights = _rarity(len(held)).take(np.add.reduce(held, 0).astype(np.intp), mode="clip")
    weights[1:] *= counted
    asked *= weights
    whole = np.maximum(np.add.reduce(asked, 1), _LEAST)
    shares: Likeness = (asked @ held.T) / whole[:, None] * _damping(lengths)
    return shares


def _damping(lengths: NDArray[np.intp]) -> Likeness:
    usual = max(1, int(np.add.reduce(lengths))) / len(lengths)
    flat = lengths.astype(np.float32)
    flat *= _LONG * _BY_LENGTH / usual
    flat += 1 + _LONG - _LONG * _BY_LENGTH
    damping: Likeness = np.minimum(1, (1 + _LONG) / flat)
    return damping


@lru_cache(maxsize=1024)
def _rarity(items: int) -> Likeness:
    """Give what a piece counts by how many of so many items hold it."""
    counts: Likeness = (np.log1p((items + 0.5) / (np.arange(items + 1) + 0.5)) ** 2).astype(np.float32)
    return counts
