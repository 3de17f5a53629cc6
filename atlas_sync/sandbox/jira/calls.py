"""The calls of the REST API. Source: contract openapi/jira-cloud-v3.trimmed.json; facts on errors from recordings."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from atlas_sync.sandbox.faults import Faults
from atlas_sync.sandbox.jira import adf, jql
from atlas_sync.sandbox.jira.render import (
    ALL_FIELDS,
    ZONE,
    comment_json,
    issue_json,
    issue_type_json,
    project_json,
    stamp,
    status_json,
    user_json,
)
from atlas_sync.sandbox.jira.store import STATUSES, TYPES, Comment, Issue, Project, Site, User

__all__ = ["Calls"]

_MISSING = {"errorMessages": ["Issue does not exist or you do not have permission to see it."], "errors": {}}
_NO_PROJECT = {"errorMessages": ["No project could be found with key or id."], "errors": {}}
_GONE = {
    "errorMessages": [
        "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. See CHANGE-2046."
    ],
    "errors": {},
}
_WRITABLE = {"project", "issuetype", "summary", "description", "labels", "duedate", "parent", "assignee"}
_NOT_ON_SCREEN = "Field '{name}' cannot be set. It is not on the appropriate screen, or unknown."
_SUMMARY = 255
_CREATED, _NO_CONTENT, _BAD, _FORBIDDEN, _NOT_FOUND, _REMOVED = 201, 204, 400, 403, 404, 410
_BULK = 50


class RefusedError(ValueError):
    """A write is refused: messages by field."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("refused")
        self.errors = dict(errors)


def _refused(errors: Mapping[str, str], *messages: str) -> JSONResponse:
    return JSONResponse({"errorMessages": list(messages), "errors": dict(errors)}, status_code=_BAD)


