"""The day that a phrase of `phrases` names, as seen from the day on which it is said."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from atlas_sync.extraction.days import (
    NTH,
    NUMBERS,
    ORDINALS,
    WEEKDAYS,
    after_working_days,
    friday_of,
    last_of_month,
    level,
    month_called,
    months_on,
    next_day_of_month,
    next_month_day,
    one_spaced,
    weekday_in_month,
)
from atlas_sync.extraction.holidays import next_holiday
from atlas_sync.extraction.phrases import DATED, ONWARDS

__all__ = ["LONGEST", "Said", "count_of", "day_named", "on"]

Parts = dict[str, str | None]
_WEEKS = re.compile(r"week|woche|semaine|semana")
_LOOSE = frozenset({"early", "late", "mid", "middle of", "mitte", "mi", "mediados", "meados", "mitad"})
_FIRST = frozenset({"beginning of", "start of", "anfang", "debut", "principios", "comienzos", "primeros", "inicio"})
_BARE = frozenset({"the", "of the", "des", "du", "del"})
"""What stands before a period without telling which: "the month"."""
_FRIDAY, _SUNDAY, _WEEK = 4, 6, 7
_WORKING = re.compile(r"working|business|arbeit|werk|ouvr|habil|laborab|uteis")
_RESPONSE_DAYS = 2
"""Up to so many working days are a response time, promised anew each time."""
_NEAR = timedelta(days=180)
_MONTHS_AHEAD = 4
"""So far ahead a weekday with the number of its day is looked for; both rarely meet by chance."""
LONGEST = 1_000
"""Letters of a sentence that are read."""


@dataclass(frozen=True, slots=True)
class Said:
    """The day on which something is said, the sentence before it, and how slashed dates are written there."""

    day: date
    before: str
    month_first: bool | None


def day_named(name: str, match: re.Match[str], said: Said) -> date | None:
    """Give the day that a pattern names, whatever leads to it."""
    parts = match.groupdict()
    try:
        if name == "the_nth" and (month := _month_named(said)):
            return month.replace(day=_day_of(parts))
        if name == "weekday_nth":
            return _weekday_nth(parts, said)
        if name == "slashed":
            return _slashed(parts, said)
        return _resolved(name, match, said.day)
    except (ValueError, OverflowError):
        return None


def _resolved(name: str, match: re.Match[str], said: date) -> date | None:
    """Give the day of a phrase, the first of a whole period from which on something holds, unless it has begun: "from July"."""
    parts = match.groupdict()
    day = _RESOLVERS[name](parts, said)
    if not day or parts.get("edge", "") is not None or not ONWARDS.search(match.string, 0, match.end("lead")):
        return day
    first = _RESOLVERS[name](parts | {"edge": "start of"}, said)
    return first if first and first >= said else day


def _month_named(said: Said) -> date | None:
    """Give the month of the day that the sentence before names, if it is still to come."""
    days = [
        _named(match.groupdict(), said.day)
        for name, pattern in DATED
        if name == "named"
        for match in pattern.finditer(level(one_spaced(said.before[:LONGEST])))
    ]
    return days[-1].replace(day=1) if days and days[-1] else None


def _year(parts: Parts) -> int | None:
    year = parts.get("y") or parts.get("y2")
    return int(year) + (2000 if len(year) == 2 else 0) if year else None  # noqa: PLR2004 - two digits


def _day_of(parts: Parts) -> int:
    number = parts.get("d") or parts.get("d2")
    return int(number) if number else ORDINALS[str(parts.get("o"))]


def _dated_day(month: int, day: int, year: int | None, said: date) -> date:
    return date(year, month, day) if year else next_month_day(month, day, said=said)


def _named(parts: Parts, said: date) -> date | None:
    return _dated_day(month_called(str(parts["mn"])), _day_of(parts), _year(parts), said)


def _numeric(parts: Parts, said: date) -> date:
    return _dated_day(int(str(parts["m"])), int(str(parts["d"])), _year(parts), said)


def _slashed(parts: Parts, said: Said) -> date | None:
    """Read 17/10 or 12/19 as it can only be read; where both ways are days, as the others there are written.

    Where nothing tells how, day first, unless only the other way is near.
    """
    first, second, year = int(str(parts["a"])), int(str(parts["b"])), _year(parts)
    if second > 12 or (said.month_first and first <= 12):  # noqa: PLR2004 - no month is above
        return _dated_day(first, second, year, said.day)
    day_first = _dated_day(second, first, year, said.day)
    if first > 12 or said.month_first is False or day_first - said.day <= _NEAR:  # noqa: PLR2004 - as above
        return day_first
    return min(day_first, _dated_day(first, second, year, said.day))


def _week_of(parts: Parts, said: date) -> date:
    day = _dated_day(month_called(str(parts["mn"] or parts["mn2"])), _day_of(parts), _year(parts), said)
    return day + timedelta(days=_FRIDAY - day.weekday())


def _week_in_month(parts: Parts, said: date) -> date | None:
    return _nth_weekday(parts | {"wd": "friday"}, said)


def _edge(parts: Parts, first: date, last: date) -> date | None:
    edge = re.sub(r"\s+", " ", (parts.get("edge") or "").strip(" -")).removeprefix("the ").removesuffix(" de")
    if edge in _LOOSE:
        return None
    return first if edge in _FIRST else last


def _month(parts: Parts, said: date) -> date | None:
    month = month_called(str(parts["mn"]))
    year = _year(parts) or said.year + (month < said.month)
    return _edge(parts, date(year, month, 1), last_of_month(year, month))


def _nth_weekday(parts: Parts, said: date) -> date | None:
    nth, weekday = NTH[str(parts["nth"])], WEEKDAYS[str(parts["wd"])]
    if not parts["mn"]:
        told = parts["which"] or parts["later"]
        return weekday_in_month(nth, weekday, months_on(said, _ahead(parts))) if told else None
    month, year = month_called(str(parts["mn"])), _year(parts)
    found = weekday_in_month(nth, weekday, date(year or said.year, month, 1))
    return found if year or found >= said else weekday_in_month(nth, weekday, date(said.year + 1, month, 1))


def _span_of_months(parts: Parts, said: date, *, last_month: int, months: int) -> date | None:
    if parts.get("fiscal"):
        return None
    year = _year(parts) or said.year + (last_of_month(said.year, last_month) < said)
    return _edge(parts, date(year, last_month - months + 1, 1), last_of_month(year, last_month))


def _quarter(parts: Parts, said: date) -> date | None:
    quarter = int(str(parts["q"])) if parts.get("q") else NTH[str(parts["qo"])]
    return _span_of_months(parts, said, last_month=quarter * 3, months=3)


def _week(parts: Parts, said: date) -> date | None:
    friday = friday_of(int(str(parts["w"])), said=said, year=_year(parts))
    return _edge(parts, friday - timedelta(days=_FRIDAY), friday)


def _ahead(parts: Parts) -> int:
    """Tell how many weeks, months or so on lie ahead: none of this one, one of the next, two of the one after next."""
    which = f"{parts.get('which') or ''} {parts.get('later') or ''}"
    if re.search(r"after next|ubernachst|d'apres", which):
        return 2
    return bool(re.search(r"next|nachst|kommend|prochain|proxim|viene|vem", which))


def _this_week(parts: Parts, said: date) -> date | None:
    if not (parts.get("later") or parts.get("edge")) and parts.get("which") in {None, "the", "la", "der"}:
        return None
    monday = said - timedelta(days=said.weekday()) + timedelta(weeks=_ahead(parts))
    return _edge(parts, monday, monday + timedelta(days=_FRIDAY))


def _this_month(parts: Parts, said: date) -> date | None:
    if parts["which"] in _BARE and not (parts.get("edge") or parts.get("later")):
        return None
    first = months_on(said, _ahead(parts))
    return _edge(parts, first, last_of_month(first.year, first.month))


def _this_quarter(parts: Parts, said: date) -> date | None:
    if parts["which"] in _BARE and not (parts.get("edge") or parts.get("later")):
        return None
    first = months_on(said, -((said.month - 1) % 3) + 3 * _ahead(parts))
    last = months_on(first, 2)
    return _edge(parts, first, last_of_month(last.year, last.month))


def _weekday(parts: Parts, said: date) -> date:
    """Give the next such day; "next Thursday" is the one of next week, except where that would be today's own name."""
    wanted = WEEKDAYS[str(parts.get("wd") or parts.get("wd2"))]
    if _WEEKS.search(parts.get("later") or ""):
        return said + timedelta(days=wanted - said.weekday(), weeks=_ahead(parts))
    ahead = (wanted - said.weekday()) % _WEEK or _WEEK
    if _ahead(parts) > 1:
        return said + timedelta(days=ahead + _WEEK)
    in_this_week = said.weekday() + ahead < _WEEK
    if in_this_week and (parts.get("later") or (parts.get("wd") and parts["which"] == "next")):
        ahead += _WEEK
    return said + timedelta(days=ahead)


