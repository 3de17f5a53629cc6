"""Days, times, rhythms and numbers of short business texts, each with its quote, so that two texts can be held together.

Terse notes and the commonest words of other languages are read too. Every function is total and takes time linear in the
text: patterns have bounded repeats and texts are cut at `MAX_TEXT`.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import islice

from atlas_sync.canonical.normalize import month_comes_first
from atlas_sync.coverage.cues import MONTHS
from atlas_sync.coverage.numerals import ORDINALS, ORDINALS_OF
from atlas_sync.coverage.quantities import Counter
from atlas_sync.coverage.quantity import Quantity, with_totals
from atlas_sync.coverage.text import MAX_TEXT, Folded

__all__ = ["RHYTHMS", "DayMention", "Figures", "Mark", "day_mentions", "figures_of", "quantities"]

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_ORDINAL, _ORDINAL_OF = ("|".join(sorted(one, key=len, reverse=True)) for one in (ORDINALS, ORDINALS_OF))
_DAY_WORDS = ORDINALS | ORDINALS_OF
_YEAR = r"(?:,? ?(?P<y>20[0-9]{2})\b)?"
_DAYS = (
    re.compile(r"\b(?P<y>20[0-9]{2})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})\b"),
    re.compile(r"\b(?P<d>[0-9]{1,2})\.(?P<m>[0-9]{1,2})\.(?P<y>(?:20)?[0-9]{2}\b)?(?![0-9])"),
    re.compile(r"\b(?P<a>[0-9]{1,2})/(?P<b>[0-9]{1,2})(?:/(?P<y>(?:20)?[0-9]{2}))?(?![0-9/])(?<!24/7)"),
    re.compile(rf"\b(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th|er|\.)? (?:of |de )?(?P<n>{_MONTH})\b\.?{_YEAR}"),
    # "The first may be late" names no day.
    re.compile(rf"\b(?P<o>(?:{_ORDINAL_OF})(?= of)|{_ORDINAL}) (?:of |de )?(?P<n>{_MONTH})\b\.?{_YEAR}"),
    re.compile(rf"\b(?P<n>{_MONTH})\.? (?:the )?(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?\b{_YEAR}"),
)
_IN_MONTH = re.compile(
    rf"\b(?:in|im|en|by|before|during|within|mid|early|late|end of|ende|mitte|anfang|fin) (?P<n>{_MONTH})\b"
    r"(?:,? (?P<y>20[0-9]{2})\b)?(?! ?(?:[0-9]|and |or |to |und |oder |bis |et |-|–|/))"
)
_LEAP_YEAR, _YEAR_DAYS, _WEEKS = 2024, 365, 52
_REACH, _COUNTED = 24, 60
_NOT_BEFORE = re.compile(
    r"\b(?:(?:no|not|never) (?:\w{1,12} )?(?:(?:earlier|sooner) than|before|prior to)|nicht vor|fruehestens|pas avant|au plus tot|no antes de)"
    r" (?:the |on |am |dem |le |el |in )?$"
)
_AT_EARLIEST = re.compile(
    r",? (?:at the (?:very )?earliest|fruehestens|au plus tot)\b|"
    rf" ?(?:-|–|—|to\b|until\b|till\b|through\b|bis\b|au\b|al\b|tot\b) ?(?:the )?(?:[0-9]|(?:{_MONTH})\b)"
)
"""What makes a day the first that may be; what runs from a day to another is owed by the other."""

_HOURS = "one two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905 - a list to read
_HOUR_WORD = "|".join(_HOURS)
_AM_OR_PM = r"(?: ?(?P<p>[ap])\.?m\b)?"
_TIMES = (
    re.compile(rf"\b(?P<h>[01]?[0-9]|2[0-3]) ?[:h] ?(?P<m>[0-5][0-9])\b{_AM_OR_PM}"),
    re.compile(r"(?<!:)\b(?P<h>1[0-2]|[1-9])(?:\.(?P<m>[0-5][0-9]))? ?(?:(?P<p>[ap])m|uhr)\b"),
    re.compile(rf"\b(?P<half>half) (?:past )?(?P<w>{_HOUR_WORD})\b{_AM_OR_PM}"),
    re.compile(
        rf"\b(?:at|before|by) (?P<w>{_HOUR_WORD}|noon)\b(?! (?:\w{{2,12}}s|people|percent|more|of|or|to)\b){_AM_OR_PM}"
    ),
)
_NOON = 12
_WEEK = re.compile(
    r"\b(?:wk|week|kw|cw|semaine|semana|uke|uge|vecka) ?([0-9]{1,2})(?: ?(?:-|to|/|bis) ?([0-9]{1,2}))?\b"
)
_QUARTER = re.compile(r"\bq([1-4])\b|\b([1-4])q\b")
_UNTIL = re.compile(
    rf"\b(?:until|till|til|through|thru|bis|hasta|jusqu.{{1,4}}|tot|fino al?) (?:the )?(?:end of |ende |fin |eind )?"
    rf"(?:(?P<d>[0-9]{{1,2}})\.? )?(?:(?P<n>{_MONTH})\b\.? ?)?(?P<y>20[0-9]{{2}})?\b"
)
_WEEKDAY = "monday|tuesday|wednesday|thursday|friday|montag|dienstag|mittwoch|donnerstag|freitag|mon|tue|wed|thu|fri"
_EACH = "every|each|jede[nrs]?|alle|chaque|cada|elke|per|a|pro|ogni|hver|varje|kila|co"
RHYTHMS = tuple(
    (days, re.compile(rf"(?<![\w-])(?:{words})\b"))
    for days, words in (
        (1, rf"daily|taeglich|quotidien|diario|dagelijks|(?:{_EACH}) (?:day|tag|jour|dia|dag)|every morning"),
        (
            14,
            rf"fortnightly|(?:bi|two|2)-?(?:weekly|wekelijks|woechentlich)|zweiwoechentlich|semi-?monthly|every (?:other|second|2nd|two|2) (?:week|weeks|wks|{_WEEKDAY})",
        ),
        (
            7,
            rf"weekly|w'ly|woechentlich|hebdo\w{{0,8}}|semanal|wekelijks|settimanale|(?:{_EACH}) (?:week|wk|woche|semaine|uge|uke|vecka|tydzien|wiki)",
        ),
        (
            30,
            rf"monthly|m'ly|monatlich|mensuel\w{{0,2}}|mensual|maandelijks|mensile|(?:{_EACH}) (?:month|monat|mois|mes|maand|maaned|maned|manad|miesiac|mwezi)|of the month",
        ),
        (91, rf"quarterly|q'ly|vierteljaehrlich|trimestriel\w{{0,2}}|trimestral|(?:{_EACH}) (?:quarter|quartal)"),
        (182, r"half-?yearly|semi-?annual(?:ly)?|halbjaehrlich|semestriel\w{0,2}|halfjaarlijks|every (?:six|6) months"),
        (365, rf"annual(?:ly)?|yearly|jaehrlich|annuel\w{{0,2}}|anual|jaarlijks|(?:{_EACH}) (?:year|jahr|ano|jaar)"),
    )
)
_TIMES_SAID = {
    word: count
    for count, spellings in (
        (1, "once einmal een un une"),
        (2, "twice zweimal two twee zwei deux"),
        (3, "thrice dreimal three drie drei trois"),
        (4, "viermal four vier quatre"),
        (5, "five vijf fuenf cinq"),
        (6, "six zes sechs"),
    )
    for word in spellings.split()
}
_OFTEN = re.compile(
    r"\b(?:(once|twice|thrice|einmal|zweimal|dreimal|viermal)"
    rf"|([0-9]{{1,2}}|{'|'.join(_TIMES_SAID)}) ?(?:x|times|keer|fois|mal))[ -](?:in )?$"
)
_RATES = ("a ", "per ", "pro ")
"""What makes a rate behind a number, and no rhythm: 24 hours a day, EUR 40 per day."""
_ONE_OF = re.compile(
    r"\b(?:one|1|(?:an?|single) [\w-]{1,30}|(?:\w{1,12} )?times)(?: (?!(?:in|within|for|after|before|until|till|by|than|"
    r"over|under|about|and|or|but|is|are|was|to|only|half|takes?|lasts?|stays?)\b)[\w-]{1,30}){0,2}(?<! of) $"
)
_APART = re.compile(
    r"'s?\b| (?:early|late|later|earlier|sooner|ahead|before|after|ago|from|in advance|long|or (?:so|two))\b"
)
"""What "a week" needs before it, and must not have behind it, to be how often: one visit a week, and not a week early."""
_ON_WEEKDAY = re.compile(rf"\b(?:{_EACH.replace('|a|', '|')}) (?:{_WEEKDAY})\b")

_MOST = 60
"""Figures of a sort that are kept of a text, so that comparing two stays linear in their length."""


@dataclass(frozen=True, slots=True)
class DayMention:
    """A day as a text names it; `year` is None where the text leaves it out, `is_earliest` tells that nothing is due on it."""

    month: int
    day: int
    year: int | None
    shown: str
    is_earliest: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A time of day in minutes, a week, a quarter, an end, or a rhythm in times a year, with its words.

    A time is `of_day` where its words tell which half of the day it is in; else it is one of twelve hours.
    """

    value: int
    shown: str
    of_day: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything in a text that can be held against another text by its value.

    `numbers` are all, whatever they count; `bare` those of which nothing tells what they count, each as written. `months` are
    those in which something happens, on day 0.
    """

    quantities: tuple[Quantity, ...]
    numbers: frozenset[Decimal]
    bare: tuple[tuple[Decimal, str], ...]
    days: tuple[DayMention, ...]
    times: tuple[Mark, ...]
    weeks: tuple[Mark, ...]
    quarters: tuple[Mark, ...]
    rhythms: tuple[Mark, ...]
    ends: tuple[DayMention, ...]
    months: tuple[DayMention, ...]


@lru_cache(maxsize=4096)
def figures_of(text: str) -> Figures:
    """Read a text once; its last readings are remembered."""
    said = Folded(text[:MAX_TEXT])
    days = list(_find_days(said))
    times = list(_find_times(said))
    weeks = [
        (hit.span(), Mark(max(int(one) for one in hit.groups() if one), said.shown(*hit.span())))
        for hit in _WEEK.finditer(said.text)
    ]
    quarters = [
        (hit.span(), Mark(int(hit[1] or hit[2]), said.shown(*hit.span()))) for hit in _QUARTER.finditer(said.text)
    ]
    taken = [span for span, _one in (*days, *times, *weeks, *quarters)]
    counter = Counter(said, taken)
    quantities = with_totals(list(islice(counter.found(), _MOST)))
    return Figures(
        quantities=quantities,
        numbers=frozenset(counter.numbers),
        bare=tuple(counter.bare)[:_MOST],
        days=tuple(day for _span, day in days)[:_MOST],
        times=tuple(mark for _span, mark in times)[:_MOST],
        weeks=tuple(mark for _span, mark in weeks)[:_MOST],
        quarters=tuple(mark for _span, mark in quarters)[:_MOST],
        rhythms=tuple(islice(_find_rhythms(said, counter.rates), _MOST)),
        ends=tuple(islice(_find_ends(said), _MOST)),
        months=tuple(islice(_find_months(said), _MOST)),
    )


def day_mentions(text: str) -> list[DayMention]:
    """Find the days a text names, in order, without those that no calendar has."""
    return list(figures_of(text).days)


def quantities(text: str) -> list[Quantity]:
    """Find the numbers of a text that count something, in figures or words; days and times of day are left out.

    >>> [(str(one.value), one.units[0]) for one in quantities("every fifteen minutes, EUR 1,500 and 160 new scanners")]
    [('900', 'seconds'), ('1500', 'eur'), ('160', 'scanner')]
    """
    return list(figures_of(text).quantities)


def _find_days(said: Folded) -> Iterator[tuple[tuple[int, int], DayMention]]:
    taken_to, by_month = 0, month_comes_first(said.text)
    hits = sorted(
        (hit for pattern in _DAYS for hit in pattern.finditer(said.text)), key=lambda hit: (hit.start(), -hit.end())
    )
    for hit in hits:
        if hit.start() < taken_to:
            continue
        parts = hit.groupdict()
        year = int(parts["y"]) if parts.get("y") else None
        if parts.get("a"):
            month, day = _month_and_day(int(parts["a"]), int(parts["b"]), by_month=by_month)
        else:
            month = MONTHS[parts["n"]] if parts.get("n") else int(parts["m"])
            day = _DAY_WORDS[parts["o"]] if parts.get("o") else int(parts["d"])
        if year is not None and year < 100:  # noqa: PLR2004 - 12/19/25
            year += 2000
        try:
            date(year or _LEAP_YEAR, month, day)
        except ValueError:
            continue
        taken_to = hit.end()
        yield hit.span(), DayMention(month, day, year, said.shown(*hit.span()), _is_earliest(said.text, *hit.span()))


def _is_earliest(text: str, start: int, end: int) -> bool:
    """Tell if a text gives the day, or the month, at a place as the first that may be."""
    return bool(_NOT_BEFORE.search(text[max(0, start - _REACH) : start]) or _AT_EARLIEST.match(text, end))


def _month_and_day(first: int, second: int, *, by_month: bool | None) -> tuple[int, int]:
    """Read 12/19 and 19/12 alike; what could be either is read as the others of the text, else day first, as most write it."""
    return (first, second) if first <= 12 and (by_month or second > 12) else (second, first)  # noqa: PLR2004 - months


def _find_times(said: Folded) -> Iterator[tuple[tuple[int, int], Mark]]:
    for pattern in _TIMES:
        for hit in pattern.finditer(said.text):
            parts = hit.groupdict()
            minutes = 30 if parts.get("half") else int(parts.get("m") or 0)
            hour, of_day = _hour(parts)
            yield hit.span(), Mark(hour * 60 + minutes, said.shown(*hit.span()), of_day)


def _hour(parts: dict[str, str | None]) -> tuple[int, bool]:
    """Read an hour, and tell if it is of the day: "10 pm", "22:00" and "07:30" are, "half six" and "10:00" may be either."""
    word, written = parts.get("w"), parts.get("h") or ""
    hour = (_HOURS.index(word) + 1 if word in _HOURS else _NOON) if word else int(written)
    if (half := parts.get("p")) and hour <= _NOON:
        return hour % _NOON + (_NOON if half == "p" else 0), True
    of_day = word == "noon" or hour > _NOON or written.startswith("0")
    return (hour if of_day else hour % _NOON), of_day


def _find_rhythms(said: Folded, rates: Container[int]) -> Iterator[Mark]:
    for days, pattern in RHYTHMS:
        for hit in pattern.finditer(said.text):
            often = _OFTEN.search(said.text[max(0, hit.start() - _REACH) : hit.start()])
            start = hit.start() - len(often.group()) if often else hit.start()
            if often is None and hit.group().startswith(_RATES) and hit.start() in rates:
                continue
            if often is None and hit.group().startswith("a ") and not _is_often(said.text, *hit.span()):
                continue
            yield Mark(round(_YEAR_DAYS * _how_often(often) / days), said.shown(start, hit.end()))
    if named := _ON_WEEKDAY.search(said.text):
        yield Mark(_WEEKS, said.shown(*named.span()))


def _is_often(text: str, start: int, end: int) -> bool:
    """Tell if "a week" at a place is how often: "one visit a week"; "a week early", "half a day" and "mise a jour" are not."""
    return bool(_ONE_OF.search(text[max(0, start - _COUNTED) : start])) and not _APART.match(text, end)


def _how_often(often: re.Match[str] | None) -> int:
    """Tell how often something happens in a span: twice a day."""
    if often is None:
        return 1
    word = often[1] or often[2]
    return int(word) if word.isdigit() else _TIMES_SAID[word]


def _find_ends(said: Folded) -> Iterator[DayMention]:
    for hit in _UNTIL.finditer(said.text):
        day, month, year = int(hit["d"] or 0), hit["n"], hit["y"]
        if month or year:
            yield DayMention(MONTHS[month] if month else 0, day, int(year) if year else None, said.shown(*hit.span()))


def _find_months(said: Folded) -> Iterator[DayMention]:
    for hit in _IN_MONTH.finditer(said.text):
        year = int(hit["y"]) if hit["y"] else None
        yield DayMention(
            MONTHS[hit["n"]], 0, year, said.shown(*hit.span()), _is_earliest(said.text, hit.start("n"), hit.end())
        )
