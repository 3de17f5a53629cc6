from __future__ import annotations

from typing import Any

import pytest

from atlas_sync.canonical.identity import marker_for
from atlas_sync.canonical.model import Gap, GapKind, Handoff
from atlas_sync.coverage import EngagementRecord, feedback_of
from tests.coverage.build import SAID, evidence, interaction, item, point, project, record

BRIEF = marker_for("t", "eng_1", "brief", "eng_1")


def gap(kind: GapKind, **changes: Any) -> Gap:  # noqa: ANN401 - fields by name
    values = {"id": "gap_1", "engagement_id": "eng_1", "subject_id": "x", "title": "Something", "state": "open"}
    return Gap(**{**values, "kind": kind, "severity": "low", "next_step": "Ask.", "opened_at": SAID, **changes})


def _told(made: EngagementRecord, *gaps: Gap, score: int | None = None) -> dict[str, str]:
    handoff = Handoff(engagement_id=made.engagement.id, score=score)
    return dict(feedback_of(made, gaps, handoff, tenant="t"))


def test_link_leads_to_the_brief_and_until_there_is_one_to_the_project() -> None:
    place = project(link="https://t.example/SCAN")
    assert _told(record(projects=(place,)))["link"] == "https://t.example/SCAN"
    brief = item("SCAN-9", marker=BRIEF, link="https://t.example/SCAN-9")
    assert _told(record(projects=(place,), items=(brief,)))["link"] == "https://t.example/SCAN-9"
    dropped = brief.model_copy(update={"state": "dropped"})
    assert _told(record(projects=(place,), items=(dropped,)))["link"] == "https://t.example/SCAN"
    assert _told(record(projects=(place.model_copy(update={"certain": False}),)))["link"] == ""


@pytest.mark.parametrize(
    ("states", "status"),
    [
        ((), "Project without items"),
        (("dropped",), "Project without items"),
        (("to_do", "to_do"), "Not started"),
        (("to_do", "in_progress"), "Under way, 0 of 2 items done"),
        (("to_do", "done", "dropped"), "Under way, 1 of 2 items done"),
        (("done", "dropped"), "Delivered"),
    ],
)
def test_status_says_how_far_the_items_are(states: tuple[str, ...], status: str) -> None:
    items = tuple(item(f"SCAN-{at}", state=state) for at, state in enumerate(states))
    assert _told(record(items=items))["status"] == status
    assert _told(record(items=items, projects=()))["status"] == "No project yet"


def test_score_that_cannot_be_decided_is_empty() -> None:
    assert (_told(record(), score=0)["score"], _told(record())["score"]) == ("0", "")
    assert feedback_of(record(), (), None, tenant="t")["score"] == ""


def test_questions_are_what_sales_can_answer_in_a_sentence_and_say_how() -> None:
    said = evidence("Training,&nbsp;we will see how <i>that</i> goes")
    told = _told(
        record(interactions=(interaction(body_format="html"),)),
        gap("why_missing", evidence=None),
        gap("vague_undecided", evidence=said),
        gap("promise_contradicted", work_item_key="SCAN-1", reasons=("due 4 May, not 1 May",), evidence=said),
        gap("obligation_open", title="Send us the floor plans"),
        gap("promise_missing"),
        gap("vague_undecided", state="waived"),
        gap("vague_undecided", state="not_decidable"),
    )["questions"].splitlines()
    assert told == [
        "1. Why did Nordhavn buy? Nothing on the deal says it.",
        "2. “Training, we will see how that goes” was left open. Who decides it, and by when?",
        "3. We promised “Training, we will see how that goes”, and SCAN-1 says otherwise (due 4 May, not 1 May). Which holds?",
        "4. “Send us the floor plans” is still to come from the client. When does it come?",
        "Reply with an e-mail or a note on this deal, or write into the field for answers.",
    ]
    assert _told(record())["questions"] == ""


def test_more_than_five_questions_are_counted() -> None:
    lines = _told(record(), *[gap("vague_undecided")] * 7)["questions"].splitlines()
    assert (len(lines), lines[5]) == (7, "And 2 more.")


@pytest.mark.parametrize(
    ("state", "asks"), [("to_do", True), ("in_progress", True), ("done", False), ("dropped", False)]
)
def test_point_that_was_left_open_is_asked_about_until_its_item_is_closed(state: str, asks: bool) -> None:  # noqa: FBT001 - a table
    said = evidence("Training,&nbsp;we will see how <i>that</i> goes")
    left = point("Training, we will see how that goes", id="sco_2222222222222222", kind="vague", evidence=said)
    decision = item("SCAN-4", marker=marker_for("t", "eng_1", "decision", "sco_2222222222222222"), state=state)
    heard = (interaction(body_format="html"),)
    told = _told(record(scope=(left, point()), items=(decision,), interactions=heard))["questions"]
    assert ("“Training, we will see how that goes” was left open (SCAN-4)." in told) is asks
