from __future__ import annotations

from datetime import timedelta

import pytest

from atlas_sync.canonical.observed import (
    ObservedComment,
    ObservedLink,
    ObservedProject,
    ObservedUser,
    ObservedWatcher,
    ObservedWorkItem,
)
from atlas_sync.connectors.protocol import Page, ReadRequest
from atlas_sync.connectors.transport import Transport
from atlas_sync.errors import AccessError, ContractError
from tests.connectors.jira.conftest import MISSING, SINCE, Stage, bodies, ids
from tests.sandbox.jira.rig import NOW

STREAMS = ("users", "projects", "statuses", "fields", "issues", "comments", "links", "watchers", "history")


@pytest.mark.parametrize("stream", STREAMS)
def test_only_the_last_page_proves_the_end(stage: Stage, stream: str) -> None:
    proofs = [page.proof for page in stage.pages(stream)]
    assert proofs[-1]
    assert not any(proofs[:-1])


@pytest.mark.parametrize("stream", STREAMS)
def test_increment_without_a_change_costs_at_most_two_calls_a_stream(stage: Stage, stream: str) -> None:
    reader = stage.reader()
    reader.describe("projects")
    stage.pages("projects", by=reader)
    before = reader._client.transport.calls
    reader.describe(stream)
    stage.pages(stream, NOW, by=reader, projects=list(stage.wire.sandbox._site.projects))
    assert reader._client.transport.calls - before <= 2


@pytest.mark.parametrize("stream", STREAMS)
def test_increment_without_a_change_holds_nothing_of_what_is_read_by_change(stage: Stage, stream: str) -> None:
    mode = next(spec.mode for spec in stage.reader().streams() if spec.name == stream)
    assert bool(ids(stage.pages(stream, SINCE))) is (mode == "set")


def test_users_come_with_those_who_left_and_those_without_a_name(stage: Stage) -> None:
    stage.wire.sandbox.anonymise_user("u-ada")
    users = {user.name: user for user in stage.read("users") if isinstance(user, ObservedUser)}
    assert users["Ben Ruiz"].active is False
    assert users["Former user"].active is False
    assert users["Former user"].email is None


def test_nobody_at_all_is_a_permission_that_is_missing(stage: Stage) -> None:
    stage.wire.faults.deny("jira", "USER_PICKER")
    with pytest.raises(AccessError, match="permission USER_PICKER is missing"):
        stage.pages("users")


def test_nobody_at_all_is_no_list_of_users_though_the_permission_is_held(stage: Stage) -> None:
    stage.fault("status", "users/search", status=200, body="[]")
    with pytest.raises(AccessError, match="nobody is listed") as caught:
        stage.pages("users")
    assert "Browse users and groups" in caught.value.advice


def test_without_the_permission_to_browse_nothing_is_claimed(stage: Stage) -> None:
    stage.wire.faults.deny("jira", "BROWSE_PROJECTS")
    for stream in STREAMS[1:]:
        with pytest.raises(AccessError, match="Browse projects"):
            stage.reader().describe(stream)


def test_all_fields_and_custom_fields_of_an_issue_are_landed(stage: Stage) -> None:
    stage.edit("TD-4", custom={"customfield_10050": [{"value": "A"}, {"value": "B"}], "customfield_10051": 2.50})
    stage.wire.sandbox.attach_as_person("TD-4", "plan.pdf", 7)
    stage.wire.sandbox.relate_as_person("TD-4", "Blocks", "TD-2")
    stage.wire.call("PUT", "issue/TD-4/properties/atlas.item", json={"m": "atlas-1"})
    stage.wait(minutes=1)
    issue = next(one for one in bodies(stage.pages("issues")) if one["key"] == "TD-4")
    theirs = stage.wire.get("issue/TD-4", properties="atlas.item")
    theirs["fields"].pop("comment")
    assert issue == theirs
    assert issue["fields"]["customfield_10050"] == [{"value": "A"}, {"value": "B"}]
    assert issue["fields"]["attachment"][0]["filename"] == "plan.pdf"


def test_issues_of_every_level_keep_their_place(stage: Stage) -> None:
    stage.wire.create("Part", issuetype={"name": "Sub-task"}, parent={"key": "TD-2"})
    stage.wait(minutes=1)
    items = {item.key: item for item in stage.read("issues") if isinstance(item, ObservedWorkItem)}
    assert [items[key].kind for key in ("TD-1", "TD-2", "TD-5")] == ["Epic", "Task", "Sub-task"]
    assert items["TD-5"].parent == items["TD-2"].source
    assert items["TD-2"].parent == items["TD-1"].source


