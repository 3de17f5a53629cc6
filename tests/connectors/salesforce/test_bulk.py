"""First reads by bulk query jobs: the same records as by paging, gone on with after a kill, and given up for paging."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from atlas_sync.connectors.protocol import Page, ReadRequest
from atlas_sync.connectors.salesforce import SalesforceReader
from atlas_sync.connectors.salesforce.bulk import BulkJob, Place, to_record
from atlas_sync.connectors.salesforce.fields import STREAMS
from atlas_sync.connectors.salesforce.schema import Column
from atlas_sync.errors import ContractError, TransientError
from tests.connectors.salesforce.conftest import Stage
from tests.sandbox.salesforce.rig import NOW

BY_JOB = [spec.name for spec in STREAMS if spec.mode == "increment" and spec.name != "notes"]


@pytest.fixture
def bulk(stage: Stage) -> Stage:
    """Give a stage whose reader takes a job for anything that is more than one record, three to a page."""
    stage.settings = stage.settings.model_copy(update={"bulk_threshold": 2, "bulk_page": 3})
    return stage


def _pages(stage: Stage, stream: str, position: str = "", *, by: SalesforceReader | None = None) -> list[Page]:
    return list((by or stage.reader()).read(ReadRequest(stream, position=position)))


def _records(pages: list[Page]) -> dict[str, Any]:
    return {record.id: msgspec.json.decode(record.body) for page in pages for record in page.records}


def _plain(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Leave out the addresses of parents, which a job does not tell."""
    if isinstance(value, dict):
        inner = {name: _plain(part) for name, part in value.items()}
        return {**inner, "attributes": {"type": value["attributes"]["type"]}} if "attributes" in value else inner
    return value


@pytest.mark.parametrize("stream", BY_JOB)
def test_job_lands_what_paging_lands(stage: Stage, stream: str) -> None:
    paged = _records(_pages(stage, stream))
    stage.settings = stage.settings.model_copy(update={"bulk_threshold": 0, "bulk_page": 1})
    *before, last = by_job = _pages(stage, stream)
    assert _plain(_records(by_job)) == _plain(paged)
    assert last.proof == f"locator null after {len(paged)} records, job total {len(paged)}"
    assert [page.proof for page in before] == [""] * len(before)
    assert len(stage.wire.sandbox.jobs.keys()) == 1


def test_records_differ_from_paged_ones_in_the_addresses_of_parents_alone(stage: Stage) -> None:
    paged = _records(_pages(stage, "line_items"))
    stage.settings = stage.settings.model_copy(update={"bulk_threshold": 0})
    for key, record in _records(_pages(stage, "line_items")).items():
        assert record.pop("Product2") == {
            "attributes": {"type": "Product2"},
            "Name": paged[key].pop("Product2")["Name"],
        }
        assert record == paged[key]


def test_few_records_are_paged_and_cost_no_call_more(stage: Stage) -> None:
    reader = stage.reader()
    _pages(stage, "deals", by=reader)
    assert stage.wire.sandbox.jobs.keys() == []
    assert reader._client.transport.calls == 3  # log-in, describe, query


def test_increments_and_sets_are_paged_however_many(bulk: Stage) -> None:
    bulk.ids("tasks", NOW - timedelta(days=900))
    bulk.ids("roles")
    assert bulk.wire.sandbox.jobs.keys() == []


def test_every_page_tells_when_the_job_was_made(bulk: Stage) -> None:
    pages = bulk.reader().read(ReadRequest("tasks"))
    place, first = next(pages), next(pages)
    assert (place.records, place.server_time) == ((), None)
    bulk.later(hours=1)
    times = {first.server_time, *(page.server_time for page in pages)}
    (made,) = times
    assert made is not None
    assert abs(made - NOW) < timedelta(minutes=1)


def test_read_goes_on_in_the_same_job_after_any_page(bulk: Stage) -> None:
    bulk.settings = bulk.settings.model_copy(update={"bulk_page": 1})
    whole = _pages(bulk, "tasks")
    for cut in range(1, len(whole)):
        rest = _pages(bulk, "tasks", whole[cut - 1].position)
        assert [record.id for page in rest for record in page.records] == [
            record.id for page in whole[cut:] for record in page.records
        ]
        assert rest[-1].proof == whole[-1].proof
    assert len(bulk.wire.sandbox.jobs.keys()) == 1


