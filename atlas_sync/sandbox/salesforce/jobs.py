"""Bulk query jobs: a query is taken in, worked on for a while, and its result kept for a week as pages of CSV.

Source: Bulk API 2.0 guide, Query; contracts/salesforce/recordings/bulk2.query.*.json, errors.catalogue.json.
"""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from atlas_sync.sandbox.salesforce.describe import Json
from atlas_sync.sandbox.salesforce.errors import ApiError, not_found
from atlas_sync.sandbox.salesforce.ids import Mint
from atlas_sync.sandbox.salesforce.query import Querier
from atlas_sync.sandbox.salesforce.soql import parse
from atlas_sync.sandbox.salesforce.syntax import Path
from atlas_sync.sandbox.salesforce.wire import to_wire

__all__ = ["Jobs", "Result"]

_KEPT = timedelta(days=7)
_MOST = 100_000
_POLLS = 2
"""How often a job is asked about until it is done."""


@dataclass(slots=True)
class _Job:
    key: str
    operation: str
    thing: str
    version: str
    by: str
    at: datetime
    header: tuple[str, ...]
    rows: list[tuple[str, ...]]
    state: str = "UploadComplete"
    polls: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """A page of a job's result: its CSV, how many records it holds, and the locator of the next, `null` at the end."""

    text: bytes
    count: int
    locator: str


@dataclass(slots=True)
class Jobs:
    """The org's query jobs."""

    _jobs: dict[str, _Job] = field(default_factory=dict)
    _mint: Mint = field(default_factory=Mint)

    def start(self, body: Mapping[str, object], querier: Querier, *, version: str, by: str, now: datetime) -> Json:
        """Take a job in; what it finds is settled now.

        Raises:
            ApiError: the query is wrong, or one that jobs do not take.
        """
        operation, text = str(body.get("operation")), str(body.get("query", ""))
        if operation not in {"query", "queryAll"}:
            raise ApiError(400, "INVALIDJOB", f"Invalid operation: {operation}")
        select = parse(text)
        paths = tuple(str(path) for path in select.fields if isinstance(path, Path))
        if select.is_count or len(paths) < len(select.fields) or select.offset:
            raise ApiError(400, "API_ERROR", "The query is not supported by the Bulk API")
        answer = querier.run(text, everything=operation == "queryAll")
        thing = querier.catalog.need(select.source)
        compound = [path for path in paths if (found := thing.field(path)) and found.type == "location"]
        if compound:
            raise ApiError(400, "API_ERROR", "Selecting compound data not supported in Bulk Query")
        rows = [tuple(_cell(record, path) for path in paths) for record in answer.records]
        job = _Job(self._mint.next("750"), operation, thing.name, version, by, now, paths, rows)
        self._jobs[job.key] = job
        return _info(job)

    def get(self, key: str, *, now: datetime) -> Json:
        """Tell how a job stands; it moves on a step each time it is asked about."""
        job = self._find(key, now=now)
        job.polls += 1
        if job.state in {"UploadComplete", "InProgress"}:
            job.state = "JobComplete" if job.polls >= _POLLS else "InProgress"
        return _info(job)

    def results(self, key: str, params: Mapping[str, str], *, version: str, now: datetime) -> Result:
        """Give a page of a job's result.

        Raises:
            ApiError: there is no such job, it is not done, or another version of the API made it.
        """
        job = self._find(key, now=now)
        if job.version != version:
            raise ApiError(409, "API_VERSION_MISMATCH", "The job was created with another API version")
        if job.state != "JobComplete":
            problem = (
                "can only download query results of successfully completed bulk job with status: JOB_COMPLETE. "
                f"Current status: {job.state.upper()}"
            )
            raise ApiError(412, "JOB_NOT_COMPLETE", problem)
        start = _read_locator(params.get("locator", ""))
        end = start + max(1, min(_MOST, int(params.get("maxRecords", _MOST))))
        rows = job.rows[start:end]
        locator = base64.b64encode(str(end).encode()).decode().rstrip("=") if end < len(job.rows) else "null"
        return Result(_csv(job.header, rows), len(rows), locator)

    def end(self, key: str, *, now: datetime, state: str = "Aborted") -> Json:
        """Let a job end without a result, as an admin or the vendor does."""
        job = self._find(key, now=now)
        job.state = state
        return _info(job)

    def delete(self, key: str, *, now: datetime) -> None:
        """Forget a job with its result."""
        del self._jobs[self._find(key, now=now).key]

    def keys(self) -> list[str]:
        """List the jobs in order."""
        return list(self._jobs)

    def _find(self, key: str, *, now: datetime) -> _Job:
        job = self._jobs.get(key)
        if job is None or now - job.at > _KEPT:
            raise not_found()
        return job


def _info(job: _Job) -> Json:
    info: Json = {
        "id": job.key,
        "operation": job.operation,
        "object": job.thing,
        "createdById": job.by,
        "createdDate": to_wire(job.at),
        "systemModstamp": to_wire(job.at),
        "state": job.state,
        "concurrencyMode": "Parallel",
        "contentType": "CSV",
        "apiVersion": float(job.version),
        "lineEnding": "LF",
        "columnDelimiter": "COMMA",
    }
    if job.state == "JobComplete":
        info.update(numberRecordsProcessed=len(job.rows), retries=0, totalProcessingTime=1)
    return info


def _cell(record: Json, path: str) -> str:
    """Give a value as CSV has it: nothing for null, times with Z."""
    value: object = record
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return text.removesuffix("+0000") + "Z" if text.endswith(".000+0000") else text


def _csv(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def _read_locator(locator: str) -> int:
    try:
        return int(base64.b64decode(locator + "=" * (-len(locator) % 4), validate=True).decode()) if locator else 0
    except ValueError:
        raise ApiError(400, "INVALIDLOCATOR", f"Invalid locator: {locator}") from None
