from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas_sync.canonical.document import Document, plain_text
from atlas_sync.canonical.identity import derive_id, marker_for
from atlas_sync.canonical.model import Audience
from atlas_sync.canonical.pattern import Pattern
from atlas_sync.coverage import (
    EngagementRecord,
    ExistingItem,
    Licence,
    LinkItem,
    Proposal,
    Target,
    UpdateItem,
    assert_audience,
    kickoff_brief,
    propose,
)
from atlas_sync.coverage.brief import set_apart
from atlas_sync.errors import RejectedError
from tests.coverage.build import (
    BLIND,
    ENG,
    carry_out,
    engagement,
    evidence,
    full_record,
    gaps_of,
    interaction,
    item,
    outcome,
    person,
    point,
    promise,
    record,
)
from tests.coverage.proposing import ALIKE, BRIEF, ITEM, OURS, THEIRS, brief_there, creates, proposed, there


def test_brief_comes_first_then_an_item_for_each_gap_and_a_link_after_each() -> None:
    proposal = proposed(full_record())
    assert [(type(one).__name__, getattr(one, "item", "")) for one in proposal.commands] == [
        ("CreateItem", "brief"),
        ("LinkItem", ""),
        ("CreateItem", "promise"),
        ("LinkItem", ""),
        ("CreateItem", "decision"),
        ("LinkItem", ""),
        ("CreateItem", "people"),
        ("LinkItem", ""),
    ]
    brief, *rest = creates(proposal)
    assert (brief.marker, brief.kind, brief.parent_marker, brief.subject_id) == (BRIEF, "brief", None, ENG)
    assert {(one.kind, one.parent_marker, one.labels) for one in rest} == {("item", BRIEF, ("atlas-sync",))}
    assert proposal.skipped == ()


@pytest.mark.parametrize(
    ("days", "apart"),
    [
        ((1,), [""]),
        ((1, 4, None), [", agreed on 1 Jun 2026", ", agreed on 4 Jun 2026", ""]),
        ((1, 1, None, None), [", agreed on 1 Jun 2026", ", agreed on 1 Jun 2026 (2)", "", " (2)"]),
    ],
)
def test_client_knows_their_sales_in_one_project_by_the_day_of_each(
    days: tuple[int | None, ...], apart: list[str]
) -> None:
    won = [datetime(2026, 6, day, tzinfo=UTC) if day else None for day in days]
    assert list(set_apart([engagement(id=f"eng_{at}", won_at=one) for at, one in enumerate(won)]).values()) == apart


def test_title_of_one_of_several_sales_says_which_and_that_of_a_brief_that_stands_is_left() -> None:
    made = full_record(engagement=engagement(client_name="N" * 200))
    several, ours = (one.model_copy(update={"apart": ", agreed on 1 Jun 2026 (2)"}) for one in (THEIRS, OURS))
    alone, brief, named = (creates(proposed(made, target))[0] for target in (THEIRS, several, ours))
    assert brief.summary.startswith("Kickoff brief: NNN")
    assert brief.summary.endswith("N…, agreed on 1 Jun 2026 (2)")
    assert (brief.body, named.summary) == (alone.body, "Kickoff brief: Yard scanners")
    stands = there(body_text=plain_text(alone.body), audience="client_ok")
    assert not [one for one in proposed(made, several, stands).commands if isinstance(one, UpdateItem)]


def test_every_open_gap_is_named_by_the_command_that_closes_it() -> None:
    made = full_record(projects=())
    named = {gap for command in creates(proposed(made)) for gap in command.gap_ids}
    assert named == {gap.id for gap in gaps_of(made)}


