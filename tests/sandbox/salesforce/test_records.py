"""Reading and writing records one by one and in collections."""

# ruff: noqa: S608  # SOQL for an org in memory

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.salesforce.rig import Wire


def _account(wire: Wire) -> str:
    return str(wire.call("POST", "sobjects/Account/", json={"Name": "New Ltd"}).json()["id"])


def test_create_read_change_delete(wire: Wire) -> None:
    made = wire.call("POST", "sobjects/Account/", json={"Name": "New Ltd", "Industry": "Retail"})
    key = made.json()["id"]
    assert (made.status_code, made.headers["location"]) == (201, f"/services/data/v62.0/sobjects/Account/{key}")
    assert (
        wire.call("PATCH", f"sobjects/Account/{key}", json={"Name": "Newer Ltd", "Industry": None}).status_code == 204
    )
    read = wire.call("GET", f"sobjects/Account/{key[:15]}").json()
    assert (read["Name"], read["Industry"], read["Id"]) == ("Newer Ltd", None, key)
    assert list(wire.call("GET", f"sobjects/Account/{key}", params={"fields": "Name"}).json()) == ["attributes", "Name"]
    assert wire.call("DELETE", f"sobjects/Account/{key}").status_code == 204
    gone = wire.call("GET", f"sobjects/Account/{key}")
    assert (gone.status_code, gone.json()[0]["errorCode"]) == (404, "ENTITY_IS_DELETED")


@pytest.mark.parametrize(
    ("body", "code", "fields"),
    [
        ({}, "REQUIRED_FIELD_MISSING", ["Name"]),
        ({"Name": "x" * 256}, "STRING_TOO_LONG", ["Name"]),
        ({"Name": "x", "IsDeleted": True}, "INVALID_FIELD_FOR_INSERT_UPDATE", ["IsDeleted"]),
        ({"Name": "x", "OwnerId": "nobody"}, "MALFORMED_ID", ["OwnerId"]),
        ({"Name": "x", "OwnerId": "0055e00000zzzzz"}, "INVALID_CROSS_REFERENCE_KEY", ["OwnerId"]),
        ({"Name": 5}, "JSON_PARSER_ERROR", None),
        ({"Name": "x", "Nom": "y"}, "INVALID_FIELD", None),
    ],
)
def test_refused_creates(wire: Wire, body: dict[str, Any], code: str, fields: list[str] | None) -> None:
    answer = wire.call("POST", "sobjects/Account", json=body)
    (error,) = answer.json()
    assert (answer.status_code, error["errorCode"], error.get("fields")) == (400, code, fields)


def test_a_stage_change_keeps_history_and_decides_won(wire: Wire) -> None:
    key = wire.one("SELECT Id FROM Opportunity")["Id"]
    wire.call("PATCH", f"sobjects/Opportunity/{key}", json={"StageName": "Qualification"})
    deal = wire.one("SELECT IsWon, IsClosed, Probability, LastStageChangeDate FROM Opportunity")
    assert (deal["IsWon"], deal["IsClosed"], deal["Probability"]) == (False, False, 10.0)
    assert deal["LastStageChangeDate"] == "2026-06-15T08:00:00.000+0000"
    assert len(wire.rows("SELECT Id FROM OpportunityHistory")) == 4
    wire.call("PATCH", f"sobjects/Opportunity/{key}", json={"NextStep": "Call"})
    assert len(wire.rows("SELECT Id FROM OpportunityHistory")) == 4


def test_an_activity_stamps_its_deal_without_an_edit(wire: Wire) -> None:
    before = wire.one("SELECT Id, SystemModstamp, LastModifiedDate FROM Opportunity")
    call = {"WhatId": before["Id"], "Subject": "Call", "Status": "Completed", "ActivityDate": "2026-06-14"}
    assert wire.call("POST", "sobjects/Task", json=call).status_code == 201
    after = wire.one("SELECT LastActivityDate, SystemModstamp, LastModifiedDate FROM Opportunity")
    assert after["LastActivityDate"] == "2026-06-14"
    assert after["LastModifiedDate"] == before["LastModifiedDate"]
    assert after["SystemModstamp"] > before["SystemModstamp"]


