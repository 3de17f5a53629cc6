from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from atlas_sync.canonical.identity import marker_for
from atlas_sync.canonical.observed import (
    ObservedComment,
    ObservedLink,
    ObservedPerson,
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
        ("Done", "done", "Out of Scope", "dropped"),
        ("Closed", "done", "Won’t Implement", "dropped"),
    ],
)
def test_status_folds_into_four_states(status: str, category: str, resolution: str | None, state: str) -> None:
    item = _item(
        status={"name": status, "statusCategory": {"key": category}},
        resolution={"name": resolution} if resolution else None,
    )
    assert item.state == state


def test_mark_is_read_from_the_property_before_the_label() -> None:
    ours = marker_for("acme", "eng_1", "promise", "pro_1")
    record = _issue(labels=["atlas-sync", "atlas-copco", ours])
    assert MAPPER.map_record("issues", record)[0].marker == ours  # type: ignore[attr-defined]  # a work item
    record["properties"] = {"atlas.item": {"m": "atlas-fromproperty"}}
    assert MAPPER.map_record("issues", record)[0].marker == "atlas-fromproperty"  # type: ignore[attr-defined]  # a work item


def test_comments_in_an_issue_come_with_it() -> None:
    comment = {"id": "1", "created": "2026-06-01T10:00:00.000+0200", "body": "ok", "author": {"accountId": "a"}}
    rows = MAPPER.map_record("issues", _issue(comment={"comments": [comment], "total": 1}))
    assert [type(row) for row in rows] == [ObservedWorkItem, ObservedComment]


@pytest.mark.parametrize(
    ("stream", "remote_id", "source"),
    [
        ("issues", "10001", "jira:work_item:10001"),
        ("comments", "10001/7", "jira:comment:7"),
        ("links", "10001/7", "jira:link:10001/7"),
        ("watchers", "10001/5b1", "jira:watcher:10001/5b1"),
    ],
)
def test_what_is_gone_is_known_by_the_id_it_had(stream: str, remote_id: str, source: str) -> None:
    rows = MAPPER.map_record(stream, {"id": remote_id, "gone": True})
    assert rows == [ObservedTombstone(source=source, deletion="not_visible")]


def test_gone_entry_of_a_history_says_nothing() -> None:
    assert MAPPER.map_record("history", {"id": "1/2", "gone": True}) == []


def test_archived_issue_and_project_and_project_in_the_bin_say_so() -> None:
    assert _item(archiveddate="2026-06-01T10:00:00.000+0200").deletion == "archived"
    project = {"id": "1", "key": "TD", "name": "Ours"}
    deletions = [
        MAPPER.map_record("projects", project | more)[0].deletion
        for more in ({}, {"archived": True}, {"deleted": True})
    ]
    assert deletions == [None, "archived", "deleted"]


def test_epic_beside_an_issue_is_its_parent() -> None:
    (item,) = MAPPER.map_record("issues", _issue() | {"epic": {"id": "9", "key": "TD-9"}})
    assert isinstance(item, ObservedWorkItem)
    assert item.parent == "jira:work_item:9"


def test_comment_of_its_own_points_at_its_issue() -> None:
    comment = {"id": "7", "created": "2026-06-01T10:00:00.000+0200", "body": "*ok*", "author": {"key": "JIRAUSER1"}}
    (row,) = MAPPER.map_record("comments", {"issue": "10001", "key": "TD-1", "comment": comment})
    assert isinstance(row, ObservedComment)
    assert (row.work_item, row.author, row.text) == ("jira:work_item:10001", "jira:user:JIRAUSER1", "ok")
    assert row.link == "https://site.example/browse/TD-1?focusedCommentId=7"
    (again,) = MAPPER.map_record("comments", {"issue": "10001", "comment": comment})
    assert again.link is None


def test_portal_customer_is_no_user_but_a_person_who_comments() -> None:
    portal = {"accountId": "qm:5b:10", "accountType": "customer", "displayName": "Ann", "emailAddress": "ann@x.example"}
    known = MAPPER.map_record("users", portal)
    assert known == [ObservedPerson(source="jira:person:qm:5b:10", name="Ann", email="ann@x.example")]
    comment = {"id": "7", "created": "2026-06-01T10:00:00.000+0200", "body": "ok", "author": portal}
    (row,) = MAPPER.map_record("comments", {"issue": "10001", "comment": comment})
    assert isinstance(row, ObservedComment)
    assert row.author == known[0].source
    assert _item(reporter=portal).reporter == known[0].source