def test_promise_item_holds_quote_people_days_and_when_it_is_done() -> None:
    made = full_record(
        promises=(
            promise(
                "So, Kaiserhafen scanner sync is live by 14 August.",
                kind="timeline",
                due_date=date(2026, 8, 14),
                due_text="by 14 August",
                promised_by="Hana Vrba",
                promised_to="Greta Koehler",
                repeats=(evidence("earlier"),),
            ),
        )
    )
    one = creates(proposed(made))[1]
    assert one.summary == "Promised to Nordhavn: Kaiserhafen scanner sync is live by 14 August"
    assert one.due == date(2026, 8, 14)
    assert plain_text(one.body).split("\n") == [
        "Promised by Hana Vrba to Greta Koehler on 24 Feb 2026.",
        "So, Kaiserhafen scanner sync is live by 14 August.",
        "Hana Vrba, call, 24 Feb 2026",
        "Due 14 Aug 2026 (said: “by 14 August”).",
        "Also said on 24 Feb 2026.",
        "Done when it is live on the agreed day and Greta Koehler has confirmed it.",
        "Record: prm_1111111111111111",
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"due_text": "after the survey"}, "When, as said: “after the survey”."),
        ({"due_date": date(2026, 8, 14)}, "Due 14 Aug 2026."),
        ({}, "Promised by our side to Nordhavn on 24 Feb 2026."),
    ],
)
def test_promise_item_says_only_what_is_known(changes: dict[str, Any], expected: str) -> None:
    assert expected in plain_text(creates(proposed(record(promises=(promise(**changes),))))[1].body).split("\n")


def test_summary_of_nothing_but_filler_keeps_the_filler() -> None:
    assert creates(proposed(record(promises=(promise("So, yes."),))))[1].summary == "Promised to Nordhavn: So, yes."


def test_long_texts_of_others_make_short_summaries_on_one_line() -> None:
    long = "We will\nrename " + "every single bay " * 60
    made = full_record(
        engagement=engagement(name=long, client_name=long),
        promises=(promise(long),),
        scope=(point(long, kind="vague"),),
        stakeholders=(person(long, title=long, roles=(f"decision maker {long}",)),),
    )
    for one in creates(proposed(made)):
        assert len(one.summary) <= 120
        assert "\n" not in one.summary


def test_decision_item_names_who_decides_to_us_and_not_to_the_client() -> None:
    made = full_record()
    ours = next(one for one in creates(proposed(made)) if one.item == "decision")
    theirs = next(one for one in creates(proposed(made, THEIRS)) if one.item == "decision")
    assert ours.summary == "Decide: Training, we will see how that goes"
    assert "decided by Greta Koehler" in plain_text(ours.body)
    assert "decided by a person still to be named" in plain_text(theirs.body)


@pytest.mark.parametrize(
    ("said", "who", "by"),
    [
        ("Pallet exchange is still open, Devon decides by June 1.", "Devon Price", date(2026, 6, 1)),
        ("Ruth Adler to confirm the pallets by 3 May, open till then", "Ruth Adler", date(2026, 5, 3)),
        ("By June 1 the pallets are decided.", "Greta Koehler", date(2026, 6, 1)),
        ("Pallets open, to be decided by Devon", "Devon Price", None),
        ("Devon decides whether the dock is ready by June 1", "Devon Price", None),
        ("Pallets: TBC, Devon to come back by 1 June", "Devon Price", date(2026, 6, 1)),
        ("Pallets undecided. Devon Price will tell us by the 1st of June", "Devon Price", date(2026, 6, 1)),
        ("Paletten offen, Devon meldet sich bis 1. Juni", "Devon Price", date(2026, 6, 1)),
        ("Devon comes back by 1 June, pallets are as they are", "Greta Koehler", None),
        ("Offen, Entscheidung bis 12.5. durch den Kunden", "Greta Koehler", date(2026, 5, 12)),
        ("The pallets for June 1 are open, the board decides", "Greta Koehler", None),
        ("To be decided: pallets (Devon Price, 1 June)", "Devon Price", date(2026, 6, 1)),
        ("TBD: pallets - Devon and Ruth, by June 1", "Devon Price, Ruth Adler", date(2026, 6, 1)),
        ("Offen: Paletten (Devon, spätestens bis zum 1. Juni)", "Devon Price", date(2026, 6, 1)),
        ("Open: pallets. Owner: Devon Price, due 1 June 2026.", "Devon Price", date(2026, 6, 1)),
        ("TBD: pallets (by June 1)", "Greta Koehler", date(2026, 6, 1)),
        ("The pallets are to be decided by the end of June.", "Greta Koehler", date(2026, 6, 30)),
        ("Who pays the pallets? To be settled by Devon by end of June.", "Devon Price", date(2026, 6, 30)),
        ("Paletten offen, zu klären bis Ende Juni", "Greta Koehler", date(2026, 6, 30)),
        ("TBD: pallets (Devon, by June)", "Devon Price", date(2026, 6, 30)),
        ("Pallets to be agreed before June", "Greta Koehler", None),
        ("The pallets for the end of June are open", "Greta Koehler", None),
        ("Pallets open, delivered as settled by June 1", "Greta Koehler", None),
        ("TBD: pallets (June 1)", "Greta Koehler", None),
        ("TBD: pallets for the fair (from June 1 on)", "Greta Koehler", None),
        ("Pallets as agreed (Devon Price, 1 June)", "Greta Koehler", None),
    ],
)
def test_an_open_point_is_decided_by_whom_and_when_its_words_say(said: str, who: str, by: date | None) -> None:
    people = (person(), person("Devon Price", id="sta_2", roles=()), person("Ruth Adler", id="sta_3", roles=()))
    (one,) = (
        one
        for one in creates(proposed(record(scope=(point(said, kind="vague"),), stakeholders=people)))
        if one.item == "decision"
    )
    assert f"decided by {who}." in plain_text(one.body)
    assert one.due == by
    assert ("No day is known." in plain_text(one.body)) == (by is None)


