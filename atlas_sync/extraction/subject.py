"""Subject: with whose name a line of notes or minutes begins, and the line with that side's own word in its place.

"Sanna to send the plan" is our promise or their duty, as Sanna is one of ours or of theirs. No model can know names; the
people of the conversation and the names of their companies tell.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from atlas_sync.canonical.model import Side
from atlas_sync.canonical.normalize import company_key, domain_of
from atlas_sync.extraction.conversation import Attendee, Conversation
from atlas_sync.extraction.days import level
from atlas_sync.extraction.dues import find_due
from atlas_sync.extraction.duties import is_left_to_you
from atlas_sync.extraction.names import directory_of
from atlas_sync.extraction.phrases import HINT
from atlas_sync.extraction.units import Unit

__all__ = ["as_told_to_them", "retold", "retold_heading"]

_TERSE = frozenset({"note", "task", "meeting"})
_WORD = r"[^\W\d_][\w.’'-]{0,40}"
_TITLE = r"(?:(?:The|Dr|Prof|Mr|Mrs|Ms|Herr|Frau|Mme)\.? ){0,2}"
_NAME = re.compile(rf"{_TITLE}(?P<name>{_WORD}(?: (?:& |\+ |and )?(?=[A-ZÀ-Þ]){_WORD}){{0,3}})(?: \([^()]{{1,40}}\))?")
_LABEL = re.compile(rf"(?:{_NAME.pattern}) ?[:–—-] ")
_IN_BRACKETS = re.compile(rf" \((?:{_NAME.pattern})\)\.?$")
_ACTS = re.compile(r" (?!(?:and|or|und|oder|et|ou|y)\b)[a-zß-ÿ]")
_POSSESSIVE = re.compile(r"['’]s?$")
_OF_ITS_OWN: dict[Side, tuple[str, str]] = {"us": ("We", "Our"), "customer": ("The customer", "The customer's")}
_HEADING = re.compile(rf"(?:{_NAME.pattern})(?P<does> (?:will|to do|provides|tasks?|side)) ?:?")
_DONE_BY = re.compile(rf"(?P<done>(?i:to be )?(?i:provided|supplied|delivered|done) by )(?:{_NAME.pattern}) ?:?")
_CAPITAL = rf"(?=[A-ZÀ-Þ]){_WORD}(?: (?=[A-ZÀ-Þ]){_WORD})?"
_BESIDE = rf"(?P<beside>(?:{_CAPITAL}, ){{1,3}}(?={_CAPITAL} (?:and|&|\+) ))?"
"""Who does it too: "Jens, Rike and Sabine will"."""
_JOINS = r"(?:and|but|so|then|also|next|now)"
_OPENS = rf"(?:\W{{0,4}}(?:(?i:{_JOINS}) ){{0,2}}|.{{1,80}}?(?:[,;:.!–—-] |\b(?i:{_JOINS}) ))"
"""What stands before a name: a remark, a time, a topic, or something of its own."""
_PIECE = re.compile(r"([^\s,;:.!–—](?:[^,;:.!–—-]|[.-](?! ))*+)([,;:.!–—-]?)")
_JOINED = re.compile(
    rf"(?:{_JOINS}|please note|first(?:ly)?|second(?:ly)?|finally|lastly)(?: {_JOINS})*", re.IGNORECASE
)
"""Words that only lead on."""
_SPOKEN_OF = re.compile(
    r"(?:as|like|per|further to|thanks|thank you|(?:good|great|nice|quick) \w{2,12})\b", re.IGNORECASE
)
"""What speaks of what was said or done, whenever that was: "As discussed on Monday"."""
_BESIDE_IT = re.compile(
    r"(?:for|to|from|with|in|on|by|at|since|just|fine|ok(?:ay)?|perfect|yes|hi|hello)\b", re.IGNORECASE
)
"""What goes with what follows: "By the way", "From my side all good"."""
_THING = re.compile(r"(?:the|an?|your|new|all|both|you|\d+|two|three|four|five|six|ten|twelve)\b", re.IGNORECASE)
"""What begins to name a thing: "New portal", "two engineers"."""
_TODAY = re.compile(r"\btoday\b", re.IGNORECASE)
_OF_TIME = re.compile(
    r"(?:[\W\d]|\b(?:morning|afternoon|evening|noon|at|the|latest|on|later|from|by)\b)*", re.IGNORECASE
)
_MOST_WORDS = {":": 3, "-": 2, "–": 2, "—": 2, ",": 1, ";": 1, ".": 2, "!": 2}
"""So many words before a mark are a remark or a topic; more may well be of ours: "Training on site - "."""
_DOES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (
        re.compile(rf"^(?P<opens>{_OPENS}){_BESIDE}(?=[A-ZÀ-Þ])(?P<who>{_NAME.pattern}) (?:{does})"),
        told,
    )
    for does, told in (
        (r"(?:will|shall|must) ", "you will "),
        (r"(?:(?:is |are )?to|has to|have to|needs? to) (?!be )", "you are to "),
        (r"(?P<gives>provide|send|give|hand|forward)s (?=us |me )", "you {gives} "),
    )
)
_SO = re.compile(rf"\bso (?:that )?(?P<who>(?=[A-ZÀ-Þ]){_NAME.pattern}) (?=(?:can|could|may)\b)")
"""For whom what is left to them is: "so Rike can check them on Monday"; what "Rike gets" may be of ours."""
_SHORTEST_PART = 5


def retold(unit: Unit, conversation: Conversation) -> tuple[str, Side] | None:
    """Give a line that begins with a name as its side would say it, with that side; None where no name tells more.

    One that is noted for one of ours ("Sanna: the plan", "The plan (Sanna)") stays as it is. Told are lines of ours, and of
    nobody, in what is written down short: whoever writes a mail or speaks says "I".
    """
    if conversation.kind not in _TERSE:
        return None
    found = _NAME.match(unit.text) if unit.side != "customer" else None
    side = _side_of(found["name"], conversation) if found and _ACTS.match(unit.text, found.end()) else None
    if found is None or side not in _OF_ITS_OWN:
        return (unit.text, "us") if _is_noted_for_us(unit.text, conversation) else None
    word = _OF_ITS_OWN[side][_POSSESSIVE.search(found["name"]) is not None]
    return word + unit.text[found.end() :], side


def as_told_to_them(unit: Unit, conversation: Conversation) -> Unit:
    """Give a unit of our side that leaves all to somebody of theirs as we would tell them: "Hugo will send us" is "you will".

    Any other is given as it is, and one that says something else before the name.
    """
    if unit.side != "us":
        return unit
    text = _told_by_name(unit.text, conversation) or unit.text
    for_them = _SO.search(text)
    if for_them and _side_of(for_them["name"], conversation) == "customer" and is_left_to_you(text):
        text = f"{text[: for_them.start('who')]}you{text[for_them.end('who') :]}"
    return unit if text == unit.text else replace(unit, text=text)


def _told_by_name(text: str, conversation: Conversation) -> str | None:
    """Give a text that begins with names of theirs, and what may stand before these, with "you" for them."""
    for does, told in _DOES:
        found = does.match(text)
        if found is None or not _leaves_all(found["opens"], conversation):
            continue
        names = [*(found["beside"] or "").split(", ")[:-1], found["name"]]
        if all(_side_of(name, conversation) == "customer" for name in names):
            as_told = found["opens"] + told.format_map(found.groupdict()) + text[found.end() :]
            if is_left_to_you(as_told):
                return as_told
    return None


def _leaves_all(opens: str, conversation: Conversation) -> bool:
    """Tell if nothing that stands before a name may be of ours, as "New portal live on 3 May, Jens will" begins."""
    return all(_is_aside(piece[1].strip(), piece[2], conversation) for piece in _PIECE.finditer(opens))


def _is_aside(words: str, mark: str, conversation: Conversation) -> bool:
    """Tell if words before a mark only say when, speak of what was said or name a topic."""
    if _JOINED.fullmatch(words) or _SPOKEN_OF.match(words):
        return True
    if HINT.search(level(_TODAY.sub("", words))):
        when, day = find_due(words, said_at=conversation.at)
        return bool(when and day and _OF_TIME.fullmatch(words.replace(when, "")))
    if _THING.match(words) and mark != ":":
        return False
    return _BESIDE_IT.match(words) is not None or len(words.split()) <= _MOST_WORDS.get(mark, 0)


def _is_noted_for_us(text: str, conversation: Conversation) -> bool:
    """Tell if the name of one of ours stands before the colon of a line or in brackets behind it."""
    names = (_LABEL.match(text), _IN_BRACKETS.search(text))
    return any(found is not None and _side_of(found["name"], conversation) == "us" for found in names)


def retold_heading(heading: str, conversation: Conversation) -> str:
    """Give a heading that names whose list it is with "the customer" for a name of theirs: "Nordhafen will:"."""
    found = _HEADING.fullmatch(heading) or _DONE_BY.fullmatch(heading)
    if found is None or _side_of(found["name"], conversation) != "customer":
        return heading
    parts = found.groupdict()
    return f"{parts.get('done') or ''}the customer{parts.get('does') or ''}"


def _side_of(name: str, conversation: Conversation) -> Side | None:
    """Give the side of the people or the company that a name means, None where it means nobody or both sides."""
    people = directory_of(conversation.attendees)
    called = _POSSESSIVE.sub("", name)
    found = people.places(name)
    if found and found[0][0] > 0:
        return None
    sides = {person.side for _place, person in found} or {
        side for label, side in _labels(people.people) if _is_called(called, label)
    }
    return sides.pop() if len(sides) == 1 else None


def _labels(people: Sequence[Attendee]) -> set[tuple[str, Side]]:
    """Give what companies are called in the addresses of their people."""
    domains = ((domain_of(person.email), person.side) for person in people)
    return {(domain.partition(".")[0], side) for domain, side in domains if domain}


def _is_called(name: str, label: str) -> bool:
    """Tell if an address such as tidemark-data.example is of the company: by the whole, most of it, or its capitals."""
    key, whole = (company_key(one).replace(" ", "") for one in (name, label))
    if key == whole or (name.isupper() and key == "".join(part[:1] for part in label.split("-"))):
        return True
    return len(key) >= _SHORTEST_PART and len(key) * 2 >= len(whole) and whole.startswith(key)
