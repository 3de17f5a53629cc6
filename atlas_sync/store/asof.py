"""Tables made of some rows, in memory, that are read like the published ones: what was known at another time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from pydantic import BaseModel

from atlas_sync.store.tables import TABLES, create_statement
from atlas_sync.store.warehouse import Rows, Warehouse

__all__ = ["tables_of"]


@contextmanager
def tables_of(models: Iterable[BaseModel]) -> Iterator[Rows]:
    """Give all tables while the block runs, empty but for some rows."""
    with TemporaryDirectory() as spill, closing(duckdb.connect(":memory:")) as connection:
        for table in TABLES:
            connection.execute(create_statement(table))
        made = Warehouse(connection, Path(spill))
        by_kind: dict[type[BaseModel], list[BaseModel]] = defaultdict(list)
        for model in models:
            by_kind[type(model)].append(model)
        for rows in by_kind.values():
            made.put(rows)
        yield made