def test_person_item_says_why_they_matter() -> None:
    doubter = person(
        "Uwe", roles=(), stance="skeptic", title="Networks", evidence=evidence("the <i>map</i> was&nbsp;fiction")
    )
    made = record(
        stakeholders=(doubter, person("Selin", id="sta_2", roles=("end user",))),
        interactions=(interaction(body_format="html"),),
    )
    one = creates(proposed(made))[-1]
    assert one.summary == "Meet Uwe (skeptic)"
    text = plain_text(one.body)
    assert "Uwe, Networks, matters to this engagement: skeptic." in text
    assert "Stance, as last seen: skeptic." in text
    assert "the map was fiction\nHana Vrba, call, 24 Feb 2026" in text


def test_links_lead_to_the_interaction_or_else_to_the_deal() -> None:
    links = [one for one in proposed(full_record()).commands if isinstance(one, LinkItem)]
    assert [(one.url, one.title) for one in links][:2] == [
        ("https://crm.example/deal/7", "Deal: Yard scanners"),
        ("https://crm.example/int_call", "Call of 24 Feb 2026: First call"),
    ]
    assert links[-1].url == "https://crm.example/deal/7"
    untitled = full_record(interactions=(interaction(subject=None),))
    assert any(getattr(one, "title", "") == "Call of 24 Feb 2026: no subject" for one in proposed(untitled).commands)
    nowhere = full_record(interactions=(), engagement=engagement(link=None))
    assert not [one for one in proposed(nowhere).commands if isinstance(one, LinkItem)]


@pytest.mark.parametrize("target", [OURS, THEIRS])
def test_what_was_carried_out_is_not_proposed_again(target: Target) -> None:
    made = full_record()
    gaps = gaps_of(made)
    first = proposed(made, target, gaps=gaps)
    held = carry_out(first, {})
    again = proposed(made, target, held, gaps)
    assert again.commands == ()
    assert any(one.reason.endswith("was made for it") for one in again.skipped)


def test_crash_between_item_and_link_leaves_only_the_link_to_do() -> None:
    made = full_record()
    held = carry_out(proposed(made), {})
    held[ITEM] = held[ITEM].model_copy(update={"linked": False})
    assert [(one.action, one.marker) for one in proposed(made, existing=held, gaps=[]).commands] == [("link", ITEM)]


@pytest.mark.parametrize("state", ["gone", "dropped"])
def test_item_that_a_person_removed_is_never_made_again(state: str) -> None:
    made = record(promises=(promise(),))
    existing = brief_there(made) | there(ITEM, state=state, linked=False)
    proposal = proposed(made, existing=existing)
    assert proposal.commands == ()
    assert "a person removed or dropped its item" in [one.reason for one in proposal.skipped]


def test_gap_of_an_item_that_is_gone_holds_nothing_back_though_nobody_can_tell_where_it_went() -> None:
    made = record(promises=(promise(), promise(id="prm_other")))
    gaps = gaps_of(replace(made, unseen={promise().id: "T-1 cannot be seen any more"}))
    proposal = proposed(made, existing=brief_there(made) | there(ITEM, state="gone", linked=False), gaps=gaps)
    assert [one.subject_id for one in creates(proposal)] == ["prm_other"]
    assert "not decidable: T-1 cannot be seen any more" in [one.reason for one in proposal.skipped]


