"""Cards: what a client, a person or a user is compared by, worked out once for each version of its record.

What costs letter work is made here, in one place; what is done with it is in `resolution` and, for many at once, in the store.
"""

from __future__ import annotations

import hashlib
from typing import Literal

from pydantic import BaseModel, ConfigDict

from atlas_sync.canonical.normalize import (
    client_key,
    email_key,
    is_shared_mailbox,
    name_block,
    name_key,
    shown_name,
    site_domain,
)
from atlas_sync.canonical.observed import ObservedClient, ObservedPerson, ObservedUser

__all__ = ["CARDS_VERSION", "Card", "Recorded", "card_of", "number_of"]

Recorded = ObservedClient | ObservedPerson | ObservedUser
_SHORT, _LONG = 15, 18
CARDS_VERSION = "2"
"""Raised where records are compared, or what they say is merged, otherwise: all of them are looked at anew then."""


class Card(BaseModel):
    """A record's keys. `state` is new until identity took the card in; past is one that a newer card took the place of.

    `name` is as written, `shown` as said where that is another, `name_key` as compared, empty for whoever is called by nothing
    but a domain or an address, or by what is written where no name is known; `address` is a person's e-mail, or a
    client's domain as told, `domain` as compared. `own_id` and `noted` are ids that no two systems give alike: its own, and
    those noted of it elsewhere. Records that share a number of `by_address`, `by_name`, `nearly` or `by_noted` have one address
    (that of a client is its domain), one full name, nearly one, or the first of these ids; `number` stands for `source`, and
    `by_employer` for that of the employer; numbers, since finding those of a few among all is to compare them with all. A user
    `of_tracker` may be a customer's guest. `made_by` is the version of these rules.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    number: int = 0
    kind: Literal["client", "person", "user"]
    state: Literal["new", "now", "past"] = "new"
    made_by: str = CARDS_VERSION
    name: str
    shown: str | None = None
    name_key: str
    address: str | None = None
    is_shared: bool = False
    domain: str | None = None
    employer: str | None = None
    merged_into: str | None = None
    own_id: str | None = None
    noted: tuple[str, ...] = ()
    by_address: int | None = None
    by_name: int | None = None
    nearly: int | None = None
    by_noted: int | None = None
    by_employer: int | None = None
    title: str | None = None
    deletion: str | None = None
    of_tracker: bool = False


def card_of(record: Recorded) -> Card:
    """Make the card of a record."""
    if isinstance(record, ObservedClient):
        return _client_card(record)
    if isinstance(record, ObservedUser):
        return _human_card(record, "user").model_copy(update={"of_tracker": record.of_tracker})
    return _human_card(record, "person").model_copy(
        update={
            "employer": record.client or None,
            "by_employer": _number(record.client),
            "merged_into": record.merged_into or None,
            "own_id": _telling(record.source.split(":", 2)[2]),
            "noted": _noted(record),
            "by_noted": _number(_first_id(record)),
        }
    )


def _client_card(client: ObservedClient) -> Card:
    domain = site_domain(client.domain)
    name = client_key(client.name, client.domain)
    return Card(
        source=client.source,
        number=number_of(client.source),
        kind="client",
        name=client.name,
        name_key=name,
        address=(client.domain or "").lower() or None,
        domain=domain,
        merged_into=client.merged_into or None,
        own_id=_telling(client.source.split(":", 2)[2]),
        noted=_noted(client),
        by_address=_number(domain),
        by_name=_number(name),
        nearly=_number(name.partition(" ")[0]),
        by_noted=_number(_first_id(client)),
        deletion=client.deletion,
    )


def _human_card(human: ObservedPerson | ObservedUser, kind: Literal["person", "user"]) -> Card:
    name, shown, address = name_key(human.name), shown_name(human.name), email_key(human.email)
    is_shared = bool(address and is_shared_mailbox(address))
    return Card(
        source=human.source,
        number=number_of(human.source),
        kind=kind,
        name=human.name,
        shown=shown if shown != human.name else None,
        name_key=name,
        address=address,
        is_shared=is_shared,
        by_address=None if is_shared else _number(address),
        by_name=_number(name) if " " in name else None,
        nearly=_number(name_block(human.name)),
        title=human.title or None,
        deletion=human.deletion,
    )


def number_of(text: str) -> int:
    """Give the number that stands for a text: among millions two share one as seldom as two entities an id."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), signed=True)


def _number(text: str | None) -> int | None:
    return number_of(text) if text else None


def _noted(record: ObservedClient | ObservedPerson) -> tuple[str, ...]:
    return tuple(telling for one in record.cross_ids if (telling := _telling(one)))


def _first_id(record: ObservedClient | ObservedPerson) -> str | None:
    """Give the first of its own id and those noted of it, whichever tell."""
    return next(filter(None, (_telling(record.source.split(":", 2)[2]), *_noted(record))), None)


def _telling(remote_id: str) -> str | None:
    """Give an id if no two systems give it alike: 15 letters and figures, or 18 of which the last three are a check."""
    is_telling = len(remote_id) in {_SHORT, _LONG} and remote_id.isalnum() and not remote_id.isdigit()
    return remote_id[:_SHORT] if is_telling else None
