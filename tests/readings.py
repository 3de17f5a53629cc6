"""What the model read once on this machine, for all tests that sync the sandbox: its texts are the same each time.

Reading them takes the model longer than all the rest of a sync; that a text is read once and then remembered is what users
have too.
"""

from __future__ import annotations

import os
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

    def lend(self, home: Path) -> None:
        """Put what was read so far into a state that is empty yet."""
        if rows := self._rows():
            with open_warehouse(home) as warehouse:
                warehouse.put(rows)

    def keep(self, home: Path) -> None:
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
