# ruff: noqa: ANN401 - a builder passes any field on
from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_sync.canonical.model import (
    Engagement,
    Evidence,
    Gap,
    GapState,
    Interaction,
    Obligation,
    Promise,
    Resemblance,
    TraceLink,
    WorkItem,
)
from atlas_sync.errors import ConfigError
from atlas_sync.operations.corrections import Edit, correct, corrected, merge
from atlas_sync.operations.judged import fingerprints, judged_of, quote_key
from atlas_sync.operations.pending import add_pending, done, pending
from atlas_sync.operations.read import read_conversations
from atlas_sync.operations.review import decide, list_choices, list_doubts
from atlas_sync.store.judgements import Judgement, items_of, standing
from atlas_sync.store.ledger import Ledger
from atlas_sync.store.warehouse import Warehouse, open_warehouse
from tests.coverage.build import item

NOW = datetime(2026, 6, 15, 8, tzinfo=UTC)


def promise(name: str, *, engagement: str = "eng_1", **changes: Any) -> Promise:
    quote = f"We will deliver {name}."
    values: dict[str, Any] = {
        "id": name,
        "engagement_id": engagement,
        "evidence": Evidence(interaction_id="int_1", start=0, end=len(quote), quote=quote, said_at=NOW),
        "rule": "model: promise 0.50",
        "confidence": 0.5,
        "needs_review": True,
        "text": quote,
        "kind": "deliverable",
    }
    return Promise(**values | changes)


def verdict(name: str, decision: Any, *, quote: str | None = None, at: datetime = NOW) -> Judgement:
    key = quote_key(quote or f"We will deliver {name}.")
    return Judgement("promise", name, key, decision, "Ada", at, engagement_id="eng_1")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")) as opened:
        yield opened


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    with open_warehouse(tmp_path) as opened:
        for number, amount in (("1", Decimal(1_000_000)), ("2", Decimal(100))):
            opened.put(
                [
                    Engagement(
                        id=f"eng_{number}",
                        name=f"Deal {number}",
                        source=f"crm:deal:{number}",
                        stage="won",
                        stage_label="Won",
                        amount=amount,
                    )
                ]
            )
        yield opened


def test_the_queue_begins_where_a_look_pays_most(warehouse: Warehouse, ledger: Ledger) -> None:
    rows = [
        promise("small", engagement="eng_2"),
        promise("large"),
        promise("nearly sure", confidence=0.9),
        promise("decided", needs_review=False),
    ]
    warehouse.put(rows)
    assert [doubt.promise.id for doubt in list_doubts(warehouse, ledger)] == ["large", "small", "nearly sure"]


def test_nothing_is_asked_of_a_lost_sale_and_an_open_one_comes_last(warehouse: Warehouse, ledger: Ledger) -> None:
    won = warehouse.select(Engagement, id="eng_2")[0]
    warehouse.put([won.model_copy(update={"id": f"eng_{stage}", "stage": stage}) for stage in ("open", "lost")])
    doubts = {"won": {"engagement": "eng_2", "confidence": 0.9}, "open": {"engagement": "eng_open"}}
    warehouse.put([promise(name, **more) for name, more in (doubts | {"lost": {"engagement": "eng_lost"}}).items()])
    assert [doubt.promise.id for doubt in list_doubts(warehouse, ledger)] == ["won", "open"]


def test_what_reads_as_owed_to_us_is_one_question_and_a_promise_once_somebody_says_so(
    warehouse: Warehouse, ledger: Ledger
) -> None:
    body = "Raj to send asset spreadsheet by 3/31"
    note = {"id": "int_1", "engagement_id": "eng_1", "source": "crm:interaction:1", "kind": "note", "at": NOW}
    warehouse.put([Interaction(**note, body=body, text_hash="1", author="Lena Wirth", author_side="us")])
    done(warehouse, "read", ["eng_2"])
    add_pending(warehouse, "read", ["eng_1"])
    read_conversations(warehouse)
    (said,), (_owed,) = warehouse.select(Promise), warehouse.select(Obligation)
    assert said.needs_review
    assert list_doubts(warehouse, ledger) == []
    decide(warehouse, ledger, {said.id: "confirmed"}, by="Ada", at=NOW)
    read_conversations(warehouse, standing(ledger.judgements("promise")))
    assert (len(warehouse.select(Promise)), warehouse.select(Obligation)) == (1, [])


