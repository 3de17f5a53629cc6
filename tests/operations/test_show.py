"""Showing anything as it was known on a day: values, items that are gone, sales that were joined, projects nobody sold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from atlas_sync.canonical.identity import derive_id
from atlas_sync.canonical.model import Gap, Promise, WorkItem
from atlas_sync.canonical.observed import Observed, ObservedProject, ObservedWorkItem
from atlas_sync.connectors.protocol import StreamSpec
from atlas_sync.errors import AccessError, ConfigError
from atlas_sync.operations.chains import Chain
from atlas_sync.operations.show import show, show_as_of
from atlas_sync.operations.waive import judge_gaps
from atlas_sync.operations.workspace import Connection, Delivery
from atlas_sync.store.judgements import Judgement
from atlas_sync.store.ledger import Intent
from atlas_sync.store.publish import open_snapshot
from atlas_sync.store.tables import Run, Version
from atlas_sync.store.warehouse import open_warehouse
from tests.factories import NOW, TellingReader
from tests.operations.test_one_sale import NOTED, OPPORTUNITY, SOLD, World, as_rebuilt, deal, promised, rows, two_sales

FIRST, SECOND = (derive_id("eng", source) for source in (NOTED, SOLD))


class TrackerMapper:
    """Takes each record of a tracker for the observed one that it holds."""

    def map_record(self, stream: str, record: Mapping[str, Any]) -> Sequence[Observed]:
        kind = ObservedProject if stream == "projects" else ObservedWorkItem
        return [kind.model_validate(record["row"])]


class Tracked(World):
    """Two CRMs, and a tracker that may be connected to them."""

    def connect(self) -> None:
        reader = TellingReader(*(StreamSpec(name, "increment", ("tracker",)) for name in ("projects", "work_items")))
        self._readers["trk"] = reader
        tracker = Connection(name="trk", kind="trk", role="tracker", open_reader=lambda: reader, mapper=TrackerMapper())
        self.workspace = replace(self.workspace, connections={**self.workspace.connections, "trk": tracker})


class Delivered(Tracked):
    """Two CRMs, and a tracker in whose project YARD a deal is delivered."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.connect()
        self.workspace = replace(self.workspace, delivery=Delivery(links={OPPORTUNITY[:15]: "YARD"}))
        self.tell("deals", deal(SOLD))
        self.tell("projects", ObservedProject(source="trk:project:1", key="YARD", name="Yard"))
        self.tell("work_items", planned("YARD-3"))
        self.sync()


def planned(key: str, **changes: Any) -> ObservedWorkItem:  # noqa: ANN401 - any field
    values = {"kind": "Task", "summary": "Bring two cranes", "status": "To Do", "state": "to_do", **changes}
    return ObservedWorkItem.model_validate(
        {"source": "trk:work_item:3", "project": "trk:project:1", "key": key, **values}
    )


def last(world: World) -> datetime:
    """Give the moment as of which a world was last synced."""
    with open_snapshot(world.workspace.home) as snapshot:
        return max(run.as_of for run in snapshot.select(Run))


def shown(world: World, wanted: str, moment: datetime) -> list[Chain]:
    with open_snapshot(world.workspace.home) as snapshot, closing(world.workspace.open_ledger()) as ledger:
        return show_as_of(snapshot, ledger, wanted, moment)


def shown_now(world: World, wanted: str) -> list[Chain]:
    with open_snapshot(world.workspace.home) as snapshot, closing(world.workspace.open_ledger()) as ledger:
        return show(snapshot, ledger, wanted, today=NOW.date())


def test_values_are_told_as_they_were_on_each_day(tmp_path: Path) -> None:
    world = two_sales(tmp_path)
    told = []
    for amount in (100, 150):
        world.tell("deals", deal(SOLD, amount=amount, currency="EUR"))
        world.sync()
        told.append((last(world), {one.id: one for one in shown_now(world, SECOND)[0].statements}))
    assert [{one.value for one in now.values() if one.name == "amount"} for _at, now in told] == [
        {"100 EUR"},
        {"150 EUR"},
    ]
    for moment, now in told:
        assert {one.id: one for one in shown(world, SECOND, moment)[0].statements} == now


def test_values_that_stay_are_kept_once(tmp_path: Path) -> None:
    world = two_sales(tmp_path)
    world.tell("deals", deal(SOLD, description="Two cranes by spring."))
    world.sync()
    with open_snapshot(tmp_path) as snapshot:
        kept = [row.entity_id for row in snapshot.select(Version, entity="statement", engagement_id=SECOND)]
    assert len(kept) == len(set(kept)) > 0


