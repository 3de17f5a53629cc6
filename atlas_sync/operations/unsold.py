"""Unsold: the gaps about tracker projects that no deal leads to, looked for when anything about them may be new."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from atlas_sync.canonical.identity import SourceRef
from atlas_sync.canonical.model import Client, DeliveryProject, Gap
from atlas_sync.canonical.observed import ObservedProject
from atlas_sync.coverage.judged import GapWord
from atlas_sync.coverage.unsold import unsold_projects
from atlas_sync.operations.delivery import unwon_by_project
from atlas_sync.operations.history import remember_unsold
from atlas_sync.operations.licence import latest_manifests, licence_of_systems
from atlas_sync.operations.pending import add_pending, done, pending
from atlas_sync.operations.quarantine import by_stream
from atlas_sync.operations.workspace import Workspace
from atlas_sync.store.tables import Quarantined, Taken
from atlas_sync.store.warehouse import Warehouse

__all__ = ["look_for_unsold"]


def look_for_unsold(
    workspace: Workspace, warehouse: Warehouse, words: Mapping[str, GapWord], *, run_at: datetime, is_due: bool
) -> None:
    """Store the gaps about projects without a deal: when due, a project changed, a waiver ended, or people said something.

    So it is when something else is connected than the last time.
    """
    before = {gap.id: gap for gap in warehouse.select(Gap, kind="project_without_deal")}
    said = sorted((name, words[name]) for name in before.keys() & words.keys())
    taken = Taken(name="words on projects", value=repr((sorted(workspace.connections), said)))
    is_news = [taken] != warehouse.select(Taken, name=taken.name)
    is_over = any(gap.waived_until and gap.waived_until < run_at.date() for gap in before.values())
    if not (is_due or is_news or is_over or pending(warehouse, "unsold")):
        return
    projects = warehouse.select(ObservedProject)
    manifests = latest_manifests(warehouse)
    unwon = unwon_by_project(workspace, warehouse)
    awaited = {project for project, deals in unwon.items() if any(deal.stage == "open" for deal in deals)}
    now = unsold_projects(
        projects,
        sold={place.source for place in warehouse.select(DeliveryProject)} | _shared(workspace, projects) | awaited,
        lost=unwon,
        clients=warehouse.select(Client),
        licence=licence_of_systems(
            workspace,
            [*workspace.connections, *manifests],
            manifests,
            by_stream(_leading(warehouse.select(Quarantined))),
        ),
        previous=before,
        words=words,
        run_at=run_at,
    )
    with warehouse.transaction():
        if {gap.id: gap for gap in now} != before:
            warehouse.replace(Gap, now, engagements=[gap.engagement_id for gap in (*before.values(), *now)])
            remember_unsold(warehouse, [gap for gap in now if gap != before.get(gap.id)], at=run_at)
            add_pending(warehouse, "publish", ["all"])
        warehouse.put([taken])
        done(warehouse, "unsold", ["all"])


def _leading(quarantined: Iterable[Quarantined]) -> list[Quarantined]:
    """Give the records that are set aside and may lead from a deal to a project: not those that are said or signed on one."""
    kinds = {"deal", "work_item", "link"}
    return [row for row in quarantined if not row.belongs_to or SourceRef.parse(row.would_be).kind in kinds]


def _shared(workspace: Workspace, projects: Iterable[ObservedProject]) -> set[str]:
    """Name the projects that serve many engagements, and so need no deal of their own."""
    keys = set(workspace.delivery.default_project.values())
    return {project.source for project in projects if not keys.isdisjoint(project.keys)}
