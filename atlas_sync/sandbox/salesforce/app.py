"""The stand-in on the wire: addresses, tokens, headers and error bodies as the vendor sends them."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from http import HTTPStatus
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from atlas_sync.sandbox.clock import Clock
from atlas_sync.sandbox.faults import Faults
from atlas_sync.sandbox.happenings import Event
from atlas_sync.sandbox.salesforce.call import Call, Handler, Reply
from atlas_sync.sandbox.salesforce.calls import ROUTES
from atlas_sync.sandbox.salesforce.describe import Catalog
from atlas_sync.sandbox.salesforce.errors import ApiError
from atlas_sync.sandbox.salesforce.jobs import Jobs
from atlas_sync.sandbox.salesforce.org import Org
from atlas_sync.sandbox.salesforce.query import Querier
from atlas_sync.sandbox.salesforce.replication import DAILY_REQUESTS
from atlas_sync.sandbox.salesforce.seed import Seed
from atlas_sync.sandbox.salesforce.sessions import Sessions, TokenError
from atlas_sync.sandbox.salesforce.signing import Signer

__all__ = ["SalesforceSandbox"]

_OLDEST, _NEWEST = 31, 66
_LONGEST = 16_384
_SEASONS = ("Summer", "Winter", "Spring")
_UNCOUNTED = {401, 410, 414, 431}
_Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(slots=True)
class _Usage:
    """Requests of the day."""

    day: str = ""
    count: int = 0

    def add(self, now: datetime) -> None:
        today = now.date().isoformat()
        self.count = self.count + 1 if today == self.day else 1
        self.day = today


class SalesforceSandbox:
    """A Salesforce org in memory that speaks the vendor's REST wire.

    `page_cap` caps the page of a query, since the server chooses: a small world has pages as well.
    """

    def __init__(self, clock: Clock, faults: Faults, *, page_cap: int = 20) -> None:
        self._clock = clock
        self._catalog = Catalog(faults)
        self._org = Org()
        self._seed = Seed(self._org)
        self._sessions = Sessions(self._org.id, self._org.api_user)
        self.jobs = Jobs()
        self._usage = _Usage()
        self._page_cap = page_cap
        self._requests = 0

    def apply(self, event: Event) -> None:
        """Let one of the world's events happen; those of other systems change nothing."""
        self._seed.apply(event)

    @property
    def org(self) -> Org:
        """The org, for what its people and the vendor do beside the API: merge, restore, empty the bin, hide."""
        return self._org

    @property
    def signer(self) -> Signer:
        """The app's key pair, for clients that log in by a signed assertion."""
        return self._sessions.signer

    def end_sessions(self) -> None:
        """End every session, as an admin does: old tokens are refused and their query locators are lost."""
        self._sessions.end_all()

    def app(self) -> Starlette:
        """Give the ASGI application."""
        routes = [
            Route("/services/oauth2/token", self._token, methods=["POST"]),
            Route("/services/data", self._versions, methods=["GET"]),
            Route("/services/data/", self._versions, methods=["GET"]),
        ]
        for path, methods in ROUTES:
            endpoint = self._endpoint(methods)
            full = f"/services/data/v{{version}}{path}"
            routes.extend(Route(spelling, endpoint, methods=list(methods)) for spelling in (full, f"{full}/"))
        handlers = {404: self._no_address, 405: self._no_method}
        return Starlette(routes=routes, exception_handlers=handlers)

    async def _token(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        try:
            now = self._clock.now()
            body = self._sessions.open(form, request.headers.get("authorization", ""), now=now)
        except TokenError as error:
            return self._answer(Reply(400, {"error": error.error, "error_description": error.description}))
        return self._answer(Reply(200, body))

    async def _versions(self, _request: Request) -> Response:
        """List the API versions; this needs no token. Source: contracts/salesforce/recordings/versions.json."""
        body = []
        for number in range(_OLDEST, _NEWEST + 1):
            year, season = 14 + (number - 29) // 3, _SEASONS[(number - _OLDEST) % 3]
            body.append({"label": f"{season} '{year}", "url": f"/services/data/v{number}.0", "version": f"{number}.0"})
        return self._answer(Reply(200, body))

    def _endpoint(self, methods: Mapping[str, Handler]) -> _Endpoint:
        async def endpoint(request: Request) -> Response:
            raw = await request.body()
            try:
                _check_length(request)
                handler = methods["GET" if request.method == "HEAD" else request.method]
                reply = handler(self._call(request, raw))
            except ApiError as error:
                reply = Reply(error.status, error.body())
            return self._answer(reply, is_counted=reply.status not in _UNCOUNTED)

        return endpoint

    def _call(self, request: Request, raw: bytes) -> Call:
        """Check version and token, and gather what a handler needs."""
        _check_version(request.path_params["version"])
        now = self._clock.now()
        token = self._sessions.check(request.headers.get("authorization", ""), now=now)
        self._usage.add(now)
        base = f"/services/data/v{request.path_params['version']}"
        return Call(
            org=self._org,
            sessions=self._sessions,
            jobs=self.jobs,
            querier=Querier(self._org.store, self._catalog, now=now, base=base),
            now=now,
            token=token,
            path={name: str(value) for name, value in request.path_params.items()},
            params=dict(request.query_params),
            headers=request.headers,
            body=_body(raw),
            page_cap=self._page_cap,
            used=self._usage.count,
        )

    async def _no_address(self, _request: Request, _error: Exception) -> Response:
        body = [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}]
        return self._answer(Reply(404, body))

    async def _no_method(self, request: Request, error: Exception) -> Response:
        allowed = (error.headers or {}).get("Allow", "") if isinstance(error, HTTPException) else ""
        message = f"HTTP Method '{request.method}' not allowed. Allowed are {allowed.replace(' ', '')}"
        return self._answer(Reply(405, [{"errorCode": "METHOD_NOT_ALLOWED", "message": message}]))

    def _answer(self, reply: Reply, *, is_counted: bool = False) -> Response:
        """Give a reply the vendor's headers. An answer without a body has the date only, as recorded."""
        date = {"date": format_datetime(self._clock.now(), usegmt=True)}
        if reply.status == HTTPStatus.NO_CONTENT:
            return Response(status_code=reply.status, headers=date)
        self._requests += 1
        headers = {
            **date,
            "vary": "Accept-Encoding",
            "cache-control": "no-cache,must-revalidate,max-age=0,no-store,private",
            "x-sfdc-request-id": f"{self._requests:032x}",
            **reply.headers,
        }
        if is_counted:
            headers["sforce-limit-info"] = f"api-usage={self._usage.count}/{DAILY_REQUESTS}"
        if isinstance(reply.body, bytes):
            return Response(reply.body, reply.status, {"content-type": "application/octet-stream", **headers})
        text = json.dumps(reply.body, ensure_ascii=False, separators=(",", ":"))
        return Response(text, reply.status, {**headers, "content-type": "application/json;charset=UTF-8"})


