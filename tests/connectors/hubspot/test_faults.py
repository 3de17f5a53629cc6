from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from atlas_sync.connectors.answer import Answer
from atlas_sync.connectors.hubspot import HubSpotReader
from atlas_sync.connectors.hubspot.faults import (
    NotFoundError,
    TokenExpiredError,
    UnnamedScopeError,
    read_error,
    read_limits,
)
from atlas_sync.connectors.line import Limit
from atlas_sync.connectors.protocol import ReadRequest
from atlas_sync.errors import (
    AtlasError,
    AuthError,
    ContractError,
    RateLimitedError,
    RejectedError,
    TransientError,
)
from atlas_sync.sandbox.hubspot.errors import RATE_LIMITS
from tests.connectors.hubspot.conftest import Stage, settings_for
from tests.kit import serve
from tests.sandbox.hubspot.rig import NOW, make_wire


def _answer(status: int, body: object, headers: dict[str, str] | None = None) -> Answer:
    return Answer(status, headers or {}, json.dumps(body).encode())


def _recorded(shared: Path, name: str) -> Any:  # noqa: ANN401 - JSON
    path = shared / f"contracts/hubspot/recordings/{name}.json"
    return json.loads(path.read_text(encoding="utf-8"))["exchanges"][0]["response"]


def _of(response: Any) -> Answer:  # noqa: ANN401 - JSON
    headers = {name.lower(): str(value) for name, value in response["headers"].items()}
    return Answer(response["status"], headers, json.dumps(response["body"]).encode())


@pytest.mark.parametrize(("policy", "pause"), [("search", 1.0), ("burst", 10.0), ("daily", 86_400.0)])
def test_pause_follows_the_limit_that_was_hit(policy: str, pause: float) -> None:
    error = read_error(_answer(429, RATE_LIMITS[policy]))
    assert isinstance(error, RateLimitedError)
    assert error.retry_after_s == pause


def test_pause_that_the_vendor_names_goes_before_ours() -> None:
    error = read_error(_answer(429, RATE_LIMITS["burst"], {"retry-after": "0"}))
    assert isinstance(error, RateLimitedError)
    assert error.retry_after_s == 0.0


def test_day_that_is_used_up_is_not_waited_for(stage: Stage) -> None:
    rule = stage.fault("status", "/deals", status=429, body=json.dumps(RATE_LIMITS["daily"]), times=9)
    with pytest.raises(RateLimitedError, match="day"):
        stage.ids("deals")
    assert rule.times == 8
    assert stage.waits == []


@pytest.mark.contracts
def test_limits_are_read_from_recorded_headers(shared: Path) -> None:
    assert read_limits(_of(_recorded(shared, "batch_archive_companies_204"))) == [
        Limit("ten seconds", 99, 100, resets_in_s=10.0),
        Limit("day", 248_671, 250_000, shared=True),
    ]
    assert read_limits(_of(_recorded(shared, "search_contacts_429_secondly"))) == [
        Limit("day", 248_572, 250_000, shared=True)
    ]


CANARY = "canary@secret.example pat-eu1-canary"


def _refusal(status: int, **more: object) -> Answer:
    return _answer(status, {"status": "error", "message": CANARY, "correlationId": CANARY, **more})


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (_refusal(200), ContractError),
        (_refusal(207, results=[]), ContractError),
        (_refusal(400, category="VALIDATION_ERROR"), RejectedError),
        (_refusal(401, category="INVALID_AUTHENTICATION"), AuthError),
        (_refusal(401, category="EXPIRED_AUTHENTICATION"), TokenExpiredError),
        (_refusal(403, category="MISSING_SCOPES"), UnnamedScopeError),
        (_refusal(403, errors=[{"context": CANARY}, CANARY]), UnnamedScopeError),
        (_refusal(403, errors=CANARY), UnnamedScopeError),
        (_refusal(404), NotFoundError),
        (_refusal(414), ContractError),
        (_refusal(423), TransientError),
        (_refusal(429), RateLimitedError),
        (_refusal(477), TransientError),
        *((_refusal(status), TransientError) for status in (500, 502, 503, 504, 521, 522, 523, 524)),
        (Answer(401, {}, b"<html>" + CANARY.encode()), AuthError),
        (Answer(403, {}, b""), UnnamedScopeError),
        (Answer(404, {}, b""), ContractError),
        (Answer(404, {}, b"<html>" + CANARY.encode()), ContractError),
        (_answer(404, {"message": CANARY}), ContractError),
        (Answer(429, {}, b"[]"), RateLimitedError),
        (Answer(502, {}, b"<html>" + CANARY.encode()), TransientError),
    ],
)
def test_refusal_is_read_and_repeats_nothing_of_it(answer: Answer, kind: type[AtlasError]) -> None:
    error = read_error(answer)
    assert type(error) is kind
    assert "canary" not in f"{error} {error.advice}"