def test_upsert_codes(wire: Wire) -> None:
    path = "sobjects/Contact/Email/new%2Bone%40pier.example"
    made = wire.call("PATCH", path, json={"LastName": "One"})
    assert (made.status_code, made.json()["created"]) == (201, True)
    changed = wire.call("PATCH", path, json={"LastName": "Two"})
    assert (changed.status_code, changed.json()) == (200, {**made.json(), "created": False})
    assert changed.headers["location"].endswith(made.json()["id"])
    assert wire.one("SELECT LastName FROM Contact WHERE Email = 'NEW+ONE@pier.example'")["LastName"] == "Two"
    wire.call("POST", "sobjects/Contact", json={"LastName": "Three", "Email": "new+one@pier.example"})
    many = wire.call("PATCH", path, json={"LastName": "Four"})
    assert many.status_code == 300
    assert [url.rpartition("/")[0] for url in many.json()] == ["/services/data/v62.0/sobjects/Contact"] * 2
    absent = wire.call("PATCH", "sobjects/Contact/Email/no%40pier.example?updateOnly=true", json={"LastName": "No"})
    assert (absent.status_code, absent.json()[0]["errorCode"]) == (404, "NOT_FOUND")
    wrong = wire.call("PATCH", "sobjects/Contact/Phone/1", json={"LastName": "No"})
    assert wrong.status_code == 404
    assert wrong.json()[0]["message"].endswith("does not exist or is not accessible: Phone")


def test_upsert_values_may_hold_slashes(wire: Wire) -> None:
    path = "sobjects/Opportunity/Name/A%2FB%20%3F"
    body = {"StageName": "Qualification", "CloseDate": "2026-12-01"}
    assert wire.call("PATCH", path, json=body).status_code == 201
    assert wire.call("GET", path).json()["Name"] == "A/B ?"


def test_a_note_is_fetched_by_its_address(wire: Wire) -> None:
    deal = wire.one("SELECT Id FROM Opportunity")["Id"]
    link = wire.one(f"SELECT ContentDocumentId FROM ContentDocumentLink WHERE LinkedEntityId IN ('{deal}')")
    note = wire.one(f"SELECT Id, Content, TextPreview FROM ContentNote WHERE Id = '{link['ContentDocumentId']}'")
    assert note["TextPreview"] == "Dot is wary. Eli helps."
    assert wire.call("GET", note["Content"]).content == b"<p>Dot is wary.</p><p>Eli helps.</p>"
    version = wire.one("SELECT VersionData, FileType FROM ContentVersion WHERE IsLatest = true")
    assert version["FileType"] == "SNOTE"
    assert wire.call("GET", version["VersionData"]).content == b"<p>Dot is wary.</p><p>Eli helps.</p>"
    assert wire.call("GET", f"sobjects/ContentNote/{note['Id']}/Nothing").status_code == 404


def test_collections_answer_record_by_record(wire: Wire) -> None:
    good, bad = {"attributes": {"type": "Account"}, "Name": "Good"}, {"attributes": {"type": "Account"}}
    answer = wire.call("POST", "composite/sobjects", json={"records": [good, bad]})
    assert answer.status_code == 200
    first, second = answer.json()
    assert (first["success"], first["errors"]) == (True, [])
    assert (second["success"], second["errors"][0]["statusCode"]) == (False, "REQUIRED_FIELD_MISSING")
    undone = wire.call("POST", "composite/sobjects", json={"allOrNone": True, "records": [good, bad]}).json()
    assert [entry["errors"][0]["statusCode"] for entry in undone] == [
        "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        "REQUIRED_FIELD_MISSING",
    ]
    assert len(wire.rows("SELECT Id FROM Account WHERE Name = 'Good'")) == 1


