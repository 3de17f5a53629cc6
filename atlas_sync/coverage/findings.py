"""What delivery lacks, kind by kind, before licence and history are looked at. Each finding names its next step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from atlas_sync.canonical.model import Audience, Evidence, GapKind, Outcome, Promise, ScopeItem, Severity, TraceLink
from atlas_sync.coverage.conflicts import conflicts_of
from atlas_sync.coverage.people import decides, doubts, is_met, matters, role_of
from atlas_sync.coverage.record import EngagementRecord
from atlas_sync.coverage.similarity import Likeness
from atlas_sync.coverage.text import shorten, squash, words
from atlas_sync.coverage.urgency import RARELY_TRACKED, severity_of

__all__ = ["Finding", "findings_of", "is_settled", "telling_outcomes"]

_TITLE = 120
_QUOTED = 80
_WHY_ALIKE = 0.18
"""From this likeness on a work item tells why the customer buys; chosen on the labelled development set."""

_DECIDING = frozenset({"decide", "decision", "clarify", "agree", "confirm", "define", "settle", "tbd"})
_BOUNDS = frozenset({"in", "out", "later"})
_TELLS_WHY = frozenset({"pain", "trigger", "outcome", "metric"})


@dataclass(frozen=True, slots=True)
class Finding:
    """A gap without its life: what is lacking, how bad, and what to do about it."""

    kind: GapKind
    subject_id: str
    title: str
    severity: Severity
    next_step: str
    reasons: tuple[str, ...] = ()
    work_item_key: str | None = None
    evidence: Evidence | None = None
    audience: Audience = "internal"


def findings_of(record: EngagementRecord, run_at: datetime) -> list[Finding]:
    """List everything a won engagement's delivery lacks; nothing for a deal that is not won."""
    if record.engagement.stage != "won":
        return []
    return [
        *_project(record),
        *_why(record),
        *_people(record),
        *_promises(record, run_at),
        *_scope(record),
    ]


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


def telling_outcomes(record: EngagementRecord) -> list[Outcome]:
    """List what says why the client buys: pains, triggers, outcomes and figures, not why us or why this day."""
    return [outcome for outcome in record.outcomes if outcome.kind in _TELLS_WHY]


def _project(record: EngagementRecord) -> Iterator[Finding]:
    if not record.projects:
        yield Finding(
            kind="project_missing",
            subject_id=record.engagement.id,
            title=f"{shorten(record.engagement.name, _TITLE - 32)} is won and has no project",
            severity="high",
            next_step="Link the delivery project to the deal, or run `atlas-sync plan` to start one in the default project.",
        )


def _why(record: EngagementRecord) -> Iterator[Finding]:
    telling = telling_outcomes(record)
    living = [item for item in record.items if item.state != "dropped"]
    others = Likeness([item for item in living if item.marker is None])
    for outcome in telling:
        if _is_quoted(outcome.text, record) or max(others.scores(outcome.text), default=0.0) >= _WHY_ALIKE:
            return
    first = next((outcome for outcome in telling if outcome.audience == "client_ok"), telling[0] if telling else None)
    asked = record.engagement.owner_sales or "whoever sold it"
    yield Finding(
        kind="why_missing",
        subject_id=record.engagement.id,
        title=f"Delivery cannot read why {shorten(record.client_label, 60)} bought",
        severity="medium",
        next_step="Run `atlas-sync plan` to put the brief into the project."
        if first
        else f"Ask {asked} why the client bought, and log the answer on the deal.",
        reasons=() if first else ("the conversation does not say why either",),
        evidence=first.evidence if first else None,
        audience=first.audience if first else "internal",
    )


def _people(record: EngagementRecord) -> Iterator[Finding]:
    for person in record.stakeholders:
        if matters(person) and not is_met(person, record):
            yield Finding(
                kind="person_missing",
                subject_id=person.id,
                title=f"{shorten(person.name, 60)} ({shorten(role_of(person), 40)}) is not in delivery",
                severity="high" if decides(person) and doubts(person) else "medium",
                next_step=f"Introduce {shorten(person.name, 60)} to the delivery lead.",
                evidence=person.evidence,
            )


