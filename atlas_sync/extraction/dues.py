"""When: the phrase that says it and, where one day follows from it, the day, against the moment it was said.

Triggers, durations, response times and recurrences have a phrase but no day; fiscal years have none either, since nothing
tells when they begin.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from atlas_sync.extraction.days import (
    MONTHS,
    NTH,
    NUMBERS,
    ORDINALS,
    WEEKDAYS,
    after_working_days,
    friday_of,
    last_of_month,
    level,
    months_on,
    next_day_of_month,
    next_month_day,
    weekday_in_month,
)
from atlas_sync.extraction.phrases import (
    AT_EARLIEST,
    AWAY,
    DATED,
    EARLIEST,
    ENDING,
    HINT,
    RECURRING,
    TELLS_WHEN,
    WITHOUT_DAY,
)

__all__ = ["complete_due", "find_due", "resolve_due"]

Parts = dict[str, str | None]


_INSTEAD = re.compile(
    r"(?:\bnot|\binstead of|\brather than|\bno longer|\bpreviously|\bwas|\bwere|\bnicht|\bkeep|\bafter|\bin place of|\bmoved? from|\bslips? from|\bother than|\bsince|\bended)\s{1,8}(?:the\s{1,8}|on\s{1,8}|by\s{1,8})?$"
)
_REASON = re.compile(
    r"(?:\bso (?:that|there|you|your|they)\b|\bstill before|\bbecause|\bahead of|\bbefore (?:your|the|their|we)|\bin time for|\bto be ready for|\bin case)[^.;]{0,60}$"
)
_BINDING = re.compile(
    r"(?:by|until|til|till|no later than|not later than|latest|bis|d'ici|avant|hasta|antes|ate|through|to)\b"
)
_WEEKS = re.compile(r"week|woche|semaine|semana")
_WORDS = frozenset({"sun", "sat", "segunda"})
_IN_THE_MORNING = re.compile(r"\W{0,8}(?:first thing |early )?in the morning\W{0,8}")
_LOOSE = frozenset({"early", "late", "mid", "middle of", "mitte"})
_FIRST = frozenset({"beginning of", "start of", "anfang", "debut", "principios de", "inicio de"})
_SPANS = frozenset({"quarter", "half", "week", "month", "this_week", "this_month", "this_quarter", "week_in_month"})
_FRIDAY, _SUNDAY, _WEEK = 4, 6, 7
_WORKING = ("working", "business", "arbeit")
_RESPONSE_DAYS = 2
"""Up to so many working days are a response time, promised anew each time."""
_NEAR = timedelta(days=180)
_REACH = 80
_LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class _Found:
    """A phrase with its place; `rank` is lower the more it reads like a deadline."""

    start: int
    end: int
    day: date | None
    rank: int


_DEADLINE, _DAY, _BESIDE, _REPLACED, _UNLIKELY = range(5)


def find_due(
    text: str, *, said_at: datetime, before: str = "", month_first: bool | None = None
) -> tuple[str | None, date | None]:
    """Give the phrase of a sentence that says when, and its day if one follows; both None where there is none.

    A deadline ("by", "until") goes before another day; of two alike the later-said counts, so that "from 14 to 28 August"
    ends on the 28th. A day named only to be replaced does not count; one that is the reason behind the date counts where
    no other stands, and the earliest day that may be is not due. `before` is the sentence before: "the 4th" after "18
    September" is in September. `month_first` tells how slashed dates are written there, if anything does.
    """
    plain = level(text[:_LONGEST])
    if not HINT.search(plain):
        return None, None
    found = list(_phrases(plain, text, _Said(said_at.date(), before, month_first)))
    dated = [one for one in found if one.day and one.rank < _REPLACED]
    best = min(dated, key=lambda one: (one.rank, -one.start), default=None) or _longest(plain, found)
    return (_tidy(text[best.start : best.end]), best.day) if best else (None, None)


def _tidy(phrase: str) -> str:
    """Give a phrase without what stands around it: the sentence's full stop, but not that of "20.02."."""
    bare = phrase.strip(" ,:;-\t\n").removeprefix("is ")
    return bare[:-1] if bare.endswith(".") and bare[-2:-1].isalpha() else bare


