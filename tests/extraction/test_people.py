from __future__ import annotations

import pytest

from atlas_sync.extraction.names import directory_of
from atlas_sync.extraction.people import Cast, begins_with_customer, people_in, roles_of_title
from atlas_sync.extraction.units import split
from tests.extraction.build import PEOPLE, conversation


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Lena Wirth", "Lena Wirth"),
        ("lena", "Lena Wirth"),
        ("Ms Wirth", "Lena Wirth"),
        ("LW", "Lena Wirth"),
        ("L. Wirth", "Lena Wirth"),
        ("Lena W.", "Lena Wirth"),
        ("Wirth, Lena", "Lena Wirth"),
        ("Sabine", "Dr. Sabine Ruf"),
        ("Dr Ruf", "Dr. Sabine Ruf"),
        ("Rike", "Henrike (Rike) Hallmann"),
        ("Henrike Hallmann", "Henrike (Rike) Hallmann"),
        ("j.brandt@hallmann.example", "Jens Brandt"),
    ],
)
def test_a_spelling_that_fits_one_person_means_them(label: str, name: str) -> None:
    found = directory_of(PEOPLE).find(label)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("label", ["", "Nobody", "K", "(x)", "the team"])
def test_a_spelling_that_fits_nobody_means_nobody(label: str) -> None:
    assert directory_of(PEOPLE).find(label) is None


def shown(text: str, **changes: object) -> list[tuple[str, set[str], str | None]]:
    units = split(conversation(text, kind="note", **changes))
    cast = Cast(PEOPLE)
    return [(name, set(roles), stance) for unit in units for name, roles, stance, _rule in cast.shown_in(unit)]


def test_each_person_gets_the_role_that_stands_beside_the_name() -> None:
    assert shown("Jens pushing for us internally, Sabine still nervous abt timeline") == [
        ("Jens Brandt", {"champion"}, "supporter"),
        ("Dr. Sabine Ruf", {"skeptic", "technical"}, "skeptic"),
    ]


def test_she_is_whom_the_text_spoke_of_last() -> None:
    found = shown("Call with Henrike. She signs this off in the end.")
    assert found[-1][0] == "Henrike (Rike) Hallmann"
    assert "decision maker" in found[-1][1]


def test_somebody_introduced_with_a_function_counts_without_being_listed() -> None:
    found = shown("Petra Hahn (investor, chairs the audit committee) must approve anything > 25k.")
    assert [name for name, _roles, _stance in found] == ["Petra Hahn"]
    assert "economic buyer" in found[0][1]


def test_what_customers_say_of_themselves_counts_for_them() -> None:
    (unit,) = split(conversation("Sabine: I'm not convinced by the load test.", kind="call", author=None))
    assert [(name, set(roles)) for name, roles, _stance, _rule in people_in(unit, PEOPLE)] == [
        ("Dr. Sabine Ruf", {"skeptic", "technical"})
    ]


def test_our_own_people_have_no_role_at_the_customer() -> None:
    assert shown("Dapo is nervous about the date and decides it himself") == []


def test_a_text_without_a_cue_shows_nobody() -> None:
    assert shown("Met Jens in Hamburg on Friday.") == []


def test_a_role_that_was_seen_goes_to_whom_the_unit_is_about() -> None:
    cast = Cast(PEOPLE)
    (unit,) = split(conversation("Jens had me stand in the yard for an hour.", kind="note"))
    assert [(name, roles) for name, roles, _stance, _rule in cast.shown_by(unit, ["end_user"])] == [
        ("Jens Brandt", ("end user",))
    ]


def test_a_task_of_a_named_customer_is_theirs() -> None:
    assert begins_with_customer("J. Brandt opens the ports until Friday", PEOPLE)
    assert not begins_with_customer("Dapo opens the ports until Friday", PEOPLE)


@pytest.mark.parametrize(
    ("title", "roles"),
    [("CFO", ("economic buyer",)), ("IT Manager", ("technical",)), ("General Counsel", ("legal",)), ("", ())],
)
def test_a_title_tells_usual_roles(title: str, roles: tuple[str, ...]) -> None:
    assert roles_of_title(title) == roles
