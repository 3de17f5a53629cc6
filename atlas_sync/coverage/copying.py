"""What is copied of a template project beside a brief: each of its items once, where its pattern stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from atlas_sync.canonical.pattern import Pattern
from atlas_sync.coverage.commands import CreateItem, ExistingItem, Skipped, Target
from atlas_sync.coverage.text import shorten

__all__ = ["Copier"]

_SUMMARY = 255
_REMOVED = frozenset({"gone", "dropped"})


class Copier:
    """Copies for one engagement. `mark` gives the mark of a copy by its pattern's id; `skipped` is what was left out."""

    def __init__(
        self,
        target: Target,
        existing: Mapping[str, ExistingItem],
        mark: Callable[[str], str],
        template: Callable[[], Sequence[Pattern]],
    ) -> None:
        self._target = target
        self._existing = existing
        self._mark = mark
        self._template = template
        self.skipped: list[Skipped] = []

    def left(self, brief: ExistingItem | None) -> Sequence[Pattern]:
        """Give the template as it was when the brief was made, while any of it is not copied yet."""
        is_made = brief is not None and brief.state != "pending"
        if brief and is_made and all(self._mark(one) in self._existing for one in brief.copies):
            return ()
        patterns = self._template()
        if patterns and not self._target.takes_items:
            self._skip(f"The template, {len(patterns)} items", "no item can be made in this project")
            return ()
        return [one for one in patterns if brief is None or not is_made or one.id in brief.copies]

    def copies(self, patterns: Sequence[Pattern], *, engagement_id: str, brief: str) -> Iterator[CreateItem]:
        """Yield what is not there yet. The text is the company's own, so whoever reads the project may read it."""
        marks = {one.id: self._mark(one.id) for one in patterns}
        for one in patterns:
            above = marks.get(one.parent or "", brief)
            there = self._existing.get(above)
            if marks[one.id] in self._existing:
                continue
            if there is not None and there.state in _REMOVED:
                self._skip(one.summary, "a person removed or dropped what it stands below")
                continue
            yield CreateItem(
                marker=marks[one.id],
                engagement_id=engagement_id,
                item="template",
                project=self._target.project,
                kind="item",
                summary=shorten(one.summary, _SUMMARY),
                body=one.body,
                parent_marker=above,
                labels=(*one.labels, "atlas-sync"),
                subject_id=one.id,
                type=one.type,
                audience=self._target.audience,
            )

    def _skip(self, subject: str, reason: str) -> None:
        self.skipped.append(Skipped(subject=shorten(subject, 120), reason=reason))
