"""Clients and people record by record: their keys, who is one with whom, what is left unsure, and how they are merged.

The store does the same for any number of records at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from atlas_sync.canonical.candidates import Candidate, score_clients, score_people, unsure
from atlas_sync.canonical.card import card_of
from atlas_sync.canonical.cluster import Words
from atlas_sync.canonical.model import Client, Person, Side
from atlas_sync.canonical.normalize import is_shared_mailbox, name_block
from atlas_sync.canonical.observed import ObservedClient, ObservedPerson, ObservedUser
from atlas_sync.canonical.resolution import Assignment, Keyed, keyed, resolve
from atlas_sync.canonical.sale import CLIENT_VALUES, PERSON_VALUES
from atlas_sync.canonical.statement import Precedence, Telling, heard

__all__ = [
    "keyed_clients",
    "keyed_people",
    "merge_client",
    "merge_person",
    "resolve_clients",
    "resolve_people",
    "unsure_clients",
    "unsure_people",
]

_NOBODY = Words()
_FIRST_SEEN = Precedence()

Human = ObservedPerson | ObservedUser
RecordT = TypeVar("RecordT", ObservedClient, Human)


def keyed_clients(clients: Iterable[ObservedClient]) -> list[Keyed]:
    """Give client records with their keys."""
    return [keyed(card_of(client)) for client in clients]


def keyed_people(
    people: Iterable[ObservedPerson], users: Iterable[ObservedUser], client_of: Mapping[str, str]
) -> list[Keyed]:
    """Give person and user records with their keys. `client_of` gives the client id by client source."""
    return [keyed(card_of(one), client_of.get(one.client or "")) for one in people] + [
        keyed(card_of(one)) for one in users
    ]


def resolve_clients(
    clients: Sequence[ObservedClient], known: Mapping[str, str], words: Words = _NOBODY
) -> list[Assignment]:
    """Assign every client record to a client; see `keyed_clients` and `resolve`."""
    return resolve("cli", keyed_clients(clients), known, words)


def resolve_people(
    people: Sequence[ObservedPerson],
    users: Sequence[ObservedUser],
    client_of: Mapping[str, str],
    known: Mapping[str, str],
    *,
    words: Words = _NOBODY,
) -> list[Assignment]:
    """Assign every person and user record to a human; see `keyed_people` and `resolve`."""
    return resolve("per", keyed_people(people, users, client_of), known, words)


def unsure_people(records: Sequence[Keyed], entity_of: Mapping[str, str], words: Words) -> list[Candidate]:
    """List pairs of people that may be one, the likeliest first: namesakes, initials, one address under two names."""
    return unsure(records, _people_blocks, score_people, entity_of=entity_of, words=words)


def unsure_clients(records: Sequence[Keyed], entity_of: Mapping[str, str], words: Words) -> list[Candidate]:
    """List pairs of companies that may be one, the likeliest first: one domain, or nearly one name."""
    return unsure(records, _client_blocks, score_clients, entity_of=entity_of, words=words)


def _people_blocks(record: Keyed) -> Iterator[str]:
    if record.address and not is_shared_mailbox(record.address):
        yield f"address {record.address}"
    if " " in record.name_key:
        yield f"name {record.name_key}"
    if block := name_block(record.name):
        yield f"nearly {block}"
    if record.noted_id:
        yield f"noted {record.noted_id}"


def _client_blocks(record: Keyed) -> Iterator[str]:
    words = record.name_key.split()
    if record.noted_id:
        yield f"noted {record.noted_id}"
    if record.domain:
        yield f"domain {record.domain}"
    if words:
        yield f"word {words[0]}"


def merge_client(client_id: str, records: Sequence[ObservedClient], precedence: Precedence = _FIRST_SEEN) -> Client:
    """Make one client of its records, in order of first sight; other spellings are kept as aliases."""
    name, names = _names(records, CLIENT_VALUES["name"], precedence)
    domains = heard(records, "domain", CLIENT_VALUES["domain"], precedence)
    return Client(
        id=client_id,
        name=name,
        domain=domains[0].told.value if domains else None,
        aliases=names,
        sources=tuple(record.source for record in records),
    )


def merge_person(
    person_id: str,
    records: Sequence[Human],
    *,
    side: Side,
    client_id: str | None,
    precedence: Precedence = _FIRST_SEEN,
) -> Person:
    """Make one person of their records, in order of first sight."""
    name, names = _names(records, PERSON_VALUES["name"], precedence)
    emails = heard(records, "email", PERSON_VALUES["email"], precedence)
    titles = heard(records, "title", PERSON_VALUES["title"], precedence)
    return Person(
        id=person_id,
        name=name,
        email=emails[0].told.value if emails else None,
        title=titles[0].told.value if titles else None,
        side=side,
        client_id=client_id,
        aliases=names,
        sources=tuple(record.source for record in records),
    )


def _names(
    records: Sequence[RecordT], telling: Telling[RecordT], precedence: Precedence
) -> tuple[str, tuple[str, ...]]:
    """Give the name that holds, and the other spellings in order of first sight."""
    name = heard(records, "name", telling, precedence)[0].told.value
    return name, tuple(other for other in dict.fromkeys(record.name for record in records) if other != name)
