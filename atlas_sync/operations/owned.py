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


def signs_of_owned(
    workspace: Workspace, judgements: Sequence[Judgement], engagements: Collection[str]
) -> Mapping[str, frozenset[str]]:
    """Give by engagement, of some, what its own items are known by: our marks, and the sources that people confirmed."""
    confirmed = judged_of(judgements).confirmed
    signs: dict[str, set[str]] = defaultdict(set)
    with closing(workspace.open_ledger()) as ledger:
        for engagement, marker in ledger.marks(engagements):
            signs[engagement].add(marker)
    for one in judgements:
        if one.kind == "link" and one.engagement_id in engagements and one.other in confirmed.get(one.subject, ()):
            signs[one.engagement_id].add(one.other)
    return {engagement: frozenset(found) for engagement, found in signs.items()}


def unseen_of_own(rows: Rows, intents: Iterable[Intent], confirmed: Mapping[str, Collection[str]]) -> dict[str, str]:
    """Say by what they are for which items of ours, or that people confirmed, cannot be seen any more, and what to do.

    A tracker may say the same of what was deleted and of what was moved to where we see nothing.
    """
    hidden = {item.source: item.key for item in rows.select(ObservedWorkItem, deletion="not_visible")}
    found: dict[str, str] = {}
    if not hidden:
        return found
    for intent in intents:
        source = str(SourceRef(intent.system, "work_item", intent.remote_id or ""))
        if source in hidden and intent.state in _MADE:
            found[intent.subject_id] = _unseen(hidden[source], "was made for this", "waive this gap")
    for subject, sources in confirmed.items():
        take_back = f"take the word back with `atlas-sync review --undo {subject}`"
        for source in sorted(hidden.keys() & sources):
            found[subject] = _unseen(hidden[source], "a person confirmed for this", take_back)
    return found


def _unseen(key: str, how: str, otherwise: str) -> str:
    return (
        f"{key}, which {how}, cannot be seen any more: let the integration's user see the project that it was moved to, or, "
        f"if it was deleted, {otherwise}."
    )
