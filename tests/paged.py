"""A vendor made for tests: numbered records behind a loopback address, and a reader of them that can do all a reader can."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import msgspec
import requests

from atlas_sync.connectors.answer import Answer
from atlas_sync.connectors.line import Line
from atlas_sync.connectors.protocol import FieldReport, Page, RawRecord, ReadRequest, StreamSpec
from atlas_sync.connectors.transport import Policy, ReroutingAdapter, Transport
from atlas_sync.operations.pull import Progress, pull_connection
from atlas_sync.operations.workspace import Connection, Delivery, Workspace
from atlas_sync.store.landing import Manifest
from tests.factories import NOW, TellingMapper

DEALS = StreamSpec("deals", "increment", ("deal",))


class Vendor:
    """Serves `windows` windows of `pages` pages each, every page after `delay_s`, and remembers what was asked."""

    def __init__(self, *, windows: int = 3, pages: int = 12, size: int = 10, delay_s: float = 0.0) -> None:
        self.windows, self.pages, self.size = windows, pages, size
        self.asked: list[tuple[int, int]] = []
        self.most_at_once = 0
        vendor, lock = self, threading.Lock()
        busy = 0

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                nonlocal busy
                query = parse_qs(urlsplit(self.path).query)
                window, page = int(query["window"][0]), int(query["page"][0])
                with lock:
                    busy += 1
                    vendor.most_at_once = max(vendor.most_at_once, busy)
                    vendor.asked.append((window, page))
                time.sleep(delay_s)
                body = msgspec.json.encode(vendor.page(window, page))
                with lock:
                    busy -= 1
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def page(self, window: int, page: int) -> dict[str, object]:
        """Give one page as the wire has it."""
        start = (window * self.pages + page) * self.size
        records = [{"id": str(number), "name": f"deal {number}"} for number in range(start, start + self.size)]
        return {"records": records, "next": page + 1 if page + 1 < self.pages else None}

    def all_ids(self) -> set[str]:
        """Give every id there is."""
        return {str(number) for number in range(self.windows * self.pages * self.size)}

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()


class PagedReader:
    """Reads a `Vendor` window by window; a position is the number of the next page."""

    def __init__(self, url: str, *, windows: int, size: int = 50, per_second: float = 1e6) -> None:
        policy = Policy(per_second=per_second, attempts=1, read_timeout_s=5.0)
        self._url = url
        self._windows = windows
        self._size = size
        self._transport = Transport("crm", policy=policy)
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.mount("http://", ReroutingAdapter(policy))

    def streams(self) -> Sequence[StreamSpec]:
        return (DEALS,)

    def describe(self, stream: str) -> FieldReport:
        return FieldReport(shown=(f"{stream}.name",), permissions=("read",))

    def windows(self, request: ReadRequest) -> Sequence[ReadRequest]:
        return [replace(request, window=str(window)) for window in range(self._windows)]

    def read(self, request: ReadRequest) -> Iterator[Page]:
        page: int | None = int(request.position or 0)
        while page is not None:
            url = f"{self._url}/deals?window={request.window}&page={page}"
            answer = self._transport.call(
                lambda url=url: Answer.of_response(self._session.get(url)),  # type: ignore[misc]  # mypy does not infer a default
                operation="deals",
                repeatable=True,
            ).json()
            page = answer["next"]
            records = tuple(RawRecord(record["id"], msgspec.json.encode(record)) for record in answer["records"])
            position, proof = ("", "next: null") if page is None else (str(page), "")
            yield Page(records, datetime(2026, 6, 15, 8, tzinfo=UTC), position=position, proof=proof, total=self._size)


def paged_workspace(
    home: Path, url: str, *, windows: int, at_once: int, part_s: float = 20.0, calls_per_run: int | None = None
) -> Workspace:
    """Give a workspace with one connection to a `Vendor`."""
    line = Line(calls_per_run=calls_per_run)
    connection = Connection(
        kind="paged",
        name="crm",
        role="crm",
        open_reader=partial(line.lend, partial(PagedReader, url, windows=windows)),
        mapper=TellingMapper(),
        line=line,
        windows=at_once,
    )
    return Workspace(
        home=home,
        tenant="test",
        connections={"crm": connection},
        delivery=Delivery(),
        ledger_url=f"sqlite:///{home / 'ledger.sqlite'}",
        part_s=part_s,
        now=lambda: NOW,
    )


def pull_deals(workspace: Workspace, run: str, *, report: Progress = lambda _manifest: None) -> Manifest:
    """Pull the one stream there is."""
    return pull_connection(workspace, workspace.connections["crm"], run, report=report)[0]
