from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from atlas_sync.canonical.document import Document, Paragraph, Span
from atlas_sync.connectors.jira import JiraWriter
from atlas_sync.connectors.writing import Draft
from atlas_sync.errors import ContractError
from tests.connectors.jira.conftest import Stage

DRAFT = Draft(
    marker="atlas-0123456789abcdef0123",
    project="TD",
    kind="item",
    summary="Two\nlines",
    body=Document(blocks=(Paragraph(spans=(Span(text="As promised."),)),)),
    labels=("atlas-sync",),
)


@pytest.fixture(params=["stage", "dc_stage"], ids=["cloud", "data center"])
def site(request: pytest.FixtureRequest) -> Stage:
    """Give a site of either product."""
    found: Stage = request.getfixturevalue(request.param)
    return found


def _writer(stage: Stage) -> JiraWriter:
    return JiraWriter(stage.settings, system="jira", sleep=lambda _seconds: None)


def test_item_is_found_by_its_mark_before_search_knows_it(site: Stage) -> None:
    writer = _writer(site)
    assert not writer.preflight("TD").problems
    made = writer.create(DRAFT)
    found = writer.find(DRAFT.marker, project="TD")
    assert found is not None
    assert (found.id, found.summary, found.body_text) == (made.id, "Two lines", "As promised.")
    site.wait(minutes=1)
    assert [item.id for item in writer.sweep()] == [made.id]


@pytest.mark.parametrize("path", ["search/jql", "issue/bulkfetch"])
def test_success_with_an_error_inside_does_not_pass_for_an_item_that_is_not_there(stage: Stage, path: str) -> None:
    stage.fault("status", path, status=200, body='{"errorMessages":["try later"]}')
    with pytest.raises(ContractError, match="without a readable list"):
        _writer(stage).find(DRAFT.marker, project="TD")


def test_item_is_found_without_its_labels_and_in_another_project(site: Stage) -> None:
    writer = _writer(site)
    made = writer.create(DRAFT)
    site.edit(made.key, labels=[])
    site.wire.sandbox.move_as_person(made.key, "PIER")
    assert [(item.id, item.key) for item in writer.tail("TD").items] == [(made.id, "PIER-1")]
    site.wait(minutes=1)
    (item,) = writer.sweep()
    assert (item.id, item.marker, item.key) == (made.id, DRAFT.marker, "PIER-1")


def test_item_itself_tells_what_a_person_changed_of_it(site: Stage) -> None:
    writer = _writer(site)
    made = writer.create(DRAFT)
    kept = writer.get(made.id)
    assert kept is not None
    assert not kept.edited()
    site.edit(made.key, summary="Theirs")
    changed = writer.get(made.id)
    assert changed is not None
    assert changed.edited() == {"summary"}
    struck = {"type": "text", "text": "As promised.", "marks": [{"type": "strike"}]}
    adf = {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [struck]}]}
    theirs = {"description": "-As promised.-" if site.settings.is_data_center else adf}
    jira = site.wire.sandbox
    jira._site.change(jira.issue(made.key), jira._site.users["u-ada"], theirs)
    changed = writer.get(made.id)
    assert changed is not None
    assert (changed.body_text, changed.edited()) == ("As promised.", {"summary", "body"})


def _meta(stage: Stage, **values: Any) -> None:  # noqa: ANN401 - fields by name
    project = stage.wire.sandbox._site.find_project("TD")
    assert project is not None
    for name, value in values.items():
        setattr(project, name, value)


def test_project_without_epics_takes_the_brief_as_a_task_and_items_beside_it(site: Stage) -> None:
    _meta(site, types=("Task", "Sub-task"))
    writer = _writer(site)
    found = writer.preflight("TD")
    assert (found.problems, found.takes_items) == ((), True)
    assert found.notes[-1:] == ("Project TD has no epics: the brief becomes a task, and items stand beside it.",)
    brief = writer.create(replace(DRAFT, kind="brief"))
    item = writer.create(replace(DRAFT, marker="atlas-1", parent=brief.id))
    issue = site.wire.sandbox.issue(item.key)
    assert (issue.type, issue.parent) == ("Task", None)


@pytest.mark.parametrize(("values", "takes_items"), [(["Delivery"], 1), (["Delivery", "Sales"], 0), ([], 0)])
def test_required_field_is_filled_where_only_one_value_is_allowed(
    stage: Stage, values: list[str], takes_items: int
) -> None:
    _meta(stage, required={"Task": {"customfield_10050": ("Team", values)}})
    writer = _writer(stage)
    found = writer.preflight("TD")
    assert (found.problems, found.takes_items) == ((), takes_items)
    if takes_items:
        made = writer.create(DRAFT)
        assert stage.wire.sandbox.issue(made.key).custom == {"customfield_10050": {"id": "0"}}
    else:
        assert "Team is required of a task in project TD" in found.notes[0]


def test_fields_that_are_not_on_the_screen_are_left_out_and_named(site: Stage) -> None:
    for field in ("labels", "duedate"):
        site.wire.faults.hide("jira", "issue", field)
    site.wire.faults.deny("jira", "LINK_ISSUES")
    writer = _writer(site)
    found = writer.preflight("TD")
    assert not found.problems
    assert not found.takes_links
    assert [note.partition(":")[0] for note in found.notes if "Data Center" not in note] == [
        "The integration's user may not link issues in project TD",
        "The due date is not on the create screen of project TD",
        "Labels are not on the create screen of project TD",
    ]
    made = writer.create(replace(DRAFT, due=None))
    assert site.wire.sandbox.issue(made.key).labels == []
    assert [item.id for item in writer.tail("TD").items] == [made.id]


@pytest.mark.parametrize("permission", ["CREATE_ISSUES", "EDIT_ISSUES"])
def test_nothing_can_be_written_without_these_permissions(stage: Stage, permission: str) -> None:
    stage.wire.faults.deny("jira", permission)
    (problem,) = _writer(stage).preflight("TD").problems
    assert "in project TD" in problem
