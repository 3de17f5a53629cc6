"""Walks a query to its proven end: pages are followed as the vendor gives them, and lost ones are asked for anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec

from atlas_sync.connectors.protocol import Page, RawRecord
from atlas_sync.connectors.salesforce.client import SalesforceClient
from atlas_sync.connectors.salesforce.faults import LocatorLostError, SessionLostError
from atlas_sync.connectors.salesforce.soql import Key
from atlas_sync.connectors.transport import Answer, raw_members
from atlas_sync.errors import ContractError

__all__ = ["peek", "rows", "walk"]

Shape = TypeVar("Shape", bound=msgspec.Struct)

_MAX_RESTARTS = 200


class _Row(msgspec.Struct, rename={"id": "Id", "stamp": "SystemModstamp"}):
    """As much of a record as walking needs."""

    id: str
    stamp: str | None = None


def walk(client: SalesforceClient, build: Callable[[Key | None], str], *, operation: str) -> Iterator[Page]:
    """Yield the pages of a query that also shows deleted and archived records; the last one carries the proof.

    `build` gives the query from a key on (None for its beginning). When session or locator is lost, the query is asked
    anew after the last key seen, since a locator dies with its session. Source: REST API guide, Query; airbyte 84302.

    Raises:
        SessionLostError, LocatorLostError: lost again without a page in between.
        ContractError: the end is not proven: a page too few, no next page, the same one twice.
    """
    key: Key | None = None
    for _ in range(_MAX_RESTARTS):
        pages = 0
        try:
            for page in _pages(client, build(key), operation=operation):
                pages += 1
                key = _last_key(page) or key
                yield page
        except (SessionLostError, LocatorLostError):
            if not pages:
                raise
        else:
            return
    raise ContractError("a query was cut off too often.", advice="Look for what ends the sessions of this user.")


def rows(client: SalesforceClient, soql: str, *, operation: str) -> list[bytes]:
    """Give all records of a query, each once, for lists short enough to hold."""
    found: dict[str, bytes] = {}
    for page in walk(client, lambda _key: soql, operation=operation):
        found |= {record.id: record.body for record in page.records}
    return list(found.values())


def _pages(client: SalesforceClient, soql: str, *, operation: str) -> Iterator[Page]:
    answer = client.get("queryAll", operation=operation, params={"q": soql})
    seen, paths = 0, set[str]()
    while True:
        page, rest = _read(answer)
        seen += len(page.records)
        if rest.get("done") is True and seen < _total(rest):
            message = f"the vendor counted {_total(rest)} records and sent {seen}."
            raise ContractError(message, advice="Run again; tell Salesforce if it stays.")
        if rest.get("done") is True:
            yield replace(page, proof=f"done: true, totalSize {_total(rest)}")
            return
        yield page
        path = rest.get("nextRecordsUrl")
        if not isinstance(path, str) or path in paths:
            raise ContractError("an unfinished query without a new page.", advice="Run again.")
        paths.add(path)
        answer = client.more(path, operation=operation)


def _read(answer: Answer) -> tuple[Page, dict[str, Any]]:
    try:
        members, rest = raw_members(answer.body, list_name="records")
    except ContractError:
        answer.json()  # says more where it is no JSON at all: a proxy's page
        raise
    if "done" not in rest:
        raise ContractError("an answer that is no page of a query.", advice="The answer was kept out; run again.")
    return Page(tuple(RawRecord(peek(body, _Row).id, body) for body in members), answer.server_time), rest


def _total(rest: dict[str, Any]) -> int:
    total = rest.get("totalSize")
    return total if isinstance(total, int) else 0


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


def _last_key(page: Page) -> Key | None:
    """Give the place of a page's last record, None where it has none or shows no stamp."""
    if not page.records:
        return None
    row = peek(page.records[-1].body, _Row)
    try:
        return Key(datetime.fromisoformat(row.stamp or "").astimezone(UTC), row.id)
    except ValueError:
        return None