def test_item_that_is_gone_is_shown_as_it_was_by_its_key_and_by_its_id(tmp_path: Path) -> None:
    world = Delivered(tmp_path)
    there = last(world)
    (item,) = rows(world.workspace, WorkItem).values()
    assert shown_now(world, item.id) == shown_now(world, "YARD-3") == shown(world, "YARD-3", there)
    world.tell("work_items", planned("YARD-3", deletion="deleted"))
    world.sync()
    assert rows(world.workspace, WorkItem) == {}
    for name in ("YARD-3", item.id):
        (chain,) = shown(world, name, there)
        assert [one.key for one in chain.work_items] == ["YARD-3"]
        with pytest.raises(ConfigError, match="nothing was known of"):
            shown(world, name, last(world))
    with pytest.raises(ConfigError, match="there is no engagement"):
        shown(world, "YARD-4", there)


def test_item_that_we_wrote_is_shown_by_its_id_as_by_its_key(tmp_path: Path) -> None:
    world = Delivered(tmp_path)
    (item,) = rows(world.workspace, WorkItem).values()
    brief = Intent("atlas-1", "trk", "YARD", SECOND, SECOND, "brief", "done", "plan_1", remote_key="YARD-3")
    with closing(world.workspace.open_ledger()) as ledger:
        ledger.record(brief)
    (chain,) = shown_now(world, item.id)
    assert [chain] == shown_now(world, "YARD-3")
    assert (chain.subject_id, chain.written) == (SECOND, (brief,))


def test_item_that_has_another_key_now_is_shown_by_either(tmp_path: Path) -> None:
    world = Delivered(tmp_path)
    before = last(world)
    world.tell("work_items", planned("YARD-7"))
    world.sync()
    for moment, key in ((before, "YARD-3"), (last(world), "YARD-7")):
        for name in ("YARD-3", "YARD-7"):
            assert [one.key for chain in shown(world, name, moment) for one in chain.work_items] == [key]


def test_sale_that_joined_another_is_shown_by_its_own_id_on_every_day(tmp_path: Path) -> None:
    world = two_sales(tmp_path)
    world.tell("deals", deal(SOLD, name="Quay renewal"))
    world.sync()
    alone = last(world)
    world.tell("deals", deal(NOTED, cross_ids=(OPPORTUNITY,)))
    world.sync()
    joined = last(world)
    with open_snapshot(tmp_path) as snapshot:
        world.say(snapshot, SOLD, NOTED, same=False)
    world.sync()
    for name in (SECOND, OPPORTUNITY, "renewal"):
        places = [shown(world, name, moment)[0].engagement.id for moment in (alone, joined, last(world))]
        assert places == [SECOND, FIRST, SECOND]
    assert shown(world, SECOND, joined) == shown(world, FIRST, joined)
    with pytest.raises(ConfigError, match="nothing was known of"):
        shown(world, SECOND, NOW)


def test_item_that_delivers_for_two_sales_is_shown_under_each(tmp_path: Path) -> None:
    world = Delivered(tmp_path)
    world.workspace = replace(world.workspace, delivery=Delivery(links={OPPORTUNITY: "YARD", "17": "YARD"}))
    world.tell("deals", deal(NOTED, name="Other sale"))
    for source, text in ((SOLD, "We bring two cranes."), (NOTED, "We train all drivers in spring.")):
        world.tell("interactions", promised(f"{source.partition(':')[0]}:interaction:1", source, text))
    world.sync()
    for chains in (shown_now(world, "YARD-3"), shown(world, "YARD-3", last(world))):
        assert [(chain.what, chain.engagement.name) for chain in chains] == [("promise", "Yard platform")]
    with closing(world.workspace.open_ledger()) as ledger:
        item, promises = "trk:work_item:3", rows(world.workspace, Promise).values()
        ledger.keep_judgements(
            [
                Judgement("link", one.id, item, "confirmed", "Ada", world.now(), engagement_id=one.engagement_id)
                for one in promises
            ]
        )
    world.sync()
    assert {(chain.title, chain.engagement.name) for chain in shown_now(world, "YARD-3")} == {
        ("We bring two cranes.", "Yard platform"),
        ("We train all drivers in spring.", "Other sale"),
    }


def test_waiver_of_a_project_without_a_deal_ends_on_its_day(tmp_path: Path) -> None:
    world = Delivered(tmp_path)
    world.tell("projects", ObservedProject(source="trk:project:2", key="INT", name="Office move"))
    world.sync()
    (gap,) = (one for one in rows(world.workspace, Gap).values() if one.kind == "project_without_deal")
    with open_snapshot(tmp_path) as snapshot, closing(world.workspace.open_ledger()) as ledger:
        until = world.now().date() + timedelta(days=2)
        judge_gaps(snapshot, ledger, [gap.id], "waived", by="Ada", at=world.now(), reason="ours", until=until)
    world.sync()
    assert rows(world.workspace, Gap)[gap.id].state == "waived"
    world.hours += 72
    world.sync()
    assert rows(world.workspace, Gap)[gap.id].state == "open"


