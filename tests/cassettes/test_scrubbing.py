"""No cassette holds a secret, a real address or a header that nobody needs."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cassettes.recorder import FOLDER, KEPT_HEADERS

CASSETTES = sorted(FOLDER.glob("*/*/*.json"))
EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@([A-Za-z0-9.-]+\.[A-Za-z]{2,})")
TOKEN = re.compile(r"(pat-[a-z0-9]+-|Bearer |Basic [A-Za-z0-9+/=]{8}|00D[A-Za-z0-9]{12,}!|ATATT|client_secret=)")
HOST = re.compile(r"https?:(?:\\?/){2}([A-Za-z0-9.-]+)")
ADDRESS = re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?\b")
PUBLIC = frozenset(
    {
        "api.atlassian.com",
        "api.hubapi.com",
        "app-eu1.hubspot.com",
        "developers.hubspot.com",
        "login.salesforce.com",
        "tidemark.my.salesforce.com",  # the invented org
    }
)
"""The vendors' own hosts, which stand in their answers."""


def test_there_are_cassettes() -> None:
    assert len(CASSETTES) > 40


@pytest.mark.parametrize("path", CASSETTES, ids=lambda path: "/".join(path.parts[-3:]))
def test_cassette_is_clean(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not TOKEN.search(text)
    assert {domain for domain in EMAIL.findall(text) if not domain.endswith(".example")} == set()
    assert {host for host in HOST.findall(text) if not host.endswith(".example")} <= PUBLIC
    assert not ADDRESS.search(text)
    for exchange in json.loads(text)["interactions"]:
        for part in ("request", "response"):
            assert {name.lower() for name in exchange[part]["headers"]} <= KEPT_HEADERS
        assert ".cassette.example" in exchange["request"]["uri"]
