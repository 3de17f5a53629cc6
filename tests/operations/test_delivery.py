from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest

from atlas_sync.canonical.identity import SourceRef
from atlas_sync.canonical.linking import Tracker
from atlas_sync.canonical.observed import ObservedDeal, ObservedProject, ObservedWorkItem
from atlas_sync.canonical.roster import Roster
from atlas_sync.operations.delivery import build_work_items, unwon_by_project, without_closed
from atlas_sync.operations.workspace import Delivery
from atlas_sync.store.asof import tables_of
from atlas_sync.store.warehouse import open_warehouse
from tests.factories import TellingReader, workspace_of

BEGAN = datetime(2026, 6, 1, tzinfo=UTC)
GONE = {"deletion": "deleted"}
PROJECT = ObservedProject(source="t:project:TD", key="TD", name="TD")


def _item(number: int, marker: str | None, *, after: int) -> ObservedWorkItem:
    return ObservedWorkItem(
        source=f"t:work_item:{number}",
        project=PROJECT.source,
        key=f"TD-{number}",
        kind="Task",
        summary="Order cables",
        status="To Do",
        state="to_do",
        marker=marker,
        created_at=BEGAN + timedelta(days=after),
    )


@pytest.mark.parametrize(
    ("state", "changed_h", "shown"),
    [
        ("dropped", 0, ["TD-5"]),
        ("dropped", 99, ["TD-5"]),
        ("done", 1, ["TD-5"]),
        ("done", 99, ["TD-4", "TD-5"]),
        ("to_do", 0, ["TD-4", "TD-5"]),
        ("in_progress", 99, ["TD-4", "TD-5"]),
    ],
)
def test_item_that_we_took_back_by_closing_counts_once_a_person_opens_it(
    state: Literal["to_do", "in_progress", "done", "dropped"], changed_h: int, shown: list[str]
) -> None:
    changed = {"state": state, "updated_at": BEGAN + timedelta(hours=changed_h)}
    items = [_item(4, None, after=0).model_copy(update=changed), _item(5, None, after=0)]
    tracker = Tracker(projects={PROJECT.source: PROJECT}, items=items, links=(), shared=frozenset())
    closed = {SourceRef.parse(items[0].source): BEGAN}
    kept = without_closed(tracker, closed, confirmed=()).items
    assert [one.key for one in kept] == shown
    assert without_closed(tracker, closed, confirmed=[items[0].source]) == tracker


def test_copy_of_an_item_of_ours_is_an_item_like_any_other(tmp_path: Path) -> None:
    items = [
        _item(4, "atlas-1", after=9),
        _item(10, "atlas-1", after=1),
        _item(11, "atlas-2", after=1),
        _item(12, None, after=1),
    ]
    tracker = Tracker(projects={PROJECT.source: PROJECT}, items=items, links=(), shared=frozenset())
    with open_warehouse(tmp_path) as rows:
        made = build_work_items(rows, items, tracker, engagement_id="eng_1", roster=Roster())
    assert [one.marker for one in made] == [None, "atlas-1", "atlas-2", None]


def test_open_and_lost_deals_lead_to_the_projects_that_they_name_by_any_key_or_that_are_set_by_hand(
    tmp_path: Path,
) -> None:
    def deal(number: int, stage: Literal["open", "won", "lost"], hint: str | None) -> ObservedDeal:
        return ObservedDeal(source=f"c:deal:{number}", name="D", stage=stage, stage_label=stage, project_hint=hint)

    yard = ObservedProject(source="t:project:1", key="YARD", name="Yard", former_keys=("OLD",))
    inner = ObservedProject(source="t:project:2", key="CRANE", name="Cranes", parent=yard.source)
    pool = ObservedProject(source="t:project:3", key="POOL", name="All sales")
    deals = [
        *(deal(1, "open", "https://t.example/browse/OLD-7"), deal(2, "lost", None), deal(3, "open", None)),
        *(deal(4, "won", "YARD"), deal(5, "open", "POOL"), deal(6, "open", "YARD").model_copy(update=GONE)),
    ]
    settings = Delivery(default_project={"c": "POOL"}, links={"2": "TD"})
    workspace = replace(workspace_of(tmp_path, TellingReader()), delivery=settings)
    with tables_of([PROJECT, yard, inner, pool, *deals]) as rows:
        found = unwon_by_project(workspace, rows)
    leads = {project: [one.source for one in those] for project, those in found.items()}
    assert leads == {
        yard.source: ["c:deal:1"],
        inner.source: ["c:deal:1"],
        PROJECT.source: ["c:deal:2"],
        pool.source: ["c:deal:5"],
    }
