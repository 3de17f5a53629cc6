from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

import pytest

from atlas_sync.canonical.observed import Participant
from atlas_sync.connectors.cells import Cells, words


def _cells(
    mark: Literal[".", ","] = ".", dates: Literal["day first", "month first"] = "day first", zone: str = "UTC"
) -> Cells:
    return Cells(decimal_mark=mark, dates=dates, zone=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1234.5", "1234.5"),
        ("1,234.50", "1234.50"),
        ("€ 1,234,567.00", "1234567.00"),
        ("1 234.50 EUR", "1234.50"),
        ("CHF 1'234.50", "1234.50"),
        ("-12", "-12"),
        ("(1,000)", "-1000"),
        ("$-3.10", "-3.10"),
        (12.5, "12.5"),
    ],
)
def test_amount_is_read_as_people_write_it(text: object, amount: str) -> None:
    assert _cells().amount(text) == Decimal(amount)


def test_amount_with_a_decimal_comma_is_read_where_the_settings_say_so() -> None:
    assert _cells(",").amount("1.234,50 €") == Decimal("1234.50")
    assert _cells(",").amount(12.5) == Decimal("12.5")


@pytest.mark.parametrize(
    ("mark", "text"), [(".", "12,50"), (",", "12.50"), (".", "1.234,50"), (".", "ten"), (".", "1e5")]
)
def test_amount_that_could_mean_two_things_is_refused(mark: Literal[".", ","], text: str) -> None:
    with pytest.raises(ValueError, match="no amount"):
        _cells(mark).amount(text)


@pytest.mark.parametrize(
    ("dates", "text", "day"),
    [
        ("day first", "2026-06-05", date(2026, 6, 5)),
        ("day first", "2026-06-05T10:00:00Z", date(2026, 6, 5)),
        ("day first", "5/6/2026", date(2026, 6, 5)),
        ("month first", "6/5/2026", date(2026, 6, 5)),
        ("month first", "05.06.2026", date(2026, 6, 5)),
    ],
)
def test_day_is_read_in_the_order_of_the_settings(
    dates: Literal["day first", "month first"], text: str, day: date
) -> None:
    assert _cells(dates=dates).day(text) == day


@pytest.mark.parametrize("text", ["31/02/2026", "13/13/2026", "5/6/26", "soon"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - in many words of the standard library
        _cells().day(text)


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [
        ("2026-06-05T10:30:00+02:00", 8, 30),
        ("2026-06-05 10:30:00", 9, 30),
        ("2026-06-05 10:30:00 UTC", 9, 30),
        ("5/6/2026 10:30", 9, 30),
        ("05/06/2026, 4:30 PM", 15, 30),
        ("05/06/2026 12:30 am", None, 30),
        ("1780648200000", 8, 30),
    ],
)
def test_time_without_a_zone_is_of_the_settings_zone(text: str, hour: int | None, minute: int) -> None:
    expected = (
        datetime(2026, 6, 4, 23, 30, tzinfo=UTC) if hour is None else datetime(2026, 6, 5, hour, minute, tzinfo=UTC)
    )
    assert _cells(zone="Europe/Lisbon").moment(text) == expected


def test_cell_is_read_by_the_type_of_its_field() -> None:
    cells = _cells()
    assert cells.read("YES", bool) is True
    assert cells.read(0, bool) is False
    assert cells.read(" x ", str | None) == "x"
    assert cells.read("a; b;", tuple[str, ...]) == ("a", "b")
    people = (Participant(name="Ana Reis", email="ana@kilbride.example"), Participant(email="b@kilbride.example"))
    assert cells.read('"Ana Reis" <ana@kilbride.example>; b@kilbride.example', tuple[Participant, ...]) == people
    assert cells.read("Ana Reis", Participant | None) == Participant(name="Ana Reis")
    with pytest.raises(ValueError, match="yes nor no"):
        cells.read("maybe", bool)
    assert words(["a", 2]) == ("a", "2")