def test_missing_scope_is_named_as_the_vendor_names_it() -> None:
    scopes = [{"context": {"requiredScopes": ["crm.objects.quotes.read", "e-commerce"]}}]
    error = read_error(_refusal(403, category="MISSING_SCOPES", errors=scopes))
    assert error is not None
    assert "crm.objects.quotes.read, e-commerce" in error.advice


@pytest.mark.parametrize(
    ("status", "asked", "pause"), [(423, None, 2.0), (423, "1", 2.0), (423, "9", 9.0), (477, "86400", 86400.0)]
)
def test_locked_record_and_moved_portal_are_waited_for(status: int, asked: str | None, pause: float) -> None:
    error = read_error(_answer(status, {}, {"retry-after": asked} if asked else {}))
    assert isinstance(error, TransientError)
    assert error.retry_after_s == pause


@pytest.mark.parametrize("status", [200, 201, 204, 207])
def test_good_answer_is_no_error(status: int) -> None:
    assert read_error(_answer(status, {"status": "COMPLETE", "results": [], "errors": [{"status": "error"}]})) is None


@pytest.mark.parametrize("status", [423, 429, 500, 502, 503, 504, 524])
@pytest.mark.parametrize("path", ["/objects/2026-09/notes$", "/associations/", "/notes/search"])
def test_passing_trouble_is_outlasted_at_every_address(stage: Stage, status: int, path: str) -> None:
    rule = stage.fault("status", path, status=status, times=2)
    since = NOW - timedelta(days=365) if "search" in path else None
    assert stage.ids("notes", since)
    assert rule.times == 0
    assert len(stage.waits) == 2


@pytest.mark.parametrize(
    "body",
    [
        "<html>Log in</html>",
        '{"results": [{"id": "1"',
        "[]",
        "{}",
        '{"results": null}',
        '{"results": {"id": "1"}}',
        "",
    ],
)
@pytest.mark.parametrize(
    "path", ["/objects/2026-09/notes$", "/associations/", "/properties/", "/notes/search", "/pipelines/"]
)
def test_answer_of_another_shape_is_never_an_empty_success(stage: Stage, path: str, body: str) -> None:
    stage.fault("status", path, status=200, body=body, times=99)
    since = NOW - timedelta(days=365) if "search" in path else None
    with pytest.raises(ContractError):
        stage.ids("pipelines" if "pipelines" in path else "notes", since)


@pytest.mark.parametrize(
    "result",
    [
        {},
        {"from": {"id": "1"}},
        {"from": {"id": "1"}, "to": {}},
        {"from": 1, "to": []},
        {"from": {"id": "1"}, "to": [{}]},
        7,
    ],
)
def test_association_of_another_shape_is_outside_the_contract(stage: Stage, result: object) -> None:
    stage.fault("status", "/associations/", status=200, body=json.dumps({"results": [result]}))
    with pytest.raises(ContractError):
        stage.ids("notes")


def test_association_that_repeats_its_key_is_outside_the_contract(stage: Stage) -> None:
    result = {"from": {"id": "1"}, "to": [], "paging": {"next": {"after": "7"}}}
    stage.fault("status", "/associations/", status=200, body=json.dumps({"results": [result]}), times=9)
    with pytest.raises(ContractError, match="twice"):
        stage.ids("notes")


