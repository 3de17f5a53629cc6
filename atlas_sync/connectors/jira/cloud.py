"""Jira Cloud, REST v3: pages by token, histories and look-ups in bulk.

Source: contract openapi/jira-cloud-v3.trimmed.json, read 2026-11.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from typing import Any

import msgspec

from atlas_sync.connectors.jira.client import JiraClient
from atlas_sync.connectors.jira.site import (
    ITEM_PROPERTY,
    Found,
    all_comments,
    chunks,
    listed,
    look,
    note_new,
    page_of,
    plain_list,
)
from atlas_sync.connectors.protocol import Page
from atlas_sync.connectors.raw import record_id
from atlas_sync.errors import ContractError, RejectedError

__all__ = ["CloudSite"]

_USERS, _PROJECTS, _COMMENTS = 1000, 100, 5000
_FETCHED, _LISTED, _ASKED, _ENTRIES = 100, 1000, 50, 10_000


class _Log(msgspec.Struct, rename={"issue": "issueId", "entries": "changeHistories"}):
    issue: str
    entries: list[msgspec.Raw] = []


class CloudSite:
    """A site at Atlassian."""

    place = "parent"

    def __init__(self, client: JiraClient) -> None:
        self._client = client

    def shows_place(self, shown: Container[str]) -> bool:
        """Tell if the parents of issues are seen; every site lists the field."""
        return self.place in shown

    def users(self) -> Iterator[Page]:
        """Yield all users; only an empty page is the end, since privacy may shorten any."""
        start, seen = 0, set[str]()
        while True:
            answer = self._client.get("users/search", operation="users", startAt=start, maxResults=_USERS)
            members = plain_list(answer)
            page = page_of(members, answer, key="accountId", proof="" if members else "empty page")
            yield note_new(page, seen)
            if not members:
                return
            start += len(members)

    def projects(self) -> Iterator[Page]:
        """Yield all live projects that can be browsed: without the action, those that we only administer come along."""
        start, seen = 0, set[str]()
        while True:
            answer = self._client.get(
                "project/search",
                operation="projects",
                action="browse",
                startAt=start,
                maxResults=_PROJECTS,
                expand="description,lead",
            )
            members, rest = listed(answer, "values")
            proof = "isLast: true" if rest.get("isLast") is True else "" if members else "empty page"
            yield note_new(page_of(members, answer, proof=proof), seen)
            if proof:
                return
            start += len(members)

    def put_away(self, projects: Sequence[str]) -> list[bytes]:
        """Give those of some projects that are archived or in the bin; Jira refuses where there is none, or we may not ask."""
        found: list[bytes] = []
        for ids in chunks(projects, _ASKED):
            try:
                answer = self._client.get(
                    "project/search",
                    operation="projects put away",
                    id=ids,
                    status=("archived", "deleted"),
                    expand="description,lead",
                    maxResults=_ASKED,
                )
            except RejectedError:
                continue
            found += listed(answer, "values")[0]
        return found

    def search(self, jql: str, *, fields: Sequence[str], after: str = "", size: int = 100) -> Found:
        """Give one page; the last one has no token."""
        body: dict[str, Any] = {
            "jql": jql,
            "fields": list(fields),
            "maxResults": size,
            "properties": [ITEM_PROPERTY],
        }
        answer = self._client.query(
            "search/jql", operation="search", body=body | ({"nextPageToken": after} if after else {})
        )
        members, rest = listed(answer, "issues")
        token = str(rest.get("nextPageToken") or "")
        if not token and rest.get("isLast") is False:
            raise ContractError("a page that is not the last and leads nowhere.", advice="Run again.")
        return Found(members, answer.server_time, token, "" if token else "no nextPageToken")

    def count(self, jql: str) -> int:
        """Tell about how many issues a search finds."""
        answer = self._client.query("search/approximate-count", operation="count", body={"jql": jql})
        found = answer.json()
        return int(found["count"]) if isinstance(found, dict) and isinstance(found.get("count"), int) else 0

    def comments(self, issue: str) -> list[bytes]:
        """Give all comments of an issue, page by page."""
        path = f"issue/{issue}/comment"
        return all_comments(
            lambda start: self._client.get(path, operation="comments", startAt=start, maxResults=_COMMENTS)
        )

    def histories(self, issues: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """Yield every entry of the histories of some issues.

        Raises:
            ContractError: a token came twice.
        """
        for ids in chunks(issues, _LISTED):
            token, tokens = "", set[str]()
            while True:
                body: dict[str, Any] = {"issueIdsOrKeys": ids, "maxResults": _ENTRIES}
                body |= {"nextPageToken": token} if token else {}
                answer = self._client.query("changelog/bulkfetch", operation="histories", body=body)
                members, rest = listed(answer, "issueChangeLogs")
                for log in (look(member, _Log) for member in members):
                    yield from ((log.issue, bytes(entry)) for entry in log.entries)
                token = str(rest.get("nextPageToken") or "")
                if not token:
                    break
                if token in tokens:
                    raise ContractError("histories gave the same page token twice.", advice="Run again.")
                tokens.add(token)

    def issues(self, ids: Sequence[str]) -> Iterator[tuple[str, bytes | None]]:
        """Yield for each id the issue or None; those that Jira could not fetch just now are left out."""
        for asked in chunks(ids, _FETCHED):
            body = {"issueIdsOrKeys": asked, "fields": ["*all", "-comment"], "properties": [ITEM_PROPERTY]}
            answer = self._client.query("issue/bulkfetch", operation="look up", body=body)
            members, rest = listed(answer, "issues")
            found = {record_id(member): member for member in members}
            failed = {str(error.get("id")) for error in rest.get("issueErrors") or () if isinstance(error, dict)}
            yield from ((one, found.get(one)) for one in asked if one not in failed)

    def comments_by_id(self, ids: Sequence[str]) -> Iterator[tuple[str, bytes | None]]:
        """Yield for each `issue/comment` the comment or None."""
        for asked in chunks(ids, _LISTED):
            numbers = [int(one.rpartition("/")[2]) for one in asked]
            answer = self._client.query("comment/list", operation="look up", body={"ids": numbers})
            found = {record_id(member): member for member in listed(answer, "values")[0]}
            yield from ((one, found.get(one.rpartition("/")[2])) for one in asked)
