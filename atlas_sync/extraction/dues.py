"""When: the phrase that says it and, where one day follows from it, the day, against the moment it was said.

Triggers, durations, response times and recurrences have a phrase but no day; fiscal years have none either, since nothing
tells when they begin.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from atlas_sync.extraction.dated import (
    BEFORE,
    CONDITION,
    DATES,
    DAY,
    FORGOTTEN,
    PERIODS,
    REPLACED,
    Found,
    dated_in,
    is_none,
    is_without_day,
)
from atlas_sync.extraction.days import WEEKDAYS, level, one_spaced
from atlas_sync.extraction.named_days import LONGEST, Said
from atlas_sync.extraction.phrases import DATED, HINT, TELLS_WHEN, WITHOUT_DAY
from atlas_sync.extraction.triggers import belongs_to_noun, counts_things, numbers_product

__all__ = ["complete_due", "find_due", "resolve_due"]

_OF_PERIOD = re.compile(r"\s(?:week|month|quarter|half|year)\b")
_NO_TIME = re.compile(r"(?:day|week|month|quarter|year)s?|\d{1,5}\s?(?:gsm|mm|cm|km|kg|[kmgt]b|kwh?|px|dpi)")
_LASTS = re.compile(r"(?:until|till?|through|jusqu)\b")
"""What lasts to a day is ours, whatever it waits for: "once you are live until 30 June"."""
_IN_THE_MORNING = re.compile(r"\W{0,8}(?:first thing |early )?in the morning\W{0,8}")
_OVER = DATES | {"weekday"}
_OPENS = re.compile(r"\s{0,8}\(\s{0,8}")
_CLOSES = re.compile(r"\s{0,8}(?:\)|(?=[,;]|at the latest))")
_BESIDE_DATE = re.compile(r",?\s{0,8}(?:\(|[-–]\s{0,8})?")
_CLOSES_WEEKDAY = re.compile(r"\.?\s{0,8}\)")


def find_due(
    text: str, *, said_at: datetime, before: str = "", month_first: bool | None = None
) -> tuple[str | None, date | None]:
    """Give the phrase of a sentence that says when, and its day if one follows; both None where there is none.

    A deadline ("by", "until") goes before another day; of two alike the later-said counts, so that "from 14 to 28 August"
    ends on the 28th. A day named only to be replaced does not count; one that is the reason behind the date counts where
    no other stands, and the earliest day that may be is not due. `before` is the sentence before: "the 4th" after "18
    September" is in September. `month_first` tells how slashed dates are written there, if anything does.
    """
    phrase, day = _due_in(one_spaced(text), Said(said_at.date(), before, month_first))
    return _as_written(phrase, text), day


def _due_in(text: str, said: Said) -> tuple[str | None, date | None]:
    """Give the phrase of a sentence with one space between words that says when, and its day."""
    plain = level(text[:LONGEST])
    if not HINT.search(plain):
        return None, None
    found = _together(plain, list(dated_in(plain, text, said)))
    dated = [one for one in found if one.day and one.rank < REPLACED]
    best = min(dated, key=lambda one: (one.rank, -one.start), default=None) or _longest(plain, found)
    return (_tidy(text[best.start : best.end]), best.day) if best else (None, None)


def _as_written(words: str | None, text: str) -> str | None:
    """Give words as they stand in a text that may break them by more than one space."""
    if not words or words in text:
        return words
    written = re.search(r"\s{1,8}".join(re.escape(word) for word in words.split(" ")), text)
    return written[0] if written else words


def _tidy(phrase: str) -> str:
    """Give a phrase without what stands around it: the sentence's full stop, but not that of "20.02."."""
    bare = phrase.strip(" ,:;-\t\n").removeprefix("is ")
    return bare[:-1] if bare.endswith(".") and bare[-2:-1].isalpha() else bare


def resolve_due(phrase: str, *, said_at: datetime, before: str = "", month_first: bool | None = None) -> date | None:
    """Give the day that a phrase means, None where no single day follows; the phrase is known to say when."""
    phrase = one_spaced(phrase)
    plain = level(phrase[:LONGEST])
    if _IN_THE_MORNING.fullmatch(plain):
        return said_at.date() + timedelta(days=1)
    found = _together(plain, list(dated_in(plain, phrase, Said(said_at.date(), before, month_first))))
    dated = [one for one in found if one.day]
    best = min(dated, key=lambda one: (one.rank, -one.start), default=None)
    return best.day if best else None


def complete_due(
    text: str, marked: tuple[int, int], *, said_at: datetime, before: str = "", month_first: bool | None = None
) -> tuple[str | None, date | None]:
    """Give the phrase that marked words belong to, and its day: a reader that marks "April" of "10 April" means the tenth.

    Where the sentence's own deadline stands elsewhere, the marked words are resolved as they are; words that say nothing of
    a time are as good as unmarked, and so is a count of things or the number of a product. A day of the customer's that is
    the condition is not due.
    """
    spaced = one_spaced(text)
    start, end = (len(one_spaced(text[:place])) for place in marked)
    words, day = _completed(spaced, (start, end), said_at=said_at, before=before, month_first=month_first)
    start = spaced.find(words) if words and not day else -1
    is_count = start >= 0 and counts_things(level(spaced[:LONGEST]), start, start + len(words or ""))
    is_theirs = (
        bool(words and day)
        and not _LASTS.match(level(words or ""))
        and CONDITION.search(level(spaced[: spaced.find(words or "")])) is not None
    )
    return (None, None) if is_count or is_theirs else (_as_written(words, text), day)


