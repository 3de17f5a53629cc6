from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from atlas_sync.canonical.identity import derive_id
from atlas_sync.canonical.model import Gap, Promise, WorkItem
from atlas_sync.coverage import EngagementRecord, Licence, find_gaps, propose, trace_record
from atlas_sync.coverage.commands import Target
from atlas_sync.coverage.judged import Judged
from tests.coverage.build import (
    ALIKE,
    BLIND,
    ENG,
    RUN,
    by_kind,
    contract,
    engagement,
    evidence,
    full_record,
    gaps_of,
    item,
    kinds_of,
    obligation,
    outcome,
    person,
    point,
    project,
    promise,
    record,
    with_items,
)
from tests.coverage.test_decision import ByText, Fixed

ABSENCES = ["why_missing", "person_missing", "promise_missing", "scope_missing", "vague_undecided"]


def why_and(made: list[Gap]) -> list[str]:
    return [gap.kind for gap in made if gap.kind not in {"why_missing", "conversation_missing"}]


def only_promise(**changes: Any) -> EngagementRecord:  # noqa: ANN401 - passes any field on
    return record(promises=(promise(**changes),))


def test_everything_that_is_lacking_is_a_gap_of_its_kind() -> None:
    gaps = gaps_of(full_record())
    assert kinds_of(gaps) == ABSENCES
    assert all(gap.next_step.endswith(".") and "\n" not in gap.title and len(gap.title) <= 120 for gap in gaps)


def test_won_deal_without_a_project_is_a_gap() -> None:
    assert kinds_of(gaps_of(record(projects=())))[0] == "project_missing"
    assert "project_missing" not in kinds_of(gaps_of(record(projects=(project(certain=False),))))


@pytest.mark.parametrize("stage", ["open", "lost"])
def test_only_won_engagements_have_gaps_and_others_resolve_theirs(stage: str) -> None:
    before = {gap.id: gap for gap in gaps_of(full_record())}
    gaps = gaps_of(full_record(engagement=engagement(stage=stage)), previous=before, licence=BLIND)
    assert len(gaps) == len(before)
    assert {gap.state for gap in gaps} == {"resolved"}
    assert {gap.closed_at for gap in gaps} == {RUN}


@pytest.mark.parametrize("need", ["tracker", "conversation"])
def test_no_absence_is_claimed_without_a_complete_read(need: str) -> None:
    gaps = gaps_of(full_record(projects=()), licence=Licence({need: ("x issues: cut short",)}))
    assert kinds_of(gaps) == []
    assert kinds_of(gaps, "not_decidable") == ["project_missing", *ABSENCES]
    assert {gap.undecided_because for gap in gaps} == {("x issues: cut short",)}


def test_absence_whose_own_item_cannot_be_seen_is_undecided_and_no_other() -> None:
    made = record(promises=(promise(), promise(id="prm_other")), engagement=engagement(owner_sales=None))
    lost = dict.fromkeys((promise().id, made.engagement.id), "T-1 cannot be seen any more")
    gaps = gaps_of(replace(made, unseen=lost))
    undecided = {(gap.kind, gap.subject_id) for gap in gaps if gap.state == "not_decidable"}
    assert {("promise_missing", promise().id)} <= undecided
    assert {gap.undecided_because for gap in gaps if gap.state == "not_decidable"} == {("T-1 cannot be seen any more",)}
    assert {"prm_other"} == {gap.subject_id for gap in gaps if gap.kind == "promise_missing" and gap.state == "open"}
    assert by_kind(gaps, "owner_missing").state == "open"


@pytest.mark.parametrize("brief_of", [ENG, derive_id("eng", "hub:deal:18")])
def test_absence_of_what_a_brief_holds_that_cannot_be_seen_is_undecided_and_no_other(brief_of: str) -> None:
    joined = engagement(sources=("hubspot:deal:7", "hub:deal:18"))
    gaps = gaps_of(full_record(engagement=joined, unseen={brief_of: "T-1 cannot be seen any more"}))
    assert kinds_of(gaps, "not_decidable") == ["why_missing", "scope_missing"]
    assert kinds_of(gaps) == [kind for kind in ABSENCES if kind not in {"why_missing", "scope_missing"}]


def test_unread_people_leave_undecided_whatever_rests_on_who_spoke() -> None:
    made = full_record(projects=(), obligations=(obligation(),))
    gaps = gaps_of(made, licence=Licence({"people": ("crm roles: hidden",)}))
    assert kinds_of(gaps) == ["project_missing"]
    assert kinds_of(gaps, "not_decidable") == [*ABSENCES, "obligation_open"]


