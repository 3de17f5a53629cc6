"""Reading with the model: what is decided, what a person is asked, and what is told of near hits."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from atlas_sync.canonical.model import Side
from atlas_sync.extraction import explain, read, read_many, reader
from atlas_sync.extraction.headings import Place
from atlas_sync.extraction.judgement import Judgement
from atlas_sync.extraction.naming import heed_headings, name_scope
from atlas_sync.extraction.units import Unit
from tests.extraction.build import conversation

PLAIN = "We will migrate all of your archives by 20 March, free of charge."


def test_a_plain_promise_is_decided_with_all_that_belongs_to_it() -> None:
    promise = read(conversation(PLAIN)).promises[0]
    assert not promise.needs_review
    assert promise.evidence.quote == PLAIN
    assert promise.promised_by == "Lena Wirth"
    assert promise.due_text is not None
    assert "20 March" in promise.due_text
    assert str(promise.due_date) == "2026-03-20"
    assert promise.rule.startswith("reader-")
    assert f"{promise.confidence:.2f}" in promise.rule


@pytest.mark.parametrize(
    ("first", "changes", "day"),
    [
        ("We will deliver the site survey by 5/29/2026.", {}, "2026-06-05"),
        ("We will deliver the site survey by 29/5/2026.", {"month_first": True}, "2026-05-06"),
        ("We will deliver the site survey.", {"month_first": True}, "2026-06-05"),
        ("We will deliver the site survey.", {}, "2026-05-06"),
    ],
)
def test_slashed_dates_are_read_as_the_text_writes_them_or_the_settings_say(
    first: str, changes: dict[str, Any], day: str
) -> None:
    found = read(conversation(f"{first}\nWe will deliver the floor plans for Building A by 6/5/2026.", **changes))
    assert str(found.promises[-1].due_date) == day


def test_what_the_customer_owes_has_its_day() -> None:
    found = read(conversation("Please send us the floor plans by 10 April.", at=datetime(2026, 3, 3, tzinfo=UTC)))
    assert [one.due_date for one in found.customer_obligations] == [date(2026, 4, 10)]


@pytest.mark.parametrize(
    ("text", "promises", "obligations"),
    [
        ("you'll send us the floor plan by 12 May", 0, 1),
        ("You'll send us the plan and we'll return it by Friday.", 1, 0),
        ("You will provide the data by Friday - go-live on 20 March.", 1, 1),
        ("You'll have the floor plan by 12 May.", 1, 0),
        ("we need to move the South.", 0, 0),
    ],
)
def test_what_each_side_is_to_do_is_theirs(text: str, promises: int, obligations: int) -> None:
    reading = read(conversation(text))
    assert (len(reading.promises), len(reading.customer_obligations)) == (promises, obligations)


def test_a_promise_that_may_follow_a_duty_is_for_a_person_to_look_at() -> None:
    found = read(conversation("You will provide the data by Friday - go-live on 20 March."))
    assert [one.needs_review for one in found.promises] == [True]


def test_reading_many_is_reading_each() -> None:
    many = [
        conversation(PLAIN, interaction_id="d1"),
        conversation("", interaction_id="d2"),
        conversation(
            "00:01 Lena Wirth: You get two engineers for the whole week.\n00:04 Jens Brandt: Good.",
            kind="call",
            interaction_id="d3",
            author=None,
            author_side="unknown",
        ),
    ]
    assert read_many(many) == [read(one) for one in many]
    assert read_many([]) == []


def test_what_takes_back_a_promise_is_heard_though_it_promises_nothing() -> None:
    text = "Sorry, we cannot offer the free hypercare week after go-live anymore."
    (gone,) = read(conversation(text)).promises
    assert (gone.changes, gone.needs_review) == ("withdrawn", True)
    assert gone.rule.endswith("takes back")
    assert read(conversation(text, author="Jens Brandt", author_side="customer")).promises == ()


def test_a_question_is_no_promise_and_says_why() -> None:
    one = conversation("Could it be that we will migrate all of your archives by 20 March, free of charge?")
    assert read(one).promises == ()
    assert any("a question" in remark.rule for remark in explain(one)) or not explain(one)


def test_quoted_text_counts_where_it_was_written_and_says_so() -> None:
    one = conversation(f"Good morning Jens,\n\n> {PLAIN}\n")
    assert read(one).promises == ()
    assert [remark.evidence.quote for remark in explain(one)] == [PLAIN]
    assert "counts where it was written" in explain(one)[0].rule


def test_an_unknown_side_is_for_a_person_to_look_at() -> None:
    promise = read(conversation(PLAIN, author="Somebody Else", author_side="unknown")).promises[0]
    assert promise.needs_review
    assert promise.confidence > 0.5


def test_a_foreign_text_goes_to_review() -> None:
    body = "Wir liefern Ihnen die Anlage bis Ende Mai und wir übernehmen auch die Kosten für die Montage bei Ihnen."
    promises = read(conversation(body)).promises
    assert promises
    assert all(one.needs_review and one.rule.startswith("de:") for one in promises)


def test_a_line_of_another_language_in_an_english_mail_goes_to_review() -> None:
    one = conversation(f"{PLAIN} Und die Schulung bekommen Sie von uns kostenlos dazu.")
    assert [(said.needs_review, said.rule.startswith("de:")) for said in read(one).promises] == [
        (False, False),
        (True, True),
    ]


def test_a_line_that_may_be_of_another_language_is_never_decided() -> None:
    assert all(said.needs_review for said in read(conversation("wear parts yr 1+2 mit drin", kind="note")).promises)


def test_small_words_of_other_languages_hide_no_english_promise() -> None:
    promises = read(conversation("No change orders, period, it's a flat project.")).promises
    assert [said.needs_review for said in promises] == [False]


@pytest.mark.parametrize(
    ("text", "changes", "found"),
    [
        ("If you sign for three years, we could include the training for free.", {}, "conditional"),
        ("I cannot promise a date for the mobile app yet, sorry.", {}, "non_commitments"),
        (
            "I'll send you the floor plans and our logins tomorrow.",
            {"author": "Jens Brandt", "author_side": "customer"},
            "customer_obligations",
        ),
        ("Hardware and cabling are not included in this offer.", {}, "scope"),
    ],
)
def test_what_is_no_promise_finds_its_place(text: str, changes: dict[str, str], found: str) -> None:
    reading = read(conversation(text, **changes))
    assert [one.evidence.quote for one in getattr(reading, found)] == [text]
    assert not [one for one in reading.promises if not one.needs_review]


@pytest.mark.parametrize(
    ("text", "changes", "count"),
    [
        ("We can't deliver the mobile check-in for the city hotels.", {}, 1),
        ("We can't deliver the mobile check-in.", {"author": "Jens Brandt", "author_side": "customer"}, 0),
        ("We can't start before May.", {}, 0),
    ],
)
def test_a_no_of_our_side_is_kept_for_the_story(text: str, changes: dict[str, str], count: int) -> None:
    reading = read(conversation(text, **changes))
    assert len(reading.denials) == count
    assert all(one.needs_review and one.sense for one in reading.denials)


def test_near_hits_are_told_in_order_of_place() -> None:
    one = conversation(f"> {PLAIN}\n> The sky is blue.\n\nHi Jens,\nI could look into the blue one for you.\n> {PLAIN}")
    near = explain(one)
    assert [remark.evidence.start for remark in near] == sorted(remark.evidence.start for remark in near)
    assert all(" but " in remark.rule for remark in near)


def test_without_the_model_rules_read_and_ask_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "shipped", lambda: None)
    promise = read(conversation("We will send the report by Friday.")).promises[0]
    assert promise.needs_review
    assert "future" in promise.rule
    hedged = read(conversation("Maybe we will send the report by Friday."))
    assert [remark.rule for remark in hedged.non_commitments] == ["first person future, but hedge"]
    (gone,) = read(conversation("Sorry, we cannot give you the week free of charge anymore.")).promises
    assert (gone.changes, gone.needs_review) == ("withdrawn", True)


def test_any_bytes_are_read() -> None:
    for body in (
        "\x00",
        "\x00We will\x00 send it by Friday.\x00",
        "🙂" * 50,
        "\ud800 we will send it",
        "a" * 20_000,
        "שלום \u202e we will",
    ):
        for kind in ("email", "call", "note", "meeting"):
            read(conversation(body, kind=kind))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Who changes the batteries after year eight is still open.", "vague"),
        ("The carrier portal comes in a second phase.", "later"),
    ],
)
def test_words_that_leave_open_or_put_off_name_the_kind_of_scope(text: str, kind: str) -> None:
    unit = Unit(text, 0, len(text), "new", "Ana", "us", "")
    judged = [Judgement("scope", "the model", 0.9, scope="out"), Judgement("promise", "the model", 0.9)]
    scope, promise = name_scope(unit, judged)
    assert scope.scope == kind
    assert promise.needs_review is (kind == "vague")


def test_point_left_open_is_noticed_where_the_model_sees_none() -> None:
    text = "Crane control: who connects it is left open."
    (found,) = name_scope(Unit(text, 0, len(text), "new", "Ana", "us", ""), [])
    assert (found.label, found.scope) == ("scope", "vague")
    assert name_scope(Unit(text, 0, len(text), "quoted", "Ana", "us", ""), []) == []


@pytest.mark.parametrize(
    ("said", "points"),
    [
        (
            "Who enters the bonuses is still open. To be decided by 31 July.",
            ["Who enters the bonuses is still open. To be decided by 31 July."],
        ),
        (
            "Open: who signs off the rules - you or the board?  To be settled by end of July.",
            ["Open: who signs off the rules - you or the board? To be settled by end of July."],
        ),
        ("We train ten users. To be decided by July: the room.", ["To be decided by July: the room."]),
        ("Hello Jens, how are you? To be decided by 31 July.", ["To be decided by 31 July."]),
        ("Thanks for the call. To be decided by 31 July.", ["To be decided by 31 July."]),
        ("- who signs off the rules\n- To be decided by 31 July", ["To be decided by 31 July"]),
    ],
)
def test_words_that_only_leave_open_join_what_stands_before_them(said: str, points: list[str]) -> None:
    found = read(conversation(f"Hi Jens,\n\n{said}\n\nLena")).scope
    assert [one.text for one in found if one.kind == "vague"] == points
    assert all(" ".join(one.evidence.quote.split()) == one.text for one in found)


@pytest.mark.parametrize(
    "body",
    [
        "Not included:\n- Printing of posters\n- Catering for the gala dinner",
        *(
            f"Not included:\n{mark}Printing of posters\n{mark}Catering for the gala dinner"
            for mark in ("● ", "→ ", "[ ] ", "o\t")
        ),
        "Not included:\n4.1 Printing of posters\n4.2 Catering for the gala dinner",
        "4. Exclusions\n4.1 Printing of posters\n4.2 Catering for the gala dinner",
        "4. Exclusions\n- Printing of posters\n- Catering for the gala dinner",
        "What you don't get\n- Printing of posters\n- Catering for the gala dinner",
        "4. Exclusions\n4.1 Printing of posters. Your own shop does it.\n4.2 Catering for the gala dinner",
    ],
)
def test_what_stands_under_a_heading_that_excludes_is_out_and_no_promise(body: str) -> None:
    reading = read(conversation(f"Dear Jens,\n\nhere is our statement of work.\n\n{body}\n\nKind regards\nLena"))
    out = {one.text.rstrip(".") for one in reading.scope if one.kind == "out"}
    assert out >= {"Printing of posters", "Catering for the gala dinner"}
    assert not [
        one for one in reading.promises if one.text in body.splitlines()[-1] or one.text == body.splitlines()[0]
    ]


@pytest.mark.parametrize(
    ("heading", "text", "labels"),
    [
        ("Not included in the price:", "Catering for the dinner", ["scope out"]),
        ("What's not in the price", "Catering for the dinner", ["scope out"]),
        ("What you won’t get:", "Catering for the dinner", ["scope out"]),
        ("Explicitly out of scope", "Catering for the dinner", ["scope out"]),
        ("Nicht im Preis enthalten:", "Verpflegung am Abend", ["scope out"]),
        ("Ausschlüsse", "Verpflegung am Abend", ["scope out"]),
        ("Non compris :", "Le repas du soir", ["scope out"]),
        ("No incluye:", "La cena de gala", ["scope out"]),
        ("Niet inbegrepen", "Catering voor het diner", ["scope out"]),
        ("Not included:", "Catering, which is still to be decided", ["scope vague"]),
        ("Not included:", "Catering, but we will bring coffee", ["promise"]),
        ("Included:", "Catering for the dinner", ["promise"]),
        ("Exclusions we can drop:", "Catering for the dinner", ["promise"]),
    ],
)
def test_a_heading_rules_out_what_it_plainly_excludes(heading: str, text: str, labels: list[str]) -> None:
    unit = Unit(text, 0, len(text), "new", "Ana", "us", "")
    judged = name_scope(unit, [Judgement("promise", "the model", 0.9)])
    found = heed_headings(unit, judged, Place((heading,), is_listed=True))
    told = [f"scope {one.scope}" if one.scope else one.label for one in found]
    assert told == labels


@pytest.mark.parametrize(
    ("heading", "side", "is_theirs"),
    [
        ("You will:", "us", True),
        ("Your tasks:", "us", True),
        ("From your side", "us", True),
        ("What we need from you:", "us", True),
        ("Customer:", "us", True),
        ("To be provided by the client:", "customer", True),
        ("Auf Ihrer Seite:", "us", True),
        ("De votre côté :", "us", True),
        ("Your tasks:", "customer", False),
        ("You will get:", "us", False),
        ("Customer portal:", "us", False),
        ("Our tasks:", "us", False),
    ],
)
def test_what_stands_under_a_heading_of_their_side_is_theirs_to_do(
    heading: str,
    side: Side,
    is_theirs: bool,  # noqa: FBT001 - a table
) -> None:
    unit = Unit("send the data dictionary", 0, 24, "new", "Ana", side, "")
    found = heed_headings(unit, [Judgement("promise", "the model", 0.9)], Place((heading,), is_listed=True))
    told = [(one.label, one.needs_review) for one in found]
    assert told == ([("promise", True), ("obligation", False)] if is_theirs else [("promise", False)])


@pytest.mark.parametrize(
    ("heading", "text", "scope"),
    [
        ("Included:", "Catering for the dinner", "in"),
        ("Included in the price", "Catering for the dinner", "in"),
        ("In scope:", "Catering for the dinner", "in"),
        ("Im Preis enthalten:", "Verpflegung am Abend", "in"),
        ("Included:", "Catering, excluding the gala dinner", "out"),
        ("Next steps:", "Catering for the dinner", "out"),
    ],
)
def test_nothing_is_out_that_stands_under_a_heading_which_includes_it(heading: str, text: str, scope: str) -> None:
    unit = Unit(text, 0, len(text), "new", "Ana", "us", "")
    judged = [Judgement("scope", "the model", 0.9, scope="out")]
    assert [one.scope for one in heed_headings(unit, judged, Place((heading,), is_listed=True))] == [scope]


@pytest.mark.parametrize(
    ("heading", "text", "is_wish"),
    [
        ("You want", "tronc out of the spreadsheet", True),
        ("You want", "managers out of payroll questions", True),
        ("What you need:", "payroll away from the managers", True),
        ("Goals", "nurses off the phones", True),
        ("Next steps:", "managers out of payroll questions", False),
        ("", "Rota planning out of Excel by the autumn.", True),
        ("", "the stock count out of people's heads", True),
        ("", "bookings off paper", True),
        ("", "shelving out of offer", False),
        ("", "Macros out of the spreadsheet migration.", False),
        ("", "The rota stays out of the spreadsheet.", False),
        ("", "Payroll out of scope in Excel.", False),
        ("", "We keep out of the mailboxes.", False),
        ("Goals", "the archive out of the price", False),
        ("Goals", "mobile app off the table", False),
        ("Out of scope", "Import out of Excel", False),
        ("Goals", "the branch out of the first wave", False),
        ("Your wishes:", "leave the stairwell out of the job", False),
        ("What you want", "no training on Sundays", False),
    ],
)
def test_what_is_wanted_out_of_where_it_is_now_is_a_why_and_not_out_of_scope(
    heading: str, text: str, *, is_wish: bool
) -> None:
    unit = Unit(text, 0, len(text), "new", "Ana", "us", "")
    judged = name_scope(unit, [Judgement("scope", "the model", 0.9, scope="out")])
    (found,) = heed_headings(unit, judged, Place((heading,), is_listed=True))
    assert (found.label, found.scope, found.why) == (("why", None, "outcome") if is_wish else ("scope", "out", None))


def test_a_wish_that_is_a_why_already_is_one_why() -> None:
    text = "tronc out of the spreadsheet"
    judged = [Judgement("scope", "the model", 0.9, scope="out"), Judgement("why", "the model", 0.9, why="pain")]
    assert name_scope(Unit(text, 0, len(text), "new", "Ana", "us", ""), judged) == judged[1:]


def test_a_heading_that_excludes_says_nothing_itself() -> None:
    unit = Unit("Exclusions", 0, 10, "new", "Ana", "us", "")
    judged = [Judgement("promise", "the model", 0.9), Judgement("scope", "the model", 0.9, scope="out")]
    assert heed_headings(unit, judged, Place(is_listed=True, heads_list=True)) == []


def test_what_is_taken_back_in_a_list_of_exclusions_stays_so() -> None:
    text = "Catering, which we offered in May"
    unit = Unit(text, 0, len(text), "new", "Ana", "us", "")
    gone = Judgement("promise", "the model", 0.9, change="withdrawn")
    found = heed_headings(
        unit, [gone, Judgement("scope", "the model", 0.9, scope="in")], Place(("Exclusions", "Meals"), is_listed=True)
    )
    assert [(one.label, one.scope) for one in found] == [("promise", None), ("scope", "out")]
    assert heed_headings(unit, [gone], Place(("Exclusions",))) == [gone]


def test_a_row_of_a_table_promises_what_it_says_by_its_day_without_the_cells_beside_it() -> None:
    body = "<table><tr><td>We will send the cold-chain audit report</td><td>Dapo Ogunleye</td><td>7/24/2026</td></tr></table>"
    (one,) = read(conversation(body, kind="meeting", body_format="html")).promises
    assert (one.text, one.due_date) == ("We will send the cold-chain audit report", date(2026, 7, 24))
    assert one.evidence.quote == body[15:-18]


@pytest.mark.parametrize(
    "text",
    [
        "We will no longer train the dispatchers on site.",
        "I never said that we will send you the report every Monday.",
        "I cannot promise that we'll get you live before the end of the fiscal year, no question.",
        "We'll get you live before the end of the fiscal year, no question if you sign by Friday.",
        "I will send you the signed contract tomorrow, subject to board approval.",
        "The previous vendor promised that we will send you the report every Monday.",
        "I will be on holiday from 3 to 14 August.",
        "I'm away until 23 March and will answer your mail on my return.",
        "I will be away from 3 to 9 March and will check my mails only now and then.",
        "I am away until 9 March and will not see your mail.",
        "I am on leave until 9 March and will pick up your message on Monday.",
        "I'm on holiday until 30 January, Dapo will take over my mails and calls.",
    ],
)
def test_what_no_firm_promise_is_by_its_form_waits_for_a_look_at_the_least(text: str) -> None:
    assert [one.text for one in read(conversation(text)).promises if not one.needs_review] == []


@pytest.mark.parametrize(
    "text",
    [
        "I am away on Monday, but I will send you the signed offer by Tuesday.",
        "I am away on Monday and will check the import with you on Tuesday.",
        "I'm on holiday next week, I will take over the phone rollout on 26 January.",
        "I am away until 9 March and will not see your mail, but Dapo will train your users on 10 March.",
    ],
)
def test_promise_beside_an_absence_stands(text: str) -> None:
    (one,) = read(conversation(text)).promises
    assert not one.needs_review


AWAY = "I'm on annual leave and will get back to you on Monday 30 March. Dapo will migrate all of your archives while I'm away."
RECEIPT = (
    "We have received your request. Our team will get back to you within 8 hours. Please do not reply to this e-mail."
)
EVENT = "You have been invited to the following event.\n\nWhen Thu 14 May 2026 10am - 12pm\nWhere: Microsoft Teams"


@pytest.mark.parametrize("side", ["us", "customer"])
@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Out of office", AWAY),
        ("Automatic reply: Offer", AWAY),
        ("[EXTERNAL] Automatische Antwort: Angebot", AWAY),
        ("Réponse automatique : Offre", AWAY),
        ("Respuesta automática: Oferta", AWAY),
        ("[SHOP-77] Ticket", RECEIPT),
        ("Your ticket: how can I export the data?", RECEIPT),
        ("Ticket", RECEIPT.replace("request.", 'request "How can I export the data?".')),
        ("Ticket", f"Subject: How can I export the data?\n{RECEIPT}"),
        (
            "Je aanvraag",
            "We hebben je aanvraag ontvangen. We sturen je morgen antwoord. Dit is een automatisch bericht.",
        ),
        ("Undeliverable: Offer", "The server will try again. The recipient will be notified by Friday."),
        ("Invitation: Workshop @ Thu 14 May 2026 10am", EVENT),
        ("Canceled: Workshop", EVENT),
    ],
)
def test_what_a_program_writes_binds_nobody_and_the_reason_is_told(subject: str, body: str, side: Side) -> None:
    author = "Lena Wirth" if side == "us" else "Jens Brandt"
    one = conversation(body, subject=subject, author=author, author_side=side)
    found = read(one)
    assert not any((found.promises, found.denials, found.customer_obligations, found.conditional))
    assert any("nobody said it" in remark.rule for remark in explain(one))


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Re: Out of office", PLAIN),
        ("Re: Automatic reply: Offer", PLAIN),
        ("Out of office hours support", PLAIN),
        ("Undeliverable: the racks for Leeds", PLAIN),
        ("Invitation: Workshop", f"{EVENT}\n\n{PLAIN}"),
        ("Re: Ticket", f"{PLAIN}\n\nLena\n\nOn Tue, 13 Jan 2026 at 10:04, Jens Brandt wrote:\n> {RECEIPT}"),
        ("Fwd: Ticket", f"{PLAIN}\n\n---------- Forwarded message ---------\nFrom: Jens Brandt\n\n{RECEIPT}"),
        ("Portal", f"{PLAIN} Please do not reply to this e-mail."),
        ("Ticket", f"We received your request. {PLAIN} Please do not reply to this e-mail, I am leaving."),
        (
            "Ticket",
            f"We received your request. {PLAIN} Merci de ne pas répondre à ce message, j'attends votre appel.",
        ),
    ],
)
def test_what_a_person_writes_counts_beside_what_a_program_wrote(subject: str, body: str) -> None:
    assert PLAIN in [one.text for one in read(conversation(body, subject=subject)).promises]


@pytest.mark.parametrize(
    "text",
    [
        "When 40 users are on board, we will train all of them by 20 March.",
        "When 40 users are on board, all of them will be trained by 20 March.",
        "Where: we will install the readers in Berlin by 30 March.",
    ],
)
def test_what_a_person_writes_under_a_calendars_subject_is_not_the_calendars(text: str) -> None:
    found = explain(conversation(f"Hi Jens,\n\n{text}", subject="Accepted: your offer of 2 March"))
    assert not any("nobody said it" in remark.rule for remark in found)
