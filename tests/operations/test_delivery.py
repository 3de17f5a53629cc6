from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from atlas_sync.canonical.linking import Tracker
from atlas_sync.canonical.observed import ObservedProject, ObservedWorkItem
from atlas_sync.canonical.roster import Roster
from atlas_sync.operations.delivery import build_work_items
from atlas_sync.store.warehouse import open_warehouse

BEGAN = datetime(2026, 6, 1, tzinfo=UTC)
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
