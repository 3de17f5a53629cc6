"""A small site behind the stand-in's wire, and a client for it that needs no socket."""

# ruff: noqa: ANN401  # JSON, whose shape is what the tests are about

from __future__ import annotations

import asyncio
import base64
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx

from atlas_sync.sandbox import happenings
from atlas_sync.sandbox.clock import Clock
from atlas_sync.sandbox.faults import Faults
from atlas_sync.sandbox.happenings import Event
from atlas_sync.sandbox.jira import API_TOKEN, EMAIL, PERSONAL_ACCESS_TOKEN, JiraSandbox

NOW = datetime(2026, 6, 15, 8, 0, tzinfo=UTC)
LAG = 30.0


@dataclass
class Wire:
    """Speaks to the stand-in without a socket, as its API user."""

    sandbox: JiraSandbox
    clock: Clock
    faults: Faults

    def call(self, method: str, path: str, *, token: str = API_TOKEN, **options: Any) -> httpx.Response:
        """Send to the Cloud site; a path that does not begin with a slash is below version 3."""
        secret = base64.b64encode(f"{EMAIL}:{token}".encode()).decode()
        headers = {"Authorization": f"Basic {secret}"} if token else {}
        path = path if path.startswith("/") else f"/rest/api/3/{path}"
        return _send(self.sandbox.app(), method, path, headers=headers, **options)

    def dc(self, method: str, path: str, *, token: str = PERSONAL_ACCESS_TOKEN, **options: Any) -> httpx.Response:
        """Send to the Data Center site; a path that does not begin with a slash is below version 2."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        path = path if path.startswith("/") else f"/rest/api/2/{path}"
        return _send(self.sandbox.data_center_app(), method, path, headers=headers, **options)

    def get(self, path: str, **params: Any) -> Any:
        answer = self.call("GET", path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: Any, *, status: int = 200) -> Any:
        answer = self.call("POST", path, json=body)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def refused(self, method: str, path: str, *, status: int, **options: Any) -> Any:
        answer = self.call(method, path, **options)
        assert answer.status_code == status, answer.text
        body = answer.json()
        assert set(body) == {"errorMessages", "errors"}
        return body

    def wait(self, seconds: float = LAG) -> None:
        """Let time go by, by default until the index has caught up."""
        self.clock.move_by(seconds)

    def create(self, summary: str = "Do it", *, status: int = 201, project: str = "TD", **fields: Any) -> Any:
        usual = {"project": {"key": project}, "issuetype": {"name": "Task"}, "summary": summary}
        return self.post("issue", {"fields": {**usual, **fields}}, status=status)

    def search(self, jql: str, **rest: Any) -> Any:
        return self.post("search/jql", {"jql": jql, "fields": ["summary"], **rest})

    def keys(self, jql: str, **rest: Any) -> list[str]:
        """Give the keys of all pages."""
        found: list[str] = []
        token: dict[str, str] = {}
        while True:
            answer = self.search(jql, **rest, **token)
            found += [issue["key"] for issue in answer["issues"]]
            if answer["isLast"]:
                return found
            token = {"nextPageToken": answer["nextPageToken"]}


def _send(app: Any, method: str, path: str, **options: Any) -> httpx.Response:
    async def one() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="https://tidemark.atlassian.net") as client:
            return await client.request(method, path, **options)

    return asyncio.run(one())


def events() -> list[Event]:
    """Tell the story of two projects and the issues of one."""
    start = datetime(2026, 3, 1, 7, 0, tzinfo=UTC)
    users = [
        happenings.User("u-ada", "Ada Nkemelu", "ada@tidemark.example", "Delivery lead", ("jira",)),
        happenings.User("u-ben", "Ben Ruiz", "ben@tidemark.example", "Engineer", ("jira",)),
        happenings.User("u-cy", "Cy Park", "cy@tidemark.example", "Seller", ("salesforce",)),
    ]
    issue = happenings.Issue(
        key="TD-1",
        project="TD",
        type="Epic",
        summary="Pier rollout",
        description="Two weeks.\nThen more.",
        status="To Do",
        reporter="u-ada",
    )
    rest = {"project": "TD", "description": "", "status": "To Do"}
    return [
        *(Event(start, happenings.UserJoined(user)) for user in users),
        Event(
            start,
            happenings.ProjectCreated(
                happenings.Project("TD", "Tidemark delivery", "Ours", "u-ada", client_visible=False)
            ),
        ),
        Event(start, happenings.ProjectCreated(happenings.Project("PIER", "Pier", "", "u-ben", client_visible=True))),
        Event(start, happenings.IssueCreated(issue)),
        Event(
            start,
            happenings.IssueCreated(
                happenings.Issue(key="TD-2", type="Task", summary="Scanners", parent="TD-1", **rest)
            ),
        ),
        Event(
            start + timedelta(days=1),
            happenings.IssueCreated(
                happenings.Issue(
                    key="TD-4", type="Bug", summary="Dates", assignee="u-ben", due=date(2026, 7, 1), **rest
                )
            ),
        ),
        Event(start + timedelta(days=2), happenings.IssueMoved("TD-2", "In Progress")),
        Event(start + timedelta(days=3), happenings.UserLeft("u-ben")),
        *(
            Event(
                start + timedelta(days=4, minutes=number),
                happenings.CommentAdded("TD-2", happenings.Comment("u-ada", f"No {number}.")),
            )
            for number in range(23)
        ),
    ]


def make_wire(*, page_cap: int = 2) -> Wire:
    """Give a client of a fresh stand-in; its pages with fields hold two issues."""
    clock, faults = Clock(NOW), Faults()
    sandbox = JiraSandbox(clock, faults, index_lag_s=LAG, page_cap=page_cap)
    for event in events():
        sandbox.apply(event)
    return Wire(sandbox, clock, faults)
