"""A record keeps what its earlier versions tell of the past."""

from __future__ import annotations

import pytest

from atlas_sync.canonical.observed import ObservedProject, ObservedWorkItem
from atlas_sync.canonical.past import with_past


def _item(project: str, *, moved_from: str | None = None) -> ObservedWorkItem:
    return ObservedWorkItem(
        source="t:item:1",
        project=project,
        key="A-1",
        kind="Task",
        summary="Yard",
        status="To Do",
        state="to_do",
        moved_from=moved_from,
    )


@pytest.mark.parametrize(
    ("before", "now", "moved_from"),
    [
        (None, "a", None),
        (_item("a"), "a", None),
        (_item("a"), "b", "a"),
        (_item("b", moved_from="a"), "b", "a"),
        (_item("b", moved_from="a"), "c", "a"),
        (_item("b", moved_from="a"), "a", None),
        (_item(""), "a", None),
        (ObservedProject(source="t:project:1", key="A", name="A"), "a", None),
    ],
)
def test_moved_item_remembers_the_project_in_which_it_was_first(
    before: ObservedWorkItem | None, now: str, moved_from: str | None
) -> None:
    seen = with_past(_item(now), before)
    assert isinstance(seen, ObservedWorkItem)
    assert seen.moved_from == moved_from


def test_project_remembers_every_key_that_it_had() -> None:
    project = ObservedProject(source="t:project:1", key="A", name="A")
    told = []
    for key in ("A", "B", "C", "A"):
        project = with_past(ObservedProject(source="t:project:1", key=key, name="A"), project)  # type: ignore[assignment]  # its own kind
        told.append(project.keys)
    assert told == [("A",), ("B", "A"), ("C", "A", "B"), ("A", "B", "C")]
