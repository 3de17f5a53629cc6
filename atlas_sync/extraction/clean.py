"""Cleaning: from a body as it came to plain lines, each character of which knows where it stood, each line in its zone.

Linear in the length of the body: one pass over the markup, one over the lines, each of which is looked at within a bound.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from atlas_sync.extraction.days import level
from atlas_sync.extraction.headers import (
    Header,
    forward_subject,
    is_disclaimer,
    is_fine_print,
    is_forward_mark,
    is_parting,
    is_postscript,
    is_sign_off,
    read_header,
)
from atlas_sync.extraction.marks import BEFORE_MONTH, BULLET
from atlas_sync.extraction.markup import Chars, chars_of_html, chars_of_text, has_markup

__all__ = ["Line", "Zone", "clean", "join_lines"]

Zone = Literal["new", "quoted", "header", "signature", "disclaimer"]

_MAIL_KINDS = frozenset({"email"})
_WRAPPED_FROM, _FULL, _WRAPPED_TO = 40, 58, 100
_PROSE, _FEWEST_WORDS = 70, 3
_LONGEST_SIGNATURE = 14
_LISTED = re.compile(rf"(?:{BULLET}|\d{{1,2}}[.)])\s{{1,8}}\S")
_COUNTS = re.compile(
    rf"(?:(?P<above>(?:\d{{1,2}}\.){{1,2}})?(?P<number>\d{{1,2}})(?P<closes>(?(above)[.)]?|[.)]))|(?P<letter>[a-z])\))\s{{1,8}}(?!{BEFORE_MONTH})\S"
)
"""What an item of a list counts by: "2.", "2)", "2.1" or "b)"; "30. April" is a day."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of clean text; `starts[i]` and `ends[i]` are where its character i stood in the body.

    `sender` is who wrote it as a forwarded message's header has it, None where the conversation's author did. `after_gap`
    tells that an empty line stands before it, `item` if an item of a list in markup begins or goes on with it.
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    zone: Zone = "new"
    sender: str | None = None
    after_gap: bool = False
    item: Literal["begins", "goes on"] | None = None


@dataclass(frozen=True, slots=True)
class _Raw:
    line: Line
    depth: int
    container: Zone | None


def clean(body: str, *, is_html: bool, kind: str, subject: str | None = None, author: str | None = None) -> list[Line]:
    """Give the lines of a body with their zones; empty lines are left out, hard-wrapped ones joined."""
    is_html = is_html or has_markup(body)
    raw = _lines(chars_of_html(body) if is_html else chars_of_text(body))
    if kind not in _MAIL_KINDS:
        return [_plain(one) for one in raw]
    lines = _zoned(raw, subject, author)
    return lines if is_html else _unwrapped(lines)


def _plain(raw: _Raw) -> Line:
    return replace(raw.line, zone="quoted" if raw.depth else "new")


def _lines(chars: Chars) -> list[_Raw]:
    lines: list[_Raw] = []
    start, gap, met = 0, False, 0
    for end in [*(place for place, char in enumerate(chars.text) if char == "\n"), len(chars.text)]:
        text = "".join(chars.text[start:end])
        if text.strip():
            first = start + len(text) - len(text.lstrip())
            number = chars.items[first]
            item: Literal["begins", "goes on"] | None = ("begins" if number > met else "goes on") if number else None
            met = max(met, number)
            line = Line(text, tuple(chars.starts[start:end]), tuple(chars.ends[start:end]), after_gap=gap, item=item)
            lines.append(_Raw(line, chars.depths[first], "signature" if chars.signed[first] else None))
            gap = False
        else:
            gap = True
        start = end + 1
    return lines


@dataclass(slots=True)
class _State:
    """Where in a mail a line stands.

    `lifted` is how deep in quotes a forwarded message stands that counts like text, `signed` tells if a signature stands
    further up, `above` is the line just above where a mark quotes it.
    """

    zone: Zone = "new"
    sender: str | None = None
    lifted: int = 0
    forwarding: bool = False
    signed: bool = False
    above: str = ""

    def is_marked(self, raw: _Raw) -> bool:
        """Tell if a line is quoted by its own mark or block."""
        return raw.line.text.lstrip().startswith(">") or raw.depth > self.lifted


def _zoned(raw: Sequence[_Raw], subject: str | None, author: str | None) -> list[Line]:
    """Tell each line's zone: the head of an earlier message quotes the rest, a sign-off begins the signature."""
    state = _State(forwarding=forward_subject(subject))
    texts = [one.line.text for one in raw]
    lines: list[Line] = []
    place = 0
    while place < len(raw):
        header = read_header(texts, place)
        if header:
            if not _marks_its_own(state, header, raw[place : place + header.length + 1]):
                _enter(state, raw[place], header.sender, is_forward=False)
            lines += [replace(one.line, zone="header") for one in raw[place : place + header.length]]
            place += header.length
            continue
        one = raw[place]
        if is_forward_mark(one.line.text):
            _enter(state, one, None, is_forward=True)
            state.forwarding = True
            lines.append(replace(one.line, zone="header"))
        else:
            lines.append(_in_zone(state, one, texts[place : place + _LONGEST_SIGNATURE], author))
        place += 1
    return lines


