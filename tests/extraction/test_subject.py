from __future__ import annotations

from dataclasses import replace

import pytest

from atlas_sync.extraction import Attendee, read
from atlas_sync.extraction.subject import as_told_to_them, retold, retold_heading
from atlas_sync.extraction.units import split
from tests.extraction.build import PEOPLE, conversation

OF_DATA_WORKS = (
    Attendee("Ana Sá", "ana@data-works.example", "us"),
    Attendee("Ole Brun", "ole@old-container-port.example", "customer"),
)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Lena will send the plan by 19 June.", ("We will send the plan by 19 June.", "us")),
        ("L. Wirth to send the plan.", ("We to send the plan.", "us")),
        ("Dapo (Kestrel) sets up two logins.", ("We sets up two logins.", "us")),
        ("Lena's team trains ten users.", ("Our team trains ten users.", "us")),
        ("Kestrel hosts the data in Frankfurt.", ("We hosts the data in Frankfurt.", "us")),
        ("The Hallmann people send the logo.", ("The customer people send the logo.", "customer")),
        ("Dr. Sabine Ruf sends the logo.", ("The customer sends the logo.", "customer")),
        ("Lena and Jens will meet.", None),
        ("Lena Wirth", None),
        ("Lena: plan by 19 June", ("Lena: plan by 19 June", "us")),
        ("Jens: plan by 19 June", None),
        ("Somebody sends the logo.", None),
        ("If Lena agrees we start.", None),
    ],
)
def test_a_line_that_begins_with_a_name_is_told_with_its_sides_word(
    line: str, expected: tuple[str, str] | None
) -> None:
    one = conversation(line, kind="meeting", author=None, author_side="unknown")
    (unit,) = split(replace(one, kind="note", author_side="us"))
    assert retold(unit, one) == expected


@pytest.mark.parametrize("kind", ["email", "call"])
def test_a_name_is_left_where_people_say_i(kind: str) -> None:
    one = conversation("Lena will send the plan by 19 June.", kind=kind)
    assert retold(split(one)[0], one) is None


@pytest.mark.parametrize(
    ("line", "is_told"),
    [
        ("Data Works delivers the interface.", True),
        ("Dataworks delivers the interface.", True),
        ("Data delivery is by night.", False),
        ("OCP builds the dock.", True),
        ("Container sizes vary.", False),
    ],
)
def test_a_company_is_known_by_the_name_its_addresses_have(line: str, is_told: bool) -> None:  # noqa: FBT001 - a table
    one = conversation(line, kind="note", attendees=OF_DATA_WORKS, author="Ana Sá")
    assert (retold(split(one)[0], one) is not None) is is_told


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Hallmann will:", "the customer will"),
        ("To be provided by Hallmann:", "To be provided by the customer"),
        ("Sabine Ruf's side:", "the customer side"),
        ("Jens to do", "the customer to do"),
        ("Kestrel will:", "Kestrel will:"),
        ("Hallmann:", "Hallmann:"),
        ("Nobody will:", "Nobody will:"),
    ],
)
def test_a_heading_with_a_name_of_theirs_is_told_with_the_customers_word(heading: str, expected: str) -> None:
    assert retold_heading(heading, conversation("Hi")) == expected


def test_what_a_list_leaves_to_their_company_is_no_decided_promise_of_ours() -> None:
    body = "Hi Jens,\n\nHallmann will:\n- send the data dictionary by 15 March\n- install the scanners\n\nLena"
    reading = read(conversation(body))
    assert [one.text for one in reading.promises if not one.needs_review] == []
    assert "send the data dictionary by 15 March" in [one.text for one in reading.customer_obligations]


@pytest.mark.parametrize(
    "line", ["Lena imports the customer data.", "Lena owes the clinic list and the admin password."]
)
def test_what_sounds_like_a_duty_of_theirs_and_is_for_one_of_ours_waits_for_a_look(line: str) -> None:
    body = f"Minutes of 3 March\n\nJens wants to go live on 1 June.\n{line}\nJens Brandt gives access by 12 March."
    reading = read(conversation(body, kind="meeting", author=None))
    assert [one.needs_review for one in reading.promises if one.text == line] == [True]
    assert [one.text for one in reading.customer_obligations] == ["Jens Brandt gives access by 12 March."]


@pytest.mark.parametrize(
    ("line", "is_owed"),
    [
        ("* Lena: send the tax form and the proof of insurance", False),
        ("* List of frequencies to the authority, by 17 May (Lena)", False),
        ("* Jens: send the tax form and the proof of insurance", True),
    ],
)
def test_what_minutes_note_for_one_of_ours_is_no_duty_of_theirs(line: str, is_owed: bool) -> None:  # noqa: FBT001 - a case
    reading = read(conversation(f"Present: Jens, Lena\n\n{line}", kind="meeting", author=None))
    assert bool(reading.customer_obligations) is is_owed