@pytest.mark.parametrize("end", ["aborted", "deleted", "expired", "failed"])
def test_job_that_is_lost_between_runs_is_made_anew(bulk: Stage, end: str) -> None:
    _place, first, *_rest = bulk.reader().read(ReadRequest("tasks"))
    (job,) = bulk.wire.sandbox.jobs.keys()
    now = bulk.wire.clock.now()
    if end == "deleted":
        bulk.wire.sandbox.jobs.delete(job, now=now)
    elif end == "expired":
        bulk.later(days=8)
    else:
        bulk.wire.sandbox.jobs.end(job, now=now, state=end.capitalize())
    again = _pages(bulk, "tasks", first.position)
    assert len(_records(again)) == 4
    assert again[-1].proof.startswith("locator null after 4")
    assert bulk.wire.sandbox.jobs.keys()[-1] != job


def test_job_of_another_api_version_is_made_anew(bulk: Stage) -> None:
    _place, first, *_rest = bulk.reader().read(ReadRequest("tasks"))
    bulk.settings = bulk.settings.model_copy(update={"api_version": "63.0"})
    assert len(_records(_pages(bulk, "tasks", first.position))) == 4


def test_job_that_is_lost_while_it_is_read_is_made_anew(bulk: Stage) -> None:
    bulk.settings = bulk.settings.model_copy(update={"bulk_page": 1})
    pages = bulk.reader().read(ReadRequest("tasks"))
    _place, first = next(pages), next(pages)
    (job,) = bulk.wire.sandbox.jobs.keys()
    bulk.wire.sandbox.jobs.delete(job, now=bulk.wire.clock.now())
    assert len(_records([first, *pages])) == 4


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "INVALIDENTITY"),
        (400, "API_ERROR"),
        (403, "FUNCTIONALITY_NOT_ENABLED"),
        (400, "EXCEEDED_QUOTA"),
        (404, "NOT_FOUND"),
    ],
)
def test_org_that_takes_no_jobs_is_paged(bulk: Stage, status: int, code: str) -> None:
    bulk.fault("status", "/jobs/query", status=status, body=f'[{{"errorCode":"{code}","message":"no"}}]')
    pages = _pages(bulk, "tasks")
    assert len(_records(pages)) == 4
    assert pages[-1].proof == "done: true, totalSize 4"


def test_job_that_fails_twice_is_left_for_paging(bulk: Stage) -> None:
    failed = '{"id":"7505e00000AAAA0AAP","state":"Failed","errorMessage":"InvalidBatch : retried more than 15 times"}'
    bulk.fault("status", "/jobs/query/750", status=200, body=failed, times=2)
    pages = _pages(bulk, "tasks")
    assert (len(_records(pages)), pages[-1].proof) == (4, "done: true, totalSize 4")


def test_job_that_is_not_done_in_time_can_be_gone_on_with(bulk: Stage) -> None:
    waits: list[float] = []
    bulk.settings = bulk.settings.model_copy(update={"bulk_timeout_s": 60.0})
    reader = SalesforceReader(bulk.settings, system="crm", sleep=waits.append)
    body = '{"id":"7505e00000AAAA0AAP","state":"InProgress"}'
    bulk.fault("status", "/jobs/query/750", status=200, body=body, times=999)
    pages = reader.read(ReadRequest("tasks"))
    place = next(pages)
    with pytest.raises(TransientError, match="bulk_timeout_s"):
        list(pages)
    bulk.wire.faults.clear()
    assert len(_records(_pages(bulk, "tasks", place.position))) == 4
    assert len(bulk.wire.sandbox.jobs.keys()) == 1
    assert 60 <= sum(wait for wait in waits if wait >= 1) < 100


