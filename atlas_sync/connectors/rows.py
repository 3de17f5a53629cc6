"""Rows out of CSV and JSON files as people export them: any Unicode or one other encoding, any common delimiter."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

import msgspec

from atlas_sync.errors import AccessError, ContractError

__all__ = ["Row", "cell", "columns", "places", "rows"]

Row = dict[str, Any] | str
"""A row by column; a text is the reason why it could not be read."""

_SHOWN = 100
_LONGEST_CELL = 16 * 1024 * 1024
_CUT = "unexpected end of data"
_STRAY = re.compile("[\udc80-\udcff]")
"""What a byte that is no UTF-8 is read as."""
_NO_CHANCE = 8
"""So many bytes beyond ASCII are no UTF-8 by chance: one letter of Chinese in twelve is, and a German quote behind ß."""
_BROKEN = (UnicodeError, msgspec.DecodeError, csv.Error, LookupError)


@dataclass(frozen=True, slots=True)
class _Written:
    """How a table is written; `is_other` tells a text of it that is written otherwise, None where none is."""

    encoding: str
    errors: str = "strict"
    is_other: Callable[[str], object] | None = None

    def open(self, path: Path) -> TextIO:
        return path.open(encoding=self.encoding, errors=self.errors, newline="")


def rows(path: Path, *, encoding: str) -> Iterator[tuple[int, Row]]:
    """Yield each row with its line (or its place in an array), in order; nothing is skipped but blank lines.

    Columns of a table that have one name are told apart by their place: `Name (column 3)`.

    Raises:
        AccessError: the file may not be read.
        ContractError: the file cannot be read to its end. A table without even a header, or lines of JSON without a row, prove
            nothing either.
    """
    with _as_errors(path):
        yield from _json(path) if _is_json(path) else _table(path, encoding)


def columns(path: Path, *, encoding: str, wanted: Iterable[str] = ()) -> frozenset[str]:
    """Give the columns of a table, or those of the first rows of JSON with the paths of what lies deeper.

    Where JSON does not show all that are wanted at once, it is looked through for them: rows leave out what they do not have.

    Raises:
        AccessError, ContractError: as above.
    """
    with _as_errors(path):
        if _is_json(path):
            return _shown(path, frozenset(wanted))
        written = _written(path, encoding)
        with written.open(path) as file:
            return frozenset(_header(file, written)[1])


def places(name: str, columns: Iterable[str]) -> tuple[str, ...]:
    """Give what a table's columns of one name are called instead, where it has several: which is meant cannot be known."""
    alike = re.compile(re.escape(_told_apart(name, "#")).replace(r"\#", r"\d+"))
    return tuple(sorted(filter(alike.fullmatch, columns), key=lambda one: (len(one), one)))


def cell(row: dict[str, Any], name: str) -> Any:  # noqa: ANN401 - whatever the file holds
    """Give a cell by its column or path; None where it is absent or blank."""
    found = row.get(name)
    head, dot, rest = name.partition(".")
    if found is None and dot and isinstance(row.get(head), dict):
        return cell(row[head], rest)
    return None if isinstance(found, str) and not found.strip() else found


@contextmanager
def _as_errors(path: Path) -> Iterator[None]:
    """Say what is wrong with a file that cannot be read."""
    try:
        yield
    except PermissionError:
        message = f"{path.name} may not be read."
        raise AccessError(message, advice="Let the program's user read the folder.") from None
    except OSError as error:
        message = f"{path.name} cannot be opened: {error.strerror or 'the disk refuses it'}."
        raise ContractError(message, advice="Put the export itself under this name.") from None
    except _BROKEN:
        message = f"{path.name} cannot be read to its end: it is empty, cut off, or in another encoding."
        raise ContractError(message, advice="Export it again.") from None


def _is_json(path: Path) -> bool:
    return path.suffix in {".json", ".ndjson", ".jsonl"}


def _shown(path: Path, wanted: frozenset[str]) -> frozenset[str]:
    found: set[str] = set()
    for place, (_line, row) in enumerate(_json(path)):
        if place >= _SHOWN and wanted <= found:
            break
        names = _names(row) if isinstance(row, dict) else ()
        found.update(names if place < _SHOWN else wanted.intersection(names))
    return frozenset(found)


def _names(row: dict[str, Any]) -> Iterator[str]:
    for name, value in row.items():
        yield name
        if isinstance(value, dict):
            yield from (f"{name}.{deeper}" for deeper in _names(value))


