"""Quarantine: records that cannot be read, from when they come in until they come readable, or word that they are gone.

While one is there nothing that it may hold is called missing: here is told whose it may be, `licence` says what that means.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any

from atlas_sync.canonical.identity import SourceRef
from atlas_sync.canonical.model import DeliveryProject, Engagement
from atlas_sync.canonical.observed import ObservedDeal, ObservedLink, ObservedWorkItem
from atlas_sync.connectors.protocol import Mapper
from atlas_sync.errors import MappingError
from atlas_sync.operations.legible import Legible, legible, sale_names
from atlas_sync.operations.workspace import Workspace
from atlas_sync.store.landing import Manifest
from atlas_sync.store.tables import Quarantined
from atlas_sync.store.warehouse import Rows, Warehouse

__all__ = ["Aside", "Quarantine", "Streams", "by_stream"]

Streams = Mapping[tuple[str, str], Sequence[Quarantined]]
"""Records that are set aside, by system and stream; of an engagement, those first that say that they belong to it."""

_SOURCE = attrgetter("source")


class Quarantine:
    """What one read sets aside and what it lifts; `changed` are the records of which something else holds since."""

    def __init__(self, warehouse: Warehouse, mapper: Mapper, manifest: Manifest) -> None:
        self._warehouse = warehouse
        self._mapper = mapper
        self._manifest = manifest
        # What a later run set aside, a read that is taken in late says nothing of.
        known = warehouse.select(Quarantined, system=manifest.system)
        self._held = {row.source: row for row in known if row.run <= manifest.run}
        self._later = {row.source for row in known} - self._held.keys()
        self.changed: list[Quarantined] = []

    def refused(self, remote_id: str, record: Mapping[str, Any], error: MappingError) -> Quarantined:
        """Give the row of a record that its mapper refuses."""
        told = legible(self._mapper, self._manifest.stream, record, error)
        return self._row(remote_id, path=error.path, reason=error.summary, told=told)

    def unparsed(self, remote_id: str) -> Quarantined:
        """Give the row of a record that is no JSON."""
        return self._row(remote_id, path="$", reason="not JSON", told=Legible())

    def take(self, rows: Sequence[Quarantined]) -> None:
        """Set records aside."""
        rows = [row for row in rows if row.source not in self._later]
        for row in rows:
            before = self._held.get(row.source)
            if before is None or before.model_copy(update={"run": row.run}) != row:
                self.changed += [row] if before is None else [row, before]
            self._held[row.source] = row
        self._warehouse.put(rows)

    def lift(self, ids: Iterable[str], observed: Collection[str]) -> None:
        """Lift what came in after all, by its id in this stream, or as the observed record that it would be in any other."""
        if self._held:
            came = {self._source(remote_id) for remote_id in ids}
            self._drop([row for row in self._held.values() if row.source in came or row.would_be in observed])

    def lift_absent(self) -> None:
        """Lift what this complete set does not hold any more."""
        own = (row for row in self._held.values() if row.stream == self._manifest.stream)
        self._drop([row for row in own if row.run != self._manifest.run])

    def _drop(self, rows: Sequence[Quarantined]) -> None:
        if rows:
            self._warehouse.delete(Quarantined, column="source", values=[row.source for row in rows])
            self.changed += rows
            for row in rows:
                del self._held[row.source]

    def _source(self, remote_id: str) -> str:
        return str(SourceRef(self._manifest.system, self._manifest.stream, remote_id))

    def _row(self, remote_id: str, *, path: str, reason: str, told: Legible) -> Quarantined:
        return Quarantined(
            source=self._source(remote_id),
            system=self._manifest.system,
            stream=self._manifest.stream,
            run=self._manifest.run,
            path=path,
            reason=reason,
            would_be=told.would_be,
            belongs_to=told.belongs_to,
        )


class Aside:
    """The records that are set aside, of all or of some, by the engagements that they may belong to.

    That is one that says so, one that does not say whose it is, and, where an engagement has no certain place in a tracker,
    any record of a tracker: it may be what leads there.
    """

    def __init__(self, workspace: Workspace, rows: Rows, records: Sequence[Quarantined] | None = None) -> None:
        self._rows = rows
        self._leading: dict[str, list[Quarantined]] = defaultdict(list)
        records = sorted(rows.select(Quarantined) if records is None else records, key=_SOURCE)
        trackers = {connection.name for connection in workspace.connections.values() if connection.role == "tracker"}
        anybodys: list[Quarantined] = []
        unplaced: list[Quarantined] = []
        for row, names in zip(records, _led_to(rows, records), strict=True):
            anybodys += [] if names else [row]
            unplaced += [row] if not names or row.system in trackers else []
            for name in names:
                self._leading[name].append(row)
        # Shared by all engagements, so that many records of nobody in particular are not held once for each.
        self._anybodys, self._unplaced = by_stream(anybodys), by_stream(unplaced)

    def of(self, engagements: Sequence[Engagement]) -> Mapping[str, Streams]:
        """Give by engagement the records that may belong to it."""
        if not self._leading and not self._anybodys:
            return {}
        names_of, placed = _names_of(self._rows, engagements)
        return {
            one.id: self._with(names_of[one.id], self._anybodys if one.id in placed else self._unplaced)
            for one in engagements
        }

    def _with(self, names: Iterable[str], others: Streams) -> Streams:
        """Put the records that lead to some names before the others."""
        its = {row.source: row for name in names for row in self._leading.get(name, ())}
        found = by_stream(sorted(its.values(), key=_SOURCE))
        rest = {stream: [row for row in others.get(stream, ()) if row.source not in its] for stream in found}
        return {**others, **{stream: [*rows, *rest[stream]] for stream, rows in found.items()}}


def by_stream(records: Iterable[Quarantined]) -> Streams:
    """Sort records by their streams."""
    found: dict[tuple[str, str], list[Quarantined]] = defaultdict(list)
    for row in records:
        found[row.system, row.stream].append(row)
    return dict(found)


def _led_to(rows: Rows, records: Sequence[Quarantined]) -> Iterator[set[str]]:
    """Yield what each record belongs to, and where its work items lead, projects and pages; nothing where one is unknown."""
    items_of = [{one for one in row.belongs_to if one.startswith(f"{row.system}:work_item:")} for row in records]
    items = sorted(set[str]().union(*items_of))
    known = {
        item: project for item, project in rows.texts(ObservedWorkItem, "source", "project", source=items) if project
    }
    leads = defaultdict(set, {item: {project} for item, project in known.items()})
    for item, page in rows.texts(ObservedLink, "work_item", "url", work_item=items, deletion=None):
        leads[item].add(page)
    for row, its in zip(records, items_of, strict=True):
        is_told = not its - {row.would_be} - known.keys()
        yield set(row.belongs_to).union(*(leads[one] for one in its)) if is_told else set()


def _names_of(rows: Rows, engagements: Sequence[Engagement]) -> tuple[dict[str, set[str]], set[str]]:
    """Give what each engagement goes by, its deals, contracts, pages and projects; and those that have a certain place."""
    deals = {
        row.source: row for row in rows.select(ObservedDeal, source=[one for row in engagements for one in row.deals])
    }
    names: dict[str, set[str]] = defaultdict(set)
    for engagement in engagements:
        names[engagement.id] |= {*engagement.deals, *engagement.links, engagement.link or ""}
        for deal in (deals[source] for source in engagement.deals if source in deals):
            names[engagement.id] |= {*sale_names(deal.source, deal.cross_ids), deal.contract or ""}
    places = rows.select(DeliveryProject, engagement_id=[one.id for one in engagements])
    for place in places:
        names[place.engagement_id].add(place.source)
    return names, {place.engagement_id for place in places if place.certain}
