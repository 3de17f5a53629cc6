"""Intake: one landed read on its way into the warehouse, record by record.

A record that came as it was before is told by its hash and not looked into; of the others one counts as changed when its
mapped values differ, not when its stamp moved. One odd record is quarantined, never its page.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import msgspec

from atlas_sync import __version__
from atlas_sync.canonical.observed import (
    Deletion,
    Observed,
    ObservedClient,
    ObservedDeal,
    ObservedPerson,
    ObservedTombstone,
)
from atlas_sync.canonical.past import REMEMBERED, WITH_PAST, seen_in, with_past
from atlas_sync.connectors.protocol import StreamSpec
from atlas_sync.errors import MappingError
from atlas_sync.operations.pending import REFERRING, Changes
from atlas_sync.operations.quarantine import Quarantine
from atlas_sync.operations.sight import mapped_by
from atlas_sync.operations.workspace import Connection
from atlas_sync.store.heads import Heads, Said
from atlas_sync.store.landing import NOT_VISIBLE, Landing, Manifest, Part
from atlas_sync.store.parts import ids_path, read_ids, read_lines
from atlas_sync.store.tables import TABLES, Intake, Quarantined, RecordHead
from atlas_sync.store.warehouse import Warehouse

__all__ = ["BATCH_BYTES", "TakeIn", "counted"]

_ENTITIES = {kind: name for name, kind in TABLES.items()}
_BATCH, BATCH_BYTES = 4000, 16 << 20
"""Records that are objects at the same time."""


@dataclass(slots=True)
class _Batch:
    """Some records of a part, mapped. `rows` and `origin` (the landed record) are by source."""

    rows: dict[str, Observed] = field(default_factory=dict)
    origin: dict[str, str] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    odd: dict[str, Quarantined] = field(default_factory=dict)


def counted(manifest: Manifest, *, unused: int = 0, odd: int = 0, changed: int = 0) -> Intake:
    """Give how a read was taken in: what is neither unused nor odd is stored."""
    read = sum(part.records for part in manifest.parts)
    return Intake(
        system=manifest.system,
        stream=manifest.stream,
        run=manifest.run,
        read=read,
        stored=read - unused - odd,
        unused=unused,
        quarantined=odd,
        changed=changed,
    )


class TakeIn:
    """One manifest on its way into the warehouse, a batch of records at a time.

    One that is late, after others of later runs, tells of the past also where it says the same.
    """

    def __init__(
        self,
        landing: Landing,
        warehouse: Warehouse,
        connection: Connection,
        manifest: Manifest,
        *,
        is_late: bool = False,
    ) -> None:
        self._landing = landing
        self._warehouse = warehouse
        self._connection = connection
        self._manifest = manifest
        self._is_late = is_late
        self._changes = Changes()
        self._quarantine = Quarantine(warehouse, connection.mapper, manifest)
        mapping = f"{__version__}/{mapped_by(connection.mapper, manifest.stream)}"
        self._heads = Heads(
            warehouse, system=manifest.system, stream=manifest.stream, run=manifest.run, mapping=mapping
        )
        self._unused = 0
        self._odd = 0
        self._said: set[str] = set()
        self._left: set[tuple[str, str]] = set()

    @cached_property
    def _spec(self) -> StreamSpec | None:
        specs = self._connection.open_reader().streams()
        return next((spec for spec in specs if spec.name == self._manifest.stream), None)

    def run(self) -> tuple[Intake, Changes]:
        """Take in all parts, and give the counts and what changed."""
        manifest = self._manifest
        for part in manifest.parts:
            self._take_part(part)
        is_whole_set = manifest.mode == "set" and manifest.status == "complete"
        if is_whole_set:
            self._quarantine.lift_absent()
        if is_whole_set and not self._odd:
            left = sorted(one for one in self._left if one[0] not in self._said)
            gone = self._marked([*self._heads.absent(), *left], {})
            self._store({row.source: row for row in gone}, {})
        if manifest.mode == "increment" and manifest.status == "complete" and manifest.since is None:
            self._bury_left_behind()
        self._changes.quarantine = self._quarantine.changed
        counts = counted(manifest, unused=self._unused, odd=self._odd, changed=self._changes.count)
        return counts, self._changes

    def _bury_left_behind(self) -> None:
        """Mark as gone what an earlier version read as part of another stream, and this first read did not tell again."""
        if self._spec and self._spec.came_from:
            stream, kind = self._spec.came_from
            gone = self._marked(self._heads.told_by(stream, kind), {}, otherwise="not_visible")
            self._store({row.source: row for row in gone}, {})

    def _take_part(self, part: Part) -> None:
        path = self._landing.part_path(self._manifest, part)
        staged = self._heads.stage(ids_path(path))
        self._unused += staged.unused
        if self._manifest.mode == "set":
            self._heads.note_present()
        unused: list[str] = []
        odd: list[str] = []
        for records in _batches(path, staged.lines):
            batch = self._mapped(records)
            self._take_in(batch)
            unused += batch.unused
            odd += batch.odd
        self._unused += len(unused)
        self._odd += len(odd)
        self._heads.keep(unused=unused, odd=odd)

    def _mapped(self, records: Sequence[tuple[str, bytes]]) -> _Batch:
        batch = _Batch()
        for remote_id, body in records:
            if body == NOT_VISIBLE:
                batch.vanished.append(remote_id)
                continue
            try:
                record = msgspec.json.decode(body)
                rows = self._connection.mapper.map_record(self._manifest.stream, record)
            except MappingError as error:
                batch.odd[remote_id] = self._quarantine.refused(remote_id, record, error)
            except (msgspec.DecodeError, UnicodeDecodeError):
                batch.odd[remote_id] = self._quarantine.unparsed(remote_id)
            else:
                batch.ids.append(remote_id)
                batch.unused += [] if rows else [remote_id]
                batch.rows |= {row.source: seen_in(row, self._manifest.run) for row in rows}
                batch.origin |= {row.source: remote_id for row in rows}
        return batch

    def _take_in(self, batch: _Batch) -> None:
        deletions = {row.source: row.deletion for row in batch.rows.values() if isinstance(row, ObservedTombstone)}
        heads = self._warehouse.select(RecordHead, source=list(deletions))
        into = {row.source: row.merged_into for row in batch.rows.values() if isinstance(row, ObservedTombstone)}
        buried = [_joined(row, into) for row in self._marked([(head.source, head.entity) for head in heads], deletions)]
        vanished = self._marked(self._of_records(batch.vanished), {}, otherwise="not_visible")
        rows = {source: row for source, row in batch.rows.items() if source not in deletions}
        parted = self._marked(self._parted(batch), {})
        self._store(rows | {row.source: row for row in (*buried, *vanished, *parted)}, batch.origin)
        if self._manifest.mode == "set":
            self._said |= batch.rows.keys()
            self._left |= set(self._of_records(batch.ids))
        self._quarantine.lift([*batch.ids, *batch.vanished], batch.rows.keys())
        self._quarantine.take(list(batch.odd.values()))

    def _parted(self, batch: _Batch) -> list[tuple[str, str]]:
        """List source and entity of the parts that records of a whole stream held before and hold no longer.

        A record that is gone says nothing of its parts; one that is read as nothing any more has none.
        """
        if self._manifest.mode == "set" or not batch.ids or not (self._spec and self._spec.whole):
            return []
        living = {batch.origin[row.source] for row in batch.rows.values() if not isinstance(row, ObservedTombstone)}
        return [one for one in self._of_records(sorted(living.union(batch.unused))) if one[0] not in batch.rows]

    def _of_records(self, ids: Sequence[str]) -> list[tuple[str, str]]:
        """List source and entity of what some landed records said before."""
        if not ids:
            return []
        manifest = self._manifest
        heads = self._warehouse.select(RecordHead, system=manifest.system, stream=manifest.stream, remote_id=ids)
        return [(head.source, head.entity) for head in heads]

    def _marked(
        self,
        found: Iterable[tuple[str, str]],
        deletions: Mapping[str, Deletion | None],
        *,
        otherwise: Deletion = "deleted",
    ) -> list[Observed]:
        """Give stored records marked as gone: as told, else as known before; what is not stored is nothing to us."""
        by_entity: dict[str, list[str]] = defaultdict(list)
        for source, entity in found:
            by_entity[entity].append(source)
        rows = [
            row
            for entity, sources in by_entity.items()
            for row in self._warehouse.select(TABLES[entity], source=sources)
            if isinstance(row, Observed)
        ]
        return [
            row.model_copy(update={"deletion": deletions.get(row.source) or row.deletion or otherwise}) for row in rows
        ]

    def _store(self, fresh: Mapping[str, Observed], origin: Mapping[str, str]) -> None:
        """Store the rows that differ from what is stored, with their heads."""
        if not fresh:
            return
        heads = self._heads.said(fresh)
        now = {source: self._head(row, heads.get(source), origin) for source, row in fresh.items()}
        changed = [
            row
            for source, row in fresh.items()
            if source not in heads
            or heads[source].hash != now[source].hash
            or (self._is_late and isinstance(row, WITH_PAST))
        ]
        before: dict[str, Observed] = {}
        for kind, same in _by_kind(changed).items():
            known = [row.source for row in same if row.source in heads] if issubclass(kind, REFERRING) else []
            before |= {row.source: row for row in self._warehouse.select(kind, source=known)}
            self._warehouse.put([with_past(row, before.get(row.source)) for row in same])
        self._warehouse.put([head for source, head in now.items() if _differs(head, heads.get(source))])
        self._changes.add(before.values(), changed)

    def _head(self, row: Observed, before: Said | None, origin: Mapping[str, str]) -> RecordHead:
        return RecordHead(
            source=row.source,
            entity=_ENTITIES[type(row)],
            system=self._manifest.system,
            stream=self._manifest.stream,
            hash=_hash(row),
            run=self._manifest.run,
            remote_id=origin.get(row.source) or (before.remote_id if before else ""),
        )


def _differs(head: RecordHead, before: Said | None) -> bool:
    """Tell if a record says something else than before, or comes from another landed record."""
    return before is None or (head.hash, head.remote_id) != before


def _picked(records: Iterable[tuple[str, bytes]], lines: Sequence[int]) -> Iterator[tuple[str, bytes]]:
    """Yield the records on the given lines, and open nothing where there are none."""
    wanted = iter(lines)
    line = next(wanted, None)
    if line is None:
        return
    for number, record in enumerate(records):
        if number == line:
            yield record
            line = next(wanted, None)
            if line is None:
                return


def _batches(path: Path, lines: Sequence[int]) -> Iterator[list[tuple[str, bytes]]]:
    """Yield records of a part in batches bounded in number and in bytes: what the engine holds of one must fit its memory."""
    batch: list[tuple[str, bytes]] = []
    held = 0
    for record in _picked(zip(read_ids(path), read_lines(path), strict=True), lines):
        batch.append(record)
        held += len(record[1])
        if len(batch) == _BATCH or held >= BATCH_BYTES:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch


def _by_kind(rows: Iterable[Observed]) -> dict[type[Observed], list[Observed]]:
    sorted_rows: dict[type[Observed], list[Observed]] = defaultdict(list)
    for row in rows:
        sorted_rows[type(row)].append(row)
    return sorted_rows


def _hash(row: Observed) -> str:
    """Hash what a record says; when it was last touched, and what we remember of it, is not part of it."""
    return hashlib.sha256(row.model_dump_json(exclude={"updated_at", *REMEMBERED}).encode()).hexdigest()


def _joined(row: Observed, into: Mapping[str, str | None]) -> Observed:
    """Give a record that is gone with what it was merged into, where its kind remembers that."""
    if into.get(row.source) is None or not isinstance(row, ObservedClient | ObservedPerson | ObservedDeal):
        return row
    return row.model_copy(update={"merged_into": into[row.source]})
