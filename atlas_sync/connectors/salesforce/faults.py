"""What Salesforce's refusals mean to us: one reading of its statuses and error codes. Codes and names are said, texts never."""

from __future__ import annotations

import re
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from atlas_sync.connectors.answer import Answer, error_for_status
from atlas_sync.errors import (
    AccessError,
    AtlasError,
    AuthError,
    ContractError,
    RateLimitedError,
    RejectedError,
    TransientError,
)

__all__ = ["LocatorLostError", "NotFoundError", "SessionLostError", "read_error"]

_CODE = re.compile(r"[A-Za-z][A-Za-z_]{1,60}")
_COLUMN = re.compile(r"No such column '(\w{1,80})' on (?:entity|sobject of type) '?(\w{1,80})")
_A_DAY_S = 86_400.0
_BUSY = frozenset({"UNABLE_TO_LOCK_ROW", "QUERY_TIMEOUT", "SERVER_UNAVAILABLE", "JOB_NOT_COMPLETE"})
_HIDDEN = frozenset({"INVALID_FIELD", "INVALID_TYPE", "INSUFFICIENT_ACCESS"})
_STATUS_OF = {
    "INVALID_SESSION_ID": HTTPStatus.UNAUTHORIZED,
    "REQUEST_LIMIT_EXCEEDED": HTTPStatus.FORBIDDEN,
    "API_DISABLED_FOR_ORG": HTTPStatus.FORBIDDEN,
    "SERVER_UNAVAILABLE": HTTPStatus.SERVICE_UNAVAILABLE,
    "UNKNOWN_EXCEPTION": HTTPStatus.INTERNAL_SERVER_ERROR,
}
_ADVICE = {
    "user hasn't approved this consumer": "Pre-authorise the user in the app's policy, by profile or permission set.",
    "audience is invalid": "Check that instance_url is the right org: a sandbox has an address of its own.",
    "invalid assertion": "Check that private_key belongs to the app's certificate, and this machine's clock.",
    "expired authorization code": "Set this machine's clock right: a signed log-in is good for three minutes.",
    "inactive user": "Activate the integration's user.",
    "no valid scopes defined": "Give the app the scope to manage user data by API (api).",
}
"""The next step by the token address's own words. Source: errors.catalogue.json, `user hasn't approved` and after."""

_RULE = "FIELD_CUSTOM_VALIDATION_EXCEPTION"
_REFUSED = frozenset(
    {
        _RULE,
        "REQUIRED_FIELD_MISSING",
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        "FIELD_INTEGRITY_EXCEPTION",
        "STRING_TOO_LONG",
        "NUMBER_OUTSIDE_VALID_RANGE",
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        "INSUFFICIENT_ACCESS_OR_READONLY",
        "ENTITY_IS_LOCKED",
        "DUPLICATES_DETECTED",
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        "CANNOT_EXECUTE_FLOW_TRIGGER",
    }
)
"""Ways in which a write of one record is refused by what the org's admins set up. Source: SOAP API guide, StatusCode."""

_GONE = frozenset({"NOT_FOUND", "ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY"})


class SessionLostError(AuthError):
    """The session is over, or never was good for this; a new log-in tells which."""


class LocatorLostError(ContractError):
    """A query's remaining pages cannot be had any more; asking again from the last key can."""


class NotFoundError(RejectedError):
    """It is not there, or hidden from us: the vendor tells neither."""