def test_wordings_that_are_likelier_one_promise_come_first(warehouse: Warehouse, ledger: Ledger) -> None:
    rows = [
        promise(name, needs_review=False, perhaps="a", resembles=resemblance(likeness))
        for name, likeness in (("hardly", 0.15), ("perhaps", 0.4), ("likely", 0.9))
    ]
    warehouse.put([promise("a", needs_review=False), *rows, promise("read in doubt", confidence=0.7)])
    found = [doubt.promise.id for doubt in list_doubts(warehouse, ledger)]
    assert found == ["likely", "perhaps", "read in doubt", "hardly"]


def resemblance(likeness: float) -> Resemblance:
    return Resemblance(text="One.", said_at=NOW, earlier="The other.", earlier_said_at=NOW, likeness=likeness)


def test_what_was_judged_is_not_asked_again_until_its_words_change(warehouse: Warehouse, ledger: Ledger) -> None:
    warehouse.put([promise("a"), promise("b")])
    decide(warehouse, ledger, {"a": "rejected", "b": "confirmed"}, by="Ada", at=NOW)
    assert list_doubts(warehouse, ledger) == []
    other = promise("a").evidence.model_copy(update={"quote": "We will bring a."})
    warehouse.put([promise("a", evidence=other)])
    assert [doubt.promise.id for doubt in list_doubts(warehouse, ledger)] == ["a"]


def test_an_unknown_id_keeps_nothing(warehouse: Warehouse, ledger: Ledger) -> None:
    warehouse.put([promise("a")])
    with pytest.raises(ConfigError, match="no promise, link or pair nothing"):
        decide(warehouse, ledger, {"a": "confirmed", "nothing": "rejected"}, by="Ada", at=NOW)
    assert ledger.judgements() == []


@pytest.mark.parametrize("behind", [timedelta(0), timedelta(hours=-1), timedelta(minutes=2)])
def test_the_later_of_two_verdicts_holds_whatever_the_clocks_say_and_both_stay_written_down(
    ledger: Ledger, behind: timedelta
) -> None:
    ledger.keep_judgements([verdict("a", "rejected")])
    ledger.keep_judgements([verdict("b", "confirmed", at=NOW - behind), verdict("a", "confirmed", at=NOW - behind)])
    assert {one.decision for one in standing(ledger.judgements("promise"))} == {"confirmed"}
    assert [one.decision for one in ledger.judgements()] == ["rejected", "confirmed", "confirmed"]


def test_word_is_not_moved_by_what_was_said_of_something_else(ledger: Ledger) -> None:
    late = Judgement("gap", "g", "", "waived", "Ada", NOW + timedelta(days=400), engagement_id="eng_1", reason="x")
    ledger.keep_judgements([late])
    ledger.keep_judgements([verdict("a", "confirmed")])
    assert ledger.judgements("promise") == [verdict("a", "confirmed")]


def test_word_on_one_end_of_a_merge_or_on_any_pair_of_records_is_later_than_what_it_hangs_on(ledger: Ledger) -> None:
    hour = timedelta(hours=1)
    ledger.keep_judgements([Judgement("merge", "a", "b", "same", "Ada", NOW + hour)])
    ledger.keep_judgements([Judgement("same", "crm:person:1", "crm:person:2", "same", "Ada", NOW + hour)])
    ledger.keep_judgements([Judgement("merge", "b", "c", "same", "Ben", NOW)])
    ledger.keep_judgements([Judgement("same", "crm:person:3", "crm:person:4", "same", "Ben", NOW)])
    assert [one.by for one in sorted(ledger.judgements(), key=lambda one: one.at)] == ["Ada", "Ada", "Ben", "Ben"]