def resolve_due(phrase: str, *, said_at: datetime, before: str = "", month_first: bool | None = None) -> date | None:
    """Give the day that a phrase means, None where no single day follows; the phrase is known to say when."""
    plain = level(phrase[:_LONGEST])
    if _IN_THE_MORNING.fullmatch(plain):
        return said_at.date() + timedelta(days=1)
    dated = [one for one in _phrases(plain, phrase, _Said(said_at.date(), before, month_first)) if one.day]
    best = min(dated, key=lambda one: (one.rank, -one.start), default=None)
    return best.day if best else None


def complete_due(
    text: str, marked: tuple[int, int], *, said_at: datetime, before: str = "", month_first: bool | None = None
) -> tuple[str | None, date | None]:
    """Give the phrase that marked words belong to, and its day: a reader that marks "April" of "10 April" means the tenth.

    Where the sentence's own deadline stands elsewhere, the marked words are resolved as they are; words that say nothing of
    a time are as good as unmarked.
    """
    phrase, day = find_due(text, said_at=said_at, before=before, month_first=month_first)
    place = text.find(phrase) if phrase else -1
    if phrase and place < marked[1] and marked[0] < place + len(phrase):
        return phrase, day
    words = text[slice(*marked)]
    if not TELLS_WHEN.search(level(words[:_LONGEST])):
        return (phrase, day) if day else (None, None)
    return words, resolve_due(words, said_at=said_at, before=before, month_first=month_first)


def _longest(plain: str, found: Sequence[_Found]) -> _Found | None:
    """Give the longest phrase from which no day follows."""
    undated = [_Found(*match.span(), None, _DAY) for pattern in WITHOUT_DAY for match in pattern.finditer(plain)]
    undated += [one for one in found if one.day is None and one.rank < _REPLACED]
    return max(undated, key=lambda one: (one.end - one.start, -one.start), default=None)


@dataclass(frozen=True, slots=True)
class _Said:
    """The day on which something is said, the sentence before it, and how slashed dates are written there."""

    day: date
    before: str
    month_first: bool | None


def _phrases(plain: str, text: str, said: _Said) -> Iterator[_Found]:
    """Yield every phrase that looks like a day, none inside another; recurrences cover their place."""
    taken: list[tuple[int, int]] = [match.span() for pattern in RECURRING for match in pattern.finditer(plain)]
    for name, pattern in DATED:
        for match in pattern.finditer(plain):
            if any(match.start() < other and match.end() > one for one, other in taken):
                continue
            found = _earliest(plain, match)
            if found is None and _is_no_date(name, match, text):
                yield _Found(*match.span(), _resolve(name, match, said), _UNLIKELY)
                continue
            found = found or _away(name, plain, match, said) or _plain(name, plain, match, said)
            taken.append((found.start, found.end))
            yield found


def _plain(name: str, plain: str, match: re.Match[str], said: _Said) -> _Found:
    """Give a day as its phrase names it."""
    return _Found(*match.span(), _resolve(name, match, said), _rank(name, plain, match))


def _earliest(plain: str, match: re.Match[str]) -> _Found | None:
    """Give the phrase of a day that is only the first one that may be, from which no day follows."""
    reach = max(0, match.start() - _REACH)
    lead = EARLIEST.search(plain[reach : match.end("lead")])
    tail = AT_EARLIEST.match(plain, match.end())
    if not (lead or tail):
        return None
    start = min(match.start(), reach + lead.start()) if lead else match.start()
    return _Found(start, tail.end() if tail else match.end(), None, _DAY)


def _away(name: str, plain: str, match: re.Match[str], said: _Said) -> _Found | None:
    """Give the phrase that counts from a day, with the day it leads to: "two weeks from tomorrow"."""
    reach = max(0, match.start() - _REACH)
    lead = AWAY.search(plain[reach : match.end("lead")])
    if lead is None or not _counts(lead, name):
        return None
    anchor = None if name in _SPANS and not match.groupdict().get("edge") else _day(name, match, said)
    day = _moved(lead, anchor) if anchor else None
    begin = lead.end("each") if lead["each"] else lead.end("rate") if lead["rate"] else lead.start()
    before = plain[max(0, reach + begin - _REACH) : reach + begin]
    rank = _REPLACED if _INSTEAD.search(before) else _BESIDE if _REASON.search(before) else _DAY
    return _Found(reach + begin, match.end(), day, rank)


