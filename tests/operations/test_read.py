from __future__ import annotations

from datetime import UTC, datetime

from atlas_sync.canonical.identity import derive_id
from atlas_sync.canonical.model import Engagement, Evidence, Interaction, Person, Promise
from atlas_sync.canonical.roster import Circle, Roster
from atlas_sync.extraction import read
from atlas_sync.extraction.conversation import Story
from atlas_sync.operations.read import _at_home, conversation_of


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


def test_promise_that_may_repeat_another_follows_it_where_two_deals_are_one() -> None:
    joined = Engagement(id="eng_1", name="Yard", source="crm:deal:1", stage="won", stage_label="Won")
    at = datetime(2026, 1, 13, tzinfo=UTC)
    said = [Evidence(interaction_id=f"int_{one}", start=0, end=1, quote="x", said_at=at) for one in "12"]
    earlier, later = (
        Promise(id=name, engagement_id="eng_1", evidence=one, rule="r", confidence=0.9, text="x", kind="deliverable")
        for name, one in zip(("pro_1", "pro_2"), said, strict=True)
    )
    story = Story(promises=(earlier, later.model_copy(update={"perhaps": "pro_1"})), outcomes=(), scope=(), mentions=())
    first, second = _at_home(joined, story, {"int_1": "eng_1", "int_2": "eng_2"}).promises
    assert first.id == derive_id("pro", "eng_1", "int_1", "0")
    assert (second.id, second.perhaps) == (derive_id("pro", "eng_2", "int_2", "0"), first.id)
