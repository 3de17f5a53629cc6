from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from atlas_sync.errors import StoreError
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
    with pytest.raises(StoreError, match=r"deals-1\.ndjson\.zst"):
        list(landing.records(manifest))


def test_unreadable_manifest_is_named(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    _land(landing, "r1")
    (tmp_path / "crm" / "r1" / "deals.json").write_text("{", encoding="utf-8")
    with pytest.raises(StoreError, match=r"r1/deals\.json"):
        list(landing.manifests())