def test_unread_contracts_leave_undecided_what_a_clause_may_hold() -> None:
    made = record(promises=(promise(kind="price"), promise(id="prm_other")))
    gaps = gaps_of(made, licence=Licence({"contract": ("crm contracts: hidden",)}))
    assert [gap.subject_id for gap in gaps if gap.state == "not_decidable"] == [promise().id]
    assert "prm_other" in {gap.subject_id for gap in gaps if gap.state == "open"}
    anywhere = gaps_of(replace(made, held_in={}), licence=Licence({"contract": ("crm contracts: hidden",)}))
    assert kinds_of(anywhere, "not_decidable") == []


def test_unread_people_of_another_system_leave_only_people_undecided() -> None:
    gaps = gaps_of(full_record(), licence=Licence({"people anywhere": ("other persons: hidden",)}))
    assert kinds_of(gaps, "not_decidable") == ["person_missing"]
    assert "promise_missing" in kinds_of(gaps)


@pytest.mark.parametrize("need", ["tracker", "conversation", "people"])
def test_that_a_promise_was_dropped_is_not_claimed_where_another_item_may_deliver_it(need: str) -> None:
    made = record(promises=(promise(),), items=(item(summary=ALIKE, state="dropped"),))
    first = {gap.id: gap for gap in gaps_of(made)}
    lacking = Licence({need: ("x issues: cut short",)})
    assert by_kind(gaps_of(made, licence=lacking), "promise_dropped").state == "not_decidable"
    assert by_kind(gaps_of(record(), previous=first, licence=lacking), "promise_dropped").state == "not_decidable"


def test_what_was_seen_is_claimed_though_the_read_was_cut_short() -> None:
    made = record(promises=(promise(),), items=(item(summary=ALIKE),), outcomes=())
    assert "promise_review" in kinds_of(gaps_of(made, licence=BLIND))


def test_gap_keeps_its_id_and_age_when_the_promise_is_repeated_in_other_words() -> None:
    first = gaps_of(only_promise())
    later = RUN + timedelta(days=3)
    reworded = only_promise(text="As said, the scanners sync in August", repeats=(evidence("earlier words"),))
    again = gaps_of(reworded, previous={gap.id: gap for gap in first}, run_at=later)
    before, after = by_kind(first, "promise_missing"), by_kind(again, "promise_missing")
    assert (after.id, after.opened_at) == (before.id, before.opened_at)
    assert after.id == derive_id("gap", ENG, "promise_missing", "prm_1111111111111111")
    assert after.title != before.title


def test_gap_that_is_gone_is_resolved_once_and_stays_so() -> None:
    first = {gap.id: gap for gap in gaps_of(full_record())}
    later = RUN + timedelta(days=1)
    resolved = gaps_of(record(outcomes=(outcome(),)), previous=first, run_at=later)
    closed = [gap for gap in resolved if gap.state == "resolved"]
    assert {gap.closed_at for gap in closed} == {later}
    assert {gap.kind for gap in closed} == {"person_missing", "promise_missing", "scope_missing", "vague_undecided"}
    again = gaps_of(
        record(outcomes=(outcome(),)), previous={gap.id: gap for gap in resolved}, run_at=later + timedelta(days=1)
    )
    assert [gap for gap in again if gap.state == "resolved"] == closed


def test_gap_that_comes_back_opens_anew() -> None:
    old = by_kind(gaps_of(only_promise()), "promise_missing")
    closed = old.model_copy(update={"state": "resolved", "closed_at": RUN})
    later = RUN + timedelta(days=9)
    again = by_kind(gaps_of(only_promise(), previous={old.id: closed}, run_at=later), "promise_missing")
    assert (again.opened_at, again.closed_at) == (later, None)


def test_gap_that_is_gone_stays_undecided_while_the_tracker_cannot_be_read() -> None:
    first = {gap.id: gap for gap in gaps_of(only_promise())}
    gaps = gaps_of(record(), previous=first, licence=BLIND)
    assert by_kind(gaps, "promise_missing").state == "not_decidable"
    assert by_kind(gaps, "promise_missing").undecided_because == BLIND.unproven["tracker"]


@pytest.mark.parametrize("need", ["tracker", "conversation", "people"])
def test_gap_about_something_seen_stays_as_it_is_while_its_end_is_not_proven(need: str) -> None:
    made = record(promises=(promise(),), items=(item(summary=ALIKE),))
    first = {gap.id: gap for gap in gaps_of(made)}
    lacking = Licence({need: ("x: cut short",)})
    stays = by_kind(gaps_of(record(), previous=first, licence=lacking), "promise_review")
    assert stays == first[stays.id]


