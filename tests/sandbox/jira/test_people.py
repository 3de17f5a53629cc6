"""What persons do, and what traces it leaves."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.jira.rig import Wire


def _updated(wire: Wire, key: str) -> str:
    return str(wire.get(f"issue/{key}")["fields"]["updated"])


@pytest.mark.parametrize(
    ("act", "stamps"),
    [
        (lambda site: site.comment_as_person("TD-4", user_key="u-ada", text="Hm."), True),
        (lambda site: site.relate_as_person("TD-2", "Blocks", "TD-4"), True),
        (lambda site: site.relate_as_person("TD-4", "Blocks", "TD-2"), True),
        (lambda site: site.attach_as_person("TD-4", "x.pdf", 1), True),
        (lambda site: site.edit_as_person("TD-4", user_key="u-ada", fields={"custom": {"customfield_10051": 3}}), True),
        (lambda site: site.link_as_person("TD-4", "https://x.example", "X"), False),
        (lambda site: site.archive_as_person("TD-4"), False),
    ],
)
def test_some_acts_stamp_the_issue_and_some_do_not(wire: Wire, act: Any, stamps: bool) -> None:  # noqa: ANN401, FBT001 - cases
    before = _updated(wire, "TD-4")
    act(wire.sandbox)
    assert (_updated(wire, "TD-4") != before) is stamps


def test_deleted_comment_leaves_no_stamp(wire: Wire) -> None:
    made = wire.sandbox.comment_as_person("TD-4", user_key="u-ada", text="Oops")
    before = _updated(wire, "TD-4")
    wire.sandbox.delete_comment_as_person("TD-4", made)
    assert _updated(wire, "TD-4") == before
    assert wire.post("comment/list", {"ids": [made]})["values"] == []


def test_changed_comment_is_told_with_its_new_words(wire: Wire) -> None:
    made = wire.sandbox.comment_as_person("TD-4", user_key="u-ada", text="Oops")
    wire.wait(1)
    wire.sandbox.edit_comment_as_person("TD-4", made, "Better")
    (comment,) = wire.post("comment/list", {"ids": [made]})["values"]
    assert comment["updated"] > comment["created"]
    assert "Better" in str(comment["body"])


def test_moved_issue_keeps_its_id_and_answers_to_its_old_key(wire: Wire) -> None:
    before = wire.get("issue/TD-4")["id"]
    new = wire.sandbox.move_as_person("TD-4", "PIER")
    assert new == "PIER-1"
    moved = wire.get("issue/TD-4")
    assert (moved["id"], moved["key"], moved["fields"]["project"]["key"]) == (before, "PIER-1", "PIER")
    wire.wait()
    assert wire.keys("project = PIER") == ["PIER-1"]


def test_archived_issue_is_read_and_never_found(wire: Wire) -> None:
    wire.sandbox.archive_as_person("TD-4")
    assert wire.keys("key = TD-4") == []
    assert wire.get("issue/TD-4")["fields"]["archiveddate"]


def test_issue_behind_a_security_level_is_nowhere(wire: Wire) -> None:
    issue = wire.get("issue/TD-4")["id"]
    wire.faults.deny("jira", f"issue:{issue}")
    wire.refused("GET", f"issue/{issue}", status=404)
    assert wire.keys("key = TD-4") == []
    assert wire.post("issue/bulkfetch", {"issueIdsOrKeys": [issue]})["issues"] == []


def test_deleted_issue_frees_its_children(wire: Wire) -> None:
    wire.sandbox.delete_as_person("TD-1")
    assert wire.get("issue/TD-2")["fields"]["parent"] is None


@pytest.mark.parametrize("state", ["archived", "deleted"])
def test_project_that_is_put_away_is_found_only_where_one_looks_for_such(wire: Wire, state: str) -> None:
    wire.sandbox.put_away_project("TD", state)
    assert [one["key"] for one in wire.get("project/search")["values"]] == ["PIER"]
    (found,) = wire.get("project/search", status=state)["values"]
    assert found[state] is True
    assert wire.keys("updated >= 0") == []
    assert wire.call("GET", "project/TD").status_code == (404 if state == "deleted" else 200)
    assert wire.call("GET", "issue/TD-4").status_code == (404 if state == "deleted" else 200)


def test_purged_project_is_nowhere(wire: Wire) -> None:
    wire.sandbox.purge_project("TD")
    found = wire.get("project/search", status=["live", "archived", "deleted"])["values"]
    assert [one["key"] for one in found] == ["PIER"]


def test_anonymised_user_stays_without_a_name(wire: Wire) -> None:
    wire.sandbox.anonymise_user("u-ada")
    names = {user["displayName"]: user["active"] for user in wire.get("users/search")}
    assert names["Former user"] is False
    assert "Ada Nkemelu" not in names


def test_histories_come_oldest_first_in_pages(wire: Wire) -> None:
    for summary in ("One", "Two", "Three"):
        wire.call("PUT", "issue/TD-4", json={"fields": {"summary": summary}})
    first = wire.post("changelog/bulkfetch", {"issueIdsOrKeys": ["TD-2", "TD-4"], "maxResults": 2})
    rest = wire.post(
        "changelog/bulkfetch",
        {"issueIdsOrKeys": ["TD-2", "TD-4"], "maxResults": 2, "nextPageToken": first["nextPageToken"]},
    )
    entries = [one for page in (first, rest) for log in page["issueChangeLogs"] for one in log["changeHistories"]]
    assert [entry["items"][0]["toString"] for entry in entries] == ["In Progress", "One", "Two", "Three"]
    assert "nextPageToken" not in rest
    wire.refused("POST", "changelog/bulkfetch", status=400, json={"issueIdsOrKeys": []})


def test_sub_tasks_are_told_by_their_parent_and_go_with_it(wire: Wire) -> None:
    child = wire.create(issuetype={"name": "Sub-task"}, parent={"key": "TD-2"})
    (told,) = wire.get("issue/TD-2")["fields"]["subtasks"]
    assert told["key"] == child["key"]
    wire.sandbox.delete_as_person("TD-2")
    wire.refused("GET", f"issue/{child['key']}", status=404)


def test_field_can_be_left_out_of_all(wire: Wire) -> None:
    (issue,) = wire.search("key = TD-2", fields=["*all", "-comment"])["issues"]
    assert "comment" not in issue["fields"]
    assert "customfield_10050" in issue["fields"]


def test_about_how_many_there_are_is_told(wire: Wire) -> None:
    assert wire.post("search/approximate-count", {"jql": "project = TD"}) == {"count": 3}
    wire.refused("POST", "search/approximate-count", status=400, json={"jql": "ORDER BY id"})
    wire.refused("POST", "search/approximate-count", status=400, json={"jql": "nothing"})


def test_calls_left_are_told(wire: Wire) -> None:
    headers = wire.call("GET", "myself").headers
    assert int(headers["x-ratelimit-remaining"]) < int(headers["x-ratelimit-limit"])
