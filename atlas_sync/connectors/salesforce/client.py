"""Calls to one Salesforce org: simple-salesforce logs in and knows the addresses, our transport sends, answers stay raw.

The package's own calls are passed by: they have no time-outs, log in without end on a lasting 401, and page on with a
locator of a session that is over. Source: simple-salesforce 1.12.10, measured.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from urllib.parse import urljoin

import requests
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceError

from atlas_sync.connectors.salesforce.faults import SessionLostError, read_error
from atlas_sync.connectors.salesforce.settings import SalesforceSettings
from atlas_sync.connectors.transport import Answer, Limit, Policy, ReroutingAdapter, Transport
from atlas_sync.errors import ContractError, RateLimitedError

__all__ = ["DAILY", "SalesforceClient", "read_limits"]

DAILY = "DailyApiRequests"

_USAGE = re.compile(r"(?<![\w-])api-usage=(\d{1,12})/(\d{1,12})")
_A_DAY_S = 86_400.0


def read_limits(answer: Answer) -> Sequence[Limit]:
    """Read how much is left of the day's calls, which all integrations of the org share.

    They fill up over a rolling day, and no answer tells when. Source: REST API guide, Limit Info Header; limits and
    allocations quick reference, API Request Limits.
    """
    found = _USAGE.search(answer.headers.get("sforce-limit-info", ""))
    if not found:
        return ()
    used, most = int(found[1]), int(found[2])
    return (Limit(DAILY, max(0, most - used), most, shared=True),)


class SalesforceClient:
    """A session with one org. Nothing is sent before the first call; every call here reads."""

    def __init__(
        self, settings: SalesforceSettings, *, system: str, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        policy = Policy(per_second=settings.calls_per_second, read_timeout_s=settings.read_timeout_s)
        self.transport = Transport(system, policy=policy, read_error=read_error, read_limits=read_limits, sleep=sleep)
        self._settings = settings
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy, certificate or netrc of the environment decides where secrets go
        self._session.mount("https://", ReroutingAdapter(policy, endpoint=settings.endpoint))
        self._session.hooks["response"].append(self._keep)
        self._last: requests.Response | None = None
        self._api: Salesforce | None = None

    def get(self, path: str, *, operation: str, params: dict[str, str] | None = None) -> Answer:
        """Read something below the version's address; a lost session is opened anew, once."""
        try:
            return self._get(path, operation=operation, params=params)
        except SessionLostError:
            self._api = None
            return self._get(path, operation=operation, params=params)

    def more(self, path: str, *, operation: str) -> Answer:
        """Read a query's next page by the path that the vendor gave.

        Raises:
            SessionLostError: the session is over, and the page with it; the next `get` opens another one.
            ContractError: that is no path of this API.
        """
        if not path.startswith("/services/data/"):
            raise ContractError("a next page outside the API.", advice="Run again; tell Salesforce if it stays.")
        try:
            return self._get(path, operation=operation)
        except SessionLostError:
            self._api = None
            raise

    def _get(self, path: str, *, operation: str, params: dict[str, str] | None = None) -> Answer:
        self._check_share(operation)
        if self._api is None:
            self._api = self._log_in()
        url = urljoin(self._api.base_url, path)
        headers = {"Authorization": self._api.headers["Authorization"], "Accept": "application/json"}

        def send() -> Answer:
            response = self._session.get(url, params=params, headers=headers, allow_redirects=False)
            return Answer.of_response(response)

        return self.transport.call(send, operation=operation, repeatable=True)

    def _check_share(self, operation: str) -> None:
        """Leave the rest of the day's calls to others: the org's quota is shared by all its integrations.

        Source: limits and allocations quick reference, API Request Limits.
        """
        limit = self.transport.limits.get(DAILY)
        used = 1.0 - limit.left / max(1, limit.of) if limit else 0.0
        if used < self._settings.daily_share:
            return
        message = f"{used:.0%} of the org's daily API calls are used."
        raise RateLimitedError(
            message,
            retry_after_s=_A_DAY_S,
            advice="Wait, find what uses them up, or raise daily_share.",
            system=self.transport.system,
            operation=operation,
        )

    def _log_in(self) -> Salesforce:
        """Open a session by client credentials.

        The package reads the answer in its own way and throws; the answer itself is kept by the hook and judged by the
        transport, so that a refused secret, a busy server and a proxy's page are told apart.
        """
        opened: list[Salesforce] = []

        def send() -> Answer:
            self._last = None
            with suppress(SalesforceError, AttributeError, KeyError, TypeError, ValueError):
                api = Salesforce(
                    consumer_key=self._settings.client_id.get_secret_value(),
                    consumer_secret=self._settings.client_secret.get_secret_value(),
                    domain=self._settings.instance_url.removeprefix("https://").removesuffix(".salesforce.com"),
                    version=self._settings.api_version,
                    session=self._session,
                )
                opened.append(api)
            if self._last is None:
                raise requests.ConnectionError("no answer")
            return Answer.of_response(self._last)

        answer = self.transport.call(send, operation="log-in", repeatable=True)
        if opened:
            return opened[-1]
        answer.json()
        raise ContractError(
            "the log-in gave no token.", advice="Run again.", system=self.transport.system, operation="log-in"
        )

    def _keep(self, response: requests.Response, **_options: object) -> None:
        self._last = response
