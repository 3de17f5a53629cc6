"""Corrections: what a person puts right about a promise, its kind and its day, or that two promises are one.

They stand in the ledger beside the verdicts, without the words they are about, and hold whenever texts are read again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast, get_args

from atlas_sync.canonical.model import Promise, PromiseKind
from atlas_sync.errors import ConfigError
from atlas_sync.extraction.likeness import terms_of
from atlas_sync.operations.judged import quote_key
from atlas_sync.store.judgements import Judgement
from atlas_sync.store.ledger import Ledger
from atlas_sync.store.warehouse import Rows

__all__ = ["KINDS", "Edit", "alike", "correct", "corrected", "merge", "uncorrected"]

KINDS: tuple[PromiseKind, ...] = get_args(PromiseKind)


@dataclass(frozen=True, slots=True)
class Edit:
    """What is put right about a promise; None leaves it as it is."""

    kind: PromiseKind | None = None
    due: date | None = None


def correct(rows: Rows, ledger: Ledger, edits: Mapping[str, Edit], *, by: str, at: datetime) -> list[Judgement]:
    """Keep what a person puts right about promises, by their ids; who corrects one also says that it is one.

    Raises:
        ConfigError: an id is not that of a promise, or nothing is put right about it; nothing was kept.
    """
    promises = _promises(rows, edits)
    kept = []
    for name, edit in edits.items():
        if edit.kind is None and edit.due is None:
            message = f"nothing is put right about {name}."
            raise ConfigError(message, advice=f"Give kind={'|'.join(KINDS)} or due=YYYY-MM-DD.")
        promise = promises[name]
        quote = quote_key(promise.evidence.quote)
        said = Judgement("edit", name, quote, "confirmed", by, at, promise.engagement_id, edit.kind or "", edit.due)
        kept.append(said)
    ledger.keep_judgements(kept)
    return kept


def merge(rows: Rows, ledger: Ledger, pairs: Mapping[str, str], *, by: str, at: datetime) -> list[Judgement]:
    """Keep that promises are one and the same, each with the one that stays, by their ids.

    Raises:
        ConfigError: an id is not that of a promise, two are of different engagements, or one is itself; nothing was kept.
    """
    promises = _promises(rows, [*pairs, *pairs.values()])
    for name, into in pairs.items():
        if name == into or promises[name].engagement_id != promises[into].engagement_id:
            message = f"{name} and {into} cannot be one promise."
            raise ConfigError(message, advice="Give two promises of one engagement.")
    kept = [
        Judgement("merge", name, into, "same", by, at, engagement_id=promises[name].engagement_id)
        for name, into in pairs.items()
    ]
    ledger.keep_judgements(kept)
    return kept


def _promises(rows: Rows, names: Iterable[str]) -> dict[str, Promise]:
    wanted = list(dict.fromkeys(names))
    found = {row.id: row for row in rows.select(Promise, id=wanted)}
    if unknown := sorted(set(wanted) - set(found)):
        message = f"there is no promise {', '.join(unknown)}."
        raise ConfigError(message, advice="`atlas-sync review` lists them with their ids; nothing was kept.")
    return found


def corrected(promises: Iterable[Promise], judgements: Sequence[Judgement]) -> list[Promise]:
    """Give promises as people put them right; an edit holds while the quote is the one it was made on."""
    rows = {promise.id: promise for promise in promises}
    for one in judgements:
        promise = rows.get(one.subject)
        if one.kind == "edit" and promise and quote_key(promise.evidence.quote) == one.other:
            rows[promise.id] = _edited(promise, one)
    for one in sorted((one for one in judgements if one.kind == "merge"), key=lambda one: one.at):
        if one.subject != one.other and _are_together(one, rows):
            rows[one.other] = _merged(rows[one.other], rows.pop(one.subject))
            moved = [row for row in rows.values() if row.perhaps == one.subject]
            rows |= {row.id: row.model_copy(update={"perhaps": one.other}) for row in moved}
    return [_asking(row, rows) for row in rows.values()]


def _asking(promise: Promise, rows: Mapping[str, Promise]) -> Promise:
    """Ask no more if a promise is another one, where that is gone or itself by now."""
    if not promise.perhaps or (promise.perhaps in rows and promise.perhaps != promise.id):
        return promise
    return promise.model_copy(update={"perhaps": ""})


def _are_together(merge: Judgement, rows: Mapping[str, Promise]) -> bool:
    """Tell if both promises of a merge are there, and of one engagement: their deals may have parted since."""
    both = [rows[name] for name in (merge.subject, merge.other) if name in rows]
    return len(both) == 2 and both[0].engagement_id == both[1].engagement_id  # noqa: PLR2004 - a pair


def uncorrected(promises: Iterable[Promise], judgements: Sequence[Judgement]) -> set[str]:
    """Give the engagements whose promises do not show a correction yet."""
    rows = {promise.id: promise for promise in promises}
    return {
        promise.engagement_id
        for one in judgements
        if (promise := rows.get(one.subject))
        and (
            (one.kind == "merge" and _are_together(one, rows))
            or (
                one.kind == "edit"
                and quote_key(promise.evidence.quote) == one.other
                and _edited(promise, one) != promise
            )
        )
    }


def _edited(promise: Promise, said: Judgement) -> Promise:
    values: dict[str, object] = {"needs_review": False}
    if said.reason:
        values["kind"] = cast("PromiseKind", said.reason)
    if said.until:
        values["due_date"] = said.until
    return promise.model_copy(update=values)


def _merged(kept: Promise, other: Promise) -> Promise:
    """Give the promise that stays, with the trail of both: in the words that were said last, or those that they take back."""
    last, first = (other, kept) if other.evidence.said_at > kept.evidence.said_at else (kept, other)
    trail = sorted({*kept.repeats, first.evidence, *other.repeats}, key=lambda one: (one.said_at, one.start))
    dated = last if last.due_date else first
    is_moved = bool(last.due_date and first.due_date and last.due_date != first.due_date)
    values: dict[str, object] = {
        "text": first.text if last.status == "withdrawn" else last.text,
        "repeats": tuple(trail),
        "needs_review": kept.needs_review and other.needs_review,
        "perhaps": kept.perhaps,
        "due_date": dated.due_date,
        "due_text": dated.due_text,
        "status": "renegotiated" if is_moved else last.status,
    }
    return last.model_copy(update={**values, "id": kept.id, "engagement_id": kept.engagement_id})


def alike(promise: Promise, others: Sequence[Promise], *, most: int) -> list[Promise]:
    """Give the other promises of an engagement that share most words with one, the likest first."""
    mine = terms_of(promise).words
    shared = {one.id: len(mine & terms_of(one).words) for one in others if one.id != promise.id}
    return sorted((one for one in others if shared.get(one.id)), key=lambda one: (-shared[one.id], one.id))[:most]
