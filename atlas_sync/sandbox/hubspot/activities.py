"""How a piece of conversation becomes one of the vendor's activities, with its bodies in HTML as the vendor keeps them.

Source: facts/hubspot.md, section 8.
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from atlas_sync.sandbox.happenings import Interaction
from atlas_sync.sandbox.hubspot.values import plain, stamp

__all__ = ["Addresses", "activity"]

Addresses = dict[str, tuple[str, str | None]]
"""Names and mail addresses by the world's keys."""

_CONNECTED = "f240bbac-87c9-4f6e-bf70-924b57d47db7"
_MEETING = timedelta(hours=1)
_Values = dict[str, str | None]


def activity(
    said: Interaction, *, addresses: Addresses, attending: Sequence[str], at: datetime
) -> tuple[str, Mapping[str, str | None]]:
    """Give the object type and the properties of an activity; `attending` are ids of owners."""
    when: _Values = {"hs_timestamp": stamp(at)}
    match said.kind:
        case "email":
            return "emails", when | _email(said, addresses)
        case "call":
            return "calls", when | {
                "hs_call_title": said.subject,
                "hs_call_body": _markup(said),
                "hs_call_direction": "INBOUND" if said.incoming else "OUTBOUND",
                "hs_call_disposition": _CONNECTED,
                "hs_call_status": "COMPLETED",
            }
        case "meeting":
            return "meetings", when | _meeting(said, at=at) | {"hs_attendee_owner_ids": ";".join(attending)}
        case "note":
            return "notes", when | {"hs_note_body": _markup(said, title=said.subject)}
        case "task":
            return "tasks", when | {
                "hs_task_subject": said.subject,
                "hs_task_body": _markup(said),
                "hs_task_priority": "NONE",
                "hs_task_status": "NOT_STARTED",
                "hs_task_type": "TODO",
            }


def _meeting(said: Interaction, *, at: datetime) -> _Values:
    """Give a meeting. Minutes, which have no author, go where sellers write them: the internal notes."""
    body = "hs_meeting_body" if said.author else "hs_internal_meeting_notes"
    return {
        "hs_meeting_title": said.subject,
        body: _markup(said),
        "hs_meeting_start_time": stamp(at),
        "hs_meeting_end_time": stamp(at + _MEETING),
        "hs_meeting_outcome": "COMPLETED",
    }


def _email(said: Interaction, addresses: Addresses) -> _Values:
    """Give a mail. A mail in HTML has its words beside it, a mail in plain text has no HTML."""
    is_html = said.format == "html"
    return {
        "hs_email_subject": said.subject,
        "hs_email_html": said.body if is_html else None,
        "hs_email_text": plain(said.body) if is_html else said.body,
        "hs_email_headers": _headers(said, addresses),
        "hs_email_direction": "INCOMING_EMAIL" if said.incoming else "EMAIL",
        "hs_email_status": "SENT",
    }


def _headers(said: Interaction, addresses: Addresses) -> str:
    """Write who sent a mail to whom: JSON text. Who has no address is not in it."""
    to = [party for key in said.to if (party := _party(key, addresses))]
    sender = _party(said.author, addresses)
    return json.dumps({**({"from": sender} if sender else {}), "to": to, "cc": [], "bcc": []}, ensure_ascii=False)


def _party(key: str | None, addresses: Addresses) -> dict[str, str] | None:
    name, email = addresses.get(key or "", ("", None))
    first, _, last = name.rpartition(" ")
    return {"email": email, "firstName": first, "lastName": last} if email else None


def _markup(said: Interaction, *, title: str = "") -> str:
    """Give a body in HTML: plain text becomes the paragraphs that the vendor's editor makes of it."""
    if said.format == "html":
        return f"<p><strong>{html.escape(title)}</strong></p>{said.body}" if title else said.body
    lines = [*([title] if title else []), *said.body.split("\n")]
    inner = "".join(f'<p style="margin:0;">{html.escape(line, quote=False) or "<br>"}</p>' for line in lines)
    return f'<div style="" dir="auto" data-top-level="true">{inner}</div>'
