from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from atlas_sync.canonical.observed import (
    ObservedClient,
    ObservedDeal,
    ObservedInteraction,
    ObservedLineItem,
    ObservedRole,
    ObservedTombstone,
)
from atlas_sync.connectors.protocol import ReadRequest
from atlas_sync.connectors.salesforce.fields import STREAMS
from atlas_sync.connectors.salesforce.settings import CustomObject
from atlas_sync.errors import AccessError, AtlasError, AuthError, ContractError, RateLimitedError, TransientError
from atlas_sync.operations.sight import has_new_fields
from atlas_sync.store.landing import Manifest
from tests.connectors.salesforce.conftest import Stage
from tests.sandbox.salesforce.rig import NOW

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def test_every_stream_is_read_to_its_end_over_small_pages(stage: Stage) -> None:
    deals = stage.ids("deals")
    counts = {spec.name: len(stage.ids(spec.name, deals=deals)) for spec in STREAMS}
    assert counts == {
        "users": 4,
        "clients": 1,
        "persons": 2,
        "deals": 1,
        "deal_stages": 3,
        "roles": 2,
        "line_items": 2,
        "contracts": 1,
        "tasks": 4,
        "events": 2,
        "emails": 2,
        "notes": 1,
    }


def test_reader_sees_everything_it_asks_for_in_the_stand_in(stage: Stage) -> None:
    reader = stage.reader()
    assert {spec.name: reader.describe(spec.name).missing for spec in STREAMS} == {spec.name: () for spec in STREAMS}


@pytest.mark.parametrize("stream", [spec.name for spec in STREAMS])
def test_last_page_alone_carries_the_proof(stage: Stage, stream: str) -> None:
    known = {"deals": [stage.id_of("Opportunity")]}
    *before, last = stage.reader().read(ReadRequest(stream, None, known))
    assert last.proof.startswith("done: true")
    assert [page.proof for page in before] == [""] * len(before)


def test_empty_read_is_proven_too(stage: Stage) -> None:
    (page,) = stage.reader().read(ReadRequest("deals", NOW + timedelta(days=1)))
    assert (page.records, page.proof) == ((), "done: true, totalSize 0")


def test_first_page_tells_the_vendors_time_and_not_ours(stage: Stage) -> None:
    page = next(iter(stage.reader().read(ReadRequest("deals"))))
    assert page.server_time is not None
    assert abs(page.server_time - NOW) < timedelta(minutes=1)


def test_deal_carries_owner_client_stage_contract_and_hint(stage: Stage) -> None:
    (deal,) = stage.read("deals")
    assert isinstance(deal, ObservedDeal)
    assert (deal.stage, deal.stage_label, deal.currency, deal.project_hint) == ("won", "Closed Won", "GBP", "TD")
    assert deal.won_at == datetime(2026, 3, 22, 9, 30, tzinfo=UTC)
    assert deal.contract == f"crm:contract:{stage.id_of('Contract')}"
    assert deal.link == f"https://tidemark.my.salesforce.com/lightning/r/Opportunity/{stage.id_of('Opportunity')}/view"


def test_line_item_is_called_as_its_product(stage: Stage) -> None:
    names = [row.name for row in stage.read("line_items") if isinstance(row, ObservedLineItem)]
    assert names == ["Pilot", "Support"]


def test_line_item_keeps_its_own_name_where_products_are_hidden(stage: Stage) -> None:
    stage.wire.faults.deny("salesforce", "Product2")
    names = [row.name for row in stage.read("line_items") if isinstance(row, ObservedLineItem)]
    assert names == ["Pier: data platform Pilot", "Pier: data platform Support"]


def test_line_items_are_looked_up_where_products_are_hidden(stage: Stage) -> None:
    stage.wire.faults.deny("salesforce", "Product2")
    keys = stage.ids("line_items")
    assert [record.id for page in stage.reader().look_up("line_items", keys) for record in page.records] == keys


def test_total_is_told_of_a_whole_read_alone(stage: Stage) -> None:
    first, *rest = stage.reader().read(ReadRequest("tasks"))
    assert {page.total for page in (first, *rest)} == {4}
    again = stage.reader().read(ReadRequest("tasks", position=first.position))
    assert {page.total for page in again} == {None}


