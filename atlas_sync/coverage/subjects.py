"""Subjects: what was agreed and is looked for among the work items, whatever it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from atlas_sync.canonical.model import Obligation, Promise, ScopeItem
from atlas_sync.coverage.record import EngagementRecord

__all__ = ["Subject", "subject_of", "subjects_of", "traced_of"]


@dataclass(frozen=True, slots=True)
class Subject:
    """Something agreed that a work item may deliver. `address` is the page of the conversation in which it was said.

    `is_point` marks scope points: that an item speaks of one does not mean that it was decided or kept to.
    """

    id: str
    engagement_id: str
    text: str
    due_date: date | None = None
    address: str | None = None
    is_point: bool = False


def subjects_of(record: EngagementRecord) -> list[Subject]:
    """List what is traced in an engagement: promises in force, scope points that bound or leave open the work, and duties."""
    return [subject_of(one, record) for one in traced_of(record)]


def traced_of(record: EngagementRecord) -> list[Promise | ScopeItem | Obligation]:
    """List the statements that become subjects, in the same order."""
    promises = [promise for promise in record.promises if promise.status != "withdrawn"]
    points = [point for point in record.scope if point.kind in {"in", "out", "later", "vague"}]
    return [*promises, *points, *record.obligations]


def subject_of(one: Promise | ScopeItem | Obligation | Subject, record: EngagementRecord | None = None) -> Subject:
    """Make a subject of a statement; its address is known where its record is."""
    if isinstance(one, Subject):
        return one
    said_in = record.interaction_by_id.get(one.evidence.interaction_id) if record else None
    due = one.due_date if isinstance(one, Promise | Obligation) else None
    address = said_in.link if said_in else None
    return Subject(one.id, one.engagement_id, one.text, due, address=address, is_point=isinstance(one, ScopeItem))
