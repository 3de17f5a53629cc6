"""Scoring: places matched with places, and counts turned into precision, recall and F1 with intervals. No reading here."""

from __future__ import annotations

import math
import random
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from atlas_sync.canonical.markup import has_markup
from atlas_sync.extraction.clean import clean

__all__ = ["Figure", "Share", "Span", "Tallies", "Visible", "matches"]

Span = tuple[int, int]

_BLOCKS = 400
_RESAMPLES = 200
_Z = 1.96
_HALF = 0.5
_MOST_PLACES = 20


class Visible:
    """The visible characters of a body, without markup and white space: the ruler that quotes are measured with."""

    def __init__(self, body: str, *, is_html: bool) -> None:
        self._is_html = is_html or has_markup(body)
        text: list[str] = []
        self._places: list[int] = []
        for line in clean(body, is_html=is_html, kind="note"):
            for char, place in zip(line.text, line.starts, strict=True):
                if not char.isspace():
                    text.append(char)
                    self._places.append(place)
        self._text = "".join(text)

    def span(self, start: int, end: int) -> Span:
        """Give the span of a piece of the body on the ruler."""
        return bisect_left(self._places, start), bisect_left(self._places, end)

    def find(self, quote: str) -> list[Span]:
        """Give where a quote stands, each place of it; white space and markup make no difference."""
        lines = clean(quote, is_html=self._is_html, kind="note")
        wanted = "".join("".join(line.text.split()) for line in lines)
        spans: list[Span] = []
        place = self._text.find(wanted) if wanted else -1
        while place >= 0 and len(spans) < _MOST_PLACES:
            spans.append((place, place + len(wanted)))
            place = self._text.find(wanted, place + 1)
        return spans


def matches(found: Sequence[Span], gold: Sequence[Sequence[Span]]) -> list[tuple[int, int]]:
    """Pair found spans with labelled ones, each at most once, where they share half of the shorter; the largest overlap first.

    A labelled quote that stands in several places may be met at any of them.
    """
    pairs = [
        (shared, one, other)
        for one, span in enumerate(found)
        for other, places in enumerate(gold)
        for place in places
        if (shared := min(span[1], place[1]) - max(span[0], place[0])) > 0
        and shared >= _HALF * min(span[1] - span[0], place[1] - place[0])
    ]
    taken: set[int] = set()
    met: set[int] = set()
    chosen: list[tuple[int, int]] = []
    for _shared, one, other in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if one not in taken and other not in met:
            taken.add(one)
            met.add(other)
            chosen.append((one, other))
    return chosen


@dataclass(frozen=True, slots=True)
class Figure:
    """Precision, recall and F1 of one measure, each with its 95 % interval: Wilson, for F1 bootstrapped over documents."""

    name: str
    precision: float
    recall: float
    f1: float
    precision_interval: tuple[float, float]
    recall_interval: tuple[float, float]
    f1_interval: tuple[float, float]
    found: int
    labelled: int


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many, with the 95 % Wilson interval."""

    name: str
    value: float
    interval: tuple[float, float]
    count: int
    total: int


@dataclass(slots=True)
class Tallies:
    """Counts by measure, kept in a bounded number of blocks of documents so that F1 can be resampled."""

    _counts: dict[str, list[list[int]]] = field(
        default_factory=lambda: defaultdict(lambda: [[0] * _BLOCKS for _ in range(3)])
    )
    _shares: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    _block: int = -1
    documents: int = 0

    def next_document(self) -> None:
        """Begin with another document."""
        self.documents += 1
        self._block = (self._block + 1) % _BLOCKS

    def count(self, name: str, *, hits: int, found: int, labelled: int) -> None:
        """Add to a measure."""
        for row, number in zip(self._counts[name], (hits, found, labelled), strict=True):
            row[self._block] += number

    def share(self, name: str, *, count: int, total: int = 1) -> None:
        """Add to a share."""
        self._shares[name][0] += count
        self._shares[name][1] += total

    def figures(self) -> Iterator[Figure]:
        """Yield each measure in the order in which it was first counted."""
        used = min(self.documents, _BLOCKS)
        draw = random.Random(0)  # noqa: S311 - a resampling that is the same each time
        draws = [draw.choices(range(used), k=used) for _ in range(_RESAMPLES)] if used else []
        for name, rows in self._counts.items():
            hits, found, labelled = (sum(row) for row in rows)
            if found or labelled:
                yield Figure(
                    name,
                    *_scores(hits, found, labelled),
                    _wilson(hits, found),
                    _wilson(hits, labelled),
                    _resampled(rows, draws),
                    found,
                    labelled,
                )

    def shares(self) -> Iterator[Share]:
        """Yield each share in the order in which it was first counted."""
        for name, (count, total) in self._shares.items():
            if total:
                yield Share(name, count / total, _wilson(count, total), count, total)


def _scores(hits: int, found: int, labelled: int) -> tuple[float, float, float]:
    precision = hits / found if found else 0.0
    recall = hits / labelled if labelled else 0.0
    return precision, recall, 2 * hits / (found + labelled) if found + labelled else 0.0


def _resampled(rows: Sequence[Sequence[int]], draws: Sequence[Sequence[int]]) -> tuple[float, float]:
    values = sorted(_scores(*(sum(row[one] for one in drawn) for row in rows))[2] for drawn in draws)
    if not values:
        return 0.0, 0.0
    cut = round(len(values) * 0.025)
    return values[cut], values[-1 - cut]


def _wilson(count: int, total: int) -> tuple[float, float]:
    if not total:
        return 0.0, 1.0
    share = count / total
    middle = share + _Z * _Z / (2 * total)
    spread = _Z * math.sqrt(share * (1 - share) / total + _Z * _Z / (4 * total * total))
    scale = 1 + _Z * _Z / total
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)
