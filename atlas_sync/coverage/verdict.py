"""Verdicts: what came of looking for one subject among the work items, as links."""

from __future__ import annotations

from dataclasses import dataclass

from atlas_sync.canonical.identity import derive_id
from atlas_sync.canonical.model import CoverageStatus, TraceLink, WorkItem
from atlas_sync.coverage.subjects import Subject

__all__ = ["READS_AS_THE_SAME", "Verdict", "dropped_verdict", "is_likely", "link_of"]

READS_AS_THE_SAME = "reads as the same"
"""How a link was found whose item is likely enough to cover, be it that nothing speaks against it or that something does."""

_LIKELY = 0.5


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer for one subject: its links, and the items that came nearest, best first, also where nothing covers it."""

    links: tuple[TraceLink, ...]
    nearest: tuple[WorkItem, ...] = ()
    reasons: tuple[str, ...] = ()


def is_likely(link: TraceLink) -> bool:
    """Tell if the item of a link that is for a person to see is rather the one for the subject than not."""
    return link.how == READS_AS_THE_SAME or link.score >= _LIKELY


def dropped_verdict(
    subject: Subject, item: WorkItem, how: str, *, score: float, nearest: tuple[WorkItem, ...] = ()
) -> Verdict:
    """Say that the item for a subject was dropped: no cover, and not simply absent either."""
    link = link_of(subject, None, status="missing", score=score, how=how)
    reason = f"{item.key} was dropped ({item.status})"
    link = link.model_copy(update={"work_item_key": item.key, "contradictions": (reason,), "reasons": (reason,)})
    return Verdict((link,), nearest, (reason,))


def link_of(
    subject: Subject,
    item: WorkItem | None,
    *,
    status: CoverageStatus,
    score: float,
    how: str,
    contradictions: tuple[str, ...] = (),
) -> TraceLink:
    """Make the link from a subject to an item, or to none; the same two always have the same id."""
    return TraceLink(
        id=derive_id("trl", subject.engagement_id, subject.id, item.id if item else ""),
        engagement_id=subject.engagement_id,
        subject_id=subject.id,
        work_item_id=item.id if item else None,
        work_item_key=item.key if item else None,
        status=status,
        score=round(min(score, 1.0), 4),
        how=how,
        contradictions=contradictions,
    )
