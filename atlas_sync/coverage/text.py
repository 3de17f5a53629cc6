"""Words, numbers and dates of short business texts, as comparing and explaining need them. No meaning is guessed here.

Every function is total and takes time linear in the text: patterns have bounded repeats and texts are cut at `MAX_TEXT`.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from atlas_sync.canonical.normalize import fold

__all__ = [
    "MAX_TEXT",
    "DayMention",
    "Quantity",
    "day_mentions",
    "grams",
    "quantities",
    "shorten",
    "show_day",
    "squash",
    "stem",
    "terms",
    "words",
]

MAX_TEXT = 20_000
"""Characters of a text that are looked at; what stands behind them does not take part in comparing."""

_WORD = re.compile(r"[^\W\d_]+|\d+")
_STOP = frozenset(
    "a about after again all also am an and any are as at be been before being but by can could did do does doing "  # noqa: SIM905 - a list to read
    "each for from get gets getting give gives go goes had has have he her here him his how i if in into is it its ll "
    "just let may me more most much my no not of off on once one only or other our ours out over own per put re s she "
    "should so some such t take than that the their them then there these they this those through to too until up us "
    "ve very via was we were what when where which while who will with within would yes you your yours d m "
    "der die das den dem des ein eine einen einem einer und oder mit fuer von vom zu zum zur im am bei auf aus ist sind "
    "wir sie ihr ihre ihren uns unser unsere wird werden nicht bis nach auch als".split()
)
_ENDINGS = ("ations", "ation", "ments", "ment", "ings", "ing", "ies", "ied", "ed", "es", "s", "ly", "e", "y")
_MIN_STEM = 3
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar",
            "feb february februar",
            "mar march maerz mrz",
            "apr april",
            "may mai",
            "jun june juni",
            "jul july juli",
            "aug august",
            "sep sept september",
            "oct october oktober okt",
            "nov november",
            "dec december dezember dez",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YEAR = r"(?:,? ?(?P<{}>20[0-9]{{2}})\b)?"
_DAYS = (
    re.compile(r"\b(?P<y>20[0-9]{2})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})\b"),
    re.compile(r"\b(?P<d>[0-9]{1,2})\.(?P<m>[0-9]{1,2})\.(?P<y>20[0-9]{2})?(?![0-9])"),
    re.compile(rf"\b(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th|\.)? (?:of )?(?P<n>{_MONTH})\b\.?{_YEAR.format('y')}"),
    re.compile(rf"\b(?P<n>{_MONTH})\.? (?:the )?(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?\b{_YEAR.format('y')}"),
)
_LEAP_YEAR = 2024
_SHORT_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
)
_NUMBER_WORDS = (
    {word: number for number, word in enumerate(f"{_SMALL} eighteen nineteen".split())}
    | {word: 10 * tens for tens, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}  # noqa: SIM905 - a list to read
    | {"dozen": 12, "hundred": 100, "thousand": 1000}
)
_TOKEN = re.compile(r"[0-9]{1,12}(?:[.,][0-9]{1,9}){0,4}|[a-z]+|[%€$£]")
_MARKS = {"%": "percent", "€": "eur", "$": "usd", "£": "gbp"}
_UNITS = {
    "percent": "percent pct prozent",
    "eur": "eur euro euros",
    "usd": "usd dollar dollars",
    "gbp": "gbp pound pounds",
    "millisecond": "ms millisecond milliseconds",
    "second": "sec secs second seconds sekunden",
    "minute": "min mins minute minutes minuten",
    "hour": "h hr hrs hour hours stunde stunden",
    "day": "d day days tag tage tagen",
    "week": "wk wks week weeks woche wochen",
    "month": "mo month months monat monate monaten",
    "year": "yr yrs year years jahr jahre jahren",
    "person": "person persons people pax heads participants users user",
}
_UNIT_OF = {word: unit for unit, spellings in _UNITS.items() for word in spellings.split()}
_SCALES = {"k": 1_000, "m": 1_000_000, "hundred": 100, "thousand": 1_000}
_NO_UNIT = frozenset({"x", "st", "nd", "rd", "th", "am", "pm", "uhr", "phase", "o", "clock"})


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and what it counts. `unit` is a stem or one of our unit names; `shown` is as written."""

    value: Decimal
    unit: str
    shown: str


@dataclass(frozen=True, slots=True)
class DayMention:
    """A day as a text names it; `year` is None where the text leaves it out."""

    month: int
    day: int
    year: int | None
    shown: str


def words(text: str) -> list[str]:
    """Give the words and numbers of a text, folded, in order.

    >>> words("Köhler's 160 scanners")
    ['koehler', 's', '160', 'scanners']
    """
    return _WORD.findall(fold(text[:MAX_TEXT]))


def stem(word: str) -> str:
    """Take one common ending off a word; short words stay as they are.

    >>> stem("migrations"), stem("trained"), stem("training"), stem("bus")
    ('migr', 'train', 'train', 'bus')
    """
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) > _MIN_STEM:
            return word.removesuffix(ending)
    return word


def terms(text: str) -> list[str]:
    """Give the stems of the words that say something, in order, repeats included."""
    return [stem(word) for word in words(text) if word not in _STOP]


