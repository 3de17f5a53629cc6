"""Reads a Salesforce org, stream by stream, by change stamp; roles of deals as a whole set.

Landed shapes: a record as received, but for those that are put together from several answers, whose parts are untouched:

    tasks   {"record": Task, "email_message": id}   only those that repeat an EmailMessage
    notes   see `notes`
    any     {"Id": id, "gone": "deleted" or "not_visible"}   looked up, and not there

A first read of many records goes through a bulk query job, see `bulk`. Reads are not parted into windows: below the
threshold there are a few dozen pages at most, and above it the vendor parts the job itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import msgspec

from atlas_sync.connectors.protocol import FieldReport, Page, RawRecord, ReadRequest, StreamSpec
from atlas_sync.connectors.salesforce.auth import notices
from atlas_sync.connectors.salesforce.bulk import BulkJob, NoJobError, Place, read_bulk
from atlas_sync.connectors.salesforce.client import SalesforceClient
from atlas_sync.connectors.salesforce.fields import FILES, Source, sources_for, streams_for
from atlas_sync.connectors.salesforce.gone import Deletions, look_up, sweep
from atlas_sync.connectors.salesforce.granted import VIEW_ALL, Granted
from atlas_sync.connectors.salesforce.notes import Columns, compose, fetch_notes, read_notes, sweep_notes
from atlas_sync.connectors.salesforce.schema import Column, Schema
from atlas_sync.connectors.salesforce.settings import SalesforceSettings
from atlas_sync.connectors.salesforce.soql import Key, after, chunks, is_in, select, since
from atlas_sync.connectors.salesforce.walk import ManyError, peek, rows, walk
from atlas_sync.errors import AccessError

__all__ = ["SalesforceReader"]

_PRODUCT = "Product2.Name"
_UNSHARED = f"a deal that is not shared with the integration's user is not read. Give it {VIEW_ALL!r}."
_TWIN = "EmailMessage.ActivityId"


class _Task(msgspec.Struct, rename={"id": "Id", "subtype": "TaskSubtype"}):
    id: str
    subtype: str | None = None


class _Twin(msgspec.Struct, rename={"id": "Id", "activity": "ActivityId"}):
    id: str
    activity: str | None = None


class SalesforceReader:
    """Pulls one org. Nothing is contacted before the first call."""

    def __init__(
        self, settings: SalesforceSettings, *, system: str, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._settings = settings
        self._client = SalesforceClient(settings, system=system, sleep=sleep)
        self._deletions = Deletions(self._client)
        self._streams = streams_for(settings)
        self._sources: Mapping[str, Source] = sources_for(settings)
        things = (source.thing for source in (*self._sources.values(), FILES))
        self._schema = Schema(self._client, (*things, "Product2"))
        self._granted = Granted(self._client)

    def streams(self) -> Sequence[StreamSpec]:
        """List the streams."""
        return self._streams

    def describe(self, stream: str) -> FieldReport:
        """Compare the fields of a stream's object with those we ask for; the advice also says what log-in will end.

        Raises:
            AccessError: the object is hidden, or not switched on.
        """
        report = self._schema.report(self._sources[stream])
        said = [report.advice, *notices(self._settings, now=datetime.now(UTC))]
        if stream == "contracts" and not self._schema.shows("Opportunity", "ContractId"):
            link = "Opportunity.ContractId"
            report = replace(report, missing=(*report.missing, link), required=(*report.required, link))
            said.insert(0, f"Show {link} to the integration's user: nothing else tells a deal's contract.")
        if stream == "tasks":
            report = self._with_twins(report)
            if _TWIN in report.required:
                said.insert(
                    0, f"Show {_TWIN} to the integration's user: nothing else tells that a task repeats a mail."
                )
        granted = self._granted.permissions()
        if granted is not None and VIEW_ALL not in granted:
            said.append(f"Give the integration's user {VIEW_ALL!r}: without it, only what is shared with it is read.")
            if stream == "deals":
                report = replace(report, withheld=_UNSHARED)
        return replace(report, advice=" ".join(filter(None, said)), permissions=granted or ())

    def read(self, request: ReadRequest) -> Iterator[Page]:
        """Yield the pages of a stream."""
        if request.stream == "notes":
            return read_notes(self._client, request, columns=self._note_columns)
        # A set is paged however large it is: every run reads it, and a job takes its time.
        is_whole = request.since is None and not self._is_set(request.stream)
        pages = self._read_whole(request) if is_whole else self._walk(request)
        return (self._mark_twins(page) for page in pages) if request.stream == "tasks" else pages

    def sweep(self, stream: str) -> Iterator[Page]:
        """Yield every id of a stream that is visible now; nothing for roles, which are read as a set on every run."""
        if self._is_set(stream):
            return iter(())
        if stream == "notes":
            deals = [record.id for page in self.sweep("deals") for record in page.records]
            return sweep_notes(self._client, deals)
        return sweep(self._client, self._sources[stream])

    def look_up(self, stream: str, ids: Sequence[str]) -> Iterator[Page]:
        """Give what became of records: themselves, with the vendor's marks, or a tombstone.

        A record that queries by id do not show is deleted where the log of deletions names it, and otherwise not visible:
        the vendor does not tell a record that was erased from one that is hidden.
        """
        source = self._sources[stream]
        pages = look_up(source, ids, fetch=lambda some: self._fetch(stream, some), deletions=self._deletions)
        return (self._mark_twins(page) for page in pages) if stream == "tasks" else pages

    def _fetch(self, stream: str, ids: Sequence[str]) -> Iterator[RawRecord]:
        if stream == "notes":
            return fetch_notes(self._client, ids, columns=self._note_columns)
        source = self._sources[stream]
        soql = select(self._columns(stream), source.thing, is_in("Id", ids), order="Id")
        pages = walk(self._client, lambda _key: soql, operation=source.thing)
        return (record for page in pages for record in page.records)

    def _is_set(self, stream: str) -> bool:
        return any(spec.name == stream and spec.mode == "set" for spec in self._streams)

    def _read_whole(self, request: ReadRequest) -> Iterator[Page]:
        """Read all of an object: by paging, or by a bulk query job where there is much of it or one was begun."""
        place = Place.read(request.position)
        if place is None:
            try:
                yield from self._walk(request, most=self._settings.bulk_threshold)
            except ManyError:
                pass
            else:
                return
        try:
            yield from read_bulk(self._client, self._job(request.stream), start=place)
        except NoJobError:
            yield from self._walk(request)

    def _job(self, stream: str) -> BulkJob:
        source, columns = self._sources[stream], self._columns(stream)
        shown = {**self._schema.fields(source.thing), _PRODUCT: Column(_PRODUCT)}
        return BulkJob(
            source.thing,
            select(columns, source.thing, source.where, order=""),
            {name: shown[name] for name in columns},
            self._settings.bulk_page,
            self._settings.bulk_timeout_s,
            self._settings.api_version,
        )

    def _walk(self, request: ReadRequest, *, most: int | None = None) -> Iterator[Page]:
        """Walk all rows of an object that changed since a moment, in order of their change."""
        source, columns = self._sources[request.stream], self._columns(request.stream)
        stamp = source.stamp

        def build(key: Key | None) -> str:
            changed = after(key, stamp=stamp) or since(request.since, stamp=stamp)
            return select(columns, source.thing, source.where, changed, order=f"{stamp}, Id")

        start = Key.read(request.position)
        return walk(self._client, build, operation=source.thing, stamp=stamp, start=start, most=most)

    def _columns(self, stream: str) -> tuple[str, ...]:
        """Give what to ask for; line items with the product's own name, since theirs repeats the deal's before it."""
        columns = self._schema.columns(self._sources[stream])
        if stream != "line_items" or not self._schema.shows("OpportunityLineItem", "Product2Id"):
            return columns
        return (*columns, _PRODUCT) if self._schema.shows("Product2", "Name") else columns

    def _note_columns(self) -> Columns:
        try:
            versions = self._schema.columns(FILES)
        except AccessError:
            versions = ()
        return Columns(self._schema.columns(self._sources["notes"]), versions)

    def _with_twins(self, report: FieldReport) -> FieldReport:
        """Add to what is seen of tasks the field that tells which of them are mails: they are read anew once it is shown.

        An org without mails as such, or one that hides them all, says so at the mails themselves.
        """
        try:
            is_shown = "ActivityId" in self._schema.fields("EmailMessage")
        except AccessError:
            return replace(report, missing=(*report.missing, _TWIN))
        if is_shown:
            return replace(report, shown=(*report.shown, _TWIN))
        return replace(report, missing=(*report.missing, _TWIN), required=(*report.required, _TWIN))

    def _mark_twins(self, page: Page) -> Page:
        """Mark the tasks that only repeat a mail, which is read as an EmailMessage; other tools log mails as tasks alone.

        Source: object reference, EmailMessage, ActivityId.
        """
        tasks = (peek(record.body, _Task) for record in page.records)
        mails = [task.id for task in tasks if task.subtype in {"Email", "ListEmail"}]
        if not mails or not self._schema.shows("EmailMessage", "ActivityId"):
            return page
        twins: dict[str | None, str] = {}
        for _start, ids in chunks(mails):
            soql = select(("Id", "ActivityId"), "EmailMessage", is_in("ActivityId", ids), order="Id")
            found = rows(self._client, soql, operation="EmailMessage of Task")
            twins |= {twin.activity: twin.id for twin in (peek(body, _Twin) for body in found)}
        records = (
            RawRecord(record.id, compose(record=record.body, email_message=msgspec.json.encode(twins[record.id])))
            if record.id in twins
            else record
            for record in page.records
        )
        return replace(page, records=tuple(records))
