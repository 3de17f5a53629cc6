from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from atlas_sync.connectors.hubspot.objects import OBJECTS
from atlas_sync.connectors.hubspot.properties import _is_noise
from tests.connectors.hubspot.conftest import Stage, settings_for
from tests.sandbox.hubspot.rig import LAG, NOW


def _define(stage: Stage, kind: str, name: str, *, type_: str = "string", field: str = "textarea") -> None:
    body: dict[str, Any] = {"name": name, "label": name, "type": type_, "fieldType": field, "groupName": "g"}
    if type_ == "enumeration":
        body["options"] = [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}]
    stage.wire.post(f"/crm/v3/properties/{kind}", body, status=201)


@pytest.mark.parametrize("stream", list(OBJECTS))
def test_nothing_is_missing_where_all_is_shown(stage: Stage, stream: str) -> None:
    report = stage.reader().describe(stream)
    assert (report.missing, report.required, report.advice) == ((), (), "")
    assert set(report.shown) >= {*OBJECTS[stream].needed, *OBJECTS[stream].wanted}


def test_hidden_property_is_reported_with_the_sentence_for_the_admin(stage: Stage) -> None:
    stage.wire.faults.hide("hubspot", "deals", "dealstage")
    stage.wire.faults.hide("hubspot", "deals", "hs_acv")
    stage.wire.faults.hide("hubspot", "deals", "delivery_project")
    report = stage.reader().describe("deals")
    assert set(report.missing) == {"dealstage", "hs_acv", "delivery_project"}
    assert set(report.required) == {"dealstage", "delivery_project"}
    assert "hs_acv" in report.advice


@pytest.mark.parametrize(
    ("stream", "name"),
    [
        ("deals", "hubspot_owner_id"),
        ("deals", "description"),
        ("deals", "hs_next_step"),
        ("notes", "hubspot_owner_id"),
        ("calls", "hubspot_owner_id"),
        ("tasks", "hubspot_owner_id"),
        ("meetings", "hubspot_owner_id"),
        ("meetings", "hs_internal_meeting_notes"),
        ("emails", "hs_email_subject"),
        ("quotes", "hs_terms"),
        ("quotes", "hs_comments"),
    ],
)
def test_property_that_tells_what_was_said_and_by_whom_is_needed(stage: Stage, stream: str, name: str) -> None:
    stage.wire.faults.hide("hubspot", stream, name)
    assert stage.reader().describe(stream).required == (name,)


def test_promised_property_that_is_not_there_makes_the_deals_partial(stage: Stage) -> None:
    stage.settings = settings_for(stage.settings.endpoint, promise_properties=("scpoe",))
    assert stage.reader().describe("deals").required == ("scpoe",)
    assert stage.reader().describe("clients").required == ()


def test_sensitive_property_is_left_alone_and_reported(stage: Stage) -> None:
    answer = stage.wire.get("/crm/v3/properties/contacts")
    health = {"name": "blood_type", "type": "string", "dataSensitivity": "sensitive"}
    body = json.dumps({"results": [*answer["results"], health]})
    stage.fault("status", "/properties/2026-09/contacts", status=200, body=body)
    reader = stage.reader()
    assert reader.describe("persons").missing == ("blood_type",)
    assert "blood_type" not in reader._properties.asked("persons")


@pytest.mark.parametrize("since", [None, NOW], ids=["full", "increment"])
@pytest.mark.parametrize(("stream", "kind"), [("deals", "deals"), ("clients", "companies")])
def test_own_properties_are_landed_untouched(stage: Stage, stream: str, kind: str, since: Any) -> None:  # noqa: ANN401 - a time
    _define(stage, kind, "regions", type_="enumeration", field="checkbox")
    _define(stage, kind, "promise")
    key = stage.wire.create(kind, regions="b;a", promise=" Two\nlines; ü ")
    stage.wire.wait(LAG + 1)
    (body,) = [body for body in stage.bodies(stream, since) if body["record"]["id"] == key]
    assert body["record"]["properties"]["regions"] == "b;a"
    assert body["record"]["properties"]["promise"] == " Two\nlines; ü "


