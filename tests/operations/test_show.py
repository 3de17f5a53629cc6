"""Showing anything as it was known on a day: values, with who says so."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path

from atlas_sync.canonical.identity import derive_id
from atlas_sync.operations.show import Chain, show, show_as_of
from atlas_sync.store.publish import open_snapshot
from atlas_sync.store.tables import Run, Version
from tests.operations.test_one_sale import SOLD, World, deal, two_sales

SECOND = derive_id("eng", SOLD)


def last(world: World) -> datetime:
    """Give the moment as of which a world was last synced."""
    with open_snapshot(world.workspace.home) as snapshot:
        return max(run.as_of for run in snapshot.select(Run))


def shown(world: World, wanted: str, moment: datetime) -> list[Chain]:
    with open_snapshot(world.workspace.home) as snapshot:
        return show_as_of(snapshot, wanted, moment)


def shown_now(world: World, wanted: str) -> list[Chain]:
    with open_snapshot(world.workspace.home) as snapshot, closing(world.workspace.open_ledger()) as ledger:
        return show(snapshot, ledger, wanted)


def test_values_are_told_as_they_were_on_each_day(tmp_path: Path) -> None:
    world = two_sales(tmp_path)
    told = []
    for amount in (100, 150):
        world.tell("deals", deal(SOLD, amount=amount, currency="EUR"))
        world.sync()
        told.append((last(world), {one.id: one for one in shown_now(world, SECOND)[0].statements}))
    assert [{one.value for one in now.values() if one.name == "amount"} for _at, now in told] == [
        {"100 EUR"},
        {"150 EUR"},
    ]
    for moment, now in told:
        assert {one.id: one for one in shown(world, SECOND, moment)[0].statements} == now


def test_values_that_stay_are_kept_once(tmp_path: Path) -> None:
    world = two_sales(tmp_path)
    world.tell("deals", deal(SOLD, description="Two cranes by spring."))
    world.sync()
    with open_snapshot(tmp_path) as snapshot:
        kept = [row.entity_id for row in snapshot.select(Version, entity="statement", engagement_id=SECOND)]
    assert len(kept) == len(set(kept)) > 0
