"""Files of landed records: one JSON record a line, zstd, and beside each its ids with the hash of every record.

The hashes let a later step see what changed without opening the records.
"""

from __future__ import annotations

import io
import os
import re
import time
from binascii import b2a_base64
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from itertools import count, repeat
from operator import contains
from pathlib import Path
from types import TracebackType
from typing import Self

import zstandard
from pydantic import BaseModel, ConfigDict

from atlas_sync.errors import ContractError, StoreError
from atlas_sync.store.refusals import unwritable

__all__ = ["Part", "PartWriter", "ids_path", "read_id_lines", "read_ids", "read_lines", "unreadable", "write_whole"]

_FRAME_BYTES = 1024 * 1024
_READ_BYTES = 1024 * 1024
_FAST = zstandard.ZstdCompressionParameters(
    strategy=zstandard.STRATEGY_FAST,
    window_log=19,
    hash_log=16,
    chain_log=6,
    search_log=1,
    min_match=6,
    target_length=4,
)
"""A tenth faster than level 1 on JSON of CRMs, for a size that is a twentieth larger; measured by `bench ingest`."""
_UNFIT = re.compile(r"[\x00-\x1f\x7f]")
_HASH = re.compile(rb"\t[^\n]*")


class Part(BaseModel):
    """One file of records; `bytes` counts the text before compression. `run` is the one that wrote it, where not this one."""

    model_config = ConfigDict(frozen=True)

    name: str
    records: int
    bytes: int
    run: str = ""


class PartWriter:
    """Writes the records of one stream into parts; leaving the block closes the last one, also after an error.

    A part is due to be closed at `part_bytes` of text or after `part_s` seconds; the caller closes it where its own
    bookkeeping agrees with what was added.
    """

    def __init__(self, folder: Path, stream: str, *, part_bytes: int, part_s: float) -> None:
        self._folder = folder
        self._stream = stream
        self._part_bytes = part_bytes
        self._part_s = part_s
        self._parts: list[Part] = []
        self._file: io.BufferedWriter | None = None
        self._packer = zstandard.ZstdCompressor(compression_params=_FAST)
        self._lines: list[bytes] = []
        self._waiting = 0
        self._ids: list[str] = []
        self._hashes: list[str] = []
        self._bytes = 0
        self._opened = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self.close_part()

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts that are closed."""
        return tuple(self._parts)

    @property
    def is_due(self) -> bool:
        """Tell if the open part is large or old enough to be closed."""
        is_old = time.monotonic() - self._opened >= self._part_s
        return self._file is not None and (self._bytes + self._waiting >= self._part_bytes or is_old)

    def add(self, remote_id: str, body: bytes) -> None:
        """Append a record.

        Raises:
            ContractError: no vendor's id holds a line break or a tab.
        """
        self.add_all([remote_id], [body])

    def add_all(self, ids: Sequence[str], bodies: Sequence[bytes]) -> None:
        """Append some records, or none of them.

        Raises:
            ContractError: no vendor's id holds a line break or a tab.
        """
        if _UNFIT.search(" ".join(ids)):
            raise ContractError("a record whose id holds a control character.", advice="The answer was kept out.")
        if not ids:
            return
        file = self._file or self._opened_file()
        self._lines += bodies
        self._ids += ids
        self._waiting += sum(map(len, bodies)) + len(bodies)
        if self._waiting >= _FRAME_BYTES:
            with _writing(self._folder):
                self._flush(file)

    def _opened_file(self) -> io.BufferedWriter:
        paths = (self._folder / f"{self._stream}-{number}.ndjson.zst" for number in count(len(self._parts) + 1))
        with _writing(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            self._file = next(path for path in paths if not path.exists()).open("xb")
        self._opened = time.monotonic()
        return self._file

    def _flush(self, file: io.BufferedWriter) -> None:
        """Write what waits as a frame of its own, which costs less than a stream of small pieces."""
        if self._lines:
            if any(map(contains, self._lines, repeat(b"\n"))):
                self._lines = [line.replace(b"\n", b" ") for line in self._lines]
            file.write(self._packer.compress(b"\n".join([*self._lines, b""])))
            self._hashes += _hashes(self._lines)
        self._bytes += self._waiting
        self._lines = []
        self._waiting = 0

    def close_part(self) -> None:
        """Make what was added last; what is added next begins another part."""
        if self._file is None:
            return
        file, path = self._file, Path(self._file.name)
        with _writing(path), file:
            self._file = None  # whatever happens, it is not tried again
            self._flush(file)
            file.flush()
            os.fsync(file.fileno())
            self._write_ids(ids_path(path))
        self._parts.append(Part(name=path.name, records=len(self._ids), bytes=self._bytes))
        self._ids, self._hashes = [], []
        self._bytes = 0

    def _write_ids(self, path: Path) -> None:
        lines = [f"{remote_id}\t{digest}\n" for remote_id, digest in zip(self._ids, self._hashes, strict=True)]
        with path.open("w", encoding="utf-8") as file:
            file.write("".join(lines))
            file.flush()
            os.fsync(file.fileno())


@contextmanager
def _writing(place: Path) -> Iterator[None]:
    """Say of a disk that does not take what was read that it is ours, not the vendor's; a full one names no file by itself."""
    try:
        yield
    except OSError as error:
        message = f"{error.filename or place} cannot be written ({error.strerror or type(error).__name__})."
        raise unwritable(message) from None


