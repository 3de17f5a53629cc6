"""What the model read once on this machine, for all tests that sync the sandbox: its texts are the same each time.

Reading them takes the model longer than all the rest of a sync; that a text is read once and then remembered is what users
have too.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import TypeAdapter

from atlas_sync.store.tables import CachedReading
from atlas_sync.store.warehouse import open_warehouse

__all__ = ["Readings"]

_ROWS = TypeAdapter(list[CachedReading])


class Readings:
    """The remembered readings of one run of the tests, in a file that its workers share."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @contextmanager
    def shared(self, home: Path) -> Iterator[None]:
        """Let what syncs into an empty `home` in the block know what was read so far, and keep what it reads.

        While nothing was read yet, one worker reads and the others wait for it.
        """
        with self._first_alone():
            if rows := self._rows():
                with open_warehouse(home) as warehouse:
                    warehouse.put(rows)
            yield
            self._keep(home)

    @contextmanager
    def _first_alone(self) -> Iterator[None]:
        with self._file.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if self._file.exists():
                fcntl.flock(lock, fcntl.LOCK_UN)
            yield

    def _keep(self, home: Path) -> None:
        """Add what was read in a state; of two workers at the same moment one may be too late, and is read again."""
        if not (home / "warehouse.duckdb").exists():
            return
        with open_warehouse(home) as warehouse:
            found = {row.key: row for row in warehouse.select(CachedReading)}
        rows = {row.key: row for row in self._rows()}
        if found.keys() - rows.keys():
            made = self._file.with_suffix(f".{os.getpid()}")
            made.write_bytes(_ROWS.dump_json(list((rows | found).values())))
            made.replace(self._file)

    def _rows(self) -> list[CachedReading]:
        return _ROWS.validate_json(self._file.read_bytes()) if self._file.exists() else []
