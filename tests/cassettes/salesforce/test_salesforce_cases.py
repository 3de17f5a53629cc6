"""Each Salesforce stream in each case, from its cassette: pages, nothing new, departures, and every kind of refusal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import chain
from typing import Any

import msgspec
import pytest

from atlas_sync.connectors.protocol import Page, ReadRequest
from atlas_sync.connectors.salesforce import SalesforceMapper, SalesforceReader
from atlas_sync.connectors.salesforce.fields import sources_for, streams_for
from atlas_sync.errors import AtlasError
from atlas_sync.sandbox.faults import FaultLayer, Rule
from tests.cassettes.recorder import FOLDER, recorded
from tests.connectors.salesforce.conftest import settings_for
from tests.kit import serve
from tests.sandbox.salesforce.rig import NOW, Wire, make_wire

NOWHERE = "http://127.0.0.1:9"
OWN = {
    "field_history": True,
    "deal_texts": ("Success_Criteria__c",),
    "custom": {"Delivery_Note__c": {"deal": "Opportunity__c", "texts": ["Body__c", "Why__c"]}},
}
SETTINGS = settings_for(NOWHERE, **OWN)
STREAMS = tuple(spec.name for spec in streams_for(SETTINGS))
THINGS = {stream: source.thing for stream, source in sources_for(SETTINGS).items()}
OF_DEALS = ("deal_stages", "deal_changes")
MERGED = {"clients": "Account", "persons": "Contact"}


def _said(code: str, message: str) -> str:
    return f'[{{"message":"{message}","errorCode":"{code}"}}]'


RULES: Mapping[str, dict[str, Any]] = {
    "401": {"status": 401, "body": _said("INVALID_SESSION_ID", "Session expired or invalid"), "times": 99},
    "403": {
        "status": 403,
        "body": _said("API_DISABLED_FOR_ORG", "API is not enabled for this Organization"),
        "times": 99,
    },
    "limit": {"status": 403, "body": _said("REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests Limit exceeded.")},
    "day": {"status": 403, "body": _said("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."), "times": 99},
    "5xx": {"status": 503, "body": "<html>busy</html>"},
    "malformed": {"status": 200, "body": '{"totalSize":1,"done":tr', "times": 99},
}
ENDS = {
    "401": "SessionLostError",
    "403": "AccessError",
    "limit": "",
    "day": "RateLimitedError",
    "5xx": "",
    "malformed": "ContractError",
}
CASES = [
    *((stream, case) for stream in STREAMS for case in ("next_page", "empty", "404", *RULES)),
    *((stream, "deletion") for stream in STREAMS if stream != "users"),
    *((stream, "merge") for stream in MERGED),
    *((stream, "bulk") for stream in STREAMS if stream not in {"roles", "notes"}),
]


class Org:
    """What a case needs of the org before its exchanges are recorded."""

    def __init__(self, wire: Wire, address: str) -> None:
        self.wire = wire
        self.address = address

    @property
    def deal(self) -> str:
        return str(self.wire.one("SELECT Id FROM Opportunity")["Id"])

    def first(self, thing: str) -> str:
        return str(self.wire.rows(f"SELECT Id FROM {thing}", everything=True)[0]["Id"])  # noqa: S608 - an object's name

    def make(self, thing: str, **fields: object) -> str:
        return str(self.wire.call("POST", f"sobjects/{thing}", json=fields).json()["id"])

    def prepare(self, stream: str, case: str) -> list[str]:
        """Bring a case about, and give the ids that it is about, the deal's first."""
        deal, org = self.deal, self.wire.sandbox.org
        self.wire.call("PATCH", f"sobjects/Opportunity/{deal}", json={"NextStep": "Kick-off"})
        self.make("Delivery_Note__c", Opportunity__c=deal, Body__c="We include training.")
        if case == "next_page":
            self._one_more(stream, deal)
        keys = self._gone(stream, deal) if case == "deletion" else []
        if case == "merge":
            loser = self.first(THINGS[stream])
            winner = self.make(THINGS[stream], **{"Name" if stream == "clients" else "LastName": "Survivor"})
            org.merge(THINGS[stream], winner, loser, at=self.wire.clock.now())
            keys = [winner, loser]
        if case == "404":
            keys = [f"{self.first(THINGS[stream])[:3]}5e00000ZZZZZAAA"]
        if case in RULES:
            self.wire.faults.rules.append(Rule("salesforce", "status", path="/queryAll", **RULES[case]))
        return [deal, *keys]

    def _one_more(self, stream: str, deal: str) -> None:
        org = self.wire.sandbox.org
        match stream:
            case "clients":
                self.make("Account", Name="Second")
            case "deals":
                self.make("Opportunity", Name="Second", StageName="Qualification", CloseDate="2026-12-01")
            case "contracts":
                self.make("Contract", AccountId=self.wire.one("SELECT Id FROM Account")["Id"])
            case "deal_changes" | "Delivery_Note__c":
                self.wire.call("PATCH", f"sobjects/Opportunity/{deal}", json={"Amount": 9000.0})
                self.make("Delivery_Note__c", Opportunity__c=deal, Body__c="Second")
            case "notes":
                org.add_note("Second", "<p>More</p>", parent=deal, by=org.api_user, at=self.wire.clock.now())

    def _gone(self, stream: str, deal: str) -> list[str]:
        key = self.first(THINGS[stream])
        thing, lost = ("Opportunity", deal) if stream in OF_DEALS else (THINGS[stream], key)
        self.wire.sandbox.org.delete(thing, lost, at=self.wire.clock.now())
        return [key]


