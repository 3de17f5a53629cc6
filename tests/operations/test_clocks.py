"""No clock that is wrong, the vendor's or ours, loses a change, and none that stays wrong has everything read anew for ever."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from atlas_sync.canonical.model import WorkItem
from atlas_sync.connectors.protocol import Page, RawRecord, ReadRequest
from atlas_sync.operations.pull import pull
from atlas_sync.operations.sync import sync
from tests.factories import NOW, TellingReader, workspace_of
from tests.operations.test_one_sale import rows
from tests.operations.test_show import Delivered, planned

DAY = timedelta(days=1)


class Stamped(TellingReader):
    """A vendor whose records change at moments, and which gives those that changed since another."""

    def read(self, request: ReadRequest) -> Iterator[Page]:
        self.requests.append(request)
        changed = [one for one in self.records["deals"] if not request.since or one["updated"] >= str(request.since)]
        yield Page(tuple(RawRecord(one["id"], msgspec.json.encode(one)) for one in changed), self.clock)
        yield Page((), self.clock, proof="told everything")


class Clocks:
    """Pulls while the vendor's clock is `theirs` off the truth and ours is `ours` off, with a change before each pull."""

    def __init__(self, home: Path) -> None:
        self.reader = Stamped()
        self.at, self.ours = NOW, timedelta()
        self.workspace = replace(workspace_of(home, self.reader), now=lambda: self.at + self.ours)
        self.runs = 0

    def pull(self, after: timedelta, *, theirs: timedelta = timedelta(), ours: timedelta = timedelta()) -> int:
        """Let time pass with a change at its half, pull, and tell how many records came."""
        changed = self.at + after / 2
        self.at += after
        self.runs += 1
        self.ours, self.reader.clock = ours, self.at + theirs
        record = {"id": str(self.runs), "name": "a", "updated": str(changed)}
        self.reader.records.setdefault("deals", []).append(record)
        return sum(one.records for one in pull(self.workspace, f"r{self.runs}"))

    @property
    def lost(self) -> set[str]:
        made = {str(number + 1) for number in range(self.runs)}
        return made - set(self.workspace.landing.known_ids("crm", "deals"))


OFF = [timedelta(), DAY, -DAY, 3650 * DAY, -3650 * DAY]


@pytest.mark.parametrize("ours", OFF)
@pytest.mark.parametrize("theirs", [DAY, -DAY])
@pytest.mark.parametrize("before", [0, 2])
def test_one_sync_with_a_wrong_date_loses_nothing(
    tmp_path: Path, before: int, theirs: timedelta, ours: timedelta
) -> None:
    clocks = Clocks(tmp_path)
    for _sync in range(before):
        clocks.pull(timedelta(hours=2), ours=ours)
    clocks.pull(timedelta(hours=2), theirs=theirs, ours=ours)
    for _sync in range(3):
        clocks.pull(timedelta(hours=2), ours=ours)
        assert clocks.lost == set()


@pytest.mark.parametrize("theirs", [DAY, -DAY])
def test_date_that_stays_wrong_for_days_loses_nothing_while_ours_is_right(tmp_path: Path, theirs: timedelta) -> None:
    clocks = Clocks(tmp_path)
    for off in (timedelta(), *[theirs] * 6, timedelta()):
        clocks.pull(DAY, theirs=off)
        assert clocks.lost == set()


@pytest.mark.parametrize("ours", OFF)
def test_clock_of_ours_that_stays_wrong_reads_only_what_is_new(tmp_path: Path, ours: timedelta) -> None:
    clocks = Clocks(tmp_path)
    came = [clocks.pull(timedelta(hours=2), ours=ours) for _sync in range(5)]
    assert clocks.lost == set()
    assert max(came[1:]) <= 2


def test_clock_of_ours_that_is_set_right_or_wrong_loses_nothing(tmp_path: Path) -> None:
    clocks = Clocks(tmp_path)
    for ours in (*OFF, *reversed(OFF)):
        clocks.pull(timedelta(hours=2), ours=ours)
        assert clocks.lost == set()


def test_watermark_is_never_after_either_clock(tmp_path: Path) -> None:
    clocks = Clocks(tmp_path)
    clocks.pull(timedelta(hours=2), theirs=DAY)
    mark: datetime | None = clocks.workspace.landing.watermark("crm", "deals")
    assert mark == clocks.at


def test_change_is_seen_by_the_next_sync_after_one_with_our_clock_ahead(tmp_path: Path) -> None:
    world = Delivered(tmp_path)
    ahead = replace(world.workspace, now=lambda: world.now() + 2 * DAY)
    for summary, workspace in (
        ("Ahead", ahead),
        ("Bring a crane", world.workspace),
        ("Bring a barge", world.workspace),
    ):
        world.tell("work_items", planned("YARD-3", summary=summary))
        assert sync(workspace).run.changed == 1
        assert [one.summary for one in rows(world.workspace, WorkItem).values()] == [summary]
