"""Finds items of ours on a Jira site: by search, which lags, and in the store, which does not; and who touched them.

Every hit is checked for the mark itself. Nothing is written here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from atlas_sync.canonical.pattern import Pattern
from atlas_sync.connectors.jira.client import JiraClient
from atlas_sync.connectors.jira.editions import Edition, fetched, number_of, who
from atlas_sync.connectors.jira.faults import NotFoundError
from atlas_sync.connectors.jira.mapping import marker_of, state_of
from atlas_sync.connectors.jira.site import ITEM_PROPERTY, LABEL
from atlas_sync.connectors.jira.walk import quoted
from atlas_sync.connectors.wire import Wire
from atlas_sync.connectors.writing import Origin, RemoteItem, Tail, fingerprint

__all__ = ["Items"]

_OUR_NAMES = {"summary": "summary", "description": "body", "duedate": "due"}
"""What we write of an item, by Jira's name and by ours."""

_COPIED = ("summary", "description", "issuetype", "parent", "labels")
_FILE = re.compile(r"conversation-[0-9a-f]{12}\.html")
"""How files of ours are called."""
_OURS = f'(labels = "{LABEL}" OR creator = currentUser())'
_PAGE = 100


class Items:
    """Reads one site's items."""

    def __init__(self, client: JiraClient, edition: Edition, base: str) -> None:
        self._client = client
        self._edition = edition
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
        """Read the issues numbered past `after` from the store, 0 for the newest that search may not know yet."""
        found: list[RemoteItem] = []

        def take(issue: Mapping[str, Any]) -> None:
            item = self._item(Wire(issue))
            if item.marker:
                found.append(item)

        at = self._edition.tail(project, after=after, up_to=up_to, take=take)
        return Tail(tuple(sorted(found, key=lambda item: int(item.id))), at)

    def patterns(self, project: str) -> list[Pattern]:
        """Give the issues of a project but ours, by their numbers, each after the one that it stands below."""
        jql = f"project = {quoted(project)} ORDER BY key ASC"
        shown = (Wire(issue) for issue in self._edition.shown(jql, fields=_COPIED))
        left = {one.need("id"): one for one in shown if not marker_of(one)}
        found: list[Pattern] = []
        while any(_above(one) not in left for one in left.values()):
            found += (self._pattern(left.pop(key)) for key in list(left) if _above(left[key]) not in left)
        return found

    def _pattern(self, wire: Wire) -> Pattern:
        fields = wire.object("fields") or Wire({}, "$.fields")
        kind = fields.object("issuetype")
        return Pattern(
            id=wire.need("id"),
            type=(kind.text("name") if kind else None) or "",
            summary=fields.text("summary") or wire.need("key"),
            body=self._edition.document(fields.raw("description")),
            parent=_above(wire),
            labels=tuple(fields.texts("labels")),
        )

    def look(self, names: Sequence[str]) -> Iterator[RemoteItem]:
        """Yield what is there under some ids or keys, ours or not, from the store."""
        return (self._item(Wire(issue)) for issue in self._edition.look(names))

    def get(self, remote_id: str) -> RemoteItem | None:
        """Read an item by id; None when it is gone or hidden."""
        issue = fetched(self._client, remote_id)
        return self._item(Wire(issue)) if issue else None

    def touched(self, remote_id: str, *, closed: Collection[str] = ()) -> Sequence[str]:
        """Say what anybody else did to an item of ours; what we `closed` below it is nothing while it is as we left it."""
        found = list(self.look([one.id for one in self._search(self._edition.below(remote_id))]))
        ours = {one.id for one in found if self._is_as_closed(one, closed)}
        below = len(found) - len(ours)
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
            entries = (one for one in named.raw(field) or () if field != "subtasks" or str(one.get("id")) not in ours)
            number = sum(not self._is_file_of_ours(one) for one in entries)
            said += [_counted(number, word)] if number else []
        # What was written comes last: it is what must not be lost between this look and what is done after it.
        others = {
            str(item.get("field")): None
            for history in self._edition.histories(remote_id)
            if self._is_foreign(history.get("author"))
            for item in history.get("items", ())
        }
        return [*(f"{field} was changed" for field in others), *said]

    def _is_as_closed(self, item: RemoteItem, closed: Collection[str]) -> bool:
        """Tell if an item is one that we closed, and that nobody opened or touched since."""
        is_closed = item.id in closed and item.state in {"dropped", "done"}
        return is_closed and not self.touched(item.id, closed=closed)

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
        return any(fingerprint(self._edition.text(one.get("body"))) == fingerprint(text) for one in own)

    def changes(self, remote_id: str) -> frozenset[str]:
        """Give the ids of all changes made so far to what we write of an item."""
        return frozenset(str(one.get("id")) for one in self._edition.histories(remote_id) if _written(one))

    def overwritten(self, remote_id: str, *, since: frozenset[str]) -> Mapping[str, str]:
        """Give the values that others wrote after `since` and that a change of ours replaced, by our field names.

        A value we put in place of another's is the only trace of an edit that came between our reading and our writing,
        for which Jira has no condition. Whoever puts back what we wrote before has lost nothing by our next write.
        Source: Jira Cloud REST v3, changelog/bulkfetch; Data Center names a field where Cloud has its id beside.
        """
        written: dict[str, set[str]] = {}
        foreign: dict[str, str] = {}
        lost: dict[str, str] = {}
        for history in self._edition.histories(remote_id):
            is_old = str(history.get("id")) in since
            for field, item in _written(history):
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

    def user(self) -> str:
        """Give the id of the user that we write as, asked for once."""
        if not self._me:
            self._me = who(self._client.get("myself", operation="myself").json())
        return self._me

    def _is_foreign(self, author: Mapping[str, Any] | None) -> bool:
        return who(author) != self.user()

    def _search(self, jql: str) -> Iterator[RemoteItem]:
        return (self._item(Wire(issue)) for issue in self._edition.search(jql))

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
            body_text=self._edition.text(fields.raw("description")),
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
            maker=who(fields.raw("creator")),
            holds_foreign=self._edition.holds_foreign(fields.raw("description")),
        )


def _above(wire: Wire) -> str | None:
    """Give the id of what an issue stands below: its parent, or on Data Center the epic that was put beside it."""
    fields = wire.object("fields")
    parent = (fields.object("parent") if fields else None) or wire.object("epic")
    return parent.need("id") if parent else None


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _written(history: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Give what an entry of a history changed of what we write, by our names."""
    changed = ((str(one.get("fieldId") or one.get("field")), one) for one in history.get("items", ()))
    return [(_OUR_NAMES[name], one) for name, one in changed if name in _OUR_NAMES]


def _origin(kept: Wire | None) -> Origin | None:
    if kept is None or not kept.text("e"):
        return None
    engagement, subject, item, run = (kept.text(name) or "" for name in "esir")
    return Origin(engagement, subject, item, run, tuple(kept.texts("c")))
