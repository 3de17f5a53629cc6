"""A record that is set aside leaves undecided what it may hold: of one engagement where it says whose it is, else of all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pydantic import ValidationError

from atlas_sync.canonical.identity import derive_id
from atlas_sync.canonical.model import Engagement, Gap
from atlas_sync.canonical.observed import (
    Observed,
    ObservedContract,
    ObservedDeal,
    ObservedInteraction,
    ObservedLink,
    ObservedPerson,
    ObservedProject,
    ObservedRole,
    ObservedTombstone,
    ObservedWorkItem,
)
from atlas_sync.connectors.protocol import StreamSpec
from atlas_sync.coverage import Target, propose
from atlas_sync.errors import MappingError
from atlas_sync.operations import reconcile
from atlas_sync.operations.canonicalize import canonicalize
from atlas_sync.operations.pull import pull
from atlas_sync.operations.quarantine import Aside
from atlas_sync.operations.show import view_engagement
from atlas_sync.operations.workspace import Connection, Delivery
from atlas_sync.store.publish import open_snapshot
from atlas_sync.store.tables import Quarantined
from atlas_sync.store.warehouse import Rows, open_warehouse
from tests.factories import TellingReader, workspace_of
from tests.operations.test_one_sale import NOTED, OPPORTUNITY, SOLD, World, as_rebuilt, deal, promised, rows

KINDS: Mapping[str, type[Observed]] = {
    "deals": ObservedDeal,
    "contracts": ObservedContract,
    "interactions": ObservedInteraction,
    "persons": ObservedPerson,
    "roles": ObservedRole,
    "projects": ObservedProject,
    "work_items": ObservedWorkItem,
    "links": ObservedLink,
}
FEEDS = {
    "deals": ("deal",),
    "contracts": ("contract",),
    "interactions": ("conversation",),
    "persons": ("people",),
    "roles": ("people",),
}
ENGAGEMENTS = {derive_id("eng", NOTED): "hub", derive_id("eng", SOLD): "sf"}
BOTH, NOBODY = {"hub", "sf"}, set[str]()
ITEM = {"key": "YARD-3", "kind": "Task", "summary": "Paint", "status": "To Do", "state": "to_do"}


class RefusingMapper:
    """Takes each record for the observed one that it holds, and refuses those whose values are none."""

    def map_record(self, stream: str, record: Mapping[str, Any]) -> Sequence[Observed]:
        is_gone = record["row"].keys() <= ObservedTombstone.model_fields.keys()
        kind = ObservedTombstone if is_gone else KINDS[stream]
        try:
            return [kind.model_validate(record["row"])]
        except ValidationError as error:
            path = "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in error.errors()[0]["loc"])
            message = f"$.row{path} is odd."
            raise MappingError(message, path=f"$.row{path}") from None


class Kept(World):
    """Two CRMs with a sale in each, and a tracker: what HubSpot sold is delivered in PIER, the other one in YARD."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        streams = {"sf": FEEDS, "hub": FEEDS, "trk": dict.fromkeys(("projects", "work_items", "links"), ("tracker",))}
        connections = {}
        for name, feeds in streams.items():
            reader = TellingReader(*(StreamSpec(stream, "increment", needs) for stream, needs in feeds.items()))
            self._readers[name] = reader
            role = "tracker" if name == "trk" else "crm"
            connections[name] = Connection(
                name=name, kind=name, role=role, open_reader=lambda one=reader: one, mapper=RefusingMapper()
            )  # type: ignore[misc]  # bound
        delivery = Delivery(links={OPPORTUNITY: "YARD", "17": "PIER"})
        self.workspace = replace(self.workspace, connections=connections, delivery=delivery)
        for number, key in ((1, "YARD"), (2, "PIER")):
            self.tell("projects", ObservedProject(source=f"trk:project:{number}", key=key, name=key))
        for source, text in ((SOLD, "We bring two cranes."), (NOTED, "We train all drivers in spring.")):
            self.tell("deals", deal(source))
            self.tell("interactions", promised(f"{source.partition(':')[0]}:interaction:1", source, text))

    def spoil(self, stream: str, source: str, **row: object) -> None:
        """Let a CRM or tracker tell a record as it is, odd values and all."""
        told = self._readers[source.partition(":")[0]].records.setdefault(stream, [])
        told[:] = [one for one in told if one["id"] != source]
        told.append({"id": source, "row": {"source": source, **row}})

    def undecided(self) -> dict[str, tuple[str, ...]]:
        """Give by CRM why it is not called missing what was bought for there; one where it is called so is left out."""
        found = [gap for gap in rows(self.workspace, Gap).values() if gap.kind == "why_missing"]
        assert len(found) == len(ENGAGEMENTS)
        with open_warehouse(self.workspace.home) as warehouse:
            assert reconcile.unlicensed_gaps(self.workspace, warehouse) == []
        return {ENGAGEMENTS[gap.engagement_id]: gap.undecided_because for gap in found if gap.state == "not_decidable"}

    def aside(self) -> list[Quarantined]:
        with open_snapshot(self.workspace.home) as snapshot:
            return snapshot.select(Quarantined)


