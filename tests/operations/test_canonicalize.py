from __future__ import annotations

from pathlib import Path

from atlas_sync.canonical.observed import ObservedDeal, ObservedRole
from atlas_sync.connectors.protocol import StreamSpec
from atlas_sync.errors import TransientError
from atlas_sync.operations.canonicalize import canonicalize
from atlas_sync.operations.pending import pending
from atlas_sync.operations.pull import pull
from atlas_sync.operations.reconcile import reconcile
from atlas_sync.store.tables import Quarantined
from atlas_sync.store.warehouse import open_warehouse
from tests.factories import TellingReader, workspace_of

DEALS = StreamSpec("deals", "increment", ("deal",))
ROLES = StreamSpec("roles", "set", ("people",), after=("deals",))


def test_odd_record_is_set_aside_and_its_page_is_kept(tmp_path: Path) -> None:
    reader = TellingReader(DEALS)
    reader.records["deals"] = [{"id": "1", "name": "a"}, {"id": "2", "odd": True}, {"id": "3", "name": "c"}]
    workspace = workspace_of(tmp_path, reader)
    pull(workspace, "r1")
    with open_warehouse(tmp_path) as warehouse:
        taken = canonicalize(workspace, warehouse)[0]
        assert (taken.read, taken.stored, taken.quarantined) == (3, 2, 1)
        odd = warehouse.select(Quarantined)[0]
        assert (odd.source, odd.path) == ("crm:deals:2", "$.odd")
        assert reconcile(workspace, warehouse).balances


def test_moved_stamp_alone_is_no_change(tmp_path: Path) -> None:
    reader = TellingReader(DEALS)
    workspace = workspace_of(tmp_path, reader)
    changed = []
    for run, stamp, name in (("r1", "01", "a"), ("r2", "02", "a"), ("r3", "02", "b")):
        reader.records["deals"] = [{"id": "1", "name": name, "updated": f"2026-06-{stamp}T00:00:00+00:00"}]
        pull(workspace, run)
        with open_warehouse(tmp_path) as warehouse:
            changed.append(canonicalize(workspace, warehouse)[0].changed)
    assert changed == [1, 0, 1]


def test_change_is_remembered_until_it_is_worked_off(tmp_path: Path) -> None:
    reader = TellingReader(DEALS)
    reader.records["deals"] = [{"id": "1", "name": "a"}]
    workspace = workspace_of(tmp_path, reader)
    pull(workspace, "r1")
    with open_warehouse(tmp_path) as warehouse:
        canonicalize(workspace, warehouse)
    with open_warehouse(tmp_path) as warehouse:
        assert canonicalize(workspace, warehouse) == []
        assert pending(warehouse, "assemble") == ["crm:deals:1"]


def test_role_that_left_a_complete_set_is_gone(tmp_path: Path) -> None:
    reader = TellingReader(DEALS, ROLES)
    reader.records["roles"] = [{"id": str(n), "deal": "crm:deals:1", "person": f"p{n}"} for n in range(2)]
    workspace = workspace_of(tmp_path, reader)
    pull(workspace, "r1")
    reader.records["roles"].pop()
    pull(workspace, "r2")
    with open_warehouse(tmp_path) as warehouse:
        canonicalize(workspace, warehouse)
        assert [row.person for row in warehouse.select(ObservedRole, deletion=None)] == ["p0"]
        assert [row.deletion for row in warehouse.select(ObservedRole, person="p1")] == ["deleted"]


def test_short_or_odd_read_of_a_set_makes_nobody_disappear(tmp_path: Path) -> None:
    reader = TellingReader(DEALS, ROLES)
    whole = [{"id": str(n), "deal": "crm:deals:1", "person": f"p{n}"} for n in range(2)]
    workspace = workspace_of(tmp_path, reader)
    reader.records["roles"] = whole
    pull(workspace, "r1")
    reader.records["roles"] = whole[:1]
    reader.failures["roles"] = TransientError("cut off")
    pull(workspace, "r2")
    reader.failures.clear()
    reader.records["roles"] = [whole[0], {"id": "1", "odd": True}]
    pull(workspace, "r3")
    with open_warehouse(tmp_path) as warehouse:
        canonicalize(workspace, warehouse)
        assert len(warehouse.select(ObservedRole, deletion=None)) == 2


def test_same_landing_gives_the_same_rows_again(tmp_path: Path) -> None:
    reader = TellingReader(DEALS)
    reader.records["deals"] = [{"id": str(n), "name": f"deal {n}"} for n in range(5)]
    workspace = workspace_of(tmp_path, reader)
    pull(workspace, "r1")
    with open_warehouse(tmp_path) as warehouse:
        canonicalize(workspace, warehouse)
        first = warehouse.select(ObservedDeal)
    (tmp_path / "warehouse.duckdb").unlink()
    with open_warehouse(tmp_path) as warehouse:
        canonicalize(workspace, warehouse)
        assert warehouse.select(ObservedDeal) == first
