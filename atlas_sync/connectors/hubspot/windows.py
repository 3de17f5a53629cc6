"""Parts a first read into ranges of ids that can be read at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from atlas_sync.connectors.hubspot.client import HubSpotClient
from atlas_sync.connectors.hubspot.objects import OBJECTS
from atlas_sync.connectors.hubspot.walks import id_of
from atlas_sync.connectors.protocol import ReadRequest
from atlas_sync.connectors.transport import raw_members

__all__ = ["bounds", "windows"]

_WORTH, _PARTS = 2_000, 8


def windows(client: HubSpotClient, request: ReadRequest) -> list[ReadRequest]:
    """Part a read of everything by id until each part is small enough; one where it is not worth it.

    Ids grow with time, so they are halved where the records are, at round numbers that stay the same from run to run. Counts
    come from the search and may be behind: they only balance the parts, the first and the last of which are open.
    """
    if request.since is not None or request.stream not in OBJECTS:
        return [request]
    kind = OBJECTS[request.stream].type
    count, highest = _search(client, kind, low=0, high=0)
    if count < _WORTH:
        return [request]
    size = max(count // _PARTS, _WORTH // 2)
    cuts = list(_cuts(client, kind, low=0, high=1 << highest.bit_length(), count=count, size=size))
    if not cuts:
        return [request]
    edges = [0, *cuts, 0]
    return [replace(request, window=f"{low}-{high}") for low, high in pairwise(edges)]


def _cuts(client: HubSpotClient, kind: str, *, low: int, high: int, count: int, size: int) -> Iterator[int]:
    """Yield where to cut a range, in order; a half without records is no part of its own."""
    middle = (low + high) // 2
    if count <= size or middle == low:
        return
    below, _highest = _search(client, kind, low=low, high=middle)
    above = max(0, count - below)
    yield from _cuts(client, kind, low=low, high=middle, count=below, size=size)
    if below and above:
        yield middle
    yield from _cuts(client, kind, low=middle, high=high, count=above, size=size)


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
