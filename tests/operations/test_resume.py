from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from atlas_sync.connectors.protocol import Page, ReadRequest, StreamSpec
from atlas_sync.operations.canonicalize import canonicalize
from atlas_sync.operations.pull import BEING_READ, pull, pull_connection
from atlas_sync.operations.reconcile import reconcile
from atlas_sync.operations.workspace import Workspace
from atlas_sync.store.landing import Manifest, Reach
from atlas_sync.store.warehouse import open_warehouse
from tests.conftest import ROOT
from tests.factories import NOW, TellingReader, workspace_of
from tests.paged import Vendor, paged_workspace, pull_deals

BACKFILL = """
import sys
from pathlib import Path
from tests.paged import paged_workspace, pull_deals
home, url, windows, run = sys.argv[1:]
pull_deals(paged_workspace(Path(home), url, windows=int(windows), at_once=int(windows), part_s=0.15), run)
"""


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    made = Vendor(windows=3, pages=12, delay_s=0.03)
    yield made
    made.close()


def _landed(workspace: Workspace) -> Counter[str]:
    manifests = workspace.landing.manifests()
    return Counter(remote_id for manifest in manifests for remote_id, _body in workspace.landing.records(manifest))


def _killed_backfill(home: Path, vendor: Vendor, run: str, *, after_pages: int) -> Manifest | None:
    """Start a backfill in a process of its own, kill it without warning, and give the progress that it left."""
    command = [sys.executable, "-c", BACKFILL, str(home), vendor.url, str(vendor.windows), run]
    before = len(vendor.asked)
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}) as process:
        deadline = time.monotonic() + 60
        while len(vendor.asked) - before < after_pages and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    return paged_workspace(home, vendor.url, windows=vendor.windows, at_once=1).landing.unfinished("crm", "deals")


def test_killed_backfill_goes_on_at_its_last_part_and_ends_with_the_same_content(
    tmp_path: Path, vendor: Vendor
) -> None:
    progress = _killed_backfill(tmp_path, vendor, "r1", after_pages=24)
    assert progress is not None
    assert progress.parts
    counted = len(vendor.asked)
    workspace = paged_workspace(tmp_path, vendor.url, windows=vendor.windows, at_once=2)
    manifest = pull_deals(workspace, "r2")
    assert (manifest.status, manifest.resumed, manifest.windows) == ("complete", "r1", ())
    assert set(_landed(workspace)) == vendor.all_ids()
    asked_again = vendor.asked[counted:]
    for place, reach in enumerate(progress.windows):
        pages = [page for window, page in asked_again if window == place]
        expected = [] if reach.proof else list(range(int(reach.position or 0), vendor.pages))
        assert pages == expected
    with open_warehouse(tmp_path) as warehouse:
        canonicalize(workspace, warehouse)
        assert reconcile(workspace, warehouse).balances
    assert not list((tmp_path / "landing" / "crm").glob("*.progress"))


@pytest.mark.soak
def test_backfill_that_is_killed_again_and_again_ends_with_the_same_content(tmp_path: Path, vendor: Vendor) -> None:
    for run in range(3):
        _killed_backfill(tmp_path, vendor, f"r{run}", after_pages=9)
    workspace = paged_workspace(tmp_path, vendor.url, windows=vendor.windows, at_once=3)
    assert pull_deals(workspace, "r9").status == "complete"
    assert set(_landed(workspace)) == vendor.all_ids()
    manifest = next(workspace.landing.manifests())
    landed = {path.name for path in (tmp_path / "landing" / "crm").glob("*/deals-*.zst")}
    assert landed == {part.name for part in manifest.parts}