def _check_version(text: str) -> None:
    """Refuse versions that are retired, and those that never were.

    Source: restforce issue 941 has the code of the refusal; its text is not recorded anywhere.
    """
    number, _, minor = text.partition(".")
    if not number.isdigit() or minor != "0" or int(number) > _NEWEST:
        raise ApiError(404, "NOT_FOUND", "The requested resource does not exist")
    if int(number) < _OLDEST:
        message = f"API version v{text} is retired. Use a version from v{_OLDEST}.0 to v{_NEWEST}.0."
        raise ApiError(410, "GONE", message)


def _check_length(request: Request) -> None:
    """Refuse addresses, and addresses with headers, of more than 16,384 bytes. The bodies are not recorded anywhere.

    Source: REST API guide, Status Codes and Error Responses.
    """
    uri = len(request.scope["raw_path"]) + len(request.scope["query_string"])
    headers = sum(len(name) + len(value) + 4 for name, value in request.scope["headers"])
    if uri > _LONGEST:
        raise ApiError(414, "URI_TOO_LONG", "The length of the URI exceeds the 16,384-byte limit.")
    if uri + headers > _LONGEST:
        message = "The combined length of the URI and headers exceeds the 16,384-byte limit."
        raise ApiError(431, "REQUEST_HEADER_FIELDS_TOO_LARGE", message)


def _body(raw: bytes) -> dict[str, object] | None:
    """Read a JSON object; None when nothing was sent."""
    if not raw.strip():
        return None
    try:
        body = json.loads(raw)
    except ValueError:
        raise ApiError(400, "JSON_PARSER_ERROR", "Unexpected character at [line:1, column:1]") from None
    if not isinstance(body, dict):
        raise ApiError(400, "JSON_PARSER_ERROR", "The HTTP entity body must be an object")
    return body
