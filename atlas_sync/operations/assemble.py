"""Assemble: from observed records to the engagements that changes touched, and only those."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from atlas_sync.canonical.identity import SourceRef
from atlas_sync.canonical.model import (
    Contract,
    DeliveryProject,
    Engagement,
    Interaction,
    Stakeholder,
    Statement,
    WorkItem,
)
from atlas_sync.operations.compose import Composer
from atlas_sync.operations.delivery import settings_of
from atlas_sync.operations.identify import identify, is_order_new, judged_since, words_before, words_of
from atlas_sync.operations.identify_deals import identify_deals
from atlas_sync.operations.judged import judgements_at
from atlas_sync.operations.pending import add_pending, done, note_affected, pending
from atlas_sync.operations.workspace import Workspace
from atlas_sync.store.cards import are_current
from atlas_sync.store.judgements import Judgement
from atlas_sync.store.tables import Identity, Taken
from atlas_sync.store.warehouse import Warehouse

__all__ = ["assemble"]


def assemble(workspace: Workspace, warehouse: Warehouse, *, judged_by: datetime | None = None) -> list[str]:
    """Make the touched engagements anew, ask for them to be read, and give their ids; nothing touched, nothing done.

    What people said of clients, people and sales after `judged_by` is left to the next run. An engagement whose deals are gone,
    or part of another one now, is touched as well, and is no more. All are touched where the settings let another system's word
    go first, or set another place of delivery.
    """
    _ask_after_settings(workspace, warehouse)
    judgements = judgements_at(workspace, judged_by)
    words = words_of(judgements)
    before = words_before(warehouse)
    news, is_new_order = words != before, is_order_new(warehouse, workspace.precedence)
    if news or is_new_order or pending(warehouse, "identify") or not are_current(warehouse):
        with warehouse.transaction():
            identify(warehouse, words, workspace.precedence)
            note_affected(workspace, warehouse)
            if news:
                deals = [one for one in words.sources if SourceRef.parse(one).kind == "deal"]
                add_pending(warehouse, "assemble", deals)
                add_pending(warehouse, "read", _with_people(warehouse, judged_since(before, words)))
            if is_new_order:
                add_pending(warehouse, "assemble", [row.source for row in warehouse.select(Engagement)])
            if news or is_new_order:  # which may change people and clients that no engagement speaks of
                add_pending(warehouse, "publish", ["all"])
            done(warehouse, "identify", ["all"])
    sources = pending(warehouse, "assemble")
    if not sources:
        return []
    crms = [connection.name for connection in workspace.connections.values() if connection.role == "crm"]
    with warehouse.transaction():
        touched = sorted(identify_deals(warehouse, sources, words, systems=crms))
        _make(workspace, warehouse, touched, judgements)
        add_pending(warehouse, "read", touched)
        done(warehouse, "assemble", sources)
    return touched


def _ask_after_settings(workspace: Workspace, warehouse: Warehouse) -> None:
    """Ask for all engagements, and the projects that none leads to, where the settings of their places are others by now."""
    places = Taken(name="places of delivery", value=settings_of(workspace))
    if warehouse.select(Taken, name=places.name) != [places]:
        with warehouse.transaction():
            add_pending(warehouse, "assemble", [row.source for row in warehouse.select(Engagement)])
            add_pending(warehouse, "unsold", ["all"])
            add_pending(warehouse, "publish", ["all"])
            warehouse.put([places])


def _with_people(warehouse: Warehouse, sources: Collection[str]) -> list[str]:
    """List the engagements in which somebody of some records has a part: whether delivery knows them hangs on what is said."""
    people = {row.entity_id for row in warehouse.select(Identity, kind="person", source=sorted(sources))}
    return [row.engagement_id for row in warehouse.select(Stakeholder, person_id=sorted(people))]


def _make(workspace: Workspace, warehouse: Warehouse, touched: Sequence[str], judgements: Sequence[Judgement]) -> None:
    composer = Composer(workspace, warehouse, touched, judgements=judgements)
    made = [composer.compose(engagement) for engagement in touched]
    warehouse.replace(Engagement, [row for one in made for row in one.engagements], engagements=touched)
    warehouse.replace(Interaction, [row for one in made for row in one.interactions], engagements=touched)
    warehouse.replace(Contract, [row for one in made for row in one.contracts], engagements=touched)
    warehouse.replace(DeliveryProject, [row for one in made for row in one.places], engagements=touched)
    warehouse.replace(WorkItem, [row for one in made for row in one.items], engagements=touched)
    warehouse.replace(Statement, [row for one in made for row in one.statements], engagements=touched)
