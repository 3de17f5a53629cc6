"""Undo: take back what one run made, item by item, and leave what anybody has touched since.

An item goes if it is as we made it; a person's edit, comment or file makes it theirs. A field on a deal gets back what stood
there before, if it still holds what the run wrote. Edits that a run made to items of earlier runs are not turned back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Literal

from atlas_sync.connectors.writing import RemoteItem, Writer
from atlas_sync.errors import AccessError, AtlasError, AuthError, ConfigError, RejectedError
from atlas_sync.operations.plan import open_writer, tracker_of
from atlas_sync.operations.removal import is_closed, remove_untouched, taken_away
from atlas_sync.operations.tell import ToldDeal, take_back, told_by
from atlas_sync.operations.workspace import Workspace, new_run_id
from atlas_sync.store.ledger import Intent, Ledger, WriteStep
from atlas_sync.store.lock import writer_lock

__all__ = ["MadeRun", "TakenBack", "Undone", "runs", "undo"]


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What became of one item, or deal. `left` is still there, with the reason; `gone` was removed by a person before.

    `restored` is a deal whose fields hold again what stood there before.
    """

    key: str
    title: str
    result: Literal["removed", "closed", "left", "gone", "restored"]
    reason: str = ""


@dataclass(slots=True)
class Undone:
    """What an undo did; `error` is what ended it early. The same undo again goes on."""

    run: str
    items: list[TakenBack] = field(default_factory=list)
    error: AtlasError | None = None

    def count(self, *results: str) -> int:
        """Count the items with one of some results."""
        return sum(item.result in results for item in self.items)


@dataclass(frozen=True, slots=True)
class MadeRun:
    """A run that made items or told deals: its id, when it began, how many items of it still stand, how many deals it told."""

    run: str
    at: datetime | None
    made: int
    standing: int
    told: int


def runs(ledger: Ledger) -> list[MadeRun]:
    """List the runs that made something, the newest first."""
    standing = {one.marker for one in ledger.intents() if one.state == "done"}
    by_run: dict[str, list[WriteStep]] = {}
    for step in (*ledger.steps(action="create"), *ledger.steps(action="deal")):
        by_run.setdefault(step.run, []).append(step)
    found = []
    for run, steps in sorted(by_run.items(), reverse=True):
        made = {one.marker for one in steps if one.action == "create"}
        told = {one.marker for one in steps if one.action == "deal" and one.result == "done"}
        if made or told:
            found.append(
                MadeRun(run, min(one.at for one in steps if one.at), len(made), len(made & standing), len(told))
            )
    return found


def undo(workspace: Workspace, run: str, *, report: Callable[[TakenBack], None] = lambda _one: None) -> Undone:
    """Take back what a run made, what stands below a brief before the brief, and what it set on deals.

    Raises:
        ConfigError: no such run made anything.
        StoreError: another run is writing.
    """
    with writer_lock(workspace.home, wait_s=60.0), closing(workspace.open_ledger()) as ledger:
        made, told = _made_by(ledger, run), list(told_by(ledger, run))
        if not made and not told:
            _check_known(ledger, run)
        tracker = tracker_of(workspace)
        hand = _Undoer(open_writer(tracker), ledger, system=tracker.name, undoing=run, now=workspace.now)
        undone = Undone(run)
        deeds = [partial(hand.take_back, intent) for intent in made]
        deeds += [partial(hand.take_back_deal, one, workspace) for one in told]
        for deed in deeds:
            try:
                item = deed()
            except AtlasError as error:
                undone.error = error
                break
            undone.items.append(item)
            report(item)
        return undone


def _check_known(ledger: Ledger, run: str) -> None:
    if not any(step.action in {"create", "deal"} for step in ledger.steps(run=run)):
        message = f"no run {run} made anything."
        raise ConfigError(message, advice="`atlas-sync undo` without a run lists them.")


