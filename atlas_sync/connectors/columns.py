"""Rows whose columns the settings name: which of our fields each fills, and from a row to an observed record.

For whatever hands out rows instead of a vendor's objects: exports, tables, sheets. Each cell is read by the type of its field.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from atlas_sync.canonical import observed
from atlas_sync.canonical.identity import SourceRef
from atlas_sync.connectors.cells import Cells, words
from atlas_sync.connectors.protocol import FieldReport
from atlas_sync.connectors.rows import Row, cell, places
from atlas_sync.errors import MappingError

__all__ = ["KINDS", "ColumnMapper", "Columns", "Habits", "Kind", "checked", "field_report", "row_id"]

_OURS = frozenset({"source", "kind", "stage_label", "deletion"})
"""Fields that no column fills."""
_ONE = {"client": "client", "owner": "user", "deal": "deal", "person": "person", "contract": "contract"}
_MANY = {"clients": "client", "deals": "deal", "persons": "person"}
_TELLING = frozenset({"author", "body", "contract", "email", "owner", "participants", "project_hint", "role", "terms"})
"""Fields from whose absence something would be called missing, as from that of what a row belongs to."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a stream's rows become: the kind in references, the model, what it feeds, and fields that are always the same."""

    name: str
    model: type[observed.Observed]
    feeds: tuple[str, ...]
    fixed: Mapping[str, str] = field(default_factory=dict)

    @property
    def required(self) -> frozenset[str]:
        """The fields without which there is no record."""
        return frozenset(name for name, info in self.model.model_fields.items() if info.is_required()) - _OURS


def _activity(kind: str) -> Kind:
    return Kind(f"interaction/{kind}", observed.ObservedInteraction, ("conversation",), {"kind": kind})


KINDS: Mapping[str, Kind] = {
    "users": Kind("user", observed.ObservedUser, ("people",)),
    "clients": Kind("client", observed.ObservedClient, ("people",)),
    "persons": Kind("person", observed.ObservedPerson, ("people",)),
    "deals": Kind("deal", observed.ObservedDeal, ("deal",)),
    "roles": Kind("role", observed.ObservedRole, ("roles",)),
    "contracts": Kind("contract", observed.ObservedContract, ("contract",)),
    "line_items": Kind("line_item", observed.ObservedLineItem, ()),
    **{f"{kind}s": _activity(kind) for kind in ("email", "call", "meeting", "note", "task")},
    "promises": _activity("promises"),
}
"""By stream, in the order of reading."""


class Columns(BaseModel):
    """What of one stream's rows fills what. Columns of nested rows are named by their path, as in `properties.dealname`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: tuple[str, ...] = Field(min_length=1, description="Columns that together tell a row from every other.")
    columns: dict[str, str] = Field(description="Our field, and the column that holds it.")

    @property
    def named(self) -> tuple[str, ...]:
        """The columns that are named, each once."""
        return tuple(dict.fromkeys((*self.id, *self.columns.values())))


class Habits(BaseModel):
    """How the people who filled the rows write stages, amounts and times."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    won: tuple[str, ...] = Field(default=("Closed Won", "Won"), description="Stages that mean won.")
    lost: tuple[str, ...] = Field(default=("Closed Lost", "Lost"), description="Stages that mean lost.")
    decimal_mark: Literal[".", ","] = Field(default=".", description="What stands before the cents.")
    dates: Literal["day first", "month first"] = Field(default="day first", description="How 05/06/2026 is meant.")
    timezone: ZoneInfo = Field(default=ZoneInfo("UTC"), description="Time zone of times without one: Europe/Lisbon.")


def checked(streams: Mapping[str, Columns]) -> Mapping[str, Columns]:
    """Give the columns by stream if every stream is one of ours, and each has all fields it needs and no other.

    Raises:
        ValueError: it is not so; the settings are refused with this text.
    """
    for stream, spec in streams.items():
        if stream not in KINDS:
            message = f"{stream} is no stream"
            raise ValueError(message)
        unknown = spec.columns.keys() - (KINDS[stream].model.model_fields.keys() - _OURS)
        lacking = KINDS[stream].required - spec.columns.keys()
        if unknown or lacking:
            message = f"{stream}: no column for {sorted(lacking)}, no such field {sorted(unknown)}"
            raise ValueError(message)
    return streams


