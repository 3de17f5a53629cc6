"""Parts a first read into ranges of ids that can be read at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from atlas_sync.connectors.hubspot.client import HubSpotClient
from atlas_sync.connectors.hubspot.objects import OBJECTS
from atlas_sync.connectors.hubspot.walks import id_of
from atlas_sync.connectors.protocol import ReadRequest
from atlas_sync.connectors.raw import raw_members

__all__ = ["bounds", "windows"]

_WORTH, _PARTS = 2_000, 8


def windows(client: HubSpotClient, request: ReadRequest) -> list[tuple[ReadRequest, int | None]]:
    """Part a read of everything by id until each part is small enough, with how many records each has; one if not worth it.

    Ids grow with time, so they are halved where the records are, at round numbers that stay the same from run to run. Counts
    come from the search and may be behind: they balance the parts and tell how far a read is, and the first part and the
    last are open.
    """
    if request.since is not None or request.stream not in OBJECTS:
        return [(request, None)]
    kind = OBJECTS[request.stream].type
    count, highest = _search(client, kind, low=0, high=0)
    size = max(count // _PARTS, _WORTH // 2)
    whole = _Range(0, 1 << highest.bit_length(), count)
    halved = [whole] if count < _WORTH else _halved(client, kind, whole, size=size)
    ranges = [one for one in halved if one.count] or [whole]
    edges = [0, *(one.low for one in ranges[1:]), 0]
    if len(ranges) == 1:
        return [(request, count)]
    return [
        (replace(request, window=f"{low}-{high}"), one.count)
        for one, (low, high) in zip(ranges, pairwise(edges), strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Range:
    low: int
    high: int
    count: int


def _halved(client: HubSpotClient, kind: str, whole: _Range, *, size: int) -> Iterator[_Range]:
    """Yield a range in parts of at most `size` records, in order."""
    middle = (whole.low + whole.high) // 2
    if whole.count <= size or middle == whole.low:
        yield whole
        return
    below, _highest = _search(client, kind, low=whole.low, high=middle)
    yield from _halved(client, kind, _Range(whole.low, middle, below), size=size)
    yield from _halved(client, kind, _Range(middle, whole.high, max(0, whole.count - below)), size=size)


def _search(client: HubSpotClient, kind: str, *, low: int, high: int) -> tuple[int, int]:
    """Give how many records a range of ids has, and the highest of them."""
    filters = [{"propertyName": "hs_object_id", "operator": "GTE", "value": str(low)}]
    if high:
        filters.append({"propertyName": "hs_object_id", "operator": "LT", "value": str(high)})
    body = {
        "filterGroups": [{"filters": filters}],
        "sorts": [{"propertyName": "hs_object_id", "direction": "DESCENDING"}],
        "properties": ["hs_object_id"],
        "limit": 1,
    }
    answer = client.search(kind, body, operation=f"size of {kind}")
    members, rest = raw_members(answer.body, list_name="results")
    total = rest.get("total")
    return (total if isinstance(total, int) else 0), max((int(id_of(member)) for member in members), default=0)


def bounds(request: ReadRequest) -> tuple[str, int]:
    """Give the key at which a window's walk begins or goes on, and the id before which it ends (0: at the very end)."""
    low, _, high = (request.window or "0-0").partition("-")
    return request.position or (low if low != "0" else ""), int(high)
