"""Between whom: who of ours gives a promise and who of theirs receives it, as far as the words and the conversation tell."""

from __future__ import annotations

import re

from atlas_sync.extraction.conversation import Attendee, Conversation
from atlas_sync.extraction.names import directory_of
from atlas_sync.extraction.speakers import is_company_named
from atlas_sync.extraction.units import Unit

__all__ = ["promisee_of", "promiser_of"]

_SELF = re.compile(r"\b(?:I|we|I['’]\w{1,2}|we['’]\w{1,2}|my|our)\b", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’]s?\b")


def promiser_of(unit: Unit, conversation: Conversation) -> str | None:
    """Give who of ours gives the promise in a unit; None where the words name only the company, or nobody can be told.

    In minutes and in what a customer plays back it is whoever of ours is named, where no "I" or "we" stands before; else
    who says it. A seller who writes "Mick sleeps on site" gives Mick's word as their own.
    """
    ours = [person for person in conversation.attendees if person.side == "us" and person.name]
    if conversation.kind == "meeting" or unit.side == "customer":
        named = _named(unit.text, conversation)
        if named is not None:
            return named.name
    if (
        unit.side == "us"
        and unit.speaker
        and not (conversation.kind == "meeting" and is_company_named(unit.text, conversation))
    ):
        return unit.speaker
    if unit.side == "unknown" and unit.speaker not in {None, conversation.author}:
        return None
    if unit.side == "customer" and conversation.author_side != "us":
        return ours[0].name if len(ours) == 1 else None
    return conversation.author if conversation.author_side == "us" and conversation.kind != "meeting" else None


def _named(text: str, conversation: Conversation) -> Attendee | None:
    """Give the only one of ours a text names, where no "I" or "we" stands before and it is not somebody of theirs who acts."""
    found = [(place, one) for place, one in directory_of(conversation.attendees).places(text) if one.side == "us"]
    if len(found) != 1:
        return None
    place, person = found[0]
    word = re.match(r"[^\W\d_]{1,40}", text[place:])
    after = text[place + (word.end() if word else 0) :][:40]
    if _SELF.search(text[:place]) or _POSSESSIVE.match(after):
        return None
    return person


def promisee_of(unit: Unit, conversation: Conversation) -> str | None:
    """Give who of theirs receives the promise in a unit: who is named, else who is greeted, else the only customer there is.

    Whoever is on the sale alone was not spoken to, unless the text names them: others may be on it tomorrow.
    """
    directory = directory_of(conversation.attendees)
    customers = [person for person in directory.people if person.side == "customer" and person.name]
    named, greeted, met = (directory.named(text) for text in (unit.text, unit.greets, conversation.body))
    chosen = (
        [one for one in customers if one in named]
        or [one for one in customers if one in greeted]
        or [one for one in customers if one.is_here or one in met]
    )
    return chosen[0].name if len(chosen) == 1 else None
