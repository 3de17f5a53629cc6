"""Apply: carry out a plan, each item exactly once, with the ledger written before and after every call.

The order of things for a create: the intent is committed, the one create request carries the mark, the outcome is
committed, then the link is set. Whatever dies in between, the mark in the tracker tells the next run what happened.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Literal

from atlas_sync.connectors.protocol import Draft, Edit, RemoteItem, Writer
from atlas_sync.coverage import CreateItem, LinkItem, UpdateItem, WriteCommand, assert_audience
from atlas_sync.errors import AtlasError, ConfigError, OutcomeUnknownError, RejectedError, StaleError, TransientError
from atlas_sync.operations.plan import Plan, PlannedEngagement, draw_up, tracker_of
from atlas_sync.operations.workspace import Workspace
from atlas_sync.store.ledger import Intent, Ledger
from atlas_sync.store.lock import writer_lock
from atlas_sync.store.publish import open_snapshot

__all__ = ["Applied", "Step", "apply"]

Result = Literal["created", "found", "updated", "linked", "kept", "refused", "unknown"]

_LOOKS = 5
_LOOK_PAUSE_S = 1.5


@dataclass(frozen=True, slots=True)
class Step:
    """One command carried out: what came of it, and on which item. `kept` means that a person's version stays."""

    command: WriteCommand
    result: Result
    key: str = ""
    url: str = ""
    reason: str = ""


@dataclass(slots=True)
class Applied:
    """What an apply did; `error` is what ended it early, with everything before it done."""

    plan_id: str
    steps: list[Step] = field(default_factory=list)
    error: AtlasError | None = None

    def count(self, *results: Result) -> int:
        """Count the steps with one of some results."""
        return sum(step.result in results for step in self.steps)


def apply(
    workspace: Workspace,
    plan_id: str | None = None,
    *,
    report: Callable[[Step], None] = lambda _step: None,
    sleep: Callable[[float], None] = time.sleep,
) -> Applied:
    """Carry out a plan (the one made last by default).

    A plan that was cut short is finished: what the ledger or the tracker shows as done is not done again.

    Raises:
        ConfigError: there is no such plan.
        StaleError: the tracker or the record changed since, so that a command would not be planned any more.
        StoreError: another run is writing.
    """
    with (
        writer_lock(workspace.home, wait_s=60.0),
        closing(workspace.open_ledger()) as ledger,
        open_snapshot(workspace.home) as snapshot,
    ):
        chosen = _load(ledger, plan_id)
        tracker = tracker_of(workspace)
        if tracker.open_writer is None:
            raise ConfigError("the tracker cannot be written to.")
        hand = _Hand(tracker.open_writer(), ledger, plan=chosen, system=tracker.name, sleep=sleep)
        applied = Applied(chosen.id)
        for step in hand.settle_open():
            applied.steps.append(step)
            report(step)
        now = draw_up(workspace, snapshot, ledger, snapshot_name=snapshot.name)
        _refuse_stale(chosen, now, ledger)
        for engagement in now.engagements:
            for command in engagement.commands:
                try:
                    step = hand.carry_out(command, engagement)
                except AtlasError as error:
                    applied.error = error
                    return applied
                applied.steps.append(step)
                report(step)
        ledger.mark_applied(chosen.id)
        return applied


def _load(ledger: Ledger, plan_id: str | None) -> Plan:
    stored = ledger.plan(plan_id)
    if stored is None:
        message = f"there is no plan {plan_id}." if plan_id else "there is no plan yet."
        raise ConfigError(message, advice="Run `atlas-sync plan` first.")
    return Plan.model_validate_json(stored.body)


def _refuse_stale(chosen: Plan, now: Plan, ledger: Ledger) -> None:
    """Compare the plan with one drawn up now: nothing may be new, and what is no longer planned must be done."""
    wanted = {command.model_dump_json() for command in chosen.commands}
    current = {command.model_dump_json() for command in now.commands}
    settled = {intent.marker for intent in ledger.intents() if intent.state in {"done", "gone"}}
    lost = [c for c in chosen.commands if c.model_dump_json() not in current and c.marker not in settled]
    if current - wanted or lost:
        message = f"the record or the tracker changed since plan {chosen.id}."
        raise StaleError(message, advice="Run `atlas-sync plan` again and look at what differs.")


