"""What is still to be done: which deals, engagements and identities a change touches, kept in the warehouse until done.

The list is written in the transaction that takes a change in, and shortened in the one that works it off. So a run that
dies between two steps loses nothing, and each step can be a run of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeVar

from atlas_sync.canonical.engagement import engagement_id_for
from atlas_sync.canonical.identity import SourceRef
from atlas_sync.canonical.model import DeliveryProject, Engagement
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
    ObservedWorkItem,
)
from atlas_sync.operations.delivery import links_of, load_tracker
from atlas_sync.operations.workspace import Workspace
from atlas_sync.store.landing import Manifest
from atlas_sync.store.tables import Pending
from atlas_sync.store.warehouse import Warehouse

__all__ = ["Changes", "add_pending", "done", "note_changes", "note_licence", "pending"]

Stage = Literal["identify", "assemble", "read", "compare"]
ObservedT = TypeVar("ObservedT", bound=Observed)


class Changes:
    """The records that one read changed: as they were (only those that existed) and as they are."""

    def __init__(self, before: Iterable[Observed], after: Iterable[Observed]) -> None:
        self.before = list(before)
        self.after = list(after)

    def of(self, kind: type[ObservedT]) -> list[ObservedT]:
        """Give the changed records of a kind, before and after."""
        return [row for row in (*self.before, *self.after) if isinstance(row, kind)]


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
    if any(isinstance(row, ObservedClient | ObservedPerson | ObservedUser) for row in changes.after):
        add_pending(warehouse, "identify", ["all"])
    add_pending(warehouse, "assemble", _touched_deals(workspace, warehouse, changes))


def _touched_deals(workspace: Workspace, warehouse: Warehouse, changes: Changes) -> set[str]:
    """Find the deals that changed records speak of, before and after the change."""
    deals = {row.source for row in changes.of(ObservedDeal)}
    deals |= {row.deal for row in changes.of(ObservedRole)}
    deals |= {row.deal for row in changes.of(ObservedLineItem) if row.deal}
    deals |= {row.deal for row in changes.of(ObservedContract) if row.deal}
    deals |= {deal for row in changes.of(ObservedInteraction) for deal in row.deals}
    if contracts := sorted({row.source for row in changes.of(ObservedContract)}):
        deals |= {deal.source for deal in warehouse.select(ObservedDeal, contract=contracts)}
    if clients := sorted({row.source for row in changes.of(ObservedClient)}):
        deals |= {deal.source for deal in warehouse.select(ObservedDeal, client=clients)}
    if people := sorted({row.source for row in changes.of(ObservedPerson)}):
        deals |= {role.deal for role in warehouse.select(ObservedRole, person=people)}
        deals |= {deal for row in warehouse.select(ObservedInteraction, persons=people) for deal in row.deals}
    if users := sorted({row.source for row in changes.of(ObservedUser)}):
        deals |= {deal.source for deal in warehouse.select(ObservedDeal, owner=users)}
    return deals | _touched_by_delivery(workspace, warehouse, changes)


def _touched_by_delivery(workspace: Workspace, warehouse: Warehouse, changes: Changes) -> set[str]:
    """Find the won deals whose place in the tracker holds, or held, a changed record."""
    projects = {row.source for row in changes.of(ObservedProject)}
    projects |= {row.project for row in changes.of(ObservedWorkItem)}
    items = {row.work_item for row in changes.of(ObservedComment)} | {row.work_item for row in changes.of(ObservedLink)}
    if not projects and not items:
        return set()
    projects |= {item.project for item in warehouse.select(ObservedWorkItem, source=sorted(items))}
    tracker = load_tracker(workspace, warehouse)
    before = {(place.engagement_id, place.source) for place in warehouse.select(DeliveryProject)}
    found: set[str] = set()
    for deal in warehouse.select(ObservedDeal, stage="won"):
        now = {link.project.source for link in links_of(workspace, warehouse, deal, tracker)}
        held = {source for engagement, source in before if engagement == engagement_id_for(deal)}
        if (now | held) & projects:
            found.add(deal.source)
    return found


def note_licence(workspace: Workspace, warehouse: Warehouse, manifest: Manifest) -> None:
    """Ask to compare all that depends on a stream of which more or less could be read than the time before."""
    earlier = [
        row
        for row in warehouse.select(Manifest, system=manifest.system, stream=manifest.stream)
        if row.run < manifest.run
    ]
    last = max(earlier, key=lambda row: row.run, default=None)
    if last is not None and (last.status, last.reason) == (manifest.status, manifest.reason):
        return
    is_tracker = workspace.connections[manifest.system].role == "tracker"
    add_pending(
        warehouse,
        "compare",
        [
            row.id
            for row in warehouse.select(Engagement, stage="won")
            if is_tracker or SourceRef.parse(row.source).system == manifest.system
        ],
    )
