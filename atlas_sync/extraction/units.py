"""Units: the sentences, list lines and utterances of a conversation, each with its place, its speaker and what came before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from atlas_sync.canonical.model import Side
from atlas_sync.canonical.normalize import fold, person_key
from atlas_sync.extraction.clean import Zone, clean
from atlas_sync.extraction.conversation import Attendee, Conversation
from atlas_sync.extraction.dues import find_due

__all__ = ["Unit", "split"]

_STAMP = re.compile(r"^\s*[\[(]?\d{1,2}:\d{2}(?::\d{2})?(?:\s*[ap]m)?[\])]?\s*[-–—|]?\s*", re.IGNORECASE)
_LABEL = re.compile(r"^\s*([A-ZÀ-Þ][\w.'’-]*(?:\s+[A-ZÀ-Þ(][\w.'’()-]*){0,4})\s*:\s+")
_SHOUT = re.compile(r"^\s*([A-ZÀ-Þ][A-ZÀ-Þ.'’-]+(?:\s+[A-ZÀ-Þ][A-ZÀ-Þ.'’-]+){1,3})\s+(?=[A-ZÀ-Þ][a-zà-ÿ’']|I\b)")
_BULLET = re.compile(r"^\s*(?:[-*•·–>]+|\d{1,2}[.)]|\([a-z0-9]\))\s+")
_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s|$)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:dr|mr|mrs|ms|prof|st|no|nr|approx|ca|incl|excl|e\.g|i\.e|etc|vs|z\.b|d\.h|bzw|inkl|tel|ltd|inc|co|min|max|jan|feb|"
    r"mar|apr|jun|jul|aug|sep|sept|oct|nov|dec)|\b[A-Z])\.$",
    re.IGNORECASE,
)
_SHORTEST = 3


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing said. `start` and `end` are places in the body as it came; `before` is the unit said just before.

    `dated` tells if it names a day or a period.
    """

    text: str
    start: int
    end: int
    zone: Zone
    speaker: str | None
    side: Side
    before: str
    dated: bool = False


def split(conversation: Conversation) -> list[Unit]:
    """Give the units of a conversation in order, quoted parts, signatures and disclaimers included, each so labelled."""
    lines = clean(conversation.body, is_html=conversation.body_format == "html", kind=conversation.kind)
    speakers = _Speakers(conversation)
    units: list[Unit] = []
    before = ""
    for line in lines:
        offset = speakers.hear(line.text)
        for start, end in _sentences(line.text, offset):
            text = line.text[start:end]
            dated = find_due(text, said_at=conversation.at)[1] is not None
            place, until = line.starts[start], line.ends[end - 1]
            units.append(Unit(text, place, until, line.zone, speakers.name, speakers.side, before, dated))
            before = text
    return units


class _Speakers:
    """Follows who is speaking: the labels of a transcript, else the author."""

    def __init__(self, conversation: Conversation) -> None:
        self.name = conversation.author
        self.side: Side = conversation.author_side
        self._by_key: dict[str, Attendee] = {}
        self._talk = conversation.kind in {"call", "meeting"}
        firsts: dict[str, list[Attendee]] = {}
        for attendee in conversation.attendees:
            words: set[str] = set()
            for name in attendee.names:
                key = person_key(name)
                parts = key.split()
                self._by_key[key] = attendee
                self._by_key.setdefault("".join(part[0] for part in parts), attendee)
                words.update(parts[:1] + parts[-1:])
            for word in words:
                firsts.setdefault(word, []).append(attendee)
        for word, many in firsts.items():
            if len(many) == 1:
                self._by_key.setdefault(word, many[0])

    def hear(self, line: str) -> int:
        """Take note of a speaker label and give where the words begin."""
        if not self._talk:
            bullet = _BULLET.match(line)
            return bullet.end() if bullet else 0
        stamp = _STAMP.match(line)
        begin = stamp.end() if stamp else 0
        rest = line[begin:]
        label = _LABEL.match(rest) or (_SHOUT.match(rest) if stamp else None)
        if label is None:
            bullet = _BULLET.match(rest)
            return begin + (bullet.end() if bullet else 0)
        known = self._find(label.group(1))
        if known is None and not stamp:
            return begin
        self.name = known.name if known else label.group(1).strip()
        self.side = known.side if known else "unknown"
        return begin + label.end()

    def _find(self, label: str) -> Attendee | None:
        name = re.sub(r"\s*\(.*?\)\s*", " ", label)
        return self._by_key.get(person_key(name)) or self._by_key.get(fold(name).strip())


def _sentences(text: str, begin: int) -> Iterator[tuple[int, int]]:
    """Give the bounds of the sentences in a line from a place on."""
    start = begin
    for match in _END.finditer(text, begin):
        if _ABBREVIATION.search(text[start : match.end()]) and match.end() < len(text):
            continue
        following = text[match.end() :].lstrip()
        if match.group(0).startswith(".") and following[:1].islower():
            continue
        yield from _trimmed(text, start, match.end())
        start = match.end()
    yield from _trimmed(text, start, len(text))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if end - start >= _SHORTEST:
        yield start, end
