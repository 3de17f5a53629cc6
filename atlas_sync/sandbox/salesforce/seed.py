"""Plays the world's events into the org: each becomes the records that a seller's clicks would have made."""

from __future__ import annotations

import html
from datetime import datetime

from atlas_sync.sandbox.happenings import (
    Company,
    CompanyAdded,
    Contract,
    ContractSigned,
    Deal,
    DealMoved,
    DealOpened,
    Event,
    Interaction,
    InteractionLogged,
    Person,
    PersonAdded,
    RoleGiven,
    Stage,
    User,
    UserJoined,
    UserLeft,
)
from atlas_sync.sandbox.salesforce.org import Org, plain
from atlas_sync.sandbox.salesforce.store import Row

__all__ = ["Seed"]

_STAGES: dict[Stage, str] = {
    "qualifying": "Qualification",
    "proposed": "Proposal/Price Quote",
    "negotiating": "Negotiation/Review",
    "won": "Closed Won",
    "lost": "Closed Lost",
}
_MEETING_MINUTES = 60


class Seed:
    """Remembers which record stands for which of the world's keys. Events of other systems are ignored."""

    def __init__(self, org: Org) -> None:
        self._org = org
        self._ids: dict[str, str] = {}
        self._addresses: dict[str, tuple[str, str | None]] = {}

    def apply(self, event: Event) -> None:
        """Let one event happen."""
        at = event.at
        match event.what:
            case UserJoined(user):
                self._join(user, at=at)
            case UserLeft(user) if user in self._ids:
                self._org.update("User", self._ids[user], {"IsActive": False}, by=self._org.api_user, at=at)
            case CompanyAdded(company) if company.crm == "salesforce" and company.key not in self._ids:
                self._add_company(company, at=at)
            case PersonAdded(person) if person.crm == "salesforce" and person.key not in self._ids:
                self._add_person(person, at=at)
            case _:
                self._happen_to_deal(event)

    def _happen_to_deal(self, event: Event) -> None:
        at = event.at
        match event.what:
            case DealOpened(deal, stage) if deal.crm == "salesforce":
                self._open(deal, stage=stage, at=at)
            case DealMoved("salesforce", deal, stage):
                key = self._ids[deal]
                self._org.update("Opportunity", key, {"StageName": _STAGES[stage]}, by=self._owner(key), at=at)
            case RoleGiven("salesforce", deal, role):
                values: Row = {"OpportunityId": self._ids[deal], "ContactId": self._ids[role.person]}
                values.update(Role=role.role, IsPrimary=role.primary)
                self._org.create("OpportunityContactRole", values, by=self._owner(self._ids[deal]), at=at)
            case ContractSigned("salesforce", deal, contract):
                self._sign(self._ids[deal], contract=contract, at=at)
            case InteractionLogged("salesforce", deal, interaction):
                self._log(self._ids[deal], said=interaction, at=at)
            case _:
                return

    def _join(self, user: User, *, at: datetime) -> None:
        self._addresses[user.key] = (user.name, user.email)
        if "salesforce" not in user.systems:
            return
        first, _, last = user.name.rpartition(" ")
        values: Row = {"FirstName": first or None, "LastName": last, "Email": user.email, "Username": user.email}
        values.update(Title=user.title, Alias=last[:8].lower(), UserType="Standard", TimeZoneSidKey="Europe/Lisbon")
        self._ids[user.key] = self._org.create("User", values, by=self._org.api_user, at=at)

    def _add_company(self, company: Company, *, at: datetime) -> None:
        values: Row = {"Name": company.name, "Industry": company.industry, "Type": "Prospect"}
        values.update(BillingCity=company.city, BillingCountry=company.country)
        values["Website"] = f"www.{company.domain}" if company.domain else None
        self._ids[company.key] = self._org.create("Account", values, by=self._org.api_user, at=at)

    def _add_person(self, person: Person, *, at: datetime) -> None:
        self._addresses[person.key] = (person.name, person.email)
        first, _, last = person.name.rpartition(" ")
        values: Row = {"FirstName": first or None, "LastName": last, "AccountId": self._ids.get(person.company)}
        values.update(Email=person.email, Phone=person.phone, Title=person.title)
        self._ids[person.key] = self._org.create("Contact", values, by=self._org.api_user, at=at)

    def _open(self, deal: Deal, *, stage: Stage, at: datetime) -> None:
        owner = self._ids[deal.owner]
        values: Row = {
            "AccountId": self._ids.get(deal.company),
            "Name": deal.name,
            "Description": deal.description or None,
            "StageName": _STAGES[stage],
            "Amount": float(deal.amount) if deal.amount is not None else None,
            "CloseDate": deal.close_date,
            "NextStep": deal.next_step or None,
            "OwnerId": owner,
            "CurrencyIsoCode": deal.currency,
            "Delivery_Project__c": deal.project_hint,
        }
        key = self._ids[deal.key] = self._org.create("Opportunity", values, by=owner, at=at)
        account = self._org.store.find(values["AccountId"])
        if account and account[1]["OwnerId"] == self._org.api_user:
            account[1]["OwnerId"] = owner
        for position, item in enumerate(deal.line_items, start=1):
            line: Row = {"OpportunityId": key, "Product2Id": self._product(item.name, at=at), "SortOrder": position}
            line.update(Quantity=float(item.quantity), UnitPrice=float(item.unit_price))
            line["Description"] = item.description or None
            self._org.create("OpportunityLineItem", line, by=owner, at=at)

    def _product(self, name: str, *, at: datetime) -> str:
        known = next((row for row in self._org.store.rows("Product2") if row["Name"] == name), None)
        return str(known["Id"]) if known else self._org.create("Product2", {"Name": name}, by=self._org.api_user, at=at)

    def _sign(self, deal: str, *, contract: Contract, at: datetime) -> None:
        owner, found = self._owner(deal), self._org.store.find(deal)
        values: Row = {
            "AccountId": found[1]["AccountId"] if found else None,
            "ContractNumber": contract.number,
            "Status": contract.status,
            "StartDate": contract.start,
            "ContractTerm": contract.months,
            "CustomerSignedDate": contract.signed_on,
            "SpecialTerms": contract.special_terms or None,
            "ActivatedDate": at.replace(microsecond=0) if contract.status == "Activated" else None,
            "OwnerId": owner,
        }
        key = self._org.create("Contract", values, by=owner, at=at)
        self._org.update("Opportunity", deal, {"ContractId": key}, by=owner, at=at)

    def _owner(self, deal: str) -> str:
        found = self._org.store.find(deal)
        return str(found[1]["OwnerId"]) if found else self._org.api_user

    def _log(self, deal: str, *, said: Interaction, at: datetime) -> None:
        by = next(
            (self._ids[key] for key in (said.logged_by, said.author) if key and self._ids.get(key, "")[:3] == "005"),
            self._owner(deal),
        )
        about: Row = {"WhatId": deal, "WhoId": self._contact_in(said), "OwnerId": by}
        match said.kind:
            case "email":
                self._log_mail(said, about=about, by=by, at=at)
            case "call":
                values: Row = {**about, **_done(said, at=at), "TaskSubtype": "Call"}
                values["CallType"] = "Inbound" if said.incoming else "Outbound"
                self._org.create("Task", values, by=by, at=at)
            case "meeting":
                values = {**about, "Subject": said.subject, "Description": _text(said)}
                values.update(StartDateTime=at.replace(microsecond=0), DurationInMinutes=_MEETING_MINUTES)
                self._org.create("Event", values, by=by, at=at)
            case "note":
                self._org.add_note(said.subject, _markup(said), parent=deal, by=by, at=at)
            case "task":
                values = {**about, "Subject": said.subject, "Description": _text(said), "ActivityDate": at.date()}
                self._org.create("Task", values, by=by, at=at)

    def _contact_in(self, said: Interaction) -> str | None:
        keys = (self._ids.get(key, "") for key in (said.author or "", *said.to))
        return next((key for key in keys if key[:3] == "003"), None)

    def _log_mail(self, said: Interaction, *, about: Row, by: str, at: datetime) -> None:
        """Log a mail as the vendor does: the message itself, and a closed task that repeats it."""
        name, address = self._addresses.get(said.author or "", (None, None))
        to = "; ".join(found for key in said.to for found in (self._addresses.get(key, ("", None))[1],) if found)
        copy = f"To: {to}\nCC: \nBCC: \nAttachment: \n\nSubject: {said.subject}\nBody:\n{_text(said)}"
        task: Row = {**about, **_done(said, at=at), "TaskSubtype": "Email", "Description": copy}
        task["Subject"] = f"Email: {said.subject}"[:255]
        message: Row = {
            "RelatedToId": about["WhatId"],
            "ActivityId": self._org.create("Task", task, by=by, at=at),
            "Subject": said.subject,
            "HtmlBody" if said.format == "html" else "TextBody": said.body,
            "FromName": name,
            "FromAddress": address,
            "ToAddress": to or None,
            "Incoming": said.incoming,
            "Status": "1" if said.incoming else "3",
            "MessageDate": at.replace(microsecond=0),
            "MessageIdentifier": f"<{said.key}@mail.tidemark.example>",
        }
        self._org.create("EmailMessage", message, by=by, at=at)


def _done(said: Interaction, *, at: datetime) -> Row:
    done: Row = {"Subject": said.subject, "Description": _text(said), "Status": "Completed", "ActivityDate": at.date()}
    done["CompletedDateTime"] = at.replace(microsecond=0)
    return done


def _text(said: Interaction) -> str:
    return plain(said.body) if said.format == "html" else said.body


def _markup(said: Interaction) -> str:
    if said.format == "html":
        return said.body
    return "".join(f"<p>{html.escape(line, quote=False) or '<br>'}</p>" for line in said.body.split("\n"))
