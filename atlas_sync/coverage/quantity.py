"""A quantity of a text, and when two of them are one, count the same thing, or keep each other's bounds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

__all__ = [
    "OF_WORK",
    "Bound",
    "Kind",
    "Quantity",
    "count_alike",
    "is_as_long",
    "is_same",
    "keeps",
    "meet",
    "passes",
    "with_totals",
]

_SECONDS = {"seconds": 1, "days": 86_400}
_SCALES: dict[tuple[str, str], tuple[int, int]] = {
    ("seconds", "days"): (8 * 3600, 24 * 3600),
    ("days", "months"): (20, 31),
    ("seconds", "months"): (20 * 8 * 3600, 31 * 24 * 3600),
}
"""How many of a unit are one of a greater unit, at least and at most: days and months may be of work or of the calendar."""
OF_WORK = "working days"
_MONTH = (28, 31)
_PER_WORKING_DAY = Decimal("1.4")
"""Days of the calendar that go with a working day."""
_MEASURES = {
    word: (sort, Decimal(size))
    for sort, size, spellings in (
        ("byte", "1", "kb kilobyt"), ("byte", "1e3", "mb megabyt"), ("byte", "1e6", "gb gigabyt"),
        ("byte", "1e9", "tb terabyt"), ("way", "1", "km kilometr kilometer"), ("way", "1.609", "mile mil"),
    )
    for word in spellings.split()
}  # fmt: skip
"""What sizes measure, and how many of the smallest unit of its sort each is."""
_ROUNDED = Decimal("0.05")
"""By which share two sizes in units of their own may differ and be one: 1,024 MB are a gigabyte."""
_A_YEAR = {"week": 52, "month": 12, "quarter": 4, "year": 1}
"""How many there are of what a rate is counted by. Of days it takes the working ones or all, so they are held against days."""
_PERIODS = {
    "hour": ("seconds", 3600),
    "day": ("days", 1),
    "week": ("days", 7),
    "month": ("months", 1),
    "quarter": ("months", 3),
    "year": ("months", 12),
}
_MONTHS_A_YEAR, _WEEKDAYS_A_YEAR, _MOST_SPANS = 12, 364, 4
_TOTALS_APART = Decimal("0.01")
_RATES_APART = {"money": Decimal("0.01")}
_LOOSELY = Decimal("0.125")
"""By which share two rates may differ and be one: once a week is four times a month to everybody, but no price."""
Kind = Literal["money", "share", "time", "count"]
Bound = Literal["most", "least", "about"]
_ABOUT = Decimal("0.1")
"""By which share a number may miss what was said to be about so much."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and what it may count, the likeliest first; `per` is what it is counted by, `shown` is as written.

    Times are in the smallest unit of their group: seconds, days or months; `figure` is the number itself. `bound` tells that no
    more, no less or about so much was said; `least` is the lower end of a range, of which the value is the upper. `totals` are
    what a rate comes to over the spans that are named with it.
    """

    value: Decimal
    kind: Kind
    units: tuple[str, ...]
    shown: str
    figure: Decimal
    per: str | None = None
    bound: Bound | None = None
    least: Decimal | None = None
    totals: tuple[Decimal, ...] = ()

    @property
    def is_range(self) -> bool:
        """Tell if it has a lower end of its own."""
        return self.least is not None


def count_alike(one: Quantity, other: Quantity) -> bool:
    """Tell if two quantities count the same thing."""
    if one.kind != other.kind or (one.per and other.per and one.per != other.per and not _are_rates(one, other)):
        return False
    return bool(set(one.units) & set(other.units)) or _are_days_and_months(one, other) or _are_sizes(one, other)


def with_totals(found: Sequence[Quantity]) -> tuple[Quantity, ...]:
    """Give the quantities of one text, the rates with what they come to over its spans, or a year where none is as long."""
    spans = [one for one in found if one.kind == "time" and not one.per and not one.is_range][:_MOST_SPANS]
    return tuple(replace(one, totals=tuple(_totals(one, spans))) if one.per in _PERIODS else one for one in found)


def _totals(rate: Quantity, spans: Sequence[Quantity]) -> Iterator[Decimal]:
    per = rate.per or ""
    counts = [count for span in spans if (count := _how_many(per, span)) > 1]
    for count in counts or ([Decimal(_A_YEAR[per])] if per in _A_YEAR else []):
        yield rate.value * count


def _how_many(per: str, span: Quantity) -> Decimal:
    """Tell how many hours, weeks or months a span has, 0 where it is of another order."""
    unit, size = _PERIODS[per]
    if span.units[0] == unit:
        return span.value / size
    years = span.value / (_MONTHS_A_YEAR if span.units[0] == "months" else _WEEKDAYS_A_YEAR)
    return years * _A_YEAR[per] if per in _A_YEAR and span.units[0] != "seconds" else Decimal(0)


def _comes_to(rate: Quantity, total: Quantity) -> bool:
    """Tell if a rate makes up a total: EUR 500 a month and EUR 6,000, over a year."""
    if total.per or total.is_range or rate.is_range or not count_alike(rate, total) or _differ_in_unit(rate, total):
        return False
    return rate.units[0] in total.units and any(
        abs(one - total.value) <= _TOTALS_APART * total.value for one in rate.totals
    )


def is_same(one: Quantity, other: Quantity) -> bool:
    """Tell if two quantities may be one: 48 hours and 2 days are, 20 EUR and 20 USD or 2 GB and 2 MB are not."""
    if one.is_range or other.is_range:
        return is_same(_lowest(one), _lowest(other)) and is_same(_greatest(one), _greatest(other))
    if _comes_to(one, other) or _comes_to(other, one):
        return True
    if one.per != other.per and _are_rates(one, other):
        return _are_one_rate(_in_a_year(one), _in_a_year(other))
    if one.kind == other.kind == "time" and one.units != other.units:
        return is_as_long(one, other) if _are_days_and_months(one, other) else bool(_sizes(one) & _sizes(other))
    if _are_sizes(one, other):
        ours, theirs = _measured(one), _measured(other)
        return abs(ours - theirs) <= _ROUNDED * max(ours, theirs)
    return one.value == other.value and not _differ_in_unit(one, other)


def keeps(planned: Quantity, said: Quantity) -> bool:
    """Tell if a planned quantity may be what was said, or is within its bounds: 15 minutes of "within twenty minutes"."""
    if (said.bound, planned.bound) == ("most", "least"):
        return False
    ends = (_lowest(planned), _greatest(planned)) if planned.is_range and not said.is_range else (planned,)
    if any(is_same(said, end) for end in ends):
        return True
    if not (said.bound or said.is_range) or not count_alike(said, planned) or _differ_in_unit(said, planned):
        return False
    said, planned = _in_one_measure(said, planned)
    apart = _ABOUT if said.bound == "about" else 0
    is_below = _range(_greatest(planned))[0] <= _range(_greatest(said))[1] * (1 + apart)
    is_above = _range(_lowest(planned))[1] >= _range(_lowest(said))[0] * (1 - apart)
    return (is_below or said.bound == "least") and (is_above or said.bound == "most")


def meet(one: Quantity, other: Quantity) -> bool:
    """Tell if two quantities that count the same, one of them a range, have numbers in common."""
    if not (one.is_range or other.is_range) or _differ_in_unit(one, other):
        return False
    one, other = _in_one_measure(one, other)
    return all(
        _range(_lowest(first))[0] <= _range(_greatest(second))[1] for first, second in ((one, other), (other, one))
    )


def _in_one_measure(one: Quantity, other: Quantity) -> tuple[Quantity, Quantity]:
    """Give two quantities by the year, or in the smallest unit of their sort, where they are in units of their own."""
    if one.per != other.per and _are_rates(one, other):
        one, other = _times(one, _A_YEAR[one.per or ""]), _times(other, _A_YEAR[other.per or ""])
    if _are_sizes(one, other):
        one, other = _times(one, _measure(one)[1]), _times(other, _measure(other)[1])
    return one, other


def _times(one: Quantity, size: Decimal | int) -> Quantity:
    return replace(one, value=one.value * size, least=None if one.least is None else one.least * size)


def _lowest(one: Quantity) -> Quantity:
    return replace(one, value=one.least, least=None) if one.least is not None else one


def _greatest(one: Quantity) -> Quantity:
    return replace(one, least=None)


def passes(planned: Quantity, said: Quantity) -> bool:
    """Tell if a planned span is surely past the bound of one that was said, hours against days: 3 days of "within 4 hours"."""
    if said.bound not in {"most", "least"} or said.per or planned.per:
        return False
    planned, said = (_lowest(planned), said) if said.bound == "most" else (planned, _lowest(said))
    shortest, longest = _SCALES["seconds", "days"]
    for days, other in ((planned, said), (said, planned)):
        if (days.units[0], other.units[0]) == ("days", "seconds"):
            is_longer = shortest * days.value > other.value
            is_shorter = longest * _range(days)[1] < other.value
            return is_longer if (days is planned) == (said.bound == "most") else is_shorter
    return False


def _range(one: Quantity) -> tuple[Decimal, Decimal]:
    """Give the least and the greatest value, of a span in seconds or days: a month has 28 to 31 of these."""
    low, high = one.value, one.value
    if one.kind == "time" and one.units[0] == "months":
        return low * _MONTH[0], high * _MONTH[1]
    return low, high * _PER_WORKING_DAY if OF_WORK in one.units else high


def _are_rates(one: Quantity, other: Quantity) -> bool:
    return one.per in _A_YEAR and other.per in _A_YEAR


def _in_a_year(rate: Quantity) -> Quantity:
    return replace(rate, value=rate.value * _A_YEAR[rate.per or "year"], per="year")


def _are_one_rate(one: Quantity, other: Quantity) -> bool:
    apart = _RATES_APART.get(one.kind, _LOOSELY) * max(one.value, other.value)
    return one.units[0] in other.units and abs(one.value - other.value) <= apart and not _differ_in_unit(one, other)


def is_as_long(one: Quantity, other: Quantity) -> bool:
    """Tell if two spans in units of their own may be as long: 20 days and a month are, 2 hours and 2 days are not."""
    for small, great in ((one, other), (other, one)):
        if scale := _SCALES.get((small.units[0], great.units[0])):
            return scale[0] * great.value <= small.value <= scale[1] * great.value
    return False


def _are_days_and_months(one: Quantity, other: Quantity) -> bool:
    return {one.units[0], other.units[0]} == {"days", "months"} and one.kind == other.kind == "time"


def _sizes(span: Quantity) -> set[Decimal]:
    """Give the seconds that a span of seconds or days may have: ten working days are ten days, or two weeks."""
    size = span.value * _SECONDS.get(span.units[0], 0)
    sizes = {size, size * _PER_WORKING_DAY} if OF_WORK in span.units else {size}
    return sizes - {Decimal(0)}


def _are_sizes(one: Quantity, other: Quantity) -> bool:
    """Tell if two quantities are sizes of one sort in units of their own."""
    (ours, _size), (theirs, _other) = _measure(one), _measure(other)
    return one.kind == other.kind == "count" and ours == theirs != "" and one.units[0] != other.units[0]


def _measure(one: Quantity) -> tuple[str, Decimal]:
    return _MEASURES.get(one.units[0], ("", Decimal(1)))


def _measured(size: Quantity) -> Decimal:
    return size.value * _measure(size)[1]


def _differ_in_unit(one: Quantity, other: Quantity) -> bool:
    if one.kind == other.kind == "money":
        codes = [set(quantity.units) - {"amount"} for quantity in (one, other)]
        return bool(codes[0] and codes[1] and not codes[0] & codes[1])
    (ours, _size), (theirs, _other) = _measure(one), _measure(other)
    return bool(ours and theirs) and ours != theirs