@pytest.fixture
def org(record: bool) -> Iterator[Org | None]:  # noqa: FBT001 - a fixture
    """Give a small org with pages of one record when recording, nothing when replaying."""
    if not record:
        yield None
        return
    wire = make_wire(page_cap=1)
    with serve(FaultLayer(wire.sandbox.app(), "salesforce", wire.faults)) as address:
        yield Org(wire, address)


def _pages(reader: SalesforceReader, stream: str, case: str, ids: list[str]) -> Iterator[Page]:
    known = {"deals": ids[:1], "notes": ids[1:]}
    match case:
        case "empty":
            return reader.read(
                ReadRequest(stream, NOW.replace(year=2030), {"deals": []} if stream == "notes" else known)
            )
        case "deletion" if stream != "roles":
            increment = reader.read(ReadRequest(stream, NOW - timedelta(minutes=1), known))
            return chain(increment, reader.look_up(stream, ids[1:]))
        case "merge" | "404":
            return reader.look_up(stream, ids[1:])
        case _:
            return reader.read(ReadRequest(stream, None, known))


def _outcome(
    reader: SalesforceReader, mapper: SalesforceMapper, stream: str, case: str, ids: list[str]
) -> dict[str, Any]:
    """Tell what a case comes to: the pages with what their records say, and how it ended."""
    pages: list[Any] = []
    try:
        for page in _pages(reader, stream, case, ids):
            said = [
                [record.id, *(f"{row.source} {row.deletion or ''}".strip() for row in rows)]
                for record in page.records
                for rows in [mapper.map_record(stream, msgspec.json.decode(record.body))]
            ]
            pages.append({"records": said, "proof": page.proof})
    except AtlasError as error:
        return {"ids": ids, "pages": pages, "error": type(error).__name__, "text": str(error)}
    return {"ids": ids, "pages": pages}


@pytest.mark.parametrize(("stream", "case"), CASES)
def test_case_comes_to_the_same_from_its_cassette(
    org: Org | None,
    stream: str,
    case: str,
    record: bool,  # noqa: FBT001 - a fixture
) -> None:
    expect = FOLDER / "salesforce" / stream / f"{case}.expect"
    ids = org.prepare(stream, case) if org else msgspec.json.decode(expect.read_bytes())["ids"]
    bulk = {"bulk_threshold": 0} if case == "bulk" else {}
    settings = settings_for(org.address if org else NOWHERE, **OWN, **bulk)
    reader = SalesforceReader(settings, system="salesforce", sleep=lambda _seconds: None)
    with recorded("salesforce", stream, case, record=record) as cassette:
        outcome = _outcome(reader, SalesforceMapper("salesforce", settings), stream, case, ids)
    if record:
        expect.write_bytes(msgspec.json.format(msgspec.json.encode(outcome), indent=1) + b"\n")
        return
    assert cassette.all_played
    assert outcome == msgspec.json.decode(expect.read_bytes())


def _expected(stream: str, case: str) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode((FOLDER / "salesforce" / stream / f"{case}.expect").read_bytes())
    return found


def _said_of(found: dict[str, Any]) -> list[str]:
    return [words for page in found["pages"] for record in page["records"] for words in record[1:]]


@pytest.mark.parametrize("case", RULES)
def test_recorded_refusals_end_as_they_should(case: str) -> None:
    for stream in STREAMS:
        found = _expected(stream, case)
        assert found.get("error", "") == ENDS[case], stream
        assert bool(found["pages"] and found["pages"][-1]["proof"]) is (not ENDS[case]), stream


@pytest.mark.parametrize(("case", "how"), [("deletion", "deleted"), ("404", "not_visible"), ("merge", "merged")])
def test_recorded_departures_are_told_apart(case: str, how: str) -> None:
    for stream, each in CASES:
        if each == case and stream != "roles":
            found = _expected(stream, case)
            assert any(words.endswith(f"{found['ids'][-1]} {how}") for words in _said_of(found)), stream


def test_recorded_role_that_was_taken_off_is_not_in_the_set() -> None:
    found = _expected("roles", "deletion")
    assert found["ids"][-1] not in [record[0] for page in found["pages"] for record in page["records"]]


def test_recorded_pages_are_several_or_none() -> None:
    for stream in STREAMS:
        assert len([page for page in _expected(stream, "next_page")["pages"] if page["records"]]) > 1, stream
        if stream != "roles":  # the set is read whole, whatever changed
            assert _said_of(_expected(stream, "empty")) == [], stream


def test_recorded_jobs_say_what_pages_say() -> None:
    for stream, case in CASES:
        if case == "bulk":
            jobs, pages = _expected(stream, "bulk"), _expected(stream, "5xx")
            assert sorted(_said_of(jobs)) == sorted(_said_of(pages)), stream
            assert "job total" in jobs["pages"][-1]["proof"]
