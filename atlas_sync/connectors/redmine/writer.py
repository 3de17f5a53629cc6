"""Writes items of ours into Redmine, each with its mark inside the create itself.

The mark stands in a custom field of its own, which search finds, or in the last line of the text. A field that a tracker lacks,
or that a workflow shuts for us, is passed over by Redmine without a word: so until a field is seen to hold a mark of ours in a
project, the mark stands in the text as well. The writer keeps no memory and repeats no create; exactly-once is made of the mark
and the caller's ledger.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Literal

import msgspec
import requests

from atlas_sync.canonical.document import Document, plain_text
from atlas_sync.connectors.redmine.client import RedmineClient
from atlas_sync.connectors.redmine.faults import NotFoundError
from atlas_sync.connectors.redmine.forms import Form, Forms
from atlas_sync.connectors.redmine.items import Items
from atlas_sync.connectors.redmine.mapping import key_of, mark_of, state_of
from atlas_sync.connectors.redmine.marks import Mark, with_mark
from atlas_sync.connectors.redmine.markup import markup_from_document, text_from_markup
from atlas_sync.connectors.redmine.settings import RedmineSettings
from atlas_sync.connectors.wire import Wire
from atlas_sync.connectors.writing import Draft, Edit, Preflight, RemoteItem, Tail, fingerprint
from atlas_sync.errors import AccessError, OutcomeUnknownError, RejectedError

__all__ = ["RedmineWriter"]

_SUMMARY_LIMIT = 255
_NO_HOURS: Mapping[str, str | int] = {"todo": "reassign", "reassign_to_id": 0}
"""Hours that anybody logged go to an issue that is not there: so Redmine deletes nothing, even if we may not see them.

