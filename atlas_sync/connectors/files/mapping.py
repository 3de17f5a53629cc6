"""From a row to an observed record: pure, total, one row at a time, each cell by the type of the field that it fills."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from atlas_sync.canonical.identity import SourceRef
from atlas_sync.canonical.observed import Observed
from atlas_sync.connectors.files.cells import Cells, words
from atlas_sync.connectors.files.kinds import KINDS, Kind
from atlas_sync.connectors.files.rows import cell
from atlas_sync.connectors.files.settings import FilesSettings
from atlas_sync.errors import MappingError

__all__ = ["FilesMapper"]

_ONE = {"client": "client", "owner": "user", "deal": "deal", "person": "person", "contract": "contract"}
_MANY = {"clients": "client", "deals": "deal", "persons": "person"}


class FilesMapper:
    """Maps the rows of one connection."""

    def __init__(self, system: str, settings: FilesSettings) -> None:
        self._system = system
        self._settings = settings
        self._cells = Cells(decimal_mark=settings.decimal_mark, dates=settings.dates, zone=settings.timezone)

    def map_record(self, stream: str, record: Mapping[str, Any]) -> Sequence[Observed]:
        """Give what one row says.

        Raises:
            MappingError: the row could not be read, or a cell is not what its field holds; its path is file and line.
        """
        kind, spec, row = KINDS[stream], self._settings.streams[stream], record.get("row")
        where = f"{record.get('file')} line {record.get('line')}"
        if not isinstance(row, dict):
            raise _odd(where, str(record.get("odd", "no row")))
        ids = "/".join(str(cell(row, name)).strip() for name in spec.id)
        values: dict[str, Any] = {"source": self._ref(kind.name, ids), **kind.fixed}
        for name, column in spec.columns.items():
            if (value := cell(row, column)) is not None:
                try:
                    values |= self._read(name, value, kind)
                except (ValueError, TypeError, OverflowError, OSError):  # the last: a time beyond the calendar
                    raise _odd(where, f"{column} does not hold a good {name}") from None
        try:
            return [kind.model.model_validate(values)]
        except ValidationError as error:
            raise _odd(where, f"no good {', '.join(str(one['loc'][0]) for one in error.errors())}") from None

    def _read(self, name: str, value: Any, kind: Kind) -> dict[str, object]:  # noqa: ANN401 - a cell
        if name == "stage":
            return {"stage": self._stage(str(value)), "stage_label": str(value).strip()}
        if name in _MANY:
            return {name: tuple(self._ref(_MANY[name], one) for one in words(value))}
        if name in _ONE:
            return {name: self._ref(_ONE[name], str(value).strip())}
        return {name: self._cells.read(value, kind.model.model_fields[name].annotation)}

    def _ref(self, kind: str, remote_id: str) -> str:
        return str(SourceRef(self._system, kind, remote_id))

    def _stage(self, label: str) -> str:
        said, won, lost = label.strip().casefold(), self._settings.won, self._settings.lost
        return "won" if said in map(str.casefold, won) else "lost" if said in map(str.casefold, lost) else "open"


def _odd(where: str, reason: str) -> MappingError:
    message = f"{where}: {reason}."
    return MappingError(message, path=where, advice="Correct the export; the other rows were kept.")