def test_comments_are_complete_beyond_the_first_page(stage: Stage) -> None:
    comments = [row for row in stage.read("comments") if isinstance(row, ObservedComment)]
    assert [comment.text for comment in comments] == [f"No {number}." for number in range(23)]
    assert {comment.work_item for comment in comments} == {f"jira:work_item:{stage.issue('TD-2')}"}
    assert str(comments[0].link).endswith(f"/browse/TD-2?focusedCommentId={comments[0].source.rpartition(':')[2]}")


def test_comments_are_asked_for_where_a_search_does_not_show_them(stage: Stage) -> None:
    stage.wire.faults.hide("jira", "issue", "comment")
    assert len(ids(stage.pages("comments"))) == 23


def _go_meanwhile(stage: Stage, path: str) -> None:
    """Let an issue go between a search that shows it and the call for what hangs on it."""
    stage.fault("status", path, status=404, body=MISSING)
    stage.fault("status", "issue/bulkfetch", status=200, body='{"issues":[],"issueErrors":[]}')


def test_issue_that_goes_while_its_comments_are_read_loses_nothing_else(stage: Stage) -> None:
    _go_meanwhile(stage, "/comment")
    pages = stage.pages("comments", comments=[f"{stage.issue('TD-2')}/1"])
    assert ids(pages) == []
    assert pages[-1].proof


def test_history_is_complete_and_each_entry_is_landed_once(stage: Stage) -> None:
    for number in range(3):
        stage.edit("TD-4", summary=f"Name {number}")
    stage.wait(minutes=1)
    landed = ids(stage.pages("history"))
    assert len(landed) == 4
    stage.edit("TD-4", summary="Last")
    stage.wait(minutes=1)
    (entry,) = bodies(stage.pages("history", SINCE, history=landed))
    assert entry["issue"] == stage.issue("TD-4")
    assert entry["history"]["items"][0]["toString"] == "Last"


def test_statuses_and_fields_are_landed_as_they_are(stage: Stage) -> None:
    assert bodies(stage.pages("statuses")) == stage.wire.get("status")
    assert bodies(stage.pages("fields")) == stage.wire.get("field")
    assert stage.read("statuses") == stage.read("fields") == stage.read("history") == []


def test_links_are_read_of_epics_and_of_our_own_items_or_of_all(stage: Stage) -> None:
    ours = stage.wire.create("Ours", labels=["atlas-sync", "atlas-1"])
    for key in ("TD-1", "TD-4", ours["key"]):
        stage.wire.sandbox.link_as_person(key, f"https://x.example/{key}", key)
    stage.wait(minutes=1)
    titles = {row.title for row in stage.read("links") if isinstance(row, ObservedLink)}
    assert titles == {"TD-1", ours["key"]}
    everything = stage.pages("links", by=stage.reader(remote_links="all"))
    assert len(ids(everything)) == 3


def test_issue_that_goes_while_its_links_are_read_loses_nothing_else(stage: Stage) -> None:
    stage.wire.sandbox.link_as_person("TD-1", "https://x.example", "X")
    _go_meanwhile(stage, "remotelink")
    assert ids(stage.pages("links", links=[f"{stage.issue('TD-1')}/1"])) == []


def test_watchers_are_read_of_epics_and_of_our_own_items_or_of_all(stage: Stage) -> None:
    ours = stage.wire.create("Ours", labels=["atlas-sync", "atlas-1"])
    for key in ("TD-1", "TD-4", ours["key"]):
        stage.wire.sandbox.watch_as_person(key, user_key="u-ada")
    stage.wait(minutes=1)
    found = [row for row in stage.read("watchers") if isinstance(row, ObservedWatcher)]
    assert {row.work_item for row in found} == {f"jira:work_item:{stage.issue(key)}" for key in ("TD-1", ours["key"])}
    assert {row.user for row in found} <= {row.source for row in stage.read("users")}
    assert len(ids(stage.pages("watchers", by=stage.reader(remote_links="all")))) == 3


def test_issue_that_goes_while_its_watchers_are_read_loses_nothing_else(stage: Stage) -> None:
    stage.wire.sandbox.watch_as_person("TD-1", user_key="u-ada")
    _go_meanwhile(stage, "watchers")
    assert ids(stage.pages("watchers", watchers=[f"{stage.issue('TD-1')}/1"])) == []


@pytest.mark.parametrize(
    ("stream", "path"), [("comments", "/comment"), ("links", "remotelink"), ("watchers", "watchers")]
)
@pytest.mark.parametrize("body", ["<html>no route</html>", "{}"])
def test_404_of_a_proxy_is_no_issue_that_went(stage: Stage, stream: str, path: str, body: str) -> None:
    stage.fault("status", path, status=404, body=body)
    with pytest.raises(ContractError, match="not Jira's"):
        stage.pages(stream)


