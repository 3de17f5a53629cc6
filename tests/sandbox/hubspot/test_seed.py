"""The world's events as records."""

from __future__ import annotations

import json
from datetime import timedelta

from atlas_sync.sandbox.clock import Clock
from atlas_sync.sandbox.faults import Faults
from atlas_sync.sandbox.happenings import DealOpened, InteractionLogged
from atlas_sync.sandbox.hubspot import HubSpotSandbox
from atlas_sync.sandbox.world import load_world
from tests.sandbox.hubspot.rig import Wire


def test_deal_is_as_its_seller_entered_it(wire: Wire) -> None:
    asked = "description,hs_next_step,deal_currency_code,delivery_project,amount,closedate,dealstage,hs_is_closed_won"
    values = wire.only("deals", properties=asked)["properties"]
    assert values["description"] == "Wants one network."
    assert values["hs_next_step"] == "Send contract"
    assert values["deal_currency_code"] == "GBP"
    assert values["delivery_project"] == "CFS"
    assert values["amount"] == "8006"
    assert values["closedate"] == "2026-03-31T00:00:00Z"
    assert values["dealstage"] == "closedwon"
    assert values["hs_is_closed_won"] == "true"


def test_stages_leave_their_dates(wire: Wire) -> None:
    asked = ",".join(f"hs_v2_date_entered_{stage}" for stage in ("qualifiedtobuy", "contractsent", "closedwon"))
    values = wire.only("deals", properties=asked + ",hs_closed_won_date")["properties"]
    assert values["hs_v2_date_entered_qualifiedtobuy"] == "2025-09-01T07:00:00Z"
    assert values["hs_v2_date_entered_contractsent"] == "2026-03-03T09:30:00Z"
    assert values["hs_v2_date_entered_closedwon"] == "2026-03-22T09:30:00Z"
    assert values["hs_closed_won_date"] == "2026-03-31T00:00:00Z"


def test_line_items_are_on_the_deal(wire: Wire) -> None:
    block = wire.only("deals", associations="line_items")["associations"]["line items"]["results"]
    rows = wire.get("/crm/v3/objects/line_items", properties="name,quantity,price,amount,description")["results"]
    assert [row["id"] for row in rows] == [entry["id"] for entry in block]
    assert [row["properties"]["amount"] for row in rows] == ["6006.0", "2000"]
    assert rows[0]["properties"]["quantity"] == "12"


def test_people_have_their_parts_of_a_name_and_their_company(wire: Wire) -> None:
    asked = "firstname,lastname,jobtitle,phone,hs_buying_role,associatedcompanyid"
    rows = [row["properties"] for row in wire.get("/crm/v3/objects/contacts", properties=asked)["results"]]
    assert [(row["firstname"], row["lastname"]) for row in rows] == [
        ("Dot", "O'Neil"),
        ("Eli van", "Rijn"),
        ("Flo", None),
    ]
    assert {row["associatedcompanyid"] for row in rows} == {wire.only("companies")["id"]}
    assert rows[0]["hs_buying_role"] == "DECISION_MAKER"


def test_company_rolls_up_the_roles_of_its_people(wire: Wire) -> None:
    asked = "name,industry,hs_num_decision_makers,hs_num_blockers,hs_num_contacts_with_buying_roles"
    values = wire.only("companies", properties=asked)["properties"]
    assert values["name"] == "Pier Ltd"
    assert values["industry"] == "COLD_STORAGE"
    assert [values[name] for name in asked.split(",")[2:]] == ["1", "1", "2"]
    industry = wire.get("/crm/v3/properties/companies/industry")
    assert [option["value"] for option in industry["options"]] == ["COLD_STORAGE"]


def test_mail_names_people_who_are_no_owners_in_its_headers_only(wire: Wire) -> None:
    asked = "hs_email_headers,hs_email_text,hs_email_html,hubspot_owner_id,hs_email_direction"
    mail = wire.only("emails", properties=asked, associations="contacts,deals,companies")
    headers = json.loads(mail["properties"]["hs_email_headers"])
    assert headers["from"]["email"] == "cy@corran.example"
    assert [party["email"] for party in headers["to"]] == ["dot@pier.example", "ada@corran.example"]
    assert mail["properties"]["hs_email_text"] == "We start in two weeks.\n\nTwo & a half."
    assert mail["properties"]["hs_email_html"] is None
    assert len(mail["associations"]["contacts"]["results"]) == 2
    owners = wire.get("/crm/v3/owners", archived="true")["results"]
    assert mail["properties"]["hubspot_owner_id"] == owners[0]["id"], "the deal's owner, since the author is none"


def test_bodies_are_html(wire: Wire) -> None:
    call = wire.only("calls", properties="hs_call_body,hs_call_title,hs_call_direction")["properties"]
    assert "<p" in call["hs_call_body"]
    assert "Two &amp; a half." in call["hs_call_body"]
    assert (call["hs_call_title"], call["hs_call_direction"]) == ("A call", "OUTBOUND")
    note = wire.only("notes", properties="hs_note_body,hs_body_preview")["properties"]
    assert note["hs_note_body"] == "<p>Eli is <b>wary</b>.</p>"
    assert note["hs_body_preview"] == "Eli is wary."


def test_minutes_stand_in_the_internal_notes_of_a_meeting(wire: Wire) -> None:
    asked = "hs_meeting_title,hs_meeting_body,hs_internal_meeting_notes,hs_meeting_start_time,hs_meeting_end_time"
    values = wire.only("meetings", properties=asked)["properties"]
    assert values["hs_meeting_body"] is None
    assert "two weeks" in values["hs_internal_meeting_notes"]
    assert values["hs_meeting_start_time"] < values["hs_meeting_end_time"]


def test_task_is_open(wire: Wire) -> None:
    values = wire.only("tasks", properties="hs_task_subject,hs_task_status,hs_task_is_completed")["properties"]
    assert (values["hs_task_subject"], values["hs_task_status"]) == ("A task", "NOT_STARTED")
    assert values["hs_task_is_completed"] == "0"


def test_every_interaction_hangs_on_deal_and_company(wire: Wire) -> None:
    for kind in ("emails", "calls", "meetings", "notes", "tasks"):
        assert {"deals", "companies"} <= set(wire.only(kind, associations="deals,companies")["associations"]), kind
    assert wire.only("deals", properties="num_notes")["properties"]["num_notes"] == "5"


def test_shipped_stories_fill_the_portal() -> None:
    told = load_world().events
    deals = [event for event in told if isinstance(event.what, DealOpened) and event.what.deal.crm == "hubspot"]
    said = [event for event in told if isinstance(event.what, InteractionLogged) and event.what.crm == "hubspot"]
    clock, faults = Clock(told[-1].at + timedelta(days=1)), Faults()
    wire = Wire(HubSpotSandbox(clock, faults), clock, faults)
    for event in told:
        wire.sandbox.apply(event)
    logged = [
        row["properties"]["hs_timestamp"]
        for kind in ("emails", "calls", "meetings", "notes", "tasks")
        for row in wire.get(f"/crm/v3/objects/{kind}", limit=100, properties="hs_timestamp")["results"]
    ]
    assert len(wire.get("/crm/v3/objects/deals", limit=100)["results"]) == len(deals)
    assert len(logged) == len(said)
    assert wire.search("deals", ("delivery_project", "HAS_PROPERTY", None))["total"] > 0
