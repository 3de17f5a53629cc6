"""Cover: promises and work items as lines of JSON, each promise answered covered, missing or review, with reasons."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import BinaryIO, Literal

import msgspec

from atlas_sync.canonical.model import WorkItem
from atlas_sync.canonical.normalize import fold
from atlas_sync.canonical.status import says_dropped
from atlas_sync.coverage.decision import Matcher
from atlas_sync.coverage.subjects import Subject
from atlas_sync.coverage.trace import judge
from atlas_sync.coverage.verdict import Verdict
from atlas_sync.operations.documents import BadLine, unmarked

__all__ = ["AskedPromise", "Covering", "Issue", "Tracker", "cover", "item_of", "judge_tracker", "state_of"]

_DONE = frozenset(
    "done|closed|resolved|complete|completed|finished|released|delivered|erledigt|fertig|geschlossen|termine|ferme|resolu|"  # noqa: SIM905 - a list to read
    "hecho|cerrado|terminado|gereed|afgerond|klaar|fatto|chiuso|klart|faerdig".split("|")
)
_STARTED = frozenset(
    ["in progress", "in review", "in arbeit", "en cours", "en curso", "in uitvoering", "doing", "started", "in corso"]
)

State = Literal["to_do", "in_progress", "done", "dropped"]


class AskedPromise(msgspec.Struct):
    """A promise to look for."""

    pid: str
    text: str
    type: str | None = None
    due_date: str | None = None


class Issue(msgspec.Struct):
    """A work item as a tracker shows it."""

    key: str
    summary: str = ""
    description: str | None = None
    type: str | None = None
    status: str | None = None
    due: str | None = None
    assignee: str | None = None
    people: list[str] = []
    parent: str | None = None


class Tracker(msgspec.Struct):
    """A line: what was promised in one engagement, and the issues of its projects."""

    promises: list[AskedPromise]
    issues: list[Issue]
    engagement_id: str = ""


@dataclass(slots=True)
class Covering:
    """What came of a file: how many engagements and promises went out with which answers, and the unusable lines."""

    engagements: int = 0
    answers: dict[str, int] = field(default_factory=lambda: {"covered": 0, "missing": 0, "review": 0})
    bad: list[BadLine] = field(default_factory=list)


def cover(source: Path, target: BinaryIO, *, matcher: Matcher | None) -> Covering:
    """Answer every promise of the file's engagements; writes a line an engagement, in their order.

    One engagement is held in memory. Lines that cannot be used are listed with file and line, and the others go out.
    """
    done = Covering()
    decoder = msgspec.json.Decoder(Tracker)
    with source.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                tracker = decoder.decode(unmarked(line))
                verdicts = judge_tracker(tracker, matcher=matcher)
            except (msgspec.DecodeError, ValueError) as error:
                done.bad.append(BadLine(source, number, _reason(error)))
                continue
            rows = [_row(*pair) for pair in zip(tracker.promises, verdicts, strict=True)]
            target.write(msgspec.json.encode({"engagement_id": tracker.engagement_id, "coverage": rows}) + b"\n")
            done.engagements += 1
            for row in rows:
                done.answers[str(row["status"])] += 1
    return done


def judge_tracker(tracker: Tracker, *, matcher: Matcher | None) -> list[Verdict]:
    """Give the verdict on each promise of an engagement.

    Raises:
        ValueError: two promises or two issues have the same id or key, or a day is none.
    """
    for name, ids in (("pid", [one.pid for one in tracker.promises]), ("key", [one.key for one in tracker.issues])):
        if len(set(ids)) < len(ids):
            message = f"the same `{name}` stands there twice"
            raise ValueError(message)
    engagement = tracker.engagement_id
    subjects = [Subject(one.pid, engagement, one.text, _day(one.due_date, "due_date")) for one in tracker.promises]
    return judge(subjects, [item_of(issue, engagement) for issue in tracker.issues], matcher=matcher)


def item_of(issue: Issue, engagement: str) -> WorkItem:
    """Make the work item that a line describes."""
    return WorkItem(
        id=f"{engagement}/{issue.key}",
        engagement_id=engagement,
        source=f"file:work_item:{issue.key}",
        project_key=issue.key.rpartition("-")[0],
        key=issue.key,
        kind=issue.type or "Task",
        summary=issue.summary,
        text=issue.description or "",
        status=issue.status or "To Do",
        state=state_of(issue.status or ""),
        due=_day(issue.due, "due"),
        assignee=issue.assignee,
        parent=issue.parent,
    )


def state_of(status: str) -> State:
    """Fold a status name into our states; a name nobody knows is work to do.

    >>> state_of("Won't Do"), state_of("Erledigt"), state_of("Ready for QA")
    ('dropped', 'done', 'to_do')
    """
    if says_dropped(status):
        return "dropped"
    name = " ".join(fold(status).split())
    return "done" if name in _DONE else "in_progress" if name in _STARTED else "to_do"


def _day(text: str | None, name: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        message = f"`{name}` is no day of the form 2026-08-14"
        raise ValueError(message) from None


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "this is not UTF-8"
    if isinstance(error, msgspec.DecodeError) and not isinstance(error, msgspec.ValidationError):
        return "this is not valid JSON"
    return str(error)


def _row(promise: AskedPromise, verdict: Verdict) -> dict[str, object]:
    """Give the answer as a line holds it: an item made for a promise that says something else is for a person to see."""
    first = verdict.links[0]
    return {
        "pid": promise.pid,
        "status": "review" if first.status == "covered" and first.contradictions else first.status,
        "issues": [item.key for item in verdict.nearest],
        "reasons": list(verdict.reasons),
    }
