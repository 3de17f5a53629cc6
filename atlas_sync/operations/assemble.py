"""Assemble: from observed records to the engagements that changes touched, and only those."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from atlas_sync.canonical.engagement import build_contract, build_engagement, build_interaction, engagement_id_for
from atlas_sync.canonical.linking import Tracker
from atlas_sync.canonical.model import Client, Contract, DeliveryProject, Engagement, Interaction, WorkItem
from atlas_sync.canonical.observed import (
    ObservedContract,
    ObservedDeal,
    ObservedInteraction,
    ObservedRole,
    ObservedUser,
)
from atlas_sync.canonical.roster import Roster
from atlas_sync.operations.delivery import build_place, build_work_items, links_of, load_tracker
from atlas_sync.operations.identify import identify, load_roster, words_of
from atlas_sync.operations.judged import judgements_at
from atlas_sync.operations.pending import Changes, add_pending, done, note_changes, pending
from atlas_sync.operations.workspace import Workspace
from atlas_sync.store.tables import Identity, Taken
from atlas_sync.store.warehouse import Rows, Warehouse

__all__ = ["assemble"]


def assemble(workspace: Workspace, warehouse: Warehouse, *, judged_by: datetime | None = None) -> list[str]:
    """Make the touched engagements anew, ask for them to be read, and give their ids; nothing touched, nothing done.

    What people said of clients and people after `judged_by` is left to the next run.
    """
    words = words_of(judgements_at(workspace, judged_by))
    said = Taken(name="words on identity", value=repr((sorted(words.same), sorted(words.different))) if words else "")
    news = said.value != next((row.value for row in warehouse.select(Taken, name=said.name)), "")
    if news or pending(warehouse, "identify"):
        with warehouse.transaction():
            note_changes(workspace, warehouse, Changes.of_identities(identify(warehouse, words)))
            warehouse.put([said])
            done(warehouse, "identify", ["all"])
    sources = pending(warehouse, "assemble")
    if not sources:
        return []
    deals = warehouse.select(ObservedDeal, source=sources)
    touched = [engagement_id_for(deal) for deal in deals]
    builder = _Builder(workspace, warehouse)
    with warehouse.transaction():
        living = [deal for deal in deals if deal.deletion is None]
        warehouse.replace(Engagement, [builder.engagement(deal) for deal in living], engagements=touched)
        warehouse.replace(
            Interaction, [row for deal in living for row in builder.interactions(deal)], engagements=touched
        )
        warehouse.replace(Contract, [row for deal in living for row in builder.contracts(deal)], engagements=touched)
        places, items = builder.delivery(living)
        warehouse.replace(DeliveryProject, places, engagements=touched)
        warehouse.replace(WorkItem, items, engagements=touched)
        add_pending(warehouse, "read", touched)
        done(warehouse, "assemble", sources)
    return touched


class _Builder:
    """Everything that several engagements share while they are made, loaded once."""

    def __init__(self, workspace: Workspace, rows: Rows) -> None:
        self._workspace = workspace
        self._rows = rows
        self._roster: Roster = load_roster(rows)
        self._tracker: Tracker = load_tracker(workspace, rows)
        self._owners = {user.source: user for user in rows.select(ObservedUser)}
        self._clients = {client.id: client for client in rows.select(Client)}
        self._client_ids = {row.source: row.entity_id for row in rows.select(Identity, kind="client")}

    def _client(self, deal: ObservedDeal) -> Client | None:
        return self._clients.get(self._client_ids.get(deal.client or "", ""))

    def engagement(self, deal: ObservedDeal) -> Engagement:
        owner = self._owners.get(deal.owner or "")
        return build_engagement(deal, engagement_id=engagement_id_for(deal), client=self._client(deal), owner=owner)

    def interactions(self, deal: ObservedDeal) -> list[Interaction]:
        roles = self._rows.select(ObservedRole, deal=deal.source, deletion=None)
        people = [
            person for role in roles if (person := self._roster.people.get(self._roster.by_source.get(role.person, "")))
        ]
        seen: Sequence[ObservedInteraction] = self._rows.select(ObservedInteraction, deals=[deal.source], deletion=None)
        return [
            build_interaction(
                one,
                engagement_id=engagement_id_for(deal),
                client=self._client(deal),
                roster=self._roster,
                deal_people=people,
            )
            for one in sorted(seen, key=lambda one: (one.at, one.source))
        ]

    def contracts(self, deal: ObservedDeal) -> list[Contract]:
        found = self._rows.select(ObservedContract, deal=deal.source, deletion=None)
        if deal.contract:
            found += self._rows.select(ObservedContract, source=deal.contract, deletion=None)
        return [build_contract(contract, engagement_id=engagement_id_for(deal)) for contract in found]

    def delivery(self, deals: Sequence[ObservedDeal]) -> tuple[list[DeliveryProject], list[WorkItem]]:
        places: list[DeliveryProject] = []
        items: dict[str, WorkItem] = {}
        for deal in deals:
            engagement_id = engagement_id_for(deal)
            for link in links_of(self._workspace, self._rows, deal, self._tracker):
                places.append(build_place(self._workspace, engagement_id, link))
                made = build_work_items(
                    self._rows, link, self._tracker, engagement_id=engagement_id, roster=self._roster
                )
                items |= {item.id: item for item in made}
        return places, list(items.values())
