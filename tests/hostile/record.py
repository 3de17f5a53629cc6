"""Two sold engagements as a sync would have published them, before and after a change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from pydantic import BaseModel

from atlas_sync.canonical.model import Audience, Gap
from atlas_sync.coverage import EngagementRecord
from tests.coverage.build import (
    engagement,
    evidence,
    gaps_of,
    interaction,
    outcome,
    person,
    point,
    project,
    promise,
    record,
)

__all__ = ["PROJECTS", "TENANT", "Published", "published", "snapshot_of"]

TENANT = "hostile"
PROJECTS: dict[str, Audience] = {"ONE": "internal", "TWO": "client_ok"}
_SAID = (
    "Scanner sync is live by 14 August",
    "You get a named engineer for 90 days",
    "Two trainings on site are included",
)


@dataclass(frozen=True)
class Published:
    """A snapshot in memory."""

    name: str
    rows: Mapping[type[BaseModel], tuple[Any, ...]]

    def select(self, kind: type[BaseModel], /, **equal: Any) -> list[Any]:  # noqa: ANN401 - as a snapshot is asked
        """Give the rows of a kind whose columns equal what is given, or one of it."""
        wanted = {name: value if isinstance(value, list) else [value] for name, value in equal.items()}
        found = self.rows.get(kind, ())
        return [row for row in found if all(getattr(row, name) in values for name, values in wanted.items())]

    def values(self, kind: type[BaseModel], column: str) -> set[Any]:
        """Give what stands in a column."""
        return {getattr(row, column) for row in self.rows.get(kind, ())} - {None}

    def newest(self, kind: type[BaseModel], /, *, per: Sequence[str], by: str) -> list[Any]:
        """Give the row with the greatest `by` of each group of equal `per`."""
        rows = sorted(self.rows.get(kind, ()), key=lambda row: getattr(row, by))
        return list({tuple(getattr(row, name) for name in per): row for row in rows}.values())

    @contextmanager
    def opened(self, _home: object) -> Iterator[Published]:
        """Stand where a snapshot is opened."""
        yield self


@cache
def published(version: int) -> Published:
    """Give the first or the second snapshot; in the second a promise more was made, and another has a later day."""
    return snapshot_of(f"snapshot-{version}", [_internal(version), _client(version)])


def snapshot_of(name: str, records: Sequence[EngagementRecord]) -> Published:
    """Give what a sync of some records would have published."""
    rows: dict[type[BaseModel], list[Any]] = {}
    for one in records:
        gaps: list[Gap] = gaps_of(one)
        kinds = (one.promises, one.outcomes, one.scope, one.stakeholders, one.contracts, one.interactions)
        for row in (
            one.engagement,
            *(row for kind in (*kinds, one.projects, one.items, one.links) for row in kind),
            *gaps,
        ):
            rows.setdefault(type(row), []).append(row)
    return Published(name, {kind: tuple(held) for kind, held in rows.items()})


def _internal(version: int) -> EngagementRecord:
    own = {"engagement_id": "eng_one"}
    days = (date(2026, 8, 14) if version == 1 else date(2026, 9, 1), date(2026, 8, 14), date(2026, 8, 14))
    said = [promise(text, id=f"prm_one{at}", **own, due_date=days[at]) for at, text in enumerate(_SAID)]
    return record(
        engagement=engagement(id="eng_one", name="Yard scanners", source="hubspot:deal:1"),
        interactions=(interaction("int_call", engagement_id="eng_one"),),
        projects=(
            project(id="del_one", engagement_id="eng_one", key="ONE", source="jira:project:1", audience="internal"),
        ),
        items=(),
        promises=tuple(said[: version + 1]),
        outcomes=(outcome(id="out_one", **own),),
        scope=(point("Training, we will see how that goes", id="sco_one", kind="vague", **own),),
        stakeholders=(person(id="sta_one", **own),),
    )


def _client(version: int) -> EngagementRecord:
    own = {"engagement_id": "eng_two"}
    heard = evidence("The old portal stays up until May", interaction_id="int_two")
    why = [outcome(f"{40 * version} re-scans a night", id="out_two", evidence=heard, **own)]
    return record(
        engagement=engagement(id="eng_two", name="Portal", source="hubspot:deal:2", client_name="Kilbride"),
        interactions=(interaction("int_two", engagement_id="eng_two"),),
        projects=(project(id="del_two", engagement_id="eng_two", key="TWO", source="jira:project:2"),),
        items=(),
        promises=(promise(heard.quote, id="prm_two", evidence=heard, **own),),
        outcomes=tuple(why),
        scope=(),
        stakeholders=(),
    )
