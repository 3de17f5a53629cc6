from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from atlas_sync.canonical.model import Promise
from atlas_sync.cli.benches.documents import look_through, put_down
from atlas_sync.operations.read import read_conversations
from atlas_sync.store.warehouse import open_warehouse


def test_an_archive_is_looked_through_and_only_its_new_texts_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("atlas_sync.operations.read._AT_ONCE", 1)
    with open_warehouse(tmp_path) as warehouse:
        assert put_down(warehouse, 20) == 20
        said = sorted(look_through(warehouse, 20))
        promises = warehouse.select(Promise)
        assert said == sorted(f"{one.id}:{one.status}" for one in promises)
        assert len({one.engagement_id for one in promises}) == 2
        assert read_conversations(warehouse) == 0


def test_after_an_upgrade_all_stories_are_told_again_and_nothing_is_read_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_warehouse(tmp_path) as warehouse:
        put_down(warehouse, 20)
        look_through(warehouse, 20)
        promises = warehouse.select(Promise)
        warehouse.delete(Promise, column="engagement_id", values={one.engagement_id for one in promises})
        assert read_conversations(warehouse) == 0
        assert warehouse.select(Promise) == []
        monkeypatch.setattr("atlas_sync.operations.read._TELLING", "another")
        assert read_conversations(warehouse) == 0
        assert warehouse.select(Promise) == promises


@pytest.mark.parametrize("changed", [pytest.param({"month_first": True}, marks=pytest.mark.soak), {"tags": ("[P]",)}])
def test_after_a_change_of_how_texts_are_read_all_are_read_anew(tmp_path: Path, changed: dict[str, Any]) -> None:
    with open_warehouse(tmp_path) as warehouse:
        put_down(warehouse, 20)
        look_through(warehouse, 20)
        assert read_conversations(warehouse, **changed) > 0
        assert read_conversations(warehouse, **changed) == 0