Without a word about them it deletes them along. Source: Redmine 5.0.4, measured.
"""
_LOOK_AGAIN = "See which of its fields Redmine requires: give them a default there, or choose another tracker."
_LET_EDIT = 'Give the integration\'s user "Edit issues" there, or close it by hand.'
_HOURS = str(requests.codes.not_acceptable)


class RedmineWriter:
    """Writes to one Redmine."""

    def __init__(self, settings: RedmineSettings, *, system: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = RedmineClient(settings, system=system, sleep=sleep)
        self._forms = Forms(self._client, settings)
        self._items = Items(self._client, self._forms, settings)
        self._base = settings.url
        self._field = settings.mark_field
        self._formatting = settings.text_formatting
        self._holding: dict[tuple[str, int], bool] = {}

    def preflight(self, project: str) -> Preflight:
        """Look at the module, permissions and trackers of a project."""
        return self._forms.preflight(project)

    def user(self) -> str:
        """Give the id of the user that we write as."""
        return str(self._client.me().id)

    def sweep(self) -> Iterator[RemoteItem]:
        """Yield every item of ours."""
        return self._items.sweep()

    def tail(self, project: str, *, after: int = 0, up_to: int = 0) -> Tail:  # noqa: ARG002 - nothing lags here
        """Read the newest issues of a project."""
        return self._items.tail(project, after=after)

    def find(self, marker: str, *, project: str) -> RemoteItem | None:  # noqa: ARG002 - search finds it wherever it is
        """Find an item by its mark."""
        return self._items.find(marker)

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
        """Give what others wrote since, and we replaced, as they wrote it."""
        return self._items.overwritten(remote_id, since=since)

    def create(self, draft: Draft) -> RemoteItem:
        """Make one item with its mark, in one request that is never repeated."""
        form = self._forms.form(draft.project)
        if form is None:
            message = f"project {draft.project} has no tracker for this."
            raise RejectedError(message, code="tracker", advice=f"Give project {draft.project} a tracker.")
        due = draft.due if "due_date" in form.fields else None
        summary, markup = _one_line(draft.summary), markup_from_document(draft.body, self._formatting)
        written = {"summary": summary, "body": text_from_markup(markup), "due": due.isoformat() if due else ""}
        mark = Mark(draft.marker, draft.origin, {name: fingerprint(text) for name, text in written.items()})
        issue: dict[str, Any] = {
            "project_id": form.project_id,
            "tracker_id": form.tracker_id,
            "subject": summary,
            "description": markup if self._holds(form) else self._with_mark(markup, mark),
            # Redmine would begin it today, and refuse a day that is past.
            "start_date": None,
            **self._as_field(mark),
        }
        issue |= {"due_date": due.isoformat()} if due else {}
        issue |= {"assigned_to_id": draft.assignee} if draft.assignee else {}
        issue |= {"parent_issue_id": draft.parent} if draft.parent and form.takes_parents else {}
        try:
            answer = self._client.create("issues", operation="create", body={"issue": issue})
        except RejectedError as error:
            error.source_ref, error.advice = f"{form.tracker} in {draft.project}", _LOOK_AGAIN
            raise
        made = Wire(answer.json()).object("issue")
        if made is None or not made.text("id"):
            raise OutcomeUnknownError("answered without the id of what was made.", operation="create")
        return self._made(made, draft, mark, form)

    def _made(self, made: Wire, draft: Draft, mark: Mark, form: Form) -> RemoteItem:
        _text, held = mark_of(Wire({"custom_fields": made.raw("custom_fields") or []}), self._field)
        self._holding[form.project_id, form.tracker_id] = held.marker == draft.marker
        remote_id = made.need("id")
        text, _mark = mark_of(made, None)
        return RemoteItem(
            id=remote_id,
            key=key_of(remote_id),
            marker=draft.marker,
            url=f"{self._base}/issues/{remote_id}",
            summary=made.text("subject") or "",
            body_text=text_from_markup(text),
            due=made.day("due_date"),
            state=state_of(made, is_first=True),
            project=draft.project,
            number=int(remote_id),
            origin=draft.origin,
            written=mark.written,
        )

    def _holds(self, form: Form) -> bool:
        """Tell if the custom field was seen to hold a mark on an issue like this."""
        place = form.project_id, form.tracker_id
        if self._field is None:
            return False
        if not self._holding.get(place):
            page = self._client.page(
                "issues",
                "issues",
                operation="mark field",
                status_id="*",
                project_id=form.project_id,
                subproject_id="!*",
                tracker_id=form.tracker_id,
                limit=1,
                **{f"cf_{self._field}": "~atlas-"},
            )
            shown = [mark_of(Wire(msgspec.json.decode(one)), self._field)[1] for one in page.members]
            self._holding[place] = bool(shown and shown[0].marker)
        return self._holding[place]

    def _as_field(self, mark: Mark) -> dict[str, Any]:
        return {"custom_fields": [{"id": self._field, "value": mark.as_field()}]} if self._field else {}

    def _with_mark(self, markup: str, mark: Mark) -> str:
        return with_mark(markup, mark, quote="@" if self._formatting == "textile" else "`")

    def edit(self, change: Edit) -> None:
        """Set the given fields of an item, and in the same request what we last wrote into them.

        Where the mark stands in the text it is set anew with the text alone, so that no text is written for its sake.
        """
        item, issue = change.item, dict[str, Any]()
        prints = dict(item.written)
        if change.summary is not None:
            issue["subject"] = _one_line(change.summary)
            prints["summary"] = fingerprint(issue["subject"])
        if change.due is not None:
            issue["due_date"] = change.due.isoformat()
            prints["due"] = fingerprint(issue["due_date"])
        if change.body is not None and change.puts_back:
            issue["description"] = self._items.as_written(item.id, plain_text(change.body))
        elif change.body is not None:
            markup = markup_from_document(change.body, self._formatting)
            prints["body"] = fingerprint(text_from_markup(markup))
            in_text = self._stands_in_text(item)
            mark = Mark(item.marker, item.origin, prints)
            issue["description"] = self._with_mark(markup, mark) if in_text else markup
        if not change.puts_back:
            issue |= self._as_field(Mark(item.marker, item.origin, prints))
        self._client.put(f"issues/{item.id}", operation="edit", body={"issue": issue})

    def _stands_in_text(self, item: RemoteItem) -> bool:
        """Tell if an item is known by its text, or not known to be known otherwise."""
        shown = self._items.shown(item.id, include="attachments")
        return shown is None or mark_of(shown, None)[1].marker != "" or mark_of(shown, self._field)[1].marker == ""

    def has_comment(self, remote_id: str, body: Document) -> bool:
        """Tell if we have made this very comment."""
        return self._items.has_comment(remote_id, text_from_markup(markup_from_document(body, self._formatting)))

    def comment(self, remote_id: str, body: Document) -> None:
        """Comment on an issue, once."""
        notes = {"notes": markup_from_document(body, self._formatting)}
        self._client.note(f"issues/{remote_id}", operation="comment", body={"issue": notes})

    def attach(self, remote_id: str, *, name: str, content: bytes) -> None:
        """Hang a file on an issue, then take earlier ones of ours off; those that we may not delete stay."""
        there = self._items.files(remote_id)
        if name not in there.values():
            token = self._client.upload(name, content).json()["upload"]["token"]
            upload = {"token": token, "filename": name, "content_type": "text/html"}
            try:
                body = {"issue": {"uploads": [upload]}}
                self._client.note(f"issues/{remote_id}", operation="attach", body=body)
            except OutcomeUnknownError:
                if name not in self._items.files(remote_id).values():
                    raise
        for file_id, other in there.items():
            if other != name:
                with suppress(AccessError, NotFoundError):
                    self._client.delete(f"attachments/{file_id}", operation="detach")

    def remove(self, remote_id: str) -> Literal["removed", "closed"]:
        """Delete an item; where that is not allowed, take its marks off and close it.

        Redmine deletes what stands below along: whoever asks for it has just looked.

        Raises:
            RejectedError: hours are logged on it, or it can be neither deleted nor closed.
        """
        try:
            self._client.delete(f"issues/{remote_id}", operation="delete", **_NO_HOURS)
        except NotFoundError:
            return "removed"
        except RejectedError as error:
            if error.code == _HOURS:
                error.summary, error.advice = "hours are logged on it.", "Move them or close it by hand."
            raise
        except AccessError:
            try:
                self._close(remote_id)
            except AccessError as error:
                if item := self.get(remote_id):
                    error.source_ref, error.advice = item.key, self._forms.way_to_edit(item.project)
                raise
            return "closed"
        return "removed"

    def _close(self, remote_id: str) -> None:
        """Close an item, then take our marks off: cut off in between, it is still known as ours and done again.

        Redmine passes over what we may not set and says nothing, so that only a look tells.
        """
        shown = self._items.shown(remote_id, include="allowed_statuses")
        if shown is None:
            return
        if state_of(shown, is_first=True) not in {"dropped", "done"}:
            body = {"issue": {"status_id": _closing(shown)}}
            self._client.put(f"issues/{remote_id}", operation="close", body=body)
        text, mark = mark_of(shown, None)
        issue = {**self._as_field(Mark()), **({"description": text.rstrip()} if mark.marker else {})}
        if issue:
            self._client.put(f"issues/{remote_id}", operation="unmark", body={"issue": issue})
        left = self.get(remote_id)
        if left and (left.marker or left.state not in {"dropped", "done"}):
            raise RejectedError("Redmine passed over what we set.", operation="close", advice=_LET_EDIT)


def _closing(shown: Wire) -> str:
    """Choose the status that drops an item, or else finishes it."""
    allowed = shown.raw("allowed_statuses") or ()
    ways = {state_of(Wire({"status": one}), is_first=True): one for one in reversed(allowed)}
    chosen = ways.get("dropped") or ways.get("done")
    if chosen is None:
        raise RejectedError("no status that we may set is a closed one.", operation="close", advice="Close it by hand.")
    return str(chosen["id"])


def _one_line(text: str) -> str:
    """Give a title as Redmine takes it: one line of at most 255 characters."""
    return re.sub(r"\s+", " ", text).strip()[:_SUMMARY_LIMIT]
