"""What the org made itself: fields that come along untouched, objects and texts that the settings name, files."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from atlas_sync.canonical.observed import ObservedDeal, ObservedInteraction
from atlas_sync.connectors.protocol import ReadRequest
from atlas_sync.connectors.salesforce.fields import streams_for
from atlas_sync.connectors.salesforce.settings import CustomObject
from atlas_sync.errors import AccessError, ConfigError
from tests.connectors.salesforce.conftest import Stage, settings_for
from tests.sandbox.salesforce.rig import NOW

NOTE = CustomObject(deal="Opportunity__c", texts=("Body__c", "Why__c"))


def _landed(stage: Stage, stream: str, **known: list[str]) -> list[Any]:
    pages = stage.reader().read(ReadRequest(stream, None, known))
    return [msgspec.json.decode(record.body) for page in pages for record in page.records]


def _with(stage: Stage, **values: object) -> None:
    stage.settings = stage.settings.model_copy(update=values)


def test_custom_fields_of_a_deal_are_landed_untouched(stage: Stage) -> None:
    values = {
        "Success_Criteria__c": "Live before June.\r\n\tNo freeze.",
        "Services__c": "Training;Migration",
        "Site__Latitude__s": 55.9758,
        "Site__Longitude__s": -3.17,
    }
    stage.wire.call("PATCH", f"sobjects/Opportunity/{stage.id_of('Opportunity')}", json=values)
    (deal,) = _landed(stage, "deals")
    assert {name: deal[name] for name in values} == values
    assert "Site__c" not in deal  # its parts are there, and jobs refuse the whole


def test_hidden_custom_field_is_left_out_in_silence_unless_it_is_named(stage: Stage) -> None:
    stage.wire.faults.hide("salesforce", "Opportunity", "Success_Criteria__c")
    assert stage.reader().describe("deals").missing == ()
    assert "Success_Criteria__c" not in _landed(stage, "deals")[0]
    _with(stage, deal_texts=("Success_Criteria__c",))
    assert stage.reader().describe("deals").required == ("Success_Criteria__c",)


def test_text_of_a_deal_comes_as_a_note_and_goes_when_it_is_emptied(stage: Stage) -> None:
    _with(stage, deal_texts=("Success_Criteria__c",))
    path = f"sobjects/Opportunity/{stage.id_of('Opportunity')}"
    stage.wire.call("PATCH", path, json={"Success_Criteria__c": "We go live in May."})
    deal, note = stage.read("deals")
    assert isinstance(deal, ObservedDeal)
    assert isinstance(note, ObservedInteraction)
    assert (note.body, note.deals) == ("We go live in May.", (deal.source,))
    stage.wire.call("PATCH", path, json={"Success_Criteria__c": None})
    assert [row.deletion for row in stage.read("deals")] == [None, "deleted"]


def test_object_of_the_orgs_own_is_landed_with_all_its_fields_and_mapped(stage: Stage) -> None:
    _with(stage, custom={"Delivery_Note__c": NOTE})
    deal = stage.id_of("Opportunity")
    key = stage.make(
        "Delivery_Note__c", Opportunity__c=deal, Body__c="We include training.", Why__c="Audit", Services__c="Training"
    )
    (record,) = _landed(stage, "Delivery_Note__c")
    assert (record["Services__c"], record["Name"], record["OwnerId"][:3]) == ("Training", "DN-0001", "005")
    (note,) = stage.read("Delivery_Note__c")
    assert isinstance(note, ObservedInteraction)
    assert (note.source, note.subject) == (f"crm:interaction/custom:{key}", "DN-0001")
    assert (note.body, note.deals) == ("We include training.\n\nAudit", (f"crm:deal:{deal}",))
    assert stage.reader().describe("Delivery_Note__c").missing == ()


def test_object_of_the_orgs_own_is_read_by_increments_with_its_deletions(stage: Stage) -> None:
    _with(stage, custom={"Delivery_Note__c": NOTE})
    first, second = (stage.make("Delivery_Note__c", Body__c=text) for text in ("one", "two"))
    stage.later(hours=1)
    stage.wire.call("DELETE", f"sobjects/Delivery_Note__c/{first}")
    rows = stage.read("Delivery_Note__c", NOW + timedelta(minutes=30))
    assert [(row.source.rpartition(":")[2], row.deletion) for row in rows] == [(first, "deleted")]
    assert [record.id for page in stage.reader().sweep("Delivery_Note__c") for record in page.records] == [second]


def test_object_that_the_org_has_not_is_an_access_error(stage: Stage) -> None:
    _with(stage, custom={"Nothing__c": NOTE})
    with pytest.raises(AccessError, match="Nothing__c"):
        stage.reader().describe("Nothing__c")


def test_misspelt_field_of_an_object_is_reported_as_required(stage: Stage) -> None:
    _with(stage, custom={"Delivery_Note__c": NOTE.model_copy(update={"texts": ("Bodi__c",)})})
    assert stage.reader().describe("Delivery_Note__c").required == ("Bodi__c",)


def test_streams_of_the_orgs_own_stand_last_and_feed_the_conversation_only_with_texts() -> None:
    settings = settings_for(None, custom={"Note__c": NOTE, "Site__c": CustomObject()}, field_history=True)
    own = settings_for(None)
    added = streams_for(settings)[len(streams_for(own)) :]
    assert [(spec.name, spec.feeds) for spec in added] == [
        ("deal_changes", ()),
        ("Note__c", ("conversation",)),
        ("Site__c", ()),
    ]


@pytest.mark.parametrize(
    "custom",
    [
        {"Account": {}},
        {"X; DELETE__c": {}},
        {"Note__c": {"texts": ["Body__c"]}},
        {"Note__c": {"deal": "Id FROM User --"}},
        {"Note__c": {"at": "a b"}},
    ],
    ids=str,
)
def test_object_that_would_lead_astray_is_refused(custom: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        settings_for(None, custom=custom)


def test_deal_text_that_is_no_name_is_refused() -> None:
    with pytest.raises(ConfigError):
        settings_for(None, deal_texts=["Id FROM User --"])


def test_stages_of_a_deal_are_landed_in_order(stage: Stage) -> None:
    stages = [row["StageName"] for row in _landed(stage, "deal_stages")]
    assert stages == ["Qualification", "Negotiation/Review", "Closed Won"]


def test_tracked_changes_are_read_by_the_day_they_were_made(stage: Stage) -> None:
    _with(stage, field_history=True)
    stage.later(hours=1)
    stage.wire.call("PATCH", f"sobjects/Opportunity/{stage.id_of('Opportunity')}", json={"NextStep": "Kick-off"})
    pages = stage.reader().read(ReadRequest("deal_changes", NOW + timedelta(minutes=30)))
    (change,) = [msgspec.json.decode(record.body) for page in pages for record in page.records]
    assert (change["Field"], change["OldValue"], change["NewValue"]) == ("NextStep", None, "Kick-off")
    assert stage.ids("deal_changes") == [
        record.id for page in stage.reader().sweep("deal_changes") for record in page.records
    ]


def test_file_is_landed_with_what_is_known_about_it_and_its_bytes_are_left(stage: Stage) -> None:
    deal, org = stage.id_of("Opportunity"), stage.org
    key = org.add_note("Plan.pdf", "<p>bytes</p>", parent=deal, by=org.api_user, at=NOW)
    org.store.get("ContentDocument", key).update(FileType="PDF")  # type: ignore[union-attr]  # it was just made
    reader = stage.reader()
    pages = list(reader.read(ReadRequest("notes", None, {"deals": [deal]})))
    found = {record.id: msgspec.json.decode(record.body) for page in pages for record in page.records}
    assert found[key]["version"]["PathOnClient"] == "Plan.pdf.snote"
    assert "content" not in found[key]
    assert {link["LinkedEntityId"] for link in found[key]["links"]} >= {deal}


def test_file_whose_version_is_hidden_is_landed_without_it(stage: Stage) -> None:
    deal, org = stage.id_of("Opportunity"), stage.org
    org.add_note("Plan.pdf", "<p>bytes</p>", parent=deal, by=org.api_user, at=NOW)
    for document in org.store.rows("ContentDocument"):
        document["FileType"] = "PDF"
    stage.wire.faults.deny("salesforce", "ContentVersion")
    assert [record["version"] for record in _landed(stage, "notes", deals=[deal])] == [None, None]


def test_query_too_long_for_an_address_goes_in_a_body_and_pages_on(stage: Stage) -> None:
    client = stage.reader()._client
    keys = stage.ids("tasks")
    listed = ",".join(f"'{key}'" for key in [*keys, *(f"00T5e00000A{n:04d}" for n in range(900))])
    soql = f"SELECT Id FROM Task WHERE Id IN ({listed}) ORDER BY Id"  # noqa: S608 - ids
    first = client.query(soql, operation="Task").json()
    assert [row["Id"] for row in first["records"]] == keys[:2]
    rest = client.more(first["nextRecordsUrl"], operation="Task").json()
    assert [row["Id"] for row in rest["records"]] == keys[2:]


def test_refusal_inside_a_good_answer_is_read_as_one(stage: Stage) -> None:
    soql = "SELECT Nothing__c FROM Task WHERE Subject != '" + "x" * 13_000 + "'"
    with pytest.raises(AccessError, match=r"Task\.Nothing__c"):
        stage.reader()._client.query(soql, operation="Task")


def test_session_lost_on_a_long_query_is_opened_anew(stage: Stage) -> None:
    client = stage.reader()._client
    client.get("sobjects/Task/describe", operation="describe")
    stage.wire.sandbox.end_sessions()
    soql = "SELECT Id FROM Task WHERE Subject != '" + "x" * 13_000 + "'"
    assert client.query(soql, operation="Task").status == 200