def test_project_without_a_deal_tells_its_states_and_is_rebuilt_with_them(tmp_path: Path) -> None:
    world = Delivered(tmp_path)
    world.tell("projects", ObservedProject(source="trk:project:2", key="INT", name="Office move"))
    world.sync()
    found = last(world)
    (gap,) = (one for one in rows(world.workspace, Gap).values() if one.kind == "project_without_deal")
    with open_snapshot(tmp_path) as snapshot, closing(world.workspace.open_ledger()) as ledger:
        judge_gaps(snapshot, ledger, [gap.id], "waived", by="Ada", at=world.now(), reason="ours")
    world.sync()
    (chain,) = shown_now(world, gap.id)
    assert [(one["state"], one["since"]) for one in chain.gap_states[gap.id]] == [
        ("open", found),
        ("waived", last(world)),
    ]
    (then,) = shown(world, gap.id, found)
    assert (then.what, then.gaps) == ("project", (gap,))
    with open_warehouse(tmp_path) as lived:
        as_rebuilt(world, lived)


def test_project_that_a_deal_names_and_nobody_shows_is_no_missing_one(tmp_path: Path) -> None:
    world = Delivered(tmp_path)
    world.workspace = replace(world.workspace, delivery=Delivery(default_project={"hub": "YARD"}))
    world.tell("deals", deal(NOTED, name="Quay platform", project_hint="https://x.example/browse/QUAY-7"))
    world.tell("interactions", promised("hub:interaction:1", NOTED, "We train all drivers in spring."))
    world.sync()
    theirs = [gap for gap in rows(world.workspace, Gap).values() if gap.engagement_id == FIRST]
    assert {gap.kind: gap.state for gap in theirs}.items() >= {
        "project_missing": "not_decidable",
        "promise_missing": "not_decidable",
    }.items()
    (why,) = {sentence for gap in theirs for sentence in gap.undecided_because}
    assert why == (
        "the deal names QUAY, which no tracker shows: let the integration's user see it, add it to `projects` where the "
        "connection names some, or correct the deal (what was moved has another key)."
    )
    world.tell("projects", ObservedProject(source="trk:project:2", key="QUAY", name="Quay"))
    world.sync()
    states = {gap.kind: gap.state for gap in rows(world.workspace, Gap).values() if gap.engagement_id == FIRST}
    assert (states["project_missing"], states["promise_missing"]) == ("resolved", "open")


@pytest.mark.parametrize(
    ("first", "hint"), [("none", "QUAY"), ("refused", "QUAY"), ("refused", "quay"), ("empty", "QUAY")]
)
def test_project_that_a_deal_names_is_no_missing_one_where_the_tracker_came_later(
    tmp_path: Path, first: str, hint: str
) -> None:
    world = Tracked(tmp_path)
    world.tell("deals", deal(NOTED, project_hint=hint))

    def undecided() -> list[bool]:
        """Give of each missing project that is not decidable if it is the one that the deal names."""
        gaps = [gap for gap in rows(world.workspace, Gap).values() if gap.kind == "project_missing"]
        return [f"names {hint}" in "".join(gap.undecided_because) for gap in gaps if gap.state == "not_decidable"]

    if first == "none":
        world.sync()
        assert undecided() == [False]
    world.connect()
    if first == "refused":
        world.refuse("trk", projects=AccessError("refused."), work_items=AccessError("refused."))
    world.sync()
    assert undecided() == [first != "refused"]
    world.refuse("trk")
    world.tell(
        "projects", ObservedProject(source="trk:project:1", key="YARD" if hint.isupper() else "yard", name="Yard")
    )
    world.sync()
    assert (undecided(), world.sync().compared) == ([True], 0)
    if first != "none":  # a rebuild takes the connections of today for those of every day
        with open_warehouse(tmp_path) as lived:
            as_rebuilt(world, lived)


@pytest.mark.parametrize("hint", ["see mail", None])
def test_what_is_no_project_key_leaves_a_missing_project_missing(tmp_path: Path, hint: str | None) -> None:
    world = Delivered(tmp_path)
    world.tell("deals", deal(NOTED, name="Quay platform", project_hint=hint))
    world.sync()
    theirs = [gap for gap in rows(world.workspace, Gap).values() if gap.engagement_id == FIRST]
    assert {gap.state for gap in theirs if gap.kind == "project_missing"} == {"open"}
