"""Retold: what people said, written or planned since a record was made, or by a day, told with it before a sync takes it in.

What is said of a gap holds at once. Any other word stands beside what it is about until the next sync follows it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from atlas_sync.canonical.model import Gap
from atlas_sync.coverage.judged import GapWord, as_judged, as_unjudged
from atlas_sync.operations.answered import Answer, answers_of
from atlas_sync.operations.judged import judged_of
from atlas_sync.store.judgements import Judgement, standing
from atlas_sync.store.ledger import Ledger
from atlas_sync.store.warehouse import Rows

__all__ = ["changed", "said_by", "told", "told_at", "words_on"]


def said_by(ledger: Ledger, moment: datetime | None = None) -> list[Judgement]:
    """Give the words that hold, or that held at a moment."""
    held = standing(one for one in ledger.judgements() if moment is None or one.at <= moment)
    return [one for one in held if one.decision != "undone"]


def words_on(said: Sequence[Judgement], names: Collection[str]) -> tuple[Judgement, ...]:
    """Give the words on what goes by some ids or references, the first one first."""
    return tuple(sorted((one for one in said if {one.subject, one.other} & set(names)), key=lambda one: one.at))


def told(gaps: Sequence[Gap], rows: Rows, ledger: Ledger, *, today: date) -> list[Gap]:
    """Give gaps as they are by now: resolved, planned, written, or as people have judged them since."""
    answers, words = answers_of(rows, ledger), _words(ledger)
    return [gap if gap.state == "resolved" else _as_it_is(gap, answers, words, today) for gap in gaps]


def told_at(gaps: Sequence[Gap], said: Sequence[Judgement], day: date) -> tuple[Gap, ...]:
    """Give gaps as people had judged them by the end of a day, when they had `said` this.

    What the record holds already stays where nothing was said by then: the clocks of vendors, by which it is kept, may differ.
    """
    words = judged_of(said).gaps
    judged = {one.subject for one in said if one.kind == "gap"}
    return tuple(_as_it_is(gap, {}, words, day) if gap.id in judged else gap for gap in gaps)


def changed(rows: Rows, ledger: Ledger, *, today: date) -> list[Gap]:
    """Give the gaps that are otherwise by now; those of which nothing was planned, written or said are not looked at."""
    answers, words = answers_of(rows, ledger), _words(ledger)
    asked = [
        *rows.select(Gap, id=sorted({*answers, *words})),
        *rows.select(Gap, state=["acknowledged", "waived"]),
    ]
    gaps = {gap.id: gap for gap in asked if gap.state != "resolved"}
    now = [_as_it_is(gap, answers, words, today) for gap in gaps.values()]
    return [gap for gap in now if gap != gaps[gap.id]]


def _words(ledger: Ledger) -> Mapping[str, GapWord]:
    return judged_of(standing(ledger.judgements("gap"))).gaps


def _as_it_is(gap: Gap, answers: Mapping[str, Sequence[Answer]], words: Mapping[str, GapWord], today: date) -> Gap:
    """Give a gap without what was said of it when it was published, as planned or written where it is, and as judged now."""
    gap = as_unjudged(gap)
    holding = [answer.state for answer in answers.get(gap.id, ()) if answer.holds(gap)]
    if gap.state == "open" and holding:
        gap = gap.model_copy(update={"state": holding[-1]})
    return as_judged(gap, words.get(gap.id), today)
