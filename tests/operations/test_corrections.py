# ruff: noqa: ANN401 - a builder passes any field on
"""What people say of promises that are one: it shows whatever order it is said in, and nothing is asked or done again."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import date, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any, Literal

import pytest

from atlas_sync.canonical.model import Gap, Promise, TraceLink
from atlas_sync.errors import ConfigError
from atlas_sync.operations.corrections import Edit, correct, corrected, merge
from atlas_sync.operations.judged import judged_of, quote_key
from atlas_sync.operations.review import decide, list_choices, list_doubts, take_back
from atlas_sync.store.judgements import Decision, Judgement, JudgementKind
from atlas_sync.store.ledger import Ledger
from atlas_sync.store.publish import open_snapshot
from atlas_sync.store.warehouse import Warehouse
from tests.factories import NOW
from tests.operations.test_one_sale import SOLD, World, deal, promised
from tests.operations.test_review import asking, in_review, ledger, promise, warehouse

__all__ = ["ledger", "warehouse"]


def said(kind: JudgementKind, subject: str, other: str, decision: Decision, hours: int, **more: Any) -> Judgement:
    return Judgement(kind, subject, other, decision, "Ada", NOW + timedelta(hours=hours), engagement_id="eng_1", **more)


def later(name: str, **more: Any) -> Promise:
    """Give a promise that was said on the day after the others."""
    row = promise(name, **more)
    return row.model_copy(update={"evidence": row.evidence.model_copy(update={"said_at": NOW + timedelta(days=1)})})


def about(*names: str) -> tuple[str, str]:
    """Give the promise by its id, and the key of the quote of the last of some."""
    return names[0], quote_key(promise(names[-1]).evidence.quote)


MERGED = said("merge", "b", "a", "same", 1)


@pytest.mark.parametrize("quoted", ["a", "b"], ids=["before the merge was seen", "after it was seen"])
def test_what_is_said_after_a_merge_holds_on_whichever_of_its_quotes(quoted: str) -> None:
    rows = [promise("a", perhaps="z"), later("b"), promise("z")]
    (kept, _z) = corrected(rows, [MERGED, said("promise", *about("a", quoted), "confirmed", 2)])
    assert (kept.id, kept.evidence.quote, kept.needs_review, kept.perhaps) == ("a", rows[1].text, False, "")
    edit = said("edit", *about("a", quoted), "confirmed", 2, reason="price", until=date(2026, 9, 1))
    (kept, _z) = corrected(rows, [MERGED, edit])
    assert (kept.kind, kept.due_date, kept.needs_review) == ("price", date(2026, 9, 1), False)
    assert corrected(rows, [MERGED, said("promise", *about("a", quoted), "rejected", 2)]) == rows[2:]


def repeated(**more: Any) -> Promise:
    """Give a promise that was said in the words of "a", and then in those of "b"."""
    first, again = promise("a"), later("b")
    return again.model_copy(update={"id": "a", "repeats": (first.evidence,), **more})


def test_word_on_a_promise_holds_when_it_is_said_once_more() -> None:
    (kept,) = corrected([repeated(status="repeat")], [said("promise", *about("a"), "confirmed", 1)])
    assert not kept.needs_review
    edit = said("edit", *about("a"), "confirmed", 1, reason="price", until=date(2026, 9, 1))
    (kept,) = corrected([repeated(status="repeat")], [edit])
    assert (kept.kind, kept.due_date, kept.needs_review) == ("price", date(2026, 9, 1), False)
    (kept,) = corrected([repeated(status="renegotiated", due_date=date(2026, 8, 1))], [edit])
    assert (kept.kind, kept.due_date) == ("price", date(2026, 8, 1)), "a day that was agreed since goes first"
    rejected = said("promise", *about("a"), "rejected", 1)
    assert corrected([repeated()], [rejected]) == [repeated()], "what is said once more may be a promise by now"


@pytest.mark.parametrize(("decision", "asked"), [("confirmed", 0), ("rejected", 1)])
def test_promise_that_was_confirmed_is_not_asked_about_when_it_is_repeated(
    warehouse: Warehouse, ledger: Ledger, decision: Literal["confirmed", "rejected"], asked: int
) -> None:
    warehouse.put([promise("a")])
    decide(warehouse, ledger, {"a": decision}, by="Ada", at=NOW)
    warehouse.put([repeated()])
    assert len(list_doubts(warehouse, ledger)) == asked


def test_sentence_that_is_no_promise_takes_only_itself_out_of_what_it_was_taken_for() -> None:
    rows = [promise("a", needs_review=False), later("b")]
    for hours in (0, 2):
        assert corrected(rows, [MERGED, said("promise", *about("b"), "rejected", hours)]) == rows[:1]


def test_kind_that_a_person_gave_stays_when_a_later_wording_joins() -> None:
    edit = said("edit", *about("a"), "confirmed", 0, reason="price")
    (kept,) = corrected([promise("a"), later("b", due_date=date(2026, 9, 1))], [edit, MERGED])
    assert (kept.kind, kept.due_date) == ("price", date(2026, 9, 1))


@pytest.mark.parametrize("order", list(permutations([("a", "b"), ("c", "a"), ("b", "a"), ("d", "c")])))
def test_promises_that_are_one_are_one_in_whatever_order_it_is_said(order: Sequence[tuple[str, str]]) -> None:
    rows = [promise(name) for name in "abcd"]
    words = [said("merge", *pair, "same", hours) for hours, pair in enumerate(order)]
    (kept,) = corrected(rows, words)
    assert {one.quote for one in (*kept.repeats, kept.evidence)} == {row.text for row in rows}


def test_of_two_promises_that_one_is_said_to_be_the_newer_word_holds() -> None:
    words = [said("merge", "c", "a", "same", 1), said("merge", "c", "b", "same", 2)]
    assert [(row.id, len(row.repeats)) for row in corrected([promise(name) for name in "abc"], words)] == [
        ("a", 0),
        ("b", 1),
    ]


@pytest.mark.parametrize("newer", ["edit", "rejected"])
def test_newer_of_a_verdict_and_an_edit_holds(newer: Literal["edit", "rejected"]) -> None:
    edited = said("edit", *about("a"), "confirmed", 2 if newer == "edit" else 0, reason="price")
    found = corrected([promise("a")], [edited, said("promise", *about("a"), "rejected", 1)])
    assert [row.kind for row in found] == (["price"] if newer == "edit" else [])


def test_item_that_delivers_a_promise_delivers_the_one_it_goes_into(warehouse: Warehouse, ledger: Ledger) -> None:
    in_review(warehouse)
    warehouse.put([promise("first", needs_review=False), promise("middle")])
    decide(warehouse, ledger, {"trl_0": "rejected", "trl_1": "confirmed"}, by="Ada", at=NOW)
    merge(warehouse, ledger, {"said": "middle", "middle": "first"}, by="Ada", at=NOW)
    judged = judged_of(ledger.judgements())
    for name in ("said", "middle", "first"):
        assert (judged.confirmed[name], judged.rejected[name]) == ({"jira:work_item:T-2"}, {"jira:work_item:T-1"})
    moved = [row.model_copy(update={"subject_id": "first"}) for row in warehouse.select(TraceLink)]
    warehouse.replace(TraceLink, moved, engagements=["eng_1"])
    warehouse.replace(Gap, [asking().model_copy(update={"subject_id": "first"})], engagements=["eng_1"])
    assert list_choices(warehouse, ledger) == []


def test_what_goes_into_a_promise_that_went_itself_is_not_asked_again(warehouse: Warehouse, ledger: Ledger) -> None:
    warehouse.put([promise("a"), promise("b"), promise("c")])
    merge(warehouse, ledger, {"b": "a"}, by="Ada", at=NOW)
    merge(warehouse, ledger, {"c": "b"}, by="Ben", at=NOW + timedelta(hours=1))
    warehouse.replace(Promise, [promise("a"), promise("c")], engagements=["eng_1"])
    assert [doubt.promise.id for doubt in list_doubts(warehouse, ledger)] == ["a"]


@pytest.mark.parametrize("is_seen", [True, False], ids=["a sync between", "no sync between"])
@pytest.mark.parametrize("word", ["confirmed", pytest.param("rejected", marks=pytest.mark.soak), "edited"])
def test_answer_on_a_merged_promise_shows_after_one_sync_and_the_next_does_nothing(
    tmp_path: Path, word: str, *, is_seen: bool
) -> None:
    world = sold(tmp_path)
    one, other = (row.id for row in sorted(promises(world), key=lambda row: row.evidence.said_at))
    say(world, "merge", one, other)
    if is_seen:
        world.sync()
    say(world, word, one, other)
    assert world.sync().compared == 1
    found = [(row.id, row.kind, row.due_date) for row in promises(world)]
    assert (
        found
        == {
            "confirmed": [(one, "deliverable", None)],
            "rejected": [],
            "edited": [(one, "price", date(2026, 9, 1))],
        }[word]
    )
    assert world.sync().compared == 0


@pytest.mark.parametrize("word", ["merge", "rejected", "edited"])
def test_what_is_taken_back_is_as_if_nobody_had_said_it_after_one_sync(tmp_path: Path, word: str) -> None:
    world = sold(tmp_path)
    before = promises(world)
    one, other = (row.id for row in sorted(before, key=lambda row: row.evidence.said_at))
    say(world, word, one, other)
    world.sync()
    assert promises(world) != before
    with closing(world.workspace.open_ledger()) as kept, open_snapshot(world.workspace.home) as rows:
        assert len(take_back(rows, kept, [other if word == "merge" else one], by="Ben", at=world.now())) == 1
        with pytest.raises(ConfigError, match="nothing was said of a promise"):
            take_back(rows, kept, [one, other], by="Ben", at=world.now())
    assert world.sync().compared == 1
    assert promises(world) == before
    assert world.sync().compared == 0


def test_kind_and_day_that_are_put_right_one_after_the_other_hold_both(warehouse: Warehouse, ledger: Ledger) -> None:
    warehouse.put([promise("a")])
    correct(warehouse, ledger, {"a": Edit(kind="price")}, by="Ada", at=NOW)
    correct(warehouse, ledger, {"a": Edit(due=date(2026, 9, 1))}, by="Ben", at=NOW + timedelta(hours=1))
    (row,) = corrected([promise("a")], ledger.judgements())
    assert (row.kind, row.due_date) == ("price", date(2026, 9, 1))


def sold(folder: Path) -> World:
    """Give a world in which two promises were made one after the other, and were read."""
    world = World(folder)
    world.tell("deals", deal(SOLD))
    for number, text in enumerate(("We bring two cranes.", "We train all drivers in spring.")):
        told = promised(f"sf:interaction:{number}", SOLD, text)
        world.tell("interactions", told.model_copy(update={"at": NOW + timedelta(days=number)}))
    world.sync()
    return world


def promises(world: World) -> list[Promise]:
    with open_snapshot(world.workspace.home) as snapshot:
        return snapshot.select(Promise)


def say(world: World, word: str, one: str, other: str) -> None:
    """Say something of a promise of which nothing is in doubt, and which the later one may go into."""
    with open_snapshot(world.workspace.home) as snapshot, closing(world.workspace.open_ledger()) as kept:
        (row,) = snapshot.select(Promise, id=one)
        match word:
            case "merge":
                merge(snapshot, kept, {other: one}, by="Ada", at=world.now())
            case "edited":
                correct(snapshot, kept, {one: Edit("price", date(2026, 9, 1))}, by="Ada", at=world.now())
            case "confirmed":
                decide(snapshot, kept, {one: "confirmed"}, by="Ada", at=world.now())
            case _:
                key, at = quote_key(row.evidence.quote), world.now()
                no = Judgement("promise", one, key, "rejected", "Ada", at, engagement_id=row.engagement_id)
                kept.keep_judgements([no])
