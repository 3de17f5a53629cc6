"""Bugs in how HubSpot is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from atlas_sync.connectors.hubspot import records as hubspot_records
from atlas_sync.connectors.hubspot import walks as hubspot_walks
from atlas_sync.connectors.hubspot.associations import company_ids
from atlas_sync.connectors.hubspot.links import Links
from atlas_sync.connectors.protocol import Page
from atlas_sync.connectors.raw import raw_members
from tests.conformance import test_increments as increments
from tests.conformance import test_reading as reading
from tests.soak.plants.plant import FIRST, LONG_AGO, Plant, wrap
from tests.stands.hubspot import HubSpotStand

__all__ = ["HUBSPOT"]


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


HUBSPOT: Mapping[str, Plant] = {
    "hubspot: > instead of >=": Plant(
        "a change in the millisecond of the last read, and here in its second",
        wrap(
            hubspot_walks,
            "search_body",
            lambda ask: lambda kind, since, **given: ask(kind, since + timedelta(milliseconds=999), **given),
        ),
        increments.test_bound_is_inclusive,
        HubSpotStand,
    ),
    "hubspot: pages by the stamp alone": Plant(
        "records with one stamp on both sides of a page's end",
        wrap(hubspot_records, "walk_changed", lambda _walk: _by_stamp),
        increments.test_equal_stamps_across_pages_are_read,
        HubSpotStand,
        LONG_AGO,
    ),
    "hubspot: search up to its cap": Plant(
        "what a query does not reach",
        wrap(hubspot_records, "walk_changed", lambda _walk: _to_the_cap),
        increments.test_cap_of_a_listing_loses_nothing,
        HubSpotStand,
    ),
    "hubspot: an empty page is the last": Plant(
        "what comes behind records that only the index still holds",
        wrap(hubspot_walks, "raw_members", _empty_is_last),
        reading.test_empty_page_is_no_end,
        HubSpotStand,
    ),
    "hubspot: a short page is the last": Plant(
        "what comes behind it",
        wrap(hubspot_walks, "raw_members", _short_is_last),
        reading.test_short_pages_are_no_end,
        HubSpotStand,
        FIRST,
    ),
    "hubspot: a token again is the end": Plant(
        "what comes behind it",
        wrap(hubspot_walks, "following", _again_is_last),
        reading.test_repeated_token_is_no_loop,
        HubSpotStand,
        FIRST,
    ),
    "hubspot: links not compared": Plant(
        "what a deal belongs to, where only that changed",
        wrap(Links, "pages", lambda _pages: _no_pairs),
        increments.test_change_of_association_is_read,
        HubSpotStand,
    ),
    "hubspot: links written down as they are later": Plant(
        "what a deal belongs to, where that changed between two streams of the first read",
        wrap(Links, "first", _as_they_are_later),
        increments.test_change_of_association_while_read_first_is_read,
        HubSpotStand,
    ),
}
