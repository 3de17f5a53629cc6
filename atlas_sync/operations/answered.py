"""Which gaps are being seen to: those for which the plan that waits makes an item, and those for which one was made since.

Only what the record has not read yet counts as made: a gap that is found though its item was read is open, whatever became
of the item.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from atlas_sync.canonical.model import Gap, GapState, WorkItem
from atlas_sync.store.ledger import Intent, Ledger, StoredPlan
from atlas_sync.store.warehouse import Rows

__all__ = ["Answer", "answers_of", "done_by", "written_for"]


class _Command(msgspec.Struct):
    marker: str
    gap_ids: tuple[str, ...] = ()


class _Place(msgspec.Struct):
    system: str = ""
    commands: tuple[_Command, ...] = ()


class _Answers(msgspec.Struct):
    """What is read of a plan, so that one of an older version can be read too: its gaps and the marks of their items."""

    engagements: tuple[_Place, ...] = ()
    newest_gap_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """An item that is `planned` for a gap, or was `written` by a plan of gaps of `until` some time and is not read yet."""

    state: GapState
    until: datetime | None = None

    def holds(self, gap: Gap) -> bool:
        """Tell if it is an answer to a gap: one that opened since has come back, and has none."""
        return self.until is None or gap.opened_at <= self.until


def answers_of(rows: Rows, ledger: Ledger) -> Mapping[str, Sequence[Answer]]:
    """Give by gap the items that may answer it, the latest last; those in a tracker that is planned for no more answer none."""
    last = ledger.plan()
    drawn = _held(last) if last else _Answers()
    systems = {place.system for place in drawn.engagements if place.system}
    done = [one for one in ledger.intents() if one.state == "done" and (not systems or one.system in systems)]
    made = {intent.marker for intent in done}
    found: dict[str, list[Answer]] = defaultdict(list)
    for gap in (gap for gap, mark in _answers(drawn) if mark not in made and last and not last.applied_at):
        found[gap].append(Answer("planned"))
    for gap, answers in written_for(rows, ledger, done).items():
        found[gap] += answers
    return found


def written_for(rows: Rows, ledger: Ledger, done: Sequence[Intent]) -> Mapping[str, Sequence[Answer]]:
    """Give by gap the items that answer it, of those that are `done`, the latest last."""
    found: dict[str, list[Answer]] = defaultdict(list)
    read = rows.values(WorkItem, "marker") if done else set()
    unread = {intent.marker: intent.plan_id for intent in done if intent.marker not in read}
    plans = [plan for plan in map(ledger.plan, set(unread.values())) if plan]
    for plan in sorted(plans, key=lambda one: one.made_at):
        held = _held(plan)
        # Gaps open by the clock of the vendors. Ours, by which a plan is made, may be behind.
        until = held.newest_gap_at or plan.made_at
        for gap in (gap for gap, mark in _answers(held) if mark in unread):
            found[gap].append(Answer("written", until))
    return found


def done_by(ledger: Ledger, moment: datetime) -> list[Intent]:
    """Give the items of ours that stood at a moment, by the steps of runs and by our clock.

    The key of one that was taken back since and made again, which had another one then, is not known any more.
    """
    steps = sorted((*ledger.steps(action="create"), *ledger.steps(action="undo")), key=lambda step: step.number)
    last = {step.marker: step for step in steps if step.result != "sent" and step.at and step.at <= moment}
    return [
        replace(intent, state="done") if intent.remote_id in {None, made.remote_id} else _without_key(intent)
        for intent in ledger.intents()
        if (made := last.get(intent.marker)) and made.action == "create" and not _is_gone(intent, moment)
    ]


def _is_gone(intent: Intent, moment: datetime) -> bool:
    return intent.state == "gone" and intent.changed_at is not None and intent.changed_at <= moment


def _without_key(intent: Intent) -> Intent:
    return replace(intent, state="done", remote_id=None, remote_key=None, url=None)


def _held(plan: StoredPlan) -> _Answers:
    return msgspec.json.decode(plan.body, type=_Answers)


def _answers(held: _Answers) -> list[tuple[str, str]]:
    """List the gaps that a plan closes, each with the mark of the item that is made for it."""
    return [(gap, one.marker) for place in held.engagements for one in place.commands for gap in one.gap_ids]
