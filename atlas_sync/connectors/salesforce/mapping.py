"""From Salesforce's records to observed ones: who and what is sold. Pure, total, one record at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from atlas_sync.canonical.observed import (
    Deletion,
    InteractionKind,
    Observed,
    ObservedClient,
    ObservedContract,
    ObservedDeal,
    ObservedLineItem,
    ObservedPerson,
    ObservedRole,
    ObservedTombstone,
    ObservedUser,
    Stage,
)
from atlas_sync.connectors.salesforce.conversation import map_custom, map_email, map_event, map_note, map_task
from atlas_sync.connectors.salesforce.refs import Refs
from atlas_sync.connectors.salesforce.settings import SalesforceSettings
from atlas_sync.connectors.wire import Wire
from atlas_sync.connectors.written import Field, texts_of
from atlas_sync.errors import MappingError

__all__ = ["IGNORED", "LANDED_ONLY", "SalesforceMapper"]

_KINDS = {
    "users": "user",
    "clients": "client",
    "persons": "person",
    "deals": "deal",
    "roles": "role",
    "line_items": "line_item",
    "contracts": "contract",
    "tasks": "interaction/task",
    "events": "interaction/event",
    "emails": "interaction/email",
    "notes": "interaction/note",
}

_GONE: Mapping[str, Deletion] = {"deleted": "deleted", "not_visible": "not_visible"}

LANDED_ONLY = frozenset({"deal_stages", "deal_changes"})
"""Streams kept as received, of which the record uses nothing yet. The same goes for files among the notes."""

IGNORED = frozenset({"attributes", "FileExtension", "ContentSize", "LatestPublishedVersionId"})
"""Members of records that say nothing more once the reader has used them."""


class SalesforceMapper:
    """Maps the records of one connection."""

    def __init__(self, system: str, settings: SalesforceSettings) -> None:
        self._refs = Refs(system, settings.instance_url)
        self._settings = settings
        notes: dict[str, InteractionKind] = dict.fromkeys(settings.notes, "note")
        self._texts: Mapping[str, InteractionKind] = notes | dict.fromkeys(settings.promise_texts, "promises")
        self._maps: Mapping[str, Callable[[Wire], Sequence[Observed]]] = {
            "users": self._user,
            "clients": lambda wire: [self._client(wire)],
            "persons": lambda wire: [self._person(wire)],
            "deals": self._deal_and_texts,
            "roles": lambda wire: [self._role(wire)],
            "line_items": lambda wire: [self._line_item(wire)],
            "contracts": lambda wire: [self._contract(wire)],
            "tasks": lambda wire: map_task(wire, self._refs),
            "events": lambda wire: [map_event(wire, self._refs)],
            "emails": lambda wire: map_email(wire, self._refs),
            "notes": lambda wire: map_note(wire, self._refs),
            **dict.fromkeys(LANDED_ONLY, self._landed),
        }

    def mapped_by(self, stream: str) -> Mapping[str, object]:
        """Give the settings that a stream's records are mapped by."""
        if stream in LANDED_ONLY:
            return {}
        settings, own = self._settings, self._settings.custom.get(stream)
        of_deals = {
            "cross_ids": sorted(settings.deal_cross_ids),
            "project": settings.project_field,
            "type": settings.type_field,
            "currency": settings.default_currency,
            "texts": dict(self._texts),
            "format": settings.deal_texts_format,
        }
        more = own.model_dump(mode="json") if own else of_deals if stream == "deals" else {}
        return {"url": settings.instance_url, **more}

    def map_record(self, stream: str, record: Mapping[str, Any]) -> Sequence[Observed]:
        """Give what one raw record says.

        Raises:
            MappingError: a field does not have its documented shape.
        """
        wire, own = Wire(record), self._settings.custom.get(stream)
        if wire.has("gone"):
            return self._tombstone(stream, wire)
        if own:
            if not own.texts:
                return self._landed(wire)
            return map_custom(wire, self._refs, thing=stream, spec=own)
        mapped = self._maps.get(stream)
        return mapped(wire) if mapped else []

    def _landed(self, wire: Wire) -> list[Observed]:
        """Map a record that is kept as received alone: it says nothing, but that it is deleted."""
        source = self._refs.ref("landed", wire.need("Id"))
        return [ObservedTombstone(source=source, deletion="deleted")] if wire.flag("IsDeleted") else []

    def _tombstone(self, stream: str, wire: Wire) -> list[Observed]:
        """Map word that a record is gone."""
        gone = _GONE.get(wire.need("gone"))
        if gone is None:
            message = "$.gone is no kind of going away."
            raise MappingError(message, path="$.gone", advice="The record was set aside; the rest was kept.")
        own = "interaction/custom" if stream in self._settings.custom else "landed"
        refs = [self._refs.ref(_KINDS.get(stream, own), wire.need("Id"))]
        if stream == "deals":
            refs += [self._text_ref(wire, name) for name in self._texts]
        return [ObservedTombstone(source=ref, deletion=gone) for ref in refs]

    def _user(self, wire: Wire) -> list[Observed]:
        """Map a human with a login; robots and portal guests are none of ours.

        Source: contracts/salesforce/recordings/query.users.profile-relationship.json; object reference, User.
        """
        if wire.text("UserType") not in {None, "Standard"}:
            return []
        return [
            ObservedUser(
                **self._refs.common(wire, "user", "User"),
                name=_name(wire),
                email=wire.text("Email"),
                title=wire.text("Title"),
                active=wire.flag("IsActive"),
            )
        ]

    def _client(self, wire: Wire) -> ObservedClient:
        return ObservedClient(
            **self._merged(wire, "client", "Account"),
            name=wire.need("Name"),
            domain=_domain(wire.text("Website")),
            industry=wire.text("Industry"),
            city=wire.text("BillingCity"),
            country=wire.text("BillingCountry"),
        )

    def _person(self, wire: Wire) -> ObservedPerson:
        return ObservedPerson(
            **self._merged(wire, "person", "Contact"),
            name=_name(wire),
            email=wire.text("Email"),
            phone=wire.text("Phone") or wire.text("MobilePhone"),
            title=wire.text("Title"),
            client=self._refs.maybe("client", wire.text("AccountId")),
        )

    def _merged(self, wire: Wire, kind: str, thing: str) -> dict[str, Any]:
        """Give the common values of an object that can be merged: the loser is deleted and names the winner.

        Source: SOAP API guide, merge().
        """
        winner = wire.text("MasterRecordId")
        deletion: Deletion | None = "merged" if winner and wire.flag("IsDeleted") else None
        common = self._refs.common(wire, kind, thing)
        return {
            **common,
            "deletion": deletion or common["deletion"],
            "merged_into": self._refs.maybe(kind, winner) if deletion else None,
        }

    def _deal(self, wire: Wire) -> ObservedDeal:
        """Map a deal. Won and lost follow from the stage's definition, never from its name, which each org chooses.

        `won_at` is the last change of stage of a won deal. Source: contracts/salesforce/describe/Opportunity.describe.json.
        """
        hint = self._settings.project_field
        stage = _stage(wire)
        return ObservedDeal(
            **self._refs.common(wire, "deal", "Opportunity"),
            name=wire.need("Name"),
            client=self._refs.maybe("client", wire.text("AccountId")),
            owner=self._refs.user(wire.text("OwnerId")),
            stage=stage,
            stage_label=wire.need("StageName"),
            deal_type=wire.text(self._settings.type_field) if self._settings.type_field else None,
            amount=wire.number("Amount"),
            currency=wire.text("CurrencyIsoCode") or self._settings.default_currency,
            close_date=wire.day("CloseDate"),
            created_at=wire.moment("CreatedDate"),
            won_at=wire.moment("LastStageChangeDate") if stage == "won" else None,
            description=wire.text("Description"),
            next_step=wire.text("NextStep"),
            project_hint=wire.text(hint) if hint else None,
            contract=self._refs.maybe("contract", wire.text("ContractId")),
            cross_ids=tuple(one for name in self._settings.deal_cross_ids if (one := wire.text(name))),
        )

    def _deal_and_texts(self, wire: Wire) -> list[Observed]:
        """Map a deal, and each of its texts that the settings name: notes and written promises, gone when they are emptied."""
        deal = self._deal(wire)
        written = wire.moment("LastStageChangeDate") or wire.moment("CreatedDate") or wire.moment("SystemModstamp")
        fields = [
            Field(self._text_ref(wire, name), kind, name.removesuffix("__c").replace("_", " "), wire.text(name))
            for name, kind in self._texts.items()
        ]
        return [deal, *texts_of(deal, fields, at=written, form=self._settings.deal_texts_format)]

    def _text_ref(self, wire: Wire, name: str) -> str:
        return self._refs.ref("interaction/field", f"{wire.need('Id')}:{name}")

    def _role(self, wire: Wire) -> ObservedRole:
        """Map a role; it has no page of its own, so it links to the deal's."""
        deal = wire.need("OpportunityId")
        common = self._refs.common(wire, "role", "OpportunityContactRole")
        return ObservedRole(
            **{**common, "link": self._refs.page("Opportunity", deal)},
            deal=self._refs.ref("deal", deal),
            person=self._refs.ref("person", wire.need("ContactId")),
            role=wire.text("Role"),
            primary=wire.flag("IsPrimary"),
        )

    def _line_item(self, wire: Wire) -> ObservedLineItem:
        product = wire.object("Product2")
        return ObservedLineItem(
            **self._refs.common(wire, "line_item", "OpportunityLineItem"),
            deal=self._refs.maybe("deal", wire.text("OpportunityId")),
            name=(product.text("Name") if product else None) or wire.need("Name"),
            quantity=wire.number("Quantity"),
            unit_price=wire.number("UnitPrice"),
            total=wire.number("TotalPrice"),
            description=wire.text("Description"),
        )

    def _contract(self, wire: Wire) -> ObservedContract:
        """Map a contract; it knows its client only, and the deal names it."""
        terms = (wire.text("SpecialTerms"), wire.text("Description"))
        return ObservedContract(
            **self._refs.common(wire, "contract", "Contract"),
            number=wire.text("ContractNumber"),
            status=wire.text("Status"),
            client=self._refs.maybe("client", wire.text("AccountId")),
            start_date=wire.day("StartDate"),
            end_date=wire.day("EndDate"),
            signed_on=wire.day("CustomerSignedDate"),
            terms="\n\n".join(part for part in terms if part) or None,
        )


def _stage(wire: Wire) -> Stage:
    """Tell open from won and lost; both flags must be there, or an unreadable deal would count as open."""
    for name in ("IsWon", "IsClosed"):
        if not wire.has(name):
            wire.need(name)
    if wire.flag("IsWon"):
        return "won"
    return "lost" if wire.flag("IsClosed") else "open"


def _name(wire: Wire) -> str:
    """Give a human's name: as the vendor joins it, else from its parts."""
    parts = " ".join(part for part in (wire.text("FirstName"), wire.text("LastName")) if part)
    return wire.text("Name") or parts or wire.need("Name")


def _domain(website: str | None) -> str | None:
    """Give the host of a web address as people type it, without `www.`; None where it is no address."""
    if not website:
        return None
    try:
        host = urlsplit(website if "://" in website else f"//{website}").hostname or ""
    except ValueError:
        return None
    return host.removeprefix("www.") if "." in host else None
