from __future__ import annotations

from collections.abc import Callable

import pytest
import requests
import urllib3

from atlas_sync.connectors.answer import Answer, retry_after
from atlas_sync.connectors.transport import Policy, Transport, check_endpoint
from atlas_sync.errors import (
    AccessError,
    AtlasError,
    AuthError,
    ConfigError,
    ContractError,
    OutcomeUnknownError,
    RateLimitedError,
    RejectedError,
    TransientError,
)

POLICY = Policy(attempts=3, first_pause_s=1.0, longest_pause_s=20.0, per_second=1e6)


class Script:
    """Gives the scripted answers one by one, and counts."""

    def __init__(self, *steps: Answer | Exception) -> None:
        self.steps = list(steps)
        self.sent = 0

    def __call__(self) -> Answer:
        step = self.steps[min(self.sent, len(self.steps) - 1)]
        self.sent += 1
        if isinstance(step, Exception):
            raise step
        return step


def _answer(status: int, body: bytes = b"{}", **headers: str) -> Answer:
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def transport(pauses: list[float]) -> Transport:
    return Transport("crm", policy=POLICY, sleep=pauses.append)


def test_read_is_repeated_until_it_succeeds(transport: Transport, pauses: list[float]) -> None:
    script = Script(_answer(503), requests.ReadTimeout(), _answer(200))
    assert transport.call(script, operation="read", repeatable=True).status == 200
    assert script.sent == 3
    assert len(pauses) == 2
    assert pauses[1] > pauses[0]


@pytest.mark.parametrize(
    "trouble",
    [
        *(requests.ReadTimeout(), requests.ConnectionError("reset")),
        *map(_answer, (503, 500, 502, 530, 511, 407)),
    ],
)
def test_create_is_never_repeated_after_it_may_have_happened(transport: Transport, trouble: Answer | Exception) -> None:
    script = Script(trouble, _answer(201))
    with pytest.raises(OutcomeUnknownError):
        transport.call(script, operation="create", repeatable=False)
    assert script.sent == 1


def _refused() -> Exception:
    pool = urllib3.HTTPConnectionPool("127.0.0.1")
    inner = urllib3.exceptions.NewConnectionError(pool, "refused")  # type: ignore[arg-type]  # any object with a host
    return requests.ConnectionError(urllib3.exceptions.MaxRetryError(pool, "/", reason=inner))


@pytest.mark.parametrize("trouble", [lambda: _answer(429, retry_after="2"), _refused])
def test_create_is_repeated_where_nothing_was_processed(
    transport: Transport, trouble: Callable[[], Answer | Exception]
) -> None:
    script = Script(trouble(), _answer(201))
    assert transport.call(script, operation="create", repeatable=False).status == 201


def test_pause_that_the_vendor_asks_for_is_obeyed_exactly(transport: Transport, pauses: list[float]) -> None:
    transport.call(Script(_answer(429, retry_after="7"), _answer(200)), operation="read", repeatable=True)
    assert pauses == [7.0]


def test_pause_longer_than_allowed_ends_the_call(transport: Transport, pauses: list[float]) -> None:
    script = Script(_answer(429, retry_after="1800"))
    with pytest.raises(RateLimitedError) as caught:
        transport.call(script, operation="read", repeatable=True)
    assert (script.sent, pauses, caught.value.retry_after_s) == (1, [], 1800.0)


def test_retry_after_is_read_as_a_date_against_the_vendors_clock() -> None:
    answer = _answer(429, retry_after="Mon, 15 Jun 2026 08:00:30 GMT", date="Mon, 15 Jun 2026 08:00:00 GMT")
    assert retry_after(answer) == 30.0
    assert retry_after(_answer(429, retry_after="soon")) is None


@pytest.mark.parametrize("year", ["9999", "99999999999"])
def test_date_beyond_the_calendar_is_none(year: str) -> None:
    late = f"Fri, 31 Dec {year} 23:59:59 -0100"
    assert retry_after(_answer(429, retry_after=late)) is None
    assert _answer(200, date=late).server_time is None


