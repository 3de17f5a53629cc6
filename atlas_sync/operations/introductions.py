"""Introductions: whom a run was to introduce to delivery, by an item of their own, and did not yet.

The brief comes first and names them all. Where a run ends in between, it must not stand for the items that are still to be
made: what comes of a plan does not depend on where its runs were cut.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from atlas_sync.coverage import CreateItem, WriteCommand
from atlas_sync.store.ledger import Ledger, WriteStep

__all__ = ["introducing", "note_introductions"]

_MEANT = "introduce"
_MADE = frozenset({"created", "found"})


def introducing(ledger: Ledger, moment: datetime | None = None) -> dict[str, str]:
    """Give by stakeholder the mark of the item that is to introduce them, of those whose item was not made by a moment."""
    meant = ledger.steps(action=_MEANT)
    steps = sorted((*meant, *ledger.steps(action="create")), key=lambda step: step.number) if meant else []
    waiting: dict[str, str] = {}
    for step in steps:
        if moment is not None and step.at is not None and step.at > moment:
            continue
        if step.action == _MEANT:
            waiting[step.marker] = step.note
        elif step.result in _MADE:
            waiting.pop(step.marker, None)
    return {stakeholder: marker for marker, stakeholder in waiting.items()}


def note_introductions(ledger: Ledger, commands: Iterable[WriteCommand], *, run: str, at: datetime) -> None:
    """Write down whom a run is to introduce, before it writes anything."""
    known = introducing(ledger)
    for command in commands:
        if isinstance(command, CreateItem) and command.item == "people" and command.subject_id not in known:
            ledger.note(WriteStep(run, command.marker, _MEANT, "meant", note=command.subject_id, at=at))
