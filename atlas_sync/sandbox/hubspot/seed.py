"""Plays the world's events into the portal: each becomes the records that a seller's clicks would have made."""

from __future__ import annotations

import re
from datetime import datetime

from atlas_sync.sandbox.happenings import (
    Company,
    CompanyAdded,
    Deal,
    DealMoved,
    DealOpened,
    Event,
    Interaction,
    InteractionLogged,
    Person,
    PersonAdded,
    Role,
    RoleGiven,
    Stage,
    User,
    UserJoined,
    UserLeft,
)
from atlas_sync.sandbox.hubspot.activities import Addresses, activity
from atlas_sync.sandbox.hubspot.objects import OBJECTS
from atlas_sync.sandbox.hubspot.pipelines import PIPELINE, STAGE_OF
from atlas_sync.sandbox.hubspot.portal import Portal
from atlas_sync.sandbox.hubspot.properties import DELIVERY_PROJECT, Catalog
from atlas_sync.sandbox.hubspot.store import Record, Values
from atlas_sync.sandbox.hubspot.values import day

__all__ = ["Seed"]

_SCREEN = "CRM_UI"


class Seed:
    """Remembers which record stands for which of the world's keys. Events of other systems are ignored."""

    def __init__(self, portal: Portal, catalog: Catalog) -> None:
        self._portal = portal
        self._catalog = catalog
        self._records: dict[str, Record] = {}
        self._owners: dict[str, str] = {}
        self._addresses: Addresses = {}

    def apply(self, event: Event) -> None:
        """Let one event happen."""
        at = event.at
        match event.what:
            case UserJoined(user):
                self._join(user, at=at)
            case UserLeft(user) if user in self._owners:
                self._portal.owners.leave(self._owners[user], at=at)
            case CompanyAdded(company) if company.crm == "hubspot" and company.key not in self._records:
                self._add_company(company, at=at)
            case PersonAdded(person) if person.crm == "hubspot" and person.key not in self._records:
                self._add_person(person, at=at)
            case DealOpened(deal, stage) if deal.crm == "hubspot":
                self._open(deal, stage=stage, at=at)
            case DealMoved("hubspot", deal, stage):
                self._portal.update(self._records[deal], {"dealstage": STAGE_OF[stage]}, at=at)
            case RoleGiven("hubspot", deal, role):
                self._give_role(self._records[deal], role=role, at=at)
            case InteractionLogged("hubspot", deal, interaction):
                self._log(self._records[deal], said=interaction, at=at)
            case _:
                return

    def _join(self, user: User, *, at: datetime) -> None:
        self._addresses[user.key] = (user.name, user.email)
        if "hubspot" in user.systems:
            self._owners[user.key] = self._portal.owners.add(name=user.name, email=user.email, at=at)

    def _create(self, kind: str, values: Values, *, at: datetime) -> Record:
        set_ones = {name: value for name, value in values.items() if value}
        return self._portal.create(OBJECTS[kind], set_ones, at=at, source=_SCREEN)

    def _add_company(self, company: Company, *, at: datetime) -> None:
        industry = re.sub(r"\W+", "_", company.industry.upper()).strip("_")
        if industry:
            self._catalog.add_option("companies", "industry", value=industry, label=company.industry)
        values = {
            "name": company.name,
            "domain": company.domain,
            "website": company.domain and f"www.{company.domain}",
            "industry": industry,
            "city": company.city,
            "country": company.country,
            "lifecyclestage": "lead",
        }
        self._records[company.key] = self._create("companies", values, at=at)

    def _add_person(self, person: Person, *, at: datetime) -> None:
        self._addresses[person.key] = (person.name, person.email)
        first, _, last = person.name.rpartition(" ")
        values = {
            "firstname": first or last,
            "lastname": last if first else None,
            "email": person.email,
            "jobtitle": person.title,
            "phone": person.phone,
            "hs_buying_role": person.buying_role,
            "lifecyclestage": "opportunity",
        }
        made = self._records[person.key] = self._create("contacts", values, at=at)
        if person.company in self._records:
            self._portal.associate(made, self._records[person.company], at=at)

    def _open(self, deal: Deal, *, stage: Stage, at: datetime) -> None:
        owner = self._owners.get(deal.owner)
        values = {
            "dealname": deal.name,
            "pipeline": PIPELINE,
            "dealstage": STAGE_OF[stage],
            "amount": _amount(deal),
            "deal_currency_code": deal.currency,
            "closedate": day(deal.close_date),
            "description": deal.description,
            "hs_next_step": deal.next_step,
            "hubspot_owner_id": owner,
            DELIVERY_PROJECT: deal.project_hint,
        }
        made = self._records[deal.key] = self._create("deals", values, at=at)
        if company := self._records.get(deal.company):
            self._portal.associate(made, company, at=at)
            if owner and "hubspot_owner_id" not in company.properties:
                self._portal.update(company, {"hubspot_owner_id": owner}, at=at)
        for position, item in enumerate(deal.line_items):
            line = {
                "name": item.name,
                "quantity": _number(item.quantity),
                "price": _number(item.unit_price),
                "description": item.description,
                "hs_line_item_currency_code": deal.currency,
                "hs_position_on_quote": str(position),
            }
            self._portal.associate(made, self._create("line_items", line, at=at), at=at)

    def _give_role(self, deal: Record, *, role: Role, at: datetime) -> None:
        types = self._portal.links.label("deals", "contacts", label=role.role)[:1] if role.role else []
        self._portal.associate(deal, self._records[role.person], types, at=at)

    def _log(self, deal: Record, *, said: Interaction, at: datetime) -> None:
        owner = next(
            (self._owners[key] for key in (said.logged_by, said.author) if key in self._owners),
            deal.properties.get("hubspot_owner_id"),
        )
        attending = [self._owners[key] for key in (said.author, *said.to) if key in self._owners]
        kind, values = activity(said, addresses=self._addresses, attending=attending, at=at)
        made = self._create(kind, {**values, "hubspot_owner_id": owner}, at=at)
        self._portal.associate(made, deal, at=at)
        for company, _types in self._portal.linked(deal, OBJECTS["companies"]):
            self._portal.associate(made, company, at=at)
        people = (self._records.get(key or "") for key in dict.fromkeys((said.author, *said.to)))
        for person in people:
            if person is not None and person.kind.name == "contacts":
                self._portal.associate(made, person, at=at)


def _number(value: float) -> str:
    return f"{value:.10f}".rstrip("0").rstrip(".")


def _amount(deal: Deal) -> str | None:
    """Write an amount as its seller typed it: some with cents that are zero.

    Source: contracts/hubspot/recordings/deals_list_associations_requested_none.json.
    """
    if deal.amount is None:
        return None
    return f"{deal.amount:.2f}" if len(deal.key) % 2 else _number(deal.amount)
