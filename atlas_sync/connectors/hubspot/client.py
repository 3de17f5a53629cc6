"""Calls to HubSpot through hubspot-api-client's session and auth, our transport, raw answers.

The package makes a new connection pool at each access and its objects cost many times the parsing, so one of its API clients is
kept and its pool used as it is. Source: hubspot-api-client 12.0.0, measured.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec
import requests
import urllib3
from hubspot import HubSpot

from atlas_sync.connectors.hubspot.settings import HubSpotSettings
from atlas_sync.connectors.transport import Answer, Limit, Policy, Transport, error_for_status, retry_after
from atlas_sync.errors import AccessError, AtlasError, AuthError, ContractError, RateLimitedError

__all__ = ["HubSpotClient"]

_DAY_S = 86_400.0
_BURST_PAUSE_S = 10.0
_SEARCH_PAUSE_S = 1.0
_SECONDLY = "You have reached your secondly limit."
_LIMIT_HEADER = "x-hubspot-ratelimit-"
_PATHS = {
    "objects": ("/crm/v3/objects", "/crm/objects/{}"),
    "associations": ("/crm/v4/associations", "/crm/associations/{}"),
    "owners": ("/crm/v3/owners", "/crm/owners/{}"),
    "pipelines": ("/crm/v3/pipelines", "/crm/pipelines/{}"),
    "properties": ("/crm/v3/properties", "/crm/properties/{}"),
}
"""The path families, numbered and dated. Source: facts of HubSpot's OpenAPI documents, 2026-08."""


def read_error(answer: Answer) -> AtlasError | None:
    """Read HubSpot's statuses; scopes are named as HubSpot names them, values never.

    A 429 comes without Retry-After: a second is enough after a search, ten after a burst, and a used-up day ends the run.
    Source: contract recordings search_contacts_429_secondly.json, errors_quoted_in_issues.json.
    """
    if answer.status == requests.codes.too_many_requests:
        return _too_many(answer)
    if answer.status == requests.codes.unauthorized:
        return AuthError("the token was refused.", advice="Renew the service key or private app token.")
    if answer.status == requests.codes.forbidden:
        scopes = _scopes(_body(answer))
        named = f" scope {', '.join(scopes)}" if scopes else " permission"
        return AccessError(f"a{named} is missing.", advice=f"Grant{named} to the service key or private app.")
    return error_for_status(answer)


def _body(answer: Answer) -> Mapping[str, Any]:
    try:
        found = answer.json()
    except ContractError:
        return {}
    return found if isinstance(found, Mapping) else {}


def _too_many(answer: Answer) -> RateLimitedError:
    body = _body(answer)
    if body.get("policyName") == "DAILY":
        return RateLimitedError("the day's calls are used up.", retry_after_s=_DAY_S, advice="The next run goes on.")
    asked = retry_after(answer)
    usual = _SEARCH_PAUSE_S if body.get("message") == _SECONDLY else _BURST_PAUSE_S
    return RateLimitedError("too many calls.", retry_after_s=usual if asked is None else asked)


def read_limits(answer: Answer) -> Sequence[Limit]:
    """Read the limits from an answer's headers: that of ten seconds sets the pace, the whole company eats from the day's.

    Searches have the day's at most. When the day ends depends on the portal's time zone, so it is left open.
    Source: contract recordings batch_archive_companies_204.json, search_contacts_429_secondly.json.
    """
    found = (
        _limit(answer, "ten seconds", of="max", left="remaining", seconds=_interval_s(answer)),
        _limit(answer, "day", of="daily", left="daily-remaining", seconds=None),
    )
    return [limit for limit in found if limit]


def _limit(answer: Answer, name: str, *, of: str, left: str, seconds: float | None) -> Limit | None:
    whole, rest = (answer.headers.get(f"{_LIMIT_HEADER}{part}", "") for part in (of, left))
    if not (whole.isdigit() and rest.isdigit()):
        return None
    return Limit(name, int(rest), int(whole), resets_in_s=seconds, shared=seconds is None)


def _interval_s(answer: Answer) -> float:
    text = answer.headers.get(f"{_LIMIT_HEADER}interval-milliseconds", "")
    return int(text) / 1000 if text.isdigit() else _BURST_PAUSE_S


def _scopes(body: Mapping[str, Any]) -> list[str]:
    """Give the scopes that HubSpot lists as missing."""
    found: set[str] = set()
    for error in body.get("errors") or ():
        context = error.get("context") if isinstance(error, Mapping) else None
        for names in (context or {}).values():
            found.update(str(name) for name in names if "." in str(name) or "-" in str(name))
    return sorted(found)


class HubSpotClient:
    """A session with one portal. Nothing is sent before the first call."""

    def __init__(self, settings: HubSpotSettings, *, system: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._settings = settings
        wait_s = settings.read_timeout_s
        calls = Policy(per_second=settings.calls_per_second, read_timeout_s=wait_s)
        searches = Policy(per_second=settings.searches_per_second, read_timeout_s=wait_s)
        self._calls = Transport(system, policy=calls, read_error=read_error, read_limits=read_limits, sleep=sleep)
        self._searches = Transport(system, policy=searches, read_error=read_error, read_limits=read_limits, sleep=sleep)
        self._timeout = urllib3.Timeout(connect=calls.connect_timeout_s, read=calls.read_timeout_s)
        package = HubSpot(access_token=settings.access_token.get_secret_value(), host=settings.endpoint)
        self._api = package.crm.deals.basic_api.api_client

    def get(self, family: str, path: str, *, operation: str, **params: str | int) -> Answer:
        """Read something of a path family."""
        query = f"?{urlencode(params)}" if params else ""
        return self._call(self._calls, "GET", f"{self._path(family)}{path}{query}", operation=operation)

    def search(self, object_type: str, body: Mapping[str, Any], *, operation: str) -> Answer:
        """Search records of a type; searches have a pace of their own."""
        path = f"{self._path('objects')}/{object_type}/search"
        return self._call(self._searches, "POST", path, operation=operation, body=body)

    def read_batch(self, family: str, path: str, inputs: Sequence[Mapping[str, str]], *, operation: str) -> Answer:
        """Read many things by id."""
        body = {"inputs": list(inputs)}
        return self._call(self._calls, "POST", f"{self._path(family)}{path}", operation=operation, body=body)

    def _path(self, family: str) -> str:
        numbered, dated = _PATHS[family]
        return numbered if self._settings.api_version == "v3" else dated.format(self._settings.api_version)

    def _call(
        self, transport: Transport, method: str, path: str, *, operation: str, body: Mapping[str, Any] | None = None
    ) -> Answer:
        headers = dict(self._api.default_headers) | {"Accept": "application/json", "Content-Type": "application/json"}
        self._api.update_params_for_auth(headers, [], ["oauth2"])

        def send() -> Answer:
            response = self._api.rest_client.pool_manager.request(
                method,
                f"{self._settings.endpoint}{path}",
                body=msgspec.json.encode(body) if body is not None else None,
                headers=headers,
                timeout=self._timeout,
                retries=False,
                redirect=False,
            )
            return Answer.of_urllib3(response)

        return transport.call(send, operation=operation, repeatable=True)
