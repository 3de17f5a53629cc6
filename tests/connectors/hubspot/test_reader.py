from __future__ import annotations

from datetime import datetime

import pytest

from atlas_sync.connectors.hubspot.objects import OBJECTS, STREAMS
from atlas_sync.connectors.protocol import Reader, ReadRequest, Sweeper, Watcher, Windowed
from tests.connectors.hubspot.conftest import Stage
from tests.sandbox.hubspot.rig import NOW


@pytest.mark.parametrize("stream", [spec.name for spec in STREAMS])
@pytest.mark.parametrize("since", [None, NOW], ids=["full", "increment"])
def test_last_page_and_no_other_says_how_the_end_was_known(stage: Stage, stream: str, since: datetime | None) -> None:
    *others, last = stage.pages(stream, since, deals=stage.ids("deals"))
    assert last.proof
    assert not any(page.proof for page in others)


@pytest.mark.parametrize("stream", [spec.name for spec in STREAMS])
def test_first_page_has_the_vendors_clock(stage: Stage, stream: str) -> None:
    first, *_others = stage.pages(stream, deals=stage.ids("deals"))
    assert first.server_time is not None
    assert abs((first.server_time - stage.wire.clock.now()).total_seconds()) < 60


def test_every_stream_comes_after_those_it_needs() -> None:
    seen: set[str] = set()
    for spec in STREAMS:
        assert set(spec.after) <= seen
        seen.add(spec.name)
    assert set(OBJECTS) <= seen


def test_reader_can_all_that_a_reader_can(stage: Stage) -> None:
    reader: Reader = stage.reader()
    assert isinstance(reader, Windowed)
    assert isinstance(reader, Sweeper)
    assert isinstance(reader, Watcher)


def test_owners_who_left_are_read_in_a_pass_of_their_own(stage: Stage) -> None:
    owners = {body["firstName"]: body["archived"] for body in stage.bodies("users")}
    assert owners == {"Ada": False, "Dee": False, "Ben": True}
    assert [getattr(row, "active", None) for row in stage.rows("users")] == [True, True, False]


def test_unknown_stream_is_a_mistake_of_the_caller(stage: Stage) -> None:
    with pytest.raises(ValueError, match="no stream"):
        stage.reader().read(ReadRequest("tickets"))
