"""When things were agreed to happen, held against when they are planned: days, times, rhythms and ends."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from atlas_sync.coverage.compared import Comparison, Plan, Topic
from atlas_sync.coverage.figures import DayMention, Figures, Mark, figures_of
from atlas_sync.coverage.statements import terms_of
from atlas_sync.coverage.terms import languages_of
from atlas_sync.coverage.text import MAX_TEXT, show_day
from atlas_sync.coverage.weekdays import weekdays_of

__all__ = ["agreed_day", "as_date", "compare_due", "compare_marks", "compare_times", "compare_weekdays"]

_CLOCK, _EARLY, _OVERNIGHT = 720, 60, 360
_LEAP_YEAR = 2024
_RHYTHMS_APART = 0.125
_AHEAD = 7
"""Days that a plan may end before the agreed day and still be taken for the plan of it."""

_CLAUSE = re.compile(
    r"[;\n]|,(?! ?[0-9]{4}\b)|(?<![0-9])\. | [-–—] |\b(?:and|or|but|und|oder|aber|et|ou|mais|y|pero|e|ma|en|maar|og|men|och)\b"
)
_PART = re.compile(r"[:()]")
_WHY = re.compile(
    r"(?<=\S )(?:because|since|so (?:that|you|your|we|it)|damit|sodass|so dass|weil|denn|parce que?|puisque|pour que?|afin|"
    r"para que|porque|perch[eé]|affinch[eé]|omdat|zodat)\b",
    re.IGNORECASE,
)
"""What stands behind these words is why a thing is done by its day, with whatever days."""
_AHEAD_OF = re.compile(
    r"\b(?:before|ahead of|prior to|in time for|bevor|vor(?! ort\b)|rechtzeitig|avant|antes|prima d\w+)\b",
    re.IGNORECASE,
)
"""Something of another day may stand behind these: "before your fair on 24 July", but "before 24 July"."""
_WORD = re.compile(r"\w+")
_WITH_DAYS = frozenset(
    "the dem den le el del il al de o on by am zum bis end of day close business noon ende des tages la fin".split()  # noqa: SIM905 - a list to read
)
_OTHERWISE = re.compile(
    r"\b(?:was|were|war(?:en)?|statt|(?:not|nicht|pas|non|niet|n[aã]o|inte|ikke)(?! (?:only|nur|later|sp[aä]ter|plus tard|"
    r"pi[uù] tardi|mais tarde|senare|senere)\b)|(?:no(?: longer)?|kein\w*)(?=(?: (?:on|by|mehr|am|el))* [0-9]))\b",
    re.IGNORECASE,
)
"""What says of a day that it is not the one; "no later than" says that it is, and "at no cost" speaks of something else."""
_OF_ENDS = terms_of(
    "latest end ends finish finishes finished complete completed done close closes ende endet spaetestens fertig "
    "abgeschlossen tard fin termine finit uiterlijk klaar eindigt"
)
"""Words that say of a day only that it is the last one: "opens on 10 July and closes on 24 July"."""


def agreed_day(text: str, due: date | None, plan: Plan) -> date | None:
    """Give the day that was agreed for what a plan does: its own, where the text names that one beside an earlier day.

    Greek by 10 July, German on 24 July: the first is the day of the Greek manuals alone, and still is where the plan names it.
    """
    named = [day for day in figures_of(text).days if not day.is_earliest]
    theirs = figures_of(plan.text).days
    if due is None or not (plan.due or theirs):
        return due
    planned = plan.due or min(as_date(day, due) for day in theirs)
    if planned <= due:
        return due
    same = [day for day in named if as_date(day, due) == planned]
    others = [day for day in named if day not in same and any(_same_day(day, other) for other in theirs)]
    return planned if same and not others and _is_of_day(text, same[0], plan.text) else due


def _is_of_day(text: str, day: DayMention, planned: str) -> bool:
    """Tell if a plan names what a text says of a day and not beside it; where nothing stands with the day, all does."""
    here, there = frozenset[str](), frozenset[str]()
    is_there = False
    for clause in _clauses_of(_WHY.split(text[:MAX_TEXT])[0]):
        days = figures_of(clause).days
        if days and all(_same_day(day, one) for one in days) and not _is_before(clause, days[0]):
            here |= _named_in(clause) - _OF_ENDS
            is_there = is_there or not _OTHERWISE.search(clause)
        else:
            there |= _named_in(clause)
    return is_there and (not here or not here.isdisjoint(_named_in(planned) - there))


def _clauses_of(text: str) -> Iterator[str]:
    """Split a text into clauses, at colons and brackets only where these set days apart: "Greek: 10 July (German 24 July)"."""
    for clause in _CLAUSE.split(text):
        yield from _PART.split(clause) if len(figures_of(clause).days) > 1 else [clause]


def _is_before(clause: str, day: DayMention) -> bool:
    """Tell if a clause names a day as that of something else, which it comes before."""
    hit = _AHEAD_OF.search(clause, 0, max(0, clause.find(day.shown)))
    if hit is None:
        return False
    between = _WORD.findall(clause[hit.end() : clause.find(day.shown)].lower())
    return not all(word in _WITH_DAYS or weekdays_of(word) for word in between)


def _named_in(text: str) -> frozenset[str]:
    days = [term for day in figures_of(text).days for term in terms_of(day.shown)]
    return terms_of(text).difference(days) | languages_of(text).keys()


def compare_due(ours: Figures, due: date | None, theirs: Figures, plan: Plan) -> Iterator[Comparison]:
    """Hold the agreed day against that of the plan; where one has none, the days in its words stand for it, or the months."""
    # Nothing is owed on the first day that may be; a plan that begins there may well be late.
    owed = replace(
        ours,
        days=tuple(day for day in ours.days if not day.is_earliest),
        months=tuple(month for month in ours.months if not month.is_earliest),
    )
    near = due or plan.due or _first_named(owed, theirs)
    if near is None:
        return
    agreed = _days(owed, due, near, _last_day)
    planned = [(plan.due, f"due {show_day(plan.due)}")] if plan.due else _days(theirs, None, near, _first_day)
    if not agreed or not planned:
        return
    if len(owed.days) > 1 and all(any(_same_day(one, other) for other in theirs.days) for one in owed.days):
        # Who names every day that was said plans for the last of them: "opens on 1 April and closes on 15 June".
        agreed += _days(owed, None, near, _last_day)
    last, said = max(agreed)
    first, shown = min(planned)
    if first > last:
        if not plan.is_done:
            yield Comparison("due", agrees=False, said=said, planned=shown)
    elif (last - first).days <= _AHEAD:
        yield Comparison("due", agrees=True, said=said, planned=shown)


def _days(
    said: Figures, due: date | None, near: date, of_month: Callable[[DayMention], DayMention]
) -> list[tuple[date, str]]:
    """Give the day that is set, else those in the words, else one of each month there."""
    if due:
        return [(due, show_day(due))]
    return [(as_date(day, near), day.shown) for day in said.days or map(of_month, said.months)]


def _first_named(ours: Figures, theirs: Figures) -> date | None:
    """Give the day near which all are where none is set: the first that has a year, else the first, in any year."""
    named = [*ours.days, *map(_last_day, ours.months), *theirs.days, *map(_first_day, theirs.months)]
    day = next((one for one in named if one.year), named[0] if named else None)
    return _date(day.year or _LEAP_YEAR, day.month, day.day) if day else None


def _first_day(month: DayMention) -> DayMention:
    return replace(month, day=1)


def _last_day(month: DayMention) -> DayMention:
    return replace(month, day=monthrange(_LEAP_YEAR, month.month)[1])


def as_date(day: DayMention, near: date) -> date:
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


def compare_marks(said: Figures, planned: Figures) -> Iterator[Comparison]:
    """Hold weeks, quarters, rhythms, ends and days of two texts together."""
    yield from _marks("week", said.weeks, planned.weeks)
    yield from _marks("quarter", said.quarters, planned.quarters)
    yield from _marks("rhythm", said.rhythms, planned.rhythms)
    yield from _ends(said.ends, planned.ends)
    for day in said.days:
        for other in planned.days:
            if _same_day(day, other):
                yield Comparison("day", agrees=True, said=day.shown, planned=other.shown)


def _same_day(one: DayMention, other: DayMention) -> bool:
    return (one.month, one.day) == (other.month, other.day) and (
        not one.year or not other.year or one.year == other.year
    )


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


def compare_times(said: Sequence[Mark], planned: Sequence[Mark]) -> Iterator[Comparison]:
    """Hold times of day together: what is planned up to an hour early agrees, later does not.

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
    """Give by how many minutes a planned time is later than the one that was said.

    Where either may be in the morning or in the evening, it is the least there can be, on a clock of twelve hours.
    """
    late = theirs.value - ours.value
    if not (ours.of_day and theirs.of_day):
        return (late + _CLOCK // 2) % _CLOCK - _CLOCK // 2
    # The same hour in the other half of the day is a slip, whichever comes first, and no plan that is ahead by half a day.
    if abs(late) == _CLOCK:
        return _CLOCK
    # 1 am is three hours after 10 pm, but 4 am is in the morning before 5 pm.
    overnight = abs(late) >= 2 * _CLOCK - _OVERNIGHT
    return late - (2 * _CLOCK if late > 0 else -2 * _CLOCK) * overnight


def compare_weekdays(text: str, plan: Plan) -> Iterator[Comparison]:
    """Hold the days of the week together: one that both name is enough, or that the plan is due on."""
    ours, theirs = weekdays_of(text), weekdays_of(plan.text)
    if ours and theirs and not (plan.due and plan.due.weekday() in ours):
        both = ours.keys() & theirs.keys()
        day = min(both or ours)
        yield Comparison("weekday", agrees=bool(both), said=ours[day], planned=theirs[day if both else min(theirs)])
