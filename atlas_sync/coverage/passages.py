"""A work item cut into what it says: passages short enough to be read as one, and the sentence that shows most of it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from atlas_sync.canonical.model import WorkItem
from atlas_sync.coverage.text import MAX_TEXT, shorten, terms

__all__ = ["best_part", "parts_of", "passages_of"]

_SENTENCE = re.compile(r"[\n\r;]+|(?<=[.!?]) +")
_BULLET = re.compile(r"^[\s*#•·\-–|\[\]x]{1,8}\s")
_PASSAGE = 320
_TERSE = 60
_MOST = 12
_QUOTE = 120


def parts_of(item: WorkItem) -> list[str]:
    """Give an item's summary, then each sentence or line of its text, without bullets; empty ones are left out."""
    pieces = (_BULLET.sub("", piece).strip() for piece in _SENTENCE.split(item.text[:MAX_TEXT]))
    return [part for part in (item.summary.strip(), *pieces) if part]


def passages_of(item: WorkItem, by_key: Mapping[str, WorkItem]) -> list[str]:
    """Give what is read as one: the summary with as many sentences as fit, then the summary with the next ones.

    A terse item is read with the summary of the item above it.
    """
    head, *rest = parts_of(item) or [""]
    above = by_key.get(item.parent or "")
    if above is not None and len(head) + sum(map(len, rest)) < _TERSE:
        rest.append(f"({above.summary})")
    passages: list[str] = []
    current = ""
    for part in rest:
        if current and len(current) + len(part) > _PASSAGE:
            passages.append(current)
            current = ""
        current = f"{current} {part[:_PASSAGE]}".strip()
    passages.append(current)
    return [f"{head}. {body}".strip() for body in passages[:_MOST]]


def best_part(text: str, item: WorkItem) -> str:
    """Quote the part of an item that shares the most telling words with a text, the summary where none does."""
    wanted = set(terms(text))
    parts = parts_of(item)
    best = max(parts, key=lambda part: len(wanted & set(terms(part))), default="")
    return shorten(best, _QUOTE)
