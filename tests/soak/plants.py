"""Bugs to plant, of each kind that loses records or invents what happened to them, and the play that must fail with each.

A bug is planted at a seam: the question that goes out, the page that comes in, the place a read goes on from, or the clock
that the next window starts at. A play is a case of the conformance suite, or a scene with kills; `test_planted.py` holds
that it passes without the bug and fails with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest

from atlas_sync.connectors.hubspot import records as hubspot_records
from atlas_sync.connectors.hubspot import walks as hubspot_walks
from atlas_sync.connectors.hubspot.associations import company_ids
from atlas_sync.connectors.hubspot.links import Links
from atlas_sync.connectors.jira import walk as jira_walk
from atlas_sync.connectors.jira.cloud import CloudSite
from atlas_sync.connectors.jira.site import Found
from atlas_sync.connectors.protocol import Page
from atlas_sync.connectors.raw import raw_members
from atlas_sync.connectors.salesforce import reader as salesforce_reader
from atlas_sync.connectors.salesforce import walk as salesforce_walk
from atlas_sync.connectors.salesforce.client import SalesforceClient
from atlas_sync.connectors.salesforce.mapping import SalesforceMapper
from atlas_sync.operations import intake, pull
from atlas_sync.operations.sweep import Swept
from atlas_sync.store import heads
from tests.conformance import test_going_away as going
from tests.conformance import test_increments as increments
from tests.conformance import test_manners as manners
from tests.conformance import test_reading as reading
from tests.soak.scenes import killed_on_the_way
from tests.stands.hubspot import HubSpotStand
from tests.stands.jira import JiraStand
from tests.stands.protocol import Stand
from tests.stands.salesforce import SalesforceStand

__all__ = ["PLANTS", "Plant"]

Patch = pytest.MonkeyPatch


@dataclass(frozen=True)
class Plant:
    """A bug, in words, how it is planted, and the play on a stand that must fail with it."""

    says: str
    plant: Callable[[Patch], None]
    play: Callable[..., object]
    stand: type[Stand]
    given: Mapping[str, str] = field(default_factory=dict)
    is_random: bool = False
    """Random seeds show it too, soon enough to be played in the long form."""


def _wrap(owner: Any, name: str, change: Callable[[Any], Any]) -> Callable[[Patch], None]:
    return lambda patch: patch.setattr(owner, name, change(getattr(owner, name)))


def _unasked(*plants: Callable[[Patch], None]) -> Callable[[Patch], None]:
    """Plant in Jira's walk what would be made good by asking for what tokens passed over, and ask for nothing."""

    def plant(patch: Patch) -> None:
        for one in (*plants, _NOBODY_ASKS):
            one(patch)

    return plant


_NOBODY_ASKS = _wrap(jira_walk, "_passed_over", lambda _ask: lambda *_args, **_given: iter(()))


def _our_clock(patch: Patch) -> None:
    begin, see, clocks = pull._begin, pull._Read.see, list[Callable[[], datetime]]()

    def begun(workspace: Any, *args: Any) -> Any:
        clocks.append(workspace.now)
        return begin(workspace, *args)

    def seen(self: Any, place: int, page: Page) -> None:
        see(self, place, page)
        self.clock = clocks[-1]()

    patch.setattr(pull, "_begin", begun)
    patch.setattr(pull._Read, "see", seen)


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


def _later(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0) + timedelta(minutes=1)


def _of_summer(_write: object) -> Callable[[datetime], str]:
    """Write times as the site shows them, with the offset of the summer in which the process was started."""
    return lambda moment: f'"{moment.astimezone(timezone(timedelta(hours=2))):%Y-%m-%d %H:%M}"'


def _of_our_zone(_write: object) -> Callable[[datetime], str]:
    """Write times as a server in Tokyo shows them."""
    return lambda moment: f'"{moment.astimezone(timezone(timedelta(hours=9))):%Y-%m-%d %H:%M}"'


def _by_tokens(_reached: object) -> Any:
    """Walk by the vendor's tokens alone."""
    return lambda _stamps, _found: None


def _past_the_minute(reached: Callable[..., Any]) -> Callable[..., Any]:
    """Go on after the minute of a page's last stamp."""

    def passed(*args: Any) -> Any:
        moment = reached(*args)
        return moment and moment + timedelta(minutes=1)

    return passed


def _ends_when_short(search: Callable[..., Found]) -> Callable[..., Found]:
    def searched(self: Any, *args: Any, size: int = 100, **given: Any) -> Found:
        found = search(self, *args, size=size, **given)
        return found if len(found.members) >= min(size, 25) else replace(found, after="", proof="a short page")

    return searched


