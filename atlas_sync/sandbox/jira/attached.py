"""What hangs on an issue: remote links, properties, comments and its history."""

from __future__ import annotations

from collections.abc import Callable
from email import policy
from email.parser import BytesParser
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from atlas_sync.sandbox.jira import adf
from atlas_sync.sandbox.jira.render import comment_json, history_json, user_json
from atlas_sync.sandbox.jira.store import Comment
from atlas_sync.sandbox.jira.view import CREATED, View, done, forbidden, missing, refused

__all__ = ["Attached"]

_LISTED = 1000


def _files(body: bytes, kind: str) -> list[tuple[str, str, str]]:
    """Read the text files of a form: name, type and content."""
    head = f"Content-Type: {kind}\r\n\r\n".encode()
    form = BytesParser(policy=policy.HTTP).parsebytes(head + body)
    found = []
    for part in form.walk():
        content = part.get_payload(decode=True)
        if part.get_param("name", header="content-disposition") == "file" and isinstance(content, bytes):
            found.append((part.get_filename() or "", part.get_content_type(), content.decode(errors="replace")))
    return found


class Attached:
    """The handlers."""

    def __init__(self, view: View, *, is_text: Callable[[Any], bool] = adf.is_valid) -> None:
        self._view = view
        self._is_text = is_text

    def links(self, request: Request) -> Response:
        issue = self._view.issue(request.path_params["issue"])
        return JSONResponse(issue.links) if issue else missing()

    async def set_link(self, request: Request) -> Response:
        """Set a link by its global id: made first, replaced after."""
        issue = self._view.issue(request.path_params["issue"])
        if issue is None:
            return missing()
        if self._view.is_denied("LINK_ISSUES"):
            return forbidden("No Link Issue Permission for issue.")
        asked = await request.json()
        target = asked.get("object") or {}
        lacking = {f"object.{name}": f"'{name}' is required." for name in ("url", "title") if not target.get(name)}
        if lacking:
            return refused(lacking)
        for link in issue.links:
            if asked.get("globalId") and link.get("globalId") == asked["globalId"]:
                link["object"] = target
                return JSONResponse({"id": link["id"], "self": f"/remotelink/{link['id']}"})
        made = {"id": int(self._view.site.new_id()), "globalId": asked.get("globalId"), "object": target}
        issue.links.append(made)
        return JSONResponse({"id": made["id"], "self": f"/remotelink/{made['id']}"}, status_code=CREATED)

    def watchers(self, request: Request) -> Response:
        issue = self._view.issue(request.path_params["issue"])
        if issue is None:
            return missing()
        name = "VIEW_VOTERS_AND_WATCHERS"
        hidden = self._view.is_denied(name) or self._view.is_denied(f"{name}:{issue.project.key}")
        shown = [user_json(one) for one in issue.watchers if one is self._view.bot or not hidden]
        count = {"self": f"/issue/{issue.id}/watchers", "isWatching": self._view.bot in issue.watchers}
        return JSONResponse({**count, "watchCount": len(issue.watchers), "watchers": shown})

    async def watch(self, request: Request) -> Response:
        """Let a user watch; the body is one text, by which each product knows its users. It stamps nothing."""
        issue, wanted = self._view.issue(request.path_params["issue"]), await request.json()
        users = self._view.site.users.values()
        user = next((one for one in users if wanted in {one.account_id, one.key} and one.active), None)
        if issue is None or user is None:
            return missing()
        if self._view.is_denied("MANAGE_WATCHERS"):
            return forbidden("You do not have permission to manage the watcher list.")
        issue.watchers = [*(one for one in issue.watchers if one is not user), user]
        return done()

    def properties(self, request: Request) -> Response:
        issue = self._view.issue(request.path_params["issue"])
        if issue is None:
            return missing()
        return JSONResponse({"keys": [{"key": key, "self": f"/properties/{key}"} for key in issue.properties]})

    def property(self, request: Request) -> Response:
        issue, key = self._view.issue(request.path_params["issue"]), request.path_params["key"]
        if issue is None or key not in issue.properties:
            return missing()
        return JSONResponse({"key": key, "value": issue.properties[key]})

    async def set_property(self, request: Request) -> Response:
        issue, key = self._view.issue(request.path_params["issue"]), request.path_params["key"]
        if issue is None:
            return missing()
        new = key not in issue.properties
        issue.properties[key] = await request.json()
        return Response(status_code=CREATED if new else 200)

    def drop_property(self, request: Request) -> Response:
        issue = self._view.issue(request.path_params["issue"])
        if issue is None or issue.properties.pop(request.path_params["key"], None) is None:
            return missing()
        return done()

    def comments(self, request: Request) -> Response:
        issue = self._view.issue(request.path_params["issue"])
        if issue is None:
            return missing()
        start, size = int(request.query_params.get("startAt", 0)), int(request.query_params.get("maxResults", 50))
        ordered = issue.comments[::-1] if request.query_params.get("orderBy") == "-created" else issue.comments
        shown = [comment_json(one) for one in ordered[start : start + size]]
        return JSONResponse({"startAt": start, "maxResults": size, "total": len(issue.comments), "comments": shown})

    async def add_comment(self, request: Request) -> Response:
        issue = self._view.issue(request.path_params["issue"])
        if issue is None:
            return missing()
        if self._view.is_denied("ADD_COMMENTS"):
            return forbidden("You do not have the permission to comment on this issue.")
        body = (await request.json()).get("body")
        if not self._is_text(body):
            return refused({"comment": "Comment body is not valid!"})
        now = self._view.site.clock.now()
        made = Comment(self._view.site.new_id(), self._view.bot, body, now, now)
        self._view.site.snapshot(issue)
        issue.comments = [*issue.comments, made]
        self._view.site.touch(issue, now)
        return JSONResponse(comment_json(made), status_code=CREATED)

    async def attach(self, request: Request) -> Response:
        """Keep the files of a form; the header against forged requests must be there, and a name may come twice."""
        issue = self._view.issue(request.path_params["issue"])
        if issue is None:
            return missing()
        if request.headers.get("x-atlassian-token") != "no-check":
            return Response("XSRF check failed", status_code=403)
        if self._view.is_denied("CREATE_ATTACHMENTS"):
            return forbidden("You do not have permission to create attachments for this issue.")
        made = [
            {
                "id": self._view.site.new_id(),
                "filename": name,
                "author": user_json(self._view.bot),
                "size": len(content),
                "mimeType": kind,
                "body": content,
            }
            for name, kind, content in _files(await request.body(), request.headers.get("content-type", ""))
        ]
        self._view.site.change(issue, self._view.bot, {"attachments": [*issue.attachments, *made]})
        return JSONResponse([{key: one[key] for key in ("id", "filename", "size", "mimeType")} for one in made])

    def detach(self, request: Request) -> Response:
        """Delete a file."""
        for issue in self._view.site.issues.values():
            left = [one for one in issue.attachments if one["id"] != request.path_params["file"]]
            if self._view.shows(issue) and len(left) < len(issue.attachments):
                if self._view.is_denied("DELETE_OWN_ATTACHMENTS"):
                    return forbidden("You do not have permission to delete this attachment.")
                self._view.site.change(issue, self._view.bot, {"attachments": left})
                return done()
        return missing()

    def changelog(self, request: Request) -> Response:
        issue = self._view.issue(request.path_params["issue"])
        if issue is None:
            return missing()
        values = [history_json(entry) for entry in issue.history]
        return JSONResponse({"startAt": 0, "maxResults": 100, "total": len(values), "isLast": True, "values": values})

    async def listed_comments(self, request: Request) -> Response:
        """Give those of up to 1,000 comments that can be seen."""
        asked = {str(one) for one in (await request.json()).get("ids", ())}
        if not asked or len(asked) > _LISTED:
            return refused({}, "Comment ids must be between 1 and 1000.")
        seen = [issue for issue in self._view.site.issues.values() if self._view.shows(issue)]
        shown = [comment_json(one) for issue in seen for one in issue.comments if one.id in asked]
        body = {"isLast": True, "maxResults": 1048576, "startAt": 0, "total": len(shown), "values": shown}
        return JSONResponse(body)
