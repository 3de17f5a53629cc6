"""From Salesforce's tasks, events, mails and notes to interactions. Pure, total, one record at a time."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from email.utils import getaddresses

from atlas_sync.canonical.observed import (
    InteractionKind,
    Observed,
    ObservedInteraction,
    ObservedTombstone,
    Participant,
)
from atlas_sync.connectors.salesforce.refs import Refs
from atlas_sync.connectors.salesforce.settings import CustomObject
from atlas_sync.connectors.wire import Wire

__all__ = ["map_custom", "map_email", "map_event", "map_note", "map_task"]

_SUBTYPES: dict[str | None, InteractionKind] = {"Call": "call", "Email": "email", "ListEmail": "email"}
_DRAFT = "5"
_NOTE = "SNOTE"


def map_task(wire: Wire, refs: Refs) -> list[Observed]:
    """Map a call, a to-do, or a mail that was logged as a task alone.

    One that repeats an EmailMessage is merged into that, so that the mail counts once.
    """
    if wire.text("email_message"):
        record = wire.object("record") or Wire(wire.raw("record"), "$.record")
        return [ObservedTombstone(source=refs.ref("interaction/task", record.need("Id")), deletion="merged")]
    kind = _SUBTYPES.get(wire.text("TaskSubtype"), "task")
    return [
        ObservedInteraction(
            **refs.common(wire, "interaction/task", "Task"),
            kind=kind,
            at=_written(wire) if kind == "task" else _happened(wire),
            subject=wire.text("Subject"),
            body=wire.text("Description") or "",
            direction={"Inbound": "in", "Outbound": "out"}.get(wire.text("CallType") or ""),
            **_about(wire, refs),
        )
    ]


def map_event(wire: Wire, refs: Refs) -> ObservedInteraction:
    """Map a meeting."""
    return ObservedInteraction(
        **refs.common(wire, "interaction/event", "Event"),
        kind="meeting",
        at=wire.moment("StartDateTime") or _midnight(wire) or _written(wire),
        subject=wire.text("Subject"),
        body=wire.text("Description") or "",
        **_about(wire, refs),
    )


def map_email(wire: Wire, refs: Refs) -> list[Observed]:
    """Map a mail that was sent or received; a draft says nothing yet.

    Source: object reference, EmailMessage: Status 5 is a draft; either body may be empty where the other is set.
    """
    if wire.text("Status") == _DRAFT or wire.flag("IsPrivateDraft"):
        return []
    text = wire.text("TextBody")
    related = wire.text("RelatedToId")
    name, address = wire.text("FromName"), wire.text("FromAddress")
    return [
        ObservedInteraction(
            **refs.common(wire, "interaction/email", "EmailMessage"),
            kind="email",
            at=wire.moment("MessageDate") or _written(wire),
            subject=wire.text("Subject"),
            body=text or wire.text("HtmlBody") or "",
            body_format="text" if text or not wire.text("HtmlBody") else "html",
            direction="in" if wire.flag("Incoming") else "out",
            author=Participant(name=name, email=address) if name or address else None,
            participants=(*_addresses(wire.text("ToAddress")), *_addresses(wire.text("CcAddress"))),
            deals=refs.deals(related),
            clients=refs.clients(related),
        )
    ]


def map_note(wire: Wire, refs: Refs) -> list[Observed]:
    """Map an enhanced note, whose text is HTML, with the deals and clients it is linked to now.

    A file says nothing, but that it is deleted.
    """
    record = wire.object("record") or Wire(wire.raw("record"), "$.record")
    if record.has("FileType") and record.text("FileType") != _NOTE:
        source = refs.ref("interaction/note", record.need("Id"))
        return [ObservedTombstone(source=source, deletion="deleted")] if record.flag("IsDeleted") else []
    links = [link.text("LinkedEntityId") for link in wire.objects("links") if not link.flag("IsDeleted")]
    if wire.has("content_base64"):
        record.need("content as UTF-8")
    author = refs.user(record.text("OwnerId"))
    return [
        ObservedInteraction(
            **refs.common(record, "interaction/note", "ContentDocument"),
            kind="note",
            at=_written(record),
            subject=record.text("Title"),
            body=wire.text("content") or "",
            body_format="html",
            author=Participant(ref=author) if author else None,
            deals=tuple(deal for link in links for deal in refs.deals(link)),
            clients=refs.clients(*links),
            persons=tuple(person for link in links for person in refs.persons(link)),
        )
    ]


def map_custom(wire: Wire, refs: Refs, *, thing: str, spec: CustomObject) -> list[Observed]:
    """Map a record of the org's own as a note about its deal, or as promises written down for it."""
    author = refs.user(wire.text("OwnerId")) or refs.user(wire.text("CreatedById"))
    return [
        ObservedInteraction(
            **refs.common(wire, "interaction/custom", thing),
            kind="promises" if spec.holds == "promises" else "note",
            at=wire.moment(spec.at) or _written(wire),
            subject=wire.text(spec.title),
            body="\n\n".join(text for name in spec.texts if (text := wire.text(name))),
            body_format=spec.text_format,
            author=Participant(ref=author) if author else None,
            deals=refs.deals(wire.text(spec.deal or "")),
        )
    ]


def _about(wire: Wire, refs: Refs) -> dict[str, object]:
    """Give who logged an activity and what it is attached to."""
    author = refs.user(wire.text("OwnerId"))
    return {
        "author": Participant(ref=author) if author else None,
        "deals": refs.deals(wire.text("WhatId")),
        "clients": refs.clients(wire.text("WhatId"), wire.text("AccountId")),
        "persons": refs.persons(wire.text("WhoId")),
    }


def _written(wire: Wire) -> datetime:
    """Give when a record was made."""
    for name in ("CreatedDate", "ContentModifiedDate", "SystemModstamp"):
        if moment := wire.moment(name):
            return moment
    wire.need("CreatedDate")
    raise AssertionError  # unreachable: what is needed and absent has been refused


def _happened(wire: Wire) -> datetime:
    """Give when a call or mail took place: the day it was filed under, with the time it was logged if that is the same day.

    The day has no time zone, so a day of difference is still the same one. Source: object reference, ActivityHistory.
    """
    logged = wire.moment("CompletedDateTime") or _written(wire)
    day = _midnight(wire)
    return logged if day is None or abs(day - logged) <= timedelta(days=1, hours=14) else day


def _midnight(wire: Wire) -> datetime | None:
    day = wire.day("ActivityDate")
    return datetime.combine(day, time(), UTC) if day else None


def _addresses(text: str | None) -> tuple[Participant, ...]:
    """Read a list of mail addresses, which the vendor parts by semicolons."""
    found = getaddresses([(text or "").replace(";", ",")])
    return tuple(Participant(name=name or None, email=address) for name, address in found if address)
