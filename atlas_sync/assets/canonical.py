"""Group `canonical`: from landed records to engagements, and from conversations to what was said in them."""

import dagster as dg

from atlas_sync.assets.raw import KINDS
from atlas_sync.assets.resources import OWNERS, WorkspaceResource
from atlas_sync.canonical.model import Engagement, Interaction, Outcome, Promise, ScopeItem, Stakeholder
from atlas_sync.operations.assemble import assemble
from atlas_sync.operations.read import read_conversations
from atlas_sync.operations.review import verdicts_of
from atlas_sync.operations.sync import start_to_finish, take_in
from atlas_sync.store.warehouse import open_warehouse

__all__ = ["engagements", "statements"]


@dg.asset(
    key=["canonical", "engagements"],
    group_name="canonical",
    kinds={"duckdb"},
    owners=OWNERS,
    deps=[dg.AssetKey(["raw", name]) for name in KINDS],
    pool="warehouse_writer",
)
def engagements(workspace: WorkspaceResource) -> dg.MaterializeResult[None]:
    """One record per engagement: deal, client, people, conversation, contract and where it is delivered."""
    with workspace.open() as opened, open_warehouse(opened.home, wait_s=workspace.wait_s) as warehouse:
        taken = take_in(opened, warehouse)
        touched = assemble(opened, warehouse, judged_by=start_to_finish(opened, warehouse))
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": warehouse.count(Engagement),
                "read": sum(row.read for row in taken),
                "stored": sum(row.stored for row in taken),
                "unused": sum(row.unused for row in taken),
                "quarantined": sum(row.quarantined for row in taken),
                "changed": sum(row.changed for row in taken),
                "touched": len(touched),
                "interactions": warehouse.count(Interaction),
            }
        )


@dg.asset(
    key=["canonical", "statements"],
    group_name="canonical",
    kinds={"duckdb"},
    owners=OWNERS,
    deps=[engagements],
    pool="warehouse_writer",
)
def statements(workspace: WorkspaceResource) -> dg.MaterializeResult[None]:
    """What was said: promises, whys, scope and people, each with the quoted sentence. Each text is read once."""
    with workspace.open() as opened, open_warehouse(opened.home, wait_s=workspace.wait_s) as warehouse:
        verdicts = verdicts_of(opened, start_to_finish(opened, warehouse))
        fresh = read_conversations(warehouse, verdicts, tags=opened.promise_tags, month_first=opened.month_first)
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": warehouse.count(Promise),
                "texts_read": fresh,
                "outcomes": warehouse.count(Outcome),
                "scope_items": warehouse.count(ScopeItem),
                "stakeholders": warehouse.count(Stakeholder),
            }
        )
