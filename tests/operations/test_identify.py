from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from atlas_sync.canonical.card import CARDS_VERSION, Card, number_of
from atlas_sync.canonical.cluster import Words
from atlas_sync.canonical.model import Person
from atlas_sync.canonical.observed import ObservedDeal, ObservedPerson, ObservedRole
from atlas_sync.errors import ConfigError
from atlas_sync.operations.assemble import assemble
from atlas_sync.operations.identify import words_before
from atlas_sync.operations.pending import add_pending, pending
from atlas_sync.operations.same import judge_pair, list_unsure
from atlas_sync.operations.workspace import Workspace
from atlas_sync.store.tables import Identity, Taken, Unsure
from atlas_sync.store.warehouse import Warehouse, open_warehouse
from tests.factories import NOW, TellingReader, workspace_of

RUTH = ObservedPerson(source="crm:person:1", name="Ruth Amadi", email="ruth@p.example")
RUTH_TOO = ObservedPerson(source="hub:person:2", name="R. Amadi", email="ruth@p.example")
ANNA = ObservedPerson(source="crm:person:3", name="Anna Berg", email="anna@one.example")
ANNA_TOO = ObservedPerson(source="hub:person:4", name="Anna Berg", email="anna@two.example")
DEAL = ObservedDeal(source="crm:deal:9", name="Yard", stage="open", stage_label="Open")
ROLE = ObservedRole(source="crm:role:1", deal="crm:deal:9", person="hub:person:2")


@pytest.fixture
def workspace(tmp_path: object) -> Workspace:
    return workspace_of(tmp_path, TellingReader())  # type: ignore[arg-type]  # a path


@pytest.fixture
def warehouse(workspace: Workspace) -> Iterator[Warehouse]:
    with open_warehouse(workspace.home) as opened:
        opened.put([RUTH, RUTH_TOO, ANNA, ANNA_TOO])
        opened.put([DEAL])
        opened.put([ROLE])
        add_pending(opened, "identify", ["all"])
        add_pending(opened, "assemble", [DEAL.source])
        assemble(workspace, opened)
        yield opened


def entities(warehouse: Warehouse) -> dict[str, str]:
    return {row.source: row.entity_id for row in warehouse.select(Identity)}


def say(workspace: Workspace, warehouse: Warehouse, one: str, other: str, *, same: bool, hours: int = 0) -> None:
    with closing(workspace.open_ledger()) as ledger:
        at = NOW.replace(hour=NOW.hour + hours)
        judge_pair(warehouse, ledger, one, other, "same" if same else "different", by="Ada", at=at)


def test_two_that_a_person_says_are_one_are_merged_and_can_be_split_without_a_trace(
    workspace: Workspace, warehouse: Warehouse
) -> None:
    before, people = entities(warehouse), warehouse.select(Person)
    (unsure,) = list_unsure(warehouse, [])
    assert (unsure.one_name, unsure.other_name) == ("Anna Berg", "Anna Berg")
    say(workspace, warehouse, unsure.one_entity, unsure.other_entity, same=True)
    assemble(workspace, warehouse)
    merged = entities(warehouse)
    assert merged["hub:person:4"] == merged["crm:person:3"] == before["crm:person:3"]
    assert len(warehouse.select(Person)) == len(people) - 1
    assert warehouse.select(Unsure) == []
    say(workspace, warehouse, "crm:person:3", "hub:person:4", same=False, hours=1)
    assemble(workspace, warehouse)
    assert entities(warehouse) == before
    assert sorted(warehouse.select(Person), key=lambda one: one.id) == sorted(people, key=lambda one: one.id)


def test_two_that_keys_made_one_are_one_by_the_same_key_again_when_a_split_is_taken_back(
    workspace: Workspace, warehouse: Warehouse
) -> None:
    before = warehouse.select(Identity, kind="person")
    assert "the same e-mail" in {row.reason for row in before}
    say(workspace, warehouse, "crm:person:1", "hub:person:2", same=False)
    assemble(workspace, warehouse)
    assert warehouse.select(Identity, kind="person") != before
    say(workspace, warehouse, "crm:person:1", "hub:person:2", same=True, hours=1)
    assemble(workspace, warehouse)
    assert sorted(warehouse.select(Identity, kind="person"), key=repr) == sorted(before, key=repr)


def test_what_a_person_says_touches_the_deals_of_whoever_is_another_now(
    workspace: Workspace, warehouse: Warehouse
) -> None:
    say(workspace, warehouse, "crm:person:1", "hub:person:2", same=False)
    assert len(assemble(workspace, warehouse)) == 1
    found = entities(warehouse)
    assert found["hub:person:2"] != found["crm:person:1"]
    assert assemble(workspace, warehouse) == []
    assert pending(warehouse, "identify") == []


def test_pair_that_was_judged_is_not_asked_again(workspace: Workspace, warehouse: Warehouse) -> None:
    say(workspace, warehouse, "crm:person:3", "hub:person:4", same=False)
    with closing(workspace.open_ledger()) as ledger:
        assert list_unsure(warehouse, ledger.judgements("same")) == []
    assemble(workspace, warehouse)
    assert warehouse.select(Unsure) == []


def test_only_two_records_of_one_kind_can_be_judged(workspace: Workspace, warehouse: Warehouse) -> None:
    for one, other in (("crm:person:1", "crm:person:1"), ("crm:person:1", "nobody"), ("crm:person:1", "crm:deal:9")):
        with pytest.raises(ConfigError):
            say(workspace, warehouse, one, other, same=True)


def test_cards_that_another_release_made_are_made_anew_and_change_nothing(
    workspace: Workspace, warehouse: Warehouse
) -> None:
    before = sorted(row.model_dump_json() for kind in (Identity, Person, Unsure) for row in warehouse.select(kind))
    warehouse.execute("UPDATE card SET made_by = 'another', name_key = 'nobody', by_name = 0")
    assert assemble(workspace, warehouse) == []
    cards = warehouse.select(Card)
    assert {(card.made_by, card.state) for card in cards} == {(CARDS_VERSION, "now")}
    assert {card.name_key for card in cards} == {"ruth amadi", "r amadi", "anna berg"}
    assert before == sorted(
        row.model_dump_json() for kind in (Identity, Person, Unsure) for row in warehouse.select(kind)
    )


def test_identity_that_was_kept_without_numbers_gets_them_and_stays(workspace: Workspace, warehouse: Warehouse) -> None:
    before = entities(warehouse)
    warehouse.execute("UPDATE identity SET number = NULL, base_id = entity_id WHERE kind <> 'engagement'")
    warehouse.execute("UPDATE card SET number = NULL, by_employer = NULL")
    assert assemble(workspace, warehouse) == []
    assert entities(warehouse) == before
    rows = warehouse.select(Identity, kind=["client", "person"])
    assert rows
    assert all(row.number == number_of(row.source) for row in rows)


def test_words_that_another_release_wrote_down_otherwise_are_taken_in_again(
    workspace: Workspace, warehouse: Warehouse
) -> None:
    warehouse.put([Taken(name="words on identity", value="([('a', 'b')], [])")])
    before = entities(warehouse)
    assert assemble(workspace, warehouse) == []
    assert entities(warehouse) == before
    assert words_before(warehouse) == Words()
