"""What is wrong with the promises of an engagement: absent, contradicted, dropped, late, stalled, or for a person to see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from atlas_sync.canonical.model import GapKind, Promise, Severity, TraceLink, WorkItem
from atlas_sync.coverage.conflicts import Conflict, clause_that_holds, conflicts_of
from atlas_sync.coverage.contradictions import compare_item, plan_of
from atlas_sync.coverage.finding import TITLE, Finding
from atlas_sync.coverage.record import EngagementRecord
from atlas_sync.coverage.text import shorten, show_day
from atlas_sync.coverage.timing import agreed_day
from atlas_sync.coverage.urgency import RARELY_TRACKED, lasts, severity_of
from atlas_sync.coverage.verdict import READS_AS_THE_SAME

__all__ = ["STALLED_AFTER", "broken_promises", "is_settled"]

STALLED_AFTER = timedelta(days=21)
"""How long work that was begun may lie still."""

_UNHELD: frozenset[GapKind | None] = frozenset({"promise_missing", "promise_review"})
_NOT_COMPARED = "was not compared with delivery yet"
_STEPS: Mapping[GapKind, str] = {
    "promise_contradicted": "Compare {key} with what was said, and correct it or tell the client.",
    "promise_late": "Bring {key} forward, or agree another day with the client and write it down.",
    "promise_stalled": "Ask who works on {key} what holds it up.",
    "promise_dropped": "Decide if dropping {key} was meant, and tell the client.",
    "promise_review": "Look at {key} and decide if it delivers this: `atlas-sync review`.",
}
_OVERDUE = "{key} is overdue: finish it, or agree another day with the client and write it down."
"""Where the item's own day is not too late, there is nothing to bring forward."""


def broken_promises(record: EngagementRecord, run_at: datetime) -> Iterator[Finding]:
    """Find the promises in force that delivery does not hold, holds differently, or does not move on."""
    conflicts = conflicts_of(record)
    for promise in record.promises:
        # What may be no promise at all is a question to a person (`atlas-sync review`), not a gap of delivery.
        if promise.needs_review or is_settled(promise, record):
            continue
        links = record.links_of.get(promise.id, ())
        clashes = conflicts.get(promise.id, [])
        first = links[0] if links else None
        slow = _slowness(promise, first, record, run_at.date())
        kind = _promise_kind(links, record)
        if kind in _UNHELD and _is_held_elsewhere(promise, record):
            kind = None
        kind = kind or ("promise_contradicted" if clashes else slow[0] if slow else None)
        if kind == "promise_contradicted" and not clashes and _is_only_late(promise, first, record):
            kind = "promise_late"
        if kind is None:
            continue
        severity, reasons = severity_of(kind, promise, record, run_at)
        found = [*(clash.sentence for clash in clashes), *([slow[1]] if slow else []), *_told_by(first)]
        made = Finding(
            kind=kind,
            subject_id=promise.id,
            title=shorten(promise.text, TITLE),
            severity=severity,
            next_step=_promise_step(kind, promise, first),
            reasons=tuple(dict.fromkeys([*found, *reasons])),
            work_item_key=first.work_item_key if first else None,
            evidence=promise.evidence,
            # A reason quotes the other side too: who may not see that may not see the reason.
            audience=promise.audience if all(clash.audience == "client_ok" for clash in clashes) else "internal",
        )
        yield made
        if clashes and kind != "promise_contradicted":
            # That no item holds it is one thing, that it cannot hold as it was said another.
            yield _clash(made, promise, clashes, graded=severity_of("promise_contradicted", promise, record, run_at))


def _told_by(first: TraceLink | None) -> tuple[str, ...]:
    """Give all that a link says against a promise, for it, and of what it leaves open."""
    return (*first.contradictions, *first.reasons, *first.leaves_open) if first else (_NOT_COMPARED,)


def _is_held_elsewhere(promise: Promise, record: EngagementRecord) -> bool:
    """Tell if no work item need hold a promise: by its kind none is asked for, or a clause of the contract says it."""
    place = record.held_in.get(promise.kind, "tracker")
    return place == "nowhere" or (place == "contract" and clause_that_holds(promise, record) is not None)


def _clash(
    made: Finding, promise: Promise, clashes: Sequence[Conflict], *, graded: tuple[Severity, list[str]]
) -> Finding:
    """Give what else was said against a promise, beside what was found of it in delivery."""
    severity, reasons = graded
    return replace(
        made,
        kind="promise_contradicted",
        severity=severity,
        next_step=_promise_step("promise_contradicted", promise, None),
        reasons=tuple(dict.fromkeys([*(clash.sentence for clash in clashes), *reasons])),
        work_item_key=None,
    )


def _promise_kind(links: tuple[TraceLink, ...], record: EngagementRecord) -> GapKind | None:
    """Name what is wrong with a promise, None if nothing is."""
    if not links:
        return "promise_review"
    first = links[0]
    if first.status == "covered":
        return "promise_contradicted" if first.contradictions else None
    if first.status == "missing":
        return "promise_dropped" if first.contradictions else "promise_missing"
    # What an item says that only came nearest is no word against the promise: a person sees it among the reasons.
    is_meant = first.how == READS_AS_THE_SAME and _item_of(first, record) is not None
    return "promise_contradicted" if first.contradictions and is_meant else "promise_review"


def _promise_step(kind: GapKind, promise: Promise, first: TraceLink | None) -> str:
    key = first.work_item_key if first and first.work_item_key else "the work item"
    if kind == "promise_contradicted" and not (first and first.contradictions):
        return "Settle with the client which of the two holds, and write it down."
    if kind == "promise_late" and not (first and first.contradictions):
        return _OVERDUE.format(key=key)
    if kind in _STEPS:
        return _STEPS[kind].format(key=key)
    if promise.kind in RARELY_TRACKED:
        return "Make sure that whoever invoices or writes to the client knows of it."
    return "Run `atlas-sync plan` to have an item made, or add one by hand."


def _item_of(first: TraceLink | None, record: EngagementRecord) -> WorkItem | None:
    return next((item for item in record.living if first and item.id == first.work_item_id), None)


def _is_only_late(promise: Promise, first: TraceLink | None, record: EngagementRecord) -> bool:
    """Tell if all that the item says against a promise which it is meant for is a later day."""
    item = _item_of(first, record)
    found = compare_item(promise.text, promise.due_date, item) if item else []
    return {one.topic for one in found if not one.agrees and not one.limits} == {"due"}


def _slowness(
    promise: Promise, first: TraceLink | None, record: EngagementRecord, today: date
) -> tuple[GapKind, str] | None:
    """Tell if what covers a promise is behind the day that was said, or lies still."""
    item = _item_of(first, record)
    if first is None or first.status != "covered" or item is None or item.state == "done":
        return None
    due = agreed_day(promise.text, promise.due_date, plan_of(item))
    if due and due < today and not lasts(promise):
        return "promise_late", f"was due {show_day(due)}, and {item.key} is {item.status}"
    if item.state == "in_progress" and item.moved_at and item.moved_at.date() + STALLED_AFTER < today:
        return (
            "promise_stalled",
            f"{item.key} is {item.status} and has not moved since {show_day(item.moved_at.date())}",
        )
    return None


def is_settled(promise: Promise, record: EngagementRecord) -> bool:
    """Tell if nothing is owed any more: taken back, or a message that was due before the deal was won."""
    won_at = record.engagement.won_at
    sent = (
        promise.kind == "communication"
        and promise.due_date is not None
        and won_at is not None
        and promise.due_date < won_at.date()
    )
    return promise.status == "withdrawn" or sent
