from __future__ import annotations

from datetime import date

import pytest

from atlas_sync.coverage.contradictions import contradictions_of, uncovered_in
from tests.coverage.build import item

DUE = date(2026, 8, 14)


def test_later_due_day_names_both_days() -> None:
    late = item(due=date(2026, 8, 30))
    assert contradictions_of("Live by 14 August", DUE, late) == ("SCAN-1 says due 30 Aug 2026, agreed was 14 Aug 2026",)


@pytest.mark.parametrize(
    ("due", "state"),
    [(date(2026, 8, 14), "to_do"), (date(2026, 7, 1), "to_do"), (None, "to_do"), (date(2026, 9, 1), "done")],
)
def test_earlier_unknown_or_finished_due_day_is_no_contradiction(due: date | None, state: str) -> None:
    assert contradictions_of("Live by 14 August", DUE, item(due=due, state=state)) == ()


@pytest.mark.parametrize(
    ("said", "planned", "contradicts"),
    [
        ("we read your files every fifteen minutes", "CSV pull every 60 min.", True),
        ("logs deleted after 30 days", "Purge job, 90 days.", True),
        ("Two half-day sessions", "2 x half day sessions", False),
        ("10 air changes", "6 doors", False),
        ("160 scanners", "Order 160 scanners and 20 spare scanners", False),
        ("24 months of support", "12 months of support", True),
        ("no numbers", "12 months", False),
        ("20 EUR per user", "20 USD per user", True),
        ("20 $ per user", "20 CAD per user", False),
        ("answers within 48 hours", "Answers within 2 days", False),
        ("handover on Friday", "Handover on Monday", True),
        ("a report every Monday", "Report each Thursday", True),
        ("Übergabe am Freitag", "Übergabe Montag", True),
        ("phones on Saturdays too", "Phones, Mon to Fri", True),
        ("phones on Saturdays too", "Phones, Mon-Sat", False),
        ("the count ends before Monday", "Count, Fri 6 PM to Sun", False),
        ("open on Sundays", "Works, not Sun, not Thursday", False),
        ("manuals in English, German and French", "Manuals, German and French", False),
        ("manuals in German and French", "Manuals, German and Spanish", True),
    ],
)
def test_another_number_of_the_same_unit_contradicts(said: str, planned: str, contradicts: bool) -> None:  # noqa: FBT001 - a table
    found = contradictions_of(said, None, item(text=planned))
    assert bool(found) is contradicts
    assert all("agreed was" in one for one in found)


def test_all_languages_that_were_agreed_are_named() -> None:
    said = "manuals in Japanese, German and Turkish"
    assert contradictions_of(said, None, item(text="Handover JA, KO")) == (
        "SCAN-1 says JA, KO, agreed was Japanese, German, Turkish",
    )


def test_weekday_of_the_due_day_is_one_that_the_item_names() -> None:
    fair = item(text="Fair ends on Sunday", due=date(2026, 7, 7))
    assert contradictions_of("On Tuesday the field is clear", None, fair) == ()


def test_dropped_item_is_named_with_its_status() -> None:
    assert contradictions_of("x", None, item(state="dropped", status="Won't Do")) == ("SCAN-1 was dropped (Won't Do)",)


def test_numbers_and_days_that_an_item_leaves_out_are_listed_as_said() -> None:
    said = "160 scanners by 14 August and 12 chargers"
    assert uncovered_in(said, DUE, item(text="Order 160 scanners")) == ("12 chargers", "14 August")
    assert uncovered_in(said, DUE, item(text="12 chargers, 160 scanners", due=DUE)) == ()
    assert uncovered_in("160 scanners instead of 140", None, item(text="160 scanners in 2 lots")) == ()
    assert uncovered_in("in three weeks", DUE, item(text="3 weeks")) == ("14 Aug 2026",)


@pytest.mark.parametrize(
    ("said", "planned", "lacking"),
    [
        ("answers within 48 hours", "Answers within 2 days", ()),
        ("stays for two months", "Stays for two days", ("two months",)),
        ("files up to 2 GB", "Files up to 2 MB", ("2 GB",)),
        ("within 50 km", "Within 50 miles", ("50 km",)),
        ("12 tablets and 40 scanners", "40 tablets and 12 scanners", ("12 tablets", "40 scanners")),
        ("12 tablets and 40 scanners", "40 handhelds, 12 pads", ()),
        ("manuals in English and German", "Manuals, German", ("English",)),
        ("manuals in English and German", "Manuals", ()),
        ("One of our engineers stays", "On-site support", ()),
        ("One engineer stays", "One of ours stays", ()),
        ("Two of our engineers stay", "One of ours stays", ("Two of",)),
    ],
)
def test_number_holds_with_its_unit_and_language_where_any_is_named(
    said: str, planned: str, lacking: tuple[str, ...]
) -> None:
    assert uncovered_in(said, None, item(text=planned)) == lacking


def test_number_that_an_item_gives_without_a_unit_holds() -> None:
    assert uncovered_in("Checks of 500 records", None, item(text="Record check, sample of 500.")) == ()


def test_number_that_counts_nothing_told_is_listed_where_the_item_names_another() -> None:
    said = "Wi-Fi in every room, 212 of them"
    assert uncovered_in(said, None, item(text="Access points, rooms 1-160")) == ("212",)
    assert uncovered_in(said, None, item(text="Access points in rooms")) == ()
    assert uncovered_in(said, None, item(text="Access points, 212 rooms, 3 floors")) == ()
    assert uncovered_in("one of them", None, item(text="3 of them")) == ()
