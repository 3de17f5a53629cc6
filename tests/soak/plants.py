"""Bugs to plant in a run, one of each kind that loses records or invents what happened to them.

The randomised test must catch every one; `test_planted.py` shows that it does. Each is planted at a seam: the question that
goes out, the place a read goes on from, or the clock that the next window starts at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from atlas_sync.connectors.hubspot import walks as hubspot_walks
from atlas_sync.connectors.jira import walk as jira_walk
from atlas_sync.connectors.salesforce import reader as salesforce_reader
from atlas_sync.connectors.salesforce.client import SalesforceClient
from atlas_sync.connectors.salesforce.mapping import SalesforceMapper
from atlas_sync.operations import pull
from atlas_sync.operations.sweep import Swept
from atlas_sync.store.heads import Heads

__all__ = ["PLANTS", "Plant"]


@dataclass(frozen=True)
class Plant:
    """A bug, in words, and how it is planted. `is_tight` names the seeds that can show it: those without an overlap."""

    says: str
    plant: Callable[[], None]
    is_tight: bool = False


def _wrap(owner: Any, name: str, change: Callable[[Callable[..., Any]], Callable[..., Any]]) -> Callable[[], None]:
    def plant() -> None:
        setattr(owner, name, change(getattr(owner, name)))

    return plant


def _later(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0) + timedelta(minutes=1)


def _from_the_end(see: Callable[..., None]) -> Callable[..., None]:
    def seen(self: Any, place: int, page: Any) -> None:
        see(self, place, page)
        self.clock = page.server_time or self.clock

    return seen


def _our_clock(see: Callable[..., None]) -> Callable[..., None]:
    def seen(self: Any, place: int, page: Any) -> None:
        see(self, place, page)
        self.clock = datetime.now(UTC)

    return seen


def _moved_anyway(manifest: Callable[..., Any]) -> Callable[..., Any]:
    def made(self: Any, *args: Any, **given: Any) -> Any:
        found = manifest(self, *args, **given)
        return found.model_copy(update={"watermark": found.watermark or self.clock, "windows": ()})

    return made


def _always_whole(judge: Callable[..., Any]) -> Callable[..., Any]:
    def judged(read: Any) -> tuple[str, str, str]:
        judge(read)
        return "complete", "", ""

    return judged


def _forgetting_parts(begin: Callable[..., Any]) -> Callable[..., Any]:
    def begun(*args: Any, **given: Any) -> Any:
        read = begin(*args, **given)
        read.adopted = ()
        return read

    return begun


def _without_the_last(land: Callable[..., None]) -> Callable[..., None]:

    def landed(pages: Iterator[tuple[int, Any]], *args: Any, **given: Any) -> None:
        def shifted() -> Iterator[tuple[int, Any]]:
            for place, page in pages:
                records = getattr(page, "records", ())
                yield place, replace(page, records=records[:-1]) if len(records) > 1 else page

        land(shifted(), *args, **given)

    return landed


def _without_evidence(say: Callable[..., Any]) -> Callable[..., Any]:
    def said(self: SalesforceMapper, stream: str, record: Mapping[str, Any]) -> Any:
        return [row.model_copy(update={"deletion": None}) for row in say(self, stream, record)]

    return said


def _living_alone(client: type[SalesforceClient]) -> None:
    get = client.get

    def living(self: SalesforceClient, path: str, **given: Any) -> Any:
        return get(self, "query" if path == "queryAll" else path, **given)

    client.get = living  # type: ignore[method-assign]  # in this child alone


PLANTS: Mapping[str, Plant] = {
    "salesforce: > instead of >=": Plant(
        "a change in the second of the last read",
        _wrap(salesforce_reader, "since", lambda ask: lambda *args, **given: ask(*args, **given).replace(">=", ">")),
        is_tight=True,
    ),
    "hubspot: > instead of >=": Plant(
        "a change in the millisecond of the last read, and here in its second",
        _wrap(
            hubspot_walks,
            "search_body",
            lambda ask: lambda kind, since, **given: ask(kind, since + timedelta(milliseconds=999), **given),
        ),
        is_tight=True,
    ),
    "jira: minute rounded up": Plant(
        "a change in the minute of the last read", _wrap(jira_walk, "_minute", lambda _floor: _later), is_tight=True
    ),
    "no overlap": Plant(
        "late commits, nodes whose clocks disagree, and an index that lags",
        _wrap(pull, "timedelta", lambda _span: lambda seconds: timedelta(0)),  # noqa: ARG005 - as it is called
    ),
    "window from the end of the last read": Plant(
        "changes while the pages were read", _wrap(pull._Read, "see", _from_the_end), is_tight=True
    ),
    "our own clock": Plant(
        "everything, where our clock goes before the vendor's", _wrap(pull._Read, "see", _our_clock)
    ),
    "watermark moved by a read that was cut off": Plant(
        "what the cut-off read did not reach", _wrap(pull._Read, "manifest", _moved_anyway), is_tight=True
    ),
    "every end is taken for the end": Plant(
        "what came after trouble on the wire", _wrap(pull, "_judge", _always_whole), is_tight=True
    ),
    "parts of a killed run forgotten": Plant(
        "what was landed before the kill and is not read again", _wrap(pull, "_begin", _forgetting_parts)
    ),
    "last record of a page dropped": Plant("records on the boundary of pages", _wrap(pull, "_land", _without_the_last)),
    "no sweep": Plant(
        "what was erased, hidden or archived without a trace",
        _wrap(pull, "sweep_stream", lambda _sweep: lambda *_args, **_given: Swept()),
    ),
    "sets without a difference": Plant(
        "who was taken off a deal", _wrap(Heads, "absent", lambda _absent: lambda _self: [])
    ),
    "salesforce: archived and deleted not read": Plant(
        "activities that are archived", lambda: _living_alone(SalesforceClient)
    ),
    "salesforce: deletion not believed": Plant(
        "what was deleted or merged", _wrap(SalesforceMapper, "map_record", _without_evidence)
    ),
}
