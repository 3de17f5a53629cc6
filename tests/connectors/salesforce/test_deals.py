from __future__ import annotations

import pytest

from atlas_sync.canonical.observed import ObservedInteraction
from atlas_sync.connectors.salesforce import SalesforceDeals
from atlas_sync.connectors.salesforce.settings import FeedbackFields
from atlas_sync.errors import ConfigError, RejectedError
from atlas_sync.sandbox.salesforce.org import Validation
from tests.connectors.salesforce.conftest import Stage, settings_for

SAID = {
    "link": "https://t.example/browse/OPS-1",
    "status": "Under way",
    "score": "84",
    "questions": "1. Why?\n2. When?",
}


@pytest.fixture
def deals(stage: Stage) -> SalesforceDeals:
    stage.settings = settings_for(stage.settings.endpoint, feedback=FeedbackFields())
    return SalesforceDeals(stage.settings, system="crm", sleep=lambda _seconds: None)


def test_what_is_set_stands_there_and_an_empty_text_empties_it(stage: Stage, deals: SalesforceDeals) -> None:
    deal = stage.id_of("Opportunity")
    deals.set(deal, SAID)
    gone = f"{deal[:10]}ZZZZZ{deal[15:]}"
    assert deals.read([deal, gone]) == {deal: {**SAID, "answers": ""}}
    deals.set(deal, {"score": "", "link": ""})
    there = deals.read([deal])[deal]
    assert (there["score"], there["link"], there["status"]) == ("", "", "Under way")
    deals.set(deal, {"status": "x" * 300})
    assert len(deals.read([deal])[deal]["status"]) == 80


def test_field_that_is_hidden_is_told_to_the_admin_and_left_out(stage: Stage, deals: SalesforceDeals) -> None:
    stage.wire.faults.hide("salesforce", "Opportunity", "Atlas_Questions__c")
    (said,) = deals.lacking()
    assert "make a field Open Questions for Sales of type Text Area (Long)" in said
    assert deals.names() == {"link", "status", "score", "answers"}
    assert deals.make() == []


def test_field_of_another_type_or_only_to_be_read_is_not_written(stage: Stage) -> None:
    named = FeedbackFields(link="Amount", status="ForecastCategory", questions="Description", score="", answers="")
    deals = SalesforceDeals(settings_for(stage.settings.endpoint, feedback=named), system="crm")
    link, status = deals.lacking()
    assert "Opportunity.Amount is of type currency: name another field for link" in link
    assert "Opportunity.ForecastCategory may only be read" in status
    assert deals.names() == {"questions"}
    with pytest.raises(ConfigError):
        FeedbackFields(link="no name")


def test_field_too_short_for_questions_is_not_written(stage: Stage) -> None:
    named = FeedbackFields(link="", status="", questions="NextStep", score="", answers="")
    deals = SalesforceDeals(settings_for(stage.settings.endpoint, feedback=named), system="crm")
    (said,) = deals.lacking()
    assert said.startswith("Opportunity.NextStep holds 255 characters: name another field for questions")
    assert deals.names() == frozenset()


def test_our_own_write_is_no_change_of_the_deal(stage: Stage, deals: SalesforceDeals) -> None:
    before = stage.read("deals")
    deals.set(stage.id_of("Opportunity"), SAID)
    after = stage.read("deals")
    assert [row.updated_at for row in after] != [row.updated_at for row in before]
    assert [row.model_copy(update={"updated_at": None}) for row in after] == [
        row.model_copy(update={"updated_at": None}) for row in before
    ]


def test_answer_of_sales_is_read_as_a_note(stage: Stage, deals: SalesforceDeals) -> None:
    deals.set(stage.id_of("Opportunity"), {"answers": "Dr Holm decides by Friday."})
    (note,) = [row for row in stage.read("deals") if isinstance(row, ObservedInteraction)]
    assert (note.kind, note.body, note.subject) == ("note", "Dr Holm decides by Friday.", "Atlas Answers")


def test_rule_of_the_org_refuses_in_its_admins_words(stage: Stage, deals: SalesforceDeals) -> None:
    rule = Validation(lambda row: not row["NextStep"], "Say what comes next.", "NextStep")
    stage.org.validations["Opportunity"] = [rule]
    deal = stage.make("Opportunity", Name="Quay", StageName="Closed Won", CloseDate="2026-06-01")
    with pytest.raises(RejectedError, match="Say what comes next") as caught:
        deals.set(deal, SAID)
    assert (caught.value.code, caught.value.fields) == ("FIELD_CUSTOM_VALIDATION_EXCEPTION", ("NextStep",))
    assert deals.read([deal])[deal]["status"] == ""
