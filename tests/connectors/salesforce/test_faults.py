from __future__ import annotations

import json
from pathlib import Path

import pytest

from atlas_sync.connectors.answer import Answer
from atlas_sync.connectors.salesforce.faults import LocatorLostError, NotFoundError, SessionLostError, read_error
from atlas_sync.errors import (
    AccessError,
    AtlasError,
    AuthError,
    ContractError,
    RateLimitedError,
    TransientError,
)

CANARY = "canary@secret.example 00D5e000000canary"
NO_COLUMN = "No such column 'Secret__c' on entity 'Opportunity'. " + CANARY


def _answer(status: int, body: object) -> Answer:
    return Answer(status, {}, body if isinstance(body, bytes) else json.dumps(body).encode())


def _rest(status: int, code: str, message: str = CANARY) -> Answer:
    return _answer(status, [{"message": message, "errorCode": code, "fields": [CANARY]}])


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (_rest(401, "INVALID_SESSION_ID"), SessionLostError),
        (_rest(401, "INVALID_AUTH_HEADER"), AuthError),
        (_rest(403, "INSUFFICIENT_ACCESS_OR_READONLY"), AccessError),
        (_rest(403, "API_DISABLED_FOR_ORG"), AccessError),
        (_rest(403, "REQUEST_LIMIT_EXCEEDED", f"ConcurrentRequests {CANARY}"), RateLimitedError),
        (_rest(403, "REQUEST_LIMIT_EXCEEDED", f"TotalRequests {CANARY}"), RateLimitedError),
        (_rest(400, "UNABLE_TO_LOCK_ROW"), TransientError),
        (_rest(400, "QUERY_TIMEOUT"), TransientError),
        (_rest(400, "INVALID_QUERY_LOCATOR"), LocatorLostError),
        (_rest(400, "INVALID_FIELD", NO_COLUMN), AccessError),
        (_rest(400, "INVALID_TYPE"), AccessError),
        (_rest(400, "OPERATION_TOO_LARGE"), AccessError),
        (_rest(400, "MALFORMED_QUERY"), ContractError),
        (_rest(400, CANARY), ContractError),
        (_rest(404, "NOT_FOUND"), NotFoundError),
        (_rest(404, "ENTITY_IS_DELETED"), NotFoundError),
        (_rest(410, "GONE"), ContractError),
        (_rest(500, "UNKNOWN_EXCEPTION"), TransientError),
        (_answer(503, b"<html>" + CANARY.encode()), TransientError),
        (_answer(401, b""), AuthError),
        (_answer(403, []), AccessError),
        (_answer(429, {}), RateLimitedError),
        (_answer(400, {"error": "invalid_client", "error_description": CANARY}), AuthError),
        (_answer(400, {"error": CANARY, "error_description": CANARY}), AuthError),
        (_rest(412, "JOB_NOT_COMPLETE"), TransientError),
        (_rest(409, "API_VERSION_MISMATCH"), ContractError),
        (_rest(400, "INVALIDENTITY"), ContractError),
        (_rest(200, "INVALID_SESSION_ID"), SessionLostError),
        (_rest(200, "REQUEST_LIMIT_EXCEEDED", f"TotalRequests {CANARY}"), RateLimitedError),
        (_rest(200, "API_DISABLED_FOR_ORG"), AccessError),
        (_rest(200, "INVALID_FIELD", NO_COLUMN), AccessError),
        (_rest(200, "QUERY_TIMEOUT"), TransientError),
        (_rest(200, "UNKNOWN_EXCEPTION"), TransientError),
        (_rest(200, "SERVER_UNAVAILABLE"), TransientError),
        (_rest(200, "SOMETHING_NEW"), ContractError),
        (_answer(503, {"error": "server_error", "error_description": CANARY}), TransientError),
    ],
)
def test_refusal_is_read_and_repeats_nothing_but_codes_and_names(answer: Answer, kind: type[AtlasError]) -> None:
    error = read_error(answer)
    assert isinstance(error, kind)
    assert "canary" not in f"{error} {error.advice}"


@pytest.mark.parametrize("body", [[], {}, [{"success": True, "errors": []}], b"[a note", b"", b"<html>"])
def test_good_answer_is_no_error(body: object) -> None:
    assert read_error(_answer(200, body)) is None


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        ("user hasn't approved this consumer", "Pre-authorise"),
        ("audience is invalid", "instance_url"),
        ("expired authorization code", "clock"),
        ("authentication failure", "client_id"),
        (CANARY, "client_id"),
    ],
)
def test_refused_log_in_names_the_next_step(said: str, advice: str) -> None:
    error = read_error(_answer(400, {"error": "invalid_grant", "error_description": said}))
    assert isinstance(error, AuthError)
    assert advice in error.advice
    assert "canary" not in f"{error} {error.advice}"


@pytest.mark.parametrize("code", ["NOT_FOUND", "ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY"])
def test_what_is_not_there_or_hidden_names_the_next_step(code: str) -> None:
    error = read_error(_rest(404, code))
    assert isinstance(error, NotFoundError)
    assert "object permissions of its profile or permission set" in error.advice


def test_hidden_field_is_named() -> None:
    assert "Opportunity.Secret__c" in str(read_error(_rest(400, "INVALID_FIELD", NO_COLUMN)))


def test_used_up_day_is_not_waited_for_but_a_crowd_is() -> None:
    day = read_error(_rest(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."))
    crowd = read_error(_rest(403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentPerOrgLongTxn Limit exceeded."))
    assert isinstance(day, RateLimitedError)
    assert isinstance(crowd, RateLimitedError)
    assert (day.retry_after_s or 0) > 3600
    assert crowd.retry_after_s is None


@pytest.mark.contracts
def test_every_catalogued_refusal_is_read(shared: Path) -> None:
    catalogue = json.loads((shared / "contracts/salesforce/recordings/errors.catalogue.json").read_text())
    kinds = {entry["name"]: type(read_error(_answer(entry["status"], entry["body"]))) for entry in catalogue["entries"]}
    assert kinds.pop("upsert not unique") is type(None)  # we never upsert
    assert kinds["unknown or hidden column"] is AccessError
    assert all(issubclass(kind, AtlasError) for kind in kinds.values())
