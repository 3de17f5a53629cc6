"""A webhook that is signed makes the next pull earlier, once; any other changes nothing."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from contextlib import closing, nullcontext
from pathlib import Path

import dagster as dg
import pytest
import requests
from click.testing import CliRunner
from starlette.types import Message

from atlas_sync.assets.automation import nudge_sensor
from atlas_sync.assets.resources import WorkspaceResource
from atlas_sync.cli import main
from atlas_sync.config import Settings
from atlas_sync.errors import ConfigError
from atlas_sync.opening import open_workspace
from atlas_sync.operations.nudges import doors
from atlas_sync.operations.workspace import Workspace
from atlas_sync.store.ledger import KeptNudge, Ledger
from atlas_sync.store.lock import writer_lock
from atlas_sync.webhooks.app import make_app
from tests.kit import serve

SECRET = "invented-webhook-secret"
PUBLIC = "https://hooks.example"
NOWHERE = "http://127.0.0.1:9"
CONNECTIONS = {
    "hubspot": {"kind": "hubspot", "endpoint": NOWHERE},
    "jira": {"kind": "jira", "url": NOWHERE, "email": "bot@tidemark.example"},
    "salesforce": {"kind": "salesforce", "instance_url": "https://tidemark.my.salesforce.com", "endpoint": NOWHERE},
}
KEYS = {
    "ATLAS_HUBSPOT_ACCESS_TOKEN": "x",
    "ATLAS_JIRA_API_TOKEN": "x",
    "ATLAS_SALESFORCE_CLIENT_ID": "x",
    "ATLAS_SALESFORCE_CLIENT_SECRET": "x",
}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    environ = {**KEYS, "ATLAS_HUBSPOT_CLIENT_SECRET": SECRET, "ATLAS_JIRA_WEBHOOK_SECRET": SECRET}
    return open_workspace(Settings(home=tmp_path, connections=CONNECTIONS), environ=environ)


@pytest.fixture
def ledger(workspace: Workspace) -> Iterator[Ledger]:
    with closing(workspace.open_ledger()) as opened:
        yield opened


@pytest.fixture
def told() -> list[str]:
    """Hold what whoever runs it is told."""
    return []


@pytest.fixture
def door(workspace: Workspace, ledger: Ledger, told: list[str]) -> Iterator[str]:
    with serve(make_app(workspace, ledger, public_url=PUBLIC, tell=told.append)) as address:
        yield address


def _hubspot(workspace: Workspace, *, late_s: float = 0, event: int = 1) -> tuple[bytes, dict[str, str]]:
    body = json.dumps([{"eventId": event, "subscriptionType": "deal.propertyChange", "objectId": 7}]).encode()
    stamp = str(int((workspace.now().timestamp() - late_s) * 1000))
    signed = b"POST" + f"{PUBLIC}/hubspot".encode() + body + stamp.encode()
    signature = base64.b64encode(hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()).decode()
    return body, {"X-HubSpot-Signature-v3": signature, "X-HubSpot-Request-Timestamp": stamp}


def _jira(workspace: Workspace) -> tuple[bytes, dict[str, str]]:
    stamp = int(workspace.now().timestamp() * 1000)
    event = {"webhookEvent": "jira:issue_updated", "timestamp": stamp, "issue": {"id": "10001"}}
    body = json.dumps(event).encode()
    return body, {"X-Hub-Signature": f"sha256={hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()}"}


def _number(nudge: str) -> int:
    """Give the number that the name of a nudge begins with."""
    return int(nudge.split(maxsplit=1)[0])


def _post(door: str, path: str, body: bytes, headers: Mapping[str, str] | None = None) -> int:
    return requests.post(f"{door}{path}", data=body, headers=headers, timeout=10).status_code


def test_signed_webhook_is_kept_and_one_that_comes_again_is_not(
    door: str, workspace: Workspace, ledger: Ledger
) -> None:
    body, headers = _hubspot(workspace)
    assert [_post(door, "/hubspot", body, headers=headers) for _ in range(2)] == [204, 204]
    assert _number(ledger.last_nudge()) == 1
    other, signed = _hubspot(workspace, event=2)
    assert _post(door, "/hubspot", other, headers=signed) == 204
    assert _number(ledger.last_nudge()) > 1


def test_webhook_of_jira_is_kept(door: str, workspace: Workspace, ledger: Ledger) -> None:
    body, headers = _jira(workspace)
    assert _post(door, "/jira", body, headers=headers) == 204
    assert ledger.last_nudge()


def test_webhook_that_is_not_signed_or_is_old_is_refused(door: str, workspace: Workspace, ledger: Ledger) -> None:
    body, headers = _hubspot(workspace)
    assert _post(door, "/hubspot", body + b" ", headers=headers) == 401
    assert _post(door, "/hubspot", body) == 401
    old, stamped = _hubspot(workspace, late_s=600)
    assert _post(door, "/hubspot", old, headers=stamped) == 401
    assert _post(door, "/jira", body, headers=headers) == 401
    assert not ledger.last_nudge()


def test_why_webhooks_are_refused_is_told_once(door: str, workspace: Workspace, told: list[str]) -> None:
    body, _headers = _hubspot(workspace)
    for path in ("/hubspot", "/jira", "/hubspot", "/acme\n", "/evil"):
        _post(door, path, body)
    assert [one.partition(".")[0] for one in told] == [
        "hubspot: a webhook's signature is wrong",
        "jira: a webhook's signature is missing or wrong",
        "no connection here takes webhooks",
    ]


@pytest.mark.parametrize(
    ("kinds", "given", "expected"),
    [
        (("hubspot", "jira"), ("ATLAS_JIRA_WEBHOOK_SECRET",), {"hubspot": "ATLAS_HUBSPOT_CLIENT_SECRET", "jira": ""}),
        (("hubspot", "jira"), (), "Set ATLAS_HUBSPOT_CLIENT_SECRET or ATLAS_JIRA_WEBHOOK_SECRET"),
        (("salesforce",), (), "no connection here takes webhooks"),
    ],
)
def test_what_webhooks_lack_is_known_before_one_comes(
    tmp_path: Path, kinds: tuple[str, ...], given: tuple[str, ...], expected: dict[str, str] | str
) -> None:
    settings = Settings(home=tmp_path, connections={name: CONNECTIONS[name] for name in kinds})
    opened = open_workspace(settings, environ=KEYS | dict.fromkeys(given, SECRET))
    if isinstance(expected, dict):
        assert doors(opened) == expected
    else:
        with pytest.raises(ConfigError, match=expected):
            doors(opened)


def test_body_whose_length_is_not_told_before_is_read_up_to_the_limit(
    door: str, workspace: Workspace, ledger: Ledger
) -> None:
    body, headers = _hubspot(workspace)
    assert requests.post(f"{door}/hubspot", data=iter([body[:9], body[9:]]), headers=headers, timeout=10).ok
    assert _number(ledger.last_nudge()) == 1
    large = iter([b"x" * 1024 * 1024, b"x" * 1024 * 1024, b"x"])
    assert requests.post(f"{door}/hubspot", data=large, timeout=10).status_code == 413


def test_nobody_else_is_at_home(door: str, workspace: Workspace, ledger: Ledger) -> None:
    body, headers = _hubspot(workspace)
    assert _post(door, "/salesforce", body, headers=headers) == 404
    assert _post(door, "/acme", body, headers=headers) == 404
    assert requests.get(f"{door}/hubspot", timeout=10).status_code == 405
    assert _post(door, "/hubspot", b"x" * (2 * 1024 * 1024 + 1)) == 413
    assert not ledger.last_nudge()


def test_sender_who_hangs_up_in_a_body_is_no_error_of_ours(
    workspace: Workspace, ledger: Ledger, told: list[str]
) -> None:
    """Called without a server, which would only log what escapes."""
    app, sent = make_app(workspace, ledger, public_url=PUBLIC, tell=told.append), []
    begun = iter([{"type": "http.request", "body": b"[", "more_body": True}, {"type": "http.disconnect"}])

    async def receive() -> Message:
        return next(begun)

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/hubspot", "query_string": b"", "headers": []}
    asyncio.run(app(scope, receive, send))
    assert (sent[0]["status"], told) == (400, [])


def _look(cursor: str | None) -> dg.SensorResult:
    found = nudge_sensor(dg.build_sensor_context(cursor=cursor, resources={"workspace": WorkspaceResource()}))
    assert isinstance(found, dg.SensorResult)
    return found


def test_nudge_starts_one_run(door: str, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WorkspaceResource, "open", lambda _self: nullcontext(workspace))
    assert not _look(None).run_requests
    body, headers = _hubspot(workspace)
    _post(door, "/hubspot", body, headers=headers)
    first = _look(None)
    assert first.run_requests
    assert not _look(first.cursor).run_requests


def test_nudge_waits_while_another_run_is_going_on(
    workspace: Workspace, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WorkspaceResource, "open", lambda _self: nullcontext(workspace))
    ledger.keep_nudges([KeptNudge("jira", "a", "issues", "1")], at=workspace.now())
    with writer_lock(workspace.landing.folder("jira")):
        meanwhile = _look(None)
    assert not meanwhile.run_requests
    assert meanwhile.cursor is None
    assert "Another run is going on" in str(meanwhile.skip_reason)
    assert _look(meanwhile.cursor).run_requests


def test_nudge_in_a_ledger_that_was_put_back_starts_a_run_though_its_number_was_given_before(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WorkspaceResource, "open", lambda _self: nullcontext(workspace))

    def keep(*events: str) -> None:
        with closing(workspace.open_ledger()) as ledger:
            ledger.keep_nudges([KeptNudge("jira", event, "issues", "1") for event in events], at=workspace.now())

    keep("a", "b")
    before = _look(None)
    for file in workspace.home.glob("ledger.sqlite*"):
        file.unlink()
    for events in (["c"], ["d"]):
        keep(*events)
        after = _look(before.cursor)
        assert after.run_requests
        assert [one.run_key for one in after.run_requests] != [one.run_key for one in before.run_requests or ()]
        before = after


@pytest.mark.parametrize(
    "url",
    ["hooks.example", "", "https://", "//hooks.example", "ftp://hooks.example", "https://h.example?to=a", "https://[h"],
)
def test_public_url_that_no_vendor_signs_is_refused(url: str) -> None:
    answer = CliRunner().invoke(main, ["webhooks", "--public-url", url, "--json"])
    assert (answer.exit_code, "--public-url" in json.loads(answer.stdout)["message"]) == (2, True)
