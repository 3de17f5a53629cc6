"""Walks a query to its proven end: pages are followed as the vendor gives them, and lost ones are asked for anew.

A page's records are shown as they stand when the page is fetched, so one that changed since the query was opened has a
stamp that is not its place in the order. Only stamps older than that are places to go on from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import msgspec

from atlas_sync.connectors.answer import Answer
from atlas_sync.connectors.protocol import Page
from atlas_sync.connectors.raw import raw_records
from atlas_sync.connectors.salesforce.client import SalesforceClient
from atlas_sync.connectors.salesforce.faults import LocatorLostError, SessionLostError
from atlas_sync.connectors.salesforce.soql import STAMP, Key
from atlas_sync.errors import ContractError

__all__ = ["ManyError", "peek", "rows", "walk"]

Shape = TypeVar("Shape", bound=msgspec.Struct)

_MAX_RESTARTS, _MAX_STUCK = 200, 5
_SETTLED = timedelta(minutes=15)
"""How much older than the query a stamp must be, to be a place to go on from.

A record is stamped while its transaction runs, and shows up when that ends: up to ten minutes later it stands before what
was read already. Source: SOAP API guide, getUpdated; limits and allocations quick reference, API time-out.
"""


class _Row(msgspec.Struct, rename={"id": "Id", "stamp": "SystemModstamp", "created": "CreatedDate"}):
    """As much of a record as walking needs."""

    id: str
    stamp: str | None = None
    created: str | None = None


class ManyError(ContractError):
    """A query has more records than its caller wants to page through; none was yielded."""


class _ShortError(ContractError):
    """Fewer records came than were counted: some were erased on the way, or the vendor lost them."""


def walk(
    client: SalesforceClient,
    build: Callable[[Key | None], str],
    *,
    operation: str,
    stamp: str = STAMP,
    start: Key | None = None,
    most: int | None = None,
) -> Iterator[Page]:
    """Yield the pages of a query that also shows deleted and archived records; the last one carries the proof.

    `build` gives the query from a key on (None for its beginning); `start` is where an earlier walk was cut off. When
    session or locator is lost, the query is asked anew after the last key seen, since a locator dies with its session; one
    that came out short is asked anew from the start, once. Source: REST API guide, Query; airbyte 84302.

    Raises:
        ManyError: the first page counts `most` records or more.
        SessionLostError, LocatorLostError: lost again without a page in between.
        ContractError: the end is not proven: a page too few, no next page, the same one twice.
    """
    key, is_short, stuck = start, False, 0
    for _ in range(_MAX_RESTARTS):
        pages, opened, begun = 0, None, key
        try:
            for page in _pages(client, build(key), operation=operation, most=most):
                opened = opened or page.server_time
                pages += 1
                key = _last_key(page, stamp=stamp, opened=opened) or key
                yield replace(page, position=str(key or ""), total=page.total if begun is None else None)
        except (SessionLostError, LocatorLostError):
            if not pages:
                raise
            stuck = stuck + 1 if key == begun else 0
            if stuck == _MAX_STUCK:
                break
        except _ShortError:
            if is_short:
                raise
            key, is_short = start, True
        else:
            return
    raise ContractError("a query was cut off too often.", advice="Look for what ends the sessions of this user.")


def rows(client: SalesforceClient, soql: str, *, operation: str) -> list[bytes]:
    """Give all records of a query, each once, for lists short enough to hold."""
    found: dict[str, bytes] = {}
    for page in walk(client, lambda _key: soql, operation=operation):
        found |= {record.id: record.body for record in page.records}
    return list(found.values())


def _pages(client: SalesforceClient, soql: str, *, operation: str, most: int | None) -> Iterator[Page]:
    page, rest = _fetch(lambda: client.query(soql, operation=operation))
    total = _total(rest)
    if most is not None and total is not None and total >= most:
        message = f"{total} records."
        raise ManyError(message, advice="Read them by a bulk query job.")
    seen, paths = len(page.records), set[str]()
    while rest.get("done") is not True:
        yield replace(page, total=total)
        path = rest.get("nextRecordsUrl")
        if not isinstance(path, str) or path in paths:
            raise ContractError("an unfinished query without a new page.", advice="Run again.")
        paths.add(path)
        page, rest = _fetch(lambda path=path: client.more(path, operation=operation))  # type: ignore[misc]  # the default binds this turn's path
        seen += len(page.records)
    if total is not None and seen < total:
        message = f"the vendor counted {total} records and sent {seen}."
        raise _ShortError(message, advice="Run again; tell Salesforce if it stays.")
    yield replace(page, total=total, proof=f"done: true, totalSize {total}")


def _fetch(ask: Callable[[], Answer]) -> tuple[Page, dict[str, Any]]:
    """Read one page; an answer that is cut short or not the vendor's is asked for once more, which harms nobody."""
    answer = ask()
    try:
        return _read(answer)
    except ContractError:
        return _read(ask())


def _read(answer: Answer) -> tuple[Page, dict[str, Any]]:
    try:
        records, rest = raw_records(answer.body, list_name="records", key="Id")
    except ContractError:
        answer.json()  # says more where it is no JSON at all: a proxy's page
        raise
    if "done" not in rest:
        raise ContractError("an answer that is no page of a query.", advice="The answer was kept out; run again.")
    return Page(records, answer.server_time), rest


def _total(rest: dict[str, Any]) -> int | None:
    total = rest.get("totalSize")
    return total if isinstance(total, int) else None


def peek(body: bytes, shape: type[Shape]) -> Shape:
    """Give those members of a record that the next question depends on.

    Raises:
        ContractError: one is missing or has another type.
    """
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.DecodeError:
        names = ", ".join(field.encode_name for field in msgspec.structs.fields(shape))
        message = f"a record without readable {names}."
        raise ContractError(message, advice="The answer was kept out; run again.") from None


def _last_key(page: Page, *, stamp: str, opened: datetime | None) -> Key | None:
    """Give the place of the last record that certainly still stands where it did when the query was opened.

    None where no record does. Without a stamp the query is in order of ids, which never move.
    """
    for record in reversed(page.records):
        row = peek(record.body, _Row)
        if not stamp:
            return Key(None, row.id)
        try:
            moment = datetime.fromisoformat((row.stamp if stamp == STAMP else row.created) or "").astimezone(UTC)
        except ValueError:
            continue
        if opened and moment < opened - _SETTLED:
            return Key(moment, row.id)
    return None
