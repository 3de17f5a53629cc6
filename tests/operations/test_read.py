from __future__ import annotations

from datetime import UTC, datetime

from atlas_sync.canonical.model import Interaction, Person
from atlas_sync.canonical.roster import Circle, Roster
from atlas_sync.extraction import read
from atlas_sync.operations.read import conversation_of


def test_titles_from_the_crm_tell_the_reader_what_people_are() -> None:
    person = Person(id="per_1", name="Sabine Ruf", title="IT Manager", side="customer")
    note = Interaction(
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
    conversation = conversation_of(note, Roster(people={"per_1": person}), Circle(people=frozenset({"per_1"})))
    (mention,) = read(conversation).mentions
    assert (mention.name, mention.stance) == ("Sabine Ruf", "skeptic")
    assert set(mention.roles) == {"skeptic", "technical"}
