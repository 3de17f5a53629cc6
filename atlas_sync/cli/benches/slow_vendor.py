"""A vendor of fixed latency on loopback, in a process of its own: each page comes after the same time, however many ask."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import msgspec
import requests

from atlas_sync.connectors.answer import Answer
from atlas_sync.connectors.protocol import FieldReport, Page, ReadRequest, StreamSpec
from atlas_sync.connectors.raw import raw_records
from atlas_sync.connectors.transport import Policy, ReroutingAdapter, Transport

__all__ = ["SlowReader", "slow_vendor"]

_SIZE = 100


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    delay_s = 0.0

    def do_GET(self) -> None:
        """Answer with one page of a window, or with the last one where its number is beyond."""
        query = parse_qs(urlsplit(self.path).query)
        window, page, pages = (int(query[name][0]) for name in ("window", "page", "pages"))
        time.sleep(self.delay_s)
        first = (window * pages + page) * _SIZE
        records = [{"id": str(number), "name": "x" * 200} for number in range(first, first + _SIZE)]
        body = msgspec.json.encode({"records": records, "next": page + 1 if page + 1 < pages else None})
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


class SlowReader:
    """Reads its pages, in `parts` windows that together hold the same records whatever their number."""

    def __init__(self, url: str, *, parts: int, pages: int, per_second: float) -> None:
        policy = Policy(per_second=per_second)
        self._url = url
        self._parts = parts
        self._pages = pages // parts
        self._transport = Transport("slow", policy=policy)
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.mount("http://", ReroutingAdapter(policy))

    def streams(self) -> Sequence[StreamSpec]:
        """List the one stream."""
        return (StreamSpec("notes", "increment", ("conversation",)),)

    def describe(self, stream: str) -> FieldReport:  # noqa: ARG002 - as the protocol has it
        """Everything is visible."""
        return FieldReport()

    def windows(self, request: ReadRequest) -> Sequence[ReadRequest]:
        """Part the read."""
        return [replace(request, window=str(window)) for window in range(self._parts)]

    def read(self, request: ReadRequest) -> Iterator[Page]:
        """Yield the pages of a window."""
        page: int | None = 0
        while page is not None:
            body = self._transport.call(lambda: self._get(request, page), operation="notes", repeatable=True).body  # noqa: B023 - called before the next turn
            records, rest = raw_records(body, list_name="records")
            page = rest["next"]
            yield Page(records, position=str(page or ""), proof="" if page else "next: null")

    def _get(self, request: ReadRequest, page: int | None) -> Answer:
        address = f"{self._url}/?window={request.window}&page={page}&pages={self._pages}"
        return Answer.of_response(self._session.get(address))


@contextmanager
def slow_vendor(delay_s: float) -> Iterator[str]:
    """Serve while the block runs, and give the address."""
    command = [sys.executable, "-m", __name__, str(delay_s)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own module
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.terminate()


if __name__ == "__main__":
    _Handler.delay_s = float(sys.argv[1])
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    sys.stdout.write(f"{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever()
