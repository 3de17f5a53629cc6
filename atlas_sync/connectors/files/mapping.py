"""From a landed row to an observed record; the row's place in its file is the path of what is odd about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from atlas_sync.canonical.observed import Observed
from atlas_sync.connectors.columns import ColumnMapper
from atlas_sync.connectors.files.settings import FilesSettings

__all__ = ["FilesMapper"]


class FilesMapper:
    """Maps the rows of one connection."""

    def __init__(self, system: str, settings: FilesSettings) -> None:
        self._rows = ColumnMapper(system, settings.streams, settings)

    def mapped_by(self, stream: str) -> Mapping[str, object]:
        """Give the settings that a stream's rows are mapped by."""
        return self._rows.mapped_by(stream)

    def map_record(self, stream: str, record: Mapping[str, Any]) -> Sequence[Observed]:
        """Give what one row says.

        Raises:
            MappingError: the row could not be read, or a cell is not what its field holds; its path is file and line.
        """
        row = record.get("row", record.get("odd", "no row"))
        return self._rows.map_row(stream, row, where=f"{record.get('file')} line {record.get('line')}")