def test_activities_archived_after_a_year_are_read(stage: Stage) -> None:
    calls = [row for row in stage.read("tasks") if isinstance(row, ObservedInteraction) and row.kind == "call"]
    assert [call.subject for call in calls] == ["Old call"]
    assert "Old meeting" in {row.subject for row in stage.read("events") if isinstance(row, ObservedInteraction)}


def test_mail_that_is_both_message_and_activity_counts_once(stage: Stage) -> None:
    twins = [row for row in stage.read("tasks") if isinstance(row, ObservedTombstone)]
    assert len(twins) == 2
    assert {twin.deletion for twin in twins} == {"merged"}
    assert [row.kind for row in stage.read("emails") if isinstance(row, ObservedInteraction)] == ["email", "email"]


def test_mail_logged_as_an_activity_alone_is_a_mail(stage: Stage) -> None:
    deal = stage.id_of("Opportunity")
    body = {"Subject": "Email: terms", "WhatId": deal, "TaskSubtype": "Email", "Description": "We include training."}
    stage.wire.call("POST", "sobjects/Task", json=body)
    mails = [row for row in stage.read("tasks", NOW) if isinstance(row, ObservedInteraction)]
    assert [(mail.kind, mail.body, mail.deals) for mail in mails] == [
        ("email", "We include training.", (f"crm:deal:{deal}",))
    ]


def test_increment_is_inclusive_of_its_start(stage: Stage) -> None:
    (deal,) = stage.read("deals")
    assert deal.updated_at is not None
    assert stage.ids("deals", deal.updated_at) == stage.ids("deals")
    assert stage.ids("deals", deal.updated_at + timedelta(seconds=1)) == []


def test_deleted_record_comes_with_its_mark(stage: Stage) -> None:
    stage.wire.call("DELETE", f"sobjects/Contract/{stage.id_of('Contract')}")
    assert [row.deletion for row in stage.read("contracts", NOW)] == ["deleted"]


def test_role_taken_off_a_deal_leaves_the_set_without_a_trace(stage: Stage) -> None:
    before = stage.ids("roles")
    stage.wire.call("DELETE", f"sobjects/OpportunityContactRole/{before[0]}")
    assert stage.ids("roles") == before[1:]


def test_roles_of_a_deleted_deal_are_not_in_the_set(stage: Stage) -> None:
    stage.wire.call("DELETE", f"sobjects/Opportunity/{stage.id_of('Opportunity')}")
    assert stage.ids("roles") == []


def test_roles_name_deal_and_person(stage: Stage) -> None:
    roles = [row for row in stage.read("roles") if isinstance(row, ObservedRole)]
    assert sorted((role.role or "", role.primary) for role in roles) == [("", False), ("Economic Buyer", True)]
    assert {role.deal for role in roles} == {f"crm:deal:{stage.id_of('Opportunity')}"}


def test_colleague_automated_by_the_vendor_is_no_user(stage: Stage) -> None:
    sources = {row.source for row in stage.read("users")}
    assert len(sources) == 3


@pytest.mark.parametrize("stream", ["users", "tasks"])
def test_session_lost_between_pages_costs_nothing_but_a_log_in(stage: Stage, stream: str) -> None:
    whole = stage.ids(stream)
    pages = stage.reader().read(ReadRequest(stream))
    found = [record.id for record in next(pages).records]
    stage.wire.sandbox.end_sessions()
    found += [record.id for page in pages for record in page.records]
    assert found == whole


def test_session_lost_before_every_page_ends_all_the_same(stage: Stage) -> None:
    whole = stage.ids("tasks")
    found: list[str] = []
    for page in stage.reader().read(ReadRequest("tasks")):
        found += [record.id for record in page.records]
        stage.wire.sandbox.end_sessions()
    assert list(dict.fromkeys(found)) == whole


def test_ties_of_the_stamp_survive_a_lost_session(stage: Stage) -> None:
    account = stage.id_of("Account")
    batch = [{"attributes": {"type": "Contact"}, "LastName": f"N{n}", "AccountId": account} for n in range(7)]
    stage.wire.call("POST", "composite/sobjects", json={"records": batch})
    stage.wire.clock.move_to(NOW + timedelta(minutes=30))
    whole = stage.ids("persons")
    found: list[str] = []
    for page in stage.reader().read(ReadRequest("persons")):
        found += [record.id for record in page.records]
        stage.wire.sandbox.end_sessions()
    assert sorted(set(found)) == sorted(whole)
    assert len(whole) == 9


