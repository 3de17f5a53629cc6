"""Which records of an object were deleted or changed in a span of time, and the org's limits and counts.

Source: REST API guide, sObject Get Deleted and Get Updated; contracts/salesforce/recordings/getDeleted.json, limits.json.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from atlas_sync.sandbox.salesforce.describe import Json
from atlas_sync.sandbox.salesforce.errors import ApiError
from atlas_sync.sandbox.salesforce.schema import Thing
from atlas_sync.sandbox.salesforce.store import Row, Store
from atlas_sync.sandbox.salesforce.wire import read_moment, to_wire

__all__ = ["DAILY_REQUESTS", "deleted", "limits", "record_counts", "updated"]

DAILY_REQUESTS = 108_000
"""The org's daily allowance: 100,000 and 1,000 for each of its 8 licences."""

_BIN = timedelta(days=15)
_LOG = timedelta(days=30)
_OTHERS = {
    "ConcurrentAsyncGetReportInstances": 200,
    "DailyAsyncApexExecutions": 250_000,
    "DailyBulkApiBatches": 15_000,
    "DailyBulkV2QueryFileStorageMB": 976_562,
    "DailyBulkV2QueryJobs": 10_000,
    "DataStorageMB": 10_240,
    "FileStorageMB": 10_240,
    "HourlyTimeBasedWorkflow": 1_000,
    "SingleEmail": 5_000,
}


def deleted(store: Store, thing: Thing, params: Mapping[str, str], *, now: datetime) -> Json:
    """Give ids and times of the records that were deleted in a span, those that left the recycle bin as well."""
    start, end = _span(params, now=now, back=_BIN)
    found = [{"id": key, "deletedDate": to_wire(at)} for key, at in store.deletions(thing.name) if start <= at <= end]
    earliest = (now - _BIN).replace(second=0, microsecond=0)
    return {"deletedRecords": found, "earliestDateAvailable": to_wire(earliest), "latestDateCovered": to_wire(end)}


def updated(store: Store, thing: Thing, params: Mapping[str, str], *, now: datetime) -> Json:
    """Give ids of the records that changed in a span."""
    start, end = _span(params, now=now, back=_LOG)
    rows = (row for row in store.shared(thing.name) if not row["IsDeleted"] and _is_within(row, start, end))
    return {"ids": [row["Id"] for row in rows], "latestDateCovered": to_wire(end)}


def limits(used: int) -> Json:
    """Give maximum and rest of the org's limits."""
    requests = {"Max": DAILY_REQUESTS, "Remaining": max(0, DAILY_REQUESTS - used)}
    return {"DailyApiRequests": requests, **{name: {"Max": most, "Remaining": most} for name, most in _OTHERS.items()}}


def record_counts(store: Store, things: list[Thing]) -> Json:
    """Give the number of records by object, archived ones included."""
    counts = ((thing.name, sum(1 for row in store.rows(thing.name) if not row["IsDeleted"])) for thing in things)
    return {"sObjects": [{"count": count, "name": name} for name, count in counts]}


def _span(params: Mapping[str, str], *, now: datetime, back: timedelta) -> tuple[datetime, datetime]:
    """Read start and end, whose seconds the vendor drops."""
    times: list[datetime] = []
    for name in ("start", "end"):
        try:
            moment = read_moment(params.get(name, ""))
        except ValueError:
            raise ApiError(400, "INVALID_REPLICATION_DATE", f"{name}: invalid date {params.get(name)}") from None
        times.append(moment.replace(second=0, microsecond=0))
    start, end = times
    if end - start < timedelta(minutes=1):
        raise ApiError(400, "INVALID_REPLICATION_DATE", "startDate before endDate replication date")
    if start < now - back:
        raise ApiError(400, "INVALID_REPLICATION_DATE", f"startDate cannot be more than {back.days} days ago")
    return start, min(end, now.replace(second=0, microsecond=0))


def _is_within(row: Row, start: datetime, end: datetime) -> bool:
    stamp = row["SystemModstamp"]
    return isinstance(stamp, datetime) and start <= stamp <= end
