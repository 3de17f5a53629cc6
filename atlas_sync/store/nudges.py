"""Which words of vendors that a record changed were kept, so that one that comes again is known. Part of the ledger."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from atlas_sync.store.writes import METADATA

__all__ = ["ENGINES", "KeptNudge", "forget_old", "keep_fresh", "newest"]

_LONGEST = 128
_TABLE = sa.Table(
    "nudge",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("system", sa.String(64), nullable=False),
    sa.Column("event_id", sa.String(_LONGEST), nullable=False),
    sa.Column("stream", sa.String(64), nullable=False),
    sa.Column("remote_id", sa.String(_LONGEST), nullable=False),
    sa.Column("kept_at", sa.DateTime, nullable=False),
    sa.UniqueConstraint("system", "event_id", "stream", "remote_id"),
)
_KEPT_FOR = timedelta(days=7)
"""Longer than any vendor tries to deliver an event, so that one that comes again is known."""

_FORGOTTEN_AT_ONCE = 1000
"""More than a delivery brings, so that they do not pile up; and few, so that no delivery looks through all that are kept."""

ENGINES: Mapping[str, Callable[[sa.Table], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}
"""The engines that a ledger may be in, and how each of them adds a row that may be there."""


@dataclass(frozen=True, slots=True)
class KeptNudge:
    """Word from a vendor that a record changed."""

    system: str
    event_id: str
    stream: str
    remote_id: str


def forget_old(connection: sa.Connection, *, at: datetime) -> None:
    """Forget the oldest nudges where their time is over. The newest stays, so that numbers only grow on every engine."""
    number = _TABLE.c.number
    oldest = sa.select(number).order_by(number).limit(_FORGOTTEN_AT_ONCE)
    newest_one = sa.select(sa.func.max(number)).scalar_subquery()
    old = sa.and_(number.in_(oldest), number < newest_one, _TABLE.c.kept_at < at - _KEPT_FOR)
    connection.execute(_TABLE.delete().where(old))


def keep_fresh(connection: sa.Connection, nudges: Iterable[KeptNudge], *, at: datetime) -> int:
    """Keep those of one or more nudges that are news, and tell how many are.

    All deliveries write in one order, so that two of the same events at once wait for each other only one way.
    """
    rows = [
        {
            "system": system,
            "event_id": _short(event_id),
            "stream": stream,
            "remote_id": _short(remote_id),
            "kept_at": at,
        }
        for system, event_id, stream, remote_id in sorted(astuple(nudge) for nudge in nudges)
    ]
    insert = ENGINES[connection.dialect.name](_TABLE).on_conflict_do_nothing()
    return connection.execute(insert, rows, execution_options={"preserve_rowcount": True}).rowcount


def newest() -> sa.Select[tuple[int, datetime]]:
    """Ask for the number of the newest nudge, and when it was kept."""
    return sa.select(_TABLE.c.number, _TABLE.c.kept_at).order_by(_TABLE.c.number.desc()).limit(1)


def _short(remote: str) -> str:
    """Give an id as any engine can hold it: a long one, or one with a character that is no text there, as its digest."""
    is_plain = len(remote) <= _LONGEST and "\0" not in remote
    return remote if is_plain else hashlib.sha256(remote.encode()).hexdigest()