def test_collections_change_upsert_retrieve_and_delete(wire: Wire) -> None:
    key = _account(wire)
    head = {"attributes": {"type": "Account"}}
    changed = wire.call(
        "PATCH", "composite/sobjects", json={"records": [{**head, "id": key, "Name": "B"}, head]}
    ).json()
    assert changed[0] == {"id": key, "success": True, "errors": []}
    assert changed[1]["errors"][0]["statusCode"] == "MISSING_ARGUMENT"
    mails = [
        {"Email": "dot@pier.example", "Title": "CEO", "LastName": "O'Neil"},
        {"Email": "x@pier.example", "LastName": "X"},
    ]
    upserted = wire.call("PATCH", "composite/sobjects/Contact/Email", json={"records": mails}).json()
    assert [entry["created"] for entry in upserted] == [False, True]
    params = {"ids": f"{key},0015e00000zzzzz", "fields": "Name"}
    found = wire.call("GET", "composite/sobjects/Account", params=params).json()
    assert (found[0]["Name"], found[1]) == ("B", None)
    sent = wire.call("POST", "composite/sobjects/Account", json={"ids": [key], "fields": ["Name"]}).json()
    assert sent == found[:1]
    removed = wire.call("DELETE", "composite/sobjects", params={"ids": f"{key},0015e00000zzzzz"}).json()
    assert [entry["success"] for entry in removed] == [True, False]
    assert removed[1]["errors"][0]["statusCode"] == "INVALID_CROSS_REFERENCE_KEY"


def test_collections_are_bounded(wire: Wire) -> None:
    head = {"attributes": {"type": "Account"}, "Name": "A"}
    assert wire.call("POST", "composite/sobjects", json={"records": []}).status_code == 400
    refused = wire.call("POST", "composite/sobjects", json={"records": [head] * 201})
    assert (refused.status_code, refused.json()[0]["errorCode"]) == (400, "EXCEEDED_ID_LIMIT")


def test_deleted_and_updated_tell_ids_of_a_span(wire: Wire) -> None:
    key = _account(wire)
    span = {"start": "2026-06-14T00:00:00+00:00", "end": "2026-06-15T08:00:30+00:00"}
    assert wire.call("GET", "sobjects/Account/updated", params=span).json() == {
        "ids": [key],
        "latestDateCovered": "2026-06-15T08:00:00.000+0000",
    }
    wire.call("DELETE", f"sobjects/Account/{key}")
    body = wire.call("GET", "sobjects/Account/deleted", params=span).json()
    assert body["deletedRecords"] == [{"id": key, "deletedDate": "2026-06-15T08:00:00.000+0000"}]
    assert body["earliestDateAvailable"] == "2026-05-31T08:00:00.000+0000"


@pytest.mark.parametrize(
    ("start", "end"),
    [("2026-05-01T00:00:00Z", "2026-06-15T00:00:00Z"), ("2026-06-15T07:00:10Z", "2026-06-15T07:00:50Z"), ("", "x")],
)
def test_spans_are_bounded(wire: Wire, start: str, end: str) -> None:
    answer = wire.call("GET", "sobjects/Account/deleted", params={"start": start, "end": end})
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "INVALID_REPLICATION_DATE")


def test_record_counts(wire: Wire) -> None:
    body = wire.call("GET", "limits/recordCount", params={"sObjects": "Contact,Task"}).json()
    assert body == {"sObjects": [{"count": 2, "name": "Contact"}, {"count": 4, "name": "Task"}]}


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("Account/{account}", {"Name": None}, "REQUIRED_FIELD_MISSING"),
        ("OpportunityHistory/{history}", {"StageName": "x"}, "INVALID_TYPE_FOR_OPERATION"),
        ("OpportunityContactRole/{role}", {"OpportunityId": None}, "INVALID_FIELD_FOR_INSERT_UPDATE"),
    ],
)
def test_refused_changes(wire: Wire, path: str, body: dict[str, Any], code: str) -> None:
    keys = {
        "account": wire.rows("SELECT Id FROM Account")[0]["Id"],
        "history": wire.rows("SELECT Id FROM OpportunityHistory")[0]["Id"],
        "role": wire.rows("SELECT Id FROM OpportunityContactRole")[0]["Id"],
    }
    answer = wire.call("PATCH", "sobjects/" + path.format(**keys), json=body)
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, code)


def test_some_objects_cannot_be_made(wire: Wire) -> None:
    answer = wire.call("POST", "sobjects/OpportunityHistory", json={})
    assert answer.json()[0]["errorCode"] == "INVALID_TYPE_FOR_OPERATION"


