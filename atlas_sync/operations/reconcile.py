"""Reconcile: prove that nothing which was read got lost on the way, and that no absence is claimed without a licence."""

from __future__ import annotations

from dataclasses import dataclass

from atlas_sync.canonical.model import DeliveryProject, Gap
from atlas_sync.coverage.gaps import CLAIMS_ABSENCE
from atlas_sync.operations.licence import latest_manifests, licence_for
from atlas_sync.operations.pending import claiming_absence
from atlas_sync.operations.quarantine import Aside
from atlas_sync.operations.records import by_engagement
from atlas_sync.operations.workspace import Workspace
from atlas_sync.store.landing import Manifest
from atlas_sync.store.tables import Intake
from atlas_sync.store.warehouse import Rows

__all__ = ["Reconciled", "reconcile", "unlicensed_gaps"]


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Records by what became of them: `landed` = `stored` + `unused` + `quarantined`, and no manifest is `lost`.

    `lost` names manifests in landing that the warehouse did not take in.
    """

    landed: int
    stored: int
    unused: int
    quarantined: int
    lost: tuple[str, ...]

    @property
    def balances(self) -> bool:
        """Tell if every record read is accounted for."""
        return not self.lost and self.landed == self.stored + self.unused + self.quarantined


def reconcile(workspace: Workspace, rows: Rows) -> Reconciled:
    """Count landing against the warehouse, over all runs of the connected systems."""
    taken = {(row.system, row.run, row.stream): row for row in rows.select(Intake)}
    landed, lost = 0, []
    for manifest in workspace.landing.manifests():
        if manifest.system in workspace.connections:
            landed += sum(part.records for part in manifest.parts)
            if (manifest.system, manifest.run, manifest.stream) not in taken:
                lost.append(f"{manifest.system} {manifest.stream} {manifest.run}")
    return Reconciled(
        landed=landed,
        stored=sum(row.stored for row in taken.values()),
        unused=sum(row.unused for row in taken.values()),
        quarantined=sum(row.quarantined for row in taken.values()),
        lost=tuple(lost),
    )


def unlicensed_gaps(workspace: Workspace, rows: Rows) -> list[Gap]:
    """List open gaps that claim an absence though something they depend on was not read completely."""
    manifests: dict[str, list[Manifest]] = latest_manifests(rows)
    claiming = claiming_absence(rows)
    aside = Aside(workspace, rows).of(claiming)
    projects = by_engagement(rows, DeliveryProject, [row.id for row in claiming])
    licences = {
        row.id: licence_for(workspace, row, manifests, aside.get(row.id, {}), projects=projects[row.id])
        for row in claiming
    }
    return [
        gap
        for gap in rows.select(Gap, state="open")
        if gap.engagement_id in licences and licences[gap.engagement_id].lacks(*CLAIMS_ABSENCE.get(gap.kind, ()))
    ]
