"""Who is here, and what there is besides issues: users, projects, fields, types and permissions."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from atlas_sync.sandbox.jira.fields import WRITABLE
from atlas_sync.sandbox.jira.render import (
    ALL_FIELDS,
    CUSTOM_FIELDS,
    field_json,
    issue_type_json,
    project_json,
    stamp,
    status_json,
    user_json,
)
from atlas_sync.sandbox.jira.store import STATUSES, TYPES, Project
from atlas_sync.sandbox.jira.view import View, no_project, refused

__all__ = ["Around"]


class Around:
    """The handlers."""

    def __init__(self, view: View) -> None:
        self._view = view

    def server_info(self, _request: Request) -> Response:
        now = stamp(self._view.site.clock.now())
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
        return JSONResponse(user_json(self._view.bot))

    def permissions(self, request: Request) -> Response:
        """Tell which permissions the API user has, here or in one project."""
        key = request.query_params.get("projectKey") or request.query_params.get("projectId")
        project = self._view.site.find_project(key) if key else None
        if key and (project is None or project.state == "deleted" or self._view.is_out_of_sight(project)):
            return no_project()
        asked = [name for name in request.query_params.get("permissions", "").split(",") if name]
        if not asked:
            return refused({}, "The 'permissions' query parameter is required.")
        shown = {
            name: {
                "key": name,
                "name": name.replace("_", " ").capitalize(),
                "havePermission": not (self._view.is_denied(name) or self._view.is_denied(f"{name}:{key}")),
            }
            for name in asked
        }
        return JSONResponse({"permissions": shown})

    def fields(self, _request: Request) -> Response:
        hidden = self._view.hidden_fields()
        return JSONResponse([field_json(name) for name in (*ALL_FIELDS, *CUSTOM_FIELDS) if name not in hidden])

    def statuses(self, _request: Request) -> Response:
        return JSONResponse([status_json(name) for name in STATUSES])

    def types(self, _request: Request) -> Response:
        return JSONResponse([issue_type_json(name) for name in TYPES])

    def users(self, request: Request) -> Response:
        """List users, a page; nobody without the permission, which is no error."""
        start = int(request.query_params.get("startAt", 0))
        size = min(int(request.query_params.get("maxResults", 50)), 1000)
        listed = [] if self._view.is_denied("USER_PICKER") else list(self._view.site.users.values())
        return JSONResponse([user_json(user) for user in listed[start : start + size]])

    def find_users(self, request: Request) -> Response:
        wanted = request.query_params.get("query", "").lower()
        found = [
            user
            for user in self._view.site.users.values()
            if user.active and (wanted in user.name.lower() or (wanted == user.email.lower() and not user.hides_email))
        ]
        return JSONResponse([] if self._view.is_denied("USER_PICKER") else [user_json(user) for user in found])

    def projects(self, request: Request) -> Response:
        """List the projects that the API user may browse or administer, by default the live ones; the others are not there.

        With the action `browse` those that may only be administered are left out. Source: Jira Cloud REST v3, project/search.
        """
        start = int(request.query_params.get("startAt", 0))
        size = min(int(request.query_params.get("maxResults", 50)), 50)
        states = request.query_params.getlist("status") or ["live"]
        is_hidden = (
            self._view.is_hidden if request.query_params.get("action") == "browse" else self._view.is_out_of_sight
        )
        listed = [one for one in self._view.site.projects.values() if one.state in states and not is_hidden(one)]
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
        found = self._view.project(request.path_params["project"])
        return JSONResponse(project_json(found)) if found else no_project()

    def create_types(self, request: Request) -> Response:
        project = self._view.project(request.path_params["project"])
        if project is None:
            return no_project()
        listed = [issue_type_json(name) for name in project.types]
        return JSONResponse({"startAt": 0, "maxResults": 50, "total": len(listed), "issueTypes": listed})

    def create_fields(self, request: Request) -> Response:
        project = self._view.project(request.path_params["project"])
        if project is None:
            return no_project()
        hidden = self._view.hidden_fields()
        required = {"project", "issuetype", "summary"}
        listed = [
            {
                "fieldId": name,
                "key": name,
                "name": name.capitalize(),
                "required": name in required,
                "hasDefaultValue": False,
            }
            for name in sorted(WRITABLE - hidden)
        ]
        names = [name for name, (type_id, _level) in TYPES.items() if type_id == request.path_params["type"]]
        listed += [field for kind in names for field in self.demanded(project, kind)]
        return JSONResponse({"startAt": 0, "maxResults": 50, "total": len(listed), "fields": listed})

    def demanded(self, project: Project, kind: str) -> list[dict[str, Any]]:
        """Give the custom fields that a project demands of issues of a type."""
        return [
            {"fieldId": key, "key": key, "name": name, "required": True, "hasDefaultValue": False}
            | (
                {"allowedValues": [{"id": str(at), "value": value} for at, value in enumerate(values)]}
                if values
                else {}
            )
            for key, (name, values) in project.required.get(kind, {}).items()
        ]
