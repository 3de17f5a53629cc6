"""The warehouse: every canonical table in one DuckDB file with one writer.

Rows go in and out as models; bulk moves are set-based (a JSON file read by the engine), never a statement per row.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import duckdb
from pydantic import BaseModel, ValidationError

from atlas_sync.canonical.card import Recorded, card_of
from atlas_sync.errors import StoreError
from atlas_sync.store.leftovers import SPILL, remove_leftovers
from atlas_sync.store.lock import writer_lock
from atlas_sync.store.refusals import storing, unopened, writing
from atlas_sync.store.tables import TABLES, columns_of, create_statement, from_row, key_of

__all__ = ["Rows", "Warehouse", "open_warehouse"]

ModelT = TypeVar("ModelT", bound=BaseModel)
DoneT = TypeVar("DoneT")
Wanted = str | Sequence[str] | Mapping[str, str] | None
_NAMES = {kind: name for name, kind in TABLES.items()}
_SLACK = 1024 * 1024
"""What the engine may read beyond the longest row; it reserves a multiple of both for each thread."""


_OUTDATE = (
    "DELETE FROM card WHERE state = 'new' AND source IN (SELECT unnest($sources::VARCHAR[]))",
    "UPDATE card SET state = 'past' WHERE state = 'now' AND source IN (SELECT unnest($sources::VARCHAR[]))",
)
"""What identity took in of earlier versions stays until it has taken in the next ones: it tells what they were part of."""


_LIFT = """
DELETE FROM quarantined USING landed_read, landed_head
WHERE landed_read.system = quarantined.system AND landed_read.stream = quarantined.stream
AND landed_head.read = landed_read.number
AND quarantined.source = concat(landed_read.system, ':', landed_read.stream, ':', landed_head.id)
"""
"""Releases that did not lift what came in after all left its row; of a record that cannot be read there is no head."""


class Rows:
    """Reads tables of an open database as models."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def select(self, kind: type[ModelT], /, **equal: Wanted) -> list[ModelT]:
        """Give the rows of a table in order of insertion.

        Each keyword is a column that must equal a text, be one of several texts (or, for a list, hold one of them), be JSON
        with some texts in its fields, or be NULL; names come from code.
        """
        table = _NAMES[kind]
        if [] in equal.values():
            return []
        if not equal:
            return self._read(kind, "ORDER BY rowid")
        # Rows are found first and read then: else the engine reads every row's texts to give a few.
        where, values = _where(table, equal)
        found = self._connection.execute(f'SELECT rowid FROM "{table}" {where}', values).fetchall()  # noqa: S608 - names from the models
        if not found:
            return []
        return self._read(kind, "WHERE rowid IN (SELECT unnest(?)) ORDER BY rowid", [[row for (row,) in found]])

    def after(self, kind: type[ModelT], run: str, /) -> list[ModelT]:
        """Give the rows of later runs than one, in order of insertion; what is older is not read."""
        return self._read(kind, "WHERE run > ? ORDER BY rowid", [run])

    def newest(self, kind: type[ModelT], /, *, per: Sequence[str], by: str) -> list[ModelT]:
        """Give the row with the greatest `by` of each group of equal `per`; names come from code."""
        groups = ", ".join(f'"{name}"' for name in per)
        found = f'SELECT arg_max(rowid, "{by}") FROM "{_NAMES[kind]}" GROUP BY {groups}'  # noqa: S608 - names from code
        return self._read(kind, f"WHERE rowid IN ({found}) ORDER BY {groups}")

    def _read(self, kind: type[ModelT], clauses: str, values: Sequence[object] = ()) -> list[ModelT]:
        table = _NAMES[kind]
        columns = list(columns_of(table))
        names = ", ".join(f'"{name}"' for name in columns)
        query = f'SELECT {names} FROM "{table}" {clauses}'  # noqa: S608 - names from the models, clauses from above
        rows = self._connection.execute(query, values).fetchall()
        try:
            return [row for row in (from_row(table, columns, values) for values in rows) if isinstance(row, kind)]
        except ValidationError:
            message = f"the store holds rows of an older version that this one cannot read ({table})."
            raise StoreError(message, advice="Run `atlas-sync rebuild`; what was read and decided stays.") from None

    def values(self, kind: type[BaseModel], column: str) -> set[str]:
        """Give what stands in a column of texts, in any row; its name comes from code."""
        query = f'SELECT DISTINCT "{column}" FROM "{_NAMES[kind]}" WHERE "{column}" IS NOT NULL'  # noqa: S608 - names from code
        return {value for (value,) in self._connection.execute(query).fetchall()}

    def keys(self, kind: type[BaseModel], **equal: Wanted) -> set[tuple[str, ...]]:
        """Give the keys of a table's rows, of all or as in `select`."""
        return self.texts(kind, *key_of(_NAMES[kind]), **equal)

    def texts(self, kind: type[BaseModel], /, *columns: str, **equal: Wanted) -> set[tuple[str, ...]]:
        """Give what stands in some columns of texts, of all rows or as in `select`; no other column is read."""
        if [] in equal.values():
            return set()
        names = ", ".join(f'"{name}"' for name in columns)
        where, values = _where(_NAMES[kind], equal)
        return set(self._connection.execute(f'SELECT {names} FROM "{_NAMES[kind]}" {where}', values).fetchall())  # noqa: S608 - names from code

    def count(self, kind: type[BaseModel]) -> int:
        """Count the rows of a table."""
        query = f'SELECT count(*) FROM "{_NAMES[kind]}"'  # noqa: S608 - a name from the models
        found = self._connection.execute(query).fetchone()
        return int(found[0]) if found else 0