def _json(path: Path) -> Iterator[tuple[int, Row]]:
    """Read an array, an object with a list in it, or one object a line."""
    if path.suffix == ".json":
        held = msgspec.json.decode(path.read_bytes().removeprefix(codecs.BOM_UTF8))
        members = held if isinstance(held, list) else _only_list(held)
        yield from ((place, _object(member)) for place, member in enumerate(members, 1))
        return
    is_blank = True
    with path.open("rb") as file:
        for line, text in enumerate(file, 1):
            if stripped := text.removeprefix(codecs.BOM_UTF8).strip():
                is_blank = False
                try:
                    yield line, _object(msgspec.json.decode(stripped))
                except msgspec.DecodeError:
                    yield line, "not JSON"
    if is_blank:
        raise LookupError("no row")


def _only_list(held: Any) -> list[Any]:  # noqa: ANN401 - whatever the file holds
    lists = [value for value in held.values() if isinstance(value, list)] if isinstance(held, dict) else []
    if len(lists) != 1:
        raise LookupError("not one list")
    return lists[0]


def _object(value: Any) -> Row:  # noqa: ANN401 - whatever the file holds
    return value if isinstance(value, dict) else "not an object"


def _table(path: Path, fallback: str) -> Iterator[tuple[int, Row]]:
    csv.field_size_limit(_LONGEST_CELL)
    written = _written(path, fallback)
    with written.open(path) as file:
        table, header = _header(file, written)
        while True:
            try:
                row = next(table, None)
            except csv.Error as error:
                if str(error) == _CUT:
                    raise
                yield table.line_num, "a quote in the wrong place"
                continue
            if row is None:
                return
            if written.is_other and written.is_other("".join(row)):
                yield table.line_num, "in another encoding than the rest of its file"
            elif len(row) == len(header):
                yield table.line_num, dict(zip(header, row, strict=True))
            elif row:
                yield table.line_num, f"{len(row)} cells for {len(header)} columns"


def _header(file: TextIO, written: _Written) -> tuple[Any, Sequence[str]]:
    """Start a table behind its header; a first line `sep=;`, as Excel writes it, names the delimiter."""
    head = file.readline()
    named = head.startswith("sep=")
    delimiter = head[len("sep=")] if named else max(",;\t|", key=head.count)
    file.seek(0)
    table = csv.reader(file, delimiter=delimiter, strict=True)
    header = next(islice(table, int(named), None), None)
    if not header or (written.is_other and written.is_other("".join(header))):
        raise LookupError("no header")
    names = [name.strip() for name in header]
    return table, [_told_apart(name, place) if names.count(name) > 1 else name for place, name in enumerate(names, 1)]


def _told_apart(name: str, place: int | str) -> str:
    return f"{name} (column {place})"


def _written(path: Path, fallback: str) -> _Written:
    """Tell the encoding by the file's mark, else by whether all of it is UTF-8, else by most of its lines."""
    with path.open("rb") as file:
        mark = file.read(len(codecs.BOM_UTF8))
    if mark.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _Written("utf-16")
    if _is_whole(path):
        return _Written("utf-8-sig")
    utf_8, others = _counted(path, fallback)
    if mark == codecs.BOM_UTF8 or utf_8 >= others:
        return _Written("utf-8-sig", "surrogateescape", _STRAY.search)
    return _Written(fallback, is_other=partial(_is_utf_8, fallback) if utf_8 else None)


def _is_whole(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while chunk := file.read(1 << 20):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _counted(path: Path, fallback: str) -> tuple[int, int]:
    """Count the lines that are UTF-8 by no chance, and those that are none."""
    utf_8 = others = 0
    with path.open(encoding="utf-8-sig", errors="surrogateescape") as file:
        for line in file:
            if not line.isascii():
                is_other = _STRAY.search(line) is not None
                utf_8, others = utf_8 + (not is_other and _is_meant(line, fallback)), others + is_other
    return utf_8, others


def _is_meant(text: str, fallback: str) -> bool:
    """Tell if a text was meant as the UTF-8 that it is: by chance it is short, and of letters that the other encoding lacks."""
    beyond = "".join(letter for letter in text if not letter.isascii())
    if len(beyond.encode()) >= _NO_CHANCE:
        return True
    try:
        return bool(beyond.encode(fallback))
    except UnicodeEncodeError:
        return False


def _is_utf_8(fallback: str, text: str) -> bool:
    try:
        return not text.isascii() and _is_meant(text.encode(fallback).decode(), fallback)
    except UnicodeError:
        return False
