"""One record: what the warehouse holds follows from what was landed and said, and a rebuild keeps ids, gaps and history."""

from __future__ import annotations

import json
import resource
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from atlas_sync.canonical.model import Gap, Promise, TraceLink
from atlas_sync.cli import main
from atlas_sync.cli.sandbox import secret_variables, write_settings
from atlas_sync.config import load_settings
from atlas_sync.errors import ConfigError, StoreError
from atlas_sync.opening import open_workspace
from atlas_sync.operations import rebuild as rebuilding
from atlas_sync.operations.rebuild import rebuild
from atlas_sync.operations.review import decide
from atlas_sync.operations.show import show, show_as_of
from atlas_sync.operations.sync import sync
from atlas_sync.operations.waive import judge_gaps
from atlas_sync.operations.workspace import Workspace
from atlas_sync.sandbox.listen import serving
from atlas_sync.sandbox.serve import Sandbox
from atlas_sync.sandbox.world import load_world
from atlas_sync.store.publish import open_snapshot
from atlas_sync.store.tables import TABLES, Run
from atlas_sync.store.warehouse import open_warehouse
from tests.factories import TellingReader, workspace_of
from tests.readings import Readings

# One sale goes on while the test looks on; of the other a delivery has begun that covers a part of what was promised.
STORIES = ("cf-brackenridge", "td-verrano")


def _content(workspace: Workspace) -> dict[str, list[str]]:
    """Give every row of every table; only when a run ended is known to no one but the run."""
    with open_warehouse(workspace.home) as warehouse:
        return {
            name: sorted(
                row.model_dump_json(exclude={"finished_at"} if kind is Run else None) for row in warehouse.select(kind)
            )
            for name, kind in TABLES.items()
        }


def _live_through_the_story(sandbox: Sandbox, workspace: Workspace) -> None:
    """Sync after every few things that happen, as a schedule would, with people who say something in between."""
    sync(workspace)
    _judge(workspace)
    happened = 0
    while (following := sandbox.next_event()) is not None:
        sandbox.move_to(max(following, sandbox.clock.now()))
        happened += 1
        if happened % 2 == 0:
            sync(workspace)
    sync(workspace)


def _judge(workspace: Workspace) -> None:
    """Confirm a link, reject a promise, waive a gap and acknowledge another."""
    with open_snapshot(workspace.home) as snapshot, closing(workspace.open_ledger()) as ledger:
        link = next(one for one in snapshot.select(TraceLink, status="review") if one.work_item_id)
        doubt = next(one for one in snapshot.select(Promise) if one.needs_review)
        waived, known = [gap.id for gap in snapshot.select(Gap, state="open") if gap.subject_id != link.subject_id][:2]
        now = workspace.now()
        decide(snapshot, ledger, {link.id: "confirmed", doubt.id: "rejected"}, by="Ada", at=now)
        judge_gaps(snapshot, ledger, [waived], "waived", by="Ada", at=now, reason="by phone")
        judge_gaps(snapshot, ledger, [known], "acknowledged", by="Ben", at=now)


@pytest.mark.e2e
def test_rebuild_from_landing_and_ledger_is_the_same_in_every_row(tmp_path: Path, readings: Readings) -> None:
    sandbox = Sandbox(load_world(STORIES))
    with serving(sandbox.apps()) as addresses:
        config, _secrets = write_settings(tmp_path, addresses, policy="plan-only")
        workspace = open_workspace(load_settings(config), environ=secret_variables(addresses))
        with readings.shared(workspace.home):
            _live_through_the_story(sandbox, workspace)
    lived = _content(workspace)
    assert all(lived[name] for name in ("engagement", "promise", "stakeholder", "trace_link", "handoff", "gap_count"))
    assert {'"waived"', '"acknowledged"'} <= {part for row in lived["gap"] for part in row.replace(":", ",").split(",")}
    _shows_what_was_known(workspace)
    for file in workspace.home.glob("warehouse*"):
        file.unlink()
    again = CliRunner().invoke(main, ["--config", str(config), "rebuild", "--json"], env=secret_variables(addresses))
    assert json.loads(again.stdout)["runs"] == 3, again.output
    rebuilt = _content(workspace)
    for name in ("cached_reading", "cached_pairs"):
        borrowed = set(lived.pop(name))  # also what other tests read
        assert borrowed >= set(rebuilt[name])
    for name, rows in lived.items():
        assert rebuilt[name] == rows, name


def _shows_what_was_known(workspace: Workspace) -> None:
    """Hold the first day against the last: a gap that was closed since was open then, and the waiver was not known."""
    with open_snapshot(workspace.home) as snapshot, closing(workspace.open_ledger()) as ledger:
        first = min(run.as_of for run in snapshot.select(Run))
        gap = snapshot.select(Gap, state="waived")[0]
        (then,) = [
            one for chain in show_as_of(snapshot, ledger, gap.id, first) for one in chain.gaps if one.id == gap.id
        ]
        assert (then.state, then.judged_by) == ("open", None)
        states = next(
            chain.gap_states[gap.id]
            for chain in show(snapshot, ledger, gap.id, today=gap.opened_at.date())
            if gap.id in chain.gap_states
        )
        assert [one["state"] for one in states] == ["open", "waived"]
        for chain in show_as_of(snapshot, ledger, gap.engagement_id, first):
            assert chain.evidence is None or chain.evidence.said_at <= first + timedelta(hours=1)


def test_connection_that_left_the_settings_is_not_left_out_unseen(tmp_path: Path) -> None:
    reader = TellingReader()
    reader.records["deals"] = [{"id": "1", "name": "a"}]
    sync(workspace_of(tmp_path, reader))
    before = (tmp_path / "warehouse.duckdb").read_bytes()
    with pytest.raises(ConfigError, match="landing holds reads of crm, which the settings do not name"):
        rebuild(workspace_of(tmp_path, reader, name="other"))
    assert (tmp_path / "warehouse.duckdb").read_bytes() == before


def test_rebuild_that_the_disk_does_not_take_whole_leaves_the_old_warehouse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = TellingReader()
    reader.records["deals"] = [{"id": "1", "name": "a"}]
    workspace = workspace_of(tmp_path, reader)
    sync(workspace)
    before = (tmp_path / "warehouse.duckdb").read_bytes()
    room = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill_up(*_given: object, **_named: object) -> str:
        size = (tmp_path / "rebuilding" / "warehouse.duckdb.wal").stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, room[1]))
        return "published"

    monkeypatch.setattr(rebuilding, "publish", fill_up)
    try:
        with pytest.raises(StoreError, match="the warehouse cannot be written"):
            rebuild(workspace)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, room)
    assert (tmp_path / "warehouse.duckdb").read_bytes() == before
    assert not (tmp_path / "rebuilding").exists()


def test_nothing_landed_is_nothing_to_rebuild(tmp_path: Path) -> None:
    workspace = workspace_of(tmp_path, TellingReader())
    with pytest.raises(ConfigError, match="nothing was landed"):
        rebuild(workspace)
    assert not (tmp_path / "warehouse.duckdb").exists()
    assert not (tmp_path / "rebuilding").exists()
