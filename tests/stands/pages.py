"""What a list on the wire may do to its reader: each of these is put behind a stand's main listing."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from typing import Any

from tests.stands.protocol import Paging
from tests.stands.wire import Answered, Asked, Wire

__all__ = ["empty_page_between", "halve_pages", "repeat_page", "say_the_same_token_for_ever"]

_TOKEN = "987654321"
"""A page token of ours. It is a number, since some vendors' are."""


def _pages(wire: Wire, paging: Paging, change: Callable[[dict[str, Any]], dict[str, Any] | None]) -> list[Answered]:
    """Change pages of the main listing: `change` gives the page to send in place of one that is kept for our token.

    A page is left alone where `change` gives None. Gives the list of the pages that are kept, which the caller may watch.
    """
    kept: list[Answered] = []

    def behind(asked: Asked, answered: Answered) -> Answered:
        page = answered.json()
        if not re.search(paging.path, asked.path) or not isinstance(page, dict) or paging.records not in page:
            return answered
        instead = change(page)
        if instead is None:
            return answered
        paging.point_to(instead, f"{_TOKEN}{len(kept)}")
        kept.append(answered.with_json(page))
        return answered.with_json(instead)

    def ahead(asked: Asked) -> Answered | None:
        match = re.search(rf"{_TOKEN}(\d+)", asked.text)
        return kept[int(match[1])] if match else None

    wire.before.append(ahead)
    wire.after.append(behind)
    return kept


def _open(page: dict[str, Any]) -> dict[str, Any]:
    """Give a copy of a page that says there is more."""
    more = copy.deepcopy(page)
    for name, value in (("done", False), ("isLast", False)):
        if name in more:
            more[name] = value
    return more


def halve_pages(wire: Wire, paging: Paging) -> list[Answered]:
    """Give every page in two: fewer records than were asked for say nothing about the end."""

    def change(page: dict[str, Any]) -> dict[str, Any] | None:
        records = page[paging.records]
        if len(records) < 2:
            return None
        first = _open(page)
        first[paging.records], page[paging.records] = records[: len(records) // 2], records[len(records) // 2 :]
        return first

    return _pages(wire, paging, change)


def repeat_page(wire: Wire, paging: Paging) -> list[Answered]:
    """Give every page twice, as a list does that moves while it is read."""
    return _pages(wire, paging, lambda page: _open(page) if page[paging.records] else None)


def empty_page_between(wire: Wire, paging: Paging) -> list[Answered]:
    """Give an empty page that names a next one ahead of every page."""

    def change(page: dict[str, Any]) -> dict[str, Any] | None:
        return {**_open(page), paging.records: []} if page[paging.records] else None

    return _pages(wire, paging, change)


def say_the_same_token_for_ever(wire: Wire, paging: Paging) -> None:
    """Let every page of the main listing name the same next page."""

    def behind(asked: Asked, answered: Answered) -> Answered:
        page = answered.json()
        if not re.search(paging.path, asked.path) or not isinstance(page, dict) or not page.get(paging.records):
            return answered
        more = _open(page)
        paging.point_to(more, _TOKEN)
        return answered.with_json(more)

    kept: list[Answered] = []

    def remember(asked: Asked, answered: Answered) -> Answered:
        if re.search(paging.path, asked.path) and not kept:
            kept.append(answered)
        return answered

    wire.before.append(lambda asked: kept[0] if kept and _TOKEN in asked.text else None)
    wire.after += [behind, remember]
