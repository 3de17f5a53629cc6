"""What delivery lacks, kind by kind, before licence and history are looked at. Each finding names its next step."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from atlas_sync.canonical.model import GapKind, Outcome, ScopeItem, Stakeholder, TraceLink, WorkItem
from atlas_sync.coverage.finding import TITLE, Finding
from atlas_sync.coverage.open_points import day_in_words, deciders_in_words
from atlas_sync.coverage.people import decides, doubts, is_met, matters, role_of
from atlas_sync.coverage.promises import broken_promises
from atlas_sync.coverage.record import EngagementRecord
from atlas_sync.coverage.refusals import is_ruled_out, says_no
from atlas_sync.coverage.setting import open_obligations, out_of_order, set_up
from atlas_sync.coverage.text import shorten, show_day, squash, words
from atlas_sync.coverage.verdict import is_likely

__all__ = ["findings_of", "telling_outcomes"]

_QUOTED, _WHO = 80, 60
_WHY_ALIKE = 0.125
"""From this likeness on a work item tells why the customer buys; chosen on the labelled development set."""

_DECIDING = frozenset({"decide", "decision", "clarify", "agree", "confirm", "define", "settle", "tbd"})
_BOUNDS = frozenset({"in", "out", "later"})
_TELLS_WHY = frozenset({"pain", "trigger", "outcome", "metric"})


def findings_of(record: EngagementRecord, run_at: datetime) -> list[Finding]:
    """List everything a won engagement's delivery lacks; of a deal that is still open, only what is out of order."""
    if record.engagement.stage != "won":
        return list(out_of_order(record))
    return [
        *set_up(record),
        *_why(record),
        *_people(record),
        *broken_promises(record, run_at),
        *_scope(record),
        *open_obligations(record, run_at),
    ]


def telling_outcomes(record: EngagementRecord) -> list[Outcome]:
    """List what says why the client buys: pains, triggers, outcomes and figures, not why us or why this day."""
    return [outcome for outcome in record.outcomes if outcome.kind in _TELLS_WHY]


def _why(record: EngagementRecord) -> Iterator[Finding]:
    telling = telling_outcomes(record)
    if any(_is_quoted(outcome.text, record) for outcome in telling) or _is_told(telling, record):
        return
    first = next((outcome for outcome in telling if outcome.audience == "client_ok"), telling[0] if telling else None)
    closed = next(filter(None, (_closed_with(outcome.text, record) for outcome in telling)), None)
    asked = record.engagement.owner_sales if record.engagement.owner_sales_active else "whoever took the deal over"
    yield Finding(
        kind="why_missing",
        subject_id=record.engagement.id,
        title=f"Delivery cannot read why {shorten(record.client_label, 60)} bought",
        severity="medium",
        next_step=_closed_step(closed)
        if closed
        else "Run `atlas-sync plan` to put the brief into the project."
        if first
        else f"Ask {asked or 'whoever sold it'} why the client bought, and log the answer on the deal.",
        reasons=() if first or record.whys_unread else ("the conversation does not say why either",),
        unread=(record.whys_unread,) if record.whys_unread and not first else (),
        work_item_key=closed.key if closed else None,
        evidence=first.evidence if first else None,
        audience=first.audience if first else "internal",
    )


def _is_told(telling: list[Outcome], record: EngagementRecord) -> bool:
    """Tell if a living item that others wrote says one of the whys in words of its own."""
    others = [item for item in record.living if item.marker is None]
    if not telling or not others:
        return False
    from atlas_sync.coverage.similarity import likenesses  # noqa: PLC0415 - numpy, which a run without news does without

    (alike,) = likenesses([([outcome.text for outcome in telling], others)])
    return bool((alike >= _WHY_ALIKE).any())


def _people(record: EngagementRecord) -> Iterator[Finding]:
    for person in record.stakeholders:
        if matters(person) and not is_met(person, record):
            yield Finding(
                kind="person_missing",
                subject_id=person.id,
                title=f"{shorten(person.name, 60)} ({shorten(role_of(person), 40)}) is not in delivery",
                severity="high" if decides(person) and doubts(person) else "medium",
                next_step=f"Introduce {shorten(person.name, 60)} to the delivery lead.",
                reasons=tuple(f"{person.name} {word}" for word in _why_they_matter(person)),
                evidence=person.evidence,
            )


def _why_they_matter(person: Stakeholder) -> Iterator[str]:
    if decides(person):
        yield "decides or pays"
    if doubts(person):
        yield "is not convinced yet"