def test_hidden_required_field_is_named_and_not_asked_for(stage: Stage) -> None:
    stage.wire.faults.hide("salesforce", "EmailMessage", "TextBody")
    report = stage.reader().describe("emails")
    assert report.required == ("TextBody",)
    assert "EmailMessage.TextBody" in report.advice
    assert len(stage.ids("emails")) == 2


def test_hidden_wanted_field_only_thins_out(stage: Stage) -> None:
    stage.wire.faults.hide("salesforce", "Opportunity", "Amount")
    report = stage.reader().describe("deals")
    assert (report.missing, report.required) == (("Amount",), ())
    (deal,) = stage.read("deals")
    assert isinstance(deal, ObservedDeal)
    assert deal.amount is None


def test_field_that_many_orgs_lack_is_no_news(stage: Stage) -> None:
    stage.wire.faults.hide("salesforce", "Opportunity", "CurrencyIsoCode")
    report = stage.reader().describe("deals")
    assert (report.missing, report.required, report.advice) == (("CurrencyIsoCode",), (), "")
    (deal,) = stage.read("deals")
    assert isinstance(deal, ObservedDeal)
    assert deal.currency == "EUR"


def test_contracts_are_partial_where_deals_do_not_show_theirs(stage: Stage) -> None:
    stage.wire.faults.hide("salesforce", "Opportunity", "ContractId")
    assert stage.reader().describe("contracts").required == ("Opportunity.ContractId",)


@pytest.mark.parametrize(
    ("hidden", "missing", "required"),
    [
        (None, (), ()),
        ("field", ("EmailMessage.ActivityId",), ("EmailMessage.ActivityId",)),
        ("object", ("EmailMessage.ActivityId",), ()),
    ],
)
def test_tasks_say_whether_the_mails_among_them_can_be_told(
    stage: Stage, hidden: str | None, missing: tuple[str, ...], required: tuple[str, ...]
) -> None:
    if hidden == "field":
        stage.wire.faults.hide("salesforce", "EmailMessage", "ActivityId")
    if hidden == "object":
        stage.wire.faults.deny("salesforce", "EmailMessage")
    report = stage.reader().describe("tasks")
    assert (report.missing, report.required) == (missing, required)
    assert ("EmailMessage.ActivityId" in report.shown) == (hidden is None)
    assert report.advice.startswith("Show EmailMessage.ActivityId") == (hidden == "field")


def test_task_that_was_read_before_its_mail_could_be_told_is_read_anew_and_merged(stage: Stage) -> None:
    stage.wire.faults.deny("salesforce", "EmailMessage")
    before = stage.reader().describe("tasks")
    assert [row for row in stage.read("tasks") if isinstance(row, ObservedTombstone)] == []
    stage.wire.faults.clear()
    seen = Manifest(
        system="crm", stream="tasks", run="1", mode="increment", status="complete", missing_fields=before.missing
    )
    assert has_new_fields(seen, stage.reader().describe("tasks"))
    assert len([row for row in stage.read("tasks") if isinstance(row, ObservedTombstone)]) == 2


def test_misspelt_project_field_is_reported_as_required(stage: Stage) -> None:
    stage.settings = stage.settings.model_copy(update={"project_field": "Delivery_Projekt__c"})
    assert stage.reader().describe("deals").required == ("Delivery_Projekt__c",)


def test_hidden_object_is_an_access_error(stage: Stage) -> None:
    stage.wire.faults.deny("salesforce", "EmailMessage")
    with pytest.raises(AccessError, match="EmailMessage is hidden"):
        stage.reader().describe("emails")


def test_field_hidden_after_the_describe_is_an_access_error_that_names_it(stage: Stage) -> None:
    reader = stage.reader()
    reader.describe("deals")
    stage.wire.faults.hide("salesforce", "Opportunity", "Description")
    with pytest.raises(AccessError, match=r"Opportunity\.Description"):
        list(reader.read(ReadRequest("deals")))


