"""What must never be lost: which writes were meant, sent and settled, the plans they came from, and people's judgements.

SQLite by default, PostgreSQL by address; many processes may use it at once. Each change is committed before it returns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from atlas_sync.errors import StoreError
from atlas_sync.store.judgements import METADATA as JUDGEMENTS
from atlas_sync.store.judgements import TABLE as JUDGEMENT
from atlas_sync.store.judgements import Judgement, JudgementKind, judgements_of, row_of

__all__ = ["Approval", "Intent", "IntentState", "KeptNudge", "Ledger", "StoredPlan", "WriteStep"]

IntentState = Literal["sent", "done", "unknown", "refused", "gone", "undone"]

_METADATA = sa.MetaData()

_INTENT = sa.Table(
    "write_intent",
    _METADATA,
    sa.Column("marker", sa.String(64), primary_key=True),
    sa.Column("system", sa.String(64), nullable=False),
    sa.Column("project", sa.String(64), nullable=False),
    sa.Column("engagement_id", sa.String(64), nullable=False, index=True),
    sa.Column("subject_id", sa.String(64), nullable=False, index=True),
    sa.Column("item", sa.String(32), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("remote_id", sa.String(64)),
    sa.Column("remote_key", sa.String(64)),
    sa.Column("url", sa.Text),
    sa.Column("written_summary", sa.Text),
    sa.Column("written_body", sa.Text),
    sa.Column("linked", sa.Boolean, nullable=False, default=False),
    sa.Column("plan_id", sa.String(64), nullable=False),
    sa.Column("changed_at", sa.DateTime, nullable=False),
)

_PLAN = sa.Table(
    "plan",
    _METADATA,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("made_at", sa.DateTime, nullable=False),
    sa.Column("applied_at", sa.DateTime),
    sa.Column("body", sa.Text, nullable=False),
)

_NUDGE = sa.Table(
    "nudge",
    _METADATA,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("system", sa.String(64), nullable=False),
    sa.Column("event_id", sa.String(128), nullable=False),
    sa.Column("stream", sa.String(64), nullable=False),
    sa.Column("remote_id", sa.String(128), nullable=False),
    sa.Column("kept_at", sa.DateTime, nullable=False),
    sa.UniqueConstraint("system", "event_id", "stream", "remote_id"),
)
_STEP = sa.Table(
    "write_step",
    _METADATA,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("run", sa.String(64), nullable=False, index=True),
    sa.Column("marker", sa.String(64), nullable=False, index=True),
    sa.Column("action", sa.String(16), nullable=False),
    sa.Column("result", sa.String(16), nullable=False),
    sa.Column("remote_id", sa.String(64)),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
)
_APPROVAL = sa.Table(
    "approval",
    _METADATA,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("command", sa.String(64), nullable=False, index=True),
    sa.Column("marker", sa.String(64), nullable=False),
    sa.Column("plan_id", sa.String(64), nullable=False),
    sa.Column("who", sa.String(255), nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
)
_NUDGES_FOR = timedelta(days=7)
"""Longer than any vendor tries to deliver an event, so that one that comes again is known."""


@dataclass(frozen=True, slots=True)
class KeptNudge:
    """Word from a vendor that a record changed."""

    system: str
    event_id: str
    stream: str
    remote_id: str


@dataclass(frozen=True, slots=True)
class Intent:
    """One item we meant to write, by its marker, and what became of it.

    `state` is `sent` before the call, then `done`, `refused` (nothing was made), `unknown` (no clear answer: look
    first), `gone` (it was made, and a person removed it: never made again), or `undone` (we took it back). `written_*`
    are the values we last wrote, to tell a person's edit from ours; `linked` says that its link to the source was set.
    """

    marker: str
    system: str
    project: str
    engagement_id: str
    subject_id: str
    item: str
    state: IntentState
    plan_id: str
    remote_id: str | None = None
    remote_key: str | None = None
    url: str | None = None
    written_summary: str | None = None
    written_body: str | None = None
    linked: bool = False
    changed_at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class WriteStep:
    """One thing that a run did to an item, or meant to do (`sent`); `note` is what it needs to be finished or told."""

    run: str
    marker: str
    action: str
    result: str
    remote_id: str | None = None
    note: str = ""
    at: datetime | None = field(default=None, compare=False)
    number: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approved a command, and when. `command` is a digest of all it writes: with another text it is another one."""

    command: str
    marker: str
    plan_id: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """A plan as it was made; `body` is its JSON."""

    id: str
    made_at: datetime
    applied_at: datetime | None
    body: str


