"""A create is sent once, whatever happens to its answer: tried on a server of plain sockets that hangs up where it is told."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests

from atlas_sync.connectors.answer import Answer
from atlas_sync.connectors.transport import Policy, ReroutingAdapter, Transport
from atlas_sync.errors import OutcomeUnknownError, RateLimitedError, RejectedError, TransientError

POLICY = Policy(connect_timeout_s=0.5, read_timeout_s=0.3, attempts=3, first_pause_s=0.01, per_second=1e6)


class Server:
    """Reads one request a connection, stores it, and answers with the bytes it was given, then hangs up."""

    def __init__(self, answer: bytes, *, after_s: float = 0.0) -> None:
        self.stored = 0
        self._answer = answer
        self._after_s = after_s
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/items"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                client, _address = self._socket.accept()
            except OSError:
                return
            with client:
                text = b""
                while b"\r\n\r\n{}" not in text:
                    text += client.recv(65536)
                self.stored += 1
                time.sleep(self._after_s)
                client.sendall(self._answer)

    def close(self) -> None:
        self._socket.close()


@contextmanager
def _server(answer: bytes, *, after_s: float = 0.0) -> Iterator[Server]:
    server = Server(answer, after_s=after_s)
    try:
        yield server
    finally:
        server.close()


def _call(url: str, *, repeatable: bool) -> Answer:
    session = requests.Session()
    session.trust_env = False
    session.mount("http://", ReroutingAdapter(POLICY))
    transport = Transport("tracker", policy=POLICY)

    def send() -> Answer:
        return Answer.of_response(session.post(url, data=b"{}", allow_redirects=False))

    with session:
        return transport.call(send, operation="create", repeatable=repeatable)


def _http(status: str, body: bytes, *headers: str, length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {size}", "Connection: close", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


TROUBLES = {
    "hung up after storing": b"",
    "half a status line": b"HTTP/1.1 2",
    "no HTTP at all": b"SSH-2.0-OpenSSH_9.6\r\n",
    "status 500": _http("500 Internal Server Error", b"{}"),
    "status 502 as a page": _http("502 Bad Gateway", b"<html>bad gateway</html>", "Content-Type: text/html"),
    "status 503 with a pause": _http("503 Service Unavailable", b"{}", "Retry-After: 0"),
    "status 504": _http("504 Gateway Timeout", b""),
    "body cut short": _http("201 Created", b'{"id": "1', length=500),
    "chunked body cut short": b'HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n{"id": "1',
    "chunk of nonsense": b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    "page of a proxy with status 200": _http("200 OK", b"<html>log in</html>", "Content-Type: text/html"),
    "sent elsewhere": _http("302 Found", b"", "Location: https://login.example/"),
    "half of the JSON with status 200": _http("200 OK", b'{"id": "1"', "Content-Type: application/json"),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_create_without_a_clear_answer_is_sent_once_and_said_to_be_unknown(trouble: str) -> None:
    with _server(TROUBLES[trouble]) as server:
        with pytest.raises(OutcomeUnknownError):
            _call(server.url, repeatable=False)
        assert server.stored == 1


def test_create_that_is_answered_too_late_is_sent_once() -> None:
    with _server(_http("201 Created", b"{}"), after_s=1.0) as server:
        with pytest.raises(OutcomeUnknownError):
            _call(server.url, repeatable=False)
        time.sleep(1.0)
        assert server.stored == 1


def test_create_refused_for_its_rate_is_sent_again_as_often_as_a_call_may_be() -> None:
    with _server(_http("429 Too Many Requests", b"{}", "Retry-After: 0")) as server:
        with pytest.raises(RateLimitedError):
            _call(server.url, repeatable=False)
        assert server.stored == POLICY.attempts


def test_refused_create_is_sent_once() -> None:
    with _server(_http("400 Bad Request", b"{}")) as server:
        with pytest.raises(RejectedError):
            _call(server.url, repeatable=False)
        assert server.stored == 1


def test_create_to_a_closed_door_was_never_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/items"
    with pytest.raises(TransientError) as caught:
        _call(url, repeatable=False)
    assert not isinstance(caught.value, OutcomeUnknownError)


def test_answer_without_a_body_is_clear() -> None:
    with _server(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n") as server:
        assert _call(server.url, repeatable=False).status == 204


@pytest.mark.parametrize("trouble", ["hung up after storing", "status 500", "body cut short", "chunked body cut short"])
def test_read_is_repeated_in_one_layer_only(trouble: str) -> None:
    with _server(TROUBLES[trouble]) as server:
        with pytest.raises(TransientError):
            _call(server.url, repeatable=True)
        assert server.stored == POLICY.attempts
