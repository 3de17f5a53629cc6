"""Calls to one Redmine: a plain session with our transport underneath, raw answers.

A package would add one header: python-redmine makes objects of every answer and keeps its session to itself.
Source: Redmine REST API, wiki; python-redmine 2.5.0.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import msgspec
import requests

from atlas_sync.connectors.answer import Answer
from atlas_sync.connectors.raw import raw_members
from atlas_sync.connectors.redmine.faults import read_error
from atlas_sync.connectors.redmine.settings import RedmineSettings
from atlas_sync.connectors.transport import Policy, ReroutingAdapter, Transport
from atlas_sync.errors import AuthError, ContractError

__all__ = ["Listed", "Me", "RedmineClient"]

_PAGE = 100
"""Most records of one page: whoever asks for more gets so many without a word. Source: measured, Redmine 5.0.4."""

Params = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a list. `total` is what the list holds in all, None where the answer does not say."""

    members: tuple[bytes, ...]
    server_time: datetime | None
    total: int | None


class Me(msgspec.Struct):
    """The user whose key it is."""

    id: int
    admin: bool = False
    memberships: list[dict[str, Any]] = []


class RedmineClient:
    """A session with one Redmine. Nothing is sent before the first call."""

    def __init__(self, settings: RedmineSettings, *, system: str, sleep: Callable[[float], None] = time.sleep) -> None:
        policy = Policy(per_second=settings.calls_per_second, read_timeout_s=settings.read_timeout_s)
        self.transport = Transport(system, policy=policy, read_error=read_error, sleep=sleep)
        self._base = settings.url
        self._key = settings.api_key
        self._writing = threading.Lock()
        self._me: Me | None = None
        self._session = requests.Session()
        self._session.trust_env = False
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, ReroutingAdapter(policy))

    def me(self) -> Me:
        """Give who we are.

        Raises:
            AuthError: the key is refused. Lists would pass it over and show what strangers may see.
        """
        if self._me is None:
            answer = self.get("users/current", operation="who we are", include="memberships")
            try:
                self._me = msgspec.convert(answer.json()["user"], Me)
            except (KeyError, TypeError, msgspec.ValidationError):
                raise AuthError("the answer names no user.", advice="Renew the API key.") from None
        return self._me

    def get(self, path: str, *, operation: str, **params: str | int) -> Answer:
        """Read something."""
        return self._call("GET", path, operation=operation, repeatable=True, params=params)

    def create(self, path: str, *, operation: str, body: Mapping[str, Any]) -> Answer:
        """Make something, in one request that is never repeated after it may have been processed."""
        return self._call("POST", path, operation=operation, repeatable=False, body=body)

    def note(self, path: str, *, operation: str, body: Mapping[str, Any]) -> Answer:
        """Change something in a way that is not the same after the second time; never repeated either."""
        return self._call("PUT", path, operation=operation, repeatable=False, body=body)

    def put(self, path: str, *, operation: str, body: Mapping[str, Any]) -> Answer:
        """Set something that is the same after the second time."""
        return self._call("PUT", path, operation=operation, repeatable=True, body=body)

    def delete(self, path: str, *, operation: str, **params: str | int) -> Answer:
        """Delete something, in one request that is never repeated: its id may be the next one's by then."""
        return self._call("DELETE", path, operation=operation, repeatable=False, params=params)

    def upload(self, name: str, content: bytes) -> Answer:
        """Leave a file there, to be hung on something; one that is not is thrown away in time."""
        return self._call(
            "POST", "uploads", operation="upload", repeatable=True, params={"filename": name}, content=content
        )

    def pages(self, path: str, name: str, *, operation: str, **params: str | int) -> Iterator[Listed]:
        """Yield the pages of a list, until it is at its end by its own count.

        Raises:
            ContractError: a page without its list or its count, or an empty one before the end.
        """
        seen = 0
        while True:
            page = self.page(path, name, operation=operation, **{**params, "offset": seen})
            seen += len(page.members)
            if page.total is None:
                raise ContractError("a list without its count.", advice="Look for a proxy in between; run again.")
            yield page
            if seen >= page.total:
                return
            if not page.members:
                message = f"a list ended after {seen} of {page.total} records."
                raise ContractError(message, advice="Run again.")

    def page(self, path: str, name: str, *, operation: str, **params: str | int) -> Listed:
        """Give one page of a list."""
        asked = {"limit": _PAGE, "offset": 0, **params}
        answer = self._call("GET", path, operation=operation, repeatable=True, params=asked)
        members, rest = raw_members(answer.body, list_name=name)
        total = rest.get("total_count")
        return Listed(tuple(members), answer.server_time, total if isinstance(total, int) else None)

    def _call(
        self,
        method: str,
        path: str,
        *,
        operation: str,
        repeatable: bool,
        params: Params | None = None,
        body: Mapping[str, Any] | None = None,
        content: bytes | None = None,
    ) -> Answer:
        kind = "application/octet-stream" if content is not None else "application/json"
        sent = msgspec.json.encode(body) if body is not None else content
        send = partial(self._send, method, f"{self._base}/{path}.json", params=params, content=sent, kind=kind)
        # Writes that meet lock each other out of its database: of four creates at once, three got 500 after 20 s.
        # Source: Redmine 5.0.4 on SQLite, measured.
        with nullcontext() if method == "GET" else self._writing:
            return self.transport.call(send, operation=operation, repeatable=repeatable)

    def _send(self, method: str, address: str, *, params: Params | None, content: bytes | None, kind: str) -> Answer:
        headers = {"Accept": "application/json", "X-Redmine-API-Key": self._key.get_secret_value()}
        response = self._session.request(
            method,
            address,
            params=params,
            data=content,
            headers=headers | ({"Content-Type": kind} if content is not None else {}),
            allow_redirects=False,
        )
        return Answer.of_response(response)
