"""Queries as text: what is put into them is quoted here, or has been checked to be a name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

__all__ = ["STAMP", "Key", "after", "chunks", "is_in", "quote", "select", "since"]

STAMP = "SystemModstamp"
"""The stamp that most objects are read by: whatever changes a record moves it. Source: SOAP API guide, System Fields."""

_CHUNK = 350
_ID = re.compile(r"[A-Za-z0-9]{15,18}")


@dataclass(frozen=True, slots=True)
class Key:
    """A place in the order of a stamp and `Id`, or of `Id` alone; as text, it is a position to go on from."""

    stamp: datetime | None
    id: str

    def __str__(self) -> str:
        """Give the text that `read` understands."""
        return f"{_literal(self.stamp)} {self.id}" if self.stamp else self.id

    @classmethod
    def read(cls, position: str) -> Key | None:
        """Read a position that an earlier run gave; None where there is none, or none of ours, which reads all again."""
        stamp, _, key = position.rpartition(" ")
        try:
            return cls(datetime.fromisoformat(stamp) if stamp else None, key) if _ID.fullmatch(key) else None
        except ValueError:
            return None


def quote(text: str) -> str:
    r"""Give a string literal: backslash and quote are escaped, and line breaks, which may not stand in one.

    Source: SOQL reference, Quoted String Escape Sequences.
    """
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r")
    return f"'{escaped}'"


def is_in(field: str, ids: Iterable[str]) -> str:
    """Give the condition that a field holds one of some ids.

    Raises:
        ValueError: there are none, which SOQL cannot say.
    """
    listed = ",".join(quote(one) for one in ids)
    if not listed:
        raise ValueError("a list in SOQL is never empty")
    return f"{field} IN ({listed})"


def chunks(ids: Sequence[str], *, start: int = 0) -> Iterator[tuple[int, Sequence[str]]]:
    """Cut a list of ids, from a place on, into pieces that fit into one address with its headers (16,384 bytes).

    Each comes with its own place. Source: REST API guide, Status Codes 414 and 431; an id takes up to 27 bytes when
    percent-encoded.
    """
    return ((place, ids[place : place + _CHUNK]) for place in range(start, len(ids), _CHUNK))


def since(moment: datetime | None, *, stamp: str = STAMP) -> str:
    """Give the condition that a record changed at a moment or later; stamps have a grain of one second."""
    return f"{stamp} >= {_literal(moment)}" if moment else ""


def after(key: Key | None, *, stamp: str = STAMP) -> str:
    """Give the condition that a record comes after a place in the order; ties of the stamp are told apart by id."""
    if key is None:
        return ""
    later = f"Id > {quote(key.id)}"
    if key.stamp is None:
        return later
    at = _literal(key.stamp)
    return f"(({stamp} = {at} AND {later}) OR {stamp} > {at})"


def select(fields: Iterable[str], thing: str, *conditions: str, order: str = "SystemModstamp, Id") -> str:
    """Give a query; empty conditions are left out."""
    given = " AND ".join(condition for condition in conditions if condition)
    where = f" WHERE {given}" if given else ""
    ordered = f" ORDER BY {order}" if order else ""
    return f"SELECT {', '.join(fields)} FROM {thing}{where}{ordered}"  # noqa: S608 - names are ours or checked, values quoted


def _literal(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
