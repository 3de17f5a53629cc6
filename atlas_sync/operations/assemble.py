"""Assemble: from observed records to the engagements they touch, and only those.

A changed record leads to the deals it speaks of, before and after the change; their engagements are made anew. Identities
are given first, since every name in an engagement goes through them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
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
from atlas_sync.canonical.merge import merge_client, merge_person
from atlas_sync.canonical.model import Client, Contract, DeliveryProject, Engagement, Interaction, Person, WorkItem
from atlas_sync.canonical.normalize import domain_of, email_key
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
from atlas_sync.canonical.resolution import Assignment, resolve_clients, resolve_people
from atlas_sync.canonical.roster import Roster
from atlas_sync.operations.canonicalize import Changes
from atlas_sync.operations.workspace import Workspace
from atlas_sync.store.tables import Identity
from atlas_sync.store.warehouse import Warehouse

__all__ = ["Assembled", "assemble"]

_TRACKER_KINDS: tuple[type[Observed], ...] = (ObservedProject, ObservedWorkItem, ObservedComment, ObservedLink)
_PEOPLE_KINDS: tuple[type[Observed], ...] = (ObservedClient, ObservedPerson, ObservedUser)


@dataclass(slots=True)
class Assembled:
    """The engagements that were made anew, by id, and the roster that names their people."""

    engagements: dict[str, Engagement] = field(default_factory=dict)
    roles: dict[str, list[ObservedRole]] = field(default_factory=dict)
    roster: Roster = field(default_factory=Roster)


def assemble(workspace: Workspace, warehouse: Warehouse, changes: Changes) -> Assembled:
    """Make the touched engagements anew and store them; nothing touched, nothing done."""
    if any(changes.after[kind] for kind in _PEOPLE_KINDS):
        with warehouse.transaction():
            _identify(warehouse)
    deals = _touched(workspace, warehouse, changes)
    if not deals:
        return Assembled()
    roster = _roster(warehouse)
    with warehouse.transaction():
        return _build(workspace, warehouse, deals, roster)


def _identify(warehouse: Warehouse) -> None:
    """Give every client and person record its entity and merge the entities that changed."""
    known = {row.source: row.entity_id for row in warehouse.select(Identity)}
    clients = warehouse.select(ObservedClient)
    people = warehouse.select(ObservedPerson)
    users = warehouse.select(ObservedUser)
    of_client = resolve_clients(clients, known)
    client_of = {row.source: row.entity_id for row in of_client}
    of_person = resolve_people(people, users, client_of=client_of, known=known)
    warehouse.put(
        [_identity("client", row) for row in of_client if row.source not in known]
        + [_identity("person", row) for row in of_person if row.source not in known]
    )
    by_client: dict[str, list[ObservedClient]] = defaultdict(list)
    for client in clients:
        by_client[client_of[client.source]].append(client)
    warehouse.put([merge_client(client_id, records) for client_id, records in by_client.items()])
    person_of = {row.source: row.entity_id for row in of_person}
    warehouse.put(_merge_people(people, users, client_of, person_of))


def _merge_people(
    people: Sequence[ObservedPerson],
    users: Sequence[ObservedUser],
    client_of: Mapping[str, str],
    person_of: Mapping[str, str],
) -> list[Person]:
    """Merge the records of each human: a user of ours is on our side, whatever else knows them."""
    ours = _our_domains(users)
    grouped: dict[str, list[ObservedPerson | ObservedUser]] = defaultdict(list)
    for record in (*users, *people):
        grouped[person_of[record.source]].append(record)
    merged = []
    for person_id, records in grouped.items():
        is_ours = any(isinstance(record, ObservedUser) or domain_of(record.email) in ours for record in records)
        client = next(
            (client_of.get(r.client or "") for r in records if isinstance(r, ObservedPerson) and r.client), None
        )
        side = "us" if is_ours else "customer"
        merged.append(merge_person(person_id, records, side=side, client_id=None if is_ours else client))
    return merged


def _identity(kind: str, row: Assignment) -> Identity:
    return Identity(source=row.source, kind=kind, entity_id=row.entity_id, reason=row.reason)


def _our_domains(users: Iterable[ObservedUser]) -> frozenset[str]:
    return frozenset(domain for user in users if (domain := domain_of(user.email)))


def _roster(warehouse: Warehouse) -> Roster:
    people = {person.id: person for person in warehouse.select(Person)}
    emails: dict[str, str] = {}
    for record in (*warehouse.select(ObservedPerson), *warehouse.select(ObservedUser)):
        if email := email_key(record.email):
            emails[email] = record.source
    by_source = {row.source: row.entity_id for row in warehouse.select(Identity, kind="person")}
    return Roster(
        people=people,
        by_source=by_source,
        by_email={email: by_source[source] for email, source in emails.items()},
        our_domains=_our_domains(warehouse.select(ObservedUser)),
    )


def _touched(workspace: Workspace, warehouse: Warehouse, changes: Changes) -> dict[str, ObservedDeal]:
    """Find the deals that changed records speak of, by source."""
    sources: set[str] = {row.source for row in changes.after[ObservedDeal]}
    for kind in (ObservedRole, ObservedLineItem, ObservedContract):
        sources.update(str(deal) for row in changes.both(kind) if (deal := getattr(row, "deal", None)))
    for row in changes.both(ObservedInteraction):
        sources.update(row.deals if isinstance(row, ObservedInteraction) else ())
    clients = [row.source for row in changes.after[ObservedClient]]
    clients += [str(row.client) for row in changes.both(ObservedContract) if getattr(row, "client", None)]  # type: ignore[attr-defined]  # narrowed by kind
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
    projects = {row.project for row in changes.both(ObservedWorkItem) if isinstance(row, ObservedWorkItem)}
    projects |= {row.source for row in changes.both(ObservedProject)}
    items = {row.work_item for row in changes.both(ObservedComment) if isinstance(row, ObservedComment)}
    items |= {row.work_item for row in changes.both(ObservedLink) if isinstance(row, ObservedLink)}
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
    rows: dict[type, list[object]] = defaultdict(list)
    for deal in deals.values():
        engagement_id = engagement_id_for(deal)
        client = clients.get(client_ids.get(deal.client or "", ""))
        if deal.deletion is None:
            engagement = build_engagement(
                deal, engagement_id=engagement_id, client=client, owner=owners.get(deal.owner or "")
            )
            built.engagements[engagement_id] = engagement
            rows[Engagement].append(engagement)
        built.roles[engagement_id] = [
            row for row in warehouse.select(ObservedRole, deal=deal.source) if not row.deletion
        ]
        rows[Interaction].extend(_interactions(warehouse, deal, client, roster, built.roles[engagement_id]))
        rows[Contract].extend(_contracts(warehouse, deal))
        for link in _links(workspace, warehouse, deal, tracker) if deal.stage == "won" else ():
            rows[DeliveryProject].append(_delivery(workspace, engagement_id, link))
            for item in items_of(link, tracker):
                assignee = roster.people.get(roster.by_source.get(item.assignee or "", ""))
                rows[WorkItem].append(
                    build_work_item(
                        item,
                        engagement_id=engagement_id,
                        project_key=link.project.key,
                        assignee=assignee.name if assignee else None,
                    )
                )
    touched = [engagement_id_for(deal) for deal in deals.values()]
    for kind in (Engagement, Interaction, Contract, DeliveryProject, WorkItem):
        warehouse.replace(kind, _unique(rows[kind]), engagements=touched)
    return built


def _unique(rows: Iterable[object]) -> list:
    return list({row.id: row for row in rows}.values())


def _interactions(
    warehouse: Warehouse, deal: ObservedDeal, client: Client | None, roster: Roster, roles: Sequence[ObservedRole]
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
