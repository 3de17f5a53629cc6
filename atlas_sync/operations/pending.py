"""What is still to be done: which deals, engagements and identities a change touches, kept in the warehouse until done.

The list is written in the transaction that takes a change in, and shortened in the one that works it off. So a run that
dies between two steps loses nothing, and each step can be a run of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Literal

from atlas_sync.canonical.identity import SourceRef
from atlas_sync.canonical.linking import Tracker
from atlas_sync.canonical.model import DeliveryProject, Engagement, Gap, WorkItem
from atlas_sync.canonical.observed import (
    Observed,
    ObservedClient,
    ObservedComment,
    ObservedContract,
    ObservedDeal,
    ObservedInteraction,
    ObservedLineItem,
    ObservedLink,
    ObservedPerson,
    ObservedProject,
    ObservedRole,
    ObservedUser,
    ObservedWatcher,
    ObservedWorkItem,
)
from atlas_sync.coverage.gaps import CLAIMS_ABSENCE
from atlas_sync.operations.delivery import claimed_by, client_names, links_of, load_tracker, unseen_of
from atlas_sync.operations.quarantine import Aside
from atlas_sync.operations.workspace import Workspace
from atlas_sync.store.affected import are_clients_affected, deals_affected, items_affected
from atlas_sync.store.landing import Manifest, Unread
from atlas_sync.store.tables import Pending, Quarantined
from atlas_sync.store.warehouse import Rows, Warehouse

__all__ = [
    "REFERRING",
    "Changes",
    "LastReads",
    "add_pending",
    "claiming_absence",
    "done",
    "last_reads",
    "note_affected",
    "note_changes",
    "note_licence",
    "pending",
]

LastReads = dict[tuple[str, str], Manifest]
"""The newest read that was taken in, by system and stream."""

Stage = Literal["identify", "assemble", "read", "compare", "unsold", "publish"]


REFERRING = (
    ObservedRole,
    ObservedLineItem,
    ObservedContract,
    ObservedInteraction,
    ObservedWorkItem,
    ObservedComment,
    ObservedLink,
    ObservedWatcher,
    ObservedProject,
)
"""Kinds of records of which the version before a change counts: what it spoke of is touched too, or the key it had is kept."""


class Changes:
    """What the records that one read changed lead to, as they were and as they are; the records themselves are let go.

    `quarantine` are those that it set aside or lifted.
    """

    def __init__(self) -> None:
        self.count = 0
        self.identifies = False
        self.deals: set[str] = set()
        self.contracts: set[str] = set()
        self.projects: set[str] = set()
        self.items: set[str] = set()
        self.quarantine: Sequence[Quarantined] = ()

    def add(self, before: Iterable[Observed], after: Sequence[Observed]) -> None:
        """Add some records that changed: as they were (those of `REFERRING` kinds that existed) and as they are.

        A work item that was known may be a sale's in whatever project it is.
        """
        self.count += len(after)
        self.identifies |= any(isinstance(row, ObservedClient | ObservedPerson | ObservedUser) for row in after)
        earlier = list(before)
        self.items |= {row.source for row in earlier if isinstance(row, ObservedWorkItem)}
        for row in (*earlier, *after):
            self._follow(row)

    def _follow(self, row: Observed) -> None:
        match row:
            case ObservedDeal():
                self.deals.add(row.source)
            case ObservedRole():
                self.deals.add(row.deal)
            case ObservedLineItem():
                self.deals.update([row.deal] if row.deal else [])
            case ObservedContract():
                self.deals.update([row.deal] if row.deal else [])
                self.contracts.add(row.source)
            case ObservedInteraction():
                self.deals.update(row.deals)
            case ObservedProject():
                self.projects.add(row.source)
            case ObservedWorkItem():
                self.projects |= _projects_of(row)
            case ObservedComment() | ObservedLink() | ObservedWatcher():
                self.items.add(row.work_item)
            case _:
                pass


def _projects_of(item: ObservedWorkItem) -> set[str]:
    """Name where an item is and where it was first: what was moved to where we see nothing may still be a sale's there."""
    return {item.project, item.moved_from or item.project}


