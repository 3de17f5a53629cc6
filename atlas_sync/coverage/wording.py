"""Where the words that stand for a promise were said: what was said of it last may be another's, in other words."""

from __future__ import annotations

from collections.abc import Collection

from atlas_sync.canonical.model import Evidence, Promise
from atlas_sync.coverage.text import words

__all__ = ["said_where"]


def said_where(promise: Promise, *, heard_in: Collection[str] | None = None) -> Evidence:
    """Give the mention with the words of a promise: of those with most of them the latest, and the last where none has any.

    `heard_in` are the interactions that may be named; without it all may. A quote may hold markup that the text does not,
    so words are counted.
    """
    wanted = set(words(promise.text))
    mentions = [one for one in reversed(promise.repeats) if heard_in is None or one.interaction_id in heard_in]
    return max((promise.evidence, *mentions), key=lambda one: len(wanted.intersection(words(one.quote))))
