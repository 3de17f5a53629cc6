"""HubSpot's refusals in our words, and the limits its headers tell."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from atlas_sync.connectors.answer import Answer, error_for_status, retry_after
from atlas_sync.connectors.line import Limit
from atlas_sync.errors import (
    AccessError,
    AtlasError,
    AuthError,
    ContractError,
    RateLimitedError,
    RejectedError,
    TransientError,
)

__all__ = ["NotFoundError", "TokenExpiredError", "UnnamedScopeError", "check_batch", "read_error", "read_limits"]

_DAY_S = 86_400.0
_BURST_PAUSE_S, _SEARCH_PAUSE_S, _LOCK_PAUSE_S = 10.0, 1.0, 2.0
_SECONDLY = "You have reached your secondly limit."
_LIMIT_HEADER = "x-hubspot-ratelimit-"
_SHORT = 2_000
_NAME = re.compile(r"[a-z0-9_]{1,100}")


class TokenExpiredError(AuthError):
    """The access token's time is over; the public error is `AuthError`."""


class UnnamedScopeError(AccessError):
    """A scope is missing, and the refusal does not tell which; the public error is `AccessError`."""


class NotFoundError(RejectedError):
    """There is no such record for us; the public error is `RejectedError`."""


def read_error(answer: Answer) -> AtlasError | None:
    """Read HubSpot's statuses and categories; scopes are named as HubSpot names them, values never.

    A 429 comes without Retry-After: a second is enough after a search, ten after a burst, and a used-up day ends the run.
    Source: contract recordings search_contacts_429_secondly.json, errors_quoted_in_issues.json; HubSpot guide, error handling.
    """
    reading = _READINGS.get(answer.status, error_for_status)
    return reading(answer)


def _hidden_error(answer: Answer) -> AtlasError | None:
    """Find an error that was sent as a success; only short answers are looked into."""
    if len(answer.body) > _SHORT or _body(answer).get("status") != "error":
        return None
    return ContractError(
        "an error that was sent as a success.", advice="Run again; if it stays, ask HubSpot's support."
    )


def _unauthorized(answer: Answer) -> AtlasError:
    advice = "Renew the service key or private app token, or install the app again."
    if _body(answer).get("category") == "EXPIRED_AUTHENTICATION":
        return TokenExpiredError("the token has expired.", advice=advice)
    return AuthError("the token was refused.", advice=advice)


def _forbidden(answer: Answer) -> AtlasError:
    if named := ", ".join(_scopes(_body(answer))):
        return AccessError(
            f"a scope {named} is missing.", advice=f"Grant scope {named} to the service key or private app."
        )
    return UnnamedScopeError("a permission is missing.", advice="Grant permission to the service key or private app.")


def _not_found(answer: Answer) -> AtlasError:
    """Tell HubSpot's word from that of a proxy or a gateway at its address, which proves nothing gone."""
    if _body(answer).get("status") == "error":
        return NotFoundError("not found.", code="404")
    return ContractError("a 404 that is not HubSpot's.", advice="Look for a proxy in between; correct the endpoint.")