def add_pending(warehouse: Warehouse, stage: Stage, subjects: Iterable[str]) -> None:
    """Ask for work; what is asked for already stays once."""
    warehouse.put(
        [Pending(key=f"{stage}/{subject}", stage=stage, subject=subject) for subject in sorted(set(subjects))]
    )


def pending(warehouse: Warehouse, stage: Stage) -> list[str]:
    """List what is to be done at a stage."""
    return sorted(row.subject for row in warehouse.select(Pending, stage=stage))


def done(warehouse: Warehouse, stage: Stage, subjects: Iterable[str]) -> None:
    """Take work off the list."""
    warehouse.delete(Pending, column="key", values=[f"{stage}/{subject}" for subject in subjects])


def note_changes(workspace: Workspace, warehouse: Warehouse, changes: Changes) -> None:
    """Ask for all that the changed records touch. The warehouse holds them already."""
    if changes.identifies:
        add_pending(warehouse, "identify", ["all"])
    if changes.projects:
        add_pending(warehouse, "unsold", ["all"])
    add_pending(warehouse, "assemble", _touched_deals(workspace, warehouse, changes))
    if changes.quarantine:
        _note_quarantine(workspace, warehouse, changes.quarantine)


def note_affected(workspace: Workspace, warehouse: Warehouse) -> None:
    """Ask for all that clients and people lead to of whom identity has just found something new.

    Where nothing was assembled yet every deal waits already.
    """
    if are_clients_affected(warehouse):
        add_pending(warehouse, "unsold", ["all"])
    if warehouse.count(Engagement):
        changes = Changes()
        changes.deals, changes.items = deals_affected(warehouse), items_affected(warehouse)
        add_pending(warehouse, "assemble", _touched_deals(workspace, warehouse, changes))


def _note_quarantine(workspace: Workspace, warehouse: Warehouse, records: Sequence[Quarantined]) -> None:
    """Ask to compare what records may belong to that were set aside or lifted: more or less is missing there for certain.

    So may it be where something is undecided: what a record led to when that was told, it may lead to no more.
    """
    claiming = claiming_absence(warehouse)
    touched = Aside(workspace, warehouse, records).of(claiming)
    undecided = {engagement for (engagement,) in warehouse.texts(Gap, "engagement_id", state="not_decidable")}
    add_pending(warehouse, "compare", [row.id for row in claiming if touched.get(row.id) or row.id in undecided])
    add_pending(warehouse, "unsold", ["all"])
    add_pending(warehouse, "publish", ["all"])


def _touched_deals(workspace: Workspace, warehouse: Warehouse, changes: Changes) -> set[str]:
    """Find the deals that changed records speak of, before and after the change."""
    deals = set(changes.deals)
    if changes.contracts:
        deals |= {deal.source for deal in warehouse.select(ObservedDeal, contract=sorted(changes.contracts))}
    return deals | _touched_by_delivery(workspace, warehouse, changes)


