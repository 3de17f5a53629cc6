from __future__ import annotations

from datetime import timedelta

import pytest

from atlas_sync.canonical.observed import (
    ObservedComment,
    ObservedProject,
    ObservedTombstone,
    ObservedUser,
    ObservedWatcher,
    ObservedWorkItem,
)
from atlas_sync.connectors.jira import windows
from atlas_sync.connectors.protocol import ReadRequest
from atlas_sync.errors import ContractError, RejectedError
from tests.connectors.jira.conftest import SINCE, Stage, bodies, ids

STREAMS = ("users", "projects", "statuses", "fields", "issues", "comments", "links", "watchers", "history")


@pytest.mark.parametrize("stream", STREAMS)
def test_only_the_last_page_proves_the_end(dc_stage: Stage, stream: str) -> None:
    dc_stage.reader().describe(stream)
    proofs = [page.proof for page in dc_stage.pages(stream)]
    assert proofs[-1]
    assert not any(proofs[:-1])


@pytest.mark.parametrize("stream", STREAMS)
def test_increment_without_a_change_costs_at_most_two_calls_a_stream(dc_stage: Stage, stream: str) -> None:
    reader = dc_stage.reader()
    reader.describe("projects")
    dc_stage.pages("projects", by=reader)
    list(reader.read(ReadRequest("issues", SINCE)))
    before = reader._client.transport.calls
    reader.describe(stream)
    dc_stage.pages(stream, SINCE, by=reader)
    assert reader._client.transport.calls - before <= 2


def test_people_are_known_by_their_keys(dc_stage: Stage) -> None:
    users = {row.source: row for row in dc_stage.read("users") if isinstance(row, ObservedUser)}
    assert users["jira:user:JIRAUSERu-ada"].email == "ada@tidemark.example"
    assert users["jira:user:JIRAUSERu-ben"].active is False
    items = [row for row in dc_stage.read("issues") if isinstance(row, ObservedWorkItem)]
    assert {item.reporter for item in items} <= set(users)


def test_text_is_read_without_its_markup(dc_stage: Stage) -> None:
    adf = {"type": "paragraph", "content": [{"type": "text", "text": "Now", "marks": [{"type": "strong"}]}]}
    dc_stage.wire.sandbox.issue("TD-4").description = {"type": "doc", "version": 1, "content": [adf]}
    items = {row.key: row for row in dc_stage.read("issues") if isinstance(row, ObservedWorkItem)}
    assert items["TD-4"].text == "Now"
    assert items["TD-1"].text == "Two weeks.\nThen more."


def test_epic_of_an_issue_is_its_parent(dc_stage: Stage) -> None:
    dc_stage.wire.create("Part", issuetype={"name": "Sub-task"}, parent={"key": "TD-2"})
    dc_stage.wait(minutes=1)
    items = {row.key: row for row in dc_stage.read("issues") if isinstance(row, ObservedWorkItem)}
    assert items["TD-2"].parent == items["TD-1"].source
    assert items["TD-5"].parent == items["TD-2"].source
    assert items["TD-4"].parent is None


def test_hidden_epic_is_no_parent(dc_stage: Stage) -> None:
    dc_stage.wire.faults.deny("jira", f"issue:{dc_stage.issue('TD-1')}")
    items = {row.key: row for row in dc_stage.read("issues") if isinstance(row, ObservedWorkItem)}
    assert items["TD-2"].parent is None


def test_site_without_epics_is_read_as_well(dc_stage: Stage) -> None:
    dc_stage.wire.faults.hide("jira", "issue", "customfield_10014")
    dc_stage.fault("status", "/field", status=200, body='[{"id":"summary"}]')
    assert len(ids(dc_stage.pages("issues"))) == 3


def test_hidden_link_to_epics_is_required_where_there_are_epics(dc_stage: Stage) -> None:
    dc_stage.wire.faults.hide("jira", "issue", "parent")
    assert dc_stage.reader().describe("issues").missing == ()
    assert "Epic Link" in dc_stage.reader().describe("issues").shown
    dc_stage.wire.faults.hide("jira", "issue", "customfield_10014")
    report = dc_stage.reader().describe("issues")
    assert report.missing == report.required == ("Epic Link",)
    assert "Epic Link" in report.advice
    dc_stage.wire.sandbox.delete_as_person("TD-1")
    assert dc_stage.reader().describe("issues").missing == ()
    dc_stage.fault("status", "/search", status=400)
    assert dc_stage.reader().describe("issues").missing == ()


def test_issue_deleted_while_read_takes_no_other_one_with_it(dc_stage: Stage) -> None:
    made = []
    for number in range(6):
        made.append(str(dc_stage.wire.create(f"Issue {number}")["id"]))
        dc_stage.wait(minutes=5)
    dc_stage.wait(minutes=30)
    found: list[str] = []
    for number, page in enumerate(dc_stage.reader().read(ReadRequest("issues"))):
        found += [record.id for record in page.records]
        if number == 1:
            dc_stage.wire.sandbox.delete_as_person("TD-1")
    assert {*made, dc_stage.issue("TD-2")} <= set(found)


def test_comments_and_histories_are_complete(dc_stage: Stage) -> None:
    comments = [row for row in dc_stage.read("comments") if isinstance(row, ObservedComment)]
    assert len(comments) == 23
    assert comments[0].author == "jira:user:JIRAUSERu-ada"
    for number in range(3):
        dc_stage.edit("TD-4", summary=f"Name {number}")
    dc_stage.wait(minutes=1)
    assert len(ids(dc_stage.pages("history"))) == 4


