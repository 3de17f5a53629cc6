"""The warehouse's tables, derived from the models: one column a field, nested values as JSON, times in UTC."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin

import msgspec
from pydantic import BaseModel, ConfigDict

from atlas_sync.canonical import model, observed
from atlas_sync.canonical.card import Card
from atlas_sync.store.landing import Manifest

__all__ = [
    "PUBLISHED",
    "TABLES",
    "CachedPairs",
    "CachedReading",
    "Compared",
    "GapCount",
    "Identity",
    "Intake",
    "LandedHead",
    "LandedRead",
    "Mark",
    "Pending",
    "Placed",
    "Quarantined",
    "RecordHead",
    "Run",
    "Taken",
    "Unsure",
    "Version",
    "columns_of",
    "create_statement",
    "from_row",
    "key_of",
]


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Run(_Row):
    """One sync. `as_of` is the latest vendor clock seen, to which ages are counted; `status` the worst stream's."""

    run: str
    started_at: datetime
    finished_at: datetime
    as_of: datetime
    status: str
    pulled: int
    changed: int
    quarantined: int
    engagements: int


class LandedHead(_Row):
    """A record as last received, without its content: its hash, in which read, and whether it says anything to us.

    There is one for every record ever read, so it is kept small: a transaction holds its rows in memory.
    """

    id: str
    hash: str
    read: int
    used: bool


class LandedRead(_Row):
    """The read of a stream that some heads come from; `mapping` names the way in which its records were read."""

    number: int
    system: str
    stream: str
    run: str
    mapping: str


class RecordHead(_Row):
    """A source record without its content: its table, the hash of its mapped values, the run it changed in.

    `remote_id` is the landed record that it was read from, which may say several things.
    """

    source: str
    entity: str
    system: str
    stream: str
    hash: str
    run: str
    remote_id: str = ""


class Intake(_Row):
    """How one landed manifest was taken in: `read` = `stored` + `unused` (says nothing to us) + `quarantined`."""

    system: str
    stream: str
    run: str
    read: int
    stored: int
    unused: int
    quarantined: int
    changed: int


class Mark(_Row):
    """How much of the list of a stream's commits was taken in, so that a look for new ones costs the same forever."""

    id: str
    commits: int


class Quarantined(_Row):
    """A record that cannot be mapped, with the reason, until it can be or is gone; its raw form is in landing.

    `would_be` is the observed record that it is a version of. `belongs_to` are the deals, projects, work items and pages that
    it names, where that can still be read for certain; else it may belong to any.
    """

    source: str
    system: str
    stream: str
    run: str
    path: str
    reason: str
    would_be: str = ""
    belongs_to: tuple[str, ...] = ()


class Pending(_Row):
    """Work that a change asks for and that is not done yet; a run cut short leaves it to the next one.

    `assemble` names a deal by source, `identify`, `unsold` and `publish` stand alone, `read` and `compare` name an engagement.
    """

    key: str
    stage: Literal["identify", "assemble", "read", "compare", "unsold", "publish"]
    subject: str


class Identity(_Row):
    """Which entity a source record belongs to: what keys gave it at first sight (`base_id`), or what was said since.

    Of a client or a person `base_id` is empty where it is the entity itself: a look for a few reads that many texts less. A
    deal's `base_id` is its own; what joins it to its `partner` is looked at anew each time. `place` is the order of first
    sight, and `number` what stands for the source of a client's or person's card.
    """

    source: str
    kind: Literal["client", "person", "engagement"]
    entity_id: str
    reason: str
    base_id: str = ""
    place: int = 0
    partner: str = ""
    number: int | None = None


class Unsure(_Row):
    """Two records that may be one client, person or sale, for somebody to say: how likely, by what is for and against it."""

    id: str
    kind: Literal["client", "person", "engagement"]
    one: str
    other: str
    one_entity: str
    other_entity: str
    one_name: str
    other_name: str
    score: float
    reasons: tuple[str, ...] = ()


class Taken(_Row):
    """Up to where something was taken in: which words of people on identity and on promises, and which reader read all."""

    name: str
    value: str


class CachedReading(_Row):
    """What the reader found in a text; the key is the hash of the text with its context and the reader's version."""

    key: str
    reading: str


class Placed(_Row):
    """The sentences of a text by the names that they keep while the text changes: those that are there, and those that were."""

    interaction_id: str
    there: Mapping[str, str] = {}
    gone: Mapping[str, str] = {}


class CachedPairs(_Row):
    """What the matcher found in an engagement's promises and passages of its items.

    `pairs` has those that were read together, by the hash of both. `alone` tells by the hash of a passage how well it fits each
    of `texts`, read for themselves: base64 of as many 32-bit floats, NaN where none was asked. `reads` names what read them.
    """

    engagement_id: str
    reads: str
    pairs: Mapping[str, tuple[float, float | None]]
    texts: tuple[str, ...] = ()
    alone: Mapping[str, str] = {}


class Compared(_Row):
    """How an engagement was compared last: `version` of tracing and matcher, `judged` the judgements that it took in.

    From `again_at` on the passing of time alone changes its gaps.
    """

    engagement_id: str
    version: str
    judged: str = ""
    again_at: datetime | None = None


class Version(_Row):
    """What one entity of an engagement was from `since` on, and before `until`; None while it still is. `body` is its JSON.

    Long texts are left out: the body of an interaction and the text of a work item. A project without a deal has its gap's
    `engagement_id`.
    """

    key: str
    engagement_id: str
    entity: str
    entity_id: str
    since: datetime
    until: datetime | None = None
    body: str


class GapCount(_Row):
    """How many gaps there were after a run, by kind and state: the trend."""

    id: str
    run: str
    as_of: datetime
    kind: str
    state: str
    gaps: int


