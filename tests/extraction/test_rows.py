from __future__ import annotations

from datetime import UTC, datetime

import pytest

from atlas_sync.extraction import PromiseMention
from atlas_sync.extraction.dues import find_due
from atlas_sync.extraction.rows import are_other_rows, without_cells
from tests.extraction.build import PEOPLE
from tests.extraction.test_story import mention


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
        ("Leeds: 12 June", "York: 12 June", True),
        ("Leeds (12 June)", "York → end of June", True),
        ("Korean 12 June", "Greek 24 July", True),
        ("12 June: Korean", "12 June: Japanese", True),
        ("Coréen : 12 juin", "Grec : 24 juillet", True),
        ("Lifts 1 and 2: 12 June", "Lifts 3 and 4: 12 June", True),
        ("Group A: 12 June", "Group B: 12 June", True),
        ("First payroll audit: 12 June", "Second payroll audit: 24 July", True),
        ("First dry run UK | Paylark", "Second dry run UK | Paylark", True),
        ("1st audit: 12 June", "2nd site audit: 24 July", True),
        ("1st audit: 12 June", "First audit: 24 July", False),
        ("Erster Probelauf: 12. Juni", "Zweiter Probelauf: 24. Juli", True),
        ("First date: 12 June", "Second date: 24 July", False),
        ("Lift 1: 12 June", "Lift 1: 26 June", False),
        ("Phase-1: 12 June", "Phase-2: 26 June", True),
        ("Lift #1: 12 June", "Lift #2: 26 June", True),
        ("Lot no. 1: 12 June", "Lot no. 2: 12 July", True),
        ("Lot no. 1: 12 June", "Lot 1: 12 July", False),
        ("Halle Nr. 1: 12. Juni", "Halle Nr. 2: 26. Juni", True),
        ("Training (A): 12 June", "Training (B): 26 June", True),
        ("Training (A): 12 June", "Training A: 26 June", False),
        ('Lift "1": 12 June', 'Lift "2": 26 June', True),
        ("Scanners (20): 12 June", "Scanners (25): 26 June", False),
        ("Scanners, 20: 12 June", "Scanners, 25: 26 June", False),
        ("Training for 20: 12 June", "Training for 25: 26 June", False),
        ("Schulung für 20: 12. Juni", "Schulung für 25: 26. Juni", False),
        ("Training 14:00: 12 June", "Training 15:00: 12 June", False),
        ("Training at 14: 12 June", "Training at 15: 12 June", False),
        ("Uptime 99 %: 12 June", "Uptime 98 %: 12 June", False),
        ("Go-live: 12 June", "Correction: 26 June", False),
        ("Old date: 12 June", "New date: 26 June", False),
        ("30 June instead of 31 May", "2022: 30 June, no change", False),
        ("Leeds: 12 June", "We migrate York: 12 June", False),
        ("Go-live on 12 June.", "Launch on 12 June.", False),
        ("We give you a portal for the dealers: 12 June", "Leeds: 12 June", False),
    ],
)
def test_rows_are_of_other_things_where_what_they_begin_with_is_another(
    one: str, other: str, *, are_others: bool
) -> None:
    assert are_other_rows(_dated(one), _dated(other)) is are_others


def test_a_row_whose_day_was_a_cell_is_one_still() -> None:
    rows = [_dated(f"{text} by 12 June").model_copy(update={"text": text}) for text in ("Korean", "Greek")]
    assert are_other_rows(rows[0], rows[1])


def _dated(text: str) -> PromiseMention:
    phrase, day = find_due(text, said_at=datetime(2026, 1, 13, tzinfo=UTC))
    return mention(text, due=day).model_copy(update={"due_text": phrase})
