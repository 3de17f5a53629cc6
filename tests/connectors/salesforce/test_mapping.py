from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas_sync.canonical.observed import (
    Observed,
    ObservedClient,
    ObservedContract,
    ObservedDeal,
    ObservedInteraction,
    ObservedPerson,
    ObservedRole,
    ObservedTombstone,
    ObservedUser,
)
from atlas_sync.connectors.salesforce import SalesforceMapper, SalesforceSettings
from atlas_sync.connectors.salesforce.fields import SOURCES, sources_for, streams_for
from atlas_sync.connectors.salesforce.mapping import IGNORED, LANDED_ONLY
from atlas_sync.errors import MappingError
from tests.connectors.salesforce.conftest import settings_for

MAPPER = SalesforceMapper("crm", settings_for(None))
OWN = settings_for(
    None,
    field_history=True,
    deal_texts=("Success_Criteria__c",),
    custom={
        "Delivery_Note__c": {"deal": "Opportunity__c", "texts": ["Body__c", "Why__c"]},
        "Site__c": {},
    },
)
OWN_MAPPER = SalesforceMapper("crm", OWN)
STAMP = "2026-05-01T07:25:37.000+0000"
AT = datetime(2026, 5, 1, 7, 25, 37, tzinfo=UTC)
DEAL, CONTACT, ACCOUNT, USER, QUEUE, LEAD = "006A", "003A", "001A", "005A", "00GA", "00QA"


@pytest.mark.parametrize(
    ("setting", "streams"),
    [
        ({"project_field": "Project__c"}, {"deals"}),
        ({"type_field": "Type"}, {"deals"}),
        ({"default_currency": "USD"}, {"deals"}),
        ({"deal_texts": ()}, {"deals"}),
        ({"promise_texts": ("Promised__c",)}, {"deals"}),
        ({"deal_texts_format": "html"}, {"deals"}),
        ({"deal_cross_ids": ("Hub__c",)}, {"deals"}),
        ({"custom": {"Delivery_Note__c": {"deal": "Opportunity__c", "texts": ["Body__c"]}}}, {"Delivery_Note__c"}),
        ({"instance_url": "https://new.my.salesforce.com"}, {"deals", "tasks", "Delivery_Note__c"}),
        ({"client_secret": "other", "calls_per_second": 1, "field_history": False}, set()),
    ],
)
def test_stream_is_mapped_by_the_settings_that_its_records_follow(setting: dict[str, Any], streams: set[str]) -> None:
    other = SalesforceMapper("crm", SalesforceSettings.model_validate({**OWN.model_dump(), **setting}))
    names = ("deals", "tasks", "Delivery_Note__c", "deal_stages")
    assert {name for name in names if other.mapped_by(name) != OWN_MAPPER.mapped_by(name)} == streams


def _one(stream: str, **fields: object) -> Observed:
    (row,) = MAPPER.map_record(stream, {"Id": "X", "SystemModstamp": STAMP, "CreatedDate": STAMP, **fields})
    return row


def _deal(**fields: object) -> ObservedDeal:
    usual = {"Name": "Pier", "StageName": "Signed!", "IsWon": False, "IsClosed": False}
    row = _one("deals", **{**usual, **fields})
    assert isinstance(row, ObservedDeal)
    return row


def _talk(stream: str, **fields: object) -> ObservedInteraction:
    row = _one(stream, **fields)
    assert isinstance(row, ObservedInteraction)
    return row


def test_id_that_an_own_field_holds_of_another_crm_is_kept() -> None:
    mapper = SalesforceMapper("crm", settings_for(None, deal_cross_ids=("HubSpot_Deal__c", "Old_Id__c")))
    fields = {"Name": "Pier", "StageName": "Signed!", "IsWon": False, "IsClosed": False}
    record = {"Id": "X", "SystemModstamp": STAMP, **fields, "HubSpot_Deal__c": "99808697366", "Old_Id__c": None}
    (deal,) = mapper.map_record("deals", record)
    assert isinstance(deal, ObservedDeal)
    assert deal.cross_ids == ("99808697366",)
    assert _deal(HubSpot_Deal__c="99808697366").cross_ids == ()


