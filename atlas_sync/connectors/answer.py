"""One answer over HTTP, and what its status and headers say where a vendor's body says nothing more."""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec
import requests
import urllib3

from atlas_sync.errors import (
    AccessError,
    AtlasError,
    AuthError,
    ContractError,
    RateLimitedError,
    RejectedError,
    TransientError,
)

__all__ = ["Answer", "error_for_status", "retry_after"]

_TRANSIENT = frozenset({408, 423, 425})
_NEVER = frozenset({501, 505})
_PLAIN: Mapping[int, tuple[type[AtlasError], str]] = {
    401: (AuthError, "The credentials were refused: renew them."),
    403: (AccessError, "Grant the permission to the integration's user."),
    407: (ContractError, "A proxy in between wants a log-in: let this machine through it."),
    511: (ContractError, "The network in between wants a log-in: let this machine through it."),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer as it came; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def server_time(self) -> datetime | None:
        """The vendor's clock (`Date` header), with one-second grain."""
        return _moment(self.headers.get("date", ""))

    @property
    def is_redirect(self) -> bool:
        """Tell if the answer is another address, which no API of ours gives and no credentials may follow."""
        return 300 <= self.status < 400  # noqa: PLR2004 - the range of HTTP

    @property
    def is_json(self) -> bool:
        """Tell if the body is JSON, whatever its type claims."""
        try:
            msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return False
        return True

    def json(self) -> Any:  # noqa: ANN401 - the wire is untyped here; mapping gives it types
        """Parse the body.

        Raises:
            ContractError: it is not JSON (an HTML page of a proxy, a body cut short).
        """
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            kind = self.headers.get("content-type", "no content type")
            message = f"status {self.status} with a body that is not JSON ({kind}, {len(self.body)} bytes)."
            raise ContractError(message, advice="Look for a proxy or a login page in between.") from None

    @classmethod
    def of_response(cls, response: requests.Response) -> Answer:
        """Take over an answer of `requests`."""
        headers = {name.lower(): value for name, value in response.headers.items()}
        return cls(response.status_code, headers, response.content)

    @classmethod
    def of_urllib3(cls, response: urllib3.BaseHTTPResponse) -> Answer:
        """Take over an answer of `urllib3`."""
        headers = {name.lower(): value for name, value in response.headers.items()}
        return cls(response.status, headers, response.data)


def error_for_status(answer: Answer) -> AtlasError | None:
    """Read a status on its own, where a vendor's body says nothing more; None for success."""
    status = answer.status
    if status < 400:  # noqa: PLR2004 - the first error status of HTTP
        return None
    message = f"status {status}"
    if status in _PLAIN:
        error, advice = _PLAIN[status]
        return error(message, advice=advice)
    if status == requests.codes.too_many_requests:
        return RateLimitedError(message, retry_after_s=retry_after(answer))
    if status in _TRANSIENT or (status >= 500 and status not in _NEVER):  # noqa: PLR2004 - where HTTP's failures begin
        return TransientError(message, retry_after_s=retry_after(answer))
    return RejectedError(message, code=str(status))


def retry_after(answer: Answer) -> float | None:
    """Read `Retry-After` in either form as seconds from the answer's own time; None where absent or unreadable."""
    value = answer.headers.get("retry-after", "")
    with suppress(ValueError):
        return None if math.isnan(float(value)) else max(0.0, float(value))
    moment = _moment(value)
    if moment is None:
        return None
    now = answer.server_time or datetime.now(UTC)
    return max(0.0, (moment - now).total_seconds())


def _moment(value: str) -> datetime | None:
    """Read a date of HTTP; one that names no zone is in UTC, as HTTP says."""
    try:
        moment = parsedate_to_datetime(value)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):  # the calendar ends with the year 9999
        return None