ODD: Sequence[tuple[str, str, dict[str, object], set[str]]] = [
    ("work_items", "trk:work_item:3", {**ITEM, "project": "trk:project:1", "due": "soon"}, {"sf"}),
    ("work_items", "trk:work_item:3", {**ITEM, "project": {}}, BOTH),
    ("work_items", "trk:work_item:3", {**ITEM, "project": "trk:project:9", "due": "soon"}, NOBODY),
    ("projects", "trk:project:3", {"key": [], "name": "Pier"}, BOTH),
    ("links", "trk:link:1", {"work_item": "trk:work_item:9", "url": "https://x.example", "title": []}, BOTH),
    ("interactions", "sf:interaction:2", {"kind": "note", "at": "then", "deals": [SOLD]}, {"sf"}),
    ("interactions", "sf:interaction:2", {"kind": "note", "at": "then"}, {"sf"}),
    ("persons", "hub:person:1", {"name": []}, {"hub"}),
    ("roles", "hub:role:1", {"deal": NOTED, "person": "hub:person:1", "role": []}, {"hub"}),
    ("deals", SOLD, {"name": "Yard", "stage": "won", "stage_label": [], "cross_ids": []}, {"sf"}),
    ("deals", "hub:deal:9", {"name": [], "stage": "won", "stage_label": "Won", "cross_ids": [OPPORTUNITY]}, {"sf"}),
    ("deals", "hub:deal:9", {"name": [], "stage": "won", "stage_label": "Won"}, NOBODY),
    ("deals", "hub:deal:9", {"name": "Yard", "stage": "won", "stage_label": "Won", "cross_ids": 1}, {"hub"}),
]


@pytest.mark.parametrize(("stream", "source", "row", "whose"), ODD)
def test_what_a_record_that_is_set_aside_may_hold_is_not_called_missing(
    tmp_path: Path, stream: str, source: str, row: dict[str, object], whose: set[str]
) -> None:
    world = Kept(tmp_path)
    if source == SOLD:
        world.sync()  # of a deal that was never readable there is no engagement
    world.spoil(stream, source, **row)
    assert world.sync().exit_code == 1
    found = world.undecided()
    assert set(found) == whose
    for (sentence,) in found.values():
        system = source.partition(":")[0]
        assert sentence.startswith(f"{system} {stream}: the record {source} is set aside: $.row.")
        assert f"Correct or delete it in {system};" in sentence


@pytest.mark.parametrize(
    ("end", "was_known"), [("readable", False), pytest.param("deleted", True, marks=pytest.mark.soak)]
)
def test_record_that_is_readable_or_gone_is_lifted(tmp_path: Path, end: str, *, was_known: bool) -> None:
    world = Kept(tmp_path)
    item = ObservedWorkItem.model_validate({"source": "trk:work_item:3", **ITEM, "project": "trk:project:1"})
    if was_known:
        world.tell("work_items", item)
    world.sync()
    assert world.undecided() == {}
    world.spoil("work_items", item.source, **ITEM, project="trk:project:1", due="soon")
    world.sync()
    assert (set(world.undecided()), len(world.aside())) == ({"sf"}, 1)
    world.sync()
    assert (set(world.undecided()), len(world.aside())) == ({"sf"}, 1)
    if end == "readable":
        world.tell("work_items", item)
    else:
        world.tell("work_items", ObservedTombstone(source=item.source, deletion="deleted"))
    world.sync()
    assert (world.undecided(), world.aside()) == ({}, [])
    with open_warehouse(tmp_path) as lived:
        as_rebuilt(world, lived)


def test_what_a_record_led_to_once_waits_for_it_no_more(tmp_path: Path) -> None:
    world = Kept(tmp_path)
    item = ObservedWorkItem.model_validate({"source": "trk:work_item:3", **ITEM, "project": "trk:project:1"})
    link = {"source": "trk:link:1", "work_item": item.source, "url": "https://x.example"}
    world.spoil("links", **link, title=[])
    world.sync()
    assert set(world.undecided()) == BOTH
    world.tell("work_items", item)
    world.sync()
    world.tell("links", ObservedLink.model_validate(link))
    world.sync()
    assert (world.undecided(), world.aside()) == ({}, [])


