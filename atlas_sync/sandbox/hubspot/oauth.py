"""Who may in: the token of a private app, and tokens that an installed app is granted for half an hour.

Source: HubSpot guide, manage OAuth tokens (all parameters in the body); the refusals follow
contracts/hubspot/recordings/errors_quoted_in_issues.json and the guide, none of them is recorded with headers.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from atlas_sync.sandbox.hubspot.errors import ApiError, Json, unauthenticated
from atlas_sync.sandbox.hubspot.portal import PORTAL_ID
from atlas_sync.sandbox.hubspot.values import stamp

__all__ = ["ACCESS_TOKEN", "APP", "TOKEN_PATHS", "Tokens"]

ACCESS_TOKEN = "pat-eu1-5a6e7d0c-0000-4000-8000-c0ffee261840"  # noqa: S105  # invented; opens the stand-in only
APP: Mapping[str, str] = {
    "client_id": "5a6e7d0c-0000-4000-8000-000000000001",
    "client_secret": "5a6e7d0c-0000-4000-8000-000000000002",
    "refresh_token": "eu1-5a6e-7d0c-refresh",
}
"""The one app that is installed; invented."""

TOKEN_PATHS = ("/oauth/v1/token", "/oauth/v3/token", "/oauth/2026-03/token")
_LIFE = timedelta(minutes=30)


class GrantError(ApiError):
    """No token is granted; what others say in `category` stands in `status` here."""

    def __init__(self, message: str, *, word: str) -> None:
        super().__init__(400, message)
        self._word = word

    def body(self, correlation_id: str) -> Json:
        """Give the body of the refused request."""
        return super().body(correlation_id) | {"status": self._word}


class Tokens:
    """The tokens that were granted, with their ends."""

    def __init__(self) -> None:
        self._ends: dict[str, datetime] = {}

    def grant(self, form: Mapping[str, str], *, now: datetime) -> Json:
        """Grant an access token; the refresh token stays the same.

        Raises:
            ApiError: the grant, the client or its refresh token is not known.
        """
        if form.get("grant_type") != "refresh_token":
            raise GrantError("missing or unsupported grant_type", word="BAD_GRANT_TYPE")
        if any(form.get(name) != APP[name] for name in ("client_id", "client_secret")):
            raise GrantError("missing or unknown client id", word="BAD_CLIENT_ID")
        if form.get("refresh_token") != APP["refresh_token"]:
            raise GrantError("missing or unknown refresh token", word="BAD_REFRESH_TOKEN")
        token = f"CPv-invented-{len(self._ends)}"
        self._ends[token] = now + _LIFE
        return {
            "token_type": "bearer",
            "refresh_token": APP["refresh_token"],
            "access_token": token,
            "hub_id": PORTAL_ID,
            "expires_in": int(_LIFE.total_seconds()),
        }

    def check(self, header: str, *, now: datetime) -> None:
        """Hold that a request has a token that is good now.

        Raises:
            ApiError: it has none, or one whose time is over.
        """
        scheme, _, token = header.partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or (token != ACCESS_TOKEN and token not in self._ends):
            raise unauthenticated()
        end = self._ends.get(token)
        if end and end <= now:
            passed = int((now - end).total_seconds())
            message = f"The OAuth token used to make this call expired {passed} second(s) ago."
            context = {"expire time": [stamp(end)]}
            raise ApiError(401, message, category="EXPIRED_AUTHENTICATION", context=context)
