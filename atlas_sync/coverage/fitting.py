"""How well work items fit what was agreed: in their words, as the matcher finds them, in the facts that both sides name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from operator import attrgetter

from atlas_sync.canonical.model import WorkItem
from atlas_sync.coverage.contradictions import compare_item, uncovered_in
from atlas_sync.coverage.decision import Fit, Match, Matcher, Setting, usual_of, weigh, with_leads
from atlas_sync.coverage.passages import names_title, passages_of, repeats
from atlas_sync.coverage.subjects import Subject

__all__ = ["Fitting"]

_VERBATIM = -9.0
"""How much an item departs that repeats what was said; a network, which has hardly seen one, finds some to depart."""


class Fitting:
    """Holds subjects against the items that others wrote; `by_name` has all by key and source: what is above one."""

    def __init__(self, items: Sequence[WorkItem], by_name: Mapping[str, WorkItem], matcher: Matcher | None) -> None:
        self._items = items
        self._by_name = by_name
        self._matcher = matcher

    def learned(self, subjects: Sequence[Subject]) -> list[list[Match] | None]:
        """Give how the matcher finds each subject in each item: in its best passage."""
        if self._matcher is None or not self._items or not subjects:
            return [None] * len(subjects)
        flat = [passage for own in self._passages for passage in own]
        rows: list[list[Match] | None] = []
        for row in self._matcher.matches([subject.text for subject in subjects], flat):
            matches = iter(row)
            rows.append([max((next(matches) for _passage in own), key=attrgetter("score")) for own in self._passages])
        return rows

    @cached_property
    def _passages(self) -> list[list[str]]:
        return [passages_of(item, self._by_name) for item in self._items]

    def fits(self, asked: Sequence[tuple[Subject, Sequence[float], Sequence[Match] | None]]) -> list[list[Fit]]:
        """Give for each subject how every item fits it, from the likeness of words and what the matcher found.

        A promise's items are weighed against the other promises; a scope point's are not: it says once more what a promise
        says, and one item is right for both.
        """
        found = [
            [self._fit(subject, at, alike, learned) for at, alike in enumerate(words)]
            for subject, words, learned in asked
        ]
        if self._matcher is None:
            return found
        promises = [number for number, (subject, *_found) in enumerate(asked) if not subject.is_point]
        for number, row in zip(promises, with_leads([found[number] for number in promises]), strict=True):
            found[number] = row
        return found

    def usual(self, subjects: Sequence[Subject], learned: Sequence[list[Match] | None]) -> Setting:
        """Tell how well promises are met by what others wrote; those with an item of ours count too, or it would shift."""
        living = [at for at, item in enumerate(self._items) if item.state != "dropped"]
        return usual_of(
            [
                [row[at] for at in living]
                for subject, row in zip(subjects, learned, strict=True)
                if row and living and not subject.is_point
            ]
        )

    def _fit(self, subject: Subject, at: int, words: float, learned: Sequence[Match] | None) -> Fit:
        item = self._items[at]
        named = not subject.is_point and names_title(subject.text, item.summary)
        if self._matcher is None or learned is None:
            return Fit(words, words, named=named)
        found = tuple(compare_item(subject.text, subject.due_date, item))
        lacking = uncovered_in(subject.text, subject.due_date, item)
        score, departs = learned[at]
        if departs is not None and repeats(subject.text, self._passages[at]):
            departs = _VERBATIM
        return Fit(weigh(score, words, found, self._matcher.bounds), words, found, lacking, score, departs, named=named)
