"""Records and replays what connectors say on the wire, scrubbed by an allow list."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import vcr
from vcr.request import Request

__all__ = ["FOLDER", "KEPT_HEADERS", "recorded", "replaying"]

FOLDER = Path(__file__).parent

KEPT_HEADERS = frozenset(
    {
        "content-type",
        "date",
        "link",
        "location",
        "ratelimit-reason",
        "retry-after",
        "sforce-limit-info",
        "sforce-locator",
        "sforce-numberofrecords",
        "x-hubspot-ratelimit-daily",
        "x-hubspot-ratelimit-daily-remaining",
        "x-hubspot-ratelimit-max",
        "x-hubspot-ratelimit-remaining",
        "x-ratelimit-limit",
        "x-ratelimit-remaining",
        "x-seraph-loginreason",
    }
)
_TOKEN = re.compile(rb'("access_token"\s*:\s*")[^"]*(")')


class _Json:
    """Cassettes as JSON that a person can read and a diff can show."""

    @staticmethod
    def serialize(cassette: dict[str, Any]) -> str:
        return json.dumps(cassette, indent=1, ensure_ascii=False, sort_keys=True) + "\n"

    @staticmethod
    def deserialize(text: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(text)
        return found


def _scrub_request(system: str) -> Any:  # noqa: ANN401 - a callback as vcrpy wants it
    def scrub(request: Request) -> Request:
        parts = urlsplit(request.uri)
        request.uri = urlunsplit(parts._replace(scheme="https", netloc=f"{system}.cassette.example"))
        request.headers = {name: value for name, value in request.headers.items() if name.lower() in KEPT_HEADERS}
        if parts.path.endswith("/oauth2/token"):
            request.body = b"grant_type=client_credentials"
        return request

    return scrub


def _scrub_response(response: dict[str, Any]) -> dict[str, Any]:
    headers = response["headers"]
    response["headers"] = {name: headers[name] for name in headers if name.lower() in KEPT_HEADERS}
    body = response["body"].get("string")
    if isinstance(body, bytes):
        response["body"]["string"] = _shorten(_TOKEN.sub(rb"\1scrubbed\2", body))
    return response


def _shorten(body: bytes) -> bytes:
    """Keep of Salesforce's describes what a reader looks at: the whole is a hundred times as long."""
    if body.startswith(b'{"activateable"'):
        return _dump(_described(json.loads(body)))
    if body.startswith(b'{"hasErrors"'):
        told = json.loads(body)
        return _dump({**told, "results": [{**one, "result": _described(one["result"])} for one in told["results"]]})
    return body


def _described(told: Any) -> Any:  # noqa: ANN401 - JSON
    if not isinstance(told, dict) or "fields" not in told:
        return told
    fields = [{name: field[name] for name in ("name", "type", "custom", "calculated")} for field in told["fields"]]
    return {"name": told["name"], "fields": fields}


def _dump(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


@contextmanager
def recorded(system: str, stream: str, case: str, *, record: bool) -> Iterator[Any]:
    """Record a block's exchanges into its cassette, or replay them from it."""
    recorder = vcr.VCR(
        record_mode="all" if record else "none",
        match_on=["method", "scheme", "host", "path", "query", "body"],
        before_record_request=_scrub_request(system),
        before_record_response=_scrub_response,
        decode_compressed_response=True,
    )
    recorder.register_serializer("json", _Json)
    path = FOLDER / system / stream / f"{case}.json"
    if record:
        path.unlink(missing_ok=True)
    with recorder.use_cassette(str(path), serializer="json") as cassette:
        yield cassette


def replaying(cassette: Any) -> bool:  # noqa: ANN401 - vcrpy has no types
    """Tell if every exchange of a cassette was played."""
    return bool(cassette.all_played)