def field_report(stream: str, spec: Columns, shown: Iterable[frozenset[str]]) -> FieldReport:
    """Compare the columns that are mapped with those that each of several tables shows; an empty table shows nothing.

    A name that several columns of a table have tells none of them, whatever it fills.
    """
    tables = [names for names in shown if names]
    missing = tuple(name for name in spec.named if not all(name in names for names in tables))
    telling = KINDS[stream].required | _TELLING | _ONE.keys() | _MANY.keys()
    needed = {*spec.id, *(column for field, column in spec.columns.items() if field in telling)}
    doubled = {name: found for name in missing for names in tables if (found := places(name, names))}
    required = tuple(name for name in missing if name in needed or name in doubled)
    return FieldReport(missing, required, _advice([name for name in missing if name not in doubled], doubled))


def _advice(absent: Sequence[str], doubled: Mapping[str, Sequence[str]]) -> str:
    said = [f"Export the columns {', '.join(absent)} too, or correct their names."] if absent else []
    said += [f"Several columns are called {name}: export one, or map {' or '.join(doubled[name])}." for name in doubled]
    return " ".join(said)


def row_id(row: Row, spec: Columns) -> str | None:
    """Give what tells a row from every other; None where it could not be read, or one of the columns is blank."""
    ids = [cell(row, name) if isinstance(row, dict) else None for name in spec.id]
    return None if None in ids else "/".join(str(value).strip() for value in ids)


class ColumnMapper:
    """Maps the rows of one connection: pure and total."""

    def __init__(self, system: str, streams: Mapping[str, Columns], habits: Habits) -> None:
        self._system = system
        self._streams = streams
        self._habits = habits
        self._cells = Cells(decimal_mark=habits.decimal_mark, dates=habits.dates, zone=habits.timezone)

    def mapped_by(self, stream: str) -> Mapping[str, object]:
        """Give the settings that a stream's rows are mapped by; empty for a stream that they do not name."""
        if stream not in self._streams:
            return {}
        spec, habits = self._streams[stream], self._habits
        habits_told = {name: getattr(habits, name) for name in ("decimal_mark", "dates")}
        stages = {"won": sorted(habits.won), "lost": sorted(habits.lost)}
        return {"id": spec.id, "columns": spec.columns, "timezone": str(habits.timezone), **habits_told, **stages}

    def map_row(self, stream: str, row: Row, *, where: str) -> Sequence[observed.Observed]:
        """Give what one row says; a text in its place is the reason why it could not be read.

        Raises:
            MappingError: so it is, or a cell is not what its field holds; its path is `where`.
        """
        kind, spec = KINDS[stream], self._streams[stream]
        if not isinstance(row, dict):
            raise _odd(where, row)
        values: dict[str, Any] = {"source": self._ref(kind.name, str(row_id(row, spec))), **kind.fixed}
        for name, column in spec.columns.items():
            if (value := cell(row, column)) is not None:
                try:
                    values |= self._read(name, value, kind)
                except (ValueError, TypeError, OverflowError, OSError):  # the last: a time beyond the calendar
                    raise _odd(where, f"{column} does not hold a good {name}") from None
        try:
            return [kind.model.model_validate(values)]
        except ValidationError as error:
            raise _odd(where, f"no good {', '.join(str(one['loc'][0]) for one in error.errors())}") from None

    def _read(self, name: str, value: Any, kind: Kind) -> dict[str, object]:  # noqa: ANN401 - a cell
        if name == "stage":
            return {"stage": self._stage(str(value)), "stage_label": str(value).strip()}
        if name in _MANY:
            return {name: tuple(self._ref(_MANY[name], one) for one in words(value))}
        if name in _ONE:
            return {name: self._ref(_ONE[name], str(value).strip())}
        return {name: self._cells.read(value, kind.model.model_fields[name].annotation)}

    def _ref(self, kind: str, remote_id: str) -> str:
        return str(SourceRef(self._system, kind, remote_id))

    def _stage(self, label: str) -> str:
        said, won, lost = label.strip().casefold(), self._habits.won, self._habits.lost
        return "won" if said in map(str.casefold, won) else "lost" if said in map(str.casefold, lost) else "open"


def _odd(where: str, reason: str) -> MappingError:
    message = f"{where}: {reason}."
    return MappingError(message, path=where, advice="Correct the export; the other rows were kept.")
