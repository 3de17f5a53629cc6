"""Increments that lose nothing, whatever happens to the records and the pages while they are read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from atlas_sync.connectors.protocol import Page, ReadRequest
from atlas_sync.errors import ContractError
from tests.connectors.salesforce.conftest import Stage
from tests.sandbox.salesforce.rig import NOW


def _people(stage: Stage, count: int, *, settled: timedelta = timedelta(hours=1)) -> list[str]:
    """Make contacts in one go, so that all of them have the same stamp, and let that settle."""
    batch = [{"attributes": {"type": "Contact"}, "LastName": f"N{n:03d}"} for n in range(count)]
    made = stage.wire.call("POST", "composite/sobjects", json={"records": batch}).json()
    stage.wire.clock.move_to(stage.wire.clock.now() + settled)
    return [row["id"] for row in made]


def _ids(*pages: Page) -> list[str]:
    return [record.id for page in pages for record in page.records]


def test_record_that_moves_while_it_is_read_hides_no_other_after_a_lost_session(stage: Stage) -> None:
    whole = _people(stage, 9)
    pages = stage.reader().read(ReadRequest("persons", NOW))
    first = next(pages)
    moved = first.records[-1].id
    for key in whole[2:4]:  # both records of the next page are changed, and stand at the end of the order now
        stage.wire.call("PATCH", f"sobjects/Contact/{key}", json={"Title": "CFO"})
    second = next(pages)
    stage.wire.sandbox.end_sessions()
    assert set(_ids(first, second, *pages)) == set(whole), moved


def test_change_made_while_reading_is_in_the_next_increment(stage: Stage) -> None:
    whole = _people(stage, 5)
    pages = stage.reader().read(ReadRequest("persons", NOW))
    first = next(pages)
    stage.later(seconds=1)
    stage.wire.call("PATCH", f"sobjects/Contact/{whole[0]}", json={"Title": "CFO"})
    list(pages)
    assert first.server_time is not None
    assert whole[0] in stage.ids("persons", first.server_time)


def test_late_commit_below_the_last_stamp_is_in_the_overlap(stage: Stage) -> None:
    _people(stage, 3)
    *_before, last = stage.reader().read(ReadRequest("persons", NOW))
    assert last.server_time is not None
    began = last.server_time - timedelta(minutes=9)
    late = stage.org.create("Contact", {"LastName": "Late"}, by=stage.org.api_user, at=began)
    assert late in stage.ids("persons", last.server_time - timedelta(minutes=15))


def test_late_commit_is_read_by_a_run_that_goes_on_from_a_position(stage: Stage) -> None:
    whole = _people(stage, 6, settled=timedelta(minutes=8))
    since = NOW - timedelta(minutes=30)
    pages = stage.reader().read(ReadRequest("persons", since))
    next(pages)
    cut = next(pages)
    began = stage.wire.clock.now() - timedelta(minutes=9)  # before every stamp that was read, and in sight only now
    late = stage.org.create("Contact", {"LastName": "Late"}, by=stage.org.api_user, at=began)
    rest = stage.reader().read(ReadRequest("persons", since, position=cut.position))
    assert {*whole[4:], late} <= set(_ids(*rest))


@pytest.mark.parametrize("stream", ["users", "tasks", "persons", "deal_stages", "roles"])
def test_read_goes_on_after_any_page_of_an_earlier_run(stage: Stage, stream: str) -> None:
    whole = stage.ids(stream)
    for cut in range(1, (len(whole) + 1) // 2 + 1):
        pages = stage.reader().read(ReadRequest(stream))
        before = [next(pages) for _ in range(cut)]
        *_rest, last = after = list(stage.reader().read(ReadRequest(stream, position=before[-1].position)))
        assert set(_ids(*before, *after)) == set(whole)
        assert last.proof
        assert len(_ids(*after)) < len(whole)


def test_position_that_is_none_of_ours_reads_all_again(stage: Stage) -> None:
    assert _ids(*stage.reader().read(ReadRequest("persons", position="350"))) == stage.ids("persons")


def test_record_created_this_minute_is_no_place_to_go_on_from(stage: Stage) -> None:
    stage.make("Contact", LastName="Fresh")
    *_before, last = stage.reader().read(ReadRequest("persons", NOW))
    assert last.position == ""


def test_equal_stamps_across_page_borders_are_all_read(stage: Stage) -> None:
    whole = _people(stage, 9)
    stamps = {row["SystemModstamp"] for row in stage.wire.rows("SELECT SystemModstamp FROM Contact WHERE Title = null")}
    assert len(stamps) < 9
    assert stage.ids("persons", NOW) == whole


def test_record_erased_between_two_pages_is_asked_about_once_more(stage: Stage) -> None:
    whole = _people(stage, 6)
    pages = stage.reader().read(ReadRequest("persons", NOW))
    first = next(pages)
    stage.org.store.forget("Contact", whole[-1])
    assert set(_ids(first, *pages)) == set(whole[:-1])


def test_page_that_is_shorter_than_asked_is_no_end(stage: Stage) -> None:
    whole = _people(stage, 6)
    pages = stage.reader().read(ReadRequest("persons", NOW))
    first = next(pages)
    for key in whole[2:4]:
        stage.org.store.forget("Contact", key)
    rest = list(pages)
    assert next(len(page.records) for page in rest) == 0
    assert set(_ids(first, *rest)) == set(whole[:2] + whole[4:])


def test_locator_that_has_expired_is_asked_for_anew(stage: Stage) -> None:
    whole = _people(stage, 6)
    pages = stage.reader().read(ReadRequest("persons", NOW))
    first = next(pages)
    body = '[{"errorCode":"INVALID_QUERY_LOCATOR","message":"invalid query locator"}]'
    rule = stage.fault("status", "/query/0r8", status=400, body=body)
    assert _ids(first, *pages) == whole
    assert rule.times == 0


@pytest.mark.parametrize("body", ["<html>busy</html>", '{"totalSize":6,"done":fal', ""])
def test_page_that_came_spoilt_is_asked_for_once_more(stage: Stage, body: str) -> None:
    whole = _people(stage, 6)
    pages = stage.reader().read(ReadRequest("persons", NOW))
    first = next(pages)
    rule = stage.fault("status", "/query/0r8", status=200, body=body)
    assert _ids(first, *pages) == whole
    assert rule.times == 0


def test_notes_go_on_after_the_deals_of_an_earlier_run(stage: Stage) -> None:
    known = {"deals": [f"0065e00000AA{n:03d}ZZZ" for n in range(350)] + stage.ids("deals")}
    first, *rest = stage.reader().read(ReadRequest("notes", None, known))
    assert (first.records, len(rest)) == ((), 2)
    again = list(stage.reader().read(ReadRequest("notes", None, known, position=rest[0].position)))
    assert _ids(*again) == _ids(*rest) != []


def test_sessions_that_end_before_every_page_of_fresh_records_end_the_read(stage: Stage) -> None:
    _people(stage, 7, settled=timedelta(minutes=1))
    reader = stage.reader()
    ended = (stage.wire.sandbox.end_sessions() for _page in reader.read(ReadRequest("persons", NOW)))
    with pytest.raises(ContractError, match="cut off too often"):
        list(ended)
    assert reader._client.transport.calls < 30
