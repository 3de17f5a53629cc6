"""Reading issues: by search, from an index that lags, and by id, from the store."""

from __future__ import annotations

import base64
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from atlas_sync.sandbox.jira import jql
from atlas_sync.sandbox.jira.render import ZONE, history_json, issue_json
from atlas_sync.sandbox.jira.store import Issue
from atlas_sync.sandbox.jira.view import View, missing, refused

__all__ = ["Reading"]

_REMOVED = 410
_HISTORIES = 1000
_UNBOUNDED = "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."
_GONE = {
    "errorMessages": [
        "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. See CHANGE-2046."
    ],
    "errors": {},
}


class Reading:
    """The handlers; a page with fields holds at most `page_cap` issues."""

    def __init__(self, view: View, *, page_cap: int) -> None:
        self._view = view
        self._page_cap = page_cap

    async def search(self, request: Request) -> Response:
        """Answer a search from the index, a page; tokens are opaque and bound to their query."""
        asked = await request.json() if request.method == "POST" else _from_query(request)
        try:
            query = jql.parse(str(asked.get("jql", "")), self._view.site, zone=ZONE)
        except jql.JqlError as error:
            return refused({}, str(error))
        if not query.bounded:
            return refused({}, _UNBOUNDED)
        fields = asked.get("fields") or ["id"]
        try:
            start = _start_of(asked.get("nextPageToken"), str(asked.get("jql")))
        except ValueError:
            return refused({}, "The page token is invalid or has expired.")
        size = int(asked.get("maxResults") or 50)
        if set(fields) - {"id", "key"}:
            size = min(size, self._page_cap)
        found = self.found(query)
        page = found[start : start + size]
        hidden = self._view.hidden_fields()
        shown = [
            issue_json(one, self._view.site, fields=fields, properties=asked.get("properties") or (), hidden=hidden)
            for one in page
        ]
        body: dict[str, Any] = {"issues": shown, "isLast": start + size >= len(found)}
        if not body["isLast"]:
            body["nextPageToken"] = _token(start + size, str(asked.get("jql")))
        return JSONResponse(body)

    def found(self, query: jql.Query) -> list[Issue]:
        """Give what a query finds in the index, in its order."""
        shown = (one for one in self._view.site.indexed() if self._view.shows(one))
        found = [issue for issue in shown if query.test(issue)]
        for name, descending in reversed(query.order):
            found.sort(key=lambda issue, name=name: _sort_key(issue, name), reverse=descending)  # type: ignore[misc]  # default binds the loop's name
        return found

    async def count(self, request: Request) -> Response:
        """Tell about how many issues a query finds; like the search, it wants a bound."""
        text = str((await request.json()).get("jql", ""))
        try:
            query = jql.parse(text, self._view.site, zone=ZONE)
        except jql.JqlError as error:
            return refused({}, str(error))
        return JSONResponse({"count": len(self.found(query))}) if query.bounded else refused({}, _UNBOUNDED)

    async def histories(self, request: Request) -> Response:
        """Give the histories of up to 1,000 issues, oldest entry first, a page."""
        asked = await request.json()
        wanted = set(asked.get("fieldIds") or ())
        names = list(asked.get("issueIdsOrKeys", ()))
        if not names or len(names) > _HISTORIES:
            return refused({}, "The number of issues must be between 1 and 1000.")
        seen = {issue.id: issue for name in names if (issue := self._view.issue(str(name)))}
        entries = sorted(
            (
                (entry["created"], int(key), entry)
                for key, issue in seen.items()
                for entry in issue.history
                if not wanted or history_json(entry)["items"][0]["fieldId"] in wanted
            ),
            key=lambda one: one[:2],
        )
        start, size = int(asked.get("nextPageToken") or 0), int(asked.get("maxResults") or 1000)
        by_issue: dict[str, list[Any]] = {}
        for _at, key, entry in entries[start : start + size]:
            by_issue.setdefault(str(key), []).append(history_json(entry))
        logs = [{"issueId": key, "changeHistories": shown} for key, shown in by_issue.items()]
        last = start + size >= len(entries)
        return JSONResponse({"issueChangeLogs": logs} | ({} if last else {"nextPageToken": str(start + size)}))

    def removed(self, _request: Request) -> Response:
        return JSONResponse(_GONE, status_code=_REMOVED)

    async def bulk_fetch(self, request: Request) -> Response:
        asked = await request.json()
        found = [self._view.issue(str(name)) for name in asked.get("issueIdsOrKeys", ())[:100]]
        hidden = self._view.hidden_fields()
        shown = [
            issue_json(
                one,
                self._view.site,
                fields=asked.get("fields") or ["*all"],
                properties=asked.get("properties") or (),
                hidden=hidden,
            )
            for one in found
            if one is not None
        ]
        return JSONResponse({"issues": shown, "issueErrors": []})

    def get(self, request: Request) -> Response:
        issue = self._view.issue(request.path_params["issue"])
        if issue is None:
            return missing()
        fields = request.query_params.get("fields", "*all").split(",")
        properties = [key for key in request.query_params.get("properties", "").split(",") if key]
        hidden = self._view.hidden_fields()
        return JSONResponse(issue_json(issue, self._view.site, fields=fields, properties=properties, hidden=hidden))


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
