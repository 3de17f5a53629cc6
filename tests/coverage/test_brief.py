# ruff: noqa: ANN401 - builders pass any field on
from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from atlas_sync.canonical.document import Bullets, Document, Heading, Paragraph, Quote, Span, plain_text
from atlas_sync.canonical.model import Audience, Outcome, Promise, TraceLink
from atlas_sync.coverage import kickoff_brief, trace_record
from atlas_sync.coverage.brief import BRIEF_LIMIT, brief_comment, same_text
from tests.coverage.build import (
    ENG,
    contract,
    engagement,
    evidence,
    full_record,
    interaction,
    item,
    outcome,
    person,
    point,
    promise,
    record,
)

SECTIONS = ["The deal", "Why they bought", "People", "Promises", "Scope", "Contract", "To check", "Conversation"]


def titles(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Heading)]


def links_in(document: Document) -> list[str]:
    spans: list[Span] = []
    for block in document.blocks:
        match block:
            case Bullets():
                spans += [span for entry in block.items for span in entry]
            case Quote():
                spans += block.source
            case Paragraph():
                spans += block.spans
            case Heading():
                pass
    return [span.link for span in spans if span.link]


def told(**changes: Any) -> str:
    return plain_text(kickoff_brief(full_record(**changes), audience="internal"))


def test_brief_for_us_holds_every_section_in_order() -> None:
    made = full_record(
        contracts=(contract(signed_on=date(2026, 6, 1), terms="Net 30", link="https://crm.example/c"),),
        items=(
            item(summary="Kaiserhafen scanner sync live", due=date(2026, 9, 1), link="https://jira.example/SCAN-1"),
        ),
    )
    brief = kickoff_brief(trace_record(made, markers={}), audience="internal")
    assert titles(brief) == SECTIONS
    text = plain_text(brief)
    assert "- Yard scanners for Nordhavn, 50,000 EUR\n- Sold by Hana Vrba, agreed on 1 Jun 2026." in text
    assert "340 re-scans in one shift\nHana Vrba, call, 24 Feb 2026" in text
    assert "- Greta Koehler: decision maker" in text
    assert "“Kaiserhafen scanner sync is live by 14 August” by Hana Vrba, to Greta Koehler, due 14 Aug 2026 (" in text
    assert "- Out: Reefer monitoring is no part of this (" in text
    assert "- Left open: Training, we will see how that goes (" in text
    assert "- C-17 signed on 1 Jun 2026: Net 30" in text
    assert "perhaps SCAN-1; but SCAN-1 says due 1 Sep 2026, agreed was 14 Aug 2026" in text
    assert "- 24 Feb 2026, call: First call" in text
    assert "https://crm.example/int_call" in links_in(brief)
    assert "https://jira.example/SCAN-1" in links_in(brief)


def test_brief_for_the_client_holds_only_what_the_client_knows() -> None:
    secret = evidence("CANARY said in a note", interaction_id="int_note")
    made = full_record(
        engagement=engagement(name="CANARY deal", amount=Decimal(77_777), owner_sales_active=False),
        promises=(promise(), promise("CANARY promise", id="prm_2", audience="internal")),
        outcomes=(outcome(), outcome("CANARY why", id="out_2", evidence=secret)),
        scope=(point("CANARY scope", evidence=secret),),
        stakeholders=(
            person("CANARY Person", stance="skeptic", evidence=secret),
            person(id="sta_2", title="Head of yard", stance="skeptic", audience="client_ok"),
            person("Uwe", id="sta_3", audience="client_ok"),
        ),
        contracts=(contract(terms="CANARY terms", link="https://CANARY.example", start_date=date(2026, 6, 1)),),
        interactions=(interaction(subject="CANARY subject"), interaction("int_note", kind="note", audience="internal")),
        items=(item("CANARY-1", "Kaiserhafen scanner sync live"),),
    )
    brief = kickoff_brief(trace_record(made, markers={}), audience="client_ok")
    text = plain_text(brief)
    assert titles(brief) == ["The deal", "Why they bought", "People", "Promises", "Contract"]
    assert "CANARY" not in brief.model_dump_json()
    assert "skeptic" not in text
    assert "decision" not in text
    assert "77" not in text
    assert "left" not in text
    assert links_in(brief) == []
    assert "- Nordhavn\n- Sold by Hana Vrba, agreed on 1 Jun 2026." in text
    assert "- Greta Koehler, Head of yard" in text
    assert "- C-17 from 1 Jun 2026" in text


