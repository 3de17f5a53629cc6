"""Owned: the work items that are a sale's own in whatever project they are: made for it by us, or confirmed by a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import closing

from atlas_sync.canonical.identity import SourceRef
from atlas_sync.canonical.observed import ObservedWorkItem
from atlas_sync.operations.judged import judged_of
from atlas_sync.operations.workspace import Workspace
from atlas_sync.store.judgements import Judgement
from atlas_sync.store.ledger import Intent
from atlas_sync.store.warehouse import Rows

__all__ = ["signs_of_owned", "unseen_of_own"]

_MADE = frozenset({"done", "gone"})


def signs_of_owned(workspace: Workspace, judgements: Sequence[Judgement]) -> Mapping[str, frozenset[str]]:
    """Give by engagement what its own work items are known by: our marks, and the sources of those that people confirmed."""
    confirmed = judged_of(judgements).confirmed
    signs: dict[str, set[str]] = defaultdict(set)
    with closing(workspace.open_ledger()) as ledger:
        for intent in ledger.intents():
            signs[intent.engagement_id].add(intent.marker)
    for one in judgements:
        if one.kind == "link" and one.other in confirmed.get(one.subject, ()):
            signs[one.engagement_id].add(one.other)
    return {engagement: frozenset(found) for engagement, found in signs.items()}


def unseen_of_own(rows: Rows, intents: Iterable[Intent], confirmed: Mapping[str, Collection[str]]) -> dict[str, str]:
    """Say by what they are for which items of ours, or that people confirmed, cannot be seen any more, and what to do.

    A tracker may say the same of what was deleted and of what was moved to where we see nothing.
    """
    own = [
        (_source_of(intent), intent.subject_id, "was made for this", "waive this gap")
        for intent in intents
        if intent.state in _MADE and intent.remote_id
    ]
    for subject, sources in confirmed.items():
        take_back = f"take the word back with `atlas-sync review --undo {subject}`"
        own += [(source, subject, "a person confirmed for this", take_back) for source in sorted(sources)]
    asked = sorted({source for source, *_rest in own})
    keys = {item.source: item.key for item in rows.select(ObservedWorkItem, source=asked, deletion="not_visible")}
    return {
        subject: f"{keys[source]}, which {how}, cannot be seen any more: let the integration's user see the project that it "
        f"was moved to, or, if it was deleted, {otherwise}."
        for source, subject, how, otherwise in own
        if source in keys
    }


def _source_of(intent: Intent) -> str:
    return str(SourceRef(intent.system, "work_item", intent.remote_id or ""))
