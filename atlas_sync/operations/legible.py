"""Legible: what can still be read of a record that its mapper refuses, which says whose it is. Decides nothing about gaps.

The refused value is replaced by one of each shape in turn, so that every mapper can be asked as it is, whatever its vendor.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from atlas_sync.canonical.deals import spelt_ids
from atlas_sync.canonical.identity import SourceRef
from atlas_sync.canonical.observed import (
    Observed,
    ObservedComment,
    ObservedContract,
    ObservedDeal,
    ObservedInteraction,
    ObservedLineItem,
    ObservedLink,
    ObservedRole,
    ObservedTombstone,
    ObservedWatcher,
    ObservedWorkItem,
)
from atlas_sync.connectors.protocol import Mapper
from atlas_sync.errors import MappingError

__all__ = ["Legible", "legible", "sale_names"]

_TEXT = "https://not-legible-to-atlas-sync.invalid"
"""An address, so that it also comes out where a text leads to, if a mapper reads that from the text."""
_TYPED = ("2000-01-01T00:00:00+00:00", "0", "false")
"""A time or day, a number, a yes or no; what takes none of them and no text either is a list or an object."""
_MOST = 8
"""Values of one record that are replaced before it is given up."""
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")

_PLAIN = frozenset(
    "author body currency deal_type description email key kind labels link name next_step number participants phone "  # noqa: SIM905 - a list to read
    "project_hint role stage_label status subject summary terms text title".split()
)
"""Fields that do not tell where a record belongs: a text that was replaced may have been anything, also a reference."""


class Legible(NamedTuple):
    """The observed record that it would be, and what it belongs to; empty where that cannot be told, or not for certain."""

    would_be: str = ""
    belongs_to: tuple[str, ...] = ()


def legible(mapper: Mapper, stream: str, record: Mapping[str, Any], refused: MappingError) -> Legible:
    """Tell what a refused record would be, and to which deals, projects and work items it belongs."""
    is_certain, has_text = True, False
    for _time in range(_MOST):
        for stand_in in (_TEXT, *_TYPED, None):
            mended = _with(record, refused.path, stand_in)
            if mended is None:
                return Legible()
            rows, error = _mapped(mapper, stream, mended)
            if error is None or error.path != refused.path:
                break
        else:
            return Legible()
        # What only goes when it is taken out may have held references, and so may have others that stand beside it.
        is_certain, has_text = is_certain and stand_in is not None, has_text or stand_in == _TEXT
        if error is None:
            is_told = is_certain and (not has_text or _is_plain(rows))
            would_be = rows[0].source if rows and _TEXT not in rows[0].source else ""
            return Legible(would_be, _belongs_to(rows) if is_told else ())
        record, refused = mended, error
    return Legible()


def sale_names(source: str, cross_ids: Collection[str]) -> Iterator[str]:
    """Yield what a deal goes by: its reference, and its own id and those that it notes of itself in whatever system."""
    yield source
    for one in (SourceRef.parse(source).id, *cross_ids):
        yield from (str(SourceRef("*", "deal", spelling)) for spelling in spelt_ids(one))


def _mapped(mapper: Mapper, stream: str, record: Mapping[str, Any]) -> tuple[Sequence[Observed], MappingError | None]:
    try:
        return mapper.map_record(stream, record), None
    except MappingError as error:
        return (), error


def _with(record: Mapping[str, Any], path: str, value: object) -> dict[str, Any] | None:
    """Give a record with another value at a path, or as far along it as there are members; None where it is no path."""
    steps = [int(place) if place else name for name, place in _STEP.findall(path)]
    if not steps or path != "$" + "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in steps):
        return None
    made = dict(record)
    inner: Any = made
    for step, after in pairwise(steps):
        below = inner[step] if isinstance(step, int) else inner.get(step)
        if not isinstance(below, dict if isinstance(after, str) else list):
            inner[step] = value
            return made
        # Only what is on the way is copied: the rest of a record may be nested deeper than a copy of it can go.
        inner[step] = inner = copy.copy(below)
    inner[steps[-1]] = value
    return made


def _is_plain(rows: Sequence[Observed]) -> bool:
    """Tell if the text that stands in came out where it says nothing of where a record belongs, and nowhere else."""
    fields = {name for row in rows for name, value in row if _TEXT in str(value)}
    return bool(fields) and fields <= _PLAIN


def _belongs_to(rows: Sequence[Observed]) -> tuple[str, ...]:
    """Give what a record's rows belong to; nothing where one of them may belong anywhere, as a person does."""
    found = [set(_names(row)) for row in rows if not isinstance(row, ObservedTombstone)]
    return tuple(sorted(set[str]().union(*found))) if all(found) else ()


def _names(row: Observed) -> Iterator[str]:
    match row:
        case ObservedDeal():
            yield from sale_names(row.source, row.cross_ids)
        case ObservedRole() | ObservedLineItem():
            yield from (row.deal,) if row.deal else ()
        case ObservedContract():
            yield from (row.source, row.deal or row.source)
        case ObservedInteraction():
            yield from row.deals
        case ObservedWorkItem():
            yield from (row.source, row.project) if row.project else ()
        case ObservedComment() | ObservedWatcher():
            yield row.work_item
        case ObservedLink():
            yield from (row.work_item, row.url)
        case _:
            pass
