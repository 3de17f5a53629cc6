"""What the tracker holds of ours, by mark: its own word first, then what only the ledger still knows.

Search lags and a ledger can be lost, so both are asked, and the newest items are read from the store. Nothing is written
but the ledger.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from atlas_sync.canonical.model import Audience
from atlas_sync.connectors.writing import RemoteItem, Tail, Writer
from atlas_sync.coverage import ExistingItem
from atlas_sync.store.ledger import Intent, Ledger, WriteStep

__all__ = ["Holdings", "intent_of", "is_edited", "take_stock", "without_copies"]

_OPEN = frozenset({"sent", "unknown"})
_AWAY = frozenset({"gone", "undone"})


@dataclass(frozen=True, slots=True)
class Holdings:
    """What is there. `items` has every item under its mark, twins and copies too; `tails` is how far each project was read.

    `open` are creates without a clear answer that were not found and may still come about; `settled` those that were found.
    """

    items: Mapping[str, tuple[RemoteItem, ...]]
    existing: dict[str, ExistingItem]
    tails: Mapping[str, int]
    settled: tuple[Intent, ...] = ()


def take_stock(
    writer: Writer,
    ledger: Ledger,
    projects: Iterable[str],
    *,
    system: str,
    engagements: Collection[str],
    audience_at: Callable[[str], Audience],
    now: datetime,
    settle_s: float,
) -> Holdings:
    """Look at everything of ours, and bring the ledger up to what is seen.

    An item that was made once and is not there any more was removed by a person; it counts as existing, so that it is never
    made again; what was made in another tracker, which was written to before, is neither there nor gone. A create without an
    answer stays open for `settle_s` after it was sent, and may be tried again after that.
    """
    tails = {project: writer.tail(project) for project in projects}
    intents = {intent.marker: intent for intent in ledger.intents() if intent.system == system}
    marked = _found(writer, intents, tails, engagements=engagements)
    by_marker = _ours(writer, intents, marked)
    existing: dict[str, ExistingItem] = {}
    settled = []
    asked = _asked(ledger)
    hung = {(step.marker, step.remote_id) for step in ledger.steps(action="attach") if step.result == "done"}
    for marker, items in by_marker.items():
        before = intents.get(marker)
        kept = next((item for item in items if before and item.id == before.remote_id), items[0])
        intent = before
        if intent is None or intent.state != "done" or intent.remote_id != kept.id:
            intent = intent_of(kept, before, system=system, now=now)
            ledger.record(intent, _to_look_back_at(kept, now) if before is None else None)
        if before is not None and before.state in _OPEN:
            settled.append(intent)
        had_file, audience = (marker, kept.id) in hung, audience_at(kept.project)
        existing[marker] = _from_remote(kept, intent, had_file=had_file, asked=asked.get(kept.id), audience=audience)
    for marker, intent in intents.items():
        if marker in by_marker or intent.state in {"refused", "undone"}:
            continue
        state = _state_of_absent(intent, now=now, settle_s=settle_s)
        if state is not None:
            existing[marker] = ExistingItem(marker=marker, key=intent.remote_key or "", state=state)
        if state == "gone" and intent.state == "done":
            ledger.record(replace(intent, state="gone", changed_at=now))
        elif state is None:
            ledger.record(replace(intent, state="refused", changed_at=now))
    return Holdings(
        items={
            marker: tuple({item.id: item for item in (*items, *marked.get(marker, ()))}.values())
            for marker, items in by_marker.items()
        },
        existing=existing,
        tails={project: tail.at for project, tail in tails.items()},
        settled=tuple(settled),
    )


def _to_look_back_at(item: RemoteItem, now: datetime) -> WriteStep:
    """Note an edit of which a lost ledger took the word along: whoever made it may have died before looking back."""
    return WriteStep("adopted", item.marker, "update", "sent", item.id, "[]", at=now)


def _found(
    writer: Writer, intents: Mapping[str, Intent], tails: Mapping[str, Tail], *, engagements: Collection[str]
) -> dict[str, list[RemoteItem]]:
    """Find what carries our marks, each the oldest first: by search, and among the newest."""
    found = {item.id: item for item in writer.sweep()}
    # Search may still show what was removed, and texts as they were before our last edit.
    doubtful = [item.id for item in found.values() if _may_be_old(item, intents.get(item.marker))]
    for remote_id in doubtful:
        del found[remote_id]
    found |= {item.id: item for item in writer.look(doubtful) if item.marker}
    found |= {item.id: item for tail in tails.values() for item in tail.items}
    by_marker: dict[str, list[RemoteItem]] = defaultdict(list)
    for item in sorted(found.values(), key=lambda item: int(item.id)):
        if item.marker in intents or _is_ours(item, engagements, projects=tails):
            by_marker[item.marker].append(item)
    return by_marker


def _ours(
    writer: Writer, intents: Mapping[str, Intent], marked: Mapping[str, Sequence[RemoteItem]]
) -> dict[str, list[RemoteItem]]:
    """Give what is ours of what carries our marks, and what is found by the ids that we know alone."""
    known = {marker: one.remote_id for marker, one in intents.items() if one.remote_id}
    parted = {one: without_copies(items, known=known.get(one), user=writer.user) for one, items in marked.items()}
    found = {marker: items for marker, items in parted.items() if items}
    missing = {remote_id: marker for marker, remote_id in known.items() if marker not in found}
    for item in writer.look(list(missing)):
        # Redmine on SQLite gives the id of what was deleted to what comes next.
        if item.marker in {"", missing[item.id]}:
            found[missing[item.id]] = [item]
    return found


def without_copies(items: Sequence[RemoteItem], *, known: str | None, user: Callable[[], str]) -> list[RemoteItem]:
    """Leave out what people copied, mark and all: made by somebody else, or marked by a label alone beside one that tells more.

    The item that we know by id is ours whoever made it. While we know none, and only others made what is there, all of it
    may be ours: the user that we write as may be another than it was, and what is taken for a copy would be made again.
    """
    own = [item for item in items if item.id == known or not item.maker or item.maker == user()]
    telling = [item for item in own if item.id == known or item.origin]
    return telling or own or ([] if known else list(items))


def _may_be_old(item: RemoteItem, intent: Intent | None) -> bool:
    """Tell if search shows an item otherwise than we know it."""
    return intent is not None and (intent.state in _AWAY or intent.written_body != item.body_text)


def _state_of_absent(intent: Intent, *, now: datetime, settle_s: float) -> Literal["gone", "pending"] | None:
    """Tell what an item that cannot be seen counts as; None for one that was not made in all the time it had."""
    if intent.state in {"done", "gone"}:
        return "gone"
    if intent.changed_at and now < intent.changed_at + timedelta(seconds=settle_s):
        return "pending"
    return None


def intent_of(item: RemoteItem, before: Intent | None, *, system: str, now: datetime, plan_id: str = "") -> Intent:
    """Write down an item as done. Of one that a lost ledger made, what it stands for follows from the item itself.

    So it does where the ledger knows what stands for it in another tracker.
    """
    about = item.origin
    if before is None or before.system != system:
        before = Intent(
            marker=item.marker,
            system=system,
            project=item.project,
            engagement_id=about.engagement_id if about else "",
            subject_id=about.subject_id if about else item.marker,
            item=about.item if about else "adopted",
            state="done",
            plan_id=plan_id,
        )
    return replace(
        before,
        state="done",
        remote_id=item.id,
        linked=before.linked and before.remote_id == item.id,
        remote_key=item.key,
        url=item.url,
        written_summary=item.summary,
        written_body=item.body_text,
        changed_at=now,
    )


def _is_ours(item: RemoteItem, engagements: Collection[str], *, projects: Collection[str]) -> bool:
    """Tell if an item that no ledger knows was made for an engagement of this installation."""
    if item.origin is None:
        return item.project in projects
    return item.origin.engagement_id in engagements


def _asked(ledger: Ledger) -> dict[str | None, tuple[str, ...]]:
    """Give who was asked to watch an item, by its id, of all items whose making this ledger knows."""
    found: dict[str | None, tuple[str, ...]] = {}
    found |= {step.remote_id: () for step in ledger.steps(action="create") if step.remote_id}
    for step in ledger.steps(action="watch"):
        if step.remote_id in found:
            found[step.remote_id] += (step.note,)
    return found


def _from_remote(
    item: RemoteItem, intent: Intent, *, had_file: bool, asked: tuple[str, ...] | None, audience: Audience
) -> ExistingItem:
    """Describe an item of ours; a body that is not as we wrote it belongs to the person who changed it."""
    return ExistingItem(
        marker=item.marker or intent.marker,
        key=item.key,
        state=item.state,
        summary=item.summary,
        body_text=item.body_text,
        due=item.due,
        edited_by_person=is_edited(item, intent),
        due_by_person=not item.written or "due" in item.edited(),
        linked=intent.linked,
        files=item.files,
        had_file=had_file,
        copies=item.origin.copies if item.origin else (),
        asked=asked,
        audience=audience,
    )


def is_edited(item: RemoteItem, intent: Intent) -> bool:
    """Tell if the text of an item is not what we last wrote: by the item's own word, else by the ledger's."""
    return "body" in item.edited() if item.written else item.holds_foreign or item.body_text != intent.written_body
