"""Who sent a webhook, and what it says: a signed list of events, each of which makes the next pull of a record earlier.

Source: HubSpot guide, request validation (version 3); guide, webhooks (bodies, retries).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from atlas_sync.connectors.hubspot.objects import OBJECTS
from atlas_sync.connectors.protocol import Nudge
from atlas_sync.errors import AuthError, ContractError

__all__ = ["nudges", "verify"]

_SIGNATURE, _TIMESTAMP = "x-hubspot-signature-v3", "x-hubspot-request-timestamp"
_WINDOW_MS = 5 * 60 * 1000
_DECODED = {
    "%3A": ":",
    "%2F": "/",
    "%3F": "?",
    "%40": "@",
    "%21": "!",
    "%24": "$",
    "%27": "'",
    "%28": "(",
    "%29": ")",
    "%2A": "*",
    "%2C": ",",
    "%3B": ";",
}
"""The escapes that HubSpot undoes in an address before it signs; all others stay."""

_TYPE_IDS = {"0-1": "persons", "0-2": "clients", "0-3": "deals", "0-8": "line_items", "0-14": "quotes"} | {
    "0-46": "notes",
    "0-47": "meetings",
    "0-48": "calls",
    "0-49": "emails",
    "0-27": "tasks",
}
_STREAMS = {"company": "clients", "contact": "persons"} | {
    kind.type.removesuffix("s"): stream for stream, kind in OBJECTS.items() if stream not in {"clients", "persons"}
}


def verify(*, secret: str, method: str, url: str, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
    """Hold that HubSpot signed a request with the app's secret, at most five minutes away from now.

    The bound holds to both sides, so that a stamp in the future cannot be kept for later.

    Raises:
        AuthError: the signature is missing or wrong, or its time is outside the window.
    """
    found = {name.lower(): value for name, value in headers.items()}
    stamp, signature = found.get(_TIMESTAMP, ""), found.get(_SIGNATURE, "")
    if not secret:
        raise AuthError("a webhook came, and there is no client_secret to check it.", advice="Set client_secret.")
    signed = method.upper().encode() + _decoded(url).encode() + body + stamp.encode()
    expected = base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest())
    if not hmac.compare_digest(expected, signature.encode()):
        advice = "Compare client_secret with the app's, and --public-url with the address that is set there."
        raise AuthError("a webhook's signature is wrong.", advice=advice)
    if not stamp.isdigit() or abs(int(now.timestamp() * 1000) - int(stamp)) > _WINDOW_MS:
        raise AuthError("a webhook is not of the last five minutes.", advice="Compare the clocks.")


def _decoded(url: str) -> str:
    """Undo the escapes that HubSpot undoes."""
    return re.sub("|".join(_DECODED), lambda match: _DECODED[match[0].upper()], url, flags=re.IGNORECASE)


def nudges(body: bytes) -> list[Nudge]:
    """Give what the events of a body say, each event once, in their order; those on other objects say nothing to us.

    Raises:
        ContractError: the body is not a list of events.
    """
    try:
        events = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        events = None
    if not isinstance(events, list) or not all(isinstance(event, Mapping) for event in events):
        raise ContractError("a webhook that is not a list of events.", advice="The next pull reads what changed.")
    found = (nudge for event in events for nudge in _of_event(event))
    return list({(nudge.event_id, nudge.stream, nudge.id): nudge for nudge in found}.values())


def _of_event(event: Mapping[str, Any]) -> Iterator[Nudge]:
    """Yield what one event says: a merge speaks of all its records, an association of the side it comes from."""
    name, _, what = str(event.get("subscriptionType") or "").partition(".")
    stream = _TYPE_IDS.get(str(event.get("objectTypeId"))) or _STREAMS.get(name)
    if stream is None or not what:
        return
    parts = ("objectId", "fromObjectId", "primaryObjectId", "newObjectId")
    merged = event.get("mergedObjectIds")
    ids = [event.get(part) for part in parts] + (merged if isinstance(merged, list) else [])
    stamp = event.get("occurredAt")
    at = datetime.fromtimestamp(stamp / 1000, UTC) if isinstance(stamp, int) and 0 < stamp < 1 << 43 else None
    for one in dict.fromkeys(str(one) for one in ids if isinstance(one, int | str) and one):
        yield Nudge(stream, one, str(event.get("eventId") or f"{event.get('subscriptionId')}/{one}/{stamp}"), at)
