"""The hand that writes: single commands of one run, each with the ledger before and after.

For a create the intent is committed, the one request carries the mark, the outcome is committed. What dies in between, the
next run finds by the mark.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from atlas_sync.connectors.writing import Attacher, Draft, Inviter, Linker, Origin, RemoteItem
from atlas_sync.coverage import (
    AddWatcher,
    AttachFile,
    CreateItem,
    LinkItem,
    SetDeal,
    UpdateItem,
    WriteCommand,
    assert_audience,
    page_name,
)
from atlas_sync.errors import AtlasError, OutcomeUnknownError, RejectedError
from atlas_sync.operations.approve import approvers
from atlas_sync.operations.edits import Editor, finish_edits
from atlas_sync.operations.gate import Gate
from atlas_sync.operations.holdings import intent_of
from atlas_sync.operations.plan import Ground
from atlas_sync.operations.planned import Plan, PlannedEngagement
from atlas_sync.operations.step import Result, Step
from atlas_sync.operations.tell import Teller
from atlas_sync.operations.twins import Twins
from atlas_sync.operations.workspace import Workspace, new_run_id
from atlas_sync.store.ledger import Intent, Ledger, WriteStep

__all__ = ["Hand"]


class Hand:
    """Carries out single commands of one run, several at a time where it is asked to."""

    def __init__(
        self, workspace: Workspace, ledger: Ledger, ground: Ground, *, plan: Plan, page_of: Callable[[str], str]
    ) -> None:
        self._now = workspace.now
        self._settle_s = workspace.delivery.settle_s
        self._ledger = ledger
        self._ground = ground
        self._writer = ground.writer
        self._gate = Gate(workspace.delivery, approvers(ledger))
        self._plan = plan
        self._page_of = page_of
        self.run = new_run_id(workspace.now())
        self._twins = Twins(
            ground.writer,
            ledger,
            run=self.run,
            system=ground.tracker.name,
            now=workspace.now,
            settle_s=workspace.delivery.settle_s,
        )
        self._editor = Editor(
            ground.writer,
            ledger,
            run=self.run,
            audience_at=ground.audience_at,
            now=workspace.now,
            settle_s=workspace.delivery.settle_s,
        )
        self._teller = Teller(ground.deals, ledger, run=self.run, now=workspace.now)
        self._read = dict(ground.holdings.tails)
        self._own: dict[str, int] = {}
        self._unclear: set[str] = set()
        self._seen: dict[str, RemoteItem] = {}
        self._lock = threading.Lock()

    def tidy(self) -> list[str]:
        """Bring to an end what earlier runs left: edits that nobody looked back at, and twins."""
        notes = finish_edits(self._writer, self._ledger, run=self.run, now=self._now(), settle_s=self._settle_s)
        several = {marker: items for marker, items in self._ground.holdings.items.items() if len(items) > 1}
        return notes + self._part(several)

    def _part(self, several: Mapping[str, Sequence[RemoteItem]]) -> list[str]:
        """Part twins, briefs last: what stands below one that goes has to go first."""
        order = sorted(several.items(), key=lambda pair: bool(pair[1][0].origin and pair[1][0].origin.item == "brief"))
        return [note for marker, items in order for note in self._twins.part(marker, items)]

    def settled(self) -> Iterator[Step]:
        """Give the creates that an earlier run left without an answer, and that are there."""
        found = {intent.marker: intent for intent in self._ground.holdings.settled}
        for command in self._plan.commands:
            if isinstance(command, CreateItem) and command.marker in found:
                intent = found[command.marker]
                self._note(command, "found", intent.remote_id)
                yield Step(command, "found", key=intent.remote_key or "", url=intent.url or "")

    def carry_out(self, command: WriteCommand, place: PlannedEngagement) -> Step:
        """Do one command.

        Raises:
            TransientError: the tracker is not available; nothing unclear is left behind but what the ledger says.
            AccessError, ContractError: as the tracker answers.
        """
        if not isinstance(command, SetDeal):
            assert_audience(command, place.audience)
        with self._lock:
            why = self._gate.holds(command, place)
        if why:
            return Step(command, "held", reason=why)
        match command:
            case CreateItem():
                step = self._create(command)
            case LinkItem():
                step = self._link(command)
            case UpdateItem():
                step = self._editor.update(command)
            case AttachFile():
                step = self._attach(command)
            case AddWatcher():
                step = self._watch(command)
            case SetDeal():
                step = self._teller.tell(command)
        return step

    def _step(self, command: WriteCommand, result: str, remote_id: str | None = None, *, note: str = "") -> WriteStep:
        return WriteStep(self.run, command.marker, command.action, result, remote_id, note, at=self._now())

    def _note(self, command: WriteCommand, result: str, remote_id: str | None = None, *, note: str = "") -> None:
        self._ledger.note(self._step(command, result, remote_id, note=note))

    def _intent(self, marker: str) -> Intent | None:
        """Give what the ledger knows under a mark in this tracker."""
        known = self._ledger.intent(marker)
        return known if known and known.system == self._ground.tracker.name else None

    def _create(self, command: CreateItem) -> Step:
        before = self._ledger.intent(command.marker)
        if command.marker in self._seen:
            return self._finish(command, self._seen[command.marker], "found")
        if before is not None and before.state == "done" and before.system == self._ground.tracker.name:
            return Step(command, "found", key=before.remote_key or "", url=before.url or "")
        parent = self._intent(command.parent_marker) if command.parent_marker else None
        if command.parent_marker and (parent is None or parent.state != "done"):
            waits = parent is not None and parent.state in {"sent", "unknown"}
            return Step(command, "waiting" if waits else "refused", reason="its brief was not made.")
        intent = Intent(
            marker=command.marker,
            system=self._ground.tracker.name,
            project=command.project,
            engagement_id=command.engagement_id,
            subject_id=command.subject_id,
            item=command.item,
            state="sent",
            plan_id=self._plan.id,
            changed_at=self._now(),
        )
        if not self._ledger.claim(intent, self._step(command, "sent"), before=before):
            return Step(command, "waiting", reason="another process is making it.")
        return self._send(command, intent, parent=parent.remote_id if parent else None)

    def _send(self, command: CreateItem, intent: Intent, *, parent: str | None) -> Step:
        draft = Draft(
            marker=command.marker,
            project=command.project,
            kind=command.kind,
            summary=command.summary,
            body=command.body,
            due=command.due,
            parent=parent,
            assignee=command.assignee,
            labels=command.labels,
            origin=Origin(command.engagement_id, command.subject_id, command.item, self.run, command.copies),
            type=command.type,
        )
        try:
            made, left = self._create_fitting(draft)
        except OutcomeUnknownError:
            self._ledger.record(replace(intent, state="unknown", changed_at=self._now()))
            self._unclear.add(command.project)
            found = self._newest(command)
            return (
                self._finish(command, found, "found") if found else Step(command, "unknown", reason="no clear answer.")
            )
        except AtlasError as error:
            self._ledger.record(replace(intent, state="refused", changed_at=self._now()))
            if isinstance(error, RejectedError):
                return Step(command, "refused", reason=str(error))
            raise
        with self._lock:
            self._own[command.project] = max(self._own.get(command.project, 0), made.number)
        step = replace(self._finish(command, made, "created"), reason=left)
        return self._yield_brief(command, made, step) if command.kind == "brief" else step

    def _create_fitting(self, draft: Draft) -> tuple[RemoteItem, str]:
        """Make an item, and say what was left out of it.

        Its brief may not hold it, since a person moved the brief to another project; its assignee may not be one there.
        """
        try:
            return self._writer.create(draft), ""
        except RejectedError as error:
            refused = {"parent", "parentId", "assignee"} & set(error.fields)
            left = replace(
                draft,
                parent=None if refused - {"assignee"} else draft.parent,
                assignee=None if "assignee" in refused else draft.assignee,
            )
            if left == draft:
                raise
        return self._writer.create(left), "nobody could be assigned." if left.assignee != draft.assignee else ""

    def _yield_brief(self, command: CreateItem, made: RemoteItem, step: Step) -> Step:
        """Make room for a brief that another writer made at the same time, before anything is put below ours."""
        self._read_on(command.project)
        other = self._seen.get(command.marker, made)
        notes = self._twins.part(command.marker, (made, other))
        kept = self._ledger.intent(command.marker)
        if not notes or kept is None:
            return step
        return replace(step, key=kept.remote_key or "", url=kept.url or "", reason=" ".join(notes))

    def _read_on(self, project: str) -> tuple[RemoteItem, ...]:
        """Read from the store what came about in a project since the last look."""
        tail = self._writer.tail(project, after=self._read.get(project, 0), up_to=self._own.get(project, 0))
        self._read[project] = tail.at
        self._remember(tail.items)
        return tail.items

    def _newest(self, command: CreateItem) -> RemoteItem | None:
        """Look once past the newest number we know in a project: a create of ours that got no answer is there, or nowhere."""
        known = max(self._read.get(command.project, 0), self._own.get(command.project, 0))
        self._remember(self._writer.tail(command.project, after=known).items)
        return self._seen.get(command.marker)

    def _remember(self, items: Iterable[RemoteItem]) -> None:
        with self._lock:
            for item in items:
                self._seen.setdefault(item.marker, item)

    def look_back(self) -> list[str]:
        """Look at all that came about in the projects since the start, and take back what another writer made first."""
        by_marker: dict[str, list[RemoteItem]] = defaultdict(list)
        self._read = dict(self._ground.holdings.tails)
        for project in self._own.keys() | self._unclear:
            for item in self._read_on(project):
                by_marker[item.marker].append(item)
        known = self._ground.holdings.items
        return self._part({marker: (*known.get(marker, ()), *items) for marker, items in by_marker.items()})

    def found_late(self, step: Step) -> Step | None:
        """Give the step anew where its create was found after all."""
        found = self._seen.get(step.command.marker) if step.result == "unknown" else None
        if found is None or not isinstance(step.command, CreateItem):
            return None
        return self._finish(step.command, found, "found")

    def _finish(self, command: CreateItem, item: RemoteItem, result: Result) -> Step:
        before = self._ledger.intent(command.marker)
        done = intent_of(item, before, system=self._ground.tracker.name, now=self._now(), plan_id=self._plan.id)
        self._ledger.record(done, self._step(command, result, item.id))
        return Step(command, result, key=item.key, url=item.url)

    def _attach(self, command: AttachFile) -> Step:
        intent = self._intent(command.marker)
        if intent is None or intent.remote_id is None or intent.state != "done":
            return Step(command, "refused", reason="the brief was not made.")
        key = intent.remote_key or ""
        with self._lock:  # a snapshot answers one question at a time
            page = self._page_of(command.engagement_id)
        if not isinstance(self._writer, Attacher) or page_name(page) != command.name:
            return Step(command, "refused", key=key, reason="another conversation was planned.")
        if self._is_moved_out(command, intent.remote_id):
            return Step(command, "kept", key=key, reason="a person moved the brief to where the client can read.")
        self._note(command, "sent", intent.remote_id)
        try:
            self._writer.attach(intent.remote_id, name=command.name, content=page.encode())
        except RejectedError as error:
            return Step(command, "refused", key=key, reason=str(error))
        except OutcomeUnknownError:
            return Step(command, "refused", key=key, reason="it got no clear answer; the next plan looks for it first.")
        self._note(command, "done", intent.remote_id)
        return Step(command, "attached", key=key, url=intent.url or "")

    def _is_moved_out(self, command: AttachFile | LinkItem, remote_id: str) -> bool:
        """Tell if an item that was there before this run stands, by now, where the client can read."""
        item = self._writer.get(remote_id) if command.marker in self._ground.holdings.existing else None
        return item is not None and self._ground.audience_at(item.project) != "internal"

    def _watch(self, command: AddWatcher) -> Step:
        """Ask a person to watch, once for good: whoever leaves again, or cannot, is not asked any more."""
        intent = self._intent(command.marker)
        if intent is None or intent.remote_id is None or intent.state != "done":
            return Step(command, "refused", reason="the brief was not made.")
        key, asked = intent.remote_key or "", partial(self._note, command, remote_id=intent.remote_id)
        if not isinstance(self._writer, Inviter):
            return Step(command, "refused", key=key, reason="nobody can be asked to watch here.")
        try:
            self._writer.watch(intent.remote_id, command.user)
        except RejectedError as error:
            asked("refused", note=command.person_id)
            return Step(command, "refused", key=key, reason=str(error))
        asked("done", note=command.person_id)
        return Step(command, "asked", key=key, url=intent.url or "")

    def _link(self, command: LinkItem) -> Step:
        intent = self._intent(command.marker)
        if intent is None or intent.remote_id is None or intent.state != "done":
            waits = intent is not None and intent.state in {"sent", "unknown"}
            return Step(command, "waiting" if waits else "refused", reason="the item was not made.")
        if not isinstance(self._writer, Linker):
            return Step(command, "refused", key=intent.remote_key or "", reason="the tracker has no links.")
        if self._is_moved_out(command, intent.remote_id):
            return Step(
                command, "kept", key=intent.remote_key or "", reason="a person moved it to where the client can read."
            )
        try:
            self._writer.link(intent.remote_id, marker=command.marker, url=command.url, title=command.title)
        except RejectedError as error:
            return Step(command, "refused", key=intent.remote_key or "", reason=str(error))
        linked = replace(intent, linked=True, changed_at=self._now())
        self._ledger.record(linked, self._step(command, "linked", intent.remote_id))
        return Step(command, "linked", key=intent.remote_key or "", url=command.url)
