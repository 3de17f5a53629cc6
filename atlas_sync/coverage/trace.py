"""From what was agreed to the work item that delivers it: certain by our mark, a decision or a named id, else by likeness.

Likeness covers only where a matcher was handed in that is sure and nothing speaks against it; see docs/decisions/0003.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING

from atlas_sync.canonical.model import Promise, ScopeItem, TraceLink, WorkItem
from atlas_sync.coverage.decision import Matcher
from atlas_sync.coverage.judged import Judged
from atlas_sync.coverage.record import EngagementRecord
from atlas_sync.coverage.subjects import Subject, subject_of, subjects_of, traced_of
from atlas_sync.coverage.tracer import Tracer
from atlas_sync.coverage.verdict import Verdict

if TYPE_CHECKING:
    from atlas_sync.coverage.similarity import Likeness

__all__ = ["judge", "trace", "trace_record", "words_of"]

_DIGITS = 6
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
    return Tracer(items, markers, judged, matcher, others=_others(items)).verdicts(
        subjects, words.round(_DIGITS).tolist()
    )


def _others(items: Sequence[WorkItem]) -> list[WorkItem]:
    """List the items that others wrote something in: ours repeat the words of every promise, and count by their mark alone."""
    return [item for item in items if item.marker is None and any(map(str.isalnum, chain(item.summary, item.text)))]
