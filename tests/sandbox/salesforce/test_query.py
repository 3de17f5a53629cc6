"""What queries find, and how they are refused."""

# ruff: noqa: S608  # SOQL for an org in memory

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.sandbox.salesforce.rig import Wire, make_wire


def _names(wire: Wire, where: str) -> list[Any]:
    return [row["Subject"] for row in wire.rows(f"SELECT Subject FROM Task WHERE {where} ORDER BY Id", everything=True)]


ALL = ["Old call", "Old open task", "Email: Scope", "Email: A email"]


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("Subject = 'old CALL'", ["Old call"]),
        ("Subject != 'Old call'", ALL[1:]),
        ("Subject LIKE 'old%'", ALL[:2]),
        ("Subject LIKE '_ld call'", ["Old call"]),
        (r"Subject LIKE 'Old\_call'", []),
        ("NOT Subject LIKE 'Old%'", ALL[2:]),
        ("Subject IN ('Old call', 'none')", ["Old call"]),
        ("Subject NOT IN ('Old call')", ALL[1:]),
        ("WhoId = null", ALL[:2]),
        ("WhoId != null AND IsClosed = true", ALL[2:]),
        ("(Subject LIKE 'Old%' AND IsClosed = false) OR Who.Name = 'dot o\\'neil'", ALL[1:]),
        ("ActivityDate < 2026-01-01", ALL[:2]),
        ("ActivityDate >= 2026-03-02", ALL[2:]),
        ("CreatedDate = 2026-03-02T09:30:00Z", ALL[2:]),
        ("CreatedDate > 2026-03-02T10:30:00%2B01:00".replace("%2B", "+"), []),
        ("What.Type = 'Opportunity' AND Owner.Name = 'Ada Nkemelu'", ["Old call", *ALL[1:]]),
        ("CallDurationInSeconds > 5", []),
        ("NOT CallDurationInSeconds > 5", ALL),
    ],
)
def test_conditions(wire: Wire, where: str, found: list[str]) -> None:
    assert _names(wire, where) == found


def test_ids_of_15_and_18_characters_are_the_same(wire: Wire) -> None:
    key = wire.one("SELECT Id FROM Opportunity")["Id"]
    for spelling in (key, key[:15]):
        assert wire.one(f"SELECT Id FROM Opportunity WHERE Id = '{spelling}'")["Id"] == key
    assert wire.rows(f"SELECT Id FROM Opportunity WHERE Id = '{key[:15].lower()}'") == []


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ("Email", [None, "dot@pier.example"]),
        ("Email DESC", [None, "dot@pier.example"]),
        ("Email NULLS LAST", ["dot@pier.example", None]),
        ("CreatedDate DESC, LastName DESC", [None, "dot@pier.example"]),
        ("CreatedDate DESC, LastName ASC", ["dot@pier.example", None]),
    ],
)
def test_order(wire: Wire, order: str, found: list[str | None]) -> None:
    assert [row["Email"] for row in wire.rows(f"SELECT Email FROM Contact ORDER BY {order}")] == found


def test_limit_and_offset_bound_the_total(wire: Wire) -> None:
    body = wire.query("SELECT Id FROM OpportunityHistory ORDER BY Id LIMIT 1 OFFSET 1").json()
    assert (body["totalSize"], len(body["records"])) == (1, 1)


def test_parents_are_nested_and_null_where_absent(wire: Wire) -> None:
    tasks = wire.rows("SELECT Subject, Who.Name, What.Type, Account.Name FROM Task ORDER BY Id")
    assert tasks[0]["Who"] is None
    assert tasks[1]["Who"]["Name"] == "Dot O'Neil"
    assert tasks[1]["Who"]["attributes"]["type"] == "Name"
    assert tasks[1]["What"] == {"attributes": tasks[1]["What"]["attributes"], "Type": "Opportunity"}
    assert tasks[1]["Account"]["attributes"]["type"] == "Account"


def test_grandparents(wire: Wire) -> None:
    role = wire.rows("SELECT Opportunity.Account.Name, Opportunity.Owner.Email FROM OpportunityContactRole")[0]
    assert role["Opportunity"]["Account"]["Name"] == "Pier Ltd"
    assert role["Opportunity"]["Owner"]["Email"] == "ada@tidemark.example"


def test_children_are_an_object_and_null_where_there_are_none(wire: Wire) -> None:
    row = wire.one(
        "SELECT Id, (SELECT Role FROM OpportunityContactRoles WHERE IsPrimary = true), "
        "(SELECT Id FROM Events WHERE Subject = 'none') FROM Opportunity"
    )
    assert row["OpportunityContactRoles"]["totalSize"] == 1
    assert row["OpportunityContactRoles"]["records"][0]["Role"] == "Economic Buyer"
    assert row["Events"] is None


def test_names_are_found_in_any_case_and_answered_in_the_vendors(wire: Wire) -> None:
    row = wire.one("select ID, owner.name from OPPORTUNITY")
    assert list(row) == ["attributes", "Id", "Owner"]
    assert row["attributes"]["type"] == "Opportunity"


