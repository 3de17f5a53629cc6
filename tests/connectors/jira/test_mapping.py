from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from atlas_sync.canonical.observed import (
    ObservedComment,
    ObservedLink,
    ObservedTombstone,
    ObservedUser,
    ObservedWorkItem,
)
from atlas_sync.connectors.jira import JiraMapper, JiraSettings
from atlas_sync.errors import MappingError

SETTINGS = JiraSettings(url="https://site.example", email="bot@site.example", api_token=SecretStr("x"))
MAPPER = JiraMapper("jira", SETTINGS)


def _issue(**fields: object) -> dict[str, Any]:
    usual = {
        "project": {"id": "10000", "key": "TD"},
        "issuetype": {"name": "Task"},
        "summary": "Do it",
        "status": {"name": "To Do", "statusCategory": {"key": "new"}},
        "labels": [],
    }
    return {"id": "10001", "key": "TD-1", "fields": {**usual, **fields}}


def _item(**fields: object) -> ObservedWorkItem:
    item = MAPPER.map_record("issues", _issue(**fields))[0]
    assert isinstance(item, ObservedWorkItem)
    return item


@pytest.mark.parametrize(
    ("status", "category", "resolution", "state"),
    [
        ("To Do", "new", None, "to_do"),
        ("Backlog", "undefined", None, "to_do"),
        ("In Review", "indeterminate", None, "in_progress"),
        ("Done", "done", "Done", "done"),
        ("Done", "done", "Won't Do", "dropped"),
        ("Cancelled", "done", None, "dropped"),
        ("Won't Do", "done", None, "dropped"),
    ],
)
def test_status_folds_into_four_states(status: str, category: str, resolution: str | None, state: str) -> None:
    item = _item(
        status={"name": status, "statusCategory": {"key": category}},
        resolution={"name": resolution} if resolution else None,
    )
    assert item.state == state


def test_mark_is_read_from_the_property_before_the_label() -> None:
    record = _issue(labels=["atlas-sync", "atlas-fromlabel"])
    assert MAPPER.map_record("issues", record)[0].marker == "atlas-fromlabel"  # type: ignore[attr-defined]  # a work item
    record["properties"] = {"atlas.item": {"m": "atlas-fromproperty"}}
    assert MAPPER.map_record("issues", record)[0].marker == "atlas-fromproperty"  # type: ignore[attr-defined]  # a work item


def test_comments_come_with_their_issue() -> None:
    comment = {"id": "1", "created": "2026-06-01T10:00:00.000+0200", "body": "ok", "author": {"accountId": "a"}}
    rows = MAPPER.map_record("issues", _issue(comment={"comments": [comment], "total": 1}))
    assert [type(row) for row in rows] == [ObservedWorkItem, ObservedComment]


def test_issue_that_answers_not_found_becomes_a_tombstone() -> None:
    rows = MAPPER.map_record("issues", {"id": "10001", "gone": True})
    assert rows == [ObservedTombstone(source="jira:work_item:10001", deletion="not_visible")]


def test_apps_are_no_people() -> None:
    assert MAPPER.map_record("users", {"accountId": "x", "accountType": "app", "displayName": "Bot"}) == []
    human = MAPPER.map_record(
        "users", {"accountId": "y", "accountType": "atlassian", "displayName": "Ann", "active": True}
    )
    assert human == [ObservedUser(source="jira:user:y", name="Ann", email=None, active=True)]


def test_link_without_an_address_says_nothing() -> None:
    assert MAPPER.map_record("links", {"issue": "1", "link": {"id": 2, "object": {}}}) == []
    rows = MAPPER.map_record("links", {"issue": "1", "link": {"id": 2, "object": {"url": "https://x.example"}}})
    assert isinstance(rows[0], ObservedLink)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"duedate": "soon"}, "$.fields.duedate"),
        ({"labels": "x"}, "$.fields.labels"),
        ({"status": []}, "$.fields.status"),
        ({"updated": "yesterday"}, "$.fields.updated"),
    ],
)
def test_odd_field_is_named_by_its_path(change: dict[str, object], path: str) -> None:
    with pytest.raises(MappingError) as caught:
        MAPPER.map_record("issues", _issue(**change))
    assert caught.value.path == path


def test_due_date_has_no_time_zone() -> None:
    assert _item(duedate="2026-08-14").due == date(2026, 8, 14)


def _issues(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "id" in value and isinstance(value.get("fields"), dict):
            yield value
        for inner in value.values():
            yield from _issues(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _issues(inner)


NOT_ISSUES = {"createmeta-cloud-many-fields.json", "createmeta-dc.json"}
"""Issue types have an id and fields too, but no key: refused with that path."""


@pytest.mark.contracts
def test_every_recorded_issue_is_mapped_or_refused_with_a_path(shared: Path) -> None:
    mapped: dict[str, int] = {}
    for path in sorted((shared / "contracts" / "jira" / "recordings").glob("*.json")):
        for issue in _issues(json.loads(path.read_text(encoding="utf-8"))):
            if path.name in NOT_ISSUES:
                with pytest.raises(MappingError, match="key"):
                    MAPPER.map_record("issues", issue)
                continue
            rows = MAPPER.map_record("issues", issue)
            mapped[path.name] = mapped.get(path.name, 0) + len(rows)
    assert mapped["dc-search-page.json"] >= 10
    assert mapped["webhook-cloud-issue-created.json"] >= 1
    assert mapped["cloud-v3-published-examples.json"] >= 5
