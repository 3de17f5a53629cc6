"""What every vendor's client is given underneath: time-outs, pacing, and retry by method.

The vendor's own package builds and sends each request; `Transport.call` decides how often, how fast, and what an answer
means. Nothing vendor-specific belongs here: a connector passes its own reading of its own error bodies.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Annotated, Any
from urllib.parse import urlsplit, urlunsplit

import requests
import urllib3
from pydantic import Field, SecretStr
from requests.adapters import HTTPAdapter

from atlas_sync.connectors.answer import Answer, error_for_status
from atlas_sync.connectors.line import Limit, Line, lent_line
from atlas_sync.errors import (
    AtlasError,
    ConfigError,
    ContractError,
    OutcomeUnknownError,
    RateLimitedError,
    TransientError,
)

__all__ = ["IN_HEADER", "HeaderSecret", "Policy", "ReroutingAdapter", "Seconds", "Transport", "check_endpoint"]

_YEAR_S = 366 * 86_400
Seconds = Annotated[float, Field(le=_YEAR_S)]
"""A setting in seconds, at most a year: beyond that no calendar and no socket can count."""
IN_HEADER = "sent in a header"
HeaderSecret = Annotated[SecretStr, IN_HEADER]
"""A secret that goes into a header as it is, which takes no other characters than those of ASCII."""

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_LONG_S = 120
_WIRE_ERRORS = (requests.RequestException, urllib3.exceptions.HTTPError, OSError)


@dataclass(frozen=True, slots=True)
class Policy:
    """How a connection is treated. Times in seconds; `per_second` is the pace of calls, shared by all threads.

    A pause that the vendor asks for is obeyed up to `longest_pause_s`; beyond it the run ends and the next one tries. A
    call with all its attempts and pauses is not begun again after `total_s`. A vendor that could not be reached, or failed
    in `failures` calls in a row, is taken for down, and tried with one call every `trial_every_s`.
    """

    connect_timeout_s: float = 5.0
    read_timeout_s: float = 60.0
    attempts: int = 4
    first_pause_s: float = 0.5
    longest_pause_s: float = 30.0
    total_s: float = 300.0
    per_second: float = 8.0
    failures: int = 3
    trial_every_s: float = 60.0


class Transport:
    """Sends calls of one connection: paced, repeated where that is safe, read into our errors.

    What the calls of a connection share is kept on its line: pace, budget, and that a vendor is down, so that one dead
    vendor does not hold up a run. A transport made while a line is lent is on that line.
    """

    def __init__(
        self,
        system: str,
        *,
        policy: Policy,
        read_error: Callable[[Answer], AtlasError | None] = error_for_status,
        read_limits: Callable[[Answer], Sequence[Limit]] = lambda _answer: (),
        sleep: Callable[[float], None] = time.sleep,
        line: Line | None = None,
    ) -> None:
        self.system = system
        self.policy = policy
        self.line = line or lent_line() or Line()
        self._read_error = read_error
        self._read_limits = read_limits
        self._sleep = sleep
        self._pace = self.line.pace(policy, policy.per_second, longest_s=policy.longest_pause_s)

    @property
    def calls(self) -> int:
        """How many calls were sent on the line so far."""
        return self.line.calls

    @property
    def limits(self) -> Mapping[str, Limit]:
        """What the vendor told last of its limits, by name."""
        return self.line.limits

    def call(self, send: Callable[[], Answer], *, operation: str, repeatable: bool) -> Answer:
        """Send until there is a good answer.

        A call that is not `repeatable` (a create) is sent again only if it was certainly not processed: refused for its
        rate, or never sent. `send` makes exactly one request and gives its answer whatever the status.

        Raises:
            AuthError, AccessError, RejectedError, RecordError: as the answer says; not repeated.
            RateLimitedError, TransientError: still so after all attempts, or after `total_s`.
            BudgetError: not sent; this run's calls or the company's quota are used up.
            OutcomeUnknownError: a call that must not be repeated was sent and gave no clear answer.
            ContractError: the answer is outside the contract.
        """
        ends = time.monotonic() + self.policy.total_s
        for attempt in count(1):
            is_trial = self._admit(operation)
            self._pace.wait(self._sleep)
            try:
                answer = self._once(send, operation, repeatable=repeatable)
            except TransientError as error:
                pause_s = None if is_trial else self._pause(error, attempt)
                if pause_s is None or time.monotonic() + pause_s > ends:
                    self._give_up(error)
                    raise
                rest = self._pace.hold if isinstance(error, RateLimitedError) else _rest
                rest(pause_s, self._sleep)
            except AtlasError:
                self.line.note_answer()
                raise
            else:
                self.line.note_answer()
                return answer
        raise AssertionError  # unreachable: the last attempt returns or raises

    def _admit(self, operation: str) -> bool:
        try:
            return self.line.admit(trial_every_s=self.policy.trial_every_s)
        except AtlasError as error:
            raise self._at(error, operation) from None

    def _once(self, send: Callable[[], Answer], operation: str, *, repeatable: bool) -> Answer:
        try:
            answer = send()
        except _WIRE_ERRORS as error:
            sent = not _never_sent(error)
            if sent and not repeatable:
                unknown = OutcomeUnknownError("sent, and no answer came back.")
                raise self._at(unknown, operation) from None
            raise self._at(_UnreachableError(f"no answer ({type(error).__name__})."), operation) from None
        limits = self._read_limits(answer)
        self.line.heed(limits)
        for limit in limits:
            if not limit.shared:
                self._pace.heed(limit)
        error_read = self._read_error(answer)
        if error_read is None and not answer.is_redirect and (repeatable or not answer.body or answer.is_json):
            return answer
        if not repeatable and (error_read is None or _may_have_happened(error_read)):
            error_read = OutcomeUnknownError(f"sent, and answered with status {answer.status} that says nothing clear.")
        if error_read is None:
            message = f"status {answer.status} sends us elsewhere."
            error_read = ContractError(
                message, advice="Correct the address; look for a proxy or a login page in between."
            )
        raise self._at(error_read, operation)

    def _pause(self, error: TransientError, attempt: int) -> float | None:
        """Give the seconds to wait before the next attempt; None where there is none, or the vendor asks for too many."""
        if attempt >= self.policy.attempts or isinstance(error, OutcomeUnknownError):
            return None
        grown: float = self.policy.first_pause_s * 2.0 ** (attempt - 1)
        own_s = min(grown, self.policy.longest_pause_s) * random.uniform(0.7, 1.3)  # noqa: S311 - jitter, not a secret
        if error.retry_after_s is None:
            return own_s
        if error.retry_after_s > self.policy.longest_pause_s:
            return None
        # The vendor's word holds; only one that says "now" for the second time is not believed.
        return own_s if error.retry_after_s == 0 and attempt > 1 else error.retry_after_s

    def _give_up(self, error: TransientError) -> None:
        """Remember on the line what later calls need not find out again."""
        if isinstance(error, RateLimitedError):
            self.line.note_answer()
            if (error.retry_after_s or 0.0) > self.policy.longest_pause_s:
                self.line.bar(error.retry_after_s or 0.0, error.summary)
            return
        after = 1 if isinstance(error, _UnreachableError) else self.policy.failures
        self.line.note_failure(after=after, trial_every_s=self.policy.trial_every_s)

    def _at(self, error: AtlasError, operation: str) -> AtlasError:
        error.system = error.system or self.system
        error.operation = error.operation or operation
        if isinstance(error, TransientError) and not isinstance(error, OutcomeUnknownError):
            error.advice = error.advice or _advice_after(error.retry_after_s)
        return error


def _advice_after(pause_s: float | None) -> str:
    """Say what to do about what passes by itself: nothing, but wait where the vendor asks for a long pause."""
    if pause_s is None or pause_s < _LONG_S:
        return "The next run goes on from here."
    return (
        f"It asks for a pause of {math.ceil(min(pause_s, _YEAR_S) / 60):,} minutes; a run after that goes on from here."
    )


def _rest(pause_s: float, sleep: Callable[[float], None]) -> None:
    sleep(pause_s)


def _may_have_happened(error: AtlasError) -> bool:
    """Tell if an answer leaves open whether the call was processed; one refused for its rate was not.

    What answers outside the contract may be a proxy behind which the call went on.
    """
    return isinstance(error, TransientError | ContractError) and not isinstance(error, RateLimitedError)


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
