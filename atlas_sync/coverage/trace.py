"""From what was agreed to the work item that delivers it: certain by our mark, a decision or a named id, else by likeness.

Likeness covers only where a matcher was handed in that is sure and nothing speaks against it; see docs/decisions/0003.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain, takewhile
from operator import attrgetter
from types import MappingProxyType
from typing import TYPE_CHECKING

from atlas_sync.canonical.model import CoverageStatus, Promise, ScopeItem, TraceLink, WorkItem
from atlas_sync.coverage.asides import aside_of
from atlas_sync.coverage.bare import names_no_work
from atlas_sync.coverage.contradictions import (
    compare_item,
    contradictions_of,
    days_left,
    ends_above,
    has_other_figures,
    plan_of,
    uncovered_in,
)
from atlas_sync.coverage.decision import Fit, Match, Matcher, Setting, decide, usual_of, weigh, with_leads
from atlas_sync.coverage.judged import Judged
from atlas_sync.coverage.passages import best_part, names_title, passages_of, repeats
from atlas_sync.coverage.record import EngagementRecord
from atlas_sync.coverage.shared import SharedWords
from atlas_sync.coverage.signs import Signs
from atlas_sync.coverage.statements import terms_of
from atlas_sync.coverage.subjects import Subject, subject_of, subjects_of, traced_of
from atlas_sync.coverage.verdict import READS_AS_THE_SAME, Verdict, dropped_verdict, link_of

if TYPE_CHECKING:
    from atlas_sync.coverage.similarity import Likeness

__all__ = ["judge", "trace", "trace_record", "words_of"]

_CANDIDATES = 3
_TERMS_SHOWN = 5
_SAME_CONVERSATION = 0.5
_DIGITS = 6
_VERBATIM = -9.0
"""How much an item departs that repeats what was said; a network, which has hardly seen one, finds some to depart."""
_OF_DROPPING = frozenset({"due", "negation"})
"""What a dropped item may say otherwise and have been meant for the same: its day was over, and it says why it was dropped."""
_NONE: Mapping[str, str] = MappingProxyType({})
_NOBODY = Judged()


def words_of(records: Sequence[EngagementRecord]) -> list[Likeness]:
    """Give for each record how alike in words its subjects and the work items of others are, as `judge` takes it.

    One call for many records costs a fraction of a call for each.
    """
    from atlas_sync.coverage.similarity import likenesses  # noqa: PLC0415 - numpy, which a run without news does without

    return likenesses([([one.text for one in traced_of(record)], _others(record.items)) for record in records])


def trace_record(
    record: EngagementRecord,
    *,
    markers: Mapping[str, str],
    judged: Judged = _NOBODY,
    matcher: Matcher | None = None,
    words: Likeness | None = None,
) -> EngagementRecord:
    """Give the record with its links made anew; the other arguments as for `judge`."""
    verdicts = judge(subjects_of(record), record.items, markers=markers, judged=judged, matcher=matcher, words=words)
    return replace(record, links=tuple(link for verdict in verdicts for link in verdict.links))


def trace(
    promises: Sequence[Promise | ScopeItem | Subject],
    items: Sequence[WorkItem],
    *,
    markers: Mapping[str, str] = _NONE,
    judged: Judged = _NOBODY,
    matcher: Matcher | None = None,
) -> list[TraceLink]:
    """List the links of each promise or scope point, in the order given, the best first; arguments as for `judge`."""
    subjects = [subject_of(one) for one in promises]
    verdicts = judge(subjects, items, markers=markers, judged=judged, matcher=matcher)
    return [link for verdict in verdicts for link in verdict.links]


def judge(
    subjects: Sequence[Subject],
    items: Sequence[WorkItem],
    *,
    markers: Mapping[str, str] = _NONE,
    judged: Judged = _NOBODY,
    matcher: Matcher | None = None,
    words: Likeness | None = None,
) -> list[Verdict]:
    """Give the verdict on each subject, in the order given.

    `markers` says which subject an item of ours was made for; `judged` what people decided, which holds against any sign
    and likeness; `words` comes from `words_of`, and is made here without. A verdict has one link that is `missing`, or one that
    is `covered` for each item that is meant for certain, else for the likeliest, or up to three that are `review`. An item that
    was dropped never covers: where it is all there is, the link is `missing` and says so, with the item's key and no item id.
    """
    if words is None:
        from atlas_sync.coverage.similarity import likenesses  # noqa: PLC0415 - numpy, which a run without news does without

        (words,) = likenesses([([one.text for one in subjects], _others(items))])
    return _Tracer(items, markers, judged, matcher).verdicts(subjects, words.round(_DIGITS).tolist())


def _others(items: Sequence[WorkItem]) -> list[WorkItem]:
    """List the items that others wrote something in: ours repeat the words of every promise, and count by their mark alone."""
    return [item for item in items if item.marker is None and any(map(str.isalnum, chain(item.summary, item.text)))]


class _Tracer:
    """Traces subjects to one set of work items."""

    def __init__(
        self,
        items: Sequence[WorkItem],
        markers: Mapping[str, str],
        judged: Judged,
        matcher: Matcher | None,
    ) -> None:
        self._items = items
        self._signs = Signs(items, markers, judged)
        self._judged = judged
        self._matcher = matcher
        self._others = _others(items)
        self._shared = SharedWords(self._others)

    def verdicts(self, subjects: Sequence[Subject], words: Sequence[list[float]]) -> list[Verdict]:
        said_there = Counter(subject.address for subject in subjects)
        certain = [self._signs.verdict(subject) for subject in subjects]
        learned = self._learned(subjects) if None in certain else [None] * len(subjects)
        asked = [
            (subject, self._fits(subject, self._pointed_at(subject, row, said_there), scores))
            for subject, found, row, scores in zip(subjects, certain, words, learned, strict=True)
            if found is None
        ]
        fits = iter(self._with_leads(asked))
        usual = self._usual(subjects, learned)
        return [
            found or self._by_likeness(subject, next(fits), usual)
            for subject, found in zip(subjects, certain, strict=True)
        ]

    def _usual(self, subjects: Sequence[Subject], learned: Sequence[list[Match] | None]) -> Setting:
        """Tell how well promises are met by what others wrote; those with an item of ours count too, or it would shift."""
        living = [at for at, item in enumerate(self._others) if item.state != "dropped"]
        return usual_of(
            [
                [row[at] for at in living]
                for subject, row in zip(subjects, learned, strict=True)
                if row and living and not subject.is_point
            ]
        )

    def _with_leads(self, rows: Sequence[tuple[Subject, list[Fit]]]) -> list[list[Fit]]:
        """Weigh a promise's items against the other promises; a scope point's not.

        A point says once more what a promise says, and one item is right for both.
        """
        found = [row for _subject, row in rows]
        if self._matcher is None:
            return found
        promises = [number for number, (subject, _row) in enumerate(rows) if not subject.is_point]
        for number, row in zip(promises, with_leads([found[number] for number in promises]), strict=True):
            found[number] = row
        return found

    def _fits(self, subject: Subject, words: Sequence[float], learned: Sequence[Match] | None) -> list[Fit]:
        return [self._fit(subject, at, alike, learned) for at, alike in enumerate(words)]

    def _learned(self, subjects: Sequence[Subject]) -> list[list[Match] | None]:
        """Give how the matcher finds each subject in each item: in its best passage."""
        if self._matcher is None or not self._others or not subjects:
            return [None] * len(subjects)
        flat = [passage for own in self._passages for passage in own]
        rows: list[list[Match] | None] = []
        for row in self._matcher.matches([subject.text for subject in subjects], flat):
            matches = iter(row)
            rows.append([max((next(matches) for _passage in own), key=attrgetter("score")) for own in self._passages])
        return rows

    @cached_property
    def _passages(self) -> list[list[str]]:
        by_key = {item.key: item for item in self._items}
        return [passages_of(item, by_key) for item in self._others]

    def _by_likeness(self, subject: Subject, fits: Sequence[Fit], usual: Setting) -> Verdict:
        """Go by likeness; an item that was reworded since a person confirmed it holds while it is near, else is asked about."""
        reworded = {
            at: by for at, item in enumerate(self._others) if (by := self._judged.reworded_since(subject.id, item))
        }
        bounds = self._matcher.bounds if self._matcher else None
        near = [self._others[at] for at in reworded if decide([fits[at]], bounds, usual)[0] != "missing"]
        if near:
            return self._signs.confirmed(subject, near)
        verdict = self._alike(subject, fits, usual)
        if not reworded or verdict.links[0].status == "covered":
            return verdict
        at, by = next(iter(reworded.items()))
        item = self._others[at]
        reason = f"{item.key} was reworded since {by} confirmed it"
        link = self._candidate(subject, at, fits[at], rank=0, among=len(fits), setting=usual)
        link = link.model_copy(update={"leaves_open": (reason, *link.leaves_open)})
        others = [one for one in verdict.links if one.work_item_id not in {None, item.id}]
        links = [one.model_copy(update={"rank": rank}) for rank, one in enumerate((link, *others[: _CANDIDATES - 1]))]
        return Verdict(tuple(links), verdict.nearest, (reason, *verdict.reasons))

    def _alike(self, subject: Subject, fits: Sequence[Fit], usual: Setting) -> Verdict:
        order = sorted(range(len(fits)), key=lambda at: (-fits[at].rank, at))
        order = [at for at in order if not self._judged.is_rejected(subject.id, self._others[at])]
        living = [at for at in order if self._others[at].state != "dropped"]
        bounds = self._matcher.bounds if self._matcher else None
        gone = [fits[at].learned for at in order if self._others[at].state == "dropped"]
        setting = replace(usual, dropped=max(gone, default=-math.inf))
        living, status, probability = self._decided(subject, living, fits, setting)
        if status != "covered":
            order, living = (sorted(row, key=lambda at: not fits[at].named) for row in (order, living))
        nearest = [at for at in living[:_CANDIDATES] if fits[at].score > 0 or self._matcher]
        sides = [side for at in nearest[:1] for side in self._reasons(subject, at, fits[at], setting).values()]
        reasons = tuple(reason for side in sides for reason in side)
        items = tuple(self._others[at] for at in nearest)
        if status == "missing":
            dropped = next((at for at in order[:1] if at not in living), None)
            if dropped is None or not self._was_meant(subject, dropped, decide([fits[dropped]], bounds, usual)[0]):
                return self._missing(subject, probability, items, reasons)
            if not self._is_anothers(subject, dropped, fits[dropped]):
                # What is out is held by an item that was dropped, if that is likely the one.
                score = self._score(fits[dropped], len(order), setting) if subject.is_point else probability
                return dropped_verdict(subject, self._others[dropped], "similar words", score=score, nearest=items)
        # The next ones may hold the other days of a promise that several deliver; a day that none holds may be forgotten.
        if status == "covered" and days_left(subject.text, [plan_of(item) for item in items]):
            status = "review"
        if status == "covered" and self._is_in_late_work(subject, items[0]):
            status = "review"
        if status == "covered" and not subject.is_point:
            at = living[0]
            link = link_of(subject, items[0], status="covered", score=probability, how=READS_AS_THE_SAME)
            link = link.model_copy(update=self._reasons(subject, at, fits[at], setting))
            return Verdict((link,), items, reasons)
        links = tuple(
            self._candidate(subject, at, fits[at], rank=rank, among=len(living), setting=setting)
            for rank, at in enumerate(at for at in order[:_CANDIDATES] if fits[at].score > 0 or self._matcher)
        )
        return Verdict(links, items, tuple(dict.fromkeys((*links[0].contradictions, *reasons))))

    def _decided(
        self, subject: Subject, living: list[int], fits: Sequence[Fit], setting: Setting
    ) -> tuple[list[int], CoverageStatus, float]:
        """Give the living items in order with the answer; what only speaks of it stands behind what covers, and never does."""
        bounds = self._matcher.bounds if self._matcher else None
        asides = list(takewhile(lambda at: aside_of(subject.text, self._others[at]), living))
        kept = living[len(asides) :]
        status, probability = decide([fits[at] for at in kept], bounds, setting)
        if not asides or status == "covered":
            return [*kept, *asides], status, probability
        status, probability = decide([fits[at] for at in living], bounds, setting)
        return living, "review" if status == "covered" else status, probability

    @cached_property
    def _by_name(self) -> dict[str, WorkItem]:
        return {name: item for item in self._items for name in (item.key, item.source)}

    def _is_in_late_work(self, subject: Subject, item: WorkItem) -> bool:
        """Tell if an item is part of work on the same that ends too late; what all of the project stands below says little."""
        above = self._by_name.get(item.parent or "")
        late = ends_above(subject.due_date, item, above)
        return above is not None and late is not None and bool(terms_of(subject.text) & terms_of(above.summary))

    def _was_meant(self, subject: Subject, at: int, status: CoverageStatus) -> bool:
        """Tell if a dropped item was likely to deliver what was agreed: one with other figures was about something else."""
        item = self._others[at]
        found = compare_item(subject.text, subject.due_date, item)
        others = {one.topic for one in found if not one.agrees and not one.limits}
        is_another = not others <= _OF_DROPPING or has_other_figures(subject.text, item)
        return status != "missing" and (subject.is_point or not is_another)

    def _missing(
        self, subject: Subject, probability: float, nearest: tuple[WorkItem, ...], reasons: tuple[str, ...]
    ) -> Verdict:
        looked = self._looked_at(subject)
        link = link_of(subject, None, status="missing", score=probability, how="no item alike")
        return Verdict((link.model_copy(update={"reasons": looked}),), nearest, (*looked, *reasons))

    def _looked_at(self, subject: Subject) -> tuple[str, ...]:
        """Name the items of which a person said that they do not deliver it."""
        keys = [item.key for item in self._others if self._judged.is_rejected(subject.id, item)]
        more = f" and {len(keys) - _CANDIDATES} more" if len(keys) > _CANDIDATES else ""
        return (f"by a person's word {', '.join(keys[:_CANDIDATES])}{more} do not deliver it",) if keys else ()

    def _score(self, fit: Fit, candidates: int, setting: Setting) -> float:
        return self._matcher.bounds.probability([fit], candidates, setting) if self._matcher else fit.score

    def _pointed_at(
        self, subject: Subject, words: Sequence[float], said_there: Mapping[str | None, int]
    ) -> list[float]:
        """Give the likeness of words, raised for items that lead to where this was said, and nothing else was."""
        if not subject.address or said_there[subject.address] > 1:
            return list(words)
        return [
            max(alike, _SAME_CONVERSATION) if subject.address in item.text else alike
            for alike, item in zip(words, self._others, strict=True)
        ]

    def _fit(self, subject: Subject, at: int, words: float, learned: Sequence[Match] | None) -> Fit:
        item = self._others[at]
        named = not subject.is_point and names_title(subject.text, item.summary)
        if self._matcher is None or learned is None:
            return Fit(words, words, named=named)
        found = tuple(compare_item(subject.text, subject.due_date, item))
        lacking = uncovered_in(subject.text, subject.due_date, item)
        score, departs = learned[at]
        if departs is not None and repeats(subject.text, self._passages[at]):
            departs = _VERBATIM
        return Fit(weigh(score, words, found, self._matcher.bounds), words, found, lacking, score, departs, named=named)

    def _candidate(self, subject: Subject, at: int, fit: Fit, *, rank: int, among: int, setting: Setting) -> TraceLink:
        item, score = self._others[at], self._score(fit, among, setting)
        against = contradictions_of(subject.text, subject.due_date, item)
        how = READS_AS_THE_SAME if self._is_likely(subject, at, fit, score) else "similar words"
        link = link_of(subject, item, status="review", score=score, how=how, contradictions=against)
        return link.model_copy(update={"rank": rank, **self._reasons(subject, at, fit, setting)})

    def _is_likely(self, subject: Subject, at: int, fit: Fit, score: float) -> bool:
        """Tell if an item would cover were it not for what speaks against it, and is nearer to nothing else that was agreed.

        What names no work is held against none: that of many items one fits a bare day best says little.
        """
        if self._matcher is None or subject.is_point or names_no_work(subject.text):
            return False
        if aside_of(subject.text, self._others[at]):
            return False
        return self._matcher.bounds.is_meant(fit, score, shares=self._shares(subject, at, fit))

    def _is_anothers(self, subject: Subject, at: int, fit: Fit) -> bool:
        """Tell if an item was rather for something else that was agreed."""
        bounds = self._matcher.bounds if self._matcher and not subject.is_point else None
        return bounds is not None and bounds.is_anothers(fit, shares=self._shares(subject, at, fit))

    def _shares(self, subject: Subject, at: int, fit: Fit) -> bool:
        """Tell if an item has a word in common with what was agreed, or a fact."""
        return fit.agreeing > 0 or bool(self._shared.with_item(subject.text, at))

    def _reasons(self, subject: Subject, at: int, fit: Fit, setting: Setting) -> dict[str, tuple[str, ...]]:
        """Say what speaks for an item and what it leaves open, both sides quoted, as fields of its link."""
        item = self._others[at]
        reasons = []
        if shared := self._shared.with_item(subject.text, at):
            reasons.append(f"shares {', '.join(shared[:_TERMS_SHOWN])}")
        if subject.address and subject.address in item.text:
            reasons.append("links to the same conversation")
        reasons.append(f"{item.key} says “{best_part(subject.text, item)}”")
        reasons += [f"both say {one.said} ({item.key}: {one.planned})" for one in fit.agreements[:_CANDIDATES]]
        left = [aside] if (aside := aside_of(subject.text, item)) else []
        left += [f"{item.key} narrows it: “{one.planned}”" for one in fit.comparisons if one.limits]
        bounds = self._matcher.bounds if self._matcher else None
        if bounds and fit.departs is not None and bounds.sameness(fit, setting) < bounds.kept:
            left.append(f"{item.key} may say something else than was said")
        if lacking := fit.lacking or uncovered_in(subject.text, subject.due_date, item):
            left.append(f"does not mention {', '.join(lacking[:_TERMS_SHOWN])}")
        if late := ends_above(subject.due_date, item, self._by_name.get(item.parent or "")):
            left.append(late)
        return {"reasons": tuple(reasons), "leaves_open": tuple(left)}