@pytest.mark.parametrize("state", ["gone", "dropped"])
def test_without_its_brief_an_engagement_is_left_alone(state: str) -> None:
    made = full_record()
    proposal = proposed(made, existing=there(state=state))
    assert proposal.commands == ()
    assert len(proposal.skipped) == len(gaps_of(made))
    assert {one.reason for one in proposal.skipped} == {"a person removed or dropped the brief of this engagement"}


def test_changed_record_updates_the_brief_and_nothing_else() -> None:
    made = record(outcomes=(outcome(),))
    held = brief_there(made)
    changed = replace(made, outcomes=(*made.outcomes, outcome("New reason", id="out_2")))
    (update,) = proposed(changed, existing=held).commands
    assert isinstance(update, UpdateItem)
    assert update.body == kickoff_brief(changed, audience="internal")
    assert (update.summary, update.due) == (None, None)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"edited_by_person": True}, "a person changed its text"), ({"state": "done"}, "a person closed it")],
)
def test_brief_in_a_persons_hands_is_left_alone(changes: dict[str, Any], reason: str) -> None:
    proposal = proposed(record(), existing=there(body_text="my own words", **changes))
    assert proposal.commands == ()
    assert reason in [one.reason for one in proposal.skipped]


def test_while_one_gap_is_undecided_nothing_is_written_and_each_gap_says_why() -> None:
    made = full_record(items=(item(summary=ALIKE),))
    gaps = gaps_of(made, licence=BLIND)
    proposal = proposed(made, gaps=gaps)
    assert proposal.commands == ()
    assert len(proposal.skipped) == len(gaps)
    because = "not decidable: jira issues: permission BROWSE_PROJECTS is missing"
    assert sum(one.reason == because for one in proposal.skipped) == sum(gap.state == "not_decidable" for gap in gaps)
    assert sum(one.reason.startswith("a person decides: ") for one in proposal.skipped) == 1


@pytest.mark.parametrize("need", ["watchers", "people anywhere", "people"])
def test_person_who_cannot_be_decided_waits_alone_unless_what_was_said_rests_on_the_same(need: str) -> None:
    made = full_record()
    gaps = gaps_of(made, licence=Licence({need: ("crm: not read",)}))
    proposal = proposed(made, gaps=gaps)
    undecided = {gap.id for gap in gaps if gap.state == "not_decidable"}
    assert {gap.kind for gap in gaps if gap.id in undecided} >= {"person_missing"}
    assert sum(one.reason == "not decidable: crm: not read" for one in proposal.skipped) == len(undecided)
    rest = {gap for command in creates(proposal) for gap in command.gap_ids}
    if need == "people":
        assert proposal.commands == ()
        return
    assert rest
    assert not rest & undecided
    assert {one.item for one in creates(proposal)} == {one.item for one in creates(proposed(made))} - {"people"}


@pytest.mark.parametrize(
    ("items", "changes"),
    [
        ((item(summary=ALIKE),), {}),
        ((item(summary=ALIKE, state="dropped"),), {}),
        ((item(summary=ALIKE, due=date(2026, 9, 1)),), {"due_date": date(2026, 8, 14)}),
    ],
)
def test_what_a_person_has_to_look_at_is_not_written(items: tuple[object, ...], changes: dict[str, Any]) -> None:
    proposal = proposed(record(promises=(promise(**changes),), items=items, outcomes=(outcome(),)))
    assert [one.item for one in creates(proposal)] == ["brief"]
    assert [one.reason.startswith("a person decides: ") for one in proposal.skipped] == [True]


def test_resolved_gaps_ask_for_nothing() -> None:
    made = full_record()
    resolved = [gap.model_copy(update={"state": "resolved"}) for gap in gaps_of(made)]
    proposal = proposed(made, gaps=resolved)
    assert [one.item for one in creates(proposal)] == ["brief"]
    assert proposal.skipped == ()


def test_gap_about_something_that_left_the_record_is_answered() -> None:
    gaps = gaps_of(full_record())
    reasons = {one.reason for one in proposed(record(), gaps=gaps).skipped}
    assert "what it is about is not in the record any more" in reasons


