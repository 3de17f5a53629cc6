"""Who says what: the first seen, or whom the settings name; the others' word is kept, and so is since when it was said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from atlas_sync.canonical.model import Client, Statement
from atlas_sync.canonical.observed import ObservedClient, ObservedDeal, ObservedPerson, ObservedUser
from atlas_sync.canonical.sale import build_engagement, deal_values, hear_deals, state_sale
from atlas_sync.canonical.statement import Precedence, Telling, ValueName, said_since
from tests.canonical.plain_records import merge_client, merge_person

MARCH, APRIL, LATER = (datetime(2026, month, 1, tzinfo=UTC) for month in (3, 4, 5))
HUB = ObservedDeal(
    source="hub:deal:1",
    name="Yard",
    stage="open",
    stage_label="Proposal",
    client="hub:client:1",
    owner="hub:user:1",
    amount=Decimal(100),
    currency="EUR",
    link="https://hub.example/1",
    updated_at=MARCH,
)
SALES = HUB.model_copy(
    update={
        "source": "sf:deal:2",
        "stage": "won",
        "stage_label": "Closed Won",
        "amount": Decimal(120),
        "owner": "sf:user:1",
        "link": "https://sf.example/2",
        "won_at": APRIL,
        "updated_at": APRIL,
    }
)
CLIENT = Client(id="cli_1", name="Pellworth")
OWNERS = {source: ObservedUser(source=source, name="Ada Lind") for source in ("hub:user:1", "sf:user:1")}
KNOWN = {"hub:client:1": "cli_1", "sf:client:1": "cli_1", "hub:user:1": "per_1", "sf:user:1": "per_1"}
COMPANIES = {
    source: ObservedClient(source=source, name=name, updated_at=MARCH)
    for source, name in (("hub:client:1", "Pellworth Ltd"), ("sf:client:1", "Pellworth and Daughters"))
}
VALUES = deal_values(COMPANIES, OWNERS, KNOWN)
_NONE = Precedence()


def stated(
    *deals: ObservedDeal,
    precedence: Precedence = _NONE,
    values: Mapping[ValueName, Telling[ObservedDeal]] = VALUES,
    before: list[Statement] | None = None,
) -> list[Statement]:
    told = hear_deals(deals, values, precedence)
    clients = dict.fromkeys(COMPANIES, CLIENT)
    engagement = build_engagement("eng_1", deals, told, clients=clients, owners=OWNERS)
    return state_sale(engagement, told, client=[], people={}, precedence=precedence, before=before or [])


def value(rows: list[Statement], name: str) -> Statement:
    return next(row for row in rows if row.name == name)


def test_the_first_seen_leads_and_what_the_others_say_is_kept_as_a_conflict() -> None:
    amount = value(stated(HUB, SALES), "amount")
    assert (amount.value, amount.source, amount.at, amount.is_conflict) == ("100 EUR", HUB.source, MARCH, True)
    assert [(one.source, one.value, one.at) for one in amount.others] == [(SALES.source, "120 EUR", APRIL)]


def test_two_spellings_of_one_person_client_or_stage_are_no_conflict() -> None:
    rows = stated(HUB.model_copy(update={"stage": "won"}), SALES)
    assert {row.name for row in rows if row.is_conflict} == {"amount"}
    assert value(rows, "stage").others[0].value == "Closed Won"


def test_each_system_names_the_client_as_it_spells_it() -> None:
    client = value(stated(HUB, SALES.model_copy(update={"client": "sf:client:1"})), "client")
    assert (client.value, client.others[0].value) == ("Pellworth Ltd", "Pellworth and Daughters")
    assert not client.is_conflict


def test_settings_say_whose_word_goes_first_for_all_values_or_for_one() -> None:
    assert value(stated(HUB, SALES, precedence=Precedence(("sf", "hub"))), "amount").source == SALES.source
    only = Precedence(("sf",), {"amount": ("hub",)})
    rows = stated(HUB, SALES, precedence=only)
    assert (value(rows, "amount").source, value(rows, "name").source) == (HUB.source, SALES.source)


def test_won_in_one_system_is_won_though_the_other_still_says_open() -> None:
    told = hear_deals([HUB, SALES], VALUES, _NONE)
    found = build_engagement("eng_1", [HUB, SALES], told, clients={"hub:client:1": CLIENT}, owners=OWNERS)
    assert (found.stage, found.won_at, found.source) == ("won", APRIL, HUB.source)
    assert found.links == (HUB.link, SALES.link)
    assert found.deals == (HUB.source, SALES.source)
    assert value(stated(HUB, SALES), "stage").is_conflict


def test_since_when_a_value_is_said_does_not_move_with_other_changes_of_its_record() -> None:
    before = stated(HUB, SALES)
    touched = HUB.model_copy(update={"name": "Yard, second phase", "updated_at": LATER})
    rows = stated(touched, SALES, before=before)
    assert (value(rows, "amount").at, value(rows, "name").at) == (MARCH, LATER)


@pytest.mark.parametrize(
    ("deal", "renamed", "since"), [(MARCH, APRIL, APRIL), (APRIL, MARCH, APRIL), (None, APRIL, None)]
)
def test_client_and_owner_are_named_so_since_the_later_of_the_two_records_changed(
    deal: datetime | None, renamed: datetime, since: datetime | None
) -> None:
    before = stated(HUB)
    now = {"name": "Ravndal", "updated_at": renamed}
    companies = {source: one.model_copy(update=now) for source, one in COMPANIES.items()}
    owners = {source: one.model_copy(update=now) for source, one in OWNERS.items()}
    rows = stated(
        HUB.model_copy(update={"updated_at": deal}), values=deal_values(companies, owners, KNOWN), before=before
    )
    for name in ("client", "owner"):
        assert (value(rows, name).value, value(rows, name).at) == ("Ravndal", since)
    touched = {source: one.model_copy(update={"updated_at": LATER}) for source, one in companies.items()}
    again = stated(HUB, values=deal_values(touched, owners, KNOWN), before=rows)
    assert value(again, "client").at == since


def test_since_when_a_value_is_said_is_the_earliest_that_any_sale_of_its_deal_tells() -> None:
    of_one, of_other = value(stated(HUB, SALES), "amount"), value(stated(SALES), "amount")
    undated, dated = (of_other.model_copy(update={"engagement_id": "eng_2", "at": at}) for at in (None, MARCH))
    for before in ([of_one, dated], [dated, of_one], [undated, dated], [dated, undated]):
        assert said_since(before)[SALES.source, "amount", "120 EUR"] == MARCH
    touched = SALES.model_copy(update={"updated_at": LATER})
    assert value(stated(touched, before=[of_one]), "amount").at == APRIL
    assert value(stated(touched, before=[undated]), "amount").at is None


@pytest.mark.parametrize(
    ("owners", "unseen"),
    [(OWNERS, None), ({}, "hub:user:1"), ({"sf:user:1": OWNERS["sf:user:1"]}, None)],
)
def test_owner_whom_no_record_shows_is_kept_as_noted(owners: Mapping[str, ObservedUser], unseen: str | None) -> None:
    told = hear_deals([HUB, SALES], deal_values(COMPANIES, owners, KNOWN), _NONE)
    found = build_engagement("eng_1", [HUB, SALES], told, clients={"hub:client:1": CLIENT}, owners=owners)
    assert (found.owner_sales is None, found.unseen_owner) == (unseen is not None, unseen)


def test_deal_that_says_nothing_but_its_name_is_stated_as_far_as_it_goes() -> None:
    bare = ObservedDeal(source="hub:deal:1", name="Yard", stage="open", stage_label="Open")
    assert [row.name for row in stated(bare)] == ["name", "stage"]
    found = build_engagement("eng_1", [bare], hear_deals([bare], VALUES, _NONE), clients={}, owners={})
    assert (found.client_name, found.owner_sales, found.unseen_owner) == (None, None, None)
    assert (found.amount, found.links) == (None, ())


def test_client_and_people_are_stated_and_merged_by_the_same_precedence() -> None:
    records = [
        ObservedClient(source="hub:client:1", name="Pellworth Ltd", domain="P.example"),
        ObservedClient(source="sf:client:2", name="Pellworth Limited", domain="pf.example"),
    ]
    people = [
        ObservedPerson(source="sf:person:3", name="ruth@p.example"),
        ObservedPerson(source="hub:person:1", name="Ruth Amadi", title="CFO"),
        ObservedPerson(source="sf:person:2", name="Amadi, Ruth", title="Finance", email="ruth@p.example"),
    ]
    first = Precedence(("sf",))
    assert merge_client("cli_1", records, first).domain == "pf.example"
    merged = merge_person("per_1", people, side="customer", client_id=None, precedence=first)
    assert (merged.name, merged.title, merged.email) == ("Ruth Amadi", "Finance", "ruth@p.example")
    assert merged.aliases == ("ruth@p.example", "Amadi, Ruth"), "what is no name goes behind any that is"
    told = hear_deals([HUB], VALUES, first)
    engagement = build_engagement("eng_1", [HUB], told, clients={"hub:client:1": CLIENT}, owners=OWNERS)
    rows = state_sale(engagement, told, client=records, people={"per_1": people}, precedence=first, before=[])
    conflicts = [(row.about, row.name) for row in rows if row.is_conflict]
    assert conflicts == [("client", "domain"), ("person", "title")]


@pytest.mark.parametrize(
    ("placed", "precedence", "name"),
    [
        ("P.example", _NONE, "Pellworth Ltd"),
        ("unnamed", _NONE, "Pellworth Ltd"),
        ("office@p.example", _NONE, "Pellworth Ltd"),
        ("Pell", _NONE, "Pell"),
        ("p.example", Precedence(("hub",)), "Pellworth Ltd"),
    ],
)
def test_what_stands_in_for_a_name_goes_after_any_name_and_is_no_conflict(
    placed: str, precedence: Precedence, name: str
) -> None:
    records = [
        ObservedClient(source="hub:client:1", name=placed, domain="p.example"),
        ObservedClient(source="sf:client:2", name="Pellworth Ltd", domain="p.example"),
    ]
    told = hear_deals([HUB], VALUES, precedence)
    engagement = build_engagement("eng_1", [HUB], told, clients={"hub:client:1": CLIENT}, owners=OWNERS)
    rows = state_sale(engagement, told, client=records, people={}, precedence=precedence, before=[])
    (stated_name,) = [row for row in rows if (row.about, row.name) == ("client", "name")]
    assert (stated_name.value, stated_name.is_conflict) == (name, placed == "Pell")
    assert merge_client("cli_1", records, precedence).name == name
