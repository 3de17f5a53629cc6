"""What the models read once on this machine, for all tests that sync the sandbox: its texts are the same each time.

Reading them takes the models longer than all the rest of a sync; that texts, and pairs of them, are read once and then
remembered is what users have too.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from atlas_sync.store.tables import CachedPairs, CachedReading
from atlas_sync.store.warehouse import open_warehouse

__all__ = ["Readings"]


class _Read(BaseModel):
    """What was read, by the hash of a text and by engagement."""

    model_config = ConfigDict(frozen=True)

    readings: dict[str, CachedReading] = {}
    pairs: dict[str, CachedPairs] = {}

    def with_more(self, other: _Read) -> _Read:
        """Add what another knows, and keep what is known here."""
        pairs = {
            name: row.model_copy(update={"pairs": {**row.pairs, **self.pairs[name].pairs}})
            if name in self.pairs
            else row
            for name, row in other.pairs.items()
        }
        return _Read(readings=other.readings | self.readings, pairs=self.pairs | pairs)


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
            read = self._read()
            if read.readings:
                with open_warehouse(home) as warehouse:
                    warehouse.put(list(read.readings.values()))
                    warehouse.put(list(read.pairs.values()))
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
            found = _Read(
                readings={row.key: row for row in warehouse.select(CachedReading)},
                pairs={row.engagement_id: row for row in warehouse.select(CachedPairs)},
            )
        known = self._read()
        if (more := known.with_more(found)) != known:
            made = self._file.with_suffix(f".{os.getpid()}")
            made.write_text(more.model_dump_json(), encoding="utf-8")
            made.replace(self._file)

    def _read(self) -> _Read:
        return _Read.model_validate_json(self._file.read_bytes()) if self._file.exists() else _Read()