def test_cut_page_of_a_job_is_not_taken_for_a_whole_one(bulk: Stage) -> None:
    headers = {"sforce-locator": "null", "sforce-numberofrecords": "2", "content-type": "text/csv"}
    rule = bulk.fault("status", "/results", status=200, body='"Id"\n"00T5e00000AAAA0AAP"\n', headers=headers)
    pages = _pages(bulk, "tasks")
    assert (len(_records(pages)), rule.times) == (4, 0)


@pytest.mark.parametrize("body", ["<html>busy</html>", '"Id"\n"', "\xff", ""])
def test_spoilt_pages_of_jobs_end_in_paging(bulk: Stage, body: str) -> None:
    bulk.fault("status", "/results", status=200, body=body, headers={"sforce-locator": "null"}, times=2)
    assert _pages(bulk, "tasks")[-1].proof == "done: true, totalSize 4"


def test_session_lost_while_a_job_is_read_costs_a_log_in(bulk: Stage) -> None:
    bulk.settings = bulk.settings.model_copy(update={"bulk_page": 1})
    pages = bulk.reader().read(ReadRequest("tasks"))
    found = [next(pages), next(pages)]
    bulk.wire.sandbox.end_sessions()
    assert len(_records([*found, *pages])) == 4
    assert len(bulk.wire.sandbox.jobs.keys()) == 1


COLUMNS = {
    "Id": Column("Id", "id"),
    "Name": Column("Name"),
    "IsWon": Column("IsWon", "boolean"),
    "Amount": Column("Amount", "currency"),
    "At": Column("At", "datetime"),
    "On": Column("On", "date"),
    "Services__c": Column("Services__c", "multipicklist", custom=True),
    "Product2.Name": Column("Product2.Name"),
}
JOB = BulkJob("Thing", "", COLUMNS, page=1, timeout_s=1.0, version="62.0")


def _body(*cells: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads(to_record(list(COLUMNS), cells, JOB).body)


def test_cells_become_the_values_that_rest_would_send() -> None:
    record = _body(
        "X1", 'O\'Neil, "Dot"\nLtd', "true", "8006.10", "2026-05-01T07:25:37.000Z", "2026-05-01", "A;B", "Pilot"
    )
    assert record == {
        "attributes": {"type": "Thing", "url": "/services/data/v62.0/sobjects/Thing/X1"},
        "Id": "X1",
        "Name": 'O\'Neil, "Dot"\nLtd',
        "IsWon": True,
        "Amount": 8006.1,
        "At": "2026-05-01T07:25:37.000+0000",
        "On": "2026-05-01",
        "Services__c": "A;B",
        "Product2": {"attributes": {"type": "Product2"}, "Name": "Pilot"},
    }


def test_number_keeps_its_digits() -> None:
    cells = ("X1", "", "false", "12345678901234567890.10", "", "", "", "")
    assert b'"Amount":12345678901234567890.10,' in to_record(list(COLUMNS), cells, JOB).body


def test_empty_cells_are_null() -> None:
    record = _body("X1", "", "", "", "", "", "", "")
    assert {name for name, value in record.items() if value is None} == {*COLUMNS, "Product2"} - {"Id", "Product2.Name"}


def test_odd_cells_stay_texts_for_the_mapping_to_refuse() -> None:
    record = _body("X1", "N", "yes", "1,5", "soon", "", "", "")
    assert (record["IsWon"], record["Amount"], record["At"]) == ("yes", "1,5", "soon")


@pytest.mark.parametrize("cells", [("X1",), ("", *"abcdefg"), tuple("abcdefghi")])
def test_line_that_does_not_fit_is_refused(cells: tuple[str, ...]) -> None:
    with pytest.raises(ContractError):
        to_record(list(COLUMNS), cells, JOB)


@pytest.mark.parametrize("place", [Place("7505e00000AAAA0AAP"), Place("7505e00000AAAA0AAP", "MTAwMDA", 5)])
def test_place_is_read_back_from_its_text(place: Place) -> None:
    assert Place.read(str(place)) == place


@pytest.mark.parametrize(
    "position", ["", "350", "2026-05-01T07:25:37Z 0065e00000AAAA0AAP", "bulk ../x  0", "bulk 750 a b"]
)
def test_position_of_another_kind_is_no_place_in_a_job(position: str) -> None:
    assert Place.read(position) is None
