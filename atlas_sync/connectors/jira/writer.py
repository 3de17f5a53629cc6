"""Writes items of ours into Jira, each with its mark inside the create itself.

The mark stands twice on an issue: as a label, which search finds, and in the entity property `atlas.item`, which people do
not see. The writer keeps no memory and repeats no create; exactly-once is made of the mark and the caller's ledger.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from atlas_sync.connectors.jira.adf import adf_from_document, text_from_adf
from atlas_sync.connectors.jira.client import JiraClient
from atlas_sync.connectors.jira.faults import NotFoundError
from atlas_sync.connectors.jira.mapping import marker_of, state_of
from atlas_sync.connectors.jira.settings import JiraSettings
from atlas_sync.connectors.jira.site import ITEM_PROPERTY, LABEL, listed
from atlas_sync.connectors.protocol import Draft, Edit, RemoteItem
from atlas_sync.connectors.transport import Answer
from atlas_sync.connectors.wire import Wire
from atlas_sync.errors import ContractError, RejectedError

__all__ = ["JiraWriter"]

_FIELDS = ("summary", "description", "duedate", "status", "resolution", "labels")
_PERMISSIONS = {
    "BROWSE_PROJECTS": "Browse projects",
    "CREATE_ISSUES": "Create issues",
    "EDIT_ISSUES": "Edit issues",
    "LINK_ISSUES": "Link issues",
}
_SUMMARY_LIMIT = 255
_LOOK_AHEAD = 100
_OURS = frozenset({"project", "issuetype", "summary", "description", "labels", "duedate", "parent", "reporter"})


class JiraWriter:
    """Writes to one site."""

    def __init__(self, settings: JiraSettings, *, system: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = JiraClient(settings, system=system, sleep=sleep)
        self._base = settings.url
        self._is_data_center = settings.is_data_center
        self._types: dict[str, list[dict[str, Any]]] = {}
        self._fields: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}

    def preflight(self, project: str) -> Sequence[str]:
        """Say what stands in the way: permissions, missing issue types, fields we cannot fill."""
        if self._is_data_center:
            return ["Items are written to Jira Cloud alone: this connection is to a Data Center, which is only read."]
        wanted = ",".join(_PERMISSIONS)
        answer = self._client.get("mypermissions", operation="permissions", projectKey=project, permissions=wanted)
        held = answer.json().get("permissions", {})
        problems = [
            f'Give the integration\'s user "{title}" in project {project}.'
            for name, title in _PERMISSIONS.items()
            if not held.get(name, {}).get("havePermission")
        ]
        if problems:
            return problems
        for kind in ("brief", "item"):
            found = self._type(project, kind)
            if found is None:
                problems.append(
                    f"Project {project} has no issue type for {'an epic' if kind == 'brief' else 'a task'}."
                )
                continue
            fields = self._create_fields(project, found["id"])
            problems += [
                f"Field {field.get('name', name)} is required in project {project} and has no default."
                for name, field in fields.items()
                if field.get("required") and not field.get("hasDefaultValue") and name not in _OURS
            ]
            if "labels" not in fields:
                problems.append(f"Put the field Labels on the create screen of project {project}.")
        return problems

    def _type(self, project: str, kind: str) -> dict[str, Any] | None:
        """Choose the issue type: an epic for a brief, a task (or the first plain type) for an item."""
        if project not in self._types:
            answer = self._client.get(f"issue/createmeta/{project}/issuetypes", operation="issue types")
            found = answer.json()
            self._types[project] = list(found.get("issueTypes", found.get("values", ())))
        types = self._types[project]
        if kind == "brief":
            return next((one for one in types if one.get("hierarchyLevel") == 1 or one.get("name") == "Epic"), None)
        plain = [one for one in types if not one.get("subtask") and one.get("hierarchyLevel", 0) == 0]
        return next((one for one in plain if one.get("name") == "Task"), plain[0] if plain else None)

    def _create_fields(self, project: str, type_id: str) -> dict[str, dict[str, Any]]:
        if (project, type_id) not in self._fields:
            path = f"issue/createmeta/{project}/issuetypes/{type_id}"
            found = self._client.get(path, operation="create fields", maxResults=200).json()
            listed = found.get("fields", found.get("values", ()))
            self._fields[project, type_id] = {str(field.get("fieldId", field.get("key"))): field for field in listed}
        return self._fields[project, type_id]

    def find(self, marker: str, *, project: str) -> RemoteItem | None:
        """Find an item by its mark: by search, then among the newest keys, which search may not know yet.

        Every hit is checked for the mark itself. Of two, the one made first is given.
        """
        for item in self._search(f'project = "{project}" AND labels = "{marker}" ORDER BY id ASC'):
            if item.marker == marker:
                return item
        return next((item for item in self._newest(project) if item.marker == marker), None)

    def _newest(self, project: str) -> Iterator[RemoteItem]:
        """Read the issues past the highest key that search knows, from the store; numbers may have holes.

        Source: Jira Cloud REST v3, issue/bulkfetch; JRACLOUD-78553 on burned numbers.
        """
        last = next(self._search(f'project = "{project}" ORDER BY id DESC', most=1), None)
        number = int(last.key.rpartition("-")[2]) if last else 0
        keys = [f"{project}-{number + step}" for step in range(1, _LOOK_AHEAD + 1)]
        body = {"issueIdsOrKeys": keys, "fields": list(_FIELDS), "properties": [ITEM_PROPERTY]}
        answer = self._client.query("issue/bulkfetch", operation="look", body=body)
        found = [self._item(Wire(issue)) for issue in _listed(answer)[0]]
        yield from sorted(found, key=lambda item: int(item.id))

    def sweep(self, project: str) -> Iterator[RemoteItem]:
        """Yield every item of ours in a project, oldest first."""
        yield from (
            item
            for item in self._search(f'project = "{project}" AND labels = "{LABEL}" ORDER BY id ASC')
            if item.marker
        )

    def _search(self, jql: str, *, most: int | None = None) -> Iterator[RemoteItem]:
        token, tokens, given = None, set[str](), 0
        while True:
            body: dict[str, Any] = {
                "jql": jql,
                "fields": list(_FIELDS),
                "properties": [ITEM_PROPERTY],
                "maxResults": most or _LOOK_AHEAD,
            }
            if token:
                body["nextPageToken"] = token
            issues, rest = _listed(self._client.query("search/jql", operation="search", body=body))
            for issue in issues:
                yield self._item(Wire(issue))
                given += 1
                if given == most:
                    return
            token = rest.get("nextPageToken")
            if not token:
                return
            if token in tokens:
                raise ContractError("a search gave the same page token twice.", advice="Run again.")
            tokens.add(token)

    def get(self, remote_id: str) -> RemoteItem | None:
        """Read an item by id; None when it is gone or hidden."""
        try:
            answer = self._client.get(
                f"issue/{remote_id}", operation="issue", fields=",".join(_FIELDS), properties=ITEM_PROPERTY
            )
        except NotFoundError:
            return None
        return self._item(Wire(answer.json()))

    def create(self, draft: Draft) -> RemoteItem:
        """Make one item with its mark, in one request that is never repeated."""
        chosen = self._type(draft.project, draft.kind)
        if chosen is None:
            message = f"project {draft.project} has no issue type for this."
            raise RejectedError(message, code="issue type", advice=f"Add an epic and a task type to {draft.project}.")
        available = self._create_fields(draft.project, chosen["id"])
        fields: dict[str, Any] = {
            "project": {"key": draft.project},
            "issuetype": {"id": chosen["id"]},
            "summary": _one_line(draft.summary),
            "description": adf_from_document(draft.body),
            "labels": [*draft.labels, draft.marker],
        }
        if draft.due and "duedate" in available:
            fields["duedate"] = draft.due.isoformat()
        if draft.parent:
            fields["parent"] = {"id": draft.parent}
        properties = [{"key": ITEM_PROPERTY, "value": {"m": draft.marker, "v": 1}}]
        made = self._client.create(
            "issue", operation="create", body={"fields": fields, "properties": properties}
        ).json()
        key = str(made["key"])
        return RemoteItem(
            id=str(made["id"]),
            key=key,
            marker=draft.marker,
            url=f"{self._base}/browse/{key}",
            summary=fields["summary"],
            body_text=text_from_adf(fields["description"]),
            due=draft.due,
            state="to_do",
            labels=tuple(fields["labels"]),
        )

    def edit(self, change: Edit) -> None:
        """Set the given fields of an item."""
        fields: dict[str, Any] = {}
        if change.summary is not None:
            fields["summary"] = _one_line(change.summary)
        if change.body is not None:
            fields["description"] = adf_from_document(change.body)
        if change.due is not None:
            fields["duedate"] = change.due.isoformat()
        self._client.upsert(f"issue/{change.remote_id}", operation="edit", body={"fields": fields}, method="PUT")

    def link(self, remote_id: str, *, marker: str, url: str, title: str) -> None:
        """Set the item's link; the same mark again replaces it. Source: Jira Cloud REST v3, remotelink by globalId."""
        body = {"globalId": f"system=atlas&id={marker}", "object": {"url": url, "title": _one_line(title)}}
        self._client.upsert(f"issue/{remote_id}/remotelink", operation="link", body=body)

    def _item(self, wire: Wire) -> RemoteItem:
        fields = wire.object("fields") or Wire({}, "$.fields")
        key = wire.need("key")
        return RemoteItem(
            id=wire.need("id"),
            key=key,
            marker=marker_of(wire) or "",
            url=f"{self._base}/browse/{key}",
            summary=fields.text("summary") or "",
            body_text=text_from_adf(fields.raw("description")),
            due=fields.day("duedate"),
            state=state_of(fields),
            labels=tuple(fields.texts("labels")),
        )


def _listed(answer: Answer) -> tuple[list[Any], dict[str, Any]]:
    """Give the issues of an answer and the rest; one without a list must not pass for "not there", or a twin is made."""
    members, rest = listed(answer, "issues")
    return [msgspec.json.decode(member) for member in members], rest


def _one_line(text: str) -> str:
    """Give a title as Jira takes it: one line of at most 255 characters."""
    return re.sub(r"\s+", " ", text).strip()[:_SUMMARY_LIMIT]
