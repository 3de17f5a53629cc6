"""Bugs in how Jira is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

from atlas_sync.connectors.jira import walk as jira_walk
from atlas_sync.connectors.jira.cloud import CloudSite
from atlas_sync.connectors.jira.site import Found
from tests.conformance import test_increments as increments
from tests.conformance import test_reading as reading
from tests.soak.plants.plant import FIRST, LONG_AGO, Patch, Plant, wrap
from tests.stands.jira import JiraStand

__all__ = ["JIRA"]


def _unasked(*plants: Callable[[Patch], None]) -> Callable[[Patch], None]:
    """Plant in Jira's walk what would be made good by asking for what tokens passed over, and ask for nothing."""

    def plant(patch: Patch) -> None:
        for one in (*plants, _NOBODY_ASKS):
            one(patch)

    return plant


_NOBODY_ASKS = wrap(jira_walk, "_passed_over", lambda _ask: lambda *_args, **_given: iter(()))


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


JIRA: Mapping[str, Plant] = {
    "jira: minute rounded up": Plant(
        "a change in the minute of the last read",
        wrap(jira_walk, "_minute", lambda _floor: _later),
        increments.test_bound_is_inclusive,
        JiraStand,
        is_random=True,
    ),
    "jira: times of our own zone": Plant(
        "hours of changes, where the user's profile has another zone",
        wrap(jira_walk, "_epoch_ms", _of_our_zone),
        increments.test_new_and_changed_records_come,
        JiraStand,
    ),
    "jira: offset of the summer": Plant(
        "the hour after the clocks were put back",
        wrap(jira_walk, "_epoch_ms", _of_summer),
        increments.test_end_of_summer_time_loses_nothing,
        JiraStand,
    ),
    "jira: goes on after the minute": Plant(
        "issues of one minute on both sides of a page's end",
        wrap(jira_walk, "_reached", _past_the_minute),
        increments.test_equal_stamps_across_pages_are_read,
        JiraStand,
        LONG_AGO,
    ),
    "jira: a short page is the last": Plant(
        "what comes behind it",
        wrap(CloudSite, "search", _ends_when_short),
        reading.test_short_pages_are_no_end,
        JiraStand,
        FIRST,
    ),
    "jira: a token again is the end": Plant(
        "what comes behind it",
        _unasked(wrap(CloudSite, "search", _ends_at_a_token_again)),
        reading.test_repeated_token_is_no_loop,
        JiraStand,
        FIRST,
    ),
    "jira: pages by token": Plant(
        "an issue that moved up while one before it moved to the end",
        _unasked(wrap(jira_walk, "_reached", _by_tokens)),
        reading.test_moving_records_are_not_lost,
        JiraStand,
        FIRST,
    ),
    "jira: nobody asks what tokens passed over": Plant(
        "an issue of the same minute that moved up while one before it moved to the end",
        _NOBODY_ASKS,
        reading.test_moving_records_are_not_lost,
        JiraStand,
        {"variant": "increment with one stamp"},
    ),
}
