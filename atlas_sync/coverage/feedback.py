"""What sales sees of delivery on the deal itself: where it is, how far it is, how well it was handed over, what is still open.

Everything here is for our own eyes: a CRM is read by nobody else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal

from atlas_sync.canonical.identity import marker_for
from atlas_sync.canonical.model import Gap, Handoff
from atlas_sync.coverage.record import EngagementRecord
from atlas_sync.coverage.text import shorten

__all__ = ["FEEDBACK", "Feedback", "feedback_of"]

Feedback = Literal["link", "status", "score", "questions"]
FEEDBACK: tuple[Feedback, ...] = ("link", "status", "score", "questions")

_OPEN = frozenset({"open", "planned", "written", "acknowledged"})
_MOST = 5
_QUOTE = 240
_HOW = "Reply with an e-mail or a note on this deal, or write into the field for answers."


def feedback_of(
    record: EngagementRecord, gaps: Sequence[Gap], handoff: Handoff | None, *, tenant: str
) -> Mapping[Feedback, str]:
    """Give what stands in each field of a won deal; an empty text is an empty field."""
    score = handoff.score if handoff else None
    return {
        "link": _link(record, marker_for(tenant, record.engagement.id, "brief", record.engagement.id)),
        "status": _status(record),
        "score": "" if score is None else str(score),
        "questions": _questions(record, gaps, tenant),
    }


def _link(record: EngagementRecord, brief: str) -> str:
    """Give the address of the brief, or else of the project."""
    briefs = [item.link for item in record.living if item.marker == brief]
    projects = [project.link for project in record.projects if project.certain]
    return next((link for link in (*briefs, *projects) if link), "")


def _status(record: EngagementRecord) -> str:
    if not any(project.certain for project in record.projects):
        return "No project yet"
    counts = Counter(item.state for item in record.living)
    number = counts.total()
    if not number:
        return "Project without items"
    if counts["done"] == number:
        return "Delivered"
    if counts["to_do"] == number:
        return "Not started"
    return f"Under way, {counts['done']} of {number} items done"


def _questions(record: EngagementRecord, gaps: Sequence[Gap], tenant: str) -> str:
    """Number what sales can answer, the most pressing first, and say how."""
    asked = [said for gap in gaps if gap.state in _OPEN and (said := _question(gap, record))]
    asked += _to_decide(record, tenant)
    lines = [f"{number}. {said}" for number, said in enumerate(asked[:_MOST], 1)]
    if len(asked) > _MOST:
        lines.append(f"And {len(asked) - _MOST} more.")
    return "\n".join([*lines, _HOW]) if lines else ""


def _to_decide(record: EngagementRecord, tenant: str) -> list[str]:
    """Ask about what was left open as long as the item that was made for it is: whoever closes that has the answer."""
    at_work = {item.marker: item.key for item in record.living if item.marker and item.state != "done"}
    marks = {
        marker_for(tenant, record.engagement.id, "decision", point.id): point
        for point in record.scope
        if point.kind == "vague"
    }
    return [
        f"“{shorten(record.quoted(point.evidence), _QUOTE)}” was left open ({at_work[mark]}). Who decides it, and by when?"
        for mark, point in marks.items()
        if mark in at_work
    ]


def _question(gap: Gap, record: EngagementRecord) -> str:
    """Put a gap as a question that one sentence answers; empty for one that sales cannot close."""
    about = f"“{shorten(record.quoted(gap.evidence) if gap.evidence else gap.title, _QUOTE)}”"
    match gap.kind:
        case "why_missing" if gap.evidence is None:
            return f"Why did {shorten(record.client_label, 60)} buy? Nothing on the deal says it."
        case "vague_undecided":
            return f"{about} was left open. Who decides it, and by when?"
        case "promise_contradicted":
            against = f" ({shorten('; '.join(gap.reasons), _QUOTE)})" if gap.reasons else ""
            return f"We promised {about}, and {gap.work_item_key or 'delivery'} says otherwise{against}. Which holds?"
        case "obligation_open":
            return f"{about} is still to come from the client. When does it come?"
        case _:
            return ""
