"""Who matters at the customer: those who decide, and those to be won over."""

from __future__ import annotations

from atlas_sync.canonical.model import Stakeholder
from atlas_sync.coverage.record import EngagementRecord

__all__ = ["decides", "doubts", "is_met", "matters", "role_of"]

_DECIDES = ("decision maker", "decision-maker", "economic buyer", "budget holder", "sponsor", "approver", "signatory")
_DOUBTS = ("skeptic", "sceptic", "blocker", "detractor")


def decides(person: Stakeholder) -> bool:
    """Tell if a person decides or pays, by any of their roles."""
    return any(word in role for role in person.roles for word in _DECIDES)


def doubts(person: Stakeholder) -> bool:
    """Tell if a person has doubts, by stance or by role."""
    return person.stance == "skeptic" or any(word in role for role in person.roles for word in _DOUBTS)


def matters(person: Stakeholder) -> bool:
    """Tell if delivery has to know a person from the first day."""
    return decides(person) or doubts(person)


def role_of(person: Stakeholder) -> str:
    """Give the role to show: the deciding one first, "skeptic" for a doubter without a role that says so, else the title."""
    telling = [role for role in person.roles if any(word in role for word in (*_DECIDES, *_DOUBTS))]
    fallback = "skeptic" if doubts(person) else person.title or "role unknown"
    return (telling or list(person.roles) or [fallback])[0]


def is_met(person: Stakeholder, record: EngagementRecord) -> bool:
    """Tell if a work item that was not dropped assigns or names a person."""
    living = {item.key for item in record.items if item.state != "dropped"}
    return any(key in living for key in person.in_delivery)
