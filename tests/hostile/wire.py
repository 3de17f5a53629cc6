"""The way to the sandbox's Jira without a socket: on each request something may fail, a person act, or a process die."""

from __future__ import annotations

import asyncio
import heapq
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3

from atlas_sync.sandbox.clock import Clock
from atlas_sync.sandbox.faults import App, Message

__all__ = ["KilledError", "Time", "Wire"]

_READS = re.compile(r"/(search/jql|issue/bulkfetch|changelog/bulkfetch)$")
_START = datetime(2026, 6, 15, 8, 0, tzinfo=UTC)


class KilledError(BaseException):
    """The process ends here; nothing of ours catches it."""


class Time(Clock):
    """A clock that stands still until it is moved, so that a seed is the same every time."""

    def __init__(self) -> None:
        super().__init__(_START)
        self._moment = _START

    def now(self) -> datetime:
        """Give the time."""
        return self._moment

    def pass_(self, seconds: float) -> None:
        """Let time pass."""
        self._moment += timedelta(seconds=seconds)


@dataclass
class Wire:
    """Carries requests to an application, or does not. `meanwhile` is called around each; `may_die` may end the process.

    A request whose answer comes too late may be handled after its caller has long gone on. `script` holds faults that are to
    happen, each with a pattern of method and path, once; an empty one lets a request pass.
    """

    app: App
    time: Time
    dice: Random
    fault_rate: float
    meanwhile: Callable[[str], None] = lambda _asked: None
    may_die: Callable[[], None] = lambda: None
    faults: int = 0
    asked: list[str] = field(default_factory=list)
    writes: list[str] = field(default_factory=list)
    script: list[tuple[str, str]] = field(default_factory=list)
    late_by_s: tuple[float, float] = (1, 400)
    _late: list[tuple[datetime, int, requests.PreparedRequest]] = field(default_factory=list)
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _numbers: Any = field(default_factory=count)

    def send(self, request: requests.PreparedRequest) -> requests.Response:
        """Carry one request there and its answer back, or let something go wrong with it."""
        self.meanwhile(f"{request.method} {urlsplit(request.url or '').path}")
        self.may_die()
        self.pass_time(self.dice.uniform(0.05, 0.5))
        path = urlsplit(request.url or "").path
        is_write = request.method != "GET" and not _READS.search(path)
        self.asked.append(f"{request.method} {path}")
        fault = self._scripted(self.asked[-1]) or self._fault(is_write=is_write)
        if fault in {"drop_before", "503", "429", "403", "lost", "never", "late"}:
            return self._spoil(fault, request)
        answer = self.handle(request)
        self.meanwhile("DELETE")
        self.may_die()
        return self._spoil(fault, request) if fault else answer

    def _scripted(self, asked: str) -> str:
        for pattern, fault in self.script:
            if re.search(pattern, asked):
                self.script.remove((pattern, fault))
                return fault
        return ""

    def _fault(self, *, is_write: bool) -> str:
        if self.dice.random() >= self.fault_rate * (3 if is_write else 1):
            return ""
        self.faults += 1
        kinds = ["drop_before", "503", "429", "403", "lost", "never", "drop_after", "503_after", "page_after"]
        return self.dice.choice([*kinds, *["late"] * 4] if is_write else kinds)

    def _spoil(self, fault: str, request: requests.PreparedRequest) -> requests.Response:
        match fault:
            case "503" | "503_after":
                return _response(request, 503, b"")
            case "429":
                return _response(request, 429, b"", {"retry-after": "1"})
            case "403":
                return _response(request, 403, b"{}")
            case "page_after":
                return _response(request, 200, b"<html>try later</html>")
            case "never":
                raise requests.ConnectTimeout
            case "lost" | "late":
                if fault == "late":
                    due = self.time.now() + timedelta(seconds=self.dice.uniform(*self.late_by_s))
                    heapq.heappush(self._late, (due, next(self._numbers), request.copy()))
                self.pass_time(60)
                raise requests.ReadTimeout
        aborted = urllib3.exceptions.ProtocolError("Connection aborted.", ConnectionResetError(104, "reset"))
        raise requests.ConnectionError(aborted)

    def pass_time(self, seconds: float) -> None:
        """Let time pass, and late requests arrive."""
        until = self.time.now() + timedelta(seconds=seconds)
        while self._late and self._late[0][0] <= until:
            due, _number, request = heapq.heappop(self._late)
            self.time.pass_(max(0.0, (due - self.time.now()).total_seconds()))
            self.handle(request)
        self.time.pass_((until - self.time.now()).total_seconds())

    def handle(self, request: requests.PreparedRequest) -> requests.Response:
        """Let the application handle a request."""
        parts = urlsplit(request.url or "")
        if request.method != "GET" and not _READS.search(parts.path):
            self.writes.append(f"{request.method} {parts.path}")
        body = request.body.encode() if isinstance(request.body, str) else request.body or b""
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": request.method,
            "path": parts.path,
            "raw_path": parts.path.encode(),
            "query_string": parts.query.encode(),
            "headers": [(name.lower().encode(), str(value).encode()) for name, value in request.headers.items()],
            "scheme": "http",
            "server": ("127.0.0.1", 80),
            "client": ("127.0.0.1", 1),
            "root_path": "",
            "state": {},
        }
        sent: list[Message] = []
        given = False

        async def receive() -> Message:
            nonlocal given
            if given:
                return {"type": "http.disconnect"}
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        self._loop.run_until_complete(self.app(scope, receive, send))
        headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        content = b"".join(one.get("body", b"") for one in sent[1:])
        return _response(request, sent[0]["status"], content, headers)

    def close(self) -> None:
        """End the loop."""
        self._loop.close()


def _response(
    request: requests.PreparedRequest, status: int, body: bytes, headers: dict[str, str] | None = None
) -> requests.Response:
    made = requests.Response()
    made.status_code = status
    made._content = body
    made.headers.update(headers or {})
    made.request = request
    return made