def test_one_promise_has_one_gap_when_its_kind_changes() -> None:
    first = {gap.id: gap for gap in gaps_of(only_promise())}
    made = record(promises=(promise(),), items=(item(summary=ALIKE),))
    gaps = [gap for gap in gaps_of(made, previous=first, licence=BLIND) if gap.subject_id == "prm_1111111111111111"]
    assert [(gap.kind, gap.state) for gap in gaps] == [("promise_review", "open"), ("promise_missing", "resolved")]


@pytest.mark.parametrize(
    ("changes", "items", "expected"),
    [
        ({}, (), ["promise_missing"]),
        ({}, (item(summary=ALIKE),), ["promise_review"]),
        ({}, (item(summary=ALIKE, state="dropped"),), ["promise_dropped"]),
        ({"due_date": date(2026, 8, 14)}, (item(summary=ALIKE, due=date(2026, 9, 1)),), ["promise_review"]),
        ({}, (item(text="Record: prm_1111111111111111"),), []),
        (
            {"due_date": date(2026, 8, 14)},
            (item(text="Record: prm_1111111111111111", due=date(2026, 9, 1)),),
            ["promise_late"],
        ),
        ({"needs_review": True}, (), []),
        ({"needs_review": True}, (item(summary=ALIKE),), []),
        ({"needs_review": True}, (item(text="Record: prm_1111111111111111"),), []),
        ({"status": "withdrawn"}, (), []),
        ({"status": "softened"}, (), ["promise_missing"]),
        ({"kind": "communication", "due_date": date(2026, 3, 26)}, (), []),
        ({"kind": "communication", "due_date": date(2026, 6, 20)}, (), ["promise_missing"]),
        ({"kind": "timeline", "due_date": date(2026, 3, 26)}, (), ["promise_missing"]),
    ],
)
def test_promise_gets_the_gap_that_its_trace_shows(
    changes: dict[str, Any], items: tuple[Any, ...], expected: list[str]
) -> None:
    assert why_and(gaps_of(record(promises=(promise(**changes),), items=items))) == expected


@pytest.mark.parametrize(
    ("summary", "due", "score", "kind"),
    [
        ("Sync live on 14 August, charged at cost", None, 9.0, "promise_contradicted"),
        ("Sync live on 14 August, charged at cost", None, 1.0, "promise_review"),
        ("Sync live", date(2026, 9, 1), 9.0, "promise_late"),
        ("Sync live", date(2026, 9, 1), 1.0, "promise_review"),
        ("Sync live, charged at cost", date(2026, 9, 1), 9.0, "promise_contradicted"),
    ],
)
def test_item_that_only_came_nearest_contradicts_nothing_and_is_shown_with_what_it_says(
    summary: str, due: date | None, score: float, kind: str
) -> None:
    said = promise("Scanner sync is live by 14 August, free of charge", due_date=date(2026, 8, 14))
    made = record(promises=(said,), items=(item(summary=summary, due=due),))
    traced = trace_record(made, markers={}, matcher=Fixed({"Sync": score}))
    gap = by_kind(find_gaps(traced, licence=Licence(), previous={}, run_at=RUN), kind)
    assert "agreed was" in gap.reasons[0]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("We will be through on 30 June.", "promise_review"),
        ("It will be done by Tuesday 30 June.", "promise_review"),
        ("Bis 30. Juni sind wir fertig.", "promise_review"),
        ("Nous aurons terminé le 30 juin.", "promise_review"),
        ("We go live on 30 June.", "promise_late"),
    ],
)
def test_item_is_not_late_for_a_promise_that_names_no_work(said: str, kind: str) -> None:
    due = date(2026, 6, 30)
    other = item(summary="Thursday drop in", due=date(2026, 7, 30))
    made = record(promises=(promise(said, due_date=due),), items=(other,))
    traced = trace_record(made, markers={}, matcher=Fixed({"drop": 9.0}))
    gaps = find_gaps(traced, licence=Licence(), previous={}, run_at=RUN)
    assert by_kind(gaps, kind).reasons[0] == "SCAN-1 says due 30 Jul 2026, agreed was 30 Jun 2026"


def test_item_that_delivers_another_promise_sooner_contradicts_nothing() -> None:
    said = (promise("Ten scanners"), promise("Twelve scanners for the gate", id="prm_2"))
    matcher = ByText({("Ten", "Nine"): 8.0, ("Twelve", "Nine"): 9.0})
    made = record(promises=said, items=(item(summary="Nine scanners"),))
    gaps = find_gaps(trace_record(made, markers={}, matcher=matcher), licence=Licence(), previous={}, run_at=RUN)
    kinds = {gap.subject_id: gap.kind for gap in gaps if gap.kind.startswith("promise_")}
    assert kinds == {"prm_1111111111111111": "promise_review", "prm_2": "promise_contradicted"}


