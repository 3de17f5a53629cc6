"""Queries as text: what is put into them is quoted here, or has been checked to be a name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

__all__ = ["Key", "after", "chunks", "is_in", "quote", "select", "since"]

_CHUNK = 350


@dataclass(frozen=True, slots=True)
class Key:
    """A place in the order of `SystemModstamp, Id`."""

    stamp: datetime
    id: str


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


def chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """Cut a list of ids into pieces that fit into one address with its headers (16,384 bytes).

    Source: REST API guide, Status Codes 414 and 431; an id takes up to 27 bytes when percent-encoded.
    """
    return (ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK))


def since(moment: datetime | None) -> str:
    """Give the condition that a record changed at a moment or later; stamps have a grain of one second."""
    return f"SystemModstamp >= {_literal(moment)}" if moment else ""


def after(key: Key | None) -> str:
    """Give the condition that a record comes after a place in the order; ties of the stamp are told apart by id."""
    if key is None:
        return ""
    stamp = _literal(key.stamp)
    return f"((SystemModstamp = {stamp} AND Id > {quote(key.id)}) OR SystemModstamp > {stamp})"


def select(fields: Iterable[str], thing: str, *conditions: str, order: str = "SystemModstamp, Id") -> str:
    """Give a query; empty conditions are left out."""
    given = " AND ".join(condition for condition in conditions if condition)
    where = f" WHERE {given}" if given else ""
    ordered = f" ORDER BY {order}" if order else ""
    return f"SELECT {', '.join(fields)} FROM {thing}{where}{ordered}"  # noqa: S608 - names are ours or checked, values quoted


def _literal(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
