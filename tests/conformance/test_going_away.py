"""Four kinds of going away, each by evidence and never from absence alone."""

from __future__ import annotations

from typing import Literal

import pytest

from tests.stands.rig import Rig
from tests.stands.wire import Answered, Asked

SECTION = "Going away"


def _settled(rig: Rig, stream: str, number: int = 4) -> list[str]:
    made = [rig.stand.create(stream, f"Nordhavn {place}") for place in range(number)]
    rig.pass_time(60)
    assert rig.pull(stream)[stream].status == "complete"
    rig.pass_time(3600)
    return made


def _pull_and_sweep(rig: Rig, stream: str) -> None:
    """Pull until everything was found that a run finds, the sweep of a later day among it."""
    rig.pass_time(60)
    rig.pull(stream)
    rig.pass_time(2 * 86_400)
    assert rig.pull(stream)[stream].status == "complete"


@pytest.mark.case(SECTION, "a deleted record is told as deleted", needs=("delete",))
def test_deleted_record_is_told(rig: Rig) -> None:
    _goes(rig, "delete")


@pytest.mark.case(SECTION, "an archived record is told as archived", needs=("archive",))
def test_archived_record_is_told(rig: Rig) -> None:
    _goes(rig, "archive")


@pytest.mark.case(SECTION, "a record that was hidden from us is told as not visible", needs=("hide",))
def test_hidden_record_is_told(rig: Rig) -> None:
    _goes(rig, "hide")


@pytest.mark.case(SECTION, "a record that vanished without a trace is found by the sweep", needs=("erase",))
def test_erased_record_is_found(rig: Rig) -> None:
    _goes(rig, "erase")


def _goes(rig: Rig, act: Literal["delete", "archive", "hide", "erase"]) -> None:
    stream = rig.stand.on[act]
    made = _settled(rig, stream)
    rig.stand.act(act, made[1])
    _pull_and_sweep(rig, stream)
    row = rig.row(stream, made[1])
    assert row is not None
    assert row.deletion in rig.stand.gone_as[act]
    assert rig.wrong(stream) == []


@pytest.mark.case(SECTION, "a merged record is told as merged and names the survivor", needs=("merge",))
def test_merged_record_names_its_survivor(rig: Rig) -> None:
    stream = rig.stand.on["merge"]
    loser, winner, *_ = _settled(rig, stream)
    rig.stand.act("merge", loser, into=winner)
    _pull_and_sweep(rig, stream)
    row = rig.row(stream, loser)
    assert row is not None
    assert (row.deletion, getattr(row, "merged_into", None)) == ("merged", rig.stand.source(stream, winner))
    assert rig.wrong(stream) == []


@pytest.mark.case(SECTION, "a record that left a set is told by the difference", needs=("member",))
def test_member_that_left_is_told(rig: Rig) -> None:
    stream = rig.stand.on["member"]
    owner, other = rig.stand.create(rig.main, "Nordhavn"), rig.stand.create(rig.main, "Kilbride")
    gone, kept = rig.stand.act("member", owner), rig.stand.act("member", other)
    rig.pass_time(60)
    rig.pull(rig.main, stream)
    before = [row for source, row in rig.rows().items() if gone in source or kept in source]
    assert [row.deletion for row in before] == [None, None]
    rig.stand.leave(gone)
    rig.pass_time(60)
    rig.pull(rig.main, stream)
    after = {source: row.deletion for source, row in rig.rows().items() if gone in source or kept in source}
    assert {source: deletion for source, deletion in after.items() if gone in source}.popitem()[1] == "deleted"
    assert {source: deletion for source, deletion in after.items() if kept in source}.popitem()[1] is None


@pytest.mark.case(SECTION, "a record that moved keeps its identity under its new name", needs=("move",))
def test_moved_record_keeps_its_identity(rig: Rig) -> None:
    stream = rig.stand.on["move"]
    made = _settled(rig, stream)
    key = rig.stand.act("move", made[0])
    _pull_and_sweep(rig, stream)
    row = rig.row(stream, made[0])
    assert row is not None
    assert (row.deletion, getattr(row, "key", None)) == (None, key)
    assert rig.wrong(stream) == []


@pytest.mark.case(SECTION, "a record that came back lives again", needs=("restore",))
def test_restored_record_lives(rig: Rig) -> None:
    act: Literal["delete", "archive"] = "delete" if "delete" in rig.stand.on else "archive"
    stream = rig.stand.on[act]
    made = _settled(rig, stream)
    rig.stand.act(act, made[0])
    rig.pass_time(60)
    rig.pull()
    row = rig.row(stream, made[0])
    assert row is not None
    assert row.deletion is not None
    rig.stand.act("restore", made[0])
    _pull_and_sweep(rig, stream)
    row = rig.row(stream, made[0])
    assert row is not None
    assert row.deletion is None
    assert rig.wrong(stream) == []


@pytest.mark.case(SECTION, "a record that was not listed for once is not gone", needs=("network", "paging"))
def test_absence_alone_is_no_evidence(rig: Rig) -> None:
    made = _settled(rig, rig.main)
    _leave_out(rig, made[1])
    _pull_and_sweep(rig, rig.main)
    row = rig.row(rig.main, made[1])
    assert row is not None
    assert row.deletion is None


@pytest.mark.case(SECTION, "a record that a read left out comes in with the sweep", needs=("network", "paging"))
def test_record_that_was_left_out_comes_in(rig: Rig) -> None:
    _settled(rig, rig.main)
    made = rig.stand.create(rig.main, "Kilbride")
    _leave_out(rig, made)
    for _ in range(2):
        rig.pass_time(3600)
        assert rig.pull(rig.main)[rig.main].status == "complete"
    rig.stand.wire.reset()
    rig.pull(rig.main)
    assert rig.row(rig.main, made) is None
    _pull_and_sweep(rig, rig.main)
    assert rig.wrong() == []


def _leave_out(rig: Rig, key: str) -> None:
    """Leave a record out of every listing; whoever asks for it by its id gets it."""
    paging = rig.stand.paging

    def leave_out(asked: Asked, answered: Answered) -> Answered:
        page = answered.json()
        if not isinstance(page, dict) or paging.records not in page or key in asked.text:
            return answered
        kept = [one for one in page[paging.records] if str(one.get("id", one.get("Id"))) != key]
        total = {"totalSize": page["totalSize"] - len(page[paging.records]) + len(kept)} if "totalSize" in page else {}
        return answered.with_json({**page, **total, paging.records: kept})

    rig.stand.wire.after.append(leave_out)
