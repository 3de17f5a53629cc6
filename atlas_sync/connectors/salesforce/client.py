"""Calls to one Salesforce org: simple-salesforce logs in and knows the addresses, our transport sends, answers stay raw.

The package's own calls are passed by: they have no time-outs, log in without end on a lasting 401, and page on with a
locator of a session that is over. Source: simple-salesforce 1.12.10, measured.
"""

from __future__ import annotations

import re
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus, urlencode, urljoin

import msgspec
import requests
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceError

from atlas_sync.connectors.answer import Answer
from atlas_sync.connectors.line import Limit
from atlas_sync.connectors.salesforce.auth import credentials, notices
from atlas_sync.connectors.salesforce.faults import SessionLostError, read_error
from atlas_sync.connectors.salesforce.settings import SalesforceSettings
from atlas_sync.connectors.transport import Policy, ReroutingAdapter, Transport
from atlas_sync.errors import ContractError

__all__ = ["DAILY", "SalesforceClient", "read_limits"]

DAILY = "DailyApiRequests"

_USAGE = re.compile(r"(?<![\w-])api-usage=(\d{1,12})/(\d{1,12})")
_LONGEST_QUERY = 12_000
"""Characters of a query that fit into an address, which may have 16,384 bytes with the headers.

Source: REST API guide, Status Codes 414 and 431.
"""


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


class _Inner(msgspec.Struct, rename="camel"):
    """One answer inside the answer to a composite request."""

    body: msgspec.Raw
    http_status_code: int


class _Result(msgspec.Struct, rename="camel"):
    status_code: int
    result: msgspec.Raw = msgspec.Raw(b"null")


class _Batch(msgspec.Struct):
    results: list[_Result]


class _Outer(msgspec.Struct, rename="camel"):
    composite_response: list[_Inner]


