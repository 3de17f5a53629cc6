"""Traces what was agreed to one set of work items: by sure signs first, then by likeness, and says why."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import takewhile

from atlas_sync.canonical.model import CoverageStatus, TraceLink, WorkItem
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
from atlas_sync.coverage.decision import Fit, Matcher, Setting, decide
from atlas_sync.coverage.fitting import Fitting
from atlas_sync.coverage.judged import Judged
from atlas_sync.coverage.passages import best_part
from atlas_sync.coverage.shared import SharedWords
from atlas_sync.coverage.signs import Signs
from atlas_sync.coverage.statements import terms_of
from atlas_sync.coverage.subjects import Subject
from atlas_sync.coverage.verdict import READS_AS_THE_SAME, Verdict, dropped_verdict, link_of

__all__ = ["Tracer"]

_CANDIDATES = 3
_TERMS_SHOWN = 5
_SAME_CONVERSATION = 0.5
_OF_DROPPING = frozenset({"due", "negation"})
"""What a dropped item may say otherwise and have been meant for the same: its day was over, and it says why it was dropped."""


class Tracer:
    """Traces subjects to one set of work items; `others` are those of them that others wrote something in."""

    def __init__(
        self,
        items: Sequence[WorkItem],
        markers: Mapping[str, str],
        judged: Judged,
        matcher: Matcher | None,
        *,
        others: Sequence[WorkItem],
    ) -> None:
        self._signs = Signs(items, markers, judged)
        self._judged = judged
        self._matcher = matcher
        self._others = others
        self._by_name = {name: item for item in items for name in (item.key, item.source)}
        self._fitting = Fitting(self._others, self._by_name, matcher)
        self._shared = SharedWords(self._others)

    def verdicts(self, subjects: Sequence[Subject], words: Sequence[list[float]]) -> list[Verdict]:
        """Give the verdict on each subject; `words` is how alike in words it is to each of the `others`."""
        said_there = Counter(subject.address for subject in subjects)
        certain = [self._signs.verdict(subject) for subject in subjects]
        learned = self._fitting.learned(subjects) if None in certain else [None] * len(subjects)
        asked = [
            (subject, self._pointed_at(subject, row, said_there), scores)
            for subject, found, row, scores in zip(subjects, certain, words, learned, strict=True)
            if found is None
        ]
        fits = iter(self._fitting.fits(asked))
        usual = self._fitting.usual(subjects, learned)
        return [
            found or self._by_likeness(subject, next(fits), usual)
            for subject, found in zip(subjects, certain, strict=True)
        ]

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
            away = next(
                (at for at in order[:1] if at not in living and self._was_meant(subject, at, fits[at], usual)), None
            )
            if away is None:
                return self._missing(subject, probability, items, reasons)
            if not self._is_anothers(subject, away, fits[away]):
                # What is out is held by an item that was dropped, if that is likely the one.
                score = self._score(fits[away], len(order), setting) if subject.is_point else probability
                return dropped_verdict(subject, self._others[away], "similar words", score=score, nearest=items)
        # The next ones may hold the other days of a promise that several deliver; a day that none holds may be forgotten.
        if status == "covered" and (
            days_left(subject.text, [plan_of(item) for item in items]) or self._is_in_late_work(subject, items[0])
        ):
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

    def _is_in_late_work(self, subject: Subject, item: WorkItem) -> bool:
        """Tell if an item is part of work on the same that ends too late; what all of the project stands below says little."""
        above = self._by_name.get(item.parent or "")
        late = ends_above(subject.due_date, item, above)
        return above is not None and late is not None and bool(terms_of(subject.text) & terms_of(above.summary))

    def _was_meant(self, subject: Subject, at: int, fit: Fit, usual: Setting) -> bool:
        """Tell if a dropped item was likely to deliver what was agreed: one with other figures was about something else."""
        item = self._others[at]
        found = compare_item(subject.text, subject.due_date, item)
        others = {one.topic for one in found if not one.agrees and not one.limits}
        is_another = not others <= _OF_DROPPING or has_other_figures(subject.text, item)
        status, _probability = decide([fit], self._matcher.bounds if self._matcher else None, usual)
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
        """Tell if an item has a word in common with what was agreed that names a thing, or a fact."""
        return fit.agreeing > 0 or self._shared.names_thing(subject.text, at)

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
