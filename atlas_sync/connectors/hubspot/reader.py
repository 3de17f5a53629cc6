"""Reads a portal: everything by id the first time, then what a search finds changed, with associations read beside it.

A search is stale in a nasty way: who is in comes from an index, what they look like from the store. So the window starts an
overlap early, walks by id, and what a search missed comes with the next one. Source: contract recordings search_after_*.json.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from atlas_sync.connectors.hubspot import webhooks
from atlas_sync.connectors.hubspot.associations import Associations
from atlas_sync.connectors.hubspot.auth import notices
from atlas_sync.connectors.hubspot.client import HubSpotClient
from atlas_sync.connectors.hubspot.departures import Departures
from atlas_sync.connectors.hubspot.granted import Granted
from atlas_sync.connectors.hubspot.links import Links
from atlas_sync.connectors.hubspot.objects import OBJECTS, STREAMS
from atlas_sync.connectors.hubspot.pipelines import Pipelines
from atlas_sync.connectors.hubspot.properties import Properties
from atlas_sync.connectors.hubspot.records import Records
from atlas_sync.connectors.hubspot.settings import HubSpotSettings
from atlas_sync.connectors.hubspot.walks import ids_of, walk
from atlas_sync.connectors.hubspot.windows import bounds, windows
from atlas_sync.connectors.protocol import FieldReport, Nudge, Page, RawRecord, ReadRequest, StreamSpec

__all__ = ["HubSpotReader"]


class HubSpotReader:
    """Pulls one portal. Nothing is contacted before the first call."""

    def __init__(self, settings: HubSpotSettings, *, system: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._settings = settings
        self._counts: dict[tuple[str, str], int | None] = {}
        self._client = HubSpotClient(settings, system=system, sleep=sleep)
        self._granted = Granted(self._client)
        self._properties = Properties(self._client, settings)
        self._associations = Associations(self._client)
        self._pipelines = Pipelines(self._client)
        self._records = Records(self._client, self._properties, self._associations, self._pipelines)
        self._departures = Departures(self._client, self._records)
        self._links = Links(self._associations, self._departures)

    def streams(self) -> Sequence[StreamSpec]:
        """List the streams."""
        return STREAMS

    def describe(self, stream: str) -> FieldReport:
        """Compare the properties we ask for, and the token's scopes, with what is there; an unknown one reads as no data."""
        with self._granted.named(stream):
            report = self._properties.report(stream) if stream in OBJECTS else FieldReport()
        report = self._granted.completed(stream, report)
        said = [report.advice, *notices(self._settings, today=datetime.now(UTC).date())]
        return replace(report, advice=" ".join(filter(None, said)))

    def read(self, request: ReadRequest) -> Iterator[Page]:
        """Yield the pages of a stream."""
        return self._naming_scopes(request.stream, self._pages(request))

    def _naming_scopes(self, stream: str, pages: Iterator[Page]) -> Iterator[Page]:
        with self._granted.named(stream):
            yield from pages

    def _pages(self, request: ReadRequest) -> Iterator[Page]:
        match request.stream:
            case "users":
                return self._owners()
            case "pipelines":
                return self._pipelines.pages()
            case "roles":
                return self._associations.roles(request.known.get("deals", ()))
            case "links":
                return self._hanging(request)
            case "archived":
                return self._departures.archived(list(OBJECTS) if request.since is None else ["deals"])
            case stream if stream in OBJECTS:
                return self._objects(request)
            case stream:
                message = f"there is no stream {stream}"
                raise ValueError(message)

    def windows(self, request: ReadRequest) -> Sequence[ReadRequest]:
        """Part a first read into ranges of ids."""
        with self._granted.named(request.stream):
            parts = windows(self._client, request)
        self._counts |= {(part.stream, part.window): count for part, count in parts}
        return [part for part, _count in parts]

    def sweep(self, stream: str) -> Iterator[Page]:
        """Yield every id of a stream that is visible now."""
        return self._departures.sweep(stream) if stream in OBJECTS else iter(())

    def look_up(self, stream: str, ids: Sequence[str]) -> Iterator[Page]:
        """Give what became of records that a sweep did not list."""
        return self._departures.look_up(stream, ids) if stream in OBJECTS else iter(())

    def verify(self, *, method: str, url: str, headers: Mapping[str, str], body: bytes, now: datetime) -> list[Nudge]:
        """Give what a signed webhook says."""
        secret = self._settings.client_secret.get_secret_value()
        webhooks.verify(secret=secret, method=method, url=url, headers=headers, body=body, now=now)
        return webhooks.nudges(body)

    def _objects(self, request: ReadRequest) -> Iterator[Page]:
        if request.since is not None:
            return self._records.changed(request.stream, request.since)
        start, until = bounds(request)
        total = self._counts.get((request.stream, request.window))
        return self._records.everything(request.stream, start=start, until=until, total=total)

    def _hanging(self, request: ReadRequest) -> Iterator[Page]:
        """Compare what hangs on deals: on all of them until that was read to its end once, then on those that changed."""
        deals, known = request.known.get("deals", ()), request.known.get("links", ())
        if request.since is None and not known:
            yield from self._links.first(deals, self._records.companies)
            return
        touched, at = self._records.touched_deals(request.since) if request.since else (deals, None)
        landed_with = self._records.companies
        yield from self._links.pages(deals=deals, touched=touched, known=known, at=at, companies=landed_with)

    def _owners(self) -> Iterator[Page]:
        """Read the owners, those who left in a pass of their own. Source: HubSpot OpenAPI, owners, archived."""
        for archived in ("false", "true"):
            for batch in walk(self._client, "owners", "", operation="users", archived=archived):
                records = map(RawRecord, ids_of(batch.members), batch.members)
                yield Page(tuple(records), batch.at, proof=batch.proof if archived == "true" else "")
