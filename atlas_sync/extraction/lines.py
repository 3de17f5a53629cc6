"""Lines: what cleaning gives, text each character of which knows where it stood in the body."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

__all__ = ["Line", "Zone", "join_lines"]

Zone = Literal["new", "quoted", "header", "signature", "disclaimer"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of clean text; `starts[i]` and `ends[i]` are where its character i stood in the body.

    `sender` is who wrote it as a forwarded message's header has it, None where the conversation's author did. `after_gap`
    tells that an empty line stands before it, `item` if an item of a list in markup begins or goes on with it.
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    zone: Zone = "new"
    sender: str | None = None
    after_gap: bool = False
    item: Literal["begins", "goes on"] | None = None


def join_lines(parts: Sequence[Line]) -> Line:
    """Give lines as one, a space between each and the next."""
    texts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for part in parts:
        if texts:
            texts.append(" ")
            starts.append(ends[-1])
            ends.append(part.starts[0])
        texts.append(part.text)
        starts += part.starts
        ends += part.ends
    return replace(parts[0], text="".join(texts), starts=tuple(starts), ends=tuple(ends))
