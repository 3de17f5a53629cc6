"""Each HubSpot stream in each case, from its cassette: pages, nothing new, departures, and every kind of refusal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import requests
from pydantic import SecretStr

from atlas_sync.connectors.hubspot import HubSpotMapper, HubSpotReader, HubSpotSettings
from atlas_sync.connectors.hubspot.objects import OBJECTS
from atlas_sync.connectors.protocol import Page, ReadRequest
from atlas_sync.errors import AtlasError
from atlas_sync.sandbox.faults import Rule
from atlas_sync.sandbox.happenings import PRESENT
from atlas_sync.sandbox.hubspot import ACCESS_TOKEN
from atlas_sync.sandbox.hubspot.objects import OBJECTS as KINDS
from atlas_sync.sandbox.listen import serving
from atlas_sync.sandbox.serve import Sandbox
from atlas_sync.sandbox.world import load_world
from tests.cassettes.recorder import FOLDER, recorded

STORIES = ("td-nordhavn", "cf-nordhavn")
NOWHERE = "http://127.0.0.1:9"
ACTIVITY = {"hs_timestamp": "2026-06-15T08:00:00Z"}
RULES: Mapping[str, dict[str, Any]] = {
    "401": {"status": 401, "body": '{"status": "error", "category": "EXPIRED_AUTHENTICATION"}', "times": 99},
    "429": {"status": 429, "body": '{"errorType": "RATE_LIMIT", "policyName": "TEN_SECONDLY_ROLLING"}'},
    "5xx": {"status": 503, "body": "<html>busy</html>"},
    "malformed": {"status": 200, "body": '{"results": [{"id": "1"', "times": 99},
}
BESIDE: Mapping[str, str] = {
    "users": r"/owners",
    "pipelines": r"/pipelines/",
    "roles": r"/associations/.*/batch/read$",
    "links": r"/associations/.*/batch/read$",
}
"""Where the streams are asked for that are no objects."""
MISSING = {"status": 404, "body": '{"status": "error", "category": "OBJECT_NOT_FOUND"}', "times": 99}
CASES = [
    *((stream, case) for stream in OBJECTS for case in ("next_page", "empty", "deletion", "403", "404", *RULES)),
    *((stream, "merge") for stream in ("clients", "persons", "deals")),
    *((stream, "whole") for stream in ("pipelines", "links", "archived", "quotes")),
    *((stream, case) for stream in BESIDE for case in ("403", "404", *RULES)),
    *((stream, "next_page") for stream in ("users", "roles", "links")),
    *((stream, "empty") for stream in ("roles", "links")),
    *((stream, "increment") for stream in ("quotes", "links")),
]


class Portal:
    """What a case needs of the portal before its exchanges are recorded."""

    def __init__(self, sandbox: Sandbox, address: str) -> None:
        self.sandbox = sandbox
        self.address = address

    def call(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        headers = {"Authorization": f"Bearer {ACCESS_TOKEN}"}
        answer = requests.request(method, f"{self.address}{path}", json=body, headers=headers, timeout=10)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def create(self, stream: str) -> str:
        kind = OBJECTS[stream]
        values = ACTIVITY if kind.kind.startswith("interaction") else {}
        return str(self.call("POST", f"/crm/v3/objects/{kind.type}", {"properties": values})["id"])

    def prepare(self, stream: str, case: str) -> list[str]:
        """Bring a case about, and give the ids that it is about."""
        if stream in BESIDE and case != "whole":
            return self._beside(stream, case)
        prepared = getattr(self, f"_{case}", None)
        if case in RULES:
            path = f"/objects/2026-09/{OBJECTS[stream].type}$"
            self.sandbox.faults.rules.append(Rule("hubspot", "status", path=path, **RULES[case]))
        return list(prepared(stream)) if prepared else []

    def _beside(self, stream: str, case: str) -> list[str]:
        """Bring a case of a stream about that is no object, and give the deals that are known by then."""
        deals = [self.create("deals")] if case == "empty" else self._deals()
        rules = RULES | {"404": MISSING}
        if case in rules:
            self.sandbox.faults.rules.append(Rule("hubspot", "status", path=BESIDE[stream], **rules[case]))
        if case == "403":
            for scope in ("crm.objects.owners.read", *(kind.scopes("read")[0] for kind in KINDS.values())):
                self.sandbox.faults.deny("hubspot", scope)
        if case == "next_page":
            self.sandbox.hubspot._association_page = 1
        return deals

    def _deals(self) -> list[str]:
        return [row["id"] for row in self.call("GET", "/crm/v3/objects/deals?limit=100")["results"]]

    def _increment(self, stream: str) -> list[str]:
        return [self.create(stream)]

    def _403(self, stream: str) -> list[str]:
        scope = "contacts" if OBJECTS[stream].kind.startswith("interaction") else OBJECTS[stream].type
        self.sandbox.faults.deny("hubspot", f"crm.objects.{scope}.read")
        return []

    def _404(self, _stream: str) -> list[str]:
        return ["4711"]

    def _next_page(self, stream: str) -> list[str]:
        return [self.create(stream), self.create(stream)]

    def _deletion(self, stream: str) -> list[str]:
        key = self.create(stream)
        self.call("DELETE", f"/crm/v3/objects/{OBJECTS[stream].type}/{key}")
        return [key]

    def _merge(self, stream: str) -> list[str]:
        keys = [self.create(stream), self.create(stream)]
        body = {"primaryObjectId": keys[0], "objectIdToMerge": keys[1]}
        self.call("POST", f"/crm/v3/objects/{OBJECTS[stream].type}/merge", body)
        return keys

    def _whole(self, stream: str) -> list[str]:
        if stream == "archived":
            for each in ("deals", "notes"):
                self._deletion(each)
        if stream == "quotes":
            self.create("quotes")
        return self._deals()


@pytest.fixture
def portal(record: bool) -> Iterator[Portal | None]:  # noqa: FBT001 - a fixture
    """Give a small sandbox when recording, nothing when replaying."""
    with ExitStack() as stack:
        if record:
            sandbox = Sandbox(load_world(STORIES))
            yield Portal(sandbox, stack.enter_context(serving(sandbox.apps()))["hubspot"])
        else:
            yield None


def _pages(reader: HubSpotReader, stream: str, case: str, ids: list[str]) -> Iterator[Page]:
    if stream in BESIDE and case != "whole":
        since = PRESENT - timedelta(days=1) if case == "increment" else None
        return reader.read(ReadRequest(stream, since, known={"deals": ids}))
    match case:
        case "empty":
            return reader.read(ReadRequest(stream, PRESENT.replace(year=2030)))
        case "increment":
            return reader.read(ReadRequest(stream, PRESENT - timedelta(days=1)))
        case "whole":
            return reader.read(ReadRequest(stream, known={"deals": ids}))
        case "deletion" | "merge" | "404":
            return reader.look_up(stream, ids)
        case _:
            return reader.sweep(stream)


def _outcome(reader: HubSpotReader, mapper: HubSpotMapper, stream: str, case: str, ids: list[str]) -> dict[str, Any]:
    """Tell what a case comes to: the pages with what their records say, and how it ended."""
    pages: list[Any] = []
    try:
        for page in _pages(reader, stream, case, ids):
            said = [
                [record.id, *(f"{row.source} {row.deletion or ''}".strip() for row in rows)]
                for record in page.records
                for rows in [mapper.map_record(stream, msgspec.json.decode(record.body)) if record.body else []]
            ]
            pages.append({"records": said, "proof": page.proof})
    except AtlasError as error:
        return {"ids": ids, "pages": pages, "error": type(error).__name__, "text": str(error)}
    return {"ids": ids, "pages": pages}


@pytest.mark.parametrize(("stream", "case"), CASES)
def test_case_comes_to_the_same_from_its_cassette(
    portal: Portal | None,
    stream: str,
    case: str,
    record: bool,  # noqa: FBT001 - a fixture
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    expect = FOLDER / "hubspot" / stream / f"{case}.expect"
    if case == "next_page":
        monkeypatch.setattr("atlas_sync.connectors.hubspot.walks._LIST", 1)
    ids = portal.prepare(stream, case) if portal else msgspec.json.decode(expect.read_bytes())["ids"]
    endpoint = portal.address if portal else NOWHERE
    settings = HubSpotSettings(endpoint=endpoint, access_token=SecretStr(ACCESS_TOKEN), calls_per_second=1000)
    reader = HubSpotReader(settings, system="hubspot", sleep=lambda _seconds: None)
    with recorded("hubspot", stream, case, record=record) as cassette:
        outcome = _outcome(reader, HubSpotMapper("hubspot", settings), stream, case, ids)
    if record:
        Path(expect).write_bytes(msgspec.json.format(msgspec.json.encode(outcome), indent=1) + b"\n")
        return
    assert cassette.all_played
    assert outcome == msgspec.json.decode(expect.read_bytes())


def _expected(stream: str, case: str) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode((FOLDER / "hubspot" / stream / f"{case}.expect").read_bytes())
    return found


@pytest.mark.parametrize(
    ("case", "error"),
    [("401", "TokenExpiredError"), ("403", "AccessError"), ("429", ""), ("5xx", ""), ("malformed", "ContractError")],
)
def test_recorded_refusals_end_as_they_should(case: str, error: str) -> None:
    for stream in (*OBJECTS, *BESIDE):
        found = _expected(stream, case)
        assert found.get("error", "") == error
        assert bool(found["pages"] and found["pages"][-1]["proof"]) is (not error)


@pytest.mark.parametrize(("case", "how"), [("deletion", "archived"), ("404", "deleted"), ("merge", "merged")])
def test_recorded_departures_are_told_apart(case: str, how: str) -> None:
    for stream in OBJECTS if case != "merge" else ("clients", "persons", "deals"):
        found = _expected(stream, case)
        said = [words for page in found["pages"] for record in page["records"] for words in record[1:]]
        assert any(words.endswith(f"{found['ids'][-1]} {how}") for words in said), stream


def test_recorded_pages_are_several_or_none() -> None:
    for stream in OBJECTS:
        assert len(_expected(stream, "next_page")["pages"]) > 1
        assert [page["records"] for page in _expected(stream, "empty")["pages"]] == [[]]
