"""What says for certain that a work item was made for what was agreed: a person's word, our mark, a named id."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from atlas_sync.canonical.identity import is_derived
from atlas_sync.canonical.model import WorkItem
from atlas_sync.coverage.contradictions import contradictions_of
from atlas_sync.coverage.judged import Judged
from atlas_sync.coverage.subjects import Subject
from atlas_sync.coverage.verdict import Verdict, dropped_verdict, link_of

__all__ = ["Signs"]

_CONFIRMED = "confirmed by a person"


@dataclass(frozen=True, slots=True)
class Signs:
    """The items of one engagement with what is known of them; `markers` says which subject an item of ours was made for."""

    items: Sequence[WorkItem]
    markers: Mapping[str, str]
    judged: Judged

    def verdict(self, subject: Subject) -> Verdict | None:
        """Give the verdict of the items that are surely meant for a subject, None where there is none."""
        certain = [(item, how) for item in self.items if (how := self._certain(subject, item))]
        living = [(item, how) for item, how in certain if item.state != "dropped"]
        # What a person named goes before what we made.
        meant = [one for one in living if one[1] == _CONFIRMED] or living
        if meant:
            return self._covered_by(subject, sorted(meant, key=_is_further))
        if certain:
            return dropped_verdict(subject, certain[0][0], certain[0][1], score=1.0)
        return None

    def confirmed(self, subject: Subject, items: Sequence[WorkItem]) -> Verdict:
        """Give the verdict on a subject of which a person said that some items deliver it."""
        return self._covered_by(subject, sorted(((item, _CONFIRMED) for item in items), key=_is_further))

    def _covered_by(self, subject: Subject, meant: Sequence[tuple[WorkItem, str]]) -> Verdict:
        """Give a link to each item that is surely meant, the one that tells when all is done first."""
        links = []
        for rank, (item, how) in enumerate(meant):
            against = contradictions_of(subject.text, subject.due_date, item)
            link = link_of(subject, item, status="covered", score=1.0, how=how, contradictions=against)
            links.append(link.model_copy(update={"rank": rank}))
        items = tuple(item for item, _how in meant)
        said = (line for one in links for line in (f"{one.work_item_key}: {one.how}", *one.contradictions))
        return Verdict(tuple(links), items, tuple(said))

    def _certain(self, subject: Subject, item: WorkItem) -> str | None:
        """Name the sign that an item was made for a subject, None without one."""
        was_confirmed = item.state == "dropped" and self.judged.reworded_since(subject.id, item)
        if was_confirmed or self.judged.is_confirmed(subject.id, item):
            return _CONFIRMED
        if self.judged.is_rejected(subject.id, item):
            return None
        if item.marker and self.markers.get(item.marker) == subject.id:
            return "our mark"
        return "names its id" if _names(item.text, subject.id) else None


def _names(text: str, subject_id: str) -> bool:
    """Tell if a text names a subject by its whole id; one that a caller chose, such as "1", may stand there by chance."""
    return is_derived(subject_id) and re.search(rf"(?<!\w){subject_id}(?!\w)", text) is not None


def _is_further(meant: tuple[WorkItem, str]) -> tuple[bool, int]:
    """Put of several items first the one whose end is the furthest off."""
    item, _how = meant
    return item.state == "done", -(item.due.toordinal() if item.due else 0)
