"""The stand-in on the wire: addresses, token, headers and error bodies as the vendor sends them."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from email.utils import format_datetime
from urllib.parse import parse_qsl
from uuid import UUID

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from atlas_sync.sandbox.clock import Clock
from atlas_sync.sandbox.faults import Faults
from atlas_sync.sandbox.happenings import Event
from atlas_sync.sandbox.hubspot.call import Call, Reply
from atlas_sync.sandbox.hubspot.errors import RATE_LIMITS, ApiError, Json, invalid, not_found
from atlas_sync.sandbox.hubspot.limits import Limits
from atlas_sync.sandbox.hubspot.oauth import TOKEN_PATHS, Tokens
from atlas_sync.sandbox.hubspot.portal import Portal
from atlas_sync.sandbox.hubspot.portal_calls import scopes_held
from atlas_sync.sandbox.hubspot.properties import Catalog
from atlas_sync.sandbox.hubspot.routes import Address, addresses
from atlas_sync.sandbox.hubspot.seed import Seed

__all__ = ["HubSpotSandbox"]

_CORRELATION = 0x5F0E_0000_0000_4000_8000_0000_0000_0000
_LONGEST_QUERY = 8_000
_Endpoint = Callable[[Request], Awaitable[Response]]


class HubSpotSandbox:
    """A HubSpot portal in memory that speaks the vendor's wire, in its numbered and its dated addresses.

    The search index lags `index_lag_s` behind the records. `association_page` caps a record's page of associations.
    What is over `searches_per_s`, `calls_per_10s` or `calls_per_day` is refused, where these are given.
    """

    def __init__(
        self,
        clock: Clock,
        faults: Faults,
        *,
        index_lag_s: float = 2.0,
        association_page: int = 100,
        searches_per_s: int | None = None,
        calls_per_10s: int | None = None,
        calls_per_day: int | None = None,
    ) -> None:
        self._clock = clock
        self._faults = faults
        self._index_lag_s = index_lag_s
        self._association_page = association_page
        self._portal = Portal()
        self._catalog = Catalog(faults)
        self._seed = Seed(self._portal, self._catalog)
        self._limits = Limits(searches_per_s=searches_per_s, calls_per_10s=calls_per_10s, calls_per_day=calls_per_day)
        self._tokens = Tokens()
        self._requests = 0

    @property
    def portal(self) -> Portal:
        """The portal, for what its admins set up beside the API."""
        return self._portal

    def apply(self, event: Event) -> None:
        """Let one of the world's events happen; those of other systems change nothing."""
        self._portal.store.settle(event.at)
        self._seed.apply(event)

    def app(self) -> Starlette:
        """Give the ASGI application."""
        routes: list[Route] = []
        for address in addresses():
            endpoint = self._endpoint(address)
            methods = list(address.methods)
            routes.extend(Route(path, endpoint, methods=methods) for path in (address.template, address.template + "/"))
        routes.extend(Route(path, self._grant, methods=["POST"]) for path in TOKEN_PATHS)
        return Starlette(routes=routes, exception_handlers={404: self._no_address, 405: self._no_method})

    def _endpoint(self, address: Address) -> _Endpoint:
        async def endpoint(request: Request) -> Response:
            raw = await request.body()
            try:
                _check_length(request)
                self._tokens.check(request.headers.get("authorization", ""), now=self._clock.now())
                over = self._limits.refusal(self._clock.now(), is_search=address.is_search)
                if over is not None:
                    refusal: Json = {**RATE_LIMITS[over], "correlationId": str(self._next_id())}
                    return self._answer(Reply(429, refusal), is_search=address.is_search)
                method = "GET" if request.method == "HEAD" else request.method
                reply = address.methods[method](self._call(request, raw, version=address.version))
            except ApiError as error:
                return self._refuse(error, is_search=address.is_search)
            return self._answer(reply, is_search=address.is_search)

        return endpoint

    async def _grant(self, request: Request) -> Response:
        """Give an access token for the refresh token of the installed app."""
        form = dict(parse_qsl((await request.body()).decode(errors="replace")))
        try:
            granted = self._tokens.grant(form, now=self._clock.now())
            if "/v" not in request.url.path:  # told by the dated address alone; Source: HubSpot reference, OAuth tokens
                granted["scopes"] = scopes_held(self._faults)
            return self._answer(Reply(200, granted), is_search=True)
        except ApiError as error:
            return self._refuse(error, is_search=True)

    def _call(self, request: Request, raw: bytes, *, version: str) -> Call:
        now = self._clock.now()
        self._portal.store.settle(now)
        return Call(
            portal=self._portal,
            catalog=self._catalog,
            faults=self._faults,
            now=now,
            version=version,
            path={name: str(value) for name, value in request.path_params.items()},
            query=request.query_params.multi_items(),
            body=_body(raw),
            raw_length=len(raw.decode(errors="replace")),
            index_lag_s=self._index_lag_s,
            association_page=self._association_page,
        )

    async def _no_address(self, _request: Request, _error: Exception) -> Response:
        return self._refuse(not_found())

    async def _no_method(self, _request: Request, _error: Exception) -> Response:
        return self._refuse(ApiError(405, "HTTP 405 Method Not Allowed"))

    def _refuse(self, error: ApiError, *, is_search: bool = False) -> Response:
        return self._answer(Reply(error.status, error.body(str(self._next_id()))), is_search=is_search)

    def _next_id(self) -> UUID:
        return UUID(int=_CORRELATION + self._requests + 1)

    def _answer(self, reply: Reply, *, is_search: bool) -> Response:
        now = self._clock.now()
        headers = {
            "Date": format_datetime(now, usegmt=True),
            "X-HubSpot-Correlation-Id": str(self._next_id()),
            **self._limits.headers(now, is_search=is_search),
        }
        self._requests += 1
        if reply.body is None:
            return Response(status_code=reply.status, headers=headers)
        headers |= {"Vary": "Accept-Encoding", "Content-Type": "application/json;charset=utf-8"}
        return Response(json.dumps(reply.body, ensure_ascii=False, separators=(",", ":")), reply.status, headers)


def _check_length(request: Request) -> None:
    """Refuse an address that is too long. The vendor names the status but no length; this one is a guess.

    Source: facts/hubspot.md, section 11.
    """
    if len(request.url.query) > _LONGEST_QUERY:
        raise ApiError(414, "URI Too Long")


def _body(raw: bytes) -> Json:
    """Read a JSON object; an empty one when nothing was sent. A bare list is what one pair's association takes."""
    if not raw.strip():
        return {}
    try:
        body = json.loads(raw)
    except ValueError:
        raise invalid("Invalid input JSON on line 1, column 1: could not parse the request body") from None
    if isinstance(body, list):
        return {"inputs": body}
    if not isinstance(body, dict):
        raise invalid("Invalid input JSON: the request body must be an object")
    return body
