# ruff: noqa: ANN401 - a builder passes any field on
from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from atlas_sync.canonical.identity import derive_id
from atlas_sync.canonical.model import Gap
from atlas_sync.coverage.judged import GapWord, as_unjudged
from tests.coverage.build import BLIND, ENG, RUN, gaps_of, item, outcome, promise, record

MISSING = derive_id("gap", ENG, "promise_missing", "prm_1111111111111111")


def word(decision: Any, **changes: Any) -> dict[str, GapWord]:
    return {MISSING: GapWord(**{"decision": decision, "by": "Ada", "at": RUN, "reason": "by phone", **changes})}


def gap(**changes: Any) -> Gap:
    """Give the gap about the one promise."""
    return next(one for one in gaps_of(record(promises=(promise(),)), **changes) if one.id == MISSING)


def test_waived_gap_says_who_let_it_be_and_why() -> None:
    found = gap(words=word("waived"))
    assert (found.state, found.judged_by, found.judged_reason) == ("waived", "Ada", "by phone")


@pytest.mark.parametrize(("until", "state"), [(date(2026, 6, 14), "open"), (date(2026, 6, 15), "waived")])
def test_waiver_holds_to_the_end_of_its_day(until: date, state: str) -> None:
    assert gap(words=word("waived", until=until)).state == state


def test_waiver_holds_while_nothing_can_be_decided_and_an_acknowledgement_does_not() -> None:
    assert gap(words=word("waived"), licence=BLIND).state == "waived"
    assert gap(words=word("acknowledged"), licence=BLIND).state == "not_decidable"


def test_gap_of_which_nothing_is_said_any_more_is_as_it_was_found() -> None:
    assert as_unjudged(gap(words=word("waived"))) == gap()
    assert as_unjudged(gap(words=word("waived"), licence=BLIND)) == gap(licence=BLIND)
    assert as_unjudged(gap(words=word("acknowledged"))) == gap()


def test_acknowledged_gap_is_open_when_it_comes_back_after_it_was_resolved() -> None:
    first = gap(words=word("acknowledged"))
    assert first.state == "acknowledged"
    covered = record(promises=(promise(),), items=(item(text="Record: prm_1111111111111111"),), outcomes=(outcome(),))
    closed = {one.id: one for one in gaps_of(covered, previous={first.id: first}, words=word("acknowledged"))}
    assert (closed[MISSING].state, closed[MISSING].judged_by) == ("resolved", None)
    later = RUN + timedelta(days=9)
    again = gap(words=word("acknowledged"), previous=closed, run_at=later)
    assert (again.state, again.opened_at) == ("open", later)
    assert gap(words=word("waived"), previous=closed, run_at=later).state == "waived"


def test_gap_found_no_more_stays_waived_only_while_it_is_not_known_to_be_resolved() -> None:
    first = gap(words=word("waived"))
    covered = record(promises=(promise(),), items=(item(text="Record: prm_1111111111111111"),))
    blind = {one.id: one for one in gaps_of(covered, previous={first.id: first}, words=word("waived"), licence=BLIND)}
    assert blind[MISSING].state == "waived"
    seen = {one.id: one for one in gaps_of(covered, previous=blind, words=word("waived"))}
    assert seen[MISSING].state == "resolved"