def test_archived_activities_need_query_all(wire: Wire) -> None:
    assert [row["Subject"] for row in wire.rows("SELECT Subject FROM Event")] == ["Workshop"]
    events = wire.rows("SELECT Subject, IsArchived FROM Event ORDER BY Id", everything=True)
    assert [(row["Subject"], row["IsArchived"]) for row in events] == [("Old meeting", True), ("Workshop", False)]
    assert "Old call" not in [row["Subject"] for row in wire.rows("SELECT Subject FROM Task")]
    assert "Old open task" in [row["Subject"] for row in wire.rows("SELECT Subject FROM Task")]


def test_deleted_records_need_query_all(wire: Wire) -> None:
    key = wire.one("SELECT Id FROM Opportunity")["Id"]
    assert wire.call("DELETE", f"sobjects/Opportunity/{key}").status_code == 204
    assert wire.rows("SELECT Id FROM Opportunity") == []
    assert wire.rows("SELECT Id FROM OpportunityContactRole") == []
    row = wire.one("SELECT Id, IsDeleted, SystemModstamp FROM Opportunity", everything=True)
    assert (row["Id"], row["IsDeleted"], row["SystemModstamp"][:10]) == (key, True, "2026-06-15")
    assert len(wire.rows("SELECT Id FROM OpportunityContactRole WHERE IsDeleted = true", everything=True)) == 2


def test_a_role_removed_by_itself_leaves_no_trace(wire: Wire) -> None:
    before = wire.one("SELECT SystemModstamp FROM Opportunity")
    key = wire.rows("SELECT Id FROM OpportunityContactRole")[0]["Id"]
    wire.call("DELETE", f"sobjects/OpportunityContactRole/{key}")
    assert len(wire.rows("SELECT Id FROM OpportunityContactRole", everything=True)) == 1
    assert wire.one("SELECT SystemModstamp FROM Opportunity") == before


