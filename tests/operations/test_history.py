from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from atlas_sync.canonical.model import Gap, Promise, WorkItem
from atlas_sync.operations.history import gap_states, known_at, remember
from atlas_sync.store.tables import Version
from atlas_sync.store.warehouse import Warehouse, open_warehouse
from tests.coverage.build import ENG, RUN, gaps_of, item, promise, record

LATER = RUN + timedelta(days=3)


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    with open_warehouse(tmp_path) as opened:
        yield opened


def keep(warehouse: Warehouse, made: object, *, gaps: list[Gap] | None = None, at: object = RUN) -> None:
    rows = [] if made is None else [(made, gaps or [], None)]
    remember(warehouse, rows, engagements=[ENG], at=at)  # type: ignore[arg-type]  # a record and a moment


def test_only_what_differs_is_kept_again(warehouse: Warehouse) -> None:
    made = record(promises=(promise(),))
    keep(warehouse, made)
    count = warehouse.count(Version)
    keep(warehouse, made, at=LATER)
    assert warehouse.count(Version) == count
    keep(warehouse, replace(made, promises=(promise("Sync is live by 1 September"),)), at=LATER)
    assert warehouse.count(Version) == count + 1
    assert {row.until for row in warehouse.select(Version, entity="promise")} == {LATER, None}


def test_record_is_shown_as_it_was_known_at_each_moment(warehouse: Warehouse) -> None:
    made = record(promises=(promise("first words"),))
    keep(warehouse, made)
    keep(warehouse, replace(made, promises=(promise("other words"),), items=()), at=LATER)
    keep(warehouse, None, at=LATER + timedelta(days=1))
    known = []
    for moment in (RUN - timedelta(seconds=1), RUN, LATER - timedelta(seconds=1), LATER, LATER + timedelta(days=1)):
        with known_at(warehouse, ENG, moment) as then:
            known.append(([one.text for one in then.select(Promise)], then.count(WorkItem)))
    assert known == [([], 0), (["first words"], 1), (["first words"], 1), (["other words"], 0), ([], 0)]


def test_last_word_of_a_moment_is_what_was_known_then(warehouse: Warehouse) -> None:
    keep(warehouse, record(items=(item(), item("SCAN-2"))))
    keep(warehouse, record(items=(item(summary="Order more pallets"),)))
    with known_at(warehouse, ENG, RUN) as then:
        assert [one.summary for one in then.select(WorkItem)] == ["Order more pallets"]
    assert len({row.key for row in warehouse.select(Version)}) == warehouse.count(Version)


def test_what_was_kept_by_a_clock_that_was_ahead_is_forgotten_when_it_is_put_right(warehouse: Warehouse) -> None:
    keep(warehouse, record(items=(item(), item("SCAN-2"))))
    for summary in ("Order more pallets", "Order no pallets"):
        keep(warehouse, record(items=(item(summary=summary),)), at=LATER)
        keep(warehouse, record(items=(item(summary=f"{summary} yet"),)), at=LATER + timedelta(days=365))
        keep(warehouse, record(items=(item(summary=summary),)), at=LATER + timedelta(days=1))
    known = []
    for days in (0, 3, 4, 400):
        with known_at(warehouse, ENG, RUN + timedelta(days=days)) as then:
            known.append([one.summary for one in then.select(WorkItem)])
    assert known == [[item().summary, item("SCAN-2").summary], *[["Order no pallets"]] * 3]
    assert all(row.until is None or row.since < row.until for row in warehouse.select(Version))


def test_gap_tells_when_each_of_its_states_began(warehouse: Warehouse) -> None:
    made = record(promises=(promise(),))
    gaps = gaps_of(made)
    keep(warehouse, made, gaps=gaps)
    covered = record(promises=(promise(),), items=(item(text="Record: prm_1111111111111111"),))
    later = gaps_of(covered, previous={gap.id: gap for gap in gaps}, run_at=LATER)
    keep(warehouse, covered, gaps=later, at=LATER)
    (gap,) = [gap for gap in later if gap.kind == "promise_missing"]
    told = [gap_states(warehouse, [gap])]
    for moment in (RUN, LATER, LATER + timedelta(days=1)):
        with known_at(warehouse, ENG, moment) as then:
            told.append(gap_states(then, [gap]))
    first, last = ("open", RUN), ("resolved", LATER)
    states = [[(one["state"], one["since"]) for one in states[gap.id]] for states in told]
    assert states == [[first, last], [first], [first, last], [first, last]], "as told now, and as told on each day"