def test_account_lost_in_a_merge_points_at_the_winner(stage: Stage) -> None:
    loser = stage.id_of("Account")
    made = stage.wire.call("POST", "sobjects/Account", json={"Name": "Pier Group"}).json()["id"]
    org = stage.wire.sandbox._org
    org.delete("Account", loser, at=NOW)
    org._row("Account", loser)["MasterRecordId"] = made
    rows = {row.source: row for row in stage.read("clients") if isinstance(row, ObservedClient)}
    lost = rows[f"crm:client:{loser}"]
    assert (lost.deletion, lost.merged_into) == ("merged", f"crm:client:{made}")


def test_page_that_repeats_itself_is_refused(stage: Stage) -> None:
    body = (
        '{"totalSize":9,"done":false,"nextRecordsUrl":"/services/data/v62.0/query/0r8-2","records":'
        '[{"Id":"0055e00000AAAA1AAP","SystemModstamp":"2026-05-01T07:25:37.000+0000"}]}'
    )
    stage.fault("status", "/query", status=200, body=body, times=99)
    with pytest.raises(ContractError, match="without a new page"):
        stage.ids("users")


@pytest.mark.parametrize(
    "body",
    ['{"totalSize":3,"done":true,"records":[]}', '{"totalSize":0,"done":false,"records":[]}', "{}", '{"done":true'],
    ids=["too few", "no next page", "no page", "cut"],
)
def test_end_that_is_not_proven_is_no_end(stage: Stage, body: str) -> None:
    stage.fault("status", "/query", status=200, body=body, times=99)
    with pytest.raises(ContractError):
        stage.ids("deals")


def test_page_of_a_proxy_is_told_from_a_cut_answer(stage: Stage) -> None:
    stage.fault("status", "/query", status=200, body="<html>log in</html>", times=2)
    with pytest.raises(ContractError, match="proxy"):
        stage.ids("deals")


def test_record_without_an_id_is_refused(stage: Stage) -> None:
    stage.fault("status", "/query", status=200, body='{"totalSize":1,"done":true,"records":[{"id":"small"}]}', times=9)
    with pytest.raises(ContractError, match="Id"):
        stage.ids("deals")


def test_pages_lost_again_and_again_without_one_in_between_end_the_read(stage: Stage) -> None:
    body = '[{"errorCode":"INVALID_QUERY_LOCATOR","message":"invalid query locator"}]'
    pages = stage.reader().read(ReadRequest("tasks"))
    next(pages)
    stage.fault("status", "/query", status=400, body=body, times=99)
    with pytest.raises(ContractError, match="INVALID_QUERY_LOCATOR"):
        list(pages)


def test_describe_without_fields_is_refused(stage: Stage) -> None:
    stage.fault("status", "/describe", status=200, body='{"fields":[]}')
    with pytest.raises(ContractError, match="without fields"):
        stage.reader().describe("deals")


def test_deal_names_no_project_where_no_field_is_set(stage: Stage) -> None:
    stage.settings = stage.settings.model_copy(update={"project_field": None})
    (deal,) = stage.read("deals")
    assert isinstance(deal, ObservedDeal)
    assert deal.project_hint is None


def test_next_page_elsewhere_is_not_followed(stage: Stage) -> None:
    body = '{"totalSize":1,"done":false,"nextRecordsUrl":"https://evil.example/services/data/x","records":[]}'
    stage.fault("status", "/query", status=200, body=body, times=9)
    with pytest.raises(ContractError, match="outside the API"):
        stage.ids("deals")


