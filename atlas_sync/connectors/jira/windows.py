"""Parts a full read into windows by the day of creation, which never changes, so that they can be read at once.

Projects that came into sight have a window of their own, which is named by their ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import msgspec

from atlas_sync.connectors.jira.site import Site
from atlas_sync.connectors.jira.walk import EVERYTHING
from atlas_sync.errors import ContractError

__all__ = ["clauses_of", "of_projects", "parted", "projects_of"]

_WINDOWS = 8
_WORTH_IT = 2000
_DAY = timedelta(days=1)
_PROJECTS = "projects "


@dataclass(frozen=True, slots=True)
class _Span:
    """Issues made from one day up to another, and about how many they are."""

    start: datetime
    end: datetime
    count: int


def parted(site: Site, clauses: Sequence[str]) -> list[str]:
    """Give the names of windows that together hold every issue; one without a name where it is not worth it.

    They hold about as many issues each. The first has no beginning and the last no end, so that no issue is outside.
    """
    total = site.count(_jql(*clauses))
    first = _first(site, clauses) if total > _WORTH_IT else None
    if first is None:
        return [""]
    newest = _first(site, clauses, descending=True) or first
    whole = _Span(_day(first), _day(newest) + _DAY, total)
    bounds = [_ms(span.end) for span in _split(site, clauses, whole, most=total // _WINDOWS + 1)][:-1]
    return [f"{start}..{end}" for start, end in pairwise(["", *bounds, ""])] if bounds else [""]


def of_projects(ids: Iterable[str]) -> str:
    """Name the window of some projects."""
    return _PROJECTS + ",".join(ids)


def projects_of(window: str) -> tuple[str, ...]:
    """Give the ids of the projects that a window is of; none where it is of days."""
    return tuple(window.removeprefix(_PROJECTS).split(",")) if window.startswith(_PROJECTS) else ()


def clauses_of(window: str) -> tuple[str, ...]:
    """Give the clauses of JQL of a window of days."""
    start, _dots, end = window.partition("..")
    return tuple(f"created {sign} {bound}" for sign, bound in ((">=", start), ("<", end)) if bound)


def _split(site: Site, clauses: Sequence[str], span: _Span, *, most: int) -> Iterator[_Span]:
    """Halve a span until each part is small enough, or a day."""
    if span.count <= most or span.end - span.start <= _DAY:
        yield span
        return
    middle = max(_day(span.start + (span.end - span.start) / 2), span.start + _DAY)
    inside = site.count(_jql(*clauses, *clauses_of(f"{_ms(span.start)}..{_ms(middle)}")))
    yield from _split(site, clauses, _Span(span.start, middle, inside), most=most)
    yield from _split(site, clauses, _Span(middle, span.end, span.count - inside), most=most)


def _first(site: Site, clauses: Sequence[str], *, descending: bool = False) -> datetime | None:
    order = "DESC" if descending else "ASC"
    found = site.search(f"{_jql(*clauses)} ORDER BY created {order}", fields=("created",), size=1)
    return _created(found.members[0]) if found.members else None


def _created(body: bytes) -> datetime:
    try:
        return datetime.fromisoformat(msgspec.json.decode(body)["fields"]["created"]).astimezone(UTC)
    except (KeyError, TypeError, ValueError):
        raise ContractError("an issue without a time of creation.", advice="Run again.") from None


def _jql(*clauses: str) -> str:
    return " AND ".join(clauses or (EVERYTHING,))


def _day(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _ms(moment: datetime) -> str:
    return str(int(moment.timestamp() * 1000))
