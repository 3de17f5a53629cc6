from __future__ import annotations

import pytest

from atlas_sync.canonical.cluster import Words
from atlas_sync.canonical.observed import ObservedClient, ObservedPerson, ObservedUser
from tests.canonical.plain_records import (
    keyed_people,
    merge_client,
    merge_person,
    resolve_clients,
    resolve_people,
    unsure_people,
)


def test_clients_in_two_systems_are_one_by_domain_or_by_name() -> None:
    clients = [
        ObservedClient(source="salesforce:client:1", name="Nordhavn Logistics GmbH", domain="nordhavn.example"),
        ObservedClient(source="hubspot:client:2", name="Nordhavn Logistik", domain="Nordhavn.example"),
        ObservedClient(source="salesforce:client:3", name="Pellworth & Daughters Ltd", domain="pellworth.example"),
        ObservedClient(source="hubspot:client:4", name="Pellworth and Daughters Limited"),
        ObservedClient(source="hubspot:client:5", name="Somebody Else"),
    ]
    ids = {row.source: row.entity_id for row in resolve_clients(clients, {})}
    assert ids["salesforce:client:1"] == ids["hubspot:client:2"]
    assert ids["salesforce:client:3"] == ids["hubspot:client:4"]
    assert len(set(ids.values())) == 3


def test_identity_given_once_is_kept_whatever_comes_later() -> None:
    first = ObservedClient(source="hubspot:client:9", name="Acme")
    known = {row.source: row.entity_id for row in resolve_clients([first], {})}
    later = ObservedClient(source="a:client:1", name="Acme Ltd")
    ids = {row.source: row.entity_id for row in resolve_clients([later, first], known)}
    assert ids == {"a:client:1": known["hubspot:client:9"], "hubspot:client:9": known["hubspot:client:9"]}


def test_free_mail_domain_joins_nobody() -> None:
    clients = [
        ObservedClient(source="s:client:1", name="One", domain="gmail.com"),
        ObservedClient(source="s:client:2", name="Two", domain="gmail.com"),
    ]
    assert len({row.entity_id for row in resolve_clients(clients, {})}) == 2


def test_people_are_one_by_address_in_any_case_and_by_full_name_at_one_client() -> None:
    people = [
        ObservedPerson(
            source="s:person:1", name="Dr. Margarethe Köhler", email="m.koehler@n.example", client="s:client:1"
        ),
        ObservedPerson(source="h:person:2", name="Greta Koehler", email="M.Koehler@n.example", client="h:client:2"),
        ObservedPerson(source="h:person:3", name="Margarethe Koehler", client="h:client:2"),
        ObservedPerson(source="h:person:4", name="Greta", client="h:client:2"),
    ]
    client_of = {"s:client:1": "cli_1", "h:client:2": "cli_1"}
    ids = {row.source: row.entity_id for row in resolve_people(people, [], client_of=client_of, known={})}
    assert ids["s:person:1"] == ids["h:person:2"] == ids["h:person:3"]
    assert ids["h:person:4"] != ids["s:person:1"]


def test_same_name_at_two_clients_is_two_people() -> None:
    people = [
        ObservedPerson(source="s:person:1", name="Anna Berg", client="c1"),
        ObservedPerson(source="s:person:2", name="Anna Berg", client="c2"),
    ]
    rows = resolve_people(people, [], client_of={"c1": "x", "c2": "y"}, known={})
    assert len({row.entity_id for row in rows}) == 2


def test_user_of_crm_and_tracker_is_one_by_name_where_the_address_is_hidden() -> None:
    users = [
        ObservedUser(source="crm:user:1", name="Sanna Lehto", email="sanna@us.example"),
        ObservedUser(source="jira:user:2", name="Sanna Lehto"),
    ]
    rows = resolve_people([], users, client_of={}, known={})
    assert len({row.entity_id for row in rows}) == 1


def test_users_of_one_name_with_two_addresses_in_one_system_are_two_and_a_third_without_address_is_neither() -> None:
    users = [
        ObservedUser(source="crm:user:1", name="Thomas Mueller", email="t.mueller@us.example"),
        ObservedUser(source="crm:user:2", name="Thomas Mueller", email="t.mueller2@us.example"),
        ObservedUser(source="jira:user:3", name="Thomas Mueller"),
    ]
    found = {row.source: row.entity_id for row in resolve_people([], users, client_of={}, known={})}
    assert len(set(found.values())) == 3
    asked = unsure_people(keyed_people([], users, {}), found, Words())
    assert [(one.one.source, one.other.source) for one in asked] == [
        ("crm:user:1", "crm:user:2"),
        ("crm:user:1", "jira:user:3"),
        ("crm:user:2", "jira:user:3"),
    ]
    assert asked[0].reasons[-1] == "against it: the same system has two addresses for them"