@pytest.mark.parametrize(
    ("is_won", "is_closed", "stage"), [(True, True, "won"), (False, True, "lost"), (False, False, "open")]
)
def test_stage_follows_from_its_definition_and_not_its_name(is_won: bool, is_closed: bool, stage: str) -> None:  # noqa: FBT001 - rows of a table
    deal = _deal(IsWon=is_won, IsClosed=is_closed, LastStageChangeDate=STAMP)
    assert (deal.stage, deal.stage_label) == (stage, "Signed!")
    assert deal.won_at == (AT if stage == "won" else None)


def test_deal_whose_stage_cannot_be_read_is_refused() -> None:
    with pytest.raises(MappingError, match="IsWon"):
        _deal(IsWon=None)


def test_amount_is_exact_and_has_the_orgs_or_the_settings_currency() -> None:
    assert _deal(Amount=1234.56).amount == Decimal("1234.56")
    assert _deal(Amount=1).currency == "EUR"
    assert _deal(Amount=1, CurrencyIsoCode="SEK").currency == "SEK"
    assert _deal().amount is None


def test_date_is_not_shifted_by_a_time_zone() -> None:
    assert _deal(CloseDate="2026-03-31").close_date == date(2026, 3, 31)


def test_queue_that_owns_is_nobody() -> None:
    assert _deal(OwnerId=QUEUE).owner is None
    assert _deal(OwnerId=USER).owner == "crm:user:005A"


def test_links_lead_to_the_records_page() -> None:
    assert _deal(Id=DEAL).link == "https://tidemark.my.salesforce.com/lightning/r/Opportunity/006A/view"


@pytest.mark.parametrize(
    ("fields", "deletion", "winner"),
    [
        ({}, None, None),
        ({"IsDeleted": True}, "deleted", None),
        ({"IsDeleted": True, "MasterRecordId": "W"}, "merged", "W"),
        ({"IsDeleted": False, "MasterRecordId": "W"}, None, None),
    ],
)
def test_merged_is_told_from_deleted(fields: dict[str, Any], deletion: str | None, winner: str | None) -> None:
    client = _one("clients", Name="Pier", **fields)
    person = _one("persons", Name="Dot", **fields)
    assert isinstance(client, ObservedClient)
    assert isinstance(person, ObservedPerson)
    assert client.deletion == person.deletion == deletion
    assert client.merged_into == (f"crm:client:{winner}" if winner else None)
    assert person.merged_into == (f"crm:person:{winner}" if winner else None)


@pytest.mark.parametrize(
    ("website", "domain"),
    [
        ("www.pier.example", "pier.example"),
        ("https://www.pier.example/about?x=1", "pier.example"),
        ("PIER.example:8080", "pier.example"),
        ("none", None),
        ("http://[", None),
        ("", None),
        (None, None),
    ],
)
def test_domain_is_read_from_what_people_type(website: str | None, domain: str | None) -> None:
    client = _one("clients", Name="Pier", Website=website)
    assert isinstance(client, ObservedClient)
    assert client.domain == domain


@pytest.mark.parametrize(("kind", "count"), [("Standard", 1), ("AutomatedProcess", 0), ("CspLitePortal", 0), (None, 1)])
def test_only_people_with_a_login_of_ours_are_users(kind: str | None, count: int) -> None:
    assert len(MAPPER.map_record("users", {"Id": USER, "Name": "Ada", "UserType": kind})) == count


def test_user_without_a_joined_name_has_it_from_its_parts() -> None:
    user = _one("users", FirstName="Ada", LastName="Nkemelu", IsActive=False)
    assert isinstance(user, ObservedUser)
    assert (user.name, user.active) == ("Ada Nkemelu", False)


def test_mobile_number_stands_in_for_a_missing_one() -> None:
    person = _one("persons", Name="Dot", Phone="", MobilePhone="+44 2")
    assert isinstance(person, ObservedPerson)
    assert person.phone == "+44 2"


def test_role_without_a_name_is_still_a_role() -> None:
    role = _one("roles", OpportunityId=DEAL, ContactId=CONTACT, Role=None)
    assert isinstance(role, ObservedRole)
    assert (role.deal, role.person, role.role) == ("crm:deal:006A", "crm:person:003A", None)


