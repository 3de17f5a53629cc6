"""Cleaning: from a body as it came to plain lines, each character of which knows where it stood, each line in its zone.

Linear in the length of the body: one pass over the markup, one over the lines, each of which is looked at within a bound.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from atlas_sync.canonical.markup import has_markup
from atlas_sync.extraction.headers import (
    Header,
    forward_subject,
    has_contact,
    is_disclaimer,
    is_fine_print,
    is_forward_mark,
    is_full_name,
    is_parting,
    is_postscript,
    is_sign_off,
    read_header,
)
from atlas_sync.extraction.lines import Line, Zone
from atlas_sync.extraction.marks import BULLET
from atlas_sync.extraction.markup import Chars, chars_of_html, chars_of_text
from atlas_sync.extraction.wraps import FULL, is_over, unwrapped_mail, unwrapped_notes

__all__ = ["clean"]

_MAIL_KINDS = frozenset({"email"})
_PROSE, _FEWEST_WORDS = 70, 3
_LONGEST_SIGNATURE = 14
_LISTED = re.compile(rf"(?:{BULLET}|\d{{1,2}}[.)])\s{{1,8}}\S")

_UNDERTAKES = re.compile(
    r"\b(?:we|i)(?:['’]ll| will| shall) (?:\w+ly )?"
    r"(?!(?:not|never|be(?! (?:with|live|done|ready|on site|there|\w+ing))|close|reopen|return|move|exhibit|"
    r"have an? new (?:address|number|office|name|phone|e-?mail|home|web ?site)|"
    r"leave (?-i:[A-Z]\w+|the (?:company|firm|business)|us))\b)\w|"
    r"\bwir (?:liefern|installieren|schicken|senden|bauen|melden|schulen)\b|"
    r"\b(?:wir werden|werden wir|ich werde|werde ich)\b(?!.{0,60}(?:geschlossen|nicht|abwesend|urlaub|umzieh))",
    re.IGNORECASE,
)
"""What says that something will be done, and not only that nobody will be there."""


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
        lines = [_plain(one) for one in raw]
        return lines if is_html else unwrapped_notes(lines)
    lines = _zoned(raw, subject, author)
    return lines if is_html else unwrapped_mail(lines)


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
            below = [other.line for other in raw[place : place + _LONGEST_SIGNATURE]]
            lines.append(_in_zone(state, one, below, author))
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


def _in_zone(state: _State, raw: _Raw, below: Sequence[Line], author: str | None) -> Line:
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


def _is_close(below: Sequence[Line], author: str | None) -> bool:
    """Tell if the first line closes its message: nothing but a name, addresses and small print follows.

    Thanks and bars close one only where no other line does so further down: "Thank you for the call." opens many a list.
    """
    first = below[0].text
    if is_sign_off(first, author):
        return not any(_is_sentence(text) for text in _rest(below, author))
    return is_parting(first) and not any(_is_text(text) or is_sign_off(text, author) for text in _rest(below, author))


def _rest(below: Sequence[Line], author: str | None) -> Iterator[str]:
    """Yield what follows the first line, without addresses and small print, up to the next message.

    Right below the author's full name and number one sentence is left out as well: "We are closed on 3 August." Whoever goes
    on writing below a signature leaves a line free, or says what they will do.
    """
    texts = [line.text.strip() for line in below]
    named = reached = spared = False
    for at in range(1, len(texts)):
        text = texts[at]
        if text.startswith(">") or is_postscript(text) or read_header(texts, at) or is_forward_mark(text):
            return
        is_below = not below[at].after_gap
        named, reached = is_full_name(text, author) or (named and is_below), reached and is_below
        if is_disclaimer(text) or is_fine_print(text):
            reached = reached or (named and has_contact(text))
        elif reached and not spared and _is_sentence(text) and not _UNDERTAKES.search(text):
            spared = True
        else:
            yield text


def _is_sentence(text: str) -> bool:
    return len(text) > _PROSE or (_is_long(text) and text.endswith((".", "!", "?")))


def _is_text(text: str) -> bool:
    return _is_long(text) or bool(_LISTED.match(text))


def _is_long(text: str) -> bool:
    return len(text.split()) > _FEWEST_WORDS


def _is_rest(above: str, line: Line) -> bool:
    """Tell if a line is what a mail program broke off a marked one, and left without a mark: a few words, or small letters."""
    begin = line.text.lstrip()
    if line.after_gap or len(above) <= FULL or is_over(above):
        return False
    return begin[0].islower() or not _is_long(begin)
