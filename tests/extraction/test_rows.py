from __future__ import annotations

from datetime import UTC, datetime

import pytest

from atlas_sync.extraction.rows import are_other_rows, without_cells
from tests.extraction.build import PEOPLE


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("We send the report\t\tLena Wirth\t\t7/24/2026", "We send the report"),
        ("We send the report | 24 July | Dapo", "We send the report"),
        ("4 | We fit the racks | Friday", "4 | We fit the racks"),
        ("We fit the racks\t12 racks\tLena", "We fit the racks\t12 racks"),
        ("We fit the racks | in the hall by Friday", "We fit the racks | in the hall by Friday"),
        ("Lena Wirth", "Lena Wirth"),
        ("We fit the racks\t" + "x" * 70, "We fit the racks\t" + "x" * 70),
    ],
)
def test_a_row_is_said_without_its_last_cells_of_a_person_or_a_day(row: str, said: str) -> None:
    assert without_cells(row, PEOPLE, said_at=datetime(2026, 1, 13, tzinfo=UTC)) == said


@pytest.mark.parametrize(
    ("one", "other", "are_others"),
    [
        ("Knutsford | 1", "Wilmslow | 1", True),
        ("Training in Chester\t2 days", "Visit to Harrogate\t2 days", True),
        ("Knutsford | 1", "Knutsford (HQ) | 2", False),
        ("1 | Training", "2 | Migration", False),
        ("3 May | Training", "10 May | Training", False),
        ("Knutsford | 1", "One device for Wilmslow", False),
    ],
)
def test_rows_are_of_other_things_where_their_first_cells_name_others(
    one: str, other: str, *, are_others: bool
) -> None:
    assert are_other_rows(one, other) is are_others