class Ledger:
    """The open ledger. `url` is a SQLAlchemy address."""

    def __init__(self, url: str) -> None:
        self._engine = _connect(url)
        with self._guarded():
            _METADATA.create_all(self._engine)
            JUDGEMENTS.create_all(self._engine)

    def close(self) -> None:
        """Give back the connections."""
        self._engine.dispose()

    def record(self, intent: Intent, step: WriteStep | None = None) -> None:
        """Write down an intent or its outcome, replacing what stood under the marker, with the step that led to it."""
        values = _values_of(intent)
        with self._guarded(), self._engine.begin() as connection:
            _add_step(connection, step)
            changed = connection.execute(_INTENT.update().where(_INTENT.c.marker == intent.marker).values(values))
            if changed.rowcount == 0:
                connection.execute(_INTENT.insert().values(values))

    def claim(self, intent: Intent, step: WriteStep, *, before: Intent | None) -> bool:
        """Write down an intent if what stands under its marker is still `before`; false where somebody else was faster."""
        values = _values_of(intent)
        with self._guarded(), self._engine.begin() as connection:
            _add_step(connection, step)
            if before is None:
                try:
                    connection.execute(_INTENT.insert().values(values))
                except sa.exc.IntegrityError:
                    connection.rollback()
                    return False
                return True
            same = sa.and_(
                _INTENT.c.marker == before.marker,
                _INTENT.c.state == before.state,
                _INTENT.c.changed_at == _naive(before.changed_at),
            )
            is_ours = connection.execute(_INTENT.update().where(same).values(values)).rowcount == 1
            if not is_ours:
                connection.rollback()
            return is_ours

    def intent(self, marker: str) -> Intent | None:
        """Give the intent under a marker."""
        rows = self._rows(_INTENT.select().where(_INTENT.c.marker == marker))
        return _intent(rows[0]) if rows else None

    def note(self, step: WriteStep) -> None:
        """Add a step to the journal of runs, which only grows."""
        with self._guarded(), self._engine.begin() as connection:
            _add_step(connection, step)

    def steps(self, *, run: str | None = None, action: str | None = None) -> list[WriteStep]:
        """List the steps of a run, of one kind, or all, in their order."""
        query = _STEP.select().order_by(_STEP.c.number)
        if run is not None:
            query = query.where(_STEP.c.run == run)
        if action is not None:
            query = query.where(_STEP.c.action == action)
        return [
            WriteStep(**row._asdict() | {"at": row._asdict()["at"].replace(tzinfo=UTC)}) for row in self._rows(query)
        ]

    def intents(self, *, subject_id: str | None = None) -> list[Intent]:
        """List intents in order of their markers, those about one subject where it is given."""
        query = _INTENT.select().order_by(_INTENT.c.marker)
        if subject_id is not None:
            query = query.where(_INTENT.c.subject_id == subject_id)
        return [_intent(row) for row in self._rows(query)]

    def intent_by_key(self, remote_key: str) -> Intent | None:
        """Find what we wrote under a tracker key."""
        rows = self._rows(_INTENT.select().where(_INTENT.c.remote_key == remote_key))
        return _intent(rows[0]) if rows else None

    def approve(self, approvals: Sequence[Approval]) -> None:
        """Write down what a person approved."""
        rows = [{**_fields_of(one), "at": _naive(one.at)} for one in approvals]
        if rows:
            with self._guarded(), self._engine.begin() as connection:
                connection.execute(_APPROVAL.insert(), rows)

    def approvals(self) -> list[Approval]:
        """List what was approved, in order."""
        rows = [row._asdict() for row in self._rows(_APPROVAL.select().order_by(_APPROVAL.c.number))]
        names = Approval.__dataclass_fields__
        return [Approval(**{name: row[name] for name in names} | {"at": row["at"].replace(tzinfo=UTC)}) for row in rows]

    def keep_plan(self, plan: StoredPlan) -> None:
        """Store a plan; the same plan again becomes the newest."""
        values = {"made_at": plan.made_at.astimezone(UTC).replace(tzinfo=None), "body": plan.body, "applied_at": None}
        with self._guarded(), self._engine.begin() as connection:
            changed = connection.execute(_PLAN.update().where(_PLAN.c.id == plan.id).values(values))
            if changed.rowcount == 0:
                connection.execute(_PLAN.insert().values(id=plan.id, **values))

    def plan(self, plan_id: str | None = None) -> StoredPlan | None:
        """Give a plan by id, or the one made last."""
        query = _PLAN.select().order_by(_PLAN.c.made_at.desc()).limit(1)
        if plan_id is not None:
            query = _PLAN.select().where(_PLAN.c.id == plan_id)
        rows = self._rows(query)
        return _plan(rows[0]) if rows else None

    def mark_applied(self, plan_id: str) -> None:
        """Note that every command of a plan was carried out or refused."""
        now = datetime.now(UTC).replace(tzinfo=None)
        with self._guarded(), self._engine.begin() as connection:
            connection.execute(_PLAN.update().where(_PLAN.c.id == plan_id).values(applied_at=now))

    def keep_judgements(self, judgements: Sequence[Judgement]) -> None:
        """Add what people decided, all or nothing; what was decided before stays written down."""
        if judgements:
            with self._guarded(), self._engine.begin() as connection:
                connection.execute(JUDGEMENT.insert(), [row_of(one) for one in judgements])

    def judgements(self, *kinds: JudgementKind) -> list[Judgement]:
        """List every judgement of some kinds, or of all, in the order in which they were written down."""
        query = JUDGEMENT.select().order_by(JUDGEMENT.c.number)
        return judgements_of(self._rows(query.where(JUDGEMENT.c.kind.in_(kinds)) if kinds else query))

    def keep_nudges(self, nudges: Sequence[KeptNudge], *, at: datetime) -> int:
        """Keep nudges that are news, and tell how many are; old ones are forgotten."""
        moment = at.astimezone(UTC).replace(tzinfo=None)
        fresh = 0
        for nudge in nudges:
            values = {name: getattr(nudge, name) for name in KeptNudge.__dataclass_fields__}
            with self._guarded(), self._engine.begin() as connection:
                connection.execute(_NUDGE.delete().where(_NUDGE.c.kept_at < moment - _NUDGES_FOR))
                try:
                    connection.execute(_NUDGE.insert().values(kept_at=moment, **values))
                    fresh += 1
                except sa.exc.IntegrityError:
                    connection.rollback()
        return fresh

    def last_nudge(self) -> int:
        """Give the number of the newest nudge, 0 where there is none; it only grows."""
        rows = self._rows(sa.select(sa.func.max(_NUDGE.c.number)))
        return int(str(rows[0][0] or 0))

    def _rows(self, query: sa.Select[tuple[object, ...]]) -> Sequence[sa.Row[tuple[object, ...]]]:
        with self._guarded(), self._engine.connect() as connection:
            return connection.execute(query).fetchall()

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except sa.exc.SQLAlchemyError as error:
            message = f"the ledger cannot be used ({type(error).__name__})."
            raise StoreError(message, advice="Check its address and free space; nothing more was written.") from None