def _counts(lead: re.Match[str], name: str) -> bool:
    """Tell if a count is held from a day, and is neither a rhythm, a rate ("twice a week from Monday") nor a span."""
    if lead["each"] or lead["rate"]:
        return False
    if lead["back"] and lead["the"]:
        return not (lead["n"] or lead["few"])
    return not (lead["from"] and lead["n"] in {"a", "an"}) or name in {"today", "tomorrow"}


def _moved(lead: re.Match[str], anchor: date) -> date | None:
    """Give the day that lies as far from another as is said; None where the count is not told."""
    if lead["few"]:
        return None
    try:
        return _on(anchor, _count(lead["n"] or "one") * (-1 if lead["back"] else 1), lead["unit"])
    except (ValueError, OverflowError):
        return None


def _is_no_date(name: str, match: re.Match[str], text: str) -> bool:
    """Tell if what looks like a day is another word ("may", "the second"), or only describes ("the Monday report")."""
    lead = match.group(0)[: _name_at(name, match) - match.start()].split()
    match name:
        case "the_nth":
            return bool(match["o"]) and match.group(0).startswith("the")
        case "today":
            return match.group(0).startswith("is")
        case "month" if not (match["edge"] or match["y"]):
            return not lead or lead[-1] in {"the", "for", "is", "at"}
        case "weekday" if match["wd2"] and not match["later"] and (not lead or lead[-1] in {"the", "for", "is"}):
            is_word = match["wd2"] in _WORDS and text[match.start("wd2")].islower()
            return is_word or not ENDING.match(text, match.end())
        case "named" if match["mn"] == "may":
            place = match.start("mn")
            return text[place].islower() and bool(re.match(r"\s{0,8}[a-z]", text[place + 3 :]))
        case _:
            return False


def _name_at(name: str, match: re.Match[str]) -> int:
    return match.start({"month": "mn", "weekday": "wd2"}[name]) if name in {"month", "weekday"} else match.start()


def _rank(name: str, plain: str, match: re.Match[str]) -> int:
    before = plain[max(0, match.start() - _REACH) : match.start()]
    if _INSTEAD.search(before):
        return _REPLACED
    if name == "today" or _REASON.search(before):
        return _BESIDE
    return _DEADLINE if _BINDING.match(match.group(0)) else _DAY


def _resolve(name: str, match: re.Match[str], said: _Said) -> date | None:
    day = _day(name, match, said)
    ends_there = match.group(0).startswith("before") and name in {"named", "the_nth", "dotted", "slashed", "iso"}
    return day - timedelta(days=1) if day and ends_there else day


def _day(name: str, match: re.Match[str], said: _Said) -> date | None:
    """Give the day that a pattern names, whatever leads to it."""
    parts = match.groupdict()
    try:
        if name == "the_nth" and (month := _month_named(said)):
            return month.replace(day=_day_of(parts))
        if name == "slashed":
            return _slashed(parts, said)
        return _RESOLVERS[name](parts, said.day)
    except (ValueError, OverflowError):
        return None


