"""Random worlds: identity of all at once, and of what changed alone, comes to what it is record by record."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import pairwise
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas_sync.canonical.candidates import BLOCK
from atlas_sync.canonical.card import Recorded
from atlas_sync.canonical.cluster import Words
from atlas_sync.canonical.model import Client, Person
from atlas_sync.canonical.observed import ObservedClient, ObservedPerson, ObservedUser, Participant
from atlas_sync.canonical.roster import Circle, Roster
from atlas_sync.canonical.statement import Precedence
from atlas_sync.operations.identify import identify
from atlas_sync.operations.roster import load_roster
from atlas_sync.store.tables import Identity, Unsure
from atlas_sync.store.warehouse import Warehouse, open_warehouse
from tests.operations.plain_identity import everybody, identify_plainly

SYSTEMS = ("crm", "hub")
TELLING = [f"003AbCdEf{number:06d}" for number in range(4)]
PERSON_SOURCES = [f"{system}:person:{one}" for system in SYSTEMS for one in (*TELLING, "1", "2", "3", "4")]
CLIENT_SOURCES = [f"{system}:client:{number}" for system in SYSTEMS for number in range(4)]
DELETIONS = st.sampled_from([None, None, None, "deleted", "merged"])
ADDRESSES = [
    "ruth@one.example",
    "Tom@two.example",
    "tom@one.example",
    "info@one.example",
    "r@gmail.com",
    "ada@us.example",
    "n/a",
]
NAMES = [
    "Ruth Amadi",
    "R. Amadi",
    "Amadi, Dr. Ruth",
    "Ruth Amadi-Weiß",
    "Tom Weiss",
    "Tom",
    "",
    "Tomas Weis",
    "Ruth Berg",
    "Weiss",
    "Peter Weiss",
    "Ruth Amadi sen.",
    "Ruth Amadi jun.",
    "ruth@one.example",
    "Unknown Unknown",
]

CLIENTS = st.builds(
    ObservedClient,
    source=st.sampled_from(CLIENT_SOURCES),
    name=st.sampled_from(
        ["Nord Ports", "Nord Ports GmbH", "Nord Ports AG", "Nord Rail", "Nordhavn", "Nordhavn Group", "unnamed", ""]
    ),
    domain=st.sampled_from([None, "one.example", "One.example", "two.example", "gmail.com"]),
    deletion=DELETIONS,
    merged_into=st.sampled_from([None, None, None, *CLIENT_SOURCES]),
    cross_ids=st.sampled_from([(), (), ("1",), (TELLING[0],)]),
)
PEOPLE = st.builds(
    ObservedPerson,
    source=st.sampled_from(PERSON_SOURCES),
    name=st.sampled_from(NAMES),
    email=st.sampled_from([None, *ADDRESSES]),
    title=st.sampled_from([None, "", "CFO", "Head of Yards"]),
    client=st.sampled_from([None, "crm:client:9", *CLIENT_SOURCES]),
    deletion=DELETIONS,
    merged_into=st.sampled_from([None, None, None, None, *PERSON_SOURCES]),
    cross_ids=st.lists(st.sampled_from([*TELLING, TELLING[1] + "AAA", "1"]), max_size=2).map(tuple),
)
USERS = st.builds(
    ObservedUser,
    source=st.sampled_from(["crm:user:1", "hub:user:1", "jira:user:1", "jira:user:2"]),
    name=st.sampled_from(NAMES),
    email=st.sampled_from([None, None, "ada@us.example", "tom@one.example"]),
    deletion=DELETIONS,
).map(lambda user: user.model_copy(update={"of_tracker": user.source.startswith("jira")}))
RUNS = st.lists(
    st.lists(st.one_of(PEOPLE, PEOPLE, CLIENTS, USERS), max_size=8, unique_by=lambda one: one.source),
    min_size=1,
    max_size=4,
)
PAIRS = st.sets(
    st.tuples(st.sampled_from(PERSON_SOURCES), st.sampled_from(PERSON_SOURCES)).filter(lambda one: one[0] < one[1])
    | st.tuples(st.sampled_from(CLIENT_SOURCES), st.sampled_from(CLIENT_SOURCES)).filter(lambda one: one[0] < one[1]),
    max_size=3,
)
WORDS = st.builds(lambda same, different: Words(frozenset(same - different), frozenset(different)), PAIRS, PAIRS)
PRECEDENCES = st.sampled_from(
    [Precedence(), Precedence(), Precedence(["hub"]), Precedence(["crm"], {"email": ["jira", "hub"]})]
)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Warehouse]]:
    homes = [tmp_path_factory.mktemp(name) for name in ("at_once", "plain")]
    with ExitStack() as stack:
        yield [stack.enter_context(open_warehouse(home)) for home in homes]


def merged(warehouse: Warehouse) -> dict[str, Client | Person]:
    return {row.id: row for row in (*warehouse.select(Client), *warehouse.select(Person))}


def whom_it_concerns(
    before: Mapping[str, Client | Person], now: Mapping[str, Client | Person], changed: Collection[str]
) -> set[str]:
    """Give the records that changed, and those of entities that hold one or are others now."""
    others = (one for one in now.values() if one != before.get(one.id) or not set(one.sources).isdisjoint(changed))
    return {source for one in others for source in one.sources}


def affected(warehouse: Warehouse) -> set[str]:
    found = warehouse.execute("SELECT source FROM card WHERE number IN (FROM affected)")
    return {source for (source,) in found}


def emptied(warehouse: Warehouse) -> Warehouse:
    for table in (
        "observed_client",
        "observed_person",
        "observed_user",
        "card",
        "identity",
        "client",
        "person",
        "unsure",
        "taken",
    ):
        warehouse.execute(f"DELETE FROM {table}")  # noqa: S608 - names from here
    return warehouse


def put(warehouse: Warehouse, records: Sequence[Recorded]) -> None:
    for kind in (ObservedClient, ObservedPerson, ObservedUser):
        warehouse.put([one for one in records if isinstance(one, kind)])


def content(warehouse: Warehouse) -> dict[str, list[str]]:
    kinds = (Identity, Client, Person, Unsure)
    return {kind.__name__: sorted(row.model_dump_json() for row in warehouse.select(kind)) for kind in kinds}


def asking(warehouse: Warehouse) -> Iterator[tuple[Participant, Roster]]:
    """Yield what may lead to somebody, with the roster that is loaded for it alone."""
    for address in ADDRESSES[1::2]:
        yield Participant(email=address), load_roster(warehouse, addresses=[address])
    for name in (*NAMES[::3], "Dr. Ruth AMADI", *(one for one in NAMES if "@" in one)):
        yield Participant(name=name), load_roster(warehouse, names=[name])
    for source in PERSON_SOURCES[::5]:
        yield Participant(ref=source), load_roster(warehouse, sources=[source])


def crowd(count: int) -> list[Recorded]:
    """Give people of one name at no client, who may all be one."""
    return [
        ObservedPerson(source=f"crm:person:{at}", name="Ruth Amadi", email=f"r{at}@one.example") for at in range(count)
    ]


HISTORIES: dict[str, list[list[Recorded]]] = {
    "a client is one with another, and so are those at both": [
        [
            ObservedClient(source="crm:client:1", name="Nord", domain="one.example"),
            ObservedClient(source="hub:client:1", name="Sued", domain="two.example"),
            ObservedPerson(source="crm:person:1", name="Ruth Amadi", client="crm:client:1"),
            ObservedPerson(source="hub:person:1", name="R. Amadi", client="hub:client:1"),
        ],
        [ObservedClient(source="hub:client:1", name="Sued", deletion="merged", merged_into="crm:client:1")],
        [ObservedPerson(source="hub:person:2", name="Ruth Amadi", client="hub:client:1")],
        [ObservedClient(source="hub:client:1", name="Sued")],
    ],
    "a domain becomes ours, and is not any more": [
        [ObservedPerson(source="crm:person:1", name="Ada Falk", email="ada@us.example", client="crm:client:1")],
        [ObservedUser(source="crm:user:1", name="Tom Weiss", email="tom@us.example")],
        [ObservedUser(source="crm:user:1", name="Tom Weiss", email="tom@gmail.com")],
    ],
    "a customer becomes a guest of the tracker": [
        [
            ObservedClient(source="crm:client:1", name="Nord", domain="one.example"),
            ObservedPerson(source="crm:person:1", name="Ruth Amadi", email="ruth@one.example", client="crm:client:1"),
            ObservedPerson(source="crm:person:2", name="Tom Weiss", email="tom@one.example", client="crm:client:1"),
        ],
        [ObservedUser(source="jira:user:1", name="Ruth Amadi", email="ruth@one.example", of_tracker=True)],
        [ObservedUser(source="crm:user:1", name="Ada Falk", email="ada@one.example")],
    ],
    "what stands in for a name is known first, and so is a guest": [
        [
            ObservedClient(source="hub:client:1", name="One.example", domain="one.example"),
            ObservedPerson(source="hub:person:1", name="Ruth.Amadi@one.example", email="ruth.amadi@one.example"),
            ObservedUser(source="jira:user:1", name="ruth", email="ruth.amadi@one.example", of_tracker=True),
        ],
        [
            ObservedClient(source="crm:client:1", name="Nord", domain="one.example"),
            ObservedPerson(source="crm:person:1", name="Amadi, Ruth", email="ruth.amadi@one.example"),
        ],
    ],
    "a name becomes one of many, and again of a few": [
        crowd(19),
        crowd(20)[19:],
        [ObservedPerson(source="hub:person:1", name="Amadi, Ruth", email="amadi@two.example")],
        [ObservedPerson(source="hub:person:1", name="Ida Falk", email="amadi@two.example")],
    ],
    "one new record leads to another, and that to a third": [
        [
            ObservedClient(source="crm:client:1", name="Nord"),
            ObservedPerson(source="crm:person:1", name="Ruth", email="ruth@one.example"),
            ObservedPerson(source="crm:person:2", name="Ruth Amadi", email="ruth@one.example", client="crm:client:1"),
            ObservedPerson(source="crm:person:3", name="Amadi, Ruth", client="crm:client:1"),
        ],
    ],
    "a name of two is that of neither, whoever comes later and in whatever order": [
        [
            ObservedClient(source="crm:client:1", name="Atlas", domain="one.example"),
            ObservedClient(source="crm:client:2", name="Atlas Ltd", domain="two.example"),
            ObservedClient(source="crm:client:3", name="Nordhavn", domain="three.example"),
            ObservedClient(source="crm:client:4", name="Nordhavn Group", domain="three.example"),
            ObservedUser(source="crm:user:1", name="Thomas Mueller", email="t@us.example"),
            ObservedUser(source="crm:user:2", name="Thomas Mueller", email="t2@us.example"),
        ],
        [
            ObservedClient(source="hub:client:1", name="Atlas"),
            ObservedClient(source="hub:client:2", name="Nordhavn Holding", domain="three.example"),
            ObservedClient(source="hub:client:3", name="unnamed"),
            ObservedClient(source="hub:client:4", name="unnamed"),
            ObservedUser(source="jira:user:1", name="Thomas Mueller", of_tracker=True),
            ObservedPerson(source="hub:person:1", name="Ruth Amadi", client="hub:client:1"),
            ObservedPerson(source="hub:person:2", name="Ruth Amadi", email="r@one.example", client="hub:client:1"),
            ObservedPerson(source="hub:person:3", name="Ruth Amadi", email="r@two.example", client="hub:client:1"),
            ObservedPerson(source="hub:person:4", name="Ruth Amadi", email="r@two.example"),
            ObservedPerson(source="hub:person:5", name="Tom Weiss", email="r@two.example", client="hub:client:1"),
            ObservedPerson(source="hub:person:6", name="Tom Weiss", client="hub:client:1"),
            ObservedPerson(source="hub:person:7", name="Tom Amadi", email="r@two.example"),
        ],
        [
            ObservedClient(source="hub:client:5", name="Atlas", domain="two.example"),
            ObservedPerson(source="hub:person:8", name="Ruth Amadi", client="hub:client:1"),
        ],
    ],
    "two at one address share a first name, and a third name is that of one": [
        [
            ObservedPerson(source="crm:person:1", name="Anna Berg", email="einkauf-nord@one.example"),
            ObservedPerson(source="crm:person:2", name="Anna Schmidt", email="einkauf-nord@one.example"),
        ],
        [ObservedPerson(source="hub:person:1", name="Berg, Anna", email="einkauf-nord@one.example")],
    ],
    "a couple has one address, and so does whoever it is hard to tell from either": [
        [
            ObservedPerson(source="crm:person:1", name="Anna Weiss", email="shop@one.example"),
            ObservedPerson(source="crm:person:2", name="Peter Weiss", email="shop@one.example"),
        ],
        [ObservedPerson(source="hub:person:1", name="Weiss", email="shop@one.example")],
    ],
    "a father has his son's address, and so has somebody without a name, who came first": [
        [ObservedPerson(source="hub:person:1", name="shop@one.example", email="shop@one.example")],
        [ObservedPerson(source="crm:person:1", name="Hans Weiss sen.", email="shop@one.example")],
        [ObservedPerson(source="crm:person:2", name="Hans Weiss jun.", email="shop@one.example")],
    ],
    "a father and his son come together": [
        [
            ObservedPerson(source="crm:person:1", name="Hans Weiss sen.", email="shop@one.example"),
            ObservedPerson(source="hub:person:1", name="Hans Weiss jun.", email="shop@one.example"),
        ],
    ],
    "somebody between a couple is known first, and one of them shares no key with whoever comes": [
        [ObservedPerson(source="hub:person:1", name="Weiss", email="shop@one.example", cross_ids=(TELLING[0],))],
        [ObservedPerson(source=f"crm:person:{TELLING[0]}", name="Anna Weiss")],
        [
            ObservedPerson(source="crm:person:1", name="Peter Weiss", email="shop@one.example"),
            ObservedPerson(source="crm:person:2", name="P. Weiss", email="shop@one.example"),
        ],
    ],
    "somebody who is refused goes on to others, of whom one is not found by any key": [
        [
            ObservedClient(source="crm:client:1", name="Nord"),
            ObservedPerson(source=f"crm:person:{TELLING[0]}", name="Anna Weiss"),
            ObservedPerson(source="hub:person:1", name="Peter Weiss", client="crm:client:1", cross_ids=(TELLING[0],)),
            ObservedPerson(source="jira:person:1", name="Weiss", email="shop@one.example", cross_ids=(TELLING[1],)),
        ],
        [
            ObservedPerson(source=f"crm:person:{TELLING[1]}", name="Ida Weiss"),
            ObservedPerson(source="crm:person:1", name="Peter Weiss", email="shop@one.example", client="crm:client:1"),
        ],
    ],
    "a couple is noted as one, all at once, later, and until the one is merged": [
        [
            ObservedPerson(source=f"crm:person:{TELLING[0]}", name="Anna Weiss"),
            ObservedPerson(source="hub:person:1", name="Anna Weiss", cross_ids=(TELLING[0],)),
            ObservedPerson(source="hub:person:2", name="Peter Weiss", cross_ids=(TELLING[0],)),
            ObservedPerson(source="hub:person:3", name="Petra Weiss", email="shop@one.example"),
        ],
        [ObservedPerson(source="hub:person:3", name="Petra Weiss", email="p@one.example", cross_ids=(TELLING[0],))],
        [ObservedPerson(source="hub:person:2", name="Peter Weiss", merged_into="hub:person:1")],
    ],
    "somebody new is noted as somebody known": [
        [ObservedPerson(source=f"crm:person:{TELLING[0]}", name="Ruth Amadi")],
        [ObservedPerson(source="hub:person:1", name="Tom", cross_ids=(TELLING[0],))],
        [ObservedPerson(source="hub:person:2", name="Tomas", merged_into="hub:person:1")],
    ],
    "an id that is noted wrong, put right, and taken away": [
        [ObservedPerson(source="hub:person:1", name="Tom", cross_ids=(TELLING[0],))]
        + [ObservedPerson(source=f"crm:person:{one}", name=f"Ruth {at}") for at, one in enumerate(TELLING)],
        [ObservedPerson(source="hub:person:2", name="Tomas", cross_ids=(TELLING[1],))],
        [ObservedPerson(source="hub:person:2", name="Tomas", cross_ids=(TELLING[2],))],
        [ObservedPerson(source="hub:person:1", name="Tom", cross_ids=(TELLING[3],))],
        [ObservedPerson(source="hub:person:2", name="Tomas", cross_ids=(TELLING[3],))],
        [ObservedPerson(source="hub:person:2", name="Tomas")],
    ],
    "an id that is noted later, and then of another": [
        [ObservedPerson(source=f"crm:person:{one}", name=f"Ruth {at}") for at, one in enumerate(TELLING)]
        + [ObservedPerson(source="hub:person:1", name="Tom"), ObservedPerson(source="hub:person:2", name="Tomas")],
        [ObservedPerson(source="hub:person:1", name="Tom", cross_ids=(TELLING[1], TELLING[2]))],
        [ObservedPerson(source="hub:person:2", name="Tomas", merged_into="hub:person:1")],
        [ObservedPerson(source="hub:person:1", name="Tom", cross_ids=(TELLING[3] + "AAA",))],
        [ObservedPerson(source="hub:person:2", name="Tomas")],
    ],
}


@pytest.mark.parametrize("history", HISTORIES)
def test_change_reaches_whom_it_concerns(both: list[Warehouse], history: str) -> None:
    at_once, plain = map(emptied, both)
    seen: list[dict[str, list[str]]] = []
    for records in HISTORIES[history]:
        for warehouse in both:
            put(warehouse, records)
        with patch("atlas_sync.operations.identify.mostly_new", return_value=False):
            identify(at_once)
        identify_plainly(plain)
        seen.append(content(at_once))
        assert seen[-1] == content(plain)
    assert all(one != other for one, other in pairwise(seen))


def test_word_on_two_records_leaves_the_questions_on_a_third_one(both: list[Warehouse]) -> None:
    at_once, plain = map(emptied, both)
    for warehouse in both:
        put(warehouse, crowd(3))
    for words in (Words(), Words(frozenset(), frozenset({("crm:person:0", "crm:person:1")}))):
        with patch("atlas_sync.operations.identify.mostly_new", return_value=False):
            identify(at_once, words)
        identify_plainly(plain, words)
        assert content(at_once) == content(plain)
    assert {row.other for row in at_once.select(Unsure)} == {"crm:person:2"}


def test_guest_of_the_tracker_stays_a_customer_and_brings_nobody_along(both: list[Warehouse]) -> None:
    at_once = emptied(both[0])
    history = HISTORIES["a customer becomes a guest of the tracker"]
    delivery = ObservedUser(source="jira:user:2", name="Bo Ng", email="bo@freelance.example", of_tracker=True)
    sides: list[dict[str, str]] = []
    for records in [[*history[0], *history[1], delivery], history[2]]:
        put(at_once, records)
        identify(at_once)
        sides.append({person.name: person.side for person in at_once.select(Person)})
    assert sides[0] == {"Ruth Amadi": "customer", "Tom Weiss": "customer", "Bo Ng": "us"}
    assert sides[1] == {"Ruth Amadi": "us", "Tom Weiss": "us", "Bo Ng": "us", "Ada Falk": "us"}


@pytest.mark.parametrize(
    ("precedence", "names"),
    [
        (Precedence(), {"Nord", "Ruth Amadi"}),
        (Precedence(["jira"]), {"Nord", "ruth"}),
        (Precedence(["hub"]), {"Nord", "Ruth Amadi"}),
    ],
)
def test_name_of_a_guest_or_what_stands_in_for_one_goes_last(
    both: list[Warehouse], precedence: Precedence, names: set[str]
) -> None:
    at_once = emptied(both[0])
    for records in HISTORIES["what stands in for a name is known first, and so is a guest"]:
        put(at_once, records)
        identify(at_once, precedence=precedence)
    assert {one.name for one in merged(at_once).values()} == names


def test_whose_word_goes_first_changes_everybody_at_once(both: list[Warehouse]) -> None:
    at_once, plain = map(emptied, both)
    names = [ObservedPerson(source=f"{one}:person:1", name=f"{one} Amadi", email="r@one.example") for one in SYSTEMS]
    for precedence in (Precedence(), Precedence(["hub"]), Precedence(["hub"], {"name": ["crm"]})):
        for warehouse in both:
            put(warehouse, names if precedence == Precedence() else [])
        identify(at_once, precedence=precedence)
        identify_plainly(plain, precedence=precedence)
        assert content(at_once) == content(plain)
    assert at_once.select(Person)[0].name == "crm Amadi"


@settings(max_examples=4)
@given(
    runs=RUNS,
    words=st.lists(WORDS | st.just(Words()), min_size=4, max_size=4),
    precedence=PRECEDENCES,
    is_all=st.booleans(),
    most=st.sampled_from([2, 3, BLOCK]),
)
def test_each_run_comes_to_what_it_is_record_by_record(
    both: list[Warehouse],
    *,
    runs: list[list[Recorded]],
    words: list[Words],
    precedence: Precedence,
    is_all: bool,
    most: int,
) -> None:
    at_once, plain = map(emptied, both)
    for records, said in zip(runs, words, strict=False):
        for warehouse in both:
            put(warehouse, records)
        with (
            patch("atlas_sync.operations.identify.mostly_new", return_value=is_all),
            patch("atlas_sync.store.alike.BLOCK", most),
            patch("atlas_sync.canonical.candidates.BLOCK", most),
        ):
            identify(at_once, said, precedence)
            before = merged(plain)
            identify_plainly(plain, said, precedence)
        assert content(at_once) == content(plain)
        assert affected(at_once) == whom_it_concerns(before, merged(plain), {record.source for record in records})
    whole = everybody(plain)
    everywhere = Circle(people=frozenset(whole.people))
    for asked, some in asking(at_once):
        assert some.person(asked) == whole.person(asked), asked
        if asked.name is not None:
            assert some.named(asked.name, everywhere) == whole.named(asked.name, everywhere), asked
        for circle in (everywhere, Circle()):
            said = [one.ours_named_in("Amadi and WEISS spoke.", circle) for one in (some, whole)]
            assert said[0] == said[1], asked
        assert some.our_domains == whole.our_domains
