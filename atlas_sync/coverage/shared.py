"""The words that what was agreed and a work item share, for explaining why the one may deliver the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from atlas_sync.canonical.model import WorkItem
from atlas_sync.coverage.text import terms

__all__ = ["SharedWords"]


class SharedWords:
    """Names words that a text shares with some items; the items are read when this is first asked."""

    def __init__(self, items: Sequence[WorkItem]) -> None:
        self._items = items

    def with_item(self, text: str, at: int) -> list[str]:
        """Give the terms that a text shares with an item, those first that the fewest items hold."""
        found = [term for term in dict.fromkeys(terms(text)) if term in self._terms[at]]
        return sorted(found, key=lambda term: self._spread[term])

    @cached_property
    def _terms(self) -> list[set[str]]:
        return [set(terms(f"{item.summary} {item.text}")) for item in self._items]

    @cached_property
    def _spread(self) -> Counter[str]:
        return Counter(term for own in self._terms for term in own)
