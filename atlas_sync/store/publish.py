"""Versioned read-only copies for everybody else: dashboard, command line, BI tools.

    published/snapshot-<run>.duckdb     the documented tables and views
    published/CURRENT                   the name of the newest one
    published/LAST_RUN.json             the run made last, also when it found nothing new

A reader opens the file that CURRENT names; the sync never touches it again, so neither waits for the other. A new name
each time, because one process sees old data under a path that it has open. Source: DuckDB 2.0, measured.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb

from atlas_sync.canonical.model import JUDGED, Gap, Handoff
from atlas_sync.errors import ConfigError, StoreError
from atlas_sync.store.leftovers import remove_snapshot_drafts
from atlas_sync.store.lock import usable
from atlas_sync.store.tables import PUBLISHED, Run, columns_of
from atlas_sync.store.warehouse import Rows, Warehouse

__all__ = ["Snapshot", "current_name", "is_current", "last_run", "open_snapshot", "publish", "write_last_run"]

_KEEP = 3
_TOLD = ("state", *JUDGED)
"""What of a gap becomes another one without a sync."""


class Snapshot(Rows):
    """An open snapshot; `name` tells which, and `notice` what is not in it that should be."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, name: str) -> None:
        super().__init__(connection)
        self.name = name
        self.notice = ""

    def query(self, sql: str, values: Mapping[str, Any] | Sequence[Any] = ()) -> list[dict[str, Any]]:
        """Run a query from a file or constant with bound values; rows as mappings from column names."""
        cursor = self._connection.execute(sql, values)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def retell(self, gaps: Iterable[Gap], scores: Iterable[Handoff] = ()) -> None:
        """Let some gaps and scores be as given for this reader from now on, in table and views; the file stays as it is."""
        told = [{name: _in_utc(getattr(gap, name)) for name in ("id", *_TOLD)} for gap in gaps]
        counted = [one.model_dump(mode="json", include={"engagement_id", "score", "parts"}) for one in scores]
        self._put("gap", "id", told)
        self._put("handoff", "engagement_id", [row | {"parts": json.dumps(row["parts"])} for row in counted])
        if told:
            self._connection.execute(_views().replace("CREATE VIEW", "CREATE TEMP VIEW"))

    def _put(self, table: str, key: str, rows: Sequence[Mapping[str, object]]) -> None:
        """Lay a copy of a table over it in which some rows hold other values."""
        if not rows:
            return
        self._connection.execute(f"CREATE TEMP TABLE {table} AS FROM {table} ORDER BY rowid")
        given = ", ".join(f"unnest(${name}) AS {name}" for name in rows[0])
        put = ", ".join(f"{name} = t.{name}" for name in rows[0] if name != key)
        self._connection.execute(
            f"UPDATE {table} SET {put} FROM (SELECT {given}) t WHERE t.{key} = {table}.{key}",  # noqa: S608 - names of columns
            {name: [row[name] for row in rows] for name in rows[0]},
        )

    def cursor(self) -> Snapshot:
        """Give a second handle for another thread."""
        return Snapshot(self._connection.cursor(), self.name)

    def close(self) -> None:
        """Close this handle."""
        self._connection.close()


def publish(warehouse: Warehouse, home: Path, *, run: str) -> str:
    """Write a snapshot, make it the current one, remove all but it and the two made before, and give its name.

    What was written of one that the disk did not take is removed: it would keep a full disk full.
    """
    folder = home / "published"
    folder.mkdir(parents=True, exist_ok=True)
    name = f"snapshot-{run}.duckdb"
    draft = folder / f"{name}.tmp"
    try:
        warehouse.copy_to(draft, PUBLISHED, _views())
        draft.replace(folder / name)
    finally:
        remove_snapshot_drafts(home)
    pointer = folder / "CURRENT.tmp"
    pointer.write_text(name, encoding="utf-8")
    with pointer.open("rb") as written:
        os.fsync(written.fileno())
    pointer.replace(folder / "CURRENT")
    others = [one for one in folder.glob("snapshot-*.duckdb") if one.name != name]
    for old in sorted(others, key=lambda one: one.stat().st_mtime_ns)[: 1 - _KEEP]:
        old.unlink()
    return name


def _in_utc(value: object) -> object:
    """Give a moment as the tables hold it: the engine would take one with a zone for its own machine's."""
    return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value


def _views() -> str:
    return (files("atlas_sync.store") / "views.sql").read_text(encoding="utf-8")


def write_last_run(home: Path, run: Run) -> None:
    """Note the run made last, which may have found nothing new to publish."""
    folder = home / "published"
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / "LAST_RUN.tmp"
    draft.write_text(run.model_dump_json(indent=1), encoding="utf-8")
    draft.replace(folder / "LAST_RUN.json")


def last_run(home: Path) -> Run | None:
    """Give the run made last; None before the first.

    Raises:
        ConfigError: the home cannot be read.
    """
    with usable(home):
        try:
            return Run.model_validate_json((home / "published" / "LAST_RUN.json").read_bytes())
        except FileNotFoundError:
            return None


def current_name(home: Path) -> str | None:
    """Tell the name of the current snapshot; None before the first.

    Raises:
        ConfigError: the home cannot be read.
    """
    with usable(home):
        try:
            return (home / "published" / "CURRENT").read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None


def is_current(home: Path) -> bool:
    """Tell if there is a snapshot that this version can read."""
    try:
        with open_snapshot(home):
            return True
    except (ConfigError, StoreError):
        return False


@contextmanager
def open_snapshot(home: Path) -> Iterator[Snapshot]:
    """Open the current snapshot for reading while the block runs.

    Raises:
        ConfigError: nothing was published yet, or the home cannot be read.
        StoreError: what was published is of an older version or cannot be read.
    """
    name = current_name(home)
    if name is None:
        raise ConfigError("nothing has been synced yet.", advice="Run `atlas-sync sync` first.")
    try:
        connection = duckdb.connect(str(home / "published" / name), read_only=True)
    except duckdb.Error as error:
        message = f"{name} cannot be read ({type(error).__name__})."
        raise StoreError(message, advice="Run `atlas-sync sync` to publish a new one.") from None
    snapshot = Snapshot(connection, name)
    try:
        if not _is_whole(connection):
            message = f"{name} is of an older version."
            raise StoreError(message, advice="Run `atlas-sync sync` to publish a new one.")
        yield snapshot
    finally:
        snapshot.close()


def _is_whole(connection: duckdb.DuckDBPyConnection) -> bool:
    """Tell if a snapshot holds every table and column that this version publishes."""
    there = set(connection.execute("SELECT table_name, column_name FROM duckdb_columns()").fetchall())
    return {(table, column) for table in PUBLISHED for column in columns_of(table)} <= there
