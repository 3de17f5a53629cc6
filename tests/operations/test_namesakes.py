"""Who is meant and who speaks: a name or a mailbox leads to somebody only where this sale says that it is them."""

from __future__ import annotations

from pathlib import Path

import pytest

from atlas_sync.canonical.identity import derive_id
from atlas_sync.canonical.model import Interaction, Obligation, Stakeholder
from atlas_sync.canonical.observed import (
    ObservedClient,
    ObservedInteraction,
    ObservedPerson,
    ObservedRole,
    ObservedUser,
    Participant,
)
from tests.factories import NOW
from tests.operations.test_one_sale import World, deal, rows

DOUBTS = "Anna Berg (warehouse manager) is sceptical about the tills and doubts the timeline."


def pellworth(home: Path) -> World:
    """Give a world in which Pellworth buys, and Anna Berg is on record as the CFO of another customer."""
    world = World(home)
    for number, name in enumerate(("Pellworth", "Nordhavn"), start=1):
        world.tell("clients", ObservedClient(source=f"sf:client:{number}", name=name, domain=f"{name.lower()}.example"))
    ruth = {"name": "Ruth Amadi", "email": "ruth@pellworth.example", "client": "sf:client:1"}
    world.tell("persons", ObservedPerson(source="sf:person:1", **ruth))
    anna = {"name": "Anna Berg", "email": "anna.berg@nordhavn.example", "client": "sf:client:2", "title": "CFO"}
    world.tell("persons", ObservedPerson(source="sf:person:9", **anna))
    world.tell("deals", deal("sf:deal:1", client="sf:client:1"))
    world.tell("roles", ObservedRole(source="sf:role:1", deal="sf:deal:1", person="sf:person:1", role="decision maker"))
    world.tell("interactions", note("1", DOUBTS))
    return world


def note(number: str, body: str, *persons: str) -> ObservedInteraction:
    source = f"sf:interaction:{number}"
    return ObservedInteraction(source=source, kind="note", at=NOW, body=body, deals=("sf:deal:1",), persons=persons)


def mail(author: Participant, body: str) -> ObservedInteraction:
    source = "sf:interaction:2"
    return ObservedInteraction(source=source, kind="email", at=NOW, body=body, author=author, deals=("sf:deal:1",))


def people(world: World) -> list[tuple[str, str | None]]:
    world.sync()
    return [(one.name, one.email) for one in rows(world.workspace, Stakeholder).values()]


def test_namesake_at_another_customer_is_nobody_here(tmp_path: Path) -> None:
    world = pellworth(tmp_path)
    anna = Participant(name="Anna Berg", email="anna@pellworth.example")
    world.tell("interactions", mail(anna, "I am not convinced that this works for my team."))
    assert people(world) == [("Ruth Amadi", "ruth@pellworth.example")]
    (said,) = (one for one in rows(world.workspace, Interaction).values() if one.kind == "email")
    assert (said.author, said.author_side) == ("Anna Berg", "customer")


@pytest.mark.parametrize("part", ["role", "role that is gone", "record", "address"])
def test_somebody_of_another_company_who_has_a_part_in_the_sale_is_meant(tmp_path: Path, part: str) -> None:
    world = pellworth(tmp_path)
    if part.startswith("role"):
        role = ObservedRole(source="sf:role:9", deal="sf:deal:1", person="sf:person:9", role="consultant")
        world.tell("roles", role)
        world.tell("roles", role.model_copy(update={"deletion": "deleted" if part.endswith("gone") else None}))
    elif part == "record":
        world.tell("interactions", note("2", "Spoke with her.", "sf:person:9"))
    else:
        world.tell("interactions", mail(Participant(email="Anna.Berg@nordhavn.example"), "See you on Monday."))
    assert ("Anna Berg", "anna.berg@nordhavn.example") in people(world)


@pytest.mark.parametrize("employer", ["sf:client:1", None])
def test_the_clients_own_is_meant_though_another_customer_has_a_namesake(tmp_path: Path, employer: str | None) -> None:
    world = pellworth(tmp_path)
    anna = {"name": "Anna Berg", "email": "anna@pellworth.example", "client": employer}
    world.tell("persons", ObservedPerson(source="sf:person:2", **anna))
    assert people(world)[1:] == [("Anna Berg", "anna@pellworth.example")]
    person = derive_id("per", "sf:person:2")
    assert derive_id("sta", derive_id("eng", "sf:deal:1"), person) in rows(world.workspace, Stakeholder)


def test_account_of_the_tracker_that_nobody_identified_changes_nothing_about_the_customers_people(
    tmp_path: Path,
) -> None:
    world = pellworth(tmp_path)
    anna = {"name": "Anna Berg", "email": "anna@pellworth.example", "client": "sf:client:1"}
    world.tell("persons", ObservedPerson(source="sf:person:2", **anna))
    ruth = Participant(name="Ruth Amadi", email="ruth@pellworth.example")
    world.tell("interactions", mail(ruth, "We will send you the floor plans of all three halls by 14 August."))
    before = people(world)
    owed = [one.evidence.speaker for one in rows(world.workspace, Obligation).values()]
    for number, name in enumerate(("Anna Berg", "Ruth Amadi")):
        world.tell("users", ObservedUser(source=f"hub:user:{number}", name=name, of_tracker=True))
    for one in (
        note("1", f"{DOUBTS} Again."),
        mail(ruth, "We will send you the floor plans of both halls by 14 August."),
    ):
        world.tell("interactions", one)
    assert people(world) == before
    assert [one.evidence.speaker for one in rows(world.workspace, Obligation).values()] == owed == ["Ruth Amadi"]


def test_mailbox_that_several_read_speaks_with_nobodys_voice(tmp_path: Path) -> None:
    world = pellworth(tmp_path)
    for number, name in (("1", "Ruth Amadi"), ("3", "Tom Weiss")):
        box = {"name": name, "email": "info@pellworth.example", "client": "sf:client:1"}
        world.tell("persons", ObservedPerson(source=f"sf:person:{number}", **box))
    office = Participant(email="info@pellworth.example")
    world.tell("interactions", mail(office, "We will send you all master data by 14 August. - Kai from the office"))
    world.sync()
    (said,) = (one for one in rows(world.workspace, Interaction).values() if one.kind == "email")
    assert (said.author, said.author_side, said.audience) == ("info@pellworth.example", "customer", "client_ok")
    (owed,) = rows(world.workspace, Obligation).values()
    assert owed.evidence.speaker == "info@pellworth.example"
