"""What people say of two records holds for what they are records of: it is asked once, shown, and can be taken back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from typing import Literal

import pytest

from atlas_sync.canonical.cluster import Words
from atlas_sync.canonical.identity import derive_id
from atlas_sync.canonical.observed import ObservedClient, ObservedPerson, ObservedUser
from atlas_sync.operations.identify import identify, words_of
from atlas_sync.operations.review import decide
from atlas_sync.operations.same import judge_pair, list_unsure
from atlas_sync.store.judgements import Judgement, standing
from atlas_sync.store.ledger import Ledger
from atlas_sync.store.publish import open_snapshot
from atlas_sync.store.tables import Identity, Unsure
from atlas_sync.store.warehouse import Warehouse, open_warehouse
from tests.factories import NOW
from tests.operations.test_one_sale import World, as_rebuilt, deal, two_sales

NAMESAKES = ("sf:person:1", "sf:person:2", "hub:person:1", "hub:person:2")
A, M, Z = (f"sf:person:{letter}" for letter in "amz")
ORDERS = list(permutations([(A, Z, "same"), (M, Z, "same"), (A, M, "different")]))
Decision = Literal["same", "different"]


def asked(world: World) -> list[Unsure]:
    with open_snapshot(world.workspace.home) as snapshot, closing(world.workspace.open_ledger()) as ledger:
        return list_unsure(snapshot, ledger.judgements("same"))


def entities(world: World, kind: str = "person") -> dict[str, str]:
    """Give the published entity of each record."""
    with open_snapshot(world.workspace.home) as snapshot:
        return {row.source: row.entity_id for row in snapshot.select(Identity, kind=kind)}


def say(world: World, one: str, other: str, *, same: bool) -> None:
    with open_snapshot(world.workspace.home) as snapshot:
        world.say(snapshot, one, other, same=same)


class Three:
    """Three people whom no key joins, and what is said of them, a minute apart."""

    def __init__(self, warehouse: Warehouse, ledger: Ledger) -> None:
        self._warehouse, self._ledger = warehouse, ledger
        warehouse.put([ObservedPerson(source=source, name=f"{source[-1].upper()} Kim") for source in (A, M, Z)])
        identify(warehouse)

    def say(self, one: str, other: str, decision: Decision) -> list[Judgement]:
        at = NOW + timedelta(minutes=len(self._ledger.judgements()))
        return judge_pair(self._warehouse, self._ledger, one, other, decision, by="Ada", at=at)

    def sync(self) -> set[str]:
        """Take in what was said, and give the letters of those who are one."""
        identify(self._warehouse, words_of(standing(self._ledger.judgements())))
        found: dict[str, str] = defaultdict(str)
        for row in self._warehouse.select(Identity):
            found[row.entity_id] += row.source[-1]
        return {"".join(sorted(letters)) for letters in found.values()}


@pytest.fixture
def three(tmp_path: Path) -> Iterator[Three]:
    with open_warehouse(tmp_path) as warehouse, closing(Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")) as ledger:
        yield Three(warehouse, ledger)


@pytest.fixture
def namesakes(tmp_path: Path) -> World:
    """Give two people of one name at one client, each of whom both systems know."""
    world = World(tmp_path)
    for system in ("sf", "hub"):
        client = ObservedClient(source=f"{system}:client:1", name="Pellworth", domain="p.example")
        world.tell("clients", client)
        for number in (1, 2):
            one = ObservedPerson(
                source=f"{system}:person:{number}",
                name="Anna Berg",
                email=f"anna.berg{number}@p.example",
                client=client.source,
            )
            world.tell("persons", one)
    world.sync()
    return world


def test_two_are_asked_about_once_whichever_of_their_records_was_judged(namesakes: World) -> None:
    (question,) = asked(namesakes)
    others = sorted(set(NAMESAKES) - {question.one, question.other})
    assert entities(namesakes)[others[0]] != entities(namesakes)[others[1]]
    say(namesakes, *others, same=False)
    assert asked(namesakes) == [], "said of one record of each, before a sync"
    namesakes.sync()
    assert asked(namesakes) == []
    with open_warehouse(namesakes.workspace.home) as lived:
        assert lived.select(Unsure) == []
        as_rebuilt(namesakes, lived)


def test_sales_of_several_deals_each_are_asked_about_once(tmp_path: Path) -> None:
    world = World(tmp_path)
    pairs = [(f"sf:deal:0065e0000000{number:03d}", f"hub:deal:{number}") for number in (1, 2)]
    for sold, noted in pairs:
        for source in (sold, noted):
            client = ObservedClient(source=f"{source.partition(':')[0]}:client:1", name="Nord", domain="n.example")
            world.tell("clients", client)
            ids = (sold.rpartition(":")[2],) if source == noted else ()
            world.tell("deals", deal(source, client=client.source, amount=100, currency="EUR", cross_ids=ids))
    world.sync()
    (question,) = [one for one in asked(world) if one.kind == "engagement"]
    one, other = sorted({source for pair in pairs for source in pair} - {question.one, question.other})
    say(world, one, other, same=True)
    assert asked(world) == []
    world.sync()
    assert asked(world) == []
    with open_warehouse(tmp_path) as lived:
        assert lived.select(Unsure) == []
        as_rebuilt(world, lived)
    say(world, one, other, same=False)
    world.sync()
    assert len(set(entities(world, "engagement").values())) == 2
    assert asked(world) == []


@pytest.mark.parametrize("same", [True, False])
def test_deals_that_nothing_notes_as_one_any_more_are_asked_about_and_stay_one_until_a_person_parts_them(
    tmp_path: Path, *, same: bool
) -> None:
    sold, noted = "sf:deal:0065e00000AbCdEAAV", "hub:deal:17"
    world = World(tmp_path, "deals")
    world.tell("deals", deal(sold))
    with open_warehouse(tmp_path) as lived:
        for ids in ((sold.rpartition(":")[2],), ()):
            world.tell("deals", deal(noted, cross_ids=ids))
            world.step(lived)
        assert len({row.entity_id for row in lived.select(Identity)}) == 1
        (question,) = list_unsure(lived, [])
        assert question.reasons[0] == "noted as the same by the other system once, and not any more"
        with closing(world.workspace.open_ledger()) as ledger:
            answer = {question.id: "confirmed" if same else "rejected"}
            decide(lived, ledger, answer, by="Ben", at=world.now())  # type: ignore[arg-type]  # two of them
            assert list_unsure(lived, ledger.judgements("same")) == [], "before a sync"
        world.step(lived)
        assert len({row.entity_id for row in lived.select(Identity)}) == (1 if same else 2)
        assert lived.select(Unsure) == []
        as_rebuilt(world, lived)


def test_word_on_people_of_no_sale_is_published_by_the_next_sync(tmp_path: Path) -> None:
    world = World(tmp_path)
    for source, name in (("sf:person:1", "Ruth Amadi"), ("hub:person:1", "R. Amadi")):
        world.tell("persons", ObservedPerson(source=source, name=name))
    world.sync()
    say(world, "sf:person:1", "hub:person:1", same=True)
    world.sync()
    assert len(set(entities(world).values())) == 1
    with open_warehouse(tmp_path) as lived:
        as_rebuilt(world, lived)


@pytest.mark.parametrize("kind", [pytest.param("person", marks=pytest.mark.soak), "engagement"])
def test_ids_that_were_said_to_be_one_can_be_said_to_be_two(tmp_path: Path, kind: str) -> None:
    world = two_sales(tmp_path)
    before = entities(world, kind)
    one, other = sorted(before.values())
    for ids in ((one, other), (other, one)):
        say(world, *ids, same=True)
        world.sync()
        assert len(set(entities(world, kind).values())) == 1
        say(world, *ids, same=False)
        world.sync()
        assert entities(world, kind) == before
    with closing(world.workspace.open_ledger()) as ledger:
        assert len(standing(ledger.judgements("same"))) == 1, "each word takes back the one before"


def test_id_that_a_word_made_still_leads_to_its_record_when_it_is_a_part_of_another(namesakes: World) -> None:
    before = entities(namesakes)
    say(namesakes, "sf:person:1", "hub:person:1", same=False)
    namesakes.sync()
    parted = entities(namesakes)
    (made,) = {*parted.values()} - {*before.values()}
    third = parted["sf:person:2"]
    say(namesakes, made, third, same=True)
    namesakes.sync()
    assert len({*entities(namesakes).values()}) == 2
    say(namesakes, made, third, same=False)
    namesakes.sync()
    assert entities(namesakes) == parted


@pytest.mark.parametrize("is_reviewed", [False, True])
def test_that_two_are_one_takes_back_that_other_records_of_theirs_are_two(
    namesakes: World, *, is_reviewed: bool
) -> None:
    (question,) = asked(namesakes)
    one, other = sorted(set(NAMESAKES) - {question.one, question.other})
    say(namesakes, one, other, same=False)
    if is_reviewed:
        with open_snapshot(namesakes.workspace.home) as rows, closing(namesakes.workspace.open_ledger()) as ledger:
            kept = decide(rows, ledger, {question.id: "confirmed"}, by="Ben", at=namesakes.now())
            assert [(word.subject, word.other) for word in kept[1:]] == [(one, other)]
    else:
        namesakes.sync()
        say(namesakes, question.one_entity, question.other_entity, same=True)
    namesakes.sync()
    assert len(set(entities(namesakes).values())) == 1
    say(namesakes, question.one_entity, question.other_entity, same=False)
    namesakes.sync()
    assert len(set(entities(namesakes).values())) == 2


def test_that_two_are_one_leaves_what_parts_them_from_a_third(namesakes: World) -> None:
    namesakes.tell("persons", ObservedPerson(source="sf:person:3", name="Anna Berg", email="anna@p.example"))
    namesakes.sync()
    say(namesakes, "sf:person:1", "sf:person:3", same=False)
    say(namesakes, "sf:person:1", "sf:person:2", same=True)
    namesakes.sync()
    found = entities(namesakes)
    assert found["sf:person:1"] == found["sf:person:2"] != found["sf:person:3"]


def test_customer_who_joined_a_user_of_the_tracker_later_is_parted_from_them(tmp_path: Path) -> None:
    user = ObservedUser(source="hub:user:1", name="Ruth Amadi", email="ruth@p.example", of_tracker=True)
    person = ObservedPerson(source="sf:person:1", name="Ruth Amadi", email="ruth@p.example")
    with open_warehouse(tmp_path) as warehouse:
        for record in (user, person):
            warehouse.put([record])
            identify(warehouse)
        assert len({row.entity_id for row in warehouse.select(Identity)}) == 1
        identify(warehouse, Words(different=frozenset({(user.source, person.source)})))
        found = {row.source: row.entity_id for row in warehouse.select(Identity)}
        assert found == {one: derive_id("per", one) for one in (user.source, person.source)}
        identify(warehouse)
        assert {row.entity_id for row in warehouse.select(Identity)} == {found[user.source]}


def test_third_record_of_an_address_that_two_have_who_were_parted_is_asked_about_and_goes_where_a_person_says(
    tmp_path: Path,
) -> None:
    one, other, third = (
        ObservedPerson(source=f"{system}:person:1", name="Ann Lee", email="ann@p.example") for system in ("a", "b", "c")
    )
    with open_warehouse(tmp_path) as warehouse, closing(Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")) as ledger:

        def sync(*records: ObservedPerson) -> dict[str, str]:
            warehouse.put(records)
            identify(warehouse, words_of(standing(ledger.judgements())))
            return {row.source: row.entity_id for row in warehouse.select(Identity)}

        def say(decision: Decision, *pair: str) -> list[Judgement]:
            at = NOW + timedelta(minutes=len(ledger.judgements()))
            return judge_pair(warehouse, ledger, *pair, decision, by="Ada", at=at)

        sync(one, other)
        say("different", one.source, other.source)
        sync()
        assert len({*sync(third).values()}) == 3
        asked = {(row.one, row.other) for row in list_unsure(warehouse, ledger.judgements("same"))}
        assert asked == {(one.source, third.source), (other.source, third.source)}
        assert len(say("same", other.source, third.source)) == 1, "which takes back nothing"
        found = sync()
        assert found[one.source] != found[other.source] == found[third.source]
        assert list_unsure(warehouse, ledger.judgements("same")) == []


def test_two_that_were_made_one_and_parted_again_leave_all_as_it_was(three: Three) -> None:
    three.say(A, Z, "same")
    three.say(A, M, "different")
    before = three.sync()
    three.say(Z, M, "same")
    assert three.sync() == {"amz"}
    three.say(Z, M, "different")
    assert three.sync() == before == {"az", "m"}


@pytest.mark.parametrize(("order", "is_synced"), [*((order, False) for order in ORDERS), (ORDERS[-1], True)])
def test_newest_word_holds_with_a_sync_between_and_without(
    three: Three, order: Sequence[tuple[str, str, Decision]], *, is_synced: bool
) -> None:
    kept = []
    for word in order:
        kept += three.say(*word)
        if is_synced:
            three.sync()
    found = three.sync()
    undone = [(one.subject, one.other) for one in kept if one.decision == "undone"]
    if order[2][2] == "same":
        assert (found, undone) == ({"amz"}, [(A, M)])
    else:
        first, second = ((one, other) for one, other, _same in order[:2])
        together = "".join(sorted(source[-1] for source in first))
        assert (found, undone) == ({together, *{*"amz"} - {*together}}, [second])
