"""Units: the sentences, list lines and utterances of a conversation, each with its place, its speaker and what came before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from atlas_sync.canonical.model import Side
from atlas_sync.extraction.clean import Zone, clean
from atlas_sync.extraction.conversation import Conversation
from atlas_sync.extraction.speakers import Speakers

__all__ = ["Unit", "split"]

_END = re.compile(r"[.!?…]{1,8}[\"'”’)\]]{0,4}(?=\s|$)|\s//\s")
_ABBREVIATION = re.compile(
    r"(?:\b(?:dr|mr|mrs|ms|prof|st|no|nos|nr|approx|ca|incl|excl|e\.g|i\.e|etc|vs|z\.b|d\.h|bzw|inkl|tel|ltd|inc|co|min|max|jan|feb|"
    r"mar|apr|jun|jul|aug|sep|sept|oct|nov|dec|abt|ext|dept|resp|fig|sr|jr|messrs|sra|mme|p\.a|cf|u\.a|ggf|abs|art|vol|est)|(?<!\d )\b[^\W\d_]|\b\d{1,2})\.$",
    re.IGNORECASE,
)
_SHORTEST = 3
_FRAGMENT, _SHORT = 2, 20
_LOOKED_BACK = 40


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing said. `start` and `end` are places in the body as it came; `before` is the unit said just before."""

    text: str
    start: int
    end: int
    zone: Zone
    speaker: str | None
    side: Side
    before: str


def split(conversation: Conversation) -> list[Unit]:
    """Give the units of a conversation in order, quoted parts, signatures and disclaimers included, each so labelled."""
    lines = clean(
        conversation.body,
        is_html=conversation.body_format == "html",
        kind=conversation.kind,
        subject=conversation.subject,
        author=conversation.author,
    )
    speakers = Speakers(conversation, [line.text for line in lines if line.zone != "header"])
    units: list[Unit] = []
    before, sender = conversation.context, None
    for line in lines:
        if line.zone == "header":
            continue
        if line.sender != sender:
            sender = line.sender
            speakers.writes(sender)
        for start, end in _sentences(line.text, speakers.hear(line.text)):
            text = line.text[start:end]
            place, until = line.starts[start], line.ends[end - 1]
            units.append(Unit(text, place, until, line.zone, speakers.name, speakers.side_of(text), before))
            before = text
    return units


def _sentences(text: str, begin: int) -> Iterator[tuple[int, int]]:
    """Give the bounds of the sentences in a line from a place on; a word or two ("Both.") goes with what follows."""
    start = begin
    for match in _END.finditer(text, begin):
        if match.group(0).startswith(".") and _goes_on(text, start, match):
            continue
        if (
            len(text[start : match.end()].split()) <= _FRAGMENT
            and match.end() - start < _SHORT
            and match.group(0)[0] != "?"
        ):
            continue
        yield from _trimmed(text, start, match.end())
        start = match.end()
    yield from _trimmed(text, start, len(text.rstrip().removesuffix("</v>")))


def _goes_on(text: str, start: int, match: re.Match[str]) -> bool:
    """Tell if a full stop ends no sentence: an abbreviation, or small letters follow."""
    if match.end() >= len(text):
        return False
    if _ABBREVIATION.search(text[max(start, match.end() - _LOOKED_BACK) : match.end()]):
        return True
    return text[match.end() : match.end() + _LOOKED_BACK].lstrip()[:1].islower()


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and (text[start].isspace() or text[start] in "|;"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in "|/"):
        end -= 1
    if end - start >= _SHORTEST:
        yield start, end
