"""Reads a folder of exports. Every run reads every row: what left the files is gone, and content tells what changed.

Landed shape: `{"file": name, "line": number, "row": {column: cell}}`, with `odd`, the reason, where a row cannot be read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import msgspec

from atlas_sync.connectors.columns import KINDS, field_report, row_id
from atlas_sync.connectors.files.settings import FilesSettings, FileStream
from atlas_sync.connectors.protocol import FieldReport, Page, RawRecord, ReadRequest, StreamSpec
from atlas_sync.connectors.rows import Row, columns, rows
from atlas_sync.errors import ContractError, TransientError

__all__ = ["FilesReader"]

_PAGE = 500


class FilesReader:
    """Reads one folder. Nothing is opened before the first call."""

    def __init__(self, settings: FilesSettings) -> None:
        self._settings = settings

    def streams(self) -> Sequence[StreamSpec]:
        """List the streams that the settings name, in our order."""
        return [StreamSpec(name, "set", kind.feeds) for name, kind in KINDS.items() if name in self._settings.streams]

    def describe(self, stream: str) -> FieldReport:
        """Compare the columns we map with those that the files have; what cannot be read raises what `read` does."""
        spec = self._settings.streams[stream]
        shown = [columns(path, encoding=self._settings.encoding, wanted=spec.named) for path in self._paths(spec)]
        return field_report(stream, spec, shown)

    def read(self, request: ReadRequest) -> Iterator[Page]:
        """Yield the rows of a stream.

        Raises:
            AccessError: a file may not be read.
            TransientError: a file changed while it was read.
            ContractError: there is no file, or one cannot be read to its end.
        """
        spec = self._settings.streams[request.stream]
        paths = self._paths(spec)
        before = _stamps(paths)
        as_of = datetime.fromtimestamp(max(stamp for stamp, _size in before) / 1e9, UTC)
        found = (
            _record(path, line, row, spec)
            for path in paths
            for line, row in rows(path, encoding=self._settings.encoding)
        )
        while page := tuple(islice(found, _PAGE)):
            yield Page(page, as_of)
        if before != _stamps(self._paths(spec)):
            raise TransientError("a file changed while it was read.", advice="The next run reads it again.")
        yield Page((), as_of, proof=f"last line of {len(paths)} files, which stayed as they were")

    def _paths(self, spec: FileStream) -> list[Path]:
        """List the files of a stream by name; none at all is no proof that there are no records."""
        paths = sorted(self._settings.folder.glob(spec.files))
        if not paths:
            message = f"no file is called {spec.files}."
            raise ContractError(message, advice="Export it again, or correct the settings.")
        return paths if spec.take == "all" else paths[-1:]


def _stamps(paths: Sequence[Path]) -> list[tuple[int, int]]:
    return [(found.st_mtime_ns, found.st_size) for found in (path.stat() for path in paths)]


def _record(path: Path, line: int, row: Row, spec: FileStream) -> RawRecord:
    place, remote_id = {"file": path.name, "line": line}, row_id(row, spec)
    if remote_id is not None:
        return RawRecord(remote_id, msgspec.json.encode({**place, "row": row}))
    odd = row if isinstance(row, str) else f"no value in {', '.join(spec.id)}"
    return RawRecord(f"{path.name}:{line}", msgspec.json.encode({**place, "odd": odd}))
