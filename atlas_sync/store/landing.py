"""Every record as received, one JSON record a line, and a manifest that commits parts and watermark together.

    landing/<system>/<run>/<stream>-<n>.ndjson.zst      the records of one run and stream
    landing/<system>/<run>/<stream>-<n>.ids             their ids, in the same order
    landing/<system>/<run>/<stream>.json                the manifest; without it the parts do not count

What cannot be found here was never read. Nothing here knows what a record means.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import zstandard
from pydantic import BaseModel, ConfigDict, ValidationError

from atlas_sync.errors import StoreError

__all__ = ["Landing", "Manifest", "Part", "PartWriter", "ReadStatus"]

ReadStatus = Literal["complete", "partial", "not_permitted", "failed"]

_PART_BYTES = 64 * 1024 * 1024


class Part(BaseModel):
    """One file of records; `bytes` counts the text before compression."""

    model_config = ConfigDict(frozen=True)

    name: str
    records: int
    bytes: int


class Manifest(BaseModel):
    """What one run read of one stream, and how it knows.

    `since` is the start of the window asked for (None for all); `watermark` is where the next window starts, moved only
    by a complete read. `status` with `reason` and `advice` is the licence, or its absence, to call something missing.
    """

    model_config = ConfigDict(frozen=True)

    system: str
    stream: str
    run: str
    mode: Literal["increment", "set"]
    feeds: tuple[str, ...] = ()
    since: datetime | None = None
    watermark: datetime | None = None
    pages: int = 0
    records: int = 0
    calls: int = 0
    seconds: float = 0.0
    status: ReadStatus
    reason: str = ""
    advice: str = ""
    missing_fields: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()


class PartWriter:
    """Writes the records of one stream into parts; leaving the block closes the last one, also after an error."""

    def __init__(self, folder: Path, stream: str) -> None:
        self._folder = folder
        self._stream = stream
        self._parts: list[Part] = []
        self._file: io.BufferedWriter | None = None
        self._text: zstandard.ZstdCompressionWriter | None = None
        self._ids: list[str] = []
        self._bytes = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self._close()

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts written, complete after the block."""
        return tuple(self._parts)

    def add(self, remote_id: str, body: bytes) -> None:
        """Append a record."""
        if self._text is None:
            self._open()
        line = body.replace(b"\n", b" ") + b"\n"
        assert self._text is not None
        self._text.write(line)
        self._ids.append(remote_id)
        self._bytes += len(line)
        if self._bytes >= _PART_BYTES:
            self._close()

    def _open(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{self._stream}-{len(self._parts) + 1}.ndjson.zst"
        self._file = path.open("wb")
        self._text = zstandard.ZstdCompressor(level=1).stream_writer(self._file, closefd=False)

    def _close(self) -> None:
        if self._text is None or self._file is None:
            return
        self._text.close()  # type: ignore[no-untyped-call]  # zstandard types this method in part
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        path = Path(self._file.name)
        _ids_of(path).write_text("".join(f"{remote_id}\n" for remote_id in self._ids), encoding="utf-8")
        self._parts.append(Part(name=path.name, records=len(self._ids), bytes=self._bytes))
        self._file = self._text = None
        self._ids = []
        self._bytes = 0


class Landing:
    """All landed records below one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def writer(self, system: str, run: str, stream: str) -> PartWriter:
        """Open the parts of one run and stream for writing."""
        return PartWriter(self._folder / system / run, stream)

    def commit(self, manifest: Manifest) -> None:
        """Make the parts of a manifest count, all at once."""
        folder = self._folder / manifest.system / manifest.run
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{manifest.stream}.json"
        draft = path.with_suffix(".tmp")
        draft.write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        draft.replace(path)

    def manifests(self, *, after: str = "") -> Iterator[Manifest]:
        """Yield every manifest in order of runs, those later than run `after` only.

        Raises:
            StoreError: a manifest cannot be read.
        """
        paths = [path for path in self._folder.glob("*/*/*.json") if path.parent.name > after]
        for path in sorted(paths, key=lambda path: (path.parent.name, path.parent.parent.name, path.name)):
            yield _read_manifest(path)

    def watermark(self, system: str, stream: str) -> datetime | None:
        """Tell where the next window of a stream starts; None before its first complete read."""
        runs = sorted((self._folder / system).glob(f"*/{stream}.json"), key=lambda path: path.parent.name, reverse=True)
        marks = (_read_manifest(path).watermark for path in runs)
        return next((mark for mark in marks if mark is not None), None)

    def records(self, manifest: Manifest) -> Iterator[tuple[str, bytes]]:
        """Yield the id and JSON of every record of a manifest, as received.

        Raises:
            StoreError: a part is missing or damaged.
        """
        for part in manifest.parts:
            path = self._folder / manifest.system / manifest.run / part.name
            try:
                with path.open("rb") as packed, zstandard.ZstdDecompressor().stream_reader(packed) as text:
                    lines = io.BufferedReader(text, buffer_size=1 << 20)
                    yield from zip(_read_ids(path), (line.rstrip(b"\n") for line in lines), strict=True)
            except (OSError, ValueError, zstandard.ZstdError) as error:
                message = f"landed part {part.name} of run {manifest.run} cannot be read ({type(error).__name__})."
                raise StoreError(message, advice="Restore it from a backup, or pull the stream again.") from None

    def known_ids(self, system: str, stream: str) -> list[str]:
        """List the ids of all records of a stream ever landed, in order of first sight."""
        seen: dict[str, None] = {}
        for path in sorted((self._folder / system).glob(f"*/{stream}.json"), key=lambda path: path.parent.name):
            for part in _read_manifest(path).parts:
                seen.update(dict.fromkeys(_read_ids(path.parent / part.name)))
        return list(seen)


def _ids_of(part: Path) -> Path:
    return part.with_name(part.name.removesuffix(".ndjson.zst") + ".ids")


def _read_ids(part: Path) -> list[str]:
    return _ids_of(part).read_text(encoding="utf-8").splitlines()


def _read_manifest(path: Path) -> Manifest:
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        message = f"manifest {path.parent.name}/{path.name} cannot be read ({type(error).__name__})."
        raise StoreError(message, advice="Remove that run's folder and pull again.") from None