def test_terms_of_a_contract_are_both_of_its_texts() -> None:
    contract = _one("contracts", SpecialTerms="Export included.", Description="Two sites.")
    assert isinstance(contract, ObservedContract)
    assert contract.terms == "Export included.\n\nTwo sites."


@pytest.mark.parametrize(
    ("subtype", "kind"),
    [
        ("Call", "call"),
        ("Email", "email"),
        ("ListEmail", "email"),
        ("Task", "task"),
        ("Cadence", "task"),
        ("LinkedIn", "task"),
        (None, "task"),
    ],
)
def test_kind_of_an_activity_is_its_subtype(subtype: str | None, kind: str) -> None:
    assert _talk("tasks", TaskSubtype=subtype).kind == kind


def test_activity_that_repeats_a_mail_is_merged_into_it() -> None:
    (row,) = MAPPER.map_record("tasks", {"record": {"Id": "T", "TaskSubtype": "Email"}, "email_message": "02sA"})
    assert row == ObservedTombstone(source="crm:interaction/task:T", deletion="merged")


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"CompletedDateTime": "2026-05-02T09:00:00.000+0000"}, datetime(2026, 5, 2, 9, tzinfo=UTC)),
        (
            {"CompletedDateTime": "2026-05-02T09:00:00.000+0000", "ActivityDate": "2026-05-01"},
            datetime(2026, 5, 2, 9, tzinfo=UTC),
        ),
        (
            {"CompletedDateTime": "2026-05-09T09:00:00.000+0000", "ActivityDate": "2026-05-01"},
            datetime(2026, 5, 1, tzinfo=UTC),
        ),
        ({}, AT),
    ],
    ids=["completed", "next day by the clock elsewhere", "logged late", "created"],
)
def test_call_took_place_on_its_day(fields: dict[str, Any], at: datetime) -> None:
    assert _talk("tasks", TaskSubtype="Call", **fields).at == at


def test_to_do_is_dated_by_when_it_was_written_and_not_when_it_is_due() -> None:
    assert _talk("tasks", TaskSubtype="Task", ActivityDate="2026-12-24").at == AT


@pytest.mark.parametrize(
    ("who", "what", "persons", "deals", "clients"),
    [
        (CONTACT, DEAL, ("crm:person:003A",), ("crm:deal:006A",), ("crm:client:001A",)),
        (LEAD, ACCOUNT, (), (), ("crm:client:001A",)),
        (None, "a0BA", (), (), ("crm:client:001A",)),
    ],
)
def test_activity_is_attached_by_what_its_ids_begin_with(
    who: str | None, what: str, persons: tuple[str, ...], deals: tuple[str, ...], clients: tuple[str, ...]
) -> None:
    call = _talk("tasks", WhoId=who, WhatId=what, AccountId=ACCOUNT)
    assert (call.persons, call.deals, call.clients) == (persons, deals, clients)


def test_meeting_of_a_whole_day_is_dated_by_it() -> None:
    assert _talk("events", ActivityDate="2026-05-09").at == datetime(2026, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "html", "body", "body_format"),
    [
        ("Hi", "<p>Hi</p>", "Hi", "text"),
        (None, "<p>Hi</p>", "<p>Hi</p>", "html"),
        ("", "<p>Hi</p>", "<p>Hi</p>", "html"),
        (None, None, "", "text"),
    ],
)
def test_mail_has_whichever_body_there_is(text: str | None, html: str | None, body: str, body_format: str) -> None:
    mail = _talk("emails", TextBody=text, HtmlBody=html)
    assert (mail.body, mail.body_format) == (body, body_format)


def test_mail_names_its_author_and_everybody_it_went_to() -> None:
    mail = _talk(
        "emails",
        FromName="Dot",
        FromAddress="dot@pier.example",
        ToAddress="a@x.example; Ben Ruiz <b@x.example>",
        CcAddress="c@x.example",
        Incoming=True,
        RelatedToId=DEAL,
        MessageDate=STAMP,
    )
    assert mail.author is not None
    assert (mail.author.name, mail.author.email, mail.direction) == ("Dot", "dot@pier.example", "in")
    assert [(one.name, one.email) for one in mail.participants] == [
        (None, "a@x.example"),
        ("Ben Ruiz", "b@x.example"),
        (None, "c@x.example"),
    ]
    assert (mail.at, mail.deals) == (AT, ("crm:deal:006A",))


