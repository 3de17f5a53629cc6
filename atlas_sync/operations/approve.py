"""Approve: a person says that commands of a plan may be written, and the ledger keeps who, what and when."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

from atlas_sync.coverage import AddWatcher, AttachFile, CreateItem, SetDeal, UpdateItem
from atlas_sync.errors import ConfigError
from atlas_sync.operations.gate import digest_of, why_look
from atlas_sync.operations.planned import Plan, PlannedEngagement, load_plan
from atlas_sync.operations.workspace import Workspace
from atlas_sync.store.ledger import Approval, Ledger

__all__ = ["Waiting", "approve", "waiting"]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A command that waits for a person, and why."""

    command: CreateItem | UpdateItem | AttachFile | AddWatcher | SetDeal
    place: PlannedEngagement
    reasons: tuple[str, ...]


def waiting(workspace: Workspace, ledger: Ledger, plan: Plan, *, engagement: str = "") -> list[Waiting]:
    """List what of a plan needs approval and has none, for one engagement (by id, or part of its name) or all."""
    approved = {one.command for one in ledger.approvals()}
    return [
        Waiting(command, place, reasons)
        for place in plan.engagements
        if engagement == place.engagement_id or engagement.casefold() in place.name.casefold()
        for command in place.commands
        if isinstance(command, CreateItem | UpdateItem | AttachFile | AddWatcher | SetDeal)
        and (reasons := why_look(command, place, workspace.delivery))
        and digest_of(command) not in approved
    ]


def approve(
    workspace: Workspace, plan_id: str | None = None, *, who: str, engagement: str = ""
) -> tuple[Plan, list[Waiting]]:
    """Approve what waits in a plan (the one made last by default), in the name of a person.

    Raises:
        ConfigError: there is no such plan, or nobody is named.
    """
    if not who.strip():
        raise ConfigError("nobody is named who approves.", advice="Give a name with --by.")
    with closing(workspace.open_ledger()) as ledger:
        plan = load_plan(ledger, plan_id)
        found = waiting(workspace, ledger, plan, engagement=engagement)
        now = workspace.now()
        ledger.approve(
            [Approval(digest_of(one.command), one.command.marker, plan.id, who.strip(), now) for one in found]
        )
    return plan, found
