"""The same site as Data Center serves it, and Atlassian's gateway with passing tokens."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from atlas_sync.sandbox.jira import CLIENT_ID, CLIENT_SECRET, CLOUD_ID, REFRESH_TOKEN
from tests.sandbox.jira.rig import Wire


def _search(wire: Wire, **params: Any) -> Any:  # noqa: ANN401 - JSON
    answer = wire.dc("GET", "search", params={"jql": "project = TD ORDER BY id", "fields": "*all", **params})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_it_says_what_it_is_and_wants_a_personal_token(wire: Wire) -> None:
    assert wire.dc("GET", "serverInfo", token="").json()["deploymentType"] == "Server"
    assert wire.dc("GET", "myself", token="wrong").status_code == 401
    assert wire.dc("GET", "myself").json()["name"] == "bot"
    assert wire.dc("GET", "/rest/api/3/myself").status_code == 404


def test_search_pages_by_offset_with_a_total(wire: Wire) -> None:
    first, last = _search(wire, maxResults=100), _search(wire, startAt=2)
    assert (first["total"], first["maxResults"], len(first["issues"])) == (3, 2, 2)
    assert [issue["key"] for issue in last["issues"]] == ["TD-4"]
    assert wire.dc("GET", "search", params={"jql": "nothing"}).status_code == 400


def test_texts_are_wiki_markup_and_people_have_names(wire: Wire) -> None:
    epic, task = _search(wire)["issues"]
    assert epic["fields"]["description"] == "Two weeks.\nThen more."
    assert set(epic["fields"]["reporter"]) >= {"key", "name", "emailAddress"}
    assert "accountId" not in str(task)


def test_below_an_epic_there_is_its_key_and_no_parent(wire: Wire) -> None:
    task = _search(wire)["issues"][1]
    assert task["fields"]["customfield_10014"] == "TD-1"
    assert "parent" not in task["fields"]


def test_history_comes_on_demand_and_whole(wire: Wire) -> None:
    assert "changelog" not in _search(wire)["issues"][1]
    (entry,) = _search(wire, expand="changelog")["issues"][1]["changelog"]["histories"]
    assert entry["items"][0]["toString"] == "In Progress"


def test_users_are_searched_and_those_who_left_on_demand(wire: Wire) -> None:
    active = wire.dc("GET", "user/search", params={"username": "."}).json()
    everybody = wire.dc("GET", "user/search", params={"username": ".", "includeInactive": "true"}).json()
    assert len(everybody) == len(active) + 1
    assert wire.dc("GET", "user/search").status_code == 400


def test_projects_come_all_at_once(wire: Wire) -> None:
    wire.sandbox.put_away_project("PIER", "archived")
    assert [one["key"] for one in wire.dc("GET", "project").json()] == ["TD"]
    everything = wire.dc("GET", "project", params={"includeArchived": "true"}).json()
    assert {one["key"]: one["archived"] for one in everything} == {"TD": False, "PIER": True}


@pytest.mark.parametrize(
    "path", ["issue/TD-2", "issue/TD-2/comment", "issue/TD-2/remotelink", "project/TD", "issuetype"]
)
def test_single_things_are_read(wire: Wire, path: str) -> None:
    assert wire.dc("GET", path).status_code == 200
    assert "accountId" not in wire.dc("GET", path).text


def test_missing_issue_is_not_found(wire: Wire) -> None:
    assert wire.dc("GET", "issue/NO-1").status_code == 404


def _make(wire: Wire, kind: str = "Task", *, status: int = 201, **fields: Any) -> Any:  # noqa: ANN401 - JSON
    usual = {"project": {"key": "TD"}, "issuetype": {"name": kind}, "summary": "Do it"}
    answer = wire.dc("POST", "issue", json={"fields": {**usual, **fields}})
    assert answer.status_code == status, answer.text
    return answer.json()


@pytest.mark.parametrize(
    ("kind", "fields", "name"),
    [
        ("Task", {"description": {"type": "doc", "version": 1, "content": []}}, "description"),
        ("Task", {"description": "x" * 32_768}, "description"),
        ("Task", {"assignee": {"name": "nobody"}}, "assignee"),
        ("Task", {"parent": {"key": "TD-1"}}, "parent"),
        ("Task", {"customfield_10014": "TD-4"}, "customfield_10014"),
        ("Epic", {}, "customfield_10011"),
    ],
)
def test_refused_write_names_the_field(wire: Wire, kind: str, fields: dict[str, Any], name: str) -> None:
    assert name in _make(wire, kind, status=400, **fields)["errors"]


def test_written_markup_is_kept_as_it_is_and_found_below_its_epic(wire: Wire) -> None:
    made = _make(wire, description="h1. *So*\r\n# one", customfield_10014="TD-1", assignee={"name": "u-ada"})
    shown = wire.dc("GET", f"issue/{made['key']}", params={"expand": "changelog", "properties": "x"}).json()
    assert shown["fields"]["description"] == "h1. *So*\r\n# one"
    assert shown["fields"]["assignee"]["name"] == "u-ada"
    assert (shown["changelog"]["total"], shown["properties"]) == (0, {})
    wire.wait()
    found = _search(wire, jql='cf[10014] = "TD-1" AND NOT key = TD-2')
    assert [issue["key"] for issue in found["issues"]] == [made["key"]]
    assert _search(wire, jql="parent = TD-1")["total"] == 0
    assert "properties" not in found["issues"][0]


def test_refresh_tokens_work_once_and_access_tokens_an_hour(wire: Wire) -> None:
    app = wire.sandbox.oauth_app()

    def call(method: str, path: str, **options: Any) -> httpx.Response:  # noqa: ANN401 - options by name
        async def one() -> httpx.Response:
            async with httpx.AsyncClient(
                transport=httpx.ASGITransport(app=app), base_url="https://x.example"
            ) as client:
                return await client.request(method, path, **options)

        return asyncio.run(one())

    ask = {"grant_type": "refresh_token", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    assert call("POST", "/oauth/token", json={**ask, "client_secret": "wrong"}).status_code == 401
    given = call("POST", "/oauth/token", json={**ask, "refresh_token": REFRESH_TOKEN}).json()
    assert call("POST", "/oauth/token", json={**ask, "refresh_token": REFRESH_TOKEN}).status_code == 403
    assert call("POST", "/oauth/token", json={**ask, "refresh_token": given["refresh_token"]}).status_code == 200
    me = f"/ex/jira/{CLOUD_ID}/rest/api/3/myself"
    bearer = {"Authorization": f"Bearer {given['access_token']}"}
    assert call("GET", me, headers=bearer).status_code == 200
    wire.clock.move_to(wire.clock.now() + timedelta(hours=1))
    assert call("GET", me, headers=bearer).status_code == 401
