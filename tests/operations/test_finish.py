from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from atlas_sync.operations import sync
from atlas_sync.operations.pending import add_pending
from atlas_sync.operations.sync import finish_run, newest_as_of
from atlas_sync.store import warehouse as store
from atlas_sync.store.landing import Manifest
from atlas_sync.store.publish import current_name
from atlas_sync.store.tables import Intake
from atlas_sync.store.warehouse import open_warehouse
from tests.factories import TellingReader, workspace_of

STARTED = datetime(2026, 6, 1, tzinfo=UTC)


def _day(day: int) -> datetime:
    return datetime(2026, 6, day, tzinfo=UTC)


@pytest.mark.parametrize(
    ("marks", "ours", "as_of"),
    [
        ([], 5, 5),
        ([("crm", None)], 5, 5),
        ([("crm", 1), ("trk", 4)], 5, 4),
        ([("crm", 1), ("trk", 4), ("crm", 1), ("trk", None)], 5, 4),
        ([("crm", 1), ("trk", 4), ("crm", 1), ("trk", None), ("trk", None)], 2, 4),
        ([("crm", 4), ("crm", 2)], 5, 4),
        ([("crm", 9), ("crm", 3)], 4, 3),
        ([("crm", 2), ("crm", 9), ("crm", 1)], 3, 2),
        ([("crm", 9), ("crm", 3)], 20, 9),
    ],
    ids=[
        "nothing was read",
        "nothing was read completely",
        "the newest of two systems counts",
        "a tracker that cannot be read takes no time back",
        "nor where our clock is behind",
        "nor does an older export that was put in place of a newer one",
        "a clock that was ahead of ours and was put right does not count",
        "what was before it does",
        "a clock of ours that is ahead says nothing of the vendor's",
    ],
)
def test_no_run_is_before_an_earlier_one_unless_a_clock_was_put_right(
    tmp_path: Path, marks: list[tuple[str, int | None]], ours: int, as_of: int
) -> None:
    with open_warehouse(tmp_path) as warehouse:
        warehouse.put(
            [
                Manifest(
                    system=system,
                    stream="all",
                    run=f"r{place}",
                    mode="increment",
                    watermark=_day(mark) if mark else None,
                    status="complete" if mark else "not_permitted",
                )
                for place, (system, mark) in enumerate(marks)
            ]
        )
        assert newest_as_of(warehouse, _day(ours)) == _day(as_of)


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


def test_what_a_run_was_killed_over_is_published_by_the_next_one_and_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = workspace_of(tmp_path, TellingReader())
    with open_warehouse(tmp_path) as warehouse:
        finish_run(workspace, warehouse, run="r1", started=STARTED)
        add_pending(warehouse, "publish", ["all"])
        with monkeypatch.context() as patched:
            patched.setattr(sync, "publish", _killed)
            with pytest.raises(KeyboardInterrupt):
                finish_run(workspace, warehouse, run="r2", started=STARTED)
        published = [current_name(tmp_path)]
        for run in ("r3", "r4"):
            finish_run(workspace, warehouse, run=run, started=STARTED)
            published.append(current_name(tmp_path))
    assert published == ["snapshot-r1.duckdb", "snapshot-r3.duckdb", "snapshot-r3.duckdb"]


def _killed(*_given: object, **_named: object) -> str:
    raise KeyboardInterrupt
