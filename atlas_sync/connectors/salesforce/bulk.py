"""Reads an object whole by a bulk query job: the vendor gathers the records, and we fetch them in large pages of CSV.

The records are landed as the REST API would have sent them: numbers and flags as such, times with `+0000`, empty cells as
null, parents as objects. Two differences remain, since CSV does not tell: a parent has no address under `attributes`, and an
empty text is null. Source: Bulk API 2.0 guide, Get Results for a Query Job; contracts/salesforce/recordings/
bulk2.query.sequence.documented.json.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from atlas_sync.connectors.answer import Answer
from atlas_sync.connectors.protocol import Page, RawRecord
from atlas_sync.connectors.salesforce.client import SalesforceClient
from atlas_sync.connectors.salesforce.faults import NotFoundError
from atlas_sync.connectors.salesforce.schema import Column
from atlas_sync.errors import AccessError, AuthError, ContractError, TransientError

__all__ = ["BulkJob", "NoJobError", "Place", "read_bulk", "to_record"]

_NUMBERS = frozenset({"int", "long", "double", "currency", "percent"})
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
_LONGEST_PAUSE_S = 30.0
_MARK, _END = "bulk", "null"

csv.field_size_limit(16 * 1024 * 1024)  # long texts have up to 131,072 characters; the module's default is as many


class NoJobError(ContractError):
    """No bulk query job did it: refused, failed, or lost twice. Paging can."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the result of a job: its next page, and how many records came before. As text, a position."""

    job: str
    locator: str = ""
    seen: int = 0

    def __str__(self) -> str:
        """Give the text that `read` understands."""
        return f"{_MARK} {self.job} {self.locator} {self.seen}"

    @classmethod
    def read(cls, position: str) -> Place | None:
        """Read a position; None where it is of another kind."""
        match position.split(" "):
            case [mark, job, locator, seen] if mark == _MARK and job.isalnum() and seen.isdecimal():
                return cls(job, locator, int(seen))
        return None


@dataclass(frozen=True, slots=True)
class BulkJob:
    """What to read: a query without order, the fields of its object, and of the parents by path (`Product2.Name`)."""

    thing: str
    soql: str
    columns: Mapping[str, Column]
    page: int
    timeout_s: float
    version: str


class _Job(msgspec.Struct, rename="camel"):
    id: str
    state: str = ""
    created_date: str = ""
    number_records_processed: int | None = None


def read_bulk(client: SalesforceClient, job: BulkJob, *, start: Place | None = None) -> Iterator[Page]:
    """Yield the pages of a job's result, of a new job or from where a run was cut off; the last one carries the proof.

    The first page of a new job holds nothing but its place, so that a job which takes long is not made a second time. The
    others tell when the job was made: what changes later is found from there on. A job that was aborted, deleted, or has
    expired (after seven days) is made anew once.

    Raises:
        NoJobError: neither job gave a result.
        TransientError: the job is not done in time; what was yielded is good.
    """
    for place in (start, None):
        try:
            if place is None:
                place = Place(_start(client, job))  # noqa: PLW2901 - the place that was lost, or never was
                yield Page((), position=str(place))
            yield from _results(client, job, place)
        except (NotFoundError, ContractError) as error:
            if isinstance(error, NoJobError):
                raise
        else:
            return
    message = f"bulk query jobs of {job.thing} give no result."
    raise NoJobError(message, advice="Look at the org's bulk data load jobs.")


def _start(client: SalesforceClient, job: BulkJob) -> str:
    try:
        answer = client.start_job(job.soql, operation=f"bulk {job.thing}")
    except AuthError:
        raise
    except (AccessError, ContractError, NotFoundError) as error:
        raise NoJobError(error.summary, advice=error.advice) from None
    return _decode(answer).id


