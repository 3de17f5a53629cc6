"""From HubSpot's records to observed ones: pure, total, one record at a time. Every property is a text or null there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from atlas_sync.canonical.identity import SourceRef
from atlas_sync.canonical.observed import (
    InteractionKind,
    Observed,
    ObservedClient,
    ObservedDeal,
    ObservedInteraction,
    ObservedLineItem,
    ObservedPerson,
    ObservedRole,
    ObservedTombstone,
    ObservedUser,
    Participant,
    Stage,
)
from atlas_sync.connectors.hubspot.settings import HubSpotSettings
from atlas_sync.connectors.wire import Wire
from atlas_sync.errors import MappingError

__all__ = ["HubSpotMapper"]

_TYPE_IDS = {
    "contacts": "0-1",
    "companies": "0-2",
    "deals": "0-3",
    "notes": "0-46",
    "meetings": "0-47",
    "calls": "0-48",
    "emails": "0-49",
    "tasks": "0-27",
}


class HubSpotMapper:
    """Maps the records of one connection."""

    def __init__(self, system: str, settings: HubSpotSettings) -> None:
        self._system = system
        self._settings = settings
        self._mappings: Mapping[str, Callable[[Wire], list[Observed]]] = {
            "users": self._user,
            "clients": self._client,
            "persons": self._person,
            "deals": self._deal,
            "roles": self._role,
            "line_items": self._line_item,
            "notes": self._note,
            "emails": self._email,
            "calls": self._call,
            "meetings": self._meeting,
            "tasks": self._task,
        }

    def map_record(self, stream: str, record: Mapping[str, Any]) -> Sequence[Observed]:
        """Give what one raw record says.

        Raises:
            MappingError: a field does not have its documented shape.
        """
        mapping = self._mappings.get(stream)
        return mapping(Wire(record)) if mapping else []

    def _ref(self, kind: str, remote_id: str | None) -> str | None:
        return str(SourceRef(self._system, kind, remote_id)) if remote_id else None

    def _refs(self, kind: str, wire: Wire, name: str) -> tuple[str, ...]:
        return tuple(str(SourceRef(self._system, kind, one)) for one in dict.fromkeys(wire.texts(name)))

    def _link(self, object_type: str, remote_id: str) -> str:
        portal = f"/{self._settings.portal_id}" if self._settings.portal_id else ""
        return f"https://app.hubspot.com/contacts{portal}/record/{_TYPE_IDS.get(object_type, object_type)}/{remote_id}"

    def _parts(self, wire: Wire, kind: str, object_type: str) -> tuple[Wire, Wire, dict[str, Any]]:
        """Give the record, its properties, and what every observed record has."""
        record = wire.object("record") or Wire({}, "$.record")
        properties = record.object("properties") or Wire({}, "$.record.properties")
        remote_id = record.need("id")
        common = {
            "source": str(SourceRef(self._system, kind, remote_id)),
            "link": self._link(object_type, remote_id),
            "updated_at": record.moment("updatedAt"),
            "deletion": "archived" if record.flag("archived") else None,
        }
        return record, properties, common

    def _merged(self, kind: str, properties: Wire) -> list[Observed]:
        """Give a tombstone for each record that was merged into this one. Source: changelog, deals support merging."""
        merged = [one for one in (properties.text("hs_merged_object_ids") or "").split(";") if one.strip()]
        return [ObservedTombstone(source=str(self._ref(kind, one.strip())), deletion="merged") for one in merged]

    def _user(self, wire: Wire) -> list[Observed]:
        """Map an owner; a queue or a bare address has no name of its own."""
        name = f"{wire.text('firstName') or ''} {wire.text('lastName') or ''}".strip()
        email = wire.text("email")
        if not name and not email:
            return []
        return [
            ObservedUser(
                source=str(self._ref("user", wire.need("id"))),
                updated_at=wire.moment("updatedAt"),
                name=name or str(email),
                email=email,
                active=not wire.flag("archived"),
            )
        ]

    def _client(self, wire: Wire) -> list[Observed]:
        _record, properties, common = self._parts(wire, "client", "companies")
        client = ObservedClient(
            **common,
            name=properties.text("name") or properties.text("domain") or "unnamed",
            domain=properties.text("domain"),
            industry=properties.text("industry"),
            city=properties.text("city"),
            country=properties.text("country"),
        )
        return [client, *self._merged("client", properties)]

    def _person(self, wire: Wire) -> list[Observed]:
        _record, properties, common = self._parts(wire, "person", "contacts")
        name = f"{properties.text('firstname') or ''} {properties.text('lastname') or ''}".strip()
        email = properties.text("email")
        employers = self._refs("client", wire, "companies")
        person = ObservedPerson(
            **common,
            name=name or email or "unnamed",
            email=email,
            phone=properties.text("phone"),
            title=properties.text("jobtitle"),
            client=employers[0] if employers else None,
            roles=tuple(one for one in (properties.text("hs_buying_role") or "").split(";") if one),
        )
        return [person, *self._merged("person", properties)]

    def _deal(self, wire: Wire) -> list[Observed]:
        """Map a deal: won and closed are the words "true" and "false"; the stage's own name comes from its pipeline."""
        _record, properties, common = self._parts(wire, "deal", "deals")
        won, closed = properties.flag("hs_is_closed_won"), properties.flag("hs_is_closed")
        stage: Stage = "won" if won else "lost" if closed else "open"
        shown = wire.object("stage")
        entered = properties.moment(f"hs_v2_date_entered_{properties.text('dealstage')}")
        clients = self._refs("client", wire, "companies")
        project = self._settings.project_property
        deal = ObservedDeal(
            **common,
            name=properties.text("dealname") or "unnamed",
            client=clients[0] if clients else None,
            owner=self._ref("user", properties.text("hubspot_owner_id")),
            stage=stage,
            stage_label=(shown.text("label") if shown else None) or properties.text("dealstage") or "no stage",
            amount=properties.number("amount"),
            currency=properties.text("deal_currency_code") or self._settings.default_currency,
            close_date=properties.day("closedate"),
            created_at=properties.moment("createdate"),
            won_at=(entered or properties.moment("hs_closed_won_date")) if won else None,
            description=properties.text("description"),
            next_step=properties.text("hs_next_step"),
            project_hint=properties.text(project) if project else None,
        )
        return [deal, *self._merged("deal", properties)]

    def _role(self, wire: Wire) -> list[Observed]:
        """Map a pair of deal and contact: one role a label, or one without a name. A label may be null."""
        deal, contact = wire.need("deal"), wire.need("contact")
        labels = [label for one in wire.objects("types") if (label := one.text("label"))]
        return [
            ObservedRole(
                source=str(self._ref("role", f"{deal}-{contact}-{place}")),
                deal=str(self._ref("deal", deal)),
                person=str(self._ref("person", contact)),
                role=label,
                primary=bool(label and label.casefold() == "primary"),
            )
            for place, label in enumerate(labels or [None])
        ]

    def _line_item(self, wire: Wire) -> list[Observed]:
        _record, properties, common = self._parts(wire, "line_item", "line_items")
        deals = self._refs("deal", wire, "deals")
        return [
            ObservedLineItem(
                **{**common, "link": None},
                deal=deals[0] if deals else None,
                name=properties.text("name") or "unnamed",
                quantity=properties.number("quantity"),
                unit_price=properties.number("price"),
                total=properties.number("amount"),
                description=properties.text("description"),
            )
        ]

    def _interaction(
        self,
        wire: Wire,
        *,
        object_type: str,
        kind: InteractionKind,
        subject: str | None,
        body: str | None,
        html: bool,
        at: datetime | None = None,
    ) -> ObservedInteraction:
        _record, properties, common = self._parts(wire, f"interaction/{kind}", object_type)
        moment = at or properties.moment("hs_timestamp") or properties.moment("hs_createdate")
        if moment is None:
            properties.need("hs_timestamp")
        owner = self._ref("user", properties.text("hubspot_owner_id"))
        fields: dict[str, Any] = {
            **common,
            "kind": kind,
            "at": moment or datetime.min.replace(tzinfo=UTC),
            "subject": subject,
            "body": body or "",
            "body_format": "html" if html else "text",
            "author": Participant(ref=owner) if owner else None,
            "deals": self._refs("deal", wire, "deals"),
            "clients": self._refs("client", wire, "companies"),
            "persons": self._refs("person", wire, "contacts"),
        }
        return ObservedInteraction(**fields)

    def _note(self, wire: Wire) -> list[Observed]:
        body = _properties(wire).text("hs_note_body")
        return [self._interaction(wire, object_type="notes", kind="note", subject=None, body=body, html=True)]

    def _call(self, wire: Wire) -> list[Observed]:
        properties = _properties(wire)
        body = properties.text("hs_call_body")
        subject = properties.text("hs_call_title")
        return [
            self._interaction(wire, object_type="calls", kind="call", subject=subject, body=body, html=_is_html(body))
        ]

    def _task(self, wire: Wire) -> list[Observed]:
        properties = _properties(wire)
        body = properties.text("hs_task_body")
        subject = properties.text("hs_task_subject")
        at = properties.moment("hs_createdate")
        return [
            self._interaction(
                wire, object_type="tasks", kind="task", subject=subject, body=body, html=_is_html(body), at=at
            )
        ]

    def _meeting(self, wire: Wire) -> list[Observed]:
        """Map a meeting; its internal notes are a note of their own, since they are not for everybody."""
        properties = _properties(wire)
        body, title = properties.text("hs_meeting_body"), properties.text("hs_meeting_title")
        at = properties.moment("hs_meeting_start_time")
        internal = properties.text("hs_internal_meeting_notes")
        shown = body or internal
        meeting = self._interaction(
            wire, object_type="meetings", kind="meeting", subject=title, body=shown, html=_is_html(shown), at=at
        )
        if not internal or not body:
            return [meeting]
        source = f"{meeting.source}/internal"
        update = {
            "source": source,
            "kind": "note",
            "body": internal,
            "body_format": "html" if _is_html(internal) else "text",
        }
        return [meeting, meeting.model_copy(update=update)]

    def _email(self, wire: Wire) -> list[Observed]:
        properties = _properties(wire)
        text, html = properties.text("hs_email_text"), properties.text("hs_email_html")
        headers = _headers(properties)
        mail = self._interaction(
            wire,
            object_type="emails",
            kind="email",
            subject=properties.text("hs_email_subject"),
            body=html or text,
            html=html is not None,
        )
        sender = headers.object("from")
        update: dict[str, Any] = {
            "direction": "in" if properties.text("hs_email_direction") == "INCOMING_EMAIL" else "out",
            "participants": tuple(_participant(one) for name in ("to", "cc") for one in headers.objects(name)),
        }
        if sender:
            update["author"] = _participant(sender)
        return [mail.model_copy(update=update)]


def _properties(wire: Wire) -> Wire:
    record = wire.object("record") or Wire({}, "$.record")
    return record.object("properties") or Wire({}, "$.record.properties")


def _headers(properties: Wire) -> Wire:
    """Read the mail headers, which are JSON inside a text. Source: HubSpot guide, emails.

    Raises:
        MappingError: they are not JSON.
    """
    text = properties.text("hs_email_headers")
    path = "$.record.properties.hs_email_headers"
    if not text:
        return Wire({}, path)
    try:
        return Wire(msgspec.json.decode(text), path)
    except msgspec.DecodeError:
        message = f"{path} is not JSON."
        raise MappingError(message, path=path) from None


def _participant(wire: Wire) -> Participant:
    name = f"{wire.text('firstName') or ''} {wire.text('lastName') or ''}".strip()
    return Participant(name=name or None, email=wire.text("email"))


def _is_html(body: str | None) -> bool:
    """Tell if a body is markup: the field holds both, as it was logged."""
    start = (body or "").lstrip()[:200].lower()
    return start.startswith("<") or "<p" in start or "<div" in start or "<br" in start
