"""What makes engagements anew besides records that changed: whose word the settings let go first, and places that they set."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from atlas_sync.canonical.model import (
    DeliveryProject,
    Engagement,
    Gap,
    Interaction,
    Person,
    Stakeholder,
    Statement,
    WorkItem,
)
from atlas_sync.canonical.observed import (
    ObservedClient,
    ObservedInteraction,
    ObservedPerson,
    ObservedRole,
    ObservedUser,
    Participant,
)
from atlas_sync.canonical.statement import Precedence
from atlas_sync.operations.pending import add_pending
from atlas_sync.operations.rebuild import relive
from atlas_sync.operations.workspace import Delivery, Workspace
from atlas_sync.store.publish import current_name
from atlas_sync.store.tables import TABLES, GapCount, Run, Version
from atlas_sync.store.warehouse import Rows, open_warehouse
from tests.factories import NOW
from tests.operations.test_one_sale import NOTED, OPPORTUNITY, SOLD, World, deal, rows, two_sales
from tests.operations.test_show import Delivered, planned

VALUES = {("client", "name"), ("person", "title")}
HISTORY = (Run, GapCount, Version)
"""What was known on which day: a rebuild takes the settings of today for those of every day."""


def as_it_is(found: Rows) -> dict[str, list[str]]:
    """Give all rows but those of history."""
    return {
        name: sorted(row.model_dump_json() for row in found.select(kind))
        for name, kind in TABLES.items()
        if kind not in HISTORY
    }


def as_rebuilt(workspace: Workspace) -> dict[str, list[str]]:
    with open_warehouse(workspace.home / "again") as again:
        relive(workspace, again)
        return as_it_is(again)


def disputed(home: Path) -> World:
    """Give a sale of which two systems say two amounts, and somebody on no deal whom they call two names."""
    world = two_sales(home)
    world.tell("deals", deal(NOTED, cross_ids=(OPPORTUNITY,), amount=100, currency="EUR"))
    world.tell("deals", deal(SOLD, name="Yard and cranes", amount=120, currency="EUR"))
    world.tell("persons", ObservedPerson(source="hub:person:9", name="B. Ng", email="bo@n.example"))
    world.tell("persons", ObservedPerson(source="sf:person:9", name="Bo Ng", email="bo@n.example"))
    world.sync()
    return world


def test_whose_word_goes_first_holds_from_the_next_sync_on_as_after_a_rebuild(tmp_path: Path) -> None:
    world = disputed(tmp_path)
    (before,) = rows(world.workspace, Engagement).values()
    assert (before.name, before.amount) == ("Yard platform", 100)
    world.workspace = replace(world.workspace, precedence=Precedence(("sf",), {"amount": ("hub",)}))
    world.sync()
    (now,) = rows(world.workspace, Engagement).values()
    assert (now.id, now.name, now.amount) == (before.id, "Yard and cranes", 100)
    stated = {one.name: one.source for one in rows(world.workspace, Statement).values() if one.about == "deal"}
    assert (stated["name"], stated["amount"]) == (SOLD, NOTED)
    assert "Bo Ng" in {person.name for person in rows(world.workspace, Person).values()}
    with open_warehouse(tmp_path) as lived:
        assert as_it_is(lived) == as_rebuilt(world.workspace)


def test_same_settings_make_nothing_anew(tmp_path: Path) -> None:
    world = disputed(tmp_path)
    world.workspace = replace(world.workspace, precedence=Precedence(("sf",)))
    world.sync()
    shown = current_name(tmp_path)
    world.workspace = replace(world.workspace, precedence=Precedence(("sf",)))
    world.sync()
    assert current_name(tmp_path) == shown


def test_place_set_by_hand_holds_from_the_next_sync_on_and_as_long_as_it_is_set(tmp_path: Path) -> None:
    world = Delivered(tmp_path)
    by_hand = world.workspace.delivery
    found = []
    with open_warehouse(tmp_path) as warehouse:
        for delivery in (Delivery(), replace(by_hand, audience={"YARD": "internal"})):
            world.workspace = replace(world.workspace, delivery=delivery)
            world.step(warehouse)
            places = [(one.key, one.audience) for one in warehouse.select(DeliveryProject)]
            gaps = {one.kind for one in warehouse.select(Gap) if one.state != "resolved"}
            found.append((places, gaps & {"project_missing", "project_without_deal"}))
        assert found == [([], {"project_missing", "project_without_deal"}), ([("YARD", "internal")], set())]
        runs = warehouse.count(Run)
        world.step(warehouse)
        assert warehouse.count(Run) == runs


def test_who_turns_out_to_have_reported_an_item_is_known_to_delivery(tmp_path: Path) -> None:
    world = Delivered(tmp_path)
    world.tell("persons", ObservedPerson(source="sf:person:1", name="Greta Kohl", email="greta@pier.example"))
    world.tell("roles", ObservedRole(source="sf:role:1", deal=SOLD, person="sf:person:1", role="sponsor", primary=True))
    world.tell("work_items", planned("YARD-3", reporter="sf:user:7"))
    world.sync()
    found = [one.in_delivery for one in rows(world.workspace, Stakeholder).values()]
    greta = ObservedUser(source="sf:user:7", name="Greta Kohl", email="greta@pier.example", of_tracker=True)
    world.tell("users", greta)
    world.sync()
    found += [one.in_delivery for one in rows(world.workspace, Stakeholder).values()]
    assert found == [(), ("YARD-3",)]


def test_who_turns_out_to_be_a_colleague_was_on_our_side_in_all_they_said(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.tell("deals", deal(SOLD))
    author = Participant(name="Ben Ode", email="Ben@freelance.example")
    mail = ObservedInteraction(
        source="sf:interaction:1", kind="email", at=NOW, body="Hi.", author=author, deals=(SOLD,)
    )
    world.tell("interactions", mail)
    world.tell("persons", ObservedPerson(source="sf:person:1", name="Ben Ode", email="ben@freelance.example"))
    world.sync()
    assert [one.author_side for one in rows(world.workspace, Interaction).values()] == ["customer"]
    world.tell("users", ObservedUser(source="sf:user:2", name="Ben Ode", email="ben@freelance.example"))
    world.sync()
    assert [one.author_side for one in rows(world.workspace, Interaction).values()] == ["us"]


def test_who_becomes_known_by_an_address_or_leaves_it_is_told_so_in_what_was_said_before(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.tell("deals", deal(SOLD))
    for number, address in enumerate(("Tom@sued.example ", "ida@us.example")):
        source, author = f"sf:interaction:{number}", Participant(email=address)
        world.tell(
            "interactions", ObservedInteraction(source=source, kind="email", at=NOW, author=author, deals=(SOLD,))
        )
    told = []
    with open_warehouse(tmp_path) as warehouse:
        for theirs, ours in ((None, None), ("tom@sued.example", "ada@us.example"), ("tom@n.example", "ada@o.example")):
            if theirs:
                world.tell("persons", ObservedPerson(source="sf:person:1", name="Tom Weiss", email=theirs))
                world.tell("users", ObservedUser(source="sf:user:1", name="Ada Falk", email=ours))
            world.step(warehouse)
            told.append({(one.author, one.author_side) for one in warehouse.select(Interaction)})
    assert told[0] == told[2] == {("Tom@sued.example ", "unknown"), ("ida@us.example", "unknown")}
    assert told[1] == {("Tom Weiss", "customer"), ("ida@us.example", "us")}


def test_value_that_a_record_beside_that_of_the_deal_tells_otherwise_is_stated(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.tell("deals", deal(NOTED, client="hub:client:1"))
    world.tell("roles", ObservedRole(source="hub:role:1", deal=NOTED, person="hub:person:1", role="Skeptic"))
    stated = []
    with open_warehouse(tmp_path) as warehouse:
        for system, name, title in (("hub", "Nord", "CFO"), ("sf", "Nord", "CFO"), ("sf", "Nord Rail", "CEO")):
            person = ObservedPerson(source=f"{system}:person:1", name="Ruth Amadi", email="r@n.example", title=title)
            world.tell("clients", ObservedClient(source=f"{system}:client:1", name=name, domain="n.example"))
            world.tell("persons", person)
            world.step(warehouse)
            told = [one for one in warehouse.select(Statement) if (one.about, one.name) in VALUES]
            stated.append({(one.value, tuple(other.value for other in one.others)) for one in told})
    assert stated == [
        {("Nord", ()), ("CFO", ())},
        {("Nord", ("Nord",)), ("CFO", ("CFO",))},
        {("Nord", ("Nord Rail",)), ("CFO", ("CEO",))},
    ]


def test_project_that_names_a_client_is_worth_a_look_once_the_client_is_known(tmp_path: Path) -> None:
    world = Delivered(tmp_path)
    world.workspace = replace(world.workspace, delivery=Delivery())
    found = []
    with open_warehouse(tmp_path) as warehouse:
        for name in ("Nord", "Yard"):
            world.tell("clients", ObservedClient(source="sf:client:1", name=name))
            world.step(warehouse)
            found += [gap.severity for gap in warehouse.select(Gap, kind="project_without_deal")]
    assert found == ["low", "medium"]


def test_project_may_stand_before_its_deal_is_won_and_is_worth_a_look_once_it_is_lost(tmp_path: Path) -> None:
    world = Delivered(tmp_path)
    found = []
    with open_warehouse(tmp_path) as warehouse:
        for stage in ("open", "lost", "won"):
            world.tell("deals", deal(SOLD, stage=stage))
            world.step(warehouse)
            gaps = warehouse.select(Gap, kind="project_without_deal")
            found.append([(gap.severity, gap.reasons) for gap in gaps if gap.state != "resolved"])
    assert found == [[], [("medium", ("“Yard platform”, which was lost, leads to it",))], []]


def test_user_whose_record_changed_touches_the_sales_whose_items_are_theirs(tmp_path: Path) -> None:
    world = Delivered(tmp_path)
    world.tell("work_items", planned("YARD-3", assignee="trk:user:1"))
    with open_warehouse(tmp_path) as warehouse:
        world.step(warehouse)
        assert [item.assignee for item in warehouse.select(WorkItem)] == [None]
        warehouse.put([ObservedUser(source="trk:user:1", name="Ada Falk", of_tracker=True)])
        add_pending(warehouse, "identify", ["all"])
        world.step(warehouse)
        assert [item.assignee for item in warehouse.select(WorkItem)] == ["Ada Falk"]
