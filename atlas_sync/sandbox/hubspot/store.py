"""The portal's records with their past: what they are now, what the lagging index still believes, what they were.

What properties mean is not known here, but for the stamps that the vendor keeps itself.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from zlib import crc32

from atlas_sync.sandbox.hubspot.objects import OBJECTS, ObjectType
from atlas_sync.sandbox.hubspot.values import stamp, to_ms

__all__ = ["Record", "Store", "Values", "Version"]

Values = Mapping[str, str | None]

_STEP_LEAST, _STEP_SPREAD = 60_000_000, 100_000_000
_TOUCH_LEAST_MS, _TOUCH_SPREAD_MS = 1_100, 24_000


@dataclass(frozen=True, slots=True)
class Version:
    """What a record was from a moment on."""

    at: datetime
    properties: Values
    is_archived: bool = False


@dataclass(slots=True)
class Record:
    """One record. Properties that are not set are absent. What is gone was merged or erased: it is not in the archive."""

    kind: ObjectType
    id: str
    created_at: datetime
    updated_at: datetime
    properties: dict[str, str] = field(default_factory=dict)
    archived_at: datetime | None = None
    is_gone: bool = False
    versions: list[Version] = field(default_factory=list)

    def at(self, moment: datetime) -> Version | None:
        """Give what the record was at a moment, None before its creation."""
        return next((version for version in reversed(self.versions) if version.at <= moment), None)


class Store:
    """Records by type, in order of their ids."""

    def __init__(self) -> None:
        self._records: dict[str, dict[str, Record]] = {name: {} for name in OBJECTS}
        self._ids = {name: _ids(order) for order, name in enumerate(OBJECTS)}
        self._touches: list[tuple[datetime, str, str]] = []
        self._survivors: dict[tuple[str, str], str] = {}

    def insert(self, kind: ObjectType, values: Values, *, at: datetime) -> Record:
        """Add a record."""
        moment = to_ms(at)
        key = next(self._ids[kind.name])
        record = Record(kind, key, moment, moment)
        record.properties = {kind.created: stamp(moment), "hs_object_id": key}
        self._records[kind.name][key] = record
        self.update(record, values, at=at)
        heapq.heappush(self._touches, (moment + _touch_delay(key), kind.name, key))
        return record

    def update(self, record: Record, values: Values, *, at: datetime) -> None:
        """Change a record; None clears a property. Stamps never go back."""
        moment = max(to_ms(at), record.updated_at)
        for name, value in values.items():
            if value is None:
                record.properties.pop(name, None)
            else:
                record.properties[name] = value
        record.updated_at = moment
        record.properties[record.kind.cursor] = stamp(moment)
        record.versions.append(Version(moment, dict(record.properties)))

    def archive(self, record: Record, *, at: datetime) -> None:
        """Archive a record: it is gone from everything but the archive."""
        moment = max(to_ms(at), record.updated_at)
        record.archived_at = record.updated_at = moment
        record.versions.append(Version(moment, dict(record.properties), is_archived=True))

    def erase(self, record: Record, *, at: datetime, survivor: Record | None = None) -> None:
        """Take a record out for good; its id gives the survivor from now on, if there is one."""
        self.archive(record, at=at)
        record.is_gone = True
        if survivor:
            self._survivors[record.kind.name, record.id] = survivor.id

    def settle(self, now: datetime) -> None:
        """Let the vendor touch the records whose time for it has come.

        Every record is touched once, 1.1 to 25.1 seconds after its creation: its stamp moves and nothing else.
        Source: facts/hubspot.md, section 3.
        """
        while self._touches and self._touches[0][0] <= now:
            at, kind, key = heapq.heappop(self._touches)
            record = self._records[kind][key]
            if record.archived_at is None:
                self.update(record, {}, at=at)

    def rows(self, kind: ObjectType) -> Iterator[Record]:
        """Yield all records of a type, archived ones included."""
        yield from self._records[kind.name].values()

    def get(self, kind: ObjectType, key: str) -> Record | None:
        """Give a record that is not archived, or the one that it was merged into."""
        while (kind.name, key) in self._survivors:
            key = self._survivors[kind.name, key]
        found = self._records[kind.name].get(key)
        return found if found and found.archived_at is None else None

    def get_archived(self, kind: ObjectType, key: str) -> Record | None:
        """Give a record that is archived."""
        found = self._records[kind.name].get(key)
        return found if found and found.archived_at is not None and not found.is_gone else None

    def find(self, kind: ObjectType, name: str, value: str) -> Record | None:
        """Give the record with this value of a property, whatever its case."""
        return next(
            (
                record
                for record in self.rows(kind)
                if record.archived_at is None and record.properties.get(name, "").casefold() == value.casefold()
            ),
            None,
        )


def _ids(order: int) -> Iterator[str]:
    """Yield growing ids of large numbers with gaps. They soon get longer by a digit, so that text does not sort them."""
    number = 99_500_000_000 + order * 10_007
    for position in count():
        yield str(number)
        number += _STEP_LEAST + crc32(f"{order}:{position}".encode()) % _STEP_SPREAD


def _touch_delay(key: str) -> timedelta:
    return timedelta(milliseconds=_TOUCH_LEAST_MS + crc32(key.encode()) % _TOUCH_SPREAD_MS)