@pytest.mark.parametrize("draft", [{"Status": "5"}, {"IsPrivateDraft": True}])
def test_draft_says_nothing(draft: dict[str, object]) -> None:
    assert MAPPER.map_record("emails", {"Id": "M", "CreatedDate": STAMP, **draft}) == []


def test_note_leaves_out_links_that_were_taken_away() -> None:
    links = [{"LinkedEntityId": DEAL, "IsDeleted": True}, {"LinkedEntityId": "006B"}, {"LinkedEntityId": USER}]
    record = {"Id": "N", "CreatedDate": STAMP, "OwnerId": USER, "Title": "Kick-off"}
    (note,) = MAPPER.map_record("notes", {"record": record, "links": links, "content": "<p>x</p>"})
    assert isinstance(note, ObservedInteraction)
    assert (note.deals, note.body, note.body_format, note.at) == (("crm:deal:006B",), "<p>x</p>", "html", AT)


def test_note_that_is_no_text_is_refused() -> None:
    with pytest.raises(MappingError, match="content"):
        MAPPER.map_record("notes", {"record": {"Id": "N", "CreatedDate": STAMP}, "content_base64": "//4="})


@pytest.mark.parametrize(
    ("stream", "change", "path"),
    [
        ("deals", {"Amount": "much"}, "$.Amount"),
        ("deals", {"CloseDate": "31/03/2026"}, "$.CloseDate"),
        ("deals", {"IsWon": "maybe"}, "$.IsWon"),
        ("deals", {"Name": ["x"]}, "$.Name"),
        ("deals", {"Id": None}, "$.Id"),
        ("roles", {"ContactId": None}, "$.ContactId"),
        ("tasks", {"SystemModstamp": "2026-05-01T07:25:37"}, "$.SystemModstamp"),
        ("emails", {"MessageDate": "yesterday"}, "$.MessageDate"),
    ],
)
def test_odd_field_is_named_by_its_path(stream: str, change: dict[str, object], path: str) -> None:
    usual = {"Id": "X", "Name": "N", "StageName": "S", "IsWon": True, "IsClosed": True, "OpportunityId": DEAL}
    with pytest.raises(MappingError) as caught:
        MAPPER.map_record(stream, {**usual, "CreatedDate": STAMP, "ContactId": CONTACT, **change})
    assert caught.value.path == path


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["Id", "Name", "x"]), inner, max_size=2)
    ),
    max_leaves=4,
)
NAMES = sorted(
    {name for source in SOURCES.values() for name in (*source.required, *source.wanted, *source.if_there)}
    | {"Id", "SystemModstamp", "Product2", "record", "links", "content", "content_base64", "email_message"}
    | {"gone", "version", "Success_Criteria__c", "Body__c", "Why__c", "Opportunity__c"}
)


@settings(deadline=None)
@given(st.sampled_from([spec.name for spec in streams_for(OWN)]), st.dictionaries(st.sampled_from(NAMES), ODD))
def test_mapping_is_total(stream: str, record: dict[str, Any]) -> None:
    with suppress(MappingError):
        OWN_MAPPER.map_record(stream, record)


@pytest.mark.parametrize("gone", ["deleted", "not_visible"])
@pytest.mark.parametrize(
    ("stream", "source"),
    [
        ("clients", "crm:client:X"),
        ("tasks", "crm:interaction/task:X"),
        ("notes", "crm:interaction/note:X"),
        ("Delivery_Note__c", "crm:interaction/custom:X"),
    ],
)
def test_record_that_was_looked_up_in_vain_is_a_tombstone(stream: str, source: str, gone: str) -> None:
    (row,) = OWN_MAPPER.map_record(stream, {"Id": "X", "gone": gone})
    assert (type(row), row.source, row.deletion) == (ObservedTombstone, source, gone)


def test_deal_that_is_gone_takes_its_texts_along() -> None:
    rows = OWN_MAPPER.map_record("deals", {"Id": DEAL, "gone": "deleted"})
    assert [row.source for row in rows] == [f"crm:deal:{DEAL}", f"crm:interaction/field:{DEAL}:Success_Criteria__c"]


