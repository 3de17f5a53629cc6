"""Looking back at an edit: what a person wrote between our reading and our writing is put back.

No tracker edits on a condition, so the moment between the two cannot be closed; its history tells afterwards what stood
there. A look that was cut off, or came before a late write did, is done again by the next runs.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from atlas_sync.canonical.document import Document, Paragraph, Span
from atlas_sync.connectors.protocol import Edit, RemoteItem, Writer
from atlas_sync.store.ledger import Ledger, WriteStep

__all__ = ["finish_edits", "put_back"]


def put_back(writer: Writer, remote_id: str, *, since: frozenset[str]) -> str:
    """Put back what others wrote into an item since, and we replaced; give its key, empty where there was nothing."""
    lost = writer.overwritten(remote_id, since=since)
    item = writer.get(remote_id) if lost else None
    if item is None:
        return ""
    writer.edit(_restoring(item, lost))
    return item.key


def _restoring(item: RemoteItem, lost: Mapping[str, str]) -> Edit:
    body = lost.get("body")
    lines = [Paragraph(spans=(Span(text=line),)) for line in (body or "").splitlines() if line.strip()]
    return Edit(
        item,
        summary=lost.get("summary"),
        body=Document(blocks=tuple(lines)) if body else None,
        due=date.fromisoformat(lost["due"]) if "due" in lost else None,
        puts_back=True,
    )


def finish_edits(writer: Writer, ledger: Ledger, *, run: str, now: datetime, settle_s: float) -> list[str]:
    """Look back at the edits of earlier runs, until each is older than any write that may still be under way."""
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
        if key or now > last.at + timedelta(seconds=settle_s):
            ledger.note(WriteStep(run, marker, "update", "closed", first.remote_id, at=now))
    return notes
