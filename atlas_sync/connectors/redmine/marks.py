"""Our mark on an issue: in a custom field of its own, else in the last line of its text.

It says which promise the item stands for, which run made it, and by fingerprints what we last wrote into each of its fields,
so that a lost ledger can be rebuilt from the items alone. In a text it is one word, which no markup reads.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from atlas_sync.connectors.writing import Origin

__all__ = ["Mark", "read_field", "split_text", "with_mark"]

_LINE = re.compile(r"(?:^|\n+)[@`](atlas-[0-9a-f]+):([A-Za-z0-9_-]*)[@`][ \t\r]*(?=\n|$)")


class _Kept(
    msgspec.Struct, rename={"marker": "m", "engagement": "e", "subject": "s", "item": "i", "run": "r", "written": "w"}
):
    marker: str = ""
    engagement: str = ""
    subject: str = ""
    item: str = ""
    run: str = ""
    written: dict[str, str] = {}
    v: int = 2


@dataclass(frozen=True, slots=True)
class Mark:
    """What an issue says of itself. An empty `marker` is no mark of ours, or one that we took off."""

    marker: str = ""
    origin: Origin | None = None
    written: Mapping[str, str] = field(default_factory=dict)

    def as_field(self) -> str:
        """Give the mark as it stands in a custom field."""
        about = self.origin or Origin("", "", "", "")
        kept = _Kept(self.marker, about.engagement_id, about.subject_id, about.item, about.run, dict(self.written))
        return msgspec.json.encode(kept).decode()


def read_field(value: object) -> Mark:
    """Read a mark from a custom field; whatever is none of ours is no mark."""
    try:
        kept = msgspec.json.decode(str(value or ""), type=_Kept)
    except msgspec.DecodeError:
        return Mark()
    origin = Origin(kept.engagement, kept.subject, kept.item, kept.run) if kept.engagement else None
    return Mark(kept.marker, origin, kept.written)


def split_text(text: str) -> tuple[str, Mark]:
    """Part a text into what people read, and the mark in its last line."""
    match = _LINE.search(text)
    if match is None:
        return text, Mark()
    rest = text[: match.start()] + text[match.end() :]
    try:
        mark = read_field(base64.urlsafe_b64decode(match[2] + "=" * (-len(match[2]) % 4)).decode())
    except (binascii.Error, ValueError):
        mark = Mark()
    return rest, Mark(match[1], mark.origin, mark.written)


def with_mark(text: str, mark: Mark, *, quote: str) -> str:
    """Give a text with a mark in its last line, as code so that it means nothing."""
    word = base64.urlsafe_b64encode(mark.as_field().encode()).decode().rstrip("=")
    return f"{text}\n\n{quote}{mark.marker}:{word}{quote}"
