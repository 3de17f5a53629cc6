"""Log-ins by a signed assertion and by a password."""

from __future__ import annotations

import time
from collections.abc import Callable

import jwt
import pytest

from atlas_sync.sandbox.salesforce import CLIENT_ID, CLIENT_SECRET, PASSWORD, SECURITY_TOKEN, USERNAME
from atlas_sync.sandbox.salesforce.signing import Signer
from tests.sandbox.salesforce.rig import Wire

BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def _claims(**other: object) -> dict[str, object]:
    claims = {"iss": CLIENT_ID, "sub": USERNAME, "aud": "https://login.salesforce.com", "exp": int(time.time()) + 180}
    return {**claims, **other}


def _assert(wire: Wire, assertion: str) -> tuple[int, dict[str, str]]:
    answer = wire.send("POST", "/services/oauth2/token", data={"grant_type": BEARER, "assertion": assertion})
    return answer.status_code, answer.json()


def test_assertion_signed_by_another_library_opens_a_session(wire: Wire) -> None:
    status, body = _assert(wire, jwt.encode(_claims(), wire.sandbox.signer.private_key, algorithm="RS256"))
    assert status == 200
    wire.token = body["access_token"]
    assert wire.call("GET", "limits").status_code == 200


@pytest.mark.parametrize(
    ("make_claims", "said"),
    [
        (lambda: _claims(iss="nobody"), "client identifier invalid"),
        (lambda: _claims(sub="ada@tidemark.example"), "user hasn't approved this consumer"),
        (lambda: _claims(aud="https://test.salesforce.com"), "audience is invalid"),
        (lambda: _claims(exp=1), "expired authorization code"),
        (lambda: _claims(exp=int(time.time()) + 86_400), "expired authorization code"),
        (lambda: {"iss": CLIENT_ID}, "invalid assertion"),
    ],
)
def test_assertion_that_says_something_else_is_refused(
    wire: Wire, make_claims: Callable[[], dict[str, object]], said: str
) -> None:
    status, body = _assert(wire, jwt.encode(make_claims(), wire.sandbox.signer.private_key, algorithm="RS256"))
    assert (status, body["error_description"]) == (400, said)


def test_assertion_signed_by_another_key_or_not_at_all_is_refused(wire: Wire) -> None:
    stranger = jwt.encode(_claims(), Signer().private_key, algorithm="RS256")
    secret = jwt.encode(_claims(), "x" * 32, algorithm="HS256")
    for assertion in (stranger, secret, "a.b.c", "", "e30.e30.e30"):
        assert _assert(wire, assertion)[1] == {"error": "invalid_grant", "error_description": "invalid assertion"}


@pytest.mark.parametrize(
    ("password", "secret", "error"),
    [
        (PASSWORD + SECURITY_TOKEN, CLIENT_SECRET, None),
        (PASSWORD, CLIENT_SECRET, "invalid_grant"),
        (PASSWORD + SECURITY_TOKEN, "wrong", "invalid_client"),
    ],
)
def test_password_needs_its_token_behind_it(wire: Wire, password: str, secret: str, error: str | None) -> None:
    form = {"grant_type": "password", "client_id": CLIENT_ID, "client_secret": secret}
    form |= {"username": USERNAME, "password": password}
    assert wire.send("POST", "/services/oauth2/token", data=form).json().get("error") == error
