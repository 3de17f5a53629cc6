"""Numbers, days, times and rhythms of short business texts, each with its quote, so that two texts can be held together.

Terse notes and the commonest words of other languages are read too. Every function is total and takes time linear in the
text: patterns have bounded repeats and texts are cut at `MAX_TEXT`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import Literal

from atlas_sync.canonical.normalize import fold
from atlas_sync.coverage.text import MAX_TEXT, STOP, stem

__all__ = ["DayMention", "Figures", "Mark", "Quantity", "day_mentions", "figures_of", "quantities"]

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar januari janvier enero gennaio janeiro",
            "feb february februar februari fevrier febrero febbraio fevereiro",
            "mar march maerz mrz maart mars marzo marco",
            "apr april avril abril aprile",
            "may mai mei mayo maggio maio",
            "jun june juni juin junio giugno junho",
            "jul july juli juillet julio luglio julho",
            "aug august augustus aout agosto",
            "sep sept september septembre septiembre settembre setembro",
            "oct october oktober okt octobre octubre ottobre outubro",
            "nov november novembre noviembre novembro",
            "dec december dezember dez decembre diciembre dicembre dezembro",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YEAR = r"(?:,? ?(?P<y>20[0-9]{2})\b)?"
_DAYS = (
    re.compile(r"\b(?P<y>20[0-9]{2})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})\b"),
    re.compile(r"\b(?P<d>[0-9]{1,2})\.(?P<m>[0-9]{1,2})\.(?P<y>(?:20)?[0-9]{2}\b)?(?![0-9])"),
    re.compile(r"\b(?P<a>[0-9]{1,2})/(?P<b>[0-9]{1,2})(?:/(?P<y>(?:20)?[0-9]{2}))?(?![0-9/])"),
    re.compile(rf"\b(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th|\.)? (?:of |de )?(?P<n>{_MONTH})\b\.?{_YEAR}"),
    re.compile(rf"\b(?P<n>{_MONTH})\.? (?:the )?(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?\b{_YEAR}"),
)
_LEAP_YEAR = 2024

_HOURS = "one two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905 - a list to read
_HOUR_WORD = "|".join(_HOURS)
_TIMES = (
    re.compile(r"\b(?P<h>[01]?[0-9]|2[0-3]) ?[:h] ?(?P<m>[0-5][0-9])\b"),
    re.compile(r"\b(?P<h>1[0-2]|[1-9])(?:\.(?P<m>[0-5][0-9]))? ?(?:am|pm|uhr)\b"),
    re.compile(rf"\b(?P<half>half) (?:past )?(?P<w>{_HOUR_WORD})\b"),
    re.compile(rf"\b(?:at|before|by) (?P<w>{_HOUR_WORD}|noon)\b(?! (?:\w{{2,12}}s|people|percent|more|of|or|to)\b)"),
)
_WEEK = re.compile(
    r"\b(?:wk|week|kw|cw|semaine|semana|uke|uge|vecka) ?([0-9]{1,2})(?: ?(?:-|to|/|bis) ?([0-9]{1,2}))?\b"
)
_QUARTER = re.compile(r"\bq([1-4])\b|\b([1-4])q\b")
_UNTIL = re.compile(
    rf"\b(?:until|till|til|through|thru|bis|hasta|jusqu.{{1,4}}|tot|fino al?) (?:the )?(?:end of |ende |fin |eind )?"
    rf"(?:(?P<d>[0-9]{{1,2}})\.? )?(?:(?P<n>{_MONTH})\b\.? ?)?(?P<y>20[0-9]{{2}})?\b"
)
_WEEKDAY = "monday|tuesday|wednesday|thursday|friday|montag|dienstag|mittwoch|donnerstag|freitag|mon|tue|wed|thu|fri"
_EACH = "every|each|jede[nrs]?|alle|chaque|cada|elke|per|a|pro|ogni|hver"
_RHYTHMS = tuple(
    (days, re.compile(rf"\b(?:{words})\b"))
    for days, words in (
        (1, rf"daily|taeglich|quotidien|diario|dagelijks|(?:{_EACH}) (?:day|tag|jour|dia|dag)|every morning"),
        (
            14,
            rf"fortnightly|biweekly|bi-weekly|every (?:other|second|2nd|two|2) (?:week|weeks|wks|{_WEEKDAY})|zweiwoechentlich",
        ),
        (
            7,
            rf"weekly|w'ly|woechentlich|hebdo\w{{0,8}}|semanal|wekelijks|settimanale|(?:{_EACH}) (?:week|wk|woche|semaine)",
        ),
        (
            30,
            rf"monthly|m'ly|monatlich|mensuel\w{{0,2}}|mensual|maandelijks|mensile|(?:{_EACH}) (?:month|monat|mois|mes|maand)|of the month",
        ),
        (91, rf"quarterly|q'ly|vierteljaehrlich|trimestriel\w{{0,2}}|trimestral|(?:{_EACH}) (?:quarter|quartal)"),
        (365, rf"annual(?:ly)?|yearly|jaehrlich|annuel\w{{0,2}}|anual|jaarlijks|(?:{_EACH}) (?:year|jahr|ano|jaar)"),
    )
)
_ON_WEEKDAY = re.compile(rf"\b(?:{_EACH}) (?:{_WEEKDAY})\b")

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
)
_NUMBER_WORDS = (
    {word: number for number, word in enumerate(f"{_SMALL} eighteen nineteen".split())}
    | {word: 10 * tens for tens, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}  # noqa: SIM905 - a list to read
    | {"dozen": 12, "hundred": 100, "thousand": 1000}
    | {
        word: number
        for number, word in enumerate(
            ["zwei", "drei", "vier", "fuenf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwoelf"], 2
        )
    }
    | {"deux": 2, "trois": 3, "quatre": 4, "dos": 2, "tres": 3, "cuatro": 4, "twee": 2, "drie": 3}
)
_TOKEN = re.compile(r"[0-9]{1,3}(?: [0-9]{3}){1,3}(?![0-9])|[0-9]{1,12}(?:[.,][0-9]{1,9}){0,4}|[a-z]+|[^\sa-z0-9]")
_CURRENCIES = {
    word: code
    for code, spellings in {
        "eur": "€ eur euro euros",
        "usd": "$ usd dollar dollars",
        "gbp": "£ gbp pound pounds",
        "chf": "chf franken francs",
        "zar": "zar r rand",
        "inr": "₹ inr rs rupees",
        "sek": "sek kr kronor",
        "nok": "nok",
        "dkk": "dkk",
        "pln": "pln zl zloty",
        "czk": "czk",
        "aud": "aud",
        "cad": "cad",
        "sgd": "sgd",
    }.items()
    for word in spellings.split()
}
_TIME_UNITS = {
    word: (group, Decimal(scale))
    for group, scale, spellings in (
        ("minutes", "0.0000167", "ms millisecond milliseconds"),
        ("minutes", "0.0166667", "sec secs second seconds sekunden secondes segundos"),
        ("minutes", "1", "min mins minute minutes minuten minutos minuti"),
        ("minutes", "60", "h hr hrs hour hours stunde stunden heures horas ore uur"),
        ("days", "1", "d wd day days tag tage tagen werktage jours dias giorni dagen dage"),
        ("days", "7", "wk wks week weeks woche wochen semaines semanas settimane weken uger"),
        ("months", "1", "mo mth mths month months monat monate monaten mois meses mesi maanden"),
        ("months", "12", "y yr yrs year years jahr jahre jahren ans annees anos anni jaar"),
    )
    for word in spellings.split()
}
_PEOPLE = frozenset("person persons people pax heads participants users user personen personas personnes".split())  # noqa: SIM905 - a list to read
_SHARES = frozenset(("%", "percent", "pct", "prozent", "procent"))
_SCALES = {
    "k": 1_000,
    "m": 1_000_000,
    "mio": 1_000_000,
    "mn": 1_000_000,
    "hundred": 100,
    "thousand": 1_000,
    "lakh": 100_000,
}
_SPAN_WORDS = frozenset("business working calendar full half clear consecutive new more".split())  # noqa: SIM905 - as above
_NO_UNIT = frozenset(("x", "st", "nd", "rd", "th", "am", "pm", "uhr", "phase", "o", "clock"))
_LABELS = frozenset(
    "line phase stage store round no nr number version chapter item wave level tier page step sprint room hall gate building "  # noqa: SIM905 - a list to read
    "floor unit lot gen type class clause section team shop site plant bay riba iso en din sla".split()
)
_PER = frozenset(("per", "/", "pro", "par", "por"))
_TIMES_SIGN = frozenset(("x", "×"))
_MOST_UNITS = 3
_MOST = 60
"""Figures of a sort that are kept of a text, so that comparing two stays linear in their length."""

Kind = Literal["money", "share", "time", "count"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and what it may count, the likeliest first; `per` is what it is counted by, `shown` is as written.

    Times are in the smallest unit of their group: minutes, days or months.
    """

    value: Decimal
    kind: Kind
    units: tuple[str, ...]
    shown: str
    per: str | None = None


