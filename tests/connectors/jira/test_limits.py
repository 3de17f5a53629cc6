from __future__ import annotations

import json
from pathlib import Path

import pytest

from atlas_sync.connectors.answer import Answer
from atlas_sync.connectors.jira.limits import pause_after, read_limits
from atlas_sync.connectors.line import Limit

NOON = "Thu, 26 Mar 2026 15:00:00 GMT"


def _answer(**headers: str) -> Answer:
    return Answer(200, {name.replace("_", "-"): value for name, value in headers.items()}, b"")


@pytest.mark.parametrize(
    ("headers", "limits"),
    [
        ({}, ()),
        ({"x_ratelimit_limit": "350", "x_ratelimit_remaining": "349"}, (Limit("burst", 349, 350),)),
        ({"x_ratelimit_limit": "350"}, ()),
        ({"x_ratelimit_limit": "0", "x_ratelimit_remaining": "0"}, ()),
        ({"x_ratelimit_limit": "many", "x_ratelimit_remaining": "few"}, ()),
        (
            {
                "x_ratelimit_limit": "100",
                "x_ratelimit_remaining": "0",
                "x_ratelimit_reset": "2026-03-26T15:30:00Z",
                "ratelimit_reason": "jira-quota-tenant-based",
            },
            (Limit("jira-quota-tenant-based", 0, 100, 1800.0, shared=True),),
        ),
        (
            {
                "x_ratelimit_limit": "5",
                "x_ratelimit_remaining": "1",
                "x_ratelimit_fillrate": "2",
                "x_ratelimit_interval_seconds": "3",
            },
            (Limit("burst", 1, 5, 6.0),),
        ),
        (
            {"ratelimit": '"app-quota";r=10;t=60', "ratelimit_policy": '"app-quota";q=500;w=3600'},
            (Limit("app-quota", 10, 500, 60.0, shared=True),),
        ),
        ({"ratelimit": '"app-quota";r=0;t=60'}, (Limit("app-quota", 0, 1, 60.0, shared=True),)),
        ({"ratelimit": "r=1"}, ()),
    ],
)
def test_headers_tell_how_much_is_left(headers: dict[str, str], limits: tuple[Limit, ...]) -> None:
    assert read_limits(_answer(date=NOON, **headers)) == limits


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({}, None),
        ({"retry_after": "7"}, 7.0),
        ({"retry_after": "0"}, None),
        ({"retry_after": "Thu, 26 Mar 2026 15:00:09 GMT"}, 9.0),
        ({"x_ratelimit_reset": "2026-03-26T15:01Z"}, 60.0),
        ({"x_ratelimit_reset": "2026-03-26T14:00:00Z"}, 0.0),
        ({"x_ratelimit_reset": "soon"}, None),
        ({"retry_after": "3", "x_ratelimit_reset": "2026-03-26T16:00Z"}, 3.0),
    ],
)
def test_pause_is_what_jira_asks_for(headers: dict[str, str], pause: float | None) -> None:
    assert pause_after(_answer(date=NOON, **headers)) == pause


@pytest.mark.contracts
def test_every_observed_limit_is_read(shared: Path) -> None:
    path = shared / "contracts/jira/recordings/observed-limits-and-errors.json"
    entries = json.loads(path.read_text(encoding="utf-8"))["entries"]
    answers = [
        Answer(entry["status"], {name.lower(): value for name, value in entry["headers"].items()}, b"")
        for entry in entries
        if any("ratelimit" in name.lower() for name in entry.get("headers", ()))
    ]
    told = [{limit.name: (limit.left, limit.of, limit.shared) for limit in read_limits(answer)} for answer in answers]
    assert {"burst": (349, 350, False), "tenant-app-quota": (17842, 100100, True)} in told
    assert {"burst": (399, 400, False), "tenant-app-quota": (0, 1, True)} in told
    assert {"jira-quota-global-based": (0, 100000, True)} in told
    assert {"burst": (1, 5, False)} in told
