from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from atlas_sync.errors import ContractError, StoreError
from atlas_sync.store.landing import Landing, Manifest


def _land(landing: Landing, run: str, *records: tuple[str, bytes], watermark: datetime | None = None) -> Manifest:
    with landing.writer("crm", run, "deals") as writer:
        for remote_id, body in records:
            writer.add(remote_id, body)
    manifest = Manifest(
        system="crm",
        stream="deals",
        run=run,
        mode="increment",
        status="complete",
        watermark=watermark,
        parts=writer.parts,
    )
    landing.commit(manifest)
    return manifest


def test_records_come_back_byte_for_byte(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    records = [("1", '{"x":"ä 🙂 \\u0000"}'.encode()), ("2:b", b'{"y":1.10}')]
    manifest = _land(landing, "r1", *records)
    assert list(landing.records(manifest)) == records


def test_parts_without_a_manifest_do_not_count(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    with landing.writer("crm", "r1", "deals") as writer:
        writer.add("1", b"{}")
    assert list(landing.manifests()) == []
    assert landing.known_ids("crm", "deals") == []


def test_known_ids_are_those_of_all_runs_in_order_of_first_sight(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    _land(landing, "r1", ("b", b"{}"), ("a", b"{}"))
    _land(landing, "r2", ("c", b"{}"), ("a", b"{}"))
    assert landing.known_ids("crm", "deals") == ["b", "a", "c"]


def test_watermark_is_the_newest_that_was_set(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    moment = datetime(2026, 6, 1, tzinfo=UTC)
    _land(landing, "r1", watermark=moment)
    _land(landing, "r2")
    assert landing.watermark("crm", "deals") == moment
    assert landing.watermark("crm", "contacts") is None


def test_damaged_part_is_named_with_a_next_step(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    manifest = _land(landing, "r1", ("1", b"{}"))
    (tmp_path / "crm" / "r1" / manifest.parts[0].name).write_bytes(b"not zstd")
    with pytest.raises(StoreError, match=r"deals-1\.ndjson\.zst.*; or, .*, move landing/crm away"):
        list(landing.records(manifest))


def test_unreadable_manifest_is_named(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    _land(landing, "r1")
    (tmp_path / "crm" / "r1" / "deals.json").write_text("{", encoding="utf-8")
    with pytest.raises(StoreError, match=r"r1/deals\.json.*; or, .*, move landing/crm away"):
        list(landing.manifests())
    (tmp_path / "crm" / "deals.progress").write_text("{", encoding="utf-8")
    with pytest.raises(StoreError, match=r"crm/deals\.progress.*; or, .*, move landing/crm away"):
        landing.unfinished("crm", "deals")


def test_landing_of_an_older_release_stays_readable(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    written = _land(landing, "r1", ("1", b'{"a":1}'), ("2", b'{"a":2}'))
    old = {
        "system": "crm",
        "stream": "deals",
        "run": "r1",
        "mode": "increment",
        "feeds": [],
        "status": "complete",
        "watermark": "2026-06-01T00:00:00Z",
        "parts": [{"name": written.parts[0].name, "records": 2, "bytes": 16}],
    }
    (tmp_path / "crm" / "r1" / "deals.json").write_text(json.dumps(old), encoding="utf-8")
    (tmp_path / "crm" / "r1" / "deals-1.ids").write_text("1\n2\n", encoding="utf-8")
    for path in (tmp_path / "crm").glob("deals*"):
        path.unlink()
    assert landing.watermark("crm", "deals") == datetime(2026, 6, 1, tzinfo=UTC)
    assert landing.known_ids("crm", "deals") == ["1", "2"]
    assert list(landing.records(next(landing.manifests()))) == [("1", b'{"a":1}'), ("2", b'{"a":2}')]


def test_records_of_a_part_that_another_run_wrote_are_found(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    with landing.writer("crm", "r1", "deals") as writer:
        writer.add("1", b"{}")
    parts = tuple(part.model_copy(update={"run": "r1"}) for part in writer.parts)
    landing.commit(Manifest(system="crm", stream="deals", run="r2", mode="increment", status="complete", parts=parts))
    assert list(landing.records(landing.manifest(("crm", "r2", "deals")))) == [("1", b"{}")]
    assert landing.known_ids("crm", "deals") == ["1"]


def test_what_was_committed_since_a_mark_is_told_without_a_look_at_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    landing = Landing(tmp_path)
    _land(landing, "r1")
    keys, marks = landing.committed_since({})
    assert keys == [("crm", "r1", "deals")]
    _land(landing, "r3")
    _land(landing, "r2")
    monkeypatch.delattr(Landing, "committed")
    keys, later = landing.committed_since(marks)
    assert keys == [("crm", "r2", "deals"), ("crm", "r3", "deals")]
    assert landing.committed_since(later) == ([], later)


def test_commit_that_is_under_way_is_told_once_it_is_made_and_a_dead_one_never(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    _land(landing, "r1")
    marks = landing.committed_since({})[1]
    landing.memory("crm", "deals").announce("r2")
    keys, marks = landing.committed_since(marks)
    assert keys == []
    _land(landing, "r3")
    assert landing.committed_since(marks)[0] == [("crm", "r3", "deals")]
    _land(landing, "r2")
    assert landing.committed_since(marks)[0] == [("crm", "r2", "deals"), ("crm", "r3", "deals")]


def test_lists_of_commits_that_do_not_fit_the_marks_lead_to_a_look_at_everything(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    _land(landing, "r1")
    marks = landing.committed_since({})[1]
    assert landing.committed_since({"crm/deals": marks["crm/deals"] + 1}) == ([("crm", "r1", "deals")], marks)
    assert landing.committed_since({"crm/contacts": 0}) == ([("crm", "r1", "deals")], marks)


@pytest.mark.parametrize("remote_id", ["a\nb", "a\tb", "a\x00"])
def test_id_that_would_break_the_list_of_ids_is_refused(tmp_path: Path, remote_id: str) -> None:
    with Landing(tmp_path).writer("crm", "r1", "deals") as writer, pytest.raises(ContractError):
        writer.add(remote_id, b"{}")


def test_part_is_due_by_size_or_by_age(tmp_path: Path) -> None:
    with Landing(tmp_path, part_bytes=2_000_000, part_s=1000.0).writer("crm", "r1", "deals") as writer:
        writer.add("1", b"1" * 1_500_000)
        assert not writer.is_due
        writer.add("2", b"2" * 1_500_000)
        assert writer.is_due
        writer.close_part()
        writer.add("3", b"{}")
    assert [part.records for part in writer.parts] == [2, 1]
    with Landing(tmp_path, part_s=0.0).writer("crm", "r2", "deals") as writer:
        assert not writer.is_due
        writer.add("1", b"{}")
        assert writer.is_due
