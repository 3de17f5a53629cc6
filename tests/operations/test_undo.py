from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from typing import Any, Literal

import pytest

from atlas_sync.connectors.jira import JiraWriter
from atlas_sync.errors import AccessError, ConfigError
from atlas_sync.operations.apply import Applied
from atlas_sync.operations.undo import Undone, runs, undo
from atlas_sync.operations.workspace import Workspace
from atlas_sync.sandbox.jira.adf import text_of
from tests.hostile.people import mark_of
from tests.hostile.play import Installation, Stage


def _fill(stage: Stage) -> Applied:
    applied = stage.run(stage.writers[0])
    assert applied is not None
    assert applied.error is None
    return applied


def _undo(stage: Stage, run: str) -> Undone:
    return undo(stage.workspace(stage.writers[0]), run)


def _shape(stage: Stage) -> list[Any]:
    """Give the tracker as people see it, without numbers."""
    return sorted(
        (
            *(one.project.key, one.type, one.summary, text_of(one.description), one.status, str(one.due)),
            *(
                tuple(one.labels),
                one.parent.summary if one.parent else "",
                *(link["object"]["url"] for link in one.links),
            ),
        )
        for one in stage.site._site.issues.values()
    )


def _keys(stage: Stage) -> list[str]:
    return sorted(one.key for one in stage.site._site.issues.values())


def test_undo_removes_what_the_run_made_and_apply_gives_the_same_tracker(stage: Stage) -> None:
    applied = _fill(stage)
    before = _shape(stage)
    assert len(before) == 7
    undone = _undo(stage, applied.run)
    assert undone.count("removed") == len(before)
    assert _keys(stage) == []
    _fill(stage)
    assert _shape(stage) == before
    stage.wire.pass_time(60)
    writes = len(stage.wire.writes)
    _fill(stage)
    assert len(stage.wire.writes) == writes


@pytest.mark.parametrize(
    ("touch", "why"),
    [
        (lambda site, key: site.edit_as_person(key, user_key="u-ada", fields={"summary": "Ours now"}), "summary"),
        (lambda site, key: site.edit_as_person(key, user_key="u-ada", fields={"labels": []}), "labels"),
        (lambda site, key: site.comment_as_person(key, user_key="u-ada", text="On it"), "1 comment"),
        (lambda site, key: site.close_as_person(key, "Done"), "status"),
        (lambda site, key: site.attach_as_person(key, "plan.pdf", 7), "attach"),
        (lambda site, key: site.move_as_person(key, "ELSE"), "Key"),
    ],
)
def test_item_that_somebody_touched_is_left_with_its_brief(stage: Stage, touch: Callable[..., Any], why: str) -> None:
    applied = _fill(stage)
    item = next(one for one in stage.site._site.issues.values() if one.type == "Task" and one.project.key == "ONE")
    touch(stage.site, item.id)
    stage.wire.pass_time(60)
    undone = _undo(stage, applied.run)
    left = {one.key: one.reason for one in undone.items if one.result == "left"}
    assert why in left.pop(item.key)
    assert list(left.values()) == ["1 item below it."]
    assert len(_keys(stage)) == 2


def test_without_the_right_to_delete_items_are_closed_and_no_longer_ours(stage: Stage) -> None:
    applied = _fill(stage)
    stage.wire.pass_time(60)
    stage.site._faults.deny("jira", "DELETE_ISSUES")
    undone = _undo(stage, applied.run)
    assert undone.count("closed") == 7
    assert {one.status for one in stage.site._site.issues.values()} == {"Won't Do"}
    assert not any(mark_of(one) or one.labels for one in stage.site._site.issues.values())
    _fill(stage)
    assert sum(bool(mark_of(one)) for one in stage.site._site.issues.values()) == 7


@pytest.mark.parametrize("steps", range(2, 26, 4))
def test_undo_that_was_cut_off_anywhere_goes_on(stage: Stage, steps: int) -> None:
    applied = _fill(stage)
    before = _shape(stage)
    stage.writers[0].kill_in = steps
    stage.attempt(lambda: _undo(stage, applied.run))
    assert stage.played.killed == 1
    _undo(stage, applied.run)
    assert _keys(stage) == []
    _fill(stage)
    assert _shape(stage) == before


