"""What makes engagements anew besides records that changed: whose word the settings let go first, and places that they set."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from atlas_sync.canonical.model import DeliveryProject, Engagement, Gap, Interaction, Person, Statement
from atlas_sync.canonical.observed import ObservedInteraction, ObservedPerson, ObservedUser, Participant
from atlas_sync.canonical.statement import Precedence
from atlas_sync.operations.pending import Changes, note_changes, pending
from atlas_sync.operations.rebuild import relive
from atlas_sync.operations.workspace import Delivery, Workspace
from atlas_sync.store.publish import current_name
from atlas_sync.store.tables import TABLES, GapCount, Run, Version
from atlas_sync.store.warehouse import Rows, open_warehouse
from tests.factories import NOW
from tests.operations.test_one_sale import NOTED, OPPORTUNITY, SOLD, World, deal, rows, two_sales
from tests.operations.test_show import Delivered, planned

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


def test_user_whose_record_changed_touches_the_sales_whose_items_are_theirs(tmp_path: Path) -> None:
    world = Delivered(tmp_path)
    world.tell("work_items", planned("YARD-3", assignee="trk:user:1"))
    world.sync()
    with open_warehouse(tmp_path) as warehouse:
        assert pending(warehouse, "assemble") == []
        note_changes(world.workspace, warehouse, Changes.of_identities(["trk:user:1"]))
        assert pending(warehouse, "assemble") == [SOLD]