def test_issue_that_went_does_not_hide_the_histories_of_others(dc_stage: Stage) -> None:
    site = dc_stage.reader()._site
    asked = [dc_stage.issue("TD-2"), "99999"]
    dc_stage.fault("status", "/search", status=400)
    assert [issue for issue, _entry in site.histories(asked)] == [asked[0]]
    dc_stage.fault("status", "/search", status=400, times=3)
    with pytest.raises(RejectedError):
        list(site.histories(asked))
    dc_stage.wire.faults.rules.clear()
    dc_stage.fault("status", "/search", status=400, times=2)
    assert list(site.histories(["99999"])) == []


def test_links_and_watchers_of_epics_are_read(dc_stage: Stage) -> None:
    for key in ("TD-1", "TD-4"):
        dc_stage.wire.sandbox.link_as_person(key, f"https://x.example/{key}", key)
        dc_stage.wire.sandbox.watch_as_person(key, user_key="u-ada")
    (link,) = bodies(dc_stage.pages("links"))
    assert link["link"]["object"]["title"] == "TD-1"
    (watcher,) = dc_stage.read("watchers")
    assert isinstance(watcher, ObservedWatcher)
    assert watcher.user in {row.source for row in dc_stage.read("users")}


def test_archived_project_is_told_so(dc_stage: Stage) -> None:
    dc_stage.wire.sandbox.put_away_project("PIER", "archived")
    found = {row.key: row.deletion for row in dc_stage.read("projects") if isinstance(row, ObservedProject)}
    assert found == {"TD": None, "PIER": "archived"}


def test_what_is_gone_is_looked_up_one_by_one(dc_stage: Stage) -> None:
    there, gone = dc_stage.issue("TD-2"), dc_stage.issue("TD-4")
    comment = next(one for one in ids(dc_stage.pages("comments")) if one.startswith(there))
    dc_stage.wire.sandbox.delete_as_person("TD-4")
    issues = dc_stage.mapped("issues", list(dc_stage.reader().look_up("issues", [there, gone])))
    assert isinstance(issues[0], ObservedWorkItem)
    assert issues[0].parent == f"jira:work_item:{dc_stage.issue('TD-1')}"
    assert issues[1] == ObservedTombstone(source=f"jira:work_item:{gone}", deletion="not_visible")
    comments = dc_stage.mapped("comments", list(dc_stage.reader().look_up("comments", [comment, f"{there}/1"])))
    assert isinstance(comments[0], ObservedComment)
    assert comments[1].deletion == "not_visible"


@pytest.mark.parametrize("stream", ["issues", "comments", "links"])
def test_sweep_lists_what_a_read_finds(dc_stage: Stage, stream: str) -> None:
    listed = list(dc_stage.reader().sweep(stream))
    assert sorted(ids(listed)) == sorted(ids(dc_stage.pages(stream)))
    assert listed[-1].proof


def test_windows_together_hold_every_issue_once(dc_stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "_WORTH_IT", 4)
    for number in range(9):
        dc_stage.wire.create(f"Issue {number}")
        dc_stage.wait(days=2)
    requests = dc_stage.reader().windows(ReadRequest("issues"))
    assert len(requests) > 2
    found = [one for request in requests for one in ids(list(dc_stage.reader().read(request)))]
    assert sorted(found) == sorted(ids(dc_stage.pages("issues")))


def test_comments_beyond_a_page_that_the_site_cut_are_read(dc_stage: Stage) -> None:
    for number in range(60):
        dc_stage.wire.sandbox.comment_as_person("TD-4", user_key="u-ada", text=f"No {number}.")
    dc_stage.wait(minutes=1)
    assert len(ids(dc_stage.pages("comments", SINCE))) == 60


def test_list_of_users_that_passes_over_where_a_page_begins_is_not_asked_for_ever(dc_stage: Stage) -> None:
    dc_stage.fault("status", "user/search", status=200, body='[{"key":"a"}]', times=9)
    with pytest.raises(ContractError, match="twice"):
        dc_stage.pages("users")


def test_empty_page_before_the_end_is_no_end(dc_stage: Stage) -> None:
    dc_stage.fault("status", "/search", status=200, body='{"startAt":0,"total":9,"issues":[]}', times=9)
    with pytest.raises(ContractError, match="before the end"):
        dc_stage.pages("issues")


@pytest.mark.parametrize(
    "body",
    [
        '{"total":1,"issues":[{"fields":{}}]}',
        '{"total":1,"issues":[7]}',
        '{"issues":{}}',
        '{"issues":[]}',
        '{"total":null,"issues":[]}',
        '{"total":"0","issues":[]}',
    ],
)
def test_answer_outside_the_contract_is_refused(dc_stage: Stage, body: str) -> None:
    dc_stage.fault("status", "/search", status=200, body=body, times=9)
    for stream in ("issues", "comments", "history"):
        with pytest.raises(ContractError):
            dc_stage.pages(stream)


def test_times_are_asked_for_without_a_zone(dc_stage: Stage) -> None:
    dc_stage.edit("TD-4", summary="Once")
    moment = dc_stage.wire.clock.now()
    dc_stage.wait(minutes=1)
    assert ids(dc_stage.pages("issues", moment)) == [dc_stage.issue("TD-4")]
    assert ids(dc_stage.pages("issues", moment + timedelta(minutes=2))) == []