TABLES: Mapping[str, type[BaseModel]] = {
    "observed_user": observed.ObservedUser,
    "observed_client": observed.ObservedClient,
    "observed_person": observed.ObservedPerson,
    "observed_deal": observed.ObservedDeal,
    "observed_role": observed.ObservedRole,
    "observed_interaction": observed.ObservedInteraction,
    "observed_contract": observed.ObservedContract,
    "observed_line_item": observed.ObservedLineItem,
    "observed_project": observed.ObservedProject,
    "observed_work_item": observed.ObservedWorkItem,
    "observed_comment": observed.ObservedComment,
    "observed_link": observed.ObservedLink,
    "observed_watcher": observed.ObservedWatcher,
    "card": Card,
    "client": model.Client,
    "person": model.Person,
    "engagement": model.Engagement,
    "contract": model.Contract,
    "interaction": model.Interaction,
    "promise": model.Promise,
    "outcome": model.Outcome,
    "scope_item": model.ScopeItem,
    "obligation": model.Obligation,
    "stakeholder": model.Stakeholder,
    "delivery_project": model.DeliveryProject,
    "work_item": model.WorkItem,
    "trace_link": model.TraceLink,
    "gap": model.Gap,
    "handoff": model.Handoff,
    "statement": model.Statement,
    "pull": Manifest,
    "run": Run,
    "landed_head": LandedHead,
    "landed_read": LandedRead,
    "record_head": RecordHead,
    "intake": Intake,
    "mark": Mark,
    "quarantined": Quarantined,
    "identity": Identity,
    "unsure": Unsure,
    "taken": Taken,
    "pending": Pending,
    "cached_reading": CachedReading,
    "placed": Placed,
    "cached_pairs": CachedPairs,
    "compared": Compared,
    "version": Version,
    "gap_count": GapCount,
}

PUBLISHED = (
    "client",
    "person",
    "engagement",
    "contract",
    "interaction",
    "promise",
    "outcome",
    "scope_item",
    "obligation",
    "stakeholder",
    "delivery_project",
    "work_item",
    "trace_link",
    "gap",
    "handoff",
    "statement",
    "pull",
    "run",
    "quarantined",
    "gap_count",
    "identity",
    "unsure",
    "version",
)
"""The tables that readers outside the sync may rely on."""

_UNCOMPRESSED = {
    "landed_head": ("id", "hash"),
    "card": ("source", "number", "name", "address", "employer", "by_address", "by_name", "nearly", "by_employer"),
    "identity": ("source", "entity_id", "number"),
    "person": ("id", "name", "email", "client_id", "sources"),
}
"""Columns that hardly compress, where looking for a way takes half the time of an insert, and reading them twice as long.

So are those of which a few rows are read from all over: a dictionary would be decoded for each.
"""

_SCALARS = {
    str: "VARCHAR",
    bool: "BOOLEAN",
    int: "BIGINT",
    float: "DOUBLE",
    Decimal: "DECIMAL(18,2)",
    datetime: "TIMESTAMP",
    date: "DATE",
}


@cache
def columns_of(table: str) -> Mapping[str, str]:
    """Give the columns of a table with their DuckDB types, in order."""
    fields = TABLES[table].model_fields
    return types.MappingProxyType({name: _column_type(info.annotation) for name, info in fields.items()})


def create_statement(table: str) -> str:
    """Give the statement that makes a table where it is absent."""
    plain = _UNCOMPRESSED.get(table, ())
    columns = ", ".join(
        f'"{name}" {kind}{" USING COMPRESSION uncompressed" if name in plain else ""}'
        for name, kind in columns_of(table).items()
    )
    return f'CREATE TABLE IF NOT EXISTS "{table}" ({columns})'


def key_of(table: str) -> tuple[str, ...]:
    """Give the columns that identify a row: the model's first field, or the run and stream of a read."""
    if table in {"pull", "intake"}:
        return ("system", "stream", "run")
    return (next(iter(TABLES[table].model_fields)) if table.startswith("observed") else _first_key(table),)


def _first_key(table: str) -> str:
    fields = TABLES[table].model_fields
    return "id" if "id" in fields else next(iter(fields))


def _column_type(annotation: Any) -> str:  # noqa: ANN401 - a type of any kind
    if get_origin(annotation) in {Union, types.UnionType}:
        inner = [part for part in get_args(annotation) if part is not types.NoneType]
        return _column_type(inner[0]) if len(inner) == 1 else "JSON"
    if get_origin(annotation) is Literal:
        return "VARCHAR"
    return _SCALARS.get(annotation, "JSON")


def from_row(table: str, names: Iterable[str], values: Iterable[Any]) -> BaseModel:
    """Turn a row back into its model; a column younger than the row holds NULL, which means the default."""
    readers, required = _readers_of(table)
    return TABLES[table].model_validate(
        {
            name: readers[name](value) if value is not None and name in readers else value
            for name, value in zip(names, values, strict=True)
            if value is not None or name in required
        }
    )


@cache
def _readers_of(table: str) -> tuple[Mapping[str, Callable[[Any], Any]], frozenset[str]]:
    """Give what turns the values of some columns into what a model takes, and the fields that have no default."""
    kinds: Mapping[str, Callable[[Any], Any]] = {"JSON": msgspec.json.decode, "TIMESTAMP": _in_utc}
    readers = {name: kinds[kind] for name, kind in columns_of(table).items() if kind in kinds}
    fields = TABLES[table].model_fields
    return types.MappingProxyType(readers), frozenset(name for name, info in fields.items() if info.is_required())


def _in_utc(value: datetime) -> datetime:
    return value.replace(tzinfo=UTC)
