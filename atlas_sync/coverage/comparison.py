"""What was agreed held against what is planned: figures, days, charges, limits, refusals and languages, each with both quotes.

Every comparison names its topic and says whether the two sides agree. Likeness of words is no matter of this module.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from atlas_sync.canonical.normalize import fold
from atlas_sync.coverage.cues import CHARGED, FREE, LANGUAGES, LIMIT, NAME, NEGATION, ON_SITE, PAID_FOR, REMOTE
from atlas_sync.coverage.figures import DayMention, Figures, Mark, figures_of
from atlas_sync.coverage.quantity import count_alike, keeps
from atlas_sync.coverage.refusals import ruled_of
from atlas_sync.coverage.text import MAX_TEXT, shorten, show_day, stem, words
from atlas_sync.coverage.weekdays import weekdays_of

__all__ = ["Comparison", "Plan", "compare", "compare_figures"]

Topic = Literal[
    "due", "day", "weekday", "time", "week", "quarter", "rhythm", "end", "figure", "amount", "share", "duration", "charge",
    "place", "negation", "language", "limit",
]  # fmt: skip
_TOPIC_OF: dict[str, Topic] = {"money": "amount", "share": "share", "time": "duration", "count": "figure"}

_QUOTE, _MOST = 60, 60
_REACH = 3
_NEAR, _WIDE = 30, 60
_HALF_CLOCK, _EARLY = 360, 60
_RHYTHMS_APART = 0.125
_AHEAD = 7
"""Days that a plan may end before the agreed day and still be taken for the plan of it."""

_SPEAKING = re.compile(r"[^\W\d_]+(?![^\W\d_])(?! ?\d)")
"""Words without a number behind them, which makes a standard of EN."""
_OTHERWISE = frozenset(("IT", "AR", "PT", "TA", "NB", "SE", "DA", "CN", "VI"))
"""Codes of languages that stand for something else as often."""
_BESIDE = 8
_REVERSING = frozenset(("not", "nicht", "niet", "pas", "non"))


@dataclass(frozen=True, slots=True)
class Comparison:
    """One topic on which both sides say something. `said` is what was agreed, `planned` what stands in the plan."""

    topic: Topic
    agrees: bool
    said: str
    planned: str

    @property
    def limits(self) -> bool:
        """Tell if the plan only narrows what was agreed, which may or may not take something away."""
        return self.topic == "limit"


@dataclass(frozen=True, slots=True)
class Plan:
    """What delivery plans: its words, its due day, and whether the work is done already."""

    text: str
    due: date | None = None
    is_done: bool = False


def compare(text: str, due: date | None, plan: Plan) -> list[Comparison]:
    """List what an agreed text and a plan say about the same thing, contradictions first.

    A due day of the plan contradicts when it is after the agreed one and the work is not done.
    """
    found = [
        *_due(text, due, plan),
        *compare_figures(figures_of(text), figures_of(plan.text)),
        *_times(figures_of(text).times, figures_of(plan.text).times),
        *_weekdays(text, plan),
        *_charge(text, plan.text),
        *_place(text, plan.text),
        *_languages(text, plan.text),
        *_negations(text, plan.text),
        *_limits(text, plan.text),
    ]
    return sorted(dict.fromkeys(found), key=lambda one: (one.agrees, one.limits))


def compare_figures(said: Figures, planned: Figures) -> list[Comparison]:
    """Hold the figures of two texts together.

    Where none of what was said is a bound, the answer with the sides changed is the same with the sides changed.
    """
    found = list(_quantities(said, planned))
    for topic, ours, theirs in (
        ("week", said.weeks, planned.weeks),
        ("quarter", said.quarters, planned.quarters),
        ("rhythm", said.rhythms, planned.rhythms),
    ):
        found += _marks(topic, ours, theirs)  # type: ignore[arg-type]  # the names are topics
    found += _ends(said.ends, planned.ends)
    for day in said.days:
        found += [
            Comparison("day", agrees=True, said=day.shown, planned=other.shown)
            for other in planned.days
            if _same_day(day, other)
        ]
    return found


def _due(text: str, due: date | None, plan: Plan) -> Iterator[Comparison]:
    """Hold the agreed day against the day of the plan; where one has none, the days in its words stand for it."""
    ours, theirs = figures_of(text).days, figures_of(plan.text).days
    near = due or plan.due
    if near is None:
        return
    agreed = [(due, show_day(due))] if due else [(_as_date(day, near), day.shown) for day in ours]
    planned = (
        [(plan.due, f"due {show_day(plan.due)}")] if plan.due else [(_as_date(day, near), day.shown) for day in theirs]
    )
    if not agreed or not planned:
        return
    last, said = max(agreed)
    first, shown = min(planned)
    if first > last:
        if not plan.is_done:
            yield Comparison("due", agrees=False, said=said, planned=shown)
    elif (last - first).days <= _AHEAD:
        yield Comparison("due", agrees=True, said=said, planned=shown)


def _as_date(day: DayMention, near: date) -> date:
    """Give a day its year: as written, else the one that brings it nearest to another day."""
    years = [day.year] if day.year else [max(1, near.year - 1), near.year, min(9999, near.year + 1)]
    days = [_date(year, day.month, day.day) for year in years]
    return min(days, key=lambda one: abs((one - near).days))


def _date(year: int, month: int, day: int) -> date:
    """Give a date; the 29th of February of other years is the 28th."""
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, month, 28)


def _same_day(one: DayMention, other: DayMention) -> bool:
    return (one.month, one.day) == (other.month, other.day) and (
        not one.year or not other.year or one.year == other.year
    )


def _quantities(our: Figures, their: Figures) -> Iterator[Comparison]:
    said, planned = our.quantities, their.quantities
    for one in said:
        alike = [other for other in planned if count_alike(one, other)]
        same = [
            other for other in planned if keeps(other, one) and (other in alike or one.kind == other.kind == "time")
        ]
        other_unit = [other for other in alike if other.figure == one.figure]
        topic = _TOPIC_OF[one.kind]
        if same:
            yield Comparison(topic, agrees=True, said=one.shown, planned=same[0].shown)
        elif other_unit:
            yield Comparison(topic, agrees=False, said=one.shown, planned=other_unit[0].shown)
        # A number that the other side names too, whatever it counts there, is not read as denied.
        elif one.value not in their.numbers and (
            rivals := [other for other in alike if other.value not in our.numbers]
        ):
            yield Comparison(topic, agrees=False, said=one.shown, planned=rivals[0].shown)


def _marks(topic: Topic, said: Sequence[Mark], planned: Sequence[Mark]) -> Iterator[Comparison]:
    if not said or not planned:
        return
    # Twice a month is every other week to everybody.
    apart = _RHYTHMS_APART if topic == "rhythm" else 0
    pairs = [(one, other) for one in said for other in planned]
    alike = [pair for pair in pairs if _off(*pair) <= apart * max(mark.value for mark in pair)]
    ours, theirs = (alike or pairs)[0]
    yield Comparison(topic, agrees=bool(alike), said=ours.shown, planned=theirs.shown)


def _off(one: Mark, other: Mark) -> int:
    return abs(one.value - other.value)


def _times(said: Sequence[Mark], planned: Sequence[Mark]) -> Iterator[Comparison]:
    """Hold times of day together, on a clock of twelve hours: what is planned up to an hour early agrees, later does not.

    Where both name several, from when till when, each that was said needs one of the plan's within that hour.
    """
    if not said or not planned:
        return
    nearest = [
        min(((_late(ours, theirs), ours, theirs) for theirs in planned), key=lambda one: abs(one[0])) for ours in said
    ]
    if len(said) > 1 and len(planned) > 1:
        off, ours, theirs = max(nearest, key=lambda one: abs(one[0]))
        yield Comparison("time", agrees=abs(off) <= _EARLY, said=ours.shown, planned=theirs.shown)
        return
    late, ours, theirs = min(nearest, key=lambda one: one[0])
    if late > 0 or -late <= _EARLY:
        yield Comparison("time", agrees=late <= 0, said=ours.shown, planned=theirs.shown)


def _late(ours: Mark, theirs: Mark) -> int:
    """Give by how many minutes a planned time is later than the one that was said, on a clock of twelve hours."""
    return (theirs.value - ours.value + _HALF_CLOCK) % (2 * _HALF_CLOCK) - _HALF_CLOCK


def _weekdays(text: str, plan: Plan) -> Iterator[Comparison]:
    """Hold the days of the week together: one that both name is enough, or that the plan is due on."""
    ours, theirs = weekdays_of(text), weekdays_of(plan.text)
    if ours and theirs and not (plan.due and plan.due.weekday() in ours):
        both = ours.keys() & theirs.keys()
        day = min(both or ours)
        yield Comparison("weekday", agrees=bool(both), said=ours[day], planned=theirs[day if both else min(theirs)])


def _ends(said: Sequence[DayMention], planned: Sequence[DayMention]) -> Iterator[Comparison]:
    if said and planned:
        pairs = [(one, other) for one in said for other in planned]
        same = [pair for pair in pairs if _same_end(*pair)]
        one, other = (same or pairs)[0]
        yield Comparison("end", agrees=bool(same), said=one.shown, planned=other.shown)


def _same_end(one: DayMention, other: DayMention) -> bool:
    if one.year and other.year and one.year != other.year:
        return False
    return not one.month or not other.month or one.month == other.month


def _charge(text: str, planned: str) -> Iterator[Comparison]:
    ours, theirs = _priced(text), _priced(planned)
    for left, right in ((ours[0], theirs[0]), (ours[0], theirs[1]), (ours[1], theirs[0])):
        if left and right:
            agrees = (left, right) == (ours[0], theirs[0])
            yield Comparison("charge", agrees=agrees, said=left, planned=right)
            return


@lru_cache(maxsize=4096)
def _priced(text: str) -> tuple[str | None, str | None]:
    """Give the words that say free of charge and, where there are none, those that say charged: "not included" does."""
    folded = fold(text[:MAX_TEXT])
    said = list(FREE.finditer(folded))
    denied = [hit for hit in said if hit.group().startswith("not free") or _is_reversed(folded, hit)]
    free = next((hit for hit in said if hit not in denied), None)
    charged = None if free else next(iter([*denied, *_charged_in(folded)]), None)
    return free and free.group(), charged and charged.group()


def _is_reversed(folded: str, hit: re.Match[str]) -> bool:
    """Tell if "not" stands right before a hit, or "isn't"."""
    before = words(folded[max(0, hit.start() - _NEAR) : hit.start()])
    return before[-1:] == ["t"] or not _REVERSING.isdisjoint(before[-1:])


def _charged_in(folded: str) -> Iterator[re.Match[str]]:
    return (hit for hit in CHARGED.finditer(folded) if not _is_denied(folded, hit))


def _is_denied(folded: str, hit: re.Match[str]) -> bool:
    """Tell if one of the three words before a hit says no to it."""
    return bool(NEGATION & set(words(folded[max(0, hit.start() - _NEAR) : hit.start()])[-_REACH:]))


def _place(text: str, planned: str) -> Iterator[Comparison]:
    """Tell being there from being on the line."""
    ours, theirs = fold(text[:MAX_TEXT]), fold(planned[:MAX_TEXT])
    for one, other in ((ON_SITE, REMOTE), (REMOTE, ON_SITE)):
        said, away, same = one.search(ours), other.search(theirs), one.search(theirs)
        if said and (away or same) and not other.search(ours):
            hit = away or same
            yield Comparison("place", agrees=away is None, said=said.group(), planned=hit.group() if hit else "")


def _languages(text: str, planned: str) -> Iterator[Comparison]:
    ours, theirs = _spoken(text), _spoken(planned)
    if not ours or not theirs:
        return
    lacking = [shown for code, shown in ours.items() if code not in theirs]
    agrees = not lacking
    said = ", ".join(ours.values() if agrees else lacking)
    yield Comparison("language", agrees=agrees, said=said, planned=", ".join(theirs.values()))


@lru_cache(maxsize=4096)
def _spoken(text: str) -> dict[str, str]:
    """Find languages by their names, and by codes where these are in capitals."""
    found: dict[str, str] = {}
    for hit in _SPEAKING.finditer(text[:MAX_TEXT]):
        word = hit.group()
        code = LANGUAGES.get(word) if word.isupper() else LANGUAGES.get(fold(word))
        if code and word != "polish" and (word not in _OTHERWISE or _is_listed(text, hit)):
            found.setdefault(code, word)
    return found


def _is_listed(text: str, hit: re.Match[str]) -> bool:
    """Tell if a code stands near another one, or behind "in"."""
    before, after = text[max(0, hit.start() - _BESIDE) : hit.start()], text[hit.end() : hit.end() + _BESIDE]
    near = _SPEAKING.findall(f"{before} {after}")
    return before.endswith("in ") or any(word.isupper() and word in LANGUAGES for word in near)


def _negations(text: str, planned: str) -> Iterator[Comparison]:
    """Find what the plan rules out and was agreed, and what both rule out.

    What was agreed to be ruled out is mostly planned for in the same words: "no downtime" is a test of downtime.
    """
    ours, theirs = ruled_of(text), ruled_of(planned)
    for terms, quote in _phrases(theirs[0]):
        if terms & ours[1] and not terms & ours[0].keys():
            yield Comparison("negation", agrees=False, said=_around(text, min(terms & ours[1])), planned=quote)
    for terms, quote in _phrases(ours[0]):
        if both := terms & theirs[0].keys():
            yield Comparison("negation", agrees=True, said=quote, planned=theirs[0][min(both)])


def _phrases(ruled: dict[str, str]) -> Iterable[tuple[set[str], str]]:
    by_quote: dict[str, set[str]] = {}
    for term, quote in ruled.items():
        by_quote.setdefault(quote, set()).add(term)
    return [(terms, quote) for quote, terms in by_quote.items()][:_MOST]


def _around(text: str, term: str) -> str:
    """Give the words around a term, as quote."""
    said = words(text)
    at = next((at for at, word in enumerate(said) if stem(word) == term), 0)
    return " ".join(said[max(0, at - 1) : at + 2])


def _limits(text: str, planned: str) -> Iterator[Comparison]:
    ours = dict(_limits_in(text))
    for limit, quote in _limits_in(planned):
        if limit not in ours:
            yield Comparison("limit", agrees=False, said=shorten(text, _QUOTE), planned=quote)
            return


@lru_cache(maxsize=1024)  # each text of an engagement is held against all others
def _limits_in(text: str) -> tuple[tuple[str, str], ...]:
    """Give the limits that a text sets, in order, each with the words around it."""
    folded = fold(NAME.sub(" ", text[:MAX_TEXT]))
    paid = (hit for hit in PAID_FOR.finditer(folded) if not _is_denied(folded, hit))
    found = []
    for hit in sorted((*LIMIT.finditer(folded), *paid), key=lambda hit: hit.start()):
        near = max(0, hit.start() - 20)
        start = folded.rfind(" ", max(0, near - _WIDE), near) + 1 or near
        found.append((hit.group(), shorten(folded[start : hit.end() + 30], _QUOTE)))
    return tuple(found)
