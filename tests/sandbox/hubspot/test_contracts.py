"""The stand-in's answers beside the vendor's recorded ones: the same members, the same types."""

# ruff: noqa: ANN401  # JSON, whose shape is what the tests are about

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from atlas_sync.sandbox.hubspot import APP
from atlas_sync.sandbox.hubspot.errors import RATE_LIMITS
from atlas_sync.sandbox.hubspot.oauth import TOKEN_PATHS
from atlas_sync.sandbox.hubspot.properties import DELIVERY_PROJECT
from tests.sandbox.hubspot.rig import Wire, make_wire

pytestmark = pytest.mark.contracts

LISTS = (
    ("deals_list_page", "deals"),
    ("deals_list_associations_requested_none", "deals"),
    ("contacts_list", "contacts"),
    ("companies_list", "companies"),
    ("tasks_list_inline_associations", "tasks"),
)
OTHER_DAYS = {"url"}
"""Answers of 2022 and 2024 had no address for people yet; those of 2026 have."""


def _exchanges(shared: Path, name: str) -> list[Any]:
    path = shared / "contracts" / "hubspot" / "recordings" / f"{name}.json"
    return list(json.loads(path.read_text(encoding="utf-8"))["exchanges"])


def _answer(shared: Path, name: str, number: int = 0) -> Any:
    return _exchanges(shared, name)[number]["response"]


def _body(shared: Path, name: str, number: int = 0) -> Any:
    return _answer(shared, name, number)["body"]


def _shape(value: Any) -> Any:
    """Give the types of a value; of a list, those of its first entry."""
    if isinstance(value, dict):
        return {key: _shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_shape(value[0])] if value else []
    return type(value).__name__


def _frame(record: Any) -> Any:
    """Give the types of a record without its properties and associations, which differ by record."""
    return {key: type(value).__name__ for key, value in record.items() if key != "associations"}


def _same_values(theirs: Any, ours: Any) -> None:
    """Hold every value of ours to be a text or null, as all of theirs are."""
    for record in (theirs, ours):
        assert {type(value) for value in record["properties"].values()} <= {str, type(None)}


@pytest.mark.parametrize(("name", "kind"), LISTS)
def test_records_of_lists_have_the_vendors_shape(wire: Wire, shared: Path, name: str, kind: str) -> None:
    exchange = _exchanges(shared, name)[0]
    theirs = exchange["response"]["body"]["results"][0]
    asked = exchange["request"]["query"]
    ours = wire.get(f"/crm/v3/objects/{kind}", **asked)["results"][0]
    assert _frame(ours) == _frame(theirs)
    unknown = set(asked["properties"].split(",")) - set(ours["properties"])
    assert set(ours["properties"]) == set(theirs["properties"]) - unknown
    assert list(ours["properties"]) == sorted(ours["properties"])
    _same_values(theirs, ours)
    for block in theirs.get("associations", {}).values():
        assert _shape(ours["associations"]["contacts" if kind == "deals" else "deals"]) == _shape(block)


@pytest.mark.parametrize(
    ("name", "kind"), [("deal_get", "deals"), ("contact_get", "contacts"), ("company_get", "companies")]
)
def test_single_records_have_the_vendors_shape(wire: Wire, shared: Path, name: str, kind: str) -> None:
    exchange = _exchanges(shared, name)[0]
    theirs = exchange["response"]["body"]
    key = wire.get(f"/crm/v3/objects/{kind}")["results"][0]["id"]
    ours = wire.get(f"/crm/v3/objects/{kind}/{key}", **exchange["request"]["query"])
    assert _frame(ours) == _frame(theirs)
    assert set(ours["properties"]) == set(theirs["properties"])
    assert ours["url"].replace(ours["id"], "") == theirs["url"].replace(theirs["id"], "").replace(
        "147893286", "26184073"
    )


def test_lists_without_records_have_no_paging(wire: Wire, shared: Path) -> None:
    assert wire.get("/crm/v3/objects/products") == _body(shared, "products_list")