def test_verdicts_hold_when_texts_are_read_again() -> None:
    read = [promise("kept"), promise("gone"), promise("open")]
    said = [verdict("kept", "confirmed"), verdict("gone", "rejected"), verdict("open", "rejected", quote="other words")]
    assert [(row.id, row.needs_review) for row in corrected(read, said)] == [("kept", False), ("open", True)]


def test_engagement_of_whose_promises_something_new_is_said_is_read_again_and_only_once(warehouse: Warehouse) -> None:
    read_conversations(warehouse)
    said = [verdict("a", "rejected"), replace(verdict("b", "rejected"), engagement_id="eng_unknown")]
    for words, read in ((said, ["eng_1"]), (said, []), ([*said, verdict("c", "confirmed")], ["eng_1"])):
        done(warehouse, "compare", ["eng_1", "eng_2"])
        read_conversations(warehouse, words)
        assert pending(warehouse, "compare") == read
    assert pending(warehouse, "read") == []


def in_review(warehouse: Warehouse) -> None:
    """Let two items of the first engagement be candidates for a promise that is in no doubt."""
    warehouse.put([promise("said", needs_review=False)])
    items = [item(f"T-{number}", f"Item {number}", engagement_id="eng_1") for number in (1, 2, 3)]
    warehouse.put(items)
    links = [link("said", one, rank) for rank, one in enumerate(items[:2])]
    warehouse.replace(TraceLink, links, engagements=["eng_1"])
    warehouse.replace(Gap, [asking()], engagements=["eng_1"])


def asking(state: GapState = "open") -> Gap:
    """Give the gap that asks which item delivers the promise."""
    return Gap(
        id="gap_1",
        engagement_id="eng_1",
        kind="promise_review",
        subject_id="said",
        title="said",
        state=state,
        severity="low",
        next_step="Look.",
        opened_at=NOW,
    )


def link(subject: str, to: WorkItem, rank: int) -> TraceLink:
    return TraceLink(
        id=f"trl_{rank}",
        engagement_id="eng_1",
        subject_id=subject,
        work_item_id=to.id,
        work_item_key=to.key,
        rank=rank,
        status="review",
        score=0.6,
        how="similar words",
    )


def test_choices_are_offered_best_first_with_their_items(warehouse: Warehouse, ledger: Ledger) -> None:
    in_review(warehouse)
    (choice,) = list_choices(warehouse, ledger)
    assert [choice.items[one.id].key for one in choice.links] == ["T-1", "T-2"]


@pytest.mark.parametrize("state", ["waived", "resolved", "written", None])
def test_nothing_is_asked_of_a_promise_that_is_no_gap(
    warehouse: Warehouse, ledger: Ledger, state: GapState | None
) -> None:
    in_review(warehouse)
    warehouse.replace(Gap, [asking(state)] if state else [], engagements=["eng_1"])
    assert list_choices(warehouse, ledger) == []


@pytest.mark.parametrize("doubt", [{"needs_review": True}, {"perhaps": "earlier"}])
def test_of_what_waits_itself_review_asks_first_if_it_is_a_promise(
    warehouse: Warehouse, ledger: Ledger, doubt: dict[str, Any]
) -> None:
    in_review(warehouse)
    rows = [promise("earlier", needs_review=False), promise("said", **{"needs_review": False, **doubt})]
    warehouse.replace(Promise, rows, engagements=["eng_1"])
    assert list_choices(warehouse, ledger) == [], "n for its items would say that it is no promise"
    assert [one.promise.id for one in list_doubts(warehouse, ledger)] == ["said"]


def test_confirmed_link_is_never_asked_again(warehouse: Warehouse, ledger: Ledger) -> None:
    in_review(warehouse)
    (kept,) = decide(warehouse, ledger, {"trl_1": "confirmed"}, by="Ada", at=NOW)
    assert (kept.kind, kept.subject, kept.other, kept.by) == ("link", "said", "jira:work_item:T-2", "Ada")
    assert list_choices(warehouse, ledger) == []
    assert judged_of([kept]).confirmed == {"said": {"jira:work_item:T-2"}}


