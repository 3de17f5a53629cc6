"""Removal: an item of ours is taken away, each try after a look of its own; and what the ledger knows to have been."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Literal

from atlas_sync.canonical.identity import SourceRef
from atlas_sync.connectors.writing import RemoteItem, Writer
from atlas_sync.errors import TransientError
from atlas_sync.store.ledger import Ledger

__all__ = ["is_closed", "remove_untouched", "taken_away"]

_TRIES = 4


def remove_untouched(
    writer: Writer, item: RemoteItem, *, closed: Collection[str] = (), begin: Callable[[], None] = lambda: None
) -> tuple[Literal["removed", "closed", "left"], Sequence[str]]:
    """Take an item away unless somebody touched it by now; what was done to it is given instead. `begin` is told before.

    What we `closed` below it stands in the way of nothing while it is as we left it.
    A delete without an answer may have been done, a person may come in between, and some trackers give the id to the next item:
    so none is repeated before it is seen whose item that is now.

    Raises:
        TransientError: it got no clear answer as often as it was tried.
    """
    for left in reversed(range(_TRIES)):
        if said := writer.touched(item.id, closed=closed):
            return "left", said
        begin()
        try:
            return writer.remove(item.id), ()
        except TransientError:
            if not left:
                raise
        now = writer.get(item.id)
        if now is not None and is_closed(now, item.summary):
            return "closed", ()
        if now is None or now.marker != item.marker:
            return "removed", ()
    raise AssertionError  # unreachable: the last try returns or raises


def is_closed(item: RemoteItem, title: str) -> bool:
    """Tell if an item that was to be taken away is one that we closed; whoever has its id now bears another title."""
    return not item.marker and item.state in {"dropped", "done"} and item.summary == title


def taken_away(ledger: Ledger, how: Literal["removed", "closed"]) -> Mapping[SourceRef, datetime | None]:
    """Give the items of ours that an undo removed or closed, or that were made twice, and when."""
    steps = [one for action in ("undo", "remove") for one in ledger.steps(action=action) if one.result == how]
    systems = {intent.marker: intent.system for intent in ledger.intents()} if steps else {}
    return {
        SourceRef(systems[one.marker], "work_item", one.remote_id): one.at
        for one in steps
        if one.remote_id and one.marker in systems
    }
