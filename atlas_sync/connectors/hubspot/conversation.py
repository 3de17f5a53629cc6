"""From HubSpot's activities to interactions: notes, mails, calls, meetings and tasks, with their bodies as they came."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from atlas_sync.canonical.observed import InteractionKind, Observed, ObservedInteraction, ObservedTombstone, Participant
from atlas_sync.connectors.hubspot.refs import Refs, properties_of
from atlas_sync.connectors.wire import Wire

__all__ = ["Conversation"]

_UNSENT = frozenset({"SCHEDULED", "SENDING", "FAILED"})
"""Of a mail that nobody has got yet. One that bounced was sent, and what it says was meant. Source: HubSpot guide, emails."""
_THEIRS = frozenset({"INCOMING_EMAIL", "FORWARDED_EMAIL"})
"""Of a mail whose words are not its owner's, who only logged it. Source: as above."""
_TAG = re.compile(r"</?(?:p|div|br|span|b|strong|i|em|u|a|ul|ol|li|table|tr|td|h[1-6])(?:\s[^<>]*)?/?>", re.IGNORECASE)


class Conversation:
    """Maps the activities of one connection."""

    def __init__(self, refs: Refs) -> None:
        self._refs = refs

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
        properties = properties_of(wire)
        moment = at or properties.moment("hs_timestamp") or properties.moment("hs_createdate")
        if moment is None:
            properties.need("hs_timestamp")
        owner = self._refs.ref_if("user", properties.text("hubspot_owner_id"))
        fields: dict[str, Any] = {
            **self._refs.common(wire, f"interaction/{kind}", object_type),
            "kind": kind,
            "at": moment or datetime.min.replace(tzinfo=UTC),
            "subject": subject,
            "body": body or "",
            "body_format": "html" if html else "text",
            "author": Participant(ref=owner) if owner else None,
            "deals": self._refs.refs("deal", wire, "deals"),
            "clients": self._refs.refs("client", wire, "companies"),
            "persons": self._refs.refs("person", wire, "contacts"),
        }
        return ObservedInteraction(**fields)

    def note(self, wire: Wire) -> list[Observed]:
        """Map a note."""
        body = properties_of(wire).text("hs_note_body")
        return [self._interaction(wire, object_type="notes", kind="note", subject=None, body=body, html=True)]

    def call(self, wire: Wire) -> list[Observed]:
        """Map a call."""
        properties = properties_of(wire)
        body = properties.text("hs_call_body")
        subject = properties.text("hs_call_title")
        return [
            self._interaction(wire, object_type="calls", kind="call", subject=subject, body=body, html=_is_html(body))
        ]

    def task(self, wire: Wire) -> list[Observed]:
        """Map a task; its time is when it was made, not when it is due."""
        properties = properties_of(wire)
        body = properties.text("hs_task_body")
        subject = properties.text("hs_task_subject")
        at = properties.moment("hs_createdate")
        return [
            self._interaction(
                wire, object_type="tasks", kind="task", subject=subject, body=body, html=_is_html(body), at=at
            )
        ]

    def meeting(self, wire: Wire) -> list[Observed]:
        """Map a meeting; its internal notes are a note of their own, since they are not for everybody."""
        properties = properties_of(wire)
        body, title = properties.text("hs_meeting_body"), properties.text("hs_meeting_title")
        at = properties.moment("hs_meeting_start_time")
        internal = properties.text("hs_internal_meeting_notes")
        shown = body or internal
        meeting = self._interaction(
            wire, object_type="meetings", kind="meeting", subject=title, body=shown, html=_is_html(shown), at=at
        )
        source = f"{meeting.source}/internal"
        if not internal or not body:
            return [meeting, ObservedTombstone(source=source, deletion="deleted")]
        update = {
            "source": source,
            "kind": "note",
            "body": internal,
            "body_format": "html" if _is_html(internal) else "text",
        }
        return [meeting, meeting.model_copy(update=update)]

    def email(self, wire: Wire) -> list[Observed]:
        """Map a mail; the names in its headers are its participants. One that was not sent yet says nothing."""
        properties = properties_of(wire)
        text, html = properties.text("hs_email_text"), properties.text("hs_email_html")
        # The headers are JSON inside a text. Source: HubSpot guide, emails.
        headers = properties.written("hs_email_headers") or Wire({})
        mail = self._interaction(
            wire,
            object_type="emails",
            kind="email",
            subject=properties.text("hs_email_subject"),
            body=html or text,
            html=html is not None,
        )
        if properties.text("hs_email_status") in _UNSENT:
            return [ObservedTombstone(source=mail.source, deletion="deleted")]
        sender = headers.object("from")
        direction = properties.text("hs_email_direction")
        update: dict[str, Any] = {
            "direction": "in" if direction == "INCOMING_EMAIL" else "out",
            "participants": tuple(_participant(one) for name in ("to", "cc") for one in headers.objects(name)),
        }
        if sender:
            update["author"] = _participant(sender)
        elif direction in _THEIRS:
            update["author"] = Participant(ref=mail.persons[0]) if len(mail.persons) == 1 else None
        return [mail.model_copy(update=update)]


def _participant(wire: Wire) -> Participant:
    name = f"{wire.text('firstName') or ''} {wire.text('lastName') or ''}".strip()
    return Participant(name=name or None, email=wire.text("email"))


def _is_html(body: str | None) -> bool:
    """Tell if a body is markup: the field holds both, as it was logged."""
    return _TAG.search(body or "") is not None
