"""Holidays and days of trade that have a name, and the day on which the next one falls."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from atlas_sync.extraction.days import weekday_in_month

__all__ = ["HOLIDAYS", "next_holiday"]

_EASTER = {
    name: days
    for days, names in (
        (-48, "rose monday, rosenmontag"),
        (-47, "shrove tuesday, mardi gras"),
        (-46, "ash wednesday, aschermittwoch, mercredi des cendres, miercoles de ceniza"),
        (-7, "palm sunday, palmsonntag, dimanche des rameaux, domingo de ramos"),
        (-3, "maundy thursday, maundy thu, grundonnerstag, jeudi saint, jueves santo"),
        (-2, "good friday, karfreitag, vendredi saint, viernes santo"),
        (-1, "holy saturday, karsamstag"),
        (0, "easter sunday, ostersonntag, dimanche de paques, domingo de pascua, domingo de resurreccion"),
        (1, "easter monday, ostermontag, lundi de paques, lunes de pascua"),
        (50, "whit monday, pfingstmontag, lundi de pentecote"),
    )
    for name in names.split(", ")
}
_THANKSGIVING = {"black friday": 1, "small business saturday": 2, "cyber monday": 4, "giving tuesday": 5}
_WITHOUT_DAY = ("super bowl sunday", "bank holiday monday", "patch tuesday")
_THURSDAY, _NOVEMBER = 3, 11


def _easter(year: int) -> date:
    """Give Easter Sunday of the Western churches, by Butcher's rule."""
    century, rest = divmod(year, 100)
    golden = year % 19
    leaps, odd = divmod(century, 4)
    moon = (19 * golden + century - leaps - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    days = (32 + 2 * odd + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * days) // 451
    month, day = divmod(moon + days - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _after_easter(days: int) -> Callable[[int], date]:
    return lambda year: _easter(year) + timedelta(days=days)


def _after_thanksgiving(days: int) -> Callable[[int], date]:
    return lambda year: weekday_in_month(4, _THURSDAY, date(year, _NOVEMBER, 1)) + timedelta(days=days)


_IN_YEAR: dict[str, Callable[[int], date]] = {
    "christmas eve": lambda year: date(year, 12, 24),
    **dict.fromkeys(("christmas", "christmas day"), lambda year: date(year, 12, 25)),
    "new year's eve": lambda year: date(year, 12, 31),
    **dict.fromkeys(("labor day", "labour day"), lambda year: weekday_in_month(1, 0, date(year, 9, 1))),
    **{name: _after_easter(days) for name, days in _EASTER.items()},
    **{name: _after_thanksgiving(days) for name, days in _THANKSGIVING.items()},
}
HOLIDAYS = (*_IN_YEAR, *_WITHOUT_DAY)
"""Names over levelled text. Only those that stand on one day wherever people keep them have one; some name a weekday that is
not the next of that name, and no day follows.
"""


def next_holiday(name: str, *, said: date) -> date | None:
    """Give the next such holiday, the day of saying included; None for one whose day is not known.

    Raises:
        ValueError: the calendar ends before it.
    """
    if name in _WITHOUT_DAY:
        return None
    day = _IN_YEAR[name](said.year)
    return day if day >= said else _IN_YEAR[name](said.year + 1)
