"""What people type on a deal to say where it is delivered: the keys of projects and of items in it, by their form alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from urllib.parse import parse_qsl, urlsplit

__all__ = ["is_key", "parts_of", "small_keys_in", "split_key"]

_WORD = re.compile(r"[\w-]+")
_KEY = re.compile(r"[A-Z][A-Z0-9_]{1,9}")
_SMALL_KEY = re.compile(r"[a-z0-9_-]*[a-z][a-z0-9_-]*")
_ITEM_KEY = re.compile(r"([A-Z][A-Z0-9_]*)-(\d+)")
_NO_KEYS = frozenset(
    (
        *("AUCUN", "GEEN", "INTERN", "INTERNAL", "KEIN", "KEINE", "KEINS", "LATER", "MISSING", "NA", "NEIN", "NESSUNO"),
        *("NEU", "NEW", "NIL", "NINGUNO", "NO", "NON", "NONE", "NULL", "OFFEN", "OPEN", "PENDING", "TBA", "TBC", "TBD"),
        *("TEST", "TODO", "UNKNOWN", "X", "XX", "XXX", "YES"),
    )
)
"""What people type where they know no key."""
_UNSURE = frozenset(
    ("ASK", "KEIN", "LATER", "NEU", "NEW", "NICHT", "NOCH", "NONE", "NOT", "PAS", "TBA", "TBC", "TBD", "YET")
)
"""Beside one of these a key is where it is not, or who may know it."""
_BEFORE_KEY, _BEFORE_ITEM = frozenset(("browse", "projects")), frozenset(("issues", "selectedIssue"))


def is_key(part: str) -> bool:
    """Tell if a part has the form of a project's key, and is none of the words for having none."""
    return part not in _NO_KEYS and _KEY.fullmatch(part) is not None


def split_key(part: str) -> tuple[str, str]:
    """Give the key of its project and the number of what has the form of an item's key, else all of it."""
    item = _ITEM_KEY.fullmatch(part)
    return (item[1], item[2]) if item else (part, "")


def parts_of(hint: str | None) -> Iterator[str]:
    """Yield what may be keys in what somebody typed: of a project, of an item, or a tracker's address with one.

    A tracker has several hosts, so an address is known by its path.
    """
    for word in _words_of(hint):
        yield from _keys_in(word) if "://" in word else _WORD.findall(word)


def small_keys_in(hint: str | None) -> Iterator[str]:
    """Yield what has the form of a key in small letters, as any word has: in an address, or where it is all of the hint."""
    words = _words_of(hint)
    for word in words:
        parts = _keys_in(word) if "://" in word else _WORD.findall(word)
        if "://" in word or len(words) == len(parts) == 1:
            yield from (part for part in parts if _SMALL_KEY.fullmatch(part) and part.upper() not in _NO_KEYS)


def _words_of(hint: str | None) -> list[str]:
    """Give what somebody typed, in words; nothing where it is not sure."""
    words = (hint or "").split()
    is_unsure = len(words) > 1 and not _UNSURE.isdisjoint(_WORD.findall((hint or "").upper()))
    return [] if is_unsure else words


def _keys_in(address: str) -> list[str]:
    url = urlsplit(address)
    named = [*pairwise(url.path.split("/")), *parse_qsl(url.query)]
    return [
        key for before, key in named if before in _BEFORE_KEY or (before in _BEFORE_ITEM and _ITEM_KEY.fullmatch(key))
    ]