def _connect(url: str) -> Engine:
    engine = sa.create_engine(url)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: sa.engine.interfaces.DBAPIConnection, _record: object) -> None:
    """Let readers and a writer work at once, and let no committed row be lost with the power."""
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _intent(row: sa.Row[tuple[object, ...]]) -> Intent:
    values = row._asdict()
    return Intent(**values | {"changed_at": values["changed_at"].replace(tzinfo=UTC)})


def _add_step(connection: sa.Connection, step: WriteStep | None) -> None:
    if step is not None:
        values = _fields_of(step) | {"at": _naive(step.at)}
        values.pop("number")
        connection.execute(_STEP.insert().values(values))


def _fields_of(row: Intent | Approval | WriteStep) -> dict[str, object]:
    return {name: getattr(row, name) for name in row.__dataclass_fields__}


def _values_of(intent: Intent) -> dict[str, object]:
    values = _fields_of(intent)
    return values | {"changed_at": _naive(intent.changed_at)}


def _naive(moment: datetime | None) -> datetime:
    """Give a time as it is stored, in UTC without saying so; now where there is none."""
    return (moment or datetime.now(UTC)).astimezone(UTC).replace(tzinfo=None)


def _plan(row: sa.Row[tuple[object, ...]]) -> StoredPlan:
    values = row._asdict()
    applied = values["applied_at"]
    return StoredPlan(
        id=values["id"],
        made_at=values["made_at"].replace(tzinfo=UTC),
        applied_at=applied.replace(tzinfo=UTC) if applied else None,
        body=values["body"],
    )
