from __future__ import annotations

from dataclasses import replace

import pytest

from atlas_sync.extraction.parties import promisee_of, promiser_of
from atlas_sync.extraction.units import split
from tests.extraction.build import PEOPLE, conversation

MINUTES = {"kind": "meeting", "author": "Lena Wirth"}
THEIRS = {"author": "Jens Brandt", "author_side": "customer"}
CALL = {"kind": "call", "author": None, "author_side": "unknown"}


@pytest.mark.parametrize(
    ("text", "changes", "name"),
    [
        ("Dapo: We run the load test.", CALL, "Dapo Ogunleye"),
        ("We run the load test.", {}, "Lena Wirth"),
        ("Dapo sleeps on site until Monday.", {}, "Lena Wirth"),
        ("Mr Ogunleye runs the load test before the switch.", MINUTES, "Dapo Ogunleye"),
        ("DO runs the load test before the switch.", MINUTES, "Dapo Ogunleye"),
        ("Load test before the switch (D. Ogunleye).", MINUTES, "Dapo Ogunleye"),
        ("Dapo's team runs the load test.", MINUTES, "Lena Wirth"),
        ("Kestrel runs the load test.", MINUTES, None),
        ("Dapo promised a load test.", THEIRS, "Dapo Ogunleye"),
        ("You promised a load test.", THEIRS, None),
        ("00:01 Mystery Guest: We run the load test.", {"kind": "call"}, None),
    ],
)
def test_a_promise_is_given_by_whom_the_words_name(text: str, changes: dict[str, object], name: str | None) -> None:
    one = conversation(text, **changes)
    assert promiser_of(split(one)[0], one) == name


def test_what_a_customer_plays_back_to_one_of_ours_was_said_by_them() -> None:
    one = conversation("You promised a load test.", **THEIRS, attendees=(PEOPLE[0], PEOPLE[2]))
    assert promiser_of(split(one)[0], one) == "Lena Wirth"


def test_a_promise_is_made_to_whom_it_names_or_to_the_only_customer() -> None:
    one = conversation("The report goes to Ms Ruf.")
    assert promisee_of(split(one)[0], one) == "Dr. Sabine Ruf"
    alone = conversation("The report comes Friday.", attendees=(PEOPLE[0], PEOPLE[2]))
    assert promisee_of(split(alone)[0], alone) == "Jens Brandt"
    many = conversation("The report comes Friday.")
    assert promisee_of(split(many)[0], many) is None
    greeted = conversation("Hi Jens, the report comes on Friday.")
    assert promisee_of(split(greeted)[0], greeted) == "Jens Brandt"


def test_whoever_is_on_the_sale_alone_was_promised_nothing_unless_the_text_names_them() -> None:
    from_tomorrow = replace(PEOPLE[2], is_here=False)
    plain = conversation("The report comes Friday.", attendees=(PEOPLE[0], from_tomorrow))
    assert promisee_of(split(plain)[0], plain) is None
    spoken_to = conversation("Call with Jens. The report comes Friday.", attendees=(*PEOPLE[:2], from_tomorrow))
    assert promisee_of(split(spoken_to)[1], spoken_to) == "Jens Brandt"


@pytest.mark.parametrize(
    ("text", "here", "name"),
    [
        ("Dapo answers your questions instead of Jens.", "Sabine", "Dr. Sabine Ruf"),
        ("Dapo answers your questions instead of Jens.", "Sabine Jens", None),
        ("She replaces Jens and we train her.", "Sabine", "Dr. Sabine Ruf"),
        ("To make Jens's decision easier we send two options.", "Sabine", "Dr. Sabine Ruf"),
        ("We keep the records in the EU, as Jens wished.", "Sabine", "Dr. Sabine Ruf"),
        ("Every table is checked twice so that Jens sleeps well.", "Sabine", "Dr. Sabine Ruf"),
        ("Every table is checked twice so that Jens sleeps well.", "", "Jens Brandt"),
        ("We send the report to Jens.", "Sabine", "Jens Brandt"),
        ("Jens, you get the report on Friday.", "Sabine", "Jens Brandt"),
        ("Jens will have the report on Friday.", "Sabine", "Jens Brandt"),
        ("Jens and Henrike get the report.", "Sabine", None),
        ("Rather than Jens, Henrike gets the report.", "Sabine", "Henrike (Rike) Hallmann"),
        ("We train Jens in May.", "Sabine Jens", "Jens Brandt"),
        ("We train Jens in May.", "Sabine", "Jens Brandt"),
        ("We will send Jens the report.", "Sabine", "Jens Brandt"),
        ("We will send Sabine and Jens the report.", "Sabine", None),
        ("We get Jens to sign the report.", "Sabine", "Dr. Sabine Ruf"),
        ("I'll get Jens on the phone and send you the report.", "Sabine", "Dr. Sabine Ruf"),
        ("We'll get Jens on board by Friday.", "Sabine", "Dr. Sabine Ruf"),
        ("We'll get Jens the phone by Friday.", "Sabine", "Jens Brandt"),
        ("Jens: we will send you the report.", "Sabine", "Jens Brandt"),
        ("Wir schicken Herrn Brandt den Bericht.", "Sabine", "Jens Brandt"),
    ],
)
def test_whom_a_mail_only_speaks_of_is_promised_nothing(text: str, here: str, name: str | None) -> None:
    people = [replace(one, is_here=any(word in str(one.name) for word in here.split())) for one in PEOPLE[2:]]
    mail = conversation(text, attendees=(*PEOPLE[:2], *people))
    assert promisee_of(split(mail)[0], mail) == name


@pytest.mark.parametrize(
    ("greeting", "name"),
    [
        ("Hi Jens,", None),
        ("Dear Mr. Brandt,", None),
        ("Hi Sabine,", "Dr. Sabine Ruf"),
        ("Hi,", "Dr. Sabine Ruf"),
        ("Hello Sabine, I saw Jens today.", "Dr. Sabine Ruf"),
    ],
)
def test_a_mail_that_greets_who_does_not_get_it_is_to_nobody_for_sure(greeting: str, name: str | None) -> None:
    jens = replace(PEOPLE[2], is_here=False)
    mail = conversation(f"{greeting}\n\nThe report comes on Friday.", attendees=(*PEOPLE[:2], jens, PEOPLE[3]))
    assert promisee_of(split(mail)[-1], mail) == name
