"""Who is here, and what there is besides issues."""

from __future__ import annotations

import pytest

from tests.sandbox.jira.rig import Wire


def test_strangers_get_no_further_than_the_servers_name(wire: Wire) -> None:
    assert wire.call("GET", "myself", token="").status_code == 401
    assert wire.call("GET", "myself", token="wrong").status_code == 401
    assert wire.call("GET", "serverInfo", token="").json()["deploymentType"] == "Cloud"


def test_answers_tell_the_worlds_time(wire: Wire) -> None:
    assert wire.call("GET", "myself").headers["date"] == "Mon, 15 Jun 2026 08:00:00 GMT"


def test_users_come_in_pages_with_those_who_left(wire: Wire) -> None:
    names = [user["displayName"] for start in (0, 2) for user in wire.get("users/search", startAt=start, maxResults=2)]
    assert names == ["Atlas Bot", "Ada Nkemelu", "Ben Ruiz"]
    assert [user["active"] for user in wire.get("users/search")] == [True, True, False]
    assert wire.get("users/search", startAt=3) == []


def test_without_the_permission_users_are_an_empty_list(wire: Wire) -> None:
    wire.faults.deny("jira", "USER_PICKER")
    assert wire.get("users/search") == []
    held = wire.get("mypermissions", permissions="USER_PICKER,BROWSE_PROJECTS")["permissions"]
    assert {name: one["havePermission"] for name, one in held.items()} == {
        "USER_PICKER": False,
        "BROWSE_PROJECTS": True,
    }


def test_permissions_must_be_named(wire: Wire) -> None:
    wire.refused("GET", "mypermissions", status=400)


def test_hidden_project_is_nowhere(wire: Wire) -> None:
    wire.faults.deny("jira", "project:PIER")
    assert [one["key"] for one in wire.get("project/search")["values"]] == ["TD"]
    wire.refused("GET", "project/PIER", status=404)
    wire.refused("GET", "mypermissions?projectKey=PIER&permissions=BROWSE_PROJECTS", status=404)
    wire.refused("GET", "issue/createmeta/PIER/issuetypes", status=404)
    assert wire.search('project = "PIER"')["issues"] == []


def test_project_that_may_only_be_administered_is_listed_but_for_browsing(wire: Wire) -> None:
    wire.faults.deny("jira", "BROWSE_PROJECTS:PIER")
    assert [one["key"] for one in wire.get("project/search")["values"]] == ["TD", "PIER"]
    assert [one["key"] for one in wire.get("project/search", action="browse")["values"]] == ["TD"]
    shown = wire.get("mypermissions", projectKey="PIER", permissions="BROWSE_PROJECTS")["permissions"]
    assert not shown["BROWSE_PROJECTS"]["havePermission"]
    wire.refused("GET", "project/PIER", status=404)


def test_projects_come_in_pages(wire: Wire) -> None:
    first = wire.get("project/search", maxResults=1)
    assert (first["total"], first["isLast"]) == (2, False)
    assert wire.get("project/search", startAt=1, maxResults=1)["isLast"] is True


def test_hidden_field_is_neither_listed_nor_writable(wire: Wire) -> None:
    wire.faults.hide("jira", "issue", "duedate")
    assert "duedate" not in {field["id"] for field in wire.get("field")}
    types = wire.get("issue/createmeta/TD/issuetypes")["issueTypes"]
    fields = wire.get(f"issue/createmeta/TD/issuetypes/{types[0]['id']}")["fields"]
    assert "duedate" not in {field["fieldId"] for field in fields}
    assert "duedate" in wire.create(duedate="2026-07-01", status=400)["errors"]


@pytest.mark.parametrize("path", ["status", "issuetype"])
def test_kinds_have_ids_and_names(wire: Wire, path: str) -> None:
    assert all({"id", "name"} <= set(one) for one in wire.get(path))