def test_when_the_item_that_was_confirmed_is_gone_review_asks_for_another(warehouse: Warehouse, ledger: Ledger) -> None:
    in_review(warehouse)
    decide(warehouse, ledger, {"trl_1": "confirmed"}, by="Ada", at=NOW)
    (gone,) = warehouse.select(WorkItem, id="wi_T-2")
    left = [one for one in warehouse.select(WorkItem, engagement_id="eng_1") if one != gone]
    warehouse.replace(WorkItem, [*left, gone.model_copy(update={"engagement_id": "eng_2"})], engagements=["eng_1"])
    assert [one.about.id for one in list_choices(warehouse, ledger)] == ["said"], (
        "another sale's item delivers nothing here"
    )


@pytest.mark.parametrize(
    "answers", [{"trl_0": "confirmed"}, {"trl_0": "rejected", "trl_1": "rejected"}, {"said": "rejected"}]
)
@pytest.mark.parametrize(
    ("now", "is_asked"),
    [
        ({"summary": "ITEM   1", "status": "In Progress", "due": date(2026, 7, 1)}, False),
        ({"summary": "Order coffee"}, True),
        ({"text": "Coffee."}, True),
    ],
)
def test_an_answer_holds_while_the_item_says_the_same(
    warehouse: Warehouse, ledger: Ledger, answers: dict[str, Any], now: dict[str, Any], *, is_asked: bool
) -> None:
    in_review(warehouse)
    decide(warehouse, ledger, answers, by="Ada", at=NOW)
    (there,) = warehouse.select(WorkItem, id="wi_T-1")
    warehouse.put([there.model_copy(update=now)])
    choices = list_choices(warehouse, ledger)
    assert bool(choices) == is_asked
    if is_asked:
        decide(warehouse, ledger, answers, by="Ada", at=NOW + timedelta(hours=1))
        assert list_choices(warehouse, ledger) == [], "and is asked about once"


def test_rejected_link_is_not_offered_and_none_rejects_all_that_are_there(warehouse: Warehouse, ledger: Ledger) -> None:
    in_review(warehouse)
    decide(warehouse, ledger, {"trl_0": "rejected"}, by="Ada", at=NOW)
    assert [one.id for one in list_choices(warehouse, ledger)[0].links] == ["trl_1"]
    (kept,) = decide(warehouse, ledger, {"said": "rejected"}, by="Ben", at=NOW)
    assert list(items_of(kept)) == ["jira:work_item:T-1", "jira:work_item:T-2", "jira:work_item:T-3"]
    assert list_choices(warehouse, ledger) == []


def test_what_the_customer_owes_is_asked_after_the_promises_and_answered_by_its_link(
    warehouse: Warehouse, ledger: Ledger
) -> None:
    in_review(warehouse)
    said = promise("x").evidence
    warehouse.put([Obligation(id="owed", engagement_id="eng_1", evidence=said, rule="r", text="Send the floor plans")])
    (item_1, *_more) = warehouse.select(WorkItem, id="wi_T-1")
    warehouse.put([link("owed", item_1, 0).model_copy(update={"id": "trl_owed"})])
    warehouse.put([asking().model_copy(update={"id": "gap_2", "kind": "obligation_open", "subject_id": "owed"})])
    assert [choice.about.id for choice in list_choices(warehouse, ledger)] == ["said", "owed"]
    with pytest.raises(ConfigError, match="no promise, link or pair owed"):
        decide(warehouse, ledger, {"owed": "confirmed"}, by="Ada", at=NOW)
    decide(warehouse, ledger, {"owed": "rejected"}, by="Ada", at=NOW)
    assert [choice.about.id for choice in list_choices(warehouse, ledger)] == ["said"]
    later = NOW + timedelta(hours=1)
    decide(warehouse, ledger, {"trl_owed": "confirmed"}, by="Ben", at=later)
    judged = judged_of(standing(ledger.judgements("link")))
    assert (judged.confirmed, sorted(judged.rejected["owed"])) == (
        {"owed": {"jira:work_item:T-1"}},
        ["jira:work_item:T-2", "jira:work_item:T-3"],
    )


