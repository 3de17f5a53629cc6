from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from atlas_sync.store.ledger import KeptNudge, Ledger

NOW = datetime(2026, 6, 15, 8, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")) as opened:
        yield opened


def _events(*numbers: int) -> list[KeptNudge]:
    return [KeptNudge("hubspot", f"event-{number}", "deals", "7") for number in numbers]


def _rows(folder: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(folder / "ledger.sqlite")) as opened:
        return opened.execute("SELECT event_id, remote_id FROM nudge ORDER BY number").fetchall()


def test_delivery_tells_how_many_of_its_events_are_news_and_is_kept_at_once(ledger: Ledger) -> None:
    commits: list[sa.Connection] = []
    sa.event.listen(ledger._engine, "commit", commits.append)
    assert ledger.keep_nudges([], at=NOW) == 0
    assert ledger.keep_nudges(_events(3, 1, 2, 3), at=NOW) == 3
    assert ledger.keep_nudges(_events(2, 4, 1), at=NOW + timedelta(days=6)) == 1
    assert ledger.keep_nudges(_events(2, 4), at=NOW + timedelta(days=6)) == 0
    assert len(commits) == 3


def test_number_grows_on_after_a_quiet_week_though_old_ones_are_forgotten(ledger: Ledger, tmp_path: Path) -> None:
    ledger.keep_nudges(_events(1, 2, 3), at=NOW)
    before = int(ledger.last_nudge().split()[0])
    assert ledger.keep_nudges(_events(4), at=NOW + timedelta(days=8)) == 1
    assert int(ledger.last_nudge().split()[0]) > before
    assert [event for event, _record in _rows(tmp_path)] == ["event-3", "event-4"]


def test_delivery_forgets_some_of_many_old_ones_and_leaves_the_rest_to_the_next(ledger: Ledger, tmp_path: Path) -> None:
    ledger.keep_nudges(_events(*range(2500)), at=NOW)
    left = []
    for number in range(2500, 2503):
        ledger.keep_nudges(_events(number), at=NOW + timedelta(days=8))
        left.append(len(_rows(tmp_path)))
    assert left == [1501, 502, 3]


@pytest.mark.parametrize("odd", ["x" * 129, "a\0b"])
def test_id_that_some_engine_cannot_hold_is_kept_short_and_known_again(
    ledger: Ledger, tmp_path: Path, odd: str
) -> None:
    nudges = [KeptNudge("hubspot", odd, "deals", odd), KeptNudge("hubspot", odd, "deals", f"{odd}y")]
    assert [ledger.keep_nudges(nudges, at=NOW) for _ in range(2)] == [2, 0]
    assert all(len(kept) <= 128 and "\0" not in kept for row in _rows(tmp_path) for kept in row)