def _weekday_nth(parts: Parts, said: Said) -> date | None:
    """Give the first day of that number which is that weekday, in the month just named or the next few: "Friday the 13th".

    A number alone ("Friday 13") is the next such day or none.
    """
    number, named = _day_of(parts), _month_named(said)
    ahead = [months_on(said.day, months) for months in range(1, 1 if parts["d2"] else _MONTHS_AHEAD)]
    days = (next_day_of_month(number, said=begin) for begin in ([named] if named else []) + [said.day, *ahead])
    return next((day for day in days if day.weekday() == WEEKDAYS[str(parts["wd"])]), None)


def _week_on(parts: Parts, said: date) -> date:
    return _weekday({"wd2": parts.get("wd") or parts.get("wd2")}, said) + timedelta(weeks=1)


def _in_time(parts: Parts, said: date) -> date | None:
    count, unit = count_of(str(parts["n"])), str(parts["unit"])
    if _WORKING.search(unit) and count <= _RESPONSE_DAYS:
        return None
    return on(said, count, unit)


def count_of(word: str) -> int:
    """Read a count in figures or words."""
    return int(word) if word.isdigit() else sum(NUMBERS[part] for part in re.split(r"[-\s]", word))


def on(said: date, count: int, unit: str) -> date:
    """Give the day that many days, weeks or months on."""
    if _WORKING.search(unit):
        return after_working_days(said, count)
    if unit.startswith("mo") or unit in {"meses", "mes"}:
        first = months_on(said, count)
        return first.replace(day=min(said.day, last_of_month(first.year, first.month).day))
    if unit.startswith("fortnight"):
        return said + timedelta(weeks=2 * count)
    days = 7 if unit.startswith(("w", "sem")) else 1
    return said + timedelta(days=days * count)