def test_newer_word_on_one_link_holds_against_none_of_all() -> None:
    none = Judgement("link", "said", "", "rejected", "Ada", NOW, engagement_id="e", seen=("i1", "i2"))
    one = Judgement("link", "said", "i1", "confirmed", "Ben", NOW + timedelta(hours=1), engagement_id="e")
    for order in ([none, one], [one, none]):
        judged = judged_of(order)
        assert (judged.confirmed, judged.rejected) == ({"said": {"i1"}}, {"said": {"i2"}})


@given(st.permutations(range(6)))
def test_judgements_in_any_order_say_the_same(order: list[int]) -> None:
    made = [
        Judgement("link", "a", "i1", "confirmed", "Ada", NOW, engagement_id="e"),
        Judgement("link", "a", "i1", "rejected", "Ben", NOW + timedelta(hours=1), engagement_id="e"),
        Judgement("link", "b", "", "rejected", "Ada", NOW, engagement_id="e", seen=("i1",)),
        Judgement("gap", "g", "", "waived", "Ada", NOW, engagement_id="e", reason="x"),
        Judgement("gap", "g", "", "reopened", "Ada", NOW + timedelta(hours=2), engagement_id="e"),
        Judgement("gap", "h", "", "acknowledged", "Ada", NOW, engagement_id="f"),
    ]
    shuffled = standing(made[at] for at in order)
    assert judged_of(shuffled) == judged_of(standing(made))
    assert fingerprints(shuffled, {}) == fingerprints(standing(made), {})


