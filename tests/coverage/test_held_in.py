"""Where promises of a kind are looked for: among work items, in the contract, or nowhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.coverage.build import contract, gaps_of, item, kinds_of, promise, record

_FREE = "You get ten percent off the second year."


@pytest.mark.parametrize(
    ("terms", "kind", "is_missing"),
    [
        ("1. Term: 24 months.\n2. Ten percent off the second year", "price", False),
        ("1. Term: 24 months.\n2. Ten percent off the second year", "deliverable", True),
        ("Five percent off the second year", "price", True),
        ("Percent of the year", "price", True),
        ("Ten percent off the second year is not included", "price", True),
        (None, "price", True),
    ],
)
def test_price_that_a_clause_of_the_contract_says_need_stand_in_no_item(
    terms: str | None, kind: str, *, is_missing: bool
) -> None:
    made = replace(record(promises=(promise(_FREE, kind=kind, due_date=None),)), contracts=(contract(terms=terms),))
    found = {gap.kind for gap in gaps_of(made) if gap.subject_id == made.promises[0].id}
    assert ("promise_missing" in found) is is_missing
    assert ("promise_contradicted" in found) is bool(terms and "Five" in terms)


def test_kind_that_is_looked_for_nowhere_is_never_missing() -> None:
    made = replace(record(promises=(promise(kind="resource"),)), held_in={"resource": "nowhere"})
    assert "promise_missing" not in kinds_of(gaps_of(made))
    assert "promise_missing" in kinds_of(gaps_of(replace(made, held_in={"price": "nowhere"})))
    cancelled = item(summary=made.promises[0].text, state="dropped", status="Cancelled")
    dropped = replace(made, items=(cancelled,))
    assert kinds_of(gaps_of(dropped)) == kinds_of(gaps_of(replace(dropped, held_in={})))