def test_record_that_stays_odd_and_is_moved_leaves_where_it_was(tmp_path: Path) -> None:
    world = Kept(tmp_path)
    for project, whose in (({}, BOTH), ("trk:project:1", {"sf"}), ("trk:project:2", {"hub"})):
        world.spoil("work_items", "trk:work_item:3", **ITEM, project=project, due="soon")
        world.sync()
        assert set(world.undecided()) == whose


def test_record_that_comes_in_by_another_stream_is_lifted(tmp_path: Path) -> None:
    world = Kept(tmp_path)
    world.spoil("interactions", "sf:interaction:2", kind="note", at="then", deals=[SOLD])
    world.sync()
    del world._readers["sf"].records["interactions"]
    row = {"source": "sf:interaction:2", "deletion": "archived", "merged_into": None}
    world._readers["sf"].records["deals"] = [{"id": "gone-2", "row": row}]
    world.sync()
    assert (world.undecided(), world.aside()) == ({}, [])


def test_sale_without_a_place_waits_for_every_record_of_the_tracker(tmp_path: Path) -> None:
    world = Kept(tmp_path)
    world.workspace = replace(world.workspace, delivery=Delivery(links={"17": "PIER"}))
    world.tell("deals", deal(SOLD, name="Yard"))
    world.spoil("work_items", "trk:work_item:3", **ITEM, project="trk:project:9", due="soon")
    world.sync()
    kinds = {"promise_missing", "project_missing"}
    found = [gap for gap in rows(world.workspace, Gap).values() if gap.kind in kinds and gap.undecided_because]
    assert {(ENGAGEMENTS[gap.engagement_id], gap.kind) for gap in found} == {("sf", kind) for kind in kinds}


def test_item_whose_link_leads_to_another_sale_may_be_of_that_one(tmp_path: Path) -> None:
    world = Kept(tmp_path)
    page = "https://hub.example/17"
    world.tell("deals", deal(NOTED, link=page))
    world.tell("links", ObservedLink(source="trk:link:1", work_item="trk:work_item:3", url=page))
    world.spoil("work_items", "trk:work_item:3", **ITEM, project="trk:project:1", due="soon")
    world.sync()
    assert set(world.undecided()) == BOTH


@pytest.mark.parametrize(
    ("stream", "source", "row", "state"),
    [
        ("interactions", "sf:interaction:2", {"kind": "note", "at": "then", "deals": [SOLD]}, "open"),
        ("interactions", "sf:interaction:2", {"kind": "note", "at": "then"}, "not_decidable"),
        ("deals", "sf:deal:9", {"name": [], "stage": "won", "stage_label": "Won"}, "not_decidable"),
        ("work_items", "trk:work_item:3", {**ITEM, "project": "trk:project:1", "due": "soon"}, "not_decidable"),
    ],
)
def test_project_without_a_deal_waits_for_what_may_lead_there(
    tmp_path: Path, stream: str, source: str, row: dict[str, object], state: str
) -> None:
    world = Kept(tmp_path)
    world.tell("projects", ObservedProject(source="trk:project:3", key="INT", name="Office move"))
    world.spoil(stream, source, **row)
    world.sync()
    found = [gap.state for gap in rows(world.workspace, Gap).values() if gap.kind == "project_without_deal"]
    assert found == [state]


def test_nothing_is_written_for_what_is_not_called_missing(tmp_path: Path) -> None:
    world = Kept(tmp_path)

    def written() -> dict[str, list[str]]:
        found = {}
        with open_snapshot(tmp_path) as snapshot:
            for engagement, name in ENGAGEMENTS.items():
                view = view_engagement(snapshot, engagement)
                assert view is not None
                target = Target(project="YARD", audience="internal")
                made = propose(view.record, view.gaps, target=target, existing={}, tenant="t")
                found[name] = sorted({command.item for command in made.commands})
        return found

    world.sync()
    assert written() == {"hub": ["brief", "promise"], "sf": ["brief", "promise"]}
    world.spoil("work_items", "trk:work_item:3", **ITEM, project="trk:project:1", due="soon")
    world.sync()
    assert "promise" not in written()["sf"]
    assert written()["hub"] == ["brief", "promise"]


def test_many_records_are_named_by_the_first_and_counted(tmp_path: Path) -> None:
    world = Kept(tmp_path)
    for number in range(2, 9):
        world.spoil("interactions", f"sf:interaction:{number}", kind="note", at="then", deals=[SOLD])
    world.sync()
    *named, more = world.undecided()["sf"]
    assert len(named) == 3
    assert more.startswith("sf interactions: 4 more are set aside")