def test_likelier_dropped_item_before_a_living_one_is_for_a_person() -> None:
    dropped = item("SCAN-1", promise().text, state="dropped", status="Won't Do")
    made = record(promises=(promise(),), items=(dropped, item("SCAN-2", "Scanner sync check live")))
    gap = by_kind(gaps_of(made), "promise_review")
    assert gap.reasons[0] == "SCAN-1 was dropped (Won't Do)"


def test_promise_that_was_not_traced_is_not_called_missing() -> None:
    gaps = find_gaps(only_promise(), licence=Licence(), previous={}, run_at=RUN)
    assert by_kind(gaps, "promise_review").reasons == ("was not compared with delivery yet",)


def test_price_promise_says_where_it_is_kept() -> None:
    assert "invoices" in by_kind(gaps_of(only_promise(kind="price")), "promise_missing").next_step


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, True),
        ({"in_delivery": ("SCAN-1",)}, False),
        ({"in_delivery": ("SCAN-9",)}, True),
        ({"roles": ("end user",)}, False),
        ({"roles": ("end user",), "stance": "skeptic"}, True),
        ({"roles": ("skeptic on site",)}, True),
        ({"roles": (), "stance": "supporter"}, False),
    ],
)
def test_who_decides_or_doubts_must_be_known_to_delivery(changes: dict[str, Any], found: bool) -> None:  # noqa: FBT001 - a table
    gaps = gaps_of(record(stakeholders=(person(**changes),)))
    assert ("person_missing" in kinds_of(gaps)) is found


def test_person_named_only_by_a_dropped_item_is_missing() -> None:
    made = record(stakeholders=(person(in_delivery=("SCAN-1",)),), items=(item(state="dropped"),))
    assert "person_missing" in kinds_of(gaps_of(made))


def test_doubter_who_decides_is_the_worst_to_miss() -> None:
    both = by_kind(gaps_of(record(stakeholders=(person(stance="skeptic"),))), "person_missing")
    assert both.severity == "high"
    assert both.title == "Greta Koehler (decision maker) is not in delivery"
    plain = person(roles=(), stance="skeptic", title="Head of yard")
    assert "(skeptic)" in by_kind(gaps_of(record(stakeholders=(plain,))), "person_missing").title


def test_why_is_missing_until_an_item_tells_it() -> None:
    assert "why_missing" in kinds_of(gaps_of(record(outcomes=(outcome(),))))
    telling = item(text="Background: 340 re-scans in one shift")
    assert kinds_of(gaps_of(record(outcomes=(outcome(),), items=(telling,)))) == []
    dropped = telling.model_copy(update={"state": "dropped"})
    assert by_kind(gaps_of(record(outcomes=(outcome(),), items=(dropped,))), "why_missing").work_item_key is None
    ours = item(text="340 re-scans in one shift", marker="atlas-1")
    assert kinds_of(gaps_of(record(outcomes=(outcome(),), items=(ours,)))) == []
    closed = ours.model_copy(update={"state": "dropped"})
    gap = by_kind(gaps_of(record(outcomes=(outcome(),), items=(closed,))), "why_missing")
    assert gap.work_item_key == closed.key
    assert gap.next_step.startswith(f"{closed.key}, which says it, was closed undone")


@pytest.mark.parametrize(("said", "quoted"), [("Το λιμάνι σταματά", True), ("!?", False)])
def test_why_in_any_script_is_found_in_our_brief_and_signs_alone_are_not(said: str, quoted: bool) -> None:  # noqa: FBT001 - a table
    ours = item(text=f"Why they bought: {said}, twice", marker="atlas-1")
    gaps = gaps_of(record(outcomes=(outcome(said),), items=(ours,)))
    assert ("why_missing" not in kinds_of(gaps)) is quoted


def test_why_that_nobody_said_is_to_be_asked() -> None:
    gap = by_kind(gaps_of(record(outcomes=(outcome(kind="why_us"),))), "why_missing")
    assert gap.next_step.startswith("Ask Hana Vrba")
    nobody = record(engagement=engagement(owner_sales=None))
    assert by_kind(gaps_of(nobody), "why_missing").next_step.startswith("Ask whoever sold it")
    left = record(engagement=engagement(owner_sales_active=False))
    assert by_kind(gaps_of(left), "why_missing").next_step.startswith("Ask whoever took the deal over why")