def test_scope_gap_with_a_brief_in_place_points_at_the_brief() -> None:
    made = record(scope=(point(),), outcomes=(outcome(),))
    assert {one.reason for one in proposed(made, existing=brief_there(made)).skipped} == {"the brief SCAN-90 is there"}


def test_why_that_nobody_recorded_is_not_said_to_be_closed_by_the_brief() -> None:
    proposal = proposed(record())
    assert creates(proposal)[0].gap_ids == (derive_id("gap", ENG, "conversation_missing", ENG),)
    assert [one.reason.startswith("a person decides: Ask Hana Vrba") for one in proposal.skipped] == [True]


@pytest.mark.parametrize("stage", ["open", "lost"])
def test_nothing_is_proposed_for_a_deal_that_is_not_won(stage: str) -> None:
    made = full_record(engagement=engagement(stage=stage))
    assert proposed(made, gaps=gaps_of(full_record())) == Proposal()


def secret_record() -> EngagementRecord:
    """Give a record in which everything internal holds the word CANARY."""
    note = evidence("CANARY quote", interaction_id="int_note", speaker="CANARY speaker")
    return full_record(
        engagement=engagement(name="CANARY deal", link="https://CANARY.example/deal"),
        interactions=(
            interaction(link="https://CANARY.example/call", subject="CANARY subject"),
            interaction("int_note", audience="internal", link="https://CANARY.example/note"),
        ),
        promises=(
            promise(repeats=(note,)),
            promise("CANARY promise in a note", id="prm_2", audience="internal", evidence=note),
            promise("CANARY promise marked wrongly", id="prm_3", evidence=note),
        ),
        outcomes=(outcome("CANARY why", audience="internal", evidence=note),),
        scope=(
            point("CANARY point", kind="vague", audience="internal"),
            point("CANARY out", id="sco_9", evidence=note),
        ),
        stakeholders=(person("CANARY Person", stance="skeptic", evidence=note),),
    )


def test_nothing_internal_is_proposed_for_a_place_that_the_client_reads() -> None:
    proposal = proposed(secret_record(), THEIRS)
    assert [one.item for one in creates(proposal)] == ["brief", "promise"]
    for command in proposal.commands:
        assert command.audience == "client_ok"
        assert "CANARY" not in command.model_dump_json()
        assert "skeptic" not in command.model_dump_json()
        assert "crm.example" not in command.model_dump_json()
        assert_audience(command, THEIRS.audience)
    assert [one.reason for one in proposal.skipped].count("internal evidence, client-visible target") == 6


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.booleans(), st.booleans(), st.sampled_from(["deliverable", "price", "timeline"])), max_size=5
    ),
    st.lists(st.tuples(st.booleans(), st.booleans(), st.sampled_from(["vague", "out", "in"])), max_size=4),
    st.lists(st.sampled_from(["skeptic", "supporter", None]), max_size=3),
    st.sampled_from(["internal", "client_ok"]),
)
def test_proposals_are_safe_answer_every_gap_and_end(
    promises: list[tuple[bool, bool, str]],
    scope: list[tuple[bool, bool, str]],
    stances: list[str | None],
    audience: Audience,
) -> None:
    def said(known: bool, heard: bool, at: int) -> dict[str, Any]:  # noqa: FBT001 - drawn
        secret = not (known and heard)
        text = f"{'CANARY ' if secret else ''}thing number {at} of a kind"
        quote = evidence(text, interaction_id="int_call" if heard else "int_note")
        return {"text": text, "evidence": quote, "audience": "client_ok" if known else "internal"}

    made = record(
        interactions=(interaction(), interaction("int_note", audience="internal", kind="note", subject="CANARY")),
        promises=tuple(
            promise(**said(known, heard, at), id=f"prm_{at}x", kind=kind)
            for at, (known, heard, kind) in enumerate(promises)
        ),
        scope=tuple(
            point(**said(known, heard, at), id=f"sco_{at}x", kind=kind) for at, (known, heard, kind) in enumerate(scope)
        ),
        stakeholders=tuple(
            person(f"CANARY {at}", id=f"sta_{at}x", roles=(), stance=stance) for at, stance in enumerate(stances)
        ),
    )
    target = Target(project="SCAN", audience=audience)
    gaps = gaps_of(made)
    first = proposed(made, target, gaps=gaps)
    named = sum(len(command.gap_ids) for command in creates(first))
    assert named + len(first.skipped) == len(gaps)
    for command in first.commands:
        assert_audience(command, audience)
        if audience == "client_ok":
            assert "CANARY" not in command.model_dump_json()
    held = carry_out(first, {})
    assert proposed(made, target, held, gaps).commands == ()
    assert first == proposed(made, target, gaps=gaps)


