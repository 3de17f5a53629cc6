"""Groups `coverage` and `published`: what delivery does not hold, and the snapshot that everybody else reads."""

from collections import Counter

import dagster as dg

from atlas_sync.assets.canonical import statements
from atlas_sync.assets.resources import OWNERS, WorkspaceResource
from atlas_sync.canonical.model import Gap
from atlas_sync.operations.compare import compare
from atlas_sync.operations.sync import finish_run, newest_as_of, start_to_finish
from atlas_sync.operations.workspace import new_run_id
from atlas_sync.store.publish import current_name, last_run
from atlas_sync.store.warehouse import open_warehouse

__all__ = ["gaps", "snapshot"]


@dg.asset(
    key=["coverage", "gaps"],
    group_name="coverage",
    kinds={"duckdb"},
    owners=OWNERS,
    deps=[statements],
    pool="warehouse_writer",
)
def gaps(workspace: WorkspaceResource) -> dg.MaterializeResult[None]:
    """Every promise, why, person and scope point that delivery lacks; undecided where something could not be read."""
    with workspace.open() as opened, open_warehouse(opened.home, wait_s=workspace.wait_s) as warehouse:
        started = start_to_finish(opened, warehouse)
        compared = compare(opened, warehouse, run_at=newest_as_of(warehouse, started), judged_by=started)
        counts = Counter((gap.kind, gap.state) for gap in warehouse.select(Gap))
        table = [
            dg.TableRecord({"kind": kind, "state": state, "gaps": number})
            for (kind, state), number in sorted(counts.items())
        ]
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": sum(counts.values()),
                "compared": compared,
                "open": sum(number for (_kind, state), number in counts.items() if state == "open"),
                "by_kind": dg.MetadataValue.table(
                    records=table,
                    schema=dg.TableSchema(
                        columns=[
                            dg.TableColumn("kind", "string"),
                            dg.TableColumn("state", "string"),
                            dg.TableColumn("gaps", "int"),
                        ]
                    ),
                ),
            }
        )


@dg.asset(
    key=["published", "snapshot"],
    group_name="published",
    kinds={"duckdb"},
    owners=OWNERS,
    deps=[gaps],
    pool="warehouse_writer",
)
def snapshot(workspace: WorkspaceResource) -> dg.MaterializeResult[None]:
    """The read-only copy for dashboard, command line and BI tools."""
    with workspace.open() as opened, open_warehouse(opened.home, wait_s=workspace.wait_s) as warehouse:
        started = start_to_finish(opened, warehouse)
        run = finish_run(opened, warehouse, run=new_run_id(started, after=last_run(opened.home)), started=started)
    return dg.MaterializeResult(metadata={"snapshot": current_name(opened.home) or "", "status": run.status})
