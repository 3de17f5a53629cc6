"""What goes wrong on demand: hidden fields, lost permissions, answers that never come, servers that are down.

Rules are set through the control address while the sandbox runs. The stand-ins ask for hidden fields and denied objects
themselves, since only they know what those look like on their wire; all else happens in a layer around them.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = ["FaultLayer", "Faults", "Rule"]

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass(slots=True)
class Rule:
    """One fault: for the next `times` requests of `system` whose method and path match.

    `status` answers at once with that status and `body` (JSON unless it begins with `<`); `drop_before` hangs up
    without handling the request; `drop_after` handles it and then hangs up; `status_after` handles it and then answers
    `status`; `slow` waits `seconds` first; `down` hangs up on everything until removed (`times` is not counted).
    """

    system: str
    kind: Literal["status", "status_after", "drop_before", "drop_after", "slow", "slow_after", "down"]
    method: str = ".*"
    path: str = ".*"
    times: int = 1
    status: int = 503
    body: str = "{}"
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    def fits(self, system: str, method: str, path: str) -> bool:
        """Tell if this request is hit."""
        return (
            self.system == system
            and (self.kind == "down" or self.times > 0)
            and re.fullmatch(self.method, method) is not None
            and re.search(self.path, path) is not None
        )


class Faults:
    """All that is set to go wrong now."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []
        self._hidden: dict[tuple[str, str], set[str]] = {}
        self._denied: set[tuple[str, str]] = set()

    def hide(self, system: str, thing: str, name: str) -> None:
        """Hide a field of an object (in the vendor's words) from the API user."""
        self._hidden.setdefault((system, thing), set()).add(name)

    def deny(self, system: str, thing: str) -> None:
        """Take the permission on an object or scope (in the vendor's words) from the API user."""
        self._denied.add((system, thing))

    def clear(self) -> None:
        """Let everything work again."""
        self.rules.clear()
        self._hidden.clear()
        self._denied.clear()

    def hidden(self, system: str, thing: str) -> frozenset[str]:
        """Give the hidden fields of an object."""
        return frozenset(self._hidden.get((system, thing), ()))

    def is_denied(self, system: str, thing: str) -> bool:
        """Tell if the API user may not see an object."""
        return (system, thing) in self._denied

    def take(self, system: str, method: str, path: str) -> Rule | None:
        """Give the first rule that fits this request and count it down."""
        for rule in self.rules:
            if rule.fits(system, method, path):
                rule.times -= 1
                return rule
        return None


class FaultLayer:
    """An ASGI layer around one stand-in that applies the rules."""

    def __init__(self, app: App, system: str, faults: Faults) -> None:
        self._app = app
        self._system = system
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request, or spoil it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        rule = self._faults.take(self._system, scope["method"], scope["path"])
        if rule is None:
            await self._app(scope, receive, send)
            return
        if rule.kind in {"slow", "slow_after"}:
            await self._answer_late(rule, scope, receive, send)
            return
        if rule.kind in {"drop_after", "status_after"}:
            await self._app(scope, receive, _discard)
        if rule.kind in {"status", "status_after"}:
            await _answer(rule, send)
            return
        _hang_up(scope)

    async def _answer_late(self, rule: Rule, scope: Scope, receive: Receive, send: Send) -> None:
        if rule.kind == "slow":
            await asyncio.sleep(rule.seconds)
            await self._app(scope, receive, send)
            return
        answer: list[Message] = []

        async def keep(message: Message) -> None:
            answer.append(message)

        await self._app(scope, receive, keep)
        await asyncio.sleep(rule.seconds)
        for message in answer:
            await send(message)


async def _discard(_message: Message) -> None:
    """Swallow an answer that the client shall never get."""


async def _answer(rule: Rule, send: Send) -> None:
    kind = "text/html" if rule.body.startswith("<") else "application/json"
    headers = {"content-type": kind, **rule.headers}
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": rule.status, "headers": raw})
    await send({"type": "http.response.body", "body": rule.body.encode()})


def _hang_up(scope: Scope) -> None:
    """Close the connection without an answer, as a broken network does."""
    scope["state"]["connection"].abort()
