"""What every vendor's client is given underneath: time-outs, pacing, retry by method, and one reading of statuses.

The vendor's own package builds and sends each request; `Transport.call` decides how often, how fast, and what an answer
means. Nothing vendor-specific belongs here: a connector passes its own reading of its own error bodies.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import msgspec
import requests
import urllib3
from requests.adapters import HTTPAdapter

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

__all__ = [
    "Answer",
    "Limit",
    "Policy",
    "ReroutingAdapter",
    "Transport",
    "check_endpoint",
    "error_for_status",
    "raw_members",
    "retry_after",
]

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_TRANSIENT = frozenset({408, 423, 425, 500, 502, 503, 504, 520, 521, 522, 523, 524})
_WIRE_ERRORS = (requests.RequestException, urllib3.exceptions.HTTPError, OSError)


@dataclass(frozen=True, slots=True)
class Policy:
    """How a connection is treated. Times in seconds; `per_second` is the pace of calls, shared by all threads.

    A pause that the vendor asks for is obeyed up to `longest_pause_s`; beyond it the run ends and the next one tries.
    """

    connect_timeout_s: float = 5.0
    read_timeout_s: float = 60.0
    attempts: int = 4
    first_pause_s: float = 0.5
    longest_pause_s: float = 30.0
    per_second: float = 8.0


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer as it came; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def server_time(self) -> datetime | None:
        """The vendor's clock (`Date` header), with one-second grain."""
        try:
            return parsedate_to_datetime(self.headers["date"]).astimezone(UTC)
        except (KeyError, ValueError):
            return None

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


@dataclass(frozen=True, slots=True)
class Limit:
    """One of a vendor's limits as an answer tells it: calls left of how many, and the seconds until it fills up again.

    `shared` marks a quota that the whole company eats from (a day's calls), of which a reserve is left alone; the others
    only set the pace.
    """

    name: str
    left: int
    of: int
    resets_in_s: float | None = None
    shared: bool = False


def error_for_status(answer: Answer) -> AtlasError | None:
    """Read a status on its own, where a vendor's body says nothing more; None for success."""
    status = answer.status
    if status < 400:  # noqa: PLR2004 - the first error status of HTTP
        return None
    message = f"status {status}"
    if status == requests.codes.unauthorized:
        return AuthError(message, advice="The credentials were refused: renew them.")
    if status == requests.codes.forbidden:
        return AccessError(message, advice="Grant the permission to the integration's user.")
    if status == requests.codes.too_many_requests:
        return RateLimitedError(message, retry_after_s=retry_after(answer))
    if status in _TRANSIENT:
        return TransientError(message, retry_after_s=retry_after(answer))
    return RejectedError(message, code=str(status))


def retry_after(answer: Answer) -> float | None:
    """Read `Retry-After` in either form as seconds from the answer's own time; None where absent or unreadable."""
    value = answer.headers.get("retry-after", "")
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    now = answer.server_time or datetime.now(UTC)
    return max(0.0, (moment.astimezone(UTC) - now).total_seconds())


@dataclass(slots=True)
class _Pace:
    """Lets calls through at an even rate, over all threads."""

    per_second: float
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _next: float = 0.0

    def wait(self, sleep: Callable[[float], None]) -> None:
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next)
            self._next = turn + 1.0 / self.per_second
        if turn > now:
            sleep(turn - now)


