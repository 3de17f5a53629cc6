"""When: the phrase that says it and, where one day follows from it, the day, against the moment it was said.

Triggers, durations, response times and recurrences have a phrase but no day; fiscal years have none either, since nothing
tells when they begin.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from atlas_sync.extraction.days import WEEKDAYS, level, one_spaced
from atlas_sync.extraction.named_days import LONGEST, Said, count_of, day_named, on
from atlas_sync.extraction.past import is_past
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
from atlas_sync.extraction.triggers import (
    counts_things,
    is_number_of_part,
    is_rate,
    is_repeated,
    is_triggered,
    names_books,
)

__all__ = ["complete_due", "find_due", "resolve_due"]

_INSTEAD = re.compile(
    r"(?:\bnot|\binstead of|\brather than|\bno longer|\bpreviously|\bwas|\bwere|\bnicht|\bkeep|\bafter|\bin place of|\bmoved? from|\bslips? from|\bother than|\bsince|\bended)\s{1,8}(?:the\s{1,8}|on\s{1,8}|by\s{1,8})?$"
)
_FORGOTTEN = re.compile(r"(?:^|[.,;:–] )(?:please |so |and )?(?:forget|scrap|never mind)\b[^,;:–.]{0,80}$")
_REASON = re.compile(
    r"(?:\bso (?:that|there|you|your|they)\b|\bstill before|\bbecause|\bahead of|\bbefore (?:your|the|their|we)|\bin time for|\bto be ready for|\bin case)[^.;]{0,60}$"
)
_CONDITION = re.compile(
    r"\b(?:(?:as|so) long as|provided(?: that)?|providing|on condition that|assuming|once|if|sofern|wenn|falls|sobald|si|siempre que) "
    r"(?:we (?:have|get|receive)|you(?! (?:want|like|wish|prefer))(?:r \w{1,20})?|the \w{1,20} (?:is|are)|sie|ihr|wir|vous|nous|nos|ustedes|usted)\b"
    r"(?:(?! (?:we|i|our)\b)[^,;:.!?]){0,60}$"
)
"""What makes of a day the customer's, on which a promise depends: "as long as we have it by 3 May"."""
_OF_PERIOD = re.compile(r"\s(?:week|month|quarter|half|year)\b")
_NO_TIME = re.compile(r"(?:day|week|month|quarter|year)s?|\d{1,5}\s?(?:gsm|mm|cm|km|kg|[kmgt]b|kwh?|px|dpi)")
_BINDING = re.compile(
    r"(?:by|until|til|till|no later than|not later than|latest|bis|d'ici|avant|hasta|antes|ate|through|to)\b"
)
_BEFORE = re.compile(r"(?:before|vor|avant|antes)\b(?! (?:the )?(?:eod|cob|end of|close of)\b)")
_BEFORE_THINGS = frozenset({"the", "for", "is"})
_WORDS = frozenset({"sun", "sat", "segunda"})
_ANY_SUCH = re.compile(
    r"\b(?:(?:an?|any|some) (?:given |normal |single )?(?:mon|tue|wed|thu|fri|sat|sun)\w{0,6}|(?:einem|einen|un|uma?) [\w-]{3,13})$"
)
"""What makes of a weekday one of many: "one of them on a Saturday"; before a Portuguese name, "a" is the article."""
_NEVER = re.compile(r"\b(?:never|nie|niemals|jamais|nunca) $")
_IN_THE_MORNING = re.compile(r"\W{0,8}(?:first thing |early )?in the morning\W{0,8}")
_SPANS = frozenset({"quarter", "half", "week", "month", "this_week", "this_month", "this_quarter", "week_in_month"})
_PERIODS = frozenset({"eom", "this_quarter", "this_year"})
_NAMED_BY = {"month": "mn", "weekday": "wd2", "holiday": "holiday"}
_DATES = frozenset({"named", "the_nth", "weekday_nth", "dotted", "slashed", "iso", "hyphens"})
_OVER = _DATES | {"weekday"}
_OPENS = re.compile(r"\s{0,8}\(\s{0,8}")
_CLOSES = re.compile(r"\s{0,8}(?:\)|(?=[,;]|at the latest))")
_BESIDE_DATE = re.compile(r",?\s{0,8}(?:\(|[-–]\s{0,8})?")
_CLOSES_WEEKDAY = re.compile(r"\.?\s{0,8}\)")
_REACH = 80