class Calls:
    """The handlers over one site."""

    def __init__(self, site: Site, faults: Faults, bot: User, *, page_cap: int) -> None:
        self._site = site
        self._faults = faults
        self._bot = bot
        self._page_cap = page_cap

    def routes(self) -> list[Route]:
        """List the routes."""
        three = "/rest/api/3"
        found = [Route("/rest/api/2/serverInfo", self.server_info), Route("/rest/api/2/myself", self.myself)]
        table: list[tuple[str, str, Any]] = [
            ("GET", "/serverInfo", self.server_info),
            ("GET", "/myself", self.myself),
            ("GET", "/mypermissions", self.permissions),
            ("GET", "/field", self.fields),
            ("GET", "/status", self.statuses),
            ("GET", "/issuetype", self.types),
            ("GET", "/users/search", self.users),
            ("GET", "/users", self.users),
            ("GET", "/user/search", self.find_users),
            ("GET", "/user/assignable/search", self.find_users),
            ("GET", "/project/search", self.projects),
            ("GET", "/project/{project}", self.project),
            ("GET", "/issue/createmeta/{project}/issuetypes", self.create_types),
            ("GET", "/issue/createmeta/{project}/issuetypes/{type}", self.create_fields),
            ("GET", "/search/jql", self.search),
            ("POST", "/search/jql", self.search),
            ("GET", "/search", self.removed),
            ("POST", "/search", self.removed),
            ("POST", "/issue/bulkfetch", self.bulk_fetch),
            ("POST", "/issue/bulk", self.bulk_create),
            ("POST", "/issue", self.create),
            ("GET", "/issue/{issue}", self.get),
            ("PUT", "/issue/{issue}", self.edit),
            ("DELETE", "/issue/{issue}", self.delete),
            ("GET", "/issue/{issue}/remotelink", self.links),
            ("POST", "/issue/{issue}/remotelink", self.set_link),
            ("GET", "/issue/{issue}/properties", self.properties),
            ("GET", "/issue/{issue}/properties/{key}", self.property),
            ("PUT", "/issue/{issue}/properties/{key}", self.set_property),
            ("DELETE", "/issue/{issue}/properties/{key}", self.drop_property),
            ("GET", "/issue/{issue}/comment", self.comments),
            ("POST", "/issue/{issue}/comment", self.add_comment),
            ("GET", "/issue/{issue}/changelog", self.changelog),
            ("GET", "/issue/{issue}/transitions", self.transitions),
            ("POST", "/issue/{issue}/transitions", self.transition),
        ]
        return found + [Route(three + path, handler, methods=[method]) for method, path, handler in table]

    # Who is here, and what is there.

    def server_info(self, _request: Request) -> Response:
        now = stamp(self._site.clock.now())
        return JSONResponse(
            {
                "baseUrl": "https://tidemark.atlassian.net",
                "version": "1001.0.0-SNAPSHOT",
                "versionNumbers": [1001, 0, 0],
                "deploymentType": "Cloud",
                "buildNumber": 100290,
                "serverTime": now,
                "serverTitle": "Jira",
            }
        )

    def myself(self, _request: Request) -> Response:
        return JSONResponse(user_json(self._bot))

    def permissions(self, request: Request) -> Response:
        """Tell which permissions the API user has, here or in one project."""
        key = request.query_params.get("projectKey") or request.query_params.get("projectId")
        if key and self._visible_project(key) is None:
            return JSONResponse(_NO_PROJECT, status_code=_NOT_FOUND)
        asked = [name for name in request.query_params.get("permissions", "").split(",") if name]
        if not asked:
            return _refused({}, "The 'permissions' query parameter is required.")
        shown = {
            name: {
                "key": name,
                "name": name.replace("_", " ").capitalize(),
                "havePermission": not self._faults.is_denied("jira", name),
            }
            for name in asked
        }
        return JSONResponse({"permissions": shown})

    def fields(self, _request: Request) -> Response:
        hidden = self._faults.hidden("jira", "issue")
        visible = [name for name in ALL_FIELDS if name not in hidden]
        return JSONResponse([{"id": name, "key": name, "name": name.capitalize(), "custom": False} for name in visible])

    def statuses(self, _request: Request) -> Response:
        return JSONResponse([status_json(name) for name in STATUSES])

    def types(self, _request: Request) -> Response:
        return JSONResponse([issue_type_json(name) for name in TYPES])

    def users(self, request: Request) -> Response:
        """List users, a page; nobody without the permission, which is no error."""
        start = int(request.query_params.get("startAt", 0))
        size = min(int(request.query_params.get("maxResults", 50)), 1000)
        listed = [] if self._faults.is_denied("jira", "USER_PICKER") else list(self._site.users.values())
        return JSONResponse([user_json(user) for user in listed[start : start + size]])

    def find_users(self, request: Request) -> Response:
        wanted = request.query_params.get("query", "").lower()
        found = [
            user
            for user in self._site.users.values()
            if user.active and (wanted in user.name.lower() or (wanted == user.email.lower() and not user.hides_email))
        ]
        return JSONResponse(
            [] if self._faults.is_denied("jira", "USER_PICKER") else [user_json(user) for user in found]
        )

    def _visible_project(self, id_or_key: str) -> Project | None:
        project = self._site.find_project(id_or_key)
        if project is None or self._is_hidden(project):
            return None
        return project

    def _is_hidden(self, project: Project) -> bool:
        return self._faults.is_denied("jira", "BROWSE_PROJECTS") or self._faults.is_denied(
            "jira", f"project:{project.key}"
        )

    def projects(self, request: Request) -> Response:
        """List the projects that the API user may browse; the others are not there."""
        start = int(request.query_params.get("startAt", 0))
        size = min(int(request.query_params.get("maxResults", 50)), 50)
        listed = [one for one in self._site.projects.values() if not self._is_hidden(one)]
        page = listed[start : start + size]
        return JSONResponse(
            {
                "maxResults": size,
                "startAt": start,
                "total": len(listed),
                "isLast": start + size >= len(listed),
                "values": [project_json(one) for one in page],
            }
        )

    def project(self, request: Request) -> Response:
        found = self._visible_project(request.path_params["project"])
        return JSONResponse(project_json(found)) if found else JSONResponse(_NO_PROJECT, status_code=_NOT_FOUND)

    def create_types(self, request: Request) -> Response:
        if self._visible_project(request.path_params["project"]) is None:
            return JSONResponse(_NO_PROJECT, status_code=_NOT_FOUND)
        listed = [issue_type_json(name) for name in TYPES]
        return JSONResponse({"startAt": 0, "maxResults": 50, "total": len(listed), "issueTypes": listed})

    def create_fields(self, request: Request) -> Response:
        if self._visible_project(request.path_params["project"]) is None:
            return JSONResponse(_NO_PROJECT, status_code=_NOT_FOUND)
        hidden = self._faults.hidden("jira", "issue")
        required = {"project", "issuetype", "summary"}
        listed = [
            {
                "fieldId": name,
                "key": name,
                "name": name.capitalize(),
                "required": name in required,
                "hasDefaultValue": False,
            }
            for name in sorted(_WRITABLE - hidden)
        ]
        return JSONResponse({"startAt": 0, "maxResults": 50, "total": len(listed), "fields": listed})

    # Reading issues.

    def _visible(self, id_or_key: str) -> Issue | None:
        issue = self._site.find(id_or_key)
        return None if issue is None or self._is_hidden(issue.project) else issue

    async def search(self, request: Request) -> Response:
        """Answer a search from the index, a page; tokens are opaque and bound to their query."""
        asked = await request.json() if request.method == "POST" else _from_query(request)
        try:
            query = jql.parse(str(asked.get("jql", "")), self._site, zone=ZONE)
        except jql.JqlError as error:
            return _refused({}, str(error))
        if not query.bounded:
            return _refused(
                {}, "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."
            )
        fields = asked.get("fields") or ["id"]
        try:
            start = _start_of(asked.get("nextPageToken"), str(asked.get("jql")))
        except ValueError:
            return _refused({}, "The page token is invalid or has expired.")
        size = int(asked.get("maxResults") or 50)
        if set(fields) - {"id", "key"}:
            size = min(size, self._page_cap)
        found = [
            one for one in self._site.indexed() if one.id in self._site.issues and not self._is_hidden(one.project)
        ]
        found = [issue for issue in found if query.test(issue)]
        for name, descending in reversed(query.order):
            found.sort(key=lambda issue, name=name: _sort_key(issue, name), reverse=descending)  # type: ignore[misc]  # default binds the loop's name
        page = found[start : start + size]
        hidden = self._faults.hidden("jira", "issue")
        shown = [
            issue_json(one, fields=fields, properties=asked.get("properties") or (), hidden=hidden) for one in page
        ]
        body: dict[str, Any] = {"issues": shown, "isLast": start + size >= len(found)}
        if not body["isLast"]:
            body["nextPageToken"] = _token(start + size, str(asked.get("jql")))
        return JSONResponse(body)

    def removed(self, _request: Request) -> Response:
        return JSONResponse(_GONE, status_code=_REMOVED)

    async def bulk_fetch(self, request: Request) -> Response:
        asked = await request.json()
        found = [self._visible(str(name)) for name in asked.get("issueIdsOrKeys", ())[:100]]
        hidden = self._faults.hidden("jira", "issue")
        shown = [
            issue_json(
                one, fields=asked.get("fields") or ["*all"], properties=asked.get("properties") or (), hidden=hidden
            )
            for one in found
            if one is not None
        ]
        return JSONResponse({"issues": shown, "issueErrors": []})

    def get(self, request: Request) -> Response:
        issue = self._visible(request.path_params["issue"])
        if issue is None:
            return JSONResponse(_MISSING, status_code=_NOT_FOUND)
        fields = request.query_params.get("fields", "*all").split(",")
        properties = [key for key in request.query_params.get("properties", "").split(",") if key]
        hidden = self._faults.hidden("jira", "issue")
        return JSONResponse(issue_json(issue, fields=fields, properties=properties, hidden=hidden))

    # Writing issues.

    async def create(self, request: Request) -> Response:
        """Make one issue with its properties at once; a refusal burns a number."""
        asked = await request.json()
        try:
            issue = self._create(asked)
        except RefusedError as error:
            return _refused(error.errors)
        except PermissionError:
            return _forbidden("You do not have permission to create issues in this project.")
        return JSONResponse(_made(issue), status_code=_CREATED)

    async def bulk_create(self, request: Request) -> Response:
        """Make up to 50 issues; each stands for itself."""
        asked = (await request.json()).get("issueUpdates", ())
        if len(asked) > _BULK:
            return _refused({}, "Cannot create more than 50 issues.")
        made, errors = [], []
        for place, one in enumerate(asked):
            try:
                made.append(_made(self._create(one)))
            except RefusedError as error:
                refused = {"errorMessages": [], "errors": error.errors}
                errors.append({"status": _BAD, "elementErrors": refused, "failedElementNumber": place})
        return JSONResponse({"issues": made, "errors": errors}, status_code=_CREATED if made else _BAD)

    def _create(self, asked: Mapping[str, Any]) -> Issue:
        fields = dict(asked.get("fields") or {})
        wanted = fields.get("project") or {}
        project = self._visible_project(str(wanted.get("id") or wanted.get("key") or ""))
        if project is None:
            raise RefusedError({"project": "valid project is required"})
        if self._faults.is_denied("jira", "CREATE_ISSUES"):
            raise PermissionError
        number = project.next_number
        project.next_number += 1
        checked = self._check(fields, project, creating=True)
        now = self._site.clock.now()
        issue = Issue(
            id=self._site.new_id(),
            project=project,
            number=number,
            status="To Do",
            reporter=self._bot,
            created=now,
            updated=now,
            **checked,
        )
        for one in asked.get("properties") or ():
            issue.properties[str(one["key"])] = one["value"]
        self._site.issues[issue.id] = issue
        return issue

    def _check(self, fields: Mapping[str, Any], project: Project, *, creating: bool) -> dict[str, Any]:
        """Check and read fields of a write.

        Raises:
            RefusedError: with all that is wrong, by field.
        """
        errors: dict[str, str] = {}
        allowed = _WRITABLE - self._faults.hidden("jira", "issue")
        errors |= {name: _NOT_ON_SCREEN.format(name=name) for name in fields if name not in allowed}
        read: dict[str, Any] = {}
        for name, value in fields.items():
            if name in errors or name == "project":
                continue
            try:
                read |= self._read_field(name, value, project)
            except RefusedError as error:
                errors |= error.errors
        if creating:
            if "summary" not in fields:
                errors["summary"] = "You must specify a summary of the issue."
            if "type" not in read and "issuetype" not in errors:
                errors["issuetype"] = "Specify an issue type"
            read.setdefault("description", None)
        if errors:
            raise RefusedError(errors)
        return read

    def _read_field(self, name: str, value: Any, project: Project) -> dict[str, Any]:  # noqa: ANN401 - the wire
        """Read one field of a write.

        Raises:
            RefusedError: its value is not allowed.
        """
        if name == "parent":
            return {"parent": self._parent(value, project)}
        if name == "assignee":
            return {"assignee": self._assignee(value)}
        return _PLAIN_FIELDS[name](value)

    def _parent(self, value: Any, project: Project) -> Issue | None:  # noqa: ANN401 - the wire
        parent = self._visible(str(value.get("id") or value.get("key"))) if value else None
        if value and (parent is None or parent.project is not project):
            raise RefusedError({"parentId": "Given parent work item does not belong to appropriate hierarchy."})
        return parent

    def _assignee(self, value: Any) -> User | None:  # noqa: ANN401 - the wire
        account = value.get("accountId") if value else None
        user = next((one for one in self._site.users.values() if one.account_id == account), None)
        if value and (user is None or not user.active):
            raise RefusedError({"assignee": "User cannot be assigned issues."})
        return user

    async def edit(self, request: Request) -> Response:
        """Set fields, and change labels by verb."""
        issue = self._visible(request.path_params["issue"])
        if issue is None:
            return JSONResponse(_MISSING, status_code=_NOT_FOUND)
        if self._faults.is_denied("jira", "EDIT_ISSUES"):
            return _forbidden("You do not have permission to edit issues.")
        asked = await request.json()
        try:
            changes = self._check(asked.get("fields") or {}, issue.project, creating=False)
        except RefusedError as error:
            return _refused(error.errors)
        labels = list(changes.get("labels", issue.labels))
        for verb in (asked.get("update") or {}).get("labels", ()):
            labels = [*labels, verb["add"]] if "add" in verb else [one for one in labels if one != verb.get("remove")]
        if labels != issue.labels:
            changes["labels"] = list(dict.fromkeys(labels))
        self._set(issue, changes)
        for one in asked.get("properties") or ():
            issue.properties[str(one["key"])] = one["value"]
        return Response(status_code=_NO_CONTENT)

    def _set(self, issue: Issue, changes: Mapping[str, Any]) -> None:
        self._site.snapshot(issue)
        now = self._site.clock.now()
        for name, value in changes.items():
            before = getattr(issue, name)
            issue.history.append(
                {"author": self._bot, "created": now, "field": name, "from": str(before), "to": str(value)}
            )
            setattr(issue, name, value)
        self._site.touch(issue, now)

    def delete(self, request: Request) -> Response:
        issue = self._visible(request.path_params["issue"])
        if issue is None:
            return JSONResponse(_MISSING, status_code=_NOT_FOUND)
        del self._site.issues[issue.id]
        return Response(status_code=_NO_CONTENT)

    # What hangs on an issue.

    def links(self, request: Request) -> Response:
        issue = self._visible(request.path_params["issue"])
        return JSONResponse(issue.links) if issue else JSONResponse(_MISSING, status_code=_NOT_FOUND)

    async def set_link(self, request: Request) -> Response:
        """Set a link by its global id: made first, replaced after."""
        issue = self._visible(request.path_params["issue"])
        if issue is None:
            return JSONResponse(_MISSING, status_code=_NOT_FOUND)
        if self._faults.is_denied("jira", "LINK_ISSUES"):
            return _forbidden("No Link Issue Permission for issue.")
        asked = await request.json()
        target = asked.get("object") or {}
        missing = {f"object.{name}": f"'{name}' is required." for name in ("url", "title") if not target.get(name)}
        if missing:
            return _refused(missing)
        for link in issue.links:
            if asked.get("globalId") and link.get("globalId") == asked["globalId"]:
                link["object"] = target
                return JSONResponse({"id": link["id"], "self": f"/remotelink/{link['id']}"})
        made = {"id": int(self._site.new_id()), "globalId": asked.get("globalId"), "object": target}
        issue.links.append(made)
        return JSONResponse({"id": made["id"], "self": f"/remotelink/{made['id']}"}, status_code=_CREATED)

    def properties(self, request: Request) -> Response:
        issue = self._visible(request.path_params["issue"])
        if issue is None:
            return JSONResponse(_MISSING, status_code=_NOT_FOUND)
        return JSONResponse({"keys": [{"key": key, "self": f"/properties/{key}"} for key in issue.properties]})

    def property(self, request: Request) -> Response:
        issue, key = self._visible(request.path_params["issue"]), request.path_params["key"]
        if issue is None or key not in issue.properties:
            return JSONResponse(_MISSING, status_code=_NOT_FOUND)
        return JSONResponse({"key": key, "value": issue.properties[key]})

    async def set_property(self, request: Request) -> Response:
        issue, key = self._visible(request.path_params["issue"]), request.path_params["key"]
        if issue is None:
            return JSONResponse(_MISSING, status_code=_NOT_FOUND)
        new = key not in issue.properties
        issue.properties[key] = await request.json()
        return Response(status_code=_CREATED if new else 200)

    def drop_property(self, request: Request) -> Response:
        issue = self._visible(request.path_params["issue"])
        if issue is None or issue.properties.pop(request.path_params["key"], None) is None:
            return JSONResponse(_MISSING, status_code=_NOT_FOUND)
        return Response(status_code=_NO_CONTENT)

    def comments(self, request: Request) -> Response:
        issue = self._visible(request.path_params["issue"])
        if issue is None:
            return JSONResponse(_MISSING, status_code=_NOT_FOUND)
        start, size = int(request.query_params.get("startAt", 0)), int(request.query_params.get("maxResults", 50))
        shown = [comment_json(one) for one in issue.comments[start : start + size]]
        return JSONResponse({"startAt": start, "maxResults": size, "total": len(issue.comments), "comments": shown})

    async def add_comment(self, request: Request) -> Response:
        issue = self._visible(request.path_params["issue"])
        if issue is None:
            return JSONResponse(_MISSING, status_code=_NOT_FOUND)
        body = (await request.json()).get("body")
        if not adf.is_valid(body):
            return _refused({"comment": "Comment body is not valid!"})
        made = Comment(self._site.new_id(), self._bot, body, self._site.clock.now())
        self._set(issue, {"comments": [*issue.comments, made]})
        return JSONResponse(comment_json(made), status_code=_CREATED)

    def changelog(self, request: Request) -> Response:
        issue = self._visible(request.path_params["issue"])
        if issue is None:
            return JSONResponse(_MISSING, status_code=_NOT_FOUND)
        values = [
            {
                "id": str(place),
                "author": user_json(one["author"]),
                "created": stamp(one["created"]),
                "items": [
                    {"field": one["field"], "fieldId": one["field"], "fromString": one["from"], "toString": one["to"]}
                ],
            }
            for place, one in enumerate(issue.history)
        ]
        return JSONResponse({"startAt": 0, "maxResults": 100, "total": len(values), "isLast": True, "values": values})

    def transitions(self, request: Request) -> Response:
        issue = self._visible(request.path_params["issue"])
        if issue is None:
            return JSONResponse(_MISSING, status_code=_NOT_FOUND)
        shown = [
            {"id": status_id, "name": name, "to": status_json(name)} for name, (status_id, _key) in STATUSES.items()
        ]
        return JSONResponse({"transitions": shown})

    async def transition(self, request: Request) -> Response:
        issue = self._visible(request.path_params["issue"])
        if issue is None:
            return JSONResponse(_MISSING, status_code=_NOT_FOUND)
        wanted = str(((await request.json()).get("transition") or {}).get("id"))
        found = [name for name, (status_id, _key) in STATUSES.items() if status_id == wanted]
        if not found:
            return _refused({}, "Transition id is not valid for this issue.")
        self._set(issue, {"status": found[0]})
        return Response(status_code=_NO_CONTENT)