def _completed(
    text: str, marked: tuple[int, int], *, said_at: datetime, before: str, month_first: bool | None
) -> tuple[str | None, date | None]:
    """Give the phrase that marked words belong to, and its day."""
    said = Said(said_at.date(), before, month_first)
    phrase, day = _due_in(text, said)
    place = text.find(phrase) if phrase else -1
    if phrase and place < marked[1] and marked[0] < place + len(phrase):
        return phrase, day
    words = text[slice(*marked)]
    if FORGOTTEN.search(level(text[: marked[0]])) or _is_over(text, marked, said):
        return phrase, day
    plain = level(words[:LONGEST].strip())
    is_name = numbers_product(text, *marked, year=said_at.year) or _is_of_noun(text, marked)
    if is_name or not TELLS_WHEN.search(plain) or _NO_TIME.fullmatch(plain):
        return (phrase, day) if day else (None, None)
    if _is_begun_anew(text, marked):
        return words, None
    named = resolve_due(words, said_at=said_at, before=before, month_first=month_first)
    return (phrase, day) if named and CONDITION.search(level(text[: marked[0]])) else (words, named)


def _is_over(text: str, marked: tuple[int, int], said: Said) -> bool:
    """Tell if marked words name a day on which something was asked or agreed."""
    plain = level(text[:LONGEST])
    return any(
        one.rank == REPLACED and one.name in _OVER and one.start < marked[1] and marked[0] < one.end
        for one in dated_in(plain, text, said)
    )


def _is_of_noun(text: str, marked: tuple[int, int]) -> bool:
    """Tell if marked words hold the end of a period that only says which: "the quarter-end" accruals."""
    plain = level(text[:LONGEST])
    ends = (match for name, form in DATED if name in PERIODS for match in form.finditer(plain, *marked))
    return any(belongs_to_noun(plain, match) for match in ends)


def _is_begun_anew(text: str, marked: tuple[int, int]) -> bool:
    """Tell if marked words hold a span that other words of the sentence start, a day of every month, or no day at all.

    "In the first" of "in the first week of a month" is no day either.
    """
    plain = level(text[:LONGEST])
    found = ((name, match) for name, form in DATED for match in form.finditer(plain, *marked))
    return any(
        is_without_day(name, plain, match, text)
        or is_none(name, plain, match, text)
        or (name == "the_nth" and _OF_PERIOD.match(plain, match.end()))
        for name, match in found
    )


def _longest(plain: str, found: Sequence[Found]) -> Found | None:
    """Give the longest phrase from which no day follows."""
    undated = [Found(*match.span(), None, DAY) for pattern in WITHOUT_DAY for match in pattern.finditer(plain)]
    undated = [one for one in undated if not FORGOTTEN.search(plain[: one.start])]
    undated += [one for one in found if one.day is None and one.rank < REPLACED]
    return max(undated, key=lambda one: (one.end - one.start, -one.start), default=None)


def _together(plain: str, found: Sequence[Found]) -> list[Found]:
    """Take a date and what stands beside it for one phrase, whose day is the date: "by Friday (13 March)", "13 March (Fri)"."""
    dates = {one.start: one for one in found if one.name in DATES and one.day}
    joined: list[Found] = []
    for one in _with_weekdays(plain, found):
        opens = _OPENS.match(plain, one.end) if one.name and one.name not in DATES else None
        date = dates.get(opens.end()) if opens else None
        closes = _CLOSES.match(plain, date.end) if date else None
        joined.append(replace(one, end=closes.end(), day=date.day) if date and closes else one)
    return joined


def _with_weekdays(plain: str, found: Sequence[Found]) -> list[Found]:
    """Give dates with the weekday behind them: one in brackets, or that of the date itself, "on 14 May, a Thursday"."""
    behind = [
        (one, other) for one in found for other in found if other.name == "weekday" and one.name in DATES and one.day
    ]
    ends = {one: end for one, other in behind if (end := _weekday_end(plain, one, other))}
    covered = {other for one, other in behind if one in ends and one.end <= other.start < ends[one]}
    return [replace(one, end=ends.get(one, one.end)) for one in found if one not in covered]


def _weekday_end(plain: str, date: Found, weekday: Found) -> int | None:
    """Give where the weekday of a date ends, None where it is a day of its own: "on 14 May, Friday at the latest"."""
    between = plain[date.end : weekday.start]
    *article, name = plain[weekday.start : weekday.end].split()
    if (
        weekday.start < date.end
        or not _BESIDE_DATE.fullmatch(between)
        or article not in ([], ["a"])
        or name not in WEEKDAYS
        or not date.day
    ):
        return None
    closes = _CLOSES_WEEKDAY.match(plain, weekday.end)
    if "(" in between:
        return closes.end() if closes else None
    days = {date.day.weekday(), (date.day + timedelta(days=1)).weekday() if BEFORE.match(plain, date.start) else -1}
    return weekday.end if WEEKDAYS[name] in days else None
