from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from atlas_sync.canonical.model import Gap
from atlas_sync.coverage import WriteCommand
from atlas_sync.errors import ConfigError
from atlas_sync.operations.apply import Applied, apply
from atlas_sync.operations.approve import approve
from atlas_sync.operations.gate import digest_of, seen_digest_of
from atlas_sync.operations.plan import plan
from atlas_sync.operations.planned import Plan
from atlas_sync.operations.workspace import Caps
from atlas_sync.store.ledger import Approval
from tests.hostile.play import Stage


def _policy(stage: Stage, **values: Any) -> None:  # noqa: ANN401 - fields of the policy
    stage.delivery = replace(stage.delivery, **values)


def _plan(stage: Stage) -> Plan:
    stage._current.writer = stage.writers[0]
    return plan(stage.workspace(stage.writers[0]))


def _apply(stage: Stage) -> Applied:
    """Plan and apply, as an unattended run does."""
    return apply(stage.workspace(stage.writers[0]), _plan(stage).id)


def _approve(stage: Stage, **given: str) -> int:
    return len(approve(stage.workspace(stage.writers[0]), who="ada", **given)[1])


def _made(stage: Stage, project: str = "") -> int:
    return sum(project in {"", one.project.key} for one in stage.site._site.issues.values())


def test_nothing_is_written_unapproved_and_an_approval_holds_for_what_was_seen(stage: Stage) -> None:
    _policy(stage, policy="approve")
    applied = _apply(stage)
    assert applied.count("held") == len(applied.steps) > 0
    assert not stage.wire.writes
    assert _approve(stage, engagement="Yard") == 5
    _apply(stage)
    assert (_made(stage, "ONE"), _made(stage, "TWO")) == (5, 0)
    stage.version = 2
    applied = _apply(stage)
    assert {step.reason for step in applied.steps if step.result == "held"} > {"what it belongs to is held."}
    assert _made(stage, "ONE") == 5
    assert _approve(stage, engagement="eng_one") == 3
    _apply(stage)
    assert _made(stage, "ONE") == 6


def test_approval_holds_when_only_the_gaps_are_others_that_an_item_closes(stage: Stage) -> None:
    _policy(stage, policy="approve")
    before = _plan(stage).commands
    assert _approve(stage) == 7
    told = stage.published(1)
    gaps = tuple(gap for gap in told.rows[Gap] if gap.kind != "why_missing")
    stage.published = lambda _version: replace(told, name="later", rows={**told.rows, Gap: gaps})
    assert _plan(stage).commands != before
    assert _apply(stage).count("held") == 0
    assert _made(stage) == 7


@pytest.mark.parametrize(("digest", "made"), [(digest_of, 7), (seen_digest_of, 7), (lambda _command: "another", 0)])
def test_approval_of_an_earlier_version_holds(stage: Stage, digest: Callable[[WriteCommand], str], made: int) -> None:
    _policy(stage, policy="approve")
    drawn = _plan(stage)
    given = [Approval(digest(one), one.marker, drawn.id, "ada", stage.time.now()) for one in drawn.commands]
    with closing(stage.workspace(stage.writers[0]).open_ledger()) as ledger:
        ledger.approve(given)
    _apply(stage)
    assert _made(stage) == made


@pytest.mark.parametrize(
    ("wanted", "refused"),
    [
        ("Yrad", "no engagement 'Yrad'"),
        ("a", "2 engagements fit"),
        ("", "no engagement ''"),
        (" ", "no engagement ' '"),
    ],
)
def test_nothing_is_approved_where_not_one_engagement_is_named(stage: Stage, wanted: str, refused: str) -> None:
    _policy(stage, policy="approve")
    _apply(stage)
    with pytest.raises(ConfigError, match=refused):
        _approve(stage, engagement=wanted)
    with closing(stage.workspace(stage.writers[0]).open_ledger()) as ledger:
        assert ledger.approvals() == []


@pytest.mark.parametrize("wanted", ["Kilbride", "portal", "hubspot:deal:2", "eng_two"])
def test_engagement_is_approved_by_what_it_is_called_elsewhere(stage: Stage, wanted: str) -> None:
    _policy(stage, policy="approve")
    _apply(stage)
    assert _approve(stage, engagement=wanted) == 2


def test_auto_writes_what_needs_no_look_and_holds_the_rest_with_the_reason(stage: Stage) -> None:
    _policy(stage, policy="auto", auto_kinds=("brief", "promise", "decision"))
    applied = _apply(stage)
    held = {step.reason for step in applied.steps if step.result == "held"}
    assert "it needs approval: it sets a date, 14 Aug 2026." in held
    assert "it needs approval: the client can read it." in held
    assert "it needs approval: people items are not written unseen." in held
    assert {one.summary.partition(":")[0] for one in stage.site._site.issues.values()} == {"Kickoff brief", "Decide"}
    _approve(stage)
    assert _apply(stage).count("held") == 0
    assert _made(stage) == 7


def test_who_approved_what_is_kept(stage: Stage) -> None:
    _policy(stage, policy="approve")
    _apply(stage)
    _approve(stage)
    with closing(stage.workspace(stage.writers[0]).open_ledger()) as ledger:
        kept = ledger.approvals()
        newest = ledger.plan()
    assert newest is not None
    assert {(one.who, one.plan_id, one.at) for one in kept} == {("ada", newest.id, stage.time.now())}
    assert len(kept) == 7
    with pytest.raises(ConfigError, match="nobody"):
        approve(stage.workspace(stage.writers[0]), who=" ")


@pytest.mark.parametrize(
    ("caps", "made"), [(Caps(run=3), (3, 5, 7)), (Caps(project=4), (6, 7, 7)), (Caps(engagement=2), (4, 6, 7))]
)
def test_caps_leave_the_rest_to_the_next_run(stage: Stage, caps: Caps, made: tuple[int, ...]) -> None:
    _policy(stage, caps=caps)
    seen = []
    for _run in made:
        applied = _apply(stage)
        seen.append(_made(stage))
        stage.wire.pass_time(60)
    assert seen[0] == made[0]
    assert seen[-1] == made[-1]
    assert applied.count("held") == 0
