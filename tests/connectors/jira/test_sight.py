"""What is read of a site where not all of it is in sight."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from atlas_sync.connectors.jira import JiraWriter
from atlas_sync.connectors.protocol import ReadRequest
from atlas_sync.errors import AccessError, ContractError
from atlas_sync.operations.pull import pull
from tests.connectors.jira.conftest import NOW, SINCE, Stage, bodies, ids
from tests.factories import workspace_of


def _keys(stage: Stage, *projects: str) -> list[str]:
    return [one["key"] for one in bodies(stage.pages("projects", by=stage.reader(projects=projects)))]


def _landed(stage: Stage, home: Path) -> list[str]:
    """Pull the whole site once and give the ids of issues that were landed."""
    at = stage.wire.clock.now()
    workspace = workspace_of(home, stage.reader(), name="jira", role="tracker")  # type: ignore[arg-type]  # a real one
    found = pull(replace(workspace, now=lambda: at), at.strftime("%Y%m%dT%H%M%S"))
    (issues,) = [one for one in found if one.stream == "issues"]
    assert issues.status == "complete"
    return [remote_id for remote_id, _body in workspace.landing.records(issues)]


def test_what_changed_while_a_project_was_hidden_is_read_when_it_is_shown(stage: Stage, tmp_path: Path) -> None:
    stage.wire.create(project="PIER")
    stage.wait(minutes=1)
    assert len(_landed(stage, tmp_path)) == 4
    stage.wire.faults.deny("jira", "project:PIER")
    stage.edit("PIER-1", summary="Changed unseen")
    stage.wait(hours=1)
    assert _landed(stage, tmp_path) == []
    stage.wire.faults.clear()
    stage.wait(hours=1)
    assert _landed(stage, tmp_path) == [stage.issue("PIER-1")]
    stage.wait(hours=1)
    assert _landed(stage, tmp_path) == []


def test_hidden_project_is_named_by_the_key_that_was_landed(stage: Stage) -> None:
    landed = [(record.id, record.body) for page in stage.pages("projects") for record in page.records]
    stage.wire.faults.deny("jira", "project:PIER")
    request = ReadRequest("projects", known={"projects": [one for one, _body in landed]}, landed=lambda _stream: landed)
    with pytest.raises(AccessError, match=r"project PIER \(id [0-9]+\) cannot be seen any more"):
        list(stage.reader().read(request))


@pytest.mark.parametrize("stream", ["issues", "comments", "links", "watchers", "history"])
def test_projects_that_appeared_have_a_window_that_begins_at_their_start(stage: Stage, stream: str) -> None:
    reader = stage.reader()
    (td,) = [one["id"] for one in bodies(stage.pages("projects", by=reader)) if one["key"] == "TD"]
    request = ReadRequest(stream, NOW + timedelta(hours=1), appeared=(td, "gone"))
    changed, appeared = (list(reader.read(one)) for one in reader.windows(request))
    assert ids(changed) == []
    assert set(ids(appeared)) == set(ids(stage.pages(stream)))
    assert appeared[-1].proof


def test_project_that_is_out_of_sight_again_ends_its_window(stage: Stage) -> None:
    reader = stage.reader()
    _changes, window = reader.windows(ReadRequest("issues", SINCE, appeared=("gone",)))
    assert [(page.records, page.proof) for page in reader.read(window)] == [((), "out of sight again")]


def test_projects_beside_those_of_the_settings_are_not_in_sight(stage: Stage) -> None:
    assert _keys(stage) == ["TD", "PIER"]
    assert _keys(stage, "pier") == ["PIER"]
    (pier,) = [one["id"] for one in bodies(stage.pages("projects")) if one["key"] == "PIER"]
    assert _keys(stage, pier) == ["PIER"]
    assert stage.reader(projects=("PIER", "NOPE")).describe("issues").projects == (pier,)


def test_project_that_left_the_settings_is_not_called_hidden(stage: Stage) -> None:
    known = ids(stage.pages("projects"))
    pages = stage.pages("projects", by=stage.reader(projects=("TD",)), projects=known)
    assert [one["key"] for one in bodies(pages)] == ["TD"]
    assert pages[-1].proof


def test_project_that_we_may_only_administer_is_not_in_sight(stage: Stage) -> None:
    stage.wire.faults.deny("jira", "BROWSE_PROJECTS:PIER")
    assert _keys(stage) == ["TD"]


def test_hidden_or_mistyped_project_is_in_the_way_of_its_own_plans_alone(stage: Stage) -> None:
    writer = JiraWriter(stage.settings, system="jira", sleep=lambda _seconds: None)
    (problem,) = writer.preflight("NOPE").problems
    assert problem == 'Give the integration\'s user "Browse projects" in project NOPE, or correct its key.'
    assert not writer.preflight("TD").problems


def test_page_for_people_and_a_wrong_address_are_told_by_what_to_do(stage: Stage) -> None:
    page = stage.fault("status", "status", status=200, body="<html>Log in</html>")
    with pytest.raises(ContractError, match="login page"):
        stage.pages("statuses")
    stage.wire.faults.rules.remove(page)
    stage.fault("status", "search/jql", status=404)
    with pytest.raises(ContractError, match="Correct the connection's `url`"):
        stage.pages("issues")
