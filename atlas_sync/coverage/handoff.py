"""How much of what was sold delivery holds, as one figure with its parts. It follows from the gaps and from nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from atlas_sync.canonical.model import Gap, GapKind, Handoff, HandoffPart
from atlas_sync.coverage.people import matters
from atlas_sync.coverage.promises import is_settled
from atlas_sync.coverage.record import EngagementRecord, Licence

__all__ = ["handoff_of", "recount"]

_SETTLED = frozenset({"resolved", "waived"})
_SAID = ("conversation", "people")
"""What tells which promises, points and people there are."""


@dataclass(frozen=True, slots=True)
class _Part:
    """What a part counts, what it weighs, which kinds of gap take how much away from it, and what more was not read."""

    name: str
    weight: int
    subjects: frozenset[str]
    costs: dict[GapKind, float]
    unread: int = 0


def handoff_of(record: EngagementRecord, gaps: Sequence[Gap], licence: Licence) -> Handoff | None:
    """Score the handoff of a won engagement, 0 to 100; None for others.

    Each part is the share of its subjects that delivery holds; a promise that waits for a look counts half. What cannot be
    decided is left out of the share and counted beside it, and so is, as one more, what a conversation that was not all read
    may hold; where that is more than half, by the parts' weights, there is no score, which would be of the rest alone. A gap
    that was waived is none; one that is acknowledged is one.
    """
    if record.engagement.stage != "won":
        return None
    return _score(record, gaps, unread=1 if licence.lacks(*_SAID) else 0)


def recount(handoff: Handoff, record: EngagementRecord, before: Sequence[Gap], now: Sequence[Gap]) -> Handoff:
    """Give a score as it is when of the gaps that it was counted by, those `before`, others are let be `now`."""
    if _waived(before) == _waived(now):
        return handoff
    is_read = handoff.undecided <= _score(record, before, unread=0).undecided
    return _score(record, now, unread=0 if is_read else 1)


def _waived(gaps: Iterable[Gap]) -> set[str]:
    return {gap.id for gap in gaps if gap.state == "waived"}


def _score(record: EngagementRecord, gaps: Sequence[Gap], *, unread: int) -> Handoff:
    parts = [made for part in _parts(record, unread) if (made := _count(part, gaps))]
    weight = sum(part.weight for part in parts if part.total)
    share = sum(part.weight * part.held / part.total for part in parts if part.total)
    decided = sum(part.weight * part.total / (part.total + part.undecided) for part in parts)
    is_told = decided >= sum(part.weight for part in parts) / 2
    return Handoff(
        engagement_id=record.engagement.id,
        score=round(100 * share / weight) if weight and is_told else None,
        parts=tuple(parts),
    )


def _parts(record: EngagementRecord, unread: int) -> list[_Part]:
    whole = frozenset({record.engagement.id})
    promises = _ids(one for one in record.promises if not one.needs_review and not is_settled(one, record))
    broken: dict[GapKind, float] = dict.fromkeys(
        ("promise_missing", "promise_contradicted", "promise_dropped", "promise_late"), 1.0
    )
    return [
        _Part("project", 2, whole, {"project_missing": 1.0}),
        _Part("promises", 4, promises, broken | {"promise_stalled": 0.5, "promise_review": 0.5}, unread),
        _Part("why", 2, whole, {"why_missing": 1.0}),
        _Part("people", 2, _ids(one for one in record.stakeholders if matters(one)), {"person_missing": 1.0}, unread),
        _Part("scope", 1, _points(record, {"in", "out", "later"}), {"scope_missing": 1.0}, unread),
        _Part("open points", 1, _points(record, {"vague"}), {"vague_undecided": 1.0}, unread),
        _Part(
            "conversation",
            1,
            whole if record.interactions else frozenset(),
            {"conversation_missing": 1.0, "project_missing": 1.0},
            0 if record.interactions else unread,
        ),
        _Part("owner", 1, whole, {"owner_missing": 1.0}),
    ]


def _points(record: EngagementRecord, kinds: Collection[str]) -> frozenset[str]:
    return _ids(one for one in record.scope if one.kind in kinds)


def _ids(rows: Iterable[object]) -> frozenset[str]:
    return frozenset(str(getattr(row, "id", "")) for row in rows)


def _count(part: _Part, gaps: Sequence[Gap]) -> HandoffPart | None:
    """Count a part; None where there is nothing to hold, and nothing unread that may be."""
    if not part.subjects and not part.unread:
        return None
    about = [
        gap for gap in gaps if gap.kind in part.costs and gap.subject_id in part.subjects and gap.state not in _SETTLED
    ]
    undecided = {gap.subject_id for gap in about if gap.state == "not_decidable"}
    lost = {gap.subject_id: part.costs[gap.kind] for gap in about if gap.subject_id not in undecided}
    total = len(part.subjects) - len(undecided)
    return HandoffPart(
        name=part.name,
        weight=part.weight,
        total=total,
        held=total - sum(lost.values()),
        undecided=len(undecided) + part.unread,
    )
