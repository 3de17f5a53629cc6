"""Several records of one thing become one entity: the first seen leads, the others fill what it leaves blank."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from atlas_sync.canonical.model import Client, Person, Side
from atlas_sync.canonical.normalize import email_key, shown_name
from atlas_sync.canonical.observed import ObservedClient, ObservedPerson, ObservedUser

__all__ = ["merge_client", "merge_person"]

RecordT = TypeVar("RecordT", ObservedClient, ObservedPerson, ObservedUser, ObservedPerson | ObservedUser)


def merge_client(client_id: str, records: Sequence[ObservedClient]) -> Client:
    """Make one client of its records, in order of precedence; other spellings are kept as aliases.

    Raises:
        ValueError: there is no record; a caller's mistake.
    """
    leading = _leading(records)
    names = list(dict.fromkeys(record.name for record in records))
    return Client(
        id=client_id,
        name=leading.name,
        domain=next((record.domain.lower() for record in records if record.domain), None),
        aliases=tuple(name for name in names if name != leading.name),
        sources=tuple(record.source for record in records),
    )


def merge_person(
    person_id: str, records: Sequence[ObservedPerson | ObservedUser], *, side: Side, client_id: str | None
) -> Person:
    """Make one person of their records, in order of precedence.

    Raises:
        ValueError: there is no record; a caller's mistake.
    """
    name = shown_name(_leading(records).name)
    names = list(dict.fromkeys(record.name for record in records))
    return Person(
        id=person_id,
        name=name,
        email=next((email for record in records if (email := email_key(record.email))), None),
        title=next((record.title for record in records if record.title), None),
        side=side,
        client_id=client_id,
        aliases=tuple(other for other in names if other != name),
        sources=tuple(record.source for record in records),
    )


def _leading(records: Sequence[RecordT]) -> RecordT:
    """Give the record that leads: the first that still exists, else the first."""
    if not records:
        raise ValueError("an entity needs at least one record")
    return next((record for record in records if record.deletion is None), records[0])