def test_unknown_kind_of_going_away_is_refused() -> None:
    with pytest.raises(MappingError):
        MAPPER.map_record("clients", {"Id": "X", "gone": "moved"})


@pytest.mark.parametrize("stream", sorted(LANDED_ONLY))
def test_stream_that_is_only_landed_says_nothing(stream: str) -> None:
    assert OWN_MAPPER.map_record(stream, {"Id": "X", "IsDeleted": False}) == []
    (gone,) = OWN_MAPPER.map_record(stream, {"Id": "X", "IsDeleted": True})
    assert (type(gone), gone.deletion) == (ObservedTombstone, "deleted")


def test_text_of_a_deal_is_a_note_about_it() -> None:
    base = {"Id": DEAL, "Name": "Pier", "StageName": "S", "IsWon": True, "IsClosed": True, "OwnerId": USER}
    record = {**base, "CreatedDate": STAMP, "Success_Criteria__c": "Live before June.\r\nNo freeze."}
    deal, note = OWN_MAPPER.map_record("deals", record)
    assert isinstance(note, ObservedInteraction)
    assert (note.kind, note.subject, note.at, note.deals) == ("note", "Success Criteria", AT, (deal.source,))
    assert note.body == "Live before June.\r\nNo freeze."
    assert note.author is not None
    _deal_again, gone = OWN_MAPPER.map_record("deals", {**record, "Success_Criteria__c": None})
    assert (gone.source, gone.deletion) == (note.source, "deleted")


def test_record_of_the_orgs_own_is_a_note_about_its_deal() -> None:
    record = {"Id": "a0X", "Name": "DN-7", "CreatedDate": STAMP, "Opportunity__c": DEAL, "OwnerId": QUEUE}
    (row,) = OWN_MAPPER.map_record("Delivery_Note__c", {**record, "Body__c": "We include training.", "Why__c": None})
    assert isinstance(row, ObservedInteraction)
    assert (row.source, row.subject, row.body) == ("crm:interaction/custom:a0X", "DN-7", "We include training.")
    assert (row.at, row.deals, row.author) == (AT, (f"crm:deal:{DEAL}",), None)


def test_fields_and_objects_for_promises_hold_promises() -> None:
    own = settings_for(
        None,
        promise_texts=("Promised__c",),
        custom={"Promise__c": {"deal": "Opportunity__c", "texts": ["Text__c"], "holds": "promises"}},
    )
    mapper = SalesforceMapper("crm", own)
    base = {"Id": DEAL, "Name": "Pier", "StageName": "S", "IsWon": True, "IsClosed": True, "CreatedDate": STAMP}
    _deal, field = mapper.map_record("deals", {**base, "Promised__c": "Live by May."})
    (thing,) = mapper.map_record(
        "Promise__c", {**base, "Id": "a0X", "Opportunity__c": DEAL, "Text__c": "Two trainers."}
    )
    assert isinstance(field, ObservedInteraction)
    assert isinstance(thing, ObservedInteraction)
    assert (field.kind, thing.kind) == ("promises", "promises")
    assert "Promised__c" in sources_for(own)["deals"].required


def test_record_of_the_orgs_own_without_texts_is_only_landed() -> None:
    assert OWN_MAPPER.map_record("Site__c", {"Id": "a0X"}) == []


def test_every_field_we_ask_for_is_used_or_ignored_by_name() -> None:
    used: set[str] = set()

    class Seen(dict[str, Any]):
        def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401 - as a dictionary
            used.add(name)
            return super().get(name, default)

    base = {"Id": DEAL, "Name": "N", "StageName": "S", "IsWon": True, "CreatedDate": STAMP, "OpportunityId": DEAL}
    base |= {"ContactId": CONTACT, "IsClosed": True, "TaskSubtype": "Call"}
    for spec in streams_for(OWN):
        record = Seen(base)
        OWN_MAPPER.map_record(spec.name, {"record": record} if spec.name == "notes" else record)
    with pytest.raises(MappingError):
        MAPPER.map_record("notes", {"record": Seen({"Id": "N"})})
    sources = [source for stream, source in sources_for(OWN).items() if stream not in LANDED_ONLY]
    asked = {name for source in sources for name in (*source.required, *source.wanted, *source.if_there)}
    assert asked - used <= IGNORED
