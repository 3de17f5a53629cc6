"""A deal leads to the project whose key somebody typed on it, and to where items of its own are; a moved one leads alone."""

from __future__ import annotations

import pytest

from atlas_sync.canonical.linking import Tracker, find_links, items_of, unseen_keys
from atlas_sync.canonical.observed import ObservedDeal, ObservedLink, ObservedProject, ObservedWorkItem

_KEYS = ("TD", "OPS_2", "yard-scanners", "portal")


def _projects() -> dict[str, ObservedProject]:
    return {f"t:project:{key}": ObservedProject(source=f"t:project:{key}", key=key, name=key) for key in _KEYS}


@pytest.mark.parametrize(
    ("hint", "keys"),
    [
        ("TD", ["TD"]),
        ("TD-12, OPS_2-3", ["TD", "OPS_2"]),
        ("https://tidemark.example/browse/TD-12?filter=1", ["TD"]),
        ("yard-scanners", ["yard-scanners"]),
        ("https://portal.example/projects/yard-scanners/issues", ["yard-scanners"]),
        ("STD and TDX", []),
        (None, []),
    ],
)
def test_named_project_is_found(hint: str | None, keys: list[str]) -> None:
    deal = ObservedDeal(source="crm:deal:1", name="Yard", stage="won", stage_label="Won", project_hint=hint)
    tracker = Tracker(projects=_projects(), items=(), links=(), shared=frozenset())
    found = find_links([deal], tracker, brief_markers=(), client_names=())
    assert [link.project.key for link in found] == keys


def _item(
    key: str, *, marker: str | None = None, parent: str | None = None, moved_from: str | None = None
) -> ObservedWorkItem:
    return ObservedWorkItem(
        source=f"t:item:{key}",
        project=f"t:project:{key.partition('-')[0]}",
        key=key,
        kind="Task",
        summary=key,
        status="To Do",
        state="to_do",
        marker=marker,
        parent=parent,
        moved_from=moved_from,
    )


@pytest.mark.parametrize("sign", ["our brief", "a link to the deal"])
@pytest.mark.parametrize(
    ("hint", "moved_from", "found"),
    [
        (None, None, {"TD-1", "TD-2", "TD-3"}),
        ("portal", None, {"portal-1", "TD-1", "TD-2", "TD-3"}),
        ("portal", "t:project:portal", {"portal-1", "TD-1", "TD-2"}),
        ("portal TD", "t:project:portal", {"portal-1", "TD-1", "TD-2", "TD-3"}),
        (None, "t:project:portal", {"TD-1", "TD-2", "TD-3"}),
    ],
)
def test_moved_item_leads_to_itself_and_what_is_below_unless_the_sale_has_no_other_place(
    sign: str, hint: str | None, moved_from: str | None, found: set[str]
) -> None:
    is_brief = sign == "our brief"
    items = [
        _item("TD-1", marker="atlas-1" if is_brief else None, moved_from=moved_from),
        _item("TD-2", parent="t:item:TD-1"),
        _item("TD-3"),
        _item("portal-1"),
    ]
    page = "https://crm.example/1"
    links = [] if is_brief else [ObservedLink(source="t:link:1", work_item="t:item:TD-1", url=page)]
    tracker = Tracker(projects=_projects(), items=items, links=links, shared=frozenset())
    deal = ObservedDeal(source="crm:deal:1", name="Yard", stage="won", stage_label="Won", project_hint=hint, link=page)
    places = find_links([deal], tracker, brief_markers={"atlas-1"}, client_names=())
    assert {item.key for place in places for item in items_of(place, tracker)} == found
    assert len({place.project.key for place in places}) == len(places)


def test_former_key_leads_to_its_project_unless_another_has_it_now() -> None:
    renamed = ObservedProject(source="t:project:1", key="ACM", name="Acme", former_keys=("OLD", "ACME"))
    other = ObservedProject(source="t:project:2", key="OLD", name="Older")
    tracker = Tracker(projects={one.source: one for one in (renamed, other)}, items=(), links=(), shared=frozenset())
    deal = ObservedDeal(
        source="crm:deal:1", name="Yard", stage="won", stage_label="Won", project_hint="ACME-3 OLD GONE"
    )
    found = find_links([deal], tracker, brief_markers=(), client_names=(), configured=["ACME"])
    assert [(link.project.key, link.how) for link in found] == [("ACM", "configured"), ("OLD", "named on the deal")]
    assert unseen_keys([deal], tracker, ["ACME"]) == ["GONE"]


def test_project_that_serves_many_still_does_under_another_key() -> None:
    shared = ObservedProject(source="t:project:TD", key="TDX", name="Desk", former_keys=("TD",))
    items = [_item("TD-1", marker="atlas-1"), _item("TD-2")]
    tracker = Tracker(projects={shared.source: shared}, items=items, links=(), shared=frozenset({"TD"}))
    (place,) = find_links([], tracker, brief_markers={"atlas-1"}, client_names=())
    assert [item.key for item in items_of(place, tracker)] == ["TD-1"]