def _touched_by_delivery(workspace: Workspace, warehouse: Warehouse, changes: Changes) -> set[str]:
    """Find a deal of each won engagement that has, or whose place in the tracker holds or held, a changed record.

    So is one found that names a project which nobody shows now, and could be seen or be looked for nowhere before.
    """
    items = sorted(changes.items)
    nests = bool(changes.deals) and bool(warehouse.values(ObservedProject, "parent"))
    if not changes.projects and not items and not nests:
        return set()
    found_there = warehouse.select(ObservedWorkItem, source=items)
    projects = changes.projects.union(*(_projects_of(item) for item in found_there))
    tracker = load_tracker(workspace, warehouse)
    owners = {row.engagement_id for row in warehouse.select(WorkItem, source=items)}
    held: dict[str, set[str]] = defaultdict(set)
    for place in warehouse.select(DeliveryProject):
        held[place.engagement_id].add(place.source)
    won = warehouse.select(Engagement, stage="won")
    if nests:
        changed = warehouse.select(ObservedDeal, source=sorted(changes.deals), deletion=None)
        before = (held[row.id] for row in won if not changes.deals.isdisjoint(row.deals))
        projects |= _inner(tracker, set(claimed_by(workspace, changed, tracker)).union(*before))
    sources = [source for engagement in won for source in engagement.deals]
    deals = {deal.source: deal for deal in warehouse.select(ObservedDeal, source=sources)}
    clients = client_names(warehouse, deals.values())
    found: set[str] = set()
    for engagement in won:
        its = [deals[source] for source in engagement.deals if source in deals]
        links = links_of(workspace, engagement, its, tracker=tracker, clients=clients)
        there = {link.project.source for link in links} | held[engagement.id]
        unseen = unseen_of(workspace, its, tracker=tracker, places=links)
        if its and (engagement.id in owners or there & projects or unseen != engagement.unseen_projects):
            found.add(its[0].source)
    return found


def _inner(tracker: Tracker, projects: Iterable[str]) -> set[str]:
    """Give those of some projects that are inside another: whose sale has them depends on the deals that lead to them."""
    return {one for one in projects if one in tracker.projects and tracker.projects[one].parent}


def last_reads(warehouse: Warehouse) -> LastReads:
    """Give the newest read of each stream of a system."""
    newest = warehouse.newest(Manifest, per=("system", "stream"), by="run")
    return {(manifest.system, manifest.stream): manifest for manifest in newest}


def note_licence(workspace: Workspace, warehouse: Warehouse, manifests: Sequence[Manifest], *, last: LastReads) -> None:
    """Ask to compare all that depends on streams of which more or less could be read than the time before.

    The manifests are of one run, and not in the warehouse yet; where they are the newest, `last` holds them from now on.
    A stream that the run was to read first, and may not have come to, counts as less.
    """
    systems: set[str] = set()
    is_everywhere = False
    for manifest in manifests:
        before = last.get((manifest.system, manifest.stream))
        if before is not None and before.run > manifest.run:
            continue
        last[manifest.system, manifest.stream] = manifest
        was, now = (_unread(one, last) if one else [] for one in (before, manifest))
        if before is None or (*_told(before), was) != (*_told(manifest), now):
            systems.add(manifest.system)
            # A person may be known to any CRM, and a promise be kept in any tracker.
            feeds = {*manifest.feeds, *(feed for one in (*was, *now) for feed in one.feeds)}
            is_everywhere |= "people" in feeds or workspace.connections[manifest.system].role == "tracker"
    if not systems:
        return
    add_pending(warehouse, "unsold", ["all"])
    add_pending(
        warehouse,
        "compare",
        [
            row.id
            for row in claiming_absence(warehouse)
            if is_everywhere or row.unseen_deals or systems & {SourceRef.parse(source).system for source in row.deals}
        ],
    )


def _told(manifest: Manifest) -> tuple[str, str, str]:
    return manifest.status, manifest.reason, manifest.withheld


def claiming_absence(rows: Rows) -> list[Engagement]:
    """List the engagements of which something may be called absent: those that are won, and others with such a gap."""
    found = rows.texts(Gap, "engagement_id", "state", kind=list(CLAIMS_ABSENCE))
    others = sorted({engagement for engagement, state in found if state != "resolved"})
    won = rows.select(Engagement, stage="won")
    return [*won, *(row for row in rows.select(Engagement, id=others) if row.stage != "won")]


def _unread(manifest: Manifest, last: LastReads) -> list[Unread]:
    """List the streams that no run had read when a manifest was committed, nor since."""
    return [one for one in manifest.unread if (manifest.system, one.stream) not in last]
