"""What the world's events leave in the org."""

# ruff: noqa: S608  # SOQL for an org in memory

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from atlas_sync.sandbox import happenings
from atlas_sync.sandbox.happenings import Event
from atlas_sync.sandbox.salesforce.rules import add_months
from atlas_sync.sandbox.world import load_world
from tests.sandbox.salesforce.rig import NOW, Wire, make_wire


def test_only_users_with_a_login_are_there_and_those_who_left_are_inactive(wire: Wire) -> None:
    users = wire.rows("SELECT Name, Email, IsActive FROM User WHERE Title != null ORDER BY Name")
    assert [(user["Name"], user["IsActive"]) for user in users] == [("Ada Nkemelu", True), ("Ben Ruiz", False)]


def test_the_deal_carries_its_sale(wire: Wire) -> None:
    deal = wire.one(
        "SELECT StageName, IsWon, IsClosed, Amount, CurrencyIsoCode, CloseDate, Delivery_Project__c, Owner.Name, "
        "HasOpportunityLineItem, CreatedDate, LastStageChangeDate, Account.OwnerId, OwnerId FROM Opportunity"
    )
    assert (deal["StageName"], deal["IsWon"], deal["IsClosed"]) == ("Closed Won", True, True)
    assert (deal["Amount"], deal["CurrencyIsoCode"], deal["CloseDate"]) == (8006.0, "GBP", "2026-03-31")
    assert (deal["Delivery_Project__c"], deal["HasOpportunityLineItem"]) == ("TD", True)
    assert deal["CreatedDate"] == "2025-09-01T07:00:00.000+0000"
    assert deal["LastStageChangeDate"] == "2026-03-22T09:30:00.000+0000"
    assert deal["Account"]["OwnerId"] == deal["OwnerId"]


def test_each_stage_leaves_a_history_row(wire: Wire) -> None:
    rows = wire.rows("SELECT StageName, CreatedDate FROM OpportunityHistory ORDER BY CreatedDate")
    assert [row["StageName"] for row in rows] == ["Qualification", "Negotiation/Review", "Closed Won"]


def test_a_contract_is_tied_to_the_deal_by_its_own_field(wire: Wire) -> None:
    deal = wire.one("SELECT ContractId, SystemModstamp FROM Opportunity")
    contract = wire.one(
        "SELECT Id, ContractNumber, EndDate, StatusCode, SpecialTerms, CustomerSignedDate FROM Contract"
    )
    assert deal["ContractId"] == contract["Id"]
    assert deal["SystemModstamp"] == "2026-03-23T09:30:00.000+0000"
    assert (contract["ContractNumber"], contract["EndDate"]) == ("00000107", "2027-03-31")
    assert (contract["StatusCode"], contract["CustomerSignedDate"]) == ("Activated", "2026-03-30")


def test_a_mail_is_a_message_and_a_closed_task(wire: Wire) -> None:
    first, second = wire.rows(
        "SELECT Subject, FromAddress, FromName, ToAddress, TextBody, HtmlBody, Incoming, ActivityId, RelatedTo.Type "
        "FROM EmailMessage ORDER BY Id"
    )
    assert (first["FromAddress"], first["FromName"]) == ("cy@tidemark.example", "Cy Park")
    assert first["ToAddress"] == "dot@pier.example; ada@tidemark.example"
    assert (first["TextBody"], first["HtmlBody"], first["Incoming"]) == ("We start in two weeks.", None, False)
    assert (second["TextBody"], second["HtmlBody"], second["Incoming"]) == (None, "<p>Fine &amp; well</p>", True)
    assert second["RelatedTo"]["Type"] == "Opportunity"
    twin = wire.one(f"SELECT TaskSubtype, Subject, Description, IsClosed FROM Task WHERE Id = '{second['ActivityId']}'")
    assert (twin["TaskSubtype"], twin["Subject"], twin["IsClosed"]) == ("Email", "Email: A email", True)
    assert twin["Description"].endswith("Body:\nFine & well")