@pytest.mark.parametrize("number", [0, 1, 3])
def test_list_paging_is_the_vendors(wire: Wire, shared: Path, number: int) -> None:
    exchange = _exchanges(shared, "list_paging_after_is_next_id")[number]
    theirs, kind = exchange["response"]["body"], exchange["request"]["path"].rpartition("/")[2]
    for _ in range(2):
        wire.create(kind, **({} if kind != "contacts" else {"firstname": "x"}))
    ours = wire.get(exchange["request"]["path"], limit=2)
    assert _shape(ours["paging"]) == _shape(theirs["paging"])
    for answer in (theirs, ours):
        following = answer["paging"]["next"]
        assert following["after"] == str(int(answer["results"][-1]["id"]) + 1)
        assert following["link"] == f"https://api.hubapi.com/crm/objects/v3/{kind}?limit=2&after={following['after']}"


@pytest.mark.parametrize(("name", "kind"), [("deals_search_200", "deals"), ("search_companies_200", "companies")])
def test_search_has_the_vendors_shape(wire: Wire, shared: Path, name: str, kind: str) -> None:
    exchange = _exchanges(shared, name)[0]
    theirs, request = exchange["response"]["body"], exchange["request"]["body"]
    for _ in range(request["limit"]):
        wire.create(kind, **{"dealname" if kind == "deals" else "name": "Test"})
    wire.wait(60)
    ours = wire.post(f"/crm/v3/objects/{kind}/search", {**request, "filterGroups": []})
    assert _frame(ours["results"][0]) == _frame(theirs["results"][0])
    assert set(ours["results"][0]["properties"]) <= set(theirs["results"][0]["properties"])
    assert type(ours["total"]) is type(theirs["total"])
    if "paging" in theirs:
        assert ours["paging"] == theirs["paging"]
    assert set(ours) - {"paging"} == set(theirs) - {"paging", "_trimmed_from"}


def test_headers_of_searches_and_others_are_the_vendors(wire: Wire, shared: Path) -> None:
    search = _answer(shared, "search_after_archive_total_without_results")
    archive = _answer(shared, "batch_archive_companies_204")
    transport = {"content-length", "transfer-encoding", "connection", "x-trace"}
    ours = wire.call("POST", "/crm/v3/objects/COMPANY/search", json={})
    assert set(ours.headers) - transport == {name.lower() for name in search["headers"]} - transport
    body = {"inputs": [{"id": wire.only("companies")["id"]}]}
    ours = wire.call("POST", "/crm/v3/objects/COMPANY/batch/archive", json=body)
    assert set(ours.headers) - transport == {name.lower() for name in archive["headers"]} - transport
    assert ours.headers["x-hubspot-ratelimit-interval-milliseconds"] == "10000"


def test_stale_index_answers_as_recorded(wire: Wire, shared: Path) -> None:
    theirs = _body(shared, "search_after_archive_total_without_results", 2)
    key = wire.create("contacts", email="a@pier.example")
    wire.wait(60)
    wire.call("POST", "/crm/v3/objects/CONTACT/batch/archive", json={"inputs": [{"id": key}]})
    assert wire.search("CONTACT", ("email", "EQ", "a@pier.example")) == theirs


def test_rate_limit_of_searches_is_the_vendors(shared: Path) -> None:
    wire = make_wire(searches_per_s=0)
    theirs = _answer(shared, "search_contacts_429_secondly")
    ours = wire.call("POST", "/crm/v3/objects/CONTACT/search", json={})
    assert ours.status_code == theirs["status"]
    assert {**ours.json(), "correlationId": ""} == {**theirs["body"], "correlationId": ""}
    quoted = _body(shared, "errors_quoted_in_issues")
    same = set(quoted) - {"correlationId", "groupName"}
    assert {name: RATE_LIMITS["burst"][name] for name in same} == {name: quoted[name] for name in same}
    assert set(RATE_LIMITS["burst"]) == set(quoted)


