"""Writing records: what is checked, what is calculated, what comes back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sandbox.hubspot.rig import OBJECTS, Wire, ids

DEALS = "/crm/v3/objects/deals"
CONTACTS = "/crm/v3/objects/contacts"


def test_created_deal_echoes_what_was_sent_and_what_is_calculated(wire: Wire) -> None:
    made = wire.post(DEALS, {"properties": {"dealname": "New", "amount": 10000, "closedate": "2026-12-31"}}, status=201)
    values = made["properties"]
    assert values["amount"] == "10000"
    assert values["closedate"] == "2026-12-31T00:00:00Z"
    assert values["hs_is_closed_won"] == "false"
    assert values["hs_object_source"] == "INTEGRATION"
    assert None not in values.values()
    assert "dealstage" not in values


def test_stage_decides_probability_and_the_dates(wire: Wire) -> None:
    key = wire.create("deals", dealname="New", amount="15000", dealstage="qualifiedtobuy", pipeline="default")
    values = wire.get(f"{DEALS}/{key}", properties="hs_deal_stage_probability,hs_projected_amount")["properties"]
    assert values["hs_deal_stage_probability"] == "0.40000000000000002220446049250313080847263336181640625"
    assert values["hs_projected_amount"] == "6000.00000000000033306690738754696212708950042724609375000"
    wire.call("PATCH", f"{DEALS}/{key}", json={"properties": {"dealstage": "closedwon", "closedate": "2026-06-01"}})
    asked = "hs_is_closed,hs_closed_won_date,hs_v2_date_entered_closedwon,hs_v2_date_exited_qualifiedtobuy"
    won = wire.get(f"{DEALS}/{key}", properties=asked)["properties"]
    assert won["hs_is_closed"] == "true"
    assert won["hs_closed_won_date"] == "2026-06-01T00:00:00Z"
    assert won["hs_v2_date_entered_closedwon"] == won["hs_v2_date_exited_qualifiedtobuy"] == won["hs_lastmodifieddate"]


def test_empty_text_clears_a_property(wire: Wire) -> None:
    key = wire.only("deals")["id"]
    answer = wire.call("PATCH", f"{DEALS}/{key}", json={"properties": {"description": ""}})
    assert answer.status_code == 200
    assert wire.get(f"{DEALS}/{key}", properties="description")["properties"]["description"] is None


@pytest.mark.parametrize(
    ("properties", "code"),
    [
        ({"no_such_thing": "x"}, "PROPERTY_DOESNT_EXIST"),
        ({"hs_is_closed_won": "true"}, "READ_ONLY_VALUE"),
        ({"amount": "a lot"}, "INVALID_INTEGER"),
        ({"closedate": "soon"}, "INVALID_LONG"),
        ({"dealstage": "won"}, "INVALID_OPTION"),
        ({"hs_priority": "urgent"}, "INVALID_OPTION"),
        ({"hubspot_owner_id": "1"}, "INVALID_OWNER_ID"),
        ({"description": "x" * 65_537}, "INVALID_LENGTH"),
    ],
)
def test_values_that_do_not_fit_are_refused(wire: Wire, properties: Any, code: str) -> None:  # noqa: ANN401  # cases of a table
    refusal = wire.refused("POST", DEALS, status=400, json={"properties": properties})
    (name,) = properties
    assert refusal["category"] == "VALIDATION_ERROR"
    assert [(error["code"], error["context"]) for error in refusal["errors"]] == [(code, {"propertyName": [name]})]
    inside = json.loads(refusal["message"].partition(": ")[2])
    assert [(entry["error"], entry["name"], entry["isValid"]) for entry in inside] == [(code, name, False)]
    assert len(wire.get(DEALS)["results"]) == 1


def test_note_is_created_with_its_association(wire: Wire) -> None:
    deal = wire.only("deals")["id"]
    to_deal = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 214}
    body = {
        "properties": {"hs_timestamp": "2026-06-15T08:00:00Z", "hs_note_body": "<p>From delivery</p>"},
        "associations": [{"to": {"id": deal}, "types": [to_deal]}],
    }
    made = wire.post("/crm/v3/objects/notes", body, status=201)
    assert made["properties"]["hs_body_preview"] == "From delivery"
    pairs = wire.post("/crm/v4/associations/deals/notes/batch/read", {"inputs": [{"id": deal}]})
    assert made["id"] in [str(row["toObjectId"]) for row in pairs["results"][0]["to"]]


def test_note_without_a_time_is_refused(wire: Wire) -> None:
    body = {"properties": {"hs_note_body": "When?"}}
    refusal = wire.refused("POST", "/crm/v3/objects/notes", status=400, json=body)
    assert refusal["context"] == {"properties": ["hs_timestamp"]}


@pytest.mark.parametrize(
    "association",
    [
        {"to": {"id": "1"}, "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 214}]},
        {"to": {"id": "1"}, "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 3}]},
        {"to": {"id": "1"}, "types": [{"associationCategory": "USER_DEFINED", "associationTypeId": 214}]},
        {"to": {"id": "1"}},
        "deal",
    ],
)
def test_note_with_an_association_that_cannot_be_is_not_made(wire: Wire, association: Any) -> None:  # noqa: ANN401  # cases of a table
    body = {"properties": {"hs_timestamp": "2026-06-15"}, "associations": [association]}
    wire.refused("POST", "/crm/v3/objects/notes", status=400, json=body)
    assert len(wire.get("/crm/v3/objects/notes")["results"]) == 1


def test_contact_of_a_known_address_conflicts_and_names_the_known_one(wire: Wire) -> None:
    known = wire.get(f"{CONTACTS}/dot@pier.example", idProperty="email")["id"]
    refusal = wire.refused("POST", CONTACTS, status=409, json={"properties": {"email": "Dot@Pier.example"}})
    assert refusal["message"] == f"Contact already exists. Existing ID: {known}"
    assert refusal["category"] == "CONFLICT"


def test_batch_results_come_in_another_order_than_the_inputs(wire: Wire) -> None:
    inputs = [{"properties": {"dealname": f"Deal {number}"}} for number in range(10)]
    made = wire.post(f"{DEALS}/batch/create", {"inputs": inputs}, status=201)
    names = [row["properties"]["dealname"] for row in made["results"]]
    assert made["status"] == "COMPLETE"
    assert sorted(names) == [entry["properties"]["dealname"] for entry in inputs]
    assert names != sorted(names)
    asked = sorted(ids(made), key=int)
    for root in OBJECTS.values():
        read = wire.post(f"{root}/deals/batch/read", {"inputs": [{"id": key} for key in asked]})
        assert sorted(ids(read), key=int) == asked
        assert ids(read) != asked


def test_batch_of_two_is_reordered_too(wire: Wire) -> None:
    inputs = [{"id": key} for key in sorted((wire.create("deals", dealname=name) for name in "ab"), key=int)]
    read = wire.post(f"{DEALS}/batch/read", {"inputs": inputs})
    assert ids(read) == [entry["id"] for entry in inputs][::-1]


def test_missing_ids_are_reported_by_v3_and_left_out_by_the_newest_version(wire: Wire) -> None:
    deal = wire.only("deals")["id"]
    body = {"inputs": [{"id": "17"}, {"id": deal}]}
    told = wire.post(f"{DEALS}/batch/read", body, status=207)
    assert ids(told) == [deal]
    assert told["numErrors"] == 1
    assert told["errors"][0]["category"] == "OBJECT_NOT_FOUND"
    assert told["errors"][0]["context"] == {"ids": ["17"]}
    untold = wire.post("/crm/objects/2026-09/deals/batch/read", body)
    assert ids(untold) == [deal]
    assert "errors" not in untold


def test_batch_update_changes_what_is_there(wire: Wire) -> None:
    deal = wire.only("deals")["id"]
    inputs = [{"id": deal, "properties": {"amount": "1"}}, {"id": "17", "properties": {"amount": "2"}}]
    answer = wire.post(f"{DEALS}/batch/update", {"inputs": inputs}, status=207)
    assert ids(answer) == [deal]
    assert wire.only("deals")["properties"]["amount"] == "1"


def test_batch_upsert_tells_what_is_new(wire: Wire) -> None:
    inputs = [
        {"idProperty": "email", "id": "dot@pier.example", "properties": {"jobtitle": "CEO"}},
        {"idProperty": "email", "id": "gil@pier.example", "properties": {"firstname": "Gil"}},
    ]
    answer = wire.post(f"{CONTACTS}/batch/upsert", {"inputs": inputs})
    assert sorted(row["new"] for row in answer["results"]) == [False, True]
    assert wire.get(f"{CONTACTS}/gil@pier.example", idProperty="email")["properties"]["firstname"] == "Gil"


def test_batch_create_is_all_or_nothing(wire: Wire) -> None:
    inputs = [{"properties": {"email": "ok@pier.example"}}, {"properties": {"email": "dot@pier.example"}}]
    wire.refused("POST", f"{CONTACTS}/batch/create", status=409, json={"inputs": inputs})
    wire.refused("POST", f"{CONTACTS}/batch/create", status=409, json={"inputs": [inputs[0]] * 2})
    assert len(wire.get(CONTACTS)["results"]) == 3


def test_batch_archive_answers_nothing(wire: Wire) -> None:
    answer = wire.call("POST", f"{DEALS}/batch/archive", json={"inputs": [{"id": wire.only("deals")["id"]}]})
    assert (answer.status_code, answer.content) == (204, b"")
    assert wire.get(DEALS)["results"] == []


@pytest.mark.parametrize(
    "body", [{}, {"inputs": []}, {"inputs": ["1"]}, {"inputs": [{}]}, {"inputs": [{"id": "1"}] * 101}]
)
def test_batch_that_makes_no_sense_is_refused(wire: Wire, body: Any) -> None:  # noqa: ANN401  # cases of a table
    wire.refused("POST", f"{DEALS}/batch/read", status=400, json=body)


@pytest.mark.parametrize("content", [b"{", b'"text"'])
def test_body_that_is_no_json_object_is_refused(wire: Wire, content: bytes) -> None:
    assert wire.refused("POST", DEALS, status=400, content=content)["message"].startswith("Invalid input JSON")


def test_patch_of_a_record_that_is_not_there_is_not_found(wire: Wire) -> None:
    wire.refused("PATCH", f"{DEALS}/17", status=404, json={"properties": {"amount": "1"}})
