"""Records by walk or by id, put together with what they are associated with.

Landed shape: `{"record": as received, "deals": [ids], "contacts": [ids], "companies": [ids], "stage": {...}}` with only the
parts its stream has. Companies stand with the primary one first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec

from atlas_sync.connectors.hubspot.associations import Associations, company_ids
from atlas_sync.connectors.hubspot.client import LONGEST_SEARCH, HubSpotClient
from atlas_sync.connectors.hubspot.faults import NotFoundError, check_batch
from atlas_sync.connectors.hubspot.objects import OBJECTS
from atlas_sync.connectors.hubspot.pipelines import Pipelines
from atlas_sync.connectors.hubspot.properties import Properties
from atlas_sync.connectors.hubspot.walks import Batch, ids_of, search_body, walk, walk_changed
from atlas_sync.connectors.protocol import Page, RawRecord
from atlas_sync.connectors.raw import raw_members
from atlas_sync.errors import TransientError

__all__ = ["Records"]

_BY_ID, _WITH_HISTORY, _TOGETHER = 100, 50, 500
_LONGEST_QUERY = 4_000


class _Stage(msgspec.Struct):
    dealstage: str | None = None


class _Staged(msgspec.Struct):
    """Of a deal only its stage; the rest is passed over unread."""

    properties: _Stage | None = None


_STAGES = msgspec.json.Decoder(_Staged)


class Records:
    """Reads the records of object types. `companies` are those that deals were landed with."""

    def __init__(
        self, client: HubSpotClient, properties: Properties, associations: Associations, pipelines: Pipelines
    ) -> None:
        self._client = client
        self._properties = properties
        self._associations = associations
        self._pipelines = pipelines
        self.companies: dict[str, Sequence[tuple[str, bool]]] = {}
        self._touched: tuple[datetime, list[str], datetime | None] | None = None

    def everything(self, stream: str, *, start: str, until: int, total: int | None) -> Iterator[Page]:
        """Yield all records in order of ids, or those from a key to an id; `total` is how many these are, if that is known."""
        kind, names = OBJECTS[stream], ",".join(self._properties.asked(stream))
        is_short = len(names) <= _LONGEST_QUERY and not kind.history
        wish = {"properties": names} if is_short else {}
        batches = walk(self._client, "objects", f"/{kind.type}", operation=stream, start=start, until=until, **wish)
        return self._pages(stream, batches, is_whole=is_short, total=total)

    def changed(self, stream: str, since: datetime) -> Iterator[Page]:
        """Yield what changed since a moment, in order of ids: found by the index, read from the store."""
        kind, names = OBJECTS[stream], self._properties.asked(stream)
        is_short = not kind.history and len(msgspec.json.encode(search_body(kind, since, names=names))) < LONGEST_SEARCH
        wish = names if is_short else [kind.cursor]
        batches = walk_changed(self._client, kind, since, names=wish)
        return self._pages(stream, self._noting(batches, since) if stream == "deals" else batches, is_whole=is_short)

    def touched_deals(self, since: datetime) -> tuple[list[str], datetime | None]:
        """Give the deals that changed since a moment, and the vendor's clock before it was asked.

        What the run found when it read the deals is enough if that window began no later.
        """
        if self._touched is None or self._touched[0] > since:
            deals = OBJECTS["deals"]
            for _batch in self._noting(walk_changed(self._client, deals, since, names=[deals.cursor]), since):
                pass
        _since, ids, at = self._touched or (since, [], None)
        return ids, at

    def _noting(self, batches: Iterator[Batch], since: datetime) -> Iterator[Batch]:
        """Pass batches on, and keep the ids once the walk has come to its end."""
        ids, first = list[str](), None
        for batch in batches:
            ids += ids_of(batch.members)
            first = first or batch.at
            yield batch
        self._touched = (since, ids, first)

    def by_id(self, stream: str, ids: Sequence[str], *, archived: bool = False) -> list[bytes]:
        """Give records by id as received, from the store; those that are not there are left out.

        A merged id gives the record that it was merged into.

        Raises:
            TransientError: some of them could not be read for a reason other than that.
        """
        return [member for batch in self._batches(stream, ids, archived=archived) for member in batch]

    def _listed(self, stream: str, ids: Sequence[str]) -> list[bytes]:
        """Give records that were listed just now; one or another may have gone since.

        Raises:
            TransientError: as `by_id`, or a batch gave none of its records.
        """
        found: list[bytes] = []
        for batch in self._batches(stream, ids):
            if not batch:
                raise TransientError("records that were just listed were left out.", advice="The next run tries again.")
            found += batch
        return found

    def _batches(self, stream: str, ids: Sequence[str], *, archived: bool = False) -> Iterator[list[bytes]]:
        kind = OBJECTS[stream]
        more = {"properties": self._properties.asked(stream)}
        if kind.history:
            more["propertiesWithHistory"] = list(kind.history)
        size = _WITH_HISTORY if kind.history else _BY_ID
        path = f"/{kind.type}/batch/read{'?archived=true' if archived else ''}"
        for start in range(0, len(ids), size):
            inputs = [{"id": one} for one in ids[start : start + size]]
            try:
                answer = self._client.read_batch("objects", path, inputs, operation=stream, **more)
            except NotFoundError:  # none of them is there; some versions answer so
                yield []
                continue
            members, rest = raw_members(answer.body, list_name="results")
            check_batch(rest)
            yield members

    def landed(self, stream: str, members: Sequence[bytes]) -> list[RawRecord]:
        """Put records together with what they are associated with."""
        ids = ids_of(members)
        kind = OBJECTS[stream]
        beside = {other: self._associations.read(kind.type, other, ids) for other in kind.beside}
        if stream == "deals":
            self.companies |= {one: company_ids(beside["companies"].get(one, ())) for one in ids}
        records: list[RawRecord] = []
        for remote_id, member in zip(ids, members, strict=True):
            parts: dict[str, Any] = {"record": msgspec.Raw(member)}
            for other, found in beside.items():
                parts[other] = [str(to["toObjectId"]) for to in found.get(remote_id, ())]
            if stream == "deals":
                parts["stage"] = self._pipelines.stage(_stage_of(member))
            records.append(RawRecord(remote_id, msgspec.json.encode(parts)))
        return records

    def _pages(
        self, stream: str, batches: Iterator[Batch], *, is_whole: bool, total: int | None = None
    ) -> Iterator[Page]:
        """Yield a walk's records some hundreds at a time, so that associations cost few calls."""
        kept: list[bytes] = []
        for batch in batches:
            kept += batch.members
            if not batch.proof and len(kept) < _TOGETHER:
                continue
            members = kept if is_whole else self._listed(stream, ids_of(kept))
            yield Page(tuple(self.landed(stream, members)), batch.at, batch.position, batch.proof, total)
            kept = []


def _stage_of(member: bytes) -> str:
    """Give the id of a deal's stage; empty where it has none, or is so odd that the mapping will refuse it."""
    try:
        properties = _STAGES.decode(member).properties
    except msgspec.DecodeError:
        return ""
    return (properties.dealstage if properties else None) or ""