@pytest.mark.parametrize("since", [None, NOW], ids=["full", "increment"])
def test_more_names_than_an_address_or_a_search_holds_are_asked_in_bodies(stage: Stage, since: Any) -> None:  # noqa: ANN401 - a time
    names = [f"own_property_with_a_rather_long_name_{number:03d}" for number in range(240)]
    for name in names:
        _define(stage, "companies", name)
    key = stage.wire.create("companies", **{names[0]: "first", names[-1]: "last"})
    stage.wire.wait(LAG + 1)
    (body,) = [body for body in stage.bodies("clients", since) if body["record"]["id"] == key]
    assert (body["record"]["properties"][names[0]], body["record"]["properties"][names[-1]]) == ("first", "last")


def test_when_a_deal_came_into_a_stage_is_asked_though_it_is_calculated(stage: Stage) -> None:
    (body,) = stage.bodies("deals")
    assert body["record"]["properties"]["hs_v2_date_entered_closedwon"] == "2026-03-22T09:30:00Z"
    assert "hs_all_owner_ids" not in body["record"]["properties"]


def test_id_in_another_crm_is_asked_where_there_is_one_and_not_missed_elsewhere(stage: Stage) -> None:
    stage.settings = settings_for(stage.settings.endpoint, deal_cross_ids=("hs_all_owner_ids", "no_such_thing"))
    assert stage.reader().describe("deals").missing == ()
    (body,) = stage.bodies("deals")
    assert "hs_all_owner_ids" in body["record"]["properties"]  # which is noise otherwise
    assert "no_such_thing" not in body["record"]["properties"]


def test_more_deals_than_a_batch_with_history_takes_are_read(stage: Stage) -> None:
    inputs = [{"properties": {"dealname": f"D{number}"}} for number in range(60)]
    stage.wire.post("/crm/v3/objects/deals/batch/create", {"inputs": inputs}, status=201)
    assert len(stage.ids("deals")) == 61


def test_history_of_a_deal_is_landed(stage: Stage) -> None:
    (body,) = stage.bodies("deals")
    history = body["record"]["propertiesWithHistory"]
    assert set(history) == set(OBJECTS["deals"].history)
    stages = [version["value"] for version in history["dealstage"]]
    assert stages == ["closedwon", "contractsent", "qualifiedtobuy"]


def test_stages_of_pipelines_are_landed_and_name_the_deals_stage(stage: Stage) -> None:
    (body,) = stage.bodies("pipelines")
    assert len(body["stages"]) == 7
    (deal,) = stage.bodies("deals")
    assert deal["stage"] == {"label": "Closed Won", "probability": "1.0"}


def test_record_is_landed_as_it_came(stage: Stage) -> None:
    page = stage.pages("clients")[0]
    record = msgspec.json.decode(page.records[0].body)["record"]
    names = ",".join(record["properties"])
    assert record == stage.wire.get(f"/crm/objects/2026-09/companies/{record['id']}", properties=names)


@pytest.mark.contracts
@pytest.mark.parametrize("kind", ["deals", "line_items"])
def test_what_the_vendor_keeps_for_itself_is_not_asked(shared: Path, kind: str) -> None:
    path = shared / f"contracts/hubspot/recordings/properties_{kind}.json"
    rows = json.loads(path.read_text(encoding="utf-8"))["exchanges"][0]["response"]["body"]["results"]
    kept = {row["name"] for row in rows if not _is_noise(row)}
    assert len(kept) < len(rows) / 2
    assert not {"hs_updated_by_user_id", "hs_user_ids_of_all_owners", "hs_was_imported"} & kept
    assert {"description", "amount"} <= kept
    defined = {row["name"] for row in rows}
    stream = next(stream for stream, found in OBJECTS.items() if found.type == kind)
    assert {*OBJECTS[stream].needed, *OBJECTS[stream].wanted, *OBJECTS[stream].history} <= defined