class _Hand:
    """Carries out single commands."""

    def __init__(
        self, writer: Writer, ledger: Ledger, *, plan: Plan, system: str, sleep: Callable[[float], None]
    ) -> None:
        self._writer = writer
        self._ledger = ledger
        self._plan = plan
        self._system = system
        self._sleep = sleep

    def _intent(self, marker: str) -> Intent | None:
        return next((intent for intent in self._ledger.intents() if intent.marker == marker), None)

    def settle_open(self) -> Iterator[Step]:
        """Find out what became of creates that an earlier run left without an answer."""
        open_marks = {one.marker for one in self._ledger.intents() if one.state in {"sent", "unknown"}}
        for command in self._plan.commands:
            if isinstance(command, CreateItem) and command.marker in open_marks:
                found = self._look(command, looks=_LOOKS)
                if found is not None:
                    yield self._settle(command, found, "found")

    def carry_out(self, command: WriteCommand, place: PlannedEngagement) -> Step:
        """Do one command.

        Raises:
            TransientError: the tracker is not available; nothing unclear is left behind but what the ledger says.
            AccessError, ContractError: as the tracker answers.
        """
        assert_audience(command, place.audience)
        match command:
            case CreateItem():
                return self._create(command)
            case LinkItem():
                return self._link(command)
            case UpdateItem():
                return self._update(command)

    def _create(self, command: CreateItem) -> Step:
        parent = self._intent(command.parent_marker) if command.parent_marker else None
        if command.parent_marker and (parent is None or parent.remote_id is None):
            return Step(command, "refused", reason="its epic was not made.")
        intent = Intent(
            marker=command.marker,
            system=self._system,
            project=command.project,
            engagement_id=command.engagement_id,
            subject_id=command.subject_id,
            item=command.item,
            state="sent",
            plan_id=self._plan.id,
        )
        self._ledger.record(intent)
        draft = Draft(
            marker=command.marker,
            project=command.project,
            kind=command.kind,
            summary=command.summary,
            body=command.body,
            due=command.due,
            parent=parent.remote_id if parent else None,
            labels=command.labels,
        )
        try:
            made = self._writer.create(draft)
        except OutcomeUnknownError:
            self._ledger.record(replace(intent, state="unknown"))
            found = self._look(command, looks=_LOOKS)
            if found is not None:
                return self._settle(command, found, "found")
            raise
        except (RejectedError, TransientError) as error:
            self._ledger.record(replace(intent, state="refused"))
            if isinstance(error, TransientError):
                raise
            return Step(command, "refused", reason=str(error))
        return self._settle(command, made, "created")

    def _look(self, command: CreateItem, *, looks: int) -> RemoteItem | None:
        """Look for an item whose create gave no clear answer, past the delay of the tracker's search."""
        for attempt in range(looks):
            found = self._writer.find(command.marker, project=command.project)
            if found is not None:
                return found
            if attempt < looks - 1:
                self._sleep(_LOOK_PAUSE_S)
        return None

    def _settle(self, command: CreateItem, item: RemoteItem, result: Result) -> Step:
        self._ledger.record(
            Intent(
                marker=command.marker,
                system=self._system,
                project=command.project,
                engagement_id=command.engagement_id,
                subject_id=command.subject_id,
                item=command.item,
                state="done",
                plan_id=self._plan.id,
                remote_id=item.id,
                remote_key=item.key,
                url=item.url,
                written_summary=item.summary,
                written_body=item.body_text,
            )
        )
        return Step(command, result, key=item.key, url=item.url)

    def _link(self, command: LinkItem) -> Step:
        intent = self._intent(command.marker)
        if intent is None or intent.remote_id is None:
            return Step(command, "refused", reason="the item was not made.")
        self._writer.link(intent.remote_id, marker=command.marker, url=command.url, title=command.title)
        self._ledger.record(replace(intent, linked=True))
        return Step(command, "linked", key=intent.remote_key or "", url=command.url)

    def _update(self, command: UpdateItem) -> Step:
        intent = self._intent(command.marker)
        item = self._writer.get(intent.remote_id) if intent and intent.remote_id else None
        if intent is None or item is None:
            return Step(command, "kept", reason="the item is gone; a person removed it.")
        if item.body_text != intent.written_body:
            return Step(command, "kept", key=item.key, reason="a person changed the text.")
        self._writer.edit(Edit(item.id, summary=command.summary, body=command.body, due=command.due))
        after = self._writer.get(item.id)
        if after is not None:
            self._ledger.record(replace(intent, written_summary=after.summary, written_body=after.body_text))
        return Step(command, "updated", key=item.key, url=item.url)