HANGING = [("comments", "/comment", "TD-2"), ("links", "remotelink", "TD-1"), ("watchers", "watchers", "TD-1")]


@pytest.mark.parametrize(("stream", "path", "key"), HANGING)
@pytest.mark.parametrize("unclear", [False, True], ids=["there", "not fetched just now"])
def test_404_for_what_hangs_on_an_issue_that_is_there_is_no_none(
    stage: Stage, stream: str, path: str, key: str, *, unclear: bool
) -> None:
    issue = stage.issue(key)
    stage.wire.sandbox.link_as_person("TD-1", "https://x.example", "X")
    stage.wire.sandbox.watch_as_person("TD-1", user_key="u-ada")
    known = ids(stage.pages(stream))
    stage.fault("status", path, status=404, body=MISSING, times=2)
    if unclear:
        body = f'{{"issues":[],"issueErrors":[{{"id":"{issue}","errorMessage":"retry"}}]}}'
        stage.fault("status", "issue/bulkfetch", status=200, body=body)
    pages: list[Page] = []
    with pytest.raises(AccessError, match=f"the {stream} of {issue if unclear else key} are hidden from us") as caught:
        pages.extend(stage.reader().read(ReadRequest(stream, known={stream: known})))
    assert (ids(pages), pages[-1].proof) == ([], "")
    assert caught.value.advice


@pytest.mark.parametrize(("stream", "path"), [("links", "remotelink"), ("watchers", "watchers")])
def test_404_proves_nothing_gone_when_it_is_looked_up(stage: Stage, stream: str, path: str) -> None:
    stage.fault("status", path, status=404, body=MISSING)
    with pytest.raises(AccessError, match=f"the {stream} of TD-1 are hidden"):
        list(stage.reader().look_up(stream, [f"{stage.issue('TD-1')}/1"]))
    assert [ids([page]) for page in stage.reader().look_up(stream, ["99999/1"])] == [["99999/1"]]


def test_issues_that_withhold_something_are_named_and_the_rest_is_read(stage: Stage) -> None:
    made = [stage.wire.create(f"Ours {number}", labels=["atlas-sync"])["key"] for number in range(4)]
    for key in ("TD-1", *made):
        stage.wire.sandbox.link_as_person(key, "https://x.example", key)
    stage.wait(minutes=30)
    hidden = "|".join(stage.issue(key) for key in made)
    stage.fault("status", f"issue/({hidden})/remotelink", status=404, body=MISSING, times=9)
    pages = stage.reader().read(ReadRequest("links", position="1"))
    (first,) = [next(pages)]
    assert [link["link"]["object"]["title"] for link in bodies([first])] == ["TD-1"]
    assert first.position == "1"
    with pytest.raises(AccessError, match=f"{', '.join(made[:3])} and 1 more"):
        list(pages)


def test_nobody_watches_where_the_site_lets_nobody(stage: Stage) -> None:
    known = f"{stage.issue('TD-1')}/u-ada"
    stage.fault("status", "watchers", status=404, body=MISSING, times=2)
    stage.fault("status", "configuration", status=200, body='{"watchingEnabled":false}', times=2)
    pages = stage.pages("watchers", watchers=[known])
    assert bodies(pages) == [{"id": known, "gone": True}]
    assert pages[-1].proof
    assert bodies(list(stage.reader().look_up("watchers", [known]))) == [{"id": known, "gone": True}]


def test_hidden_watchers_are_not_taken_for_none(stage: Stage) -> None:
    stage.wire.faults.deny("jira", "VIEW_VOTERS_AND_WATCHERS")
    with pytest.raises(AccessError, match="View voters and watchers"):
        stage.reader().describe("watchers")
    stage.reader().describe("links")


def test_watchers_that_one_project_hides_are_not_gone_and_it_is_named(stage: Stage) -> None:
    stage.wire.sandbox.watch_as_person("TD-1", user_key="u-ada")
    known = ids(stage.pages("watchers"))
    stage.wire.faults.deny("jira", "VIEW_VOTERS_AND_WATCHERS:TD")
    reader = stage.reader()
    reader.describe("watchers")
    pages = reader.read(ReadRequest("watchers", known={"watchers": known}))
    first = next(pages)
    assert (first.records, first.position, first.proof) == ((), "", "")
    with pytest.raises(AccessError, match='View voters and watchers" in project TD'):
        next(pages)