def _made_by(ledger: Ledger, run: str) -> Sequence[Intent]:
    """Give what a run made and is not taken back yet, the last first and briefs last: what stands below goes before."""
    order = {step.marker: at for at, step in enumerate(ledger.steps(run=run, action="create"))}
    standing = [one for one in ledger.intents() if one.marker in order and one.state in {"done", "gone"}]
    return sorted(standing, key=lambda one: (one.item == "brief", -order[one.marker]))


class _Undoer:
    """Takes items back."""

    def __init__(
        self, writer: Writer, ledger: Ledger, *, system: str, undoing: str, now: Callable[[], datetime]
    ) -> None:
        self._writer = writer
        self._ledger = ledger
        self._system = system
        self._undoing = undoing
        self._now = now
        self._run = new_run_id(now())
        self._closed = {ref.id for ref in taken_away(ledger, "closed") if ref.system == system}

    def take_back(self, intent: Intent) -> TakenBack:
        """Take one item back unless it is another run's, or somebody touched it."""
        title, key = intent.written_summary or "", intent.remote_key or ""
        if intent.system != self._system:
            return TakenBack(key, title, "left", f"it was made in {intent.system}, which is not written to any more.")
        item = self._writer.get(intent.remote_id) if intent.remote_id else None
        if (item is None or is_closed(item, title)) and intent.remote_id in self._begun():
            return self._settle(intent, "closed" if item else "removed")
        if item is None:
            return TakenBack(key, title, "gone", "a person removed it, or it is hidden from us.")
        if item.origin is None or item.origin.run != self._undoing:
            return TakenBack(item.key, title, "left", "another run or writer made it.")
        return self._remove(intent, item)

    def _remove(self, intent: Intent, item: RemoteItem) -> TakenBack:
        title = intent.written_summary or ""
        try:
            begin = partial(self._note, intent, "sent")
            how, touched = remove_untouched(self._writer, item, closed=self._closed, begin=begin)
        except (RejectedError, AccessError) as error:
            return TakenBack(item.key, title, "left", _refused(error))
        if how == "left":
            return TakenBack(item.key, title, "left", f"{', '.join(touched)}.")
        return self._settle(intent, how)

    def take_back_deal(self, told: ToldDeal, workspace: Workspace) -> TakenBack:
        """Put back what stood on one deal before."""
        connection = workspace.connections.get(told.system)
        if connection is None or connection.open_deals is None:
            return TakenBack(told.system, told.title, "left", "the settings name no fields on its deals any more.")
        step = WriteStep(self._run, told.deal, "undo", "restored", told.deal, self._undoing, at=self._now())
        try:
            left = take_back(told, connection.open_deals(), self._ledger, step)
        except (RejectedError, AccessError) as error:
            return TakenBack(told.system, told.title, "left", _refused(error))
        if left:
            return TakenBack(told.system, told.title, "left", f"{', '.join(left)}: set otherwise since.")
        return TakenBack(told.system, told.title, "restored")

    def _begun(self) -> set[str | None]:
        """Give the items whose removal an undo that was cut off had begun."""
        return {step.remote_id for step in self._ledger.steps(action="undo") if step.note == self._undoing}

    def _note(self, intent: Intent, result: str) -> None:
        step = WriteStep(self._run, intent.marker, "undo", result, intent.remote_id, self._undoing, at=self._now())
        self._ledger.note(step)

    def _settle(self, intent: Intent, how: Literal["removed", "closed"]) -> TakenBack:
        """Write down that an item is taken back: it may be made again, with a link of its own."""
        self._note(intent, how)
        self._closed |= {intent.remote_id} if how == "closed" and intent.remote_id else set()
        self._ledger.record(replace(intent, state="undone", remote_id=None, linked=False, changed_at=self._now()))
        return TakenBack(intent.remote_key or "", intent.written_summary or "", how)


def _refused(error: AtlasError) -> str:
    """Give the reason why one item is left: what is shut to us in one place may be open in the next.

    Raises:
        AuthError: nothing is open to us anywhere.
    """
    if isinstance(error, AuthError):
        raise error
    return str(error)