def test_calls_meetings_and_tasks_are_activities(wire: Wire) -> None:
    call = wire.one("SELECT Description, IsClosed, ActivityDate FROM Task WHERE TaskSubtype = 'Call'", everything=True)
    assert (call["Description"], call["IsClosed"], call["ActivityDate"]) == (
        "We start in two weeks.",
        True,
        "2025-05-05",
    )
    meeting = wire.one("SELECT StartDateTime, EndDateTime, Who.Name, Description FROM Event")
    assert meeting["StartDateTime"] == "2026-03-02T09:30:00.000+0000"
    assert meeting["EndDateTime"] == "2026-03-02T10:30:00.000+0000"
    assert meeting["Who"]["Name"] == "Eli van Rijn"
    task = wire.one("SELECT IsClosed, Status FROM Task WHERE TaskSubtype = 'Task'")
    assert (task["IsClosed"], task["Status"]) == (False, "Not Started")


def test_a_note_keeps_markup_and_hides_what_only_looks_like_it(wire: Wire) -> None:
    html = happenings.Interaction("n-1", "note", "html", "Note", "<p>Fine</p>", "u-ada", ())
    text = happenings.Interaction("n-2", "note", "text", "Note", "a < b\n\nc & d", "u-ada", ())
    for said in (html, text):
        wire.sandbox.apply(Event(NOW, happenings.InteractionLogged("salesforce", "d-pier", said)))
    notes = wire.rows("SELECT Content FROM ContentNote WHERE Title = 'Note' ORDER BY Id")
    bodies = [wire.call("GET", note["Content"]).text for note in notes]
    assert bodies == ["<p>Fine</p>", "<p>a &lt; b</p><p><br></p><p>c &amp; d</p>"]


def test_blank_roles_stay_blank(wire: Wire) -> None:
    roles = wire.rows("SELECT Contact.Name, Role, IsPrimary FROM OpportunityContactRole ORDER BY Id")
    assert [(role["Contact"]["Name"], role["Role"], role["IsPrimary"]) for role in roles] == [
        ("Dot O'Neil", "Economic Buyer", True),
        ("Eli van Rijn", None, False),
    ]


def test_other_systems_events_change_nothing(wire: Wire) -> None:
    before = wire.sandbox._org.store.snapshot()
    company = happenings.Company("c-x", "hubspot", "X", None, "Retail", "Cork", "IE")
    for what in (
        happenings.CompanyAdded(company),
        happenings.PersonAdded(happenings.Person("p-x", "hubspot", "c-x", "X Y", None, "")),
        happenings.DealMoved("hubspot", "d-x", "won"),
        happenings.UserJoined(happenings.User("u-x", "X Y", "x@corran.example", "", ("hubspot",))),
        happenings.UserLeft("u-x"),
        happenings.IssueMoved("TD-1", "Done"),
    ):
        wire.sandbox.apply(Event(NOW, what))
    assert wire.sandbox._org.store.snapshot() == before


def test_a_later_event_shows_in_an_incremental_read(wire: Wire) -> None:
    wire.clock.move_to(NOW + timedelta(days=1))
    wire.sandbox.apply(Event(NOW + timedelta(hours=5), happenings.DealMoved("salesforce", "d-pier", "negotiating")))
    since = f"SELECT IsWon, IsClosed FROM Opportunity WHERE SystemModstamp >= {NOW:%Y-%m-%dT%H:%M:%SZ}"
    assert wire.one(since)["IsWon"] is False


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 4, 1), 12, date(2027, 4, 1)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
    ],
)
def test_months_end_where_the_month_does(day: date, months: int, later: date) -> None:
    assert add_months(day, months) == later


def test_the_shipped_world_can_be_played_whole() -> None:
    wire = make_wire(page_cap=20)
    for event in load_world().between(None, datetime(2030, 1, 1, tzinfo=UTC)):
        wire.sandbox.apply(event)
    assert wire.rows("SELECT Id FROM User")
