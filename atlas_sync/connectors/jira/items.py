"""Finds items of ours on a Jira site: by search, which lags, and in the store, which does not; and who touched them.

Every hit is checked for the mark itself. Nothing is written here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from atlas_sync.connectors.jira.adf import text_from_adf
from atlas_sync.connectors.jira.client import JiraClient
from atlas_sync.connectors.jira.faults import NotFoundError
from atlas_sync.connectors.jira.mapping import marker_of, state_of
from atlas_sync.connectors.jira.site import ITEM_PROPERTY, LABEL, chunks, listed
from atlas_sync.connectors.protocol import Origin, RemoteItem, Tail, fingerprint
from atlas_sync.connectors.transport import Answer
from atlas_sync.connectors.wire import Wire
from atlas_sync.errors import ContractError

__all__ = ["Items", "number_of"]

_NAMES = {"summary": "summary", "body": "description", "due": "duedate"}
"""What we write of an item, by our name and by Jira's."""

_FIELDS = (*_NAMES.values(), "status", "resolution", "labels", "attachment")
_FILE = re.compile(r"conversation-[0-9a-f]{12}\.html")
"""How files of ours are called."""
_OURS = f'(labels = "{LABEL}" OR creator = currentUser())'
_PAGE = 100
_BELOW = 100
"""How many numbers below the newest that search knows are read again: the index may have taken them in out of order."""
_CLEAR = 50
"""So many numbers without an item end the newest ones: a refused create burns a number. Source: JRACLOUD-78553."""


