from __future__ import annotations

import json

import pytest

from atlas_sync.connectors.protocol import ReadRequest
from atlas_sync.errors import AccessError, ContractError
from tests.connectors.jira.conftest import MISSING, Stage, ids

ENTRY = {"id": "1", "author": {}, "created": 1492070429, "items": []}


def _histories(issue: str, entry: str, token: str | None) -> str:
    log = {"issueId": issue, "changeHistories": [{**ENTRY, "id": entry}]}
    return json.dumps({"issueChangeLogs": [log], "nextPageToken": token})


def test_histories_are_read_page_by_page(stage: Stage) -> None:
    issue = stage.issue("TD-1")
    for entry, token in (("1", "t"), ("2", "u"), ("3", None)):
        stage.fault("status", "changelog/bulkfetch", status=200, body=_histories(issue, entry, token))
    assert ids(stage.pages("history"))[:3] == [f"{issue}/1", f"{issue}/2", f"{issue}/3"]


def test_token_of_histories_that_repeats_is_an_error(stage: Stage) -> None:
    stage.fault("status", "changelog/bulkfetch", status=200, body=_histories("1", "1", "t"), times=9)
    with pytest.raises(ContractError, match="twice"):
        stage.pages("history")


@pytest.mark.parametrize(
    ("stream", "path", "body"),
    [
        ("history", "changelog/bulkfetch", '{"issueChangeLogs":[{"changeHistories":[]}]}'),
        ("issues", "search/jql", '{"issues":[],"isLast":false}'),
        ("issues", "search/jql", '{"issues":[{"key":"TD-1"}]}'),
        ("comments", "search/jql", '{"issues":[{"id":"1","fields":{"comment":{"comments":7}}}]}'),
        ("users", "users/search", '[{"displayName":"Nobody"}]'),
        ("users", "users/search", '[{"accountId":""}]'),
        ("statuses", "status", '["Done"]'),
    ],
)
def test_answer_outside_the_contract_stops_its_stream(stage: Stage, stream: str, path: str, body: str) -> None:
    stage.fault("status", path, status=200, body=body)
    with pytest.raises(ContractError):
        stage.pages(stream)


def test_permissions_in_an_unknown_shape_are_none_at_all(stage: Stage) -> None:
    stage.fault("status", "mypermissions", status=200, body='{"errorMessages":[]}')
    with pytest.raises(ContractError):
        stage.reader().describe("projects")


def test_projects_are_read_page_by_page(stage: Stage) -> None:
    first = {"isLast": False, "values": [{"id": "1", "key": "ONE", "name": "One"}]}
    rest = {"isLast": False, "values": []}
    for body in (first, rest):
        stage.fault("status", "project/search", status=200, body=json.dumps(body))
    pages = stage.pages("projects")
    assert ids(pages) == ["1"]
    assert pages[-1].proof == "empty page"


@pytest.mark.parametrize("status", [400, 404])
def test_bin_that_may_not_be_looked_into_leaves_a_project_unexplained(stage: Stage, status: int) -> None:
    read = stage.reader().read(ReadRequest("projects", known={"projects": ["77"]}))
    next(read)
    stage.fault("status", "project/search", status=status, body=MISSING)
    with pytest.raises(AccessError, match="project 77"):
        next(read)


def test_project_that_the_list_left_out_is_read_by_itself(stage: Stage) -> None:
    known = ids(stage.pages("projects"))
    stage.fault("status", "project/search", status=200, body='{"isLast":true,"values":[]}')
    pages = stage.pages("projects", projects=known)
    assert sorted(ids(pages)) == sorted(known)
    assert pages[-1].proof


def test_comments_are_read_page_by_page_to_the_last(stage: Stage) -> None:
    one = {"body": "x", "created": "2026-06-01T10:00:00.000+0200"}
    for start in (0, 2):
        page = [{**one, "id": str(number)} for number in (start + 1, start + 2)]
        stage.fault("status", "/comment$", status=200, body=json.dumps({"total": 4, "comments": page}))
    assert [one.rpartition("/")[2] for one in ids(stage.pages("comments"))] == ["1", "2", "3", "4"]


@pytest.mark.parametrize("pages", [[[]], [["1", "2"], []], [["1", "2"], ["1", "2"]]])
def test_comments_that_end_before_their_count_are_not_gone(stage: Stage, pages: list[list[str]]) -> None:
    for page in pages:
        comments = [{"id": one, "body": "x", "created": "2026-06-01T10:00:00.000+0200"} for one in page]
        stage.fault("status", "/comment$", status=200, body=json.dumps({"total": 4, "comments": comments}))
    with pytest.raises(ContractError, match="of 4"):
        stage.pages("comments")


@pytest.mark.parametrize(
    ("stream", "path", "body"),
    [
        ("users", "users/search", '[{"accountId":"a"}]'),
        ("projects", "project/search", '{"isLast":false,"values":[{"id":"1","key":"ONE","name":"One"}]}'),
    ],
)
def test_list_that_passes_over_where_a_page_begins_is_not_asked_for_ever(
    stage: Stage, stream: str, path: str, body: str
) -> None:
    rule = stage.fault("status", path, status=200, body=body, times=9)
    with pytest.raises(ContractError, match="twice"):
        stage.pages(stream)
    assert rule.times == 7