@pytest.mark.parametrize("at_once", [1, 3])
def test_interrupted_run_ends_with_the_pages_in_hand_and_the_next_one_goes_on(
    tmp_path: Path, vendor: Vendor, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    def interrupted(_pulls: object) -> None:
        while len(vendor.asked) < 8:
            time.sleep(0.005)
        raise KeyboardInterrupt

    workspace = paged_workspace(tmp_path, vendor.url, windows=vendor.windows, at_once=at_once)
    monkeypatch.setattr("atlas_sync.operations.pull.wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        pull(workspace, "r1")
    monkeypatch.undo()
    assert len(vendor.asked) <= 8 + 2 * at_once
    (cut,) = workspace.landing.manifests()
    assert (cut.status, cut.watermark) == ("partial", None)
    assert cut.reason.endswith("the run was interrupted.")
    (manifest,) = pull(workspace, "r2")
    assert (manifest.status, manifest.resumed) == ("complete", "r1")
    assert set(_landed(workspace)) == vendor.all_ids()
    if at_once == 1:
        assert set(Counter(vendor.asked).values()) == {1}


def test_interrupted_run_asks_no_other_page_and_begins_no_other_stream(tmp_path: Path) -> None:
    reader = TellingReader(
        StreamSpec("deals", "increment", ("deal",)), StreamSpec("notes", "increment", ("conversation",))
    )
    reader.records["deals"] = [{"id": "1", "name": "a"}, {"id": "2", "name": "b"}]
    workspace = workspace_of(tmp_path, reader)
    connection = workspace.connections["crm"]

    def read(request: ReadRequest) -> Iterator[Page]:
        connection.line.hang_up()
        return TellingReader.read(reader, request)

    reader.read = read  # type: ignore[method-assign]  # a vendor's package that knows of no line
    (cut,) = pull_connection(workspace, connection, "r1")
    assert (cut.stream, cut.status, cut.records, cut.reason) == ("deals", "partial", 1, "the run was interrupted.")


def test_run_whose_calls_are_used_up_is_gone_on_with_by_the_next_one(tmp_path: Path, vendor: Vendor) -> None:
    workspace = paged_workspace(tmp_path, vendor.url, windows=vendor.windows, at_once=1, calls_per_run=15)
    manifests = [pull_deals(workspace, f"r{run}") for run in range(3)]
    assert [manifest.status for manifest in manifests] == ["partial", "partial", "complete"]
    assert [manifest.calls for manifest in manifests] == [15, 15, 6]
    assert "15 calls of this run" in manifests[0].reason
    assert [manifest.watermark is None for manifest in manifests] == [True, True, False]
    asked = Counter(vendor.asked)
    assert set(asked.values()) == {1}
    assert len(asked) == 36


def test_position_that_is_no_good_any_more_is_read_from_the_start(tmp_path: Path, vendor: Vendor) -> None:
    _killed_backfill(tmp_path, vendor, "r1", after_pages=20)
    workspace = paged_workspace(tmp_path, vendor.url, windows=vendor.windows, at_once=1)
    progress = workspace.landing.unfinished("crm", "deals")
    assert progress is not None
    spoilt = tuple(reach.model_copy(update={"position": reach.position and "x"}) for reach in progress.windows)
    workspace.landing.save_progress(progress.model_copy(update={"windows": spoilt}))
    assert pull_deals(workspace, "r2").status == "complete"
    assert set(_landed(workspace)) == vendor.all_ids()


def test_increment_that_was_killed_when_it_was_whole_is_gone_on_with_behind_it(tmp_path: Path) -> None:
    reader = TellingReader()
    workspace = workspace_of(tmp_path, reader)
    (first,) = pull(workspace, "r1")
    clock = NOW + timedelta(hours=1)
    whole = {"run": "r2", "since": NOW, "clock": clock, "reason": BEING_READ, "windows": (Reach(proof="told"),)}
    workspace.landing.save_progress(first.model_copy(update=whole))
    reader.clock = NOW + timedelta(hours=5)
    (manifest,) = pull(replace(workspace, now=lambda: reader.clock), "r3")
    overlap = timedelta(seconds=workspace.overlap_s)
    assert reader.requests[-1].since == manifest.since == clock - overlap
    assert (manifest.status, manifest.resumed, manifest.watermark) == ("complete", "r2", reader.clock)
