from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from atlas_sync.connectors.jira.webhooks import nudges, verify
from atlas_sync.connectors.protocol import Nudge, Watcher
from atlas_sync.errors import AuthError, ContractError
from tests.connectors.jira.conftest import Stage

SECRET = "It's a Secret to Everybody"
SIGNATURE = "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9"
NOW = datetime(2026, 6, 15, 8, 0, tzinfo=UTC)
STAMP = int(NOW.timestamp() * 1000)


def _event(name: str, *, at: Any = STAMP, **members: Any) -> bytes:  # noqa: ANN401 - JSON
    return json.dumps({"timestamp": at, "webhookEvent": name, **members}).encode()


def _nudged(body: bytes, *, now: datetime = NOW, **headers: str) -> list[tuple[str, str]]:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return [(nudge.stream, nudge.id) for nudge in nudges(headers=given, body=body, now=now)]


@pytest.mark.parametrize("name", ["X-Hub-Signature", "x-hub-signature"])
def test_signature_of_the_raw_body_is_accepted(name: str) -> None:
    verify(secret=SECRET, headers={name: SIGNATURE}, body=b"Hello World!")


@pytest.mark.parametrize(
    ("secret", "headers", "body"),
    [
        (SECRET, {}, b"Hello World!"),
        (SECRET, {"X-Hub-Signature": SIGNATURE}, b"Hello World! "),
        (SECRET, {"X-Hub-Signature": SIGNATURE.replace("a4", "a5")}, b"Hello World!"),
        (SECRET, {"X-Hub-Signature": SIGNATURE.removeprefix("sha256=")}, b"Hello World!"),
        (SECRET, {"X-Hub-Signature": "sha256=ä"}, b"Hello World!"),
        ("another", {"X-Hub-Signature": SIGNATURE}, b"Hello World!"),
        ("", {"X-Hub-Signature": SIGNATURE}, b"Hello World!"),
    ],
)
def test_anything_else_is_refused_without_telling_a_secret(secret: str, headers: dict[str, str], body: bytes) -> None:
    with pytest.raises(AuthError) as caught:
        verify(secret=secret, headers=headers, body=body)
    assert "Everybody" not in str(caught.value)
    assert "a4771c" not in str(caught.value)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (_event("jira:issue_created", issue={"id": "7"}), [("issues", "7"), ("history", "7")]),
        (_event("jira:issue_deleted", issue={"id": "7"}), [("issues", "7"), ("history", "7")]),
        (_event("comment_created", issue={"id": "7"}, comment={"id": "9"}), [("comments", "7/9")]),
        (
            _event("comment_created", comment={"id": "9", "self": "https://x.example/rest/api/2/issue/7/comment/9"}),
            [("comments", "7/9")],
        ),
        (_event("comment_created", comment={"id": "9"}), []),
        (_event("issuelink_created", issueLink={"sourceIssueId": 7}), [("issues", "7")]),
        (_event("project_deleted", project={"id": 5}), [("projects", "5")]),
        (_event("user_updated", user={"accountId": "a:1"}), [("users", "a:1")]),
        (_event("user_updated", user={"key": "JIRAUSER1"}), [("users", "JIRAUSER1")]),
        (_event("sprint_started", sprint={"id": 1}), []),
        (_event("jira:issue_updated"), []),
        (_event("jira:issue_updated", issue=[]), []),
        (_event("jira:issue_updated", at="now", issue={"id": "7"}), [("issues", "7"), ("history", "7")]),
    ],
)
def test_event_says_which_record_of_which_stream_changed(body: bytes, told: list[tuple[str, str]]) -> None:
    assert _nudged(body) == told


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"webhookEvent":1}', b"\xff", pytest.param(b'{"a":' * 100_000, id="deep")]
)
def test_what_is_no_event_is_refused(body: bytes) -> None:
    with pytest.raises(ContractError):
        _nudged(body)


def test_event_that_is_delivered_again_has_the_same_id() -> None:
    body = _event("jira:issue_updated", issue={"id": "7"})
    first = nudges(headers={"X-Atlassian-Webhook-Identifier": "e1"}, body=body, now=NOW)
    again = nudges(
        headers={"x-atlassian-webhook-identifier": "e1", "X-Atlassian-Webhook-Retry": "1"}, body=body, now=NOW
    )
    assert first == again == [Nudge("issues", "7", "e1", NOW), Nudge("history", "7", "e1", NOW)]
    without = nudges(headers={}, body=body, now=NOW)
    assert without == nudges(headers={}, body=body, now=NOW)
    assert without[0].event_id != nudges(headers={}, body=body + b" ", now=NOW)[0].event_id


@pytest.mark.parametrize("age", [timedelta(days=1, seconds=1), timedelta(minutes=-6)])
def test_event_of_another_time_is_played_back(age: timedelta) -> None:
    body = _event("jira:issue_updated", issue={"id": "7"})
    with pytest.raises(AuthError, match="last day"):
        _nudged(body, now=NOW + age)


def test_reader_watches(stage: Stage) -> None:
    reader = stage.reader(webhook_secret=SecretStr(SECRET))
    assert isinstance(reader, Watcher)
    body = _event("jira:issue_updated", issue={"id": "7"})
    signed = {"X-Hub-Signature": "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()}
    found = reader.verify(method="POST", url="https://us.example/jira", headers=signed, body=body, now=NOW)
    assert [nudge.id for nudge in found] == ["7", "7"]
    with pytest.raises(AuthError):
        reader.verify(method="POST", url="https://us.example/jira", headers={}, body=body, now=NOW)


@pytest.mark.contracts
def test_every_recorded_webhook_is_read(shared: Path) -> None:
    told: dict[str, list[tuple[str, str]]] = {}
    for path in sorted((shared / "contracts/jira/recordings").glob("webhook-*.json")):
        body = path.read_bytes()
        at = json.loads(body).get("timestamp")
        told[path.stem] = _nudged(body, now=datetime.fromtimestamp(at / 1000, UTC) if at else NOW)
    assert len(told) > 10
    assert all(told.values())
    assert told["webhook-cloud-issue-moved"][0] == ("issues", "101")
    assert told["webhook-cloud-comment-deleted"] == [("comments", "10357/10757")]
    assert told["webhook-dc-comment-created"] == [("comments", "10013/10082")]
    assert told["webhook-issue-deleted"][0] == ("issues", "10303")
