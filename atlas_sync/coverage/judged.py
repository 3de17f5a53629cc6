"""What people decided, as tracing and gaps take it: which item delivers what, and which gaps are known or let be."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from atlas_sync.canonical.model import JUDGED, Gap

__all__ = ["GapWord", "Judged", "as_judged", "as_unjudged"]


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
class Judged:
    """All that people decided about one engagement: sources of work items by what they deliver, or do not, and gaps by id."""

    confirmed: Mapping[str, Collection[str]] = field(default_factory=dict)
    rejected: Mapping[str, Collection[str]] = field(default_factory=dict)
    gaps: Mapping[str, GapWord] = field(default_factory=dict)


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