def grams(text: str) -> Counter[str]:
    """Count the pieces of three to five letters of each telling word, its edges marked."""
    counted: Counter[str] = Counter()
    for word in words(text):
        if word in _STOP:
            continue
        padded = f"^{word[:40]}$"
        for size in (3, 4, 5):
            counted.update(padded[start : start + size] for start in range(len(padded) - size + 1))
    return counted


def day_mentions(text: str) -> list[DayMention]:
    """Find the days a text names, in order, without those that no calendar has."""
    return [mention for _start, _end, mention in _find_days(fold(text[:MAX_TEXT]))]


def _find_days(folded: str) -> list[tuple[int, int, DayMention]]:
    found: dict[int, tuple[int, int, DayMention]] = {}
    taken_to = 0
    hits = sorted(
        (hit for pattern in _DAYS for hit in pattern.finditer(folded)), key=lambda hit: (hit.start(), -hit.end())
    )
    for hit in hits:
        if hit.start() < taken_to:
            continue
        parts = hit.groupdict()
        month = _MONTHS[parts["n"]] if parts.get("n") else int(parts["m"])
        year = int(parts["y"]) if parts.get("y") else None
        try:
            date(year or _LEAP_YEAR, month, int(parts["d"]))
        except ValueError:
            continue
        taken_to = hit.end()
        found[hit.start()] = (
            hit.start(),
            hit.end(),
            DayMention(month, int(parts["d"]), year, hit.group().strip(" .,")),
        )
    return list(found.values())


def quantities(text: str) -> list[Quantity]:
    """Find the numbers of a text that count something, in figures or words; days are left out.

    >>> [(str(one.value), one.unit) for one in quantities("every fifteen minutes, EUR 1,500 and 160 new scanners")]
    [('15', 'minute'), ('1500', 'eur'), ('160', 'scanner')]
    """
    folded = fold(text[:MAX_TEXT])
    for start, end, _mention in reversed(_find_days(folded)):
        folded = f"{folded[:start]} | {folded[end:]}"
    tokens = _TOKEN.findall(folded)
    found: list[Quantity] = []
    at = 0
    while at < len(tokens):
        value, after = _number(tokens, at)
        if value is None:
            at += 1
            continue
        unit = _unit(tokens, at, after)
        if unit:
            found.append(Quantity(value, unit, " ".join(tokens[at : after + 1])))
        at = after
    return found


def _number(tokens: list[str], at: int) -> tuple[Decimal | None, int]:
    """Read a number that starts at a token, and tell where it ends."""
    token = tokens[at]
    if token[0].isdigit():
        value = _figure(token)
    elif token in _NUMBER_WORDS:
        value = Decimal(_NUMBER_WORDS[token])
    else:
        return None, at
    at += 1
    if at < len(tokens) and not token[0].isdigit() and value >= 20 and 0 < _NUMBER_WORDS.get(tokens[at], 0) < 10:  # noqa: PLR2004 - twenty-one to ninety-nine
        value += _NUMBER_WORDS[tokens[at]]
        at += 1
    while at < len(tokens) and tokens[at] in _SCALES:
        value *= _SCALES[tokens[at]]
        at += 1
    return value, at


def _figure(token: str) -> Decimal:
    """Read figures: the last separator is a decimal point unless three figures follow it or it stands twice."""
    whole, separator, rest = token.replace(",", ".").rpartition(".")
    thousands = len(rest) == 3 or "." in whole  # noqa: PLR2004 - groups of thousands
    return Decimal(f"{whole}{rest}".replace(".", "")) if thousands or not separator else Decimal(f"{whole}.{rest}")


def _unit(tokens: list[str], start: int, after: int) -> str | None:
    """Name what a number counts: a currency before it, a known unit within two words, or the next telling word."""
    before = _MARKS.get(tokens[start - 1]) or _UNIT_OF.get(tokens[start - 1]) if start else None
    if before in {"eur", "usd", "gbp"}:
        return before
    following = tokens[after : after + 2]
    for token in following:
        if unit := _MARKS.get(token) or _UNIT_OF.get(token):
            return unit
    telling = [
        token for token in following if token.isalpha() and token not in _STOP | _NO_UNIT and token not in _MONTHS
    ]
    return stem(telling[-1]) if telling and telling[-1] not in _NUMBER_WORDS else None


def squash(text: str) -> str:
    """Give the letters and figures of a text and nothing between them, for telling if one text holds another."""
    return "".join(words(text))


def shorten(text: str, limit: int) -> str:
    """Give a text on one line, cut at a word with an ellipsis where it is longer than `limit`; unprintable signs fall away.

    >>> shorten("The scanners are  live by August", 20)
    'The scanners are …'
    """
    cleaned = ("".join(char for char in word if char.isprintable()) for word in text.split())
    line = " ".join(word for word in cleaned if word)
    if len(line) <= limit:
        return line
    room = max(limit - 2, 0)
    head = line[:room] if line[room] == " " else line[:room].rpartition(" ")[0]
    return f"{head.rstrip(' ,;:-')} …" if head else f"{line[: limit - 1]}…"


def show_day(day: date) -> str:
    """Give a day as people write it, whatever the machine's language: 14 Aug 2026."""
    return f"{day.day} {_SHORT_MONTHS[day.month - 1]} {day.year}"
