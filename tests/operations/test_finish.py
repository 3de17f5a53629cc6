from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from atlas_sync.operations.sync import finish_run
from atlas_sync.store import warehouse as store
from atlas_sync.store.tables import Intake
from atlas_sync.store.warehouse import open_warehouse
from tests.factories import TellingReader, workspace_of

STARTED = datetime(2026, 6, 1, tzinfo=UTC)


def _intake(run: str) -> Intake:
    return Intake(system="crm", stream="deals", run=run, read=5, stored=4, unused=1, quarantined=0, changed=2)


def test_finishing_a_run_counts_what_came_since_the_last_and_reads_no_older_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = workspace_of(tmp_path, TellingReader())
    with open_warehouse(tmp_path) as warehouse:
        warehouse.put([_intake(f"r{place:03}") for place in range(200)])
        first = finish_run(workspace, warehouse, run="r199", started=STARTED)
        warehouse.put([_intake("r200"), _intake("r201")])
        read: list[str] = []
        whole = store.from_row
        monkeypatch.setattr(store, "from_row", lambda table, *row: read.append(table) or whole(table, *row))
        second = finish_run(workspace, warehouse, run="r201", started=STARTED)
    assert (first.pulled, second.pulled, second.changed) == (1000, 10, 4)
    assert read.count("intake") == 2
