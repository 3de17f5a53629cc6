"""A deal leads to the project whose key somebody typed on it, and to where items of its own are; a moved one leads alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from atlas_sync.canonical.linking import Tracker, find_links, items_of, unseen_keys
from atlas_sync.canonical.observed import ObservedDeal, ObservedLink, ObservedProject, ObservedWorkItem

_KEYS = ("TD", "OPS_2", "yard-scanners", "yard", "yard-2", "portal")


def _projects() -> dict[str, ObservedProject]:
    return {f"t:project:{key}": ObservedProject(source=f"t:project:{key}", key=key, name=key) for key in _KEYS}


@pytest.mark.parametrize(
    ("hint", "keys"),
    [
        ("TD", ["TD"]),
        ("TD-12, OPS_2-3", ["TD", "OPS_2"]),
        ("https://tidemark.example/browse/TD-12?filter=1", ["TD"]),
        ("yard-scanners", ["yard-scanners"]),
        ("yard-2", ["yard-2"]),
        ("yard-3", []),
        ("portal-1", ["portal"]),
        ("portal-2", []),
        ("https://portal.example/projects/yard-scanners/issues", ["yard-scanners"]),
        ("https://tidemark.example/jira/software/projects/TD/boards/1", ["TD"]),
        ("https://tidemark.example/wiki/spaces/TD/pages/1", []),
        ("https://tidemark.sharepoint.example/sites/TD/yard", []),
        ("not TD, a new one", []),
        ("TBD, ask portal", []),
        ("STD and TDX", []),
        (None, []),
    ],
)
def test_named_project_is_found(hint: str | None, keys: list[str]) -> None:
    deal = ObservedDeal(source="crm:deal:1", name="Yard", stage="won", stage_label="Won", project_hint=hint)
    tracker = Tracker(projects=_projects(), items=(_item("portal-1"),), links=(), shared=frozenset())
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


@pytest.mark.parametrize(
    ("hint", "found", "unseen"),
    [
        ("TD-1", {"TD-1", "TD-2"}, []),
        ("OLD-1", {"TD-1", "TD-2"}, []),
        ("TD, see TD-1", {"TD-1", "TD-2"}, []),
        ("TD-1 and TD-3", {"TD-1", "TD-2", "TD-3"}, []),
        ("https://tidemark.example/browse/TD-3", {"TD-3"}, []),
        ("https://tidemark.example/jira/core/projects/TD/issues/TD-3?filter=1", {"TD-3"}, []),
        ("https://tidemark.example/projects/TD/boards/1?selectedIssue=TD-3", {"TD-3"}, []),
        ("TD", {"TD-1", "TD-2", "TD-3"}, []),
        ("TD-9", set(), ["TD-9"]),
    ],
)
def test_item_typed_on_a_deal_is_its_place_in_a_project_that_serves_many(
    hint: str, found: set[str], unseen: list[str]
) -> None:
    desk = ObservedProject(source="t:project:TD", key="TD", name="Desk", former_keys=("OLD",))
    items = [_item("TD-1"), _item("TD-2", parent="t:item:TD-1"), _item("TD-3")]
    tracker = Tracker(projects={desk.source: desk}, items=items, links=(), shared=frozenset({"TD"}))
    deal = ObservedDeal(source="crm:deal:1", name="Yard", stage="won", stage_label="Won", project_hint=hint)
    places = find_links([deal], tracker, brief_markers=(), client_names=())
    assert {item.key for place in places for item in items_of(place, tracker)} == found
    assert unseen_keys([deal], tracker, ()) == unseen


@pytest.mark.parametrize(
    ("hint", "small", "unseen"),
    [
        ("nordhavn", True, ["nordhavn"]),
        ("acme-2", True, ["acme-2"]),
        ("(nordhavn)", True, ["nordhavn"]),
        ("https://tracker.example/projects/nordhavn/issues", True, ["nordhavn"]),
        ("see https://tracker.example/projects/nordhavn", True, ["nordhavn"]),
        ("https://tracker.example/projects/new", True, []),
        ("https://tracker.example/issues/12", True, []),
        ("acme", True, []),
        ("nordhavn", False, []),
        ("https://tracker.example/projects/nordhavn", False, []),
        ("tbd", True, []),
        ("internal", True, []),
        ("n/a", True, []),
        ("-", True, []),
        ("2026", True, []),
        ("Nordhavn", True, []),
        ("ask Tom", True, []),
        ("the rollout for nordhavn", True, []),
        (None, True, []),
    ],
)
def test_key_in_small_letters_leads_nowhere_where_projects_have_such_keys_and_none_has_this(
    hint: str | None,
    small: bool,  # noqa: FBT001 - a table
    unseen: list[str],
) -> None:
    keys = ("acme", "portal") if small else ("TD",)
    projects = {f"t:project:{key}": ObservedProject(source=f"t:project:{key}", key=key, name=key) for key in keys}
    tracker = Tracker(projects=projects, items=(), links=(), shared=frozenset())
    deal = ObservedDeal(source="crm:deal:1", name="Yard", stage="won", stage_label="Won", project_hint=hint)
    assert unseen_keys([deal], tracker, ()) == unseen


@pytest.mark.parametrize(
    ("hint", "claimed", "shared", "found"),
    [
        ("acme", {}, set(), {"acme", "rollout", "training", "pilot"}),
        ("rollout", {}, set(), {"rollout", "training"}),
        ("acme rollout", {}, set(), {"acme", "rollout", "training", "pilot"}),
        ("acme", {"rollout": "crm:deal:2"}, set(), {"acme", "pilot"}),
        ("acme", {"training": "crm:deal:2"}, set(), {"acme", "rollout", "pilot"}),
        ("acme", {"rollout": "crm:deal:1"}, set(), {"acme", "rollout", "training", "pilot"}),
        ("acme", {}, {"rollout"}, {"acme", "pilot"}),
        ("acme", {}, {"acme"}, {"acme"}),
    ],
)
def test_projects_inside_a_sales_own_are_its_as_well_but_for_what_another_sale_has(
    hint: str, claimed: dict[str, str], shared: set[str], found: set[str]
) -> None:
    inside = {"acme": None, "rollout": "acme", "training": "rollout", "pilot": "acme"}
    projects = {
        f"t:project:{key}": ObservedProject(
            source=f"t:project:{key}", key=key, name=key, parent=f"t:project:{outer}" if outer else None
        )
        for key, outer in inside.items()
    }
    tracker = Tracker(
        projects=projects,
        items=(),
        links=(),
        shared=frozenset(shared),
        claimed={f"t:project:{key}": frozenset({one}) for key, one in claimed.items()},
    )
    deal = ObservedDeal(source="crm:deal:1", name="Yard", stage="won", stage_label="Won", project_hint=hint)
    places = find_links([deal], tracker, brief_markers=(), client_names=())
    assert {place.project.key for place in places} == found
    assert {place.project.key for place in places if place.certain} == set(hint.split())


_HUBSPOT = ("hub:deal:99500020014", "https://app.hubspot.com/contacts/record/0-3/99500020014")
_SALESFORCE = (
    "sf:deal:0065e00000AbCdEAAV",
    "https://td.my.salesforce.com/lightning/r/Opportunity/0065e00000AbCdEAAV/view",
)


@pytest.mark.parametrize(
    ("deal", "url", "is_page"),
    [
        (_HUBSPOT, "https://app.hubspot.com/contacts/record/0-3/99500020014", True),
        (_HUBSPOT, "https://app-eu1.hubspot.com/contacts/26184073/record/0-3/99500020014/", True),
        (_HUBSPOT, "https://app.hubspot.com/contacts/26184073/deal/99500020014?interaction=note", True),
        (_HUBSPOT, "https://app.hubspot.com/contacts/26184073/record/0-1/99500020014", False),
        (_HUBSPOT, "https://app.hubspot.com/contacts/26184073/record/0-3/995000200145", False),
        (_HUBSPOT, "https://crm.example/deal/99500020014", False),
        (_SALESFORCE, "https://td.lightning.force.com/lightning/r/Opportunity/0065e00000AbCdEAAV/view", True),
        (_SALESFORCE, "https://td.my.salesforce.com/0065e00000AbCdEAAV", True),
        (_SALESFORCE, "https://td.my.salesforce.com/0065e00000AbCdE", True),
        (_SALESFORCE, "https://td.my.salesforce.com/0065e00000AbCdEAAV?nooverride=1", True),
        (_SALESFORCE, "https://td.my.salesforce.com/0065e00000AbCdFAAV", False),
        (("crm:deal:1", None), "https://crm.example/deal/1", False),
    ],
)
def test_a_link_leads_to_a_deal_by_whatever_address_its_page_has(
    deal: tuple[str, str | None],
    url: str,
    is_page: bool,  # noqa: FBT001 - a table
) -> None:
    source, page = deal
    sold = ObservedDeal(source=source, name="Yard", stage="won", stage_label="Won", link=page)
    link = ObservedLink(source="t:link:1", work_item="t:item:TD-1", url=url)
    tracker = Tracker(projects=_projects(), items=(_item("TD-1"),), links=(link,), shared=frozenset())
    assert bool(find_links([sold], tracker, brief_markers=(), client_names=())) is is_page


class _Walked(list[ObservedWorkItem]):
    """Items that count how often somebody walks all of them."""

    walks = 0

    def __iter__(self) -> Iterator[ObservedWorkItem]:
        self.walks += 1
        return super().__iter__()


def test_each_sale_looks_its_own_items_up_and_walks_no_others() -> None:
    items = _Walked(
        [_item("TD-1", marker="atlas-1"), _item("OPS_2-1", marker="atlas-2"), _item("OPS_2-2", parent="t:item:OPS_2-1")]
    )
    tracker = Tracker(projects=_projects(), items=items, links=(), shared=frozenset({"OPS_2"}))
    walks = set()
    for _ in range(9):
        for place in find_links([], tracker, brief_markers={"atlas-1", "atlas-2"}, client_names=["Acme"]):
            assert items_of(place, tracker)
        walks.add(items.walks)
    assert len(walks) == 1


def test_items_below_an_epic_come_once_and_in_order_of_the_tracker_though_they_stand_in_a_ring() -> None:
    items = [
        _item("TD-3", parent="t:item:TD-2"),
        _item("TD-1", marker="atlas-1", parent="t:item:TD-3"),
        _item("TD-4"),
        _item("TD-2", parent="t:item:TD-1"),
        _item("portal-1", parent="t:item:TD-1"),
    ]
    tracker = Tracker(projects=_projects(), items=items, links=(), shared=frozenset({"TD"}))
    (place,) = find_links([], tracker, brief_markers={"atlas-1"}, client_names=())
    assert [item.key for item in items_of(place, tracker)] == ["TD-3", "TD-1", "TD-2"]


@pytest.mark.parametrize(
    ("summary", "client", "is_named"),
    [
        ("Nordhavn Foods: rollout", "Nordhavn Foods Ltd", True),
        ("Rollout for nordhavn", "Nordhavn Foods Ltd", True),
        ("Rollout for Kay", "Kay Foods Ltd", False),
        ("Foods of Nordhavnia", "Nordhavn Foods Ltd", False),
    ],
)
def test_epic_of_a_project_that_serves_many_leads_to_the_client_it_names(
    summary: str,
    client: str,
    is_named: bool,  # noqa: FBT001 - a table
) -> None:
    epic = _item("TD-1").model_copy(update={"kind": "Epic", "summary": summary})
    for shared, keys in (("TD", ["TD"]), ("OPS_2", [])):
        tracker = Tracker(projects=_projects(), items=[epic], links=(), shared=frozenset({shared}))
        found = find_links([], tracker, brief_markers=(), client_names=[client])
        assert [link.project.key for link in found if not link.certain] == (keys if is_named else [])


def test_brief_in_a_project_that_is_not_shown_leads_nowhere() -> None:
    tracker = Tracker(projects={}, items=[_item("TD-1", marker="atlas-1")], links=(), shared=frozenset())
    assert not find_links([], tracker, brief_markers={"atlas-1"}, client_names=())
