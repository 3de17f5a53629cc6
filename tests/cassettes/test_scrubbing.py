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


def test_there_are_cassettes() -> None:
    assert len(CASSETTES) > 40


@pytest.mark.parametrize("path", CASSETTES, ids=lambda path: "/".join(path.parts[-3:]))
def test_cassette_is_clean(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not TOKEN.search(text)
    assert {domain for domain in EMAIL.findall(text) if not domain.endswith(".example")} == set()
    for exchange in json.loads(text)["interactions"]:
        for part in ("request", "response"):
            assert {name.lower() for name in exchange[part]["headers"]} <= KEPT_HEADERS
        assert ".cassette.example" in exchange["request"]["uri"]
