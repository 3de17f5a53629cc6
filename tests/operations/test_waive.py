# ruff: noqa: ANN401 - a builder passes any field on
"""What people say of gaps: what it holds for, and what is refused because it would change nothing or end another's word."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from atlas_sync.coverage import EngagementRecord
from atlas_sync.coverage.judged import as_judged
from atlas_sync.errors import ConfigError
from atlas_sync.operations.judged import judged_of
from atlas_sync.operations.waive import judge_gaps
from atlas_sync.store.judgements import standing
from atlas_sync.store.ledger import Intent, Ledger, StoredPlan
from atlas_sync.store.warehouse import Rows
from tests.coverage.build import ALIKE, ENG, RUN, by_kind, engagement, gaps_of, interaction, item, promise, record


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")) as opened:
        yield opened


class Shown:
    """An engagement and the gap about its promise, as they are read from tables."""

    def __init__(self, made: EngagementRecord) -> None:
        self.engagement = made.engagement
        (self.gap,) = [gap for gap in gaps_of(made) if gap.kind.startswith("promise_")]

    def select(self, model: type[Any], **_where: object) -> list[Any]:
        return [one for one in (self.engagement, self.gap) if isinstance(one, model)]

    def values(self, _model: type[Any], _column: str) -> set[Any]:
        return set()


def judge(shown: Shown, *args: Any, **more: Any) -> None:
    """Say something of the gap."""
    judge_gaps(cast("Rows", shown), *args, **more)


def for_review(**changes: Any) -> EngagementRecord:
    return record(promises=(promise(),), items=(item(summary=ALIKE),), **changes)


@pytest.mark.parametrize(
    "deals",
    [
        {},
        {
            "engagement": engagement(sources=("crm:deal:7", "hub:deal:2")),
            "interactions": (interaction(deal="hub:deal:2"),),
        },
    ],
)
def test_word_on_a_gap_holds_when_other_items_turn_it_from_review_to_missing_and_back(
    ledger: Ledger, deals: dict[str, Any]
) -> None:
    shown = Shown(for_review(**deals))
    gap = shown.gap
    judge(shown, ledger, [gap.id], "waived", by="Ada", at=RUN, reason="by phone")
    words = judged_of(standing(ledger.judgements())).gaps
    later = RUN + timedelta(days=1)
    alone = record(promises=(promise(),), **deals)
    missing = by_kind(gaps_of(alone, previous={gap.id: gap}, words=words, run_at=later), "promise_missing")
    assert (missing.state, missing.judged_by, missing.opened_at) == ("waived", "Ada", RUN)
    again = gaps_of(for_review(**deals), previous={missing.id: missing}, words=words, run_at=later)
    assert (by_kind(again, "promise_review").id, by_kind(again, "promise_review").opened_at) == (gap.id, RUN)
    shown.gap = missing
    judge(shown, ledger, [missing.id], "reopened", by="Ben", at=later)
    assert judged_of(standing(ledger.judgements())).gaps == {}, "whichever of the two is named"


def test_word_on_a_gap_of_another_kind_is_kept_of_it_alone(ledger: Ledger) -> None:
    shown = Shown(record(promises=(promise(),), items=(item(summary=ALIKE, state="dropped"),)))
    gap = shown.gap
    judge(shown, ledger, [gap.id], "waived", by="Ada", at=RUN, reason="by phone")
    assert [(one.subject, gap.kind) for one in ledger.judgements()] == [(gap.id, "promise_dropped")]


def test_acknowledging_does_not_end_what_another_let_be(ledger: Ledger) -> None:
    shown = Shown(for_review())
    gap = shown.gap
    judge(shown, ledger, [gap.id], "waived", by="Ada", at=RUN, reason="by phone", until=date(2026, 6, 15))
    said = ledger.judgements()
    with pytest.raises(ConfigError, match=f"{gap.id} was waived by Ada") as refused:
        judge(shown, ledger, [gap.id], "acknowledged", by="Ben", at=RUN)
    assert f"atlas-sync reopen {gap.id}" in refused.value.advice
    assert ledger.judgements() == said
    tomorrow = RUN + timedelta(days=1)
    with pytest.raises(ConfigError):
        judge(shown, ledger, [gap.id], "acknowledged", by="Ben", at=tomorrow, today=RUN.date())
    judge(shown, ledger, [gap.id], "acknowledged", by="Ben", at=tomorrow)
    assert {one.decision for one in standing(ledger.judgements())} == {"acknowledged"}


@pytest.mark.parametrize("state", ["written", "resolved"])
def test_there_is_nothing_to_acknowledge_where_an_item_was_written_or_a_gap_is_resolved(
    ledger: Ledger, state: str
) -> None:
    shown = Shown(for_review())
    gap = shown.gap
    if state == "written":
        body = {"engagements": [{"commands": [{"marker": "atlas-1", "gap_ids": [gap.id]}]}]}
        ledger.keep_plan(StoredPlan("plan_1", RUN, None, json.dumps(body)))
        ledger.record(Intent("atlas-1", "jira", "SCAN", ENG, gap.subject_id, "promise", "done", "plan_1"))
    else:
        shown.gap = gap.model_copy(update={"state": "resolved", "closed_at": RUN})
    with pytest.raises(ConfigError, match=f"{gap.id} is {state}: there is nothing to acknowledge"):
        judge(shown, ledger, [gap.id], "acknowledged", by="Ada", at=RUN)
    assert ledger.judgements() == []


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(hours=-1)])
def test_acknowledgement_holds_for_the_gap_it_was_said_of_whatever_the_clock_of_the_vendors_says(
    ledger: Ledger, ahead: timedelta
) -> None:
    shown = Shown(for_review())
    gap = shown.gap
    judge(shown, ledger, [gap.id], "acknowledged", by="Ada", at=RUN - ahead)
    words = judged_of(standing(ledger.judgements())).gaps
    assert as_judged(gap, words[gap.id], RUN.date()).state == "acknowledged"
    again = gap.model_copy(update={"opened_at": RUN + timedelta(minutes=15)})
    assert as_judged(again, words[gap.id], RUN.date()).state == "open", "it came back"


def test_what_nobody_said_is_not_taken_back(ledger: Ledger) -> None:
    shown = Shown(for_review())
    gap = shown.gap
    for hours in (0, 2):
        at = RUN + timedelta(hours=hours)
        with pytest.raises(ConfigError, match=f"nobody waived or acknowledged {gap.id}"):
            judge(shown, ledger, [gap.id], "reopened", by="Ada", at=at)
        judge(shown, ledger, [gap.id], "acknowledged", by="Ada", at=at)
        judge(shown, ledger, [gap.id], "reopened", by="Ada", at=at + timedelta(hours=1))