def _ends_at_a_token_again(search: Callable[..., Found]) -> Callable[..., Found]:
    seen = set[str]()

    def searched(*args: Any, **given: Any) -> Found:
        found = search(*args, **given)
        if found.after in seen:
            return replace(found, after="", proof="a token again")
        seen.add(found.after)
        return found

    return searched


def _short_is_last(members_of: Callable[..., Any]) -> Callable[..., Any]:
    """Take a page of HubSpot that holds fewer records than were asked for as the last one."""

    def read(body: bytes, **given: Any) -> Any:
        members, rest = members_of(body, **given)
        return members, rest if len(members) >= hubspot_walks._LIST else {}

    return read


def _empty_is_last(members_of: Callable[..., Any]) -> Callable[..., Any]:
    def read(body: bytes, **given: Any) -> Any:
        members, rest = members_of(body, **given)
        return members, rest if members else {}

    return read


def _again_is_last(following: Callable[..., str]) -> Callable[..., str]:
    seen = set[str]()

    def followed(page: Any) -> str:
        after = following(page)
        if after in seen:
            return ""
        seen.add(after)
        return after

    return followed


def _to_the_cap(client: Any, kind: Any, since: datetime, *, names: Sequence[str]) -> Iterator[hubspot_walks.Batch]:
    """Search page by page, as far as HubSpot lets a query reach."""
    reach = 300  # what the stand gives when its cap is on
    for start in range(0, reach - hubspot_walks._SEARCH + 1, hubspot_walks._SEARCH):
        body = hubspot_walks.search_body(kind, since, after=str(start or ""), names=names)
        answer = client.search(kind.type, body, operation=kind.type)
        members, rest = raw_members(answer.body, list_name="results")
        is_last = not hubspot_walks.following(rest) or start + 2 * hubspot_walks._SEARCH > reach
        yield hubspot_walks.Batch(members, answer.server_time, proof="the cap" if is_last else "")
        if is_last:
            return


def _by_stamp(client: Any, kind: Any, since: datetime, *, names: Sequence[str]) -> Iterator[hubspot_walks.Batch]:
    """Search in order of stamps, each page from after the last stamp of the one before."""
    while True:
        body = hubspot_walks.search_body(kind, since, names=[*names, kind.cursor])
        body |= {"sorts": [{"propertyName": kind.cursor, "direction": "ASCENDING"}], "limit": 50}
        answer = client.search(kind.type, body, operation=kind.type)
        members, rest = raw_members(answer.body, list_name="results")
        is_last = not hubspot_walks.following(rest)
        yield hubspot_walks.Batch(members, answer.server_time, proof="the last page" if is_last else "")
        if is_last:
            return
        stamp = msgspec.json.decode(members[-1])["properties"][kind.cursor]
        since = datetime.fromisoformat(stamp) + timedelta(milliseconds=1)


def _no_pairs(_self: object, **_given: object) -> Iterator[Page]:
    yield Page((), proof="nobody asked")


def _as_they_are_later(first: Callable[..., Iterator[Page]]) -> Callable[..., Iterator[Page]]:
    """Write down the companies of deals as they are when the links are read."""

    def asked(self: Any, deals: Sequence[str], _companies: object) -> Iterator[Page]:
        found = self._associations.read("deals", "companies", list(deals))
        return first(self, deals, {deal: company_ids(found.get(deal, ())) for deal in deals})

    return asked


def _after_the_stamp(after: Callable[..., str]) -> Callable[..., str]:
    """Go on after a stamp, whoever else carries it."""

    def asked(key: Any, *, stamp: str = "SystemModstamp") -> str:
        said = after(key, stamp=stamp)
        return said.rpartition(" OR ")[2].removesuffix(")") if " OR " in said else said

    return asked


def _short_page_is_last(fetch: Callable[..., Any]) -> Callable[..., Any]:
    """Take a page of Salesforce that holds fewer records than the ones before as the last one, and count nothing."""
    most = 20

    def fetched(ask: Callable[[], Any]) -> Any:
        page, rest = fetch(ask)
        rest.pop("totalSize", None)
        return page, rest if len(page.records) >= most else {**rest, "done": True}

    return fetched


def _same_path_is_last(fetch: Callable[..., Any]) -> Callable[..., Any]:
    """Take a page of Salesforce that names the same next one again as the last one, and count nothing."""
    paths = set[str]()

    def fetched(ask: Callable[[], Any]) -> Any:
        page, rest = fetch(ask)
        path = str(rest.get("nextRecordsUrl"))
        is_again = path in paths
        paths.add(path)
        rest.pop("totalSize", None)
        return page, {**rest, "done": True} if is_again else rest

    return fetched


