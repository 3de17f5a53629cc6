"""Bulk query jobs: their life, their pages, and what they refuse."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest

from tests.sandbox.salesforce.rig import NOW, Wire


def _job(wire: Wire, query: str, *, operation: str = "queryAll") -> Any:  # noqa: ANN401 - JSON
    return wire.call("POST", "jobs/query", json={"operation": operation, "query": query}).json()


def _done(wire: Wire, query: str, *, operation: str = "queryAll") -> str:
    key = str(_job(wire, query, operation=operation)["id"])
    states = [wire.call("GET", f"jobs/query/{key}").json()["state"] for _ in range(2)]
    assert states == ["InProgress", "JobComplete"]
    return key


def _rows(wire: Wire, key: str, **params: str) -> list[dict[str, str]]:
    answer = wire.call("GET", f"jobs/query/{key}/results", params=params)
    assert answer.headers["content-type"] == "text/csv; charset=UTF-8"
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_job_finds_what_a_query_finds_in_cells_of_text(wire: Wire) -> None:
    query = "SELECT Id, Name, IsPrivate, Amount, CreatedDate, Owner.Email, NextStep FROM Opportunity"
    row, (cells,) = wire.one(query), _rows(wire, _done(wire, query))
    assert cells["Id"] == row["Id"]
    assert (cells["IsPrivate"], cells["Amount"], cells["NextStep"]) == ("false", "8006.0", "")
    assert cells["CreatedDate"] == row["CreatedDate"].replace("+0000", "Z")
    assert cells["Owner.Email"] == row["Owner"]["Email"]


def test_pages_follow_their_locators_and_can_be_read_again(wire: Wire) -> None:
    key = _done(wire, "SELECT Id FROM Task")
    first = wire.call("GET", f"jobs/query/{key}/results", params={"maxRecords": "3"})
    locator = first.headers["sforce-locator"]
    assert first.headers["sforce-numberofrecords"] == "3"
    rest = [wire.call("GET", f"jobs/query/{key}/results", params={"maxRecords": "3", "locator": locator}) for _ in "ab"]
    assert rest[0].text == rest[1].text
    assert (rest[0].headers["sforce-locator"], rest[0].headers["sforce-numberofrecords"]) == ("null", "1")


def test_result_survives_the_session_that_asked(wire: Wire) -> None:
    key = _done(wire, "SELECT Id FROM Task")
    wire.sandbox.end_sessions()
    wire.log_in()
    assert len(_rows(wire, key)) == 4


def test_result_is_settled_when_the_job_is_made(wire: Wire) -> None:
    key = _done(wire, "SELECT Id FROM Contact")
    wire.call("POST", "sobjects/Contact", json={"LastName": "Late"})
    assert len(_rows(wire, key)) == 2


@pytest.mark.parametrize(("operation", "count"), [("query", 0), ("queryAll", 1)])
def test_deleted_records_are_in_the_result_of_query_all_alone(wire: Wire, operation: str, count: int) -> None:
    paper = wire.one("SELECT Id FROM Contract")["Id"]
    wire.call("DELETE", f"sobjects/Contract/{paper}")
    assert len(_rows(wire, _done(wire, "SELECT Id FROM Contract", operation=operation))) == count


def test_result_cannot_be_had_early_nor_with_another_version(wire: Wire) -> None:
    key = _job(wire, "SELECT Id FROM Task")["id"]
    early = wire.call("GET", f"jobs/query/{key}/results")
    assert (early.status_code, early.json()[0]["errorCode"]) == (412, "JOB_NOT_COMPLETE")
    assert wire.call("GET", f"/services/data/v61.0/jobs/query/{key}/results").status_code == 409


def test_job_is_aborted_deleted_and_expires(wire: Wire) -> None:
    aborted, deleted, old = (_done(wire, "SELECT Id FROM Task") for _ in range(3))
    assert wire.call("PATCH", f"jobs/query/{aborted}", json={"state": "Aborted"}).json()["state"] == "Aborted"
    assert wire.call("GET", f"jobs/query/{aborted}/results").status_code == 412
    assert wire.call("DELETE", f"jobs/query/{deleted}").status_code == 204
    assert wire.call("GET", f"jobs/query/{deleted}").status_code == 404
    wire.clock.move_to(NOW + timedelta(days=8))
    wire.log_in()
    assert wire.call("GET", f"jobs/query/{old}/results").status_code == 404


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("SELECT count() FROM Task", "API_ERROR"),
        ("SELECT Id, (SELECT Id FROM Tasks) FROM Opportunity", "API_ERROR"),
        ("SELECT Id, Site__c FROM Opportunity", "API_ERROR"),
        ("SELECT Id, Nothing__c FROM Opportunity", "INVALID_FIELD"),
    ],
)
def test_query_that_jobs_do_not_take_is_refused(wire: Wire, query: str, code: str) -> None:
    assert _job(wire, query)[0]["errorCode"] == code


def test_unknown_locator_and_operation_are_refused(wire: Wire) -> None:
    key = _done(wire, "SELECT Id FROM Task")
    assert (
        wire.call("GET", f"jobs/query/{key}/results", params={"locator": "%%"}).json()[0]["errorCode"]
        == "INVALIDLOCATOR"
    )
    assert _job(wire, "SELECT Id FROM Task", operation="insert")[0]["errorCode"] == "INVALIDJOB"
