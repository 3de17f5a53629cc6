"""Jira Data Center, REST v2: pages by offset, and no bulk look-ups.

Searches go by GET with the parameters that every version since 8 takes. Source: contract recordings dc-*.json.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from atlas_sync.connectors.jira.client import JiraClient
from atlas_sync.connectors.jira.faults import NotFoundError
from atlas_sync.connectors.jira.site import (
    Found,
    all_comments,
    chunks,
    compose,
    listed,
    look,
    note_new,
    one_record,
    page_of,
    plain_list,
)
from atlas_sync.connectors.protocol import Page
from atlas_sync.connectors.raw import record_id
from atlas_sync.errors import ContractError, RejectedError

__all__ = ["DataCenterSite"]

_PAGE = 1000
_ASKED = 100
_EPIC_LINK = "com.pyxis.greenhopper.jira:gh-epic-link"


class _Schema(msgspec.Struct):
    custom: str = ""


class _Field(msgspec.Struct):
    id: str
    schema: _Schema | None = None


class _Changelog(msgspec.Struct):
    histories: list[msgspec.Raw] = []


class _Changed(msgspec.Struct):
    id: str
    changelog: _Changelog | None = None


class _Linked(msgspec.Struct):
    fields: dict[str, Any] = {}


class DataCenterSite:
    """A site of a company's own."""

    place = "Epic Link"

    def __init__(self, client: JiraClient) -> None:
        self._client = client
        self._epic_field: str | None = None
        self._epics: dict[str, str] = {}

    def shows_place(self, shown: Container[str]) -> bool:  # noqa: ARG002 - the field has another id on each site
        """Tell if the epics of issues are seen, or there are none: parents of sub-tasks are, and no list names their field."""
        return bool(self.epic_link()) or not self._has_epics()

    def _has_epics(self) -> bool:
        try:
            return self.count("issuetype = Epic") > 0
        except RejectedError:
            return False  # the site has no such type

    def users(self) -> Iterator[Page]:
        """Yield all users: a dot is in every address. Only an empty page is the end, since the site may cut any."""
        start, seen = 0, set[str]()
        while True:
            answer = self._client.get(
                "user/search", operation="users", username=".", includeInactive="true", startAt=start, maxResults=_PAGE
            )
            members = plain_list(answer)
            yield note_new(page_of(members, answer, key="key", proof="" if members else "empty page"), seen)
            if not members:
                return
            start += len(members)

    def projects(self) -> Iterator[Page]:
        """Yield all projects, the archived ones too; they come at once."""
        answer = self._client.get("project", operation="projects", expand="description,lead", includeArchived="true")
        yield page_of(plain_list(answer), answer, proof="the whole list")

    def put_away(self, projects: Sequence[str]) -> list[bytes]:  # noqa: ARG002 - as the protocol has it
        """Give nothing: the list of projects holds the archived ones, and there is no bin."""
        return []

    def search(self, jql: str, *, fields: Sequence[str], after: str = "", size: int = 100) -> Found:
        """Give one page, with the epic of each issue that names one in a field of its own."""
        return self._with_epics(self._search(jql, fields=fields, after=after, size=size))

    def _search(self, jql: str, *, fields: Sequence[str], after: str, size: int, expand: str = "") -> Found:
        start = int(after or 0)
        answer = self._client.get(
            "search",
            operation="search",
            jql=jql,
            fields=",".join(fields),
            startAt=start,
            maxResults=size,
            **({"expand": expand} if expand else {}),
        )
        members, rest = listed(answer, "issues")
        total, reached = _total(rest), start + len(members)
        if reached < total and not members:
            raise ContractError("an empty page before the end of a search.", advice="Run again.")
        if reached < total:
            return Found(members, answer.server_time, str(reached))
        return Found(members, answer.server_time, proof=f"{reached} of {total}")

    def count(self, jql: str) -> int:
        """Tell how many issues a search finds."""
        answer = self._client.get("search", operation="count", jql=jql, fields="id", maxResults=0)
        return _total(listed(answer, "issues")[1])

    def comments(self, issue: str) -> list[bytes]:
        """Give all comments of an issue; they come at once, unless the site cuts them."""
        return all_comments(
            lambda start: self._client.get(f"issue/{issue}/comment", operation="comments", startAt=start)
        )

    def histories(self, issues: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """Yield every entry of the histories of some issues.

        One issue that went in the meantime makes Jira refuse the whole search; then each is asked for by itself.
        """
        for asked in chunks(issues, _ASKED):
            try:
                yield from self._entries(asked)
            except RejectedError:
                yield from self._entries_one_by_one(asked)

    def _entries(self, issues: Sequence[str]) -> list[tuple[str, bytes]]:
        """Give the entries of some histories, which come whole with a search."""
        entries: list[tuple[str, bytes]] = []
        jql, after = f"id in ({', '.join(issues)}) ORDER BY id ASC", ""
        while True:
            found = self._search(jql, fields=("id",), after=after, size=_ASKED, expand="changelog")
            for issue in (look(member, _Changed) for member in found.members):
                shown = issue.changelog.histories if issue.changelog else []
                entries += [(issue.id, bytes(entry)) for entry in shown]
            after = found.after
            if not after:
                return entries

    def _entries_one_by_one(self, issues: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """Yield the entries of those that are still there.

        Raises:
            RejectedError: a search for an issue that is there was refused.
        """
        for one in issues:
            try:
                yield from self._entries([one])
            except RejectedError:
                if next(self.issues([one]))[1] is not None:
                    raise

    def issues(self, ids: Sequence[str]) -> Iterator[tuple[str, bytes | None]]:
        """Yield for each id the issue or None."""
        for one in ids:
            try:
                answer = self._client.get(f"issue/{one}", operation="look up", fields="*all,-comment")
            except NotFoundError:
                yield one, None
            else:
                (found,) = self._with_epics(Found([one_record(answer)], None)).members
                yield one, found

    def comments_by_id(self, ids: Sequence[str]) -> Iterator[tuple[str, bytes | None]]:
        """Yield for each `issue/comment` the comment or None."""
        for one in ids:
            issue, _slash, comment = one.partition("/")
            try:
                answer = self._client.get(f"issue/{issue}/comment/{comment}", operation="look up")
            except NotFoundError:
                yield one, None
            else:
                yield one, one_record(answer)

    def _with_epics(self, found: Found) -> Found:
        """Put beside each issue below an epic the epic's id, since the field names only its key."""
        name = self.epic_link()
        if not name:
            return found
        return Found(
            [self._with_epic(body, name) for body in found.members], found.server_time, found.after, found.proof
        )

    def _with_epic(self, body: bytes, name: str) -> bytes:
        key = look(body, _Linked).fields.get(name)
        if not isinstance(key, str) or not (epic := self._id_of_key(key)):
            return body
        return body[:-1] + b',"epic":' + compose(id=epic, key=key) + b"}"

    def epic_link(self) -> str:
        """Find the custom field that names an issue's epic; empty where the site has none."""
        if self._epic_field is None:
            answer = self._client.get("field", operation="fields")
            fields = look(answer.body, list[_Field])
            found = (field.id for field in fields if field.schema and field.schema.custom == _EPIC_LINK)
            self._epic_field = next(found, "")
        return self._epic_field

    def _id_of_key(self, key: str) -> str:
        """Give an issue's id, asked for once a key; empty where the issue is hidden."""
        if key not in self._epics:
            try:
                answer = self._client.get(f"issue/{key}", operation="epic", fields="id")
            except NotFoundError:
                self._epics[key] = ""
            else:
                self._epics[key] = record_id(answer.body)
        return self._epics[key]


def _total(rest: Mapping[str, Any]) -> int:
    """Give how many issues a search finds.

    Raises:
        ContractError: it does not say: without that no page is known to be the last one.
    """
    total = rest.get("total")
    if not isinstance(total, int) or isinstance(total, bool):
        raise ContractError("a search without its total.", advice="Look for a proxy in between; run again.")
    return total