def _made(issue: Issue) -> dict[str, str]:
    return {"id": issue.id, "key": issue.key, "self": f"/rest/api/3/issue/{issue.id}"}


def _summary(value: Any) -> dict[str, Any]:  # noqa: ANN401 - the wire
    text = str(value or "")
    if not text.strip():
        raise RefusedError({"summary": "You must specify a summary of the issue."})
    if "\n" in text or "\r" in text:
        raise RefusedError({"summary": "The summary is invalid because it contains newline characters."})
    if len(text) > _SUMMARY:
        raise RefusedError({"summary": "Summary can't exceed 255 characters."})
    return {"summary": text}


def _type(value: Any) -> dict[str, Any]:  # noqa: ANN401 - the wire
    for name, (type_id, _level) in TYPES.items():
        if type_id == str(value.get("id")) or name == value.get("name"):
            return {"type": name}
    raise RefusedError({"issuetype": "The issue type selected is invalid."})


def _description(value: Any) -> dict[str, Any]:  # noqa: ANN401 - the wire
    if value is not None and not adf.is_valid(value):
        message = "Operation value must be an Atlassian Document (see the Atlassian Document Format)"
        raise RefusedError({"description": message})
    return {"description": value}


def _labels(value: Any) -> dict[str, Any]:  # noqa: ANN401 - the wire
    if not isinstance(value, list) or any(re.search(r"\s", str(label)) for label in value):
        raise RefusedError({"labels": "The label can't contain spaces."})
    return {"labels": [str(label) for label in value]}


