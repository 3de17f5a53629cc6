"""The same site as Jira Data Center serves it: REST v2, wiki markup, people by name and key, pages by offset.

Source: contract recordings dc-*.json and dc9-*.json; facts on Data Center 8 to 10.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from atlas_sync.sandbox.jira import jql
from atlas_sync.sandbox.jira.adf import wiki_of
from atlas_sync.sandbox.jira.around import Around
from atlas_sync.sandbox.jira.attached import Attached
from atlas_sync.sandbox.jira.markup import EPIC_LINK, check_markup, is_text, screen
from atlas_sync.sandbox.jira.reading import Reading
from atlas_sync.sandbox.jira.render import (
    ZONE,
    comment_json,
    history_json,
    issue_json,
    issue_type_json,
    project_json,
    stamp,
)
from atlas_sync.sandbox.jira.store import TYPES, Issue
from atlas_sync.sandbox.jira.view import View, missing, no_project, refused
from atlas_sync.sandbox.jira.writing import Writing

__all__ = ["routes"]

_NO_USER = {"errorMessages": ["The user does not exist"], "errors": {}}
_CLOUD_ONLY = frozenset({"hierarchyLevel", "simplified", "style", "isPrivate"})


def routes(view: View, *, page_cap: int) -> list[Route]:
    """List the routes."""
    calls = DataCenter(view, page_cap=page_cap)
    around, attached = Around(view), Attached(view, is_text=is_text)
    writing = Writing(view, read=check_markup)
    table: list[tuple[str, str, Any]] = [
        ("GET", "/serverInfo", calls.server_info),
        ("GET", "/myself", calls.myself),
        ("GET", "/mypermissions", around.permissions),
        ("GET", "/field", around.fields),
        ("GET", "/status", around.statuses),
        ("GET", "/issuetype", calls.types),
        ("GET", "/user", calls.user),
        ("GET", "/user/search", calls.users),
        ("GET", "/project", calls.projects),
        ("GET", "/project/{project}", calls.project),
        ("GET", "/search", calls.search),
        ("GET", "/issue/createmeta/{project}/issuetypes", calls.create_types),
        ("GET", "/issue/createmeta/{project}/issuetypes/{type}", calls.create_fields),
        ("POST", "/issue", writing.create),
        ("GET", "/issue/{issue}", calls.get),
        ("PUT", "/issue/{issue}", writing.edit),
        ("DELETE", "/issue/{issue}", writing.delete),
        ("GET", "/issue/{issue}/comment", calls.comments),
        ("POST", "/issue/{issue}/comment", calls.add_comment),
        ("GET", "/issue/{issue}/comment/{comment}", calls.comment),
        ("GET", "/issue/{issue}/remotelink", attached.links),
        ("POST", "/issue/{issue}/remotelink", attached.set_link),
        ("GET", "/issue/{issue}/watchers", calls.watchers),
        ("POST", "/issue/{issue}/watchers", attached.watch),
        ("GET", "/issue/{issue}/properties", attached.properties),
        ("GET", "/issue/{issue}/properties/{key}", attached.property),
        ("POST", "/issue/{issue}/attachments", attached.attach),
        ("DELETE", "/attachment/{file}", attached.detach),
        ("GET", "/issue/{issue}/transitions", writing.transitions),
        ("POST", "/issue/{issue}/transitions", writing.transition),
    ]
    return [Route(f"/rest/api/2{path}", handler, methods=[method]) for method, path, handler in table]


class DataCenter:
    """The handlers; a page holds at most `page_cap` issues."""

    def __init__(self, view: View, *, page_cap: int) -> None:
        self._view = view
        self._around = Around(view)
        self._attached = Attached(view, is_text=is_text)
        self._reading = Reading(view, page_cap=page_cap)
        self._page_cap = page_cap

    def server_info(self, _request: Request) -> Response:
        now = stamp(self._view.site.clock.now())
        body = {"baseUrl": "https://jira.tidemark.example", "version": "9.12.2", "versionNumbers": [9, 12, 2]}
        return JSONResponse({**body, "deploymentType": "Server", "serverTime": now, "serverTitle": "Jira"})

    def myself(self, _request: Request) -> Response:
        return JSONResponse(self._user(self._view.bot.account_id))

    def types(self, request: Request) -> Response:
        return self._translated(self._around.types(request))

    def users(self, request: Request) -> Response:
        """Search users by a part of their name; a dot is in every address. Nobody without the permission."""
        params = request.query_params
        if not params.get("username"):
            return refused({}, "The username query parameter was not provided")
        listed = [
            user
            for user in self._view.site.users.values()
            if not self._view.is_denied("USER_PICKER")
            and (user.active or params.get("includeInactive") == "true")
            and params["username"].lower() in f"{user.name} {user.email}".lower()
        ]
        start, size = int(params.get("startAt", 0)), min(int(params.get("maxResults", 50)), 1000)
        return JSONResponse([self._user(user.account_id) for user in listed[start : start + size]])

    def user(self, request: Request) -> Response:
        """Give one user, by key or by name."""
        params = request.query_params
        wanted = params.get("username") or params.get("key", "").removeprefix("JIRAUSER")
        found = self._view.site.users.get(wanted)
        return JSONResponse(self._user(found.account_id)) if found else JSONResponse(_NO_USER, status_code=404)

    def create_types(self, request: Request) -> Response:
        project = self._view.project(request.path_params["project"])
        if project is None:
            return no_project()
        return _page([self._as_v2(issue_type_json(name)) for name in project.types], request)

    def create_fields(self, request: Request) -> Response:
        """List the fields of a create screen, those that the project demands too."""
        project = self._view.project(request.path_params["project"])
        kind = [name for name, (type_id, _level) in TYPES.items() if type_id == request.path_params["type"]]
        if project is None or not kind:
            return no_project()
        demanded = self._around.demanded(project, kind[0])
        return _page([*screen(self._view, kind[0]), *demanded], request)

    def projects(self, request: Request) -> Response:
        """List all projects at once, archived ones on demand."""
        states = {"live"} | ({"archived"} if request.query_params.get("includeArchived") == "true" else set())
        listed = [
            one for one in self._view.site.projects.values() if one.state in states and not self._view.is_hidden(one)
        ]
        return JSONResponse([self._as_v2({**project_json(one), "archived": one.state == "archived"}) for one in listed])

    def project(self, request: Request) -> Response:
        return self._translated(self._around.project(request))

    def search(self, request: Request) -> Response:
        """Answer a search from the index, a page by offset, with the total."""
        asked = request.query_params
        try:
            query = jql.parse(str(asked.get("jql", "")), self._view.site, zone=ZONE, has_epic_link=True)
        except jql.JqlError as error:
            return refused({}, str(error))
        found = self._reading.found(query)
        start, size = int(asked.get("startAt", 0)), min(int(asked.get("maxResults", 50)), self._page_cap)
        fields, expand = asked.get("fields", "*navigable").split(","), asked.get("expand", "").split(",")
        shown = [
            self._issue(one, fields) | (self._changelog(one) if "changelog" in expand else {})
            for one in found[start : start + size]
        ]
        return JSONResponse({"startAt": start, "maxResults": size, "total": len(found), "issues": shown})

    def get(self, request: Request) -> Response:
        issue = self._view.issue(request.path_params["issue"])
        if issue is None:
            return missing()
        asked = request.query_params
        shown = self._issue(issue, asked.get("fields", "*all").split(","))
        if "changelog" in asked.get("expand", "").split(","):
            shown |= self._changelog(issue)
        if keys := [key for key in asked.get("properties", "").split(",") if key]:
            shown["properties"] = {key: issue.properties[key] for key in keys if key in issue.properties}
        return JSONResponse(shown)

    def comments(self, request: Request) -> Response:
        return self._translated(self._attached.comments(request))

    def watchers(self, request: Request) -> Response:
        return self._translated(self._attached.watchers(request))

    async def add_comment(self, request: Request) -> Response:
        return self._translated(await self._attached.add_comment(request))

    def comment(self, request: Request) -> Response:
        issue = self._view.issue(request.path_params["issue"])
        found = [one for one in issue.comments if one.id == request.path_params["comment"]] if issue else []
        return JSONResponse(self._as_v2(comment_json(found[0]))) if found else missing()

    def _issue(self, issue: Issue, fields: Sequence[str]) -> dict[str, Any]:
        """Give an issue; below an epic it names the epic's key in a custom field, and has no parent."""
        hidden = self._view.hidden_fields()
        shown = issue_json(issue, self._view.site, fields=fields, hidden=hidden)
        given = shown.get("fields", {})
        if issue.parent and issue.type != "Sub-task" and given.pop("parent", None):
            given[EPIC_LINK] = issue.parent.key
        return dict(self._as_v2(shown))

    def _changelog(self, issue: Issue) -> dict[str, Any]:
        listed = [self._as_v2(_named(history_json(entry))) for entry in issue.history]
        page = {"startAt": 0, "maxResults": len(listed), "total": len(listed), "histories": listed}
        return {"changelog": page}

    def _user(self, account_id: str) -> dict[str, Any]:
        user = next(one for one in self._view.site.users.values() if one.account_id == account_id)
        return {
            "self": f"https://jira.tidemark.example/rest/api/2/user?username={user.key}",
            "key": f"JIRAUSER{user.key}",
            "name": user.key,
            "emailAddress": user.email,
            "displayName": user.name,
            "active": user.active,
            "timeZone": ZONE,
        }

    def _translated(self, answer: Response) -> Response:
        """Translate an answer of Cloud's handlers."""
        return JSONResponse(self._as_v2(json.loads(bytes(answer.body))), status_code=answer.status_code)

    def _as_v2(self, value: Any) -> Any:  # noqa: ANN401 - the wire
        """Turn Cloud's JSON into that of version 2: people by name, texts as wiki markup, no levels of types."""
        match value:
            case {"accountId": account}:
                return self._user(account)
            case {"type": "doc"}:
                return wiki_of(value)
            case dict():
                return {name: self._as_v2(one) for name, one in value.items() if name not in _CLOUD_ONLY}
            case list():
                return [self._as_v2(one) for one in value]
            case _:
                return value


def _named(entry: dict[str, Any]) -> dict[str, Any]:
    """Give an entry of a history whose fields are known by their names alone."""
    return {**entry, "items": [{name: one[name] for name in one if name != "fieldId"} for one in entry["items"]]}


def _page(listed: Sequence[dict[str, Any]], request: Request) -> Response:
    """Give a page by offset, with the total."""
    start, size = int(request.query_params.get("startAt", 0)), int(request.query_params.get("maxResults", 50))
    page = listed[start : start + size]
    body = {"maxResults": size, "startAt": start, "total": len(listed), "isLast": start + size >= len(listed)}
    return JSONResponse({**body, "values": page})