class Items:
    """Reads one site's items."""

    def __init__(self, client: JiraClient, base: str) -> None:
        self._client = client
        self._base = base
        self._me = ""

    def sweep(self) -> Iterator[RemoteItem]:
        """Yield every item of ours that search knows, wherever it was moved and whatever labels were taken off."""
        yield from (item for item in self._search(f"{_OURS} ORDER BY id ASC") if item.marker)

    def find(self, marker: str, *, project: str) -> RemoteItem | None:
        """Find an item by its mark: by search, then among the newest. Of two, the one made first is given."""
        for item in self._search(f'labels = "{marker}" ORDER BY id ASC'):
            if item.marker == marker:
                return item
        return next((item for item in self.tail(project, after=0).items if item.marker == marker), None)

    def tail(self, project: str, *, after: int, up_to: int = 0) -> Tail:
        """Read the issues numbered past `after` from the store, 0 for the newest that search may not know yet.

        Numbers without an issue end it, but not before `up_to`, which is known to be there.

        Source: Jira Cloud REST v3, issue/bulkfetch; a key that was moved away gives the issue under its new one.
        """
        if not after:
            last = next(self._search(f'project = "{project}" ORDER BY key DESC', most=1), None)
            after = max(0, number_of(last.key) - _BELOW) if last else 0
        found: list[RemoteItem] = []
        while True:
            keys = [f"{project}-{after + step}" for step in range(1, _PAGE + 1)]
            page = list(self.look(keys))
            found += [item for item in page if item.marker]
            newest = max((number_of(item.key) for item in page if item.key.startswith(f"{project}-")), default=after)
            if newest < after + _PAGE - _CLEAR and after + _PAGE >= up_to:
                return Tail(tuple(sorted(found, key=lambda item: int(item.id))), newest)
            after = newest if newest > after else after + _PAGE

    def look(self, names: Sequence[str]) -> Iterator[RemoteItem]:
        """Yield what is there under some ids or keys, ours or not, from the store."""
        for part in chunks(names, _PAGE):
            body = {"issueIdsOrKeys": list(part), "fields": list(_FIELDS), "properties": [ITEM_PROPERTY]}
            yield from self._given(_listed(self._client.query("issue/bulkfetch", operation="look", body=body))[0])

    def get(self, remote_id: str) -> RemoteItem | None:
        """Read an item by id; None when it is gone or hidden."""
        try:
            answer = self._client.get(
                f"issue/{remote_id}", operation="issue", fields=",".join(_FIELDS), properties=ITEM_PROPERTY
            )
        except NotFoundError:
            return None
        return self._item(Wire(answer.json()))

    def touched(self, remote_id: str) -> Sequence[str]:
        """Say what anybody else did to an item of ours."""
        below = sum(1 for _one in self.look([one.id for one in self._search(f'parent = "{remote_id}"')]))
        fields = "comment,attachment,worklog,subtasks,issuelinks"
        try:
            shown = self._client.get(f"issue/{remote_id}", operation="issue", fields=fields).json()
        except NotFoundError:
            return ()
        named = Wire(shown).object("fields") or Wire({}, "$.fields")
        said = [f"{_counted(below, 'item')} below it"] if below else []
        for field, word in (("comment", "comments"), ("worklog", "worklogs")):
            inner = named.object(field)
            entries = (inner.raw(word) or ()) if inner else ()
            number = sum(self._is_foreign(entry.get("author")) for entry in entries)
            said += [_counted(number, field)] if number else []
        for field, word in (("attachment", "attachment"), ("subtasks", "sub-task"), ("issuelinks", "link")):
            number = sum(not self._is_file_of_ours(one) for one in named.raw(field) or ())
            said += [_counted(number, word)] if number else []
        # What was written comes last: it is what must not be lost between this look and what is done after it.
        others = {
            str(item.get("field")): None
            for history in self._histories(remote_id)
            if self._is_foreign(history.get("author"))
            for item in history.get("items", ())
        }
        return [*(f"{field} was changed" for field in others), *said]

    def files(self, remote_id: str) -> dict[str, str]:
        """Give the names of files of ours on an item by their ids, the oldest first."""
        shown = self._client.get(f"issue/{remote_id}", operation="files", fields="attachment").json()
        listed = (shown.get("fields") or {}).get("attachment") or ()
        return {str(one["id"]): str(one["filename"]) for one in listed if self._is_file_of_ours(one)}

    def _is_file_of_ours(self, entry: Mapping[str, Any]) -> bool:
        return _FILE.fullmatch(str(entry.get("filename"))) is not None and not self._is_foreign(entry.get("author"))

    def has_comment(self, remote_id: str, text: str) -> bool:
        """Tell if we have made a comment with this text on an issue; the newest hundred are looked at."""
        shown = self._client.get(
            f"issue/{remote_id}/comment", operation="comments", maxResults=_PAGE, orderBy="-created"
        ).json()
        own = (one for one in shown.get("comments", ()) if not self._is_foreign(one.get("author")))
        return any(fingerprint(text_from_adf(one.get("body"))) == fingerprint(text) for one in own)

    def changes(self, remote_id: str) -> frozenset[str]:
        """Give the ids of all changes made so far to what we write of an item."""
        return frozenset(str(one.get("id")) for one in self._histories(remote_id, *_NAMES.values()))

    def overwritten(self, remote_id: str, *, since: frozenset[str]) -> Mapping[str, str]:
        """Give the values that others wrote after `since` and that a change of ours replaced, by our field names.

        A value we put in place of another's is the only trace of an edit that came between our reading and our writing,
        for which Jira has no condition. Whoever puts back what we wrote before has lost nothing by our next write.
        Source: Jira Cloud REST v3, changelog/bulkfetch.
        """
        ours = {theirs: name for name, theirs in _NAMES.items()}
        written: dict[str, set[str]] = {}
        foreign: dict[str, str] = {}
        lost: dict[str, str] = {}
        for history in self._histories(remote_id, *_NAMES.values()):
            is_old = str(history.get("id")) in since
            for item in history.get("items", ()):
                field = ours.get(str(item.get("fieldId")))
                if field is None:
                    continue
                value = str(item.get("toString") or "")
                known = written.setdefault(field, {str(item.get("fromString") or "")})
                if self._is_foreign(history.get("author")):
                    foreign.pop(field, None)
                    lost.pop(field, None)
                    foreign |= {} if is_old or value in known else {field: value}
                    continue
                known.add(value)
                if field in foreign and value != foreign[field]:
                    lost[field] = foreign[field]
                elif field in foreign:
                    lost.pop(field, None)
        return {field: text for field, text in lost.items() if text}

    def _histories(self, remote_id: str, *fields: str) -> Iterator[Mapping[str, Any]]:
        token, tokens = None, set[str]()
        while True:
            body: dict[str, Any] = {"issueIdsOrKeys": [remote_id], "maxResults": 1000}
            body |= {"fieldIds": list(fields)} if fields else {}
            body |= {"nextPageToken": token} if token else {}
            logs, rest = listed(
                self._client.query("changelog/bulkfetch", operation="history", body=body), "issueChangeLogs"
            )
            for log in logs:
                yield from msgspec.json.decode(log).get("changeHistories", ())
            token = rest.get("nextPageToken")
            if not token:
                return
            _check_fresh(token, tokens)

    def _is_foreign(self, author: Mapping[str, Any] | None) -> bool:
        if not self._me:
            self._me = str(self._client.get("myself", operation="myself").json().get("accountId"))
        return not author or author.get("accountId") != self._me

    def _search(self, jql: str, *, most: int | None = None) -> Iterator[RemoteItem]:
        token, tokens, given = None, set[str](), 0
        while True:
            body: dict[str, Any] = {
                "jql": jql,
                "fields": list(_FIELDS),
                "properties": [ITEM_PROPERTY],
                "maxResults": most or _PAGE,
            }
            if token:
                body["nextPageToken"] = token
            issues, rest = _listed(self._client.query("search/jql", operation="search", body=body))
            for item in self._given(issues):
                yield item
                given += 1
                if given == most:
                    return
            token = rest.get("nextPageToken")
            if not token:
                return
            _check_fresh(token, tokens)

    def _given(self, issues: Sequence[Any]) -> Iterator[RemoteItem]:
        return (self._item(Wire(issue)) for issue in issues)

    def _item(self, wire: Wire) -> RemoteItem:
        fields = wire.object("fields") or Wire({}, "$.fields")
        properties = wire.object("properties")
        kept = properties.object(ITEM_PROPERTY) if properties else None
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
            project=key.rpartition("-")[0],
            number=number_of(key),
            origin=_origin(kept),
            written=dict(kept.raw("w") or {}) if kept else {},
            files=tuple(
                name for one in fields.raw("attachment") or () if _FILE.fullmatch(name := str(one.get("filename")))
            ),
        )


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def number_of(key: str) -> int:
    """Give the number in a key."""
    return int(key.rpartition("-")[2])


def _origin(kept: Wire | None) -> Origin | None:
    if kept is None or not kept.text("e"):
        return None
    return Origin(kept.text("e") or "", kept.text("s") or "", kept.text("i") or "", kept.text("r") or "")


def _check_fresh(token: str, tokens: set[str]) -> None:
    if token in tokens:
        raise ContractError("a list gave the same page token twice.", advice="Run again.")
    tokens.add(token)


def _listed(answer: Answer) -> tuple[list[Any], dict[str, Any]]:
    """Give the issues of an answer and the rest; one without a list must not pass for "not there", or a twin is made."""
    members, rest = listed(answer, "issues")
    return [msgspec.json.decode(member) for member in members], rest
