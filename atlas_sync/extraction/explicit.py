"""Promises that were written down as such: in a field or object made for them, or behind a tag. Nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from atlas_sync.extraction.conversation import Conversation
from atlas_sync.extraction.judgement import Judgement
from atlas_sync.extraction.naming import kind_of_promise
from atlas_sync.extraction.units import Unit

__all__ = ["untagged", "written_down"]

_OURS = frozenset({"note", "task"})


def written_down(conversation: Conversation, unit: Unit) -> Sequence[Judgement] | None:
    """Give the promise that a line of a place for promises is, or a line that our side tagged in a note; None for others.

    A person said so, hence nobody is asked. A heading in a place for promises, which ends in a colon, is nothing.
    """
    if conversation.kind == "promises":
        rule = f"written down under {conversation.subject or 'promises'}"
        return () if unit.text.endswith(":") else (_stated(unit, rule),)
    if conversation.kind in _OURS and unit.side != "customer" and (tag := _tag_of(unit.text, conversation.tags)):
        return (_stated(unit, f"tagged {tag}"),) if untagged(unit.text, conversation.tags) else None
    return None


def untagged(text: str, tags: Sequence[str]) -> str:
    """Give a text without the tag before it."""
    return _pattern(tuple(tags)).sub("", text, count=1).strip()


def _tag_of(text: str, tags: Sequence[str]) -> str | None:
    found = _pattern(tuple(tags)).match(text)
    return found.group(1).lower() if found else None


@lru_cache(maxsize=32)
def _pattern(tags: tuple[str, ...]) -> re.Pattern[str]:
    """Give what finds a tag at the beginning of a line; the longest first, and never the beginning of a longer word."""
    spellings = "|".join(re.escape(tag) for tag in sorted(tags, key=len, reverse=True))
    return re.compile(rf"({spellings or '(?!)'})(?!\w)[:\s-]{{0,4}}", re.IGNORECASE)


def _stated(unit: Unit, rule: str) -> Judgement:
    return Judgement("promise", rule, 1.0, kind=kind_of_promise(unit.text))