def _hashes(lines: Sequence[bytes]) -> list[str]:
    """Give 72 bits of each record's hash in twelve characters: nine bytes each, so that all are written at once."""
    text = b2a_base64(b"".join([sha256(line).digest()[:9] for line in lines]), newline=False).decode()
    return [text[start : start + 12] for start in range(0, len(text), 12)]


def read_lines(part: Path) -> Iterator[bytes]:
    """Yield the records of a part as received.

    Raises:
        StoreError: it is missing or damaged.
    """
    try:
        with part.open("rb") as packed, _stream(packed) as text:
            for line in io.BufferedReader(text, buffer_size=_READ_BYTES):
                yield line.rstrip(b"\n")
    except (OSError, zstandard.ZstdError) as error:
        raise _damaged(part, error) from None


def _stream(packed: io.BufferedReader) -> zstandard.ZstdDecompressionReader:
    return zstandard.ZstdDecompressor().stream_reader(packed, read_across_frames=True)


def read_ids(part: Path) -> list[str]:
    """List the ids of a part's records, in their order.

    Raises:
        StoreError: they are missing.
    """
    return read_id_lines(part).decode().split("\n")[:-1]


def read_id_lines(part: Path) -> bytes:
    """Give the ids of a part's records, in their order, a line each.

    Raises:
        StoreError: they are missing.
    """
    try:
        return _HASH.sub(b"", ids_path(part).read_bytes())
    except OSError as error:
        raise _damaged(part, error) from None


def ids_path(part: Path) -> Path:
    """Tell where the ids and hashes of a part's records lie."""
    return part.with_name(part.name.removesuffix(".ndjson.zst") + ".ids")


def _damaged(part: Path, error: Exception) -> StoreError:
    message = f"landed part {part.name} of run {part.parent.name} cannot be read ({type(error).__name__})."
    return unreadable(message, part.parent.parent.name)


def unreadable(message: str, system: str) -> StoreError:
    """Give the error of landed files that cannot be used. Only a whole connection is read again: its streams build on another.

    What vanished there meanwhile stays in the warehouse until it is rebuilt.
    """
    again = f"move landing/{system} away, `atlas-sync sync` to read all of it again, and `atlas-sync rebuild`"
    return StoreError(message, advice=f"Restore it from a backup; or, without what was known of earlier days, {again}.")


def write_whole(path: Path, content: str | Iterable[str]) -> None:
    """Write a file so that a reader sees all of it or what stood there before; several texts are lines.

    Raises:
        StoreError: the disk does not take it.
    """
    with _writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.tmp")
        with draft.open("w", encoding="utf-8") as file:
            file.writelines([content] if isinstance(content, str) else (f"{line}\n" for line in content))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
