"""The portal's own addresses, and what holds for every answer: token, scopes, headers."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

import pytest

from atlas_sync.sandbox.hubspot.errors import RATE_LIMITS
from tests.sandbox.hubspot.rig import NOW, OBJECTS, Wire, ids, make_wire

DEALS = "/crm/v3/objects/deals"
OWNERS = ("/crm/v3/owners", "/crm/v3/owners/", "/crm/owners/2026-09")


@pytest.mark.parametrize("path", OWNERS)
def test_owners_who_left_come_only_in_a_second_pass(wire: Wire, path: str) -> None:
    here, gone = wire.get(path)["results"], wire.get(path, archived="true")["results"]
    assert [row["firstName"] for row in here] == ["Ada", "Dee"]
    assert [(row["firstName"], row["archived"], row["userId"]) for row in gone] == [("Ben", True, None)]
    assert isinstance(gone[0]["userIdIncludingInactive"], int)
    deal = wire.only("deals", properties="hubspot_owner_id")
    assert deal["properties"]["hubspot_owner_id"] == gone[0]["id"]


def test_owner_is_not_the_user_of_the_same_number_for_everyone(wire: Wire) -> None:
    rows = wire.get(OWNERS[0])["results"]
    assert [row["id"] == str(row["userId"]) for row in rows] == [False, True]


def test_owners_are_paged(wire: Wire) -> None:
    first = wire.get(OWNERS[0], limit=1)
    second = wire.get(OWNERS[0], limit=1, after=first["paging"]["next"]["after"])
    assert ids(first) + ids(second) == ids(wire.get(OWNERS[0]))
    assert "paging" not in second


def test_owner_is_given_by_the_id_of_owner_or_user(wire: Wire) -> None:
    row = wire.get(OWNERS[0], email="ada@corran.example")["results"][0]
    assert wire.get(f"/crm/v3/owners/{row['id']}") == row
    assert wire.get(f"/crm/v3/owners/{row['userId']}", idProperty="userId") == row
    wire.refused("GET", f"/crm/v3/owners/{row['userId']}", status=404)
    wire.refused("GET", f"/crm/v3/owners/{row['id']}", status=404, params={"archived": "true"})


@pytest.mark.parametrize("root", ["/crm/v3/pipelines", "/crm/pipelines/2026-09"])
def test_won_stage_is_the_closed_one_with_a_probability_of_one(wire: Wire, root: str) -> None:
    (pipeline,) = wire.get(f"{root}/deals")["results"]
    won = [
        stage["id"] for stage in pipeline["stages"] if stage["metadata"] == {"isClosed": "true", "probability": "1.0"}
    ]
    assert won == ["closedwon"]
    assert wire.get(f"{root}/deals/default") == pipeline
    assert wire.get(f"{root}/contacts")["results"] == []
    wire.refused("GET", f"{root}/deals/other", status=404)


@pytest.mark.parametrize("root", ["/crm/v3/properties", "/crm/properties/2026-09"])
def test_property_can_be_defined_once_and_is_then_writable(wire: Wire, root: str) -> None:
    body = {
        "name": "atlas_tracker_url",
        "label": "Tracker",
        "type": "string",
        "fieldType": "text",
        "groupName": "dealinformation",
        "hasUniqueValue": True,
    }
    made = wire.post(f"{root}/deals", body, status=201)
    assert wire.get(f"{root}/deals/atlas_tracker_url") == made
    assert made["hasUniqueValue"] is True
    refusal = wire.refused("POST", f"{root}/deals", status=409, json=body)
    assert refusal["category"] == "OBJECT_ALREADY_EXISTS"
    key = wire.create("deals", dealname="New", atlas_tracker_url="https://tracker.example/X")
    read = {"inputs": [{"id": "https://tracker.example/X"}], "idProperty": "atlas_tracker_url"}
    assert ids(wire.post(f"{DEALS}/batch/read", read)) == [key]


def test_property_definition_that_makes_no_sense_is_refused(wire: Wire) -> None:
    whole = {"name": "Bad Name", "label": "x", "type": "string", "fieldType": "text", "groupName": "dealinformation"}
    wire.refused("POST", "/crm/v3/properties/deals", status=400, json=whole)
    wire.refused("POST", "/crm/v3/properties/deals", status=400, json={"name": "a"})
    wire.refused("GET", "/crm/v3/properties/deals/no_such_thing", status=404)


@pytest.mark.parametrize("token", ["", "pat-eu1-wrong"])
@pytest.mark.parametrize("path", [DEALS, "/crm/objects/2026-09/deals", "/account-info/v3/details"])
def test_bad_token_is_refused_with_its_category(wire: Wire, path: str, token: str) -> None:
    assert wire.refused("GET", path, status=401, token=token)["category"] == "INVALID_AUTHENTICATION"


@pytest.mark.parametrize(
    ("scope", "method", "path"),
    [
        ("crm.objects.deals.read", "GET", DEALS),
        ("crm.objects.deals.read", "POST", f"{DEALS}/search"),
        ("crm.objects.deals.read", "POST", f"{DEALS}/batch/read"),
        ("crm.objects.contacts.read", "GET", "/crm/v3/objects/notes"),
        ("crm.objects.line_items.read", "GET", "/crm/v3/objects/line_items"),
        ("crm.objects.deals.write", "POST", DEALS),
        ("crm.objects.owners.read", "GET", "/crm/v3/owners"),
        ("crm.schemas.deals.write", "POST", "/crm/v3/properties/deals"),
    ],
)
def test_scope_taken_away_is_named_but_for_owners(wire: Wire, scope: str, method: str, path: str) -> None:
    wire.faults.deny("hubspot", scope)
    refusal = wire.refused(method, path, status=403, json={})
    assert refusal["category"] == "MISSING_SCOPES"
    named = refusal["errors"][0]["context"]["requiredScopes"]
    assert named == ["contacts"] if "owners" in scope else scope in named


@pytest.mark.parametrize(
    ("limit", "seconds", "policy"), [("calls_per_10s", 10, "TEN_SECONDLY_ROLLING"), ("calls_per_day", 86_400, "DAILY")]
)
def test_calls_over_a_limit_are_refused_until_it_fills_up_again(limit: str, seconds: float, policy: str) -> None:
    wire = make_wire(**{limit: 3})
    for left in (2, 1, 0):
        headers = wire.call("GET", "/crm/v3/owners").headers
        name = "remaining" if limit == "calls_per_10s" else "daily-remaining"
        assert headers[f"x-hubspot-ratelimit-{name}"] == str(left)
    refused = wire.refused("GET", "/crm/v3/owners", status=429)
    assert refused["policyName"] == policy
    assert wire.call("POST", "/crm/v3/objects/deals/search", json={}).status_code == (429 if policy == "DAILY" else 200)
    wire.wait(seconds)
    assert wire.call("GET", "/crm/v3/owners").status_code == 200


def test_properties_need_any_scope_only(wire: Wire) -> None:
    wire.faults.deny("hubspot", "crm.objects.deals.read")
    assert wire.get("/crm/v3/properties/deals")["results"]
    for kind in ("contacts", "companies", "line_items", "products", "quotes"):
        wire.faults.deny("hubspot", f"crm.objects.{kind}.read")
    wire.refused("GET", "/crm/v3/properties/deals", status=403)


def test_mails_without_their_scope_come_without_content(wire: Wire) -> None:
    asked = "hs_email_subject,hs_email_text,hs_email_direction"
    assert wire.only("emails", properties=asked)["properties"]["hs_email_subject"] == "Scope"
    wire.faults.deny("hubspot", "sales-email-read")
    values = wire.only("emails", properties=asked)["properties"]
    assert (values["hs_email_subject"], values["hs_email_text"]) == (None, None)
    assert values["hs_email_direction"] == "EMAIL"


def test_answers_tell_the_worlds_time_and_what_is_left(wire: Wire) -> None:
    listed = wire.call("GET", DEALS).headers
    assert abs((parsedate_to_datetime(listed["date"]) - NOW).total_seconds()) < 5
    assert listed["x-hubspot-ratelimit-max"] == "190"
    assert listed["x-hubspot-ratelimit-remaining"] == "189"
    searched = wire.call("POST", f"{DEALS}/search", json={}).headers
    limits = {name for name in searched if name.startswith("x-hubspot-ratelimit")}
    assert limits == {"x-hubspot-ratelimit-daily", "x-hubspot-ratelimit-daily-remaining"}
    assert int(searched["x-hubspot-ratelimit-daily-remaining"]) == 625_000 - 2
    wire.wait(11)
    assert wire.call("GET", DEALS).headers["x-hubspot-ratelimit-remaining"] == "189"


def test_unknown_address_and_method_are_refused(wire: Wire) -> None:
    wire.refused("GET", "/crm/v3/nothing", status=404)
    wire.refused("GET", "/crm/objects/2026-01/deals", status=404)
    wire.refused("PUT", DEALS, status=405)


def test_account_is_described(wire: Wire) -> None:
    assert wire.get("/account-info/v3/details")["uiDomain"] == "app-eu1.hubspot.com"


def test_rate_limit_bodies_differ_by_policy() -> None:
    assert {name: body.get("policyName") for name, body in RATE_LIMITS.items()} == {
        "search": None,
        "burst": "TEN_SECONDLY_ROLLING",
        "daily": "DAILY",
    }


def test_links_inside_answers_can_be_followed(wire: Wire) -> None:
    wire.create("deals", dealname="Second")
    for root in OBJECTS.values():
        page = wire.get(f"{root}/deals", limit=1)
        following = wire.call("GET", page["paging"]["next"]["link"].removeprefix("https://api.hubapi.com")).json()
        assert ids(following) != ids(page)
        assert len(following["results"]) == 1
