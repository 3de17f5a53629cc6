"""What the ledger keeps of writing: which writes were meant, sent and settled, the plans they came from, who approved them.

The tables and the values that stand in their rows. Part of the ledger, which alone reads and writes them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

import sqlalchemy as sa

__all__ = [
    "APPROVAL",
    "DEAL_FIELD",
    "INTENT",
    "METADATA",
    "PLAN",
    "STEP",
    "Approval",
    "FieldKey",
    "FieldState",
    "Intent",
    "IntentState",
    "StoredPlan",
    "WriteStep",
    "approval_of",
    "fields_of",
    "intent_of",
    "naive",
    "plan_of",
    "step_of",
    "values_of",
]

IntentState = Literal["sent", "done", "unknown", "refused", "gone", "undone"]

METADATA = sa.MetaData()

INTENT = sa.Table(
    "write_intent",
    METADATA,
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

PLAN = sa.Table(
    "plan",
    METADATA,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("made_at", sa.DateTime, nullable=False),
    sa.Column("applied_at", sa.DateTime),
    sa.Column("body", sa.Text, nullable=False),
)

STEP = sa.Table(
    "write_step",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("run", sa.String(64), nullable=False, index=True),
    sa.Column("marker", sa.String(64), nullable=False, index=True),
    sa.Column("action", sa.String(16), nullable=False),
    sa.Column("result", sa.String(16), nullable=False),
    sa.Column("remote_id", sa.String(64)),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
)
APPROVAL = sa.Table(
    "approval",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("command", sa.String(64), nullable=False, index=True),
    sa.Column("marker", sa.String(64), nullable=False),
    sa.Column("plan_id", sa.String(64), nullable=False),
    sa.Column("who", sa.String(255), nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
)
DEAL_FIELD = sa.Table(
    "deal_field",
    METADATA,
    sa.Column("system", sa.String(64), primary_key=True),
    sa.Column("deal", sa.String(64), primary_key=True),
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("written", sa.Text),
    sa.Column("sent", sa.Text),
    sa.Column("refused", sa.Text),
    sa.Column("changed_at", sa.DateTime, nullable=False),
)

FieldKey = tuple[str, str, str]
"""A CRM, a deal there, and our word for a field."""


@dataclass(frozen=True, slots=True)
class FieldState:
    """What we know of one field of ours on a deal: what we last wrote, and what was sent and may have been written as well.

    `refused` is a value that the CRM would not take. A field that holds anything else was set by a person.
    """

    written: str | None = None
    sent: str | None = None
    refused: str | None = None
    changed_at: datetime | None = field(default=None, compare=False)


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


def intent_of(row: sa.Row[tuple[object, ...]]) -> Intent:
    """Read an intent."""
    values = row._asdict()
    return Intent(**values | {"changed_at": values["changed_at"].replace(tzinfo=UTC)})


def step_of(row: sa.Row[tuple[object, ...]]) -> WriteStep:
    """Read a step."""
    values = row._asdict()
    return WriteStep(**values | {"at": values["at"].replace(tzinfo=UTC)})


def approval_of(row: sa.Row[tuple[object, ...]]) -> Approval:
    """Read an approval."""
    values = row._asdict()
    names = Approval.__dataclass_fields__
    return Approval(**{name: values[name] for name in names} | {"at": values["at"].replace(tzinfo=UTC)})


def plan_of(row: sa.Row[tuple[object, ...]]) -> StoredPlan:
    """Read a plan."""
    values = row._asdict()
    applied = values["applied_at"]
    return StoredPlan(
        id=values["id"],
        made_at=values["made_at"].replace(tzinfo=UTC),
        applied_at=applied.replace(tzinfo=UTC) if applied else None,
        body=values["body"],
    )


def fields_of(row: Intent | Approval | WriteStep | FieldState) -> dict[str, object]:
    """Give the values of a row by column, as they are."""
    return {name: getattr(row, name) for name in row.__dataclass_fields__}


def values_of(intent: Intent) -> dict[str, object]:
    """Give the values of an intent's row as they are stored."""
    return fields_of(intent) | {"changed_at": naive(intent.changed_at)}


def naive(moment: datetime | None) -> datetime:
    """Give a time as it is stored, in UTC without saying so; now where there is none."""
    return (moment or datetime.now(UTC)).astimezone(UTC).replace(tzinfo=None)
