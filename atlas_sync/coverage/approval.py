"""What a person should see before it is written, and why: money, dates, doubt, and whatever the client can read."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from atlas_sync.coverage.commands import AddWatcher, CreateItem, TrackerCommand, UpdateItem
from atlas_sync.coverage.record import EngagementRecord
from atlas_sync.coverage.text import shorten, show_day

__all__ = ["Need", "needs_of"]

_QUOTE = 60


class Need(BaseModel):
    """A command that a person should see first, by its mark and action, with the reasons."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    marker: str
    action: str
    reasons: tuple[str, ...]


def needs_of(
    commands: Sequence[TrackerCommand],
    record: EngagementRecord,
    *,
    sure_above: float,
    many: int,
) -> tuple[Need, ...]:
    """List the commands of one engagement that need a look; links and files go with their items.

    `sure_above` is the confidence from which a statement needs none, `many` the number of writes above which all do.
    """
    writes = [command for command in commands if isinstance(command, CreateItem | UpdateItem | AddWatcher)]
    together = (f"{len(writes)} writes at once",) if len(writes) > many else ()
    found = []
    for command in writes:
        reasons = (*_reasons(command, record, sure_above=sure_above), *together)
        if reasons:
            found.append(Need(marker=command.marker, action=command.action, reasons=reasons))
    return tuple(found)


def _reasons(
    command: CreateItem | UpdateItem | AddWatcher, record: EngagementRecord, *, sure_above: float
) -> list[str]:
    reasons = []
    if isinstance(command, CreateItem):
        promises = {one.id: one for one in record.promises}
        promise = promises.get(command.subject_id)
        said = promise or next((one for one in record.scope if one.id == command.subject_id), None)
        if promise is not None and promise.kind == "price":
            reasons.append("it is about money")
        if promise is not None and (earlier := promises.get(promise.perhaps)):
            reasons.append(f"it may be the same as “{shorten(earlier.text, _QUOTE)}”")
        taken = [one for one in record.promises if one.perhaps == command.subject_id and one.status == "withdrawn"]
        reasons += [f"“{shorten(one.text, _QUOTE)}” may take it back" for one in taken]
        if said is not None and said.confidence < sure_above:
            reasons.append(f"only {said.confidence:.0%} sure")
    if not isinstance(command, AddWatcher) and command.due is not None:
        reasons.append(f"it sets a date, {show_day(command.due)}")
    if command.audience != "internal":
        reasons.append("the client can read it")
    return reasons
