"""What a team moves or renames stays its sale's: its own items in whatever project, and its project under whatever key."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from atlas_sync.canonical.identity import marker_for
from atlas_sync.canonical.model import DeliveryProject, Engagement, Gap, Promise, TraceLink, WorkItem
from atlas_sync.canonical.observed import ObservedProject
from atlas_sync.operations.owned import signs_of_owned, unseen_of_own
from atlas_sync.store.judgements import Judgement
from atlas_sync.store.ledger import Intent, Ledger, WriteStep
from atlas_sync.store.warehouse import Rows, open_warehouse
from tests.operations.test_one_sale import NOTED, SOLD, as_rebuilt, deal, promised, rows
from tests.operations.test_show import FIRST, SECOND, Delivered, planned

OPS = ObservedProject(source="trk:project:2", key="OPS", name="Operations")
MARK = marker_for("test", SECOND, "promise", "cranes")


class Sold(Delivered):
    """A sale in which cranes were promised, beside a project of others in which somebody plans something else."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.home = home
        self.tell("interactions", promised("sf:interaction:1", SOLD, "We bring two cranes."))
        self.tell("projects", OPS)
        self.tell(
            "work_items", planned("OPS-1", source="trk:work_item:8", project=OPS.source, summary="Sweep the yard")
        )
        self.tell("work_items", planned("YARD-3", summary="Heavy lifting"))
        self.sync()
        (self.promise,) = rows(self.workspace, Promise)

    def own(self, how: str) -> str:
        """Make YARD-3 the sale's own by a mark or by a person's word, and give its mark."""
        at = self.now()
        with closing(self.workspace.open_ledger()) as ledger:
            if how == "our mark":
                made = Intent(MARK, "trk", "YARD", SECOND, self.promise, "promise", "done", "plan_1", remote_id="3")
                ledger.record(made)
            else:
                word = Judgement("link", self.promise, "trk:work_item:3", "confirmed", "Ada", at, SECOND)
                ledger.keep_judgements([word])
        return MARK if how == "our mark" else ""

    def keys(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for item in rows(self.workspace, WorkItem).values():
            found.setdefault(item.engagement_id, set()).add(item.key)
        return found

    def gaps(self) -> dict[str, Gap]:
        found = rows(self.workspace, Gap).values()
        return {gap.kind: gap for gap in found if gap.subject_id == self.promise and gap.state != "resolved"}

    def link(self) -> TraceLink:
        (link,) = [one for one in rows(self.workspace, TraceLink).values() if one.subject_id == self.promise]
        return link

    def hold_against_rebuild(self) -> None:
        with open_warehouse(self.home) as lived:
            as_rebuilt(self, lived)


@pytest.mark.parametrize("how", ["our mark", "confirmed by a person"])
def test_item_that_is_a_sales_own_covers_its_promise_in_whatever_project_it_is(tmp_path: Path, how: str) -> None:
    world = Sold(tmp_path)
    mark = world.own(how) or None
    world.tell("work_items", planned("OPS-9", project=OPS.source, summary="Heavy lifting", marker=mark))
    world.sync()
    assert world.keys() == {SECOND: {"OPS-9"}}
    assert (world.link().status, world.link().how, world.link().work_item_key) == ("covered", how, "OPS-9")
    assert not world.gaps()


def test_item_that_we_took_back_and_could_only_close_counts_as_not_there(tmp_path: Path) -> None:
    world = Sold(tmp_path)
    world.tell("work_items", planned("YARD-3", summary="We bring two cranes", marker=world.own("our mark")))
    world.sync()
    assert not world.gaps()
    with closing(world.workspace.open_ledger()) as ledger:
        (made,) = ledger.intents()
        step = WriteStep("run_2", MARK, "undo", "closed", made.remote_id, "run_1", at=world.now())
        ledger.record(replace(made, state="undone", remote_id=None), step)
    world.tell("work_items", planned("YARD-3", summary="We bring two cranes", state="dropped"))
    world.sync()
    assert (world.keys(), set(world.gaps())) == ({}, {"promise_missing"})
    world.hold_against_rebuild()
    world.tell("work_items", planned("YARD-3", summary="We bring two cranes"))
    world.sync()
    assert world.keys() == {SECOND: {"YARD-3"}}


def test_item_moved_into_another_sales_project_touches_both_sales_and_what_changes_beside_it_one(
    tmp_path: Path,
) -> None:
    world = Sold(tmp_path)
    world.own("confirmed by a person")
    world.tell("deals", deal(NOTED, project_hint="OPS"))
    world.sync()
    compared = []
    for key, source in (("OPS-9", "trk:work_item:3"), ("OPS-1", "trk:work_item:8"), ("OPS-9", "trk:work_item:3")):
        summary = f"Lift {len(compared)}"
        world.tell("work_items", planned(key, source=source, project=OPS.source, summary=summary))
        compared.append(world.sync().compared)
        assert rows(world.workspace, Engagement).keys() == {FIRST, SECOND}
        assert world.keys() == {FIRST: {"OPS-1", "OPS-9"}, SECOND: {"OPS-9"}}
    assert compared == [2, 1, 2]
    assert {place.engagement_id: place.key for place in rows(world.workspace, DeliveryProject).values()} == {
        FIRST: "OPS",
        SECOND: "YARD",
    }


def test_item_that_nobody_confirmed_leaves_the_sale_with_its_project(tmp_path: Path) -> None:
    world = Sold(tmp_path)
    world.tell("work_items", planned("OPS-9", project=OPS.source, summary="Heavy lifting"))
    world.sync()
    assert world.keys() == {}
    assert set(world.gaps()) == {"promise_missing"}


@pytest.mark.parametrize("how", ["our mark", pytest.param("confirmed by a person", marks=pytest.mark.soak)])
def test_promise_whose_item_went_where_we_see_nothing_is_undecided_until_it_is_seen_again(
    tmp_path: Path, how: str
) -> None:
    world = Sold(tmp_path)
    item = planned("OPS-9", project=OPS.source, summary="Heavy lifting", marker=world.own(how) or None)
    world.tell("work_items", item)
    world.sync()
    assert not world.gaps()
    world.tell("work_items", item.model_copy(update={"deletion": "not_visible"}))
    world.sync()
    (gap,) = world.gaps().values()
    assert (gap.kind, gap.state) == ("promise_missing", "not_decidable")
    assert "OPS-9, which " in gap.undecided_because[0]
    assert "let the integration's user see the project" in gap.undecided_because[0]
    world.tell("work_items", item)
    world.sync()
    assert not world.gaps()
    world.tell("work_items", item.model_copy(update={"deletion": "deleted"}))
    world.sync()
    assert world.gaps()["promise_missing"].state == "open"
    world.hold_against_rebuild()


def test_looking_for_what_is_a_sales_own_reads_no_other_sales_writes_and_asks_for_no_item_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = Sold(tmp_path)
    world.own("our mark")
    world.own("confirmed by a person")
    with closing(world.workspace.open_ledger()) as ledger:
        intents, words = ledger.intents(), ledger.judgements()
        ledger.record(replace(intents[0], marker="atlas-other", engagement_id=FIRST))
    monkeypatch.setattr(Ledger, "intents", None)
    assert signs_of_owned(world.workspace, words, {SECOND}) == {SECOND: {MARK, "trk:work_item:3"}}
    assert signs_of_owned(world.workspace, words, {FIRST}) == {FIRST: {"atlas-other"}}

    class Asked(Rows):
        def __init__(self) -> None:
            self.asked: list[object] = []

        def select(self, _kind: object, /, **equal: object) -> list[Any]:
            self.asked.append(equal)
            return []

    rows_asked = Asked()
    assert unseen_of_own(rows_asked, intents, {word.subject: {word.other} for word in words}) == {}
    assert rows_asked.asked == [{"deletion": "not_visible"}]


def test_deal_that_names_a_project_by_its_former_key_is_delivered_there(tmp_path: Path) -> None:
    world = Sold(tmp_path)
    world.tell("deals", deal(NOTED, project_hint="OPS"))
    world.sync()
    for key in ("OPX", "OPY"):
        world.tell("projects", OPS.model_copy(update={"key": key}))
        world.sync()
    world.tell("deals", deal("hub:deal:18", project_hint="OPX-1"))
    world.sync()
    found = rows(world.workspace, Engagement)
    assert {one.source: one.unseen_projects for one in found.values()} == {NOTED: (), SOLD: (), "hub:deal:18": ()}
    places = [(found[one.engagement_id].source, one.key) for one in rows(world.workspace, DeliveryProject).values()]
    assert sorted(places) == [(NOTED, "OPY"), ("hub:deal:18", "OPY"), (SOLD, "YARD")]
    world.hold_against_rebuild()


def test_project_inside_a_sales_own_is_its_until_a_deal_leads_there_and_again_when_none_does(tmp_path: Path) -> None:
    world = Sold(tmp_path)
    world.tell("projects", OPS.model_copy(update={"parent": "trk:project:1"}))
    world.sync()
    assert world.keys() == {SECOND: {"OPS-1", "YARD-3"}}
    world.tell("deals", deal(NOTED, project_hint="OPS"))
    world.sync()
    assert world.keys() == {FIRST: {"OPS-1"}, SECOND: {"YARD-3"}}
    world.tell("deals", deal(NOTED))
    world.sync()
    assert world.keys() == {SECOND: {"OPS-1", "YARD-3"}}
    without = [gap for gap in rows(world.workspace, Gap).values() if gap.kind == "project_without_deal"]
    assert {gap.state for gap in without} == {"resolved"}
    world.hold_against_rebuild()
