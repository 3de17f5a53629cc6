"""One sale of its deals: each value by the CRM whose word goes first, and what every CRM says of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from atlas_sync.canonical.deals import unseen_deals
from atlas_sync.canonical.model import Client, Engagement, Statement
from atlas_sync.canonical.normalize import client_key, email_key, fold, name_key, shown_name
from atlas_sync.canonical.observed import ObservedClient, ObservedDeal, ObservedPerson, ObservedUser
from atlas_sync.canonical.statement import Precedence, Telling, Told, ValueName, Voice, heard, said_since, statement_of

__all__ = ["CLIENT_VALUES", "PERSON_VALUES", "build_engagement", "deal_values", "hear_deals", "state_sale"]

Human = ObservedPerson | ObservedUser
Voices = Sequence[Voice[Any]]


def _text(value: str | None) -> Told | None:
    return Told(value, fold(value)) if value else None


CLIENT_VALUES: Mapping[ValueName, Telling[ObservedClient]] = {
    "name": lambda record: Told(record.name, client_key(record.name, record.domain) or None),
    "domain": lambda record: _text((record.domain or "").lower()),
}
PERSON_VALUES: Mapping[ValueName, Telling[Human]] = {
    "name": lambda record: Told(shown_name(record.name), name_key(record.name) or None),
    "email": lambda record: _text(email_key(record.email)),
    "title": lambda record: _text(record.title),
}


def deal_values(
    clients: Mapping[str, ObservedClient], owners: Mapping[str, ObservedUser], known: Mapping[str, str]
) -> Mapping[ValueName, Telling[ObservedDeal]]:
    """Give what a deal's record says of each value. `clients` and `owners` are by source; `known` tells who each of them is.

    Each record names its client and owner as its own system spells them. Two spellings of one client or person are no
    conflict, nor are two names of one stage.
    """

    def named(found: ObservedClient | ObservedUser | None) -> Told | None:
        return Told(found.name, known.get(found.source, found.source), found.updated_at) if found else None

    return {
        "name": lambda deal: Told(deal.name, fold(deal.name)),
        "client": lambda deal: named(clients.get(deal.client or "")),
        "stage": lambda deal: Told(deal.stage_label, deal.stage),
        "owner": lambda deal: named(owners.get(deal.owner or "")),
        "amount": _amount,
        "close_date": lambda deal: Told(deal.close_date.isoformat(), deal.close_date) if deal.close_date else None,
    }


def _amount(deal: ObservedDeal) -> Told | None:
    if deal.amount is None:
        return None
    return Told(f"{deal.amount.normalize():f} {deal.currency or ''}".strip(), (deal.amount, deal.currency))


def hear_deals(
    deals: Sequence[ObservedDeal], values: Mapping[ValueName, Telling[ObservedDeal]], precedence: Precedence
) -> dict[ValueName, list[Voice[ObservedDeal]]]:
    """Give who says what of a sale, by value. A deal that is won or lost goes before one that is still open elsewhere."""
    told = {name: heard(deals, name, telling, precedence) for name, telling in values.items()}
    told["stage"].sort(key=lambda voice: voice.record.stage == "open")
    return told


def build_engagement(
    engagement_id: str,
    deals: Sequence[ObservedDeal],
    told: Mapping[ValueName, Sequence[Voice[ObservedDeal]]],
    *,
    clients: Mapping[str, Client],
    owners: Mapping[str, ObservedUser],
) -> Engagement:
    """Make the engagement of one sale's deals, in order of first sight, of which one at least still exists."""
    leading = told["name"][0].record
    staged = told["stage"][0].record
    worth = told["amount"][0].record if told["amount"] else leading
    client = clients[told["client"][0].record.client or ""] if told["client"] else None
    owner = owners[told["owner"][0].record.owner or ""] if told["owner"] else None
    living = [deal for deal in deals if deal.deletion is None]
    pages = dict.fromkeys(deal.link for deal in (leading, *living) if deal.link)
    return Engagement(
        id=engagement_id,
        name=leading.name,
        source=leading.source,
        link=leading.link,
        sources=tuple(deal.source for deal in deals),
        links=tuple(pages),
        client_id=client.id if client else None,
        client_name=client.name if client else None,
        stage=staged.stage,
        stage_label=staged.stage_label,
        deal_type=next((deal.deal_type for deal in (leading, *living) if deal.deal_type), None),
        owner_sales=owner.name if owner else None,
        owner_sales_active=owner.active if owner else True,
        unseen_owner=None if owner else next((deal.owner for deal in (leading, *living) if deal.owner), None),
        amount=worth.amount,
        currency=worth.currency,
        close_date=told["close_date"][0].record.close_date if told["close_date"] else None,
        won_at=staged.won_at,
        created_at=min((deal.created_at for deal in living if deal.created_at), default=None),
        unseen_deals=unseen_deals(deals),
    )


def state_sale(
    engagement: Engagement,
    told: Mapping[ValueName, Sequence[Voice[ObservedDeal]]],
    *,
    client: Sequence[ObservedClient],
    people: Mapping[str, Sequence[Human]],
    precedence: Precedence,
    before: Iterable[Statement],
) -> list[Statement]:
    """State every value of an engagement's deal, client and people. `people` are their records by person id.

    `before` are the statements made last of this sale, of those that it joined, and of the one that it left.
    """
    since = said_since(before)

    def stated(
        about: Literal["deal", "client", "person"], subject_id: str, name: ValueName, voices: Voices
    ) -> Statement:
        return statement_of(voices, name, about=about, subject_id=subject_id, engagement_id=engagement.id, since=since)

    found = [stated("deal", engagement.id, name, voices) for name, voices in told.items() if voices]
    for name, telling in CLIENT_VALUES.items():
        if engagement.client_id and (voices := heard(client, name, telling, precedence)):
            found.append(stated("client", engagement.client_id, name, voices))
    for person_id, records in people.items():
        for name, of_person in PERSON_VALUES.items():
            if said := heard(records, name, of_person, precedence):
                found.append(stated("person", person_id, name, said))
    return found
