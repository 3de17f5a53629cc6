"""The site as a web application, and the door by which the world and persons come in."""

from __future__ import annotations

import base64
import hashlib
from datetime import date
from email.utils import format_datetime
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from atlas_sync.sandbox import world
from atlas_sync.sandbox.clock import Clock
from atlas_sync.sandbox.faults import Faults
from atlas_sync.sandbox.jira.adf import of_text, text_of
from atlas_sync.sandbox.jira.calls import routes
from atlas_sync.sandbox.jira.store import Comment, Issue, Project, Site, User
from atlas_sync.sandbox.jira.view import View

__all__ = ["API_TOKEN", "EMAIL", "JiraSandbox"]

EMAIL = "atlas-bot@tidemark-data.example"
API_TOKEN = "invented-jira-api-token"  # noqa: S105 - invented
_PUBLIC = "/rest/api/3/serverInfo", "/rest/api/2/serverInfo"


class JiraSandbox:
    """One site. Searches lag `index_lag_s` behind; pages with fields hold at most `page_cap` issues."""

    def __init__(self, clock: Clock, faults: Faults, *, index_lag_s: float = 2.0, page_cap: int = 25) -> None:
        self._clock = clock
        self._faults = faults
        self._site = Site(clock, index_lag_s=index_lag_s)
        self._bot = _user("bot", "Atlas Bot", EMAIL)
        self._site.users["bot"] = self._bot
        self._page_cap = page_cap

    def apply(self, event: world.Event) -> None:
        """Let something of the world happen; what concerns no tracker is passed over."""
        match event.what:
            case world.UserJoined(user) if "jira" in user.systems:
                self._site.users[user.key] = _user(user.key, user.name, user.email)
            case world.UserLeft(key) if key in self._site.users:
                self._site.users[key].active = False
            case world.ProjectCreated(made):
                lead = self._site.users[made.lead]
                project = Project(self._site.new_id(), made.key, made.name, made.description, lead, made.client_visible)
                self._site.projects[project.id] = project
            case world.IssueCreated(made):
                self._create(made, event)
            case world.IssueMoved(key, status):
                self._person_sets(key, event.at, self._site.users["bot"], status=status)
            case world.CommentAdded(key, comment):
                issue = self._issue(key)
                author = self._site.users.get(comment.author, self._bot)
                body = of_text(comment.body) or {"type": "doc", "version": 1, "content": []}
                issue.comments.append(Comment(self._site.new_id(), author, body, event.at))
                self._site.snapshot(issue)
                self._site.touch(issue, event.at)
            case _:
                pass

    def _create(self, made: world.Issue, event: world.Event) -> None:
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

    def _issue(self, key: str) -> Issue:
        found = self._site.find(key)
        if found is None:
            message = f"there is no issue {key}"
            raise KeyError(message)
        return found

    def _person_sets(self, key: str, at: Any, who: User, **changes: Any) -> None:  # noqa: ANN401 - fields by name
        issue = self._issue(key)
        self._site.snapshot(issue)
        for name, value in changes.items():
            issue.history.append(
                {"author": who, "created": at, "field": name, "from": str(getattr(issue, name)), "to": str(value)}
            )
            setattr(issue, name, value)
        self._site.touch(issue, at)

    def edit_as_person(self, issue_key: str, *, user_key: str, fields: dict[str, Any]) -> None:
        """Let a person change fields of an issue, past the API: summary, description (text), labels, status, due.

        Raises:
            KeyError: there is no such issue or user.
        """
        changes: dict[str, Any] = {}
        for name, value in fields.items():
            changes[name] = of_text(value) if name == "description" else value
            if name == "due":
                changes[name] = date.fromisoformat(value) if value else None
        self._person_sets(issue_key, self._clock.now(), self._site.users[user_key], **changes)

    def close_as_person(self, issue_key: str, status: str) -> None:
        """Let a person close an issue with a status."""
        issue = self._issue(issue_key)
        self._person_sets(issue_key, self._clock.now(), issue.project.lead, status=status)

    def delete_as_person(self, issue_key: str) -> None:
        """Let a person delete an issue."""
        del self._site.issues[self._issue(issue_key).id]

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
        """Make the application."""
        view = View(self._site, self._faults, self._bot)
        found = routes(view, page_cap=self._page_cap)
        return Starlette(routes=found, middleware=[Middleware(BaseHTTPMiddleware, dispatch=self._guard)])

    async def _guard(self, request: Request, answer: RequestResponseEndpoint) -> Response:
        """Check who asks, and say what time it is."""
        if request.url.path in _PUBLIC or self._is_known(request):
            response = await answer(request)
        else:
            body = {"errorMessages": ["You do not have the permission to see the specified issue.", "Login Required"]}
            response = JSONResponse(body, status_code=401)
        response.headers["date"] = format_datetime(self._clock.now(), usegmt=True)
        return response

    def _is_known(self, request: Request) -> bool:
        expected = base64.b64encode(f"{EMAIL}:{API_TOKEN}".encode()).decode()
        return request.headers.get("authorization") == f"Basic {expected}"


def _user(key: str, name: str, email: str) -> User:
    """Make a user with an account id that looks real; about every third hides the address."""
    digest = hashlib.sha256(key.encode()).hexdigest()
    account = f"712020:{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:32]}"
    return User(account, key, name, email, hides_email=int(digest[:2], 16) % 3 == 0)
