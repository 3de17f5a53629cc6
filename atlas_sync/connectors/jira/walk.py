"""A walk over all issues of a search in order of their change, that loses none of those that change meanwhile.

No page token is trusted to stay in place: an issue that is changed moves to the end, and one that is deleted lets all behind
it move up. So each page is asked for anew, from the stamp of the last one on; a token is only followed inside one minute, and
among issues that were changed a moment ago, where search may lag. Where tokens were followed, a list of ids alone, which needs
few pages, then says if any was passed over; what changes while the walk goes on is the next increment's.

Times go into the query as milliseconds, since a text is read in the profile time zone of the integration's user; they are cut
to the minute, which is the grain that Jira promises. Source: airbyte pull requests 48395 and 48838; Jira Cloud, JQL fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from atlas_sync.connectors.jira.site import Found, Site, look
from atlas_sync.connectors.protocol import Page, RawRecord
from atlas_sync.connectors.raw import record_id
from atlas_sync.errors import ContractError, TransientError

__all__ = ["EVERYTHING", "Route", "listing", "quoted", "walk"]

EVERYTHING = 'updated >= "1970-01-02"'
"""A restriction that holds for every issue: Cloud refuses a search without one."""

_SETTLED = timedelta(minutes=10)
_MAX_PAGES, _ID_PAGE, _ROUNDS = 100_000, 5000, 10
_STRAY = ContractError("a search gave the same page token twice.", advice="Run again; tell Atlassian if it stays.")


class _Fields(msgspec.Struct):
    updated: Any = None


class _Stamped(msgspec.Struct):
    id: str
    fields: _Fields | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """What a walk goes over: clauses of JQL, changes `since`, and the `position` that a page of the same walk gave."""

    clauses: tuple[str, ...] = ()
    since: datetime | None = None
    position: str = ""

    def start(self) -> datetime | None:
        """Give the moment to begin at."""
        if self.position:
            return datetime.fromtimestamp(int(self.position) / 1000, UTC)
        return _minute(self.since) if self.since else None

    def jql(self, floor: datetime | None, until: datetime | None = None) -> str:
        """Write the query for all that changed since a moment, and before another one."""
        changed = [f"updated >= {_epoch_ms(floor)}" if floor else EVERYTHING]
        changed += [f"updated < {_epoch_ms(until)}"] if until else []
        return f"{' AND '.join((*self.clauses, *changed))} ORDER BY updated ASC, id ASC"


def walk(site: Site, route: Route, *, fields: Sequence[str], size: int = 100) -> Iterator[Page]:
    """Yield the pages of a walk. An issue that changes meanwhile comes again; each page can be gone on from.

    Raises:
        ContractError: a token came twice.
    """
    floor, after, opened = route.start(), "", None
    places: set[str] = set()
    seen: set[tuple[str, str]] = set()
    for _ in range(_MAX_PAGES):
        found = site.search(route.jql(floor), fields=(*fields, "updated"), after=after, size=size)
        opened = opened or found.server_time
        keys = [_key(body) for body in found.members]
        page = _fresh(found, keys, seen, position=floor)
        reached = _reached([stamp for _id, stamp in keys], found)
        passed = reached if reached and (floor is None or reached > floor) else None
        if after and (passed or not found.after):
            span = (floor, passed or (opened and _minute(opened) + timedelta(minutes=1)))
            yield from _passed_over(site, route, span, seen=seen, fields=fields, size=size)
        if passed:
            floor, after = passed, ""
            places.clear()
            seen = set(keys)
        else:
            after = found.after
        yield replace(page, position=_position(floor), proof=found.proof)
        if not found.after:
            return
        if after in places:
            break
        places |= {after} if after else set()
    raise _STRAY


def _passed_over(
    site: Site,
    route: Route,
    span: tuple[datetime | None, datetime | None],
    *,
    seen: set[tuple[str, str]],
    fields: Sequence[str],
    size: int,
) -> Iterator[Page]:
    """Yield the issues of a span that was read by tokens and that these passed over, since others moved.

    Raises:
        TransientError: they move faster than they can be read.
    """
    floor, until = span
    if until is None or (floor is not None and floor >= until):
        return
    jql = route.jql(floor, until)
    for _ in range(_ROUNDS):
        there = {
            record_id(body) for found in listing(site, jql, fields=("id",), size=_ID_PAGE) for body in found.members
        }
        if there <= {remote_id for remote_id, _stamp in seen}:
            return
        for found in listing(site, jql, fields=(*fields, "updated"), size=size):
            yield _fresh(found, [_key(body) for body in found.members], seen, position=floor)
    raise TransientError("issues change faster than they can be read.", advice="The next run goes on.")


def _fresh(
    found: Found, keys: Sequence[tuple[str, str]], seen: set[tuple[str, str]], *, position: datetime | None
) -> Page:
    """Make a page of the states of issues that were not seen yet; they are from now on."""
    records = (RawRecord(key[0], body) for key, body in zip(keys, found.members, strict=True) if key not in seen)
    page = Page(tuple(records), found.server_time, _position(position))
    seen.update(keys)
    return page


def _reached(stamps: Sequence[str], found: Found) -> datetime | None:
    """Give the minute from which to ask for the next page, None where that would not be safe.

    It is safe where the page keeps the order, and its last stamp is older than search may lag: an issue that was changed a
    moment ago may stand at its old place with its new stamp.
    """
    moments = [_moment(stamp) for stamp in stamps]
    known = [moment for moment in moments if moment]
    if not known or len(known) < len(moments) or known != sorted(known) or found.server_time is None:
        return None
    return _minute(known[-1]) if known[-1] < found.server_time - _SETTLED else None


def _position(floor: datetime | None) -> str:
    return str(_epoch_ms(floor)) if floor else ""


def listing(site: Site, jql: str, *, fields: Sequence[str], size: int) -> Iterator[Found]:
    """Yield the pages of a search by its own tokens, where an issue that is missed does no harm.

    Raises:
        ContractError: a token came twice.
    """
    after, places = "", set[str]()
    for _ in range(_MAX_PAGES):
        found = site.search(jql, fields=fields, after=after, size=size)
        yield found
        after = found.after
        if not after:
            return
        if after in places:
            break
        places.add(after)
    raise _STRAY


def quoted(value: str) -> str:
    """Give a value as JQL takes it, whatever stands in it."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _key(body: bytes) -> tuple[str, str]:
    """Give an issue's id and stamp, which together name one state of it."""
    issue = look(body, _Stamped)
    return issue.id, str((issue.fields and issue.fields.updated) or "")


def _moment(stamp: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(stamp)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _minute(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(second=0, microsecond=0)


def _epoch_ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
