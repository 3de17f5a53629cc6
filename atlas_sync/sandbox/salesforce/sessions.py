"""Tokens and what hangs on them: the sessions, and the query results that only the session that asked may page through."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from atlas_sync.sandbox.salesforce.describe import Json
from atlas_sync.sandbox.salesforce.errors import ApiError
from atlas_sync.sandbox.salesforce.ids import Mint
from atlas_sync.sandbox.salesforce.signing import CLIENT_ID, USERNAME, Signer, TokenError

__all__ = [
    "CLIENT_ID",
    "CLIENT_SECRET",
    "INSTANCE_URL",
    "PASSWORD",
    "SECURITY_TOKEN",
    "USERNAME",
    "Cursor",
    "Sessions",
    "TokenError",
]

PASSWORD = "invented-pass"  # noqa: S105  # opens nothing but the stand-in
SECURITY_TOKEN = "inventedTOKEN0123"  # noqa: S105  # opens nothing but the stand-in
"""What is sent behind the password from an address that the org does not trust."""

CLIENT_SECRET = "invented-4C1B7E90A2D35F68"  # noqa: S105  # opens nothing but the stand-in
"""The secret that belongs to it."""

INSTANCE_URL = "https://tidemark.my.salesforce.com"
"""Where the org says it lives."""

_IDLE = timedelta(hours=2)
_CURSOR_LIFE = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Which records a query found, kept for paging; `again` gives one as it stands by then, None where it is gone."""

    keys: tuple[str, ...]
    again: Callable[[str], Json | None]
    total: int
    size: int
    token: str
    opened: datetime


@dataclass(slots=True)
class Sessions:
    """Live sessions by token, with the time of their last use, and the open cursors."""

    org: str
    user: str
    signer: Signer = field(default_factory=Signer)
    _used: dict[str, datetime] = field(default_factory=dict)
    _cursors: dict[str, Cursor] = field(default_factory=dict)
    _mint: Mint = field(default_factory=Mint)
    _count: int = 0

    def open(self, form: Mapping[str, str], authorization: str, *, now: datetime) -> Json:
        """Answer a request for a token: by client credentials (in the form or as HTTP Basic), assertion, or password.

        Source: contracts/salesforce/recordings/token.client-credentials.documented.json, token.error.invalid_grant.json.

        Raises:
            TokenError: another grant, or credentials that are not good.
        """
        match form.get("grant_type"):
            case "client_credentials":
                client, secret = _basic(authorization) or (form.get("client_id", ""), form.get("client_secret", ""))
                _check_client(client, secret)
            case "urn:ietf:params:oauth:grant-type:jwt-bearer":
                self.signer.check(form.get("assertion", ""))
            case "password":
                _check_client(form.get("client_id", ""), form.get("client_secret", ""))
                if (form.get("username"), form.get("password")) != (USERNAME, PASSWORD + SECURITY_TOKEN):
                    raise TokenError("invalid_grant", "authentication failure")
            case _:
                raise TokenError("unsupported_grant_type", "grant type not supported")
        self._count += 1
        mark = hashlib.sha256(f"{self._count} {now.isoformat()}".encode()).hexdigest()
        token = f"{self.org[:15]}!AQ{mark}"
        self._used[token] = now
        who = f"https://login.salesforce.com/id/{self.org}/{self.user}"
        issued = str(int(now.timestamp() * 1000))
        signed = hmac.digest(CLIENT_SECRET.encode(), f"{who}{issued}".encode(), "sha256")
        return {
            "access_token": token,
            "signature": base64.b64encode(signed).decode(),
            "token_format": "opaque",
            "instance_url": INSTANCE_URL,
            "id": who,
            "token_type": "Bearer",
            "issued_at": issued,
        }

    def check(self, authorization: str, *, now: datetime) -> str:
        """Give the token of a request, whose session it keeps alive.

        Raises:
            ApiError: there is no such session, or it was idle for two hours.
        """
        kind, _, token = authorization.partition(" ")
        used = self._used.get(token)
        if kind not in {"Bearer", "OAuth"} or used is None or now - used > _IDLE:
            self._used.pop(token, None)
            raise ApiError(401, "INVALID_SESSION_ID", "Session expired or invalid")
        self._used[token] = now
        return token

    def end_all(self) -> None:
        """End every session; the next call with an old token is refused, and its cursors are lost."""
        self._used.clear()

    def keep(self, cursor: Cursor) -> str:
        """Keep a query's records and give the locator of them."""
        locator = self._mint.next("0r8")
        self._cursors[locator] = cursor
        return locator

    def cursor(self, locator: str, *, token: str, now: datetime) -> Cursor:
        """Give the cursor of a locator to the session that opened it, for two days.

        Source: limits and allocations quick reference, API Query Cursor Limits.

        Raises:
            ApiError: there is none for this session.
        """
        cursor = self._cursors.get(locator)
        if cursor is None or cursor.token != token or now - cursor.opened > _CURSOR_LIFE:
            raise ApiError(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        return cursor


def _check_client(client: str, secret: str) -> None:
    if client != CLIENT_ID:
        raise TokenError("invalid_client_id", "client identifier invalid")
    if not hmac.compare_digest(secret.encode(), CLIENT_SECRET.encode()):
        raise TokenError("invalid_client", "invalid client credentials")


def _basic(authorization: str) -> tuple[str, str] | None:
    kind, _, encoded = authorization.partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        client, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return client, secret
