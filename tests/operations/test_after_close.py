"""What is said and decided after the sale was handed over: everything is brought up to date where it stands, nothing twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from atlas_sync.coverage import EngagementRecord
from atlas_sync.operations.apply import Applied
from atlas_sync.sandbox.jira.adf import text_of
from atlas_sync.sandbox.jira.store import Issue
from tests.coverage.build import engagement, evidence, interaction, project, promise, record
from tests.hostile.people import mark_of
from tests.hostile.play import Stage
from tests.hostile.record import snapshot_of

_FIRST = "Scanner sync is live by August"
_LATER = "You get a second training on site"
_RENEWED = "The night shift is supported as well"


@pytest.fixture(autouse=True)
def _all_ours(stage: Stage) -> None:
    """Let no client read where items are moved to."""
    stage.delivery = replace(stage.delivery, audience={**stage.delivery.audience, "ELSE": "internal"})


def _sold(deal: str, *said: str, status: str = "open", **changes: object) -> EngagementRecord:
    """Give a deal that is delivered in the project ONE."""
    own = {"engagement_id": f"eng_{deal}"}
    return record(
        engagement=engagement(id=f"eng_{deal}", name=f"Yard {deal}", source=f"hubspot:deal:{deal}"),
        interactions=(interaction("int_call", **own), interaction("int_later", **own)),
        projects=(project(id=f"del_{deal}", **own, key="ONE", source="jira:project:1", audience="internal"),),
        items=(),
        promises=tuple(
            promise(text, id=f"prm_{deal}_{at}", evidence=_said(text, at), status=status, **own)
            for at, text in enumerate(said)
        ),
        scope=(),
        stakeholders=(),
        **changes,
    )


def _said(text: str, at: int) -> object:
    return evidence(
        text, interaction_id="int_later" if at else "int_call", said_at=datetime(2026, 6, 1 + at, tzinfo=UTC)
    )


def _sync(stage: Stage, *records: EngagementRecord) -> Applied:
    """Publish some records and write what follows."""
    stage.published = lambda _version: snapshot_of(f"{len(records)}", records)
    stage.wire.pass_time(60)
    applied = stage.run(stage.writers[0])
    assert applied is not None
    assert applied.error is None
    return applied


def _issues(stage: Stage) -> Sequence[Issue]:
    return list(stage.site._site.issues.values())


def _issue(stage: Stage, text: str) -> Issue:
    (found,) = [one for one in _issues(stage) if text in one.summary]
    return found


def _said_on(issue: Issue) -> list[str]:
    return [text_of(one.body) for one in issue.comments]


def _are_single(stage: Stage) -> bool:
    return max(Counter(mark_of(one) for one in _issues(stage)).values()) == 1


def test_promise_made_later_gets_an_item_below_the_same_brief_which_says_what_is_new(stage: Stage) -> None:
    _sync(stage, _sold("a", _FIRST))
    brief = _issue(stage, "Kickoff brief")
    _sync(stage, _sold("a", _FIRST, _LATER))
    later = _issue(stage, _LATER)
    assert later.parent is brief
    assert _LATER in text_of(brief.description)
    (comment,) = _said_on(brief)
    assert comment.splitlines() == ["Changed in the sale:", f"promised: “{_LATER}” (Hana Vrba, call, 2 Jun 2026)"]
    assert not _sync(stage, _sold("a", _FIRST, _LATER)).steps
    assert len(_issues(stage)) == 3


def test_promise_taken_back_is_said_on_its_item_and_leaves_the_brief(stage: Stage) -> None:
    _sync(stage, _sold("a", _FIRST))
    _sync(stage, _sold("a", _FIRST, status="withdrawn"))
    item, brief = _issue(stage, "Scanner"), _issue(stage, "Kickoff brief")
    assert "it was taken back" in _said_on(item)[0]
    assert item.status == "To Do"
    assert _FIRST not in text_of(brief.description)
    assert "taken back: “Scanner sync is live by August”" in _said_on(brief)[0]


def test_split_project_keeps_each_item_where_people_put_it(stage: Stage) -> None:
    _sync(stage, _sold("a", _FIRST, _LATER))
    moved = _issue(stage, _LATER)
    stage.site.move_as_person(moved.id, "ELSE")
    assert not _sync(stage, _sold("a", _FIRST, _LATER)).steps
    _sync(stage, _sold("a", _FIRST, _LATER, status="withdrawn"))
    assert moved.project.key == "ELSE"
    assert "it was taken back" in _said_on(moved)[0]
    assert len(_issues(stage)) == 3
    assert _are_single(stage)


def test_moved_brief_is_followed_and_new_items_are_made_all_the_same(stage: Stage) -> None:
    _sync(stage, _sold("a", _FIRST))
    brief = _issue(stage, "Kickoff brief")
    stage.site.move_as_person(brief.id, "ELSE")
    applied = _sync(stage, _sold("a", _FIRST, _LATER))
    assert applied.count("refused") == 0
    assert _LATER in text_of(brief.description)
    assert (brief.project.key, _issue(stage, _LATER).project.key) == ("ELSE", "ONE")
    assert _are_single(stage)


@pytest.mark.parametrize("is_over", [False, True], ids=["second deal", "renewal"])
def test_second_deal_on_a_project_gets_its_own_brief_and_leaves_the_first_alone(stage: Stage, *, is_over: bool) -> None:
    first = _sold("a", _FIRST)
    _sync(stage, first)
    if is_over:
        for one in _issues(stage):
            stage.site.close_as_person(one.id, "Done")
    before = {one.id: (one.summary, text_of(one.description), one.status) for one in _issues(stage)}
    _sync(stage, first, _sold("b", _FIRST, _RENEWED))
    briefs = [one for one in _issues(stage) if one.type == "Epic"]
    assert [text_of(one.description).count(_RENEWED) for one in briefs] == [0, 1]
    assert {
        id_: (one.summary, text_of(one.description), one.status) for one in _issues(stage) if (id_ := one.id) in before
    } == before
    assert len(_issues(stage)) == 5
    assert _are_single(stage)
    assert not _sync(stage, first, _sold("b", _FIRST, _RENEWED)).steps
