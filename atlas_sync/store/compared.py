"""Which engagements have to be compared again though none of their records changed; `compared` says how each last was."""

from __future__ import annotations

from datetime import UTC, datetime

from atlas_sync.store.warehouse import Warehouse

__all__ = ["stale_engagements"]

_STALE = """
SELECT e.id
FROM engagement e LEFT JOIN compared c ON c.engagement_id = e.id
WHERE c.engagement_id IS NULL OR c.version <> $version OR c.again_at <= $at
ORDER BY e.id
"""


def stale_engagements(warehouse: Warehouse, *, version: str, at: datetime) -> list[str]:
    """List the engagements that another version compared, or whose gaps the passing of time changed by now."""
    rows = warehouse.execute(_STALE, {"version": version, "at": at.astimezone(UTC).replace(tzinfo=None)})
    return [str(row[0]) for row in rows]
