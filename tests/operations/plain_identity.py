"""Identity record by record, over all of them each time: what `identify` has to come to, whatever it does to get there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, TypeVar

from pydantic import BaseModel

from atlas_sync.canonical.card import number_of
from atlas_sync.canonical.cluster import Words
from atlas_sync.canonical.model import Client, Person, Side
from atlas_sync.canonical.normalize import domain_of, email_key
from atlas_sync.canonical.observed import Observed, ObservedClient, ObservedPerson, ObservedUser
from atlas_sync.canonical.resolution import Assignment, resolve
from atlas_sync.canonical.roster import Roster
from atlas_sync.canonical.statement import Precedence
from atlas_sync.operations.identify import as_unsure
from atlas_sync.store.tables import Identity, Unsure
from atlas_sync.store.warehouse import Rows, Warehouse
from tests.canonical.plain_records import (
    keyed_clients,
    keyed_people,
    merge_client,
    merge_person,
    unsure_clients,
    unsure_people,
)

__all__ = ["everybody", "identify_plainly"]

_NOBODY = Words()
_FIRST_SEEN = Precedence()

ObservedT = TypeVar("ObservedT", bound=Observed)


def identify_plainly(warehouse: Warehouse, words: Words = _NOBODY, precedence: Precedence = _FIRST_SEEN) -> None:
    """Give every client and person record its entity, and merge the entities.

    What people said is applied to what keys gave at first sight, so that it can be taken back without a trace.
    """
    rows = sorted(warehouse.select(Identity, kind=["client", "person"]), key=lambda row: row.place)
    known = {row.source: row.base_id or row.entity_id for row in rows}
    before = {row.source: row.entity_id for row in rows}
    clients = _by_first_sight(warehouse.select(ObservedClient), known)
    people = _by_first_sight(warehouse.select(ObservedPerson), known)
    users = _by_first_sight(warehouse.select(ObservedUser), known)
    client_records = keyed_clients(clients)
    of_client = resolve("cli", client_records, known, words)
    client_of = {row.source: row.entity_id for row in of_client}
    people_records = keyed_people(people, users, client_of)
    of_person = resolve("per", people_records, known, words)
    person_of = {row.source: row.entity_id for row in of_person}
    places = {source: place for place, source in enumerate(known)}
    fresh = [_identity("client", row, places) for row in of_client] + [
        _identity("person", row, places) for row in of_person
    ]
    warehouse.put([row for row in fresh if before.get(row.source) != row.entity_id])
    by_client: dict[str, list[ObservedClient]] = defaultdict(list)
    for client in clients:
        by_client[client_of[client.source]].append(client)
    _replace_all(
        warehouse, [merge_client(client_id, records, precedence) for client_id, records in by_client.items()], Client
    )
    _replace_all(warehouse, _merge_people(people, users, client_of, person_of, precedence=precedence), Person)
    unsure = as_unsure("client", unsure_clients(client_records, client_of, words), client_of)
    unsure += as_unsure("person", unsure_people(people_records, person_of, words), person_of)
    for kind in ("client", "person"):
        warehouse.delete(Unsure, column="kind", values=[kind])
    warehouse.put(unsure)


def _replace_all(warehouse: Warehouse, rows: Sequence[BaseModel], kind: type[BaseModel]) -> None:
    """Make some rows all that a table holds."""
    kept = {str(getattr(row, "id", "")) for row in rows}
    warehouse.delete(kind, column="id", values=[key for (key,) in warehouse.keys(kind) if key not in kept])
    warehouse.put(rows)


def _by_first_sight(rows: Iterable[ObservedT], known: Mapping[str, str]) -> list[ObservedT]:
    """Order records by when they were first seen, new ones last, so that an update never changes who leads."""
    order = {source: place for place, source in enumerate(known)}
    return sorted(rows, key=lambda row: (order.get(row.source, len(order)), row.source))


def _merge_people(
    people: Sequence[ObservedPerson],
    users: Sequence[ObservedUser],
    client_of: Mapping[str, str],
    person_of: Mapping[str, str],
    *,
    precedence: Precedence,
) -> list[Person]:
    """Merge the records of each human: who sells is on our side, whatever else knows them; a tracker's user may be a guest."""
    ours = _our_domains(users)
    grouped: dict[str, list[ObservedPerson | ObservedUser]] = defaultdict(list)
    records: list[ObservedPerson | ObservedUser] = [*users, *people]
    for record in records:
        grouped[person_of[record.source]].append(record)
    merged = []
    for person_id, group in grouped.items():
        group.sort(key=_place)
        users_only = all(isinstance(record, ObservedUser) for record in group)
        is_ours = users_only or any(_is_ours(record, ours) for record in group)
        employers = [record.client for record in group if isinstance(record, ObservedPerson) and record.client]
        client = next((client_of.get(employer) for employer in employers), None)
        side: Side = "us" if is_ours else "customer"
        client_id = None if is_ours else client
        merged.append(merge_person(person_id, group, side=side, client_id=client_id, precedence=precedence))
    return merged


def _identity(kind: Literal["client", "person"], row: Assignment, places: dict[str, int]) -> Identity:
    place = places.setdefault(row.source, len(places))
    base = row.base_id if row.base_id != row.entity_id else ""
    return Identity(
        source=row.source,
        kind=kind,
        entity_id=row.entity_id,
        reason=row.reason,
        base_id=base,
        place=place,
        number=number_of(row.source),
    )


def _place(record: ObservedPerson | ObservedUser) -> int:
    """Give whose word goes first: who sells, then whom a CRM knows, then the tracker's users."""
    return (2 if record.of_tracker else 0) if isinstance(record, ObservedUser) else 1


def _our_domains(users: Iterable[ObservedUser]) -> frozenset[str]:
    return frozenset(domain for user in users if not user.of_tracker and (domain := domain_of(user.email)))


def _is_ours(record: ObservedPerson | ObservedUser, ours: frozenset[str]) -> bool:
    return (isinstance(record, ObservedUser) and not record.of_tracker) or domain_of(record.email) in ours


def everybody(rows: Rows) -> Roster:
    """Give everybody known, and what leads to them."""
    people = {person.id: person for person in rows.select(Person)}
    users = rows.select(ObservedUser)
    records: list[ObservedPerson | ObservedUser] = [*rows.select(ObservedPerson), *users]
    emails = {email: record.source for record in records if (email := email_key(record.email))}
    by_source = {row.source: row.entity_id for row in rows.select(Identity, kind="person")}
    ours = _our_domains(users)
    accounts = {one.source for one in users if one.of_tracker and domain_of(one.email) not in ours}
    return Roster(
        accounts=frozenset(one.id for one in people.values() if accounts >= set(one.sources)),
        people=people,
        by_source=by_source,
        by_email={email: by_source[source] for email, source in emails.items()},
        our_domains=ours,
    )