def test_missing_field_is_reported_and_a_token_that_ends_is_warned_of(stage: Stage) -> None:
    stage.wire.faults.hide("jira", "issue", "duedate")
    stage.wire.faults.hide("jira", "issue", "issuetype")
    report = stage.reader(token_expires=NOW.date() - timedelta(days=2000)).describe("issues")
    assert report.missing == ("issuetype", "duedate")
    assert report.required == report.missing
    assert "duedate" in report.advice
    assert "expired" in report.advice


@pytest.mark.parametrize("name", ["project", "issuetype", "status", "resolution", "assignee", "reporter", "parent"])
def test_field_that_tells_what_is_delivered_and_by_whom_is_required(stage: Stage, name: str) -> None:
    stage.wire.faults.hide("jira", "issue", name)
    report = stage.reader().describe("issues")
    assert report.required == (name,)
    assert name in report.advice


def test_day_of_creation_that_is_hidden_only_thins_out(stage: Stage) -> None:
    stage.wire.faults.hide("jira", "issue", "created")
    report = stage.reader().describe("issues")
    assert (report.missing, report.required) == (("created",), ())


def test_what_is_seen_is_told(stage: Stage) -> None:
    report = stage.reader().describe("issues")
    assert "summary" in report.shown
    assert report.permissions == ("USER_PICKER", "BROWSE_PROJECTS", "VIEW_VOTERS_AND_WATCHERS")


def test_first_read_tells_about_how_many_issues_there_are(stage: Stage) -> None:
    assert {page.total for page in stage.pages("issues")} == {3}
    assert {page.total for page in stage.pages("issues", SINCE)} == {None}
    alone = stage.pages("issues", by=stage.reader(projects=("PIER",)))
    assert {page.total for page in alone} == {0}


def test_projects_named_in_the_settings_are_read_alone(stage: Stage) -> None:
    stage.wire.create(project="PIER")
    stage.wait(minutes=1)
    (item,) = bodies(stage.pages("issues", by=stage.reader(projects=("PIER",))))
    assert item["key"] == "PIER-1"


def test_project_named_in_the_settings_that_is_not_there_is_told_of_and_the_rest_is_read(stage: Stage) -> None:
    stage.wire.create(project="PIER")
    stage.wait(minutes=1)
    read = stage.reader(projects=("NOPE", "PIER")).read(ReadRequest("issues"))
    (page,) = [next(read)]
    assert [one["key"] for one in bodies([page])] == ["PIER-1"]
    assert not page.proof
    with pytest.raises(AccessError, match="NOPE"):
        next(read)
    with pytest.raises(AccessError, match="NOPE"):
        stage.pages("issues", by=stage.reader(projects=("NOPE",)))


@pytest.mark.parametrize(
    ("stream", "path"),
    [
        ("users", "users/search"),
        ("projects", "project/search"),
        ("statuses", "status"),
        ("issues", "search/jql"),
        ("comments", "TD-|issue/[0-9]+/comment"),
        ("history", "changelog/bulkfetch"),
    ],
)
def test_success_with_an_error_inside_is_no_end(stage: Stage, stream: str, path: str) -> None:
    stage.fault("status", path, status=200, body='{"errorMessages":["try later"]}')
    with pytest.raises(ContractError):
        stage.pages(stream)


def test_refused_search_without_a_project_to_blame_is_a_contract_broken(stage: Stage) -> None:
    stage.fault("status", "search/jql", status=400)
    with pytest.raises(ContractError, match="status 400"):
        stage.pages("issues")


def test_project_that_was_archived_or_put_into_the_bin_is_told_so(stage: Stage) -> None:
    known = ids(stage.pages("projects"))
    stage.wire.sandbox.put_away_project("TD", "archived")
    stage.wire.sandbox.put_away_project("PIER", "deleted")
    pages = stage.pages("projects", projects=known)
    found = {row.key: row.deletion for row in stage.mapped("projects", pages) if isinstance(row, ObservedProject)}
    assert found == {"TD": "archived", "PIER": "deleted"}
    assert pages[-1].proof


def test_project_that_vanished_stops_the_stream_until_a_person_says_it_is_gone(stage: Stage) -> None:
    known = ids(stage.pages("projects"))
    pier = next(one["id"] for one in bodies(stage.pages("projects")) if one["key"] == "PIER")
    stage.wire.sandbox.purge_project("PIER")
    with pytest.raises(AccessError, match="hidden from us, or deleted") as caught:
        stage.pages("projects", projects=known)
    assert pier in str(caught.value)
    pages = stage.pages("projects", by=stage.reader(gone_projects=(pier,)), projects=known)
    assert pages[-1].proof


def test_calls_left_are_known_after_a_call(stage: Stage) -> None:
    reader = stage.reader()
    list(reader.read(ReadRequest("statuses")))
    transport: Transport = reader._client.transport
    assert transport.limits["burst"].of == 350
