"""Compose: put one engagement together from all deals of its sale: its values, conversation, contracts and delivery."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from atlas_sync.canonical.engagement import build_contract, build_interaction
from atlas_sync.canonical.identity import derive_id
from atlas_sync.canonical.linking import Tracker, items_of
from atlas_sync.canonical.model import (
    Client,
    Contract,
    DeliveryProject,
    Engagement,
    Interaction,
    Person,
    Statement,
    WorkItem,
)
from atlas_sync.canonical.observed import (
    ObservedClient,
    ObservedContract,
    ObservedDeal,
    ObservedInteraction,
    ObservedPerson,
    ObservedRole,
    ObservedUser,
    ObservedWorkItem,
)
from atlas_sync.canonical.roster import Roster
from atlas_sync.canonical.sale import build_engagement, deal_values, hear_deals, state_sale
from atlas_sync.operations.delivery import (
    build_place,
    build_work_items,
    client_names,
    links_of,
    load_tracker,
    unseen_of,
    without_closed,
)
from atlas_sync.operations.identify_deals import deals_of
from atlas_sync.operations.owned import signs_of_owned
from atlas_sync.operations.removal import taken_away
from atlas_sync.operations.roster import load_roster
from atlas_sync.operations.workspace import Workspace
from atlas_sync.store.judgements import Judgement
from atlas_sync.store.partakers import partakers
from atlas_sync.store.tables import Identity
from atlas_sync.store.warehouse import Warehouse

__all__ = ["Composed", "Composer"]

RecordT = TypeVar("RecordT")


@dataclass(frozen=True, slots=True)
class Composed:
    """One engagement put together; nothing of one whose deals are all gone."""

    engagements: Sequence[Engagement] = ()
    interactions: Sequence[Interaction] = ()
    contracts: Sequence[Contract] = ()
    places: Sequence[DeliveryProject] = ()
    items: Sequence[WorkItem] = ()
    statements: Sequence[Statement] = ()


class Composer:
    """Everything that several engagements share while they are put together, loaded once and for them alone."""

    def __init__(
        self,
        workspace: Workspace,
        warehouse: Warehouse,
        engagements: Sequence[str],
        *,
        judgements: Sequence[Judgement],
    ) -> None:
        self._workspace = workspace
        self._rows = rows = warehouse
        self._deals = deals_of(rows, engagements)
        deals = [deal for found in self._deals.values() for deal in found]
        roles = rows.select(ObservedRole, deal=[deal.source for deal in deals], deletion=None)
        sources, addresses = partakers(warehouse, [deal.source for deal in deals])
        sources |= {role.person for role in roles}
        self._roster: Roster = load_roster(rows, sources=sources, addresses=addresses)
        names = {*engagements, *(derive_id("eng", deal.source) for deal in deals)}
        self._owned = signs_of_owned(workspace, judgements, names)
        own = frozenset[str]().union(*self._owned.values())
        with closing(workspace.open_ledger()) as ledger:
            closed = taken_away(ledger, "closed")
        self._tracker: Tracker = without_closed(load_tracker(workspace, rows), closed, confirmed=own)
        self._client_names = client_names(rows, deals)
        self._owners = {user.source: user for user in rows.select(ObservedUser)}
        sold_to = rows.select(Identity, kind="client", source=sorted({deal.client for deal in deals if deal.client}))
        clients = rows.select(Client, id=sorted({row.entity_id for row in sold_to}))
        self._by_id = {client.id: client for client in clients}
        self._clients = {source: client for client in clients for source in client.sources}
        self._first_on: dict[str, list[str]] = defaultdict(list)
        for row in rows.select(Interaction, engagement_id=list(engagements)):
            self._first_on[row.source].append(row.deal)
        self._said: dict[str, list[Statement]] = defaultdict(list)
        self._told_by: dict[str, set[str]] = defaultdict(set)
        for one in rows.select(Statement, engagement_id=list(engagements)):
            self._said[one.engagement_id].append(one)
            if one.about == "deal":
                for source in (one.source, *(other.source for other in one.others)):
                    self._told_by[source].add(one.engagement_id)
        self._load_people(roles)

    def _load_people(self, roles: Sequence[ObservedRole]) -> None:
        """Load who is on the deals, the records of theirs and of the clients, and what a deal says by these."""
        self._on: dict[str, list[Person]] = defaultdict(list)
        for role in roles:
            if person := self._roster.people.get(self._roster.by_source.get(role.person, "")):
                self._on[role.deal].append(person)
        sources = sorted({source for people in self._on.values() for person in people for source in person.sources})
        self._humans: dict[str, ObservedPerson | ObservedUser] = {
            **{row.source: row for row in self._rows.select(ObservedPerson, source=sources)},
            **self._owners,
        }
        wanted = sorted(self._clients)
        self._companies = {row.source: row for row in self._rows.select(ObservedClient, source=wanted)}
        known = {**self._roster.by_source, **{source: client.id for source, client in self._clients.items()}}
        self._values = deal_values(self._companies, self._owners, known)

    def compose(self, engagement_id: str) -> Composed:
        """Put one engagement together."""
        deals = self._deals[engagement_id]
        living = [deal for deal in deals if deal.deletion is None]
        if not living:
            return Composed()
        precedence = self._workspace.precedence
        told = hear_deals(living, self._values, precedence)
        engagement = build_engagement(engagement_id, deals, told, clients=self._clients, owners=self._owners)
        people = list({one.id: one for deal in living for one in self._on[deal.source]}.values())
        client = self._by_id.get(engagement.client_id or "")
        places, items = self._delivery(engagement, deals)
        if engagement.stage == "won":
            unseen = unseen_of(self._workspace, deals, tracker=self._tracker, places=places)
            engagement = engagement.model_copy(update={"unseen_projects": unseen})
        return Composed(
            engagements=[engagement],
            interactions=self._interactions(engagement, living, people),
            contracts=self._contracts(engagement, living),
            places=places,
            items=items,
            statements=state_sale(
                engagement,
                told,
                client=_in_order(client.sources if client else (), self._companies),
                people={one.id: _in_order(one.sources, self._humans) for one in people},
                precedence=precedence,
                before=self._said_before(engagement),
            ),
        )

    def _said_before(self, engagement: Engagement) -> list[Statement]:
        """Give what was stated of a sale, and of those that any of its deals was in: what these say goes where the deals go."""
        were = {engagement.id}.union(*(self._told_by.get(deal, ()) for deal in engagement.sources))
        return [one for name in sorted(were) for one in self._said.get(name, ())]

    def _interactions(
        self, engagement: Engagement, deals: Sequence[ObservedDeal], people: Sequence[Person]
    ) -> list[Interaction]:
        """Make the conversation of all deals; what was said keeps its id when its deal joins another, or is merged away."""
        sources = [deal.source for deal in deals]
        seen: Sequence[ObservedInteraction] = self._rows.select(ObservedInteraction, deals=sources, deletion=None)
        client = self._by_id.get(engagement.client_id or "")
        made = []
        for one in sorted(seen, key=lambda one: (one.at, one.source)):
            first_on = [source for source in engagement.sources if source in self._first_on[one.source]]
            now_on = [source for source in sources if source in one.deals]
            made.append(
                build_interaction(
                    one,
                    engagement_id=engagement.id,
                    deal=(first_on or now_on)[0],
                    client=client,
                    roster=self._roster,
                    deal_people=people,
                )
            )
        return made

    def _contracts(self, engagement: Engagement, deals: Sequence[ObservedDeal]) -> list[Contract]:
        """Make the contracts of all deals, each once."""
        made: dict[str, Contract] = {}
        for deal in deals:
            found = self._rows.select(ObservedContract, deal=deal.source, deletion=None)
            found += self._rows.select(ObservedContract, source=deal.contract, deletion=None) if deal.contract else []
            for contract in found:
                row = build_contract(contract, engagement_id=engagement.id, deal=deal.source)
                made.setdefault(contract.source, row)
        return list(made.values())

    def _delivery(
        self, engagement: Engagement, deals: Sequence[ObservedDeal]
    ) -> tuple[list[DeliveryProject], list[WorkItem]]:
        places: list[DeliveryProject] = []
        items: dict[str, WorkItem] = {}
        for link in links_of(self._workspace, engagement, deals, tracker=self._tracker, clients=self._client_names):
            places.append(build_place(self._workspace, engagement.id, link))
            items |= self._work_items(engagement, items_of(link, self._tracker))
        items |= self._work_items(engagement, self._owned_by(engagement))
        return places, list(items.values())

    def _work_items(self, engagement: Engagement, found: Sequence[ObservedWorkItem]) -> dict[str, WorkItem]:
        made = build_work_items(self._rows, found, self._tracker, engagement_id=engagement.id, roster=self._roster)
        return {item.id: item for item in made}

    def _owned_by(self, engagement: Engagement) -> list[ObservedWorkItem]:
        """List the items that are a won engagement's own, also those that a team moved to another project than its."""
        if engagement.stage != "won":
            return []
        signs = frozenset[str]().union(*(self._owned.get(one, ()) for one in engagement.ids))
        return [item for sign in sorted(signs) for item in self._by_sign.get(sign, ())]

    @cached_property
    def _by_sign(self) -> Mapping[str, Sequence[ObservedWorkItem]]:
        """Give the items that are some engagement's own, in projects that are shown, by what they are known by."""
        wanted = frozenset[str]().union(*self._owned.values())
        found: dict[str, list[ObservedWorkItem]] = defaultdict(list)
        for item in self._tracker.items:
            if item.project in self._tracker.projects:
                for sign in wanted & {item.source, item.marker}:
                    found[sign].append(item)
        return found


def _in_order(sources: Iterable[str], records: Mapping[str, RecordT]) -> list[RecordT]:
    """Give the records of some sources, in order of first sight."""
    return [records[source] for source in sources if source in records]
