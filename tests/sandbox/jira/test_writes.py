"""Making and changing issues, and what hangs on them."""

from __future__ import annotations

import pytest

from tests.sandbox.jira.rig import Wire

ADF = {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Yes."}]}]}
LINK = {"globalId": "system=atlas&id=1", "object": {"url": "https://x.example", "title": "X"}}


def test_issue_is_made_with_its_properties_at_once(wire: Wire) -> None:
    body = {
        "fields": {"project": {"key": "TD"}, "issuetype": {"name": "Task"}, "summary": "Marked", "labels": ["a"]},
        "properties": [{"key": "atlas.item", "value": {"m": "atlas-1"}}],
    }
    made = wire.post("issue", body, status=201)
    assert set(made) == {"id", "key", "self"}
    issue = wire.get(f"issue/{made['key']}", properties="atlas.item")
    assert issue["properties"]["atlas.item"] == {"m": "atlas-1"}
    assert issue["fields"]["labels"] == ["a"]


def test_refused_issue_burns_a_number(wire: Wire) -> None:
    assert "summary" in wire.create("two\nlines", status=400)["errors"]
    assert wire.create()["key"] == "TD-6"


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"summary": "x" * 256}, "summary"),
        ({"issuetype": {"name": "Nothing"}}, "issuetype"),
        ({"labels": ["two words"]}, "labels"),
        ({"duedate": "soon"}, "duedate"),
        ({"description": "plain"}, "description"),
        ({"customfield_1": 1}, "customfield_1"),
        ({"parent": {"key": "NOPE-1"}}, "parentId"),
        ({"assignee": {"accountId": "nobody"}}, "assignee"),
    ],
)
def test_refusal_names_the_field(wire: Wire, fields: dict[str, object], name: str) -> None:
    assert name in wire.create(**{"summary": "Do it", **fields}, status=400)["errors"]  # type: ignore[arg-type]  # by name


def test_bulk_makes_what_it_can(wire: Wire) -> None:
    good = {"fields": {"project": {"key": "TD"}, "issuetype": {"name": "Task"}, "summary": "Good"}}
    bad = {"fields": {"project": {"key": "NOPE"}, "issuetype": {"name": "Task"}, "summary": "Bad"}}
    answer = wire.post("issue/bulk", {"issueUpdates": [bad, good]}, status=201)
    assert len(answer["issues"]) == 1
    assert answer["errors"][0]["failedElementNumber"] == 0
    wire.refused("POST", "issue/bulk", status=400, json={"issueUpdates": [good] * 51})


def test_without_permission_nothing_is_written(wire: Wire) -> None:
    for name in ("CREATE_ISSUES", "EDIT_ISSUES", "LINK_ISSUES"):
        wire.faults.deny("jira", name)
    wire.create(status=403)
    wire.refused("PUT", "issue/TD-4", status=403, json={"fields": {"summary": "x"}})
    wire.refused("POST", "issue/TD-4/remotelink", status=403, json=LINK)


def test_link_with_the_same_global_id_is_replaced(wire: Wire) -> None:
    first = wire.post("issue/TD-4/remotelink", LINK, status=201)
    again = wire.post("issue/TD-4/remotelink", LINK | {"object": {"url": "https://y.example", "title": "Y"}})
    assert first["id"] == again["id"]
    (link,) = wire.get("issue/TD-4/remotelink")
    assert link["object"]["title"] == "Y"
    assert "object.url" in wire.refused("POST", "issue/TD-4/remotelink", status=400, json={"object": {}})["errors"]


def test_labels_change_by_verb(wire: Wire) -> None:
    wire.call("PUT", "issue/TD-4", json={"update": {"labels": [{"add": "a"}, {"add": "b"}]}})
    wire.call("PUT", "issue/TD-4", json={"update": {"labels": [{"remove": "a"}]}})
    assert wire.get("issue/TD-4")["fields"]["labels"] == ["b"]
    assert [one["items"][0]["fieldId"] for one in wire.get("issue/TD-4/changelog")["values"]] == ["labels", "labels"]


def test_status_moves_only_by_transition(wire: Wire) -> None:
    assert "status" in wire.refused("PUT", "issue/TD-4", status=400, json={"fields": {"status": "Done"}})["errors"]
    done = next(one["id"] for one in wire.get("issue/TD-4/transitions")["transitions"] if one["name"] == "Done")
    assert wire.call("POST", "issue/TD-4/transitions", json={"transition": {"id": done}}).status_code == 204
    assert wire.get("issue/TD-4")["fields"]["status"]["statusCategory"]["key"] == "done"
    wire.refused("POST", "issue/TD-4/transitions", status=400, json={"transition": {"id": "nope"}})


def test_comments_are_cut_in_the_issue_and_whole_by_themselves(wire: Wire) -> None:
    shown = wire.get("issue/TD-2")["fields"]["comment"]
    assert (shown["total"], len(shown["comments"])) == (23, 20)
    assert len(wire.get("issue/TD-2/comment", maxResults=100)["comments"]) == 23
    assert len(wire.get("issue/TD-2/comment", startAt=20)["comments"]) == 3


def test_comment_is_checked_and_stamps_its_issue(wire: Wire) -> None:
    wire.refused("POST", "issue/TD-4/comment", status=400, json={"body": "plain"})
    before = wire.get("issue/TD-4")["fields"]["updated"]
    wire.post("issue/TD-4/comment", {"body": ADF}, status=201)
    assert wire.get("issue/TD-4")["fields"]["updated"] > before


def test_properties_come_and_go(wire: Wire) -> None:
    assert wire.call("PUT", "issue/TD-4/properties/a", json=1).status_code == 201
    assert wire.call("PUT", "issue/TD-4/properties/a", json=2).status_code == 200
    assert wire.get("issue/TD-4/properties/a")["value"] == 2
    assert [one["key"] for one in wire.get("issue/TD-4/properties")["keys"]] == ["a"]
    assert wire.call("DELETE", "issue/TD-4/properties/a").status_code == 204
    wire.refused("GET", "issue/TD-4/properties/a", status=404)


def test_deleted_issue_is_gone(wire: Wire) -> None:
    assert wire.call("DELETE", "issue/TD-4").status_code == 204
    for path in ("issue/TD-4", "issue/TD-4/comment", "issue/TD-4/remotelink", "issue/TD-4/changelog"):
        wire.refused("GET", path, status=404)
    assert wire.keys("key = TD-4") == []


def test_user_watches_once_and_a_stranger_does_not(wire: Wire) -> None:
    ada = wire.sandbox._site.users["u-ada"].account_id
    for _twice in range(2):
        assert wire.call("POST", "issue/TD-4/watchers", json=ada).status_code == 204
        assert wire.dc("POST", "issue/TD-4/watchers", json="u-ada").status_code == 204
    assert [one["accountId"] for one in wire.get("issue/TD-4/watchers")["watchers"]] == [ada]
    assert wire.dc("GET", "issue/TD-4/watchers").json()["watchers"][0]["name"] == "u-ada"
    wire.refused("POST", "issue/TD-4/watchers", status=404, json="nobody")
    wire.faults.deny("jira", "VIEW_VOTERS_AND_WATCHERS")
    assert wire.get("issue/TD-4/watchers")["watchers"] == []
    wire.faults.deny("jira", "MANAGE_WATCHERS")
    wire.refused("POST", "issue/TD-4/watchers", status=403, json=ada)
