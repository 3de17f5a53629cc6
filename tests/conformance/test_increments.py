"""Increments that lose nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.stands.protocol import Stand
from tests.stands.rig import Rig, rigged
from tests.stands.wire import Answered, Asked

SECTION = "Increments that lose nothing"


def _settled(rig: Rig, number: int = 3) -> list[str]:
    """Fill the vendor, read it, and let an hour pass."""
    made = [rig.stand.create(rig.main, f"Nordhavn {place}") for place in range(number)]
    rig.stand.pass_time(60)
    assert rig.pull_main().status == "complete"
    rig.stand.pass_time(3600)
    assert rig.pull_main().status == "complete"
    return made


@pytest.mark.case(SECTION, "a second read of the same changes nothing")
def test_second_read_changes_nothing(rig: Rig) -> None:
    _settled(rig)
    rig.pull_main()
    assert sum(one.changed for one in rig.taken) == 0


@pytest.mark.case(SECTION, "what is new and what changed comes with the next read")
def test_new_and_changed_records_come(rig: Rig) -> None:
    made = _settled(rig)
    rig.stand.create(rig.main, "Kilbride")
    rig.stand.rename(rig.main, made[:1], "Pellworth")
    rig.stand.pass_time(60)
    assert rig.pull_main().status == "complete"
    assert rig.wrong() == []


@pytest.mark.case(SECTION, "a stamp that moved without a change of content is no change")
def test_touch_without_change_is_no_change(rig: Rig) -> None:
    made = _settled(rig)
    rig.stand.rename(rig.main, made[:1], "Nordhavn 0")
    rig.stand.pass_time(60)
    rig.pull_main()
    assert sum(one.changed for one in rig.taken) == 0


@pytest.mark.case(SECTION, "our clock loses nothing, however wrong it is")
@pytest.mark.parametrize("variant", ["ten years ahead", "ten years behind"])
def test_our_clock_loses_nothing(rig: Rig, variant: str) -> None:
    shift = timedelta(days=3650 if variant == "ten years ahead" else -3650)
    rig.workspace = replace(rig.workspace, now=lambda: datetime.now(UTC) + shift)
    _settled(rig)
    rig.stand.create(rig.main, "Kilbride")
    rig.stand.pass_time(60)
    rig.pull_main()
    assert rig.wrong() == []


@pytest.mark.case(SECTION, "a change in the very second of the last read is read, without any overlap")
def test_bound_is_inclusive(stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with rigged(stand, tmp_path, monkeypatch, overlap_s=0) as rig:
        made = _settled(rig, 6)
        rig.stand.wire.after.append(lambda asked, answered: _change_behind(rig, made, asked, answered))
        for _ in range(3):
            rig.stand.create(rig.main, "Kilbride")
            rig.pull_main()
            rig.stand.create(rig.main, "Pellworth")
            rig.stand.pass_time(60)  # an index that lags shows it to the next one
        rig.stand.wire.reset()
        rig.stand.pass_time(60)
        rig.pull_main()
        assert rig.wrong() == []


def _change_behind(rig: Rig, keys: list[str], asked: Asked, answered: Answered) -> Answered:
    """Change a record when a page is on its way that does not show it: both have the same second."""
    if keys and re.search(rig.stand.paging.path, asked.path):
        rig.stand.rename(rig.main, [keys.pop()], "Marisco")
    return answered


@pytest.mark.case(SECTION, "many records with one stamp across pages are all read", needs=("stamp",))
@pytest.mark.parametrize("variant", ["just changed", "changed long ago"])
def test_equal_stamps_across_pages_are_read(rig: Rig, variant: str) -> None:
    made = _settled(rig, 130)
    rig.stand.rename(rig.main, made, "in bulk")
    rig.stand.pass_time(3600 if variant == "changed long ago" else 60)
    assert rig.pull_main().status == "complete"
    assert rig.wrong() == []


@pytest.mark.case(SECTION, "a change that becomes visible after its stamp is read within the overlap", needs=("late",))
def test_late_commit_is_read(rig: Rig) -> None:
    _settled(rig)
    rig.pull_main()
    rig.stand.create(rig.main, "Kilbride", late_s=600)
    assert rig.pull_main().status == "complete"
    rig.stand.pass_time(60)
    rig.pull_main()
    assert rig.wrong() == []


@pytest.mark.case(SECTION, "what an index finds late comes with the next read", needs=("lag",))
def test_lagging_index_loses_nothing(rig: Rig) -> None:
    made = _settled(rig)
    rig.stand.spoil("lag")
    rig.stand.create(rig.main, "Kilbride")
    rig.stand.rename(rig.main, made[:1], "Pellworth")
    rig.stand.pass_time(1)
    rig.pull_main()
    assert rig.wrong()
    rig.stand.pass_time(30)
    rig.pull_main()
    assert rig.wrong() == []


@pytest.mark.case(SECTION, "more changes than a listing gives are all read", needs=("cap",))
def test_cap_of_a_listing_loses_nothing(rig: Rig) -> None:
    made = _settled(rig, 700)
    rig.stand.rename(rig.main, made, "in bulk")
    rig.stand.pass_time(60)
    rig.stand.spoil("cap")
    assert rig.pull_main().status == "complete"
    assert rig.wrong() == []


@pytest.mark.case(SECTION, "the night in which the clocks are put back loses nothing")
def test_end_of_summer_time_loses_nothing(rig: Rig) -> None:
    _settled(rig)
    start = datetime(2026, 10, 24, 23, 40, tzinfo=UTC)
    rig.stand.pass_time((start - datetime(2026, 6, 15, 9, 1, tzinfo=UTC)).total_seconds())
    for _ in range(5):
        rig.stand.create(rig.main, "Kilbride")
        rig.stand.pass_time(2700)
        assert rig.pull_main().status == "complete"
        assert rig.wrong() == []


@pytest.mark.case(
    SECTION, "a change of what a record belongs to is read though its stamp stands still", needs=("relink",)
)
def test_change_of_association_is_read(rig: Rig) -> None:
    made = _settled(rig)
    rig.pull()
    rig.stand.act("relink", made[0])
    rig.stand.pass_time(60)
    rig.pull()
    assert rig.wrong() == []


@pytest.mark.case(
    SECTION, "a change of what a record belongs to is read, at whatever moment of the first read", needs=("relink",)
)
def test_change_of_association_while_read_first_is_read(rig: Rig) -> None:
    made = [rig.stand.create(rig.main, f"Nordhavn {place}") for place in range(60)]
    rig.stand.pass_time(3600)

    def relink(_asked: Asked) -> None:
        if made:
            rig.stand.act("relink", made.pop())

    rig.stand.wire.before.append(relink)
    rig.pull()
    rig.stand.wire.reset()
    rig.stand.pass_time(60)
    rig.pull()
    assert rig.wrong() == []


@pytest.mark.case(SECTION, "records that left ordinary listings by age are read", needs=("aged",))
def test_aged_records_are_read(rig: Rig) -> None:
    stream = rig.stand.on["aged"]
    made = rig.stand.create(stream, "Kilbride")
    rig.stand.act("aged", made)
    rig.stand.pass_time(60)
    assert rig.pull(stream)[stream].status == "complete"
    assert rig.wrong(stream) == []
    assert rig.row(stream, made) is not None


@pytest.mark.case(SECTION, "one odd record never loses the rest, and comes in once it is mended", needs=("network",))
def test_odd_record_loses_nothing_else(rig: Rig) -> None:
    made = _settled(rig, 5)

    def spoil(_asked: object, answered: object) -> object:
        page = answered.json()  # type: ignore[attr-defined]  # an answer
        paging = rig.stand.paging
        if isinstance(page, dict):
            for record in (*page.get(paging.records, ()), *(one for one in page.values() if isinstance(one, dict))):
                if str(record.get("id", record.get("Id"))) == made[2]:
                    for inner in (record, record.get("fields"), record.get("properties")):
                        if isinstance(inner, dict):
                            for name in ("Name", "dealname", "summary", "subject"):
                                if name in inner:
                                    inner[name] = {"odd": True}
            return answered.with_json(page)  # type: ignore[attr-defined]  # an answer
        return answered

    rig.stand.rename(rig.main, made, "Pellworth")
    rig.stand.pass_time(60)
    rig.stand.wire.after.append(spoil)  # type: ignore[arg-type]  # hooks are plain functions
    rig.pull_main()
    assert [one for one in rig.wrong() if rig.stand.source(rig.main, made[2]) not in one] == []
    (odd,) = rig.quarantined()
    assert odd.would_be == rig.stand.source(rig.main, made[2])
    rig.stand.wire.reset()
    rig.pull_main()
    assert (rig.wrong(), rig.quarantined()) == ([], [])