@pytest.mark.parametrize(
    ("trouble", "advice"),
    [
        (_answer(530), "next run goes on"),
        (_answer(429, retry_after="3600"), "a pause of 60 minutes"),
        (_answer(429, retry_after="inf"), "a pause of"),
        (requests.ConnectionError("reset"), "next run goes on"),
        (_answer(407), "let this machine through"),
        (_answer(511), "let this machine through"),
    ],
)
def test_what_passes_or_stands_in_between_says_what_to_do(
    transport: Transport, trouble: Answer | Exception, advice: str
) -> None:
    with pytest.raises(AtlasError) as caught:
        transport.call(Script(trouble), operation="read", repeatable=True)
    assert advice in caught.value.advice


def test_dead_vendor_fails_fast_after_the_first_call(transport: Transport) -> None:
    script = Script(requests.ConnectionError("nobody"))
    with pytest.raises(TransientError):
        transport.call(script, operation="read", repeatable=True)
    assert script.sent == 3
    with pytest.raises(TransientError, match="not reachable earlier"):
        transport.call(script, operation="read", repeatable=True)
    assert script.sent == 3


@pytest.mark.parametrize(
    ("status", "kind"), [(401, AuthError), (403, AccessError), (400, RejectedError), (404, RejectedError)]
)
def test_refusal_is_not_repeated(transport: Transport, status: int, kind: type[Exception]) -> None:
    script = Script(_answer(status))
    with pytest.raises(kind):
        transport.call(script, operation="read", repeatable=True)
    assert script.sent == 1


def test_error_names_system_and_operation_but_nothing_of_the_answer(transport: Transport) -> None:
    body = b'{"message": "canary@secret.example"}'
    with pytest.raises(AccessError) as caught:
        transport.call(Script(_answer(403, body)), operation="deals", repeatable=True)
    assert "crm deals" in str(caught.value)
    assert "canary" not in str(caught.value)


def test_page_of_a_proxy_is_no_answer() -> None:
    with pytest.raises(ContractError, match="not JSON"):
        _answer(200, b"<html>login</html>", content_type="text/html").json()


@pytest.mark.parametrize("url", ["http://example.com", "ftp://127.0.0.1", "example.com"])
def test_credentials_never_travel_in_clear_text(url: str) -> None:
    with pytest.raises(ConfigError):
        check_endpoint(url, setting="url")


def test_endpoint_on_this_machine_may_be_plain() -> None:
    assert check_endpoint("http://127.0.0.1:8080/", setting="url") == "http://127.0.0.1:8080"


def test_pause_of_nothing_is_believed_once(transport: Transport, pauses: list[float]) -> None:
    with pytest.raises(RateLimitedError):
        transport.call(Script(_answer(429, retry_after="0")), operation="read", repeatable=True)
    assert pauses[0] == 0.0
    assert pauses[1] > 1.0


@pytest.mark.parametrize(("value", "seconds"), [("0", 0.0), ("-3", 0.0), ("1.5", 1.5), ("", None), ("nan", None)])
def test_pause_is_read_or_left(value: str, seconds: float | None) -> None:
    assert retry_after(_answer(429, retry_after=value)) == seconds


def test_date_without_a_zone_is_in_utc() -> None:
    answer = _answer(429, retry_after="Mon, 15 Jun 2026 08:00:30", date="Mon, 15 Jun 2026 08:00:00 GMT")
    assert retry_after(answer) == 30.0


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_address_elsewhere_is_outside_the_contract_and_not_followed(transport: Transport, status: int) -> None:
    script = Script(_answer(status, b"", location="https://login.example/"))
    with pytest.raises(ContractError, match="elsewhere"):
        transport.call(script, operation="read", repeatable=True)
    assert script.sent == 1
