"""What must never be lost: which writes were meant, sent and settled, the plans they came from, and people's judgements.

SQLite by default, PostgreSQL by address; many processes may use it at once. Each change is committed before it returns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from atlas_sync.errors import ConfigError, StoreError
from atlas_sync.store.judgements import METADATA as JUDGEMENTS
from atlas_sync.store.judgements import TABLE as JUDGEMENT
from atlas_sync.store.judgements import Judgement, JudgementKind, judgements_of, put_after, row_of
from atlas_sync.store.nudges import ENGINES, KeptNudge, forget_old, keep_fresh, newest
from atlas_sync.store.writes import (
    APPROVAL,
    DEAL_FIELD,
    INTENT,
    METADATA,
    PLAN,
    STEP,
    Approval,
    FieldKey,
    FieldState,
    Intent,
    IntentState,
    StoredPlan,
    WriteStep,
    approval_of,
    fields_of,
    intent_of,
    naive,
    plan_of,
    step_of,
    values_of,
)

__all__ = [
    "Approval",
    "FieldKey",
    "FieldState",
    "Intent",
    "IntentState",
    "KeptNudge",
    "Ledger",
    "StoredPlan",
    "WriteStep",
    "is_kept",
]

_TOGETHER = 500
"""Values that one query names: engines allow a bounded number."""


class Ledger:
    """The open ledger. `url` is a SQLAlchemy address.

    Raises:
        ConfigError: it is no such address, or needs a package that is not installed.
        StoreError: it leads nowhere, or to where nothing may be written.
    """

    def __init__(self, url: str) -> None:
        self._engine = _connect(url)
        with self._guarded():
            _make_tables(self._engine)

    def close(self) -> None:
        """Give back the connections."""
        self._engine.dispose()

    def record(self, intent: Intent, step: WriteStep | None = None) -> None:
        """Write down an intent or its outcome, replacing what stood under the marker, with the step that led to it."""
        values = values_of(intent)
        with self._guarded(), self._engine.begin() as connection:
            _add_step(connection, step)
            changed = connection.execute(INTENT.update().where(INTENT.c.marker == intent.marker).values(values))
            if changed.rowcount == 0:
                connection.execute(INTENT.insert().values(values))

    def claim(self, intent: Intent, step: WriteStep, *, before: Intent | None) -> bool:
        """Write down an intent if what stands under its marker is still `before`; false where somebody else was faster."""
        values = values_of(intent)
        with self._guarded(), self._engine.begin() as connection:
            _add_step(connection, step)
            if before is None:
                try:
                    connection.execute(INTENT.insert().values(values))
                except sa.exc.IntegrityError:
                    connection.rollback()
                    return False
                return True
            same = sa.and_(
                INTENT.c.marker == before.marker,
                INTENT.c.state == before.state,
                INTENT.c.changed_at == naive(before.changed_at),
            )
            is_ours = connection.execute(INTENT.update().where(same).values(values)).rowcount == 1
            if not is_ours:
                connection.rollback()
            return is_ours

    def intent(self, marker: str) -> Intent | None:
        """Give the intent under a marker."""
        rows = self._rows(INTENT.select().where(INTENT.c.marker == marker))
        return intent_of(rows[0]) if rows else None

    def note(self, step: WriteStep) -> None:
        """Add a step to the journal of runs, which only grows."""
        with self._guarded(), self._engine.begin() as connection:
            _add_step(connection, step)

    def steps(self, *, run: str | None = None, action: str | None = None) -> list[WriteStep]:
        """List the steps of a run, of one kind, or all, in their order."""
        query = STEP.select().order_by(STEP.c.number)
        if run is not None:
            query = query.where(STEP.c.run == run)
        if action is not None:
            query = query.where(STEP.c.action == action)
        return [step_of(row) for row in self._rows(query)]

    def intents(self, *, subject_id: str | None = None, item: str | None = None) -> list[Intent]:
        """List intents in order of their markers, those about one subject or for one sort of item where it is given."""
        query = INTENT.select().order_by(INTENT.c.marker)
        if subject_id is not None:
            query = query.where(INTENT.c.subject_id == subject_id)
        if item is not None:
            query = query.where(INTENT.c.item == item)
        return [intent_of(row) for row in self._rows(query)]

    def marks(self, engagements: Iterable[str]) -> list[tuple[str, str]]:
        """List engagement and marker of every intent of some engagements, without the texts that were written."""
        wanted = sorted(set(engagements))
        found: list[tuple[str, str]] = []
        for start in range(0, len(wanted), _TOGETHER):
            some = INTENT.c.engagement_id.in_(wanted[start : start + _TOGETHER])
            rows = self._rows(sa.select(INTENT.c.engagement_id, INTENT.c.marker).where(some))
            found += [(str(row.engagement_id), str(row.marker)) for row in rows]
        return found

    def intent_by_key(self, remote_key: str) -> Intent | None:
        """Find what we wrote under a tracker key."""
        rows = self._rows(INTENT.select().where(INTENT.c.remote_key == remote_key))
        return intent_of(rows[0]) if rows else None

    def deal_fields(self) -> dict[FieldKey, FieldState]:
        """Give all that we know of the fields of ours on deals."""
        rows = [row._asdict() for row in self._rows(DEAL_FIELD.select())]
        return {
            (row["system"], row["deal"], row["name"]): FieldState(
                row["written"], row["sent"], row["refused"], row["changed_at"].replace(tzinfo=UTC)
            )
            for row in rows
        }

    def keep_deal_fields(self, states: Mapping[FieldKey, FieldState], step: WriteStep) -> None:
        """Write down fields of deals, replacing what was known of them, with the step that led to it."""
        with self._guarded(), self._engine.begin() as connection:
            _add_step(connection, step)
            for (system, deal, name), state in states.items():
                key = {"system": system, "deal": deal, "name": name}
                values = fields_of(state) | {"changed_at": naive(state.changed_at)}
                same = sa.and_(*(DEAL_FIELD.c[column] == value for column, value in key.items()))
                if connection.execute(DEAL_FIELD.update().where(same).values(values)).rowcount == 0:
                    connection.execute(DEAL_FIELD.insert().values(key | values))

    def approve(self, approvals: Sequence[Approval]) -> None:
        """Write down what a person approved."""
        rows = [{**fields_of(one), "at": naive(one.at)} for one in approvals]
        if rows:
            with self._guarded(), self._engine.begin() as connection:
                connection.execute(APPROVAL.insert(), rows)

    def approvals(self) -> list[Approval]:
        """List what was approved, in order."""
        return [approval_of(row) for row in self._rows(APPROVAL.select().order_by(APPROVAL.c.number))]

    def keep_plan(self, plan: StoredPlan) -> None:
        """Store a plan; the same plan again becomes the newest."""
        values = {"made_at": plan.made_at.astimezone(UTC).replace(tzinfo=None), "body": plan.body, "applied_at": None}
        with self._guarded(), self._engine.begin() as connection:
            changed = connection.execute(PLAN.update().where(PLAN.c.id == plan.id).values(values))
            if changed.rowcount == 0:
                connection.execute(PLAN.insert().values(id=plan.id, **values))

    def plan(self, plan_id: str | None = None) -> StoredPlan | None:
        """Give a plan by id, or the one made last."""
        query = PLAN.select().order_by(PLAN.c.made_at.desc()).limit(1)
        if plan_id is not None:
            query = PLAN.select().where(PLAN.c.id == plan_id)
        rows = self._rows(query)
        return plan_of(rows[0]) if rows else None

    def mark_applied(self, plan_id: str) -> None:
        """Note that every command of a plan was carried out or refused."""
        now = datetime.now(UTC).replace(tzinfo=None)
        with self._guarded(), self._engine.begin() as connection:
            connection.execute(PLAN.update().where(PLAN.c.id == plan_id).values(applied_at=now))

    def keep_judgements(self, judgements: Sequence[Judgement]) -> None:
        """Add what people decided, all or nothing; what was decided before stays written down, and is older than that."""
        if judgements:
            since = naive(min(one.at for one in judgements))
            with self._guarded(), self._engine.begin() as connection:
                later = connection.execute(JUDGEMENT.select().where(JUDGEMENT.c.at >= since)).fetchall()
                words = put_after(judgements, judgements_of(later))
                connection.execute(JUDGEMENT.insert(), [row_of(one) for one in words])

    def judgements(self, *kinds: JudgementKind, past: int = 0) -> list[Judgement]:
        """List every judgement of some kinds, or of all, as they were written down, past the first so many."""
        query = JUDGEMENT.select().order_by(JUDGEMENT.c.number).offset(past or None)
        return judgements_of(self._rows(query.where(JUDGEMENT.c.kind.in_(kinds)) if kinds else query))

    def keep_nudges(self, nudges: Sequence[KeptNudge], *, at: datetime) -> int:
        """Keep nudges that are news, and tell how many are; old ones are forgotten."""
        moment = naive(at)
        if not nudges:
            return 0
        with self._guarded(), self._engine.begin() as connection:
            forget_old(connection, at=moment)
            return keep_fresh(connection, nudges, at=moment)

    def last_nudge(self) -> str:
        """Name the newest nudge, by its number and when it was kept; nothing where there is none.

        Numbers only grow, but those of a ledger that is put back from a copy are given again.
        """
        return next((" ".join(map(str, row)) for row in self._rows(newest())), "")

    def _rows(self, query: sa.Select[tuple[object, ...]]) -> Sequence[sa.Row[tuple[object, ...]]]:
        with self._guarded(), self._engine.connect() as connection:
            return connection.execute(query).fetchall()

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except sa.exc.SQLAlchemyError as error:
            message = f"the ledger cannot be used ({type(error).__name__})."
            raise StoreError(
                message, advice="Check its address, your right to write there and free space; nothing more was written."
            ) from None


def is_kept(url: str) -> bool:
    """Tell if a ledger in a file has that file; of one in a database of its own it is taken for granted."""
    with _understood():
        place = sa.engine.make_url(url)
    return place.get_backend_name() != "sqlite" or not place.database or Path(place.database).exists()


def _connect(url: str) -> Engine:
    with _understood():
        engine = sa.create_engine(url)
        if engine.dialect.name not in ENGINES:
            raise sa.exc.ArgumentError(engine.dialect.name)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _prepare_sqlite)
    return engine


@contextmanager
def _understood() -> Iterator[None]:
    """Take an address that cannot be used for a wrong setting. It may hold a password, and is not repeated."""
    try:
        yield
    except (sa.exc.ArgumentError, ImportError, ValueError):
        message = "the ledger's address is none that can be used here."
        advice = "Write sqlite:///FILE, or postgresql+psycopg://USER@HOST/NAME with the extra `postgres` installed."
        raise ConfigError(message, advice=advice) from None


def _make_tables(engine: Engine) -> None:
    """Make the tables that are not there yet. Where that fails, another process may just have made the same one."""
    with engine.connect() as connection:
        for table in (*METADATA.sorted_tables, *JUDGEMENTS.sorted_tables):
            try:
                table.create(connection, checkfirst=True)
                connection.commit()
            except sa.exc.DBAPIError:
                connection.rollback()
                if not sa.inspect(connection).has_table(table.name):
                    raise


def _prepare_sqlite(connection: sa.engine.interfaces.DBAPIConnection, _record: object) -> None:
    """Let readers and a writer work at once, and let no committed row be lost with the power."""
    cursor = connection.cursor()
    for pragma in ("busy_timeout=10000", "journal_mode=WAL", "synchronous=FULL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _add_step(connection: sa.Connection, step: WriteStep | None) -> None:
    if step is not None:
        values = fields_of(step) | {"at": naive(step.at)}
        values.pop("number")
        connection.execute(STEP.insert().values(values))