def _month_named(said: _Said) -> date | None:
    """Give the month of the day that the sentence before names, if it is still to come."""
    days = [
        _named(match.groupdict(), said.day)
        for name, pattern in DATED
        if name == "named"
        for match in pattern.finditer(level(said.before[:_LONGEST]))
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
    return _dated_day(MONTHS[str(parts["mn"])], _day_of(parts), _year(parts), said)


def _numeric(parts: Parts, said: date) -> date:
    return _dated_day(int(str(parts["m"])), int(str(parts["d"])), _year(parts), said)


def _slashed(parts: Parts, said: _Said) -> date | None:
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
    day = _dated_day(MONTHS[str(parts["mn"] or parts["mn2"])], _day_of(parts), _year(parts), said)
    return day + timedelta(days=_FRIDAY - day.weekday())


def _week_in_month(parts: Parts, said: date) -> date | None:
    return _nth_weekday(parts | {"wd": "friday"}, said)


def _edge(parts: Parts, first: date, last: date) -> date | None:
    edge = re.sub(r"\s+", " ", (parts.get("edge") or "").strip(" -")).removeprefix("the ")
    if edge in _LOOSE:
        return None
    return first if edge in _FIRST else last


def _month(parts: Parts, said: date) -> date | None:
    month = MONTHS[str(parts["mn"])]
    year = _year(parts) or said.year + (month < said.month)
    return _edge(parts, date(year, month, 1), last_of_month(year, month))


def _nth_weekday(parts: Parts, said: date) -> date | None:
    nth, weekday = NTH[str(parts["nth"])], WEEKDAYS[str(parts["wd"])]
    if not parts["mn"]:
        told = parts["which"] or parts["later"]
        return weekday_in_month(nth, weekday, months_on(said, _ahead(parts))) if told else None
    month, year = MONTHS[str(parts["mn"])], _year(parts)
    found = weekday_in_month(nth, weekday, date(year or said.year, month, 1))
    return found if year or found >= said else weekday_in_month(nth, weekday, date(said.year + 1, month, 1))


def _span_of_months(parts: Parts, said: date, *, last_month: int, months: int) -> date | None:
    if parts.get("fiscal"):
        return None
    year = _year(parts) or said.year + (last_of_month(said.year, last_month) < said)
    return _edge(parts, date(year, last_month - months + 1, 1), last_of_month(year, last_month))


def _quarter(parts: Parts, said: date) -> date | None:
    quarter = int(str(parts["q"])) if parts.get("q") else ORDINALS[str(parts["qo"])]
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
    if parts["which"] in {"the", "of the", "des", "du", "del"} and not (parts.get("edge") or parts.get("later")):
        return None
    first = months_on(said, _ahead(parts))
    return _edge(parts, first, last_of_month(first.year, first.month))


def _this_quarter(parts: Parts, said: date) -> date | None:
    if parts["which"] in {"the", "of the"} and not (parts.get("edge") or parts.get("later")):
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
    in_this_week = said.weekday() + ahead < _WEEK
    if in_this_week and (parts.get("later") or (parts.get("wd") and parts["which"] == "next")):
        ahead += _WEEK
    return said + timedelta(days=ahead)


def _week_on(parts: Parts, said: date) -> date:
    return _weekday({"wd2": parts.get("wd") or parts.get("wd2")}, said) + timedelta(weeks=1)


def _in_time(parts: Parts, said: date) -> date | None:
    count, unit = _count(str(parts["n"])), str(parts["unit"])
    if unit.startswith(_WORKING) and count <= _RESPONSE_DAYS:
        return None
    return _on(said, count, unit)


def _count(word: str) -> int:
    return int(word) if word.isdigit() else NUMBERS[word]


def _on(said: date, count: int, unit: str) -> date:
    """Give the day that many days, weeks or months on."""
    if unit.startswith(_WORKING):
        return after_working_days(said, count)
    if unit.startswith("mo") or unit in {"meses", "mes"}:
        first = months_on(said, count)
        return first.replace(day=min(said.day, last_of_month(first.year, first.month).day))
    if unit.startswith("fortnight"):
        return said + timedelta(weeks=2 * count)
    days = 7 if unit.startswith(("w", "sem")) else 1
    return said + timedelta(days=days * count)


def _holiday(parts: Parts, said: date) -> date:
    """Give the next such holiday; only those that stand on one day wherever people keep them."""
    match parts["holiday"]:
        case "christmas":
            return next_month_day(12, 25, said=said)
        case "new year's eve":
            return next_month_day(12, 31, said=said)
        case _:
            labour_day = weekday_in_month(1, 0, date(said.year, 9, 1))
            return labour_day if labour_day >= said else weekday_in_month(1, 0, date(said.year + 1, 9, 1))


def _near_holiday(parts: Parts, said: date) -> date:
    holiday = _holiday(parts, said)
    return holiday - timedelta(days=(holiday.weekday() - WEEKDAYS[str(parts["wd"])]) % _WEEK or _WEEK)


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
