"""Identify: give every client and person record its entity, once and for good, and merge what they say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, TypeVar

from atlas_sync.canonical.merge import merge_client, merge_person
from atlas_sync.canonical.model import Person, Side
from atlas_sync.canonical.normalize import domain_of, email_key
from atlas_sync.canonical.observed import Observed, ObservedClient, ObservedPerson, ObservedUser
from atlas_sync.canonical.resolution import Assignment, resolve_clients, resolve_people
from atlas_sync.canonical.roster import Roster
from atlas_sync.store.tables import Identity
from atlas_sync.store.warehouse import Rows, Warehouse

__all__ = ["identify", "load_roster"]

ObservedT = TypeVar("ObservedT", bound=Observed)


def identify(warehouse: Warehouse) -> None:
    """Give every client and person record its entity and merge the entities that changed."""
    known = {row.source: row.entity_id for row in warehouse.select(Identity)}
    clients = _by_first_sight(warehouse.select(ObservedClient), known)
    people = _by_first_sight(warehouse.select(ObservedPerson), known)
    users = _by_first_sight(warehouse.select(ObservedUser), known)
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


def _by_first_sight(rows: Iterable[ObservedT], known: Mapping[str, str]) -> list[ObservedT]:
    """Order records by when they were first seen, new ones last, so that an update never changes who leads."""
    order = {source: place for place, source in enumerate(known)}
    return sorted(rows, key=lambda row: (order.get(row.source, len(order)), row.source))


def _merge_people(
    people: Sequence[ObservedPerson],
    users: Sequence[ObservedUser],
    client_of: Mapping[str, str],
    person_of: Mapping[str, str],
) -> list[Person]:
    """Merge the records of each human: a user of ours is on our side, whatever else knows them."""
    ours = _our_domains(users)
    grouped: dict[str, list[ObservedPerson | ObservedUser]] = defaultdict(list)
    records: list[ObservedPerson | ObservedUser] = [*users, *people]
    for record in records:
        grouped[person_of[record.source]].append(record)
    merged = []
    for person_id, group in grouped.items():
        is_ours = any(isinstance(record, ObservedUser) or domain_of(record.email) in ours for record in group)
        employers = [record.client for record in group if isinstance(record, ObservedPerson) and record.client]
        client = next((client_of.get(employer) for employer in employers), None)
        side: Side = "us" if is_ours else "customer"
        merged.append(merge_person(person_id, group, side=side, client_id=None if is_ours else client))
    return merged


def _identity(kind: Literal["client", "person"], row: Assignment) -> Identity:
    return Identity(source=row.source, kind=kind, entity_id=row.entity_id, reason=row.reason)


def _our_domains(users: Iterable[ObservedUser]) -> frozenset[str]:
    return frozenset(domain for user in users if (domain := domain_of(user.email)))


def load_roster(rows: Rows) -> Roster:
    """Give everybody known, and what leads to them."""
    people = {person.id: person for person in rows.select(Person)}
    users = rows.select(ObservedUser)
    records: list[ObservedPerson | ObservedUser] = [*rows.select(ObservedPerson), *users]
    emails = {email: record.source for record in records if (email := email_key(record.email))}
    by_source = {row.source: row.entity_id for row in rows.select(Identity, kind="person")}
    return Roster(
        people=people,
        by_source=by_source,
        by_email={email: by_source[source] for email, source in emails.items()},
        our_domains=_our_domains(users),
    )
