"""Several records of one thing become one entity: each value from the record whose word goes first, of those that tell it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from atlas_sync.canonical.model import Client, Person, Side
from atlas_sync.canonical.normalize import company_key, email_key, fold, person_key, shown_name
from atlas_sync.canonical.observed import ObservedClient, ObservedPerson, ObservedUser
from atlas_sync.canonical.statement import Precedence, Telling, Told, ValueName, heard

__all__ = ["CLIENT_VALUES", "PERSON_VALUES", "merge_client", "merge_person"]

Human = ObservedPerson | ObservedUser
RecordT = TypeVar("RecordT", ObservedClient, Human)


def _text(value: str | None) -> Told | None:
    return Told(value, fold(value)) if value else None


CLIENT_VALUES: Mapping[ValueName, Telling[ObservedClient]] = {
    "name": lambda record: Told(record.name, company_key(record.name)),
    "domain": lambda record: _text((record.domain or "").lower()),
}
PERSON_VALUES: Mapping[ValueName, Telling[Human]] = {
    "name": lambda record: Told(shown_name(record.name), person_key(record.name)),
    "email": lambda record: _text(email_key(record.email)),
    "title": lambda record: _text(record.title),
}
_FIRST_SEEN = Precedence()


def merge_client(client_id: str, records: Sequence[ObservedClient], precedence: Precedence = _FIRST_SEEN) -> Client:
    """Make one client of its records, in order of first sight; other spellings are kept as aliases.

    Raises:
        ValueError: there is no record; a caller's mistake.
    """
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
    """Make one person of their records, in order of first sight.

    Raises:
        ValueError: there is no record; a caller's mistake.
    """
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
    if not records:
        raise ValueError("an entity needs at least one record")
    name = heard(records, "name", telling, precedence)[0].told.value
    return name, tuple(other for other in dict.fromkeys(record.name for record in records) if other != name)
