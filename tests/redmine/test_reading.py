"""Reading a real Redmine: all of it, in whatever order it changes, and never less for want of a permission."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from pydantic import SecretStr

from atlas_sync.canonical.observed import (
    Observed,
    ObservedComment,
    ObservedLink,
    ObservedProject,
    ObservedUser,
    ObservedWorkItem,
)
from atlas_sync.connectors.protocol import Page, ReadRequest
from atlas_sync.connectors.redmine import RedmineMapper, RedmineReader
from atlas_sync.connectors.redmine.client import RedmineClient
from atlas_sync.connectors.redmine.walk import walk
from atlas_sync.errors import AuthError
from atlas_sync.operations.canonicalize import canonicalize
from atlas_sync.operations.pull import pull
from atlas_sync.operations.workspace import Connection, Workspace
from atlas_sync.store.warehouse import open_warehouse
from tests.factories import TellingReader, workspace_of
from tests.redmine.server import Server
from tests.redmine.stage import settings_of


def _reader(server: Server, login: str = "atlas") -> RedmineReader:
    return RedmineReader(settings_of(server, api_key=SecretStr(server.key(login))), system="redmine")


def _observed(server: Server, stream: str, pages: list[Page]) -> list[Observed]:
    mapper = RedmineMapper("redmine", settings_of(server))
    return [
        row
        for page in pages
        for one in page.records
        for row in mapper.map_record(stream, msgspec.json.decode(one.body))
    ]


def _multiply(server: Server, *, groups: dict[str, int]) -> None:
    """Put issues into the store, so many with one stamp; over the API that would take a minute."""
    server.call("ada", "POST", "issues.json", issue={"project_id": "one", "subject": "first"})
    with closing(sqlite3.connect(server.folder / "redmine.sqlite", timeout=20)) as now, now:
        now.row_factory = sqlite3.Row
        first = dict(now.execute("SELECT * FROM issues").fetchone())
        number = first["id"]
        for stamp, count in groups.items():
            for _ in range(count):
                number += 1
                row = {**first, "id": number, "root_id": number, "lft": 1, "rgt": 2, "updated_on": stamp}
                marks = ", ".join(f":{name}" for name in row)
                now.execute(f"INSERT INTO issues ({', '.join(row)}) VALUES ({marks})", row)  # noqa: S608 - our own columns


@pytest.mark.soak
def test_walk_gives_every_issue_once_however_many_share_a_second(redmine: Server) -> None:
    groups = {
        "2026-03-02 08:00:00.9": 4,
        "2026-03-02 08:00:01.5": 23,
        "2026-03-02 08:00:02.1": 3,
        "2026-03-03 08:00:00": 12,
    }
    _multiply(redmine, groups=groups)
    client = RedmineClient(settings_of(redmine), system="redmine")
    pages = list(walk(client, since=None))
    ids = [one for page in pages for one in page.ids]
    assert sorted(map(int, ids)) == list(range(1, 44))
    assert [bool(page.proof) for page in pages] == [False] * (len(pages) - 1) + [True]
    middle = next(at for at, page in enumerate(pages) if "32" in page.ids)
    rest = [one for page in walk(client, since=None, position=pages[middle].position) for one in page.ids]
    assert set(ids) - set(rest) <= {one for page in pages[: middle + 1] for one in page.ids}
    newest = max(datetime.fromisoformat(one["updated_on"]) for one in redmine.issues())
    assert {page.server_time for page in pages} == {newest}, "where nobody tells the time, the last change does"
    day = datetime.fromisoformat("2026-03-03T08:00:00").astimezone(UTC)
    assert len([one for page in walk(client, since=day) for one in page.ids]) == 13
    assert len([one for page in walk(client, since=day + timedelta(seconds=1)) for one in page.ids]) == 1


def test_refused_key_is_never_a_strangers_view(redmine: Server) -> None:
    redmine.set_up("login_required", "0")
    reader = RedmineReader(settings_of(redmine, api_key=SecretStr("0" * 40)), system="redmine")
    with pytest.raises(AuthError):
        reader.describe("issues")
    with pytest.raises(AuthError):
        list(reader.read(ReadRequest("issues")))


def test_what_stands_in_a_redmine_is_read_and_what_went_is_told(redmine: Server) -> None:
    as_ada = lambda method, path, **body: redmine.call("ada", method, path, **body)  # noqa: E731 - read as a sentence
    above = as_ada("POST", "issues.json", issue={"project_id": "one", "subject": "Portal"})["issue"]["id"]
    text = 'h2. Scope\n\n* see "the deal":https://crm.example/deals/7'
    below = as_ada(
        "POST",
        "issues.json",
        issue={
            "project_id": "one",
            "subject": "x",
            "description": text,
            "parent_issue_id": above,
            "due_date": "2030-01-02",
        },
    )["issue"]["id"]
    as_ada("PUT", f"issues/{below}.json", issue={"notes": "Agreed with *Greta*", "status_id": 2})
    others = [
        as_ada("POST", "issues.json", issue={"project_id": "one", "subject": "y"})["issue"]["id"] for _ in range(2)
    ]
    reader = _reader(redmine)
    assert reader.describe("issues").required == ()
    pages = list(reader.read(ReadRequest("issues")))
    rows = _observed(redmine, "issues", pages)
    items = {row.source: row for row in rows if isinstance(row, ObservedWorkItem)}
    item = items[f"redmine:work_item:{below}"]
    assert (item.key, item.text, item.state, item.status) == (
        f"#{below}",
        "Scope\n- see the deal",
        "in_progress",
        "In Progress",
    )
    assert (item.parent, str(item.due)) == (f"redmine:work_item:{above}", "2030-01-02")
    assert [row.text for row in rows if isinstance(row, ObservedComment)] == ["Agreed with Greta"]
    assert [row.url for row in rows if isinstance(row, ObservedLink)] == ["https://crm.example/deals/7"]
    assert {
        row.key
        for row in _observed(redmine, "projects", list(reader.read(ReadRequest("projects"))))
        if isinstance(row, ObservedProject)
    } == {"one", "two", "else"}
    later = datetime.now(UTC) + timedelta(days=1)
    seen = sorted(reader.describe("issues").projects)
    _changed, *appeared = reader.windows(ReadRequest("issues", later, appeared=(*seen, "999")))
    again = {one.window: list(reader.read(one)) for one in appeared}
    assert {record.id for page in again[seen[0]] for record in page.records} == {
        str(above),
        str(below),
        *map(str, others),
    }
    assert [record for name in (*seen[1:], "999") for page in again[name] for record in page.records] == []
    assert all(pages[-1].proof for pages in again.values())
    redmine.call("keeper", "DELETE", f"issues/{others[0]}.json")
    hidden = redmine.call(
        "keeper", "POST", "projects.json", project={"name": "S", "identifier": "secret", "is_public": False}
    )
    redmine.call("keeper", "PUT", f"issues/{others[1]}.json", issue={"project_id": hidden["project"]["id"]})
    listed = {record.id for page in reader.sweep("issues") for record in page.records}
    assert listed == {str(above), str(below)}
    told = _observed(redmine, "issues", list(reader.look_up("issues", [str(one) for one in (*others, below)])))
    gone = {row.source: row.deletion for row in told if row.source.startswith("redmine:work_item")}
    assert list(gone.values()) == ["deleted", "not_visible", None]


def test_people_are_those_whom_our_user_may_see(redmine: Server) -> None:
    seen = {}
    for login in ("atlas", "keeper"):
        rows = _observed(redmine, "users", list(_reader(redmine, login).read(ReadRequest("users"))))
        seen[login] = {row.name: row.email for row in rows if isinstance(row, ObservedUser)}
    assert seen["atlas"] == {"Atlas Example": None, "Ada Example": None}
    assert seen["keeper"].items() >= {
        ("Ada Example", "ada@tidemark.example"),
        ("Kit Example", "keeper@tidemark.example"),
    }
    assert _reader(redmine).describe("users").missing == ("mail",)
    redmine.sql("DELETE FROM members WHERE project_id = (SELECT id FROM projects WHERE identifier = 'two')")
    report = _reader(redmine).describe("issues")
    assert (report.required, len(report.projects)) == (("private issues",), 3)
    redmine.sql("DELETE FROM enabled_modules WHERE project_id = (SELECT id FROM projects WHERE identifier = 'two')")
    assert _reader(redmine).describe("issues").required == ()
    redmine.sql("UPDATE roles SET issues_visibility = 'default' WHERE name = 'Integration'")
    assert _reader(redmine).describe("issues").required == ("private issues",)


def test_link_and_note_that_left_an_issue_are_gone(redmine: Server, tmp_path: Path) -> None:
    deal = "https://crm.example/deals/{}"
    issue = {"project_id": "one", "subject": "x", "description": f"{deal.format(7)} and {deal.format(8)}"}
    issue_id = redmine.call("ada", "POST", "issues.json", issue=issue)["issue"]["id"]
    redmine.call("ada", "PUT", f"issues/{issue_id}.json", issue={"notes": "Greta agreed"})
    workspace = replace(
        workspace_of(tmp_path, TellingReader()),
        connections={
            "redmine": Connection(
                name="redmine",
                kind="redmine",
                role="tracker",
                open_reader=lambda: _reader(redmine),
                mapper=RedmineMapper("redmine", settings_of(redmine)),
            )
        },
    )
    assert _known(workspace, "r1") == ({deal.format(7), deal.format(8)}, {"Greta agreed"})
    (note,) = redmine.call("ada", "GET", f"issues/{issue_id}.json?include=journals")["issue"]["journals"]
    redmine.call("ada", "PUT", f"journals/{note['id']}.json", journal={"notes": ""})
    redmine.call("ada", "PUT", f"issues/{issue_id}.json", issue={"description": deal.format(8)})
    assert _known(workspace, "r2") == ({deal.format(8)}, set())


def _known(workspace: Workspace, run: str) -> tuple[set[str], set[str]]:
    """Give the links and notes that are known after another run."""
    pull(workspace, run)
    with open_warehouse(workspace.home) as warehouse:
        canonicalize(workspace, warehouse)
        links = {row.url for row in warehouse.select(ObservedLink, deletion=None)}
        return links, {row.text for row in warehouse.select(ObservedComment, deletion=None)}