@pytest.mark.parametrize(
    ("status", "code", "message", "kind"),
    [
        (401, "INVALID_SESSION_ID", "This session is not valid for use with the REST API", AuthError),
        (403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", RateLimitedError),
        (403, "API_DISABLED_FOR_ORG", "API is not enabled for this Organization or Partner", AccessError),
        (400, "INVALID_FIELD", "No such column 'Title' on entity 'Contact'", AccessError),
        (200, "API_DISABLED_FOR_ORG", "API is not enabled for this Organization or Partner", AccessError),
        (500, "UNKNOWN_EXCEPTION", "An unexpected error occurred", TransientError),
    ],
)
def test_refusal_in_the_middle_of_a_read_ends_it_and_leaves_what_came_before(
    stage: Stage, status: int, code: str, message: str, kind: type[AtlasError]
) -> None:
    pages = stage.reader().read(ReadRequest("tasks"))
    first = next(pages)
    body = f'[{{"errorCode":"{code}","message":"{message}"}}]'
    stage.fault("status", "/(query|queryAll)", status=status, body=body, times=99)
    with pytest.raises(kind):
        list(pages)
    assert (len(first.records), first.proof) == (2, "")


def test_session_ended_once_in_the_middle_is_no_fault(stage: Stage) -> None:
    whole = stage.ids("tasks")
    pages = stage.reader().read(ReadRequest("tasks"))
    first = next(pages)
    body = '[{"errorCode":"INVALID_SESSION_ID","message":"Session expired or invalid"}]'
    rule = stage.fault("status", "/query/0r8", status=401, body=body)
    assert [record.id for page in (first, *pages) for record in page.records] == whole
    assert rule.times == 0


def test_run_that_finds_nothing_new_asks_once_a_stream_and_little_besides(stage: Stage) -> None:
    reader, known = stage.reader(), {"deals": stage.ids("deals"), "notes": [stage.id_of("ContentDocument")]}
    for spec in reader.streams():
        reader.describe(spec.name)
        records = [
            row for page in reader.read(ReadRequest(spec.name, NOW + timedelta(days=1), known)) for row in page.records
        ]
        assert spec.mode == "set" or records == []
    assert reader._client.transport.calls == 4 + len(
        reader.streams()
    )  # log-in, permissions, one describe, all the others


def test_object_that_is_hidden_among_many_is_told_by_itself(stage: Stage) -> None:
    stage.wire.faults.deny("salesforce", "EmailMessage")
    reader = stage.reader()
    reader.describe("users")
    reader.describe("clients")
    with pytest.raises(AccessError, match="EmailMessage is hidden"):
        reader.describe("emails")


@pytest.mark.parametrize(
    "rule",
    [
        {"status": 404, "body": '[{"errorCode":"NOT_FOUND","message":"no"}]'},
        {"status": 200, "body": '{"hasErrors":false,"results":[]}'},
        {"status": 200, "body": "{}"},
    ],
)
def test_org_that_answers_no_batches_is_asked_one_by_one(stage: Stage, rule: dict[str, object]) -> None:
    stage.fault("status", "/composite/batch", **rule)
    reader = stage.reader()
    assert [reader.describe(spec.name).missing for spec in STREAMS] == [()] * len(STREAMS)


def test_report_tells_what_is_shown_and_granted(stage: Stage) -> None:
    report = stage.reader().describe("deals")
    assert set(report.shown) >= {"Id", "StageName", "Delivery_Project__c", "SystemModstamp"}
    assert report.permissions == ("API Enabled", "View All Data", "Query All Files")
    assert (report.advice, report.withheld) == ("", "")


def test_user_who_sees_only_what_is_shared_is_said_to(stage: Stage) -> None:
    for row in stage.org.store.rows("UserPermissionAccess"):
        row["PermissionsViewAllData"] = False
    report = stage.reader().describe("deals")
    assert report.permissions == ("API Enabled", "Query All Files")
    assert report.withheld.endswith("Give it 'View All Data'.")
    assert (report.required, stage.reader().describe("tasks").withheld) == ((), "")
    assert "only what is shared with it is read" in report.advice


@pytest.mark.parametrize("body", ['{"records":[]}', "[]", "<html>"])
def test_org_that_does_not_tell_permissions_is_not_guessed_about(stage: Stage, body: str) -> None:
    stage.fault("status", "/query$", status=200, body=body)
    report = stage.reader().describe("deals")
    assert (report.permissions, report.advice, report.withheld) == ((), "", "")


def test_formula_that_is_read_by_name_is_said_to_change_in_silence(stage: Stage) -> None:
    custom = {"Delivery_Note__c": CustomObject(deal="Opportunity__c", texts=("Summary__c",))}
    stage.settings = stage.settings.model_copy(update={"custom": custom})
    assert "Summary__c is worked out by a formula" in stage.reader().describe("Delivery_Note__c").advice