def test_why_that_may_stand_unread_is_not_said_to_be_missing() -> None:
    unread = "whys are read in English alone: look for one in the email of 5 May 2026 (German)."
    gap = by_kind(gaps_of(record(whys_unread=unread)), "why_missing")
    assert (gap.state, gap.undecided_because, gap.reasons, gap.holds_back) == ("not_decidable", (unread,), (), False)
    assert by_kind(gaps_of(record()), "why_missing").reasons == ("the conversation does not say why either",)
    assert by_kind(gaps_of(record(whys_unread=unread, outcomes=(outcome(),))), "why_missing").state == "open"


def test_why_is_shown_by_what_the_client_knows_first() -> None:
    made = record(outcomes=(outcome("A secret", id="out_0", audience="internal"), outcome()))
    assert by_kind(gaps_of(made), "why_missing").audience == "client_ok"


@pytest.mark.parametrize(
    ("kind", "items", "expected"),
    [
        ("out", (), ["scope_missing"]),
        ("later", (), ["scope_missing"]),
        ("in", (item(summary="Reefer monitoring excluded"),), []),
        ("out", (item(text="Reefer monitoring is no part of this", marker="atlas-1"),), []),
        ("assumption", (), []),
        ("vague", (), ["vague_undecided"]),
        ("vague", (item(summary="Reefer monitoring"),), ["vague_undecided"]),
        ("vague", (item(summary="Decide if reefer monitoring is part"),), []),
        ("vague", (item(summary="Decide if reefer monitoring is part", state="dropped"),), ["vague_undecided"]),
        ("vague", (item(summary="Decide on the monitoring hours"),), ["vague_undecided"]),
        ("vague", (item(text="Record: sco_1111111111111111"),), []),
    ],
)
def test_scope_points_are_found_or_are_gaps(kind: str, items: tuple[Any, ...], expected: list[str]) -> None:
    assert why_and(gaps_of(record(scope=(point(kind=kind),), items=items))) == expected


@pytest.mark.parametrize(
    ("said", "step"),
    [
        ("Monitoring is open", "Agree with the client who decides this and by when."),
        ("TBD: monitoring (by June 1)", "Agree with the client who decides this by 1 Jun 2026."),
        ("TBD: monitoring (Greta Koehler)", "Agree with Greta Koehler by when this is decided."),
        ("TBD: monitoring (Greta Koehler, 1 June)", "See that Greta Koehler decides this by 1 Jun 2026."),
    ],
)
def test_next_step_of_an_open_point_asks_for_what_its_words_do_not_say(said: str, step: str) -> None:
    open_point = point(
        said, kind="vague", evidence=evidence(said.replace(" ", "&nbsp;").replace("Greta", "<b>Greta</b>"))
    )
    gaps = gaps_of(record(scope=(open_point,), stakeholders=(person(),)))
    assert by_kind(gaps, "vague_undecided").next_step == step


@pytest.mark.parametrize(
    ("scores", "state", "expected"),
    [
        ({"hotel": 1.0}, "to_do", []),
        ({"hotel": -1.0}, "to_do", ["vague_undecided"]),
        ({"hotel": 1.0, "Reefer": 2.0}, "to_do", ["vague_undecided"]),
        ({"hotel": 1.0, "Reefer": 2.0}, "dropped", []),
    ],
)
def test_vague_point_is_taken_up_by_the_likeliest_living_item_and_by_no_unlikely_one(
    scores: dict[str, float], state: str, expected: list[str]
) -> None:
    items = (item(summary="Reefer monitoring", state=state), item("SCAN-2", "Confirm hotel rooms"))
    traced = trace_record(record(scope=(point(kind="vague"),), items=items), markers={}, matcher=Fixed(scores))
    assert why_and(find_gaps(traced, licence=Licence(), previous={}, run_at=RUN)) == expected


@pytest.mark.parametrize(
    ("text", "state", "scores", "expected"),
    [
        ("", "to_do", {"Reefer": 1.0}, ["scope_missing"]),
        ("Order and install", "done", {"Reefer": 1.0}, ["scope_missing"]),
        ("Not ours, the client's electrician", "to_do", {"Reefer": 1.0}, []),
        ("Excluded", "to_do", {"Reefer": 1.0}, []),
        ("", "dropped", {"Reefer": 1.0}, []),
        ("", "dropped", {"Reefer": 2.0, "hotel": 1.0}, []),
    ],
)
def test_what_is_out_is_held_by_what_was_dropped_or_says_no_and_not_by_what_would_do_it(
    text: str, state: str, scores: dict[str, float], expected: list[str]
) -> None:
    items = (item(summary="Reefer monitoring", text=text, state=state), item("SCAN-2", "Confirm hotel rooms"))
    traced = trace_record(record(scope=(point(),), items=items), markers={}, matcher=Fixed(scores))
    assert why_and(find_gaps(traced, licence=Licence(), previous={}, run_at=RUN)) == expected


