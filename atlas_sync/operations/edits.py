"""Edits of items of ours: field by field, only where they hold what we last wrote, with a word on the item that says why.

No tracker edits on a condition, so the moment between reading and writing cannot be closed. Its history tells afterwards what
stood there: what a person wrote in that moment is put back. A look that was cut off, or came before a late write did, is done
again by the next runs.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from atlas_sync.canonical.document import Document, Paragraph, Span, plain_text
from atlas_sync.canonical.model import Audience
from atlas_sync.connectors.writing import Edit, RemoteItem, Writer, fingerprint
from atlas_sync.coverage import UpdateItem
from atlas_sync.errors import AtlasError, OutcomeUnknownError, RejectedError
from atlas_sync.operations.holdings import is_edited
from atlas_sync.operations.step import Step
from atlas_sync.store.ledger import Intent, Ledger, WriteStep

__all__ = ["Editor", "finish_edits", "put_back"]

_TURNS = 5
_FIELDS = {"summary": "title", "body": "text", "due": "due day"}


class Editor:
    """Edits items in the name of one run."""

    def __init__(
        self,
        writer: Writer,
        ledger: Ledger,
        *,
        run: str,
        audience_at: Callable[[str], Audience],
        now: Callable[[], datetime],
        settle_s: float,
    ) -> None:
        self._writer = writer
        self._audience_at = audience_at
        self._ledger = ledger
        self._run = run
        self._now = now
        self._settle = timedelta(seconds=settle_s)

    def update(self, command: UpdateItem) -> Step:
        """Change an item of ours that still holds what we last wrote, and look back if a person was faster."""
        intent = self._ledger.intent(command.marker)
        if intent is None or intent.remote_id is None:
            return Step(command, "kept", reason="the item is gone; a person removed it.")
        since = self._writer.changes(intent.remote_id)
        item = self._writer.get(intent.remote_id)
        if item is None:
            return Step(command, "kept", reason="the item is gone; a person removed it.")
        change, theirs = _still_ours(command, item, intent)
        is_moved_out = command.audience == "internal" and self._audience_at(item.project) != "internal"
        if item.state in {"done", "dropped"} or change is None or is_moved_out:
            why = f"a person changed the {' and the '.join(theirs)}." if theirs else "a person closed it."
            why = "a person moved it to where the client can read." if is_moved_out else why
            return Step(command, "kept", key=item.key, reason=why)
        if command.comment is not None and (unsaid := self._say(command, command.comment, item)):
            return unsaid
        self._note(item, "update", "sent", note=json.dumps(sorted(since)))
        try:
            self._writer.edit(change)
        except RejectedError as error:
            return Step(command, "refused", key=item.key, reason=str(error))
        self._note(item, "update", "done")
        return self._look_back_at(command, intent, item, since=since)

    def _look_back_at(self, command: UpdateItem, intent: Intent, item: RemoteItem, *, since: frozenset[str]) -> Step:
        """See what became of an edit, and put back what a person wrote while it was made."""
        key = put_back(self._writer, item.id, since=since)
        if key:
            self._note(item, "update", "done")
        after = self._writer.get(item.id)
        if after is not None and "body" not in after.edited():
            written = replace(intent, written_summary=after.summary, written_body=after.body_text)
            self._ledger.record(replace(written, changed_at=self._now()))
        if key:
            reason = "a person changed it at that moment; theirs was put back."
            return Step(command, "kept", key=item.key, reason=reason)
        return Step(command, "updated", key=item.key, url=item.url)

    def _say(self, command: UpdateItem, comment: Document, item: RemoteItem) -> Step | None:
        """Say on an item what will change, once: one that got no clear answer is looked for, and waited for, first."""
        if self._writer.has_comment(item.id, comment):
            return None
        key = (command.marker, _print(comment))
        sent = [one for one in self._ledger.steps(action="comment") if (one.marker, one.note) == key]
        if sent and sent[-1].result == "sent" and sent[-1].at and self._now() < sent[-1].at + self._settle:
            return Step(command, "waiting", key=item.key, reason="its comment got no clear answer.")
        note = self._note(item, "comment", "sent", note=_print(comment))
        try:
            self._writer.comment(item.id, comment)
        except OutcomeUnknownError:
            if not self._writer.has_comment(item.id, comment):
                return Step(command, "unknown", key=item.key, reason="its comment got no clear answer.")
        except AtlasError as error:
            self._ledger.note(replace(note, result="refused", at=self._now()))
            if not isinstance(error, RejectedError):
                raise
        return None

    def _note(self, item: RemoteItem, action: str, result: str, *, note: str = "") -> WriteStep:
        step = WriteStep(self._run, item.marker, action, result, item.id, note, at=self._now())
        self._ledger.note(step)
        return step


def _still_ours(command: UpdateItem, item: RemoteItem, intent: Intent) -> tuple[Edit | None, list[str]]:
    """Give what of a change falls on fields that hold what we last wrote, None for nothing, and name the fields that do not."""
    edited = {*item.edited()} - {"body"} | ({"body"} if is_edited(item, intent) else set())
    wanted = {"summary": command.summary, "body": command.body, "due": command.due}
    theirs = [_FIELDS[name] for name, value in wanted.items() if value is not None and name in edited]
    change = Edit(
        item,
        summary=None if "summary" in edited else command.summary,
        body=None if "body" in edited else command.body,
        due=None if "due" in edited else command.due,
    )
    is_empty = change.summary is None and change.body is None and change.due is None
    return None if is_empty else change, theirs


def _print(comment: Document) -> str:
    return fingerprint(plain_text(comment))


def put_back(writer: Writer, remote_id: str, *, since: frozenset[str]) -> str:
    """Put back what others wrote into an item since, and we replaced; give its key, empty where there was nothing.

    Putting back is an edit like any other, so what somebody wrote at that moment is looked for once more.
    """
    key = ""
    for _turn in range(_TURNS):
        lost = writer.overwritten(remote_id, since=since)
        item = writer.get(remote_id) if lost else None
        if item is None:
            break
        writer.edit(_restoring(item, lost))
        key = item.key
    return key


def _restoring(item: RemoteItem, lost: Mapping[str, str]) -> Edit:
    body = lost.get("body")
    lines = [Paragraph(spans=(Span(text=line),)) for line in (body or "").splitlines()]
    return Edit(
        item,
        summary=lost.get("summary"),
        body=Document(blocks=tuple(lines)) if body else None,
        due=date.fromisoformat(lost["due"]) if "due" in lost else None,
        puts_back=True,
    )


def finish_edits(writer: Writer, ledger: Ledger, *, run: str, now: datetime, settle_s: float) -> list[str]:
    """Look back at the edits of earlier runs, until each is older than any write that may still be under way.

    Putting back is a write as well, which may come about late and over what somebody wrote since.
    """
    open_edits: dict[str, list[WriteStep]] = defaultdict(list)
    for step in ledger.steps(action="update"):
        if step.result == "closed":
            open_edits.pop(step.marker, None)
        else:
            open_edits[step.marker].append(step)
    notes = []
    for marker, steps in open_edits.items():
        first, last = steps[0], steps[-1]
        if first.remote_id is None or first.at is None or last.at is None:
            continue
        key = put_back(writer, first.remote_id, since=frozenset(json.loads(first.note or "[]")))
        if key:
            notes.append(f"{key}: what a person wrote at the moment of our edit was put back.")
            ledger.note(WriteStep(run, marker, "update", "done", first.remote_id, at=now))
        elif now > last.at + timedelta(seconds=settle_s):
            ledger.note(WriteStep(run, marker, "update", "closed", first.remote_id, at=now))
    return notes
