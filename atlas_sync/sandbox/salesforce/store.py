"""The stand-in's rows, by object and id, with the stamps that the vendor keeps. What fields mean is not known here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from atlas_sync.sandbox.salesforce.ids import Mint, is_id, to_18
from atlas_sync.sandbox.salesforce.schema import OBJECTS

__all__ = ["Row", "Store", "Tables", "Value"]

Value = str | bool | int | float | date | datetime | None
Row = dict[str, Value]
Tables = dict[str, dict[str, Row]]

_BY_PREFIX = {thing.prefix: thing.name for thing in OBJECTS.values() if thing.name != "ContentNote"}


class Store:
    """Tables of rows. Every row has all fields of its object; times are kept to the second, as the vendor does."""

    def __init__(self) -> None:
        self._tables: Tables = {name: {} for name in OBJECTS}
        self._blobs: dict[str, bytes] = {}
        self._log: list[tuple[str, str, datetime]] = []
        self._hidden: set[str] = set()
        self._mint = Mint()

    def insert(self, thing: str, values: Mapping[str, Value], *, by: str, at: datetime, key: str | None = None) -> str:
        """Add a row and give its id (a new one, unless `key` says otherwise)."""
        spec = OBJECTS[thing]
        moment = at.replace(microsecond=0)
        row: Row = {field.name: False if field.type == "boolean" else None for field in spec.fields}
        row.update(CreatedDate=moment, CreatedById=by, LastModifiedDate=moment, LastModifiedById=by)
        row.update(values)
        row.update(Id=key or self._mint.next(spec.prefix), SystemModstamp=moment, IsDeleted=False)
        self._tables[thing][str(row["Id"])] = row
        return str(row["Id"])

    def update(self, thing: str, key: str, values: Mapping[str, Value], *, by: str, at: datetime) -> None:
        """Change a row as a user does: all stamps move."""
        moment = at.replace(microsecond=0)
        row = self._tables[thing][key]
        row.update(values)
        row.update(LastModifiedDate=moment, LastModifiedById=by)
        self.touch(row, at=at)

    def touch(self, row: Row, *, at: datetime) -> None:
        """Stamp a row as changed by the system itself. Stamps never go back."""
        stamp = row["SystemModstamp"]
        moment = at.replace(microsecond=0)
        row["SystemModstamp"] = max(stamp, moment) if isinstance(stamp, datetime) else moment

    def forget(self, thing: str, key: str) -> None:
        """Remove a row without a trace."""
        del self._tables[thing][key]

    def log_deletion(self, thing: str, key: str, *, at: datetime) -> None:
        """Note a deletion in the log that is kept beside the rows, and outlives them."""
        self._log.append((thing, key, at.replace(microsecond=0)))

    def unlog_deletion(self, thing: str, key: str) -> None:
        """Strike a record that came back from the log."""
        self._log = [entry for entry in self._log if entry[:2] != (thing, key)]

    def deletions(self, thing: str) -> list[tuple[str, datetime]]:
        """List an object's logged deletions that the API user may know of."""
        return [(key, at) for name, key, at in self._log if name == thing and key not in self._hidden]

    def hide(self, key: str) -> None:
        """Take a record out of what is shared with the API user, without a stamp or a trace."""
        self._hidden.add(to_18(key))

    def show(self, key: str) -> None:
        """Share a record with the API user again, without a stamp."""
        self._hidden.discard(to_18(key))

    def shared(self, thing: str) -> Iterator[Row]:
        """Yield an object's rows that are shared with the API user, in order of creation."""
        return (row for row in self._tables[thing].values() if row["Id"] not in self._hidden)

    def rows(self, thing: str) -> Iterator[Row]:
        """Yield an object's rows in order of creation, deleted ones included."""
        yield from self._tables[thing].values()

    def is_shared(self, key: str) -> bool:
        """Tell if the API user may see a record."""
        return to_18(key) not in self._hidden

    def get(self, thing: str, key: str) -> Row | None:
        """Give a row by its id of 15 or 18 characters, deleted or not."""
        return self._tables[thing].get(to_18(key)) if is_id(key) else None

    def find(self, key: Value) -> tuple[str, Row] | None:
        """Give the object and row of an id, whatever it is the id of."""
        thing = _BY_PREFIX.get(key[:3]) if isinstance(key, str) else None
        row = self.get(thing, str(key)) if thing else None
        return (thing, row) if thing and row else None

    def put_blob(self, key: str, content: bytes) -> None:
        """Keep the bytes of a file."""
        self._blobs[key] = content

    def blob(self, key: str) -> bytes:
        """Give the bytes of a file."""
        return self._blobs[key]

    def snapshot(self) -> Tables:
        """Copy all rows, to come back to with `restore`."""
        return {name: {key: dict(row) for key, row in table.items()} for name, table in self._tables.items()}

    def restore(self, tables: Tables) -> None:
        """Go back to a snapshot."""
        self._tables = tables
