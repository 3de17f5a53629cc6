# ruff: noqa: ANN401 - a builder passes any field on
"""Conversations for the tests of reading: one call makes one, with two of ours and three of theirs unless said otherwise."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from atlas_sync.extraction import Attendee, Conversation

PEOPLE = (
    Attendee("Lena Wirth", "lena.wirth@kestrel.example", "us", title="Account Director"),
    Attendee("Dapo Ogunleye", "dapo@kestrel.example", "us", title="Technical Lead"),
    Attendee("Jens Brandt", "j.brandt@hallmann.example", "customer", title="Head of E-Commerce"),
    Attendee("Dr. Sabine Ruf", "s.ruf@hallmann.example", "customer", title="IT Manager"),
    Attendee("Henrike (Rike) Hallmann", "h.hallmann@hallmann.example", "customer", title="Managing Director"),
)


def conversation(body: str, **changes: Any) -> Conversation:
    """Make a mail of Lena's with a body, or what the changes say."""
    values: dict[str, Any] = {
        "interaction_id": "c01-d1",
        "engagement_id": "c01",
        "kind": "email",
        "at": datetime(2026, 1, 13, 10, tzinfo=UTC),
        "subject": "Offer",
        "author": "Lena Wirth",
        "author_side": "us",
        "attendees": PEOPLE,
        "body": body,
        "body_format": "text",
        "audience": "client_ok",
    }
    return Conversation(**values | changes)
