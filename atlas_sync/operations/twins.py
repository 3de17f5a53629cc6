"""Twins: two items that stand for the same, made by two writers that did not know of each other.

No tracker lets only one of two creates through, but their order is the same for everybody who looks after making. So all
come to the same choice, and each takes back what it made itself and nobody touched. What a run made that no ledger here knows,
and that its maker left for as long as a write may be under way, was made by one whose ledger is lost: it goes as well. What a
person copied, mark and all, is no twin: it is told of, and neither goes nor makes ours go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from atlas_sync.connectors.writing import RemoteItem, Writer
from atlas_sync.errors import AccessError, AuthError, RejectedError
from atlas_sync.operations.holdings import intent_of, without_copies
from atlas_sync.operations.removal import remove_untouched
from atlas_sync.operations.workspace import start_of
from atlas_sync.store.ledger import Ledger, WriteStep

__all__ = ["Twins"]


class Twins:
    """Parts twins, in the name of one run."""

    def __init__(
        self, writer: Writer, ledger: Ledger, *, run: str, system: str, now: Callable[[], datetime], settle_s: float
    ) -> None:
        self._writer = writer
        self._ledger = ledger
        self._run = run
        self._system = system
        self._now = now
        self._settle = timedelta(seconds=settle_s)

    def part(self, marker: str, items: Iterable[RemoteItem]) -> list[str]:
        """Keep one of some items, the one that people touched or else the first, and say what became of the others."""
        ids = sorted({item.id for item in items}, key=int)
        if len(ids) < 2:  # noqa: PLR2004 - a pair
            return []
        before = self._ledger.intent(marker)
        found = [item for item in self._writer.look(ids) if item.marker == marker]
        live = without_copies(found, known=before.remote_id if before else None, user=self._writer.user)
        touched = {item.id: self._writer.touched(item.id) for item in live} if len(live) > 1 else {}
        kept = min(live, key=lambda item: (not touched.get(item.id), int(item.id)), default=None)
        if kept is None:
            return []
        notes = [f"{copy.key} is a person's copy of {kept.key}, and theirs." for copy in found if copy not in live]
        notes += [self._take_back(other, kept, touched=bool(touched[other.id])) for other in live if other is not kept]
        if before is None or before.remote_id != kept.id or before.state != "done":
            self._ledger.record(intent_of(kept, before, system=self._system, now=self._now()))
        return notes

    def _take_back(self, other: RemoteItem, kept: RemoteItem, *, touched: bool) -> str:
        both = f"{kept.key} and {other.key} stand for the same"
        if touched:
            return f"{both}, and both are in use: close one of them."
        if other.maker != self._writer.user():
            return f"{both}, and nothing says that we made {other.key}: close one of them."
        if other.origin is None or not (self._ledger.steps(run=other.origin.run) or self._is_left(other.origin.run)):
            return f"{both}: whoever made {other.key} takes it back, or close it."
        try:
            how, _touched = remove_untouched(self._writer, other)
        except AuthError:
            raise
        except (RejectedError, AccessError) as error:
            return f"{both}, and {other.key} stays: {error}"
        if how == "left":
            return f"{both}, and {other.key} is in use since a moment: close one of them."
        note = f"{kept.key} stands for it"
        self._ledger.note(WriteStep(self._run, kept.marker, "remove", how, other.id, note, at=self._now()))
        return f"{other.key} was made a second time and is {how} again: {note}."

    def _is_left(self, run: str) -> bool:
        """Tell if whoever ran had the time to take back what was made twice."""
        try:
            return self._now() > start_of(run) + self._settle
        except ValueError:
            return False
