"""Who they are: roles and stance of the customer's people, from the sentences that name them or that they say themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from atlas_sync.canonical.model import Stance
from atlas_sync.canonical.normalize import fold, person_key
from atlas_sync.extraction.conversation import Attendee
from atlas_sync.extraction.units import Unit

__all__ = ["PersonCue", "begins_with_customer", "people_in"]

PersonCue = tuple[str, tuple[str, ...], Stance | None, str]

_ROLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "decision maker",
        re.compile(
            r"\b(?:signs?(?: (?:it )?off)?|decides?|final (?:say|word)|approves?|has to agree|must sign|calls the shots|makes the (?:call|decision))\b",
            re.IGNORECASE,
        ),
    ),
    (
        "economic buyer",
        re.compile(
            r"\b(?:holds the (?:budget|purse)|budget (?:holder|owner)|pays for it|her budget|his budget)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "champion",
        re.compile(
            r"\b(?:pushing for us|champion|fighting for|on our side|wants us|rooting for|sold on|big fan)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "skeptic",
        re.compile(
            r"\b(?:s[ck]eptic(?:al)?|nervous|worried|not convinced|doubts?|burn(?:ed|t)|heard that before|pushing back|suspicious|unhappy|against (?:it|us)|does ?n['’]t (?:trust|believe)|hates?|dead against|will believe it when)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "end user",
        re.compile(
            r"\b(?:(?:will|who) (?:actually )?use|uses? it|works? with it|end users?|runs? the (?:floor|shift|desk|shop|till)|on the (?:floor|yard|shift)|day to day)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "technical",
        re.compile(
            r"\b(?:runs? (?:the )?(?:it|network|servers|systems)|it (?:manager|lead|admin)|firewall|technical (?:lead|contact))\b",
            re.IGNORECASE,
        ),
    ),
)
_SELF: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("decision maker", re.compile(r"\bi(?:['’]ll| will)? (?:sign|decide|have the final|approve)\b", re.IGNORECASE)),
    (
        "skeptic",
        re.compile(
            r"\b(?:i(?:['’]ve| have) heard (?:that|this)|i(?:['’]m| am) not convinced|i don['’]t (?:believe|trust)|i(?:['’]ll| will) believe|they said (?:that|the same)|we(?:['’]ve| have) been burn(?:ed|t))\b",
            re.IGNORECASE,
        ),
    ),
)
_SHORTEST_NAME = 4
_TITLES = frozenset({"dr", "mr", "mrs", "ms", "prof", "customer", "client"})


def people_in(unit: Unit, attendees: Sequence[Attendee]) -> Iterator[PersonCue]:
    """Yield name, roles, stance and rule for each of the customer's people that a unit says something about."""
    if unit.zone != "new":
        return
    customers = [one for one in attendees if one.side == "customer" and one.name]
    if unit.side == "customer" and unit.speaker:
        roles = tuple(role for role, pattern in _SELF if pattern.search(unit.text))
        if roles:
            yield unit.speaker, roles, _stance(roles), "says so"
    named = [one for one in customers if _names(unit.text, one, customers) and unit.speaker not in one.names]
    if len(named) != 1:
        return
    roles = tuple(role for role, pattern in _ROLES if pattern.search(unit.text))
    if roles:
        yield str(named[0].name), roles, _stance(roles), "named beside it"


def _stance(roles: Sequence[str]) -> Stance | None:
    if "skeptic" in roles:
        return "skeptic"
    return "supporter" if "champion" in roles else None


def _names(text: str, person: Attendee, everybody: Sequence[Attendee]) -> bool:
    """Tell if a text names somebody: in full, or by a first or last name that nobody else there has."""
    words = set(re.findall(r"\w+", fold(text)))
    for name in person.names:
        parts = person_key(name).split()
        if parts and all(part in words for part in parts):
            return True
        for part in parts[:1] + parts[-1:]:
            shared = sum(part in _parts(one) for one in everybody)
            if len(part) >= _SHORTEST_NAME and part in words and shared == 1:
                return True
    return False


def _parts(person: Attendee) -> set[str]:
    return {part for name in person.names for part in person_key(name).split()}


def begins_with_customer(text: str, attendees: Sequence[Attendee]) -> bool:
    """Tell if one of the customer's people is the subject of a sentence: "U. Brandhorst opens the VLANs until 3 July"."""
    words = re.findall(r"\w+", fold(text))
    begins = words[1:2] if words and (len(words[0]) == 1 or words[0] in _TITLES) else words[:1]
    ours = {part for one in attendees if one.side == "us" for part in _parts(one)}
    theirs = {part for one in attendees if one.side == "customer" for part in _parts(one)}
    return any(len(word) >= _SHORTEST_NAME and word in theirs - ours for word in begins)