def _marks_its_own(state: _State, header: Header, raw: Sequence[_Raw]) -> bool:
    """Tell if what an earlier message says is marked line by line, so that between and below it the answer may stand.

    A block of From and Sent says so only where it is marked itself: what it heads may begin with a quote of its own.
    """
    head, below = raw[0], raw[header.length :]
    is_marked = state.is_marked(head) or header.is_reply
    return is_marked and not state.forwarding and any(state.is_marked(one) for one in below)


def _enter(state: _State, raw: _Raw, sender: str | None, *, is_forward: bool) -> None:
    """Begin an earlier message: one that is forwarded counts like text of its sender, one that is answered is quoted."""
    forwarded = is_forward or state.forwarding
    state.zone = "new" if forwarded else "quoted"
    state.sender = sender if forwarded else None
    state.lifted = raw.depth if forwarded else 0
    state.forwarding = state.signed = False


def _in_zone(state: _State, raw: _Raw, below: Sequence[str], author: str | None) -> Line:
    text = raw.line.text
    if state.is_marked(raw) or _is_rest(state.above, raw.line):
        # Who signs on top answers below as well: "see my answers in your text".
        state.zone = "new" if state.zone == "signature" else state.zone
        state.above = text if state.above or text.lstrip().startswith(">") else ""
        return replace(raw.line, zone="quoted")
    state.above = ""
    if state.zone == "signature" and is_postscript(text):
        state.zone, state.signed = "new", False
    if state.zone == "new" and _is_close(below, state.sender or author):
        state.zone, state.signed = "signature", True
    zone = raw.container if raw.container and state.zone == "new" else state.zone
    below_signature = zone == "signature" or state.signed
    if zone in {"new", "signature"} and (is_disclaimer(text) or (below_signature and is_fine_print(text))):
        zone = "disclaimer"
    return replace(raw.line, zone=zone, sender=state.sender)


def _is_close(below: Sequence[str], author: str | None) -> bool:
    """Tell if the first line closes its message: nothing but a name, addresses and small print follows.

    Thanks and bars close one only where no other line does so further down: "Thank you for the call." opens many a list.
    """
    if is_sign_off(below[0], author):
        return not any(_is_sentence(text) for text in _rest(below))
    return is_parting(below[0]) and not any(_is_text(text) or is_sign_off(text, author) for text in _rest(below))


def _rest(below: Sequence[str]) -> Iterator[str]:
    """Yield what follows the first line, without addresses and small print, up to the next message."""
    for at in range(1, len(below)):
        text = below[at].strip()
        if text.startswith(">") or is_postscript(text) or read_header(below, at) or is_forward_mark(text):
            return
        if not (is_disclaimer(text) or is_fine_print(text)):
            yield text


def _is_sentence(text: str) -> bool:
    return len(text) > _PROSE or (_is_long(text) and text.endswith((".", "!", "?")))


def _is_text(text: str) -> bool:
    return _is_long(text) or bool(_LISTED.match(text))


def _is_long(text: str) -> bool:
    return len(text.split()) > _FEWEST_WORDS


def _unwrapped(lines: Sequence[Line]) -> list[Line]:
    """Join lines that a mail program broke: long ones that end in the middle of a sentence, where all lines are short."""
    if any(len(line.text) > _WRAPPED_TO for line in lines if line.zone == "new"):
        return list(lines)
    marks = [_mark(line.text) for line in lines]
    joined: list[list[Line]] = []
    known = frozenset(marks)
    for line, mark in zip(lines, marks, strict=True):
        if joined and not _is_counted(mark, known) and _goes_on(joined[-1][-1], line):
            joined[-1].append(line)
        else:
            joined.append([line])
    return [join_lines(parts) if len(parts) > 1 else parts[0] for parts in joined]


def _mark(text: str) -> tuple[str, int] | None:
    """Give what a line is counted by, if anything: its form, and its number there."""
    found = _COUNTS.match(level(text.lstrip()))
    if found is None:
        return None
    if found["letter"]:
        return "letter", ord(found["letter"])
    return f"{found['above'] or ''} {found['closes']}", int(found["number"])


def _is_counted(mark: tuple[str, int] | None, marks: Collection[tuple[str, int] | None]) -> bool:
    """Tell if a line is an item of a list: the one before or behind it is one as well."""
    return mark is not None and any((mark[0], mark[1] + step) in marks for step in (-1, 1))


def _is_rest(above: str, line: Line) -> bool:
    """Tell if a line is what a mail program broke off a marked one, and left without a mark: a few words, or small letters."""
    begin = line.text.lstrip()
    if line.after_gap or len(above) <= _FULL or _is_over(above):
        return False
    return begin[0].islower() or not _is_long(begin)


def _goes_on(above: Line, below: Line) -> bool:
    if below.after_gap or above.zone != below.zone or above.zone == "header" or above.sender != below.sender:
        return False
    end, begin = above.text.rstrip(), below.text.lstrip()
    if len(end) < _WRAPPED_FROM or _is_over(end):
        return False
    return begin[0].islower() or (begin[0].isalnum() and len(end) > _FULL)


def _is_over(text: str) -> bool:
    return text.rstrip().endswith((".", "!", "?", ":", ";", "…"))


def join_lines(parts: Sequence[Line]) -> Line:
    """Give lines as one, a space between each and the next."""
    texts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for part in parts:
        if texts:
            texts.append(" ")
            starts.append(ends[-1])
            ends.append(part.starts[0])
        texts.append(part.text)
        starts += part.starts
        ends += part.ends
    return replace(parts[0], text="".join(texts), starts=tuple(starts), ends=tuple(ends))