class Warehouse(Rows):
    """An open warehouse that may be written; use `open_warehouse`. Rows on their way into it lie in the folder `spill`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, spill: Path) -> None:
        super().__init__(connection)
        self._spill = spill

    def execute(self, statement: str, values: Mapping[str, object] | None = None) -> list[tuple[Any, ...]]:
        """Run one of the store's own statements and give its rows."""
        return self._connection.execute(statement, dict(values or {})).fetchall()

    @contextmanager
    def frugal(self, megabytes: int = 320) -> Iterator[None]:
        """Keep the engine's memory small in the block: what one transaction stores of many texts goes to disk meanwhile.

        One thread, since each takes memory of its own and there is little for a second one to do.
        """
        self._connection.execute(f"SET memory_limit = '{megabytes}MB'; SET threads = 1")
        try:
            yield
        finally:
            self._connection.execute("RESET memory_limit; RESET threads")

    def sparing(self, work: Callable[[], DoneT]) -> DoneT:
        """Do what is stored whole or not at all with little memory, so that a large warehouse takes no more than a small one.

        What needs more is done once more without the limit.
        """
        try:
            with self.frugal(96):
                return work()
        except duckdb.OutOfMemoryException:
            return work()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make everything in the block happen, or nothing."""
        self._connection.execute("BEGIN")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def put(self, rows: Sequence[BaseModel]) -> None:
        """Insert rows of one kind, replacing those with the same key."""
        if not rows:
            return
        key = key_of(_NAMES[type(rows[0])])
        names, lists = ", ".join(f'"{name}"' for name in key), ", ".join("unnest(?)" for _name in key)
        query = f'DELETE FROM "{_NAMES[type(rows[0])]}" WHERE ({names}) IN (SELECT {lists})'  # noqa: S608 - names from the models
        self._connection.execute(query, [[getattr(row, name) for row in rows] for name in key])
        if isinstance(rows[0], Recorded):
            for statement in _OUTDATE:
                self._connection.execute(statement, {"sources": [getattr(row, "source", "") for row in rows]})
        self.add(rows)

    def add(self, rows: Sequence[BaseModel]) -> None:
        """Insert rows of one kind, of which none is there yet; records that identity asks for get their cards."""
        if not rows:
            return
        self._insert(rows)
        self._insert([card_of(row) for row in rows if isinstance(row, Recorded)])

    def _insert(self, rows: Sequence[BaseModel]) -> None:
        if not rows:
            return
        table = _NAMES[type(rows[0])]
        columns = columns_of(table)
        kinds = {
            name: kind if kind in {"JSON", "BOOLEAN", "BIGINT", "DOUBLE"} else "VARCHAR"
            for name, kind in columns.items()
        }
        names = ", ".join(f'"{name}"' for name in columns)
        chosen = ", ".join(_cast(name, kind) for name, kind in columns.items())
        with _lines_of(rows, self._spill) as (lines, longest):
            self._connection.execute(
                f'INSERT INTO "{table}" ({names}) SELECT {chosen} '  # noqa: S608 - names from the models
                "FROM read_json(?, columns = ?, format = 'newline_delimited', maximum_object_size = ?)",
                [str(lines), kinds, longest + _SLACK],
            )

    def replace(self, kind: type[BaseModel], rows: Sequence[BaseModel], *, engagements: Iterable[str]) -> None:
        """Make `rows` all that a table holds for the given engagements."""
        column = "id" if _NAMES[kind] == "engagement" else "engagement_id"
        self.delete(kind, column=column, values=engagements)
        self.add(rows)

    def delete(self, kind: type[BaseModel], *, column: str, values: Iterable[str]) -> None:
        """Remove the rows whose `column` is one of the values."""
        query = f'DELETE FROM "{_NAMES[kind]}" WHERE "{column}" IN (SELECT unnest(?))'  # noqa: S608 - names from code
        self._connection.execute(query, [list(values)])

    def copy_to(self, path: Path, tables: Iterable[str], views: str) -> None:
        """Write some tables, and views over them, into a new database file that older engines can read too."""
        target = str(path).replace("'", "''")
        self._connection.execute(f"ATTACH '{target}' AS published (STORAGE_VERSION 'v1.5.0')")
        try:
            # At once, since each commit waits for the disk.
            made = [f'CREATE TABLE published."{table}" AS SELECT * FROM "{table}"' for table in tables]  # noqa: S608 - names from the models
            self._connection.execute("; ".join(["BEGIN", *made, "COMMIT"]))
            self._connection.execute("USE published")
            self._connection.execute(views)
        finally:
            self._connection.execute("USE warehouse")
            self._connection.execute("DETACH published")


@contextmanager
def _lines_of(rows: Sequence[BaseModel], folder: Path) -> Iterator[tuple[Path, int]]:
    """Give a file of some rows and the length of its longest line; as it holds customers' texts, it goes whatever happens."""
    with writing(folder):
        handle, name = tempfile.mkstemp(suffix=".ndjson", dir=folder)
    try:
        with writing(folder), os.fdopen(handle, "wb") as lines:
            longest = max(lines.write(row.model_dump_json().encode() + b"\n") for row in rows)
        yield Path(name), longest
    finally:
        Path(name).unlink()