def _invalid(answer: Answer) -> AtlasError:
    """Read a refusal: the properties and HubSpot's codes are named, values and texts, which quote them, are not.

    Source: HubSpot guide, error handling; changelog, write validation of version 2026-09.
    """
    body = _body(answer)
    listed = body.get("errors")
    errors = [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
    named = [
        str(name)
        for one in errors
        if isinstance(one.get("context"), Mapping)
        for name in one["context"].get("propertyName") or one["context"].get("properties") or ()
    ]
    codes = sorted({str(one["code"]) for one in errors if one.get("code")}) or [str(body.get("category") or "400")]
    fields = tuple(name for name in dict.fromkeys(named) if _NAME.fullmatch(name))
    about = f" ({', '.join(fields)})" if fields else ""
    return RejectedError(
        f"refused: {', '.join(codes)}{about}.",
        code=codes[0],
        fields=fields,
        advice="Fill in or correct this on the record, or change the rule." if fields else "",
    )


def _locked(answer: Answer) -> AtlasError:
    return TransientError("the record is locked.", retry_after_s=max(retry_after(answer) or 0.0, _LOCK_PAUSE_S))


def _migrating(answer: Answer) -> AtlasError:
    advice = "HubSpot moves the portal to another place: the next run goes on."
    return TransientError("the portal is being moved.", retry_after_s=retry_after(answer), advice=advice)


def _too_long(_answer: Answer) -> AtlasError:
    return ContractError("the address was too long.", advice="Report this: long lists belong into a body.")


def _body(answer: Answer) -> Mapping[str, Any]:
    try:
        found = answer.json()
    except ContractError:
        return {}
    return found if isinstance(found, Mapping) else {}


def _too_many(answer: Answer) -> RateLimitedError:
    body = _body(answer)
    if body.get("policyName") == "DAILY":
        return RateLimitedError("the day's calls are used up.", retry_after_s=_DAY_S, advice="The next run goes on.")
    asked = retry_after(answer)
    usual = _SEARCH_PAUSE_S if body.get("message") == _SECONDLY else _BURST_PAUSE_S
    return RateLimitedError("too many calls.", retry_after_s=usual if asked is None else asked)


def _scopes(body: Mapping[str, Any]) -> list[str]:
    """Give the scopes that HubSpot lists as missing; every part of the body may be absent or of another shape."""
    found: set[str] = set()
    errors = body.get("errors")
    for error in errors if isinstance(errors, list) else ():
        context = error.get("context") if isinstance(error, Mapping) else None
        for names in context.values() if isinstance(context, Mapping) else ():
            found.update(str(name) for name in names if "." in str(name) or "-" in str(name))
    return sorted(found)


_READINGS: Mapping[int, Callable[[Answer], AtlasError | None]] = {
    200: _hidden_error,
    207: _hidden_error,
    400: _invalid,
    401: _unauthorized,
    403: _forbidden,
    404: _not_found,
    414: _too_long,
    423: _locked,
    429: _too_many,
    477: _migrating,
}


def check_batch(rest: Mapping[str, Any]) -> None:
    """Hold that what a batch did not give is not there: 207 says so for each input, newer versions leave it out.

    Raises:
        TransientError: something else was wrong with an input, or the batch is not done.
    """
    errors = rest.get("errors") or ()
    is_whole = rest.get("status", "COMPLETE") == "COMPLETE" and (errors or not rest.get("numErrors"))
    is_absent = (isinstance(error, Mapping) and error.get("category") == "OBJECT_NOT_FOUND" for error in errors)
    if not is_whole or not all(is_absent):
        raise TransientError("a part of a batch could not be read.", advice="The next run tries again.")


def read_limits(answer: Answer) -> Sequence[Limit]:
    """Read the limits from an answer's headers: that of ten seconds sets the pace, the whole company eats from the day's.

    Searches have the day's at most. When the day ends depends on the portal's time zone, so it is left open.
    Source: contract recordings batch_archive_companies_204.json, search_contacts_429_secondly.json.
    """
    found = (
        _limit(answer, "ten seconds", of="max", left="remaining", seconds=_interval_s(answer)),
        _limit(answer, "day", of="daily", left="daily-remaining", seconds=None),
    )
    return [limit for limit in found if limit]


def _limit(answer: Answer, name: str, *, of: str, left: str, seconds: float | None) -> Limit | None:
    whole, rest = (answer.headers.get(f"{_LIMIT_HEADER}{part}", "") for part in (of, left))
    if not (whole.isdigit() and rest.isdigit()):
        return None
    return Limit(name, int(rest), int(whole), resets_in_s=seconds, shared=seconds is None)


def _interval_s(answer: Answer) -> float:
    text = answer.headers.get(f"{_LIMIT_HEADER}interval-milliseconds", "")
    return int(text) / 1000 if text.isdigit() else _BURST_PAUSE_S
