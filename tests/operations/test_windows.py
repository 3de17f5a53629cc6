from __future__ import annotations

import errno
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from atlas_sync.connectors.protocol import Page, RawRecord, ReadRequest
from atlas_sync.errors import AtlasError, ContractError, StoreError, TransientError
from atlas_sync.operations.pull import estimate
from atlas_sync.operations.windows import read_windows
from atlas_sync.store.landing import Manifest
from tests.paged import Vendor, paged_workspace, pull_deals

REQUESTS = [ReadRequest("deals", window=str(place)) for place in range(6)]


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    made = Vendor(windows=6, pages=5, delay_s=0.05)
    yield made
    made.close()


def _page(number: int) -> Page:
    return Page((RawRecord(str(number), b"{}"),))


def _read(request: ReadRequest) -> Iterator[Page]:
    if request.window == "1":
        raise TransientError("down")
    for number in range(3):
        time.sleep(0.02)
        yield _page(number)


@pytest.mark.parametrize("at_once", [1, 3])
def test_failing_window_begins_no_other_one(at_once: int) -> None:
    got = list(read_windows(_read, REQUESTS, at_once=at_once))
    begun = {place for place, _page in got}
    assert sum(isinstance(page, AtlasError) for _place, page in got) == 1
    assert begun < set(range(6))
    assert {0, 1} <= begun


def test_bug_in_a_connector_is_an_error_of_its_stream() -> None:
    def read(_request: ReadRequest) -> Iterator[Page]:
        yield _page(1)
        raise KeyError("secret@customer.example")

    *_pages, (_place, error) = read_windows(read, REQUESTS[:1], at_once=1)
    assert isinstance(error, ContractError)
    assert "KeyError in test_windows.py, line" in str(error)
    assert "secret" not in str(error)


def test_error_of_our_own_store_stops_the_run() -> None:
    def read(_request: ReadRequest) -> Iterator[Page]:
        raise StoreError("disk full")
        yield

    with pytest.raises(StoreError):
        list(read_windows(read, REQUESTS[:1], at_once=1))


def test_reader_that_is_abandoned_ends_its_threads() -> None:
    def read(_request: ReadRequest) -> Iterator[Page]:
        while True:
            yield _page(1)

    pages = read_windows(read, REQUESTS, at_once=3)
    next(pages)
    pages.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("window")]


def test_windows_are_read_at_the_same_time_and_no_more_than_allowed(tmp_path: Path, vendor: Vendor) -> None:
    manifest = pull_deals(paged_workspace(tmp_path, vendor.url, windows=6, at_once=3), "r1")
    assert (manifest.status, manifest.records, manifest.calls) == ("complete", 300, 30)
    assert manifest.proof == "6 windows: next: null"
    assert vendor.most_at_once == 3


def test_progress_is_told_while_a_stream_is_read(tmp_path: Path, vendor: Vendor) -> None:
    told: list[Manifest] = []
    pull_deals(paged_workspace(tmp_path, vendor.url, windows=6, at_once=1), "r1", report=told.append)
    assert [manifest.reason for manifest in told] == ["being read"] * (len(told) - 1) + [""]
    assert len(told) > 1
    assert told[0].expected is None  # the other windows have not told theirs yet
    assert " of 6 windows" in " ".join(estimate(manifest) for manifest in told)
    assert told[-1].expected == 300


def test_estimate_promises_no_time_where_the_total_is_not_known() -> None:
    manifest = Manifest(
        system="crm", stream="deals", run="r1", mode="increment", status="partial", records=1200, pages=12, seconds=6.0
    )
    assert estimate(manifest) == "1,200 records, 2.0 pages/s"
    assert (
        estimate(manifest.model_copy(update={"expected": 13200})) == "1,200 records, 2.0 pages/s, 9%, about 1 min left"
    )


def test_full_disk_stops_the_run_and_is_not_blamed_on_the_connector(
    tmp_path: Path, vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr("atlas_sync.store.parts.os.fsync", full)
    with pytest.raises(StoreError, match=r"/landing/crm/r1/deals-\d+\.ndjson\.zst cannot be written \(no space left\)"):
        pull_deals(paged_workspace(tmp_path, vendor.url, windows=6, at_once=3, part_s=0.0), "r1")
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("window")]
