"""Reads Jira's refusals into our errors: fields are named, values and texts never.

Source: contract recordings dc-issue-update-400-*.json, observed-limits-and-errors.json.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests

from atlas_sync.connectors.answer import Answer, error_for_status
from atlas_sync.connectors.jira.limits import pause_after
from atlas_sync.errors import AccessError, AtlasError, AuthError, ContractError, RateLimitedError, RejectedError

__all__ = ["NotFoundError", "read_error"]

_REFUSED = frozenset({requests.codes.bad_request, requests.codes.conflict, requests.codes.unprocessable})
_IF_IT_STAYS = "Run again; if it stays, update atlas_sync, or tell its authors the status."
_LIMITERS = {
    "jira-quota-global-based": "the hourly quota of all apps is used up",
    "jira-quota-tenant-based": "the hourly quota of this site is used up",
    "jira-burst-based": "too many calls at once",
    "jira-per-issue-on-write": "too many writes to one issue",
}


class NotFoundError(RejectedError):
    """Jira answers 404 both for what is gone and for what is hidden."""


def read_error(answer: Answer) -> AtlasError | None:
    """Read an answer's refusal; None for a good answer.

    A log-in that failed can come as status 200 with nothing but what strangers may see, so it is looked for first.
    Source: JRA-41559, X-Seraph-LoginReason.
    """
    error = _login_error(answer) or _token_error(answer) or _error(answer)
    if isinstance(error, RejectedError):
        error.advice = error.advice or _IF_IT_STAYS
    return error


def _error(answer: Answer) -> AtlasError | None:
    match answer.status:
        case requests.codes.not_found:
            return _not_found(answer)
        case status if status in _REFUSED:
            return _rejected(answer)
        case requests.codes.gone:
            return ContractError("this part of the API is gone.", advice="Update atlas_sync.")
        case requests.codes.forbidden:
            return AccessError("status 403.", advice="Give the integration's user this permission in Jira.")
        case requests.codes.too_many_requests:
            limiter = _LIMITERS.get(answer.headers.get("ratelimit-reason", ""), "status 429")
            return RateLimitedError(f"{limiter}.", retry_after_s=pause_after(answer))
        case _:
            return error_for_status(answer)


def _not_found(answer: Answer) -> AtlasError:
    """Tell Jira's word from that of a proxy or a gateway at its address, which proves nothing gone."""
    advice = "Correct the connection's `url`, or let the integration's user see this in Jira."
    if isinstance(_body(answer).get("errorMessages"), list):
        return NotFoundError("not there, or hidden from us.", code="404", advice=advice)
    return ContractError(
        "a 404 that is not Jira's.", advice="Correct the connection's `url`; look for a proxy in between."
    )


def _rejected(answer: Answer) -> RejectedError:
    fields = _error_fields(answer)
    named = f" because of {', '.join(fields)}" if fields else ""
    advice = "Correct this in Jira, or let the integration's user set it." if fields else ""
    message = f"refused with status {answer.status}{named}."
    return RejectedError(message, code=str(answer.status), fields=fields, advice=advice)


def _login_error(answer: Answer) -> AuthError | None:
    if "captcha" in answer.headers.get("x-authentication-denied-reason", "").lower():
        return AuthError("Jira wants a CAPTCHA solved.", advice="Log in once in a browser as the integration's user.")
    if "AUTHENTICATION_DENIED" in answer.headers.get("x-seraph-loginreason", ""):
        return AuthError("the log-in is blocked.", advice="Log in once in a browser as the integration's user.")
    if "FAILED" in answer.headers.get("x-seraph-loginreason", ""):
        return AuthError("the log-in failed.", advice="The credentials were refused: renew them.")
    return None


def _token_error(answer: Answer) -> AuthError | None:
    """Read a refusal of Atlassian's address for tokens, whose 403 is a spent token and no missing permission."""
    refused = (*_REFUSED, requests.codes.unauthorized, requests.codes.forbidden)
    if answer.status not in refused or not isinstance(_body(answer).get("error"), str):
        return None
    advice = "Let the integration's user authorise the app again, and put the new refresh token into the token file."
    return AuthError(f"the refresh token was refused (status {answer.status}).", advice=advice)


def _body(answer: Answer) -> Mapping[str, Any]:
    try:
        body = answer.json()
    except ContractError:
        return {}
    return body if isinstance(body, dict) else {}


def _error_fields(answer: Answer) -> tuple[str, ...]:
    fields = _body(answer).get("errors")
    return tuple(sorted(str(name) for name in fields)) if isinstance(fields, dict) else ()
