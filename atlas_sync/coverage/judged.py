"""What people decided, as tracing and gaps take it: which item delivers what, and which gaps are known or let be."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from atlas_sync.canonical.model import JUDGED, Gap, WorkItem
from atlas_sync.canonical.normalize import fold

__all__ = ["GapWord", "Judged", "LinkWord", "as_judged", "as_unjudged", "wording_of"]

_BOX = re.compile(r"\[[ x]\]")
_THOUSANDS = re.compile(r"(?<![\d.,:])[1-9]\d{0,2}([.,'’ ])\d{3}(?:\1\d{3})*(?!\d|\1\d)")
_DASH = re.compile(r"(?<=\d) ?[-–−] ?(?=\d)|(?<![^\s(])[–−](?=\d)")
_COMMA = re.compile(r"(?<=\d),(?=\d)")
_NUMBER = re.compile(r"((?:(?<![^\s(])-)?\d+(?:[.:-]\d+)*)|[\W_]")
"""A number keeps its sign and its parts; of all else only letters count."""


@dataclass(frozen=True, slots=True)
class GapWord:
    """What a person said of a gap; `until` is the last day on which it is let be, None for good.

    `opened_at` is when that gap opened, by the clock of the vendors; None where that was not kept.
    """

    decision: Literal["waived", "acknowledged"]
    by: str
    at: datetime
    reason: str = ""
    until: date | None = None
    opened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LinkWord:
    """Who said if an item delivers something, and the hash of what the item said then; empty where that was not kept."""

    by: str
    wording: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """All that people decided about one engagement: sources of work items by what they deliver, or do not, and gaps by id.

    `words` has by what is delivered and the item's source what was judged.
    """

    confirmed: Mapping[str, Collection[str]] = field(default_factory=dict)
    rejected: Mapping[str, Collection[str]] = field(default_factory=dict)
    gaps: Mapping[str, GapWord] = field(default_factory=dict)
    words: Mapping[tuple[str, str], LinkWord] = field(default_factory=dict)

    def is_confirmed(self, subject: str, item: WorkItem) -> bool:
        """Tell if a person said that an item delivers something, and it says what it said then."""
        return item.source in self.confirmed.get(subject, ()) and not self._is_reworded(subject, item)

    def is_rejected(self, subject: str, item: WorkItem) -> bool:
        """Tell if a person said that an item does not deliver something, and it says what it said then."""
        return item.source in self.rejected.get(subject, ()) and not self._is_reworded(subject, item)

    def reworded_since(self, subject: str, item: WorkItem) -> str | None:
        """Name who said that an item delivers something when it said something else, None where nobody did."""
        is_other = item.source in self.confirmed.get(subject, ()) and self._is_reworded(subject, item)
        return self.words[subject, item.source].by if is_other else None

    def _is_reworded(self, subject: str, item: WorkItem) -> bool:
        said = self.words.get((subject, item.source))
        return bool(said and said.wording and (now := wording_of(item)) and now != said.wording)


def wording_of(item: WorkItem) -> str:
    """Give a hash of the words and numbers of an item, whatever their case, spacing and ticks; empty where it has none.

    An item of ours has none of its own: it repeats what it was made for.
    """
    if item.marker is not None:
        return ""
    words = _plain(_BOX.sub(" ", fold(f"{item.summary} {item.text}")))
    return hashlib.sha256(words.encode()).hexdigest()[:16] if words else ""


def _plain(said: str) -> str:
    """Give letters without what stands between them, and numbers apart, in one way of writing them.

    >>> _plain("e-mail to 1,000 users, 3,5 days"), _plain("at -5")
    ('emailto 1000 users 3.5 days', 'at -5')
    """
    said = _THOUSANDS.sub(lambda hit: "".join(filter(str.isdigit, hit.group())), said)
    said = _COMMA.sub(".", _DASH.sub("-", said))
    return _NUMBER.sub(lambda hit: f" {hit.group(1)} " if hit.group(1) else "", said).strip()


def as_unjudged(gap: Gap) -> Gap:
    """Give a gap as if nobody had said anything of it."""
    if gap.state not in {"acknowledged", "waived"}:
        return gap
    return gap.model_copy(
        update={"state": "not_decidable" if gap.undecided_because else "open", **dict.fromkeys(JUDGED)}
    )


def as_judged(gap: Gap, word: GapWord | None, today: date) -> Gap:
    """Give a gap with what was said of it; a gap that is resolved stays so.

    A gap that is let be stays so until its day, whatever else becomes of it. That somebody knows of one is said only while it
    is open, and not of one that comes back after it was resolved.
    """
    if word is None or gap.state == "resolved":
        return gap
    if word.decision == "waived":
        holds = word.until is None or today <= word.until
    else:
        holds = gap.state in {"open", "planned"} and gap.opened_at <= (word.opened_at or word.at)
    if not holds:
        return gap
    said = {"judged_by": word.by, "judged_at": word.at, "judged_reason": word.reason, "waived_until": word.until}
    return gap.model_copy(update={"state": word.decision, **said})