def test_records_that_say_whose_they_are_are_named_first(tmp_path: Path) -> None:
    world = Kept(tmp_path)
    for number, deals in ((2, []), (3, []), (4, []), (5, [SOLD])):
        world.spoil("interactions", f"sf:interaction:{number}", kind="note", at="then", deals=deals)
    world.sync()
    assert "the record sf:interaction:5 is" in world.undecided()["sf"][0]


def test_whose_records_are_is_asked_at_once_however_many_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = Kept(tmp_path)
    world.sync()
    names = [f"trk:work_item:{number}" for number in range(50)]
    common = {"system": "trk", "stream": "links", "run": "r1", "path": "$", "reason": "odd"}
    odd = [Quarantined(source=f"trk:links:{name}", belongs_to=(name,), **common) for name in names]
    asked: list[int] = []

    def counted(ask: Callable[..., Any]) -> Callable[..., Any]:
        def asking(*told: Any, **equal: Any) -> Any:  # noqa: ANN401 - as it is
            asked[-1] += 1
            return ask(*told, **equal)

        return asking

    with open_warehouse(tmp_path) as warehouse:
        won = warehouse.select(Engagement, stage="won")
        for name in ("select", "texts"):
            monkeypatch.setattr(Rows, name, counted(getattr(Rows, name)))
        for records in (odd[:1], odd):
            asked.append(0)
            found = Aside(world.workspace, warehouse, records).of(won)
            one, other = (whose["trk", "links"] for whose in found.values())
            assert one is other
            assert len(one) == len(records)
    assert asked[0] == asked[1]


def test_person_of_another_crm_leaves_people_alone_undecided(tmp_path: Path) -> None:
    world = Kept(tmp_path)
    world.tell("persons", ObservedPerson(source="sf:person:1", name="Ruth Yard"))
    world.tell("roles", ObservedRole(source="sf:role:1", deal=SOLD, person="sf:person:1", role="Economic Buyer"))
    world.spoil("persons", "hub:person:1", name=[])
    world.sync()
    assert set(world.undecided()) == {"hub"}
    (gap,) = (gap for gap in rows(world.workspace, Gap).values() if gap.kind == "person_missing")
    assert ENGAGEMENTS[gap.engagement_id] == "sf"
    assert gap.undecided_because[0].startswith("hub persons: the record hub:person:1 is set aside")


def test_record_that_left_its_set_is_lifted_and_a_late_read_lifts_nothing(tmp_path: Path) -> None:
    reader = TellingReader(StreamSpec("deals", "set", ("deal",)))
    reader.records["deals"] = [{"id": "1", "name": "a"}, {"id": "2", "odd": True}]
    workspace = workspace_of(tmp_path, reader)
    with open_warehouse(tmp_path) as warehouse:
        pull(workspace, "r2")
        canonicalize(workspace, warehouse)
        reader.records["deals"] = [{"id": "1", "name": "a"}, {"id": "2", "name": "b"}]
        pull(workspace, "r1")
        canonicalize(workspace, warehouse)
        reader.records["deals"] = [{"id": "1", "name": "a"}, {"id": "2", "odd": "otherwise"}]
        pull(workspace, "r0")
        canonicalize(workspace, warehouse)
        assert [row.run for row in warehouse.select(Quarantined)] == ["r2"]
        reader.records["deals"] = [{"id": "1", "name": "a"}]
        pull(workspace, "r3")
        canonicalize(workspace, warehouse)
        assert warehouse.select(Quarantined) == []


def test_what_an_older_release_set_aside_and_read_since_is_lifted(tmp_path: Path) -> None:
    reader = TellingReader(StreamSpec("deals", "increment", ("deal",)))
    reader.records["deals"] = [{"id": "1", "odd": True}, {"id": "2", "odd": True}]
    workspace = workspace_of(tmp_path, reader)
    pull(workspace, "r1")
    with open_warehouse(tmp_path) as warehouse:
        canonicalize(workspace, warehouse)
        left = warehouse.select(Quarantined)
        reader.records["deals"] = [{"id": "1", "name": "a"}, {"id": "2", "odd": True}]
        pull(workspace, "r2")
        canonicalize(workspace, warehouse)
        warehouse.put(left)
    with open_warehouse(tmp_path) as warehouse:
        assert len(warehouse.select(Quarantined)) == 2
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as old:
        old.execute("ALTER TABLE quarantined DROP COLUMN would_be")
        old.execute("ALTER TABLE quarantined DROP COLUMN belongs_to")
    with open_warehouse(tmp_path) as warehouse:
        assert [row.source for row in warehouse.select(Quarantined)] == ["crm:deals:2"]
