"""Which object types the streams read, what they ask for, and in which order the streams come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from atlas_sync.connectors.protocol import StreamSpec

__all__ = ["LINKED", "OBJECTS", "STREAMS", "ObjectType"]


@dataclass(frozen=True, slots=True)
class ObjectType:
    """How records of one type are read.

    `kind` is ours, in source refs. Without the `needed` properties a stream is partial, since something would look absent
    that is only hidden; without the `wanted` ones it is thinner. Whatever else can be seen comes along. `beside` are the
    types whose associations are landed with each record, `history` the properties whose earlier values are.
    """

    type: str
    kind: str
    needed: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    cursor: str = "hs_lastmodifieddate"


_OWNER = "hubspot_owner_id"
_TIMES = ("hs_timestamp", "hs_createdate")
_ABOUT = ("deals", "contacts", "companies")

OBJECTS: Mapping[str, ObjectType] = {
    "clients": ObjectType(
        "companies", "client", ("name", "domain"), ("industry", "city", "country", "hs_merged_object_ids")
    ),
    "persons": ObjectType(
        "contacts",
        "person",
        ("firstname", "lastname", "email"),
        ("phone", "jobtitle", "hs_buying_role", "hs_merged_object_ids"),
        ("companies",),
        cursor="lastmodifieddate",
    ),
    "deals": ObjectType(
        "deals",
        "deal",
        ("dealname", "dealstage", "hs_is_closed_won", "hs_is_closed", _OWNER, "description", "hs_next_step"),
        (
            "pipeline",
            "amount",
            "deal_currency_code",
            "closedate",
            "createdate",
            "hs_closed_won_date",
            "hs_merged_object_ids",
            "hs_acv",
            "hs_arr",
            "hs_mrr",
            "hs_tcv",
        ),
        ("companies",),
        ("dealstage", "amount", "closedate", _OWNER),
    ),
    "line_items": ObjectType(
        "line_items", "line_item", (), ("name", "quantity", "price", "amount", "description"), ("deals",)
    ),
    "quotes": ObjectType(
        "quotes",
        "contract",
        ("hs_title", "hs_status", "hs_terms", "hs_comments"),
        ("hs_quote_number", "hs_expiration_date"),
        ("deals", "companies"),
    ),
    "notes": ObjectType("notes", "interaction/note", ("hs_note_body", _OWNER), _TIMES, _ABOUT),
    "emails": ObjectType(
        "emails",
        "interaction/email",
        ("hs_email_text", "hs_email_html", "hs_email_headers", "hs_email_subject"),
        ("hs_email_direction", "hs_email_status", _OWNER, *_TIMES),
        _ABOUT,
    ),
    "calls": ObjectType(
        "calls", "interaction/call", ("hs_call_body", _OWNER), ("hs_call_title", "hs_call_direction", *_TIMES), _ABOUT
    ),
    "meetings": ObjectType(
        "meetings",
        "interaction/meeting",
        ("hs_meeting_body", "hs_internal_meeting_notes", _OWNER),
        ("hs_meeting_title", "hs_meeting_start_time", *_TIMES),
        _ABOUT,
    ),
    "tasks": ObjectType("tasks", "interaction/task", ("hs_task_body", _OWNER), ("hs_task_subject", *_TIMES), _ABOUT),
}

LINKED = ("line_items", "quotes", "notes", "emails", "calls", "meetings", "tasks")
"""Streams whose records hang on deals: their names are the vendor's types."""

STREAMS = (
    StreamSpec("users", "set", ("people",)),
    StreamSpec("pipelines", "set", ("deal",)),
    StreamSpec("clients", "increment", ("people",)),
    StreamSpec("persons", "increment", ("people",)),
    StreamSpec("deals", "increment", ("deal",), whole=True),
    StreamSpec("roles", "set", ("roles",), after=("deals",)),
    StreamSpec("links", "increment", ("conversation",), after=("deals",)),
    StreamSpec("line_items", "increment", ()),
    StreamSpec("quotes", "increment", ("contract",)),
    StreamSpec("notes", "increment", ("conversation",)),
    StreamSpec("emails", "increment", ("conversation",)),
    StreamSpec("calls", "increment", ("conversation",)),
    StreamSpec("meetings", "increment", ("conversation",)),
    StreamSpec("tasks", "increment", ("conversation",)),
    StreamSpec("archived", "increment", ("deal",)),
)