def _holiday(parts: Parts, said: date) -> date | None:
    return next_holiday(str(parts["holiday"]), said=said)


def _near_holiday(parts: Parts, said: date) -> date | None:
    holiday = _holiday(parts, said)
    return holiday and holiday - timedelta(days=(holiday.weekday() - WEEKDAYS[str(parts["wd"])]) % _WEEK or _WEEK)


_RESOLVERS: dict[str, Callable[[Parts, date], date | None]] = {
    "iso": _numeric,
    "named": _named,
    "week_of": _week_of,
    "week_in_month": _week_in_month,
    "hyphens": _named,
    "dotted": _numeric,
    "nth_weekday": _nth_weekday,
    "quarter": _quarter,
    "half": lambda parts, said: _span_of_months(parts, said, last_month=6 * int(str(parts["h"])), months=6),
    "week": _week,
    "month": _month,
    "year": lambda parts, _said: date(int(str(parts["y"])), 12, 31),
    "week_on": _week_on,
    "this_week": _this_week,
    "eow": lambda _parts, said: said + timedelta(days=(_FRIDAY - said.weekday()) % _WEEK),
    "this_month": _this_month,
    "eom": lambda _parts, said: last_of_month(said.year, said.month),
    "this_quarter": _this_quarter,
    "this_year": lambda parts, said: date(said.year + _ahead(parts), 12, 31),
    "after_tomorrow": lambda _parts, said: said + timedelta(days=2),
    "tomorrow": lambda _parts, said: said + timedelta(days=1),
    "today": lambda _parts, said: said,
    "weekday": _weekday,
    "holiday": _holiday,
    "near_holiday": _near_holiday,
    "weekend": lambda _parts, said: said + timedelta(days=_SUNDAY - said.weekday()),
    "in_time": _in_time,
    "the_nth": lambda parts, said: next_day_of_month(_day_of(parts), said=said),
}
