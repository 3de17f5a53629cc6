"""Markup: the characters between tags, entities resolved, each with its place; how deep in quotes, and if in a signature."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

__all__ = ["Chars", "chars_of_html", "chars_of_text"]

_BLOCKS = frozenset(
    "p div br li ul ol tr table h1 h2 h3 h4 h5 h6 blockquote body html hr pre section article header footer dt dd".split()  # noqa: SIM905 - a list to read
)
_LISTS = frozenset({"ul", "ol", "li"})
_CELLS = frozenset({"td", "th"})
_SILENT = frozenset({"style", "script", "head", "title", "template"})
_VOID = frozenset({"br", "hr", "img", "meta", "link", "input", "wbr", "col", "area", "base"})
_CONTAINERS = frozenset({"div", "blockquote", "section", "span", "table", "td", "p"})
_TAG = re.compile(r"<(?:/?[a-zA-Z][a-zA-Z0-9:]{0,40}[^<>]{0,4000}>|![^<>]{0,400}>|\?[^<>]{0,400}>)")
_NAME = re.compile(r"</?([a-zA-Z][a-zA-Z0-9:]{0,40})")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
_QUOTES = re.compile(
    r"gmail_quote|yahoo_quoted|protonmail_quote|tutanota_quote|zmail_extra|moz-cite|divRplyFwdMsg|appendonsend|OutlookMessageHeader|"
    r"WordSection_quote|x_gmail_quote|front-blockquote|quoted[-_]text|mailQuote",
)
_WHOLE_REST = re.compile(r"divRplyFwdMsg|appendonsend|OutlookMessageHeader")
_LONGEST_HEAD = 400
_SIGNATURES = re.compile(
    r"gmail_signature|moz-signature|id\s{0,3}=\s{0,3}[\"']?(?:x_)?Signature\b|protonmail_signature|class\s{0,3}=\s{0,3}[\"']signature",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"display\s{0,3}:\s{0,3}none", re.IGNORECASE)
_BREAKS = "\r\n\v\f\x85\u2028\u2029"
_UNSEEN = frozenset(
    "\xad\u034f\u061c\u180e\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff"
)
"""What is not shown: where a word may break, which way text runs. The two that join signs are not here, since they shape what is shown."""
_MARKS = re.compile(r"\*+|_+|(?:\r\n?|\n)[^\S\r\n]{0,80}[\r\n]")
_LONGEST_MARK = 3
_BEFORE, _AFTER = "([{<|\"'“„«‘*_–—-:", ")]}>|\"'”“»’*_–—-:.,;!?…"


@dataclass(slots=True)
class Chars:
    """Characters with their places, how many quote blocks they stand in, whether a signature holds them, and which item of a list.

    Items are counted from 1; 0 is none.
    """

    text: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    depths: list[int] = field(default_factory=list)
    signed: list[bool] = field(default_factory=list)
    items: list[int] = field(default_factory=list)

    def add(self, char: str, start: int, end: int, *, within: _Within | None = None) -> None:
        """Take a character, if it is one that is seen."""
        if char in _UNSEEN:
            return
        self.text.append(char)
        self.starts.append(start)
        self.ends.append(end)
        self.depths.append(within.depth if within else 0)
        self.signed.append(bool(within and within.signatures))
        self.items.append(within.items[-1] if within else 0)


def chars_of_text(body: str) -> Chars:
    """Take the characters of a plain body without the marks of bold and slanted words, every kind of line break as one."""
    chars, marks = Chars(), _marks(body)
    for place, char in enumerate(body):
        if place not in marks:
            chars.add("\n" if char in _BREAKS else char, place, place + 1)
    return chars


def _marks(body: str) -> set[int]:
    """Give the places of the stars and strokes that stand in pairs around words of one paragraph."""
    places: set[int] = set()
    opened: dict[str, int] = {}
    for match in _MARKS.finditer(body):
        mark, start, end = match.group(0), match.start(), match.end()
        before, after = body[start - 1 : start], body[end : end + 1]
        if mark.isspace():
            opened.clear()
        elif mark in opened and not before.isspace() and (not after or after.isspace() or after in _AFTER):
            begun = opened.pop(mark)
            places.update(range(begun, begun + len(mark)), range(start, end))
        elif len(mark) <= _LONGEST_MARK and _opens(before, after):
            opened[mark] = start
    return places


def _opens(before: str, after: str) -> bool:
    """Tell if a mark stands before words; one with a space behind it is a bullet, one with a full stop is no mark at all."""
    if not after or after.isspace() or (after in _AFTER and after not in _BEFORE):
        return False
    return not before or before.isspace() or before in _BEFORE


@dataclass(slots=True)
class _Open:
    """An open container: its tag, behind how many characters it begins, and what it adds to the counts."""

    name: str
    begins: int
    quote: int
    signature: int
    hidden: int


@dataclass(slots=True)
class _Within:
    """The open containers, and what they add up to; `items` is the item that stands open in each open list, 0 where none does."""

    depth: int = 0
    signatures: int = 0
    hidden: int = 0
    open: list[_Open] = field(default_factory=list)
    items: list[int] = field(default_factory=lambda: [0])
    counted: int = 0

    def enter(self, name: str, tag: str, chars: Chars) -> None:
        """Open a container behind some characters."""
        quote = int(name == "blockquote" or bool(_QUOTES.search(tag)))
        signature, hidden = int(bool(_SIGNATURES.search(tag))), int(bool(_HIDDEN.search(tag)))
        if quote and _WHOLE_REST.search(tag):
            # Outlook puts the header into a box and the old message beside it: all that follows is quoted.
            self.depth += 1
            quote = 0
        if name == "blockquote" and self.open:
            self._hand_over(chars)
        self.open.append(_Open(name, len(chars.text), quote, signature, hidden))
        self._count(quote, signature, hidden)

    def _hand_over(self, chars: Chars) -> None:
        """Let a quote block that follows the head of its box quote in its place: what stands beside such blocks is an answer."""
        box = self.open[-1]
        if box.quote and box.name != "blockquote" and len(chars.text) - box.begins <= _LONGEST_HEAD:
            head = "".join(chars.text[box.begins :]).strip()
            if not head or (head.endswith(":") and "\n" not in head):
                self._count(-box.quote, 0, 0)
                box.quote = 0

    def leave(self, name: str) -> None:
        """Close the innermost container of that name; a stray end changes nothing."""
        for place in range(len(self.open) - 1, max(-1, len(self.open) - 60), -1):
            if self.open[place].name == name:
                for one in self.open[place:]:
                    self._count(-one.quote, -one.signature, -one.hidden)
                del self.open[place:]
                return

    def take_list(self, name: str, *, closing: bool) -> None:
        """Open or close a list or an item of one; a list closes the item that it leaves open."""
        if name == "li":
            self.counted += not closing
            self.items[-1] = 0 if closing else self.counted
        elif not closing:
            self.items.append(0)
        else:
            self.items.pop()
            self.items = self.items or [0]

    def _count(self, quote: int, signature: int, hidden: int) -> None:
        self.depth += quote
        self.signatures += signature
        self.hidden += hidden


def chars_of_html(body: str) -> Chars:
    """Take the characters between tags, entities resolved, a line break at each block and a tab at each cell."""
    chars, within = Chars(), _Within()
    place, silent = 0, ""
    last_comment = body.rfind("-->")
    while place < len(body):
        char = body[place]
        if char == "<" and place < last_comment and body.startswith("<!--", place):
            place = body.index("-->", place) + 3
        elif char == "<" and (tag := _TAG.match(body, place)):
            silent = _take_tag(tag, silent, chars, within)
            place = tag.end()
        elif silent or within.hidden:
            place += 1
        elif char == "&" and (entity := _ENTITY.match(body, place)):
            for one in html.unescape(entity.group(0)):
                chars.add(" " if one == "\xa0" else one, place, entity.end(), within=within)
            place = entity.end()
        else:
            chars.add(" " if char in "\r\n\t" else char, place, place + 1, within=within)
            place += 1
    return chars


def _take_tag(tag: re.Match[str], silent: str, chars: Chars, within: _Within) -> str:
    """Note what a tag opens or closes, and give the name of the element whose text is not shown, if any."""
    named = _NAME.match(tag.group(0))
    if named is None:
        return silent
    name = named.group(1).lower()
    closing = tag.group(0).startswith("</")
    if silent:
        return "" if closing and name == silent else silent
    if name in _SILENT and not closing:
        return name
    if name in _BLOCKS:
        chars.add("\n", tag.start(), tag.end(), within=within)
    elif name in _CELLS:
        chars.add("\t", tag.start(), tag.end(), within=within)
    if name in _LISTS:
        within.take_list(name, closing=closing)
    if name in _CONTAINERS and name not in _VOID and not tag.group(0).endswith("/>"):
        if closing:
            within.leave(name)
        else:
            within.enter(name, tag.group(0)[:1000], chars)
    return ""