def test_statement_from_a_conversation_we_do_not_hold_is_not_shown_to_clients() -> None:
    assert "Promises" not in titles(kickoff_brief(record(promises=(promise(),), interactions=()), audience="client_ok"))


def test_facts_that_are_not_known_leave_no_trace() -> None:
    bare = record(
        engagement=engagement(owner_sales=None, amount=None, won_at=None, link=None, client_name=None), interactions=()
    )
    assert plain_text(kickoff_brief(bare, audience="internal")) == "The deal\n- Yard scanners for the client\n- Sold."


def test_seller_who_left_is_named_as_such_to_us_only() -> None:
    left = replace(full_record(), engagement=engagement(owner_sales_active=False))
    assert "Hana Vrba (has left)" in plain_text(kickoff_brief(left, audience="internal"))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"due_text": "after the survey"}, "due “after the survey”"),
        ({"promised_by": None}, "“Kaiserhafen scanner sync is live by 14 August” (Hana Vrba, call, 24 Feb 2026)"),
        ({"evidence": evidence("x", speaker=None, interaction_id="gone")}, "(24 Feb 2026)"),
    ],
)
def test_promise_is_told_with_what_is_known(changes: dict[str, Any], expected: str) -> None:
    assert expected in told(promises=(promise(**changes),))


DRAFT = evidence(
    "The draft is <b>with you</b> by the 6th.", speaker="Fiona Marsh", said_at=datetime(2026, 1, 14, tzinfo=UTC)
)
SENT = evidence("As promised: the draft.", speaker="Ade Okafor", interaction_id="int_mail")


@pytest.mark.parametrize("audience", ["internal", "client_ok"])
def test_words_of_a_promise_are_told_with_who_said_those_and_when(audience: Audience) -> None:
    one = promise("The draft is with you by the 6th.", evidence=SENT, repeats=(DRAFT,))
    made = record(promises=(one,), interactions=(interaction(), interaction("int_mail", kind="email")))
    assert "by the 6th.” (Fiona Marsh, call, 14 Jan 2026)" in plain_text(kickoff_brief(made, audience=audience))
    news = brief_comment(made, audience, "")
    assert news is not None
    assert "Fiona Marsh, call, 14 Jan 2026" in plain_text(news)


def test_words_that_a_client_did_not_hear_are_not_told_with_who_said_them() -> None:
    one = promise("The draft is with you by the 6th.", evidence=SENT, repeats=(DRAFT,))
    heard = (interaction(audience="internal"), interaction("int_mail", kind="email"))
    text = plain_text(kickoff_brief(record(promises=(one,), interactions=heard), audience="client_ok"))
    assert "by the 6th.” (Ade Okafor, email, 24 Feb 2026)" in text


def test_what_may_be_a_promise_is_counted_and_not_told_as_one() -> None:
    text = told(promises=(promise(needs_review=True),))
    assert promise().text not in text
    assert "1 sentence of the conversation may hold a promise" in text.partition("To check")[2]


def test_what_nobody_said_is_taken_back_is_no_news() -> None:
    taken, asked = promise(status="withdrawn"), promise(status="withdrawn", perhaps="prm_2")
    held = f"The brief holds: {taken.text}"
    news = brief_comment(record(promises=(taken,)), "internal", held)
    assert news is not None
    assert "taken back: " in plain_text(news)
    assert brief_comment(record(promises=(asked,)), "internal", held) is None


def test_withdrawn_promise_is_not_in_the_brief() -> None:
    assert "Promises" not in titles(kickoff_brief(record(promises=(promise(status="withdrawn"),)), audience="internal"))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"stance": "skeptic"}, "decision maker; skeptic"),
        ({"stance": "neutral"}, "- Greta Koehler: decision maker\n"),
        ({"roles": ("skeptic on site",)}, "- Greta Koehler: skeptic on site\n"),
        ({"roles": ("evaluator", "skeptic"), "stance": "skeptic"}, ": evaluator, skeptic\n"),
        ({"roles": (), "title": "Head of yard"}, "- Greta Koehler, Head of yard\n"),
        ({"stance": "supporter", "evidence": evidence("not bad at all")}, "; supporter — “not bad at all” (Hana Vrba"),
    ],
)
def test_person_is_told_with_role_stance_and_its_reason(changes: dict[str, Any], expected: str) -> None:
    assert expected in told(stakeholders=(person(**changes),))


def test_quotes_of_markup_are_told_in_words() -> None:
    said = evidence("Greta</b> decides on the R&amp;D&nbsp;floor.")
    people = (person(evidence=said),)
    assert "“Greta decides on the R&D floor.” (" in told(
        stakeholders=people, interactions=(interaction(body_format="html"),)
    )
    assert "“Greta</b> decides on the R&amp;D&nbsp;floor.” (" in told(stakeholders=people)


