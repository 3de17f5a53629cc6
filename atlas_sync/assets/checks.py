"""Checks that stop a run: nothing read may be lost, and what was not read completely is said."""

from collections import defaultdict

import dagster as dg

from atlas_sync.assets.canonical import engagements
from atlas_sync.assets.coverage import gaps
from atlas_sync.assets.resources import WorkspaceResource
from atlas_sync.operations.licence import latest_manifests
from atlas_sync.operations.reconcile import reconcile, unlicensed_gaps
from atlas_sync.store.landing import Manifest
from atlas_sync.store.warehouse import open_warehouse

__all__ = ["every_absence_is_licensed", "everything_read_is_accounted_for", "streams_are_complete"]


@dg.asset_check(asset=engagements, blocking=True)
def everything_read_is_accounted_for(workspace: WorkspaceResource) -> dg.AssetCheckResult:
    """Count what landing holds against what the warehouse stored, found no use for, and set aside."""
    with workspace.open() as opened, open_warehouse(opened.home, wait_s=workspace.wait_s) as warehouse:
        found = reconcile(opened, warehouse)
    return dg.AssetCheckResult(
        passed=found.balances,
        metadata={
            "landed": found.landed,
            "stored": found.stored,
            "unused": found.unused,
            "quarantined": found.quarantined,
            "lost": ", ".join(found.lost[:20]) or "none",
        },
    )


@dg.asset_check(asset=engagements)
def streams_are_complete(workspace: WorkspaceResource) -> dg.AssetCheckResult:
    """Name every stream whose newest read is not proven complete; gaps that depend on it are not decidable.

    An error, for whoever is alerted, where a system refused or failed; the run goes on with what the others say. What is to
    be done stands beside each reason, once for all streams that have it.
    """
    with workspace.open() as opened, open_warehouse(opened.home, wait_s=workspace.wait_s) as warehouse:
        manifests = [one for many in latest_manifests(warehouse).values() for one in many]
    short = [one for one in manifests if one.status != "complete"]
    is_refused = any(one.status in {"not_permitted", "failed"} for one in short)
    alike: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for one in short:
        alike[one.system, f"{_what(one)} {one.advice}".rstrip()].append(one.stream)
    said = "\n".join(f"{system} {', '.join(streams)}: {why}" for (system, why), streams in alike.items())
    return dg.AssetCheckResult(
        passed=not short,
        severity=dg.AssetCheckSeverity.ERROR if is_refused else dg.AssetCheckSeverity.WARN,
        metadata={"incomplete": said or "none", "streams": len(manifests)},
    )


def _what(manifest: Manifest) -> str:
    """Give the reason why a stream is not complete, without the place in the vendor's API: there it differs by stream."""
    where, _, what = manifest.reason.partition(": ")
    return what if what and where.startswith(f"{manifest.system} ") else manifest.reason


@dg.asset_check(asset=gaps, blocking=True)
def every_absence_is_licensed(workspace: WorkspaceResource) -> dg.AssetCheckResult:
    """Look for an open gap that claims an absence in a tracker that was not read completely."""
    with workspace.open() as opened, open_warehouse(opened.home, wait_s=workspace.wait_s) as warehouse:
        unlicensed = unlicensed_gaps(opened, warehouse)
    return dg.AssetCheckResult(passed=not unlicensed, metadata={"unlicensed": len(unlicensed)})
