"""Calls to Jira Cloud through the `jira` package's session: its auth and addresses, our transport, raw answers.

The package's own request method repeats POSTs after a dropped connection, which makes a second issue, so it is passed by.
Source: jira 3.10.5, measured with a server that stores and hangs up.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import jira
import msgspec
import requests

from atlas_sync.connectors.jira.faults import read_error
from atlas_sync.connectors.jira.limits import read_limits
from atlas_sync.connectors.jira.settings import JiraSettings
from atlas_sync.connectors.transport import Answer, Policy, ReroutingAdapter, Transport

__all__ = ["JiraClient"]


class JiraClient:
    """A session with one site. Nothing is sent before the first call."""

    def __init__(self, settings: JiraSettings, *, system: str, sleep: Callable[[float], None] = time.sleep) -> None:
        policy = Policy(per_second=settings.calls_per_second, read_timeout_s=settings.read_timeout_s)
        self.base_url = settings.url
        self.transport = Transport(system, policy=policy, read_error=read_error, read_limits=read_limits, sleep=sleep)
        api = jira.JIRA(
            server=settings.url,
            options={"rest_api_version": "3"},
            basic_auth=(settings.email, settings.api_token.get_secret_value()),
            get_server_info=False,
            max_retries=0,
        )
        self._session = api._session  # noqa: SLF001 - the package offers no public way to its session
        self._session.trust_env = False
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, ReroutingAdapter(policy))

    def get(self, path: str, *, operation: str, **params: str | int) -> Answer:
        """Read something below `rest/api/3/`."""
        return self._call("GET", path, operation=operation, repeatable=True, params=params)

    def query(self, path: str, *, operation: str, body: Mapping[str, Any]) -> Answer:
        """Read something that is asked for by POST."""
        return self._call("POST", path, operation=operation, repeatable=True, body=body)

    def create(self, path: str, *, operation: str, body: Mapping[str, Any]) -> Answer:
        """Make something, in one request that is never repeated after it may have been processed."""
        return self._call("POST", path, operation=operation, repeatable=False, body=body)

    def upsert(self, path: str, *, operation: str, body: Mapping[str, Any], method: str = "POST") -> Answer:
        """Set something that is the same after the second time."""
        return self._call(method, path, operation=operation, repeatable=True, body=body)

    def _call(
        self,
        method: str,
        path: str,
        *,
        operation: str,
        repeatable: bool,
        params: Mapping[str, str | int] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Answer:
        def send() -> Answer:
            response = requests.Session.request(
                self._session,
                method,
                f"{self.base_url}/rest/api/3/{path}",
                params=params,
                data=msgspec.json.encode(body) if body is not None else None,
                headers={"Accept": "application/json", "Content-Type": "application/json"},
                allow_redirects=False,
            )
            return Answer.of_response(response)

        return self.transport.call(send, operation=operation, repeatable=repeatable)
