"""The token of a connection: one that is given, or one that OAuth renews before and when its time is over."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Protocol

from atlas_sync.connectors.answer import Answer
from atlas_sync.connectors.hubspot.settings import HubSpotSettings
from atlas_sync.connectors.wire import Wire
from atlas_sync.errors import AuthError, MappingError, RejectedError

__all__ = ["GivenToken", "OAuthTokens", "Tokens", "notices", "tokens_for"]

_PATH = "/oauth/2026-03/token"
_ABOUT_PATH = "/oauth/v2/private-apps/get/access-token-info"
_AHEAD_S = 60.0
_NOTICE, _LONG_NOTICE = timedelta(days=14), timedelta(days=120)
_NUMBERED_END = date(2027, 3, 30)
_ADVICE = "Install the app in the portal again, and store its new refresh token."

Ask = Callable[[str, Mapping[str, str]], Answer]
"""Sends a form, or an object as JSON, to a path and gives the answer, or raises."""


class Tokens(Protocol):
    """Where a connection has its access token from."""

    def current(self) -> str:
        """Give the token to use now."""
        ...

    def renewed(self, spent: str) -> str | None:
        """Give another one than `spent`, which was refused as expired; None where there is no other."""
        ...

    def scopes(self) -> frozenset[str] | None:
        """Give what the token may do; None where HubSpot does not tell."""
        ...


class GivenToken:
    """A service key or a private app's token: it ends when somebody ends it."""

    def __init__(self, token: str, ask: Ask) -> None:
        self._token = token
        self._ask = ask

    def current(self) -> str:
        """Give the token."""
        return self._token

    def renewed(self, spent: str) -> str | None:
        """There is no other."""
        return None if spent == self._token else self._token

    def scopes(self) -> frozenset[str] | None:
        """Ask HubSpot, in whose answer they stand. Source: HubSpot guide, private apps, validation of tokens."""
        return _scopes(Wire(self._ask(_ABOUT_PATH, {"tokenKey": self._token}).json()))


class OAuthTokens:
    """Access tokens of an installed app, from its refresh token, shared by all threads.

    Source: HubSpot guide, manage OAuth tokens: all parameters in the body, tokens for 30 minutes, `expires_in` in seconds.
    The package knows the first version of that address only, which ends in February 2027.
    """

    def __init__(self, settings: HubSpotSettings, ask: Ask, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._form = {
            "grant_type": "refresh_token",
            "client_id": settings.client_id,
            "client_secret": settings.client_secret.get_secret_value(),
            "refresh_token": settings.refresh_token.get_secret_value(),
        }
        self._ask = ask
        self._clock = clock
        self._lock = threading.Lock()
        self._token = ""
        self._scopes: frozenset[str] | None = None
        self._ends = 0.0

    def current(self) -> str:
        """Give the token, a fresh one if it ends within a minute."""
        with self._lock:
            if not self._token or self._clock() >= self._ends - _AHEAD_S:
                self._renew()
            return self._token

    def renewed(self, spent: str) -> str | None:
        """Give a fresh token, unless another thread got one already."""
        with self._lock:
            if self._token == spent:
                self._renew()
            return self._token

    def scopes(self) -> frozenset[str] | None:
        """Give those that came with the token."""
        self.current()
        return self._scopes

    def _renew(self) -> None:
        """Ask for a token.

        Raises:
            AuthError: the refresh token, the client or its secret was refused, or no token came.
        """
        try:
            wire = Wire(self._ask(_PATH, self._form).json())
            token, seconds = wire.need("access_token"), wire.number("expires_in")
        except RejectedError:
            raise AuthError("the refresh token was refused.", advice=_ADVICE) from None
        except MappingError:
            raise AuthError("no token came for the refresh token.", advice=_ADVICE) from None
        self._token, self._scopes = token, _scopes(wire)
        self._ends = self._clock() + float(seconds or 0)


def notices(settings: HubSpotSettings, *, today: date) -> tuple[str, ...]:
    """Say what will stop the way in one day, as sentences for the operator; nothing where nothing is known to end.

    Source: HubSpot changelog, legacy APIs and legacy apps: v4 paths end on 2027-03-30, v1 to v3 in September 2027.
    """
    said: list[str] = []
    ends = settings.token_expires
    if ends is not None and ends - today <= _NOTICE:
        when = "expired" if ends < today else "expires"
        said.append(f"The token of HubSpot {when} on {ends:%Y-%m-%d}: make a new one and set token_expires.")
    if settings.api_version == "v3" and _NUMBERED_END - today <= _LONG_NOTICE:
        said.append(f"HubSpot ends the paths of api_version v3 on {_NUMBERED_END:%Y-%m-%d}: set a dated one.")
    return tuple(said)


def tokens_for(settings: HubSpotSettings, *, ask_form: Ask, ask_json: Ask) -> Tokens:
    """Give the tokens of a connection, as its settings say."""
    given = settings.access_token.get_secret_value()
    return GivenToken(given, ask_json) if given else OAuthTokens(settings, ask_form)


def _scopes(wire: Wire) -> frozenset[str] | None:
    names = wire.texts("scopes")
    return frozenset(names) if names else None