def test_quoted_refusals_are_ours(wire: Wire, shared: Path) -> None:
    answers = [exchange["response"] for exchange in _exchanges(shared, "errors_quoted_in_issues")]
    quoted = {answer["status"]: answer["body"] for answer in answers}
    wire.faults.deny("hubspot", "crm.objects.owners.read")
    scopes = wire.refused("GET", "/crm/v3/owners/1", status=403)
    assert {**scopes, "correlationId": ""} == {**quoted[403], "correlationId": ""}
    known = wire.refused(
        "POST", "/crm/v3/objects/contacts", status=409, json={"properties": {"email": "dot@pier.example"}}
    )
    assert set(known) == set(quoted[409])
    assert known["message"].rpartition(" ")[0] == quoted[409]["message"].rpartition(" ")[0]
    token = wire.refused("GET", "/crm/v3/owners", status=401, token="pat-eu1-x")
    assert set(token) == set(quoted[401]) - {"context"}


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("batch_create_contacts_201_reordered", "/crm/v3/objects/CONTACT/batch/create"),
        ("batch_create_companies_201", "/crm/v3/objects/COMPANY/batch/create"),
        ("companies_batch_create", "/crm/v3/objects/companies/batch/create"),
    ],
)
def test_batch_create_has_the_vendors_shape(wire: Wire, shared: Path, name: str, path: str) -> None:
    exchange = _exchanges(shared, name)[0]
    names = {row["name"] for row in wire.get("/crm/v3/properties/" + path.split("/")[4])["results"]}
    sent = [
        {"properties": {key: value for key, value in entry["properties"].items() if key in names and key != "industry"}}
        for entry in exchange["request"]["body"]["inputs"]
    ]
    theirs, ours = exchange["response"]["body"], wire.post(path, {"inputs": sent}, status=201)
    assert set(ours) == set(theirs)
    frames = [set(_frame(answer["results"][0])) - OTHER_DAYS for answer in (ours, theirs)]
    assert frames[0] == frames[1]
    _same_values(theirs["results"][0], ours["results"][0])


def test_writes_echo_what_the_vendor_echoes(wire: Wire, shared: Path) -> None:
    created = _exchanges(shared, "deal_create")[0]
    ours = wire.post("/crm/v3/objects/deals", created["request"]["body"], status=201)
    theirs = created["response"]["body"]
    assert _frame(ours) == _frame(theirs)
    updated = _exchanges(shared, "deal_update")[0]
    wire.call("PATCH", f"/crm/v3/objects/deals/{ours['id']}", json={"properties": {"pipeline": "default"}})
    answer = wire.call("PATCH", f"/crm/v3/objects/deals/{ours['id']}", json=updated["request"]["body"])
    same = (
        *("amount", "closedate", "dealname", "dealstage", "hs_deal_stage_probability", "hs_forecast_amount"),
        *("hs_is_closed", "hs_is_closed_won", "hs_is_open_count", "hs_projected_amount", "hs_closed_amount"),
    )
    values = answer.json()["properties"]
    assert {name: values[name] for name in same} == {
        name: updated["response"]["body"]["properties"][name] for name in same
    }


@pytest.mark.parametrize(("name", "kind"), [("note_create_on_contact", "notes"), ("task_create", "tasks")])
def test_created_activities_have_the_vendors_shape(wire: Wire, shared: Path, name: str, kind: str) -> None:
    exchange = _exchanges(shared, name)[0]
    sent = exchange["request"]["body"]["properties"]
    body = {"properties": {key: value for key, value in sent.items() if key != "hubspot_owner_id"}}
    ours, theirs = wire.post(f"/crm/v3/objects/{kind}", body, status=201), exchange["response"]["body"]
    assert _frame(ours) == _frame(theirs)
    assert set(ours["properties"]) <= set(theirs["properties"])
    assert ours["url"].replace(ours["id"], "") == theirs["url"].replace(theirs["id"], "").replace(
        "147893286", "26184073"
    )


def test_inline_associations_repeat_ids_as_recorded(wire: Wire, shared: Path) -> None:
    theirs = _body(shared, "deals_list_2024_with_inline_associations")["results"][-1]["associations"]
    ours = wire.only("deals", associations="companies,contacts")["associations"]
    assert [row["type"] for row in ours["companies"]["results"]] == [
        row["type"] for row in theirs["companies"]["results"]
    ]
    assert ours["contacts"]["results"][0]["type"] == theirs["contacts"]["results"][0]["type"]
    assert _shape(ours) == _shape(theirs)


