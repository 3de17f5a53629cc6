# ruff: noqa: ANN401 - a builder passes any field on
"""Which deals are one sale: by merges and noted ids, by people's words, never by likeness."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_sync.canonical.alike_deals import unsure_deals
from atlas_sync.canonical.cluster import Words
from atlas_sync.canonical.deals import engagement_id_for, lapsed_deals, resolve_deals, spelt_ids
from atlas_sync.canonical.observed import ObservedDeal

OPPORTUNITY = "0065e00000AbCdEAAV"
FIRST = f"sf:deal:{OPPORTUNITY}"


def deal(source: str, name: str = "Yard platform", **more: Any) -> ObservedDeal:
    return ObservedDeal(source=source, name=name, **{"stage": "won", "stage_label": "Won", **more})


def engagements(*deals: ObservedDeal, words: Words | None = None, before: Any = None) -> dict[str, str]:
    return {one.source: one.entity_id for one in resolve_deals(deals, words or Words(), before or {})}


def pair(one: str, other: str) -> tuple[str, str]:
    return min(one, other), max(one, other)


def test_opportunity_that_the_other_crm_notes_is_one_sale_under_the_id_seen_first() -> None:
    noted = deal("hub:deal:17", cross_ids=(OPPORTUNITY[:15],))
    assert set(engagements(deal(FIRST), noted).values()) == {engagement_id_for(deal(FIRST))}
    assert set(engagements(noted, deal(FIRST)).values()) == {engagement_id_for(noted)}


def test_check_figures_say_which_letters_are_capitals() -> None:
    assert spelt_ids("001A0000006Vm9r") == ("001A0000006Vm9r", "001A0000006Vm9rIAC")
    assert spelt_ids(OPPORTUNITY) == (OPPORTUNITY[:15], OPPORTUNITY)
    assert spelt_ids("99808697366") == ("99808697366",)
    assert [spelt_ids(one) for one in ("17", "n/a", "", "0065e00000AbCd")] == [()] * 4


def test_copy_that_notes_the_same_opportunity_is_no_part_of_the_sale_but_asked_about() -> None:
    first, copy = (deal(f"hub:deal:{number}", client="c", cross_ids=(OPPORTUNITY,)) for number in (1, 2))
    sold = deal(FIRST, client="c")
    found = engagements(sold, first, copy)
    assert found[first.source] == found[FIRST] != found[copy.source]
    asked = unsure_deals([sold, first, copy], found, Words(), client_of={"c": "cli_1"}, person_of={})
    assert [pair(one.one.source, one.other.source) for one in asked] == [pair(FIRST, copy.source)]
    assert "one of them names the other, as does another deal beside it" in asked[0].reasons


def test_deal_that_was_merged_away_keeps_its_engagement() -> None:
    old = deal("hub:deal:1", deletion="merged", merged_into="hub:deal:9")
    assert engagements(old, deal("hub:deal:9"))["hub:deal:9"] == engagement_id_for(old)


def test_note_that_vanishes_holds_and_one_that_names_another_deal_does_not() -> None:
    deals = [deal(FIRST), deal("hub:deal:17", cross_ids=(OPPORTUNITY,))]
    before = {one.source: one for one in resolve_deals(deals, Words())}
    hidden = engagements(deals[0], deal("hub:deal:17"), before=before)
    assert hidden == {source: one.entity_id for source, one in before.items()}
    other = deal("hub:deal:17", cross_ids=("0065e00000ZZZZZ",))
    assert len(set(engagements(deals[0], other, before=before).values())) == 2


def test_note_that_vanishes_is_told_and_asked_about_until_it_is_back_or_a_person_says_what_is_so() -> None:
    noting, emptied = deal("hub:deal:17", cross_ids=(OPPORTUNITY,)), deal("hub:deal:17")
    said = frozenset({pair(FIRST, emptied.source)})
    known = {one.source: one for one in resolve_deals([deal(FIRST), noting], Words())}
    lapsed = "noted as the same by the other system once, and not any more"
    for other, words, told in (
        (emptied, Words(), lapsed),
        (emptied, Words(), lapsed),
        (noting, Words(), "noted as the same by the other system"),
        (emptied, Words(same=said), "a person said they are one"),
        (emptied, Words(different=said), "first seen"),
    ):
        deals = [deal(FIRST), other]
        known = {one.source: one for one in resolve_deals(deals, words, known)}
        assert known[other.source].reason == told
        asked = [(one.one.source, one.other.source) for one in lapsed_deals(deals, known.values())]
        assert asked == [(FIRST, other.source)] * (told == lapsed)


def test_sale_keeps_its_id_when_the_deal_that_noted_the_other_is_deleted() -> None:
    noting = deal("hub:deal:17", cross_ids=(OPPORTUNITY,))
    known = {one.source: one for one in resolve_deals([noting, deal(FIRST)], Words())}
    gone = noting.model_copy(update={"deletion": "deleted"})
    for _again in range(2):
        known = {one.source: one for one in resolve_deals([gone, deal(FIRST)], Words(), known)}
        assert {one.entity_id for one in known.values()} == {engagement_id_for(noting)}
    anew = deal("hub:deal:18", cross_ids=(OPPORTUNITY,))
    for _again in range(2):
        known = {one.source: one for one in resolve_deals([gone, deal(FIRST), anew], Words(), known)}
        assert {one.entity_id for one in known.values()} == {engagement_id_for(noting)}


@pytest.mark.parametrize("change", [{"deletion": "deleted"}, {"cross_ids": ()}])
def test_copy_does_not_take_a_sale_over_when_the_first_deal_lets_go_of_it(change: dict[str, Any]) -> None:
    noting, copy = (deal(f"hub:deal:{number}", cross_ids=(OPPORTUNITY,)) for number in (17, 18))
    deals = [deal(FIRST), noting, copy]
    known = {one.source: one for one in resolve_deals(deals, Words())}
    changed = [deals[0], noting.model_copy(update=change), copy]
    for _again in range(2):
        found = {one.source: one.entity_id for one in resolve_deals(changed, Words(), known)}
        assert found[FIRST] == found[noting.source] != found[copy.source]
    put_right = [deals[0], noting.model_copy(update={"cross_ids": ("0065e00000ZZZZZ",)}), copy]
    found = {one.source: one.entity_id for one in resolve_deals(put_right, Words(), known)}
    assert found[FIRST] == found[copy.source] != found[noting.source]


def test_what_people_say_goes_before_what_a_system_notes() -> None:
    deals = [deal(FIRST), deal("hub:deal:17", cross_ids=(OPPORTUNITY,)), deal("hub:deal:18")]
    said = Words(
        same=frozenset({pair(FIRST, "hub:deal:18")}), different=frozenset({pair("hub:deal:17", "hub:deal:18")})
    )
    found = engagements(*deals, words=said)
    assert found[FIRST] == found["hub:deal:18"] != found["hub:deal:17"]


def test_alike_sales_are_asked_about_with_reasons_for_and_against_and_never_joined() -> None:
    one = deal(
        "sf:deal:1", client="a", amount=Decimal(120_000), currency="EUR", close_date=date(2026, 3, 30), owner="u1"
    )
    other = one.model_copy(
        update={"source": "hub:deal:2", "name": "Platform yard", "client": "b", "owner": "u2", "project_hint": "TD"}
    )
    late = other.model_copy(update={"source": "hub:deal:3", "close_date": date(2027, 3, 30), "project_hint": None})
    poor = other.model_copy(update={"source": "hub:deal:4", "amount": Decimal(80_000), "project_hint": None})
    deals = [one, other, late, poor, deal("hub:deal:5")]
    found = engagements(*deals)
    assert len(set(found.values())) == 5
    people, clients = {"u1": "per_1", "u2": "per_1"}, {"a": "cli_1", "b": "cli_1"}
    likely, *doubtful = unsure_deals(deals, found, Words(), client_of=clients, person_of=people)
    assert {"both are worth 120000 EUR", "both close on 2026-03-30", "the same person sells both"} <= set(
        likely.reasons
    )
    against = {reason for one in doubtful for reason in one.reasons if reason.startswith("against it")}
    assert against == {"against it: they are worth 120000 EUR and 80000 EUR", "against it: they close 365 days apart"}
    nobody = unsure_deals(deals, found, Words(), client_of={"a": "cli_1", "b": "cli_2"}, person_of=people)
    assert nobody == []


def test_amounts_and_projects_speak_as_well() -> None:
    one = deal(
        "sf:deal:1", client="a", amount=Decimal(100), currency="EUR", project_hint="TD", close_date=date(2026, 3, 1)
    )
    near = deal(
        "hub:deal:2", client="a", amount=Decimal(95), currency="EUR", project_hint="TD", close_date=date(2026, 3, 9)
    )
    other = deal("hub:deal:3", client="a", amount=Decimal(95), currency="USD", close_date=date(2026, 6, 1))
    found = engagements(one, near, other)
    first, second = unsure_deals([one, near, other], found, Words(), client_of={"a": "cli_1"}, person_of={})
    assert {"they are worth 100 EUR and 95 EUR", "both name the project TD", "they close 8 days apart"} <= set(
        first.reasons
    )
    assert "they are worth 100 EUR and 95 USD" in second.reasons


SOURCES = [f"sf:deal:0065e0000000{number:03d}" for number in range(3)] + [f"hub:deal:{number}" for number in range(4)]
DEALS = st.permutations(SOURCES)
NOTES = st.dictionaries(st.sampled_from(SOURCES[3:]), st.sampled_from(SOURCES[:3]), max_size=4)
PAIRS = st.sets(
    st.tuples(st.sampled_from(SOURCES), st.sampled_from(SOURCES)).filter(lambda one: one[0] < one[1]), max_size=4
)


@given(DEALS, NOTES, PAIRS, PAIRS)
def test_merging_then_splitting_is_the_identity_and_what_is_two_is_never_one(
    order: list[str], notes: dict[str, str], same: set[tuple[str, str]], different: set[tuple[str, str]]
) -> None:
    deals = [deal(one, cross_ids=(notes[one].split(":")[2],) if one in notes else ()) for one in order]
    alone = resolve_deals(deals, Words(different=frozenset(different)))
    merged = resolve_deals(deals, Words(frozenset(same - different), frozenset(different)))
    found = {one.source: one.entity_id for one in merged}
    assert all(found[one] != found[two] for one, two in different)
    assert {one.entity_id for one in merged} <= {one.base_id for one in merged}
    again = resolve_deals(deals, Words(different=frozenset(different)), {one.source: one for one in merged})
    assert again == alone
