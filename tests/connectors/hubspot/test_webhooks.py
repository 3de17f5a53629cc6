"""Webhooks, signed in these tests by hand as the guide says."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from atlas_sync.connectors.hubspot import HubSpotReader
from atlas_sync.connectors.hubspot.webhooks import nudges
from atlas_sync.connectors.protocol import Nudge, Watcher
from atlas_sync.errors import AuthError, ContractError
from tests.connectors.hubspot.conftest import settings_for

SECRET = "app-secret"
URL = "https://hooks.firm.example/hubspot?to=a"
NOW = datetime(2026, 6, 15, 8, 0, tzinfo=UTC)
EVENT: dict[str, Any] = {
    "eventId": 100,
    "subscriptionId": 12345,
    "portalId": 62515,
    "occurredAt": 1_781_510_400_000,
    "subscriptionType": "deal.propertyChange",
    "attemptNumber": 0,
    "objectId": 123,
    "propertyName": "dealstage",
    "propertyValue": "closedwon",
}
BODY = json.dumps([EVENT, {**EVENT, "propertyName": "naïve", "attemptNumber": 1}]).encode()


def _reader(secret: str = SECRET) -> HubSpotReader:
    return HubSpotReader(settings_for("https://api.hubapi.com", client_secret=SecretStr(secret)), system="hs")


def _signed(url: str = URL, *, at: datetime = NOW, body: bytes = BODY, secret: str = SECRET) -> dict[str, str]:
    stamp = str(int(at.timestamp() * 1000))
    text = b"POST" + url.encode() + body + stamp.encode()
    signature = base64.b64encode(hmac.new(secret.encode(), text, hashlib.sha256).digest()).decode()
    return {"X-HubSpot-Signature-v3": signature, "X-HubSpot-Request-Timestamp": stamp}


def _verify(headers: dict[str, str], *, url: str = URL, body: bytes = BODY, now: datetime = NOW) -> list[Nudge]:
    return _reader().verify(method="POST", url=url, headers=headers, body=body, now=now)


def test_signed_events_nudge_each_record_once() -> None:
    assert isinstance(_reader(), Watcher)
    assert _verify(_signed()) == [Nudge("deals", "123", "100", datetime(2026, 6, 15, 8, 0, tzinfo=UTC))]


def test_known_vector_is_accepted_and_no_other() -> None:
    """A vector that was computed once with openssl, not with this code."""
    headers = {
        "x-hubspot-signature-v3": "+05cifk0ZWglqJLDzgUrWi2pHAAbK8L4Yj2h+dmZ60M=",
        "x-hubspot-request-timestamp": "1781510400000",
    }
    body, url = b'[{"eventId":1}]', "https://hooks.firm.example/hubspot"
    assert _verify(headers, url=url, body=body) == []
    with pytest.raises(AuthError):
        _verify(headers, url=url, body=body + b" ")


@pytest.mark.parametrize(
    ("sent", "signed"),
    [
        ("?to=a%3Ab%2fc%40d", "?to=a:b/c@d"),
        ("?q=%21%24%27%28%29%2A%2C%3B%3F", "?q=!$'()*,;?"),
        ("?q=%20%25%3D%26%2B", "?q=%20%25%3D%26%2B"),
        ("?q=%253A", "?q=%253A"),
    ],
)
def test_address_is_signed_with_the_listed_escapes_undone(sent: str, signed: str) -> None:
    base = "https://hooks.firm.example/hubspot"
    assert _verify(_signed(base + signed), url=base + sent)


@pytest.mark.parametrize("seconds", [-299, 0, 299])
def test_signature_of_the_last_five_minutes_is_good(seconds: int) -> None:
    assert _verify(_signed(), now=NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize("seconds", [-301, 301, 86_400])
def test_signature_of_another_time_is_refused_though_it_is_right(seconds: int) -> None:
    with pytest.raises(AuthError, match="five minutes"):
        _verify(_signed(), now=NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    "change",
    [
        {"X-HubSpot-Signature-v3": ""},
        {"X-HubSpot-Signature-v3": "ü"},
        {"X-HubSpot-Request-Timestamp": ""},
        {"X-HubSpot-Request-Timestamp": "1781510400001"},
        {"X-HubSpot-Request-Timestamp": "soon"},
    ],
)
def test_request_that_is_not_signed_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(AuthError):
        _verify({**_signed(), **change})


def test_signature_is_bound_to_secret_body_address_and_method() -> None:
    for headers in (_signed(secret="other"), _signed(body=b"[]"), _signed(URL + "x")):
        with pytest.raises(AuthError, match="signature"):
            _verify(headers)
    with pytest.raises(AuthError, match="signature"):
        _reader().verify(method="PUT", url=URL, headers=_signed(), body=BODY, now=NOW)


@pytest.mark.parametrize("stamp", ["soon", "99999999999999999999", ""])
def test_signed_nonsense_for_a_time_is_refused(stamp: str) -> None:
    text = b"POST" + URL.encode() + BODY + stamp.encode()
    signature = base64.b64encode(hmac.new(SECRET.encode(), text, hashlib.sha256).digest()).decode()
    with pytest.raises(AuthError, match="five minutes"):
        _verify({"X-HubSpot-Signature-v3": signature, "X-HubSpot-Request-Timestamp": stamp})


def test_without_a_secret_nothing_is_believed() -> None:
    with pytest.raises(AuthError, match="client_secret"):
        _reader("").verify(method="POST", url=URL, headers=_signed(secret=""), body=BODY, now=NOW)


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[1]", b"\xff", b'[{"eventId": 1}', pytest.param(b"[" * 100_000, id="deep")]
)
def test_signed_body_that_is_no_list_of_events_is_outside_the_contract(body: bytes) -> None:
    with pytest.raises(ContractError):
        _verify(_signed(body=body), body=body)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"subscriptionType": "contact.creation", "objectId": 7}, [("persons", "7")]),
        ({"subscriptionType": "contact.privacyDeletion", "objectId": 7}, [("persons", "7")]),
        ({"subscriptionType": "company.deletion", "objectId": 7}, [("clients", "7")]),
        ({"subscriptionType": "line_item.restore", "objectId": 7}, [("line_items", "7")]),
        ({"subscriptionType": "object.creation", "objectTypeId": "0-46", "objectId": 7}, [("notes", "7")]),
        ({"subscriptionType": "object.creation", "objectTypeId": "2-99", "objectId": 7}, []),
        ({"subscriptionType": "ticket.creation", "objectId": 7}, []),
        (
            {
                "subscriptionType": "deal.merge",
                "objectId": 9,
                "primaryObjectId": 7,
                "mergedObjectIds": [7, 8],
                "newObjectId": 9,
            },
            [("deals", "9"), ("deals", "7"), ("deals", "8")],
        ),
        ({"subscriptionType": "deal.associationChange", "fromObjectId": 7, "toObjectId": 8}, [("deals", "7")]),
        ({"subscriptionType": None, "objectId": 7}, []),
        ({"subscriptionType": "deal.creation", "objectId": None, "mergedObjectIds": "7"}, []),
    ],
)
def test_event_speaks_of_the_records_it_names(event: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    found = nudges(json.dumps([{"eventId": 1, **event}]).encode())
    assert [(nudge.stream, nudge.id) for nudge in found] == expected


def test_event_without_id_or_time_is_told_apart_all_the_same() -> None:
    events = [
        {"subscriptionType": "deal.creation", "objectId": one, "subscriptionId": 5, "occurredAt": "today"}
        for one in (7, 8, 7)
    ]
    assert [(nudge.id, nudge.at) for nudge in nudges(json.dumps(events).encode())] == [("7", None), ("8", None)]
