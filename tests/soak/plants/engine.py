"""Bugs in the engine that pulls, whatever the vendor."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from atlas_sync.connectors.protocol import Page
from atlas_sync.operations import intake, pull
from atlas_sync.operations.reading import Read
from atlas_sync.operations.sweep import Swept
from atlas_sync.store import heads
from tests.conformance import test_going_away as going
from tests.conformance import test_increments as increments
from tests.conformance import test_reading as reading
from tests.soak.plants.plant import INCREMENT, Patch, Plant, wrap
from tests.soak.scenes import killed_on_the_way
from tests.stands.hubspot import HubSpotStand
from tests.stands.jira import JiraStand
from tests.stands.salesforce import SalesforceStand

__all__ = ["ENGINE"]


def _our_clock(patch: Patch) -> None:
    begin, see, clocks = pull._begin, Read.see, list[Callable[[], datetime]]()

    def begun(workspace: Any, *args: Any) -> Any:
        clocks.append(workspace.now)
        return begin(workspace, *args)

    def seen(self: Any, place: int, page: Page) -> None:
        see(self, place, page)
        self.clock = clocks[-1]()

    patch.setattr(pull, "_begin", begun)
    patch.setattr(Read, "see", seen)
    patch.setattr(Read, "is_early", False)


def _from_the_end(see: Callable[..., None]) -> Callable[..., None]:
    def seen(self: Any, place: int, page: Page) -> None:
        see(self, place, page)
        self.clock = page.server_time or self.clock

    return seen


def _moved_anyway(manifest: Callable[..., Any]) -> Callable[..., Any]:
    def made(self: Any, *args: Any, **given: Any) -> Any:
        found = manifest(self, *args, **given)
        return found.model_copy(update={"watermark": found.watermark or self.clock, "windows": ()})

    return made


def _always_whole(judge: Callable[..., Any]) -> Callable[..., Any]:
    def judged(*args: Any) -> tuple[str, str, str]:
        judge(*args)
        return "complete", "", ""

    return judged


def _forgetting_parts(begin: Callable[..., Any]) -> Callable[..., Any]:
    def begun(*args: Any, **given: Any) -> Any:
        read = begin(*args, **given)
        read.adopted = ()
        return read

    return begun


def _without_the_last(
    read_windows: Callable[..., Iterator[tuple[int, Any]]],
) -> Callable[..., Iterator[tuple[int, Any]]]:
    def read(*args: Any, **given: Any) -> Iterator[tuple[int, Any]]:
        for place, page in read_windows(*args, **given):
            records = getattr(page, "records", ())
            yield place, replace(page, records=records[:-1]) if len(records) > 1 else page

    return read


ENGINE: Mapping[str, Plant] = {
    "our own clock": Plant(
        "everything, where our clock goes before the vendor's",
        _our_clock,
        increments.test_our_clock_loses_nothing,
        SalesforceStand,
        {"variant": "ten years ahead"},
        is_random=True,
    ),
    "window from the end of the last read": Plant(
        "changes while the pages were read",
        wrap(Read, "see", _from_the_end),
        reading.test_moving_records_are_not_lost,
        SalesforceStand,
        INCREMENT,
    ),
    "no overlap, late commits": Plant(
        "what becomes visible after its stamp",
        wrap(pull, "timedelta", lambda _span: lambda seconds: timedelta(0)),  # noqa: ARG005 - as it is called
        increments.test_late_commit_is_read,
        SalesforceStand,
    ),
    "no overlap, an index that lags": Plant(
        "what the index does not find yet",
        wrap(pull, "timedelta", lambda _span: lambda seconds: timedelta(0)),  # noqa: ARG005 - as it is called
        increments.test_lagging_index_loses_nothing,
        HubSpotStand,
    ),
    "last record of a page dropped": Plant(
        "records on the boundary of pages",
        wrap(pull, "read_windows", _without_the_last),
        reading.test_everything_is_read_and_accounted_for,
        JiraStand,
    ),
    "of a record that comes twice the first counts": Plant(
        "what changed between two pages",
        wrap(heads, "_ARRIVED", lambda query: query.replace("max(", "min(")),
        reading.test_later_state_counts,
        JiraStand,
    ),
    "a stamp that moved is a change": Plant(
        "nothing, and calls everything news",
        wrap(intake, "_hash", lambda _hash: lambda row: row.model_dump_json()),
        increments.test_touch_without_change_is_no_change,
        SalesforceStand,
    ),
    "watermark moved by a read that was cut off": Plant(
        "what the cut-off read did not reach",
        wrap(Read, "manifest", _moved_anyway),
        reading.test_trouble_on_a_later_page_is_partial,
        JiraStand,
    ),
    "every end is taken for the end": Plant(
        "what came after trouble on the wire",
        wrap(pull, "_judge", _always_whole),
        reading.test_lasting_trouble_is_no_empty_success,
        JiraStand,
        {"variant": "500"},
    ),
    "parts of a killed run forgotten": Plant(
        "what was landed before the kill and is not read again",
        wrap(pull, "_begin", _forgetting_parts),
        killed_on_the_way,
        JiraStand,
    ),
    "no sweep": Plant(
        "what was erased, hidden or archived without a trace",
        wrap(pull, "sweep_stream", lambda _sweep: lambda *_args, **_given: Swept()),
        going.test_erased_record_is_found,
        JiraStand,
    ),
    "sets without a difference": Plant(
        "who was taken off a deal",
        wrap(heads.Heads, "absent", lambda _absent: lambda _self: []),
        going.test_member_that_left_is_told,
        SalesforceStand,
    ),
}
