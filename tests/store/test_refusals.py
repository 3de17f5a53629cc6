from __future__ import annotations

import errno
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from atlas_sync.canonical.observed import ObservedDeal
from atlas_sync.errors import ConfigError, StoreError
from atlas_sync.store.landing import Landing
from atlas_sync.store.lock import usable, writer_lock
from atlas_sync.store.publish import publish
from atlas_sync.store.refusals import unopened, unwritable
from atlas_sync.store.warehouse import open_warehouse

MAKE_ROOM = "Make room, or correct the rights"


@contextmanager
def _room(for_bytes: int) -> Iterator[None]:
    """Let no file grow beyond a size while the block runs, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (for_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_full_disk_is_our_own_store_that_is_not_available(tmp_path: Path) -> None:
    with (
        pytest.raises(
            StoreError, match=rf"what is kept in {tmp_path} cannot be written \(File too large\). {MAKE_ROOM}"
        ),
        _room(0),
    ):
        writer_lock(tmp_path).__enter__()
    with pytest.raises(StoreError, match=MAKE_ROOM), writer_lock(tmp_path), _room(0):
        Landing(tmp_path).memory("crm", "deals").announce("run")
    with (
        pytest.raises(StoreError, match=rf"warehouse\.duckdb.*: File too large\). {MAKE_ROOM}"),
        open_warehouse(tmp_path) as warehouse,
        _room(0),
    ):
        warehouse.execute("CREATE TABLE full_up AS SELECT range FROM range(100000)")
    with open_warehouse(tmp_path):
        pass


def test_rows_that_the_disk_does_not_take_are_not_left_in_the_clear(tmp_path: Path) -> None:
    deal = ObservedDeal(source="crm:deal:1", name="Pier 4", stage="won", stage_label="Won", description="x" * 50_000)
    refused = rf"what is kept in {tmp_path / 'spill'} cannot be written"
    with open_warehouse(tmp_path) as warehouse:
        with pytest.raises(StoreError, match=refused), _room(20_000):
            warehouse.put([deal])
        assert not list((tmp_path / "spill").iterdir())
        warehouse.put([deal])
        assert not list((tmp_path / "spill").iterdir())
        assert warehouse.select(ObservedDeal) == [deal]


def test_snapshot_that_the_disk_does_not_take_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=MAKE_ROOM), open_warehouse(tmp_path) as warehouse, _room(40_000):
        publish(warehouse, tmp_path, run="r1")
    assert not list((tmp_path / "published").iterdir())


def test_snapshot_that_cannot_be_written_is_told_the_same(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="the warehouse cannot be written"), open_warehouse(tmp_path) as warehouse:
        warehouse.copy_to(tmp_path / "nowhere" / "draft", (), "SELECT 1")


def test_mistakes_of_ours_stay_what_they_are(tmp_path: Path) -> None:
    with pytest.raises(duckdb.ParserException), open_warehouse(tmp_path) as warehouse:
        warehouse.execute("SELEC")
    with pytest.raises(FileNotFoundError), writer_lock(tmp_path):
        (tmp_path / "nowhere").read_bytes()


def test_full_disk_is_no_wrong_setting(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="full"), usable(tmp_path):
        raise OSError(errno.ENOSPC, "full")
    with pytest.raises(ConfigError), usable(tmp_path):
        raise OSError(errno.EACCES, "no")


def test_warehouse_that_another_process_has_is_not_to_be_moved_away(tmp_path: Path) -> None:
    with open_warehouse(tmp_path):
        pass
    hold = "import fcntl, sys; f = open(sys.argv[1], 'r+b'); fcntl.lockf(f, fcntl.LOCK_EX); print(flush=True); input()"
    told = [sys.executable, "-c", hold, str(tmp_path / "warehouse.duckdb")]
    with subprocess.Popen(told, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout
        assert other.stdout.readline()
        with pytest.raises(StoreError, match=r"Another process has warehouse\.duckdb open: close it"):
            open_warehouse(tmp_path).__enter__()
        other.communicate(b"\n")


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        (f'Cannot open file "/h/warehouse.duckdb": {os.strerror(errno.EACCES)}', unwritable("").advice),
        (f'Failed to commit: Could not write file "/h/w.wal": {os.strerror(errno.ENOSPC)}', unwritable("").advice),
        ("The file exists, but it is not a valid DuckDB database file!", "Move warehouse.duckdb away"),
    ],
)
def test_only_a_damaged_warehouse_is_moved_away(said: str, advice: str) -> None:
    assert unopened(duckdb.IOException(said)).advice.startswith(advice)
