"""Walks over all issues, by change or by id, that lose none of those that change meanwhile.

No offset is trusted to stay in place: an issue that is changed moves to the end and lets all behind it move up. Each page is
asked for anew, from the stamp of the last one on; where one second holds more than a page, by id within that second. A page
is the last when it holds as many as there are from its start on. Stamps are kept finer than the second in which they are told
and asked for, so a bound reaches up to a second further back, and has to be set a second later where it is an end.
Source: Redmine 5.0.4, measured, and Query#date_clause.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import msgspec

from atlas_sync.connectors.raw import record_ids
from atlas_sync.connectors.redmine.client import RedmineClient
from atlas_sync.errors import ContractError

__all__ = ["Walked", "by_id", "walk"]

_SECOND = timedelta(seconds=1)
_BEGINNING = datetime(1970, 1, 2, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Walked:
    """One page of a walk: issues not given before in the state they are in, and where a walk can go on after it."""

    ids: tuple[str, ...]
    members: tuple[bytes, ...]
    server_time: datetime | None
    total: int
    proof: str = ""
    position: str = ""

    @property
    def is_last(self) -> bool:
        """Tell if there is no more."""
        return bool(self.proof)


class _Stamp(msgspec.Struct):
    updated_on: datetime


def walk(client: RedmineClient, *, since: datetime | None, position: str = "", project: str = "") -> Iterator[Walked]:
    """Yield the issues that changed since a moment, in order of their change; of one project alone where that is named."""
    inside = {"project_id": project, "subproject_id": "!*"} if project else {}
    floor = datetime.fromisoformat(position) if position else since or _BEGINNING
    floor = floor.astimezone(UTC).replace(microsecond=0)
    clock = _newest(client)
    seen: set[tuple[str, datetime]] = set()
    while True:
        page = _asked(client, updated_on=f">={_word(floor)}", sort="updated_on,id", **inside)
        reached = _stamp(page.members[-1]) if page.members else floor
        if not page.is_last and reached <= floor:
            for part in by_id(client, after=0, updated_on=f"><{_word(floor)}|{_word(floor + _SECOND)}", **inside):
                yield replace(_fresh(part, seen), server_time=clock, position=floor.isoformat(), proof="")
            floor += _SECOND
            continue
        yield replace(_fresh(page, seen), server_time=clock, position=floor.isoformat())
        if page.is_last:
            return
        seen = {key for key in seen if key[1] >= reached - _SECOND}
        floor = reached


def _newest(client: RedmineClient) -> datetime | None:
    """Give the time on Redmine's clock, or of its last change where nothing in front of it tells the time: puma does not."""
    page = client.page("issues", "issues", operation="newest", status_id="*", sort="updated_on:desc", limit=1)
    return page.server_time or (_stamp(page.members[0]) if page.members else None)


def by_id(client: RedmineClient, *, after: int = 0, **params: str) -> Iterator[Walked]:
    """Yield issues past an id in order of their ids, which never change."""
    while True:
        page = _asked(client, issue_id=f">={after + 1}", sort="id", **params)
        yield page
        if page.is_last:
            return
        after = int(page.ids[-1])


def _fresh(page: Walked, seen: set[tuple[str, datetime]]) -> Walked:
    """Leave out the states of issues that were given before; what is left is seen from now on."""
    keys = [(one, _stamp(body)) for one, body in zip(page.ids, page.members, strict=True)]
    new = [at for at, key in enumerate(keys) if key not in seen]
    seen.update(keys)
    return replace(page, ids=tuple(page.ids[at] for at in new), members=tuple(page.members[at] for at in new))


def _asked(client: RedmineClient, **params: str) -> Walked:
    """Ask for a page of issues in any status.

    Raises:
        ContractError: it does not say how many there are, or is empty before the end.
    """
    page = client.page("issues", "issues", operation="issues", status_id="*", **params)
    if page.total is None or (page.total and not page.members):
        raise ContractError("a list without its count, or empty before its end.", advice="Run again.")
    is_last = page.total <= len(page.members)
    proof = f"total_count {page.total} reached" if is_last else ""
    return Walked(tuple(record_ids(list(page.members))), page.members, page.server_time, page.total, proof)


def _stamp(body: bytes) -> datetime:
    try:
        return msgspec.json.decode(body, type=_Stamp).updated_on
    except msgspec.DecodeError:
        raise ContractError("an issue without the time of its change.", advice="Run again.") from None


def _word(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