def test_dates_and_times_are_read_and_kept_to_the_second(wire: Wire) -> None:
    for sent, kept in (
        ("2026-06-01T10:00:00.000+0200", "2026-06-01T08:00:00.000+0000"),
        ("2026-06-01T10:00:00", "2026-06-01T10:00:00.000+0000"),
    ):
        key = wire.call("POST", "sobjects/Event", json={"StartDateTime": sent, "DurationInMinutes": 30}).json()["id"]
        event = wire.call("GET", f"sobjects/Event/{key}").json()
        assert event["StartDateTime"] == kept
        assert event["ActivityDate"] == "2026-06-01"
    wrong = wire.call("POST", "sobjects/Event", json={"ActivityDate": "tomorrow"})
    assert wrong.json()[0]["errorCode"] == "JSON_PARSER_ERROR"
    key = wire.call("POST", "sobjects/Event", json={"ActivityDate": "2026-06-09"}).json()["id"]
    assert wire.call("GET", f"sobjects/Event/{key}").json()["EndDateTime"] == "2026-06-09T01:00:00.000+0000"


def test_a_contract_gets_its_number(wire: Wire) -> None:
    account = wire.one("SELECT Id FROM Account")["Id"]
    wire.call("POST", "sobjects/Contract", json={"AccountId": account})
    drafts = wire.rows("SELECT ContractNumber, EndDate FROM Contract WHERE StatusCode = 'Draft'")
    assert [(draft["ContractNumber"], draft["EndDate"]) for draft in drafts] == [("00000002", None)]


def test_one_role_of_a_deal_is_primary(wire: Wire) -> None:
    second = wire.rows("SELECT Id FROM OpportunityContactRole WHERE IsPrimary = false")[0]["Id"]
    wire.call("PATCH", f"sobjects/OpportunityContactRole/{second}", json={"IsPrimary": True})
    assert wire.one("SELECT Id FROM OpportunityContactRole WHERE IsPrimary = true")["Id"] == second


def test_a_deleted_note_takes_its_links_along(wire: Wire) -> None:
    note = wire.one("SELECT Id FROM ContentNote")["Id"]
    assert wire.call("DELETE", f"sobjects/ContentDocument/{note}").status_code == 204
    assert wire.rows("SELECT Id FROM ContentNote") == []
    links = f"SELECT IsDeleted FROM ContentDocumentLink WHERE ContentDocumentId = '{note}'"
    assert [link["IsDeleted"] for link in wire.rows(links, everything=True)] == [True, True]


def test_odd_entries_of_a_collection_fail_alone(wire: Wire) -> None:
    twice = {"LastName": "One", "Email": "one@pier.example"}
    for _ in range(2):
        wire.call("POST", "sobjects/Contact", json=twice)
    entries = [twice, {"LastName": "New"}, 5, {"LastName": "x" * 90, "Email": "dot@pier.example"}]
    answer = wire.call("PATCH", "composite/sobjects/Contact/Email", json={"records": entries}).json()
    codes = [entry["errors"][0]["statusCode"] if entry["errors"] else "" for entry in answer]
    assert codes == ["DUPLICATE_EXTERNAL_ID", "", "JSON_PARSER_ERROR", "STRING_TOO_LONG"]
    untyped = wire.call("POST", "composite/sobjects", json={"records": [{"Name": "A"}]}).json()
    assert untyped[0]["errors"][0]["statusCode"] == "INVALID_TYPE"


def test_retrieving_an_unknown_field_fails_as_a_whole(wire: Wire) -> None:
    key = _account(wire)
    answer = wire.call("GET", "composite/sobjects/Account", params={"ids": key, "fields": "Nope"})
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "INVALID_FIELD")


def test_a_value_that_is_not_unique_answers_300_also_when_read(wire: Wire) -> None:
    for _ in range(2):
        wire.call("POST", "sobjects/Contact", json={"LastName": "One", "Email": "one@pier.example"})
    assert wire.call("GET", "sobjects/Contact/Email/one%40pier.example").status_code == 300
    assert wire.call("GET", "sobjects/Contact/Email/no%40pier.example").status_code == 404