@dataclass(frozen=True, slots=True)
class _Found:
    """A phrase with its place; `rank` is lower the more it reads like a deadline, `name` that of its pattern."""

    start: int
    end: int
    day: date | None
    rank: int
    name: str = ""


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
    phrase, day = _due_in(one_spaced(text), Said(said_at.date(), before, month_first))
    return _as_written(phrase, text), day


def _due_in(text: str, said: Said) -> tuple[str | None, date | None]:
    """Give the phrase of a sentence with one space between words that says when, and its day."""
    plain = level(text[:LONGEST])
    if not HINT.search(plain):
        return None, None
    found = _together(plain, list(_phrases(plain, text, said)))
    dated = [one for one in found if one.day and one.rank < _REPLACED]
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
    found = _together(plain, list(_phrases(plain, phrase, Said(said_at.date(), before, month_first))))
    dated = [one for one in found if one.day]
    best = min(dated, key=lambda one: (one.rank, -one.start), default=None)
    return best.day if best else None


def complete_due(
    text: str, marked: tuple[int, int], *, said_at: datetime, before: str = "", month_first: bool | None = None
) -> tuple[str | None, date | None]:
    """Give the phrase that marked words belong to, and its day: a reader that marks "April" of "10 April" means the tenth.

    Where the sentence's own deadline stands elsewhere, the marked words are resolved as they are; words that say nothing of
    a time are as good as unmarked, and so is a count of things. A day of the customer's that is the condition is not due.
    """
    spaced = one_spaced(text)
    start, end = (len(one_spaced(text[:place])) for place in marked)
    words, day = _completed(spaced, (start, end), said_at=said_at, before=before, month_first=month_first)
    start = spaced.find(words) if words and not day else -1
    is_count = start >= 0 and counts_things(level(spaced[:LONGEST]), start, start + len(words or ""))
    is_theirs = bool(words and day) and _CONDITION.search(level(spaced[: spaced.find(words or "")])) is not None
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
    if _FORGOTTEN.search(level(text[: marked[0]])) or _is_over(text, marked, said):
        return phrase, day
    if not TELLS_WHEN.search(level(words[:LONGEST])) or _NO_TIME.fullmatch(level(words.strip())):
        return (phrase, day) if day else (None, None)
    if _is_begun_anew(text, marked):
        return words, None
    named = resolve_due(words, said_at=said_at, before=before, month_first=month_first)
    return (phrase, day) if named and _CONDITION.search(level(text[: marked[0]])) else (words, named)


def _is_over(text: str, marked: tuple[int, int], said: Said) -> bool:
    """Tell if marked words name a day on which something was asked or agreed."""
    plain = level(text[:LONGEST])
    return any(
        one.rank == _REPLACED and one.name in _OVER and one.start < marked[1] and marked[0] < one.end
        for one in _phrases(plain, text, said)
    )


def _is_begun_anew(text: str, marked: tuple[int, int]) -> bool:
    """Tell if marked words hold a span that other words of the sentence start, a day of every month, or no day at all.

    "In the first" of "in the first week of a month" is no day either.
    """
    plain = level(text[:LONGEST])
    found = ((name, match) for name, form in DATED for match in form.finditer(plain, *marked))
    return any(
        _is_without_day(name, plain, match)
        or _is_none(name, plain, match, text)
        or (name == "the_nth" and _OF_PERIOD.match(plain, match.end()))
        for name, match in found
    )


