"""From what was agreed to the work item that delivers it: certain by our mark, a decision or a named id, else to be looked at.

Likeness alone never says that something is covered; see docs/decisions/0003.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from atlas_sync.canonical.identity import derive_id
from atlas_sync.canonical.model import CoverageStatus, Promise, ScopeItem, TraceLink, WorkItem
from atlas_sync.coverage.contradictions import contradictions_of, uncovered_in
from atlas_sync.coverage.record import EngagementRecord
from atlas_sync.coverage.similarity import Likeness

__all__ = ["LO", "Subject", "subjects_of", "trace", "trace_record"]

LO = 0.12
"""Below this likeness an item is no candidate. Chosen on the labelled development set; see benchmarks/coverage.py."""

_CANDIDATES = 3
_TERMS_SHOWN = 5
_SAME_CONVERSATION = 0.5
_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Subject:
    """Something agreed that a work item may deliver. `address` is the page of the conversation in which it was said."""

    id: str
    engagement_id: str
    text: str
    due_date: date | None = None
    address: str | None = None


def subjects_of(record: EngagementRecord) -> list[Subject]:
    """List what is traced in an engagement: promises in force, and scope points that bound or leave open the work."""
    found = [_subject(promise, record) for promise in record.promises if promise.status != "withdrawn"]
    return found + [_subject(point, record) for point in record.scope if point.kind in {"in", "out", "later", "vague"}]


def trace_record(
    record: EngagementRecord,
    *,
    markers: Mapping[str, str],
    confirmed: Mapping[str, str] = _NONE,
) -> EngagementRecord:
    """Give the record with its links made anew; `markers` and `confirmed` as for `trace`."""
    links = _Tracer(record.items, markers, confirmed).links(subjects_of(record))
    return replace(record, links=tuple(links))


def trace(
    promises: Sequence[Promise | ScopeItem | Subject],
    items: Sequence[WorkItem],
    *,
    markers: Mapping[str, str] = _NONE,
    confirmed: Mapping[str, str] = _NONE,
    lo: float = LO,
) -> list[TraceLink]:
    """List the links of each promise or scope point, in the order given, the best first.

    `markers` says which subject an item of ours was made for; `confirmed` holds what people decided, a work item's id or
    key by subject id; `lo` is the likeness from which an item is a candidate. One link that is `covered` or `missing`,
    or up to three that are `review`. An item that was dropped never covers: where it is all there is, the link is
    `missing` and says so, with the item's key and no item id.
    """
    return _Tracer(items, markers, confirmed, lo=lo).links([_subject(one, None) for one in promises])


def _subject(one: Promise | ScopeItem | Subject, record: EngagementRecord | None) -> Subject:
    if isinstance(one, Subject):
        return one
    said_in = record.interaction_by_id.get(one.evidence.interaction_id) if record else None
    due = one.due_date if isinstance(one, Promise) else None
    return Subject(one.id, one.engagement_id, one.text, due, said_in.link if said_in else None)


class _Tracer:
    """Traces subjects to one set of work items."""

    def __init__(
        self, items: Sequence[WorkItem], markers: Mapping[str, str], confirmed: Mapping[str, str], *, lo: float = LO
    ) -> None:
        self._lo = lo
        self._items = items
        self._markers = markers
        self._confirmed = confirmed
        # What we wrote ourselves repeats the words of every promise; it counts by its mark and not by its words.
        self._others = [item for item in items if item.marker is None]
        self._likeness = Likeness(self._others)

    def links(self, subjects: Sequence[Subject]) -> list[TraceLink]:
        said_there = Counter(subject.address for subject in subjects)
        return [link for subject in subjects for link in self._trace(subject, alone=said_there[subject.address] == 1)]

    def _trace(self, subject: Subject, *, alone: bool) -> list[TraceLink]:
        certain = [(item, how) for item in self._items if (how := self._certain(subject, item))]
        living = [(item, how) for item, how in certain if item.state != "dropped"]
        if living:
            item, how = living[0]
            against = contradictions_of(subject.text, subject.due_date, item)
            return [_link(subject, item, status="covered", score=1.0, how=how, contradictions=against)]
        if certain:
            return [_dropped(subject, certain[0][0], certain[0][1], score=1.0)]
        return self._alike(subject, alone=alone)

    def _certain(self, subject: Subject, item: WorkItem) -> str | None:
        """Name the sign that an item was made for a subject, None without one."""
        if item.marker and self._markers.get(item.marker) == subject.id:
            return "our mark"
        if self._confirmed.get(subject.id) in {item.id, item.key}:
            return "confirmed by a person"
        return "names its id" if subject.id in item.text else None

    def _alike(self, subject: Subject, *, alone: bool) -> list[TraceLink]:
        scores = self._likeness.scores(subject.text)
        for at, item in enumerate(self._others):
            if subject.address and subject.address in item.text and alone:
                scores[at] = max(scores[at], _SAME_CONVERSATION)
        order = sorted(range(len(scores)), key=lambda at: (-scores[at], at))
        near = [at for at in order if scores[at] >= self._lo]
        if not any(self._others[at].state != "dropped" for at in near):
            if near:
                return [_dropped(subject, self._others[near[0]], "similar words", score=scores[near[0]])]
            best = scores[order[0]] if order else 0.0
            return [_link(subject, None, status="missing", score=best, how="no item alike")]
        return [
            self._candidate(subject, at, score=scores[at], rank=rank)
            for rank, at in enumerate(order[:_CANDIDATES])
            if scores[at]
        ]

    def _candidate(self, subject: Subject, at: int, *, score: float, rank: int) -> TraceLink:
        item = self._others[at]
        reasons = []
        if shared := self._likeness.shared(subject.text, at):
            reasons.append(f"shares {', '.join(shared[:_TERMS_SHOWN])}")
        if subject.address and subject.address in item.text:
            reasons.append("links to the same conversation")
        if lacking := uncovered_in(subject.text, subject.due_date, item):
            reasons.append(f"does not mention {', '.join(lacking[:_TERMS_SHOWN])}")
        against = contradictions_of(subject.text, subject.due_date, item)
        link = _link(subject, item, status="review", score=score, how="similar words", contradictions=against)
        return link.model_copy(update={"rank": rank, "reasons": tuple(reasons)})


def _dropped(subject: Subject, item: WorkItem, how: str, *, score: float) -> TraceLink:
    """Say that the item for a subject was dropped: no cover, and not simply absent either."""
    link = _link(subject, None, status="missing", score=score, how=how)
    reason = f"{item.key} was dropped ({item.status})"
    return link.model_copy(update={"work_item_key": item.key, "contradictions": (reason,), "reasons": (reason,)})


def _link(
    subject: Subject,
    item: WorkItem | None,
    *,
    status: CoverageStatus,
    score: float,
    how: str,
    contradictions: tuple[str, ...] = (),
) -> TraceLink:
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