def test_merge_keeps_other_spellings_and_fills_blanks() -> None:
    client = merge_client(
        "cli_1",
        [
            ObservedClient(source="s:client:1", name="Gone", deletion="deleted"),
            ObservedClient(source="s:client:2", name="Here", domain="Here.Example"),
        ],
    )
    assert (client.name, client.aliases, client.domain) == ("Here", ("Gone",), "here.example")
    person = merge_person(
        "per_1",
        [
            ObservedPerson(source="s:person:1", name="Ruth Amadi"),
            ObservedPerson(source="h:person:2", name="R. Amadi", email="Ruth@x.example", title="CFO"),
        ],
        side="customer",
        client_id="cli_1",
    )
    assert (person.name, person.email, person.title, person.aliases) == (
        "Ruth Amadi",
        "ruth@x.example",
        "CFO",
        ("R. Amadi",),
    )


def test_record_that_is_noted_as_another_goes_there_alone_and_whoever_it_left_is_somebody_else() -> None:
    one, other = "0035e00000Ab1cDAAR", "0035e00000Zz9yXAAR"
    noted = ObservedPerson(source="hub:person:1", name="T. Weiss", cross_ids=(one,))
    people = [noted, *(ObservedPerson(source=f"sf:person:{name}", name=f"Ruth {name}") for name in (one, other))]
    first = {row.source: row.base_id for row in resolve_people(people, [], {}, {})}
    assert first["hub:person:1"] == first[f"sf:person:{one}"] != first[f"sf:person:{other}"]
    people[0] = noted.model_copy(update={"cross_ids": (other,)})
    corrected = {row.source: row.entity_id for row in resolve_people(people, [], {}, first)}
    assert corrected[f"sf:person:{one}"] == first[f"sf:person:{one}"]
    assert len(set(corrected.values())) == 2
    assert corrected["hub:person:1"] == corrected[f"sf:person:{other}"]
    mailed = [one.model_copy(update={"email": "t@p.example"}) for one in people[:2]]
    both = resolve_people([*mailed, people[2]], [], {}, first)
    assert len({row.entity_id for row in both}) == 1, "an address still speaks for the two"


def test_whoever_is_one_with_a_record_that_is_noted_later_goes_along_for_that_reason() -> None:
    noted = "0035e00000Ab1cDAAR"
    people = [
        ObservedPerson(source=f"sf:person:{noted}", name="Tom Weiss"),
        ObservedPerson(source="hub:person:1", name="T. Weiss", email="t@p.example"),
        ObservedPerson(source="csv:person:1", name="Weiss, T.", email="t@p.example"),
    ]
    first = {row.source: row.base_id for row in resolve_people(people, [], {}, {})}
    people[1] = people[1].model_copy(update={"cross_ids": (noted,)})
    joined = resolve_people(people, [], {}, first)
    assert len({row.entity_id for row in joined}) == 1
    assert [row.reason for row in joined[1:]] == ["noted as the same by the other system"] * 2, "nobody said it"


@pytest.mark.parametrize("is_first", [False, True])
def test_record_that_is_noted_as_somebody_it_may_not_be_stays_alone_and_nobody_is_said_to_have_parted_it(
    *, is_first: bool
) -> None:
    one, other = "0035e00000Ab1cDAAR", "0035e00000Zz9yXAAR"
    carl = ObservedPerson(source="hub:person:6", name="Carl Ray", cross_ids=(one,))
    ann = ObservedPerson(source=f"sf:person:{one}", name="Ann Lee")
    peter = ObservedPerson(source="hub:person:5", name="Peter Ray", cross_ids=(other,))
    bob = ObservedPerson(source=f"sf:person:{other}", name="Bob Ray")
    both = [carl, ann] if is_first else [ann, carl]
    first = {row.source: row.base_id for row in resolve_people([*both, peter, bob], [], {}, {})}
    assert len(set(first.values())) == 2
    both[both.index(carl)] = carl.model_copy(update={"cross_ids": (other,)})
    found = {row.source: row for row in resolve_people([*both, peter, bob], [], {}, first)}
    assert len({row.entity_id for row in found.values()}) == 3
    assert found[peter.source].entity_id == found[bob.source].entity_id == first[bob.source]
    assert found[both[0].source].entity_id == first[both[0].source], "who was seen first keeps the id"
    assert found[both[1].source].reason == "not noted as the same any more"
