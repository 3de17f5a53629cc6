"""A query as a tree, as `soql` reads it and `query` answers it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal as Words

from atlas_sync.sandbox.salesforce.store import Value

__all__ = ["Comparison", "Condition", "Group", "Literal", "Negation", "Order", "Path", "Select"]


@dataclass(frozen=True, slots=True)
class Path:
    """A field, perhaps of a parent: `Owner.Name`."""

    parts: tuple[str, ...]
    at: int

    def __str__(self) -> str:
        """As it is written."""
        return ".".join(self.parts)


@dataclass(frozen=True, slots=True)
class Literal:
    """A value as written. For LIKE, `value` is the pattern as a regular expression."""

    kind: str
    value: Value
    at: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison. `op` is one of = != < <= > >= in, not in, like."""

    path: Path
    op: str
    values: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Negation:
    """NOT."""

    part: Condition


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions joined by one of and, or."""

    word: Words["and", "or"]
    parts: tuple[Condition, ...]


Condition = Comparison | Negation | Group


@dataclass(frozen=True, slots=True)
class Order:
    """One key of the order."""

    path: Path
    descending: bool
    nulls_last: bool


@dataclass(frozen=True, slots=True)
class Select:
    """A query. `is_count` for count(); `fields` holds paths and subqueries in order."""

    fields: tuple[Path | Select, ...]
    source: str
    source_at: int
    where: Condition | None = None
    order: tuple[Order, ...] = ()
    limit: int | None = None
    offset: int = 0
    is_count: bool = False
