from __future__ import annotations

from datetime import UTC, datetime

import pytest

from atlas_sync.extraction.rows import without_cells
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