def _longest(plain: str, found: Sequence[_Found]) -> _Found | None:
    """Give the longest phrase from which no day follows."""
    undated = [_Found(*match.span(), None, _DAY) for pattern in WITHOUT_DAY for match in pattern.finditer(plain)]
    undated = [one for one in undated if not _FORGOTTEN.search(plain[: one.start])]
    undated += [one for one in found if one.day is None and one.rank < _REPLACED]
    return max(undated, key=lambda one: (one.end - one.start, -one.start), default=None)


def _together(plain: str, found: Sequence[_Found]) -> list[_Found]:
    """Take a date and what stands beside it for one phrase, whose day is the date: "by Friday (13 March)", "13 March (Fri)"."""
    dates = {one.start: one for one in found if one.name in _DATES and one.day}
    joined: list[_Found] = []
    for one in _with_weekdays(plain, found):
        opens = _OPENS.match(plain, one.end) if one.name and one.name not in _DATES else None
        date = dates.get(opens.end()) if opens else None
        closes = _CLOSES.match(plain, date.end) if date else None
        joined.append(replace(one, end=closes.end(), day=date.day) if date and closes else one)
    return joined


def _with_weekdays(plain: str, found: Sequence[_Found]) -> list[_Found]:
    """Give dates with the weekday behind them: one in brackets, or that of the date itself, "on 14 May, a Thursday"."""
    behind = [
        (one, other) for one in found for other in found if other.name == "weekday" and one.name in _DATES and one.day
    ]
    ends = {one: end for one, other in behind if (end := _weekday_end(plain, one, other))}
    covered = {other for one, other in behind if one in ends and one.end <= other.start < ends[one]}
    return [replace(one, end=ends.get(one, one.end)) for one in found if one not in covered]


def _weekday_end(plain: str, date: _Found, weekday: _Found) -> int | None:
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
    days = {date.day.weekday(), (date.day + timedelta(days=1)).weekday() if _BEFORE.match(plain, date.start) else -1}
    return weekday.end if WEEKDAYS[name] in days else None


def _phrases(plain: str, text: str, said: Said) -> Iterator[_Found]:
    """Yield every phrase that looks like a day, none inside another; recurrences cover their place."""
    taken: list[tuple[int, int]] = [match.span() for pattern in RECURRING for match in pattern.finditer(plain)]
    for name, pattern in DATED:
        for match in pattern.finditer(plain):
            if any(match.start() < other and match.end() > one for one, other in taken):
                continue
            if _is_hour(name, match, said) or _is_none(name, plain, match, text):
                continue
            found = _earliest(plain, match)
            if found is None and _is_no_date(name, match, text):
                taken += [match.span()] if name == "holiday" else []
                yield _Found(*match.span(), _resolve(name, plain, match, said), _UNLIKELY)
                continue
            found = found or _away(name, plain, match, said) or _plain(name, plain, match, said)
            taken.append((found.start, found.end))
            yield found


def _plain(name: str, plain: str, match: re.Match[str], said: Said) -> _Found:
    """Give a day as its phrase names it."""
    day = _resolve(name, plain, match, said)
    is_over = day is not None and is_past(name, plain, match, day=day, said=said.day)
    return _Found(*match.span(), day, _REPLACED if is_over else _rank(name, plain, match), name)


def _earliest(plain: str, match: re.Match[str]) -> _Found | None:
    """Give the phrase of a day that is only the first one that may be, from which no day follows."""
    reach = max(0, match.start() - _REACH)
    lead = EARLIEST.search(plain[reach : match.end("lead")])
    tail = AT_EARLIEST.match(plain, match.end())
    if not (lead or tail):
        return None
    start = min(match.start(), reach + lead.start()) if lead else match.start()
    return _Found(start, tail.end() if tail else match.end(), None, _DAY)


