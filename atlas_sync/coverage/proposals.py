"""What to write for an engagement: gaps minus what the target already holds, as an ordered list of commands.

What a person decided stays: an item that was dropped or removed is never made again, a brief that was edited or closed is
left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from atlas_sync.canonical.model import Gap, GapKind
from atlas_sync.canonical.pattern import Pattern
from atlas_sync.coverage.brief_commands import write_brief
from atlas_sync.coverage.commands import ExistingItem, ItemKind, Proposal, Target
from atlas_sync.coverage.copying import Copier
from atlas_sync.coverage.draft import REMOVED, Draft, Rules
from atlas_sync.coverage.gaps import IN_BRIEF
from atlas_sync.coverage.item_commands import write_items
from atlas_sync.coverage.record import EngagementRecord
from atlas_sync.coverage.watchers import Onlooker

__all__ = ["propose"]

_ITEM_OF: Mapping[GapKind, ItemKind] = {
    "promise_missing": "promise",
    "vague_undecided": "decision",
    "person_missing": "people",
}
_LIVE = frozenset({"open", "planned", "written"})


def propose(
    record: EngagementRecord,
    gaps: Sequence[Gap],
    *,
    target: Target,
    existing: Mapping[str, ExistingItem],
    tenant: str,
    rules: Rules | None = None,
    template: Callable[[], Sequence[Pattern]] = tuple,
    onlookers: Sequence[Onlooker] = (),
) -> Proposal:
    """Give the commands that fill the target, the brief first and each item followed by its link, and what is left out.

    `existing` holds our items by their marks. `template` gives what is copied for this kind of deal, and is asked only where
    something may have to be; `onlookers` are who is to watch the brief. Every gap that is not resolved is answered: by a
    command, by an item that is there, or by a reason in `skipped`. While a gap cannot be decided for want of what all of the
    engagement rests on, nothing is written for it; one that cannot for another reason waits alone. The same arguments give the
    same commands, and none once they have been carried out.
    """
    if record.engagement.stage != "won":
        return Proposal()
    draft = Draft(record, target, existing, tenant, rules or Rules(), onlookers)
    return _draft(draft, gaps, template)


def _draft(draft: Draft, gaps: Sequence[Gap], template: Callable[[], Sequence[Pattern]]) -> Proposal:
    live = [gap for gap in gaps if gap.state in _LIVE]
    undecided = [gap for gap in gaps if gap.state == "not_decidable"]
    brief = draft.existing.get(draft.brief)
    for gap in undecided:
        draft.answer(gap, f"not decidable: {'; '.join(gap.undecided_because)}")
    if any(gap.holds_back for gap in undecided):
        rest = "what this engagement rests on was not read completely"
    elif brief and brief.state in REMOVED:
        rest = "a person removed or dropped the brief of this engagement"
    else:
        copier = Copier(draft.target, draft.existing, partial(draft.marker, "template"), template)
        patterns = copier.left(brief)
        write_brief(draft, brief, [gap for gap in live if gap.kind in IN_BRIEF], patterns)
        write_items(draft, {gap.subject_id: gap for gap in live if gap.kind in _ITEM_OF})
        draft.commands += copier.copies(patterns, engagement_id=draft.id, brief=draft.brief)
        draft.skipped += copier.skipped
        rest = "what it is about is not in the record any more"
    for gap in live:
        if gap.kind not in IN_BRIEF | _ITEM_OF.keys():
            draft.answer(gap, f"a person decides: {gap.next_step}")
        elif gap.id not in draft.answered:
            draft.answer(gap, rest)
    return Proposal(commands=tuple(draft.commands), skipped=tuple(draft.skipped))
