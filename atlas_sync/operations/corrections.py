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
from atlas_sync.operations.judged import merges_of, quote_key, stands_for
from atlas_sync.store.judgements import Judgement, standing
from atlas_sync.store.ledger import Ledger
from atlas_sync.store.warehouse import Rows

__all__ = ["KINDS", "Edit", "alike", "correct", "corrected", "merge"]

KINDS: tuple[PromiseKind, ...] = get_args(PromiseKind)


@dataclass(frozen=True, slots=True)
class Edit:
    """What is put right about a promise; None leaves it as it is."""

    kind: PromiseKind | None = None
    due: date | None = None


def correct(rows: Rows, ledger: Ledger, edits: Mapping[str, Edit], *, by: str, at: datetime) -> list[Judgement]:
    """Keep what a person puts right about promises, by their ids; who corrects one also says that it is one.

    Of kind and day, the one that is not given stays as it was put right before.

    Raises:
        ConfigError: an id is not that of a promise, or nothing is put right about it; nothing was kept.
    """
    promises = _promises(rows, edits)
    said_before = {
        (one.subject, one.other): one for one in standing(ledger.judgements("edit")) if one.decision != "undone"
    }
    kept = []
    for name, edit in edits.items():
        if edit.kind is None and edit.due is None:
            message = f"nothing is put right about {name}."
            raise ConfigError(message, advice=f"Give kind={'|'.join(KINDS)} or due=YYYY-MM-DD.")
        promise = promises[name]
        quote = quote_key(promise.evidence.quote)
        trail = (quote_key(said.quote) for said in (promise.evidence, *reversed(promise.repeats)))
        before = next((said_before[name, one] for one in trail if (name, one) in said_before), None)
        kind, due = edit.kind or (before.reason if before else ""), edit.due or (before.until if before else None)
        kept.append(Judgement("edit", name, quote, "confirmed", by, at, promise.engagement_id, kind, due))
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


def corrected(promises: Iterable[Promise], judgements: Iterable[Judgement]) -> list[Promise]:
    """Give promises as people put them right, word by word in the order in which they were said.

    What was rejected is left out; what was confirmed or edited needs no review, and is a promise of its own. A word holds while
    the quote it was said on stands, a rejection while nothing newer repeats it. A promise has the quotes of those that were
    merged into it too, so that what is said after a merge holds on it, whether or not the merge was seen by then.
    """
    words = sorted((one for one in standing(judgements) if one.decision != "undone"), key=lambda one: one.at)
    newest = {(one.subject, one.other): one for one in words}
    # Who confirms or edits what was rejected says that it is a promise after all.
    words = [one for one in words if one.decision != "rejected" or one == newest[one.subject, one.other]]
    taken = _Taken(promises, words)
    for one in words:
        taken.take_in(one)
    return [_asking(row, taken) for row in taken.rows.values()]


class _Taken:
    """Promises while people's words on them are taken in, one after the other.

    By its id, `quotes` are the newest ones of all that a promise is, `earlier` those that it repeats, `kinds` the edits of its
    kind.
    """

    def __init__(self, promises: Iterable[Promise], words: Sequence[Judgement]) -> None:
        self.rows = {promise.id: promise for promise in promises}
        self.quotes = {name: {quote_key(row.evidence.quote)} for name, row in self.rows.items()}
        self.earlier = {name: {quote_key(said.quote) for said in row.repeats} for name, row in self.rows.items()}
        self.kinds: dict[str, Judgement] = {}
        self.rejected = {(one.subject, one.other) for one in words if one.decision == "rejected"}
        self.merges = merges_of(words)

    def take_in(self, word: Judgement) -> None:
        if word.kind == "merge":
            self._merge(word)
            return
        name = self.called_now(word.subject)
        if name not in self.rows:
            return
        is_newest = word.other in self.quotes[name]
        if word.decision == "rejected":
            # What is said once more after that may well be a promise by now.
            if is_newest:
                del self.rows[name]
        elif is_newest or word.other in self.earlier[name]:
            moved = not is_newest and self.rows[name].status == "renegotiated"
            self.rows[name] = _confirmed(self.rows[name], word, moved=moved)
            self.kinds |= {name: word} if word.reason else {}

    def _merge(self, word: Judgement) -> None:
        """Let one promise go into another, with the kind that somebody gave to either; what is none goes into nothing."""
        name, into = word.subject, self.called_now(word.other)
        is_none = any((name, quote) in self.rejected for quote in self.quotes.get(name, ()))
        if self.merges.get(name) != word or is_none or not _are_together(name, into, self.rows):
            return
        self.rows[into] = _merged(self.rows[into], self.rows.pop(name))
        self.quotes[into] |= self.quotes[name]
        self.earlier[into] |= self.earlier[name]
        if edits := [self.kinds[one] for one in (name, into) if one in self.kinds]:
            self.kinds[into] = max(edits, key=lambda one: one.at)
            self.rows[into] = self.rows[into].model_copy(update={"kind": self.kinds[into].reason})

    def called_now(self, name: str) -> str:
        return stands_for(name, self.rows, self.merges)


def _asking(promise: Promise, taken: _Taken) -> Promise:
    """Ask if a promise is another one, as that is called now, and no more where that is gone or itself."""
    perhaps = taken.called_now(promise.perhaps)
    perhaps = perhaps if perhaps in taken.rows and perhaps != promise.id else ""
    return promise.model_copy(update={"perhaps": perhaps}) if perhaps != promise.perhaps else promise


def _are_together(name: str, into: str, rows: Mapping[str, Promise]) -> bool:
    """Tell if two promises are there, and of one engagement: their deals may have parted since."""
    both = [rows[one] for one in {name, into} if one in rows]
    return len(both) == 2 and both[0].engagement_id == both[1].engagement_id  # noqa: PLR2004 - a pair


def _confirmed(promise: Promise, said: Judgement, *, moved: bool) -> Promise:
    """Give a promise as one of its own, with what an edit puts right about it; its day not where it was `moved` since."""
    values: dict[str, object] = {"needs_review": False, "perhaps": "", "resembles": None}
    if said.reason:
        values["kind"] = cast("PromiseKind", said.reason)
    if said.until and not moved:
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
        "resembles": kept.resembles,
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
