"""A proxy on loopback in front of Redmine, in which on each request something may fail, on the wire and not in a library.

Connections are reset before and after the deed, answers are refused, cut, late or no JSON, and a request may be carried out
long after its sender has gone on. What goes wrong is chosen as for the sandbox, by the same dice.
"""

from __future__ import annotations

import heapq
import socket
import struct
import threading
import time
from collections.abc import Mapping
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from tests.hostile.wire import Time, Wire

__all__ = ["Proxy", "ProxyWire"]

_HELD_S = 0.2
"""How long the sender of a request waits that gets no answer; so long nobody else is answered."""
_BEFORE: Mapping[str, int] = {"503": 503, "429": 429, "403": 403}
_KEPT = ("content-type", "location")


class Proxy(ThreadingHTTPServer):
    """Carries requests to Redmine. `fault` is what happens to the next one; `writes` are those that changed something."""

    daemon_threads = True

    def __init__(self, target: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.target = target
        self.fault = ""
        self.writes: list[str] = []
        self.session = requests.Session()
        self.session.trust_env = False
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def carry(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> requests.Response:
        """Carry one request to Redmine."""
        if method != "GET":
            self.writes.append(f"{method} {urlsplit(path).path}")
        return self.session.request(
            method, f"{self.target}{path}", headers=dict(headers), data=body, timeout=60, allow_redirects=False
        )

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as it is overridden
        """Say nothing of a sender who did not wait for the answer."""

    def end(self) -> None:
        """Stop."""
        self.shutdown()
        self.server_close()
        self.session.close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Proxy

    def do_GET(self) -> None:
        """Carry a request there and its answer back, or let something go wrong with it."""
        fault, self.server.fault = self.server.fault, ""
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if fault in _BEFORE:
            self._answer(_BEFORE[fault], b"", {"retry-after": "1"} if fault == "429" else {})
        elif fault == "drop_before":
            self._reset()
        elif fault in {"lost", "late"}:
            time.sleep(2 * _HELD_S)
            self._reset()
        else:
            sent = {name: value for name, value in self.headers.items() if name.lower() not in {"host", "connection"}}
            self._give(self.server.carry(self.command, self.path, sent, body), fault)

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - as they are looked for

    def _give(self, answer: requests.Response, fault: str) -> None:
        headers = {name: answer.headers[name] for name in _KEPT if name in answer.headers}
        match fault:
            case "drop_after":
                self._reset()
            case "503_after":
                self._answer(503, b"", {})
            case "page_after":
                self._answer(200, b"<html>try later</html>", {"content-type": "text/html"})
            case "cut_after":
                self._answer(answer.status_code, answer.content[: len(answer.content) // 2], headers, short=True)
            case _:
                self._answer(answer.status_code, answer.content, headers)

    def _answer(self, status: int, body: bytes, headers: Mapping[str, str], *, short: bool = False) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != requests.codes.no_content:
            self.send_header("content-length", str(len(body) + short))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = self.close_connection or short

    def _reset(self) -> None:
        """End the connection without a word, as a machine does that goes down."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def finish(self) -> None:
        """End a request; one that was reset has no more to be sent."""
        if self.connection.fileno() != -1:
            super().finish()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401 - as it is overridden
        """Say nothing."""


class ProxyWire(Wire):
    """The way to Redmine through the proxy: what may happen around a request happens here, what may happen to it there."""

    def __init__(self, target: str, time: Time, dice: Random, *, fault_rate: float) -> None:
        super().__init__(_no_app, time, dice, fault_rate)
        self.proxy = Proxy(target)
        self.writes = self.proxy.writes
        self._way = HTTPAdapter()

    def send(self, request: requests.PreparedRequest) -> requests.Response:
        """Send one request, with what happens before, meanwhile, and when its answer is there."""
        asked = f"{request.method} {urlsplit(request.url or '').path}"
        self.meanwhile(asked)
        self.may_die()
        self.pass_time(self.dice.uniform(0.05, 0.5))
        self.asked.append(asked)
        fault = self._scripted(asked) or self._fault(is_write=request.method != "GET")
        fault = {"never": "drop_before", "page_after": self.dice.choice(["page_after", "cut_after"])}.get(fault, fault)
        is_held = fault in {"lost", "late"}
        self.proxy.fault = fault
        failed: requests.RequestException | None = None
        answer: requests.Response | None = None
        try:
            answer = self._way.send(request, timeout=(5, _HELD_S if is_held else 60))
        except requests.RequestException as error:
            failed = error
        if fault == "late":
            due = self.time.now() + timedelta(seconds=self.dice.uniform(*self.late_by_s))
            heapq.heappush(self._late, (due, next(self._numbers), request.copy()))
        if is_held:
            self.pass_time(60)
        elif fault not in {"drop_before", *_BEFORE}:
            self.meanwhile("DELETE")
            self.may_die()
        if failed or answer is None:
            raise failed or AssertionError
        return answer

    def handle(self, request: requests.PreparedRequest) -> requests.Response:
        """Carry out a request whose sender has gone on."""
        parts = urlsplit(request.url or "")
        body = request.body.encode() if isinstance(request.body, str) else request.body or b""
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        headers = {name: value for name, value in request.headers.items() if name.lower() != "content-length"}
        return self.proxy.carry(request.method or "", path, headers, body)

    def close(self) -> None:
        """End the proxy too."""
        super().close()
        self._way.close()
        self.proxy.end()


async def _no_app(*_asked: object) -> None:
    raise NotImplementedError
