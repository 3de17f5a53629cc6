"""Writes items of ours into Jira, each with its mark inside the create itself.

The mark stands twice on an issue: as a label, which search finds, and in the entity property `atlas.item`, which people do
not see. The writer keeps no memory and repeats no create; exactly-once is made of the mark and the caller's ledger.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Literal

from atlas_sync.canonical.document import Document
from atlas_sync.canonical.pattern import Pattern
from atlas_sync.connectors.jira.client import JiraClient
from atlas_sync.connectors.jira.editions import CloudEdition, DataCenterEdition, Edition, number_of
from atlas_sync.connectors.jira.faults import NotFoundError
from atlas_sync.connectors.jira.forms import Form, Forms
from atlas_sync.connectors.jira.items import Items
from atlas_sync.connectors.jira.mapping import state_of
from atlas_sync.connectors.jira.settings import JiraSettings
from atlas_sync.connectors.jira.site import ITEM_PROPERTY, LABEL
from atlas_sync.connectors.wire import Wire
from atlas_sync.connectors.writing import Draft, Edit, Origin, Preflight, RemoteItem, Tail, fingerprint
from atlas_sync.errors import AccessError, OutcomeUnknownError, RejectedError

__all__ = ["JiraWriter"]

_SUMMARY_LIMIT = 255
_LOOK_AGAIN = (
    "Run `atlas-sync plan`, which reads the project's screens anew; "
    "if it stays, look at what its workflow asks of a new issue."
)


class JiraWriter:
    """Writes to one site."""

    def __init__(self, settings: JiraSettings, *, system: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = JiraClient(settings, system=system, sleep=sleep)
        is_data_center = settings.is_data_center
        self._edition: Edition = DataCenterEdition(self._client) if is_data_center else CloudEdition(self._client)
        self._items = Items(self._client, self._edition, settings.url)
        self._base = settings.url
        self._forms = Forms(self._client, is_data_center=is_data_center)

    def preflight(self, project: str) -> Preflight:
        """Look at permissions, issue types and create screens."""
        return self._forms.preflight(project)

    def user(self) -> str:
        """Give the id of the user that we write as."""
        return self._items.user()

    def sweep(self) -> Iterator[RemoteItem]:
        """Yield every item of ours that search knows."""
        return self._items.sweep()

    def tail(self, project: str, *, after: int = 0, up_to: int = 0) -> Tail:
        """Read the newest issues from the store."""
        return self._items.tail(project, after=after, up_to=up_to)

    def find(self, marker: str, *, project: str) -> RemoteItem | None:
        """Find an item by its mark."""
        return self._items.find(marker, project=project)

    def look(self, remote_ids: Sequence[str]) -> Iterator[RemoteItem]:
        """Yield those of some items that are there."""
        return self._items.look(remote_ids)

    def get(self, remote_id: str) -> RemoteItem | None:
        """Read an item by id."""
        return self._items.get(remote_id)

    def touched(self, remote_id: str, *, closed: Collection[str] = ()) -> Sequence[str]:
        """Say what anybody else did to an item."""
        return self._items.touched(remote_id, closed=closed)

    def changes(self, remote_id: str) -> frozenset[str]:
        """Give the ids of all changes so far."""
        return self._items.changes(remote_id)

    def overwritten(self, remote_id: str, *, since: frozenset[str]) -> Mapping[str, str]:
        """Give what others wrote since, and we replaced."""
        return self._items.overwritten(remote_id, since=since)

    def create(self, draft: Draft) -> RemoteItem:
        """Make one item with its mark, in one request that is never repeated."""
        named = self._forms.form_named(draft.project, draft.type) if draft.type else None
        form = named or self._forms.form(draft.project, draft.kind)
        if form is None:
            message = f"project {draft.project} has no issue type for this."
            raise RejectedError(message, code="issue type", advice=f"Add an epic or a task type to {draft.project}.")
        fields = self._fields(draft, form)
        labels = fields.get("labels", [])
        due = draft.due if "duedate" in fields else None
        body_text = self._edition.text(fields["description"])
        written = {"summary": fields["summary"], "body": body_text, "due": due.isoformat() if due else ""}
        prints = {name: fingerprint(text) for name, text in written.items()}
        properties = [_property(draft.marker, draft.origin, prints)]
        try:
            answer = self._client.create("issue", operation="create", body={"fields": fields, "properties": properties})
        except RejectedError as error:
            error.fields = tuple("parent" if name == form.epic_link else name for name in error.fields)
            error.source_ref = f"{form.name} in {draft.project}"
            error.advice = error.advice if isinstance(error, NotFoundError) else _LOOK_AGAIN
            raise
        except AccessError as error:
            error.advice = f'Give the integration\'s user "Create issues" in {draft.project}.'
            raise
        made = answer.json()
        if not isinstance(made, dict) or not made.get("id") or not made.get("key"):
            raise OutcomeUnknownError("answered without the key of what was made.", operation="create")
        key = str(made["key"])
        return RemoteItem(
            id=str(made["id"]),
            key=key,
            marker=draft.marker,
            url=f"{self._base}/browse/{key}",
            summary=fields["summary"],
            body_text=body_text,
            due=due,
            state="to_do",
            labels=tuple(labels),
            project=key.rpartition("-")[0],
            number=number_of(key),
            origin=draft.origin,
            written=prints,
        )

    def _fields(self, draft: Draft, form: Form) -> dict[str, Any]:
        """Give the fields of a new issue that its screen takes."""
        fields: dict[str, Any] = {
            "project": {"key": draft.project},
            "issuetype": {"id": form.type_id},
            "summary": _one_line(draft.summary),
            "description": self._edition.written(draft.body),
            **form.filled,
        }
        if form.is_epic and form.epic_name:
            fields[form.epic_name] = fields["summary"]
        if "labels" in form.fields:
            fields["labels"] = [*draft.labels, draft.marker]
        if draft.due and "duedate" in form.fields:
            fields["duedate"] = draft.due.isoformat()
        if draft.assignee and "assignee" in form.fields:
            fields["assignee"] = self._edition.user(draft.assignee)
        if draft.parent and (form.is_subtask or (self._forms.has_epics(draft.project) and not form.is_epic)):
            fields |= self._edition.parent(draft.parent, form)
        return fields

    def edit(self, change: Edit) -> None:
        """Set the given fields of an item, and in the same request what we last wrote into them."""
        fields: dict[str, Any] = {}
        prints = dict(change.item.written)
        if change.summary is not None:
            fields["summary"] = _one_line(change.summary)
            prints["summary"] = fingerprint(fields["summary"])
        if change.body is not None:
            body = self._edition.restored(change.body) if change.puts_back else self._edition.written(change.body)
            fields["description"] = body
            prints["body"] = fingerprint(self._edition.text(body))
        if change.due is not None:
            fields["duedate"] = change.due.isoformat()
            prints["due"] = fingerprint(fields["duedate"])
        asked: dict[str, Any] = {"fields": fields}
        if not change.puts_back:
            asked["properties"] = [_property(change.item.marker, change.item.origin, prints)]
        self._client.upsert(f"issue/{change.item.id}", operation="edit", body=asked, method="PUT")

    def has_comment(self, remote_id: str, body: Document) -> bool:
        """Tell if we have made this very comment."""
        return self._items.has_comment(remote_id, self._edition.text(self._edition.written(body)))

    def comment(self, remote_id: str, body: Document) -> None:
        """Comment on an issue, once."""
        content = {"body": self._edition.written(body)}
        self._client.create(f"issue/{remote_id}/comment", operation="comment", body=content)

    def patterns(self, project: str) -> Sequence[Pattern]:
        """Give the issues of a project, by their numbers, each after the one that it stands below."""
        return self._items.patterns(project)

    def watch(self, remote_id: str, user: str) -> None:
        """Let a user watch an issue: the body is one text, an account's id or a name."""
        (name,) = self._edition.user(user).values()
        self._client.upsert(f"issue/{remote_id}/watchers", operation="watch", body=name)

    def attach(self, remote_id: str, *, name: str, content: bytes) -> None:
        """Hang a file on an issue, then take earlier ones of ours off; those that we may not delete stay."""
        there = self._items.files(remote_id)
        if name not in there.values():
            try:
                self._client.attach(f"issue/{remote_id}/attachments", operation="attach", name=name, content=content)
            except OutcomeUnknownError:
                if name not in self._items.files(remote_id).values():
                    raise
        for file_id, other in there.items():
            if other != name:
                with suppress(AccessError, NotFoundError):
                    self._client.upsert(f"attachment/{file_id}", operation="detach", body=None, method="DELETE")

    def remove(self, remote_id: str) -> Literal["removed", "closed"]:
        """Delete an item; where that is not allowed, take its marks off and close it."""
        try:
            self._client.delete(f"issue/{remote_id}", operation="delete")
        except NotFoundError:
            return "removed"
        except AccessError:
            self._close(remote_id)
            return "closed"
        return "removed"

    def _close(self, remote_id: str) -> None:
        """Close an item, then take our marks off: cut off in between, it is still known as ours and done again."""
        item = self.get(remote_id)
        if item is None:
            return
        if item.state not in {"dropped", "done"}:
            way = {"transition": {"id": self._closing(remote_id)}}
            self._client.upsert(f"issue/{remote_id}/transitions", operation="close", body=way)
        marks = [{"remove": label} for label in item.labels if label in {LABEL, item.marker}]
        properties = [{"key": ITEM_PROPERTY, "value": {"v": 2, "was": item.marker}}]
        body = {"update": {"labels": marks}, "properties": properties}
        self._client.upsert(f"issue/{remote_id}", operation="unmark", body=body, method="PUT")

    def _closing(self, remote_id: str) -> str:
        """Choose the transition that drops an item, or else finishes it."""
        shown = self._client.get(f"issue/{remote_id}/transitions", operation="transitions").json()
        ways = {state_of(Wire({"status": one.get("to")})): one for one in reversed(shown.get("transitions", ()))}
        chosen = ways.get("dropped") or ways.get("done")
        if chosen is None:
            message = "no transition leads to a closed status."
            raise RejectedError(message, operation="close", advice="Close the item by hand.")
        return str(chosen["id"])

    def link(self, remote_id: str, *, marker: str, url: str, title: str) -> None:
        """Set the item's link; the same mark again replaces it. Source: Jira Cloud REST v3, remotelink by globalId."""
        body = {"globalId": f"system=atlas&id={marker}", "object": {"url": url, "title": _one_line(title)}}
        self._client.upsert(f"issue/{remote_id}/remotelink", operation="link", body=body)


def _property(marker: str, origin: Origin | None, prints: Mapping[str, str]) -> dict[str, Any]:
    """Give what an item says of itself where people do not see it: its mark, what it stands for, and what we wrote."""
    about: dict[str, Any] = {}
    if origin:
        about = {"e": origin.engagement_id, "s": origin.subject_id, "i": origin.item, "r": origin.run}
        about |= {"c": list(origin.copies)} if origin.copies else {}
    return {"key": ITEM_PROPERTY, "value": {"m": marker, "v": 2, **about, "w": dict(prints)}}


def _one_line(text: str) -> str:
    """Give a title as Jira takes it: one line of at most 255 characters."""
    return re.sub(r"\s+", " ", text).strip()[:_SUMMARY_LIMIT]
