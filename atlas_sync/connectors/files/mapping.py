"""From a landed row to an observed record; the row's place in its file is the path of what is odd about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from atlas_sync.canonical.observed import Observed
from atlas_sync.connectors.columns import ColumnMapper
from atlas_sync.connectors.files.settings import FilesSettings

__all__ = ["FilesMapper"]


class FilesMapper(ColumnMapper):
    """Maps the rows of one connection."""

    def __init__(self, system: str, settings: FilesSettings) -> None:
        super().__init__(system, settings.streams, settings)

    def map_record(self, stream: str, record: Mapping[str, Any]) -> Sequence[Observed]:
        """Give what one row says.

        Raises:
            MappingError: the row could not be read, or a cell is not what its field holds; its path is file and line.
        """
        row = record.get("row", record.get("odd", "no row"))
        return self.map_row(stream, row, where=f"{record.get('file')} line {record.get('line')}")
