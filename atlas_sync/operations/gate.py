"""The gate: what of a plan may be written now, by the policy, what was approved, and the caps."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping

from atlas_sync.coverage import AddWatcher, AttachFile, CreateItem, LinkItem, SetDeal, UpdateItem, WriteCommand
from atlas_sync.operations.planned import PlannedEngagement
from atlas_sync.operations.workspace import Delivery

__all__ = ["Gate", "approver_of", "digest_of", "seen_digest_of", "why_look"]

_ALL = "the policy is to approve everything"
_KINDS = {"attach": "brief", "watch": "brief"}
"""By action: as which kind of item it counts."""


class Gate:
    """Lets commands of one run through, or holds them. `approvers` say who approved what, by its digest."""

    def __init__(self, delivery: Delivery, approvers: Mapping[str, str]) -> None:
        self._delivery = delivery
        self._approvers = approvers
        self._held: set[str] = set()
        self._counts: Counter[tuple[str, str]] = Counter()

    def holds(self, command: WriteCommand, place: PlannedEngagement) -> str:
        """Say why a command may not be written now, nothing where it may; what stands below what is held is held too."""
        parent = command.parent_marker if isinstance(command, CreateItem) else None
        if {command.marker, parent} & self._held:
            self._held.add(command.marker)
            return "what it belongs to is held."
        if isinstance(command, LinkItem):
            return ""
        why = self._unapproved(command, place) or self._over(command, place)
        if why and isinstance(command, CreateItem):
            self._held.add(command.marker)
        return why

    def _unapproved(
        self, command: CreateItem | UpdateItem | AttachFile | AddWatcher | SetDeal, place: PlannedEngagement
    ) -> str:
        reasons = why_look(command, place, self._delivery)
        if self._delivery.policy == "plan-only" or not reasons or approver_of(command, self._approvers):
            return ""
        return f"it needs approval: {'; '.join(reasons)}."

    def _over(self, command: WriteCommand, place: PlannedEngagement) -> str:
        caps = self._delivery.caps
        limits = {("run", ""): caps.run, ("engagement", place.engagement_id): caps.engagement}
        limits |= {} if isinstance(command, SetDeal) else {("project", place.project): caps.project}
        for (what, name), most in limits.items():
            if self._counts[what, name] >= most:
                return f"{most} are the most for one {what} and run; the next run goes on."
        self._counts.update(limits.keys())
        return ""


def why_look(command: WriteCommand, place: PlannedEngagement, delivery: Delivery) -> tuple[str, ...]:
    """Say why a person should see a command first, by its content and the policy; nothing where nobody has to."""
    if isinstance(command, LinkItem):
        return ()
    found = next((one for one in place.needs if (one.marker, one.action) == (command.marker, command.action)), None)
    reasons = found.reasons if found else ()
    if delivery.policy == "approve":
        return reasons or (_ALL,)
    kind = command.item if isinstance(command, CreateItem) else _KINDS.get(command.action, command.action)
    if kind != "update" and kind not in delivery.auto_kinds:
        return (*reasons, f"{kind} {'fields' if kind == 'deal' else 'items'} are not written unseen")
    return reasons


def digest_of(command: WriteCommand) -> str:
    """Give a digest of everything that a command is."""
    return hashlib.sha256(command.model_dump_json().encode()).hexdigest()


def seen_digest_of(command: WriteCommand) -> str:
    """Give a digest of what is approved of a command: all of it but the gaps that it closes, which are written nowhere."""
    return hashlib.sha256(command.model_dump_json(exclude={"gap_ids"}).encode()).hexdigest()


def approver_of(command: WriteCommand, approvers: Mapping[str, str]) -> str | None:
    """Name who approved a command, None where nobody did; approvals of an earlier version are of all that it is."""
    return approvers.get(seen_digest_of(command)) or approvers.get(digest_of(command))
