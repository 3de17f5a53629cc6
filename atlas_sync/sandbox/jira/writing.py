"""Making, changing, moving on and deleting issues."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from atlas_sync.sandbox.jira.fields import Read, RefusedError, check
from atlas_sync.sandbox.jira.render import status_json
from atlas_sync.sandbox.jira.store import STATUSES, Issue
from atlas_sync.sandbox.jira.view import BAD, CREATED, View, done, forbidden, missing, refused

__all__ = ["Writing"]

_BULK = 50


class Writing:
    """The handlers."""

    def __init__(self, view: View, *, read: Read = check) -> None:
        self._view = view
        self._read = read

    async def create(self, request: Request) -> Response:
        """Make one issue with its properties at once; a refusal burns a number."""
        asked = await request.json()
        try:
            issue = self._create(asked)
        except RefusedError as error:
            return refused(error.errors)
        except PermissionError:
            return forbidden("You do not have permission to create issues in this project.")
        return JSONResponse(_made(issue), status_code=CREATED)

    async def bulk_create(self, request: Request) -> Response:
        """Make up to 50 issues; each stands for itself."""
        asked = (await request.json()).get("issueUpdates", ())
        if len(asked) > _BULK:
            return refused({}, "Cannot create more than 50 issues.")
        made, errors = [], []
        for place, one in enumerate(asked):
            try:
                made.append(_made(self._create(one)))
            except RefusedError as error:
                why = {"errorMessages": [], "errors": error.errors}
                errors.append({"status": BAD, "elementErrors": why, "failedElementNumber": place})
        return JSONResponse({"issues": made, "errors": errors}, status_code=CREATED if made else BAD)

    def _create(self, asked: Mapping[str, Any]) -> Issue:
        fields = dict(asked.get("fields") or {})
        wanted = fields.get("project") or {}
        project = self._view.project(str(wanted.get("id") or wanted.get("key") or ""))
        if project is None:
            raise RefusedError({"project": "valid project is required"})
        if self._view.is_denied("CREATE_ISSUES"):
            raise PermissionError
        number = project.next_number
        project.next_number += 1
        checked = self._read(self._view, fields, project, creating=True)
        now = self._view.site.clock.now()
        issue = Issue(
            id=self._view.site.new_id(),
            project=project,
            number=number,
            status="To Do",
            reporter=self._view.bot,
            created=now,
            updated=now,
            **checked,
        )
        for one in asked.get("properties") or ():
            issue.properties[str(one["key"])] = one["value"]
        self._view.site.issues[issue.id] = issue
        return issue

    async def edit(self, request: Request) -> Response:
        """Set fields, and change labels by verb."""
        issue = self._view.issue(request.path_params["issue"])
        if issue is None:
            return missing()
        if self._view.is_denied("EDIT_ISSUES"):
            return forbidden("You do not have permission to edit issues.")
        asked = await request.json()
        try:
            changes = self._read(self._view, asked.get("fields") or {}, issue.project, creating=False)
        except RefusedError as error:
            return refused(error.errors)
        labels = list(changes.get("labels", issue.labels))
        for verb in (asked.get("update") or {}).get("labels", ()):
            labels = [*labels, verb["add"]] if "add" in verb else [one for one in labels if one != verb.get("remove")]
        if labels != issue.labels:
            changes["labels"] = list(dict.fromkeys(labels))
        self._view.site.change(issue, self._view.bot, changes)
        for one in asked.get("properties") or ():
            issue.properties[str(one["key"])] = one["value"]
        return done()

    def delete(self, request: Request) -> Response:
        issue = self._view.issue(request.path_params["issue"])
        if issue is None:
            return missing()
        if self._view.is_denied("DELETE_ISSUES"):
            return forbidden("You do not have permission to delete issues in this project.")
        if self._view.site.children(issue):
            return refused({}, "The issue has subtasks. You must specify the 'deleteSubtasks' parameter.")
        self._view.site.erase(issue)
        return done()

    def transitions(self, request: Request) -> Response:
        issue = self._view.issue(request.path_params["issue"])
        if issue is None:
            return missing()
        shown = [
            {"id": status_id, "name": name, "to": status_json(name)} for name, (status_id, _key) in STATUSES.items()
        ]
        return JSONResponse({"transitions": shown})

    async def transition(self, request: Request) -> Response:
        issue = self._view.issue(request.path_params["issue"])
        if issue is None:
            return missing()
        wanted = str(((await request.json()).get("transition") or {}).get("id"))
        found = [name for name, (status_id, _key) in STATUSES.items() if status_id == wanted]
        if not found:
            return refused({}, "Transition id is not valid for this issue.")
        self._view.site.change(issue, self._view.bot, {"status": found[0]})
        return done()


def _made(issue: Issue) -> dict[str, str]:
    return {"id": issue.id, "key": issue.key, "self": f"/rest/api/3/issue/{issue.id}"}
