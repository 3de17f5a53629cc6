from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import SecretStr

from atlas_sync.canonical.observed import (
    ObservedClient,
    ObservedContract,
    ObservedDeal,
    ObservedInteraction,
    ObservedPerson,
    ObservedTombstone,
)
from atlas_sync.connectors.hubspot import HubSpotMapper, HubSpotSettings
from atlas_sync.errors import MappingError

SETTINGS = HubSpotSettings(
    access_token=SecretStr("x"), portal_id="99", project_property="project", promise_properties=("scope", "extras")
)
MAPPER = HubSpotMapper("hs", SETTINGS)
WON = {"dealname": "Pier", "dealstage": "9", "hs_is_closed": "true", "hs_is_closed_won": "true"}


def _record(properties: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    record = {"id": "5", "properties": properties, "updatedAt": "2026-06-15T08:00:00Z", "archived": False}
    return {"record": {**record, **more.pop("record", {})}, **more}


def _deal(properties: dict[str, Any], **more: Any) -> ObservedDeal:  # noqa: ANN401 - JSON
    row = MAPPER.map_record("deals", _record(properties, **more))[0]
    assert isinstance(row, ObservedDeal)
    return row


@pytest.mark.parametrize(
    ("setting", "streams"),
    [
        ({"project_property": "pier"}, {"deals"}),
        ({"type_property": "kind"}, {"deals"}),
        ({"default_currency": "USD"}, {"deals"}),
        ({"promise_properties": ("scope",)}, {"deals"}),
        ({"feedback": {}}, {"deals"}),
        ({"deal_cross_ids": ("a", "b")}, {"deals"}),
        ({"client_cross_ids": ("a",)}, {"clients"}),
        ({"person_cross_ids": ("a",)}, {"persons"}),
        ({"portal_id": "1"}, {"deals", "clients", "persons", "notes"}),
        ({"promise_properties": ("extras", "scope"), "access_token": "other", "calls_per_second": 1}, set()),
    ],
)
def test_stream_is_mapped_by_the_settings_that_its_records_follow(setting: dict[str, Any], streams: set[str]) -> None:
    other = HubSpotMapper("hs", HubSpotSettings.model_validate({**SETTINGS.model_dump(), **setting}))
    names = ("deals", "clients", "persons", "notes", "links")
    assert {name for name in names if other.mapped_by(name) != MAPPER.mapped_by(name)} == streams


def test_page_of_a_record_is_the_one_hubspot_names() -> None:
    assert _deal({}).link == "https://app.hubspot.com/contacts/99/record/0-3/5"
    named = "https://app-eu1.hubspot.com/contacts/99/record/0-3/5"
    assert _deal({}, record={"url": named}).link == named


@pytest.mark.parametrize(
    ("closed", "won", "stage"),
    [("true", "true", "won"), ("true", "false", "lost"), ("false", "false", "open"), (None, None, "open")],
)
def test_stage_is_read_from_words_and_not_from_their_truth(closed: str | None, won: str | None, stage: str) -> None:
    assert _deal({"hs_is_closed": closed, "hs_is_closed_won": won}).stage == stage


def _history(*versions: tuple[str, str]) -> dict[str, Any]:
    history = [{"value": value, "timestamp": stamp, "sourceType": "CRM_UI"} for value, stamp in versions]
    return {"propertiesWithHistory": {"dealstage": history}}


def test_deal_was_won_when_it_came_into_its_stage_the_last_time() -> None:
    versions = (
        ("9", "2026-06-12T08:00:00.000Z"),
        ("9", "2026-06-10T08:00:00Z"),
        ("3", "2026-06-09T08:00:00Z"),
        ("9", "2026-06-01T08:00:00Z"),
    )
    entered = {"hs_v2_date_entered_9": "2026-06-02T00:00:00Z", "hs_closed_won_date": "2026-06-30T00:00:00Z"}
    assert _deal({**WON, **entered}, record=_history(*versions)).won_at == datetime(2026, 6, 10, 8, tzinfo=UTC)


def test_without_history_the_stamp_of_the_stage_tells_and_then_the_typed_day() -> None:
    entered = {"hs_v2_date_entered_9": "2026-06-02T00:00:00Z", "hs_closed_won_date": "2026-06-30T00:00:00Z"}
    assert _deal({**WON, **entered}).won_at == datetime(2026, 6, 2, tzinfo=UTC)
    assert _deal({**WON, "hs_closed_won_date": "1782777600000"}).won_at == datetime(2026, 6, 30, tzinfo=UTC)
    assert _deal(WON, record=_history(("3", "2026-06-09T08:00:00Z"))).won_at is None
    assert _deal({**WON, "hs_is_closed_won": "false"}, record=_history(("9", "2026-06-09T08:00:00Z"))).won_at is None


def test_named_properties_hold_promises_and_an_emptied_one_none() -> None:
    properties = {"description": "One network.", "scope": "12 access points\nby May", "extras": None, "project": "CFS"}
    record = _record({**properties, "createdate": "2026-06-01T08:00:00Z", "hubspot_owner_id": "3"})
    deal, scope, extras = MAPPER.map_record("deals", record)
    assert isinstance(deal, ObservedDeal)
    assert (deal.description, deal.project_hint) == ("One network.", "CFS")
    assert isinstance(scope, ObservedInteraction)
    assert (scope.kind, scope.subject, scope.body) == ("promises", "scope", "12 access points\nby May")
    assert (scope.deals, scope.at, scope.source) == ((deal.source,), deal.created_at, "hs:interaction/property:5:scope")
    assert scope.author is not None
    assert isinstance(extras, ObservedTombstone)
    assert (extras.source, extras.deletion) == ("hs:interaction/property:5:extras", "deleted")


def test_deal_that_is_gone_takes_its_written_promises_along() -> None:
    rows = MAPPER.map_record("deals", {"id": "5", "gone": "deleted"})
    names = [row.source for row in rows]
    assert names == ["hs:deal:5", "hs:interaction/property:5:scope", "hs:interaction/property:5:extras"]


def test_first_company_is_the_client() -> None:
    assert _deal({}, companies=["7", "8"]).client == "hs:client:7"
    assert _deal({}, companies=[]).client is None


def test_several_choices_are_roles() -> None:
    row = MAPPER.map_record("persons", _record({"hs_buying_role": "BLOCKER;END_USER", "email": "a@b.example"}))[0]
    assert isinstance(row, ObservedPerson)
    assert row.roles == ("BLOCKER", "END_USER")
    assert row.link == "https://app.hubspot.com/contacts/99/record/0-1/5"


def test_ids_that_the_integration_with_salesforce_noted_are_kept() -> None:
    person = MAPPER.map_record(
        "persons", _record({"email": "a@b.example", "salesforcecontactid": "0035e00000Ab1cDAAR"})
    )[0]
    client = MAPPER.map_record("clients", _record({"name": "Pier", "salesforceaccountid": "0015e00000Ab1cDAAR"}))[0]
    assert isinstance(person, ObservedPerson)
    assert isinstance(client, ObservedClient)
    assert (person.cross_ids, client.cross_ids) == (("0035e00000Ab1cDAAR",), ("0015e00000Ab1cDAAR",))


def test_opportunity_that_a_deal_is_in_salesforce_is_kept_under_the_property_that_settings_name() -> None:
    opportunity = "0065e00000Ab1cDAAR"
    properties = {"dealname": "Pier", "hs_salesforceopportunityid": opportunity, "sf_id": "0065e00000ZZZZZ"}
    deal = MAPPER.map_record("deals", _record(properties))[0]
    assert isinstance(deal, ObservedDeal)
    assert deal.cross_ids == (opportunity,)
    own = HubSpotSettings(access_token=SecretStr("x"), deal_cross_ids=("sf_id",))
    other = HubSpotMapper("hs", own).map_record("deals", _record(properties))[0]
    assert isinstance(other, ObservedDeal)
    assert other.cross_ids == ("0065e00000ZZZZZ",)


def test_quote_is_a_paper_with_its_terms() -> None:
    properties = {"hs_title": "Pier", "hs_status": "APPROVED", "hs_terms": "Net 30", "hs_comments": "Go-live in May"}
    properties |= {"hs_expiration_date": "2026-04-01T00:00:00Z"}
    (row,) = MAPPER.map_record("quotes", _record(properties, deals=["7"], companies=["8"]))
    assert isinstance(row, ObservedContract)
    assert (row.number, row.status, row.deal, row.client) == ("Pier", "APPROVED", "hs:deal:7", "hs:client:8")
    assert row.terms == "Net 30\n\nGo-live in May"
    assert (row.valid_until, row.end_date) == (date(2026, 4, 1), None)


def test_merged_ids_are_buried_with_their_survivor() -> None:
    rows = MAPPER.map_record("clients", _record({"name": "Pier", "hs_merged_object_ids": "3; 4;"}))
    assert [row.source for row in rows] == ["hs:client:5", "hs:client:3", "hs:client:4"]
    assert [row.deletion for row in rows] == [None, "merged", "merged"]
    assert {row.merged_into for row in rows[1:] if isinstance(row, ObservedTombstone)} == {"hs:client:5"}


@pytest.mark.parametrize("how", ["archived", "deleted", "merged", "not_visible"])
def test_departure_is_a_tombstone(how: str) -> None:
    (row,) = MAPPER.map_record("persons", {"gone": how, "id": "5", "into": "6"})
    assert isinstance(row, ObservedTombstone)
    assert (row.source, row.deletion, row.merged_into) == ("hs:person:5", how, "hs:person:6")


@pytest.mark.parametrize(
    ("stream", "record"),
    [
        ("persons", {"gone": "lost", "id": "5"}),
        ("persons", {"gone": "deleted"}),
        ("users", {"gone": "deleted", "id": "5"}),
        ("archived", {"gone": "archived", "id": "5", "stream": "tickets"}),
        ("archived", {"gone": "archived", "id": "5"}),
        ("links", {"landed": {"record": {}}}),
        ("links", {"landed": "x", "stream": "notes"}),
        ("deals", {"record": {"properties": {}}}),
        ("deals", _record({"amount": "much"})),
        ("deals", _record({"hs_is_closed": "perhaps"})),
        ("deals", _record({}, companies="7")),
        ("notes", _record({"hs_note_body": "x"})),
        ("emails", _record({"hs_timestamp": "2026-06-15T08:00:00Z", "hs_email_headers": "{"})),
        ("emails", _record({"hs_timestamp": "2026-06-15T08:00:00Z", "hs_email_headers": '{"to": 1}'})),
        ("roles", {"deal": "5"}),
    ],
)
def test_odd_record_is_refused_by_name_and_in_no_other_way(stream: str, record: dict[str, Any]) -> None:
    with pytest.raises(MappingError) as caught:
        MAPPER.map_record(stream, record)
    assert caught.value.path.startswith("$")


def test_bare_pair_and_pipeline_say_nothing_by_themselves() -> None:
    assert (
        MAPPER.map_record("links", {"deal": "5", "type": "notes", "id": "6", "attached": True, "stream": "notes"}) == []
    )
    assert MAPPER.map_record("pipelines", {"id": "default"}) == []


def test_pair_that_is_news_says_what_its_record_says() -> None:
    landed = _record({"hs_timestamp": "2026-06-15T08:00:00Z", "hs_note_body": "Hi"}, deals=["7"])
    (row,) = MAPPER.map_record("links", {"stream": "notes", "landed": landed})
    assert row == MAPPER.map_record("notes", landed)[0]
    assert isinstance(row, ObservedInteraction)
    assert row.deals == ("hs:deal:7",)


def test_role_without_label_is_one_without_a_name() -> None:
    types = [{"label": None}, {"label": "Decision maker"}, {"label": "Champion"}]
    rows = MAPPER.map_record("roles", {"deal": "5", "contact": "6", "types": types})
    assert [getattr(row, "role", "") for row in rows] == ["Decision maker", "Champion"]
    (row,) = MAPPER.map_record("roles", {"deal": "5", "contact": "6", "types": [{"label": None}]})
    assert getattr(row, "role", "") is None


def test_mail_names_its_people() -> None:
    headers = {"from": {"email": "a@pier.example", "firstName": "A"}, "to": [{"email": "b@corran.example"}], "cc": []}
    properties = {
        "hs_timestamp": "2026-06-15T08:00:00Z",
        "hs_email_html": "<p>Hi</p>",
        "hs_email_direction": "INCOMING_EMAIL",
        "hs_email_headers": json.dumps(headers),
    }
    (row,) = MAPPER.map_record("emails", _record(properties))
    assert isinstance(row, ObservedInteraction)
    assert (row.direction, row.body_format) == ("in", "html")
    assert row.author is not None
    assert [one.email for one in (row.author, *row.participants)] == ["a@pier.example", "b@corran.example"]


def test_internal_notes_of_a_meeting_are_a_note_of_their_own() -> None:
    stamp = {"hs_timestamp": "2026-06-15T08:00:00Z", "hs_meeting_title": "Kickoff"}
    both = _record({**stamp, "hs_meeting_body": "<p>Agenda</p>", "hs_internal_meeting_notes": "Wary of the price"})
    rows = [row for row in MAPPER.map_record("meetings", both) if isinstance(row, ObservedInteraction)]
    assert [(row.source, row.kind, row.body, row.body_format) for row in rows] == [
        ("hs:interaction/meeting:5", "meeting", "<p>Agenda</p>", "html"),
        ("hs:interaction/meeting:5/internal", "note", "Wary of the price", "text"),
    ]


@pytest.mark.parametrize("left", [{"hs_meeting_body": "Agenda"}, {"hs_internal_meeting_notes": "Agenda"}])
def test_meeting_with_one_text_holds_no_note_any_more(left: dict[str, str]) -> None:
    meeting, note = MAPPER.map_record("meetings", _record({"hs_timestamp": "2026-06-15T08:00:00Z", **left}))
    assert getattr(meeting, "body", "") == "Agenda"
    assert note == ObservedTombstone(source="hs:interaction/meeting:5/internal", deletion="deleted")


def test_mail_without_headers_is_by_its_owner() -> None:
    properties = {"hs_timestamp": "2026-06-15T08:00:00Z", "hs_email_text": "Hi", "hubspot_owner_id": "9"}
    (row,) = MAPPER.map_record("emails", _record(properties))
    assert isinstance(row, ObservedInteraction)
    assert row.author is not None
    assert (row.author.ref, row.participants, row.direction) == ("hs:user:9", (), "out")


@pytest.mark.parametrize("direction", ["INCOMING_EMAIL", "FORWARDED_EMAIL"])
@pytest.mark.parametrize(("contacts", "author"), [(["6"], "hs:person:6"), ([], None), (["6", "7"], None)])
def test_mail_of_a_customer_without_headers_is_not_by_its_owner(
    direction: str, contacts: list[str], author: str | None
) -> None:
    properties = {
        "hs_timestamp": "2026-06-15T08:00:00Z",
        "hs_email_text": "Hi",
        "hubspot_owner_id": "9",
        "hs_email_direction": direction,
    }
    (row,) = MAPPER.map_record("emails", _record(properties, contacts=contacts))
    assert isinstance(row, ObservedInteraction)
    assert (row.author.ref if row.author else None) == author


@pytest.mark.parametrize(
    ("status", "said"), [("SENT", 1), ("BOUNCED", 1), ("SCHEDULED", 0), ("SENDING", 0), ("FAILED", 0)]
)
def test_mail_that_was_not_sent_says_nothing(status: str, said: int) -> None:
    properties = {"hs_timestamp": "2026-06-15T08:00:00Z", "hs_email_text": "Hi", "hs_email_status": status}
    (row,) = MAPPER.map_record("emails", _record(properties))
    assert row.source == "hs:interaction/email:5"
    assert isinstance(row, ObservedInteraction) == bool(said)


@pytest.mark.parametrize(
    ("body", "form"),
    [
        ("Rang Ruth. " * 30 + "&amp; then<br>We send the list.", "html"),
        ("Rang Ruth. " * 30 + "We send the <b>list</b>.", "html"),
        ("<p>Rang Ruth", "html"),
        ("a < b and > 3 days, ask <b@pier.example> <3", "text"),
        ("", "text"),
    ],
)
def test_call_is_markup_where_a_tag_stands_anywhere(body: str, form: str) -> None:
    (row,) = MAPPER.map_record("calls", _record({"hs_timestamp": "2026-06-15T08:00:00Z", "hs_call_body": body}))
    assert getattr(row, "body_format", "") == form


def test_queue_without_name_and_address_is_no_user() -> None:
    assert MAPPER.map_record("users", {"id": "5", "type": "QUEUE"}) == []
