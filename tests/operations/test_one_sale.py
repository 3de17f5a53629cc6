"""One sale in two CRMs is one engagement, however late that is known; ids, gaps and words move with the deals."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from atlas_sync.canonical.identity import derive_id
from atlas_sync.canonical.linking import Tracker
from atlas_sync.canonical.model import Client, Engagement, Gap, Promise, Stakeholder, Statement
from atlas_sync.canonical.observed import (
    Observed,
    ObservedClient,
    ObservedDeal,
    ObservedInteraction,
    ObservedLink,
    ObservedPerson,
    ObservedProject,
    ObservedRole,
    ObservedUser,
    ObservedWorkItem,
)
from atlas_sync.connectors.protocol import StreamSpec
from atlas_sync.errors import AccessError, AtlasError
from atlas_sync.operations.canonicalize import canonicalize, take_in_reads, untaken
from atlas_sync.operations.delivery import links_of
from atlas_sync.operations.judged import judged_of
from atlas_sync.operations.named import find_engagement
from atlas_sync.operations.pending import done
from atlas_sync.operations.pull import pull, pull_connection
from atlas_sync.operations.rebuild import relive
from atlas_sync.operations.same import judge_pair, list_unsure
from atlas_sync.operations.show import view_engagement
from atlas_sync.operations.sync import SyncResult, record_run, sync, work_off
from atlas_sync.operations.waive import judge_gaps
from atlas_sync.operations.workspace import Connection, Workspace, new_run_id
from atlas_sync.store.judgements import Judgement
from atlas_sync.store.publish import open_snapshot
from atlas_sync.store.tables import TABLES, Identity, Run
from atlas_sync.store.warehouse import Rows, Warehouse, open_warehouse
from tests.factories import NOW, TellingReader, workspace_of

OPPORTUNITY = "0065e00000AbCdEAAV"
SOLD, NOTED = f"sf:deal:{OPPORTUNITY}", "hub:deal:17"
KINDS = {
    "clients": ObservedClient,
    "deals": ObservedDeal,
    "interactions": ObservedInteraction,
    "roles": ObservedRole,
    "persons": ObservedPerson,
    "users": ObservedUser,
}


class Mapper:
    """Takes each record for the observed one that it holds."""

    def map_record(self, stream: str, record: Mapping[str, Any]) -> Sequence[Observed]:
        return [KINDS[stream].model_validate(record["row"])]


class World:
    """Two CRMs of which a test tells what they hold, synced at times an hour apart."""

    def __init__(self, home: Path, *streams: str) -> None:
        specs = [StreamSpec(name, "increment", ("deal", "conversation", "people")) for name in streams or KINDS]
        self._readers = {name: TellingReader(*specs) for name in ("sf", "hub")}
        self.hours = 0
        self._last: Run | None = None
        made = {
            name: Connection(name=name, kind=name, role="crm", open_reader=lambda one=one: one, mapper=Mapper())  # type: ignore[misc]  # bound
            for name, one in self._readers.items()
        }
        base = workspace_of(home, TellingReader())
        self.workspace: Workspace = replace(base, connections=made, now=self.now)

    def now(self) -> datetime:
        self.hours += 1
        return NOW + timedelta(hours=self.hours)

    def tell(self, stream: str, row: Observed) -> None:
        told = self._readers[row.source.partition(":")[0]].records.setdefault(stream, [])
        told[:] = [one for one in told if one["id"] != row.source]
        told.append({"id": row.source, "row": json.loads(row.model_dump_json())})

    def refuse(self, system: str, **errors: AtlasError) -> None:
        self._readers[system].failures = dict(errors)

    def sync(self) -> SyncResult:
        for reader in self._readers.values():
            reader.clock = self.now()
        return sync(self.workspace)

    def say(self, rows: Rows, one: str, other: str, *, same: bool) -> None:
        with closing(self.workspace.open_ledger()) as ledger:
            judge_pair(rows, ledger, one, other, "same" if same else "different", by="Ada", at=self.now())

    def step(self, warehouse: Warehouse) -> None:
        """Do what a sync does, but for publishing."""
        started = self.now()
        run = new_run_id(started)
        pull(self.workspace, run)
        canonicalize(self.workspace, warehouse)
        work_off(self.workspace, warehouse, started=started)
        self._last = record_run(warehouse, self._last, run=run, started=started, finished=started)[0]
        done(warehouse, "publish", ["all"])


def deal(source: str, **more: Any) -> ObservedDeal:  # noqa: ANN401 - any field
    values = {"name": "Yard platform", "stage": "won", "stage_label": "Won", "updated_at": NOW, **more}
    return ObservedDeal(source=source, **values)


def promised(source: str, on: str, text: str) -> ObservedInteraction:
    return ObservedInteraction(source=source, kind="promises", at=NOW, body=text, deals=(on,))


def two_sales(home: Path) -> World:
    """Give a world of two won deals, on each of which something was promised and somebody has a role."""
    world = World(home)
    for source, text in ((SOLD, "We bring two cranes."), (NOTED, "We train all drivers in spring.")):
        system = source.partition(":")[0]
        world.tell("deals", deal(source))
        world.tell("interactions", promised(f"{system}:interaction:1", source, text))
        world.tell("persons", ObservedPerson(source=f"{system}:person:1", name=f"Ruth {system.title()}"))
        world.tell(
            "roles", ObservedRole(source=f"{system}:role:1", deal=source, person=f"{system}:person:1", role="CFO")
        )
    world.sync()
    return world


def rows(workspace: Workspace, kind: type[Any]) -> dict[str, Any]:
    with open_snapshot(workspace.home) as snapshot:
        return {row.id: row for row in snapshot.select(kind)}


def as_rebuilt(world: World, lived: Warehouse) -> None:
    """Hold every row of every table against those of a rebuild; only when a run ended is known to no one but the run."""
    with open_warehouse(world.workspace.home / "again") as again:
        relive(world.workspace, again)
        for name, kind in TABLES.items():
            left, right = (
                sorted(
                    row.model_dump_json(exclude={"finished_at"} if kind is Run else None) for row in one.select(kind)
                )
                for one in (lived, again)
            )
            assert left == right, name


def test_sales_that_turn_out_to_be_one_keep_every_id_and_part_without_a_trace(tmp_path: Path) -> None:
    world = two_sales(tmp_path)
    before = {kind: rows(world.workspace, kind) for kind in (Engagement, Promise, Stakeholder, Gap, Statement)}
    first, second = (derive_id("eng", source) for source in (NOTED, SOLD))
    assert set(before[Engagement]) == {first, second}
    waived = next(gap for gap in before[Gap].values() if gap.engagement_id == second and gap.subject_id != second)
    with open_snapshot(tmp_path) as snapshot, closing(world.workspace.open_ledger()) as ledger:
        judge_gaps(snapshot, ledger, [waived.id], "waived", by="Ben", at=world.now(), reason="by phone")

    world.tell("deals", deal(NOTED, cross_ids=(OPPORTUNITY,), amount=100, currency="EUR"))
    world.tell("deals", deal(SOLD, amount=120, currency="EUR", updated_at=world.now()))
    world.sync()
    (joined,) = rows(world.workspace, Engagement).values()
    assert (joined.id, joined.sources) == (first, (NOTED, SOLD))
    with open_snapshot(tmp_path) as snapshot:
        view = view_engagement(snapshot, second)
        assert view is not None
        assert view.record.engagement == joined
        # Reports and older pages give an id without its check.
        assert {find_engagement(snapshot, one).id for one in (OPPORTUNITY, OPPORTUNITY[:15])} == {joined.id}
    for kind in (Promise, Stakeholder, Gap):
        now = rows(world.workspace, kind)
        assert set(before[kind]) <= set(now)
        assert {row.engagement_id for row in now.values()} == {first}
    gaps = rows(world.workspace, Gap)
    assert (gaps[waived.id].state, gaps[waived.id].opened_at) == ("waived", waived.opened_at)
    amount = next(one for one in rows(world.workspace, Statement).values() if one.name == "amount")
    assert (amount.is_conflict, [one.value for one in amount.others]) == (True, ["120 EUR"])
    name = next(one for one in rows(world.workspace, Statement).values() if one.name == "name" and one.about == "deal")
    assert [(one.source, one.at) for one in name.others] == [(SOLD, NOW)]

    with open_snapshot(tmp_path) as snapshot:
        world.say(snapshot, SOLD, NOTED, same=False)
    world.sync()
    for kind in (Promise, Stakeholder, Engagement):
        assert set(rows(world.workspace, kind)) == set(before[kind])
    assert rows(world.workspace, Promise) == before[Promise]
    assert before[Statement].items() <= rows(world.workspace, Statement).items()
    parted = rows(world.workspace, Gap)
    for name, gap in before[Gap].items():
        assert (parted[name].engagement_id, parted[name].opened_at) == (gap.engagement_id, gap.opened_at)
    assert parted[waived.id].state == "waived"


def test_sale_that_notes_a_deal_of_a_crm_whose_deals_are_not_read_is_undecided_until_they_are(tmp_path: Path) -> None:
    world = World(tmp_path, "deals", "interactions")
    world.tell("deals", deal(NOTED, cross_ids=(OPPORTUNITY,)))
    world.tell("deals", deal("hub:deal:18", cross_ids=("17",)))
    world.refuse("sf", deals=AccessError("Opportunity is hidden.", advice="Grant Read on it."))

    def reasons(source: str) -> str:
        of = derive_id("eng", source)
        found = [
            gap for gap in rows(world.workspace, Gap).values() if (gap.kind, gap.engagement_id) == ("why_missing", of)
        ]
        return " ".join(found[0].undecided_because)

    world.sync()
    assert "sf deals: Opportunity is hidden. Grant Read on it." in reasons(NOTED)
    assert f"this deal notes {OPPORTUNITY}, which may be a deal of sf that was not read." in reasons(NOTED)
    assert "sf" not in reasons("hub:deal:18")

    world.refuse("sf")
    world.tell("deals", deal(SOLD))
    world.sync()
    assert {one.sources for one in rows(world.workspace, Engagement).values()} == {(NOTED, SOLD), ("hub:deal:18",)}
    assert "sf" not in reasons(NOTED)


def test_deal_that_was_merged_away_leaves_what_was_said_on_it_its_ids(tmp_path: Path) -> None:
    world = two_sales(tmp_path)
    before = rows(world.workspace, Promise)
    world.tell("deals", deal("hub:deal:99"))
    world.tell("deals", deal(NOTED, deletion="merged", merged_into="hub:deal:99"))
    world.tell("interactions", promised("hub:interaction:1", "hub:deal:99", "We train all drivers in spring."))
    world.sync()
    found = rows(world.workspace, Engagement)
    assert found[derive_id("eng", NOTED)].source == "hub:deal:99"
    assert len(found) == 2
    assert rows(world.workspace, Promise) == before


def test_issue_that_leads_to_a_deal_merged_away_still_leads_to_its_engagement(tmp_path: Path) -> None:
    world = World(tmp_path)
    page = "https://hub.example/17"
    project = ObservedProject(source="trk:project:1", key="TD", name="Yard")
    item = ObservedWorkItem(
        source="trk:work_item:1",
        project=project.source,
        key="TD-1",
        kind="Task",
        summary="Yard",
        status="To Do",
        state="to_do",
    )
    link = ObservedLink(source="trk:link:1", work_item=item.source, url=page)
    tracker = Tracker({project.source: project}, [item], [link], frozenset())
    old = deal(NOTED, deletion="merged", merged_into="hub:deal:99", link=page)
    engagement = Engagement(id="eng_1", name="Yard", source="hub:deal:99", stage="won", stage_label="Won")
    for gone, found in (("merged", ["TD"]), ("deleted", [])):
        deals = [old.model_copy(update={"deletion": gone}), deal("hub:deal:99")]
        links = links_of(world.workspace, engagement, deals, tracker=tracker, clients={})
        assert [one.project.key for one in links] == found


def test_alike_sales_of_one_client_wait_for_a_person_whose_word_joins_them(tmp_path: Path) -> None:
    world = World(tmp_path, "deals")
    for source in (SOLD, NOTED):
        client = f"{source.partition(':')[0]}:client:1"
        with open_warehouse(tmp_path) as warehouse:
            warehouse.put([Identity(source=client, kind="client", entity_id="cli_1", reason="made")])
        world.tell("deals", deal(source, client=client, amount=100, currency="EUR"))
    world.sync()
    with open_snapshot(tmp_path) as snapshot:
        (asked,) = list_unsure(snapshot, [])
        world.say(snapshot, asked.one_entity, asked.other_entity, same=True)
    assert (asked.kind, {asked.one, asked.other}) == ("engagement", {SOLD, NOTED})
    assert "both are worth 100.00 EUR" in asked.reasons
    world.sync()
    assert [row.sources for row in rows(world.workspace, Engagement).values()] == [(NOTED, SOLD)]
    with open_snapshot(tmp_path) as snapshot:
        assert list_unsure(snapshot, []) == []


def test_runs_that_were_cut_short_are_lived_through_one_by_one(tmp_path: Path) -> None:
    world = World(tmp_path, "clients", "deals")
    for system in ("sf", "hub"):
        client = ObservedClient(source=f"{system}:client:1", name="Pellworth", domain="p.example")
        world.tell("clients", client)
        world.tell("deals", deal(f"{system}:deal:0065e00000AbCdE", client=client.source))
        run = new_run_id(world.now())
        pull_connection(world.workspace, world.workspace.connections[system], run)  # and is killed
    with open_warehouse(tmp_path) as warehouse:
        earlier = [key for key in untaken(world.workspace, warehouse).keys if key[1] < run]
        take_in_reads(world.workspace, warehouse, earlier)
    world.sync()
    with open_warehouse(tmp_path) as lived:
        assert [row.id for row in lived.select(Client)] == [derive_id("cli", "sf:client:1")]
        assert len(lived.select(Run)) == 2
        as_rebuilt(world, lived)


def test_order_in_which_words_come_in_changes_nothing() -> None:
    made = [
        Judgement("link", "pro_1", f"trk:work_item:{number % 2}", decision, "Ada", NOW + timedelta(hours=number))  # type: ignore[arg-type]  # words
        for number, decision in enumerate(("confirmed", "rejected", "confirmed"))
    ]
    assert judged_of(made) == judged_of(made[::-1])
    assert judged_of(made).confirmed == {"pro_1": {"trk:work_item:0"}}


SOURCES = [f"sf:deal:0065e0000000{number:03d}" for number in range(2)] + [f"hub:deal:{number}" for number in range(3)]
STEPS = st.lists(
    st.lists(
        st.one_of(
            st.tuples(st.just("deal"), st.sampled_from(SOURCES), st.sampled_from([None, *SOURCES[:2]])),
            st.tuples(st.just("gone"), st.sampled_from(SOURCES), st.sampled_from([None, *SOURCES])),
            st.tuples(st.sampled_from(["same", "different"]), st.sampled_from(SOURCES), st.sampled_from(SOURCES)),
        ),
        max_size=4,
    ),
    min_size=1,
    max_size=3,
)


def live(world: World, warehouse: Warehouse, step: Sequence[tuple[str, str, str | None]], seen: set[str]) -> None:
    """Let some things happen, and take them in."""
    for what, one, other in step:
        if what == "deal":
            noted = (other.split(":")[2],) if other and one.startswith("hub") else ()
            world.tell("deals", deal(one, cross_ids=noted, updated_at=world.now()))
        elif what == "gone":
            into = other if other and other.partition(":")[0] == one.partition(":")[0] != one else None
            world.tell("deals", deal(one, deletion="merged" if into else "deleted", merged_into=into))
        elif other and one != other and {one, other} <= seen:
            world.say(warehouse, one, other, same=what == "same")
    world.step(warehouse)
    seen |= {one for what, one, _other in step if what in {"deal", "gone"}}


@settings(max_examples=2)
@example([[("deal", SOURCES[0], None), ("deal", SOURCES[2], None)], [("deal", SOURCES[2], SOURCES[0])]])
@given(STEPS)
def test_rebuild_of_any_history_of_deals_and_words_is_the_history(
    steps: list[list[tuple[str, str, str | None]]],
) -> None:
    with tempfile.TemporaryDirectory() as folder, open_warehouse(Path(folder)) as lived:
        world, seen = World(Path(folder), "deals"), set[str]()
        for step in steps:
            live(world, lived, step, seen)
        as_rebuilt(world, lived)
