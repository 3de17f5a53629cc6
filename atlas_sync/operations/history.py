"""History: every state an engagement was ever in, kept by what changed, so that it can be shown as it was known on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from atlas_sync.canonical.model import Engagement, Gap, Handoff, Interaction, WorkItem
from atlas_sync.coverage import EngagementRecord
from atlas_sync.store.asof import tables_of
from atlas_sync.store.tables import TABLES, Version
from atlas_sync.store.warehouse import Rows, Warehouse

__all__ = ["engagements_at", "gap_states", "gaps_left", "known_at", "remember", "remember_unsold"]

_NAMES = {kind: name for name, kind in TABLES.items()}
_LEFT_OUT: dict[type[BaseModel], dict[str, str]] = {Interaction: {"body": ""}, WorkItem: {"text": ""}}


def remember(
    warehouse: Warehouse,
    records: Iterable[tuple[EngagementRecord, Sequence[Gap], Handoff | None]],
    *,
    engagements: Sequence[str],
    at: datetime,
) -> None:
    """Keep how some engagements are now, where that differs from how they were; those without a record have ended."""
    rows = [row for one in records for row in _versions(one[0].engagement.id, _rows(*one), at=at)]
    _keep(warehouse, rows, engagements=engagements, at=at)


def remember_unsold(warehouse: Warehouse, gaps: Iterable[Gap], *, at: datetime) -> None:
    """Keep how the gaps of some projects without a deal are now; each stands alone, in the place of an engagement."""
    rows = [row for gap in gaps for row in _versions(gap.engagement_id, [gap], at=at)]
    _keep(warehouse, rows, engagements=[row.engagement_id for row in rows], at=at)


def _keep(warehouse: Warehouse, versions: Iterable[Version], *, engagements: Sequence[str], at: datetime) -> None:
    """Keep versions that differ from those held, and end those that are no more."""
    now = {(row.engagement_id, row.entity, row.entity_id): row for row in versions}
    held = warehouse.select(Version, engagement_id=engagements, until=None)
    if any(row.since > at for row in held):
        held = _taken_back(warehouse, engagements, at=at)
    before = {(row.engagement_id, row.entity, row.entity_id): row for row in held}
    ended = [row for key, row in before.items() if key not in now or now[key].body != row.body]
    fresh = [row for key, row in now.items() if key not in before or before[key].body != row.body]
    # What began at this very moment was never seen: the last word of a moment is what was known then.
    warehouse.delete(Version, column="key", values=[row.key for row in ended if row.since == at])
    warehouse.put([row.model_copy(update={"until": at}) for row in ended if row.since != at])
    warehouse.put(fresh)


def _taken_back(warehouse: Warehouse, engagements: Sequence[str], *, at: datetime) -> list[Version]:
    """Forget what some engagements were after a moment, by a clock that was ahead and has been put right; give how they are."""
    kept = warehouse.select(Version, engagement_id=engagements)
    warehouse.delete(Version, column="key", values=[row.key for row in kept if row.since > at])
    warehouse.put(
        [row.model_copy(update={"until": None}) for row in kept if row.since <= at and row.until and row.until > at]
    )
    return warehouse.select(Version, engagement_id=engagements, until=None)


def _versions(engagement: str, rows: Iterable[BaseModel], *, at: datetime) -> Iterator[Version]:
    for row in rows:
        entity = _NAMES[type(row)]
        name = str(getattr(row, "id", engagement))
        body = row.model_copy(update=_LEFT_OUT.get(type(row), {})).model_dump_json()
        key = f"{engagement}/{entity}/{name}/{at:%Y%m%dT%H%M%S.%f}"
        yield Version(key=key, engagement_id=engagement, entity=entity, entity_id=name, since=at, body=body)


def _rows(record: EngagementRecord, gaps: Sequence[Gap], handoff: Handoff | None) -> Iterator[BaseModel]:
    yield record.engagement
    yield from (record.client,) if record.client else ()
    yield from (*record.promises, *record.outcomes, *record.scope, *record.obligations, *record.stakeholders)
    yield from (*record.contracts, *record.interactions, *record.projects, *record.items, *record.links, *gaps)
    yield from record.statements
    yield from (handoff,) if handoff else ()


@contextmanager
def known_at(rows: Rows, engagement_id: str, moment: datetime) -> Iterator[Rows]:
    """Give the tables as they stood for one engagement at a moment, while the block runs; empty before it was first seen.

    Of the gaps that it had, what they were until then is there as well.
    """
    then = _at(rows.select(Version, engagement_id=engagement_id), moment)
    gaps = sorted(row.entity_id for row in then if row.entity == "gap")
    past = [row for row in rows.select(Version, entity="gap", entity_id=gaps) if row.since <= moment]
    with tables_of([*(TABLES[row.entity].model_validate_json(row.body) for row in then), *past]) as tables:
        yield tables


def gaps_left(rows: Rows, engagements: Sequence[str]) -> dict[str, list[Gap]]:
    """Give the gaps that some engagements had when they were there last, where they are back; none of those that never left."""
    there = {
        row.engagement_id for row in rows.select(Version, engagement_id=engagements, entity="engagement", until=None)
    }
    back = [name for name in engagements if name not in there]
    last: dict[tuple[str, str], Version] = {}
    for row in sorted(rows.select(Version, engagement_id=back, entity="gap"), key=lambda one: one.since):
        last[row.engagement_id, row.entity_id] = row
    found: dict[str, list[Gap]] = defaultdict(list)
    for row in last.values():
        found[row.engagement_id].append(Gap.model_validate_json(row.body))
    return found


def engagements_at(rows: Rows, moment: datetime) -> list[Engagement]:
    """Give all engagements as they were known at a moment."""
    then = _at(rows.select(Version, entity="engagement"), moment)
    return [Engagement.model_validate_json(row.body) for row in then]


def _at(versions: Iterable[Version], moment: datetime) -> list[Version]:
    return [row for row in versions if row.since <= moment and (row.until is None or moment < row.until)]


def gap_states(rows: Rows, gaps: Iterable[Gap]) -> dict[str, list[dict[str, Any]]]:
    """Give for each gap the states it went through, the first first, with when each began."""
    wanted = sorted({gap.id for gap in gaps})
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in sorted(rows.select(Version, entity="gap", entity_id=wanted), key=lambda one: one.since):
        gap = Gap.model_validate_json(row.body)
        states = found[gap.id]
        if not states or states[-1]["state"] != gap.state:
            states.append({"state": gap.state, "since": row.since, "by": gap.judged_by})
    return dict(found)
