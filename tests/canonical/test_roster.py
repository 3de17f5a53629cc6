from __future__ import annotations

import pytest

from atlas_sync.canonical.model import Client, Person
from atlas_sync.canonical.observed import Participant
from atlas_sync.canonical.roster import Circle, Roster

RUTH = Person(id="p1", name="Ruth Amadi", side="customer", aliases=("Amadi, R.",))
JENS = Person(id="p2", name="Jens Köhler", side="us")
BO = Person(id="p3", name="Bo Ng", side="us")
OTHER_JENS = Person(id="p4", name="Dr. Jens Köhler", side="customer")


EVERYBODY = Circle(people=frozenset({"p1", "p2", "p3", "p4"}))


def test_a_person_is_found_by_every_spelling_and_by_none_that_two_share() -> None:
    roster = Roster(people={one.id: one for one in (RUTH, JENS, BO, OTHER_JENS)})
    assert roster.named("R. Amadi", EVERYBODY) == roster.named("ruth AMADI", EVERYBODY) == RUTH
    assert roster.named("Jens Koehler", EVERYBODY) is None
    assert roster.named("Nobody", EVERYBODY) is None


@pytest.mark.parametrize(
    ("circle", "found"),
    [
        (Circle(), None),
        (Circle(client_id="cli_2", domain="nordhavn.example"), None),
        (Circle(client_id="cli_1"), "p1"),
        (Circle(domain="pellworth.example"), "p1"),
        (Circle(people=frozenset({"p1"})), "p1"),
    ],
)
def test_name_means_somebody_of_the_client_or_with_a_part_in_the_engagement(circle: Circle, found: str | None) -> None:
    ruth = RUTH.model_copy(update={"client_id": "cli_1", "email": "ruth@pellworth.example"})
    named = Roster(people={"p1": ruth}).named("Ruth Amadi", circle)
    assert (named.id if named else None) == found


def test_without_a_client_nobody_belongs_to_it_and_free_mail_is_no_employer() -> None:
    stranger = RUTH.model_copy(update={"email": "ruth@gmail.com"})
    assert not Circle().holds(stranger)
    assert not Circle(client_id="cli_1", domain="gmail.com").holds(stranger)


def test_namesakes_of_two_clients_are_told_apart_and_ours_are_known_everywhere() -> None:
    people = [one.model_copy(update={"client_id": f"cli_{at}"}) for at, one in enumerate((OTHER_JENS, RUTH))]
    roster = Roster(people={one.id: one for one in (*people, JENS, RUTH.model_copy(update={"id": "p5"}))})
    assert roster.named("Jens Köhler", Circle(client_id="cli_1")) == JENS
    assert roster.named("Ruth Amadi", Circle(client_id="cli_1")) == people[1]


def test_mailbox_that_several_read_has_a_side_and_speaks_with_nobodys_voice() -> None:
    roster = Roster(people={"p1": RUTH}, by_email={"info@pellworth.example": "p1"}, by_source={"crm:person:1": "p1"})
    office = Participant(name="The office", email="Info@pellworth.example")
    assert (roster.person(office), roster.name(office), roster.side(office, None)) == (None, "The office", "customer")
    assert roster.name(Participant(email="info@pellworth.example")) == "info@pellworth.example"
    assert roster.person(Participant(email="info@pellworth.example", ref="crm:person:1")) == RUTH
    unknown = Participant(email="sales@pellworth.example")
    assert roster.side(unknown, Client(id="cli_1", name="Pellworth", domain="pellworth.example")) == "customer"
    assert roster.side(unknown, None) == "unknown"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("kai@pellworth.example", "p5"),
        ("KAI@pellworth.example ", "p5"),
        ("ruth@pellworth.example", "p1"),
        ("info@pellworth.example", None),
        ("both@pellworth.example", None),
        ("far@nordhavn.example", None),
        ("nobody@pellworth.example", None),
        ("", None),
        ("Unknown", None),
    ],
)
def test_address_leads_to_its_holder_and_to_whom_a_record_calls_by_it(name: str, found: str | None) -> None:
    called = {"p5": "Kai@pellworth.example", "p6": "both@pellworth.example", "p7": "both@pellworth.example", "p8": ""}
    people = [RUTH, *(Person(id=one, name=name, side="customer") for one, name in called.items())]
    addresses = {"ruth": "p1", "info": "p1", "both": "p6", "gone": "p9"}
    by_email = {f"{one}@pellworth.example": holder for one, holder in addresses.items()}
    roster = Roster(people={one.id: one for one in people}, by_email={**by_email, "far@nordhavn.example": "p8"})
    meant = roster.named(name, Circle(people=frozenset({"p1", "p5", "p6", "p7"})))
    assert (meant.id if meant else None) == found


def test_our_people_are_found_by_surname_where_it_is_long_enough_to_say_something() -> None:
    roster = Roster(people={one.id: one for one in (RUTH, JENS, BO)})
    assert roster.ours_named_in("Herr KÖHLER and Ruth Amadi spoke of Ng.", Circle()) == [JENS]
    assert roster.ours_named_in("Nobody of ours.", Circle()) == []


def test_account_that_nobody_identified_takes_nobodys_name_and_has_its_own_where_nobody_else_does() -> None:
    roster = Roster(people={one.id: one for one in (JENS, OTHER_JENS, BO)}, accounts=frozenset({JENS.id, BO.id}))
    here, elsewhere = EVERYBODY, Circle()
    assert (roster.named("Jens Köhler", here), roster.named("Jens Köhler", elsewhere)) == (OTHER_JENS, JENS)
    assert roster.named("Bo Ng", here) == BO
    assert roster.ours_named_in("Herr Köhler was there.", here) == []
    assert roster.ours_named_in("Herr Köhler was there.", elsewhere) == [JENS]
    twice = Roster(people={**roster.people, "p5": OTHER_JENS.model_copy(update={"id": "p5"})}, accounts=roster.accounts)
    assert twice.named("Jens Köhler", Circle(people=frozenset({"p4", "p5"}))) is None