@dataclass(frozen=True, slots=True)
class DayMention:
    """A day as a text names it; `year` is None where the text leaves it out."""

    month: int
    day: int
    year: int | None
    shown: str


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A time of day in minutes of twelve hours, a week, a quarter, an end, or a rhythm in days, with its words."""

    value: int
    shown: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything in a text that can be held against another text by its value; `numbers` are all, whatever they count."""

    quantities: tuple[Quantity, ...]
    numbers: frozenset[Decimal]
    days: tuple[DayMention, ...]
    times: tuple[Mark, ...]
    weeks: tuple[Mark, ...]
    quarters: tuple[Mark, ...]
    rhythms: tuple[Mark, ...]
    ends: tuple[DayMention, ...]


@lru_cache(maxsize=4096)
def figures_of(text: str) -> Figures:
    """Read a text once; its last readings are remembered."""
    said = _Folded(text[:MAX_TEXT])
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
    counter = _Counter(said, taken)
    quantities = tuple(islice(counter.found(), _MOST))
    return Figures(
        quantities=quantities,
        numbers=frozenset(counter.numbers),
        days=tuple(day for _span, day in days)[:_MOST],
        times=tuple(mark for _span, mark in times)[:_MOST],
        weeks=tuple(mark for _span, mark in weeks)[:_MOST],
        quarters=tuple(mark for _span, mark in quarters)[:_MOST],
        rhythms=tuple(islice(_find_rhythms(said), _MOST)),
        ends=tuple(islice(_find_ends(said), _MOST)),
    )