class SalesforceClient:
    """A session with one org. Nothing is sent before the first call; every call but `update` reads.

    `server_time` is the vendor's clock as last heard.
    """

    def __init__(
        self, settings: SalesforceSettings, *, system: str, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        policy = Policy(per_second=settings.calls_per_second, read_timeout_s=settings.read_timeout_s)
        self.transport = Transport(system, policy=policy, read_error=read_error, read_limits=read_limits, sleep=sleep)
        self.sleep = sleep
        self.server_time: datetime | None = None
        self._settings = settings
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy, certificate or netrc of the environment decides where secrets go
        self._session.max_redirects = 0  # the package follows a redirect of the log-in, and takes the secrets along
        self._session.mount("https://", ReroutingAdapter(policy, endpoint=settings.endpoint))
        self._session.hooks["response"].append(self._keep)
        self._last: requests.Response | None = None
        self._api: Salesforce | None = None

    def get(
        self, path: str, *, operation: str, params: Mapping[str, str] | None = None, accept: str = "application/json"
    ) -> Answer:
        """Read something below the version's address; a lost session is opened anew, once."""
        return self._renewing("GET", path, operation=operation, params=params, accept=accept)

    def query(self, soql: str, *, operation: str) -> Answer:
        """Ask a query that also shows deleted and archived records; one too long for an address goes in a body.

        Source: REST API guide, Composite: a subrequest's answer has its own status inside a good one.
        """
        if len(quote_plus(soql)) <= _LONGEST_QUERY:
            return self.get("queryAll", operation=operation, params={"q": soql})
        url = f"/services/data/v{self._settings.api_version}/queryAll?{urlencode({'q': soql})}"
        inner = {"method": "GET", "url": url, "referenceId": "query"}
        body = {"allOrNone": False, "compositeRequest": [inner]}
        return self._renewing("POST", "composite", operation=operation, json=body)

    def batch(self, paths: Sequence[str], *, operation: str) -> list[Answer]:
        """Read several things below the version's address in one call; each answer has its own status.

        Source: REST API guide, Composite Batch; contracts/salesforce/recordings/composite.batch.json.

        Raises:
            ContractError: there is not one answer for each.
        """
        asked = [{"method": "GET", "url": f"v{self._settings.api_version}/{path}"} for path in paths]
        body = {"haltOnError": False, "batchRequests": asked}
        answer = self._renewing("POST", "composite/batch", operation=operation, json=body)
        try:
            results = msgspec.json.decode(answer.body, type=_Batch).results
        except msgspec.DecodeError:
            results = []
        if len(results) != len(paths):
            raise ContractError("a batch without an answer for each question.", advice="Run again.")
        return [replace(answer, status=inner.status_code, body=bytes(inner.result)) for inner in results]

    def retrieve(self, thing: str, body: Mapping[str, Any], *, operation: str) -> Answer:
        """Read fields of up to 2,000 records by id; null stands for one that is not there.

        Source: REST API guide, sObject Collections, retrieve with a body.
        """
        return self._renewing("POST", f"composite/sobjects/{thing}", operation=operation, json=body)

    def update(self, path: str, body: Mapping[str, Any], *, operation: str) -> Answer:
        """Set fields of a record; the second time it is the same."""
        return self._renewing("PATCH", path, operation=operation, json=body)

    def start_job(self, soql: str, *, operation: str) -> Answer:
        """Start a bulk query job; started twice it costs the org a job of its day's 10,000, and harms nobody."""
        body = {"operation": "queryAll", "query": soql, "contentType": "CSV", "lineEnding": "LF"}
        return self._renewing("POST", "jobs/query", operation=operation, json=body)

    def more(self, path: str, *, operation: str) -> Answer:
        """Read a query's next page by the path that the vendor gave.

        Raises:
            SessionLostError: the session is over, and the page with it; the next `get` opens another one.
            ContractError: that is no path of this API.
        """
        if not path.startswith("/services/data/"):
            raise ContractError("a next page outside the API.", advice="Run again; tell Salesforce if it stays.")
        try:
            return self._send("GET", path, operation=operation)
        except SessionLostError:
            self._api = None
            raise

    def _renewing(self, method: str, path: str, *, operation: str, **options: Any) -> Answer:  # noqa: ANN401 - as requests takes them
        try:
            return self._send(method, path, operation=operation, **options)
        except SessionLostError:
            self._api = None
            return self._send(method, path, operation=operation, **options)

    def _send(
        self,
        method: str,
        path: str,
        *,
        operation: str,
        accept: str = "application/json",
        **options: Any,  # noqa: ANN401 - as requests takes them
    ) -> Answer:
        if self._api is None:
            self._api = self._log_in()
        url = urljoin(self._api.base_url, path)
        headers = {"Authorization": self._api.headers["Authorization"], "Accept": accept}

        def send() -> Answer:
            response = self._session.request(method, url, headers=headers, allow_redirects=False, **options)
            answer = Answer.of_response(response)
            return _unwrap(answer) if path == "composite" else answer

        answer = self.transport.call(send, operation=operation, repeatable=True)
        self.server_time = answer.server_time or self.server_time
        return answer

    def _log_in(self) -> Salesforce:
        """Open a session.

        The package reads the answer in its own way and throws or warns; the answer itself is kept by the hook and judged
        by the transport, so that a refused secret, a busy server and a proxy's page are told apart.

        Raises:
            ConfigError: what the way to log in needs cannot be used.
        """
        arguments = credentials(self._settings)
        for notice in notices(self._settings, now=datetime.now(UTC)):
            warnings.warn(f"{self.transport.system}: {notice}", FutureWarning, stacklevel=2)
        opened: list[Salesforce] = []

        def send() -> Answer:
            self._last = None
            refused = (SalesforceError, requests.TooManyRedirects, AttributeError, KeyError, TypeError, ValueError)
            with suppress(*refused), warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)
                api = Salesforce(**arguments, version=self._settings.api_version, session=self._session)
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


def _unwrap(answer: Answer) -> Answer:
    """Give the one answer inside a composite one as if it had come by itself; a refusal of the whole stays as it is."""
    try:
        (inner,) = msgspec.json.decode(answer.body, type=_Outer).composite_response
    except (msgspec.DecodeError, ValueError):
        return answer
    return replace(answer, status=inner.http_status_code, body=bytes(inner.body))
