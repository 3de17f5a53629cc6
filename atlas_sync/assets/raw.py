"""Group `raw`: one asset a connection, each pulling all its streams into landing. Separate, so that each fails by itself."""

import dagster as dg

from atlas_sync.assets.resources import OWNERS, WorkspaceResource
from atlas_sync.operations.pull import pull_connection, worst
from atlas_sync.operations.workspace import new_run_id
from atlas_sync.store.landing import Manifest

__all__ = ["KINDS", "raw_assets"]

KINDS = ("salesforce", "hubspot", "jira")


def _table(manifests: list[Manifest]) -> dg.TableMetadataValue:
    records = [
        dg.TableRecord(
            {
                "stream": manifest.stream,
                "records": manifest.records,
                "pages": manifest.pages,
                "status": manifest.status,
                "reason": manifest.reason,
            }
        )
        for manifest in manifests
    ]
    return dg.MetadataValue.table(records=records)


def _raw_asset(name: str) -> dg.AssetsDefinition:
    @dg.asset(
        key=["raw", name],
        group_name="raw",
        kinds={name, "json"},
        owners=OWNERS,
        description=f"Every record of {name} as received, with a proof of how complete the read was.",
        retry_policy=dg.RetryPolicy(max_retries=1, delay=30),
    )
    def pull_asset(workspace: WorkspaceResource) -> dg.MaterializeResult[None]:
        opened = workspace.open()
        connection = opened.connections.get(name)
        if connection is None:
            return dg.MaterializeResult(metadata={"status": "not connected", "records": 0})
        manifests = pull_connection(opened, connection, new_run_id(opened.now()))
        return dg.MaterializeResult(
            metadata={
                "status": worst([manifest.status for manifest in manifests]),
                "records": sum(manifest.records for manifest in manifests),
                "seconds": sum(manifest.seconds for manifest in manifests),
                "streams": _table(manifests),
            }
        )

    return pull_asset


raw_assets = [_raw_asset(name) for name in KINDS]