@pytest.mark.parametrize("place", ["client_ok", "", "anything else"])
def test_internal_command_is_refused_wherever_others_can_read(place: str) -> None:
    for command in proposed(full_record()).commands:
        assert_audience(command, "internal")
        with pytest.raises(RejectedError) as refused:
            assert_audience(command, place)
        assert refused.value.code == "audience"
        assert "Nordhavn" not in str(refused.value)


def test_marks_differ_between_tenants_and_stay_the_same_in_one() -> None:
    made = full_record()
    gaps = gaps_of(made)
    marks = [
        {one.marker for one in propose(made, gaps, target=OURS, existing={}, tenant=tenant).commands}
        for tenant in "abb"
    ]
    assert not marks[0] & marks[1]
    assert marks[1] == marks[2]


def test_project_that_takes_no_items_gets_the_brief_with_everything_in_it() -> None:
    made = full_record()
    proposal = proposed(made, OURS.model_copy(update={"takes_items": False}))
    assert [one.item for one in creates(proposal)] == ["brief"]
    assert made.promises[0].text in plain_text(creates(proposal)[0].body)
    reasons = [one.reason for one in proposal.skipped]
    assert reasons.count("no item can be made in this project; it stands in the brief") == 3


def test_project_that_takes_no_links_gets_none() -> None:
    proposal = proposed(full_record(), OURS.model_copy(update={"takes_links": False}))
    assert len(creates(proposal)) == len(proposal.commands) == 4


_PATTERNS = (
    Pattern("1", "Epic", "Go live", Document()),
    Pattern("2", "Task", "Rehearse", Document(), parent="1", labels=("go",)),
)


def _copied(target: Target = OURS, existing: Mapping[str, ExistingItem] | None = None) -> Proposal:
    made = record()
    return propose(made, [], target=target, existing=existing or {}, tenant="t", template=lambda: _PATTERNS)


def test_template_is_copied_beside_a_new_brief_and_each_copy_stands_where_its_pattern_does() -> None:
    brief, *copies = creates(_copied())
    assert brief.copies == ("1", "2")
    marks = [marker_for("t", ENG, "template", one) for one in ("1", "2")]
    assert [(one.item, one.marker, one.type, one.parent_marker) for one in copies] == [
        ("template", marks[0], "Epic", BRIEF),
        ("template", marks[1], "Task", marks[0]),
    ]
    assert copies[1].labels == ("go", "atlas-sync")
    assert _copied(THEIRS).commands[1].audience == "client_ok"


def test_template_is_not_asked_for_where_nothing_is_left_to_copy() -> None:
    made = record()
    marks = there(marker_for("t", ENG, "template", "1")) | there(marker_for("t", ENG, "template", "2"))
    for existing in (brief_there(made), brief_there(made, copies=("1", "2")) | marks):
        assert creates(propose(made, [], target=OURS, existing=existing, tenant="t", template=lambda: 1 / 0)) == []  # type: ignore[arg-type,return-value]  # must not be called
    pending = there(state="pending")
    assert [one.summary for one in creates(_copied(existing=pending))] == ["Go live", "Rehearse"]


def test_what_stood_below_a_removed_copy_is_not_copied() -> None:
    existing = brief_there(record(), copies=("1", "2")) | there(marker_for("t", ENG, "template", "1"), state="gone")
    proposal = _copied(existing=existing)
    assert creates(proposal) == []
    assert [(one.subject, one.reason) for one in proposal.skipped] == [
        ("Rehearse", "a person removed or dropped what it stands below")
    ]


def test_project_without_items_gets_no_copies_and_says_so() -> None:
    proposal = _copied(OURS.model_copy(update={"takes_items": False}))
    assert [one.item for one in creates(proposal)] == ["brief"]
    assert [one.subject for one in proposal.skipped] == ["The template, 2 items"]
