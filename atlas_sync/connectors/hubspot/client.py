"""Calls to HubSpot through hubspot-api-client's connections, our transport, raw answers.

The package makes a new connection pool at each access and its objects cost many times the parsing, so one of its API clients is
kept and its pool used as it is. Source: hubspot-api-client 12.0.0, measured.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec
import urllib3
from hubspot import HubSpot

from atlas_sync.connectors.answer import Answer
from atlas_sync.connectors.hubspot.auth import Tokens, tokens_for
from atlas_sync.connectors.hubspot.faults import TokenExpiredError, read_error, read_limits
from atlas_sync.connectors.hubspot.settings import HubSpotSettings
from atlas_sync.connectors.transport import Policy, Transport

__all__ = ["LONGEST_SEARCH", "HubSpotClient"]

LONGEST_SEARCH = 3_000
"""Characters that a search's body may have. Source: HubSpot search guide."""

_PATHS = {
    "objects": ("/crm/v3/objects", "/crm/objects/{}"),
    "associations": ("/crm/v4/associations", "/crm/associations/{}"),
    "owners": ("/crm/v3/owners", "/crm/owners/{}"),
    "pipelines": ("/crm/v3/pipelines", "/crm/pipelines/{}"),
    "properties": ("/crm/v3/properties", "/crm/properties/{}"),
}
"""The path families, numbered and dated. Source: facts of HubSpot's OpenAPI documents, 2026-08."""


class HubSpotClient:
    """A session with one portal. Nothing is sent before the first call.

    Searches go through a transport of their own: their limit is apart from that of all other calls, and their answers tell
    nothing about it.
    """

    def __init__(self, settings: HubSpotSettings, *, system: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._settings = settings
        self._calls = _transport(system, settings, per_second=settings.calls_per_second, sleep=sleep)
        self._searches = _transport(system, settings, per_second=settings.searches_per_second, sleep=sleep)
        self._timeout = urllib3.Timeout(connect=self._calls.policy.connect_timeout_s, read=settings.read_timeout_s)
        self._pool = HubSpot(host=settings.endpoint).crm.deals.basic_api.api_client.rest_client.pool_manager
        self._tokens: Tokens = tokens_for(settings, ask_form=self._ask_for_token, ask_json=self._ask_of_token)

    def scopes(self) -> frozenset[str] | None:
        """Give what the token may do; None where HubSpot does not tell."""
        return self._tokens.scopes()

    def get(self, family: str, path: str, *, operation: str, **params: str | int) -> Answer:
        """Read something of a path family."""
        query = f"?{urlencode(params, safe=',')}" if params else ""
        return self._call(self._calls, "GET", f"{self._path(family)}{path}{query}", operation=operation)

    def search(self, object_type: str, body: Mapping[str, Any], *, operation: str) -> Answer:
        """Search records of a type; searches have a pace of their own."""
        path = f"{self._path('objects')}/{object_type}/search"
        return self._call(self._searches, "POST", path, operation=operation, body=body)

    def read_batch(
        self, family: str, path: str, inputs: Sequence[Mapping[str, str]], *, operation: str, **more: Sequence[str]
    ) -> Answer:
        """Read many things by id; `more` stands beside the ids."""
        body = {"inputs": list(inputs), **more}
        return self._call(self._calls, "POST", f"{self._path(family)}{path}", operation=operation, body=body)

    def update(self, path: str, body: Mapping[str, Any], *, operation: str) -> Answer:
        """Set values of a record; the second time it is the same."""
        return self._call(self._calls, "PATCH", f"{self._path('objects')}{path}", operation=operation, body=body)

    def define(self, path: str, body: Mapping[str, Any], *, operation: str) -> Answer:
        """Define a property; a name that is taken is refused, so that a second call makes no second one."""
        return self._call(self._calls, "POST", f"{self._path('properties')}{path}", operation=operation, body=body)

    def _path(self, family: str) -> str:
        numbered, dated = _PATHS[family]
        return numbered if self._settings.api_version == "v3" else dated.format(self._settings.api_version)

    def _call(
        self, transport: Transport, method: str, path: str, *, operation: str, body: Mapping[str, Any] | None = None
    ) -> Answer:
        """Call, once more if the token turns out to have expired and there is a way to get another."""
        token = self._tokens.current()
        content = msgspec.json.encode(body) if body is not None else None
        try:
            return transport.call(self._sender(method, path, content, token), operation=operation, repeatable=True)
        except TokenExpiredError:
            fresh = self._tokens.renewed(token)
            if fresh is None:
                raise
            return transport.call(self._sender(method, path, content, fresh), operation=operation, repeatable=True)

    def _sender(self, method: str, path: str, content: bytes | None, token: str) -> Callable[[], Answer]:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        return lambda: self._send(method, path, content, headers)

    def _ask_for_token(self, path: str, form: Mapping[str, str]) -> Answer:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        content = urlencode(form).encode()
        send = lambda: self._send("POST", path, content, headers)  # noqa: E731 - one request, named for the call below
        return self._calls.call(send, operation="token", repeatable=True)

    def _ask_of_token(self, path: str, question: Mapping[str, str]) -> Answer:
        return self._call(self._calls, "POST", path, operation="scopes of the token", body=question)

    def _send(self, method: str, path: str, content: bytes | None, headers: Mapping[str, str]) -> Answer:
        response = self._pool.request(
            method,
            f"{self._settings.endpoint}{path}",
            body=content,
            headers={"Accept": "application/json", "Accept-Encoding": "gzip", **headers},
            timeout=self._timeout,
            retries=False,
            redirect=False,
        )
        return Answer.of_urllib3(response)


def _transport(
    system: str, settings: HubSpotSettings, *, per_second: float, sleep: Callable[[float], None]
) -> Transport:
    policy = Policy(per_second=per_second, read_timeout_s=settings.read_timeout_s)
    return Transport(system, policy=policy, read_error=read_error, read_limits=read_limits, sleep=sleep)
