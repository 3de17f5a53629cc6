"""A template project is copied beside a new brief: each of its items once, as it was then, and people's from then on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from atlas_sync.operations.apply import Applied, apply
from atlas_sync.operations.plan import plan
from atlas_sync.operations.planned import Plan
from atlas_sync.operations.undo import undo
from atlas_sync.sandbox import happenings
from atlas_sync.sandbox.happenings import Event
from atlas_sync.sandbox.jira.store import Issue
from tests.hostile.play import Stage, calm_stage, on_stage

_MARKED = {"type": "text", "text": "steps", "marks": [{"type": "link", "attrs": {"href": "https://wiki.example/go"}}]}
_HOW = {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [_MARKED]}]}
_TEMPLATE = (
    ("TPL-1", "Task", "Give access", None, "*as agreed* {html}"),
    ("TPL-2", "Epic", "Go live", None, ""),
    ("TPL-3", "Story", "Rehearse", "TPL-2", ""),
    ("TPL-4", "Sub-task", "Book the room", "TPL-3", ""),
)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Give a calm tracker in which a template stands."""
    made = calm_stage(tmp_path)
    apply_event = made.site.apply
    now = made.time.now()
    project = happenings.Project("TPL", "TPL", "", "u-ada", client_visible=False)
    apply_event(Event(now, happenings.ProjectCreated(project)))
    for key, kind, summary, parent, text in _TEMPLATE:
        issue = happenings.Issue(
            key, "TPL", kind, summary, text, "To Do", reporter="u-ada", parent=parent, labels=("onboarding",)
        )
        apply_event(Event(now, happenings.IssueCreated(issue)))
    made.site.issue("TPL-3").description = _HOW
    made.delivery = replace(made.delivery, templates={"*": "TPL"})
    made.wire.pass_time(1000)
    with closing(made.wire), on_stage(made):
        yield made


def _plan(stage: Stage) -> Plan:
    stage._current.writer = stage.writers[0]
    return plan(stage.workspace(stage.writers[0]))


def _apply(stage: Stage) -> Applied:
    applied = apply(stage.workspace(stage.writers[0]), _plan(stage).id)
    assert applied.error is None
    stage.wire.pass_time(1000)
    return applied


def _copies(stage: Stage, project: str) -> list[Issue]:
    found = (one for one in stage.site._site.issues.values() if one.project.key == project)
    return sorted((one for one in found if "onboarding" in one.labels), key=lambda one: one.number)


def test_items_of_a_template_are_copied_once_and_taken_back_with_those_below_them_first(stage: Stage) -> None:
    applied = _apply(stage)
    for project in ("ONE", "TWO"):
        copies = {one.summary: one for one in _copies(stage, project)}
        assert [*copies] == ["Give access", "Go live", "Rehearse", "Book the room"]
        assert [one.type for one in copies.values()] == ["Task", "Epic", "Story", "Sub-task"]
        above = {name: one.parent.summary if one.parent else "" for name, one in copies.items()}
        assert above["Give access"].startswith("Kickoff brief")
        assert (above["Go live"], above["Rehearse"], above["Book the room"]) == ("", "Go live", "Rehearse")
        assert "https://wiki.example/go" in str(copies["Rehearse"].description)
        access: Any = copies["Give access"].description
        assert access["content"][0]["content"] == [{"type": "text", "text": "*as agreed* {html}"}]
    assert applied.count("created") == 7 + 8
    writes = len(stage.wire.writes)
    assert not _plan(stage).commands
    assert len(stage.wire.writes) == writes
    undone = undo(stage.workspace(stage.writers[0]), applied.run)
    assert undone.count("removed") == len(undone.items) == 15
    assert [one.project.key for one in stage.site._site.issues.values()] == ["TPL"] * 4


def test_what_people_do_with_a_copy_stays_and_what_a_template_gets_later_is_not_copied(stage: Stage) -> None:
    _apply(stage)
    kept, gone = _copies(stage, "ONE")[0], _copies(stage, "ONE")[3]
    stage.site.edit_as_person(kept.key, user_key="u-ada", fields={"summary": "Ours now", "labels": []})
    stage.site.delete_as_person(gone.key)
    stage.site.edit_as_person("TPL-1", user_key="u-ada", fields={"summary": "Otherwise"})
    later = happenings.Issue("TPL-9", "TPL", "Task", "Later", "", "To Do", reporter="u-ada", labels=("onboarding",))
    stage.site.apply(Event(stage.time.now(), happenings.IssueCreated(later)))
    stage.wire.pass_time(1000)
    assert not _plan(stage).commands
    stage.writers[0].forget()
    made = [one for one in _plan(stage).commands if one.action == "create"]
    assert [getattr(one, "summary", "") for one in made] == ["Book the room"]


def test_copying_that_was_cut_off_is_finished(stage: Stage) -> None:
    stage.wire.script += [(r"^POST .*/issue$", "")] * 4 + [(r"^POST .*/issue$", "429")] * 20
    apply(stage.workspace(stage.writers[0]), _plan(stage).id)
    stage.wire.script.clear()
    stage.wire.pass_time(1000)
    _apply(stage)
    assert [len(_copies(stage, project)) for project in ("ONE", "TWO")] == [4, 4]
    assert not _plan(stage).commands


def test_template_that_cannot_be_read_stands_in_the_way_and_is_named(stage: Stage) -> None:
    stage.site._faults.deny("jira", "project:TPL")
    places: Any = _plan(stage).engagements
    assert not [one for place in places for one in place.commands]
    assert "template project TPL" in places[0].problems[0]
