"""Atlassian's token address for OAuth 2.0 (3LO): every refresh gives a new refresh token and ends the one before.

Source: Atlassian developer guide, OAuth 2.0 (3LO) apps, rotating refresh tokens.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from atlas_sync.sandbox.clock import Clock

__all__ = ["CLIENT_ID", "CLIENT_SECRET", "CLOUD_ID", "REFRESH_TOKEN", "Grants"]

CLOUD_ID = "11111111-2222-3333-4444-555555555555"
CLIENT_ID = "invented-client-id"
CLIENT_SECRET = "invented-client-secret"  # noqa: S105 - invented
REFRESH_TOKEN = "invented-refresh-token-0"  # noqa: S105 - invented
_LIFE_S = 3600


class Grants:
    """The tokens that were given; an access token lives for an hour."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._refresh = REFRESH_TOKEN
        self._number = 0
        self._access: dict[str, datetime] = {}

    def routes(self) -> list[Route]:
        """List the routes."""
        return [Route("/oauth/token", self._token, methods=["POST"])]

    def knows(self, authorization: str) -> bool:
        """Tell if an access token is good now."""
        ends = self._access.get(authorization.removeprefix("Bearer "))
        return ends is not None and self._clock.now() < ends

    async def _token(self, request: Request) -> Response:
        asked = await request.json()
        if (asked.get("client_id"), asked.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return JSONResponse({"error": "access_denied", "error_description": "Unauthorized"}, status_code=401)
        if asked.get("grant_type") != "refresh_token" or asked.get("refresh_token") != self._refresh:
            body = {"error": "invalid_grant", "error_description": "Unknown or invalid refresh token."}
            return JSONResponse(body, status_code=403)
        self._number += 1
        self._refresh = f"invented-refresh-token-{self._number}"
        access = f"invented-access-token-{self._number}"
        self._access[access] = self._clock.now() + timedelta(seconds=_LIFE_S)
        given = {"access_token": access, "refresh_token": self._refresh, "expires_in": _LIFE_S, "token_type": "Bearer"}
        return JSONResponse({**given, "scope": "read:jira-work read:jira-user offline_access"})
