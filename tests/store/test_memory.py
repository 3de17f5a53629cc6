from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest

from atlas_sync.store.landing import Landing, Manifest, Reach, ReadStatus

MOMENT = datetime(2026, 6, 1, tzinfo=UTC)


def _land(
    landing: Landing,
    run: str,
    *ids: str,
    mode: Literal["increment", "set"] = "increment",
    status: ReadStatus = "complete",
    watermark: datetime | None = None,
    windows: tuple[Reach, ...] = (),
) -> Manifest:
    with landing.writer("crm", run, "deals") as writer:
        for remote_id in ids:
            writer.add(remote_id, b"{}")
    manifest = Manifest(
        system="crm",
        stream="deals",
        run=run,
        mode=mode,
        status=status,
        watermark=watermark,
        windows=windows,
        parts=writer.parts,
    )
    landing.commit(manifest)
    return manifest


def _remembered(landing: Landing) -> tuple[list[str], datetime | None, str]:
    memory = landing.memory("crm", "deals")
    return memory.known_ids(), memory.watermark, memory.cut_off


def test_what_is_remembered_costs_no_look_into_earlier_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    landing = Landing(tmp_path)
    for place in range(20):
        _land(landing, f"r{place:02}", str(place), watermark=MOMENT)
    opened: list[Path] = []
    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: opened.append(path) or read(path))
    assert len(landing.known_ids("crm", "deals")) == 20
    assert landing.watermark("crm", "deals") == MOMENT
    assert {path.name for path in opened} == {"deals.state"}


def test_next_commit_lists_no_earlier_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    landing = Landing(tmp_path)
    for place in range(3):
        _land(landing, f"r{place}", str(place))
    with monkeypatch.context() as patch:
        patch.delattr("os.scandir")
        _land(landing, "r3", "3", watermark=MOMENT)
        assert _remembered(landing) == (["0", "1", "2", "3"], MOMENT, "")


def test_commit_that_was_announced_and_never_made_is_none(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    _land(landing, "r1", "a")
    landing.memory("crm", "deals").announce("r2")
    assert _remembered(landing)[0] == ["a"]
    _land(landing, "r3", "b")
    assert _remembered(landing)[0] == ["a", "b"]


@pytest.mark.parametrize(
    "lost", [("deals.state",), ("deals-0.known",), ("deals.state", "deals-0.known"), ("deals.state", "deals.commits")]
)
def test_lost_memory_is_made_again_from_the_manifests(tmp_path: Path, lost: tuple[str, ...]) -> None:
    landing = Landing(tmp_path)
    _land(landing, "r1", "b", "a", watermark=MOMENT)
    _land(landing, "r2", "c", "a", status="partial", windows=(Reach(position="7"),))
    before = _remembered(landing)
    for name in lost:
        (tmp_path / "crm" / name).unlink()
    assert _remembered(landing) == before == (["b", "a", "c"], MOMENT, "r2")


def test_memory_that_a_killed_process_left_behind_catches_up(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    _land(landing, "r1", "a")
    saved = {path.name: path.read_bytes() for path in (tmp_path / "crm").glob("deals*[!s]")}  # all but the commits
    _land(landing, "r2", "b", watermark=MOMENT)
    for name, content in saved.items():
        (tmp_path / "crm" / name).write_bytes(content + (b"torn" if name.endswith(".known") else b""))
    assert _remembered(landing) == (["a", "b"], MOMENT, "")


def test_late_commit_adds_ids_and_moves_nothing_back(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    _land(landing, "r1", "a")
    _land(landing, "r3", "c", watermark=MOMENT)
    _land(landing, "r2", "b", watermark=datetime(2026, 1, 1, tzinfo=UTC))
    known, watermark, _cut_off = _remembered(landing)
    assert (sorted(known), watermark) == (["a", "b", "c"], MOMENT)


def test_complete_set_is_all_that_is_known_of_it(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    _land(landing, "r1", "a", "b", mode="set")
    _land(landing, "r2", "b", mode="set", status="partial")
    assert landing.known_ids("crm", "deals") == ["a", "b"]
    _land(landing, "r3", "b", mode="set")
    assert landing.known_ids("crm", "deals") == ["b"]
    _land(landing, "r4", mode="set")
    assert landing.known_ids("crm", "deals") == []


def test_ids_that_come_again_and_again_do_not_pile_up(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    ids = [f"{place:0100}" for place in range(4000)]
    for run in range(12):
        _land(landing, f"r{run:02}", *ids)
    assert landing.known_ids("crm", "deals") == ids
    size = sum(path.stat().st_size for path in (tmp_path / "crm").glob("*.known"))
    assert size < 6 * 101 * 4000  # twelve times were landed


def test_read_that_was_killed_is_gone_on_with_until_it_is_committed(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    assert landing.unfinished("crm", "deals") is None
    killed = Manifest(
        system="crm", stream="deals", run="r1", mode="increment", status="partial", windows=(Reach(position="5"),)
    )
    landing.save_progress(killed)
    assert landing.unfinished("crm", "deals") == killed
    _land(landing, "r2", "a")
    assert landing.unfinished("crm", "deals") is None


def test_read_that_was_cut_off_is_gone_on_with_from_its_manifest(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    cut = _land(landing, "r1", "a", status="partial", windows=(Reach(position="5"),))
    assert landing.unfinished("crm", "deals") == cut
    _land(landing, "r2", "b")
    assert landing.unfinished("crm", "deals") is None


def test_gone_ids_are_kept_as_given(tmp_path: Path) -> None:
    memory = Landing(tmp_path).memory("crm", "deals")
    assert memory.gone_ids() == set()
    memory.keep_gone({"2", "1"})
    assert Landing(tmp_path).memory("crm", "deals").gone_ids() == {"1", "2"}
