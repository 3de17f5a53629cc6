"""Fits the sections of a text under a limit of characters: as many entries as fit, and how many more there are."""

from __future__ import annotations

from collections.abc import Sequence

from atlas_sync.canonical.document import Block, Bullets, Paragraph, Quote, Span
from atlas_sync.coverage.text import shorten

__all__ = ["ENTRY", "Entry", "Page", "line_of"]

ENTRY = 400
"""The longest text of one span, in characters."""

_RESERVED = 400
_MARKUP_FACTOR = 1.5
_PER_SPAN = 75
_PER_ENTRY = 110

Entry = tuple[Span, ...]


class Page:
    """Room for the sections of one text. What no longer fits is counted and named, never cut in the middle of an entry.

    Besides the words, a tracker stores markup for each span, link and entry, and may count it; so the words with an
    estimate of that stay below one and a half times the limit.
    """

    def __init__(self, limit: int) -> None:
        # Headings and "more" lines of the sections to come have their place kept.
        self._words_left = limit - _RESERVED
        self._stored_left = limit * _MARKUP_FACTOR - 10 * _RESERVED

    def bullets(self, entries: Sequence[Entry]) -> tuple[Block, ...]:
        """Give a section of bullets; nothing for one without entries."""
        kept = self._fitting(entries)
        listed = [Bullets(items=tuple(entries[:kept]))] if kept else []
        return (*listed, *_more(len(entries) - kept))

    def quotes(self, quotes: Sequence[Quote]) -> tuple[Block, ...]:
        """Give a section of quotes; nothing for one without any."""
        kept = self._fitting([(Span(text=one.text), *one.source) for one in quotes])
        return (*quotes[:kept], *_more(len(quotes) - kept))

    def _fitting(self, entries: Sequence[Entry]) -> int:
        for at, entry in enumerate(entries):
            words = sum(len(span.text) for span in entry) + 3
            stored = words + _PER_ENTRY + sum(_PER_SPAN + len(span.link or "") for span in entry)
            if words > self._words_left or stored > self._stored_left:
                return at
            self._words_left -= words
            self._stored_left -= stored
        return len(entries)


def _more(number: int) -> list[Block]:
    return [Paragraph(spans=(Span(text=f"… and {number} more in the engagement record."),))] if number else []


def line_of(text: str, *, link: str | None = None, strong: bool = False, limit: int = ENTRY) -> Span:
    """Give a span of one line of somebody's text."""
    return Span(text=shorten(text, limit), link=link, strong=strong)
