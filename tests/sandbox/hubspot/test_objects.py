"""Reading records: lists, single records, what is shown of them."""

from __future__ import annotations

import pytest

from tests.sandbox.hubspot.rig import OBJECTS, Wire, ids, make_wire

DEALS = "/crm/v3/objects/deals"


@pytest.mark.parametrize("name", ["deals", "deal", "DEAL", "0-3"])
@pytest.mark.parametrize("root", OBJECTS.values())
def test_both_path_families_and_all_names_give_the_same(wire: Wire, root: str, name: str) -> None:
    asked = {"properties": "dealname,amount", "associations": "contacts,line_items"}
    expected = wire.get(DEALS, **asked)
    assert wire.get(f"{root}/{name}", **asked) == expected
    key = expected["results"][0]["id"]
    assert wire.get(f"{root}/{name}/{key}", **asked) == expected["results"][0]
    read = {"inputs": [{"id": key}], "properties": ["dealname", "amount"]}
    assert wire.post(f"{root}/{name}/batch/read", read)["results"][0]["properties"]["amount"] == "8006"
    assert ids(wire.post(f"{root}/{name}/search", {})) == [key]


def test_properties_that_are_not_asked_for_are_the_default_ones(wire: Wire) -> None:
    deal = wire.only("deals")["properties"]
    assert sorted(deal) == [
        *("amount", "closedate", "createdate", "dealname", "dealstage"),
        *("hs_lastmodifieddate", "hs_object_id", "pipeline"),
    ]
    asked = wire.only("deals", properties="dealtype")["properties"]
    assert sorted(asked) == ["createdate", "dealtype", "hs_lastmodifieddate", "hs_object_id"]
    assert asked["dealtype"] is None


def test_unknown_property_is_ignored_without_a_word(wire: Wire) -> None:
    assert "no_such_thing" not in wire.only("deals", properties="no_such_thing")["properties"]


def test_hidden_property_is_absent_everywhere(wire: Wire) -> None:
    wire.faults.hide("hubspot", "deals", "description")
    assert "description" not in wire.only("deals", properties="description,amount")["properties"]
    names = [row["name"] for row in wire.get("/crm/v3/properties/deals")["results"]]
    assert "description" not in names
    assert "amount" in names
    assert wire.search("deals", ("description", "HAS_PROPERTY", None))["total"] == 0
    wire.faults.clear()
    assert wire.only("deals", properties="description")["properties"]["description"] == "Wants one network."


def test_repeated_and_comma_parted_lists_mean_the_same(wire: Wire) -> None:
    repeated = wire.call("GET", DEALS, params=[("properties", "amount"), ("properties", "dealtype")]).json()
    assert repeated == wire.get(DEALS, properties="amount,dealtype")


def test_list_of_a_large_portal_is_read_to_its_end_by_id(wire: Wire) -> None:
    made = {wire.create("tasks", hs_timestamp="2026-06-15", hs_task_subject=f"T{number}") for number in range(6)}
    seen: list[str] = []
    after = "0"
    while after:
        page = wire.get("/crm/v3/objects/tasks", limit=2, after=after)
        seen += ids(page)
        after = page.get("paging", {}).get("next", {}).get("after", "")
    assert made < set(seen)
    assert len(seen) == 7
    assert seen == sorted(seen, key=int)
    assert seen != sorted(seen), "ids get longer by a digit, so text must not sort them"


@pytest.mark.parametrize("limit", ["101", "0", "x"])
def test_page_size_has_a_limit(wire: Wire, limit: str) -> None:
    assert wire.refused("GET", DEALS, status=400, params={"limit": limit})["category"] == "VALIDATION_ERROR"


def test_archived_records_are_listed_apart(wire: Wire) -> None:
    key = wire.create("deals", dealname="Gone")
    assert wire.call("DELETE", f"{DEALS}/{key}").status_code == 204
    assert wire.call("DELETE", f"{DEALS}/{key}").status_code == 204
    assert key not in ids(wire.get(DEALS))
    (row,) = wire.get(DEALS, archived="True")["results"]
    assert row["id"] == key
    assert row["archived"] is True
    assert row["archivedAt"] == row["updatedAt"]
    assert wire.refused("GET", f"{DEALS}/{key}", status=404)["message"] == "resource not found"
    assert wire.get(f"{DEALS}/{key}", archived="true")["id"] == key


def test_history_lists_the_values_newest_first(wire: Wire) -> None:
    deal = wire.only("deals", propertiesWithHistory="dealstage,no_such_thing", limit=50)
    entries = deal["propertiesWithHistory"]["dealstage"]
    assert [entry["value"] for entry in entries] == ["closedwon", "contractsent", "qualifiedtobuy"]
    assert entries[0]["timestamp"] == "2026-03-22T09:30:00Z"
    assert list(deal["propertiesWithHistory"]) == ["dealstage"]
    wire.refused("GET", DEALS, status=400, params={"limit": 51, "propertiesWithHistory": "dealstage"})


def test_inline_associations_repeat_an_id_for_each_type_and_are_absent_where_there_are_none(wire: Wire) -> None:
    deal = wire.only("deals", associations="companies,contacts,line_items,meetings,products")
    blocks = deal["associations"]
    assert list(blocks) == ["companies", "contacts", "line items", "meetings"]
    company = wire.only("companies")["id"]
    assert blocks["companies"]["results"] == [
        {"id": company, "type": "deal_to_company"},
        {"id": company, "type": "deal_to_company_unlabeled"},
    ]
    assert [row["type"] for row in blocks["contacts"]["results"]] == [
        "deal_to_contact",
        "decision_maker",
        "deal_to_contact",
    ]
    lonely = wire.create("deals", dealname="Lonely")
    assert "associations" not in wire.get(f"{DEALS}/{lonely}", associations="contacts")


def test_inline_associations_are_paged_too() -> None:
    wire = make_wire(association_page=2)
    block = wire.only("deals", associations="contacts")["associations"]["contacts"]
    assert len(block["results"]) == 2
    assert set(block["paging"]["next"]) == {"after", "link"}


def test_unknown_object_type_is_refused(wire: Wire) -> None:
    refusal = wire.refused("GET", "/crm/v3/objects/engagements", status=400)
    assert refusal["message"] == "Unable to infer object type from: engagements"
    wire.refused("GET", DEALS, status=400, params={"associations": "widgets"})


def test_vendor_touches_a_record_some_seconds_after_its_creation(wire: Wire) -> None:
    key = wire.create("deals", dealname="Fresh")
    fresh = wire.get(f"{DEALS}/{key}")
    assert fresh["updatedAt"] == fresh["createdAt"]
    wire.wait(26)
    touched = wire.get(f"{DEALS}/{key}")
    assert touched["updatedAt"] > fresh["updatedAt"]
    assert touched["properties"]["hs_lastmodifieddate"] == touched["updatedAt"]
    assert touched["properties"]["dealname"] == "Fresh"


def test_record_is_found_by_a_unique_property_only(wire: Wire) -> None:
    contacts = "/crm/v3/objects/contacts"
    row = wire.get(f"{contacts}/DOT@pier.example", idProperty="email")
    assert row["properties"]["firstname"] == "Dot"
    wire.refused("GET", f"{contacts}/Dot", status=400, params={"idProperty": "firstname"})
