"""What people decided, a row each time: nothing is overwritten, the newest word on a thing holds. Part of the ledger.

Rows are only added, so that any number of people and processes may judge at once, and so that a rebuild can tell what was
known when.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal

import msgspec
import sqlalchemy as sa

__all__ = [
    "METADATA",
    "TABLE",
    "Decision",
    "Judgement",
    "JudgementKind",
    "items_of",
    "judgements_of",
    "put_after",
    "row_of",
    "seen_of",
    "standing",
]

JudgementKind = Literal["promise", "edit", "merge", "link", "gap", "same"]
Decision = Literal["confirmed", "rejected", "waived", "acknowledged", "reopened", "same", "different", "undone"]

METADATA = sa.MetaData()
TABLE = sa.Table(
    "judgement",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("subject", sa.String(255), nullable=False),
    sa.Column("other", sa.String(255), nullable=False),
    sa.Column("decision", sa.String(16), nullable=False),
    sa.Column("engagement_id", sa.String(64), nullable=False, index=True),
    sa.Column("by", sa.String(255), nullable=False),
    sa.Column("at", sa.DateTime, nullable=False, index=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("until", sa.Date),
    sa.Column("seen", sa.Text, nullable=False),
)
_TICK = timedelta(microseconds=1)
"""The least by which two moments differ in every engine."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One person's word on one thing, which `kind`, `subject` and `other` name.

    promise   the statement `subject` with the quote whose hash is `other`: a promise, or none; `seen` is what it was judged on
    edit      the promise `subject` with that quote: of the kind that `reason` names, due on the day `until`, where given
    merge     the promises `subject` and `other`: one, of which `other` stays
    link      the work item whose source is `other` delivers `subject`, or does not; with no `other`, none of `seen` does;
              `seen` has a hash of what each item said, too, which earlier versions did not keep
    gap       the gap `subject`: known, let be (`until` a day, or for good), or open again; `seen` is when it opened
    same      the records `subject` and `other`: one client or person, or two

    Of any of them but a gap, `undone` takes back what was said: it is as if nobody had said it.
    """

    kind: JudgementKind
    subject: str
    other: str
    decision: Decision
    by: str
    at: datetime
    engagement_id: str = ""
    reason: str = ""
    until: date | None = None
    seen: tuple[str, ...] = ()


def seen_of(items: Mapping[str, str]) -> tuple[str, ...]:
    """Give what a word that none of some items delivers was judged on: their sources, each with a hash of what it said."""
    return tuple(f"{source}\n{wording}" for source, wording in sorted(items.items()))


def items_of(word: Judgement) -> dict[str, str]:
    """Give by source the hash of what each item said that a word on a link is about, empty where none was kept."""
    if word.other:
        return {word.other: "".join(word.seen)}
    parts = (one.partition("\n") for one in word.seen)
    return {source: wording for source, _, wording in parts}


def standing(judgements: Iterable[Judgement]) -> list[Judgement]:
    """Give the word that holds on each thing: the newest, whatever order they come in; in order of what they are about."""
    newest: dict[tuple[str, str, str], Judgement] = {}
    for judgement in sorted(judgements, key=lambda one: (one.at, one.decision, one.by)):
        newest[judgement.kind, judgement.subject, judgement.other] = judgement
    return [newest[key] for key in sorted(newest)]


def put_after(words: Sequence[Judgement], kept: Iterable[Judgement]) -> list[Judgement]:
    """Give some words as said after all that were `kept` before on the same: the clock of whoever said those may be ahead.

    All of them move together, so that their order stays.
    """
    about = {thing for one in words for thing in _things_of(one)}
    newest = max((one.at for one in kept if about & _things_of(one)), default=None)
    return [replace(one, at=max(one.at, newest + _TICK)) for one in words] if newest else list(words)


def _things_of(judgement: Judgement) -> set[str]:
    """Name what a word is about; all pairs of records are one thing, since who is one with whom hangs on the other pairs."""
    return {"same"} if judgement.kind == "same" else {judgement.subject, judgement.other} - {""}


def row_of(judgement: Judgement) -> dict[str, object]:
    """Give the values of the table's row."""
    values = {name: getattr(judgement, name) for name in Judgement.__dataclass_fields__}
    moment = judgement.at.astimezone(UTC).replace(tzinfo=None)
    return values | {"at": moment, "seen": msgspec.json.encode(judgement.seen).decode()}


def judgements_of(rows: Sequence[sa.Row[tuple[object, ...]]]) -> list[Judgement]:
    """Give the judgements of some rows, in their order."""
    found = []
    for row in rows:
        values = row._asdict()
        values.pop("number")
        seen = tuple(msgspec.json.decode(values["seen"]))
        found.append(Judgement(**values | {"at": values["at"].replace(tzinfo=UTC), "seen": seen}))
    return found