def test_many_writers_at_once_lose_no_judgement(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    Ledger(url).close()

    def write(who: int) -> None:
        with closing(Ledger(url)) as mine:
            for number in range(10):
                mine.keep_judgements([verdict(f"{who}-{number}", "confirmed")])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    with closing(Ledger(url)) as after:
        assert len(standing(after.judgements("promise"))) == 80


def test_what_a_person_puts_right_holds_while_the_words_do(warehouse: Warehouse, ledger: Ledger) -> None:
    warehouse.put([promise("a"), promise("b")])
    correct(warehouse, ledger, {"a": Edit(kind="price", due=date(2026, 7, 1))}, by="Ada", at=NOW)
    said = standing(ledger.judgements("promise", "edit", "merge"))
    (row, _other) = corrected([promise("a"), promise("b")], said)
    assert (row.kind, row.due_date, row.needs_review) == ("price", date(2026, 7, 1), False)
    assert [doubt.promise.id for doubt in list_doubts(warehouse, ledger)] == ["b"]
    other = promise("a", evidence=promise("a").evidence.model_copy(update={"quote": "We will bring a."}))
    assert corrected([other], said) == [other]


def test_two_promises_that_are_one_leave_one_with_the_trail_of_both(warehouse: Warehouse, ledger: Ledger) -> None:
    rows = [promise("a"), promise("b", due_date=date(2026, 7, 1), due_text="by July"), promise("c", engagement="eng_2")]
    warehouse.put(rows)
    merge(warehouse, ledger, {"b": "a"}, by="Ada", at=NOW)
    said = standing(ledger.judgements("merge"))
    kept, _other = corrected(rows, said)
    assert (kept.id, kept.due_date, [one.quote for one in kept.repeats]) == (
        "a",
        date(2026, 7, 1),
        ["We will deliver b."],
    )
    assert [doubt.promise.id for doubt in list_doubts(warehouse, ledger)] == ["a", "c"]
    for pair in ({"a": "a"}, {"a": "c"}, {"a": "nothing"}):
        with pytest.raises(ConfigError):
            merge(warehouse, ledger, pair, by="Ada", at=NOW)


def test_promise_that_may_repeat_another_is_asked_about_until_somebody_says(
    warehouse: Warehouse, ledger: Ledger
) -> None:
    rows = [promise("a", needs_review=False), promise("b", needs_review=False, perhaps="a")]
    warehouse.put(rows)
    (doubt,) = list_doubts(warehouse, ledger)
    assert (doubt.promise.id, doubt.perhaps) == ("b", rows[0])
    decide(warehouse, ledger, {"b": "confirmed"}, by="Ada", at=NOW)
    said = standing(ledger.judgements("promise"))
    assert list_doubts(warehouse, ledger) == []
    assert [row.perhaps for row in corrected(rows, said)] == ["", ""]


def test_what_may_repeat_another_and_is_no_promise_leaves_without_a_trace(warehouse: Warehouse, ledger: Ledger) -> None:
    rows = [promise("a", needs_review=False), promise("b", needs_review=False, perhaps="a"), promise("c", perhaps="b")]
    warehouse.put(rows)
    decide(warehouse, ledger, {"b": "rejected"}, by="Ada", at=NOW)
    said = standing(ledger.judgements("promise"))
    left = corrected(rows, said)
    assert [(row.id, row.perhaps) for row in left] == [("a", ""), ("c", "")]


def test_merged_promise_keeps_its_id_and_says_what_was_said_last(warehouse: Warehouse, ledger: Ledger) -> None:
    later = promise("b").evidence.model_copy(update={"said_at": NOW + timedelta(days=1)})
    rows = [
        promise("a", due_date=date(2026, 7, 1), due_text="by July"),
        promise("b", due_date=date(2026, 8, 1), due_text="by August", perhaps="a", evidence=later),
        promise("c", perhaps="b"),
    ]
    warehouse.put(rows)
    merge(warehouse, ledger, {"b": "a"}, by="Ada", at=NOW)
    kept, other = corrected(rows, standing(ledger.judgements("merge")))
    assert (kept.id, kept.text, kept.due_date, kept.status) == ("a", rows[1].text, date(2026, 8, 1), "renegotiated")
    assert (kept.perhaps, [one.quote for one in kept.repeats]) == ("", [rows[0].evidence.quote])
    assert other.perhaps == "a"


def test_promise_that_a_person_says_was_taken_back_keeps_its_words(warehouse: Warehouse, ledger: Ledger) -> None:
    later = promise("b").evidence.model_copy(update={"said_at": NOW + timedelta(days=1)})
    rows = [promise("a", needs_review=False), promise("b", status="withdrawn", perhaps="a", evidence=later)]
    warehouse.put(rows)
    assert [doubt.promise.id for doubt in list_doubts(warehouse, ledger)] == ["b"]
    merge(warehouse, ledger, {"b": "a"}, by="Ada", at=NOW)
    (kept,) = corrected(rows, standing(ledger.judgements("merge")))
    assert (kept.id, kept.text, kept.status, kept.evidence) == ("a", rows[0].text, "withdrawn", later)


def test_an_edit_that_puts_nothing_right_is_refused(warehouse: Warehouse, ledger: Ledger) -> None:
    warehouse.put([promise("a")])
    for edits in ({"a": Edit()}, {"nothing": Edit(kind="price")}):
        with pytest.raises(ConfigError):
            correct(warehouse, ledger, edits, by="Ada", at=NOW)
    assert ledger.judgements() == []


def test_the_ledger_holds_no_word_of_what_was_judged(warehouse: Warehouse, ledger: Ledger, tmp_path: Path) -> None:
    warehouse.put([promise("the canary"), promise("b")])
    decide(warehouse, ledger, {"the canary": "rejected"}, by="Ada", at=NOW)
    correct(warehouse, ledger, {"the canary": Edit(kind="price")}, by="Ada", at=NOW)
    assert b"We will deliver" not in (tmp_path / "ledger.sqlite").read_bytes()
