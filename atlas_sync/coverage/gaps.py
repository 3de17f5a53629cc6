"""Gaps with their lives: findings, each allowed by a licence, and carried from run to run under one id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from atlas_sync.canonical.identity import derive_id
from atlas_sync.canonical.model import JUDGED, Gap, GapKind
from atlas_sync.coverage.finding import Finding
from atlas_sync.coverage.findings import findings_of
from atlas_sync.coverage.judged import GapWord, as_judged
from atlas_sync.coverage.record import EngagementRecord, Licence

__all__ = ["CLAIMS_ABSENCE", "IN_BRIEF", "close", "find_gaps", "ids_of"]

_NO_WORDS: Mapping[str, GapWord] = MappingProxyType({})
_BOTH = ("tracker", "conversation")
_SAID = (*_BOTH, "people")
"""Who speaks decides whose word a sentence is, and whether it is one: without the people a customer's wish is our promise."""

CLAIMS_ABSENCE: Mapping[GapKind, tuple[str, ...]] = {
    "promise_missing": _SAID,
    # That no other item delivers it, and that nobody took it back, is not seen either.
    "promise_dropped": _SAID,
    "why_missing": _SAID,
    "scope_missing": _SAID,
    "vague_undecided": _SAID,
    "project_missing": _BOTH,
    # A stance or a role may have changed in a mail that was not read, another CRM may know the same person by a name under
    # which delivery knows them, and whoever watches an item is known there.
    "person_missing": (*_SAID, "people anywhere", "watchers"),
    "owner_missing": ("conversation", "people", "owner"),
    "conversation_missing": _BOTH,
    "obligation_open": _SAID,
    "contract_without_project": _BOTH,
    "project_without_deal": _BOTH,
}
"""What must have been read completely before a gap of a kind may be claimed. The other kinds point at something seen."""

IN_BRIEF: frozenset[GapKind] = frozenset({"project_missing", "why_missing", "scope_missing", "conversation_missing"})
"""The kinds of gaps for which the brief stands, and no item of their own."""

_TURNS_INTO: Mapping[GapKind, GapKind] = {"promise_missing": "promise_review", "promise_review": "promise_missing"}
"""Kinds that take turns as other items come and go: likeness alone tells them apart."""


def find_gaps(
    record: EngagementRecord,
    *,
    licence: Licence,
    previous: Mapping[str, Gap],
    run_at: datetime,
    words: Mapping[str, GapWord] = _NO_WORDS,
) -> list[Gap]:
    """List the gaps of an engagement: those found now, then those of earlier runs that are not found any more.

    The record's links must be made already (`trace_record`). Of a deal that is not won only what is out of order is a gap. A
    gap keeps its id and `opened_at` while it lasts; one that comes back after it was resolved opens anew. A claim of absence
    whose needs are not proven, whose own item cannot be seen any more, or that may stand where nothing can be read, is
    `not_decidable`. A gap not found any more is `resolved` if everything it depends on was read; until then it stays,
    undecided where it claims an absence. An engagement that is won no more resolves all of its gaps, and a gap about a promise
    ends where another kind of gap about the same promise takes over; one that is missing and one for review then have the
    same `opened_at`. `words` are what people said of gaps, by id; nothing found later takes that back.
    """
    now = [
        _gap(record, finding, licence=licence, previous=previous, run_at=run_at)
        for finding in findings_of(record, run_at)
    ]
    found = {gap.id for gap in now}
    promises_with_gap = {gap.subject_id for gap in now if gap.kind.startswith("promise_")}
    earlier = []
    for gap in previous.values():
        if gap.id in found:
            continue
        ended = record.engagement.stage != "won" or (
            gap.kind.startswith("promise_") and gap.subject_id in promises_with_gap
        )
        earlier.append(close(gap, Licence() if ended else licence, run_at))
    return [as_judged(gap, words.get(gap.id), run_at.date()) for gap in now + earlier]


def _gap(
    record: EngagementRecord, finding: Finding, *, licence: Licence, previous: Mapping[str, Gap], run_at: datetime
) -> Gap:
    engagement = record.engagement
    home = record.homes.get(finding.subject_id, engagement.id)
    ids = ids_of(finding.kind, finding.subject_id, home)
    before = next((previous[one] for one in ids if one in previous and previous[one].state != "resolved"), None)
    because = _undecided(record, finding, licence)
    return Gap(
        id=ids[0],
        engagement_id=engagement.id,
        kind=finding.kind,
        subject_id=finding.subject_id,
        title=finding.title,
        state="not_decidable" if because else "open",
        severity=finding.severity,
        reasons=finding.reasons,
        undecided_because=because,
        holds_back=_holds_back(because, licence),
        owner=engagement.owner_sales if engagement.owner_sales_active else None,
        next_step=finding.next_step,
        work_item_key=finding.work_item_key,
        evidence=finding.evidence,
        audience=finding.audience,
        opened_at=before.opened_at if before else run_at,
    )


def ids_of(kind: GapKind, subject_id: str, home: str) -> tuple[str, ...]:
    """Give the id of a gap, then that of the gap it turns into where the two take turns; `home` is as in the record."""
    kinds = (kind, _TURNS_INTO[kind]) if kind in _TURNS_INTO else (kind,)
    return tuple(derive_id("gap", home, one, subject_id) for one in kinds)


def _undecided(record: EngagementRecord, finding: Finding, licence: Licence) -> tuple[str, ...]:
    """Give why a finding cannot be decided: what was not read, or what stood for it and may be where we see nothing."""
    needs = _needs(record, finding)
    stood_for_it = (finding.subject_id, *(record.engagement.ids if finding.kind in IN_BRIEF else ()))
    unseen = [record.unseen[one] for one in dict.fromkeys(stood_for_it) if one in record.unseen]
    return (*licence.lacks(*needs), *(unseen if "tracker" in needs else ()), *finding.unread)


def _needs(record: EngagementRecord, finding: Finding) -> tuple[str, ...]:
    """Name what must have been read for a finding; what a clause could hold is not missing while contracts are unread."""
    needs = CLAIMS_ABSENCE.get(finding.kind, ())
    return (*needs, "contract") if needs and finding.subject_id in record.left_to_contracts else needs


def _holds_back(because: Sequence[str], licence: Licence) -> bool:
    """Tell if what leaves a gap undecided leaves all that was said so, and not only what this one gap is about."""
    return bool(because) and bool(licence.lacks(*_SAID))


def close(gap: Gap, licence: Licence, run_at: datetime) -> Gap:
    """Give a gap that was not found any more: resolved, if all that it depends on was read."""
    if gap.state == "resolved":
        return gap
    because = licence.lacks(*CLAIMS_ABSENCE.get(gap.kind, _SAID))
    gap = gap.model_copy(update={"state": "open", **dict.fromkeys(JUDGED)})
    if not because:
        ended = {"state": "resolved", "closed_at": run_at, "undecided_because": (), "holds_back": False}
        return gap.model_copy(update=ended)
    if gap.kind in CLAIMS_ABSENCE:
        undecided = {"undecided_because": because, "holds_back": _holds_back(because, licence)}
        return gap.model_copy(update={"state": "not_decidable", **undecided})
    return gap
