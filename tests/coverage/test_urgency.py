from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from atlas_sync.coverage.urgency import severity_of
from tests.coverage.build import ALIKE, RUN, by_kind, engagement, evidence, gaps_of, item, person, promise, record

LASTING = {"text": "We keep the test system open until that day", "due_text": "until that day"}


@pytest.mark.parametrize(
    ("changes", "severity", "reason"),
    [
        ({}, "medium", ""),
        ({"due_date": date(2026, 6, 20)}, "high", "due 20 Jun 2026"),
        ({"due_date": date(2026, 6, 1)}, "high", "was due 1 Jun 2026"),
        ({"due_date": date(2026, 7, 20)}, "medium", "due 20 Jul 2026"),
        ({"due_date": date(2027, 7, 20)}, "medium", "due 20 Jul 2027"),
        ({"promised_to": "Koehler, Greta"}, "medium", "promised to Koehler, Greta"),
        ({"repeats": (evidence("x"),)}, "medium", "spoken of 2 times"),
        ({"kind": "price", "due_date": date(2026, 6, 1)}, "low", "a price promise rarely lives in a tracker"),
        (LASTING | {"due_date": date(2026, 7, 31)}, "medium", "holds until 31 Jul 2026"),
        (LASTING | {"due_date": date(2026, 6, 15)}, "medium", "holds until 15 Jun 2026"),
        (LASTING | {"due_date": date(2026, 6, 14)}, "low", "held until 14 Jun 2026"),
        (LASTING | {"due_date": date(2026, 6, 20), "due_text": "by 20 June"}, "high", "due 20 Jun 2026"),
    ],
)
def test_severity_follows_urgency_and_says_why(changes: dict[str, Any], severity: str, reason: str) -> None:
    made = record(promises=(promise(**changes),), stakeholders=(person(in_delivery=("SCAN-1",)),))
    gap = by_kind(gaps_of(made), "promise_missing")
    assert gap.severity == severity
    assert (reason in gap.reasons) is bool(reason)


def test_several_reasons_together_make_a_gap_high() -> None:
    pressing = promise(promised_to="Greta Koehler", repeats=(evidence("x"),))
    large = engagement(amount=Decimal(214_600))
    made = record(engagement=large, promises=(pressing,), stakeholders=(person(),))
    assert by_kind(gaps_of(made), "promise_missing").severity == "high"
    alike = replace(made, items=(item(summary=ALIKE),))
    assert by_kind(gaps_of(alike), "promise_review").severity == "medium"
    calm = record(promises=(promise(),), items=(item(summary=ALIKE),), engagement=engagement(amount=None))
    assert by_kind(gaps_of(calm), "promise_review").severity == "low"


@pytest.mark.parametrize(("due", "severity"), [(date(2026, 6, 20), "high"), (date(2026, 6, 10), "low")])
def test_item_that_was_dropped_matters_while_what_was_promised_holds(due: date, severity: str) -> None:
    dropped = item(text="Record: prm_1111111111111111", state="dropped")
    made = record(promises=(promise(**LASTING, due_date=due),), items=(dropped,))
    assert by_kind(gaps_of(made), "promise_dropped").severity == severity


def test_what_else_was_said_against_a_promise_that_held_until_a_day_is_to_be_settled_after_it() -> None:
    held = promise(**LASTING, due_date=date(2026, 6, 10))
    graded = severity_of("promise_contradicted", held, record(), RUN)
    assert graded == ("medium", ["held until 10 Jun 2026"])


def test_sale_is_large_in_its_own_currency() -> None:
    large_from = {"*": Decimal(100_000), "JPY": Decimal(15_000_000)}
    sales = {"JPY": ("14999999", "15000000"), "EUR": ("99999.99", "100000"), None: ("99999", "100000")}
    for currency, amounts in sales.items():
        told = [
            replace(record(engagement=engagement(amount=Decimal(one), currency=currency)), large_from=large_from)
            for one in amounts
        ]
        assert [one.is_large for one in told] == [False, True]
    assert not replace(record(engagement=engagement(amount=None)), large_from=large_from).is_large
