"""What is said and written after the last sync of a day is known on that day: gaps as judged, words, and items beside them."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from atlas_sync.canonical.model import Gap, Promise
from atlas_sync.operations.answered import done_by
from atlas_sync.operations.chains import Chain
from atlas_sync.operations.show import show_as_of
from atlas_sync.operations.sync import sync
from atlas_sync.operations.waive import judge_gaps
from atlas_sync.store.judgements import Decision, Judgement
from atlas_sync.store.ledger import Intent, StoredPlan, WriteStep
from atlas_sync.store.publish import open_snapshot
from tests.operations.test_one_sale import NOTED, SOLD, World, rows, two_sales
from tests.operations.test_show import FIRST, SECOND, Delivered, last, planned, shown, shown_now

MARK = "atlas-1"


def judge(world: World, gap: Gap, decision: Decision, *, until: datetime | None = None) -> datetime:
    """Say something of a gap, and give when that was."""
    at = world.now()
    with open_snapshot(world.workspace.home) as snapshot, closing(world.workspace.open_ledger()) as ledger:
        assert decision in {"waived", "acknowledged", "reopened"}
        day = until.date() if until else None
        judge_gaps(snapshot, ledger, [gap.id], decision, by="Ada", at=at, reason="by phone", until=day)  # type: ignore[arg-type]  # as asserted
    return at


def state(chains: list[Chain], gap: Gap) -> tuple[str, str | None]:
    (found,) = {(one.state, one.judged_by) for chain in chains for one in chain.gaps if one.id == gap.id}
    return found


def why_held(chains: list[Chain]) -> float:
    """Give what the score beside some chains says of the why."""
    scores = [one.handoff for one in chains if one.handoff]
    (part,) = (part for score in scores for part in score.parts if part.name == "why")
    return part.held


def one_gap(world: World) -> Gap:
    return next(gap for gap in rows(world.workspace, Gap).values() if gap.kind == "why_missing" and gap.state == "open")


def test_gap_is_shown_as_it_was_judged_by_the_end_of_the_day_whether_or_not_a_sync_followed(tmp_path: Path) -> None:
    world = Delivered(tmp_path)
    gap, before = one_gap(world), world.now()
    said = [(judge(world, gap, decision), decision) for decision in ("acknowledged", "waived", "reopened", "waived")]
    wanted = {"acknowledged": ("acknowledged", "Ada"), "waived": ("waived", "Ada"), "reopened": ("open", None)}
    for _sync in range(2):
        assert state(shown(world, SECOND, before), gap) == ("open", None)
        for at, decision in said:
            assert state(shown(world, gap.id, at), gap) == wanted[decision]
        assert state(shown_now(world, SECOND), gap) == state(shown(world, SECOND, said[-1][0]), gap)
        assert [why_held(shown(world, SECOND, at)) for at in (before, *(at for at, _ in said))] == [0, 0, 1, 0, 1]
        world.sync()


def write(world: World, gap: Gap) -> tuple[Intent, datetime]:
    """Make an item for a gap by a plan, and give when it stood."""
    intent = Intent(MARK, "trk", "YARD", SECOND, SECOND, "brief", "done", "p1", remote_id="9", remote_key="YARD-9")
    body = json.dumps({"engagements": [{"commands": [{"marker": MARK, "gap_ids": [gap.id]}]}]})
    with closing(world.workspace.open_ledger()) as ledger:
        ledger.keep_plan(StoredPlan("p1", world.now(), None, body))
        ledger.note(WriteStep("r1", MARK, "create", "sent", at=world.now()))
        at = world.now()
        ledger.record(replace(intent, changed_at=at), WriteStep("r1", MARK, "create", "created", "9", at=at))
        ledger.mark_applied("p1")
    return intent, at


def test_gap_is_shown_as_written_by_the_end_of_the_day_whether_or_not_a_sync_followed(tmp_path: Path) -> None:
    world = Delivered(tmp_path)
    gap, before = one_gap(world), world.now()
    intent, at = write(world, gap)
    for _sync in range(2):
        assert state(shown(world, SECOND, before), gap) == ("open", None)
        assert state(shown(world, SECOND, at), gap) == state(shown_now(world, SECOND), gap) == ("written", None)
        assert [chain.written for chain in shown(world, SECOND, before) if chain.written] == []
        assert [chain.written for chain in shown(world, SECOND, at) if chain.written] == [(intent,)]
        waived = judge(world, gap, "waived")
        assert state(shown(world, SECOND, at), gap) == ("written", None)
        assert state(shown(world, SECOND, waived), gap) == ("waived", "Ada")
        judge(world, gap, "reopened")
        world.sync()
    world.tell("work_items", planned("YARD-9", marker=MARK, state="dropped"))
    world.sync()
    assert state(shown(world, SECOND, at), gap) == ("written", None)
    assert state(shown(world, SECOND, last(world)), gap) == state(shown_now(world, SECOND), gap) == ("open", None)


@pytest.mark.parametrize(
    ("changes", "action", "key"),
    [
        ({"state": "gone"}, "", "YARD-9"),
        ({"state": "undone", "remote_id": None}, "undo", "YARD-9"),
        ({"remote_id": "12", "remote_key": "YARD-12"}, "undo", None),
    ],
)
def test_item_that_is_gone_or_was_taken_back_stood_until_then(
    tmp_path: Path, changes: dict[str, Any], action: str, key: str | None
) -> None:
    world = Delivered(tmp_path)
    intent, at = write(world, one_gap(world))
    with closing(world.workspace.open_ledger()) as ledger:
        left = world.now()
        ledger.record(replace(intent, **changes, changed_at=left))
        if action:
            ledger.note(WriteStep("r2", MARK, action, "removed", "9", at=left))
        (then,) = done_by(ledger, at)
        assert (then.state, then.remote_key) == ("done", key)
        assert done_by(ledger, left) == []


def test_waiver_is_over_on_the_day_after_its_last_though_no_sync_took_it_in(tmp_path: Path) -> None:
    world = Delivered(tmp_path)
    gap = one_gap(world)
    until = judge(world, gap, "waived", until=world.now()).replace(hour=23)
    assert state(shown(world, SECOND, until), gap) == ("waived", "Ada")
    assert state(shown(world, SECOND, until + timedelta(days=1)), gap) == ("open", None)


def test_word_that_is_not_taken_in_yet_stands_beside_what_it_is_about_from_its_day_on(tmp_path: Path) -> None:
    world = two_sales(tmp_path)
    (promise,) = (one for one in rows(world.workspace, Promise).values() if one.engagement_id == SECOND)
    before, at = world.now(), world.now()
    words = [
        Judgement("promise", promise.id, "0" * 32, "confirmed", "Ada", at, engagement_id=SECOND),
        Judgement("link", promise.id, "trk:work_item:3", "rejected", "Ada", at, engagement_id=SECOND),
    ]
    taken_back = Judgement("promise", promise.id, "0" * 32, "undone", "Ben", world.now(), engagement_id=SECOND)
    with closing(world.workspace.open_ledger()) as ledger:
        ledger.keep_judgements([*words, taken_back])
    with open_snapshot(tmp_path) as snapshot:
        world.say(snapshot, SOLD, NOTED, same=True)
    after = world.now()

    def said(moment: datetime | None, name: str) -> set[tuple[str, str]]:
        chains = shown(world, name, moment) if moment else shown_now(world, name)
        return {(one.kind, one.decision) for chain in chains for one in chain.words}

    assert said(before, SECOND) == set()
    assert said(at, SECOND) == said(at, promise.id) == {("promise", "confirmed"), ("link", "rejected")}
    assert said(after, promise.id) == {("link", "rejected")}
    assert said(after, SECOND) == said(None, SECOND) == {("link", "rejected"), ("same", "same")}
    assert said(after, FIRST) == {("same", "same")}


def test_what_the_record_holds_stays_where_the_vendors_clock_is_behind_ours(tmp_path: Path) -> None:
    world = Delivered(tmp_path)
    gap = one_gap(world)
    world.hours += 24 * 30
    judge(world, gap, "waived")
    for reader in world._readers.values():
        reader.clock = last(world) + timedelta(hours=1)
    sync(world.workspace)
    with open_snapshot(tmp_path) as snapshot, closing(world.workspace.open_ledger()) as ledger:
        assert state(show_as_of(snapshot, ledger, gap.id, last(world)), gap) == ("waived", "Ada")