def _without_evidence(say: Callable[..., Any]) -> Callable[..., Any]:
    def said(self: SalesforceMapper, stream: str, record: Mapping[str, Any]) -> Any:
        return [row.model_copy(update={"deletion": None}) for row in say(self, stream, record)]

    return said


def _living_alone(get: Callable[..., Any]) -> Callable[..., Any]:
    return lambda self, path, **given: get(self, "query" if path == "queryAll" else path, **given)


_AHEAD, _LONG_AGO = {"variant": "ten years ahead"}, {"variant": "changed long ago"}
_FIRST, _INCREMENT = {"variant": "first read"}, {"variant": "increment"}

PLANTS: Mapping[str, Plant] = {
    "our own clock": Plant(
        "everything, where our clock goes before the vendor's",
        _our_clock,
        increments.test_our_clock_does_not_count,
        SalesforceStand,
        _AHEAD,
        is_random=True,
    ),
    "window from the end of the last read": Plant(
        "changes while the pages were read",
        _wrap(pull._Read, "see", _from_the_end),
        reading.test_moving_records_are_not_lost,
        SalesforceStand,
        _INCREMENT,
    ),
    "no overlap, late commits": Plant(
        "what becomes visible after its stamp",
        _wrap(pull, "timedelta", lambda _span: lambda seconds: timedelta(0)),  # noqa: ARG005 - as it is called
        increments.test_late_commit_is_read,
        SalesforceStand,
    ),
    "no overlap, an index that lags": Plant(
        "what the index does not find yet",
        _wrap(pull, "timedelta", lambda _span: lambda seconds: timedelta(0)),  # noqa: ARG005 - as it is called
        increments.test_lagging_index_loses_nothing,
        HubSpotStand,
    ),
    "salesforce: > instead of >=": Plant(
        "a change in the second of the last read",
        _wrap(salesforce_reader, "since", lambda ask: lambda *args, **given: ask(*args, **given).replace(">=", ">")),
        increments.test_bound_is_inclusive,
        SalesforceStand,
        is_random=True,
    ),
    "hubspot: > instead of >=": Plant(
        "a change in the millisecond of the last read, and here in its second",
        _wrap(
            hubspot_walks,
            "search_body",
            lambda ask: lambda kind, since, **given: ask(kind, since + timedelta(milliseconds=999), **given),
        ),
        increments.test_bound_is_inclusive,
        HubSpotStand,
    ),
    "jira: minute rounded up": Plant(
        "a change in the minute of the last read",
        _wrap(jira_walk, "_minute", lambda _floor: _later),
        increments.test_bound_is_inclusive,
        JiraStand,
        is_random=True,
    ),
    "jira: times of our own zone": Plant(
        "hours of changes, where the user's profile has another zone",
        _wrap(jira_walk, "_epoch_ms", _of_our_zone),
        increments.test_new_and_changed_records_come,
        JiraStand,
    ),
    "jira: offset of the summer": Plant(
        "the hour after the clocks were put back",
        _wrap(jira_walk, "_epoch_ms", _of_summer),
        increments.test_end_of_summer_time_loses_nothing,
        JiraStand,
    ),
    "salesforce: goes on after the stamp alone": Plant(
        "records with the stamp of the last one, where a session ends",
        _wrap(salesforce_reader, "after", _after_the_stamp),
        manners.test_session_is_renewed,
        SalesforceStand,
        _LONG_AGO,
    ),
    "hubspot: pages by the stamp alone": Plant(
        "records with one stamp on both sides of a page's end",
        _wrap(hubspot_records, "walk_changed", lambda _walk: _by_stamp),
        increments.test_equal_stamps_across_pages_are_read,
        HubSpotStand,
        _LONG_AGO,
    ),
    "jira: goes on after the minute": Plant(
        "issues of one minute on both sides of a page's end",
        _wrap(jira_walk, "_reached", _past_the_minute),
        increments.test_equal_stamps_across_pages_are_read,
        JiraStand,
        _LONG_AGO,
    ),
    "hubspot: search up to its cap": Plant(
        "what a query does not reach",
        _wrap(hubspot_records, "walk_changed", lambda _walk: _to_the_cap),
        increments.test_cap_of_a_listing_loses_nothing,
        HubSpotStand,
    ),
    "hubspot: an empty page is the last": Plant(
        "what comes behind records that only the index still holds",
        _wrap(hubspot_walks, "raw_members", _empty_is_last),
        reading.test_empty_page_is_no_end,
        HubSpotStand,
    ),
    "salesforce: a short page is the last": Plant(
        "what comes behind it",
        _wrap(salesforce_walk, "_fetch", _short_page_is_last),
        reading.test_short_pages_are_no_end,
        SalesforceStand,
        _FIRST,
    ),
    "hubspot: a short page is the last": Plant(
        "what comes behind it",
        _wrap(hubspot_walks, "raw_members", _short_is_last),
        reading.test_short_pages_are_no_end,
        HubSpotStand,
        _FIRST,
    ),
    "jira: a short page is the last": Plant(
        "what comes behind it",
        _wrap(CloudSite, "search", _ends_when_short),
        reading.test_short_pages_are_no_end,
        JiraStand,
        _FIRST,
    ),
    "salesforce: a token again is the end": Plant(
        "what comes behind it",
        _wrap(salesforce_walk, "_fetch", _same_path_is_last),
        reading.test_repeated_token_is_no_loop,
        SalesforceStand,
        _FIRST,
    ),
    "hubspot: a token again is the end": Plant(
        "what comes behind it",
        _wrap(hubspot_walks, "following", _again_is_last),
        reading.test_repeated_token_is_no_loop,
        HubSpotStand,
        _FIRST,
    ),
    "jira: a token again is the end": Plant(
        "what comes behind it",
        _unasked(_wrap(CloudSite, "search", _ends_at_a_token_again)),
        reading.test_repeated_token_is_no_loop,
        JiraStand,
        _FIRST,
    ),
    "jira: pages by token": Plant(
        "an issue that moved up while one before it moved to the end",
        _unasked(_wrap(jira_walk, "_reached", _by_tokens)),
        reading.test_moving_records_are_not_lost,
        JiraStand,
        _FIRST,
    ),
    "jira: nobody asks what tokens passed over": Plant(
        "an issue of the same minute that moved up while one before it moved to the end",
        _NOBODY_ASKS,
        reading.test_moving_records_are_not_lost,
        JiraStand,
        {"variant": "increment with one stamp"},
    ),
    "last record of a page dropped": Plant(
        "records on the boundary of pages",
        _wrap(pull, "_land", _without_the_last),
        reading.test_everything_is_read_and_accounted_for,
        JiraStand,
    ),
    "of a record that comes twice the first counts": Plant(
        "what changed between two pages",
        _wrap(heads, "_ARRIVED", lambda query: query.replace("max(", "min(")),
        reading.test_later_state_counts,
        JiraStand,
    ),
    "a stamp that moved is a change": Plant(
        "nothing, and calls everything news",
        _wrap(intake, "_hash", lambda _hash: lambda row: row.model_dump_json()),
        increments.test_touch_without_change_is_no_change,
        SalesforceStand,
    ),
    "watermark moved by a read that was cut off": Plant(
        "what the cut-off read did not reach",
        _wrap(pull._Read, "manifest", _moved_anyway),
        reading.test_trouble_on_a_later_page_is_partial,
        JiraStand,
    ),
    "every end is taken for the end": Plant(
        "what came after trouble on the wire",
        _wrap(pull, "_judge", _always_whole),
        reading.test_lasting_trouble_is_no_empty_success,
        JiraStand,
        {"variant": "500"},
    ),
    "parts of a killed run forgotten": Plant(
        "what was landed before the kill and is not read again",
        _wrap(pull, "_begin", _forgetting_parts),
        killed_on_the_way,
        JiraStand,
    ),
    "no sweep": Plant(
        "what was erased, hidden or archived without a trace",
        _wrap(pull, "sweep_stream", lambda _sweep: lambda *_args, **_given: Swept()),
        going.test_erased_record_is_found,
        JiraStand,
    ),
    "sets without a difference": Plant(
        "who was taken off a deal",
        _wrap(heads.Heads, "absent", lambda _absent: lambda _self: []),
        going.test_member_that_left_is_told,
        SalesforceStand,
    ),
    "hubspot: links not compared": Plant(
        "what a deal belongs to, where only that changed",
        _wrap(Links, "pages", lambda _pages: _no_pairs),
        increments.test_change_of_association_is_read,
        HubSpotStand,
    ),
    "hubspot: links written down as they are later": Plant(
        "what a deal belongs to, where that changed between two streams of the first read",
        _wrap(Links, "first", _as_they_are_later),
        increments.test_change_of_association_while_read_first_is_read,
        HubSpotStand,
    ),
    "salesforce: archived and deleted not read": Plant(
        "activities that are archived",
        _wrap(SalesforceClient, "get", _living_alone),
        increments.test_aged_records_are_read,
        SalesforceStand,
    ),
    "salesforce: deletion not believed": Plant(
        "what was deleted or merged",
        _wrap(SalesforceMapper, "map_record", _without_evidence),
        going.test_deleted_record_is_told,
        SalesforceStand,
    ),
}
