"""Promises that were written down as such: in a field or object made for them, or behind a tag. Nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from atlas_sync.extraction.conversation import Conversation
from atlas_sync.extraction.judgement import Judgement
from atlas_sync.extraction.rules import kind_of_promise
from atlas_sync.extraction.units import Unit

__all__ = ["untagged", "written_down"]

_TAG = re.compile(r"^#promised?\b[:\s-]{0,4}", re.IGNORECASE)
_OURS = frozenset({"note", "task"})


def written_down(conversation: Conversation, unit: Unit) -> Sequence[Judgement] | None:
    """Give the promise that a line of a place for promises is, or a line that our side tagged in a note; None for others.

    A person said so, hence nobody is asked. A heading in a place for promises, which ends in a colon, is nothing.
    """
    if conversation.kind == "promises":
        rule = f"written down under {conversation.subject or 'promises'}"
        return () if unit.text.endswith(":") else (_stated(unit, rule),)
    if conversation.kind in _OURS and unit.side != "customer" and _TAG.match(unit.text) and untagged(unit.text):
        return (_stated(unit, "tagged #promise"),)
    return None


def untagged(text: str) -> str:
    """Give a text without the tag before it."""
    return _TAG.sub("", text, count=1).strip()


def _stated(unit: Unit, rule: str) -> Judgement:
    return Judgement("promise", rule, 1.0, kind=kind_of_promise(unit.text))