def _due(value: Any) -> dict[str, Any]:  # noqa: ANN401 - the wire
    try:
        return {"due": date.fromisoformat(value) if value else None}
    except ValueError:
        raise RefusedError({"duedate": "Error parsing date string"}) from None


_PLAIN_FIELDS: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "summary": _summary,
    "issuetype": _type,
    "description": _description,
    "labels": _labels,
    "duedate": _due,
}


def _forbidden(message: str) -> JSONResponse:
    return JSONResponse({"errorMessages": [message], "errors": {}}, status_code=_FORBIDDEN)


def _sort_key(issue: Issue, name: str) -> Any:  # noqa: ANN401 - whatever sorts
    if name in {"id", "key", "issuekey", "issue"}:
        return (issue.project.key, issue.number) if name != "id" else int(issue.id)
    return (
        getattr(issue, name) if name in {"created", "updated", "summary", "status"} else str(getattr(issue, name, ""))
    )


def _from_query(request: Request) -> dict[str, Any]:
    params = request.query_params
    lists = {name: [one for one in params.get(name, "").split(",") if one] for name in ("fields", "properties")}
    return {**{name: params[name] for name in ("jql", "nextPageToken", "maxResults") if name in params}, **lists}


def _token(start: int, query: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([start, query]).encode()).decode()


def _start_of(token: str | None, query: str) -> int:
    """Read a page token.

    Raises:
        ValueError: it is not one of ours, or of another query.
    """
    if not token:
        return 0
    start, asked = json.loads(base64.urlsafe_b64decode(token.encode()))
    if asked != query:
        raise ValueError("another query")
    return int(start)
