from __future__ import annotations

import signal
import threading
import time
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import cast

import pytest

from atlas_sync.canonical.model import Audience
from atlas_sync.coverage import CreateItem, LinkItem, Rules, WriteCommand
from atlas_sync.operations.apply import Applied, Chain, Step, _carry_out, apply
from atlas_sync.operations.hand import Hand
from atlas_sync.operations.plan import plan
from atlas_sync.operations.planned import PlannedEngagement
from atlas_sync.sandbox.jira.adf import text_of
from atlas_sync.sandbox.jira.store import Issue
from tests.hostile.people import mark_of
from tests.hostile.play import Stage

_CREATE = r"^POST .*/issue$"


def _apply(stage: Stage) -> Applied:
    stage._current.writer = stage.writers[0]
    workspace = stage.workspace(stage.writers[0])
    return apply(workspace, plan(workspace).id)


def _marks(stage: Stage) -> list[str]:
    return [mark_of(one) for one in stage.site._site.issues.values()]


def _creates(stage: Stage) -> int:
    return sum(asked == "POST /rest/api/3/issue" for asked in stage.wire.asked)


@pytest.fixture
def calls(stage: Stage) -> int:
    """Tell how many calls it takes where all goes well. A brief is looked for when it was made in any case, so that is free."""
    _apply(stage)
    number = len(stage.wire.asked)
    for issue in list(stage.site._site.issues.values()):
        stage.site._site.erase(issue)
    stage.writers[0].forget()
    stage.wire.asked.clear()
    return number


@pytest.mark.parametrize("fault", ["503_after", "drop_after", "page_after"])
@pytest.mark.parametrize(("place", "looks"), [(0, 0), (2, 1), (5, 1)])
def test_one_create_without_a_clear_answer_costs_at_most_one_look_and_makes_no_second_item(
    stage: Stage, calls: int, fault: str, place: int, looks: int
) -> None:
    stage.wire.script += [(_CREATE, "")] * place + [(_CREATE, fault)]
    applied = _apply(stage)
    assert applied.error is None
    assert applied.count("found") == 1
    assert len(stage.wire.asked) == calls + looks
    assert _creates(stage) == len(_marks(stage)) == 7
    assert max(Counter(_marks(stage)).values()) == 1


@pytest.mark.parametrize("fault", ["503", "drop_before", "lost"])
def test_create_that_is_not_found_waits_and_is_then_sent_a_second_time(stage: Stage, fault: str) -> None:
    stage.wire.script.append((_CREATE, fault))
    applied = _apply(stage)
    assert applied.count("unknown") == 1
    assert applied.error is not None
    assert applied.error.exit_code == 4
    for _turn in range(3):
        stage.wire.pass_time(200)
        again = _apply(stage)
        assert again.count("created") == 0
    stage.wire.pass_time(900)
    assert _apply(stage).error is None
    assert _creates(stage) == 8
    assert sorted(_marks(stage)) == sorted(set(_marks(stage)))
    assert len(_marks(stage)) == 7


def test_create_that_comes_about_after_it_was_given_up_is_found_and_not_sent_again(stage: Stage) -> None:
    stage.wire.late_by_s = (300, 400)
    stage.wire.script.append((_CREATE, "late"))
    assert _apply(stage).count("unknown") == 1
    stage.wire.pass_time(500)
    assert _apply(stage).error is None
    assert _creates(stage) == len(_marks(stage)) == 7


def test_create_that_comes_about_when_its_ledger_is_lost_is_taken_back_in_time(stage: Stage) -> None:
    stage.wire.late_by_s = (300, 301)
    stage.wire.script.append((_CREATE, "late"))
    _apply(stage)
    for _lost in range(2):
        stage.writers[0].forget()
        again = _apply(stage)
    assert max(Counter(_marks(stage)).values()) == 1
    stage.wire.pass_time(400)
    (note,) = _apply(stage).notes
    assert "whoever made" in note
    stage.wire.pass_time(900)
    (note,) = _apply(stage).notes
    assert "is removed again" in note
    assert again.error is None
    assert max(Counter(_marks(stage)).values()) == 1


def test_edit_that_overwrote_a_person_is_turned_back(stage: Stage) -> None:
    _apply(stage)
    stage.wire.pass_time(60)
    brief = next(one for one in stage.site._site.issues.values() if one.type == "Epic" and one.project.key == "ONE")

    def write(asked: str) -> None:
        if asked == f"PUT /rest/api/3/issue/{brief.id}" and not stage.people.texts:
            stage.people._write(brief)

    stage.wire.meanwhile = write
    stage.version = 2
    applied = _apply(stage)
    (step,) = [step for step in applied.steps if step.command.marker == mark_of(brief)]
    assert step.result == "kept"
    assert "put back" in step.reason
    assert stage.people.texts
    assert not stage.people.wronged()
    stage.wire.pass_time(60)
    again = _apply(stage)
    assert not again.steps


def _item(stage: Stage, text: str) -> Issue:
    return next(one for one in stage.site._site.issues.values() if text in one.summary)


