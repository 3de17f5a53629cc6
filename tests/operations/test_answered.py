"""Which gaps read as planned or written, over a small published record and what the ledger holds of plans and items."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from atlas_sync.canonical.document import Document
from atlas_sync.canonical.model import Engagement, Gap, WorkItem
from atlas_sync.coverage import CreateItem, EngagementRecord
from atlas_sync.coverage.commands import ItemKind
from atlas_sync.operations.planned import Plan, PlannedEngagement
from atlas_sync.operations.show import list_gaps
from atlas_sync.store.ledger import Intent, IntentState, Ledger, StoredPlan
from atlas_sync.store.warehouse import Warehouse, open_warehouse
from tests.coverage.build import ENG, RUN, engagement, gaps_of, item, obligation, outcome, point, promise, record

MARK = "atlas-1"
OPEN_POINT = point("Training, we will see how that goes", kind="vague")


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    with open_warehouse(tmp_path) as made:
        yield made


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")) as made:
        yield made


def _found(warehouse: Warehouse, ledger: Ledger, made: EngagementRecord, **looked: Any) -> dict[str, str]:  # noqa: ANN401 - passed on
    """Publish a record with its gaps, and give the state of each as it is listed, by kind."""
    warehouse.replace(Engagement, [engagement()], engagements=[ENG])
    warehouse.replace(WorkItem, list(made.items), engagements=[ENG])
    warehouse.replace(Gap, gaps_of(made, **looked), engagements=[ENG])
    return {gap.kind: gap.state for _engagement, gap in list_gaps(warehouse, ledger, today=RUN.date())}


def _plan(
    ledger: Ledger,
    made: EngagementRecord,
    what: ItemKind,
    *kinds: str,
    subject: str,
    made_at: datetime = RUN,
    newest_gap_at: datetime | None = None,
) -> None:
    """Keep a plan of one item that closes the gaps of some kinds."""
    command = CreateItem(
        marker=MARK,
        engagement_id=ENG,
        gap_ids=tuple(gap.id for gap in gaps_of(made) if gap.kind in kinds),
        item=what,
        project="SCAN",
        kind="item",
        summary="Promised",
        body=Document(),
        subject_id=subject,
        audience="internal",
    )
    place = {"name": "x", "client_name": None, "system": "jira", "project": "SCAN", "audience": "internal"}
    held = PlannedEngagement(engagement_id=ENG, commands=(command,), **place)
    drawn = Plan(id="p1", made_at=made_at, snapshot="s", engagements=(held,), newest_gap_at=newest_gap_at)
    ledger.keep_plan(StoredPlan(id="p1", made_at=made_at, applied_at=None, body=drawn.model_dump_json()))


def _make(ledger: Ledger, what: ItemKind, *, subject: str, state: IntentState = "done") -> None:
    intent = Intent(MARK, "jira", "SCAN", ENG, subject, what, state, "p1", remote_id="1", changed_at=RUN)
    ledger.record(intent)
    ledger.mark_applied("p1")


@pytest.mark.parametrize(("state", "shown"), [("done", "written"), ("refused", "open"), ("gone", "open")])
def test_gap_is_written_where_its_item_was_made_and_not_read_yet(
    warehouse: Warehouse, ledger: Ledger, state: IntentState, shown: str
) -> None:
    made = record(promises=(promise(),), outcomes=(outcome(),))
    _plan(ledger, made, "promise", "promise_missing", subject="prm_1111111111111111")
    assert _found(warehouse, ledger, made)["promise_missing"] == "planned"
    _make(ledger, "promise", subject="prm_1111111111111111", state=state)
    found = _found(warehouse, ledger, made)
    assert (found["promise_missing"], found["why_missing"]) == (shown, "open")


def test_gap_whose_item_was_made_in_the_tracker_before_this_one_is_planned_anew(
    warehouse: Warehouse, ledger: Ledger
) -> None:
    made = record(promises=(promise(),))
    _plan(ledger, made, "promise", "promise_missing", subject="prm_1111111111111111")
    intent = Intent(MARK, "old", "X", ENG, "prm_1111111111111111", "promise", "done", "p0", changed_at=RUN)
    ledger.record(intent)
    assert _found(warehouse, ledger, made)["promise_missing"] == "planned"
    ledger.mark_applied("p1")
    assert _found(warehouse, ledger, made)["promise_missing"] == "open"


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"state": "dropped", "status": "Won't Do"}, "promise_dropped"),
        ({"due": (RUN + timedelta(days=90)).date()}, "promise_late"),
    ],
)
def test_gap_that_our_own_item_shows_is_open(
    warehouse: Warehouse, ledger: Ledger, changes: dict[str, Any], kind: str
) -> None:
    said = promise(due_date=(RUN + timedelta(days=30)).date())
    _plan(ledger, record(promises=(said,)), "promise", "promise_missing", subject="prm_1111111111111111")
    _make(ledger, "promise", subject="prm_1111111111111111")
    ours = item(marker=MARK, **changes)
    assert (
        _found(warehouse, ledger, record(promises=(said,), items=(ours,)), markers={MARK: "prm_1111111111111111"})[kind]
        == "open"
    )


def test_gap_that_stays_though_its_item_was_read_is_open(warehouse: Warehouse, ledger: Ledger) -> None:
    before = record(scope=(OPEN_POINT,))
    _plan(ledger, before, "decision", "vague_undecided", subject="sco_1111111111111111")
    _make(ledger, "decision", subject="sco_1111111111111111")
    assert _found(warehouse, ledger, before)["vague_undecided"] == "written"
    dropped = record(scope=(OPEN_POINT,), items=(item(marker=MARK, state="dropped"),))
    assert _found(warehouse, ledger, dropped, markers={MARK: "sco_1111111111111111"})["vague_undecided"] == "open"


def test_gap_that_came_back_after_its_item_was_made_is_open(warehouse: Warehouse, ledger: Ledger) -> None:
    made = record(promises=(promise(),))
    _plan(ledger, made, "promise", "promise_missing", subject="prm_1111111111111111")
    _make(ledger, "promise", subject="prm_1111111111111111")
    assert _found(warehouse, ledger, made, run_at=RUN + timedelta(days=3))["promise_missing"] == "open"
    again = {"commands": [{"marker": "m2", "gap_ids": [gap.id for gap in gaps_of(made)]}]}
    body = json.dumps({"engagements": [again]})
    ledger.keep_plan(StoredPlan(id="p2", made_at=RUN + timedelta(days=4), applied_at=None, body=body))
    assert _found(warehouse, ledger, made, run_at=RUN + timedelta(days=3))["promise_missing"] == "planned"


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(hours=-1)])
def test_item_answers_the_gaps_its_plan_was_made_from_whatever_the_clock_of_the_vendors_says(
    warehouse: Warehouse, ledger: Ledger, ahead: timedelta
) -> None:
    made, subject = record(promises=(promise(),)), "prm_1111111111111111"
    _plan(ledger, made, "promise", "promise_missing", subject=subject, made_at=RUN - ahead, newest_gap_at=RUN)
    _make(ledger, "promise", subject=subject)
    assert _found(warehouse, ledger, made)["promise_missing"] == "written"
    assert _found(warehouse, ledger, made, run_at=RUN + timedelta(minutes=15))["promise_missing"] == "open"


def test_brief_answers_the_gaps_that_its_plan_names_and_no_other_of_the_engagement(
    warehouse: Warehouse, ledger: Ledger
) -> None:
    made = record(
        engagement=engagement(owner_sales=None), outcomes=(outcome(),), obligations=(obligation(),), scope=(point(),)
    )
    _plan(ledger, made, "brief", "why_missing", "scope_missing", subject=ENG)
    _make(ledger, "brief", subject=ENG)
    found = _found(warehouse, ledger, made)
    assert {kind for kind, state in found.items() if state == "written"} == {"why_missing", "scope_missing"}
    assert {"owner_missing", "obligation_open"} <= found.keys()


def test_plan_that_another_version_kept_is_read_as_far_as_it_counts(warehouse: Warehouse, ledger: Ledger) -> None:
    made = record(promises=(promise(),))
    (gap,) = [gap.id for gap in gaps_of(made) if gap.kind == "promise_missing"]
    command = f'{{"action": "make", "marker": "{MARK}", "gap_ids": ["{gap}"], "priority": 1}}'
    body = f'{{"made_by": "0.1", "engagements": [{{"commands": [{command}, {{"marker": "x", "action": "new"}}]}}]}}'
    ledger.keep_plan(StoredPlan(id="p1", made_at=RUN, applied_at=None, body=body))
    assert _found(warehouse, ledger, made)["promise_missing"] == "planned"
