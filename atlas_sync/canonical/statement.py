"""Who says what a value is: several records of one thing, whose word goes first, and what the others say instead."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Generic, Literal, TypeVar

from atlas_sync.canonical.identity import SourceRef, derive_id
from atlas_sync.canonical.model import Saying, Statement
from atlas_sync.canonical.observed import Observed

__all__ = ["Precedence", "Since", "Telling", "Told", "ValueName", "Voice", "heard", "said_since", "statement_of"]

ValueName = Literal["name", "client", "stage", "owner", "amount", "close_date", "domain", "email", "title"]
_NONE: Mapping[ValueName, Sequence[str]] = MappingProxyType({})

Since = Mapping[tuple[str, str, str], datetime | None]
"""Since when a record says a value: by the record's source, the property's name and the value as shown."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a record says of one property: `value` is what is shown of it, `key` what is compared; None if it tells nothing.

    `named_at` is when another record that gives the name of what is said last changed.
    """

    value: str
    key: Hashable | None
    named_at: datetime | None = None


RecordT = TypeVar("RecordT", bound=Observed)
Telling = Callable[[RecordT], Told | None]
"""What a record says of one property; None where it is silent."""


@dataclass(frozen=True, slots=True)
class Precedence:
    """Whose word goes first: names of connections, and others for single properties; else the record that was seen first."""

    systems: Sequence[str] = ()
    of: Mapping[ValueName, Sequence[str]] = field(default_factory=lambda: _NONE)

    def rank(self, record: Observed, name: ValueName) -> int:
        """Give the place of a record's system, one place for all that are not named."""
        order = [*self.of.get(name, ()), *self.systems]
        system = SourceRef.parse(record.source).system
        return order.index(system) if system in order else len(order)


@dataclass(frozen=True, slots=True)
class Voice(Generic[RecordT]):
    """A record that says something of a property."""

    record: RecordT
    told: Told

    @property
    def at(self) -> datetime | None:
        """Since when it says so at the latest: it may have named another one before, or the same one may have been renamed."""
        stamp, named_at = self.record.updated_at, self.told.named_at
        return max(stamp, named_at) if stamp and named_at else stamp


def heard(
    records: Iterable[RecordT], name: ValueName, telling: Telling[RecordT], precedence: Precedence
) -> list[Voice[RecordT]]:
    """List what records say of a property, whose word holds first.

    That is one that says anything, then one that still exists, then by precedence, then as given.
    """
    voices = [Voice(record, said) for record in records if (said := telling(record)) is not None]
    if len(voices) > 1:
        voices.sort(
            key=lambda one: (one.told.key is None, one.record.deletion is not None, precedence.rank(one.record, name))
        )
    return voices


def statement_of(
    voices: Sequence[Voice[RecordT]],
    name: ValueName,
    *,
    about: Literal["deal", "client", "person"],
    subject_id: str,
    engagement_id: str,
    since: Since,
) -> Statement:
    """State a value with who says so. `since` tells of what was said before: it is said since then.

    Raises:
        IndexError: nobody says anything; a caller's mistake.
    """
    first, *others = (
        Saying(
            source=one.record.source,
            value=one.told.value,
            at=since.get((one.record.source, name, one.told.value), one.at),
        )
        for one in voices
    )
    told = {one.told.key for one in voices if one.record.deletion is None and one.told.key is not None}
    return Statement(
        id=derive_id("stm", engagement_id, subject_id, name),
        engagement_id=engagement_id,
        about=about,
        subject_id=subject_id,
        name=name,
        value=first.value,
        source=first.source,
        at=first.at,
        others=tuple(others),
        is_conflict=len(told) > 1,
    )


def said_since(before: Iterable[Statement]) -> Since:
    """Give since when what some statements hold is said, whatever sale each was made for: the earliest where several tell."""
    found: dict[tuple[str, str, str], datetime | None] = {}
    for statement in before:
        for one in _sayings(statement):
            key = (one.source, statement.name, one.value)
            known = found.get(key)
            found[key] = min(known, one.at) if known and one.at else known or one.at
    return found


def _sayings(statement: Statement) -> tuple[Saying, ...]:
    return (Saying(source=statement.source, value=statement.value, at=statement.at), *statement.others)