_ERROR = {"status": "error", "category": "INTERNAL_ERROR", "message": CANARY, "context": {"ids": ["1"]}}


@pytest.mark.parametrize("path", ["/deals/batch/read", "/associations/"])
@pytest.mark.parametrize(
    "told",
    [
        {"status": "COMPLETE", "numErrors": 1, "errors": [_ERROR]},
        {"status": "COMPLETE", "numErrors": 1},
        {"status": "COMPLETE", "numErrors": 1, "errors": []},
        {"status": "PROCESSING"},
        {"status": "CANCELED"},
    ],
)
def test_part_of_a_batch_that_could_not_be_read_is_never_left_out(
    stage: Stage, path: str, told: dict[str, object]
) -> None:
    stage.fault("status", path, status=207, body=json.dumps({"results": [], **told}))
    with pytest.raises(TransientError, match="part of a batch") as caught:
        stage.ids("deals")
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "body"), [(404, '{"status": "error", "message": "resource not found"}'), (200, '{"results": []}')]
)
def test_batch_that_gives_none_of_what_was_just_listed_is_no_end(stage: Stage, status: int, body: str) -> None:
    stage.fault("status", "/deals/batch/read", status=status, body=body)
    with pytest.raises(TransientError, match="just listed"):
        stage.ids("deals")


@pytest.mark.parametrize("odd", [{"properties": 7}, {"properties": {"dealstage": 7}}, {"properties": None}, {}])
def test_page_with_an_odd_record_keeps_the_others(stage: Stage, odd: dict[str, object]) -> None:
    good = {"id": "5", "properties": {"dealname": "Good", "dealstage": "closedwon"}}
    body = json.dumps({"results": [{"id": "4", **odd}, good]})
    stage.fault("status", "/deals/batch/read", status=200, body=body)
    assert [record["record"]["id"] for record in stage.bodies("deals")] == ["4", "5"]
    stage.fault("status", "/deals/batch/read", status=200, body=body)
    pages = list(stage.reader().look_up("deals", ["4", "5"]))
    assert [record.id for page in pages for record in page.records] == ["4", "5"]


def test_batch_in_another_order_mixes_nothing_up(stage: Stage) -> None:
    for number in range(5):
        stage.wire.create("deals", dealname=f"D{number}")
    keys = stage.ids("deals")
    answer = stage.wire.post("/crm/objects/2026-09/deals/batch/read", {"inputs": [{"id": key} for key in keys]})
    assert [row["id"] for row in answer["results"]] != sorted(keys, key=int)
    for body in stage.bodies("deals"):
        name = stage.wire.get(f"/crm/v3/objects/deals/{body['record']['id']}")["properties"]["dealname"]
        assert body["record"]["properties"]["dealname"] == name
        assert bool(body["companies"]) is (name == "Pier: Wi-Fi")


def test_read_goes_through_a_portal_that_counts_its_calls() -> None:
    wire = make_wire(calls_per_10s=4, searches_per_s=1)
    with serve(wire.sandbox.app()) as address:
        reader = HubSpotReader(settings_for(address), system="hs", sleep=wire.wait)
        pages = [*reader.read(ReadRequest("notes")), *reader.read(ReadRequest("calls", NOW - timedelta(days=365)))]
        assert sum(len(page.records) for page in pages) == 2
        pages = [page for _ in range(3) for page in reader.read(ReadRequest("tasks", NOW - timedelta(days=365)))]
        assert sum(len(page.records) for page in pages) == 3


def test_searches_are_paced_apart_from_other_calls(stage: Stage) -> None:
    stage.settings = settings_for(stage.settings.endpoint, calls_per_second=1000, searches_per_second=4)
    reader = stage.reader()
    for _ in range(3):
        list(reader.read(ReadRequest("tasks", NOW + timedelta(days=9))))
    assert [round(pause * 4) / 4 for pause in stage.waits] == [0.25, 0.5]


def test_answer_without_headers_tells_no_limit() -> None:
    assert read_limits(_answer(200, {}, {"x-hubspot-ratelimit-max": "many"})) == []
