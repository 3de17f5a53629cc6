"""Search: an index that lags, pages with tokens, and a query language that refuses as the vendor's does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.sandbox.jira.rig import NOW, Wire


def test_pages_are_shorter_than_asked_and_lead_on_by_token(wire: Wire) -> None:
    first = wire.search("project = TD ORDER BY id ASC", maxResults=100)
    assert [issue["key"] for issue in first["issues"]] == ["TD-1", "TD-2"]
    assert first["isLast"] is False
    last = wire.search("project = TD ORDER BY id ASC", maxResults=100, nextPageToken=first["nextPageToken"])
    assert [issue["key"] for issue in last["issues"]] == ["TD-4"]
    assert last["isLast"] is True
    assert "nextPageToken" not in last


def test_token_belongs_to_its_query(wire: Wire) -> None:
    token = wire.search("project = TD")["nextPageToken"]
    body = {"jql": "project = PIER", "nextPageToken": token}
    wire.refused("POST", "search/jql", status=400, json=body)


def test_ids_alone_come_in_one_page(wire: Wire) -> None:
    answer = wire.search("project = TD", fields=["id"], maxResults=5000)
    assert len(answer["issues"]) == 3
    assert "fields" not in answer["issues"][0]


def test_new_issue_is_found_only_after_a_while(wire: Wire) -> None:
    made = wire.create()
    assert made["key"] not in wire.keys("project = TD")
    assert wire.get(f"issue/{made['id']}")["key"] == made["key"]
    wire.wait()
    assert made["key"] in wire.keys("project = TD")


def test_changed_issue_is_found_as_it_was_for_a_while(wire: Wire) -> None:
    wire.call("PUT", "issue/TD-4", json={"fields": {"summary": "Renamed"}})
    assert wire.keys('summary ~ "dates"') == ["TD-4"]
    assert wire.get("issue/TD-4")["fields"]["summary"] == "Renamed"
    wire.wait()
    assert wire.keys('summary ~ "dates"') == []


def test_unbounded_query_and_old_search_are_refused(wire: Wire) -> None:
    wire.refused("POST", "search/jql", status=400, json={"jql": "ORDER BY id"})
    wire.refused("GET", "search?jql=project=TD", status=410)


@pytest.mark.parametrize(
    ("jql", "keys"),
    [
        ("project = TD AND type = Epic", ["TD-1"]),
        ("project in (TD, PIER) AND NOT type = Epic ORDER BY id DESC", ["TD-4", "TD-2"]),
        ("parent = TD-1", ["TD-2"]),
        ('(type = Bug OR type = Epic) AND status = "To Do"', ["TD-1", "TD-4"]),
        ('statusCategory = "In Progress"', ["TD-2"]),
        ("assignee is empty AND project = TD ORDER BY id", ["TD-1", "TD-2"]),
        ("labels = nothing", []),
    ],
)
def test_queries_find_what_they_ask_for(wire: Wire, jql: str, keys: list[str]) -> None:
    assert wire.keys(jql) == keys


@pytest.mark.parametrize(
    "jql", ["project = NOPE", "project in (TD, 99999)", "nothing = 1", "project =", "updated >= soon", "labels ? x"]
)
def test_query_that_names_what_is_not_there_is_refused_as_a_whole(wire: Wire, jql: str) -> None:
    wire.refused("POST", "search/jql", status=400, json={"jql": jql})


def test_dates_are_read_in_the_users_zone_and_milliseconds_are_not(wire: Wire) -> None:
    wire.call("PUT", "issue/TD-4", json={"fields": {"summary": "Now"}})
    wire.wait(60)
    moment = int(NOW.timestamp() * 1000)
    assert wire.keys(f"updated >= {moment}") == ["TD-4"]
    assert wire.keys('updated >= "2026-06-15 10:00"') == ["TD-4"]
    assert wire.keys('updated >= "2026-06-15 08:00"') == ["TD-4"]
    assert wire.keys('updated >= "2026-06-15 10:01"') == []
    assert wire.keys("updated >= -5m") == ["TD-4"]
    assert wire.keys(f"updated >= {moment + int(timedelta(hours=1).total_seconds() * 1000)}") == []


def test_search_tells_properties_that_are_asked_for(wire: Wire) -> None:
    wire.call("PUT", "issue/TD-4/properties/atlas.item", json={"m": "atlas-x"})
    (issue,) = wire.search("key = TD-4", properties=["atlas.item"])["issues"]
    assert issue["properties"] == {"atlas.item": {"m": "atlas-x"}}
