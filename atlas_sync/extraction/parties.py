"""Between whom: who of ours gives a promise and who of theirs receives it, as far as the words and the conversation tell."""

from __future__ import annotations

import re

from atlas_sync.extraction.conversation import Attendee, Conversation
from atlas_sync.extraction.names import directory_of
from atlas_sync.extraction.people import is_spoken_to
from atlas_sync.extraction.speakers import is_company_named
from atlas_sync.extraction.units import GREETS, Unit

__all__ = ["promisee_of", "promiser_of"]

_SELF = re.compile(r"\b(?:I|we|I['’]\w{1,2}|we['’]\w{1,2}|my|our)\b", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’]s?\b")
_NAME = r"(?-i:[A-ZÀ-Þ])[\w’'-]{1,30}"
_AND = r"(?:and|&|und|et|y|e|en)"
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’-](?!s\b)(?=[^\W\d_])){0,40}(?: [A-ZÀ-Þ][\w-]{1,30}){0,2}")
_OWNS = re.compile(r"['’](?:s\b| )")
_GREETING = re.compile(rf"\s{{0,40}}{GREETS}[^,;:!?\n]{{0,40}}")
_TITLE = r"(?:(?:Mrs?|Ms|Dr|Herrn?|Frau|Mme|Sra?)\.? )?$"
_OTHER_THAN = re.compile(
    r"\b(?:instead of|in place of|rather than|replac(?:es?|ed|ing)|succeed(?:s|ed|ing)?|(?:takes?|took|taking) over from|as|"
    r"like|statt|anstelle von|anstatt|ersetzt|wie|à la place de|au lieu de|remplace|comme|en (?:lugar|vez) de|em vez de|como|"
    rf"in plaats van|vervangt|zoals|al posto di|sostituisce|come) {_TITLE}",
    re.IGNORECASE,
)
_GIVEN = re.compile(
    rf"\b(?:to|for|an|für|à|pour|para|aan|voor|per) (?:{_NAME} (?:{_NAME} )?{_AND} )?{_TITLE}", re.IGNORECASE
)
_HANDED = re.compile(
    rf"\b(?:send|give|get|show|hand|train|offer|schick(?:en|e)|send(?:en|e)|geben?|zeigen?|schulen?)(?: wir| ich)? "
    rf"(?:{_NAME} (?:{_NAME} )?{_AND} )?{_TITLE}",
    re.IGNORECASE,
)
_TO_DO = re.compile(
    r"(?: [A-ZÀ-Þ][\w-]{1,30})? (?:to|involved|on board|"
    r"(?:in|on|into) (?:the |a |our |this )?(?:phone|line|call|room|meeting|loop))\b"
)
"""What makes of "get Jens" no giving: "get Jens to sign", "get Jens on the phone"."""
_GETS = re.compile(
    rf"(?:(?:{_NAME}|{_AND}) ){{0,5}}{_NAME}(?:['’]ll| will| wird| va)? "
    r"(?:gets?|receives?|ha(?:s|ve)|bekomm(?:t|en)|erhält|erhalten|aura|recevra|reçoit|recevoir|recibirá|tendrá|receberá|terá|"
    r"krijgt|krijgen|ontvangt|riceverà|avrà)\b"
)


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
    """Give who of theirs receives the promise in a unit: who is named so, else who is greeted, else the only customer there is.

    Whoever is on the sale alone was not spoken to, unless the text names them: others may be on it tomorrow. A mail is to
    whom it was sent, whomever else it speaks of; nobody can be told where it greets another.
    """
    directory, body = directory_of(conversation.attendees), conversation.body
    customers = [person for person in directory.people if person.side == "customer" and person.name]
    here = [person for person in customers if person.is_here]
    is_sent = conversation.kind == "email" and unit.side == "us" and bool(here)
    named = [
        one
        for place, one in directory.places(unit.text)
        if not _is_spoken_of(unit.text, place) and (one in here or not is_sent or _is_meant(unit.text, place))
    ]
    greeted, met = (directory.named(text) for text in (unit.greets, _greeting(body) if is_sent else body))
    chosen = (
        [one for one in customers if one in named]
        or [one for one in customers if one in greeted]
        or [one for one in customers if one in here or one in met]
    )
    return chosen[0].name if len(chosen) == 1 else None


def _is_spoken_of(text: str, place: int) -> bool:
    """Tell if a name only says whose something is, or for whom another comes: "Jens's team", "instead of Jens"."""
    word = _WORD.match(text, place)
    return bool(_OTHER_THAN.search(text[:place]) or (word and _OWNS.match(text, word.end())))


def _is_meant(text: str, place: int) -> bool:
    """Tell if a text speaks to whom it names, or says that they get something: "send Jens the plan"."""
    word, before = _WORD.match(text, place), text[:place]
    after = text[word.end() :] if word else ""
    is_called = after.startswith(":") and not before.strip(" -–*•")
    is_handed = _HANDED.search(before) and not _TO_DO.match(after)
    return bool(
        is_called or is_handed or is_spoken_to(text, place) or _GIVEN.search(before) or _GETS.match(text, place)
    )


def _greeting(body: str) -> str:
    """Give the words that a mail greets with; empty where it begins otherwise."""
    found = _GREETING.match(body)
    return found[0] if found else ""