@pytest.mark.parametrize(
    ("said", "state", "expected"),
    [
        ("The reefer monitoring is out of scope.", "to_do", ["scope_missing"]),
        ("Reefer monitoring is not included.", "dropped", []),
        ("Reefer monitoring at night is not included.", "to_do", []),
        ("Reefer monitoring at night is not included.", "dropped", ["scope_missing"]),
    ],
)
def test_item_that_names_all_that_is_out_is_about_it_however_it_scores(
    said: str, state: str, expected: list[str]
) -> None:
    made = record(scope=(point(said),), items=(item(summary="Reefer monitoring", state=state),))
    traced = trace_record(made, markers={}, matcher=Fixed({"Reefer": -1.0}))
    assert why_and(find_gaps(traced, licence=Licence(), previous={}, run_at=RUN)) == expected


def test_item_that_may_do_what_is_out_is_named_beside_it_unless_the_brief_says_it() -> None:
    items = (item(summary="Reefer monitoring"), item("SCAN-2", text=point().text, marker="atlas-1"))
    for there, expected in ((items[:1], ["scope_missing"]), (items, [])):
        traced = trace_record(record(scope=(point(),), items=there), markers={}, matcher=Fixed({"Reefer": 1.0}))
        gaps = find_gaps(traced, licence=Licence(), previous={}, run_at=RUN)
        assert why_and(gaps) == expected
        for gap in (gap for gap in gaps if gap.kind == "scope_missing"):
            assert gap.work_item_key == "SCAN-1"
            assert gap.next_step.startswith("Look if SCAN-1 does what was ruled out.")
            assert "SCAN-1 says “Reefer monitoring”" in gap.reasons


def test_owner_is_the_seller_unless_they_left() -> None:
    assert gaps_of(only_promise())[0].owner == "Hana Vrba"
    left = replace(only_promise(), engagement=engagement(owner_sales_active=False))
    assert gaps_of(left)[0].owner is None


def test_gaps_close_when_our_items_stand_in_the_tracker() -> None:
    made = full_record()
    gaps = gaps_of(made)
    proposal = propose(made, gaps, target=Target(project="SCAN", audience="internal"), existing={}, tenant="t")
    filled = with_items(made, proposal)
    met = replace(filled, stakeholders=(person(in_delivery=("SCAN-90",)),))
    markers = {command.marker: command.subject_id for command in proposal.commands if command.action == "create"}
    for known in (markers, {}):
        after = gaps_of(met, markers=known, previous={gap.id: gap for gap in gaps})
        assert {gap.state for gap in after} == {"resolved"}


def test_message_without_a_day_of_winning_is_still_owed() -> None:
    owed: Promise = promise(kind="communication", due_date=date(2026, 3, 26))
    made = record(engagement=engagement(won_at=None), promises=(owed,))
    assert "promise_missing" in kinds_of(gaps_of(made, run_at=datetime(2026, 6, 15, tzinfo=UTC)))


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        ({}, []),
        ({"state": "in_progress", "moved_at": RUN - timedelta(days=21)}, []),
        ({"state": "in_progress", "moved_at": RUN - timedelta(days=22)}, ["promise_stalled"]),
        ({"state": "to_do", "moved_at": RUN - timedelta(days=90)}, []),
        ({"state": "done", "moved_at": RUN - timedelta(days=90)}, []),
    ],
)
def test_work_that_was_begun_and_lies_still_is_stalled(changes: dict[str, Any], kinds: list[str]) -> None:
    covering = item(text="Record: prm_1111111111111111", status="In Progress", **changes)
    assert why_and(gaps_of(record(promises=(promise(),), items=(covering,)))) == kinds


@pytest.mark.parametrize(
    ("due", "state", "kinds"),
    [
        (date(2026, 6, 14), "to_do", ["promise_late"]),
        (date(2026, 6, 15), "to_do", []),
        (date(2026, 6, 14), "done", []),
        (date(2026, 6, 14), "in_progress", ["promise_late"]),
    ],
)
def test_covered_promise_is_late_from_the_day_after_it_was_due(due: date, state: str, kinds: list[str]) -> None:
    gaps = gaps_of(only_promise_with(item(text="Record: prm_1111111111111111", state=state), due_date=due))
    assert why_and(gaps) == kinds
    if kinds:
        gap = by_kind(gaps, "promise_late")
        assert (gap.severity, gap.reasons[0]) == ("high", "was due 14 Jun 2026, and SCAN-1 is To Do")
        assert gap.next_step.startswith("SCAN-1 is overdue: finish it, or agree another day")