def test_owners_have_the_vendors_shape(wire: Wire, shared: Path) -> None:
    ours, theirs = wire.get("/crm/v3/owners"), _body(shared, "owners_list")
    assert _shape(ours) == _shape(theirs)
    assert _shape(wire.get(f"/crm/v3/owners/{ours['results'][0]['id']}")) == _shape(_body(shared, "owner_get"))


def test_pipelines_are_the_vendors(wire: Wire, shared: Path) -> None:
    assert wire.get("/crm/v3/pipelines/deals") == _body(shared, "pipelines_deals")


def test_account_has_the_vendors_shape(wire: Wire, shared: Path) -> None:
    ours, theirs = wire.get("/account-info/v3/details"), _body(shared, "account_info_details")
    assert {key: type(value) for key, value in ours.items()} == {key: type(value) for key, value in theirs.items()}


@pytest.mark.parametrize("kind", ["deals", "line_items"])
def test_stock_properties_are_defined_as_the_vendor_defines_them(wire: Wire, shared: Path, kind: str) -> None:
    theirs = {row["name"]: row for row in _body(shared, f"properties_{kind}")["results"]}
    same = ("label", "type", "fieldType", "groupName", "calculated", "externalOptions", "hasUniqueValue", "hidden")
    for row in wire.get(f"/crm/v3/properties/{kind}")["results"]:
        if row["name"] == DELIVERY_PROJECT:
            continue
        known = theirs[row["name"]]
        assert {key: row[key] for key in same} == {key: known[key] for key in same}, row["name"]
        assert [option["value"] for option in row["options"]] == [option["value"] for option in known["options"]]
        metadata = {key: value for key, value in known["modificationMetadata"].items() if key != "readOnlyOptions"}
        assert row["modificationMetadata"] == metadata, row["name"]
        assert set(row) - set(known) <= {"createdAt", "updatedAt"}, row["name"]
        assert set(known) - set(row) <= {"calculationFormula", "showCurrencySymbol"}, row["name"]


def test_property_of_the_portal_is_defined_as_the_vendor_answers(wire: Wire, shared: Path) -> None:
    exchange = _exchanges(shared, "property_create_contact")[0]
    ours = wire.post("/crm/v3/properties/contacts", exchange["request"]["body"], status=201)
    theirs = exchange["response"]["body"]
    assert _shape(ours) == _shape(theirs)
    changing = {"createdAt", "updatedAt", "createdUserId", "updatedUserId"}
    assert {key: ours[key] for key in set(ours) - changing} == {key: theirs[key] for key in set(theirs) - changing}


def test_buying_roles_are_the_vendors(wire: Wire, shared: Path) -> None:
    (theirs,) = _body(shared, "property_hs_buying_role")
    ours = wire.get("/crm/v3/properties/contacts/hs_buying_role")
    for key in ("label", "type", "fieldType", "groupName"):
        assert ours[key] == theirs[key]
    assert [row["value"] for row in ours["options"]] == [row["value"] for row in theirs["options"]]


@pytest.mark.parametrize("kind", ["deals", "line_items"])
def test_every_stock_property_that_is_seeded_is_the_vendors(wire: Wire, shared: Path, kind: str) -> None:
    known = {row["name"] for row in _body(shared, f"properties_{kind}")["results"]}
    names = ",".join(row["name"] for row in wire.get(f"/crm/v3/properties/{kind}")["results"])
    for row in wire.get(f"/crm/v3/objects/{kind}", properties=names)["results"]:
        assert {name for name, value in row["properties"].items() if value} - {DELIVERY_PROJECT} <= known


def test_expired_token_is_refused_as_quoted(wire: Wire, shared: Path) -> None:
    theirs = _body(shared, "errors_quoted_in_issues", 2)
    token = wire.call("POST", TOKEN_PATHS[-1], data={"grant_type": "refresh_token", **APP}, token="").json()
    wire.wait(1800)
    ours = wire.refused("GET", "/crm/v3/objects/deals", status=401, token=token["access_token"])
    assert _shape(ours) == _shape(theirs)
    assert {**ours, "correlationId": "", "context": ""} == {**theirs, "correlationId": "", "context": ""}
