from __future__ import annotations

from datetime import UTC, datetime

from atlas_sync.canonical.model import Interaction, Person
from atlas_sync.canonical.observed import ObservedRole
from atlas_sync.canonical.roster import Circle, Roster
from atlas_sync.extraction import read
from atlas_sync.operations.read import conversation_of

NOTE = Interaction(
    id="int_1",
    engagement_id="eng_1",
    source="crm:interaction/note:1",
    kind="note",
    at=datetime(2026, 1, 13, tzinfo=UTC),
    author="Lena Wirth",
    author_side="us",
    participants=("Sabine Ruf",),
    body="Sabine is still nervous about the date.",
    text_hash="1",
)


def test_titles_from_the_crm_tell_the_reader_what_people_are() -> None:
    person = Person(id="per_1", name="Sabine Ruf", title="IT Manager", side="customer")
    conversation = conversation_of(NOTE, Roster(people={"per_1": person}), Circle(people=frozenset({"per_1"})))
    (mention,) = read(conversation).mentions
    assert (mention.name, mention.stance) == ("Sabine Ruf", "skeptic")
    assert set(mention.roles) == {"skeptic", "technical"}


def test_whoever_has_a_role_is_known_and_stays_so_but_was_not_there() -> None:
    names = {"per_1": "Sabine Ruf", "per_2": "Folke Ahrens", "per_3": "Greta Koehler"}
    people = {one: Person(id=one, name=name, side="customer") for one, name in names.items()}
    roles = [
        ObservedRole(source=f"crm:role:{one}", deal="crm:deal:1", person=f"crm:person:{one}", deletion=deletion)
        for one, deletion in (("per_2", "deleted"), ("per_3", None))
    ]
    roster = Roster(people=people, by_source={f"crm:person:{one}": one for one in people})
    conversation = conversation_of(NOTE, roster, Circle(people=frozenset(people), roles=roles))
    assert {one.name: one.is_here for one in conversation.attendees} == {
        "Sabine Ruf": True,
        "Folke Ahrens": False,
        "Greta Koehler": False,
    }
