"""Who we are to Jira: a header for each way in, and what is to be said about it ahead of time.

An OAuth 2.0 refresh token works once: each refresh gives another one, which is kept in a file before it is used, so that no
crash loses the way in. Source: Atlassian developer guide, OAuth 2.0 (3LO) apps, rotating refresh tokens.
"""

from __future__ import annotations

import base64
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Protocol

import msgspec

from atlas_sync.connectors.answer import Answer
from atlas_sync.connectors.jira.settings import JiraSettings
from atlas_sync.errors import ConfigError, ContractError

__all__ = ["Credentials", "FixedHeader", "RefreshedToken", "make_credentials", "notices"]

_AHEAD = timedelta(days=30)
_RENEW = "Let the integration's user authorise the app again, and put the new refresh token into the token file."

Post = Callable[[str, dict[str, Any]], Answer]


class Credentials(Protocol):
    """A way in."""

    def header(self) -> str:
        """Give the `Authorization` header."""
        ...

    def renewed(self, spent: str) -> str | None:
        """Give another header than `spent`, which was refused; None where there is no other."""
        ...


class FixedHeader:
    """A token that never changes."""

    def __init__(self, header: str) -> None:
        self._header = header

    def header(self) -> str:
        """Give the header."""
        return self._header

    def renewed(self, spent: str) -> str | None:  # noqa: ARG002 - there is only one
        """Give nothing: there is no other."""
        return None


class _Kept(msgspec.Struct):
    """What the token file holds; an access token may be missing."""

    refresh_token: str
    access_token: str = ""


class RefreshedToken:
    """The tokens of an OAuth 2.0 app, in a file that all threads and processes of an installation share."""

    def __init__(self, settings: JiraSettings, post: Post) -> None:
        self._settings = settings
        self._post = post
        self._file = settings.token_file or Path()

    def header(self) -> str:
        """Give the header of the access token that was kept, or of a new one."""
        kept = self._read()
        return f"Bearer {kept.access_token}" if kept.access_token else self.renewed("") or ""

    def renewed(self, spent: str) -> str | None:
        """Refresh, once for all who share the file: whoever finds it renewed takes what is there.

        Raises:
            AuthError: the refresh token was refused.
            ConfigError: the file cannot be read or written; nothing was refreshed then.
        """
        with self._locked():
            kept = self._read()
            if kept.access_token and spent != f"Bearer {kept.access_token}":
                return f"Bearer {kept.access_token}"
            fresh = self._refresh(kept.refresh_token)
            self._write(fresh)
            return f"Bearer {fresh.access_token}"

    def _refresh(self, refresh_token: str) -> _Kept:
        body = {
            "grant_type": "refresh_token",
            "client_id": self._settings.client_id,
            "client_secret": self._settings.client_secret.get_secret_value(),
            "refresh_token": refresh_token,
        }
        answer = self._post(f"{self._settings.auth_server}/oauth/token", body)
        try:
            return msgspec.json.decode(answer.body, type=_Kept)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise ContractError(
                "a refresh without a refresh token.", advice=f'{_RENEW} It needs "offline_access".'
            ) from None

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the file against others, and make sure that a new token can be kept before the old one is spent."""
        try:
            with self._file.with_suffix(".lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                if not os.access(self._file, os.W_OK):
                    raise PermissionError
                yield
        except OSError as error:
            raise _unusable(error) from None

    def _read(self) -> _Kept:
        """Read the file: as we write it, or with nothing but the first refresh token."""
        try:
            text = self._file.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise _unusable(error) from None
        try:
            return msgspec.json.decode(text, type=_Kept)
        except msgspec.DecodeError:
            return _Kept(text)

    def _write(self, kept: _Kept) -> None:
        beside = self._file.with_suffix(".new")
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(msgspec.json.encode(kept))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._file)


def _unusable(error: OSError) -> ConfigError:
    message = f"the token file cannot be read and written ({type(error).__name__})."
    return ConfigError(message, advice="Let token_file name a file, in a folder of its own, that we may write.")


def make_credentials(settings: JiraSettings, post: Post) -> Credentials:
    """Give the way in that is set; `post` sends JSON to an address and gives a good answer."""
    match settings.auth:
        case "api_token":
            secret = f"{settings.email}:{settings.api_token.get_secret_value()}"
            return FixedHeader(f"Basic {base64.b64encode(secret.encode()).decode()}")
        case "personal_access_token":
            return FixedHeader(f"Bearer {settings.personal_access_token.get_secret_value()}")
        case "oauth":
            return RefreshedToken(settings, post)


def notices(settings: JiraSettings, *, today: date) -> tuple[str, ...]:
    """Say what will stop the log-in one day, as sentences for the operator; nothing where nothing is known to end."""
    ends = settings.token_expires
    if ends is None or ends - today > _AHEAD:
        return ()
    when = "expired" if ends < today else "expires"
    return (f"The token of {settings.url} {when} on {ends:%Y-%m-%d}: make a new one and set token_expires.",)