@pytest.mark.parametrize(
    ("until", "step"),
    [
        (date(2026, 6, 12), "SCAN-1 is overdue: finish it"),
        (date(2026, 6, 30), "Bring SCAN-1 forward"),
    ],
)
def test_late_item_is_brought_forward_only_where_its_own_day_is_too_late(until: date, step: str) -> None:
    made = only_promise_with(item(text="Record: prm_1111111111111111", due=until), due_date=date(2026, 6, 12))
    assert by_kind(gaps_of(made), "promise_late").next_step.startswith(step)


@pytest.mark.parametrize(
    ("summary", "until", "kinds"),
    [
        ("York office ready", date(2026, 6, 24), []),
        ("York office ready", date(2026, 6, 30), ["promise_late"]),
        ("Leeds office ready", date(2026, 6, 24), ["promise_late"]),
        ("Leeds office ready", date(2026, 6, 10), ["promise_late"]),
    ],
)
def test_item_is_late_for_the_day_that_was_said_of_it(summary: str, until: date, kinds: list[str]) -> None:
    said = "The Leeds office will be ready by 10 June, York follows on 24 June."
    named = item(summary=summary, text="prm_1111111111111111", due=until)
    assert why_and(gaps_of(only_promise_with(named, text=said, due_date=date(2026, 6, 10)))) == kinds


@pytest.mark.parametrize(
    ("text", "due_text", "kinds"),
    [
        ("We hold the price until 14 June.", "until 14 June", []),
        ("The price is fixed till 14 June.", "till 14 June", []),
        ("Das Angebot ist bis zum 14. Juni gültig.", "bis zum 14. Juni", []),
        ("Nous maintenons le prix jusqu'au 14 juin.", "jusqu'au 14 juin", []),
        ("Mantenemos el precio hasta el 14 de junio.", "hasta el 14 de junio", []),
        ("We hold the training by 14 June.", "by 14 June", ["promise_late"]),
        ("We get the defects fixed until 14 June.", "until 14 June", ["promise_late"]),
        ("We send the process maps until 14 June.", "until 14 June", ["promise_late"]),
        ("Wir liefern die Pläne bis 14. Juni.", "bis 14. Juni", ["promise_late"]),
        ("We fix the remaining defects until 14 June.", "until 14 June", ["promise_late"]),
        ("Wir halten fest: die Pläne liefern wir bis 14. Juni.", "bis 14. Juni", ["promise_late"]),
        ("Wir halten den Workshop bis 14. Juni ab.", "bis 14. Juni", ["promise_late"]),
        ("Wir halten den Preis bis 14. Juni fest.", "bis 14. Juni", []),
        ("Wir räumen die Reste bis 14. Juni weg.", "bis 14. Juni", ["promise_late"]),
    ],
)
def test_what_holds_until_a_day_is_not_late_after_it(text: str, due_text: str, kinds: list[str]) -> None:
    covering = item(text="Record: prm_1111111111111111", state="to_do")
    made = only_promise_with(covering, text=text, due_text=due_text, due_date=date(2026, 6, 14))
    assert why_and(gaps_of(made)) == kinds


def only_promise_with(*items: WorkItem, **changes: Any) -> EngagementRecord:  # noqa: ANN401 - as above
    return record(promises=(promise(**changes),), items=items)


@pytest.mark.parametrize(
    ("unseen", "reason"),
    [(None, "the deal names nobody"), ("crm:user:U1", "the deal's owner is nobody whom the CRM shows")],
)
def test_deal_that_names_nobody_and_one_whose_owner_is_not_shown_are_told_apart(
    unseen: str | None, reason: str
) -> None:
    made = record(engagement=engagement(owner_sales=None, unseen_owner=unseen))
    gap = by_kind(gaps_of(made), "owner_missing")
    assert (gap.state, gap.reasons) == ("open", (reason,))
    unread = Licence({"owner": ("crm users: owners are not read.",)})
    assert by_kind(gaps_of(made, licence=unread), "owner_missing").state == "not_decidable"


