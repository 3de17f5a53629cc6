"""Dated phrases: what in a sentence looks like a day, where it stands, and how much it reads like a deadline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from atlas_sync.extraction.days import WEEKDAYS
from atlas_sync.extraction.named_days import Said, count_of, day_named, on
from atlas_sync.extraction.past import is_past
from atlas_sync.extraction.phrases import AT_EARLIEST, AWAY, DATED, EARLIEST, ENDING, RECURRING
from atlas_sync.extraction.triggers import (
    belongs_to_noun,
    is_number_of_part,
    is_rate,
    is_repeated,
    is_triggered,
    leaves_time,
    names_books,
)

__all__ = [
    "BEFORE",
    "CONDITION",
    "DATES",
    "DAY",
    "FORGOTTEN",
    "PERIODS",
    "REPLACED",
    "Found",
    "dated_in",
    "is_none",
    "is_without_day",
]

_INSTEAD = re.compile(
    r"(?:\bnot|\binstead of|\brather than|\bno longer|\bpreviously|\bwas|\bwere|\bnicht|\bkeep|\bafter|\bin place of|\bmoved? from|\bslips? from|\bother than|\bsince|\bended)\s{1,8}(?:the\s{1,8}|on\s{1,8}|by\s{1,8})?$"
)
FORGOTTEN = re.compile(r"(?:^|[.,;:–] )(?:please |so |and )?(?:forget|scrap|never mind)\b[^,;:–.]{0,80}$")
_REASON = re.compile(
    r"(?:\bso (?:that|there|you|your|they)\b|\bstill before|\bbecause|\bahead of|\bbefore (?:your|the|their|we)|\bin time for|\bto be ready for|\bin case)[^.;]{0,60}$"
)
_GIVE = (
    r"(?:sen[dt]|g[ai]ven?|provided?|suppl(?:y|ied)|deliver(?:ed)?|confirm(?:ed)?|approved?|hand(?:ed)?|return(?:ed)?|sign(?:e\w*)?|"
    r"pa(?:y|id)|upload(?:ed)?|completed?|finish(?:ed)?|released?|(?:ge)?schick\w*|(?:ge)?liefer\w*|geben|gebt|ubergeb\w*|unterschr\w*|envoy\w*|"
    r"fourni\w*|envi\w*|entreg\w*|firm\w*)"
)
_GIVEN = (
    r"(?:data|lists?|files?|contracts?|orders?|payments?|deposits?|access|credentials|keys?|logos?|feedback|approvals?|sign-?off|names|"
    r"drawings|permits?|wiring|cabling|team|people|staff|it|colleagues)"
)
CONDITION = re.compile(
    r"\b(?:(?:(?:as|so) long as|provided(?: that)?|providing|on condition that|assuming|if|sofern|falls|siempre que) "
    r"(?:we (?:have|get|receive)|you(?! (?:want|like|wish|prefer))(?:r \w{1,20})?|the \w{1,20} (?:is|are)|sie|ihr|wir|vous|nous|nos|ustedes|usted)\b"
    r"|(?:once|sobald|wenn|si) (?:we (?:have|get|receive)|"
    rf"(?:you(?! (?:are|get|have been)\b)|sie|ihr|vous|ustedes|usted)\b(?:['’]ve)?(?: (?!(?:we|i|our)\b)[^\W\d_]{{1,20}}){{0,4}}? {_GIVE}\b|"
    rf"your (?:(?!(?:is|are|been)\b)[\w-]{{1,20}} ){{1,3}}?(?:arrives?|{_GIVE}s?)\b|"
    r"(?:the|your|all) (?:[\w-]{1,20} ){1,3}?(?:is|are|(?:has|have) been) (?:signed|approved|paid|confirmed)\b|"
    rf"(?:the|your|all) (?:[\w-]{{1,20}} ){{0,2}}?{_GIVEN} (?:is|are) (?:complete|ready|final|available|there|here|with us|in place|in)\b))"
    r"(?:(?! (?:we|i|our)\b)[^,;:.!?]){0,60}$"
)
"""What makes of a day the customer's, on which a promise depends: "as long as we have it by 3 May"."""
_BINDING = re.compile(
    r"(?:by|until|til|till|no later than|not later than|latest|bis|d'ici|avant|hasta|antes|ate|through|to)\b"
)
BEFORE = re.compile(r"(?:before|vor|avant|antes)\b(?! (?:the )?(?:eod|cob|end of|close of)\b)")
_BEFORE_THINGS = frozenset({"the", "for", "is"})
_WORDS = frozenset({"sun", "sat", "segunda"})
_ANY_SUCH = re.compile(
    r"\b(?:(?:an?|any|some) (?:given |normal |single )?(?:mon|tue|wed|thu|fri|sat|sun)\w{0,6}|(?:einem|einen|un|uma?) [\w-]{3,13})$"
)
"""What makes of a weekday one of many: "one of them on a Saturday"; before a Portuguese name, "a" is the article."""
_NEVER = re.compile(r"\b(?:never|nie|niemals|jamais|nunca) $")
_SPANS = frozenset({"quarter", "half", "week", "month", "this_week", "this_month", "this_quarter", "week_in_month"})
PERIODS = frozenset({"eom", "this_quarter", "this_year"})
_NAMED_BY = {"month": "mn", "weekday": "wd2", "holiday": "holiday"}
DATES = frozenset({"named", "the_nth", "weekday_nth", "dotted", "slashed", "iso", "hyphens"})
_REACH = 80


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase with its place; `rank` is lower the more it reads like a deadline, `name` that of its pattern."""

    start: int
    end: int
    day: date | None
    rank: int
    name: str = ""


_DEADLINE, DAY, _BESIDE, REPLACED, _UNLIKELY = range(5)


def dated_in(plain: str, text: str, said: Said) -> Iterator[Found]:
    """Yield every phrase that looks like a day, none inside another; recurrences cover their place."""
    taken: list[tuple[int, int]] = [match.span() for pattern in RECURRING for match in pattern.finditer(plain)]
    for name, pattern in DATED:
        for match in pattern.finditer(plain):
            if any(match.start() < other and match.end() > one for one, other in taken):
                continue
            if _is_hour(name, match, said) or is_none(name, plain, match, text):
                continue
            found = _earliest(plain, match)
            if found is None and _is_no_date(name, match, text):
                taken += [match.span()] if name == "holiday" else []
                yield Found(*match.span(), _resolve(name, plain, match, said, text=text), _UNLIKELY)
                continue
            found = found or _away(name, plain, match, said) or _plain(name, plain, match, said, text=text)
            taken.append((found.start, found.end))
            yield found


def _plain(name: str, plain: str, match: re.Match[str], said: Said, *, text: str) -> Found:
    """Give a day as its phrase names it."""
    day = _resolve(name, plain, match, said, text=text)
    is_over = day is not None and is_past(name, plain, match, day=day, said=said.day)
    return Found(*match.span(), day, REPLACED if is_over else _rank(name, plain, match), name)


def _earliest(plain: str, match: re.Match[str]) -> Found | None:
    """Give the phrase of a day that is only the first one that may be, from which no day follows."""
    reach = max(0, match.start() - _REACH)
    lead = EARLIEST.search(plain[reach : match.end("lead")])
    tail = AT_EARLIEST.match(plain, match.end())
    if not (lead or tail):
        return None
    start = min(match.start(), reach + lead.start()) if lead else match.start()
    return Found(start, tail.end() if tail else match.end(), None, DAY)


def _away(name: str, plain: str, match: re.Match[str], said: Said) -> Found | None:
    """Give the phrase that counts from a day, with the day it leads to: "two weeks from tomorrow"."""
    reach = max(0, match.start() - _REACH)
    lead = AWAY.search(plain[reach : match.end("lead")])
    if lead is None or not _counts(lead, name) or leaves_time(plain, match):
        return None
    anchor = None if name in _SPANS and not match.groupdict().get("edge") else day_named(name, match, said)
    day = _moved(lead, anchor) if anchor else None
    begin = lead.end("each") if lead["each"] else lead.end("rate") if lead["rate"] else lead.start()
    before = plain[max(0, reach + begin - _REACH) : reach + begin]
    rank = REPLACED if _INSTEAD.search(before) else _BESIDE if _REASON.search(before) else DAY
    return Found(reach + begin, match.end(), day, rank)


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


def is_none(name: str, plain: str, match: re.Match[str], text: str) -> bool:
    """Tell if what looks like a day is none at all: the number of a part, "year-end" forms, or Marco, which is no "março"."""
    if name == "dotted":
        return not match["beside"] and is_number_of_part(plain, match)
    if name in PERIODS:
        return belongs_to_noun(plain, match)
    return match.groupdict().get("mn") == "marco" and text[slice(*match.span("mn"))].lower() != "março"


def _has_bare_name(name: str, match: re.Match[str]) -> bool:
    return bool(match[_NAMED_BY[name]]) and not match.groupdict().get("later")


def _name_at(name: str, match: re.Match[str]) -> int:
    return match.start(_NAMED_BY[name]) if name in _NAMED_BY else match.start()


def _rank(name: str, plain: str, match: re.Match[str]) -> int:
    before = plain[max(0, match.start() - _REACH) : match.start()]
    if _INSTEAD.search(before) or FORGOTTEN.search(before):
        return REPLACED
    if name == "today" or _REASON.search(before) or CONDITION.search(before):
        return _BESIDE
    return _DEADLINE if _BINDING.match(match.group(0)) else DAY


def _resolve(name: str, plain: str, match: re.Match[str], said: Said, *, text: str) -> date | None:
    if is_without_day(name, plain, match, text):
        return None
    day = day_named(name, match, said)
    ends_there = BEFORE.match(match.group(0)) is not None and name in DATES
    return day - timedelta(days=1) if day and ends_there else day


def is_without_day(name: str, plain: str, match: re.Match[str], text: str) -> bool:
    """Tell if no day follows: a span or the number of a day begins anew each time, the end of a period is of their books.

    Nor is anything due on the day that ends the time which is left.
    """
    if leaves_time(plain, match):
        return True
    if name == "in_time":
        return is_triggered(plain, match, text) or is_rate(plain, match)
    if name == "weekday":
        return _is_any_such(plain, match)
    return (name == "the_nth" and is_repeated(plain, match)) or (name in PERIODS and names_books(plain, match))


def _is_any_such(plain: str, match: re.Match[str]) -> bool:
    """Tell if a weekday is any of its name, or one on which a thing is never done."""
    if not match["wd2"] or match.groupdict().get("later"):
        return False
    name_ends = match.end("wd2")
    before = plain[max(0, match.start() - _REACH) : match.start()]
    return bool(_ANY_SUCH.search(plain, max(0, name_ends - _REACH), name_ends) or _NEVER.search(before))
