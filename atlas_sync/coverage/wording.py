"""What was said as words to show, and where those that stand for a promise were: the last may be another's, in other words."""

from __future__ import annotations

from collections.abc import Collection

from atlas_sync.canonical.markup import words_of
from atlas_sync.canonical.model import Evidence, Interaction, Promise
from atlas_sync.coverage.text import words

__all__ = ["in_words", "said_where"]


def in_words(evidence: Evidence, said_in: Interaction | None) -> str:
    """Give a quote in plain words, on one line; what was written without markup stays to the letter."""
    is_markup = said_in is not None and said_in.is_markup
    return " ".join((words_of(evidence.quote) if is_markup else evidence.quote).split())


def said_where(promise: Promise, *, heard_in: Collection[str] | None = None) -> Evidence:
    """Give the mention with the words of a promise: of those with most of them the latest, and the last where none has any.

    `heard_in` are the interactions that may be named; without it all may. A quote may hold markup that the text does not,
    so words are counted.
    """
    wanted = set(words(promise.text))
    mentions = [one for one in reversed(promise.repeats) if heard_in is None or one.interaction_id in heard_in]
    return max((promise.evidence, *mentions), key=lambda one: len(wanted.intersection(words(one.quote))))
