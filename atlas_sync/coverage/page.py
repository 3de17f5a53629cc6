"""Fits the sections of a text under a limit of characters: as many entries as fit, and how many more there are."""

from __future__ import annotations

import re
from collections.abc import Sequence

from atlas_sync.canonical.document import Block, Bullets, Paragraph, Quote, Span
from atlas_sync.coverage.text import shorten

__all__ = ["ENTRY", "Entry", "Page", "line_of"]

ENTRY = 400
"""The longest text of one span, in characters."""

_RESERVED = 400
_MARKUP_FACTOR = 1.5
_PER_SPAN = 30
_PER_LINK = 50
_PER_ENTRY = 110
_PER_MARK = 5
_MARKS = re.compile(r"[\\{}\[\]|*~^#&<>_]")
"""What some trackers' markup writes as an entity."""

Entry = tuple[Span, ...]


class Page:
    """Room for the sections of one text. What no longer fits is counted, never cut in the middle of an entry.

    `rest` says where that is to be found.

    Besides the words, a tracker stores markup for each span, link and entry, and may count it; so the words with an
    estimate of that stay below one and a half times the limit. An address may be longer than the words that lead there, so a
    page gives each but once, where it is first named.
    """

    def __init__(self, limit: int, *, rest: str) -> None:
        self._rest = rest
        # Headings and "more" lines of the sections to come have their place kept.
        self._words_left = limit - _RESERVED
        self._stored_left = limit * _MARKUP_FACTOR - 10 * _RESERVED
        self._linked: set[str] = set()

    def bullets(self, entries: Sequence[Entry], *, share: float = 1.0) -> tuple[Block, ...]:
        """Give a section of bullets, in no more than a `share` of the room that is left; nothing for one without entries."""
        kept = self._fitting(entries, share=share)
        listed = [Bullets(items=tuple(kept))] if kept else []
        return (*listed, *self._more(len(entries) - len(kept)))

    def quotes(self, quotes: Sequence[Quote]) -> tuple[Block, ...]:
        """Give a section of quotes; nothing for one without any."""
        kept = self._fitting([(Span(text=one.text), *one.source) for one in quotes])
        return (
            *(Quote(text=words.text, source=source) for words, *source in kept),
            *self._more(len(quotes) - len(kept)),
        )

    def _more(self, number: int) -> list[Block]:
        return [Paragraph(spans=(Span(text=f"… and {number} more{self._rest}."),))] if number else []

    def _fitting(self, entries: Sequence[Entry], *, share: float = 1.0) -> list[Entry]:
        kept: list[Entry] = []
        least_words, least_stored = (1 - share) * self._words_left, (1 - share) * self._stored_left
        for given in entries:
            entry, addresses = self._linked_once(given)
            words = sum(len(span.text) for span in entry) + 3
            stored = words + _PER_ENTRY + _PER_SPAN * len(entry) + sum(_PER_LINK + len(one) for one in addresses)
            stored += _PER_MARK * sum(len(_MARKS.findall(span.text)) for span in entry)
            if self._words_left - words < least_words or self._stored_left - stored < least_stored:
                break
            self._words_left -= words
            self._stored_left -= stored
            self._linked |= addresses
            kept.append(entry)
        return kept

    def _linked_once(self, entry: Entry) -> tuple[Entry, set[str]]:
        """Give an entry without the addresses that the page has, and those that it adds."""
        spans: list[Span] = []
        added: set[str] = set()
        for span in entry:
            is_new = span.link is not None and span.link not in self._linked | added
            added |= {span.link} if span.link and is_new else set()
            spans.append(span if is_new else span.model_copy(update={"link": None}))
        return tuple(spans), added


def line_of(text: str, *, link: str | None = None, strong: bool = False, limit: int = ENTRY) -> Span:
    """Give a span of one line of somebody's text."""
    return Span(text=shorten(text, limit), link=link, strong=strong)
