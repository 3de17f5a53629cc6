from __future__ import annotations

import pytest

from atlas_sync.canonical.document import Document, Paragraph, Span
from atlas_sync.connectors.jira import JiraWriter
from atlas_sync.connectors.protocol import Draft
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


def _writer(stage: Stage) -> JiraWriter:
    return JiraWriter(stage.settings, system="jira", sleep=lambda _seconds: None)


def test_item_is_found_by_its_mark_before_search_knows_it(stage: Stage) -> None:
    writer = _writer(stage)
    assert writer.preflight("TD") == []
    made = writer.create(DRAFT)
    found = writer.find(DRAFT.marker, project="TD")
    assert found is not None
    assert (found.id, found.summary, found.body_text) == (made.id, "Two lines", "As promised.")
    stage.wait(minutes=1)
    assert [item.id for item in writer.sweep("TD")] == [made.id]


@pytest.mark.parametrize("path", ["search/jql", "issue/bulkfetch"])
def test_success_with_an_error_inside_does_not_pass_for_an_item_that_is_not_there(stage: Stage, path: str) -> None:
    stage.fault("status", path, status=200, body='{"errorMessages":["try later"]}')
    with pytest.raises(ContractError, match="without its list"):
        _writer(stage).find(DRAFT.marker, project="TD")


def test_data_center_is_not_written_to(dc_stage: Stage) -> None:
    (problem,) = _writer(dc_stage).preflight("TD")
    assert "Data Center" in problem