def _results(client: SalesforceClient, job: BulkJob, place: Place) -> Iterator[Page]:
    made, total = _wait(client, job, place.job)
    while place.locator != _END:
        params = {"maxRecords": str(job.page), **({"locator": place.locator} if place.locator else {})}
        path = f"jobs/query/{place.job}/results"
        answer = client.get(path, operation=f"bulk {job.thing}", params=params, accept="text/csv")
        records, following = _records(answer, job), answer.headers.get("sforce-locator", "")
        if not following or (following == place.locator) or (following != _END and not records):
            raise ContractError("a page of a bulk job without a next one.", advice="Run again.")
        place = Place(place.job, following, place.seen + len(records))
        yield Page(records, made, position=str(place), total=total)
    if total is not None and place.seen != total:
        message = f"the job processed {total} records and sent {place.seen}."
        raise ContractError(message, advice="Run again; tell Salesforce if it stays.")
    yield Page((), made, position=str(place), proof=f"locator null after {place.seen} records, job total {total}")


def _wait(client: SalesforceClient, job: BulkJob, key: str) -> tuple[datetime | None, int | None]:
    """Wait until a job is done, and give when it was made and how many records it has."""
    waited, pause = 0.0, 1.0
    while True:
        found = _decode(client.get(f"jobs/query/{key}", operation=f"bulk {job.thing}"))
        if found.state == "JobComplete":
            return _moment(found.created_date), found.number_records_processed
        if found.state in {"Failed", "Aborted"}:
            message = f"the job ended as {found.state}."
            raise ContractError(message, advice="Look at the org's bulk data load jobs.")
        if waited >= job.timeout_s:
            message = f"a bulk query job was not done after {waited:.0f} seconds ({found.state})."
            raise TransientError(message, advice="Run again later, or raise bulk_timeout_s.")
        client.sleep(pause)
        waited += pause
        pause = min(pause * 1.5, _LONGEST_PAUSE_S)


def _decode(answer: Answer) -> _Job:
    try:
        return msgspec.json.decode(answer.body, type=_Job)
    except msgspec.DecodeError:
        answer.json()
        raise ContractError("an answer that is no bulk query job.", advice="Run again.") from None


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        return None


def _records(answer: Answer, job: BulkJob) -> tuple[RawRecord, ...]:
    """Read a page of CSV; its number of records must be the one its header names, or it was cut."""
    try:
        lines = csv.reader(io.StringIO(answer.body.decode("utf-8"), newline=""), strict=True)
        header = next(lines, [])
        records = tuple(to_record(header, cells, job) for cells in lines)
    except (UnicodeDecodeError, csv.Error):
        raise ContractError("a page of a bulk job that is no CSV.", advice="Run again.") from None
    if str(len(records)) != answer.headers.get("sforce-numberofrecords"):
        raise ContractError("a page of a bulk job that was cut.", advice="Run again.")
    return records


def to_record(header: Sequence[str], cells: Sequence[str], job: BulkJob) -> RawRecord:
    """Turn a line of CSV into the record as the REST API sends it.

    Raises:
        ContractError: the line does not fit its header, or has no id.
    """
    texts = dict(zip(header, cells, strict=False))
    key = texts.get("Id", "")
    if len(cells) != len(header) or not key or not texts.keys() >= job.columns.keys():
        raise ContractError("a line of a bulk job that does not fit its header.", advice="Run again.")
    head = {"type": job.thing, "url": f"/services/data/v{job.version}/sobjects/{job.thing}/{key}"}
    record: dict[str, object] = {"attributes": head}
    for path, column in job.columns.items():
        parent, _, name = path.rpartition(".")
        value = _value(texts[path], column)
        record[parent or name] = value if not parent else _parent(parent, name, value)
    return RawRecord(key, msgspec.json.encode(record))


def _parent(parent: str, name: str, value: msgspec.Raw | str | None) -> dict[str, object] | None:
    return None if value is None else {"attributes": {"type": parent}, name: value}


def _value(text: str, column: Column) -> msgspec.Raw | str | None:
    """Give a cell as JSON has it: a number keeps its digits, a time the offset that REST writes."""
    if not text:
        return None
    if column.type == "boolean" and text in {"true", "false"}:
        return msgspec.Raw(text.encode())
    if column.type in _NUMBERS and _NUMBER.fullmatch(text):
        return msgspec.Raw(text.encode())
    if column.type == "datetime":
        return f"{text.removesuffix('Z')}+0000" if text.endswith("Z") else text
    return text
