"""Search: the index decides who is found, the records say what they look like."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.hubspot.rig import LAG, Wire, ids, make_wire

DEALS = "/crm/v3/objects/deals"


def test_new_record_is_found_only_when_the_index_has_it(wire: Wire) -> None:
    key = wire.create("contacts", email="new@pier.example")
    sought = ("email", "EQ", "new@pier.example")
    assert wire.search("contacts", sought) == {"total": 0, "results": []}
    assert wire.get(f"/crm/v3/objects/contacts/{key}")["id"] == key
    wire.wait(LAG)
    assert ids(wire.search("contacts", sought)) == [key]


def test_archived_record_is_counted_but_not_returned_while_the_index_lags(wire: Wire) -> None:
    key = wire.create("contacts", email="old@pier.example")
    wire.wait(60)
    sought = ("email", "EQ", "old@pier.example")
    wire.call("DELETE", f"/crm/v3/objects/contacts/{key}")
    assert wire.search("contacts", sought) == {"total": 1, "results": []}
    wire.wait(LAG)
    assert wire.search("contacts", sought) == {"total": 0, "results": []}


def test_changed_record_is_found_by_its_old_value_and_shows_the_new_one(wire: Wire) -> None:
    key = wire.create("contacts", email="before@pier.example")
    wire.wait(60)
    wire.call("PATCH", f"/crm/v3/objects/contacts/{key}", json={"properties": {"email": "after@pier.example"}})
    (row,) = wire.search("contacts", ("email", "EQ", "before@pier.example"))["results"]
    assert row["properties"]["email"] == "after@pier.example"
    assert wire.search("contacts", ("email", "EQ", "after@pier.example"))["total"] == 0
    wire.wait(LAG)
    assert ids(wire.search("contacts", ("email", "EQ", "after@pier.example"))) == [key]


def test_search_pages_by_offset_and_lists_page_by_id(wire: Wire) -> None:
    for number in range(4):
        wire.create("deals", dealname=f"Deal {number}")
    wire.wait(60)
    first = wire.search("deals", limit=2)
    assert first["paging"] == {"next": {"after": "2"}}
    last = wire.search("deals", limit=2, after="4")
    assert "paging" not in last
    page = wire.get(DEALS, limit=2)
    assert page["paging"]["next"]["after"] == str(int(page["results"][-1]["id"]) + 1)
    assert ids(page) == ids(first)


def test_default_limit_is_ten(wire: Wire) -> None:
    inputs = [{"properties": {"dealname": f"Deal {number}"}} for number in range(15)]
    wire.post(f"{DEALS}/batch/create", {"inputs": inputs}, status=201)
    wire.wait(60)
    answer = wire.search("deals")
    assert (answer["total"], len(answer["results"]), answer["paging"]["next"]["after"]) == (16, 10, "10")


def test_more_than_ten_thousand_results_cannot_be_paged_to(wire: Wire) -> None:
    inputs = [{"properties": {"dealname": "Many"}}] * 100
    for _ in range(101):
        wire.post(f"{DEALS}/batch/create", {"inputs": inputs}, status=201)
    wire.wait(60)
    many = [{"filters": [{"propertyName": "dealname", "operator": "EQ", "value": "many"}]}]
    body: dict[str, Any] = {"filterGroups": many, "limit": 200, "after": "9800"}
    last = wire.post(f"{DEALS}/search", body)
    assert (last["total"], last["paging"]["next"]["after"]) == (10_100, "10000")
    refusal = wire.refused("POST", f"{DEALS}/search", status=400, json={**body, "after": "10000"})
    assert refusal["category"] == "VALIDATION_ERROR"
    beyond = [{**many[0], "filters": [*many[0]["filters"], _after(last["results"][-1]["id"])]}]
    keyed = {"filterGroups": beyond, "limit": 200, "sorts": [{"propertyName": "hs_object_id"}]}
    assert len(wire.post(f"{DEALS}/search", keyed)["results"]) == 100


def _after(key: str) -> dict[str, str]:
    return {"propertyName": "hs_object_id", "operator": "GT", "value": key}


@pytest.mark.parametrize(
    ("sought", "is_found"),
    [
        (("dealname", "EQ", "pier: wi-fi"), True),
        (("dealname", "NEQ", "Pier: Wi-Fi"), False),
        (("dealname", "CONTAINS_TOKEN", "pier"), True),
        (("dealname", "CONTAINS_TOKEN", "pi*"), True),
        (("dealname", "CONTAINS_TOKEN", "ier"), False),
        (("dealname", "NOT_CONTAINS_TOKEN", "pier"), False),
        (("amount", "EQ", "8006.00"), True),
        (("amount", "GT", "999"), True),
        (("amount", "LT", "8006"), False),
        (("amount", "LTE", "8006"), True),
        (("amount", "BETWEEN", ("8000", "8006")), True),
        (("amount", "BETWEEN", ("8007", "9000")), False),
        (("dealstage", "IN", ["closedwon", "closedlost"]), True),
        (("dealstage", "NOT_IN", ["closedwon"]), False),
        (("hs_priority", "HAS_PROPERTY", None), False),
        (("hs_priority", "NOT_HAS_PROPERTY", None), True),
        (("hs_is_closed_won", "EQ", "true"), True),
        (("hs_lastmodifieddate", "GTE", "1774171800000"), True),
        (("hs_lastmodifieddate", "GTE", "2026-03-22T09:30:00Z"), True),
        (("hs_lastmodifieddate", "GT", "2026-03-22T09:30:00.000Z"), False),
        (("closedate", "LT", "2026-04-01"), True),
        (("no_such_property", "NOT_HAS_PROPERTY", None), False),
    ],
)
def test_operators_compare_by_the_type_of_the_property(wire: Wire, sought: Any, is_found: bool) -> None:  # noqa: ANN401, FBT001  # cases of a table
    assert wire.search("deals", sought)["total"] == int(is_found)


def test_each_group_is_enough_and_all_its_filters_are_needed(wire: Wire) -> None:
    won = {"propertyName": "hs_is_closed_won", "operator": "EQ", "value": "true"}
    open_ = {**won, "value": "false"}
    both = {"filterGroups": [{"filters": [won, open_]}]}
    either = {"filterGroups": [{"filters": [won]}, {"filters": [open_]}]}
    assert wire.post(f"{DEALS}/search", both)["total"] == 0
    assert wire.post(f"{DEALS}/search", either)["total"] == 1


def test_multiple_choice_is_found_by_each_of_its_values(wire: Wire) -> None:
    key = wire.create("contacts", email="x@pier.example", hs_buying_role="CHAMPION;LEGAL_AND_COMPLIANCE")
    wire.wait(60)
    assert ids(wire.search("contacts", ("hs_buying_role", "EQ", "CHAMPION"))) == [key]


def test_words_are_sought_in_all_values(wire: Wire) -> None:
    assert wire.search("contacts", query="dot pier.example")["total"] == 1
    assert wire.search("contacts", query="dot nowhere")["total"] == 0


def test_contacts_are_not_found_by_the_stamp_that_all_others_have(wire: Wire) -> None:
    assert wire.search("contacts", ("hs_lastmodifieddate", "GTE", "0"))["total"] == 0
    assert wire.search("contacts", ("lastmodifieddate", "GTE", "1000000000000"))["total"] == 3


def test_sort_is_by_value_with_unset_ones_last(wire: Wire) -> None:
    cheap, rich, blank = (
        wire.create("deals", dealname="More", **more) for more in ({"amount": 9}, {"amount": 100}, {})
    )
    wire.wait(60)
    more = ("dealname", "EQ", "More")
    up = [{"propertyName": "amount", "direction": "ASCENDING"}]
    down = [{"propertyName": "amount", "direction": "DESCENDING"}]
    assert ids(wire.search("deals", more, sorts=up)) == [cheap, rich, blank]
    assert ids(wire.search("deals", more, sorts=down)) == [rich, cheap, blank]
    assert ids(wire.search("deals", more, sorts=["-amount"])) == [rich, cheap, blank]


@pytest.mark.parametrize(
    "body",
    [
        {"limit": 201},
        {"limit": 0},
        {"after": "abc"},
        {"filterGroups": [{"filters": []}] * 6},
        {"filterGroups": [{"filters": [{"propertyName": "amount", "operator": "HAS_PROPERTY"}] * 7}]},
        {"filterGroups": [{"filters": [{"propertyName": "amount", "operator": "HAS_PROPERTY"}] * 4}] * 5},
        {"filterGroups": [{"filters": [{"propertyName": "amount", "operator": "LIKE", "value": "1"}]}]},
        {"filterGroups": [{"filters": [{"propertyName": "amount", "operator": "IN", "value": "1"}]}]},
        {"filterGroups": [{"filters": [{"propertyName": "amount", "operator": "EQ"}]}]},
        {"filterGroups": [{"filters": [{"propertyName": "amount", "operator": "EQ", "value": "much"}]}]},
        {"filterGroups": "all"},
        {"sorts": [{"propertyName": "amount"}, {"propertyName": "dealname"}]},
        {"query": "x" * 3000},
    ],
)
def test_search_beyond_the_limits_is_refused(wire: Wire, body: Any) -> None:  # noqa: ANN401  # cases of a table
    assert wire.refused("POST", f"{DEALS}/search", status=400, json=body)["category"] == "VALIDATION_ERROR"


def test_searches_are_limited_by_the_second_only_if_asked_for() -> None:
    wire = make_wire(searches_per_s=2)
    for _ in range(2):
        wire.search("deals")
    refusal = wire.call("POST", f"{DEALS}/search", json={})
    assert refusal.status_code == 429
    assert refusal.json()["category"] == "RATE_LIMITS"
    assert "policyName" not in refusal.json()
    assert "retry-after" not in refusal.headers
    wire.wait(1)
    assert wire.search("deals")["total"] == 1
