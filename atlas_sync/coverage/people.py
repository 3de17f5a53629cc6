"""Who matters at the customer: those who decide, and those to be won over."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from atlas_sync.canonical.model import Stakeholder
from atlas_sync.canonical.normalize import fold
from atlas_sync.coverage.record import EngagementRecord
from atlas_sync.coverage.text import MAX_TEXT

__all__ = ["decides", "doubts", "is_met", "is_named", "matters", "role_of"]

_WORD = re.compile(r"[^\W_]+")
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
    it is counted ("30 Dias"). What stands between first and family name ("van der", "O'") may stand there or not.
    A first or family name alone counts where it is listed, as those assigned, watching or mentioned are.
    """
    words = _WORD.findall(fold(name))
    if not words:
        return False
    for one in listed:
        alone = _WORD.findall(fold(one))
        if alone and alone in (words[:1], words[-len(alone) :]):
            return True
    hits = list(_WORD.finditer(text[:MAX_TEXT]))
    said = [fold(hit.group()) for hit in hits]
    if len(words) == 1:
        return words[0] in said and _is_capital(hits[said.index(words[0])].group())
    for at in (at for at, word in enumerate(said) if word == words[-1]):
        if _word_before(said[:at], between=words[1:-1]) in {*_TITLES, words[0], words[0][0]}:
            return True
        if len(words[-1]) >= _TELLING and _is_capital(hits[at].group()) and not _is_counted(text, hits[at].start()):
            return True
    return False


def _word_before(said: Sequence[str], *, between: Sequence[str]) -> str:
    """Give the last word that is none of those between first and family name; empty where there is none."""
    return next((word for word in reversed(said) if word not in between), "")


def _is_capital(word: str) -> bool:
    """Tell if a word begins with a capital, and is no code: McDonald, not MCD."""
    return word[0].isupper() and not word.isupper()


def _is_counted(text: str, start: int) -> bool:
    """Tell if a number stands before a place in a text."""
    return text[max(0, start - 2) : start].rstrip()[-1:].isdigit()