def test_contract_without_a_number_or_days_is_still_named() -> None:
    text = told(contracts=(contract(number=None, end_date=date(2027, 6, 1)), contract(id="con_2")))
    assert "- Contract to 1 Jun 2027\n- C-17" in text


def test_conversation_is_in_order_of_time_whatever_order_it_came_in() -> None:
    late = interaction("int_late", at=datetime(2026, 5, 1, tzinfo=UTC), subject=None, kind="email")
    text = told(interactions=(late, interaction()))
    assert text.index("24 Feb 2026, call: First call") < text.index("1 May 2026, email: no subject")


def test_likely_item_without_a_contradiction_is_only_named() -> None:
    made = trace_record(record(promises=(promise(),), items=(item(summary="Scanner sync Kaiserhafen"),)), markers={})
    assert plain_text(kickoff_brief(made, audience="internal")).count("perhaps SCAN-1\n") == 1


def test_brief_does_not_depend_on_what_we_wrote_ourselves() -> None:
    before = kickoff_brief(trace_record(full_record(), markers={}), audience="internal")
    ours = (item("SCAN-90", "Kickoff brief", text=plain_text(before), marker="atlas-1"), item("SCAN-1"))
    after = kickoff_brief(trace_record(full_record(items=ours), markers={"atlas-1": "eng_1"}), audience="internal")
    assert after == before


@pytest.mark.parametrize("size", [40, 4_000])
def test_long_record_is_cut_at_whole_entries_and_says_how_many_more(size: int) -> None:
    promises: tuple[Promise, ...] = tuple(promise("word " * size, id=f"prm_{at}") for at in range(300))
    outcomes: tuple[Outcome, ...] = tuple(outcome("why " * size, id=f"out_{at}") for at in range(200))
    text = told(promises=promises, outcomes=outcomes)
    assert len(text) <= BRIEF_LIMIT
    assert "more in the engagement record; " in text
    assert text.count("Conversation") == 1


def test_section_without_any_room_names_only_its_size() -> None:
    outcomes = tuple(outcome("why " * 100, id=f"out_{at}") for at in range(200))
    text = told(outcomes=outcomes, promises=tuple(promise("word " * 90, id=f"prm_{at}") for at in range(9)))
    assert "Promises\n… and 9 more in the engagement record; " in text


def test_promises_have_room_before_guesses_and_long_addresses_and_the_conversation_keeps_some() -> None:
    calls = tuple(interaction(f"int_{at}", link=f"https://crm.example/{at}?{'x' * 200}") for at in range(12))
    said = [
        promise(f"Promise {at}", id=f"prm_{at}", evidence=evidence("x", interaction_id=f"int_{at % 12}"))
        for at in range(30)
    ]
    links = tuple(
        TraceLink(
            id=f"trl_{at}_{key}",
            engagement_id=ENG,
            subject_id=one.id,
            work_item_id=f"wi_{key}",
            work_item_key=f"SCAN-{key}",
            status="review",
            score=0.5,
            how="similar words",
            contradictions=("it says something else " * 12,),
        )
        for at, one in enumerate(said)
        for key in range(3)
    )
    brief = kickoff_brief(record(promises=tuple(said), interactions=calls, links=links), audience="internal")
    text = plain_text(brief)
    assert all(f"“{one.text}” (" in text for one in said)
    assert "perhaps SCAN-0" in text
    assert text.count("call: First call") == 12
    led = [one for one in links_in(brief) if "/deal/" not in one]
    assert sorted(led) == sorted(one.link for one in calls if one.link), "each address once"


def test_client_is_not_sent_to_a_record_that_only_we_have() -> None:
    many = tuple(promise("word " * 90, id=f"prm_{at}") for at in range(99))
    text = plain_text(kickoff_brief(record(promises=many), audience="client_ok"))
    assert " more.\n" in f"{text}\n"
    assert "record" not in text


def test_markup_and_line_breaks_of_others_stay_plain_text_on_one_line() -> None:
    nasty = "{html}<b>\n[~admin] h1. \u202eevil"
    text = told(outcomes=(outcome(nasty),))
    assert "{html}<b> [~admin] h1. evil" in text


def test_same_text_looks_past_spaces_and_line_breaks() -> None:
    document = kickoff_brief(full_record(), audience="internal")
    assert same_text(document, plain_text(document).replace("\n", "\n\n") + "  ")
    assert not same_text(document, plain_text(document) + " and more")
