"""Removal: an item of ours is taken away, each try after a look of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from atlas_sync.connectors.writing import RemoteItem, Writer
from atlas_sync.errors import TransientError

__all__ = ["remove_untouched"]

_TRIES = 4


def remove_untouched(
    writer: Writer, item: RemoteItem, *, begin: Callable[[], None] = lambda: None
) -> tuple[Literal["removed", "closed", "left"], Sequence[str]]:
    """Take an item away unless somebody touched it by now; what was done to it is given instead. `begin` is told before.

    A delete without an answer may have been done, a person may come in between, and some trackers give the id to the next item:
    so none is repeated before it is seen whose item that is now.

    Raises:
        TransientError: it got no clear answer as often as it was tried.
    """
    for left in reversed(range(_TRIES)):
        if said := writer.touched(item.id):
            return "left", said
        begin()
        try:
            return writer.remove(item.id), ()
        except TransientError:
            if not left:
                raise
        now = writer.get(item.id)
        if now is None or now.marker != item.marker:
            return "removed", ()
    raise AssertionError  # unreachable: the last try returns or raises