@pytest.mark.parametrize(
    ("query", "code", "text"),
    [
        ("SELECT Id FROM Nothing", "INVALID_TYPE", "sObject type 'Nothing' is not supported."),
        ("SELECT Foo__c FROM Task", "INVALID_FIELD", "No such column 'Foo__c' on entity 'Task'."),
        ("SELECT Id FROM Task WHERE Foo = 1", "INVALID_FIELD", "No such column 'Foo' on entity 'Task'."),
        ("SELECT Id FROM Task ORDER BY Foo", "INVALID_FIELD", "No such column 'Foo' on entity 'Task'."),
        ("SELECT Boss.Name FROM Task", "INVALID_FIELD", "Didn't understand relationship 'Boss' in field path."),
        ("SELECT (SELECT Id FROM Foos) FROM Account", "INVALID_TYPE", "Didn't understand relationship 'Foos'"),
        ("SELECT Id FROM Task WHERE Description = 'a'", "INVALID_FIELD", "can not be filtered in a query call"),
        ("SELECT Id FROM Task ORDER BY Description", "INVALID_FIELD", "can not be sorted in a query call"),
        ("SELECT Id FROM Task WHERE CreatedDate > '2026'", "INVALID_FIELD", "must be of type dateTime"),
        ("SELECT Id FROM Task WHERE CreatedDate > 2026-01-01", "INVALID_FIELD", "must be of type dateTime"),
        ("SELECT Id FROM Task WHERE IsClosed = 'true'", "INVALID_FIELD", "must be of type boolean"),
        ("SELECT Id FROM Task WHERE WhatId = 'Pier'", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field: Pier"),
        ("SELECT Id FROM Task WHERE WhatId LIKE '006%'", "INVALID_QUERY_FILTER_OPERATOR", "invalid operator"),
        ("SELECT Id FROM ContentDocumentLink", "MALFORMED_QUERY", "ContentDocumentLink requires a filter"),
    ],
)
def test_refusals(wire: Wire, query: str, code: str, text: str) -> None:
    answer = wire.query(query)
    (error,) = answer.json()
    assert (answer.status_code, error["errorCode"]) == (400, code)
    assert text in error["message"]


def test_a_hidden_field_looks_like_one_that_never_was(wire: Wire) -> None:
    wire.faults.hide("salesforce", "Opportunity", "NextStep")
    names = [field["name"] for field in wire.call("GET", "sobjects/Opportunity/describe").json()["fields"]]
    assert "NextStep" not in names
    assert "StageName" in names
    hidden = wire.query("SELECT Id, NextStep FROM Opportunity").json()[0]
    absent = wire.query("SELECT Id, NextStop FROM Opportunity").json()[0]
    assert hidden["errorCode"] == "INVALID_FIELD"
    assert hidden["message"].replace("NextStep", "NextStop") == absent["message"]
    assert wire.query("SELECT Id FROM Opportunity WHERE NextStep = null").status_code == 400
    assert wire.query("SELECT Opportunity.NextStep FROM OpportunityContactRole").status_code == 400
    key = wire.one("SELECT Id FROM Opportunity")["Id"]
    assert "NextStep" not in wire.call("GET", f"sobjects/Opportunity/{key}").json()
    refused = wire.call("PATCH", f"sobjects/Opportunity/{key}", json={"NextStep": "Call"})
    assert refused.json()[0]["message"] == "No such column 'NextStep' on sobject of type Opportunity"
    wire.faults.clear()
    assert wire.query("SELECT Id, NextStep FROM Opportunity").status_code == 200


def test_a_denied_object_looks_like_one_that_never_was(wire: Wire) -> None:
    wire.faults.deny("salesforce", "Task")
    refused = wire.query("SELECT Id FROM Task").json()[0]
    assert refused["errorCode"] == "INVALID_TYPE"
    assert "sObject type 'Task' is not supported." in refused["message"]
    assert wire.call("GET", "sobjects/Task/describe").status_code == 404
    assert "Task" not in [thing["name"] for thing in wire.call("GET", "sobjects").json()["sobjects"]]
    assert wire.query("SELECT Id, (SELECT Id FROM Tasks) FROM Account").json()[0]["errorCode"] == "INVALID_TYPE"
    wire.faults.deny("salesforce", "Account")
    assert wire.query("SELECT Account.Name FROM Contact").json()[0]["errorCode"] == "INVALID_FIELD"


def test_pages_follow_locators(wire: Wire) -> None:
    for number in range(11):
        wire.call("POST", "sobjects/Account", json={"Name": f"Extra {number:02}"})
    first = wire.query("SELECT Name FROM Account ORDER BY Name DESC").json()
    assert (first["totalSize"], first["done"], len(first["records"])) == (12, False, 5)
    assert first["nextRecordsUrl"].startswith("/services/data/v62.0/query/0r8")
    assert first["nextRecordsUrl"].endswith("-5")
    second = wire.call("GET", first["nextRecordsUrl"]).json()
    again = wire.call("GET", first["nextRecordsUrl"]).json()
    assert second == again
    last = wire.call("GET", second["nextRecordsUrl"]).json()
    assert (last["totalSize"], last["done"], len(last["records"])) == (12, True, 2)
    assert "nextRecordsUrl" not in last
    names = [row["Name"] for page in (first, second, last) for row in page["records"]]
    assert names == sorted(names, reverse=True)


def test_query_all_pages_under_query_and_keeps_deleted_records(wire: Wire) -> None:
    keys = [wire.call("POST", "sobjects/Account", json={"Name": f"Extra {n}"}).json()["id"] for n in range(7)]
    for key in keys:
        wire.call("DELETE", f"sobjects/Account/{key}")
    first = wire.query("SELECT Id FROM Account ORDER BY Id", everything=True).json()
    assert "/query/0r8" in first["nextRecordsUrl"]
    assert len(wire.rows("SELECT Id FROM Account", everything=True)) == 8


def test_a_locator_belongs_to_the_session_that_opened_it(wire: Wire) -> None:
    for number in range(6):
        wire.call("POST", "sobjects/Account", json={"Name": f"Extra {number}"})
    following = wire.query("SELECT Id FROM Account").json()["nextRecordsUrl"]
    wire.log_in()
    refused = wire.call("GET", following)
    assert (refused.status_code, refused.json()) == (
        400,
        [{"message": "invalid query locator", "errorCode": "INVALID_QUERY_LOCATOR"}],
    )
    assert wire.call("GET", "query/0r8000000000000AAA-5").status_code == 400


def test_a_locator_does_not_reach_past_the_end_or_live_longer_than_two_days(wire: Wire) -> None:
    for number in range(6):
        wire.call("POST", "sobjects/Account", json={"Name": f"Extra {number}"})
    following = wire.query("SELECT Id FROM Account").json()["nextRecordsUrl"]
    assert wire.call("GET", following.replace("-5", "-50")).status_code == 400
    for _ in range(25):
        wire.clock.move_to(wire.clock.now() + timedelta(hours=2) - timedelta(seconds=30))
        assert wire.call("GET", "limits").status_code == 200
    assert wire.call("GET", following).json()[0]["errorCode"] == "INVALID_QUERY_LOCATOR"


@pytest.mark.parametrize(
    ("cap", "wish", "fields", "size"),
    [
        (5000, None, "Id", 2000),
        (5000, None, "Id, Description", 1000),
        (5000, 250, "Id", 250),
        (5000, 3, "Id", 200),
        (5000, 9000, "Id", 2000),
        (20, 250, "Id", 20),
    ],
)
def test_the_server_chooses_the_page(cap: int, wish: int | None, fields: str, size: int) -> None:
    wire = make_wire(page_cap=cap)
    org = wire.sandbox._org
    for number in range(2001):
        org.store.insert("Account", {"Name": f"A{number}"}, by=org.api_user, at=wire.clock.now())
    headers = {"Sforce-Query-Options": f"batchSize={wish}"} if wish else {}
    body = wire.call("GET", "query", params={"q": f"SELECT {fields} FROM Account"}, headers=headers).json()
    assert len(body["records"]) == size
