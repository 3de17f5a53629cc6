from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas_sync.canonical.model import TraceLink, WorkItem
from atlas_sync.coverage import trace, trace_record
from atlas_sync.coverage.decision import LO
from atlas_sync.coverage.judged import Judged, LinkWord, wording_of
from atlas_sync.coverage.promises import broken_promises
from atlas_sync.coverage.subjects import Subject, subjects_of
from atlas_sync.coverage.trace import words_of
from tests.coverage.build import ENG, RUN, interaction, item, point, promise, record

ALIKE = "Scanner sync Kaiserhafen live"


def one(links: list[TraceLink]) -> TraceLink:
    assert len(links) == 1
    return links[0]


def test_item_with_our_mark_covers() -> None:
    link = one(trace([promise()], [item(marker="atlas-1")], markers={"atlas-1": "prm_1111111111111111"}))
    assert (link.status, link.how, link.score, link.work_item_key) == ("covered", "our mark", 1.0, "SCAN-1")


def test_mark_of_something_else_does_not_cover() -> None:
    assert one(trace([promise()], [item(marker="atlas-1")], markers={"atlas-1": "prm_2"})).status == "missing"


def test_pair_that_a_person_confirmed_covers() -> None:
    judged = Judged(confirmed={"prm_1111111111111111": ["jira:work_item:SCAN-1"]})
    assert one(trace([promise()], [item()], judged=judged)).how == "confirmed by a person"


def test_of_several_items_that_a_person_confirmed_the_one_that_is_done_last_tells() -> None:
    ours = item("SCAN-4", marker="atlas-1")
    done, later, sooner = item("SCAN-1", state="done"), item("SCAN-2", due=date(2026, 9, 1)), item("SCAN-3")
    judged = Judged(confirmed={promise().id: [one.source for one in (done, later, sooner)]})
    links = trace([promise()], [ours, done, sooner, later], markers={"atlas-1": promise().id}, judged=judged)
    assert [one.work_item_key for one in links] == ["SCAN-2", "SCAN-3", "SCAN-1"]
    assert {(one.status, one.how) for one in links} == {("covered", "confirmed by a person")}
    late = promise(due_date=date(2026, 5, 1))
    traced = trace_record(record(promises=(late,), items=(done, later)), markers={}, judged=judged)
    (found,) = broken_promises(traced, RUN)
    assert (found.kind, found.work_item_key) == ("promise_late", "SCAN-2")


def judged_on(side: str, then: WorkItem, *, wording: str | None = None) -> Judged:
    """Let Ada have said of an item, as it was then, that it delivers the promise, or does not."""
    word = LinkWord("Ada", wording_of(then) if wording is None else wording)
    return Judged(**{side: {promise().id: [then.source]}}, words={(promise().id, then.source): word})


@pytest.mark.parametrize(
    ("now", "status"),
    [
        (item(summary="ORDER   the pallets!", text="\nTen."), "missing"),
        (item(summary="Order the pallets", text="- [x] Ten"), "missing"),
        (item(summary=ALIKE, text="Ten."), "review"),
    ],
)
def test_item_that_a_person_rejected_stays_so_while_it_says_the_same(now: WorkItem, status: str) -> None:
    judged = judged_on("rejected", item(summary="Order the pallets", text="Ten"))
    assert trace([promise()], [now], judged=judged)[0].status == status
    before = judged_on("rejected", now, wording="")
    assert trace([promise()], [now], judged=before)[0].status == "missing", "earlier versions kept no wording"


@pytest.mark.parametrize(
    ("then", "now", "same"),
    [
        ("3.5 days", "35 days", False),
        ("At -5 degrees", "At 5 degrees", False),
        ("Due 1.2.", "Due 12.", False),
        ("5-10 users", "510 users", False),
        ("0.500 l", "500 l", False),
        ("With phones", "Without phones", False),
        ("Send an e-mail", "send an email", True),
        ("1,000 users", "1000 users", True),
        ("1 000 users", "1.000 users", True),
        ("1,5 days", "1.5 days", True),
        ("5 – 10 users", "5-10 users", True),
        ("It's done", "its done", True),
        ("Soft\xadware", "Software", True),
    ],
)
def test_other_words_and_numbers_are_another_wording_and_other_signs_are_not(then: str, now: str, same: bool) -> None:  # noqa: FBT001 - a table
    one, other = (wording_of(item(summary="Training", text=text)) for text in (then, now))
    assert (one == other) is same


COFFEE = item(summary="Order coffee for the canteen")


@pytest.mark.parametrize(
    "now",
    [
        item(summary="SCANNER sync Kaiserhafen live."),
        item(summary="Scanner sync Kaiserhafen live", text="See the wiki for the steps"),
        item(summary=""),
        item(summary="Order coffee for the canteen", marker="atlas-1"),
    ],
)
def test_confirmed_item_holds_while_it_says_the_same_or_near_it(now: WorkItem) -> None:
    link = one(trace([promise()], [now], judged=judged_on("confirmed", item(summary=ALIKE))))
    assert (link.status, link.how) == ("covered", "confirmed by a person")


