"""Who sent a webhook, and what it says: every event makes the next pull of a record earlier, and is not believed otherwise.

Jira signs the raw body with the webhook's secret and sends no time with the signature, so the moment stands in the body itself;
an event that comes again has the same identifier. Source: Jira Cloud, webhooks; contract recordings webhook-*.json.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from atlas_sync.connectors.protocol import Nudge
from atlas_sync.errors import AuthError, ContractError

__all__ = ["nudges", "verify"]

_SIGNATURE, _IDENTIFIER = "x-hub-signature", "x-atlassian-webhook-identifier"
_WINDOW = timedelta(days=1)
_EARLY = timedelta(minutes=5)
_STREAMS = {
    "issue": ("issues", "history"),
    "comment": ("comments",),
    "issuelink": ("issues",),
    "attachment": ("issues",),
    "project": ("projects",),
    "user": ("users",),
}


def verify(*, secret: str, headers: Mapping[str, str], body: bytes) -> None:
    """Hold that Jira signed a body with the webhook's secret.

    Raises:
        AuthError: the signature is missing or wrong.
    """
    if not secret:
        raise AuthError("a webhook came, and there is no webhook_secret to check it.", advice="Set webhook_secret.")
    given = _lower(headers).get(_SIGNATURE, "")
    expected = f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"
    if not hmac.compare_digest(expected.encode(), given.encode()):
        raise AuthError("a webhook's signature is missing or wrong.", advice="Compare webhook_secret with Jira's.")


def nudges(*, headers: Mapping[str, str], body: bytes, now: datetime) -> list[Nudge]:
    """Give what a signed event says; what concerns nothing that is read says nothing.

    Jira tries for hours to deliver an event, so only what is older than a day counts as played back.

    Raises:
        AuthError: it is too old, or of the future.
        ContractError: it is no event.
    """
    event = _event(body)
    name = str(event.get("webhookEvent", "")).removeprefix("jira:")
    at = _moment(event.get("timestamp"))
    if at is not None and not -_EARLY <= now - at <= _WINDOW:
        raise AuthError(
            "a webhook is not of the last day.", advice="Compare the clocks; the next pull reads what changed."
        )
    kind = name.partition("_")[0]
    event_id = _lower(headers).get(_IDENTIFIER) or hashlib.sha256(body).hexdigest()
    return [
        Nudge(stream, remote_id, event_id, at)
        for stream in _STREAMS.get(kind, ())
        if (remote_id := _remote_id(kind, event))
    ]


def _remote_id(kind: str, event: Mapping[str, Any]) -> str:
    """Give the id of the record that an event is about, as its stream knows it; empty where the event does not say."""
    issue = _member(_member(event, "issue"), "id")
    if kind == "comment":
        comment = _member(event, "comment")
        above, below = issue or _issue_in(_member(comment, "self")), _member(comment, "id")
        return f"{above}/{below}" if above and below else ""
    if kind == "issuelink":
        return str(_member(_member(event, "issueLink"), "sourceIssueId") or "")
    if kind == "user":
        user = _member(event, "user")
        return str(_member(user, "accountId") or _member(user, "key") or "")
    return str((_member(_member(event, "project"), "id") if kind == "project" else issue) or "")


def _issue_in(address: object) -> str:
    """Give the issue that the address of a comment names: Data Center sends nothing else of it."""
    parts = str(address).split("/")
    return parts[parts.index("issue") + 1] if "issue" in parts[:-1] else ""


def _member(value: object, name: str) -> Any:  # noqa: ANN401 - the wire
    return value.get(name) if isinstance(value, Mapping) else None


def _event(body: bytes) -> Mapping[str, Any]:
    try:
        event = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        event = None
    if not isinstance(event, Mapping) or not isinstance(event.get("webhookEvent"), str):
        raise ContractError("a webhook that is no event.", advice="The next pull reads what changed.")
    return event


def _moment(value: object) -> datetime | None:
    return datetime.fromtimestamp(value / 1000, UTC) if isinstance(value, int) and 0 <= value < 10**14 else None


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
