from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from atlas_sync.errors import StoreError
from atlas_sync.store.ledger import Intent, Ledger, StoredPlan

INTENT = Intent(
    marker="atlas-1",
    system="jira",
    project="TD",
    engagement_id="eng_1",
    subject_id="pro_1",
    item="promise",
    state="sent",
    plan_id="p1",
)


def _open(folder: Path) -> Ledger:
    return Ledger(f"sqlite:///{folder / 'ledger.sqlite'}")


def test_intent_is_seen_by_another_connection_at_once(tmp_path: Path) -> None:
    with closing(_open(tmp_path)) as one, closing(_open(tmp_path)) as other:
        one.record(INTENT)
        assert other.intents() == [INTENT]
        one.record(replace(INTENT, state="done", remote_key="TD-7", remote_id="10007"))
        found = other.intent_by_key("TD-7")
        assert found is not None
        assert found.state == "done"
        assert len(other.intents(subject_id="pro_1")) == 1
        assert other.intent_by_key("TD-8") is None


def test_same_plan_twice_is_kept_once_and_the_newest_is_given(tmp_path: Path) -> None:
    with closing(_open(tmp_path)) as ledger:
        assert ledger.plan() is None
        for number, hour in (("a", 8), ("b", 9), ("a", 10)):
            made = datetime(2026, 6, 15, hour, tzinfo=UTC)
            ledger.keep_plan(StoredPlan(id=number, made_at=made, applied_at=None, body="{}"))
        newest = ledger.plan()
        assert newest is not None
        assert newest.id == "a"
        ledger.mark_applied("a")
        applied = ledger.plan("a")
        assert applied is not None
        assert applied.applied_at is not None


def test_ledger_that_cannot_be_opened_is_a_store_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="ledger"):
        Ledger(f"sqlite:///{tmp_path / 'missing' / 'ledger.sqlite'}")
