"""Cleaning: from a body as it came to plain characters, each of which knows where it stood, in labelled zones.

Linear in the length of the body: one pass over the markup, one over the lines.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Literal

__all__ = ["Line", "Zone", "clean"]

Zone = Literal["new", "quoted", "signature", "disclaimer"]

_BLOCKS = frozenset("p div br li ul ol tr table h1 h2 h3 h4 h5 h6 blockquote body html hr pre section".split())  # noqa: SIM905 - a list to read
_SILENT = frozenset({"style", "script", "head", "title"})
_QUOTE_TAGS = frozenset({"blockquote"})
_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)[^<>]{0,4000}>|<!--.{0,4000}?-->", re.DOTALL)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
_QUOTE_STARTS = (
    re.compile(r"^\s*-{2,}\s*(?:original message|ursprüngliche nachricht|message d'origine)\s*-{2,}", re.IGNORECASE),
    re.compile(
        r"^\s*(?:on|am|le|el|em|op|den)\b.{4,160}\b(?:wrote|schrieb|a écrit|escribió|escreveu|schreef|skrev)\b.{0,80}:\s*$",
        re.IGNORECASE,
    ),
    re.compile(r"^\s*(?:from|von|de|fra|från)\s*:\s*\S.{0,160}$", re.IGNORECASE),
)
_FORWARD = re.compile(r"forwarded message|weitergeleitete nachricht|^\s*(?:fw|fwd)\s*:", re.IGNORECASE)
_SIGN_OFF = re.compile(
    r"^\s*(?:--\s*$|(?:(?:best|kind|warm|many) (?:regards|wishes)|best|regards|cheers|thanks(?: again)?|many thanks|sincerely|"
    r"yours(?: sincerely| faithfully)?|all the best|br|rgds|mfg|(?:viele|beste|herzliche|freundliche|mit freundlichen) grüßen?|"
    r"gruß|cordialement|saludos|abraços?|med venlig hilsen|mvh)\b[\s,.!]*(?:from \w+)?[\s,.!]*$)",
    re.IGNORECASE,
)
_DISCLAIMER = re.compile(
    r"confidential|intended recipient|privacy notice|registered (?:in|office)|vat no|sent from my|unsubscribe|"
    r"please consider the environment|geschäftsführer|amtsgericht",
    re.IGNORECASE,
)
_MAIL_KINDS = frozenset({"email"})


@dataclass(frozen=True, slots=True)
class Line:
    """A line of clean text; `starts[i]` and `ends[i]` are where its character i stood in the body."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    zone: Zone


@dataclass(slots=True)
class _Chars:
    """Characters with their places and whether they stand inside a quote block."""

    text: list[str]
    starts: list[int]
    ends: list[int]
    quoted: list[bool]

    def add(self, char: str, start: int, end: int, *, quoted: bool) -> None:
        self.text.append(char)
        self.starts.append(start)
        self.ends.append(end)
        self.quoted.append(quoted)


def clean(body: str, *, is_html: bool, kind: str) -> list[Line]:
    """Give the lines of a body with their zones; empty lines are left out."""
    chars = _from_html(body) if is_html else _from_text(body)
    lines: list[Line] = []
    zone: Zone = "new"
    for start, end in _line_bounds(chars.text):
        text = "".join(chars.text[start:end])
        if not text.strip():
            continue
        zone = _next_zone(zone, text, kind)
        shown = "quoted" if chars.quoted[start] or text.lstrip().startswith(">") else zone
        if shown != "quoted" and _DISCLAIMER.search(text) and kind in _MAIL_KINDS:
            shown = "disclaimer"
        lines.append(Line(text, tuple(chars.starts[start:end]), tuple(chars.ends[start:end]), shown))
    return lines


def _next_zone(zone: Zone, text: str, kind: str) -> Zone:
    """Tell in which zone a line stands: a quote header quotes the rest, a sign-off begins the signature."""
    if kind not in _MAIL_KINDS:
        return "new"
    if _FORWARD.search(text):
        return "new"
    if any(start.match(text) for start in _QUOTE_STARTS):
        return "quoted"
    if zone == "new" and _SIGN_OFF.match(text):
        return "signature"
    return zone


def _line_bounds(chars: list[str]) -> list[tuple[int, int]]:
    bounds, start = [], 0
    for place, char in enumerate(chars):
        if char == "\n":
            bounds.append((start, place))
            start = place + 1
    bounds.append((start, len(chars)))
    return [(start, end) for start, end in bounds if end > start]


def _from_text(body: str) -> _Chars:
    chars = _Chars([], [], [], [])
    for place, char in enumerate(body):
        chars.add("\n" if char in "\r\n\v\f\u2028\u2029" else char, place, place + 1, quoted=False)
    return chars


def _from_html(body: str) -> _Chars:
    """Take the characters between tags, entities resolved, a line break at each block."""
    chars = _Chars([], [], [], [])
    place, silent, depth = 0, "", 0
    while place < len(body):
        char = body[place]
        if char == "<" and (tag := _TAG.match(body, place)):
            name = (tag.group(1) or "").lower()
            closing = body.startswith("</", place)
            if silent:
                silent = "" if closing and name == silent else silent
            elif name in _SILENT and not closing:
                silent = name
            if name in _QUOTE_TAGS:
                depth = max(0, depth - 1) if closing else depth + 1
            if name in _BLOCKS:
                chars.add("\n", place, tag.end(), quoted=depth > 0)
            place = tag.end()
            continue
        if silent:
            place += 1
            continue
        if char == "&" and (entity := _ENTITY.match(body, place)):
            for one in html.unescape(entity.group(0)):
                chars.add(" " if one == "\xa0" else one, place, entity.end(), quoted=depth > 0)
            place = entity.end()
            continue
        chars.add(" " if char in "\r\n\t" else char, place, place + 1, quoted=depth > 0)
        place += 1
    return chars
