"""The calendar: names of months and weekdays in five languages, and the day that follows from a month, a week or a count.

Whoever promises speaks of days to come: a day without a year is the next one. A period gives its last day, a week its Friday.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date, timedelta

from atlas_sync.canonical.spelled import COUNTS, MONTHS

__all__ = [
    "NTH",
    "NUMBER",
    "NUMBERS",
    "ORDINALS",
    "WEEKDAYS",
    "WORDY_MONTHS",
    "after_working_days",
    "friday_of",
    "last_of_month",
    "level",
    "month_called",
    "months_on",
    "next_day_of_month",
    "next_month_day",
    "one_spaced",
    "weekday_in_month",
]

_FRIDAY, _SATURDAY = 4, 5
_YEAR = 12

WORDY_MONTHS: dict[str, int] = {"ago": 8, "set": 9, "out": 10}
"""Short names of months that are common words of another language: months only where what stands around says so."""
WEEKDAYS: dict[str, int] = {
    name: number
    for number, names in enumerate(
        (
            "monday mon montag lundi lunes segunda-feira segunda",
            "tuesday tues tue dienstag mardi martes terca-feira",
            "wednesday weds wed mittwoch mercredi miercoles quarta-feira",
            "thursday thurs thur thu donnerstag jeudi jueves quinta-feira",
            "friday fri freitag vendredi viernes sexta-feira",
            "saturday sat samstag sonnabend samedi sabado",
            "sunday sun sonntag dimanche domingo",
        )
    )
    for name in names.split()
}
NUMBERS: dict[str, int] = COUNTS | dict.fromkeys(("a", "an", "einer", "einem", "une", "una", "uma"), 1)
_TENS = "|".join(word for word, number in COUNTS.items() if number in range(20, 100, 10))
_ONES = "|".join(word for word, number in COUNTS.items() if number < 10)  # noqa: PLR2004 - one digit
NUMBER = rf"(?:(?:{_TENS})[-\s](?:{_ONES})|{'|'.join(sorted(NUMBERS, key=len, reverse=True))})"
"""A number in words: "ten", "twenty-one"."""
_ORDINAL_WORDS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third twenty-fourth "
    "twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first"
)
ORDINALS: dict[str, int] = {word: number for number, word in enumerate(_ORDINAL_WORDS.split(), start=1)}
NTH: dict[str, int] = {
    word: number
    for number, words in (
        (1, "first ersten premier premiere primer primera primeira"),
        (2, "second zweiten deuxieme segundo"),
        (3, "third dritten troisieme tercer tercera terceira"),
        (4, "fourth vierten quatrieme cuarto cuarta"),
        (-1, "last letzten dernier derniere ultimo ultima"),
    )
    for word in words.split()
}
"""Which weekday or week of a month is meant, -1 for the last."""


_SPACES = re.compile(r"(?<!\s)\s{1,8}(?!\s)")


def one_spaced(text: str) -> str:
    r"""Give a text with one space between words, however it is set; a wider gap stands between columns and stays.

    >>> one_spaced("Good\n Friday")
    'Good Friday'
    """
    return _SPACES.sub(" ", text)


def level(text: str) -> str:
    """Give a text in lower case without accents, character for character, so that places stay the same.

    >>> level("Fünfter März"), level("İ")
    ('funfter marz', 'i')
    """
    return text.lower() if text.isascii() else "".join(_level(char) for char in text)


def _level(char: str) -> str:
    return unicodedata.normalize("NFD", char)[0].lower()[:1] or char


def month_called(name: str) -> int:
    """Give the number of the month of that name."""
    return WORDY_MONTHS[name] if name in WORDY_MONTHS else MONTHS[name]


def next_month_day(month: int, day: int, *, said: date) -> date:
    """Give the next day of that name, the day of saying included; 29 February waits for a leap year.

    Raises:
        ValueError: no year has such a day.
    """
    for year in range(said.year, said.year + 9):
        if (month, day) == (2, 29) and not calendar.isleap(year):
            continue
        if (found := date(year, month, day)) >= said:
            return found
    raise ValueError("no such day")


def next_day_of_month(day: int, *, said: date) -> date:
    """Give the next day of that number, the day of saying included.

    Raises:
        ValueError: no month has such a day.
    """
    for ahead in range(_YEAR):
        month = months_on(said, ahead)
        if day <= last_of_month(month.year, month.month).day and (found := month.replace(day=day)) >= said:
            return found
    raise ValueError("no such day")


def months_on(said: date, count: int) -> date:
    """Give the first day of the month that many months on."""
    years, month = divmod(said.month - 1 + count, _YEAR)
    return date(said.year + years, month + 1, 1)


def last_of_month(year: int, month: int) -> date:
    """Give the last day of a month.

    Raises:
        ValueError: there is no such month.
    """
    if not 1 <= month <= _YEAR:
        raise ValueError("no such month")
    return date(year, month, calendar.monthrange(year, month)[1])


def friday_of(week: int, *, said: date, year: int | None = None) -> date:
    """Give the Friday of a calendar week, the next one of that number where no year is told.

    Raises:
        ValueError: no year has such a week.
    """
    if year is not None:
        return date.fromisocalendar(year, week, _FRIDAY + 1)
    for one in range(said.isocalendar().year, said.year + 8):
        try:
            found = date.fromisocalendar(one, week, _FRIDAY + 1)
        except ValueError:
            continue
        if found >= said:
            return found
    raise ValueError("no such week")


def weekday_in_month(nth: int, weekday: int, first: date) -> date:
    """Give the nth weekday of the month that begins on `first`, -1 for the last.

    Raises:
        ValueError: the month has no such day.
    """
    if nth < 0:
        last = last_of_month(first.year, first.month)
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    return first.replace(day=1 + (weekday - first.weekday()) % 7 + 7 * (nth - 1))


def after_working_days(said: date, count: int) -> date:
    """Give the day that many working days on, or back below nought; weekends do not count, holidays are not known."""
    day, step = said, timedelta(days=1 if count > 0 else -1)
    for _ in range(min(abs(count), 1000)):
        day += step
        while day.weekday() >= _SATURDAY:
            day += step
    return day
