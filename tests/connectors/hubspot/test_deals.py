from __future__ import annotations

import pytest
from pydantic import SecretStr

from atlas_sync.canonical.observed import ObservedInteraction
from atlas_sync.connectors.hubspot import HubSpotDeals
from atlas_sync.connectors.hubspot.settings import FeedbackProperties
from atlas_sync.errors import AccessError, AuthError, RejectedError
from tests.connectors.hubspot.conftest import Stage, settings_for

SAID = {
    "link": "https://t.example/browse/OPS-1",
    "status": "Under way",
    "score": "84",
    "questions": "1. Why?\n2. When?",
}


@pytest.fixture
def deals(stage: Stage) -> HubSpotDeals:
    stage.settings = settings_for(stage.settings.endpoint, feedback=FeedbackProperties())
    made = HubSpotDeals(stage.settings, system="hs", sleep=stage.pauses.append)
    made.make()
    return made


def _deal(stage: Stage) -> str:
    return str(stage.wire.only("deals")["id"])


def test_missing_properties_are_named_and_made_once(stage: Stage) -> None:
    settings = settings_for(stage.settings.endpoint, feedback=FeedbackProperties(score=""))
    deals = HubSpotDeals(settings, system="hs")
    assert deals.names() == frozenset()
    assert "There is no deal property atlas_questions: `atlas-sync init` makes it." in deals.lacking()
    assert deals.read([_deal(stage)]) == {_deal(stage): {}}
    assert len(deals.make()) == 4
    assert (deals.lacking(), deals.make()) == ([], [])
    assert deals.names() == {"link", "status", "questions", "answers"}


def test_property_whose_making_got_no_answer_is_there_once(stage: Stage) -> None:
    settings = settings_for(stage.settings.endpoint, feedback=FeedbackProperties())
    stage.fault("drop_after", r"/properties/.*/deals$", method="POST")
    deals = HubSpotDeals(settings, system="hs", sleep=stage.pauses.append)
    assert len(deals.make()) == 5
    assert deals.lacking() == []


def test_property_that_only_hubspot_sets_is_not_written(stage: Stage) -> None:
    settings = settings_for(stage.settings.endpoint, feedback=FeedbackProperties(status="hs_is_closed_won"))
    deals = HubSpotDeals(settings, system="hs")
    assert any("hs_is_closed_won cannot be set" in one for one in deals.lacking())
    assert "status" not in deals.names()


def test_what_is_set_stands_there_and_an_empty_text_empties_it(stage: Stage, deals: HubSpotDeals) -> None:
    deal = _deal(stage)
    deals.set(deal, SAID)
    assert deals.read([deal, "999"]) == {deal: {**SAID, "answers": ""}}
    deals.set(deal, {"questions": ""})
    assert deals.read([deal])[deal]["questions"] == ""
    assert deals.read([]) == {}


def test_our_own_write_is_no_change_of_the_deal(stage: Stage, deals: HubSpotDeals) -> None:
    before = stage.rows("deals")
    deals.set(_deal(stage), SAID)
    stage.wire.wait(60)
    after = stage.rows("deals", before[0].updated_at)
    assert [row.updated_at for row in after] != [row.updated_at for row in before]
    assert [row.model_copy(update={"updated_at": None}) for row in after] == [
        row.model_copy(update={"updated_at": None}) for row in before
    ]


def test_answer_of_sales_is_read_as_a_note(stage: Stage, deals: HubSpotDeals) -> None:
    deals.set(_deal(stage), {"answers": "Dr Holm decides by Friday."})
    (note,) = [row for row in stage.rows("deals") if isinstance(row, ObservedInteraction)]
    assert (note.kind, note.body, note.subject) == ("note", "Dr Holm decides by Friday.", "atlas answers")


def test_rule_of_the_portal_refuses_and_nothing_is_set(stage: Stage, deals: HubSpotDeals) -> None:
    deal = _deal(stage)
    stage.wire.sandbox.portal.required["closedwon"] = ("closed_won_reason",)
    calls = deals._client._calls.calls
    with pytest.raises(RejectedError, match=r"REQUIRED_PROPERTY \(closed_won_reason\)") as caught:
        deals.set(deal, SAID)
    assert caught.value.fields == ("closed_won_reason",)
    assert deals._client._calls.calls == calls + 1
    assert deals.read([deal])[deal]["status"] == ""


def test_older_version_does_not_hold_the_rules_of_the_portal(stage: Stage, deals: HubSpotDeals) -> None:
    stage.wire.sandbox.portal.required["closedwon"] = ("closed_won_reason",)
    settings = stage.settings.model_copy(update={"api_version": "v3"})
    HubSpotDeals(settings, system="hs").set(_deal(stage), SAID)
    assert deals.read([_deal(stage)])[_deal(stage)]["status"] == "Under way"


def test_refusal_says_no_value(stage: Stage, deals: HubSpotDeals) -> None:
    with pytest.raises(RejectedError) as caught:
        deals.set(_deal(stage), {"score": "canary"})
    assert "canary" not in str(caught.value)
    assert "atlas_handoff_score" in str(caught.value)


def test_write_without_the_scope_says_which(stage: Stage, deals: HubSpotDeals) -> None:
    stage.wire.faults.deny("hubspot", "crm.objects.deals.write")
    with pytest.raises(AccessError, match=r"crm\.objects\.deals\.write"):
        deals.set(_deal(stage), SAID)
    with pytest.raises(AuthError):
        HubSpotDeals(
            settings_for(stage.settings.endpoint, access_token=SecretStr("no"), feedback=FeedbackProperties()),
            system="hs",
        ).names()
