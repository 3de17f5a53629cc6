"""Apply: carry out a plan, each item exactly once, with the ledger written before and after every call.

The order of things for a create: the intent is committed, the one create request carries the mark, the outcome is
committed, then the link is set. Whatever dies in between, the mark in the tracker tells the next run what happened. Two
writers that do not know of each other may both make an item: each looks at the newest ones when it is done, and the one
that came second takes its own back.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial

from atlas_sync.coverage import CreateItem, SetDeal, WriteCommand, conversation_page
from atlas_sync.errors import AtlasError, OutcomeUnknownError, StaleError
from atlas_sync.operations.gate import digest_of
from atlas_sync.operations.hand import Hand
from atlas_sync.operations.introductions import note_introductions
from atlas_sync.operations.plan import draw_up, survey
from atlas_sync.operations.planned import Plan, PlannedEngagement, load_plan
from atlas_sync.operations.records import load_record
from atlas_sync.operations.step import Result, Step
from atlas_sync.operations.workspace import Workspace
from atlas_sync.store.ledger import FieldKey, FieldState, Ledger
from atlas_sync.store.lock import writer_lock
from atlas_sync.store.publish import open_snapshot
from atlas_sync.store.warehouse import Rows

__all__ = ["Applied", "Step", "apply"]

Chain = list[tuple[WriteCommand, PlannedEngagement]]

_SETTLED = frozenset({"done", "gone", "sent", "unknown"})


@dataclass(slots=True)
class Applied:
    """What an apply did; `error` is what ended it early, with everything before it done.

    `notes` say what was found and mended besides: twins, and texts of people that were put back.
    """

    plan_id: str
    run: str
    steps: list[Step] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    error: AtlasError | None = None

    def count(self, *results: Result) -> int:
        """Count the steps with one of some results."""
        return sum(step.result in results for step in self.steps)


def apply(
    workspace: Workspace, plan_id: str | None = None, *, report: Callable[[Step], None] = lambda _step: None
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
        chosen = load_plan(ledger, plan_id)
        ground = survey(workspace, snapshot, ledger)
        hand = Hand(workspace, ledger, ground, plan=chosen, page_of=partial(_page_of, snapshot))
        applied = Applied(chosen.id, hand.run)
        try:
            applied.notes += hand.tidy()
            for step in hand.settled():
                applied.steps.append(step)
                report(step)
            places, current = _as_of_now(draw_up(workspace, snapshot, ground))
            _refuse_stale(chosen, current, ledger, system=ground.tracker.name)
            left = (command for command in chosen.commands if digest_of(command) in current)
            note_introductions(ledger, left, run=hand.run, at=workspace.now())
            for chains in _chains(chosen, places, current):
                _carry_out(chains, hand, applied, report=report, at_once=workspace.delivery.at_once)
            applied.notes += hand.look_back()
        except StaleError:
            raise
        except AtlasError as error:
            applied.error = error
            return applied
        applied.steps = [hand.found_late(step) or step for step in applied.steps]
        if open_ones := applied.count("unknown", "waiting"):
            applied.error = _still_open(open_ones)
        elif not applied.count("held"):
            ledger.mark_applied(chosen.id)
        return applied


def _page_of(rows: Rows, engagement_id: str) -> str:
    record = load_record(rows, engagement_id)
    return conversation_page(record) if record else ""


def _as_of_now(planned: Iterable[PlannedEngagement]) -> tuple[dict[str, PlannedEngagement], set[str]]:
    """Give the places as they are now, and digests of what is planned there: texts are held once, in the plan itself."""
    places: dict[str, PlannedEngagement] = {}
    current: set[str] = set()
    for place in planned:
        current |= {digest_of(command) for command in place.commands}
        places[place.engagement_id] = place.model_copy(update={"commands": ()})
    return places, current


def _chains(
    plan: Plan, places: Mapping[str, PlannedEngagement], current: Collection[str]
) -> tuple[list[Chain], list[Chain]]:
    """Part what is left of a plan into what hangs together, an item and its link: first the briefs, then all below them.

    The copies of a template are one chain, since they stand below each other and keep their order.
    """
    chains: dict[str, Chain] = {}
    for command in plan.commands:
        if digest_of(command) in current:
            is_copy = isinstance(command, CreateItem) and command.item == "template"
            name = f"template {command.engagement_id}" if is_copy else command.marker
            chains.setdefault(name, []).append((command, places[command.engagement_id]))
    briefs = {c.marker for c in plan.commands if isinstance(c, CreateItem) and c.kind == "brief"}
    first = [chain for name, chain in chains.items() if name in briefs]
    return first, [chain for name, chain in chains.items() if name not in briefs]


def _carry_out(
    chains: Sequence[Chain], hand: Hand, applied: Applied, *, report: Callable[[Step], None], at_once: int
) -> None:
    """Do some chains, several at once; after an error or interrupt none is begun any more, and it is raised when all ended."""
    failed = threading.Event()
    lock = threading.Lock()

    def work(chain: Chain) -> None:
        for command, place in chain:
            if failed.is_set():
                return
            try:
                step = hand.carry_out(command, place)
            except AtlasError:
                failed.set()
                raise
            with lock:
                applied.steps.append(step)
                report(step)

    if at_once == 1:
        for chain in chains:
            work(chain)
        return
    with ThreadPoolExecutor(at_once) as pool:
        try:
            for done in [pool.submit(work, chain) for chain in chains]:
                done.result()
        finally:
            failed.set()


def _still_open(number: int) -> AtlasError:
    message = f"{number} items wait for a create that got no clear answer and was not found."
    return OutcomeUnknownError(
        message, advice="Apply again later: it is looked for first, and made if it is not there."
    )


def _refuse_stale(chosen: Plan, current: Collection[str], ledger: Ledger, *, system: str) -> None:
    """Compare the plan with one drawn up now: nothing may be new, and what is no longer planned must be done."""
    wanted = {digest_of(command) for command in chosen.commands}
    settled = {one.marker for one in ledger.intents() if one.state in _SETTLED and one.system == system}
    known = ledger.deal_fields()
    settled |= {c.marker for c in chosen.commands if isinstance(c, SetDeal) and _is_told(c, known)}
    lost = [c for c in chosen.commands if digest_of(c) not in current and c.marker not in settled]
    if not wanted.issuperset(current) or lost:
        message = f"the record or the tracker changed since plan {chosen.id}."
        raise StaleError(message, advice="Run `atlas-sync plan` again and look at what differs.")


def _is_told(command: SetDeal, known: Mapping[FieldKey, FieldState]) -> bool:
    """Tell if all of a command was written, or refused, before."""
    states = ((one.value, known.get((command.system, command.deal, one.name), FieldState())) for one in command.fields)
    return all(value in {state.written or "", state.refused} for value, state in states)
