"""What a record was before, where that matters later and no source tells it: remembered from its own earlier version."""

from __future__ import annotations

from atlas_sync.canonical.observed import Observed, ObservedProject, ObservedWorkItem

__all__ = ["REMEMBERED", "with_past"]

REMEMBERED = frozenset({"moved_from", "former_keys"})
"""Fields that hold the past: what a source says of a record is all the others."""


def with_past(row: Observed, before: Observed | None) -> Observed:
    """Give a record with what its version before tells of the past."""
    match row, before:
        case ObservedWorkItem(), ObservedWorkItem():
            first = before.moved_from or before.project
            return row.model_copy(update={"moved_from": first if first not in {"", row.project} else None})
        case ObservedProject(), ObservedProject():
            keys = dict.fromkeys((*before.former_keys, before.key))
            return row.model_copy(update={"former_keys": tuple(key for key in keys if key != row.key)})
        case _:
            return row
