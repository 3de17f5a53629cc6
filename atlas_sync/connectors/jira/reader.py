"""Reads a Jira site: projects and users as whole sets, work items by change with a sweep for what went, links of epics.

Landed shapes: a project, user and remote link as received (`{"issue": id, "link": {...}}` for a link); an issue as received,
with all its comments in place of the page Jira sends; `{"id": ..., "gone": true}` for an issue that answers 404.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from atlas_sync.connectors.jira.client import JiraClient
from atlas_sync.connectors.jira.faults import NotFoundError
from atlas_sync.connectors.jira.settings import JiraSettings
from atlas_sync.connectors.protocol import FieldReport, Page, RawRecord, ReadRequest, StreamSpec
from atlas_sync.connectors.transport import Answer, raw_members
from atlas_sync.errors import AccessError, ContractError

__all__ = ["ITEM_PROPERTY", "LABEL", "JiraReader"]

ITEM_PROPERTY = "atlas.item"
LABEL = "atlas-sync"

_FIELDS = (
    "project",
    "issuetype",
    "summary",
    "description",
    "status",
    "resolution",
    "duedate",
    "assignee",
    "reporter",
    "parent",
    "labels",
    "comment",
    "created",
    "updated",
)
_REQUIRED = ("summary", "description", "status", "duedate", "labels")
_PAGE = 100
_ID_PAGE = 5000
_MAX_PAGES = 100_000
_GONE_CHECKS = 200

_STREAMS = (
    StreamSpec("users", "set", ("tracker",)),
    StreamSpec("projects", "set", ("tracker",)),
    StreamSpec("issues", "increment", ("tracker",), after=("projects",)),
    StreamSpec("links", "increment", ("tracker",), after=("issues",)),
)


class JiraReader:
    """Pulls one site. Nothing is contacted before the first call."""

    def __init__(self, settings: JiraSettings, *, system: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = JiraClient(settings, system=system, sleep=sleep)
        self._linkable: list[str] = []
        self._known_fields: frozenset[str] | None = None

    def streams(self) -> Sequence[StreamSpec]:
        """List the streams."""
        return _STREAMS

    def describe(self, stream: str) -> FieldReport:
        """Check the permission to browse, and that the fields we read exist for us.

        Source: Jira Cloud REST v3, mypermissions and field.
        """
        if stream == "users":
            self._require("USER_PICKER", "Browse users and groups")
            return FieldReport()
        self._require("BROWSE_PROJECTS", "Browse projects")
        if stream != "issues":
            return FieldReport()
        answer = self._client.get("field", operation="fields")
        shown = {field.get("id") for field in _list(answer.json())}
        missing = tuple(name for name in _FIELDS if name not in shown and name not in {"parent", "comment"})
        required = tuple(name for name in missing if name in _REQUIRED)
        return FieldReport(
            missing, required, f"Show the fields {', '.join(missing)} to the integration's user in Jira."
        )

    def _require(self, permission: str, title: str) -> None:
        answer = self._client.get("mypermissions", operation="permissions", permissions=permission)
        held = answer.json().get("permissions", {}).get(permission, {}).get("havePermission")
        if held is not True:
            message = f"permission {permission} is missing."
            raise AccessError(message, advice=f'Give the integration\'s user "{title}" in Jira.')

    def read(self, request: ReadRequest) -> Iterator[Page]:
        """Yield the pages of a stream."""
        match request.stream:
            case "users":
                return self._users()
            case "projects":
                return self._projects(request)
            case "issues":
                return self._issues(request)
            case "links":
                return self._links()
            case _:
                message = f"there is no stream {request.stream}"
                raise ValueError(message)

    def _users(self) -> Iterator[Page]:
        start = 0
        while True:
            answer = self._client.get("users/search", operation="users", startAt=start, maxResults=_PAGE)
            members, _rest = raw_members(b'{"values":' + answer.body + b"}", list_name="values")
            yield _page(members, answer, key="accountId", proof="" if members else "empty page")
            if not members:
                return
            start += len(members)

    def _projects(self, request: ReadRequest) -> Iterator[Page]:
        start, seen = 0, set[str]()
        while True:
            answer = self._client.get(
                "project/search", operation="projects", startAt=start, maxResults=50, expand="description,lead"
            )
            members, rest = raw_members(answer.body, list_name="values")
            proof = "isLast: true" if rest.get("isLast") is True else "" if members else "empty page"
            page = _page(members, answer, proof=proof)
            seen.update(record.id for record in page.records)
            start += len(members)
            if proof:
                self._refuse_vanished(sorted(set(request.known.get("projects", ())) - seen))
            yield page
            if proof:
                return

    def _refuse_vanished(self, missing: Sequence[str]) -> None:
        """Refuse to call a project gone: Jira answers 404 for deleted and for hidden ones alike.

        Raises:
            AccessError: a project that was read before cannot be seen any more.
        """
        hidden = []
        for project in missing:
            try:
                self._client.get(f"project/{project}", operation="project")
            except NotFoundError:
                hidden.append(project)
        if hidden:
            message = f"project {', '.join(hidden)} cannot be seen any more: hidden from us, or deleted."
            raise AccessError(message, advice='Give the integration\'s user "Browse projects" there again.')

    def _issues(self, request: ReadRequest) -> Iterator[Page]:
        projects = request.known.get("projects", ())
        if not projects:
            yield Page((), proof="no project is visible")
            return
        scope = f"project in ({', '.join(_quote(project) for project in projects)})"
        changed = f" AND updated >= {_epoch_ms(request.since)}" if request.since else ""
        seen: set[str] = set()
        for page in self._search(f"{scope}{changed} ORDER BY updated ASC, id ASC", fields=_FIELDS):
            records = tuple(self._whole(record) for record in page.records)
            seen.update(record.id for record in records)
            yield replace(page, records=records)
        if request.since:
            yield from self._sweep(scope, set(request.known.get("issues", ())) - seen)

    def _sweep(self, scope: str, known: set[str]) -> Iterator[Page]:
        """Look for issues that were read before and are in no search any more, and ask for each by id."""
        for page in self._search(f"{scope} ORDER BY id ASC", fields=("id",), size=_ID_PAGE):
            known -= {record.id for record in page.records}
        gone = []
        for issue in sorted(known)[:_GONE_CHECKS]:
            try:
                self._client.get(f"issue/{issue}", operation="issue", fields="id")
            except NotFoundError:
                gone.append(RawRecord(issue, msgspec.json.encode({"id": issue, "gone": True})))
        yield Page(tuple(gone), proof="every id listed")

    def _search(self, jql: str, *, fields: Sequence[str], size: int = _PAGE) -> Iterator[Page]:
        """Walk a search to its end, which is an answer without a token.

        Raises:
            ContractError: a token came twice.
        """
        token, tokens = None, set[str]()
        for _ in range(_MAX_PAGES):
            body: dict[str, Any] = {
                "jql": jql,
                "fields": list(fields),
                "maxResults": size,
                "properties": [ITEM_PROPERTY],
            }
            if token:
                body["nextPageToken"] = token
            answer = self._client.query("search/jql", operation="search", body=body)
            members, rest = raw_members(answer.body, list_name="issues")
            token = rest.get("nextPageToken")
            yield _page(members, answer, proof="" if token else "no nextPageToken")
            if not token:
                return
            if token in tokens:
                break
            tokens.add(token)
        raise ContractError("a search gave the same page token twice.", advice="Run again; tell Atlassian if it stays.")

    def _whole(self, record: RawRecord) -> RawRecord:
        """Complete an issue's comments where Jira sent only the first of them, and note whether its links are read."""
        issue = msgspec.json.decode(record.body)
        fields = issue.get("fields", {})
        if fields.get("issuetype", {}).get("hierarchyLevel", 0) > 0 or LABEL in fields.get("labels", ()):
            self._linkable.append(record.id)
        comment = fields.get("comment") or {}
        have = comment.get("comments", [])
        if comment.get("total", 0) <= len(have):
            return record
        answer = self._client.get(f"issue/{record.id}/comment", operation="comments", maxResults=_ID_PAGE)
        fields["comment"] = answer.json()
        return RawRecord(record.id, msgspec.json.encode(issue))

    def _links(self) -> Iterator[Page]:
        """Read the links of the epics and items of ours that changed in this run; a link does not stamp its issue."""
        for issue in dict.fromkeys(self._linkable):
            answer = self._client.get(f"issue/{issue}/remotelink", operation="links")
            members, _rest = raw_members(b'{"values":' + answer.body + b"}", list_name="values")
            records = tuple(
                RawRecord(f"{issue}/{_id_of(body, 'id')}", b'{"issue":"' + issue.encode() + b'","link":' + body + b"}")
                for body in members
            )
            yield Page(records, answer.server_time)
        yield Page((), proof="every changed issue asked")


def _page(members: Sequence[bytes], answer: Answer, *, key: str = "id", proof: str = "") -> Page:
    return Page(tuple(RawRecord(_id_of(body, key), body) for body in members), answer.server_time, proof=proof)


def _id_of(body: bytes, key: str) -> str:
    found = msgspec.json.decode(body)
    if not isinstance(found, Mapping) or key not in found:
        message = f"a record without {key}."
        raise ContractError(message, advice="The answer was kept out; run again.")
    return str(found[key])


def _list(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _quote(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _epoch_ms(moment: datetime) -> int:
    """Give a moment as JQL takes it without a time zone. Source: facts of public connectors; Jira reads text in a zone."""
    return int(moment.timestamp() * 1000)