def test_confirmed_item_that_says_something_else_now_is_asked_about_once_more() -> None:
    other = item("SCAN-2", summary=ALIKE)
    judged = judged_on("confirmed", item(summary=ALIKE))
    for items, keys in (([COFFEE], ["SCAN-1"]), ([COFFEE, other], ["SCAN-1", "SCAN-2"])):
        links = trace([promise()], items, judged=judged)
        assert [(one.status, one.work_item_key, one.rank) for one in links] == [
            ("review", key, rank) for rank, key in enumerate(keys)
        ]
        assert links[0].leaves_open[0] == "SCAN-1 was reworded since Ada confirmed it"
    assert one(trace([promise()], [COFFEE], judged=judged_on("confirmed", COFFEE))).status == "covered"
    gone = COFFEE.model_copy(update={"state": "dropped"})
    assert one(trace([promise()], [gone], judged=judged)).how == "confirmed by a person", "what was dropped was meant"


def test_item_that_a_person_rejected_is_no_candidate_whatever_sign_it_carries() -> None:
    judged = Judged(rejected={"prm_1111111111111111": ["jira:work_item:SCAN-1"]})
    alike = item(summary=ALIKE)
    assert one(trace([promise()], [alike])).status == "review"
    link = one(trace([promise()], [alike], judged=judged))
    assert (link.status, link.reasons) == ("missing", ("by a person's word SCAN-1 do not deliver it",))
    marked = item(marker="atlas-1", text="Record: prm_1111111111111111")
    assert (
        one(trace([promise()], [marked], markers={"atlas-1": "prm_1111111111111111"}, judged=judged)).status
        == "missing"
    )
    other = item("SCAN-2", ALIKE)
    assert [one.work_item_key for one in trace([promise()], [alike, other], judged=judged)] == ["SCAN-2"]


def test_item_that_names_the_promise_covers_even_when_its_mark_is_lost() -> None:
    assert one(trace([promise()], [item(text="Record: prm_1111111111111111")])).how == "names its id"


def test_id_counts_as_a_whole_word_and_in_the_form_of_ours_alone() -> None:
    longer = item(text="Record: prm_11111111111111112, prm_1111111111111111a and x_prm_1111111111111111")
    assert one(trace([promise()], [longer])).status != "covered"
    assert one(trace([promise(id="1")], [item(text="Answer within 15 minutes, at most 1 hour")])).status != "covered"


def test_dropped_item_never_covers_and_is_named() -> None:
    dropped = item(marker="atlas-1", state="dropped", status="Cancelled")
    link = one(trace([promise()], [dropped], markers={"atlas-1": "prm_1111111111111111"}))
    assert (link.status, link.work_item_id, link.work_item_key) == ("missing", None, "SCAN-1")
    assert link.contradictions == ("SCAN-1 was dropped (Cancelled)",)


def test_living_item_covers_beside_a_dropped_one() -> None:
    dropped = item(marker="atlas-1", state="dropped")
    link = one(
        trace(
            [promise()],
            [dropped, item("SCAN-2")],
            markers={"atlas-1": "prm_1111111111111111"},
            judged=Judged(confirmed={"prm_1111111111111111": ["jira:work_item:SCAN-2"]}),
        )
    )
    assert (link.status, link.work_item_key) == ("covered", "SCAN-2")


def test_dropped_item_with_the_same_words_is_a_contradiction_and_no_candidate() -> None:
    link = one(trace([promise()], [item(summary=ALIKE, state="dropped", status="Won't Do")]))
    assert (link.status, link.contradictions) == ("missing", ("SCAN-1 was dropped (Won't Do)",))


@pytest.mark.parametrize(
    ("agreed", "dropped", "how"),
    [
        (
            "Two days of training on site in Bremerhaven",
            "Four days of training on site in Bremerhaven",
            "no item alike",
        ),
        ("We train your shift leads for two days in January", "Four training days for shift leads", "no item alike"),
        ("The temperature board is live by 14 December", "Dispatcher board live by 14 August", "no item alike"),
        ("A day of training for your shop managers", "Shop manager training day. Half cannot leave", "similar words"),
        (
            "Two days of training in Bremerhaven",
            "Two days of training in Bremerhaven, nobody can come",
            "similar words",
        ),
    ],
)
def test_dropped_item_with_other_figures_was_about_something_else(agreed: str, dropped: str, how: str) -> None:
    link = one(trace([promise(text=agreed, due_date=None)], [item(summary=dropped, state="dropped")]))
    assert (link.status, link.how) == ("missing", how)


def test_item_with_the_same_words_is_for_a_person_to_look_at() -> None:
    link = trace([promise()], [item(), item("SCAN-2", ALIKE)])[0]
    assert (link.status, link.work_item_key, link.rank) == ("review", "SCAN-2", 0)
    assert link.score >= LO
    assert "scanner" in link.reasons[0]
    assert link.reasons[1:] == ("SCAN-2 says “Scanner sync Kaiserhafen live”",)
    assert link.leaves_open == ("does not mention 14 August",)