def read_error(answer: Answer) -> AtlasError | None:  # noqa: PLR0911 - one a status
    """Read a status and its error body; None for success.

    A good status may hold a list of errors all the same; its codes count as they do with their own status.
    Source: contracts/salesforce/recordings/errors.catalogue.json and error.*.json; REST API guide, Status Codes.
    """
    if answer.status < HTTPStatus.BAD_REQUEST and not answer.body.startswith(b"["):
        return None
    first = _first(answer)
    code = _code(first.get("errorCode"))
    if answer.status < HTTPStatus.BAD_REQUEST:
        status = _STATUS_OF.get(code, HTTPStatus.BAD_REQUEST)
        return read_error(replace(answer, status=status)) if "errorCode" in first else None
    match answer.status:
        case _ if "error" in first:
            return _token_error(answer, first)
        case HTTPStatus.UNAUTHORIZED:
            return SessionLostError(
                f"the session was refused ({code}).", advice="Allow the integration's user to use the REST API."
            )
        case HTTPStatus.FORBIDDEN:
            return _forbidden(code, str(first.get("message", "")))
        case HTTPStatus.GONE:
            return ContractError("this API version is retired.", advice="Set api_version to a newer one.")
        case HTTPStatus.BAD_REQUEST | HTTPStatus.NOT_FOUND | HTTPStatus.CONFLICT | HTTPStatus.PRECONDITION_FAILED:
            return _refused(code, first)
        case _:
            return error_for_status(answer)


def _refused(code: str, first: dict[str, Any]) -> AtlasError:  # noqa: PLR0911 - one a meaning
    if code in _BUSY:
        return TransientError(f"busy ({code}).")
    if code == "INVALID_QUERY_LOCATOR":
        return LocatorLostError(f"the query's pages are lost ({code}).", advice="Run again.")
    if code in _HIDDEN:
        return AccessError(
            f"refused ({code}){_column(first)}.", advice="Let the integration's user read it: object and field access."
        )
    if code == "OPERATION_TOO_LARGE":
        return AccessError(f"refused ({code}).", advice='Give the integration\'s user "View All Data".')
    if code in _REFUSED:
        return _rejected(code, first)
    if code in _GONE:
        advice = "Let the integration's user see it: object permissions of its profile or permission set, and sharing."
        return NotFoundError(f"not there, or hidden from us ({code}).", code=code, advice=advice)
    return ContractError(f"refused ({code}).", advice="Update atlas_sync, or tell its authors the code.")


def _rejected(code: str, first: dict[str, Any]) -> RejectedError:
    """Read a refused write; a validation rule is known by the sentence that an admin wrote for it, which is no record's."""
    listed = first.get("fields")
    fields = tuple(str(name) for name in listed if _CODE.fullmatch(str(name))) if isinstance(listed, list) else ()
    about = f" ({', '.join(fields)})" if fields else ""
    said = f": “{' '.join(str(first.get('message', '')).split())[:255]}”" if code == _RULE else ""
    return RejectedError(
        f"refused ({code}){about}{said}.",
        code=code,
        fields=fields,
        advice="Fill in or correct this on the record, or change the rule.",
    )


def _forbidden(code: str, message: str) -> AtlasError:
    """Tell the two meanings of a used-up limit apart, by the text alone, since the code is the same.

    Source: contracts/salesforce/recordings/errors.catalogue.json, `daily request allocation exhausted` and the two after.
    """
    if code != "REQUEST_LIMIT_EXCEEDED":
        return AccessError(f"refused ({code}).", advice="Give the integration's user this permission in Salesforce.")
    if message.startswith("Concurrent"):
        return RateLimitedError(f"too many long calls at once ({code}).")
    return RateLimitedError(
        f"the org's daily API calls are used up ({code}).",
        retry_after_s=_A_DAY_S,
        advice="Wait for the rolling 24 hours, or find what else uses them up.",
    )


def _token_error(answer: Answer, body: dict[str, Any]) -> AtlasError | None:
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return error_for_status(answer)
    advice = "Check client_id and the secrets of this connection, and that the app allows this way to log in."
    said = str(body.get("error_description", ""))
    return AuthError(f"the log-in was refused ({_code(body['error'])}).", advice=_ADVICE.get(said, advice))


def _first(answer: Answer) -> dict[str, Any]:
    """Give the first error of a body: a list of them from REST, one object from the token address, nothing from a proxy."""
    try:
        body = answer.json()
    except ContractError:
        return {}
    found = body[0] if isinstance(body, list) and body else body
    return found if isinstance(found, dict) else {}


def _code(value: object) -> str:
    return value if isinstance(value, str) and _CODE.fullmatch(value) else "no code"


def _column(first: dict[str, Any]) -> str:
    found = _COLUMN.search(str(first.get("message", "")))
    return f" because of {found[2]}.{found[1]}" if found else ""
