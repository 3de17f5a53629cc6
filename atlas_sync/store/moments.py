"""How late it is by the vendors' clocks, as far as complete reads tell."""

from __future__ import annotations

from datetime import UTC, datetime

from atlas_sync.store.warehouse import Warehouse

__all__ = ["newest_mark"]

_NEWEST = """
SELECT max(mark) FROM (
    SELECT arg_max(watermark, run) AS mark FROM pull WHERE watermark IS NOT NULL GROUP BY system, stream
    UNION ALL
    SELECT max(watermark) FROM pull WHERE watermark <= $ours
)
"""


def newest_mark(warehouse: Warehouse, *, ours: datetime) -> datetime | None:
    """Give the latest of all watermarks, None where there is none; `ours` is our clock.

    One that only an earlier read of its stream had, and our clock has not reached, was of a clock that has been put right
    since: it does not count.
    """
    ((mark,),) = warehouse.execute(_NEWEST, {"ours": ours.astimezone(UTC).replace(tzinfo=None)})
    return mark.replace(tzinfo=UTC) if mark else None
