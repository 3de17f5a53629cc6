"""Group `raw`: one asset a kind of system, each pulling its connections into landing. Separate, so that each runs by itself.

What a system refuses fails no run: its streams say so, and the check `streams_are_complete` is an error.

Definitions load without settings, so the assets are those of the built-in kinds, and one for whatever else is connected.
"""

import dagster as dg

from atlas_sync.assets.resources import OWNERS, WorkspaceResource, run_of
from atlas_sync.operations.pull import pull_connection, worst
from atlas_sync.store.landing import Manifest

__all__ = ["KINDS", "raw_assets"]

KINDS = ("salesforce", "hubspot", "jira", "others")


def _table(manifests: list[Manifest]) -> dg.TableMetadataValue:
    records = [
        dg.TableRecord(
            {
                "connection": manifest.system,
                "stream": manifest.stream,
                "records": manifest.records,
                "pages": manifest.pages,
                "status": manifest.status,
                "reason": manifest.reason,
                "advice": manifest.advice,
            }
        )
        for manifest in manifests
    ]
    return dg.MetadataValue.table(records=records)


def _raw_asset(name: str) -> dg.AssetsDefinition:
    described = "of every other connected system" if name == "others" else f"of every connected {name}"

    @dg.asset(
        key=["raw", name],
        group_name="raw",
        kinds={"json"} if name == "others" else {name, "json"},
        owners=OWNERS,
        description=f"Every record {described} as received, with a proof of how complete the read was.",
    )
    def pull_asset(context: dg.AssetExecutionContext, workspace: WorkspaceResource) -> dg.MaterializeResult[None]:
        with workspace.open() as opened:
            connections = [one for one in opened.connections.values() if _asset_of(one.kind) == name]
            if not connections:
                return dg.MaterializeResult(metadata={"status": "not connected", "records": 0})
            run = run_of(context, opened.home)
            manifests = [manifest for one in connections for manifest in pull_connection(opened, one, run)]
        return dg.MaterializeResult(
            metadata={
                "connections": [one.name for one in connections],
                "status": worst([manifest.status for manifest in manifests]),
                "records": sum(manifest.records for manifest in manifests),
                "seconds": sum(manifest.seconds for manifest in manifests),
                "streams": _table(manifests),
            }
        )

    return pull_asset


def _asset_of(kind: str) -> str:
    return kind if kind in KINDS else "others"


raw_assets = [_raw_asset(name) for name in KINDS]
