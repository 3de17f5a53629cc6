"""Ways through a portal that lose nothing: a listing by its key, and what changed by id inside its window."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from atlas_sync.connectors.hubspot.client import HubSpotClient
from atlas_sync.connectors.hubspot.objects import ObjectType
from atlas_sync.connectors.raw import raw_members, record_id, record_ids
from atlas_sync.errors import ContractError, TransientError

__all__ = ["END", "Batch", "following", "id_of", "ids_of", "search_body", "walk", "walk_changed"]

END = "no paging.next"
_LIST, _SEARCH, _REACH = 100, 200, 10_000
_AGAIN = "Run again."


@dataclass(frozen=True, slots=True)
class Batch:
    """Some records as received, the clock they came with, where the walk can go on, and on the last one how it ended."""

    members: Sequence[bytes]
    at: datetime | None
    position: str = ""
    proof: str = ""


def walk(
    client: HubSpotClient, family: str, path: str, *, operation: str, start: str = "", until: int = 0, **params: str
) -> Iterator[Batch]:
    """Walk a listing in order of ids from a key, to its end or to the id `until`; its length and totals prove nothing.

    Raises:
        ContractError: a key came twice.
    """
    after, seen = start, {start}
    while True:
        paged = {**params, "limit": str(_LIST), **({"after": after} if after else {})}
        answer = client.get(family, path, operation=operation, **paged)
        members, rest = raw_members(answer.body, list_name="results")
        after = following(rest)
        inside = [member for member in members if int(id_of(member)) < until] if until else members
        if len(inside) < len(members) or (until and after.isdigit() and int(after) >= until):
            yield Batch(inside, answer.server_time, proof=f"passed id {until}")
            return
        yield Batch(members, answer.server_time, after, "" if after else END)
        if not after:
            return
        if after in seen:
            raise ContractError("a listing gave the same key twice.", advice=_AGAIN)
        seen.add(after)


def walk_changed(client: HubSpotClient, kind: ObjectType, since: datetime, *, names: Sequence[str]) -> Iterator[Batch]:
    """Walk what changed by id inside the window, which no bulk update with one stamp can break.

    Who is in comes from an index that may be behind: a page can be empty and not the last, so only `paging.next` ends it.
    Source: HubSpot search guide (10,000 results a query, 200 a page); contract recordings search_after_*.json.

    Raises:
        ContractError: the ids are not in order, so that some would be passed over.
        TransientError: the index holds more than one query's reach of records that are gone.
    """
    last, offset = 0, ""
    while True:
        answer = client.search(
            kind.type, search_body(kind, since, last=last, after=offset, names=names), operation=kind.type
        )
        members, rest = raw_members(answer.body, list_name="results")
        ids = list(map(int, ids_of(members)))
        if ids != sorted(ids) or (ids and ids[0] <= last):
            raise ContractError("a search did not keep the order of ids.", advice=_AGAIN)
        next_offset = following(rest)
        is_last = not next_offset and not members
        yield Batch(members, answer.server_time, proof=END if is_last else "")
        if is_last:
            return
        if ids:
            last, offset = ids[-1], ""
        elif next_offset == offset:
            raise ContractError("a search gave the same key twice.", advice=_AGAIN)
        elif int(next_offset) + _SEARCH > _REACH:
            raise TransientError("the search index is far behind the records.", advice="The next run goes on.")
        else:
            offset = next_offset


def search_body(
    kind: ObjectType, since: datetime, *, last: int = 0, after: str = "", names: Sequence[str] = ()
) -> dict[str, Any]:
    """Give the search for what changed since a moment, in order of ids from after `last`."""
    filters = [
        {"propertyName": kind.cursor, "operator": "GTE", "value": str(int(since.timestamp() * 1000))},
        {"propertyName": "hs_object_id", "operator": "GT", "value": str(last)},
    ]
    return {
        "filterGroups": [{"filters": filters}],
        "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
        "properties": list(names),
        "limit": _SEARCH,
        **({"after": after} if after else {}),
    }


def following(page: Mapping[str, Any]) -> str:
    """Give the key of the next page; empty at the end."""
    paging = page.get("paging")
    found = paging.get("next") if isinstance(paging, Mapping) else None
    return str(found.get("after") or "") if isinstance(found, Mapping) else ""


def id_of(member: bytes) -> str:
    """Give a record's id.

    Raises:
        ContractError: it has none, or one that is no number.
    """
    return _numbers([record_id(member)])[0]


def ids_of(members: Sequence[bytes]) -> list[str]:
    """Give the ids of the records of a page.

    Raises:
        ContractError: one has none, or one that is no number.
    """
    return _numbers(record_ids(members))


def _numbers(ids: list[str]) -> list[str]:
    if not all(map(str.isdigit, ids)):
        raise ContractError("a record whose id is no number.", advice=_AGAIN)
    return ids
