"""One record: what the warehouse holds follows from what was landed, in one go or in many, and keeps its ids."""

from __future__ import annotations

from pathlib import Path

import pytest

from atlas_sync.canonical.model import (
    Client,
    DeliveryProject,
    Engagement,
    Interaction,
    Outcome,
    Person,
    Promise,
    ScopeItem,
    Stakeholder,
    TraceLink,
    WorkItem,
)
from atlas_sync.cli.sandbox import secret_variables, write_settings
from atlas_sync.config import load_settings, open_workspace
from atlas_sync.operations.assemble import assemble
from atlas_sync.operations.canonicalize import canonicalize
from atlas_sync.operations.compare import compare
from atlas_sync.operations.read import read_conversations
from atlas_sync.operations.sync import newest_as_of, sync
from atlas_sync.operations.workspace import Workspace
from atlas_sync.sandbox.listen import serving
from atlas_sync.sandbox.serve import Sandbox
from atlas_sync.store.warehouse import open_warehouse
from tests.readings import Readings

ENTITIES = (
    Client,
    Person,
    Engagement,
    Interaction,
    Promise,
    Outcome,
    ScopeItem,
    Stakeholder,
    DeliveryProject,
    WorkItem,
    TraceLink,
)


def _content(workspace: Workspace) -> dict[str, list[str]]:
    with open_warehouse(workspace.home) as warehouse:
        return {kind.__name__: sorted(row.model_dump_json() for row in warehouse.select(kind)) for kind in ENTITIES}


def _live_through_the_story(sandbox: Sandbox, workspace: Workspace) -> None:
    """Sync after every few things that happen, as a schedule would."""
    sync(workspace)
    happened = 0
    while (following := sandbox.next_event()) is not None:
        sandbox.move_to(max(following, sandbox.clock.now()))
        happened += 1
        if happened % 4 == 0:
            sync(workspace)
    sync(workspace)


@pytest.mark.e2e
def test_warehouse_rebuilt_from_landing_has_the_same_ids_and_content(tmp_path: Path, readings: Readings) -> None:
    sandbox = Sandbox()
    with serving(sandbox.apps()) as addresses:
        config, _secrets = write_settings(tmp_path, addresses, policy="plan-only")
        workspace = open_workspace(load_settings(config), environ=secret_variables(addresses))
        readings.lend(workspace.home)
        _live_through_the_story(sandbox, workspace)
    readings.keep(workspace.home)
    lived = _content(workspace)
    assert all(lived[kind] for kind in ("Engagement", "Promise", "Stakeholder", "TraceLink"))
    for file in workspace.home.glob("warehouse*"):
        file.unlink()
    with open_warehouse(workspace.home) as warehouse:
        canonicalize(workspace, warehouse)
        assemble(workspace, warehouse)
        read_conversations(warehouse)
        compare(workspace, warehouse, run_at=newest_as_of(warehouse, workspace.now()))
    rebuilt = _content(workspace)
    for kind, rows in lived.items():
        assert rebuilt[kind] == rows, kind
