"""The site as a web application, and the door by which the world and persons come in."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send

from atlas_sync.sandbox import happenings
from atlas_sync.sandbox.clock import Clock
from atlas_sync.sandbox.faults import App, Faults
from atlas_sync.sandbox.jira import datacenter
from atlas_sync.sandbox.jira.adf import of_text, text_of
from atlas_sync.sandbox.jira.calls import routes
from atlas_sync.sandbox.jira.grants import CLOUD_ID, Grants
from atlas_sync.sandbox.jira.people import People
from atlas_sync.sandbox.jira.store import Comment, Issue, Project, Site, User
from atlas_sync.sandbox.jira.view import View

__all__ = ["API_TOKEN", "EMAIL", "PERSONAL_ACCESS_TOKEN", "JiraSandbox"]

EMAIL = "atlas-bot@tidemark-data.example"
API_TOKEN = "invented-jira-api-token"  # noqa: S105 - invented
PERSONAL_ACCESS_TOKEN = "invented-personal-access-token"  # noqa: S105 - invented
BURST = 350


class JiraSandbox(People):
    """One site. Searches lag `index_lag_s` behind; pages with fields hold at most `page_cap` issues."""

    def __init__(self, clock: Clock, faults: Faults, *, index_lag_s: float = 2.0, page_cap: int = 25) -> None:
        super().__init__(Site(clock, index_lag_s=index_lag_s))
        self._clock = clock
        self._faults = faults
        self._bot = _user("bot", "Atlas Bot", EMAIL)
        self._site.users["bot"] = self._bot
        self._page_cap = page_cap
        self._spent = (0, 0)

    def apply(self, event: happenings.Event) -> None:
        """Let something of the world happen; what concerns no tracker is passed over."""
        match event.what:
            case happenings.UserJoined(user) if "jira" in user.systems:
                self._site.users[user.key] = _user(user.key, user.name, user.email)
            case happenings.UserLeft(key) if key in self._site.users:
                self._site.users[key].active = False
            case happenings.ProjectCreated(made):
                lead = self._site.users[made.lead]
                project = Project(self._site.new_id(), made.key, made.name, made.description, lead, made.client_visible)
                self._site.projects[project.id] = project
            case happenings.IssueCreated(made):
                self._create(made, event)
            case happenings.IssueMoved(key, status):
                self._site.change_at(self.issue(key), self._bot, {"status": status}, at=event.at)
            case happenings.CommentAdded(key, comment):
                issue = self.issue(key)
                author = self._site.users.get(comment.author, self._bot)
                body = of_text(comment.body) or {"type": "doc", "version": 1, "content": []}
                issue.comments.append(Comment(self._site.new_id(), author, body, event.at, event.at))
                self._site.snapshot(issue)
                self._site.touch(issue, event.at)
            case _:
                pass

    def _create(self, made: happenings.Issue, event: happenings.Event) -> None:
        project = next(one for one in self._site.projects.values() if one.key == made.project)
        number = int(made.key.rpartition("-")[2])
        issue = Issue(
            id=self._site.new_id(),
            project=project,
            number=number,
            type=made.type,
            summary=made.summary,
            description=of_text(made.description),
            status=made.status,
            reporter=self._site.users.get(made.reporter or "", project.lead),
            created=event.at,
            updated=event.at,
            due=made.due,
            assignee=self._site.users.get(made.assignee or ""),
            parent=self._site.find(made.parent) if made.parent else None,
            labels=list(made.labels),
        )
        project.next_number = max(project.next_number, number + 1)
        self._site.issues[issue.id] = issue

    def issues(self) -> list[dict[str, Any]]:
        """Give a plain view of every issue as it is, whatever a search says."""
        return [
            {
                "id": issue.id,
                "key": issue.key,
                "project": issue.project.key,
                "type": issue.type,
                "summary": issue.summary,
                "text": text_of(issue.description),
                "status": issue.status,
                "due": issue.due.isoformat() if issue.due else None,
                "labels": list(issue.labels),
                "parent": issue.parent.key if issue.parent else None,
                "properties": issue.properties,
                "links": issue.links,
            }
            for issue in self._site.issues.values()
        ]

    def app(self) -> Starlette:
        """Make the Cloud site, REST v3."""
        basic = base64.b64encode(f"{EMAIL}:{API_TOKEN}".encode()).decode()
        return self._app(routes(self._view(), page_cap=self._page_cap), lambda given: given == f"Basic {basic}")

    def data_center_app(self) -> Starlette:
        """Make the same site as Data Center serves it, REST v2."""
        found = datacenter.routes(self._view(), page_cap=self._page_cap)
        return self._app(found, lambda given: given == f"Bearer {PERSONAL_ACCESS_TOKEN}")

    def either_app(self) -> App:
        """Make the site as one or the other serves it, by what its caller brings: only Data Center has personal tokens."""
        cloud, data_center = self.app(), self.data_center_app()

        async def choose(scope: Scope, receive: Receive, send: Send) -> None:
            brought = dict(scope.get("headers", ())).get(b"authorization", b"")
            await (data_center if brought.startswith(b"Bearer ") else cloud)(scope, receive, send)

        return choose

    def oauth_app(self) -> Starlette:
        """Make Atlassian's gateway, which knows the Cloud site by its cloud id and its callers by passing tokens."""
        grants = Grants(self._clock)
        inner = self._app(routes(self._view(), page_cap=self._page_cap), grants.knows)
        return Starlette(routes=[*grants.routes(), Mount(f"/ex/jira/{CLOUD_ID}", inner)])

    def _view(self) -> View:
        return View(self._site, self._faults, self._bot)

    def _app(self, found: list[Route], knows: Callable[[str], bool]) -> Starlette:
        async def guard(request: Request, answer: RequestResponseEndpoint) -> Response:
            """Check who asks, and say what time it is and how many calls are left in this second."""
            if request.url.path.endswith("/serverInfo") or knows(request.headers.get("authorization", "")):
                response = await answer(request)
            else:
                body = {"errorMessages": ["You must be authenticated to access this resource."], "errors": {}}
                response = JSONResponse(body, status_code=401)
            now = self._clock.now()
            response.headers["date"] = format_datetime(now, usegmt=True)
            response.headers["x-ratelimit-limit"] = str(BURST)
            response.headers["x-ratelimit-remaining"] = str(self._calls_left(now))
            return response

        return Starlette(routes=found, middleware=[Middleware(BaseHTTPMiddleware, dispatch=guard)])

    def _calls_left(self, now: datetime) -> int:
        second = int(now.timestamp())
        self._spent = (second, self._spent[1] + 1 if self._spent[0] == second else 1)
        return max(0, BURST - self._spent[1])


def _user(key: str, name: str, email: str) -> User:
    """Make a user with an account id that looks real; about every third hides the address."""
    digest = hashlib.sha256(key.encode()).hexdigest()
    account = f"712020:{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:32]}"
    return User(account, key, name, email, hides_email=int(digest[:2], 16) % 3 == 0)