class Transport:
    """Sends calls of one connection: paced, repeated where that is safe, read into our errors.

    `calls` counts what was sent. After the vendor could not be reached in all attempts of one call, every later call
    fails at once, so that one dead vendor does not hold up a run.
    """

    def __init__(
        self,
        system: str,
        *,
        policy: Policy,
        read_error: Callable[[Answer], AtlasError | None] = error_for_status,
        read_limits: Callable[[Answer], Sequence[Limit]] = lambda _answer: (),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.system = system
        self.policy = policy
        self.calls = 0
        self.limits: dict[str, Limit] = {}
        self._read_error = read_error
        self._read_limits = read_limits
        self._sleep = sleep
        self._pace = _Pace(policy.per_second)
        self._unreachable = False

    def call(self, send: Callable[[], Answer], *, operation: str, repeatable: bool) -> Answer:
        """Send until there is a good answer.

        A call that is not `repeatable` (a create) is sent again only if it was certainly not processed: refused for its
        rate, or never sent. `send` makes exactly one request and gives its answer whatever the status.

        Raises:
            AuthError, AccessError, RejectedError, RecordError: as the answer says; not repeated.
            RateLimitedError, TransientError: still so after all attempts.
            OutcomeUnknownError: a call that must not be repeated was sent and gave no clear answer.
            ContractError: the answer is outside the contract.
        """
        if self._unreachable:
            raise self._at(TransientError("not reachable earlier in this run."), operation)
        for attempt in range(1, self.policy.attempts + 1):
            try:
                return self._once(send, operation, repeatable=repeatable)
            except OutcomeUnknownError:
                raise
            except TransientError as error:
                pause = self._pause(error, attempt)
                if attempt == self.policy.attempts or pause is None:
                    self._unreachable = isinstance(error, _UnreachableError)
                    raise
            self._sleep(pause)
        raise AssertionError  # unreachable: the last attempt returns or raises

    def _once(self, send: Callable[[], Answer], operation: str, *, repeatable: bool) -> Answer:
        self._pace.wait(self._sleep)
        self.calls += 1
        try:
            answer = send()
        except _WIRE_ERRORS as error:
            sent = not _never_sent(error)
            if sent and not repeatable:
                unknown = OutcomeUnknownError("sent, and no answer came back.")
                raise self._at(unknown, operation) from None
            raise self._at(_UnreachableError(f"no answer ({type(error).__name__})."), operation) from None
        self.limits |= {limit.name: limit for limit in self._read_limits(answer)}
        error_read = self._read_error(answer)
        if error_read is None:
            return answer
        if isinstance(error_read, TransientError) and not isinstance(error_read, RateLimitedError) and not repeatable:
            error_read = OutcomeUnknownError(f"sent, and answered with status {answer.status}.")
        raise self._at(error_read, operation)

    def _pause(self, error: TransientError, attempt: int) -> float | None:
        """Give the seconds to wait before the next attempt, None where the vendor asks for more than we may wait."""
        if error.retry_after_s is not None:
            return error.retry_after_s if error.retry_after_s <= self.policy.longest_pause_s else None
        grown: float = self.policy.first_pause_s * 2.0 ** (attempt - 1)
        return min(grown, self.policy.longest_pause_s) * random.uniform(0.7, 1.3)  # noqa: S311 - jitter, not a secret

    def _at(self, error: AtlasError, operation: str) -> AtlasError:
        error.system = error.system or self.system
        error.operation = error.operation or operation
        return error


class _UnreachableError(TransientError):
    """Nobody answered; the public error is `TransientError`."""


def _never_sent(error: BaseException) -> bool:
    """Tell if a request certainly did not reach the server: the connection itself was refused."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, urllib3.exceptions.NewConnectionError | ConnectionRefusedError | requests.ConnectTimeout):
            return True
        reason = getattr(seen, "reason", None)
        inner = reason if isinstance(reason, BaseException) else next(iter(seen.args), None)
        seen = inner if isinstance(inner, BaseException) else None
    return False


class ReroutingAdapter(HTTPAdapter):
    """Gives every request of a `requests` session our time-outs and, for a sandbox, another address.

    `endpoint` replaces scheme and host of every address. It exists because simple-salesforce always builds
    https addresses of the vendor's own domain. Source: simple-salesforce 1.12.10, measured.
    """

    def __init__(self, policy: Policy, *, endpoint: str | None = None) -> None:
        self._timeout = (policy.connect_timeout_s, policy.read_timeout_s)
        self._endpoint = urlsplit(endpoint) if endpoint else None
        super().__init__(max_retries=0)

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]  # noqa: ANN401 - the options of requests pass through unread
        """Send one request, once."""
        options["timeout"] = self._timeout
        if self._endpoint and request.url:
            parts = urlsplit(request.url)
            request.url = urlunsplit(parts._replace(scheme=self._endpoint.scheme, netloc=self._endpoint.netloc))
        return super().send(request, **options)


def check_endpoint(url: str, *, setting: str) -> str:
    """Give an address without its last slash; it must be https, or on this machine.

    Raises:
        ConfigError: credentials would travel in clear text.
    """
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        return url.rstrip("/")
    message = f"{setting} must be an https address (plain http only on this machine)."
    raise ConfigError(message, advice=f"Correct {setting}.")


def raw_members(body: bytes, *, list_name: str) -> tuple[list[bytes], dict[str, Any]]:
    """Split a JSON object into the untouched members of one of its lists and everything else, parsed.

    A missing or null list counts as empty. The members hold no line break outside strings afterwards.

    Raises:
        ContractError: not a JSON object, or the list is no list.
    """
    try:
        envelope = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
        listed = envelope.pop(list_name, None)
        members = msgspec.json.decode(listed, type=list[msgspec.Raw] | None) if listed is not None else None
        rest = {name: msgspec.json.decode(value) for name, value in envelope.items()}
    except (msgspec.DecodeError, UnicodeDecodeError):
        message = f"an answer without a readable list `{list_name}` ({len(body)} bytes)."
        raise ContractError(message, advice="The answer was kept out; run again.") from None
    return [msgspec.json.format(bytes(member), indent=-1) for member in members or ()], rest
