"""What a record was before, where that matters later and no source tells it: remembered from its own other versions.

The past of a record follows from its versions and the runs that saw them, in whatever order these come in.
"""

from __future__ import annotations

from atlas_sync.canonical.observed import Observed, ObservedProject, ObservedWorkItem

__all__ = ["REMEMBERED", "WITH_PAST", "seen_in", "with_past"]

REMEMBERED = frozenset({"moved_from", "first_run", "former_keys"})
"""Fields that hold the past: what a source says of a record is all the others."""

WITH_PAST = (ObservedProject, ObservedWorkItem)
"""The kinds of records that have such fields."""


def seen_in(row: Observed, run: str) -> Observed:
    """Give a record as one that a run saw; an item of which that run did not see the project has no beginning yet."""
    return row.model_copy(update={"first_run": run}) if isinstance(row, ObservedWorkItem) and row.project else row


def with_past(row: Observed, other: Observed | None) -> Observed:
    """Give the newest version of a record with what another one, or what that remembers, tells of the past."""
    match row, other:
        case ObservedWorkItem(), ObservedWorkItem():
            told = [one for one in (other, row) if one.moved_from or one.project]
            first = min(told, key=lambda one: one.first_run, default=row)
            project = first.moved_from or first.project
            moved_from = project if project not in {"", row.project} else None
            return row.model_copy(update={"moved_from": moved_from, "first_run": first.first_run})
        case ObservedProject(), ObservedProject():
            keys = {*row.keys, *other.keys} - {row.key}
            return row.model_copy(update={"former_keys": tuple(sorted(keys))})
        case _:
            return row
