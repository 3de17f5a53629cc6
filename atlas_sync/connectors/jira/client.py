"""Calls to one Jira site over the `jira` package's session: our transport underneath, raw answers.

The package's own request method repeats POSTs after a dropped connection, which makes a second issue, so it is passed by.
Source: jira 3.10.5, measured with a server that stores and hangs up.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import jira
import msgspec
import requests
from urllib3 import encode_multipart_formdata

from atlas_sync.connectors.answer import Answer
from atlas_sync.connectors.jira.auth import make_credentials
from atlas_sync.connectors.jira.faults import read_error
from atlas_sync.connectors.jira.limits import read_limits
from atlas_sync.connectors.jira.settings import JiraSettings
from atlas_sync.connectors.transport import Policy, ReroutingAdapter, Transport
from atlas_sync.errors import AuthError

__all__ = ["JiraClient"]

Params = Mapping[str, str | int | Sequence[str]]


class JiraClient:
    """A session with one site. Nothing is sent before the first call."""

    def __init__(self, settings: JiraSettings, *, system: str, sleep: Callable[[float], None] = time.sleep) -> None:
        policy = Policy(per_second=settings.calls_per_second, read_timeout_s=settings.read_timeout_s)
        self.transport = Transport(system, policy=policy, read_error=read_error, read_limits=read_limits, sleep=sleep)
        self._below = _address(settings)
        self._credentials = make_credentials(settings, self._refresh)
        self._useless = ""
        api = jira.JIRA(server=settings.url, get_server_info=False, max_retries=0)
        self._session = api._session  # noqa: SLF001 - the package offers no public way to its session
        self._session.trust_env = False
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, ReroutingAdapter(policy))

    def get(self, path: str, *, operation: str, **params: str | int | Sequence[str]) -> Answer:
        """Read something below `rest/api/`."""
        return _no_page(self._call("GET", path, operation=operation, repeatable=True, params=params))

    def query(self, path: str, *, operation: str, body: Mapping[str, Any]) -> Answer:
        """Read something that is asked for by POST."""
        return _no_page(self._call("POST", path, operation=operation, repeatable=True, body=body))

    def create(self, path: str, *, operation: str, body: Mapping[str, Any]) -> Answer:
        """Make something, in one request that is never repeated after it may have been processed."""
        return self._call("POST", path, operation=operation, repeatable=False, body=body)

    def attach(self, path: str, *, operation: str, name: str, content: bytes) -> Answer:
        """Hang a file on something, in one request that is never repeated after it may have been processed.

        Source: Jira Cloud REST v3, issue attachments: a form with the part `file`, and a header against forged requests.
        """
        form, kind = encode_multipart_formdata({"file": (name, content, "text/html")})
        return self._call("POST", path, operation=operation, repeatable=False, form=form, kind=kind)

    def upsert(
        self, path: str, *, operation: str, body: Mapping[str, Any] | str | None, method: str = "POST"
    ) -> Answer:
        """Set something that is the same after the second time."""
        return self._call(method, path, operation=operation, repeatable=True, body=body)

    def delete(self, path: str, *, operation: str) -> Answer:
        """Delete something, in one request that is never repeated."""
        return self._call("DELETE", path, operation=operation, repeatable=False)

    def _call(
        self,
        method: str,
        path: str,
        *,
        operation: str,
        repeatable: bool,
        params: Params | None = None,
        body: Mapping[str, Any] | str | None = None,
        form: bytes | None = None,
        kind: str = "application/json",
    ) -> Answer:
        """Call, once more if the token has expired and there is a way to get another.

        A token that is refused as soon as it was made is not renewed again: it lacks a scope, which no refresh gives.
        """
        content = msgspec.json.encode(body) if body is not None else form
        send = partial(self._send, method, f"{self._below}/{path}", params=params, content=content, kind=kind)
        header = self._credentials.header()
        try:
            return self.transport.call(partial(send, header), operation=operation, repeatable=repeatable)
        except AuthError:
            again = None if header == self._useless else self._credentials.renewed(header)
            if again is None:
                raise
        try:
            return self.transport.call(partial(send, again), operation=operation, repeatable=repeatable)
        except AuthError:
            self._useless = again
            raise

    def _refresh(self, address: str, body: Mapping[str, Any]) -> Answer:
        send = partial(self._send, "POST", address, params=None, content=msgspec.json.encode(body), header="")
        return self.transport.call(send, operation="refresh", repeatable=False)

    def _send(
        self,
        method: str,
        address: str,
        header: str,
        *,
        params: Params | None,
        content: bytes | None,
        kind: str = "application/json",
    ) -> Answer:
        headers = {"Accept": "application/json", "Content-Type": kind}
        headers |= {} if kind == "application/json" else {"X-Atlassian-Token": "no-check"}
        response = requests.Session.request(
            self._session,
            method,
            address,
            params=params,
            data=content,
            headers=headers | ({"Authorization": header} if header else {}),
            allow_redirects=False,
        )
        return Answer.of_response(response)


def _no_page(answer: Answer) -> Answer:
    """Give what was read.

    Raises:
        ContractError: it is a page for people that came as a success: of a log-in in between, or a proxy.
    """
    if answer.body.lstrip().startswith(b"<"):
        answer.json()
    return answer


def _address(settings: JiraSettings) -> str:
    """Give the address below which the API's paths stand."""
    if settings.auth == "oauth":
        return f"{settings.api_gateway}/ex/jira/{settings.cloud_id}/rest/api/3"
    return f"{settings.url}/rest/api/{2 if settings.is_data_center else 3}"
