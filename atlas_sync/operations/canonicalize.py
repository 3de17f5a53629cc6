"""Canonicalize: turn landed records into observed ones, and tell which of them really changed.

Manifests are taken in order of runs, each in one transaction, so that a run cut short is finished by the next one. A
record counts as changed when its mapped values differ, not when its stamp moved. One odd record is quarantined, never
its page.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec

from atlas_sync.canonical.observed import Observed
from atlas_sync.connectors.protocol import Mapper
from atlas_sync.errors import MappingError
from atlas_sync.operations.workspace import Workspace
from atlas_sync.store.landing import Landing, Manifest
from atlas_sync.store.tables import TABLES, Quarantined, RecordHead
from atlas_sync.store.warehouse import Warehouse

__all__ = ["Changes", "canonicalize"]

ObservedT = TypeVar("ObservedT", bound=Observed)
_ENTITIES = {kind: name for name, kind in TABLES.items()}


@dataclass(slots=True)
class Changes:
    """What differs since the last time: records by observed kind, before and after, and how many were taken in.

    `before` holds the rows as they were (only those that existed), `after` as they are.
    """

    before: dict[type[Observed], list[Observed]] = field(default_factory=lambda: defaultdict(list))
    after: dict[type[Observed], list[Observed]] = field(default_factory=lambda: defaultdict(list))
    manifests: list[Manifest] = field(default_factory=list)
    read: int = 0
    quarantined: int = 0

    @property
    def count(self) -> int:
        """How many records changed."""
        return sum(len(rows) for rows in self.after.values())

    def both(self, kind: type[ObservedT]) -> list[ObservedT]:
        """Give the rows of a kind as they were and as they are."""
        return [row for row in (*self.before[kind], *self.after[kind]) if isinstance(row, kind)]


@dataclass(frozen=True, slots=True)
class _Mapped:
    rows: dict[str, Observed]
    quarantined: list[Quarantined]
    read: int


def canonicalize(workspace: Workspace, warehouse: Warehouse) -> Changes:
    """Take in every landed manifest that the warehouse does not know yet."""
    known = {(row.system, row.run, row.stream) for row in warehouse.select(Manifest)}
    changes = Changes()
    for manifest in workspace.landing.manifests():
        if (manifest.system, manifest.run, manifest.stream) in known:
            continue
        connection = workspace.connections.get(manifest.system)
        if connection is None:
            continue
        mapped = _map(workspace.landing, connection.mapper, manifest)
        with warehouse.transaction():
            _take_in(warehouse, manifest, mapped, changes)
            warehouse.put([manifest])
    return changes


def _map(landing: Landing, mapper: Mapper, manifest: Manifest) -> _Mapped:
    rows: dict[str, Observed] = {}
    odd: list[Quarantined] = []
    read = 0
    for remote_id, body in landing.records(manifest):
        read += 1
        try:
            for row in mapper.map_record(manifest.stream, msgspec.json.decode(body)):
                rows[row.source] = row
        except (MappingError, msgspec.DecodeError) as error:
            path = error.path if isinstance(error, MappingError) else "$"
            source = f"{manifest.system}:{manifest.stream}:{remote_id}"
            reason = error.summary if isinstance(error, MappingError) else "not JSON"
            odd.append(
                Quarantined(
                    source=source,
                    system=manifest.system,
                    stream=manifest.stream,
                    run=manifest.run,
                    path=path,
                    reason=reason,
                )
            )
    return _Mapped(rows, odd, read)


def _take_in(warehouse: Warehouse, manifest: Manifest, mapped: _Mapped, changes: Changes) -> None:
    gone = [] if mapped.quarantined else _gone(warehouse, manifest, mapped.rows)
    fresh = {**mapped.rows, **{row.source: row for row in gone}}
    hashes = {source: _hash(row) for source, row in fresh.items()}
    heads = {head.source: head.hash for head in warehouse.select(RecordHead, source=list(fresh))}
    changed = [row for source, row in fresh.items() if heads.get(source) != hashes[source]]
    for kind, rows in _by_kind(changed).items():
        changes.before[kind].extend(warehouse.select(kind, source=[row.source for row in rows]))
        changes.after[kind].extend(rows)
        warehouse.put(rows)
    warehouse.put([_head(row, manifest, hashes[row.source]) for row in changed])
    warehouse.delete(Quarantined, column="source", values=[row.source for row in mapped.quarantined])
    warehouse.put(mapped.quarantined)
    changes.manifests.append(manifest)
    changes.read += mapped.read
    changes.quarantined += len(mapped.quarantined)


def _gone(warehouse: Warehouse, manifest: Manifest, present: Iterable[str]) -> list[Observed]:
    """Give the members that left a set which was read to its proven end, marked as gone."""
    if manifest.mode != "set" or manifest.status != "complete":
        return []
    heads = warehouse.select(RecordHead, system=manifest.system, stream=manifest.stream)
    here = set(present)
    left: dict[str, list[str]] = defaultdict(list)
    for head in heads:
        if head.source not in here:
            left[head.entity].append(head.source)
    rows = [row for entity, sources in left.items() for row in warehouse.select(TABLES[entity], source=sources)]
    return [
        row if row.deletion else row.model_copy(update={"deletion": "deleted"})
        for row in rows
        if isinstance(row, Observed)
    ]


def _by_kind(rows: Iterable[Observed]) -> dict[type[Observed], list[Observed]]:
    sorted_rows: dict[type[Observed], list[Observed]] = defaultdict(list)
    for row in rows:
        sorted_rows[type(row)].append(row)
    return sorted_rows


def _hash(row: Observed) -> str:
    """Hash what a record says; when it was last touched is not part of it."""
    return hashlib.sha256(row.model_dump_json(exclude={"updated_at"}).encode()).hexdigest()


def _head(row: Observed, manifest: Manifest, digest: str) -> RecordHead:
    entity = _ENTITIES[type(row)]
    return RecordHead(
        source=row.source, entity=entity, system=manifest.system, stream=manifest.stream, hash=digest, run=manifest.run
    )
