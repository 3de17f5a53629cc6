"""Assemble: from observed records to the engagements they touch, and only those.

A changed record leads to the deals it speaks of, before and after the change; their engagements are made anew. Identities
are given first, since every name in an engagement goes through them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from atlas_sync.canonical.engagement import (
    build_contract,
    build_engagement,
    build_interaction,
    build_work_item,
    engagement_id_for,
)
from atlas_sync.canonical.identity import SourceRef, derive_id, marker_for
from atlas_sync.canonical.linking import Link, Tracker, find_links, items_of
from atlas_sync.canonical.model import Client, Contract, DeliveryProject, Engagement, Interaction, WorkItem
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
from atlas_sync.canonical.roster import Roster
from atlas_sync.operations.canonicalize import Changes
from atlas_sync.operations.identify import identify, load_roster
from atlas_sync.operations.workspace import Workspace
from atlas_sync.store.tables import Identity
from atlas_sync.store.warehouse import Warehouse

__all__ = ["Assembled", "assemble"]

_TRACKER_KINDS: tuple[type[Observed], ...] = (ObservedProject, ObservedWorkItem, ObservedComment, ObservedLink)
_PEOPLE_KINDS: tuple[type[Observed], ...] = (ObservedClient, ObservedPerson, ObservedUser)


@dataclass(slots=True)
class Assembled:
    """The engagements that were made anew, by id, and the roster that names their people.

    `touched` also names those whose deal is gone.
    """

    touched: list[str] = field(default_factory=list)
    engagements: dict[str, Engagement] = field(default_factory=dict)
    roles: dict[str, list[ObservedRole]] = field(default_factory=dict)
    roster: Roster = field(default_factory=Roster)


def assemble(workspace: Workspace, warehouse: Warehouse, changes: Changes) -> Assembled:
    """Make the touched engagements anew and store them; nothing touched, nothing done."""
    if any(changes.after[kind] for kind in _PEOPLE_KINDS):
        with warehouse.transaction():
            identify(warehouse)
    deals = _touched(workspace, warehouse, changes)
    if not deals:
        return Assembled()
    roster = load_roster(warehouse)
    with warehouse.transaction():
        return _build(workspace, warehouse, deals, roster)


def _touched(workspace: Workspace, warehouse: Warehouse, changes: Changes) -> dict[str, ObservedDeal]:
    """Find the deals that changed records speak of, by source."""
    sources: set[str] = {row.source for row in changes.after[ObservedDeal]}
    sources.update(row.deal for row in changes.both(ObservedRole))
    sources.update(row.deal for row in changes.both(ObservedLineItem) if row.deal)
    sources.update(row.deal for row in changes.both(ObservedContract) if row.deal)
    sources.update(deal for row in changes.both(ObservedInteraction) for deal in row.deals)
    clients = [row.source for row in changes.after[ObservedClient]]
    if clients:
        sources.update(deal.source for deal in warehouse.select(ObservedDeal, client=clients))
    people = [row.source for row in changes.after[ObservedPerson]]
    if people:
        sources.update(role.deal for role in warehouse.select(ObservedRole, person=people))
        sources.update(deal for row in warehouse.select(ObservedInteraction, persons=people) for deal in row.deals)
    if changes.after[ObservedUser] or any(changes.after[kind] for kind in _TRACKER_KINDS):
        sources.update(_touched_by_delivery(workspace, warehouse, changes))
    return {deal.source: deal for deal in warehouse.select(ObservedDeal, source=sorted(sources))}


def _touched_by_delivery(workspace: Workspace, warehouse: Warehouse, changes: Changes) -> set[str]:
    """Find the deals whose owner changed, or whose place in the tracker holds or held a changed record."""
    users = [row.source for row in changes.after[ObservedUser]]
    found = {deal.source for deal in warehouse.select(ObservedDeal, owner=users)} if users else set()
    if not any(changes.after[kind] for kind in _TRACKER_KINDS):
        return found
    projects = {row.project for row in changes.both(ObservedWorkItem)}
    projects |= {row.source for row in changes.both(ObservedProject)}
    items = {row.work_item for row in changes.both(ObservedComment)}
    items |= {row.work_item for row in changes.both(ObservedLink)}
    projects |= {item.project for item in warehouse.select(ObservedWorkItem, source=sorted(items))}
    tracker = _tracker(workspace, warehouse)
    linked = {row.engagement_id: row for row in warehouse.select(DeliveryProject)}
    for deal in warehouse.select(ObservedDeal, stage="won"):
        engagement = engagement_id_for(deal)
        before = linked.get(engagement)
        links = _links(workspace, warehouse, deal, tracker)
        if (before and before.source in projects) or any(link.project.source in projects for link in links):
            found.add(deal.source)
    return found


def _tracker(workspace: Workspace, warehouse: Warehouse) -> Tracker:
    projects = {row.source: row for row in warehouse.select(ObservedProject) if row.deletion is None}
    return Tracker(
        projects=projects,
        items=[row for row in warehouse.select(ObservedWorkItem) if row.deletion is None],
        links=[row for row in warehouse.select(ObservedLink) if row.deletion is None],
        shared=frozenset(workspace.delivery.default_project.values()),
    )


def _links(workspace: Workspace, warehouse: Warehouse, deal: ObservedDeal, tracker: Tracker) -> list[Link]:
    names = [client.name for client in warehouse.select(ObservedClient, source=deal.client or "")]
    engagement = engagement_id_for(deal)
    return find_links(
        deal,
        tracker,
        brief_marker=marker_for(workspace.tenant, engagement, "brief", engagement),
        client_names=names,
        configured=workspace.delivery.links.get(SourceRef.parse(deal.source).id),
    )


def _build(workspace: Workspace, warehouse: Warehouse, deals: Mapping[str, ObservedDeal], roster: Roster) -> Assembled:
    built = Assembled(roster=roster)
    client_ids = {row.source: row.entity_id for row in warehouse.select(Identity, kind="client")}
    clients = {client.id: client for client in warehouse.select(Client)}
    owners = {user.source: user for user in warehouse.select(ObservedUser)}
    tracker = _tracker(workspace, warehouse)
    interactions: list[Interaction] = []
    contracts: list[Contract] = []
    places: list[DeliveryProject] = []
    items: dict[str, WorkItem] = {}
    for deal in deals.values():
        engagement_id = engagement_id_for(deal)
        client = clients.get(client_ids.get(deal.client or "", ""))
        built.roles[engagement_id] = [
            row for row in warehouse.select(ObservedRole, deal=deal.source) if not row.deletion
        ]
        built.touched.append(engagement_id)
        if deal.deletion is not None:
            continue
        owner = owners.get(deal.owner or "")
        built.engagements[engagement_id] = build_engagement(
            deal, engagement_id=engagement_id, client=client, owner=owner
        )
        interactions += _interactions(warehouse, deal, client=client, roster=roster, roles=built.roles[engagement_id])
        contracts += _contracts(warehouse, deal)
        for link in _links(workspace, warehouse, deal, tracker) if deal.stage == "won" else ():
            places.append(_delivery(workspace, engagement_id, link))
            items |= {item.id: item for item in _work_items(link, tracker, engagement_id, roster)}
    warehouse.replace(Engagement, list(built.engagements.values()), engagements=built.touched)
    warehouse.replace(Interaction, interactions, engagements=built.touched)
    warehouse.replace(Contract, contracts, engagements=built.touched)
    warehouse.replace(DeliveryProject, places, engagements=built.touched)
    warehouse.replace(WorkItem, list(items.values()), engagements=built.touched)
    return built


def _work_items(link: Link, tracker: Tracker, engagement_id: str, roster: Roster) -> list[WorkItem]:
    made = []
    for item in items_of(link, tracker):
        assignee = roster.people.get(roster.by_source.get(item.assignee or "", ""))
        name = assignee.name if assignee else None
        made.append(build_work_item(item, engagement_id=engagement_id, project_key=link.project.key, assignee=name))
    return made


def _interactions(
    warehouse: Warehouse, deal: ObservedDeal, *, client: Client | None, roster: Roster, roles: Sequence[ObservedRole]
) -> list[Interaction]:
    people = [
        person for role in roles if (person := roster.people.get(roster.by_source.get(role.person, ""))) is not None
    ]
    return [
        build_interaction(seen, engagement_id=engagement_id_for(deal), client=client, roster=roster, deal_people=people)
        for seen in sorted(
            warehouse.select(ObservedInteraction, deals=[deal.source]), key=lambda row: (row.at, row.source)
        )
        if seen.deletion is None
    ]


def _contracts(warehouse: Warehouse, deal: ObservedDeal) -> list[Contract]:
    return [
        build_contract(contract, engagement_id=engagement_id_for(deal))
        for contract in warehouse.select(ObservedContract, deal=deal.source)
        if contract.deletion is None
    ]


def _delivery(workspace: Workspace, engagement_id: str, link: Link) -> DeliveryProject:
    return DeliveryProject(
        id=derive_id("del", engagement_id, link.project.source, link.epic or ""),
        engagement_id=engagement_id,
        source=link.project.source,
        key=link.project.key,
        name=link.project.name,
        link=link.project.link,
        how=link.how,
        audience=workspace.delivery.audience_of(link.project.key),
    )
