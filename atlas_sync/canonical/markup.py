"""Markup: whether a body holds it, and the words that its reader sees. Where each of them stood does not belong here."""

from __future__ import annotations

import re
from html.parser import HTMLParser

__all__ = ["has_markup", "words_of"]

_BLOCKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "blockquote"})
_CELLS = frozenset({"td", "th"})
_UNSEEN = frozenset({"script", "style", "head", "title"})
_CLOSING = re.compile(r"</(?:p|li|ol|ul|div|td|tr|body|html)>", re.IGNORECASE)
_FEWEST_TAGS = 2


def has_markup(body: str) -> bool:
    """Tell if a body that was said to be plain is markup all the same: more than one block is closed in it."""
    return sum(1 for _tag, _match in zip(range(_FEWEST_TAGS), _CLOSING.finditer(body), strict=False)) == _FEWEST_TAGS


def words_of(markup: str) -> str:
    """Give what a reader of markup sees, a line a block; a part of it may begin and end between any two tags."""
    parser = _Words()
    parser.feed(markup)
    parser.close()
    lines = (" ".join(line.split()) for line in "".join(parser.parts).split("\n"))
    return "\n".join(line for line in lines if line)


class _Words(HTMLParser):
    """Collects what a reader of the markup sees."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - as the parser calls it
        self._unseen += tag in _UNSEEN
        self._part(tag)

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in _UNSEEN and self._unseen > 0
        self._part(tag)

    def handle_data(self, data: str) -> None:
        self.parts += [] if self._unseen else [data]

    def _part(self, tag: str) -> None:
        """Keep blocks and cells apart."""
        self.parts += ["\n"] if tag in _BLOCKS else [" "] if tag in _CELLS else []
