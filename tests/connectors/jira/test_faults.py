from __future__ import annotations

import json
from pathlib import Path

import pytest

from atlas_sync.connectors.answer import Answer
from atlas_sync.connectors.jira.faults import NotFoundError, read_error
from atlas_sync.errors import (
    AccessError,
    AtlasError,
    AuthError,
    ContractError,
    RateLimitedError,
    RejectedError,
    TransientError,
)

CANARY = "canary@secret.example"
REFUSED = {"errorMessages": [CANARY], "errors": {"customfield_10125": CANARY}}


def _answer(status: int, body: object = None, **headers: str) -> Answer:
    raw = body if isinstance(body, bytes) else json.dumps(body or REFUSED).encode()
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, raw)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (_answer(400), RejectedError),
        (_answer(400, b"<html>" + CANARY.encode()), RejectedError),
        (_answer(409), RejectedError),
        (_answer(422, []), RejectedError),
        (_answer(401), AuthError),
        (_answer(403), AccessError),
        (_answer(403, x_authentication_denied_reason="CAPTCHA_CHALLENGE; login-url=" + CANARY), AuthError),
        (_answer(200, b"<html>", x_seraph_loginreason="AUTHENTICATED_FAILED"), AuthError),
        (_answer(200, [], x_seraph_loginreason="AUTHENTICATION_DENIED"), AuthError),
        (_answer(404), NotFoundError),
        (_answer(404, b""), ContractError),
        (_answer(404, b"<html>" + CANARY.encode()), ContractError),
        (_answer(404, {"code": 404, "message": CANARY}), ContractError),
        (_answer(410), ContractError),
        (_answer(429, b"<!doctype html>" + CANARY.encode()), RateLimitedError),
        (_answer(429, ratelimit_reason="jira-burst-based"), RateLimitedError),
        (_answer(429, ratelimit_reason=CANARY), RateLimitedError),
        (_answer(500), TransientError),
        (_answer(503, b"<html>"), TransientError),
    ],
)
def test_refusal_is_read_and_repeats_nothing_but_names_of_fields(answer: Answer, kind: type[AtlasError]) -> None:
    error = read_error(answer)
    assert type(error) is kind
    assert "canary" not in f"{error} {error.advice}"


@pytest.mark.parametrize("reason", ["", "OK"])
def test_good_answer_is_no_error(reason: str) -> None:
    assert read_error(_answer(200, {}, x_seraph_loginreason=reason)) is None


def test_refused_fields_are_named() -> None:
    error = read_error(_answer(400))
    assert isinstance(error, RejectedError)
    assert error.fields == ("customfield_10125",)


@pytest.mark.parametrize(
    "answer", [_answer(400), _answer(400, {"errorMessages": [CANARY]}), _answer(422, []), _answer(405), _answer(404)]
)
def test_refusal_says_what_to_do(answer: Answer) -> None:
    error = read_error(answer)
    assert isinstance(error, RejectedError)
    assert error.advice


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("jira-quota-global-based", "quota of all apps"),
        ("jira-quota-tenant-based", "quota of this site"),
        ("jira-burst-based", "at once"),
        ("jira-per-issue-on-write", "one issue"),
    ],
)
def test_kinds_of_too_much_are_told_apart(reason: str, words: str) -> None:
    error = read_error(_answer(429, ratelimit_reason=reason, retry_after="1847"))
    assert isinstance(error, RateLimitedError)
    assert words in str(error)
    assert error.retry_after_s == 1847


def test_server_error_waits_as_long_as_it_asks() -> None:
    error = read_error(_answer(503, retry_after="4"))
    assert isinstance(error, TransientError)
    assert error.retry_after_s == 4


@pytest.mark.contracts
def test_every_observed_refusal_is_read(shared: Path) -> None:
    path = shared / "contracts/jira/recordings/observed-limits-and-errors.json"
    for entry in json.loads(path.read_text(encoding="utf-8"))["entries"]:
        headers = {name.lower(): value for name, value in entry.get("headers", {}).items()}
        body = entry.get("body", entry.get("body_starts", ""))
        error = read_error(Answer(entry["status"], headers, json.dumps(body).encode()))
        assert (error is None) == (entry["status"] == 200), entry["what"]