def test_engagement_that_nobody_sells_has_no_owner() -> None:
    made = record(engagement=engagement(owner_sales_active=False))
    gap = by_kind(gaps_of(made), "owner_missing")
    assert (gap.reasons, gap.severity, gap.owner) == (("Hana Vrba has left",), "medium", None)
    assert "owner_missing" not in kinds_of(gaps_of(record()))
    hidden = Licence({"people": ("crm owners: not permitted",)})
    assert by_kind(gaps_of(made, licence=hidden), "owner_missing").state == "not_decidable"


def test_signed_contract_of_an_open_deal_without_a_project_is_out_of_order() -> None:
    still_open = engagement(stage="open")
    signed = contract(signed_on=date(2026, 6, 1))
    made = record(engagement=still_open, projects=(), contracts=(signed,))
    gap = by_kind(gaps_of(made), "contract_without_project")
    assert gap.title == "contract C-17 is signed since 1 Jun 2026, and no project is joined to Yard scanners"
    assert (gap.severity, gap.reasons, gap.subject_id) == ("medium", ("the deal is open",), "con_1")
    for paper in (contract(status="Draft"), contract(status="Terminated", signed_on=date(2026, 6, 1))):
        assert gaps_of(record(engagement=still_open, projects=(), contracts=(paper,))) == []
    assert gaps_of(record(engagement=still_open, contracts=(signed,))) == []
    assert gaps_of(record(engagement=engagement(stage="lost"), projects=(), contracts=(signed,))) == []
    won = record(projects=(), contracts=(signed,))
    assert by_kind(gaps_of(won), "project_missing").reasons == ("contract C-17 is signed since 1 Jun 2026",)
    assert by_kind(gaps_of(won), "contract_without_project").severity == "low"


def test_conversation_is_attached_by_an_item_of_ours_or_by_its_address() -> None:
    assert "conversation_missing" in [gap.kind for gap in gaps_of(record())]
    for there in (item(marker="atlas-1"), item(text="see https://crm.example/int_call")):
        assert "conversation_missing" not in [gap.kind for gap in gaps_of(record(items=(there,)))]
    dropped = item(marker="atlas-1", state="dropped")
    assert "conversation_missing" in [gap.kind for gap in gaps_of(record(items=(dropped,)))]


def test_what_the_customer_owes_is_open_until_its_item_is_done() -> None:
    owed = obligation("Send us the floor plans by 1 June", due_date=date(2026, 6, 1))
    gap = by_kind(gaps_of(record(obligations=(owed,))), "obligation_open")
    assert (gap.severity, gap.reasons, gap.evidence) == ("medium", ("was due 1 Jun 2026",), owed.evidence)
    assert by_kind(gaps_of(record(obligations=(obligation("Send plans"),))), "obligation_open").severity == "low"
    tracked = item(text="Record: obl_1111111111111111")
    assert "obligation_open" in kinds_of(gaps_of(record(obligations=(owed,), items=(tracked,))))
    done = item("SCAN-2", text="Record: obl_1111111111111111", state="done")
    assert "obligation_open" not in kinds_of(gaps_of(record(obligations=(owed,), items=(done,))))
    assert "obligation_open" in kinds_of(gaps_of(record(obligations=(owed,), items=(done, tracked))))


@pytest.mark.parametrize(("state", "expected"), [("to_do", ["obligation_open"]), ("done", [])])
def test_what_the_customer_owes_names_its_likely_item_and_is_met_once_that_is_confirmed_and_done(
    state: str, expected: list[str]
) -> None:
    made = record(obligations=(obligation(),), items=(item(summary="Floor plans from client", state=state),))
    asked = trace_record(made, markers={}, matcher=Fixed({"Floor": 1.0}))
    (gap,) = [
        one for one in find_gaps(asked, licence=Licence(), previous={}, run_at=RUN) if one.kind == "obligation_open"
    ]
    assert gap.work_item_key == "SCAN-1"
    assert gap.next_step == "Look if SCAN-1 stands for it: `atlas-sync review`; else ask the client for it."
    unlike = trace_record(made, markers={}, matcher=Fixed({"Floor": -1.0}))
    assert (
        by_kind(find_gaps(unlike, licence=Licence(), previous={}, run_at=RUN), "obligation_open").work_item_key is None
    )
    judged = Judged(confirmed={obligation().id: ["jira:work_item:SCAN-1"]})
    confirmed = trace_record(made, markers={}, judged=judged)
    assert why_and(find_gaps(confirmed, licence=Licence(), previous={}, run_at=RUN)) == expected


def test_what_the_customer_owed_before_the_sale_is_over() -> None:
    owed = obligation("Send the drawings by 1 May", due_date=date(2026, 5, 1))
    assert "obligation_open" not in kinds_of(gaps_of(record(obligations=(owed,))))
