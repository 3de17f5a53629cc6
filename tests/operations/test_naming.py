"""Names that hold: of sentences while their text is edited, and of promises while mails come in late or are lost."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from atlas_sync.canonical.identity import derive_id, marker_for
from atlas_sync.canonical.model import Evidence, Gap, Promise, Stakeholder, TraceLink
from atlas_sync.canonical.observed import ObservedInteraction, ObservedPerson, ObservedRole
from atlas_sync.extraction.conversation import Story
from atlas_sync.extraction.places import Places, find_places
from atlas_sync.operations.naming import name_story
from atlas_sync.operations.waive import judge_gaps
from atlas_sync.store.ledger import Intent
from atlas_sync.store.publish import open_snapshot
from atlas_sync.store.warehouse import open_warehouse
from tests.factories import NOW
from tests.operations.test_one_sale import SOLD, World, as_rebuilt, deal, rows
from tests.operations.test_show import SECOND, Delivered, planned

SAID = "We bring two cranes."


@pytest.mark.parametrize(
    ("texts", "names"),
    [
        ([[(0, "Two cranes.")], [(10, "Two cranes.")]], ["0"]),
        ([[(0, "Two cranes.")], [(0, "On Mondays."), (12, "Two cranes.")]], ["0.1", "0"]),
        ([[(0, "We bring two cranes.")], [(8, "We bring three cranes.")]], ["0"]),
        ([[(0, "We bring two cranes by 14 May.")], [(8, "We bring two cranes by 1 August.")]], ["0"]),
        ([[(0, "We bring two cranes.")], [(0, "Nothing is charged for the way.")]], ["0.1"]),
        ([[(0, "We connect the customs desk.")], [(0, "We connect the invoice desk.")]], ["0.1"]),
        ([[(0, "We migrate five years of tickets.")], [(0, "We migrate five years of old tickets.")]], ["0"]),
        ([[(0, "We include two days of training on site.")], [(0, "We include 2 days of on-site training.")]], ["0"]),
        ([[(0, "We will train all drivers on site.")], [(0, "We will not train all drivers on site.")]], ["0.1"]),
        ([[(0, "Wir schulen alle Fahrer vor Ort.")], [(0, "Wir schulen nicht alle Fahrer vor Ort.")]], ["0.1"]),
        ([[(0, "We train all new drivers on site.")], [(0, "We train all new nurses on site.")]], ["0.1"]),
        (
            [
                [(0, "We train all drivers on site.")],
                [(0, "We train all new drivers on site."), (40, "We train all old drivers on site.")],
            ],
            ["0.1", "40"],
        ),
        ([[(0, "It is charged.")], [(0, "It is not charged.")]], ["0.1"]),
        ([[(0, "Yes."), (5, "Yes.")], [(3, "Yes."), (9, "Yes.")]], ["0", "5"]),
        ([[(0, "Two cranes.")], [], [(7, "Two  cranes.")]], ["0"]),
        ([[(0, "Two cranes.")], [], [(0, "On Mondays.")], [(0, "On Mondays."), (12, "Two cranes.")]], ["0.1", "0"]),
    ],
)
def test_sentence_keeps_its_name_and_nobody_else_gets_it(texts: list[list[tuple[int, str]]], names: list[str]) -> None:
    known, found = Places(), list[str]()
    for said in texts:
        found, known = find_places(known, said)
    assert found == names


def _note(number: int, text: str, *, at: datetime = NOW, deleted: bool = False) -> ObservedInteraction:
    return ObservedInteraction(
        source=f"sf:interaction:{number}",
        kind="promises",
        at=at,
        body=text,
        deals=(SOLD,),
        deletion="deleted" if deleted else None,
    )


def _put_on_top(world: Delivered) -> None:
    world.tell("interactions", _note(1, f"We deliver on Mondays.\n{SAID}"))


def _put_otherwise(world: Delivered) -> None:
    world.tell("interactions", _note(1, "\n\nWe bring three cranes."))


def _hear_of_it_earlier(world: Delivered) -> None:
    world.tell("interactions", _note(0, SAID, at=NOW - timedelta(days=3)))


def _lose_the_first(world: Delivered) -> None:
    world.tell("interactions", _note(2, SAID, at=NOW + timedelta(hours=1)))
    world.sync()
    world.tell("interactions", _note(1, SAID, deleted=True))


EDITS = [_put_on_top, _put_otherwise, _hear_of_it_earlier, _lose_the_first]


def _fewer(*edits: Callable[[Delivered], None]) -> list[object]:
    """Give some edits for every run, and the others for the long one."""
    return [edit if edit in edits else pytest.param(edit, marks=pytest.mark.soak) for edit in EDITS]


@pytest.mark.parametrize("edit", _fewer(_put_on_top))
def test_what_was_let_be_stays_so_whatever_becomes_of_the_text(
    tmp_path: Path, edit: Callable[[Delivered], None]
) -> None:
    world = Delivered(tmp_path)
    world.tell("work_items", planned("YARD-3", summary="Paint the fence"))
    world.tell("interactions", _note(1, SAID))
    world.sync()
    with open_snapshot(tmp_path) as snapshot, closing(world.workspace.open_ledger()) as ledger:
        (gap,) = [gap for gap in snapshot.select(Gap) if gap.kind.startswith("promise_")]
        judge_gaps(snapshot, ledger, [gap.id], "waived", by="Ada", at=world.now(), reason="agreed by phone")
    world.sync()
    edit(world)
    world.sync()
    promises = rows(world.workspace, Promise)
    (kept,) = [one for one in rows(world.workspace, Gap).values() if one.state == "waived"]
    assert kept.id == gap.id
    assert "cranes" in promises[kept.subject_id].text
    others = [one for one in promises.values() if one.id != kept.subject_id]
    assert [one.text for one in others] == (["We deliver on Mondays."] if edit is _put_on_top else [])
    if edit in {_put_otherwise, _lose_the_first}:
        with open_warehouse(tmp_path) as lived:
            as_rebuilt(world, lived)


@pytest.mark.parametrize("edit", _fewer(_lose_the_first))
def test_item_that_was_made_for_a_promise_stays_its_own(tmp_path: Path, edit: Callable[[Delivered], None]) -> None:
    world = Delivered(tmp_path)
    world.tell("interactions", _note(1, SAID))
    world.sync()
    (name,) = rows(world.workspace, Promise)
    mark = marker_for("test", SECOND, "promise", name)
    made = Intent(mark, "trk", "YARD", SECOND, name, "promise", "done", "plan_1", remote_id="3", remote_key="YARD-3")
    with closing(world.workspace.open_ledger()) as ledger:
        ledger.record(made)
    world.tell("work_items", planned("YARD-3", summary=SAID, marker=mark))
    edit(world)
    world.sync()
    sure = {one.subject_id for one in rows(world.workspace, TraceLink).values() if one.status == "covered"}
    assert ["cranes" in rows(world.workspace, Promise)[one].text for one in sure] == [True]


def test_promise_that_may_repeat_another_follows_it_where_two_deals_are_one() -> None:
    at = datetime(2026, 1, 13, tzinfo=UTC)
    said = [Evidence(interaction_id=f"int_{one}", start=0, end=1, quote="x", said_at=at) for one in "12"]
    earlier, later = (
        Promise(id=name, engagement_id="eng_1", evidence=one, rule="r", confidence=0.9, text="x", kind="deliverable")
        for name, one in zip(("pro_1", "pro_2"), said, strict=True)
    )
    story = Story(promises=(earlier, later.model_copy(update={"perhaps": "pro_1"})), outcomes=(), scope=(), mentions=())
    homes = {"int_1": "eng_1", "int_2": "eng_2"}
    first, second = name_story("eng_1", story, homes=homes, before=(), judged=()).promises
    assert first.id == derive_id("pro", "eng_1", "int_1", "0")
    assert (second.id, second.perhaps) == (derive_id("pro", "eng_2", "int_2", "0"), first.id)


def test_person_whose_gap_was_let_be_keeps_it_when_they_turn_out_to_be_somebody_known(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.tell("persons", ObservedPerson(source="hub:person:1", name="Ruth Amadi"))
    world.sync()
    world.tell("deals", deal(SOLD))
    world.tell("persons", ObservedPerson(source="sf:person:1", name="R. Amadi"))
    role = ObservedRole(source="sf:role:1", deal=SOLD, person="sf:person:1", role="Decision Maker")
    world.tell("roles", role)
    world.sync()
    (gap,) = [gap for gap in rows(world.workspace, Gap).values() if gap.kind == "person_missing"]
    with open_snapshot(tmp_path) as snapshot, closing(world.workspace.open_ledger()) as ledger:
        judge_gaps(snapshot, ledger, [gap.id], "waived", by="Ada", at=world.now(), reason="met already")
        world.say(snapshot, "hub:person:1", "sf:person:1", same=True)
    world.sync()
    people = rows(world.workspace, Stakeholder)
    assert [one.name for one in people.values()] == ["Ruth Amadi"]
    found = [one for one in rows(world.workspace, Gap).values() if one.kind == "person_missing"]
    assert [(one.id, one.state) for one in found] == [(gap.id, "waived")]
    with open_warehouse(tmp_path) as lived:
        as_rebuilt(world, lived)