def day_mentions(text: str) -> list[DayMention]:
    """Find the days a text names, in order, without those that no calendar has."""
    return list(figures_of(text).days)


def quantities(text: str) -> list[Quantity]:
    """Find the numbers of a text that count something, in figures or words; days and times of day are left out.

    >>> [(str(one.value), one.units[0]) for one in quantities("every fifteen minutes, EUR 1,500 and 160 new scanners")]
    [('15', 'minutes'), ('1500', 'eur'), ('160', 'scanner')]
    """
    return list(figures_of(text).quantities)


class _Folded:
    """A folded text that knows where its characters came from, so that quotes are shown as written."""

    def __init__(self, raw: str) -> None:
        self._raw = raw
        self._starts: list[int] | None = None
        if raw.isascii():
            self.text = raw.lower()
            return
        pieces = [_fold_char(char) for char in raw]
        self.text = "".join(pieces)
        self._starts = [at for at, piece in enumerate(pieces) for _char in piece]

    def shown(self, start: int, end: int) -> str:
        """Give the words as written."""
        if self._starts is not None:
            start, end = self._starts[start], self._starts[end - 1] + 1
        return " ".join(self._raw[start:end].split()).strip(" .,;")


@lru_cache(maxsize=4096)
def _fold_char(char: str) -> str:
    return " " if char.isspace() else fold(char)