def _away(name: str, plain: str, match: re.Match[str], said: Said) -> _Found | None:
    """Give the phrase that counts from a day, with the day it leads to: "two weeks from tomorrow"."""
    reach = max(0, match.start() - _REACH)
    lead = AWAY.search(plain[reach : match.end("lead")])
    if lead is None or not _counts(lead, name):
        return None
    anchor = None if name in _SPANS and not match.groupdict().get("edge") else day_named(name, match, said)
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
        return on(anchor, count_of(lead["n"] or "one") * (-1 if lead["back"] else 1), lead["unit"])
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
            said = lead[:1] if match["whole"] else lead[-1:]
            return not said or said[0] in {"the", "for", "is", "at", "month", "monat", "mois", "mes"}
        case "holiday" | "weekday" if _has_bare_name(name, match) and (not lead or lead[-1] in _BEFORE_THINGS):
            is_word = match[_NAMED_BY[name]] in _WORDS and text[_name_at(name, match)].islower()
            return is_word or not ENDING.match(text, match.end())
        case "named" if match["mn"] == "may":
            place = match.start("mn")
            return text[place].islower() and bool(re.match(r"\s{0,8}[a-z]", text[place + 3 :]))
        case _:
            return False


def _is_hour(name: str, match: re.Match[str], said: Said) -> bool:
    """Tell if figures behind a weekday are no day of that name: "Friday 12" may be noon, "Friday 10.30." half past ten."""
    if name == "weekday_nth":
        return bool(match["d2"]) and day_named(name, match, said) is None
    if not match.groupdict().get("beside"):
        return False
    day = day_named(name, match, said)
    has_minutes = name == "dotted" and not match["y"] and re.search(r"\.[1-9]\d\.?$|\.\d$", match.group(0))
    return day is None or bool(has_minutes and day.weekday() != WEEKDAYS[match["beside"]])


def _is_none(name: str, plain: str, match: re.Match[str], text: str) -> bool:
    """Tell if what looks like a day is none at all: the number of a part, or the name Marco, which is no "março"."""
    if name == "dotted":
        return not match["beside"] and is_number_of_part(plain, match)
    return match.groupdict().get("mn") == "marco" and text[slice(*match.span("mn"))].lower() != "março"


def _has_bare_name(name: str, match: re.Match[str]) -> bool:
    return bool(match[_NAMED_BY[name]]) and not match.groupdict().get("later")


def _name_at(name: str, match: re.Match[str]) -> int:
    return match.start(_NAMED_BY[name]) if name in _NAMED_BY else match.start()


def _rank(name: str, plain: str, match: re.Match[str]) -> int:
    before = plain[max(0, match.start() - _REACH) : match.start()]
    if _INSTEAD.search(before) or _FORGOTTEN.search(before):
        return _REPLACED
    if name == "today" or _REASON.search(before) or _CONDITION.search(before):
        return _BESIDE
    return _DEADLINE if _BINDING.match(match.group(0)) else _DAY


def _resolve(name: str, plain: str, match: re.Match[str], said: Said) -> date | None:
    if _is_without_day(name, plain, match):
        return None
    day = day_named(name, match, said)
    ends_there = _BEFORE.match(match.group(0)) is not None and name in _DATES
    return day - timedelta(days=1) if day and ends_there else day


def _is_without_day(name: str, plain: str, match: re.Match[str]) -> bool:
    """Tell if no day follows: a span or the number of a day begins anew each time, the end of a period is of their books."""
    if name == "in_time":
        return is_triggered(plain, match) or is_rate(plain, match)
    if name == "weekday":
        return _is_any_such(plain, match)
    return (name == "the_nth" and is_repeated(plain, match)) or (name in _PERIODS and names_books(plain, match))


def _is_any_such(plain: str, match: re.Match[str]) -> bool:
    """Tell if a weekday is any of its name, or one on which a thing is never done."""
    if not match["wd2"] or match.groupdict().get("later"):
        return False
    name_ends = match.end("wd2")
    before = plain[max(0, match.start() - _REACH) : match.start()]
    return bool(_ANY_SUCH.search(plain, max(0, name_ends - _REACH), name_ends) or _NEVER.search(before))
