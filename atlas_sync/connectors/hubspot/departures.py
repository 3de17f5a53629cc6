"""What became of records that are not there any more, on the evidence of an answer for each: never from absence alone.

Landed shape of a departure: `{"gone": "archived" | "deleted" | "merged" | "not_visible", "id": id, "into": survivor}`; in the
stream of archived ones also `"stream"` and, as received, `"record"`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from atlas_sync.canonical.observed import Deletion
from atlas_sync.connectors.hubspot.client import HubSpotClient
from atlas_sync.connectors.hubspot.faults import NotFoundError
from atlas_sync.connectors.hubspot.objects import OBJECTS
from atlas_sync.connectors.hubspot.records import Records
from atlas_sync.connectors.hubspot.walks import id_of, walk
from atlas_sync.connectors.protocol import Page, RawRecord
from atlas_sync.errors import AccessError, AuthError, TransientError

__all__ = ["Departures"]

_AT_ONCE = 100


class Departures:
    """Finds what is gone, and why."""

    def __init__(self, client: HubSpotClient, records: Records) -> None:
        self._client = client
        self._records = records

    def archived(self, streams: Sequence[str]) -> Iterator[Page]:
        """Yield what lies in the recycling bins of some streams, where HubSpot keeps it for 90 days."""
        for stream in streams:
            path, operation = f"/{OBJECTS[stream].type}", f"archived {stream}"
            for batch in walk(self._client, "objects", path, operation=operation, archived="true"):
                records = [_archived(stream, member) for member in batch.members]
                proof = batch.proof if stream == streams[-1] else ""
                yield Page(tuple(records), batch.at, proof=proof)

    def sweep(self, stream: str) -> Iterator[Page]:
        """Yield every id that is visible now."""
        kind = OBJECTS[stream]
        for batch in walk(
            self._client, "objects", f"/{kind.type}", operation=f"sweep of {stream}", properties=kind.cursor
        ):
            ids = (id_of(member) for member in batch.members)
            yield Page(tuple(RawRecord(one, b"") for one in ids), batch.at, batch.position, batch.proof)

    def look_up(self, stream: str, ids: Sequence[str]) -> Iterator[Page]:
        """Yield what became of records: each as it is now, or where it went."""
        for start in range(0, len(ids), _AT_ONCE):
            chunk = list(dict.fromkeys(ids[start : start + _AT_ONCE]))
            yield Page(tuple(self._found(stream, chunk)))
        yield Page((), proof="every id was asked for")

    def _found(self, stream: str, ids: Sequence[str]) -> Iterator[RawRecord]:
        members = self._records.by_id(stream, ids)
        yield from self._records.landed(stream, members)
        here = {id_of(member) for member in members}
        into = {old: id_of(member) for member in members for old in _merged_ids(member)}
        left = [one for one in ids if one not in here]
        yield from (_gone(one, "merged", into=into[one]) for one in left if one in into)
        left = [one for one in left if one not in into]
        archived = {id_of(member) for member in self._records.by_id(stream, left, archived=True)}
        for one in left:
            yield _gone(one, "archived") if one in archived else self._single(stream, one)

    def _single(self, stream: str, one: str) -> RawRecord:
        """Ask for one record by itself: it is not there, not for us, or now part of another one."""
        kind = OBJECTS[stream]
        try:
            answer = self._client.get(
                "objects", f"/{kind.type}/{one}", operation=f"one of {stream}", properties=kind.cursor
            )
        except NotFoundError:
            return _gone(one, "deleted")
        except AuthError:
            raise
        except AccessError:
            return _gone(one, "not_visible")
        now = id_of(answer.body)
        return _gone(one, "merged", into=now) if now != one else self._again(stream, one)

    def _again(self, stream: str, one: str) -> RawRecord:
        """Read a record that is there after all, whole.

        Raises:
            TransientError: batches still leave it out, so that nothing can be said of it.
        """
        members = self._records.by_id(stream, [one])
        if not members:
            raise TransientError("a record that is there was left out.", advice="The next sweep asks again.")
        return self._records.landed(stream, members)[0]


def _gone(one: str, how: Deletion, *, into: str | None = None) -> RawRecord:
    return RawRecord(one, msgspec.json.encode({"gone": how, "id": one, **({"into": into} if into else {})}))


def _archived(stream: str, member: bytes) -> RawRecord:
    one = id_of(member)
    body: Mapping[str, Any] = {"gone": "archived", "id": one, "stream": stream, "record": msgspec.Raw(member)}
    return RawRecord(f"{stream}-{one}", msgspec.json.encode(body))


def _merged_ids(member: bytes) -> list[str]:
    record = msgspec.json.decode(member)
    properties = record.get("properties") if isinstance(record, Mapping) else None
    merged = properties.get("hs_merged_object_ids") if isinstance(properties, Mapping) else None
    return [one.strip() for one in str(merged or "").split(";") if one.strip()]
