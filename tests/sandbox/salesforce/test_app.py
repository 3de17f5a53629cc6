"""Tokens, versions, headers and the shape of refusals."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest

from atlas_sync.sandbox.salesforce import CLIENT_ID, CLIENT_SECRET, INSTANCE_URL
from tests.sandbox.salesforce.rig import Wire

FORM = {"grant_type": "client_credentials"}


def _basic(client: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{client}:{secret}".encode()).decode()}


def test_a_token_is_given_for_a_form_or_basic(wire: Wire) -> None:
    form = wire.send(
        "POST", "/services/oauth2/token", data={**FORM, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    )
    basic = wire.send("POST", "/services/oauth2/token", data=FORM, headers=_basic(CLIENT_ID, CLIENT_SECRET))
    for answer in (form, basic):
        assert answer.status_code == 200
        assert answer.json()["instance_url"] == INSTANCE_URL
    assert form.json()["access_token"] != basic.json()["access_token"]


@pytest.mark.parametrize(
    ("form", "credentials", "error"),
    [
        (FORM, (CLIENT_ID, "wrong"), "invalid_client"),
        (FORM, ("nobody", CLIENT_SECRET), "invalid_client_id"),
        ({"grant_type": "refresh_token"}, (CLIENT_ID, CLIENT_SECRET), "unsupported_grant_type"),
        ({}, (CLIENT_ID, CLIENT_SECRET), "unsupported_grant_type"),
    ],
)
def test_a_refused_token_says_why(wire: Wire, form: dict[str, str], credentials: tuple[str, str], error: str) -> None:
    answer = wire.send("POST", "/services/oauth2/token", data=form, headers=_basic(*credentials))
    assert answer.status_code == 400
    assert set(answer.json()) == {"error", "error_description"}
    assert answer.json()["error"] == error


def test_garbled_basic_credentials_are_refused(wire: Wire) -> None:
    answer = wire.send("POST", "/services/oauth2/token", data=FORM, headers={"Authorization": "Basic %%%"})
    assert answer.json()["error"] == "invalid_client_id"


@pytest.mark.parametrize("authorization", ["", "Bearer nonsense", "Basic x"])
def test_calls_need_a_token(wire: Wire, authorization: str) -> None:
    answer = wire.send("GET", "/services/data/v62.0/limits", headers={"Authorization": authorization})
    assert answer.status_code == 401
    assert answer.json() == [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]


def test_a_session_ends_after_two_idle_hours(wire: Wire) -> None:
    assert wire.call("GET", "limits").status_code == 200
    wire.clock.move_to(wire.clock.now() + timedelta(minutes=90))
    assert wire.call("GET", "limits").status_code == 200
    wire.clock.move_to(wire.clock.now() + timedelta(minutes=90))
    assert wire.call("GET", "limits").status_code == 200
    wire.clock.move_to(wire.clock.now() + timedelta(minutes=121))
    assert wire.call("GET", "limits").status_code == 401


def test_sessions_can_be_ended(wire: Wire) -> None:
    wire.log_in()
    wire.sandbox.end_sessions()
    assert wire.call("GET", "limits").status_code == 401


@pytest.mark.parametrize(
    ("version", "status"), [("v20.0", 410), ("v30.0", 410), ("v59.0", 200), ("v66.0", 200), ("v67.0", 404), ("vX", 404)]
)
def test_versions(wire: Wire, version: str, status: int) -> None:
    assert wire.call("GET", f"/services/data/{version}/limits").status_code == status


def test_answers_name_the_version_that_was_asked(wire: Wire) -> None:
    body = wire.call("GET", "/services/data/v59.0/query/", params={"q": "SELECT Id FROM Account"}).json()
    assert body["records"][0]["attributes"]["url"].startswith("/services/data/v59.0/sobjects/Account/001")


def test_headers(wire: Wire) -> None:
    answer = wire.call("GET", "limits")
    assert answer.headers["date"] == "Mon, 15 Jun 2026 08:00:00 GMT"
    assert answer.headers["sforce-limit-info"] == "api-usage=1/108000"
    assert answer.headers["content-type"] == "application/json;charset=UTF-8"
    assert wire.call("GET", "limits").headers["sforce-limit-info"] == "api-usage=2/108000"
    assert answer.json()["DailyApiRequests"] == {"Max": 108000, "Remaining": 107999}
    wire.clock.move_to(wire.clock.now() + timedelta(hours=20))
    wire.log_in()
    assert wire.call("GET", "limits").headers["sforce-limit-info"] == "api-usage=1/108000"


@pytest.mark.parametrize(
    ("request_line", "status", "code"),
    [
        ("GET nothing", 404, "NOT_FOUND"),
        ("GET sobjects/Nothing/describe", 404, "NOT_FOUND"),
        ("GET sobjects/Account/0015e00000zzzzz", 404, "NOT_FOUND"),
        ("GET sobjects/Account/nonsense", 404, "NOT_FOUND"),
        ("DELETE sobjects/User/{user}", 400, "INVALID_TYPE_FOR_OPERATION"),
        ("PUT sobjects/Account/0015e00000zzzzz", 405, "METHOD_NOT_ALLOWED"),
        ("GET query", 400, "MALFORMED_QUERY"),
    ],
)
def test_refusals_are_arrays(wire: Wire, request_line: str, status: int, code: str) -> None:
    user = wire.rows("SELECT Id FROM User")[0]["Id"]
    answer = wire.call(*request_line.format(user=user).split())
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (status, code)


@pytest.mark.parametrize("content", [b"", b"{", b"[]"])
def test_bodies_must_be_objects(wire: Wire, content: bytes) -> None:
    answer = wire.call("POST", "sobjects/Account", content=content)
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "JSON_PARSER_ERROR")


def test_addresses_are_bounded(wire: Wire) -> None:
    def asked(length: int) -> int:
        return wire.call("GET", "limits", params={"pad": "x" * length}).status_code

    assert [asked(15_000), asked(16_200), asked(16_400)] == [200, 431, 414]
