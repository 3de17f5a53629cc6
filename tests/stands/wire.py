"""A tap on the wire of a stand-in: what is asked can be watched and answered otherwise, and things happen in between."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from atlas_sync.sandbox.faults import App, Message, Receive, Scope, Send

__all__ = ["Answered", "Asked", "Wire"]


@dataclass(frozen=True)
class Asked:
    """A request as it came in."""

    method: str
    path: str
    query: str
    body: bytes

    @property
    def text(self) -> str:
        """All that a page token may stand in."""
        return f"{self.path}?{self.query} {self.body.decode(errors='replace')}"


@dataclass(frozen=True)
class Answered:
    """An answer as it goes out."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:  # noqa: ANN401 - the wire
        """Parse the body; None where it is no JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def with_json(self, value: object) -> Answered:
        """Give the same answer with another body."""
        return replace(self, body=json.dumps(value).encode())


Before = Callable[[Asked], Answered | None]
"""Called ahead of the stand-in; an answer given here is sent in its place."""

After = Callable[[Asked, Answered], Answered]
"""Called behind the stand-in; gives what is sent."""


@dataclass
class Wire:
    """The tap of one stand-in. `before` and `after` run in the server's own thread, so nothing happens beside them."""

    asked: list[Asked] = field(default_factory=list)
    before: list[Before] = field(default_factory=list)
    after: list[After] = field(default_factory=list)
    _loop: asyncio.AbstractEventLoop | None = None
    _thread: int = 0

    def around(self, app: App) -> App:
        """Put the tap around an application."""

        async def tapped(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            self._loop, self._thread = asyncio.get_running_loop(), threading.get_ident()
            asked = Asked(scope["method"], scope["path"], scope["query_string"].decode(), await _whole(receive))
            self.asked.append(asked)
            for hook in list(self.before):
                if (instead := hook(asked)) is not None:
                    await _send(instead, send)
                    return
            await _send(self._changed(asked, await _ask(app, scope, asked)), send)

        return tapped

    def _changed(self, asked: Asked, answered: Answered) -> Answered:
        for change in list(self.after):
            answered = change(asked, answered)
        return answered

    def run(self, action: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the action gives
        """Do something between two requests, in the server's thread if there is one by now."""
        if self._loop is None or not self._loop.is_running() or self._thread == threading.get_ident():
            return action()
        done: list[Any] = []
        failed: list[BaseException] = []
        ready = threading.Event()

        def act() -> None:
            try:
                done.append(action())
            except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
                failed.append(error)
            ready.set()

        self._loop.call_soon_threadsafe(act)
        assert ready.wait(timeout=30)
        if failed:
            raise failed[0]
        return done[0]

    def reset(self) -> None:
        """Take off everything."""
        self.before.clear()
        self.after.clear()


async def _whole(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


async def _ask(app: App, scope: Scope, asked: Asked) -> Answered:
    parts: list[Message] = []
    given = False

    async def receive() -> Message:
        nonlocal given
        if given:
            return {"type": "http.disconnect"}
        given = True
        return {"type": "http.request", "body": asked.body, "more_body": False}

    async def keep(message: Message) -> None:
        parts.append(message)

    await app(scope, receive, keep)
    start = next((one for one in parts if one["type"] == "http.response.start"), None)
    if start is None:  # a fault hung up
        return Answered(0, {}, b"")
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    headers.pop("content-length", None)
    return Answered(start["status"], headers, b"".join(one.get("body", b"") for one in parts))


async def _send(answered: Answered, send: Send) -> None:
    if not answered.status:
        return
    headers = [(name.lower().encode(), value.encode()) for name, value in answered.headers.items()]
    length = [] if answered.status == 204 else [(b"content-length", str(len(answered.body)).encode())]
    await send({"type": "http.response.start", "status": answered.status, "headers": [*headers, *length]})
    await send({"type": "http.response.body", "body": answered.body})
