"""Canonicalize: turn landed records into observed ones, and note which of them really changed.

Manifests are taken in order of runs, each in one transaction, so that a run cut short is finished by the next one. A record
counts as changed when its mapped values differ, not when its stamp moved. One odd record is quarantined, never its page.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from atlas_sync.canonical.observed import Observed, ObservedTombstone
from atlas_sync.connectors.protocol import Mapper
from atlas_sync.errors import MappingError
from atlas_sync.operations.pending import Changes, note_changes, note_licence
from atlas_sync.operations.workspace import Workspace
from atlas_sync.store.landing import Landing, Manifest
from atlas_sync.store.tables import TABLES, Intake, Quarantined, RecordHead
from atlas_sync.store.warehouse import Warehouse

__all__ = ["canonicalize"]

_ENTITIES = {kind: name for name, kind in TABLES.items()}


@dataclass(slots=True)
class _Mapped:
    rows: dict[str, Observed] = field(default_factory=dict)
    odd: list[Quarantined] = field(default_factory=list)
    read: int = 0
    unused: int = 0


def canonicalize(workspace: Workspace, warehouse: Warehouse) -> list[Intake]:
    """Take in every landed manifest that the warehouse does not know yet, and give how each was taken in."""
    known = {(row.system, row.run, row.stream) for row in warehouse.select(Manifest)}
    taken: list[Intake] = []
    for manifest in workspace.landing.manifests():
        connection = workspace.connections.get(manifest.system)
        if connection is None or (manifest.system, manifest.run, manifest.stream) in known:
            continue
        mapped = _map(workspace.landing, connection.mapper, manifest)
        with warehouse.transaction():
            changes = _take_in(warehouse, manifest, mapped)
            note_changes(workspace, warehouse, changes)
            note_licence(workspace, warehouse, manifest)
            intake = Intake(
                system=manifest.system,
                stream=manifest.stream,
                run=manifest.run,
                read=mapped.read,
                stored=mapped.read - mapped.unused - len(mapped.odd),
                unused=mapped.unused,
                quarantined=len(mapped.odd),
                changed=len(changes.after),
            )
            warehouse.put([manifest])
            warehouse.put([intake])
        taken.append(intake)
    return taken


def _map(landing: Landing, mapper: Mapper, manifest: Manifest) -> _Mapped:
    mapped = _Mapped()
    for remote_id, body in landing.records(manifest):
        mapped.read += 1
        try:
            rows = mapper.map_record(manifest.stream, msgspec.json.decode(body))
        except MappingError as error:
            mapped.odd.append(_quarantine(manifest, remote_id, path=error.path, reason=error.summary))
        except msgspec.DecodeError:
            mapped.odd.append(_quarantine(manifest, remote_id, path="$", reason="not JSON"))
        else:
            mapped.unused += not rows
            mapped.rows |= {row.source: row for row in rows}
    return mapped


def _quarantine(manifest: Manifest, remote_id: str, *, path: str, reason: str) -> Quarantined:
    source = f"{manifest.system}:{manifest.stream}:{remote_id}"
    return Quarantined(
        source=source, system=manifest.system, stream=manifest.stream, run=manifest.run, path=path, reason=reason
    )


def _take_in(warehouse: Warehouse, manifest: Manifest, mapped: _Mapped) -> Changes:
    buried = _buried(warehouse, [row for row in mapped.rows.values() if isinstance(row, ObservedTombstone)])
    rows = {source: row for source, row in mapped.rows.items() if not isinstance(row, ObservedTombstone)}
    gone = [] if mapped.odd else _gone(warehouse, manifest, mapped.rows)
    fresh = rows | {row.source: row for row in (*buried, *gone)}
    hashes = {source: _hash(row) for source, row in fresh.items()}
    heads = {head.source: head.hash for head in warehouse.select(RecordHead, source=list(fresh))}
    changed = [row for source, row in fresh.items() if heads.get(source) != hashes[source]]
    before: list[Observed] = []
    for kind, same in _by_kind(changed).items():
        before += warehouse.select(kind, source=[row.source for row in same])
        warehouse.put(same)
    warehouse.put([_head(row, manifest, hashes[row.source]) for row in changed])
    warehouse.put(mapped.odd)
    return Changes(before, changed)


def _buried(warehouse: Warehouse, tombstones: Iterable[ObservedTombstone]) -> list[Observed]:
    """Give the records that tombstones speak of, marked as gone; those never seen are nothing to us."""
    deletions = {row.source: row.deletion for row in tombstones}
    by_entity: dict[str, list[str]] = defaultdict(list)
    for head in warehouse.select(RecordHead, source=list(deletions)):
        by_entity[head.entity].append(head.source)
    rows = [row for entity, sources in by_entity.items() for row in warehouse.select(TABLES[entity], source=sources)]
    return [row.model_copy(update={"deletion": deletions[row.source]}) for row in rows if isinstance(row, Observed)]


def _gone(warehouse: Warehouse, manifest: Manifest, present: Iterable[str]) -> list[Observed]:
    """Give the members that left a set which was read to its proven end, marked as gone."""
    if manifest.mode != "set" or manifest.status != "complete":
        return []
    here = set(present)
    left: dict[str, list[str]] = defaultdict(list)
    for head in warehouse.select(RecordHead, system=manifest.system, stream=manifest.stream):
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
