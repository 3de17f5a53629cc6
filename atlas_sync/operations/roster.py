"""Roster: who is who, loaded for what is asked about. Our own people are always there, since any text may name them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from atlas_sync.canonical.card import Card
from atlas_sync.canonical.model import Client, Engagement, Person
from atlas_sync.canonical.normalize import domain_of, email_key, name_key
from atlas_sync.canonical.observed import ObservedRole, Participant
from atlas_sync.canonical.roster import Circle, Roster
from atlas_sync.operations.identify import words_before
from atlas_sync.store.partakers import partakers_in
from atlas_sync.store.tables import Identity
from atlas_sync.store.warehouse import Rows, Warehouse

__all__ = ["load_circles", "load_roster"]


def load_roster(
    rows: Rows, *, sources: Iterable[str] = (), addresses: Iterable[str | None] = (), names: Iterable[str] = ()
) -> Roster:
    """Give our own people and those whom some records, addresses or names may lead to, with all that leads to them."""
    words = words_before(rows)
    called = set(names)
    # A CRM calls whom it has no name of by their address.
    nameless = sorted(name for name in called if email_key(name))
    emails = sorted({key for address in (*addresses, *nameless) if (key := email_key(address))})
    written = _humans(rows.select(Card, address=emails))
    users = _humans(rows.select(Card, kind="user"))
    ours = frozenset(domain for card in users if not card.of_tracker and (domain := domain_of(card.address)))
    accounts = {card.source: card for card in users if card.of_tracker and domain_of(card.address) not in ours}
    # Whoever has the name of an account may be whose it is.
    spelt = {*map(name_key, called), *(card.name_key for card in accounts.values())} - {""}
    named = _humans(rows.select(Card, name_key=sorted(spelt)) + rows.select(Card, name=nameless))
    wanted = {*sources, *(card.source for card in (*written, *named, *users))}
    ids = {row.entity_id for row in rows.select(Identity, kind="person", source=sorted(wanted))}
    found = rows.select(Person, id=sorted(ids)) + rows.select(Person, side="us")
    people = _in_order(rows, {person.id: person for person in found}.values())
    by_source = {source: person.id for person in people for source in person.sources}
    # Of several records with one address the one that changed last leads to its person, a user of ours before anybody else.
    leading = sorted(written, key=lambda card: card.kind == "user") + users
    return Roster(
        people={person.id: person for person in people},
        by_source=by_source,
        by_email={
            card.address: by_source[card.source] for card in leading if card.address and card.source in by_source
        },
        accounts=frozenset(person.id for person in people if accounts.keys() >= set(person.sources)),
        our_domains=ours,
        apart=words.different if words else frozenset(),
    )


def load_circles(warehouse: Warehouse, engagements: Sequence[Engagement]) -> dict[str, Circle]:
    """Give whom a name may mean in each of some engagements, by their ids."""
    engagement_of = {source: one.id for one in engagements for source in one.deals}
    roles: dict[str, list[ObservedRole]] = defaultdict(list)
    for role in warehouse.select(ObservedRole, deal=list(engagement_of)):
        roles[engagement_of[role.deal]].append(role)
    told = [(name, Participant(ref=role.person)) for name, those in roles.items() for role in those]
    told += partakers_in(warehouse, [one.id for one in engagements])
    roster = load_roster(
        warehouse, sources=[one.ref for _name, one in told if one.ref], addresses=[one.email for _name, one in told]
    )
    people: dict[str, set[str]] = defaultdict(set)
    for name, one in told:
        people[name] |= {person.id} if (person := roster.person(one)) else set()
    clients = warehouse.select(Client, id=sorted({one.client_id for one in engagements if one.client_id}))
    domains = {client.id: client.domain for client in clients}
    return {
        one.id: Circle(one.client_id, domains.get(one.client_id or ""), roles[one.id], frozenset(people[one.id]))
        for one in engagements
    }


def _humans(cards: Iterable[Card]) -> list[Card]:
    return [card for card in cards if card.state != "past" and card.kind != "client"]


def _in_order(rows: Rows, people: Collection[Person]) -> list[Person]:
    """Order people by first sight, our users first."""
    sources = sorted({source for person in people for source in person.sources})
    place = {row.source: (_is_other(row.source), row.place) for row in rows.select(Identity, source=sources)}
    last = (True, len(place))
    return sorted(people, key=lambda one: min((place.get(source, last) for source in one.sources), default=last))


def _is_other(source: str) -> bool:
    return source.split(":", 2)[1] != "user"
