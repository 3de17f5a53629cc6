"""What writers leave in the home that were killed or refused: nobody goes on with it, and it would keep a full disk full.

    spill/                              what the engine puts aside, and rows on their way into it
    rebuilding/                         the draft of a warehouse
    published/snapshot-<run>.duckdb.tmp the draft of a snapshot, with its log

Only who holds the right to write may remove it. What cannot be removed stays: whoever needs its place says so.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

__all__ = ["REBUILDING", "SPILL", "remove_leftovers", "remove_snapshot_drafts"]

REBUILDING = "rebuilding"
SPILL = "spill"


def remove_leftovers(home: Path) -> None:
    """Remove all that earlier writers left, among it customers' rows, and what stands in the place of a folder and is none.

    A link to a folder stays; one that leads to nothing does not.
    """
    for place in (home / SPILL, home / REBUILDING):
        if place.is_dir():
            shutil.rmtree(place, ignore_errors=True)
        else:
            place.unlink(missing_ok=True)
    remove_snapshot_drafts(home)


def remove_snapshot_drafts(home: Path) -> None:
    """Remove what was written of snapshots that never were published."""
    for draft in (home / "published").glob("snapshot-*.tmp*"):
        with suppress(OSError):
            draft.unlink()
