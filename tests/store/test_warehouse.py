from __future__ import annotations

import fcntl
import os
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atlas_sync.canonical.model import Engagement
from atlas_sync.canonical.observed import ObservedDeal, ObservedInteraction, Participant
from atlas_sync.errors import ConfigError, StoreError
from atlas_sync.store.landing import Manifest
from atlas_sync.store.lock import writer_lock, writer_of
from atlas_sync.store.publish import current_name, last_run, open_snapshot, publish
from atlas_sync.store.warehouse import open_warehouse

MOMENT = datetime(2026, 6, 15, 8, 0, 0, 123456, tzinfo=UTC)


def _deal(number: int, **changes: object) -> ObservedDeal:
    values = {"source": f"crm:deal:{number}", "name": f"Deal {number}", "stage": "won", "stage_label": "Closed Won"}
    return ObservedDeal.model_validate({**values, **changes})


def test_rows_come_back_as_they_were(tmp_path: Path) -> None:
    deal = _deal(
        1, amount=Decimal("118000.50"), close_date=date(2026, 5, 28), won_at=MOMENT, description="a\n'b' \x00 🙂"
    )
    talk = ObservedInteraction(
        source="crm:interaction:1",
        kind="email",
        at=MOMENT.astimezone(timezone(timedelta(hours=2))),
        author=Participant(name="Ruth", email="ruth@x.example"),
        deals=("crm:deal:1", "crm:deal:2"),
    )
    with open_warehouse(tmp_path) as warehouse:
        warehouse.put([deal])
        warehouse.put([talk])
        assert warehouse.select(ObservedDeal) == [deal]
        assert warehouse.select(ObservedInteraction, deals=["crm:deal:2"]) == [talk]
        assert warehouse.select(ObservedInteraction, deals=["crm:deal:3"]) == []


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(name=st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_survives(tmp_path: Path, name: str) -> None:
    with open_warehouse(tmp_path) as warehouse:
        warehouse.put([_deal(1, name=name)])
        assert warehouse.select(ObservedDeal)[0].name == name


def test_put_replaces_by_key_and_select_filters(tmp_path: Path) -> None:
    with open_warehouse(tmp_path) as warehouse:
        warehouse.put([_deal(1), _deal(2)])
        warehouse.put([_deal(2, name="Renamed", deletion="archived")])
        assert warehouse.count(ObservedDeal) == 2
        assert [row.name for row in warehouse.select(ObservedDeal, source=["crm:deal:2"])] == ["Renamed"]
        assert [row.source for row in warehouse.select(ObservedDeal, deletion=None)] == ["crm:deal:1"]


def test_failed_transaction_leaves_nothing(tmp_path: Path) -> None:
    with open_warehouse(tmp_path) as warehouse:
        with pytest.raises(AttributeError), warehouse.transaction():
            warehouse.put([_deal(1), None])  # type: ignore[list-item]  # what a bug would do
        assert warehouse.count(ObservedDeal) == 0


def test_home_that_cannot_be_used_is_a_wrong_setting(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("")
    for use in (lambda: writer_lock(home).__enter__(), lambda: last_run(home), lambda: open_snapshot(home).__enter__()):
        with pytest.raises(ConfigError, match=r"home, .*, cannot be used"):
            use()


def test_home_that_nobody_can_make_is_a_wrong_setting_and_one_not_made_yet_holds_nothing() -> None:
    nowhere = Path("/proc/nowhere")
    assert (last_run(nowhere), current_name(nowhere), writer_of(nowhere)) == (None, None, None)
    with pytest.raises(ConfigError, match="home, /proc/nowhere, cannot be used"), writer_lock(nowhere):
        pass


def test_second_writer_is_refused_with_the_holders_process(tmp_path: Path) -> None:
    with open_warehouse(tmp_path), pytest.raises(StoreError, match="another run is writing"), writer_lock(tmp_path):
        pass


def test_who_only_asks_if_somebody_writes_turns_no_writer_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.joinpath("writer.lock").touch()
    with tmp_path.joinpath("writer.lock").open() as asking:
        fcntl.flock(asking, fcntl.LOCK_SH)
        monkeypatch.setattr("time.sleep", lambda _s: fcntl.flock(asking, fcntl.LOCK_UN))
        with writer_lock(tmp_path):
            assert writer_of(tmp_path) == str(os.getpid())
    assert writer_of(tmp_path) is None


def test_reader_keeps_its_snapshot_while_a_new_one_is_published(tmp_path: Path) -> None:
    engagement = Engagement(id="eng_1", name="One", source="crm:deal:1", stage="won", stage_label="Won")
    with open_warehouse(tmp_path) as warehouse:
        warehouse.put([engagement])
        publish(warehouse, tmp_path, run="r1")
    with open_snapshot(tmp_path) as snapshot:
        with open_warehouse(tmp_path) as warehouse:
            warehouse.put([engagement.model_copy(update={"name": "Two"})])
            publish(warehouse, tmp_path, run="r2")
        assert snapshot.select(Engagement)[0].name == "One"
    assert current_name(tmp_path) == "snapshot-r2.duckdb"
    with open_snapshot(tmp_path) as snapshot:
        assert snapshot.query("SELECT name, gaps_open FROM portfolio") == [{"name": "Two", "gaps_open": 0}]


@pytest.mark.parametrize("runs", ["12345", "54321"])
def test_only_the_three_snapshots_made_last_are_kept_whatever_their_names(tmp_path: Path, runs: str) -> None:
    with open_warehouse(tmp_path) as warehouse:
        names = [publish(warehouse, tmp_path, run=run) for run in runs]
    assert {one.name for one in (tmp_path / "published").glob("snapshot-*.duckdb")} == set(names[2:])


def test_what_killed_writers_left_makes_room_for_the_next_one(tmp_path: Path) -> None:
    with open_warehouse(tmp_path) as warehouse:
        made = publish(warehouse, tmp_path, run="r1")
    kept = {f"published/{made}", "published/CURRENT", "landing/crm/r2/users.json.tmp"}
    left = {
        "published/snapshot-r2.duckdb.tmp",
        "published/snapshot-r2.duckdb.tmp.wal",
        "rebuilding/warehouse.duckdb",
        "spill/duckdb_temp_storage_DEFAULT-0.tmp",
    }
    for name in kept | left:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    with open_warehouse(tmp_path):
        pass
    assert {name for name in kept | left if (tmp_path / name).exists()} == kept


@pytest.mark.parametrize("name", ["spill", "rebuilding"])
@pytest.mark.parametrize("is_link", [True, False])
def test_file_or_link_to_nothing_in_the_place_of_a_folder_makes_room(
    tmp_path: Path, name: str, *, is_link: bool
) -> None:
    if is_link:
        (tmp_path / name).symlink_to(tmp_path / "gone")
    else:
        (tmp_path / name).touch()
    with open_warehouse(tmp_path):
        assert (tmp_path / "spill").is_dir()
    assert "rebuilding" not in {one.name for one in tmp_path.iterdir()}


def test_spill_may_be_a_link_to_another_disk(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "spill").symlink_to(tmp_path / "disk")
    with open_warehouse(tmp_path):
        assert (tmp_path / "spill").is_symlink()


def test_row_of_an_older_version_that_cannot_be_read_says_what_to_do(tmp_path: Path) -> None:
    with open_warehouse(tmp_path) as warehouse:
        warehouse.put([Engagement(id="eng_1", name="One", source="crm:deal:1", stage="won", stage_label="Won")])
        warehouse.execute("UPDATE engagement SET stage = 'signed'")
        with pytest.raises(StoreError, match=r"older version .*\(engagement\).*atlas-sync rebuild"):
            warehouse.select(Engagement)


def test_nothing_published_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="atlas-sync sync"), open_snapshot(tmp_path):
        pass


def test_warehouse_of_an_older_release_gets_the_new_columns(tmp_path: Path) -> None:
    manifest = Manifest(system="crm", stream="deals", run="r1", mode="increment", status="complete", proof="done")
    with open_warehouse(tmp_path) as warehouse:
        warehouse.put([manifest])
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as old:
        old.execute("ALTER TABLE pull DROP COLUMN proof")
        old.execute("ALTER TABLE pull DROP COLUMN windows")
    with open_warehouse(tmp_path) as warehouse:
        assert warehouse.select(Manifest) == [manifest.model_copy(update={"proof": ""})]
        warehouse.put([manifest])
        assert warehouse.select(Manifest) == [manifest]


def test_work_that_needs_more_than_a_little_memory_is_done_without_a_limit(tmp_path: Path) -> None:
    limit = "SELECT current_setting('memory_limit')"
    with open_warehouse(tmp_path) as warehouse:
        (allowed,) = warehouse.execute(limit)[0]
        tried: list[str] = []

        def work() -> int:
            tried.append(warehouse.execute(limit)[0][0])
            rows = warehouse.execute("SELECT length(string_agg(md5(i::VARCHAR), '')) FROM range($most) r(i)", most)
            return int(rows[0][0])

        most = {"most": 1_000}
        assert warehouse.sparing(work) == 32_000
        most = {"most": 5_000_000}
        assert warehouse.sparing(work) == 160_000_000
        assert tried == ["91.5 MiB", "91.5 MiB", allowed]
        assert warehouse.execute(limit) == [(allowed,)]