@pytest.mark.parametrize("name", ["Sanna", "Tidemark"])
def test_what_one_of_ours_is_to_do_by_the_minutes_is_our_promise_and_nobodys_duty(name: str) -> None:
    ours = Attendee("Sanna Lehto", "sanna.lehto@tidemark.example", "us")
    body = f"1. Contract signed by J. Brandt.\n2. {name} will send the project plan by 19 June.\n3. Jens Brandt gives access."
    reading = read(conversation(body, kind="meeting", author="Sanna Lehto", attendees=(ours, *PEOPLE[2:])))
    decided = [one.text for one in reading.promises if not one.needs_review]
    assert decided == [f"{name} will send the project plan by 19 June."]
    assert [one.text for one in reading.customer_obligations] == ["Jens Brandt gives access."]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("Jens will send us the list of meters by 26 June.", "you will send us the list of meters by 26 June."),
        ("- Jens to send us the plan by 3 July", "- you are to send us the plan by 3 July"),
        ("Dr. Sabine Ruf will tell us by Friday.", "you will tell us by Friday."),
        ("Jens and Rike will get back to us by Friday.", "you will get back to us by Friday."),
        ("As agreed, Jens sends us the list.", "As agreed, you send us the list."),
        ("Jens provides us the data by Friday.", "you provide us the data by Friday."),
        ("Hallmann needs to give us access.", "you are to give us access."),
        ("Dapo will send us the plan by Friday.", None),
        ("Jens and Dapo will send us the plan.", None),
        ("Hugo will send us the plan.", None),
        ("Jens will get the list from us.", None),
        ("Jens will have the report by Friday.", None),
        ("Jens will send us the list and we'll import it by Friday.", None),
        ("Once Jens sends us the list, the shop goes live.", None),
        ("We'll send Jens the list.", None),
        ("For the import, Jens will send us the list.", "For the import, you will send us the list."),
        ("Jens, Rike and Sabine will send us the list.", "you will send us the list."),
        ("Dapo, Rike and Sabine will send us the list.", None),
        ("Good call. Next steps: Jens to send us the list.", "Good call. Next steps: you are to send us the list."),
        ("So then Jens will send us the list.", "So then you will send us the list."),
        ("Data: Jens to provide the list by Friday", "Data: you are to provide the list by Friday"),
        *(
            (f"{opening} Jens will send us the list.", f"{opening} you will send us the list.")
            for opening in (
                "Tomorrow,",
                "By Friday,",
                "In May,",
                "30 January:",
                "On Monday morning,",
                "As discussed today,",
                "As discussed on Monday,",
                "To sum up:",
                "Perfect, then",
                "Great meeting today -",
                "Quick recap -",
                "By the way,",
                "Meanwhile,",
                "First,",
                "Then",
                "Product list -",
                "Your product list:",
            )
        ),
        *(
            (f"{opening} Jens will confirm the texts by 3 May.", None)
            for opening in (
                "Training on site,",
                "Training on site -",
                "Two engineers on site:",
                "Portal live by Monday -",
                "As promised, the portal goes live on 2 May, and",
                "As part of the offer, two days of training on site,",
                "Dapo sets up the portal,",
                "You get the list from Rike;",
            )
        ),
        (
            "You will send us the texts by Friday so Rike can check them on Monday.",
            "You will send us the texts by Friday so you can check them on Monday.",
        ),
        (
            "Jens will send us the texts so that Dr. Sabine Ruf can sign on Monday.",
            "you will send us the texts so that you can sign on Monday.",
        ),
        ("You will send us the texts by Friday so Dapo can check them on Monday.", None),
        ("You will send us the users by Friday so Rike gets her login on Monday.", None),
        ("We will send the texts by Friday so Rike can check them on Monday.", None),
        ("Your new shop goes live on 3 May, and Jens will provide the product texts by 20 April.", None),
        ("New portal live on 3 May, Jens will confirm the texts.", None),
        ("New portal, Jens will confirm the texts.", None),
        ("On site by Monday, Jens will confirm the badges.", None),
        ("The training for Jens will be held by 20 June, and Jens will confirm the room by 12 June.", None),
        ("Two engineers on site from 3 May - Jens needs to arrange the badges.", None),
    ],
)
def test_what_we_say_that_one_of_theirs_will_give_is_heard_as_told_to_them(line: str, told: str | None) -> None:
    one = conversation(line)
    (unit,) = split(one)
    assert as_told_to_them(unit, one).text == (told or line).removeprefix("- ")


def test_what_one_of_theirs_will_send_us_is_their_duty_and_no_promise() -> None:
    reading = read(conversation("Good call today. Jens will send us the list of meters by 26 June."))
    assert [one.due_date.isoformat() for one in reading.customer_obligations if one.due_date] == ["2026-06-26"]
    assert not reading.promises
