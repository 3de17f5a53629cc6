from __future__ import annotations

from datetime import datetime

import pytest

from tests.connectors.hubspot.conftest import Stage
from tests.sandbox.hubspot.rig import NOW

STREAMS = (
    "users",
    "clients",
    "persons",
    "deals",
    "roles",
    "line_items",
    "notes",
    "emails",
    "calls",
    "meetings",
    "tasks",
)


@pytest.mark.parametrize("stream", STREAMS)
@pytest.mark.parametrize("since", [None, NOW], ids=["full", "increment"])
def test_last_page_and_no_other_says_how_the_end_was_known(stage: Stage, stream: str, since: datetime | None) -> None:
    *others, last = stage.pages(stream, since, deals=stage.ids("deals"))
    assert last.proof
    assert not any(page.proof for page in others)