def _find_days(said: _Folded) -> Iterator[tuple[tuple[int, int], DayMention]]:
    taken_to = 0
    hits = sorted(
        (hit for pattern in _DAYS for hit in pattern.finditer(said.text)), key=lambda hit: (hit.start(), -hit.end())
    )
    for hit in hits:
        if hit.start() < taken_to:
            continue
        parts = hit.groupdict()
        year = int(parts["y"]) if parts.get("y") else None
        if parts.get("a"):
            month, day = _month_and_day(int(parts["a"]), int(parts["b"]))
        else:
            month, day = _MONTHS[parts["n"]] if parts.get("n") else int(parts["m"]), int(parts["d"])
        if year is not None and year < 100:  # noqa: PLR2004 - 12/19/25
            year += 2000
        try:
            date(year or _LEAP_YEAR, month, day)
        except ValueError:
            continue
        taken_to = hit.end()
        yield hit.span(), DayMention(month, day, year, said.shown(*hit.span()))


def _month_and_day(first: int, second: int) -> tuple[int, int]:
    """Read 12/19 and 19/12 alike; what could be either is read day first, as most of the world writes it."""
    return (first, second) if second > 12 >= first else (second, first)  # noqa: PLR2004 - months


def _find_times(said: _Folded) -> Iterator[tuple[tuple[int, int], Mark]]:
    for pattern in _TIMES:
        for hit in pattern.finditer(said.text):
            parts = hit.groupdict()
            word = parts.get("w")
            hour = (_HOURS.index(word) + 1 if word in _HOURS else 12) if word else int(parts["h"])
            minutes = 30 if parts.get("half") else int(parts.get("m") or 0)
            yield hit.span(), Mark((hour * 60 + minutes) % 720, said.shown(*hit.span()))


def _find_rhythms(said: _Folded) -> Iterator[Mark]:
    for days, pattern in _RHYTHMS:
        for hit in pattern.finditer(said.text):
            yield Mark(days, said.shown(*hit.span()))
    if named := _ON_WEEKDAY.search(said.text):
        yield Mark(7, said.shown(*named.span()))


def _find_ends(said: _Folded) -> Iterator[DayMention]:
    for hit in _UNTIL.finditer(said.text):
        day, month, year = int(hit["d"] or 0), hit["n"], hit["y"]
        if month or year:
            yield DayMention(_MONTHS[month] if month else 0, day, int(year) if year else None, said.shown(*hit.span()))


