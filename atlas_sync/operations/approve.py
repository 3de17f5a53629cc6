"""Approve: a person says that commands of a plan may be written, and the ledger keeps who, what and when."""

from __future__ import annotations

from collections.abc import Container
from contextlib import closing
from dataclasses import dataclass

from atlas_sync.coverage import AddWatcher, AttachFile, CreateItem, SetDeal, UpdateItem
from atlas_sync.errors import ConfigError
from atlas_sync.operations.gate import approver_of, seen_digest_of, why_look
from atlas_sync.operations.named import find_engagement
from atlas_sync.operations.planned import Plan, PlannedEngagement, load_plan
from atlas_sync.operations.workspace import Workspace
from atlas_sync.store.ledger import Approval, Ledger
from atlas_sync.store.publish import open_snapshot

__all__ = ["Waiting", "approve", "approvers", "waiting"]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A command that waits for a person, and why."""

    command: CreateItem | UpdateItem | AttachFile | AddWatcher | SetDeal
    place: PlannedEngagement
    reasons: tuple[str, ...]


def approvers(ledger: Ledger) -> dict[str, str]:
    """Say who approved what, by its digest."""
    return {one.command: one.who for one in ledger.approvals()}


def waiting(
    workspace: Workspace, ledger: Ledger, plan: Plan, *, engagements: Container[str] | None = None
) -> list[Waiting]:
    """List what of a plan needs approval and has none, for some engagements, by their ids, or all."""
    known = approvers(ledger)
    return [
        Waiting(command, place, reasons)
        for place in plan.engagements
        if engagements is None or place.engagement_id in engagements
        for command in place.commands
        if isinstance(command, CreateItem | UpdateItem | AttachFile | AddWatcher | SetDeal)
        and (reasons := why_look(command, place, workspace.delivery))
        and not approver_of(command, known)
    ]


def approve(
    workspace: Workspace, plan_id: str | None = None, *, who: str, engagement: str | None = None
) -> tuple[Plan, list[Waiting]]:
    """Approve what waits in a plan (the one made last by default), for one engagement or all, in the name of a person.

    Raises:
        ConfigError: there is no such plan, not one such engagement, or nobody is named; nothing was approved.
    """
    if not who.strip():
        raise ConfigError("nobody is named who approves.", advice="Give a name with --by.")
    with closing(workspace.open_ledger()) as ledger:
        plan = load_plan(ledger, plan_id)
        ids = None if engagement is None else _ids_of(workspace, engagement)
        found = waiting(workspace, ledger, plan, engagements=ids)
        now = workspace.now()
        ledger.approve(
            [Approval(seen_digest_of(one.command), one.command.marker, plan.id, who.strip(), now) for one in found]
        )
    return plan, found


def _ids_of(workspace: Workspace, engagement: str) -> tuple[str, ...]:
    """Give the ids that one engagement goes by: a plan may have been made while its deals were several."""
    with open_snapshot(workspace.home) as snapshot:
        return find_engagement(snapshot, engagement).ids