@pytest.mark.parametrize("fault", ["", "503_after", "drop_before", "late"])
def test_later_day_is_set_with_one_comment_that_says_what_changed(stage: Stage, fault: str) -> None:
    _apply(stage)
    stage.version = 2
    stage.wire.late_by_s = (300, 400)
    stage.wire.script.append((r"^POST .*/comment$", fault))
    for _turn in range(2):
        stage.wire.pass_time(1000)
        _apply(stage)
    item = _item(stage, "Scanner sync is live")
    assert item.due == date(2026, 9, 1)
    (comment,) = item.comments
    assert "due 1 Sep 2026 instead of 14 Aug 2026" in text_of(comment.body)
    stage.wire.pass_time(1000)
    assert not _apply(stage).steps


def test_person_who_sets_another_day_at_that_moment_keeps_it(stage: Stage) -> None:
    _apply(stage)
    stage.wire.pass_time(60)
    item = _item(stage, "Scanner sync is live")
    stage.version = 2

    def write(asked: str) -> None:
        if asked == f"PUT /rest/api/3/issue/{item.id}" and str(item.due) == "2026-08-14":
            stage.site.edit_as_person(item.id, user_key="u-ada", fields={"due": "2026-08-20"})

    stage.wire.meanwhile = write
    applied = _apply(stage)
    (step,) = [step for step in applied.steps if step.command.marker == mark_of(item)]
    assert (step.result, item.due) == ("kept", date(2026, 8, 20))
    assert "Due 1 Sep 2026" in text_of(item.description)
    stage.wire.pass_time(60)
    again = _apply(stage)
    assert not [one for one in again.steps if one.command.marker == mark_of(item)]
    assert item.due == date(2026, 8, 20)


def test_of_several_fields_only_those_that_are_still_ours_are_written(stage: Stage) -> None:
    _apply(stage)
    item = _item(stage, "Scanner sync is live")
    stage.wire.pass_time(60)
    stage.version = 2

    def write(asked: str) -> None:
        if asked == f"GET /rest/api/3/issue/{item.id}" and not item.history:
            stage.site.edit_as_person(item.id, user_key="u-ada", fields={"description": "Ours now"})

    stage.wire.meanwhile = write
    (step,) = [step for step in _apply(stage).steps if step.command.marker == mark_of(item)]
    assert step.result == "updated"
    assert (text_of(item.description), item.due) == ("Ours now", date(2026, 9, 1))


@pytest.mark.parametrize(
    ("declared", "due"),
    [({"ELSE": "internal"}, date(2026, 9, 1)), ({}, date(2026, 8, 14))],
    ids=["ours", "the client's"],
)
def test_item_moved_to_another_project_is_brought_up_to_date_there_unless_the_client_can_read_it(
    stage: Stage, declared: dict[str, Audience], due: date
) -> None:
    stage.delivery = replace(stage.delivery, audience={**stage.delivery.audience, **declared})
    _apply(stage)
    item = _item(stage, "Scanner sync is live")
    stage.site.move_as_person(item.id, "ELSE")
    stage.wire.pass_time(60)
    stage.version = 2
    _apply(stage)
    assert (item.key.partition("-")[0], item.due) == ("ELSE", due)


def test_second_run_writes_nothing_while_search_still_shows_the_texts_of_before(stage: Stage) -> None:
    _apply(stage)
    stage.wire.pass_time(60)
    stage.version = 2
    assert _apply(stage).count("updated") == 3
    writes = len(stage.wire.writes)
    assert not _apply(stage).steps
    assert len(stage.wire.writes) == writes


@pytest.mark.parametrize(("who", "said"), [("", "nobody could be assigned."), ("u-ada", "")])
def test_item_goes_to_whom_the_rule_names_or_to_nobody_and_says_so(stage: Stage, who: str, said: str) -> None:
    users = stage.site._site.users
    account = users[who].account_id if who else "5b10-left"
    stage.delivery = replace(stage.delivery, rules=Rules(assignees={"promise": account}))
    applied = _apply(stage)
    made = [step for step in applied.steps if isinstance(step.command, CreateItem)]
    assert {step.reason for step in made if step.command.item == "promise"} == {said}
    assert {step.reason for step in made if step.command.item != "promise"} == {""}
    assert applied.count("created") == 7
    given = [one.assignee for one in stage.site._site.issues.values() if one.assignee]
    assert len(given) == (3 if who else 0)


def test_apply_that_is_stopped_begins_no_other_item() -> None:
    class Interrupted:
        begun = 0
        is_first = threading.Lock()

        def carry_out(self, command: WriteCommand, _place: PlannedEngagement) -> Step:
            self.begun += 1
            time.sleep(0.05)
            if self.is_first.acquire(blocking=False):
                signal.pthread_kill(cast("int", threading.main_thread().ident), signal.SIGINT)
            return Step(command, "linked")

    command = LinkItem(marker="m", engagement_id="e", url="https://crm.example", title="the deal")
    chain = cast("Chain", [(command, None)])
    hand, applied = Interrupted(), Applied("plan", "run")
    # Tests that run in the background inherit that an interrupt is ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            _carry_out([chain] * 40, cast("Hand", hand), applied, report=lambda _step: None, at_once=2)
    finally:
        signal.signal(signal.SIGINT, before)
    assert hand.begun == len(applied.steps) < 10