class _Counter:
    """Reads the quantities of a text, token by token."""

    def __init__(self, said: _Folded, taken: list[tuple[int, int]]) -> None:
        self._said = said
        inside = bytearray(len(said.text) + 1)
        for start, end in taken:
            inside[start:end] = b"\x01" * (end - start)
        self._hits = [hit for hit in _TOKEN.finditer(said.text) if not inside[hit.start()]]
        self._tokens = [hit.group() for hit in self._hits]
        self.numbers: set[Decimal] = set()

    def found(self) -> Iterator[Quantity]:
        at = 0
        while at < len(self._tokens):
            value, after = self._number(at)
            if value is None:
                at += 1
                continue
            self.numbers.add(value.normalize() + 0)
            if quantity := self._quantity(value, at, after):
                self.numbers.add(quantity.value)
                yield quantity
            at = after

    def _number(self, at: int) -> tuple[Decimal | None, int]:
        """Read a number that starts at a token, and tell where it ends."""
        token = self._tokens[at]
        if token[0].isdigit():
            if self._is_name(at):
                return None, at
            value = _figure(token)
        elif token in _NUMBER_WORDS:
            value = Decimal(_NUMBER_WORDS[token])
        else:
            return None, at
        at += 1
        if not token[0].isdigit() and value >= 20:  # noqa: PLR2004 - twenty-one to ninety-nine
            ones = at + 1 if self._token(at) == "-" else at
            if 0 < _NUMBER_WORDS.get(self._token(ones), 0) < 10:  # noqa: PLR2004 - as above
                value += _NUMBER_WORDS[self._token(ones)]
                at = ones + 1
        while self._token(at) in _SCALES and (len(self._token(at)) > 1 or self._touches(at)):
            value *= _SCALES[self._token(at)]
            at += 1
        return value, at

    def _token(self, at: int) -> str:
        return self._tokens[at] if 0 <= at < len(self._tokens) else ""

    def _touches(self, at: int) -> bool:
        """Tell if a token stands directly behind the one before."""
        return 0 < at < len(self._hits) and self._hits[at - 1].end() == self._hits[at].start()

    def _is_name(self, at: int) -> bool:
        """Tell if a figure is part of a name: P1, M365, CH-3, #8, line 2."""
        before = self._token(at - 1)
        if self._touches(at):
            if before.isalpha():
                return before not in _CURRENCIES and before not in _TIMES_SIGN
            return before == "#" or (before in "-/" and self._touches(at - 1) and self._token(at - 2).isalpha())
        return before in _LABELS and self._token(at + 1) not in _TIME_UNITS

    def _quantity(self, value: Decimal, start: int, after: int) -> Quantity | None:
        shown_from, shown_to, kind, units = start, after, "count", self._counted(after)
        scaled = after - start > 1
        before, following = self._token(start - 1), self._token(after)
        if before in _CURRENCIES or (following in _CURRENCIES and following != "r"):
            code = _CURRENCIES.get(before) or _CURRENCIES[following]
            kind, units = "money", [code, "amount"]
            shown_from, shown_to = (start - 1, after) if before in _CURRENCIES else (start, after + 1)
        elif following in _SHARES:
            kind, units, shown_to = "share", ["percent"], after + 1
        elif span := self._time(after):
            kind, units, shown_to = "time", [span[0]], span[2]
            value *= span[1]
        elif units and not (scaled and units[0] in STOP):
            shown_to = after + 1
            if scaled:
                units.append("amount")
        elif self._token(after) == ")" or before in _TIMES_SIGN:
            units = self._counted_before(start)
        elif scaled or (value >= 1000 and not self._token(start).isdigit()):  # noqa: PLR2004 - 48 000, 48k, but no year
            kind, units = "money", ["amount"]
        if not units:
            return None
        shown = self._said.shown(self._hits[shown_from].start(), self._hits[min(shown_to, len(self._hits)) - 1].end())
        return Quantity(value.normalize() + 0, _KINDS[kind], tuple(units), shown, self._per(shown_to))

    def _time(self, after: int) -> tuple[str, Decimal, int] | None:
        """Find a unit of time behind a number, past words such as "business" and a dash."""
        at = after
        while at < after + 3 and (self._token(at) in _SPAN_WORDS or self._token(at) in {"-", "(", ")"}):
            at += 1
        unit = _TIME_UNITS.get(self._token(at))
        if unit is None or (
            len(self._token(at)) == 1 and at == after and not self._touches(at) and self._token(at) != "h"
        ):
            return None
        return unit[0], unit[1], at + 1

    def _counted(self, after: int) -> list[str]:
        """Name what a number may count: the telling words behind it, to the next stop."""
        found: list[str] = []
        at = self._past_times_sign(after)
        for token in self._tokens[at : at + _MOST_UNITS + 2]:
            if token == "-":  # noqa: S105 - a dash
                continue
            if not token.isalpha() or token in STOP or token in _NUMBER_WORDS or len(found) == _MOST_UNITS:
                break
            if token not in _NO_UNIT and token not in _MONTHS and token not in _SPAN_WORDS:
                found.append("person" if token in _PEOPLE else stem(token))
        return found

    def _past_times_sign(self, at: int) -> int:
        return at + 1 if self._token(at) in _TIMES_SIGN else at

    def _counted_before(self, start: int) -> list[str]:
        found: list[str] = []
        for token in reversed(self._tokens[max(0, start - _MOST_UNITS - 2) : start]):
            if token in _TIMES_SIGN or token == "(":  # noqa: S105 - a bracket
                continue
            if not token.isalpha() or token in STOP or len(found) == _MOST_UNITS:
                break
            found.append(stem(token))
        return found

    def _per(self, at: int) -> str | None:
        token = self._token(at + 1)
        return stem(token) if self._token(at) in _PER and token.isalpha() else None


_KINDS: dict[str, Kind] = {"money": "money", "share": "share", "time": "time", "count": "count"}


def _figure(token: str) -> Decimal:
    """Read figures: the last separator is a decimal point unless three figures follow it or it stands twice."""
    whole, separator, rest = token.replace(" ", "").replace(",", ".").rpartition(".")
    thousands = len(rest) == 3 or "." in whole  # noqa: PLR2004 - groups of thousands
    return Decimal(f"{whole}{rest}".replace(".", "")) if thousands or not separator else Decimal(f"{whole}.{rest}")
