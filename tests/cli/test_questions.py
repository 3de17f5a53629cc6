"""What `review` asks which item delivers, as lines, keys and a row of JSON."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from atlas_sync.canonical.model import Obligation, Promise, PromiseStatus, Resemblance, TraceLink
from atlas_sync.cli.questions import of_choice, of_doubt
from atlas_sync.cli.review import _choice_row
from atlas_sync.operations.review import Choice, Doubt
from atlas_sync.store.judgements import Decision, Judgement, JudgementKind
from tests.coverage.build import ENG, RUN, engagement, evidence, interaction, item, obligation, promise


def choice(about: Promise | Obligation) -> Choice:
    there = item(summary="Floor plans from client")
    link = TraceLink(
        id="trl_1",
        engagement_id=ENG,
        subject_id=about.id,
        work_item_id=there.id,
        work_item_key=there.key,
        status="review",
        score=0.9,
        how="similar words",
        reasons=("shares floor, plan",),
        contradictions=("SCAN-1 says 2 July, agreed was 1 June",),
        leaves_open=("does not mention two hours",),
    )
    return Choice(about, engagement(), (link,), {link.id: there}, 1.0)


def test_reasons_for_and_against_an_item_are_shown_apart() -> None:
    asked = of_choice(choice(promise()))
    assert [text.strip() for text, _style in asked.lines[4:]] == [
        "for: shares floor, plan",
        "against: SCAN-1 says 2 July, agreed was 1 June",
        "against: does not mention two hours",
    ]
    (row,) = _choice_row(choice(promise()))["items"]  # type: ignore[misc]  # a list of rows
    assert (row["reasons"], row["leaves_open"]) == (["shares floor, plan"], ["does not mention two hours"])


@pytest.mark.parametrize(
    ("body", "quote", "before"),
    [
        ("> Does it send an e-mail?\n\nNo, it rings.", "No, it rings.", '"Does it send an e-mail?"'),
        ("<p>An e-mail?</p><p>No, it rings.</p>", "No, it rings.", '"An e-mail?"'),
        ("An e-mail? " * 20 + "No, it rings.", "No, it rings.", '"… ' + "An e-mail? " * 8 + 'An e-mail?"'),
        ("No, it rings.", "No, it rings.", ""),
        (
            "Hi. " + "We fit all of them before the winter of next year.",
            "We fit all of them before the winter of next year.",
            "",
        ),
    ],
)
def test_item_is_asked_about_with_who_said_it_where_and_after_what(body: str, quote: str, before: str) -> None:
    heard = interaction("int_call", kind="email", subject="Re: sensors", body=body)
    said = evidence(quote, start=body.index(quote), end=len(body), said_at=RUN)
    shown = [text for text, _style in of_choice(choice(promise(quote, evidence=said)), heard).lines]
    assert shown[2] == f"  Hana Vrba (us), {RUN:%Y-%m-%d}, email: Re: sensors"
    assert [text.strip() for text in shown[3:4] if text.startswith("  after")] == (
        [f"after {before}"] if before else []
    )
    owed = of_choice(choice(obligation(quote, evidence=said)))
    assert owed.lines[2][0] == f"  Hana Vrba (us), {RUN:%Y-%m-%d}"


def test_what_the_customer_owes_is_asked_with_its_quote_and_one_key_answers() -> None:
    owed = obligation("Send us the floor plans", due_date=date(2026, 6, 1))
    asked = of_choice(choice(owed))
    assert asked.lines[1] == ('  the customer owes "Send us the floor plans" (due 2026-06-01)', "bold")
    assert asked.keys == {"1": {"trl_1": "confirmed"}, "n": {owed.id: "rejected"}}
    assert _choice_row(choice(owed))["obligation"] == owed.model_dump(mode="json")


DRAFT = evidence("The draft is with you by the 6th.", said_at=RUN)
SENT = evidence("As promised: the draft.", speaker="Ade Okafor")


@pytest.mark.parametrize(("status", "asked"), [("open", "perhaps said before"), ("withdrawn", "perhaps takes back")])
def test_words_are_asked_about_with_the_day_on_which_they_were_said(status: PromiseStatus, asked: str) -> None:
    told = promise("The draft is with you by the 6th.", evidence=SENT, repeats=(DRAFT,))
    earlier = promise("The draft is with you by the 6th.", evidence=DRAFT, repeats=(SENT,))
    for perhaps in (told, earlier):
        question = of_doubt(Doubt(promise(status=status), engagement(), 1.0, perhaps))
        assert question.lines[3][0] == f'  {asked} ({RUN:%Y-%m-%d}): "{told.text}"'
    assert of_doubt(Doubt(told, engagement(), 1.0)).lines[2][0].startswith(f"  Hana Vrba (us), {RUN:%Y-%m-%d}: ")


def test_two_sentences_are_shown_as_they_were_compared() -> None:
    """What either promise became since was compared with nothing."""
    told = promise("The draft is with you by the 6th.", evidence=SENT, repeats=(DRAFT,))
    then, day = RUN - timedelta(days=9), RUN - timedelta(days=20)
    compared = Resemblance(text="A draft  soon.", said_at=then, earlier="Drafts.", earlier_said_at=day, likeness=0.4)
    question = of_doubt(Doubt(told.model_copy(update={"resembles": compared}), engagement(), 1.0, promise()))
    before = f'  perhaps said before ({day:%Y-%m-%d}): "Drafts."'
    assert question.lines[3][0] == f'{before}, in the words ({then:%Y-%m-%d}): "A draft soon."'
    same = compared.model_copy(update={"text": told.text})
    question = of_doubt(Doubt(told.model_copy(update={"resembles": same}), engagement(), 1.0, promise()))
    assert question.lines[3][0] == before


def said(kind: JudgementKind, subject: str, *decisions: Decision) -> list[Judgement]:
    """Let Ben say one word after the other on one thing."""
    return [Judgement(kind, subject, "", one, "Ben", RUN + timedelta(hours=at)) for at, one in enumerate(decisions)]


@pytest.mark.parametrize(
    ("decisions", "holds"),
    [
        (("rejected",), "rejected"),
        (("confirmed", "rejected"), "rejected"),
        (("confirmed", "undone"), None),
        (("undone",), None),
        (("confirmed", "undone", "rejected"), "rejected"),
    ],
)
def test_promise_is_asked_about_while_no_word_on_it_holds(decisions: tuple[Decision, ...], holds: str | None) -> None:
    asked = of_doubt(Doubt(promise(), engagement(), 1.0))
    answer = asked.answered_in(said("promise", promise().id, *decisions))
    assert (answer and answer.decision) == holds


@pytest.mark.parametrize(
    ("decisions", "holds"), [(("waived",), "waived"), (("waived", "reopened"), None), (("acknowledged",), None)]
)
def test_item_is_asked_about_unless_its_gap_is_let_be(decisions: tuple[Decision, ...], holds: str | None) -> None:
    asked = of_choice(replace(choice(promise()), gaps=frozenset({"gap_1"})))
    answer = asked.answered_in(said("gap", "gap_1", *decisions))
    assert (answer and answer.decision) == holds
