"""From HubSpot's records to observed ones: pure, total, one record at a time. Every property is a text or null there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from atlas_sync.canonical.identity import SourceRef
from atlas_sync.canonical.normalize import UNNAMED
from atlas_sync.canonical.observed import (
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
from atlas_sync.connectors.hubspot.conversation import Conversation
from atlas_sync.connectors.hubspot.objects import OBJECTS
from atlas_sync.connectors.hubspot.refs import Refs, properties_of
from atlas_sync.connectors.hubspot.settings import HubSpotSettings
from atlas_sync.connectors.wire import Wire
from atlas_sync.connectors.written import Field, texts_of
from atlas_sync.errors import MappingError

__all__ = ["HubSpotMapper"]

_HOWS = ("archived", "deleted", "merged", "not_visible")


class HubSpotMapper:
    """Maps the records of one connection. The pipelines say nothing by themselves."""

    def __init__(self, system: str, settings: HubSpotSettings) -> None:
        self._refs = Refs(system, settings)
        self._settings = settings
        answers = [settings.feedback.answers] if settings.feedback and settings.feedback.answers else []
        notes: dict[str, InteractionKind] = dict.fromkeys(answers, "note")
        self._texts: Mapping[str, InteractionKind] = notes | dict.fromkeys(settings.promise_properties, "promises")
        said = Conversation(self._refs)
        self._mappings: Mapping[str, Callable[[Wire], list[Observed]]] = {
            "users": self._user,
            "clients": self._client,
            "persons": self._person,
            "deals": self._deal,
            "roles": self._role,
            "line_items": self._line_item,
            "quotes": self._quote,
            "notes": said.note,
            "emails": said.email,
            "calls": said.call,
            "meetings": said.meeting,
            "tasks": said.task,
        }

    def mapped_by(self, stream: str) -> Mapping[str, object]:
        """Give the settings that a stream's records are mapped by; what comes by associations its own stream brings again."""
        if stream in {"links", "archived"}:
            return {}
        settings = self._settings
        own: Mapping[str, Mapping[str, object]] = {
            "clients": {"cross_ids": sorted(settings.client_cross_ids)},
            "persons": {"cross_ids": sorted(settings.person_cross_ids)},
            "deals": {
                "cross_ids": sorted(settings.deal_cross_ids),
                "project": settings.project_property,
                "type": settings.type_property,
                "currency": settings.default_currency,
                "texts": dict(self._texts),
            },
        }
        return {"portal": settings.portal_id, **own.get(stream, {})}

    def map_record(self, stream: str, record: Mapping[str, Any]) -> Sequence[Observed]:
        """Give what one raw record says.

        Raises:
            MappingError: a field does not have its documented shape.
        """
        wire = Wire(record)
        if stream == "archived":
            return self._departed(wire.need("stream"), wire)
        if stream == "links":
            landed = wire.object("landed")
            return self._map(wire.need("stream"), landed) if landed else []
        return self._map(stream, wire)

    def _map(self, stream: str, wire: Wire) -> list[Observed]:
        if wire.has("gone"):
            return self._departed(stream, wire)
        mapping = self._mappings.get(stream)
        return mapping(wire) if mapping else []

    def _departed(self, stream: str, wire: Wire) -> list[Observed]:
        """Map a record that is gone; with a meeting its internal notes, with a deal its written promises."""
        how = wire.need("gone")
        if stream not in OBJECTS or how not in _HOWS:
            raise MappingError("$.gone is not a way to go.", path="$.gone")
        source = self._refs.ref(OBJECTS[stream].kind, wire.need("id"))
        sources = [source, f"{source}/internal"] if stream == "meetings" else [source]
        if stream == "deals":
            sources += [self._text_ref(wire.need("id"), name) for name in self._texts]
        into = self._refs.ref_if(OBJECTS[stream].kind, wire.text("into"))
        return [ObservedTombstone(source=one, deletion=how, merged_into=into) for one in sources]

    def _merged(self, kind: str, wire: Wire) -> list[Observed]:
        """Give a tombstone for each record that was merged into this one. Source: changelog, deals support merging."""
        merged = (one.strip() for one in (properties_of(wire).text("hs_merged_object_ids") or "").split(";"))
        into = self._refs.common(wire, kind, "")["source"]
        return [
            ObservedTombstone(source=self._refs.ref(kind, one), deletion="merged", merged_into=into)
            for one in merged
            if one
        ]

    def _user(self, wire: Wire) -> list[Observed]:
        """Map an owner; a queue or a bare address has no name of its own."""
        name = f"{wire.text('firstName') or ''} {wire.text('lastName') or ''}".strip()
        email = wire.text("email")
        if not name and not email:
            return []
        return [
            ObservedUser(
                source=self._refs.ref("user", wire.need("id")),
                updated_at=wire.moment("updatedAt"),
                name=name or str(email),
                email=email,
                active=not wire.flag("archived"),
            )
        ]

    def _client(self, wire: Wire) -> list[Observed]:
        properties = properties_of(wire)
        client = ObservedClient(
            **self._refs.common(wire, "client", "companies"),
            name=properties.text("name") or properties.text("domain") or UNNAMED,
            domain=properties.text("domain"),
            industry=properties.text("industry"),
            city=properties.text("city"),
            country=properties.text("country"),
            cross_ids=_elsewhere(properties, self._settings.client_cross_ids),
        )
        return [client, *self._merged("client", wire)]

    def _person(self, wire: Wire) -> list[Observed]:
        properties = properties_of(wire)
        name = f"{properties.text('firstname') or ''} {properties.text('lastname') or ''}".strip()
        email = properties.text("email")
        employers = self._refs.refs("client", wire, "companies")
        person = ObservedPerson(
            **self._refs.common(wire, "person", "contacts"),
            name=name or email or UNNAMED,
            email=email,
            phone=properties.text("phone"),
            title=properties.text("jobtitle"),
            client=employers[0] if employers else None,
            roles=tuple(one for one in (properties.text("hs_buying_role") or "").split(";") if one),
            cross_ids=_elsewhere(properties, self._settings.person_cross_ids),
        )
        return [person, *self._merged("person", wire)]

    def _deal(self, wire: Wire) -> list[Observed]:
        """Map a deal: won and closed are the words "true" and "false"; the stage's own name comes from its pipeline."""
        properties = properties_of(wire)
        won, closed = properties.flag("hs_is_closed_won"), properties.flag("hs_is_closed")
        stage: Stage = "won" if won else "lost" if closed else "open"
        shown = wire.object("stage")
        clients = self._refs.refs("client", wire, "companies")
        project = self._settings.project_property
        deal = ObservedDeal(
            **self._refs.common(wire, "deal", "deals"),
            name=properties.text("dealname") or UNNAMED,
            client=clients[0] if clients else None,
            owner=self._refs.ref_if("user", properties.text("hubspot_owner_id")),
            stage=stage,
            stage_label=(shown.text("label") if shown else None) or properties.text("dealstage") or "no stage",
            deal_type=properties.text(self._settings.type_property),
            amount=properties.number("amount"),
            currency=properties.text("deal_currency_code") or self._settings.default_currency,
            close_date=properties.day("closedate"),
            created_at=properties.moment("createdate"),
            won_at=_entered(wire, properties) if won else None,
            description=properties.text("description"),
            next_step=properties.text("hs_next_step"),
            project_hint=properties.text(project) if project else None,
            cross_ids=_elsewhere(properties, self._settings.deal_cross_ids),
        )
        return [deal, *self._merged("deal", wire), *self._written(wire, deal)]

    def _written(self, wire: Wire, deal: ObservedDeal) -> list[Observed]:
        """Give each property in which sales writes promises or answers as a text about the deal, gone when it is emptied."""
        properties, deal_id = properties_of(wire), SourceRef.parse(deal.source).id
        fields = [
            Field(self._text_ref(deal_id, name), kind, name.replace("_", " "), properties.text(name))
            for name, kind in self._texts.items()
        ]
        return texts_of(deal, fields, at=deal.created_at or deal.updated_at)

    def _text_ref(self, deal_id: str, name: str) -> str:
        return self._refs.ref("interaction/property", f"{deal_id}:{name}")

    def _role(self, wire: Wire) -> list[Observed]:
        """Map a pair of deal and contact: one role a label, or one without a name. A label may be null."""
        deal, contact = wire.need("deal"), wire.need("contact")
        labels = [label for one in wire.objects("types") if (label := one.text("label"))]
        return [
            ObservedRole(
                source=self._refs.ref("role", f"{deal}-{contact}-{place}"),
                deal=self._refs.ref("deal", deal),
                person=self._refs.ref("person", contact),
                role=label,
                primary=bool(label and label.casefold() == "primary"),
            )
            for place, label in enumerate(labels or [None])
        ]

    def _line_item(self, wire: Wire) -> list[Observed]:
        properties = properties_of(wire)
        deals = self._refs.refs("deal", wire, "deals")
        return [
            ObservedLineItem(
                **self._refs.common(wire, "line_item", "line_items"),
                deal=deals[0] if deals else None,
                name=properties.text("name") or UNNAMED,
                quantity=properties.number("quantity"),
                unit_price=properties.number("price"),
                total=properties.number("amount"),
                description=properties.text("description"),
            )
        ]

    def _quote(self, wire: Wire) -> list[Observed]:
        """Map a quote: it is the paper that a sale here is signed on, and its terms hold promises."""
        properties = properties_of(wire)
        deals, clients = self._refs.refs("deal", wire, "deals"), self._refs.refs("client", wire, "companies")
        terms = [text for name in ("hs_terms", "hs_comments") if (text := properties.text(name))]
        return [
            ObservedContract(
                **self._refs.common(wire, "contract", "quotes"),
                number=properties.text("hs_quote_number") or properties.text("hs_title"),
                status=properties.text("hs_status"),
                deal=deals[0] if deals else None,
                client=clients[0] if clients else None,
                valid_until=properties.day("hs_expiration_date"),
                terms="\n\n".join(terms) or None,
            )
        ]


def _elsewhere(properties: Wire, names: Iterable[str]) -> tuple[str, ...]:
    """Give the ids that a record has in another CRM, as an integration notes them, such as HubSpot's own with Salesforce."""
    return tuple(one for name in names if (one := properties.text(name)))


def _entered(wire: Wire, properties: Wire) -> datetime | None:
    """Tell when a deal came into its stage: by the stage's history, or the stamp of that stage, or the day a person typed.

    The history is newest first, and may name a stage several times in a row. Source: HubSpot guide, property history.
    """
    stage = properties.text("dealstage")
    record = wire.object("record") or Wire({}, "$.record")
    histories = record.object("propertiesWithHistory")
    entered: datetime | None = None
    for version in histories.objects("dealstage") if histories else ():
        if version.text("value") != stage:
            break
        entered = version.moment("timestamp")
    return entered or properties.moment(f"hs_v2_date_entered_{stage}") or properties.moment("hs_closed_won_date")
