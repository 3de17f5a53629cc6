# ruff: noqa: ANN401 - a builder passes any field on
"""What must not fool identity, and people's words over it: in any order, and taken back without a trace."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_sync.canonical.cluster import Words
from atlas_sync.canonical.observed import ObservedClient, ObservedPerson
from atlas_sync.canonical.resolution import resolve
from tests.canonical.plain_records import (
    keyed_clients,
    keyed_people,
    resolve_clients,
    resolve_people,
    unsure_clients,
    unsure_people,
)

SALESFORCE = "0035e00000Ab1cDAAR"


def person(source: str, name: str, email: str | None = None, client: str | None = None, **more: Any) -> ObservedPerson:
    return ObservedPerson(source=source, name=name, email=email, client=client, **more)


def company(source: str, name: str, domain: str | None = None, **more: Any) -> ObservedClient:
    return ObservedClient(source=source, name=name, domain=domain, **more)


def entities(*people: ObservedPerson, words: Words | None = None) -> dict[str, str]:
    client_of = {one.client: one.client for one in people if one.client}
    return {one.source: one.entity_id for one in resolve_people(people, [], client_of, {}, words=words or Words())}


def companies(*clients: ObservedClient) -> dict[str, str]:
    return {one.source: one.entity_id for one in resolve_clients(clients, {})}


def test_mailbox_that_many_read_joins_nobody() -> None:
    found = entities(
        person("s:person:1", "Ruth Amadi", "info@p.example"), person("h:person:2", "Tom Weiss", "info@p.example")
    )
    assert len(set(found.values())) == 2
    assert (
        unsure_pairs(
            person("s:person:1", "Ruth Amadi", "info@p.example"), person("h:person:2", "Tom Weiss", "info@p.example")
        )
        == []
    )


def test_one_address_under_two_unlike_names_is_unsure() -> None:
    people = [person("s:person:1", "Ruth Amadi", "r@p.example"), person("h:person:2", "Tom Weiss", "r@p.example")]
    found = entities(*people)
    assert len(set(found.values())) == 2
    (candidate,) = unsure_people(keyed_people(people, [], {}), found, Words())
    assert candidate.reasons[0] == "they are called Ruth Amadi and Tom Weiss", "they are not written alike"
    assert "both have the address r@p.example" in candidate.reasons
    assert "against it: the names differ: Ruth Amadi and Tom Weiss" in candidate.reasons


def test_two_full_names_that_share_a_first_name_at_one_address_are_unsure() -> None:
    people = [
        person("s:person:1", "Anna Berg", "einkauf-nord@p.example"),
        person("s:person:2", "Anna Schmidt", "einkauf-nord@p.example"),
    ]
    assert len(set(entities(*people).values())) == 2
    (reasons,) = unsure_pairs(*people)
    assert "against it: the names differ: Anna Berg and Anna Schmidt" in reasons


@pytest.mark.parametrize("order", [1, -1])
def test_couple_behind_one_address_is_two_people_and_unsure(order: int) -> None:
    people = [
        person("s:person:1", "Anna Mueller", "shop@mueller.example", "c1"),
        person("s:person:2", "Peter Mueller", "shop@mueller.example", "c1"),
    ][::order]
    assert len(set(entities(*people).values())) == 2
    (reasons,) = unsure_pairs(*people)
    assert any(one.startswith("against it: the names differ: ") for one in reasons)


@pytest.mark.parametrize("system", ["s", "h"])
def test_father_and_son_at_one_address_are_two_people_and_unsure(system: str) -> None:
    people = [
        person("s:person:1", "Hans Huber sen.", "huber@p.example", "c1"),
        person(f"{system}:person:2", "Hans Huber jun.", "huber@p.example", "c1"),
    ]
    assert len(set(entities(*people).values())) == 2
    (reasons,) = unsure_pairs(*people)
    assert "against it: the names differ: Hans Huber sen. and Hans Huber jun." in reasons


@pytest.mark.parametrize("name", ["agb@p.example", "unnamed", "[not provided]"])
def test_whoever_has_no_name_is_one_with_who_has_the_address_and_nothing_is_asked(name: str) -> None:
    people = [
        person("h:person:1", name, "agb@p.example", "c1"),
        person("h:person:2", name.replace("agb", "anton"), "anton@p.example", "c1"),
        person("s:person:3", "Anna Berg", "agb@p.example", "c1"),
    ]
    found = entities(*people)
    assert found["h:person:1"] == found["s:person:3"] != found["h:person:2"]
    assert unsure_pairs(*people) == []


@pytest.mark.parametrize(
    ("one", "other", "address", "is_asked"),
    [
        ("Mary Gallagher", "Michael Gallagher", "two@p.example", False),
        ("Peter Berg", "Paul Berg", "two@p.example", False),
        ("Mary Gallagher", "Michael Gallagher", None, True),
        ("Cindy Berg", "Cynthia Berg", None, True),
        ("Mchael Gallagher", "Michael Gallagher", "two@p.example", True),
        ("Yusuf Kaya", "Yousef Kaya", "two@p.example", True),
        ("Robert Weber", "Rob Weber", "two@p.example", True),
        ("Jürgen Müller", "Jurgen Muller", "two@p.example", True),
        ("Hans Huber", "Hans Huber jun.", "two@p.example", True),
    ],
)
def test_colleagues_of_one_family_name_are_asked_about_only_if_one_may_be_mistyped_or_has_no_address(
    one: str, other: str, address: str | None, *, is_asked: bool
) -> None:
    people = [person("s:person:1", one, "one@p.example", "c1"), person("h:person:2", other, address, "c1")]
    assert len(set(entities(*people).values())) == 2
    assert bool(unsure_pairs(*people)) is is_asked


@pytest.mark.parametrize("who", ["Mueller", "A. P. Mueller"])
def test_record_that_fits_both_of_a_couple_does_not_join_them(who: str) -> None:
    found = entities(
        person("a:person:0", who, "shop@mueller.example"),
        person("s:person:1", "Anna Mueller", "shop@mueller.example"),
        person("s:person:2", "Peter Mueller", "shop@mueller.example"),
    )
    assert found["a:person:0"] == found["s:person:1"] != found["s:person:2"]


def test_couple_is_not_one_by_two_keys_of_another_systems_record() -> None:
    between = person("hubspot:person:1", "Mueller", "shop@mueller.example", cross_ids=(SALESFORCE,))
    anna = person(f"salesforce:person:{SALESFORCE}", "Anna Mueller")
    peter = person("salesforce:person:2", "Peter Mueller", "shop@mueller.example")
    found = entities(between, anna, peter)
    assert found[between.source] == found[anna.source] != found[peter.source]
    (reasons,) = unsure_pairs(between, anna, peter)
    assert "both have the address shop@mueller.example" in reasons


def test_two_of_one_system_that_note_one_record_are_two_by_given_name_whenever_it_is_told_until_a_person_says_one() -> (
    None
):
    anna = person("hubspot:person:1", "Anna Mueller", cross_ids=(SALESFORCE,))
    peter = person("hubspot:person:2", "Peter Mueller")
    noted = person(f"salesforce:person:{SALESFORCE}", "Anna Mueller")
    known = entities(anna, peter, noted)
    both = [anna, peter.model_copy(update={"cross_ids": (SALESFORCE,)}), noted]
    assert entities(*both) == known
    assert {one.source: one.entity_id for one in resolve_people(both, [], {}, known)} == known
    said = Words(same=frozenset({pair(anna.source, peter.source)}))
    assert len(set(entities(*both, words=said).values())) == 1
    merged = [anna, peter.model_copy(update={"deletion": "merged", "merged_into": anna.source}), noted]
    assert {one.entity_id for one in resolve_people(merged, [], {}, known)} == {known[anna.source]}


@pytest.mark.parametrize(
    "other",
    ["Berg, Anna", "Berg Anna", "A. Berg", "Anna B.", "Anna Berg-Schmidt", "Anna", "Dr. Anna Maria Berg", "Anna Bergh"],
)
def test_one_name_in_other_words_joins_at_one_address(other: str) -> None:
    for names in (("Anna Berg", other), (other, "Anna Berg")):
        found = entities(*(person(f"s:person:{name}", name, "anna@p.example") for name in names))
        assert len(set(found.values())) == 1


def test_consultant_with_two_employers_is_one_human_by_address_and_unsure_by_name() -> None:
    same = entities(
        person("s:person:1", "Ida Falk", "ida@falk.example", "c1"),
        person("h:person:2", "Ida Falk", "ida@falk.example", "c2"),
    )
    assert len(set(same.values())) == 1
    people = [
        person("s:person:1", "Ida Falk", "ida@one.example", "c1"),
        person("h:person:2", "Ida Falk", "ida@two.example", "c2"),
    ]
    found = entities(*people)
    assert len(set(found.values())) == 2
    (candidate,) = unsure_people(keyed_people(people, [], {"c1": "c1", "c2": "c2"}), found, Words())
    assert "against it: they are at two clients" in candidate.reasons


def test_two_of_one_name_in_one_system_with_two_addresses_stay_apart() -> None:
    people = [
        person("s:person:1", "Anna Berg", "anna.berg@n.example", "c1"),
        person("s:person:2", "Anna Berg", "anna.berg2@n.example", "c1"),
    ]
    found = entities(*people)
    assert len(set(found.values())) == 2
    assert len(unsure_people(keyed_people(people, [], {"c1": "c1"}), found, Words())) == 1


def test_subsidiaries_share_a_domain_and_are_not_one_company() -> None:
    clients = [
        company("s:client:1", "Nordhavn Logistics", "n.example"),
        company("s:client:2", "Nordhavn Terminals", "n.example"),
        company("h:client:3", "Nordhavn Terminals GmbH", "n.example"),
        company("h:client:4", "Nordhavn Ports", "n.example"),
    ]
    found = companies(*clients)
    assert found["s:client:2"] == found["h:client:3"]
    assert len(set(found.values())) == 3
    unsure = unsure_clients(keyed_clients(clients), found, Words())
    assert all("both have the domain n.example" in one.reasons for one in unsure)
    assert unsure


def test_two_names_with_one_domain_in_one_system_are_two_companies_however_alike_they_are() -> None:
    clients = [
        company("s:client:1", "Nordhavn", "n.example"),
        company("s:client:2", "Nordhavn Group", "n.example"),
        company("s:client:3", "Nordhavn GmbH", "n.example"),
        company("h:client:4", "Nordhavn Holding", "n.example"),
    ]
    found = companies(*clients)
    assert found["s:client:1"] == found["s:client:3"]
    assert len({found["s:client:1"], found["s:client:2"], found["h:client:4"]}) == 3
    assert len(unsure_clients(keyed_clients(clients), found, Words())) == 3


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("Pellworth Group", True),
        ("The Pellworth Farm & Sons", True),
        ("Pellworth Farm Holding S.p.A.", True),
        ("Pell-Worth Farms", True),
        ("pellworth.example", True),
        ("Pellworth Farms Ports", False),
        ("Pellworth Farms U.K.", False),
        ("Pellworth Farms 2", False),
        ("Pellworth Rail", False),
    ],
)
def test_one_domain_joins_two_systems_where_names_differ_by_spelling_or_by_words_that_say_nothing(
    name: str, *, is_one: bool
) -> None:
    known = "Pellworth" if name == "Pellworth Group" else "Pellworth Farms"
    found = companies(
        company("s:client:1", known, "pellworth.example"), company("h:client:2", name, "pellworth.example")
    )
    assert (len(set(found.values())) == 1) is is_one


def test_places_that_are_spelt_alike_are_two_companies() -> None:
    found = companies(
        company("s:client:1", "Pellworth Austria", "p.example"),
        company("h:client:2", "Pellworth Australia", "p.example"),
    )
    assert len(set(found.values())) == 2


def test_companies_without_a_name_are_not_one_by_it_and_nobody_is_asked() -> None:
    clients = [company(f"h:client:{number}", "unnamed") for number in range(2)]
    found = companies(*clients)
    assert len(set(found.values())) == 2
    assert unsure_clients(keyed_clients(clients), found, Words()) == []


def test_third_of_a_name_joins_neither_of_two_and_both_pairs_are_asked() -> None:
    clients = [
        company("s:client:1", "Atlas", "atlas.example"),
        company("s:client:2", "Atlas", "atlas-uk.example"),
        company("t:client:3", "Atlas"),
    ]
    found = companies(*clients)
    assert len(set(found.values())) == 3
    asked = {(one.one.source, one.other.source) for one in unsure_clients(keyed_clients(clients), found, Words())}
    assert {("s:client:1", "t:client:3"), ("s:client:2", "t:client:3")} <= asked
    people = [
        person("s:person:1", "Anna Berg", "anna.berg@n.example", "c1"),
        person("s:person:2", "Anna Berg", "anna.berg2@n.example", "c1"),
        person("t:person:3", "Anna Berg", None, "c1"),
    ]
    humans = entities(*people)
    assert len(set(humans.values())) == 3
    doubtful = {
        (one.one.source, one.other.source)
        for one in unsure_people(keyed_people(people, [], {"c1": "c1"}), humans, Words())
    }
    assert {("s:person:1", "t:person:3"), ("s:person:2", "t:person:3")} <= doubtful


def test_two_of_one_name_in_one_system_stay_apart_behind_a_first_one_without_address() -> None:
    found = entities(
        person("a:person:1", "Anna Berg", None, "c1"),
        person("s:person:2", "Anna Berg", "anna.berg@n.example", "c1"),
        person("s:person:3", "Anna Berg", "anna.berg2@n.example", "c1"),
    )
    assert found["a:person:1"] == found["s:person:2"] != found["s:person:3"]


def test_address_that_two_have_leaves_a_third_to_its_other_keys() -> None:
    found = entities(
        person("s:person:1", "Ruth Amadi", "r@p.example", "c1"),
        person("s:person:2", "Tom Weiss", "r@p.example", "c1"),
        person("t:person:3", "Tom Weiss", "r@p.example", "c1"),
        person("t:person:4", "Ruth Berg", "r@p.example", "c1"),
    )
    assert found["s:person:2"] == found["t:person:3"]
    assert len(set(found.values())) == 3


@pytest.mark.parametrize(
    ("more", "joins"), [({}, None), ({"client": "c2"}, "b:person:1"), ({"cross_ids": (SALESFORCE,)}, "a:person:1")]
)
def test_address_of_two_whom_a_person_parted_leaves_a_third_to_its_other_keys_and_both_pairs_are_asked(
    more: dict[str, Any], joins: str | None
) -> None:
    people = [
        person("a:person:1", "Ann Lee", "ann@p.example", "c1", cross_ids=(SALESFORCE,)),
        person("b:person:1", "Ann Lee", "ann@p.example", "c2"),
        person("c:person:1", "Ann Lee", "ann@p.example", **more),
    ]
    words = Words(different=frozenset({pair("a:person:1", "b:person:1")}))
    found = entities(*people, words=words)
    assert [one for one in ("a:person:1", "b:person:1") if found[one] == found["c:person:1"]] == [joins] * bool(joins)
    asked = unsure_people(keyed_people(people, [], {"c1": "c1", "c2": "c2"}), found, words)
    pairs = {(one.one.source, one.other.source) for one in asked}
    assert pairs == (set() if joins else {(one, "c:person:1") for one in ("a:person:1", "b:person:1")})


def test_namesakes_with_two_domains_are_two_companies() -> None:
    found = companies(
        company("s:client:1", "Atlas Ltd", "atlas.example"), company("h:client:2", "Atlas", "atlas-uk.example")
    )
    assert len(set(found.values())) == 2


def test_id_that_one_system_notes_of_the_other_joins_without_name_or_address() -> None:
    found = entities(
        person(f"salesforce:person:{SALESFORCE}", "Margarethe Köhler"),
        person("hubspot:person:201", "Greta K.", cross_ids=(SALESFORCE[:15],)),
    )
    assert len(set(found.values())) == 1


def test_merge_and_id_that_are_told_later_join_what_was_seen_as_two_and_people_still_have_the_last_word() -> None:
    one, other = person("h:person:1", "Ruth Amadi", "r@p.example"), person("h:person:2", "Tom Weiss", "t@p.example")
    lone = person(f"salesforce:person:{SALESFORCE}", "Greta K.")
    known = entities(one, other, lone)
    assert len(set(known.values())) == 3
    told = [
        one.model_copy(update={"deletion": "merged", "merged_into": other.source}),
        other.model_copy(update={"cross_ids": (SALESFORCE,)}),
        lone,
    ]
    found = {row.source: row for row in resolve_people(told, [], {}, known)}
    assert {row.entity_id for row in found.values()} == {known[one.source]}
    assert found[other.source].reason == "the same record after a merge"
    assert found[lone.source].reason == "noted as the same by the other system"
    said = Words(different=frozenset({pair(one.source, other.source)}))
    parted = {row.source: row.entity_id for row in resolve_people(told, [], {}, known, words=said)}
    assert parted[one.source] != parted[other.source] == parted[lone.source]
    assert {row.source: row.entity_id for row in resolve_people([one, other, lone], [], {}, known)} == known


def test_small_ids_that_two_systems_give_alike_join_nobody() -> None:
    assert (
        len(set(companies(company("a:client:1", "One"), company("b:client:1", "Two", cross_ids=("1",))).values())) == 2
    )


FATHER, SON = "hans@berg.example", "h.berg.jun@berg.example"
KEPT = "against it: the same system keeps {} and {} as two"


@pytest.mark.parametrize("order", [(FATHER, SON), (SON, FATHER)])
def test_namesakes_whom_one_system_has_at_two_addresses_are_not_one_by_way_of_another_systems_record(
    order: tuple[str, str],
) -> None:
    people = [
        person("h:person:1", "Hans Berg", SON, "c1"),
        *(person(f"s:person:{at}", "Hans Berg", address, "c1") for at, address in enumerate(order)),
    ]
    found = entities(*people)
    assert found["s:person:0"] != found["s:person:1"]
    (reasons,) = unsure_pairs(*people)
    assert reasons[-1] == "against it: the same system has two addresses for them"


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize(
    ("between", "ones", "other"),
    [
        (("Acme", "acme.example"), [("Acme GmbH", None)], ("Acme Group", "acme.example")),
        (("Acme", "acme.no"), [("Acme GmbH", None)], ("Acme GmbH", "acme.no")),
        (("Acme", "acme.no"), [("Acme GmbH", None), ("Acme Group", None)], ("Acme Group", "acme.no")),
    ],
)
def test_companies_that_one_system_keeps_as_two_are_not_one_by_way_of_another_systems_record(
    between: tuple[str, str], ones: list[tuple[str, str | None]], other: tuple[str, str], *, known: bool
) -> None:
    first = [company("h:client:1", *between), *(company(f"s:client:{at}", *one) for at, one in enumerate(ones))]
    last = company("s:client:9", *other)
    found = {one.source: one.entity_id for one in resolve_clients([*first, last], companies(*first) if known else {})}
    is_one = other[0] == "Acme GmbH"
    assert (found["s:client:9"] == found["s:client:0"]) is is_one
    assert found["h:client:1"] == found["s:client:0"]


def test_company_whose_domain_changes_does_not_bring_a_namesake_of_the_new_domain_along() -> None:
    clients = [company("h:client:1", "Acme", "acme.de"), company("s:client:1", "Acme GmbH", "acme.de")]
    known = companies(*clients)
    clients[0] = company("h:client:1", "Acme", "acme.no")
    clients.append(company("s:client:2", "Acme AS", "acme.no"))
    found = {one.source: one.entity_id for one in resolve_clients(clients, known)}
    assert found["h:client:1"] == found["s:client:1"] != found["s:client:2"]
    (one,) = unsure_clients(keyed_clients(clients), found, Words())
    assert one.reasons[-1] == KEPT.format("Acme GmbH", "Acme AS")


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [
        ("Acme AG", "Acme GmbH", False),
        ("Acme Inc", "Acme LLC", False),
        ("Acme", "Acme GmbH", True),
        ("Acme GmbH", "Acme GmbH Co. KG", True),
        ("Acme Ltd", "ACME Limited", True),
        ("Acme mbH", "Acme GmbH", True),
    ],
)
def test_accounts_of_one_system_with_two_legal_forms_are_two_companies_and_asked(
    one: str, other: str, *, is_one: bool
) -> None:
    clients = [company("s:client:1", one, "acme.example"), company("s:client:2", other, "acme.example")]
    found = companies(*clients)
    assert (len(set(found.values())) == 1) is is_one
    asked = [pair.reasons[-1] for pair in unsure_clients(keyed_clients(clients), found, Words())]
    assert asked == ([] if is_one else [KEPT.format(one, other)])
    assert len(set(companies(clients[0], company("h:client:2", other, "acme.example")).values())) == 1


@pytest.mark.parametrize(
    ("name", "domain", "is_one"),
    [
        ("Bolt AG", "bolt.example", False),
        ("Bolt AG", None, True),
        ("Bolt AG", "acme.example", True),
        ("Acme Group", "acme.no", True),
    ],
)
@pytest.mark.parametrize("is_there", [False, True])
def test_noted_id_that_one_system_has_of_two_companies_is_that_of_the_first_and_asked(
    name: str, domain: str | None, *, is_one: bool, is_there: bool
) -> None:
    clients = [
        company("h:client:1", "Acme GmbH", "acme.example", cross_ids=(SALESFORCE,)),
        company("h:client:2", name, domain, cross_ids=(SALESFORCE,)),
        *([company(f"s:client:{SALESFORCE}", "Acme GmbH", "acme.example")] if is_there else []),
    ]
    found = companies(*clients)
    assert (found["h:client:1"] == found["h:client:2"]) is is_one
    later = {one.source: one.entity_id for one in resolve_clients(clients, {**found, "h:client:2": "cli_other"})}
    assert (later["h:client:1"] == later["h:client:2"]) is is_one
    asked = unsure_clients(keyed_clients(clients), found, Words())
    assert [one.other.source for one in asked] == ([] if is_one else ["h:client:2"])
    assert all("one id is noted of both" in one.reasons for one in asked)


@pytest.mark.parametrize(
    ("name", "address", "is_one"),
    [
        ("Anna Schmidt", "a.schmidt@y.example", False),
        ("Anna Schmidt", None, True),
        ("Anna Schmidt", "a.berg@x.example", True),
        ("Anna Berg", "a.berg@y.example", True),
        ("Anna Berg-Schmidt", "a.schmidt@y.example", True),
    ],
)
def test_noted_id_that_one_system_has_of_two_people_is_that_of_the_first_and_asked(
    name: str, address: str | None, *, is_one: bool
) -> None:
    people = [
        person("h:person:1", "Anna Berg", "a.berg@x.example", cross_ids=(SALESFORCE,)),
        person("h:person:2", name, address, cross_ids=(SALESFORCE,)),
        person(f"s:person:{SALESFORCE}", "Anna Berg"),
    ]
    found = entities(*people)
    assert (found["h:person:1"] == found["h:person:2"]) is is_one
    assert found["h:person:1"] == found[people[2].source]
    asked = unsure_pairs(*people)
    assert ["one id is noted of both" in reasons for reasons in asked] == ([] if is_one else [True])


def unsure_pairs(*people: ObservedPerson) -> list[tuple[str, ...]]:
    """Give the reasons of each pair that is left to a person, the likeliest first."""
    client_of = {one.client: one.client for one in people if one.client}
    return [one.reasons for one in unsure_people(keyed_people(people, [], client_of), entities(*people), Words())]


def test_initial_with_the_same_family_name_at_one_client_is_unsure() -> None:
    (reasons,) = unsure_pairs(
        person("s:person:1", "M. Koehler", None, "c1"), person("h:person:2", "Margarethe Koehler", None, "c1")
    )
    assert reasons == ("M. Koehler and Margarethe Koehler share a family name", "both are at the same client")


def test_addresses_that_begin_alike_speak_for_one_person() -> None:
    (reasons,) = unsure_pairs(
        person("s:person:1", "Ida Falk", "ida@one.example"), person("h:person:2", "Ida Falk", "ida@two.example")
    )
    assert "their addresses begin alike" in reasons


def test_nothing_is_asked_of_single_names_of_crowds_or_of_pairs_said_to_be_two() -> None:
    assert unsure_pairs(person("s:person:1", "Ida"), person("h:person:2", "Ida")) == []
    crowd = [person(f"s:person:{at}", "Ida Falk", f"ida{at}@x{at}.example", f"c{at}") for at in range(21)]
    assert unsure_pairs(*crowd) == []
    two = [person("s:person:1", "Ida Falk", "i@one.example"), person("h:person:2", "Ida Falk", "i@two.example")]
    words = Words(different=frozenset({pair(two[0].source, two[1].source)}))
    assert unsure_people(keyed_people(two, [], {}), entities(*two), words) == []


def test_companies_with_nearly_one_name_and_two_domains_are_unsure_with_what_is_against_it() -> None:
    clients = [
        company("s:client:1", "Pellworth Farms", "p.example"),
        company("h:client:2", "Pellworth Farm", "pf.example"),
        company("h:client:3", "", None),
    ]
    (one,) = unsure_clients(keyed_clients(clients), companies(*clients), Words())
    assert one.reasons[1] == "against it: their domains are p.example and pf.example"


def pair(one: str, other: str) -> tuple[str, str]:
    return min(one, other), max(one, other)


def test_person_who_says_one_or_two_is_right_and_the_first_keeps_its_id() -> None:
    ruth, other = person("s:person:1", "Ruth Amadi", "r@p.example"), person("h:person:2", "R. Amadi", "r@p.example")
    before = entities(ruth, other)
    parted = entities(ruth, other, words=Words(different=frozenset({pair(ruth.source, other.source)})))
    assert parted["s:person:1"] == before["s:person:1"]
    assert parted["h:person:2"] != before["s:person:1"]
    tom = person("h:person:3", "Tom Weiss", "t@p.example")
    joined = entities(ruth, tom, words=Words(same=frozenset({pair(ruth.source, tom.source)})))
    assert set(joined.values()) == {before["s:person:1"]}


SOURCES = [f"s:person:{number}" for number in range(8)]
PEOPLE = st.lists(
    st.tuples(
        st.sampled_from(["Ruth Amadi", "R. Amadi", "Tom Weiss"]), st.sampled_from(["r@p.example", "t@p.example", None])
    ),
    min_size=2,
    max_size=8,
)
PAIRS = st.sets(
    st.tuples(st.sampled_from(SOURCES), st.sampled_from(SOURCES)).filter(lambda one: one[0] < one[1]), max_size=6
)


def made(rows: list[tuple[str, str | None]]) -> list[ObservedPerson]:
    return [person(SOURCES[at], name, email, "c1") for at, (name, email) in enumerate(rows)]


@given(PEOPLE, PAIRS, st.tuples(st.sampled_from(SOURCES), st.sampled_from(SOURCES)).filter(lambda one: one[0] < one[1]))
def test_merging_then_splitting_is_the_identity(
    rows: list[tuple[str, str | None]], parted: set[tuple[str, str]], wanted: tuple[str, str]
) -> None:
    people = made(rows)
    before = entities(*people, words=Words(different=frozenset(parted)))
    apart = before.get(wanted[0]) != before.get(wanted[1])
    merged = Words(same=frozenset({wanted} - parted), different=frozenset(parted))
    split = Words(different=frozenset(parted | {wanted}))
    entities(*people, words=merged)
    if apart:
        assert entities(*people, words=split) == before


@given(PEOPLE, PAIRS, PAIRS)
def test_what_was_said_to_be_two_is_never_one(
    rows: list[tuple[str, str | None]], same: set[tuple[str, str]], different: set[tuple[str, str]]
) -> None:
    words = Words(frozenset(same - different), frozenset(different))
    found = entities(*made(rows), words=words)
    assert all(found[one] != found[two] for one, two in different if one in found and two in found)
    records = keyed_people(made(rows), [], {"c1": "c1"})
    again = resolve("per", records, {one.source: one.base_id for one in resolve("per", records, {})}, words)
    assert {one.source: one.entity_id for one in again} == found
