"""Which gaps are being seen to: those for which the plan that waits makes an item, and those for which one was made since.

Only what the record has not read yet counts as made: a gap that is found though its item was read is open, whatever became
of the item.
"""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from atlas_sync.canonical.model import Gap, GapState, WorkItem
from atlas_sync.store.ledger import Ledger, StoredPlan
from atlas_sync.store.warehouse import Rows

__all__ = ["answered"]


class _Command(msgspec.Struct):
    marker: str
    gap_ids: tuple[str, ...] = ()


class _Place(msgspec.Struct):
    commands: tuple[_Command, ...] = ()


class _Answers(msgspec.Struct):
    """What is read of a plan, so that one of an older version can be read too: its gaps and the marks of their items."""

    engagements: tuple[_Place, ...] = ()


def answered(rows: Rows, ledger: Ledger, gaps: Collection[Gap]) -> dict[str, GapState]:
    """Give by id those of some gaps for which an item is `planned` or `written`."""
    done = [intent for intent in ledger.intents() if intent.state == "done"]
    found: dict[str, GapState] = dict.fromkeys(_waiting(ledger, made={intent.marker for intent in done}), "planned")
    about = {gap.subject_id for gap in gaps} | {gap.engagement_id for gap in gaps}
    near = {intent.marker: intent.plan_id for intent in done if intent.subject_id in about}
    read = {item.marker for item in rows.select(WorkItem, marker=sorted(near))}
    unread = {marker: plan_id for marker, plan_id in near.items() if marker not in read}
    opened = {gap.id: gap.opened_at for gap in gaps}
    for plan in (ledger.plan(plan_id) for plan_id in sorted(set(unread.values()))):
        answers = _answers(plan) if plan else []
        # What opened after its plan was made has come back since: what was made then is no answer to it.
        held = [
            gap for gap, mark in answers if plan and mark in unread and gap in opened and opened[gap] <= plan.made_at
        ]
        found |= dict.fromkeys(held, "written")
    return found


def _waiting(ledger: Ledger, *, made: Collection[str]) -> list[str]:
    """List the gaps that the plan drawn last closes once it is carried out."""
    plan = ledger.plan()
    return [gap for gap, marker in _answers(plan) if marker not in made] if plan and not plan.applied_at else []


def _answers(plan: StoredPlan) -> list[tuple[str, str]]:
    """List the gaps that a plan closes, each with the mark of the item that is made for it."""
    held = msgspec.json.decode(plan.body, type=_Answers)
    return [(gap, one.marker) for place in held.engagements for one in place.commands for gap in one.gap_ids]
