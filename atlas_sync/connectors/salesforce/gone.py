"""Finds what is gone without a word: every visible id, and what became of those that are missing from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec

from atlas_sync.connectors.protocol import Page, RawRecord
from atlas_sync.connectors.salesforce.client import SalesforceClient
from atlas_sync.connectors.salesforce.faults import NotFoundError
from atlas_sync.connectors.salesforce.fields import Source
from atlas_sync.connectors.salesforce.soql import after, chunks, select
from atlas_sync.connectors.salesforce.walk import walk
from atlas_sync.errors import ContractError

__all__ = ["Deletions", "look_up", "sweep"]

_LOGGED = timedelta(days=15) - timedelta(minutes=5)
"""How far back the log of deletions goes, with a margin. Source: REST API guide, sObject Get Deleted."""


class _Deleted(msgspec.Struct):
    id: str


class _Log(msgspec.Struct, rename="camel"):
    deleted_records: list[_Deleted]


def sweep(client: SalesforceClient, source: Source) -> Iterator[Page]:
    """Yield every visible id of an object that is not in the recycle bin, archived activities included."""
    alive = "IsDeleted = false" if "IsDeleted" in source.required and "IsDeleted" not in source.where else ""
    pages = walk(
        client,
        lambda key: select(("Id",), source.thing, source.where, alive, after(key), order="Id"),
        operation=f"sweep {source.thing}",
        stamp="",
    )
    return (replace(page, records=tuple(RawRecord(record.id, b"") for record in page.records)) for page in pages)


class Deletions:
    """The org's log of deletions by object, asked for when it is needed first."""

    def __init__(self, client: SalesforceClient) -> None:
        self._client = client
        self._known: dict[str, frozenset[str]] = {}

    def of(self, thing: str) -> frozenset[str]:
        """Give the ids that the log names; none where it is purged, too long, or not kept for an object."""
        if thing not in self._known:
            self._known[thing] = self._ask(thing)
        return self._known[thing]

    def _ask(self, thing: str) -> frozenset[str]:
        now = self._client.server_time
        if now is None:
            return frozenset()
        span = {"start": _minute(now - _LOGGED), "end": _minute(now + timedelta(minutes=1))}
        try:
            answer = self._client.get(f"sobjects/{thing}/deleted", operation=f"getDeleted {thing}", params=span)
            return frozenset(one.id for one in msgspec.json.decode(answer.body, type=_Log).deleted_records)
        except (ContractError, NotFoundError, msgspec.DecodeError):
            return frozenset()


def look_up(
    source: Source, ids: Sequence[str], *, fetch: Callable[[Sequence[str]], Iterable[RawRecord]], deletions: Deletions
) -> Iterator[Page]:
    """Yield what `fetch` finds of some ids, and a tombstone for each of the rest; the last page holds nothing more."""
    for _start, some in chunks(ids):
        found = tuple(fetch(some))
        here = {record.id for record in found}
        missing = [one for one in some if one not in here]
        logged = deletions.of(source.thing) if missing else frozenset[str]()
        yield Page((*found, *(_tombstone(one, is_deleted=one in logged) for one in missing)))
    yield Page((), proof=f"queries by id answered for {len(ids)} ids")


def _tombstone(key: str, *, is_deleted: bool) -> RawRecord:
    gone = "deleted" if is_deleted else "not_visible"
    return RawRecord(key, msgspec.json.encode({"Id": key, "gone": gone}))


def _minute(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:00Z")