@pytest.mark.parametrize(
    ("touch", "below"),
    [
        (lambda _site, _key: None, 1),
        (lambda site, key: site.comment_as_person(key, user_key="u-ada", text="Why?"), 2),
        (lambda site, key: site.close_as_person(key, "In Progress"), 2),
    ],
)
def test_what_we_closed_holds_its_brief_once_somebody_touches_it(
    stage: Stage, touch: Callable[..., Any], below: int
) -> None:
    applied = _fill(stage)
    stage.wire.pass_time(60)
    stage.site._faults.deny("jira", "DELETE_ISSUES")
    theirs, ours, *_more = (
        one for one in stage.site._site.issues.values() if one.type == "Task" and one.project.key == "ONE"
    )
    stage.site.comment_as_person(theirs.id, user_key="u-ada", text="On it")
    _undo(stage, applied.run)
    touch(stage.site, ours.id)
    stage.wire.pass_time(60)
    left = {one.key: one.reason for one in _undo(stage, applied.run).items}
    assert left.pop(theirs.key) == "1 comment."
    assert list(left.values()) == [f"{below} item{'s' if below > 1 else ''} below it."]


@pytest.mark.parametrize("steps", [15, 17])
def test_undo_that_was_cut_off_while_it_closed_goes_on(stage: Stage, steps: int) -> None:
    applied = _fill(stage)
    stage.wire.pass_time(60)
    stage.site._faults.deny("jira", "DELETE_ISSUES")
    stage.writers[0].kill_in = steps
    stage.attempt(lambda: _undo(stage, applied.run))
    assert stage.played.killed == 1
    again = _undo(stage, applied.run)
    assert again.count("closed") == len(again.items)
    assert {one.status for one in stage.site._site.issues.values()} == {"Won't Do"}
    assert _undo(stage, applied.run).items == []


def test_item_that_is_shut_to_us_is_left_and_the_others_go(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    applied = _fill(stage)
    stage.wire.pass_time(60)
    shut = next(one for one in stage.site._site.issues.values() if one.type == "Task")
    remove = JiraWriter.remove

    def refuse(writer: JiraWriter, remote_id: str) -> Literal["removed", "closed"]:
        if remote_id == shut.id:
            raise AccessError("status 403.", system="jira", operation="close", advice="Grant it.")
        return remove(writer, remote_id)

    monkeypatch.setattr(JiraWriter, "remove", refuse)
    undone = _undo(stage, applied.run)
    assert (undone.count("removed"), undone.error) == (5, None)
    reasons = {one.key: one.reason for one in undone.items if one.result == "left"}
    assert reasons.pop(shut.key) == "jira close: status 403. Grant it."
    assert list(reasons.values()) == ["1 item below it."]


def test_what_was_made_in_another_tracker_is_left_there_and_made_anew_here(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied, before, there = _fill(stage), _shape(stage), stage.site._site.issues
    first, opened = dict(there), stage.workspace

    def moved(writer: Installation) -> Workspace:
        workspace = opened(writer)
        return replace(workspace, connections={"next": replace(workspace.connections["jira"], name="next")})

    with monkeypatch.context() as patched:
        patched.setattr(stage, "workspace", moved)
        there.clear()
        assert {one.reason for one in _undo(stage, applied.run).items} == {
            "it was made in jira, which is not written to any more."
        }
        assert {one.result for one in _fill(stage).steps} >= {"created"}
        assert _shape(stage) == before
        assert {one.system for one in stage.intents(stage.writers[0], "done")} == {"next"}
    there.clear()
    there.update(first)
    stage.wire.pass_time(60)
    assert _fill(stage).count("created") == 0
    assert {(one.system, one.remote_id) for one in stage.intents(stage.writers[0])} == {("jira", one) for one in first}
    assert _undo(stage, applied.run).count("removed") == len(before)


def test_runs_are_listed_and_an_unknown_one_is_refused(stage: Stage) -> None:
    applied = _fill(stage)
    with closing(stage.workspace(stage.writers[0]).open_ledger()) as ledger:
        (one,) = runs(ledger)
    assert (one.run, one.made, one.standing) == (applied.run, 7, 7)
    with pytest.raises(ConfigError, match="made anything"):
        _undo(stage, "20200101")
