"""Reads a Salesforce org, stream by stream, by change stamp; roles of deals as a whole set.

Landed shapes: a record as received, but for two that are put together from several answers, whose parts are untouched:

    tasks   {"record": Task, "email_message": id}   only those that repeat an EmailMessage
    notes   see `notes`
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import msgspec

from atlas_sync.connectors.protocol import FieldReport, Page, RawRecord, ReadRequest, StreamSpec
from atlas_sync.connectors.salesforce.client import SalesforceClient
from atlas_sync.connectors.salesforce.fields import STREAMS, Source, sources_for
from atlas_sync.connectors.salesforce.notes import compose, read_notes
from atlas_sync.connectors.salesforce.schema import Schema
from atlas_sync.connectors.salesforce.settings import SalesforceSettings
from atlas_sync.connectors.salesforce.soql import after, chunks, is_in, select, since
from atlas_sync.connectors.salesforce.walk import peek, rows, walk

__all__ = ["SalesforceReader"]


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
        self._client = SalesforceClient(settings, system=system, sleep=sleep)
        self._schema = Schema(self._client)
        self._sources: Mapping[str, Source] = sources_for(settings.project_field)

    def streams(self) -> Sequence[StreamSpec]:
        """List the streams."""
        return STREAMS

    def describe(self, stream: str) -> FieldReport:
        """Compare the fields of a stream's object with those we ask for.

        Raises:
            AccessError: the object is hidden, or not switched on.
        """
        report = self._schema.report(self._sources[stream])
        if stream != "contracts" or self._schema.shows("Opportunity", "ContractId"):
            return report
        link = "Opportunity.ContractId"
        advice = f"Show {link} to the integration's user: nothing else tells a deal's contract."
        return FieldReport((*report.missing, link), (*report.required, link), f"{advice} {report.advice}".rstrip())

    def read(self, request: ReadRequest) -> Iterator[Page]:
        """Yield the pages of a stream."""
        source = self._sources[request.stream]
        match request.stream:
            case "tasks":
                return (self._mark_twins(page) for page in self._walk(source, request.since))
            case "line_items":
                return self._walk(source, request.since, *self._product_name())
            case "notes":
                columns = self._schema.columns(source)
                return read_notes(self._client, request, columns=columns)
            case _:
                return self._walk(source, request.since)

    def _walk(self, source: Source, moment: datetime | None, *more: str) -> Iterator[Page]:
        """Walk all rows of an object that changed since a moment, in order of their change."""
        columns = (*self._schema.columns(source), *more)
        return walk(
            self._client,
            lambda key: select(columns, source.thing, source.where, after(key) or since(moment)),
            operation=source.thing,
        )

    def _product_name(self) -> tuple[str, ...]:
        """Ask for the product's own name where it is visible: a line item's name repeats the deal's before it."""
        if self._schema.shows("OpportunityLineItem", "Product2Id") and self._schema.shows("Product2", "Name"):
            return ("Product2.Name",)
        return ()

    def _mark_twins(self, page: Page) -> Page:
        """Mark the tasks that only repeat a mail, which is read as an EmailMessage; other tools log mails as tasks alone.

        Source: object reference, EmailMessage, ActivityId.
        """
        tasks = (peek(record.body, _Task) for record in page.records)
        mails = [task.id for task in tasks if task.subtype in {"Email", "ListEmail"}]
        if not mails or not self._schema.shows("EmailMessage", "ActivityId"):
            return page
        twins: dict[str | None, str] = {}
        for ids in chunks(mails):
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