def test_the_very_same_words_still_do_not_cover() -> None:
    assert {link.status for link in trace([promise()], [item(summary=promise().text)])} == {"review"}


def test_no_item_and_no_item_alike_is_missing() -> None:
    assert one(trace([promise()], [])).status == "missing"
    link = one(trace([promise()], [item()]))
    assert (link.status, link.work_item_id, link.work_item_key, link.how) == ("missing", None, None, "no item alike")


def test_three_candidates_are_ranked_and_no_more() -> None:
    items = [item(f"SCAN-{n}", f"{ALIKE} {'other things ' * n}") for n in range(1, 6)]
    links = trace([promise()], items)
    assert [link.rank for link in links] == [0, 1, 2]
    assert [link.work_item_key for link in links] == ["SCAN-1", "SCAN-2", "SCAN-3"]
    assert sorted((link.score for link in links), reverse=True) == [link.score for link in links]


def test_our_own_items_count_by_their_mark_and_not_by_their_words() -> None:
    brief = item(summary="Kickoff brief", text=promise().text, marker="atlas-9")
    assert one(trace([promise()], [brief])).status == "missing"


def test_likely_item_with_a_later_day_says_so() -> None:
    links = trace([promise(due_date=date(2026, 8, 14))], [item(summary=ALIKE, due=date(2026, 9, 1))])
    assert links[0].contradictions == ("SCAN-1 says due 1 Sep 2026, agreed was 14 Aug 2026",)


def test_address_of_the_conversation_makes_a_candidate_only_where_one_thing_was_said() -> None:
    pointing = item(text="see https://crm.example/int_call")
    alone = trace_record(record(promises=(promise(),), items=(pointing,)), markers={})
    assert [(link.status, link.reasons[0]) for link in alone.links] == [("review", "links to the same conversation")]
    two = trace_record(record(promises=(promise(), promise("Spare parts", id="prm_2")), items=(pointing,)), markers={})
    assert {link.status for link in two.links} == {"missing"}


def test_record_is_traced_without_what_was_withdrawn_assumed_or_traded() -> None:
    made = record(
        promises=(promise(), promise(id="prm_2", status="withdrawn")),
        scope=(point(), point(id="sco_2222222222222222", kind="assumption"), point(id="sco_3", kind="vague")),
    )
    assert [subject.id for subject in subjects_of(made)] == ["prm_1111111111111111", "sco_1111111111111111", "sco_3"]
    assert {link.subject_id for link in trace_record(made, markers={}).links} == {
        "prm_1111111111111111",
        "sco_1111111111111111",
        "sco_3",
    }


def test_plain_subjects_and_scope_points_are_traced_too() -> None:
    links = trace([Subject("s", ENG, ALIKE), point(ALIKE)], [item(summary=ALIKE)])
    assert [link.subject_id for link in links] == ["s", "sco_1111111111111111"]


def test_link_ids_stay_and_differ() -> None:
    items = [item("SCAN-1", ALIKE), item("SCAN-2", ALIKE)]
    first, again = trace([promise()], items), trace([promise()], items)
    assert [link.id for link in first] == [link.id for link in again]
    assert len({link.id for link in first}) == 2


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=60), st.text(max_size=120)), max_size=6), st.text(max_size=120))
def test_likeness_alone_never_covers_and_scores_stay_in_range(texts: list[tuple[str, str]], said: str) -> None:
    items = [item(f"T-{at}", summary, text=text) for at, (summary, text) in enumerate(texts)]
    links = trace([Subject("no such id anywhere", ENG, said)], items)
    assert links
    assert all(link.status in {"review", "missing"} and 0 <= link.score <= 1 for link in links)


def test_order_of_items_does_not_change_the_best() -> None:
    items = [item("A-1", "Order pallets"), item("A-2", ALIKE), item("A-3", "Scanner cases")]
    made = record(promises=(promise(),), items=tuple(items))
    other = replace(made, items=tuple(items[at] for at in (2, 0, 1)))
    keys = [trace_record(one, markers={}).links[0].work_item_key for one in (made, other)]
    assert keys == ["A-2", "A-2"]


def test_words_of_many_records_told_beforehand_lead_to_the_same_links() -> None:
    ours = item("SCAN-9", ALIKE, marker="atlas-1")
    records = [
        record(promises=(promise(), promise("Spare parts", id="prm_2")), items=(item("SCAN-2", ALIKE), ours)),
        record(promises=(promise(status="withdrawn"),), scope=(point(),), items=(item(),)),
        record(),
    ]
    told = words_of(records)
    assert [alike.shape for alike in told] == [(2, 1), (1, 1), (0, 1)]
    for made, alike in zip(records, told, strict=True):
        assert trace_record(made, markers={}, words=alike).links == trace_record(made, markers={}).links


def test_interaction_without_an_address_is_no_sign() -> None:
    made = record(promises=(promise(),), interactions=(interaction(link=None),), items=(item(text="None"),))
    assert trace_record(made, markers={}).links[0].status == "missing"