def _scope(record: EngagementRecord) -> Iterator[Finding]:
    for point in record.scope:
        links = record.links_of.get(point.id, ())
        if point.kind == "vague" and not _is_decided(links, record):
            yield _scope_finding(point, links, "vague_undecided", step=_deciding_step(point, record))
        if point.kind in _BOUNDS and links and _is_absent(point, links, record) and not _is_quoted(point.text, record):
            yield _scope_finding(
                point, links, "scope_missing", step=_scope_step(links[0], _closed_with(point.text, record))
            )


def _is_absent(point: ScopeItem, links: tuple[TraceLink, ...], record: EngagementRecord) -> bool:
    """Tell if no item holds a point. What is out is not held by an item that likely does it, but by one that says no."""
    first = links[0]
    if point.kind != "out" or first.status == "covered":
        return first.status == "missing"
    if first.status == "review" and not _is_about(point, first, record):
        return False
    return not any(_rules_out(point, link, record) for link in links)


def _is_about(point: ScopeItem, link: TraceLink, record: EngagementRecord) -> bool:
    """Tell if the item of a link is likely, or names, what a point rules out."""
    item = _item_of(link, record)
    return is_likely(link) or (item is not None and is_ruled_out(point.text, f"{item.summary} {item.text}"))


def _rules_out(point: ScopeItem, link: TraceLink, record: EngagementRecord) -> bool:
    """Tell if the item of a link says that something is out, or was dropped and is about what the point rules out."""
    item = _item_of(link, record)
    if item is None or item.state == "dropped":
        return item is not None and _is_about(point, link, record)
    return says_no(f"{item.summary}. {item.text}")


def _item_of(link: TraceLink, record: EngagementRecord) -> WorkItem | None:
    return next((item for item in record.items if item.key == link.work_item_key), None)


def _scope_finding(point: ScopeItem, links: tuple[TraceLink, ...], kind: GapKind, *, step: str) -> Finding:
    undecided = kind == "vague_undecided"
    return Finding(
        kind=kind,
        subject_id=point.id,
        title=shorten(point.text if undecided else f"{point.kind}: {point.text}", TITLE),
        severity="medium" if undecided or point.kind == "out" else "low",
        next_step=step,
        reasons=(*links[0].reasons, *links[0].leaves_open) if links else (),
        work_item_key=links[0].work_item_key if links else None,
        evidence=point.evidence,
        audience=point.audience,
    )


def _deciding_step(point: ScopeItem, record: EngagementRecord) -> str:
    """Say what is to be agreed of an open point: who decides it and by when, as far as its own words do not say."""
    who = shorten(" and ".join(deciders_in_words(point, record.stakeholders)), _WHO)
    day = day_in_words(point)
    if who:
        return (
            f"See that {who} decides this by {show_day(day)}." if day else f"Agree with {who} by when this is decided."
        )
    return f"Agree with the client who decides this {f'by {show_day(day)}' if day else 'and by when'}."


def _scope_step(first: TraceLink, closed: WorkItem | None) -> str:
    step = (
        _closed_step(closed) if closed else "Run `atlas-sync plan` to put the brief with this point into the project."
    )
    return step if first.status == "missing" else f"Look if {first.work_item_key} does what was ruled out. {step}"


def _is_decided(links: tuple[TraceLink, ...], record: EngagementRecord) -> bool:
    """Tell if an item takes a vague point up: one made for it, or the likeliest, if it is likely, that speaks of deciding."""
    items = {item.id: item for item in record.living}
    link = next((link for link in links if link.work_item_id in items), None)
    if link is None or link.status == "covered":
        return link is not None
    item = items[link.work_item_id or ""]
    return is_likely(link) and bool(_DECIDING & set(words(f"{item.summary} {item.text}")))


def _closed_step(item: WorkItem) -> str:
    return f"{item.key}, which says it, was closed undone and stays so: reopen it, say it elsewhere, or waive the gap."


def _is_quoted(text: str, record: EngagementRecord) -> bool:
    """Tell if an item of ours that was not dropped, such as the brief, holds the beginning of a text."""
    return any(item.state != "dropped" for item in _quoting(text, record))


def _closed_with(text: str, record: EngagementRecord) -> WorkItem | None:
    """Give the item of ours that holds the beginning of a text and was dropped: a person's decision, which no plan undoes."""
    return next((item for item in _quoting(text, record) if item.state == "dropped"), None)


def _quoting(text: str, record: EngagementRecord) -> Iterator[WorkItem]:
    wanted = squash(shorten(text, _QUOTED).removesuffix("…"))
    return (item for item in record.items if wanted and item.marker and wanted in squash(item.text))
