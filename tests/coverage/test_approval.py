from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from atlas_sync.coverage import EngagementRecord, Target, needs_of, propose
from tests.coverage.build import full_record, gaps_of, point, promise, record


def _reasons(made: EngagementRecord, *, audience: Any = "internal", many: int = 20) -> dict[str, tuple[str, ...]]:  # noqa: ANN401 - a word
    target = Target(project="SCAN", audience=audience)
    commands = propose(made, gaps_of(made), target=target, existing={}, tenant="t").commands
    items = {one.marker: one.item for one in commands if one.action == "create"}
    return {items[one.marker]: one.reasons for one in needs_of(commands, made, sure_above=0.8, many=many)}


def _one(**changes: Any) -> EngagementRecord:  # noqa: ANN401 - fields of a promise
    return record(promises=(promise(**changes),))


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({}, None),
        ({"kind": "price"}, ("it is about money",)),
        ({"due_date": date(2026, 8, 14)}, ("it sets a date, 14 Aug 2026",)),
        ({"confidence": 0.79}, ("only 79% sure",)),
        ({"confidence": 0.8}, None),
        ({"kind": "price", "confidence": 0.5}, ("it is about money", "only 50% sure")),
    ],
)
def test_promise_needs_a_look_for_money_a_date_or_doubt(changes: dict[str, Any], reasons: Any) -> None:  # noqa: ANN401 - or None
    assert _reasons(_one(**changes)).get("promise") == reasons


@pytest.mark.parametrize(
    ("changes", "held", "reason"),
    [
        ({}, "prm_2", "it may be the same as “Scanning is live”"),
        ({"status": "withdrawn"}, "prm_1111111111111111", "“It is in by autumn” may take it back"),
    ],
)
def test_promise_that_may_have_been_said_before_or_taken_back_needs_a_look(
    changes: dict[str, Any], held: str, reason: str
) -> None:
    later = promise("It is in by autumn", id="prm_2", perhaps="prm_1111111111111111", **changes)
    made = record(promises=(promise("Scanning is live", id="prm_1111111111111111"), later))
    target = Target(project="SCAN", audience="internal")
    commands = propose(made, gaps_of(made), target=target, existing={}, tenant="t").commands
    items = {one.marker: one.subject_id for one in commands if one.action == "create"}
    needs = {items[one.marker]: one.reasons for one in needs_of(commands, made, sure_above=0.8, many=20)}
    assert needs == {held: (reason,)}


def test_open_point_needs_a_look_when_it_is_doubtful() -> None:
    doubtful = point("Training, we will see how that goes", kind="vague", confidence=0.4)
    assert _reasons(record(scope=(doubtful,))) == {"decision": ("only 40% sure",)}


def test_everything_that_the_client_can_read_needs_a_look() -> None:
    found = _reasons(full_record(), audience="client_ok")
    assert found
    assert all("the client can read it" in reasons for reasons in found.values())


def test_many_writes_at_once_need_a_look_all_of_them() -> None:
    writes = 4
    assert all(f"{writes} writes at once" in one for one in _reasons(full_record(), many=writes - 1).values())
    assert set(_reasons(full_record(), many=writes - 1)) == {"brief", "promise", "decision", "people"}
    assert set(_reasons(full_record(), many=writes)) == {"promise"}
