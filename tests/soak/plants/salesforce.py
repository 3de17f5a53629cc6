"""Bugs in how Salesforce is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from atlas_sync.connectors.salesforce import reader as salesforce_reader
from atlas_sync.connectors.salesforce import walk as salesforce_walk
from atlas_sync.connectors.salesforce.client import SalesforceClient
from atlas_sync.connectors.salesforce.mapping import SalesforceMapper
from tests.conformance import test_going_away as going
from tests.conformance import test_increments as increments
from tests.conformance import test_manners as manners
from tests.conformance import test_reading as reading
from tests.soak.plants.plant import FIRST, LONG_AGO, Plant, wrap
from tests.stands.salesforce import SalesforceStand

__all__ = ["SALESFORCE"]


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


SALESFORCE: Mapping[str, Plant] = {
    "salesforce: > instead of >=": Plant(
        "a change in the second of the last read",
        wrap(salesforce_reader, "since", lambda ask: lambda *args, **given: ask(*args, **given).replace(">=", ">")),
        increments.test_bound_is_inclusive,
        SalesforceStand,
        is_random=True,
    ),
    "salesforce: goes on after the stamp alone": Plant(
        "records with the stamp of the last one, where a session ends",
        wrap(salesforce_reader, "after", _after_the_stamp),
        manners.test_session_is_renewed,
        SalesforceStand,
        LONG_AGO,
    ),
    "salesforce: a short page is the last": Plant(
        "what comes behind it",
        wrap(salesforce_walk, "_fetch", _short_page_is_last),
        reading.test_short_pages_are_no_end,
        SalesforceStand,
        FIRST,
    ),
    "salesforce: a token again is the end": Plant(
        "what comes behind it",
        wrap(salesforce_walk, "_fetch", _same_path_is_last),
        reading.test_repeated_token_is_no_loop,
        SalesforceStand,
        FIRST,
    ),
    "salesforce: archived and deleted not read": Plant(
        "activities that are archived",
        wrap(SalesforceClient, "get", _living_alone),
        increments.test_aged_records_are_read,
        SalesforceStand,
    ),
    "salesforce: deletion not believed": Plant(
        "what was deleted or merged",
        wrap(SalesforceMapper, "map_record", _without_evidence),
        going.test_deleted_record_is_told,
        SalesforceStand,
    ),
}
