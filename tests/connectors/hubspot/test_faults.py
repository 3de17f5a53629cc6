from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from atlas_sync.connectors.hubspot.faults import read_error, read_limits
from atlas_sync.connectors.transport import Answer, Limit
from atlas_sync.errors import RateLimitedError
from atlas_sync.sandbox.hubspot.errors import RATE_LIMITS
from tests.connectors.hubspot.conftest import Stage


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
    assert stage.pauses == []


@pytest.mark.contracts
def test_limits_are_read_from_recorded_headers(shared: Path) -> None:
    assert read_limits(_of(_recorded(shared, "batch_archive_companies_204"))) == [
        Limit("ten seconds", 99, 100, resets_in_s=10.0),
        Limit("day", 248_671, 250_000, shared=True),
    ]
    assert read_limits(_of(_recorded(shared, "search_contacts_429_secondly"))) == [
        Limit("day", 248_572, 250_000, shared=True)
    ]


def test_answer_without_headers_tells_no_limit() -> None:
    assert read_limits(_answer(200, {}, {"x-hubspot-ratelimit-max": "many"})) == []
