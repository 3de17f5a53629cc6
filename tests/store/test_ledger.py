from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from atlas_sync.errors import ConfigError, StoreError
from atlas_sync.store.ledger import Approval, Intent, Ledger, StoredPlan, WriteStep, is_kept
from atlas_sync.store.writes import INTENT as INTENT_TABLE

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


def test_marks_are_those_of_the_engagements_asked_for_however_many(tmp_path: Path) -> None:
    with closing(_open(tmp_path)) as ledger:
        for number in range(3):
            ledger.record(replace(INTENT, marker=f"atlas-{number}", engagement_id=f"eng_{number % 2}"))
        many = [f"eng_{number}" for number in range(1, 40_000)]
        assert ledger.marks(["eng_0"]) == [("eng_0", "atlas-0"), ("eng_0", "atlas-2")]
        assert ledger.marks(many) == [("eng_1", "atlas-1")]
        assert ledger.marks([]) == []


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


@pytest.mark.parametrize(
    "url",
    [
        "nonsense-secret",
        "postgres://atlas:secret@127.0.0.1/atlas",
        "postgresql+other://atlas:secret@127.0.0.1/atlas",
        "postgresql+psycopg://atlas:secret@127.0.0.1:port/atlas",
        "postgresql+psycopg://atlas:secret@127.0.0.1/atlas",
        "sqlite://secret/ledger.sqlite",
        "mssql+pyodbc://atlas:secret@127.0.0.1/atlas",
    ],
)
def test_ledger_address_that_cannot_be_used_is_a_wrong_setting(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for driver in ("psycopg", "pyodbc"):
        monkeypatch.setitem(sys.modules, driver, None)  # as where it is not installed
    with pytest.raises(ConfigError, match=r"postgresql\+psycopg://") as caught:
        Ledger(url)
    assert "secret" not in str(caught.value)


def test_address_that_is_none_leads_to_no_file() -> None:
    with pytest.raises(ConfigError, match="address"):
        is_kept("nonsense")


def test_ledger_that_another_process_makes_at_the_same_moment_is_opened(tmp_path: Path) -> None:
    def overtake(*_: object, **__: object) -> None:
        _open(tmp_path).close()

    sa.event.listen(INTENT_TABLE, "before_create", overtake, once=True)
    with closing(_open(tmp_path)) as ledger:
        ledger.record(INTENT)
        assert ledger.intents() == [INTENT]
        assert ledger.judgements() == []


def test_intent_is_claimed_by_one_of_two(tmp_path: Path) -> None:
    step = WriteStep("r1", INTENT.marker, "create", "sent")
    with closing(_open(tmp_path)) as one, closing(_open(tmp_path)) as other:
        assert one.claim(INTENT, step, before=None)
        assert not other.claim(INTENT, step, before=None)
        seen = other.intent(INTENT.marker)
        assert seen is not None
        again = replace(INTENT, changed_at=datetime(2026, 6, 15, 9, tzinfo=UTC))
        assert one.claim(again, step, before=seen)
        assert not other.claim(replace(again, state="refused"), step, before=seen)
        assert len(one.steps()) == 2  # a claim that was lost leaves no step


def test_steps_of_a_run_are_given_in_their_order(tmp_path: Path) -> None:
    at = datetime(2026, 6, 15, 9, tzinfo=UTC)
    with closing(_open(tmp_path)) as ledger:
        for number, (run, action) in enumerate([("r1", "create"), ("r2", "create"), ("r1", "link")]):
            ledger.note(WriteStep(run, f"atlas-{number}", action, "done", "7", note="x", at=at))
        assert [step.marker for step in ledger.steps(run="r1")] == ["atlas-0", "atlas-2"]
        assert [step.marker for step in ledger.steps(action="create")] == ["atlas-0", "atlas-1"]
        assert {step.at for step in ledger.steps()} == {at}


def test_approval_is_kept_with_who_and_when(tmp_path: Path) -> None:
    given = Approval("digest", "atlas-1", "p1", "ada", datetime(2026, 6, 15, 9, tzinfo=UTC))
    with closing(_open(tmp_path)) as ledger:
        ledger.approve([])
        ledger.approve([given])
        assert ledger.approvals() == [given]


def test_ledger_of_an_earlier_version_gets_what_it_lacks(tmp_path: Path) -> None:
    with closing(_open(tmp_path)) as ledger:
        ledger.record(INTENT)
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as old:
        for table in ("write_step", "approval"):
            old.execute(f"DROP TABLE {table}")
    with closing(_open(tmp_path)) as ledger:
        assert ledger.intents() == [INTENT]
        assert ledger.steps() == ledger.approvals() == []
