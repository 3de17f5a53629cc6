"""Tell: set fields of ours on deals, in the name of one run, and take back what a run set.

Setting twice is the same as once, so nothing has to be looked for afterwards: the ledger says before a call what is sent, and
a field that holds that is ours. A field is read once more right before it is set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime

import msgspec

from atlas_sync.connectors.writing import DealWriter
from atlas_sync.coverage import DealField, SetDeal
from atlas_sync.errors import RejectedError
from atlas_sync.operations.deals import Deals, is_same
from atlas_sync.operations.step import Step
from atlas_sync.store.ledger import FieldState, Ledger, WriteStep

__all__ = ["Teller", "ToldDeal", "take_back", "told_by"]


class Teller:
    """Sets fields of deals, each deal at most once in a run."""

    def __init__(self, deals: Deals, ledger: Ledger, *, run: str, now: Callable[[], datetime]) -> None:
        self._deals = deals
        self._ledger = ledger
        self._run = run
        self._now = now

    def tell(self, command: SetDeal) -> Step:
        """Set the fields of one deal that still hold what the plan saw there."""
        writer = self._deals.writers[command.system]
        there = writer.read([command.deal]).get(command.deal)
        if there is None:
            return Step(command, "kept", key=command.system, reason="the deal is gone, or hidden from us.")
        fields = [one for one in command.fields if is_same(there.get(one.name, ""), one.before)]
        if not fields:
            return Step(command, "kept", key=command.system, reason="a person changed it.")
        self._keep(command, fields, "sent", lambda state, value: replace(state, sent=value))
        try:
            writer.set(command.deal, {one.name: one.value for one in fields})
        except RejectedError as error:
            self._keep(command, fields, "refused", lambda state, value: replace(state, sent=None, refused=value))
            return Step(command, "refused", key=command.system, reason=str(error))
        self._keep(command, fields, "done", lambda _state, value: FieldState(written=value))
        return Step(command, "updated", key=command.system)

    def _keep(
        self,
        command: SetDeal,
        fields: Iterable[DealField],
        result: str,
        change: Callable[[FieldState, str], FieldState],
    ) -> None:
        """Write down what becomes of some fields, with what a later undo needs."""
        known, now = self._deals.known, self._now()
        keys = {one.name: (command.system, command.deal, one.name) for one in fields}
        states = {
            keys[one.name]: replace(change(known.get(keys[one.name], FieldState()), one.value), changed_at=now)
            for one in fields
        }
        told = ToldDeal(
            command.system, command.deal, command.title, {one.name: (one.before, one.value) for one in fields}
        )
        note = msgspec.json.encode(told).decode()
        self._ledger.keep_deal_fields(
            states, WriteStep(self._run, command.marker, "deal", result, command.deal, note, at=now)
        )


class ToldDeal(msgspec.Struct, frozen=True):
    """What a run set on a deal: by field, what stood there before and what it wrote."""

    system: str
    deal: str
    title: str
    fields: dict[str, tuple[str, str]]


def told_by(ledger: Ledger, run: str) -> Iterator[ToldDeal]:
    """Give what a run set on deals, or may have set before it died."""
    steps = ledger.steps(run=run, action="deal")
    last = {step.marker: step for step in steps}
    return (msgspec.json.decode(step.note, type=ToldDeal) for step in last.values() if step.result in {"sent", "done"})


def take_back(told: ToldDeal, writer: DealWriter, ledger: Ledger, step: WriteStep) -> list[str]:
    """Put back what stood on a deal before, field by field where it still holds what the run wrote; name those left.

    Raises:
        AtlasError: the CRM refuses, or cannot be asked; nothing was put back.
    """
    there = writer.read([told.deal]).get(told.deal)
    if there is None:
        return list(told.fields)
    ours = {name: before for name, (before, value) in told.fields.items() if is_same(there.get(name, ""), value)}
    if ours:
        writer.set(told.deal, ours)
        states = {
            (told.system, told.deal, name): FieldState(written=before or None, changed_at=step.at)
            for name, before in ours.items()
        }
        ledger.keep_deal_fields(states, step)
    changed = {name for name, (before, _value) in told.fields.items() if not is_same(there.get(name, ""), before)}
    return sorted(changed - ours.keys())
