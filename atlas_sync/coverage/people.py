"""Who matters at the customer: those who decide, and those to be won over."""

from __future__ import annotations

import re
from collections.abc import Iterable

from atlas_sync.canonical.model import Stakeholder
from atlas_sync.canonical.normalize import fold
from atlas_sync.coverage.record import EngagementRecord
from atlas_sync.coverage.text import MAX_TEXT

__all__ = ["decides", "doubts", "is_met", "is_named", "matters", "role_of"]

_WORD = re.compile(r"[^\W\d_]+")
_TITLES = frozenset(("mr", "mrs", "ms", "dr", "prof", "herr", "frau", "mme", "mevrouw", "sr", "sra"))
_TELLING = 4
"""Letters from which on a family name alone, with a capital, is taken for its bearer."""

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
    """Tell if delivery knows a person: asked to watch the brief, or assigned, named or watching on an item that lives."""
    if person.person_id in record.watching:
        return True
    living = [item for item in record.items if item.state != "dropped"]
    if {item.key for item in living} & set(person.in_delivery):
        return True
    return any(is_named(person.name, f"{item.summary}\n{item.text}", listed=[item.assignee or ""]) for item in living)


def is_named(name: str, text: str, *, listed: Iterable[str] = ()) -> bool:
    """Tell if a text or a list of people names a person.

    In a text: the full name, an initial or a title with the family name, or a family name of some length with a capital, unless
    it is counted ("30 Dias").
    A first or family name alone counts where it is listed, as those assigned, watching or mentioned are.
    """
    words = fold(name).split()
    if not words:
        return False
    if any(fold(one) in {" ".join(words), words[0], words[-1]} for one in listed if one):
        return True
    hits = list(_WORD.finditer(text[:MAX_TEXT]))
    raw = [hit.group() for hit in hits]
    said = [fold(word) for word in raw]
    if len(words) == 1:
        return words[0] in said and raw[said.index(words[0])].istitle()
    first, last = words[0], words[-1].rpartition("-")[2] if "-" in words[-1] else words[-1]
    for at, word in enumerate(said):
        if word == last and at and (said[at - 1] in _TITLES or said[at - 1] in {first, first[0]}):
            return True
        if word == last and len(last) >= _TELLING and raw[at].istitle() and not _is_counted(text, hits[at].start()):
            return True
    return False


def _is_counted(text: str, start: int) -> bool:
    """Tell if a number stands before a place in a text."""
    return text[max(0, start - 2) : start].rstrip()[-1:].isdigit()