def _where(table: str, equal: Mapping[str, Wanted]) -> tuple[str, list[object]]:
    """Give a condition with its values: each column equals a text, is one of several, has some in its fields, or is NULL."""
    tests: list[str] = []
    values: list[object] = []
    for column, wanted in equal.items():
        if wanted is None:
            tests.append(f'"{column}" IS NULL')
        elif isinstance(wanted, str):
            tests.append(f'"{column}" = ?')
            values.append(wanted)
        elif isinstance(wanted, Mapping):
            tests += [f"json_extract_string(\"{column}\", '$.{field}') = ?" for field in wanted]
            values += wanted.values()
        elif columns_of(table)[column] == "JSON":
            tests.append(f'list_has_any(CAST("{column}" AS VARCHAR[]), ?)')
            values.append(list(wanted))
        else:
            tests.append(f'"{column}" IN (SELECT unnest(?))')
            values.append(list(wanted))
    where = f"WHERE {' AND '.join(tests)} " if tests else ""
    return where, values


def _cast(name: str, kind: str) -> str:
    if kind == "TIMESTAMP":
        return f'CAST("{name}" AS TIMESTAMPTZ) AT TIME ZONE \'UTC\' AS "{name}"'
    return f'CAST("{name}" AS {kind}) AS "{name}"'


def _make_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Make what tables there are not, and give those of an older release the columns that came since.

    Their old rows hold the model's defaults.
    """
    query = "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = 'warehouse'"
    there = set(connection.execute(query).fetchall())
    tables = {table for table, _name in there}
    made = [create_statement(table) for table in TABLES if table not in tables]
    grown = [
        f'ALTER TABLE "{table}" ADD COLUMN "{name}" {kind}'
        for table in TABLES
        if table in tables
        for name, kind in columns_of(table).items()
        if (table, name) not in there
    ]
    # Of an older release; `landed_head` takes its place.
    dropped = ["DROP TABLE raw_head"] if "raw_head" in tables else []
    lifted = [_LIFT] if "quarantined" in tables and ("quarantined", "would_be") not in there else []
    if statements := [*made, *grown, *dropped, *lifted]:
        connection.execute("; ".join(["BEGIN", *statements, "COMMIT"]))


@contextmanager
def open_warehouse(home: Path, *, wait_s: float = 0.0) -> Iterator[Warehouse]:
    """Open the warehouse for writing while the block runs, making it and its tables where absent.

    What writers left that were killed is removed first, since there may be no room but theirs.

    Raises:
        StoreError: another process writes, the file cannot be opened, or the disk does not take what the block writes.
    """
    with writer_lock(home, wait_s=wait_s):
        remove_leftovers(home)
        (home / SPILL).mkdir(exist_ok=True)
        try:
            connection = _attached(home)
        except duckdb.Error as error:
            raise unopened(error) from None
        with storing(), closing(connection):
            yield Warehouse(connection, home / SPILL)


def _attached(home: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(
        ":memory:", config={"threads": str(os.cpu_count() or 1), "temp_directory": str(home / SPILL)}
    )
    target = str(home / "warehouse.duckdb").replace("'", "''")
    connection.execute(f"ATTACH '{target}' AS warehouse")
    connection.execute("USE warehouse")
    _make_tables(connection)
    return connection
