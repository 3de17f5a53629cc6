"""When: the phrase that says it and, where one day follows from it, the day, against the moment it was said.

A period gives its last day, a week its Friday, "beginning of" its first day. Triggers, durations and recurrences give none.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

__all__ = ["find_due", "resolve_due"]

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name[:3]: number for name, number in _MONTHS.items()} | {"sept": 9}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAYS = {name.lower(): number for number, name in enumerate(calendar.day_name)}
_DAYS |= {name[:3]: number for name, number in _DAYS.items()} | {"tues": 1, "thur": 3, "thurs": 3}
_DAY = "|".join(sorted(_DAYS, key=len, reverse=True))
_LEAD = r"(?:(?:no later than|not later than|by|on|until|till|before|from|starting|as of|in|within|during|at|for|to|is|:)\s+)?(?:the\s+)?"
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "eight": 8, "ten": 10, "twelve": 12}
_COUNT = rf"(?:\d{{1,3}}|{'|'.join(_NUMBERS)}|a)"
_FAR_PAST = timedelta(days=75)
_FRIDAY = 4

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(rf"\b{_LEAD}{pattern}", re.IGNORECASE))
    for name, pattern in (
        ("iso", r"(?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)\b"),
        ("dotted", r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>20\d\d)?"),
        (
            "day_month",
            rf"(?:(?:{_DAY})[a-z]*,?\s+)?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\.?\s+(?:of\s+)?(?P<mn>{_MONTH})\b\.?(?:,?\s+(?P<y>20\d\d))?",
        ),
        ("month_day", rf"(?P<mn>{_MONTH})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<y>20\d\d))?"),
        ("quarter", r"(?P<edge>end of|beginning of|start of|early|late|mid)?\s*q(?P<q>[1-4])(?:\s+(?P<y>20\d\d))?\b"),
        ("week", r"(?:calendar week|week|wk|cw|kw)\s*(?P<w>\d{1,2})\b"),
        (
            "month",
            rf"(?P<edge>end of|beginning of|start of|early|late|mid-?)?\s*(?P<mn>{_MONTH})\b(?!\s*\d)(?:\s+(?P<y>20\d\d))?",
        ),
        ("next_week", r"(?P<edge>end of|beginning of|start of)?\s*(?:the\s+)?(?P<which>this|next)\s+week\b"),
        ("next_month", r"(?P<edge>end of|beginning of|start of)?\s*(?:the\s+)?(?P<which>this|next)\s+month\b"),
        ("weekday", rf"(?P<which>this|next|coming)?\s*(?P<wd>{_DAY})\b"),
        ("in_time", rf"in\s+(?P<n>{_COUNT})\s+(?P<unit>day|week|month)s?\b(?!\s+(?:after|of|from|before))"),
        (
            "within",
            rf"within\s+(?P<n>{_COUNT})\s+(?:working\s+|business\s+)?(?P<unit>day|week|month)s?\b(?!\s+(?:after|of|from))",
        ),
        ("tomorrow", r"(?P<word>today|tonight|tomorrow|eod|end of (?:the )?day|cob)\b"),
        (
            "vague",
            r"(?:the\s+)?(?:kickoff|kick-off|go-live|signature|first (?:guest|night|day|delivery)|board meeting|easter|christmas|summer|autumn|spring|winter)\b",
        ),
        (
            "recurring",
            r"(?:every|each)\s+(?:day|week|month|quarter|friday|monday|tuesday|wednesday|thursday|night|year)\b",
        ),
    )
)
_VAGUE = frozenset({"vague", "recurring"})


def find_due(text: str, *, said_at: datetime) -> tuple[str | None, date | None]:
    """Give the phrase of a sentence that says when, and its day if one follows; both None where there is none.

    Of several the last counts: "from 14 to 28 August" ends on the 28th.
    """
    found: list[tuple[int, str, date | None]] = []
    for name, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if name == "month" and match["mn"].lower() in {"may", "mar", "sun"} and not match["mn"][0].isupper():
                continue
            day = None if name in _VAGUE else _resolve(name, match.groupdict(), said_at.date())
            found.append((match.start(), match.group(0).strip(" ,:"), day))
        if any(day for _place, _phrase, day in found):
            break
    dated = [row for row in found if row[2]]
    best = max(dated or found, key=lambda row: row[0], default=None)
    return (best[1], best[2]) if best else (None, None)


def _resolve(name: str, parts: dict[str, str | None], said: date) -> date | None:
    try:
        return _RESOLVERS[name](parts, said)
    except (ValueError, KeyError, OverflowError):
        return None


def _nearest(year: str | None, month: int, day: int, said: date) -> date:
    """Give a day without a year as the next one; a date shortly gone stays in its year."""
    if year:
        return date(int(year), month, day)
    found = date(said.year, month, day)
    return date(said.year + 1, month, day) if said - found > _FAR_PAST else found


def _month_of(parts: dict[str, str | None]) -> int:
    return _MONTHS[str(parts.get("mn")).lower()]


def _edge(edge: str | None, first: date, last: date) -> date:
    word = (edge or "").lower().rstrip("-")
    if word in {"beginning of", "start of", "early"}:
        return first
    return first + (last - first) // 2 if word == "mid" else last


def _month(parts: dict[str, str | None], said: date) -> date:
    month = _month_of(parts)
    year = int(str(parts["y"])) if parts.get("y") else said.year + (month < said.month)
    return _edge(parts.get("edge"), date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))


def _quarter(parts: dict[str, str | None], said: date) -> date:
    quarter = int(str(parts["q"]))
    last_month = quarter * 3
    year = int(str(parts["y"])) if parts.get("y") else said.year + (date(said.year, last_month, 28) < said)
    return _edge(
        parts.get("edge"),
        date(year, last_month - 2, 1),
        date(year, last_month, calendar.monthrange(year, last_month)[1]),
    )


def _week(parts: dict[str, str | None], said: date) -> date:
    found = date.fromisocalendar(said.year, int(str(parts["w"])), _FRIDAY + 1)
    return date.fromisocalendar(said.year + 1, int(str(parts["w"])), _FRIDAY + 1) if said - found > _FAR_PAST else found


def _next_week(parts: dict[str, str | None], said: date) -> date:
    monday = said - timedelta(days=said.weekday()) + timedelta(weeks=parts["which"] == "next")
    return _edge(parts.get("edge"), monday, monday + timedelta(days=_FRIDAY))


def _next_month(parts: dict[str, str | None], said: date) -> date:
    month = said.month + (str(parts["which"]).lower() == "next")
    year, month = said.year + (month > 12), (month - 1) % 12 + 1  # noqa: PLR2004 - months of a year
    return _edge(parts.get("edge"), date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))


def _weekday(parts: dict[str, str | None], said: date) -> date:
    ahead = (_DAYS[str(parts["wd"]).lower()] - said.weekday()) % 7 or 7
    if str(parts.get("which") or "").lower() == "next" and ahead + said.weekday() < 7:  # noqa: PLR2004 - days of a week
        ahead += 7
    return said + timedelta(days=ahead)


def _after(parts: dict[str, str | None], said: date) -> date:
    word = str(parts["n"]).lower()
    count = 1 if word == "a" else _NUMBERS.get(word) or int(word)
    days = {"day": 1, "week": 7, "month": 30}[str(parts["unit"]).lower()]
    return said + timedelta(days=count * days)


def _today(parts: dict[str, str | None], said: date) -> date:
    return said + timedelta(days=str(parts["word"]).lower() == "tomorrow")


_RESOLVERS: Mapping[str, Callable[[dict[str, Any], date], date]] = {
    "iso": lambda p, _s: date(int(p["y"]), int(p["m"]), int(p["d"])),
    "dotted": lambda p, s: _nearest(p["y"], int(p["m"]), int(p["d"]), s),
    "day_month": lambda p, s: _nearest(p["y"], _month_of(p), int(p["d"]), s),
    "month_day": lambda p, s: _nearest(p["y"], _month_of(p), int(p["d"]), s),
    "quarter": _quarter,
    "week": _week,
    "month": _month,
    "next_week": _next_week,
    "next_month": _next_month,
    "weekday": _weekday,
    "in_time": _after,
    "within": _after,
    "tomorrow": _today,
}


def resolve_due(phrase: str, *, said_at: datetime) -> date | None:
    """Give the day that a phrase means, None where no single day follows."""
    return find_due(phrase, said_at=said_at)[1]
