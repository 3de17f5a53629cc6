"""A quantity of a text, and when two of them are one, count the same thing, or keep each other's bounds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

__all__ = ["OF_WORK", "Bound", "Kind", "Quantity", "count_alike", "is_as_long", "is_same", "keeps", "passes"]

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
    more, no less or about so much was said.
    """

    value: Decimal
    kind: Kind
    units: tuple[str, ...]
    shown: str
    figure: Decimal
    per: str | None = None
    bound: Bound | None = None


def count_alike(one: Quantity, other: Quantity) -> bool:
    """Tell if two quantities count the same thing."""
    if one.kind != other.kind or (one.per and other.per and one.per != other.per and not _are_rates(one, other)):
        return False
    return bool(set(one.units) & set(other.units)) or _are_days_and_months(one, other) or _are_sizes(one, other)


def is_same(one: Quantity, other: Quantity) -> bool:
    """Tell if two quantities may be one: 48 hours and 2 days are, 20 EUR and 20 USD or 2 GB and 2 MB are not."""
    if one.per != other.per and _are_rates(one, other):
        return _are_one_rate(_in_a_year(one), _in_a_year(other))
    if one.kind == other.kind == "time" and one.units != other.units:
        return is_as_long(one, other) if _are_days_and_months(one, other) else bool(_sizes(one) & _sizes(other))
    if _are_sizes(one, other):
        ours, theirs = _measured(one), _measured(other)
        return abs(ours - theirs) <= _ROUNDED * max(ours, theirs)
    return one.value == other.value and not _differ_in_unit(one, other)


def keeps(planned: Quantity, said: Quantity) -> bool:
    """Tell if a planned quantity may be what was said, or is within its bound: 15 minutes of "within twenty minutes"."""
    if (said.bound, planned.bound) == ("most", "least"):
        return False
    if is_same(said, planned):
        return True
    if said.bound is None or not count_alike(said, planned) or _differ_in_unit(said, planned):
        return False
    if said.per != planned.per and _are_rates(said, planned):
        said, planned = _in_a_year(said), _in_a_year(planned)
    if _are_sizes(said, planned):
        said, planned = replace(said, value=_measured(said)), replace(planned, value=_measured(planned))
    (low, high), (least, most) = _range(planned), _range(said)
    if said.bound == "about":
        return low <= most * (1 + _ABOUT) and high >= least * (1 - _ABOUT)
    return low <= most if said.bound == "most" else high >= least


def passes(planned: Quantity, said: Quantity) -> bool:
    """Tell if a planned span is surely past the bound of one that was said, hours against days: 3 days of "within 4 hours"."""
    if said.bound not in {"most", "least"} or said.per or planned.per:
        return False
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
