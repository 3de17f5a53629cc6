from __future__ import annotations

from atlas_sync.canonical.card import card_of
from atlas_sync.canonical.observed import ObservedClient, ObservedPerson, ObservedUser

SALESFORCE = "0035e00000Ab1cDAAR"


def test_card_tells_a_person_by_address_name_and_ids_that_no_two_systems_give_alike() -> None:
    card = card_of(
        ObservedPerson(
            source=f"crm:person:{SALESFORCE}",
            name="Köhler, Dr. Margarethe",
            email=" M.Koehler@n.example",
            client="crm:client:1",
            title="",
            cross_ids=("17", "201", SALESFORCE),
        ),
    )
    assert (card.name_key, card.shown, card.address) == (
        "margarethe koehler",
        "Dr. Margarethe Köhler",
        "m.koehler@n.example",
    )
    assert (card.own_id, card.noted) == (SALESFORCE[:15], (SALESFORCE[:15],))
    assert (card.employer, card.title, card.state) == ("crm:client:1", None, "new")
    client = card_of(ObservedClient(source="crm:client:1", name="Nord"))
    assert client.number == card.by_employer != card.number


def test_records_share_numbers_where_they_may_be_one() -> None:
    greta = card_of(ObservedPerson(source="a:person:1", name="M. Koehler", email="info@n.example"))
    user = card_of(ObservedUser(source="a:user:1", name="Margarethe Köhler", email="m@n.example"))
    other = card_of(ObservedPerson(source="b:person:1", name="Köhler, Margarethe", email="M@n.example"))
    assert greta.nearly == user.nearly == other.nearly
    assert (user.by_address, user.by_name) == (other.by_address, other.by_name)
    assert greta.by_address is None
    assert greta.by_name != user.by_name
    single = card_of(ObservedPerson(source="b:person:2", name="Margarethe"))
    assert (single.by_address, single.by_name, single.nearly) == (None, None, None)


def test_card_of_whoever_has_no_name_tells_an_address_alone() -> None:
    named = card_of(ObservedPerson(source="a:person:1", name="agb@n.example", email="AGB@n.example"))
    assert (named.name, named.name_key, named.by_name, named.nearly) == ("agb@n.example", "", None, None)
    assert (
        named.by_address == card_of(ObservedUser(source="b:user:1", name="Anna Berg", email="agb@n.example")).by_address
    )


def test_card_of_a_client_tells_its_name_and_the_domain_of_an_employer() -> None:
    ports = card_of(ObservedClient(source="a:client:1", name="Nord Ports GmbH", domain="Nord.example"))
    rail = card_of(ObservedClient(source="b:client:2", name="Nord Rail", domain="nord.example"))
    free = card_of(ObservedClient(source="b:client:3", name="", domain="gmail.com"))
    assert (ports.name_key, ports.domain, ports.address) == ("nord ports", "nord.example", "nord.example")
    assert (ports.nearly, ports.by_address) == (rail.nearly, rail.by_address)
    assert ports.by_name != rail.by_name
    assert (free.domain, free.address, free.by_name, free.by_address) == (None, "gmail.com", None, None)
    shop = card_of(ObservedClient(source="a:client:1", name="Pizzeria Roma", domain="facebook.com"))
    assert (shop.domain, shop.address, shop.by_address) == (None, "facebook.com", None)
