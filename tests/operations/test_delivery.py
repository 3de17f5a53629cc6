from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest

from atlas_sync.canonical.identity import SourceRef
from atlas_sync.canonical.linking import Tracker
from atlas_sync.canonical.observed import ObservedProject, ObservedWorkItem
from atlas_sync.canonical.roster import Roster
from atlas_sync.operations.delivery import build_work_items, without_closed
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