def test_apps_are_no_people() -> None:
    assert MAPPER.map_record("users", {"accountId": "x", "accountType": "app", "displayName": "Bot"}) == []
    human = MAPPER.map_record(
        "users", {"accountId": "y", "accountType": "atlassian", "displayName": "Ann", "active": True}
    )
    assert human == [ObservedUser(source="jira:user:y", name="Ann", email=None, active=True, of_tracker=True)]


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


def _things(value: Any) -> Iterator[tuple[str, dict[str, Any]]]:  # noqa: ANN401 - JSON
    """Find in a recording whatever a stream would land, with the name of its stream."""
    if isinstance(value, dict):
        stream = _stream_of(value)
        if stream:
            yield stream, value
        for inner in value.values():
            yield from _things(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _things(inner)


def _stream_of(value: dict[str, Any]) -> str | None:
    """Tell by its members what a thing is."""
    looks = {
        "issues": "fields" in value and "key" in value,
        "comments": {"body", "author", "created"} <= set(value),
        "links": isinstance(value.get("object"), dict) and "url" in value["object"],
        "projects": {"id", "key", "name"} <= set(value) and ("projectTypeKey" in value or "simplified" in value),
        "users": "displayName" in value and bool({"accountId", "key", "name"} & set(value)),
        "history": {"items", "created", "author"} <= set(value),
        "statuses": "statusCategory" in value,
    }
    return next((stream for stream, is_one in looks.items() if is_one), None)


def _landed(stream: str, thing: dict[str, Any]) -> dict[str, Any]:
    """Give a thing as the reader lands it."""
    match stream:
        case "comments":
            return {"issue": "1", "key": "TD-1", "comment": thing}
        case "links":
            return {"issue": "1", "link": thing}
        case _:
            return thing


NOTHING = {
    "adf-large-document.json": "a text without its issue",
    "adf-sample.json": "as above",
    "cloud-serverinfo.json": "what the server is",
    "createmeta-cloud-many-fields.json": "what an issue needs to be made",
    "createmeta-dc.json": "as above",
    "dc-issue-create-201.json": "the answer to a write",
    "dc-issue-properties-keys.json": "properties without their issue",
    "dc-issue-property-get.json": "as above",
    "dc-issue-transitions.json": "what a status may become",
    "dc-issue-update-400-empty.json": "a refusal",
    "dc-issue-update-400-unknown-field.json": "a refusal",
    "dc-version-update-400-unrecognized.json": "a refusal",
    "dc-webhook-list.json": "webhooks that are set up",
    "dc9-createmeta-issuetypes.json": "what an issue needs to be made",
    "observed-limits-and-errors.json": "refusals",
}
"""Recordings of nothing that a stream lands, and why; most still name users or types."""


REFUSED = {
    "cloud-issue-get-adf.json $.id": "its authors left the id out",
    "cloud-search-jql-last-page.json $.id": "as above",
    "cloud-v3-published-examples.json $.link.id": "a link as it is sent, which has no id yet",
}


@pytest.mark.contracts
def test_every_recording_is_mapped_or_refused_with_a_path(shared: Path) -> None:
    mapped, refused = Counter[str](), Counter[str]()
    for path in sorted((shared / "contracts/jira/recordings").glob("*.json")):
        found = list(_things(json.loads(path.read_text(encoding="utf-8"))))
        assert found or path.name in NOTHING or "cloud2015" in path.name, path.name
        for stream, thing in found:
            try:
                rows = MAPPER.map_record(stream, _landed(stream, thing))
            except MappingError as error:
                refused[f"{path.name} {error.path}"] += 1
            else:
                mapped[stream] += len(rows)
                assert all(row.source for row in rows)
    assert set(refused) == set(REFUSED)
    assert {stream for stream, count in mapped.items() if count} == {"issues", "comments", "links", "projects", "users"}
    assert mapped["issues"] >= 40
    assert mapped["comments"] >= 5
    assert mapped["users"] >= 100
