"""Where the next window of a stream starts when the vendor's clock and ours disagree.

A window that starts too late loses for good what changed before it; one that starts too early is only read again. So the
vendor's clock counts, however far ours is ahead; where it is ahead of ours, as behind a proxy whose clock is wrong, it counts
only as far as something else shows that it had come: our clock, an earlier watermark, or a change that it told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import msgspec

from atlas_sync.canonical.observed import Observed
from atlas_sync.connectors.protocol import Mapper
from atlas_sync.errors import MappingError
from atlas_sync.store.landing import Landing, Manifest

__all__ = ["began_at", "newest_change"]


def began_at(told: datetime, *, ours: datetime, slack: timedelta, shown: Iterable[datetime | None] = ()) -> datetime:
    """Give a moment that is not after a read began, by the vendor's clock as it was `told` and ours.

    `shown` are moments at which the vendor certainly was before.
    """
    if told <= ours + slack:
        return told
    return min(told, max([ours, *(moment for moment in shown if moment)]))


def newest_change(landing: Landing, mapper: Mapper, manifest: Manifest) -> datetime | None:
    """Give the newest stamp of what a read landed; None where nothing of it has one."""
    stamps = (row.updated_at for _id, body in landing.records(manifest) for row in _mapped(mapper, manifest, body))
    return max((stamp for stamp in stamps if stamp), default=None)


def _mapped(mapper: Mapper, manifest: Manifest, body: bytes) -> Iterator[Observed]:
    try:
        yield from mapper.map_record(manifest.stream, msgspec.json.decode(body))
    except (MappingError, msgspec.DecodeError):
        return
