"""Retold: what people said, written or planned since a record was made, or by a day, told with it before a sync takes it in.

What is said of a gap holds at once, for the score of its handoff as well. Any other word stands beside what it is about until
the next sync follows it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

from atlas_sync.canonical.model import Gap, Handoff
from atlas_sync.coverage.handoff import recount
from atlas_sync.coverage.judged import GapWord, as_judged, as_unjudged
from atlas_sync.operations.answered import Answer, answers_of
from atlas_sync.operations.judged import judged_of
from atlas_sync.operations.records import by_engagement, load_records
from atlas_sync.store.judgements import Judgement, standing
from atlas_sync.store.ledger import Ledger
from atlas_sync.store.warehouse import Rows

__all__ = ["changed", "recounted", "said_by", "told", "told_at", "words_on"]


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


def told_at(
    gaps: Sequence[Gap], answers: Mapping[str, Sequence[Answer]], said: Sequence[Judgement], day: date
) -> tuple[Gap, ...]:
    """Give gaps as they were by the end of a day, with `answers` to them by then and when people had `said` this.

    What the record holds of people's words stays where nothing was said by then: the clocks of vendors, by which it is kept,
    may differ.
    """
    words = judged_of(said).gaps
    judged = {one.subject for one in said if one.kind == "gap"}
    return tuple(_as_it_is(gap, answers, words, day) if gap.id in judged else _answered(gap, answers) for gap in gaps)


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


def recounted(gaps: Iterable[Gap], rows: Rows) -> dict[str, Handoff]:
    """Give by engagement the scores that are otherwise by now, since `gaps`, as told, were let be or are so no more."""
    now = {gap.id: gap for gap in gaps}
    waived = {gap.id for gap in rows.select(Gap, state="waived")}
    names = sorted({gap.engagement_id for gap in now.values() if (gap.state == "waived") != (gap.id in waived)})
    before, scores = by_engagement(rows, Gap, names), by_engagement(rows, Handoff, names)
    return {
        name: recount(score, record, before[name], [now.get(gap.id, gap) for gap in before[name]])
        for record in load_records(rows, names)
        for name in [record.engagement.id]
        for score in scores[name]
    }


def _words(ledger: Ledger) -> Mapping[str, GapWord]:
    return judged_of(standing(ledger.judgements("gap"))).gaps


def _as_it_is(gap: Gap, answers: Mapping[str, Sequence[Answer]], words: Mapping[str, GapWord], today: date) -> Gap:
    """Give a gap without what was said of it when it was published, as planned or written where it is, and as judged now."""
    return as_judged(_answered(as_unjudged(gap), answers), words.get(gap.id), today)


def _answered(gap: Gap, answers: Mapping[str, Sequence[Answer]]) -> Gap:
    holding = [answer.state for answer in answers.get(gap.id, ()) if answer.holds(gap)]
    return gap.model_copy(update={"state": holding[-1]}) if gap.state == "open" and holding else gap
