"""A stream that no run has read is no empty one: what a run that was killed did not come to leaves undecided what it feeds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from atlas_sync.canonical.model import Engagement, Gap
from atlas_sync.canonical.observed import ObservedContract, ObservedProject
from atlas_sync.connectors.protocol import FieldReport
from atlas_sync.errors import AccessError, AtlasError
from atlas_sync.operations.licence import latest_manifests, licence_for, licence_of_systems
from atlas_sync.operations.rebuild import rebuild
from atlas_sync.operations.workspace import Delivery
from atlas_sync.store.landing import Manifest
from atlas_sync.store.publish import open_snapshot
from atlas_sync.store.tables import GapCount
from atlas_sync.store.warehouse import open_warehouse
from tests.coverage.build import project
from tests.operations.test_one_sale import SOLD, as_rebuilt, deal, rows
from tests.operations.test_quarantine import BOTH, Kept


class KilledError(BaseException):
    """Ends a run where no code of ours can see to it."""


def cut_short(world: Kept, system: str, stream: str) -> None:
    """Let a run be killed before it comes to a stream."""
    reader = world._readers[system]
    look = reader.describe

    def describe(name: str) -> FieldReport:
        if name == stream:
            raise KilledError
        return look(name)

    reader.describe = describe  # type: ignore[method-assign]  # one reader, not its class
    with pytest.raises(KilledError):
        world.sync()
    reader.describe = look  # type: ignore[method-assign]  # as it was


@pytest.mark.parametrize(
    ("system", "stream", "undecided"),
    [
        pytest.param("trk", "projects", BOTH, marks=pytest.mark.soak),
        ("trk", "work_items", BOTH),
        pytest.param("trk", "links", BOTH, marks=pytest.mark.soak),
        ("sf", "interactions", {"sf"}),
    ],
)
def test_stream_that_the_first_run_did_not_come_to_is_not_decidable(
    tmp_path: Path, system: str, stream: str, undecided: set[str]
) -> None:
    world = Kept(tmp_path)
    cut_short(world, system, stream)
    rebuild(world.workspace)
    assert set(world.undecided()) == undecided
    assert all(any("not been read" in one for one in why) for why in world.undecided().values())
    world.sync()
    assert world.undecided() == {}
    with open_warehouse(tmp_path) as lived:
        as_rebuilt(world, lived)


@pytest.mark.parametrize("said", ["refused.", "trk links: refused.", "trk search: refused."])
def test_a_system_is_named_once_in_what_is_not_decidable(tmp_path: Path, said: str) -> None:
    read = Manifest(
        system="trk", stream="links", run="1", mode="increment", feeds=("tracker",), status="failed", reason=said
    )
    licence = licence_of_systems(Kept(tmp_path).workspace, [], {"trk": [read]}, {})
    (sentence,) = [one for one in licence.unproven["tracker"] if "links" in one]
    assert sentence == f"trk links: {said.removeprefix('trk ').removeprefix('links: ')}"


def test_gap_of_a_sale_that_is_not_won_hears_what_can_be_read_of_the_tracker(tmp_path: Path) -> None:
    world = Kept(tmp_path)
    world.workspace = replace(world.workspace, delivery=Delivery(links={"17": "PIER"}))
    world.tell("deals", deal(SOLD, stage="open", stage_label="Open"))
    world.tell("contracts", ObservedContract(source="sf:contract:1", status="Activated", deal=SOLD))

    def states() -> set[str]:
        return {gap.state for gap in rows(world.workspace, Gap).values() if gap.kind == "contract_without_project"}

    def found(**errors: AtlasError) -> set[str]:
        world.refuse("trk", **errors)
        world.sync()
        return states()

    hidden = AccessError("projects are hidden.")
    assert found(projects=hidden) == found(projects=hidden) == {"not_decidable"}
    assert found() == {"open"}
    assert found(projects=hidden) == {"not_decidable"}
    assert found() == {"open"}
    world.spoil("projects", "trk:project:3", key=[], name="Yard")
    world.sync()
    assert states() == {"not_decidable"}
    world.tell("projects", ObservedProject(source="trk:project:3", key="PAINT", name="Paint"))
    world.sync()
    assert states() == {"open"}


@pytest.mark.parametrize(("system", "whose"), [("trk", BOTH), ("sf", {"sf"})])
def test_absence_is_not_claimed_where_a_system_is_not_connected_any_more(
    tmp_path: Path, system: str, whose: set[str]
) -> None:
    world = Kept(tmp_path)
    world.tell("projects", ObservedProject(source="trk:project:3", key="INT", name="Office move"))
    world.sync()
    assert world.undecided() == {}
    connected = world.workspace.connections
    world.workspace = replace(
        world.workspace, connections={name: one for name, one in connected.items() if name != system}
    )
    assert [world.sync().compared for _run in range(2)] == [2, 0]
    assert set(world.undecided()) == whose
    said = {why for gap in rows(world.workspace, Gap).values() for why in gap.undecided_because}
    assert {why.partition(":")[0] for why in said} == {f"{system} is not connected any more"}
    assert unsold(world) == "not_decidable"
    world.workspace = replace(world.workspace, connections=connected)
    world.sync()
    assert (world.undecided(), unsold(world)) == ({}, "open")


def test_a_tracker_that_another_one_follows_is_done_with_for_a_sale_that_is_placed_there(tmp_path: Path) -> None:
    world = Kept(tmp_path)
    world.sync()
    connected = dict(world.workspace.connections)
    connected["two"] = replace(connected.pop("trk"), name="two")
    moved = replace(world.workspace, connections=connected)
    sale = next(iter(rows(world.workspace, Engagement).values()))
    with open_snapshot(world.workspace.home) as snapshot:
        manifests = latest_manifests(snapshot)
    placed = [project(id="prj_2", source="two:project:1")]
    told = [licence_for(moved, sale, manifests, {}, projects=places).unproven["tracker"] for places in (placed, ())]
    assert [sum("trk is not connected any more" in why for why in said) for said in told] == [0, 1]


@pytest.mark.parametrize(("read", "told"), [([], 1), (["users"], 0)])
def test_who_owns_a_deal_is_not_decidable_where_a_crm_s_users_are_no_part_of_what_is_read(
    tmp_path: Path, read: list[str], told: int
) -> None:
    sale = Engagement(id="eng_1", name="Yard", source="sf:deal:1", stage="won", stage_label="Won")
    manifests = {
        "sf": [
            Manifest(system="sf", stream=name, run="1", mode="set", feeds=(), status="complete")
            for name in ("deals", *read)
        ]
    }
    noted = sale.model_copy(update={"unseen_owner": "sf:user:1"})
    found = [
        licence_for(Kept(tmp_path).workspace, one, manifests, {}, projects=()).lacks("owner") for one in (sale, noted)
    ]
    assert [len(one) for one in found] == [0, told]
    assert all("streams.users" in why for one in found for why in one)


def unsold(world: Kept) -> str:
    """Give the state of the gap about the project that no deal leads to."""
    (found,) = (gap.state for gap in rows(world.workspace, Gap).values() if gap.kind == "project_without_deal")
    return str(found)


def test_while_deals_may_be_withheld_only_their_absence_is_not_decidable(tmp_path: Path) -> None:
    world = Kept(tmp_path)
    world.tell("projects", ObservedProject(source="trk:project:3", key="INT", name="Office move"))
    world.sync()
    assert unsold(world) == "open"
    world._readers["sf"].hidden["deals"] = FieldReport(withheld="some are not shared. Share them.")
    for _run in range(2):
        world.sync()
        assert (world.undecided(), unsold(world)) == ({}, "not_decidable")
    why = [gap.undecided_because for gap in rows(world.workspace, Gap).values() if gap.kind == "project_without_deal"]
    assert why == [("sf deals: some are not shared. Share them.",)]
    del world._readers["sf"].hidden["deals"]
    world.sync()
    assert (world.undecided(), unsold(world)) == ({}, "open")


@pytest.mark.parametrize(("withheld", "told"), [("", 0), ("some are not shared.", 1)])
def test_deal_that_is_noted_elsewhere_may_be_one_that_is_withheld(tmp_path: Path, withheld: str, told: int) -> None:
    sale = Engagement(
        id="eng_1", name="Yard", source="hub:deal:1", stage="won", stage_label="Won", unseen_deals=("0065e",)
    )
    manifests = {
        name: [
            Manifest(
                system=name,
                stream="deals",
                run="1",
                mode="set",
                feeds=("deal",),
                status="complete",
                withheld=withheld if name == "sf" else "",
            )
        ]
        for name in ("sf", "hub")
    }
    found = licence_for(Kept(tmp_path).workspace, sale, manifests, {}, projects=())
    assert sum("sf that was not read" in why for why in found.lacks("conversation")) == told


def test_what_a_killed_run_left_out_is_never_said_to_have_been_open(tmp_path: Path) -> None:
    world = Kept(tmp_path)
    cut_short(world, "trk", "work_items")
    world.sync()
    opened = {gap.opened_at for gap in rows(world.workspace, Gap).values() if gap.kind == "why_missing"}
    with open_warehouse(tmp_path) as warehouse:
        counted = warehouse.select(GapCount, kind="why_missing")
    assert opened
    assert [one.state for one in sorted(counted, key=lambda one: one.run)] == ["not_decidable", "open"]


def test_stream_that_joins_later_leaves_history_as_it_was_and_costs_one_comparison(tmp_path: Path) -> None:
    world = Kept(tmp_path)
    specs = world._readers["trk"]._streams
    world._readers["trk"]._streams = specs[:-1]
    world.sync()
    world._readers["trk"]._streams = specs
    cut_short(world, "trk", "links")
    rebuild(world.workspace)
    assert set(world.undecided()) == BOTH
    assert [world.sync().compared for _run in range(2)] == [2, 0]
    assert world.undecided() == {}
    with open_warehouse(tmp_path) as lived:
        as_rebuilt(world, lived)
        counted = lived.select(GapCount, kind="why_missing")
    states = [one.state for one in sorted(counted, key=lambda one: one.run)]
    assert states == ["open", "not_decidable", "open"]


def test_second_run_compares_nothing_for_what_the_first_read_in_turn(tmp_path: Path) -> None:
    world = Kept(tmp_path)
    assert [world.sync().compared for _run in range(2)] == [2, 0]
