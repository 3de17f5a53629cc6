"""Which records speak of the same client or person. Deterministic keys only; what they leave open stays apart.

Each decision carries its reason. Ids are given at first sight and kept: a record that joins later takes the id of the
cluster it joins.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from atlas_sync.canonical.identity import derive_id
from atlas_sync.canonical.normalize import company_key, domain_of, email_key, person_key
from atlas_sync.canonical.observed import ObservedClient, ObservedPerson, ObservedUser

__all__ = ["Assignment", "resolve_clients", "resolve_people"]

_MIN_NAME_WORDS = 2


@dataclass(frozen=True, slots=True)
class Assignment:
    """A record's entity and why it is that one."""

    source: str
    entity_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Keyed:
    source: str
    keys: tuple[tuple[str, str], ...]


def resolve_clients(clients: Sequence[ObservedClient], known: Mapping[str, str]) -> list[Assignment]:
    """Assign every client record to a client: same merged record, same domain, or same name without its legal form.

    `known` are earlier assignments by source; they hold. Records are taken in the order given.
    """
    keyed = []
    for client in clients:
        keys = [("the same record after a merge", client.merged_into or client.source)]
        if domain := domain_of(f"x@{client.domain}" if client.domain else None):
            keys.append(("the same domain", domain))
        if name := company_key(client.name):
            keys.append(("the same name", name))
        keyed.append(_Keyed(client.source, tuple(keys)))
    return _assign("cli", keyed, known)


def resolve_people(
    people: Sequence[ObservedPerson],
    users: Sequence[ObservedUser],
    client_of: Mapping[str, str],
    known: Mapping[str, str],
) -> list[Assignment]:
    """Assign every person and user record to a human: same merged record, same address, same full name at one client.

    `client_of` gives the client id by client source. A single name is no key. Users match by address only, or by full
    name among users, since a tracker hides addresses.
    """
    keyed = []
    for person in people:
        keys = [("the same record after a merge", person.merged_into or person.source)]
        if email := email_key(person.email):
            keys.append(("the same e-mail", email))
        client = client_of.get(person.client or "")
        if client and len(person_key(person.name).split()) >= _MIN_NAME_WORDS:
            keys.append(("the same name at the same client", f"{client}/{person_key(person.name)}"))
        keyed.append(_Keyed(person.source, tuple(keys)))
    for user in users:
        keys = [("the same record", user.source)]
        if email := email_key(user.email):
            keys.append(("the same e-mail", email))
        if len(person_key(user.name).split()) >= _MIN_NAME_WORDS:
            keys.append(("the same name among our own", f"us/{person_key(user.name)}"))
        keyed.append(_Keyed(user.source, tuple(keys)))
    return _assign("per", keyed, known)


def _assign(prefix: str, records: Iterable[_Keyed], known: Mapping[str, str]) -> list[Assignment]:
    """Give each record the entity of the first key that is taken, and its other keys to that entity."""
    records = list(records)
    taken: dict[tuple[str, str], str] = {}
    for record in records:
        if entity := known.get(record.source):
            for key in record.keys:
                taken.setdefault(key, entity)
    assigned = []
    for record in records:
        reason, entity = "first seen", known.get(record.source)
        if entity is None:
            reason, entity = next(
                ((key[0], taken[key]) for key in record.keys if key in taken),
                ("first seen", derive_id(prefix, record.source)),
            )
        for key in record.keys:
            taken.setdefault(key, entity)
        assigned.append(Assignment(record.source, entity, reason))
    return assigned