def _promises(record: EngagementRecord, run_at: datetime) -> Iterator[Finding]:
    conflicts = conflicts_of(record)
    for promise in record.promises:
        # What may be no promise at all is a question to a person (`atlas-sync review`), not a gap of delivery.
        if promise.needs_review or is_settled(promise, record):
            continue
        links = record.links_of.get(promise.id, ())
        clashes = conflicts.get(promise.id, [])
        kind = _promise_kind(links, record) or ("promise_contradicted" if clashes else None)
        if kind is None:
            continue
        severity, reasons = severity_of(kind, promise, record, run_at)
        first = links[0] if links else None
        found = [*first.contradictions, *first.reasons] if first else ["was not compared with delivery yet"]
        found = [*(clash.sentence for clash in clashes), *found]
        yield Finding(
            kind=kind,
            subject_id=promise.id,
            title=shorten(promise.text, _TITLE),
            severity=severity,
            next_step=_promise_step(kind, promise, first),
            reasons=tuple(dict.fromkeys([*found, *reasons])),
            work_item_key=first.work_item_key if first else None,
            evidence=promise.evidence,
            # A reason quotes the other side too: who may not see that may not see the reason.
            audience=promise.audience if all(clash.audience == "client_ok" for clash in clashes) else "internal",
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
    dropped = {item.id for item in record.items if item.state == "dropped"}
    return "promise_contradicted" if first.contradictions and first.work_item_id not in dropped else "promise_review"


def _promise_step(kind: GapKind, promise: Promise, first: TraceLink | None) -> str:
    key = first.work_item_key if first and first.work_item_key else "the work item"
    if kind == "promise_contradicted":
        with_item = first is not None and first.contradictions
        compared = f"Compare {key} with what was said, and correct it or tell the client."
        return compared if with_item else "Settle with the client which of the two holds, and write it down."
    if kind == "promise_dropped":
        return f"Decide if dropping {key} was meant, and tell the client."
    if kind == "promise_review":
        return f"Look at {key} and decide if it delivers this."
    if promise.kind in RARELY_TRACKED:
        return "Make sure that whoever invoices or writes to the client knows of it."
    return "Run `atlas-sync plan` to have an item made, or add one by hand."


def _scope(record: EngagementRecord) -> Iterator[Finding]:
    for point in record.scope:
        links = record.links_of.get(point.id, ())
        if point.kind == "vague" and not _is_decided(links, record):
            yield _scope_finding(point, links, "vague_undecided")
        absent = point.kind in _BOUNDS and bool(links) and links[0].status == "missing"
        if absent and not _is_quoted(point.text, record):
            yield _scope_finding(point, links, "scope_missing")


def _scope_finding(point: ScopeItem, links: tuple[TraceLink, ...], kind: GapKind) -> Finding:
    undecided = kind == "vague_undecided"
    return Finding(
        kind=kind,
        subject_id=point.id,
        title=shorten(point.text if undecided else f"{point.kind}: {point.text}", _TITLE),
        severity="medium" if undecided or point.kind == "out" else "low",
        next_step="Agree with the client who decides this and by when."
        if undecided
        else "Run `atlas-sync plan` to put the brief with this point into the project.",
        reasons=links[0].reasons if links else (),
        work_item_key=links[0].work_item_key if links else None,
        evidence=point.evidence,
        audience=point.audience,
    )


def _is_decided(links: tuple[TraceLink, ...], record: EngagementRecord) -> bool:
    """Tell if an item takes a vague point up: one made for it, or a likely one that speaks of deciding."""
    items = {item.id: item for item in record.items if item.state != "dropped"}
    for link in links:
        item = items.get(link.work_item_id or "")
        if item and (link.status == "covered" or _DECIDING & set(words(f"{item.summary} {item.text}"))):
            return True
    return False


def _is_quoted(text: str, record: EngagementRecord) -> bool:
    """Tell if an item of ours that was not dropped, such as the brief, holds the beginning of a text."""
    wanted = squash(shorten(text, _QUOTED).removesuffix("…"))
    return bool(wanted) and any(
        item.marker and item.state != "dropped" and wanted in squash(item.text) for item in record.items
    )
