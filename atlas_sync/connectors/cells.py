"""Values out of cells as people write them: amounts, days, times, yes and no, lists; a ValueError where one is none."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from typing import Any, Literal

from atlas_sync.canonical.observed import Participant

__all__ = ["Cells", "words"]

_DAY = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([AaPp][Mm])?")
_CURRENCY = re.compile(r"[A-Z]{3}|[€$£¥]")
_YES, _NO = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0"})


class Cells:
    """Reads cells by the type of the field that they fill, with what the settings say about local habits."""

    def __init__(
        self, *, decimal_mark: Literal[".", ","], dates: Literal["day first", "month first"], zone: tzinfo
    ) -> None:
        self._mark = decimal_mark
        self._dates = dates
        self._zone = zone
        self._types: Mapping[Any, Callable[[Any], object]] = {
            Decimal | None: self.amount,
            date | None: self.day,
            datetime | None: self.moment,
            datetime: self.moment,
            bool: _flag,
            tuple[str, ...]: words,
            Participant | None: _participant,
            tuple[Participant, ...]: lambda value: tuple(_participant(one) for one in words(value)),
        }

    def read(self, value: Any, wanted: Any) -> object:  # noqa: ANN401 - a cell, and a type annotation
        """Give a cell as the type that a field is annotated with; a text where nothing else fits."""
        convert = self._types.get(wanted)
        return convert(value) if convert else str(value).strip()

    def amount(self, value: Any) -> Decimal:  # noqa: ANN401 - a cell
        """Read an amount with or without a currency, with groups of three; brackets mean less than nothing."""
        if type(value) in {int, float} and math.isfinite(value):
            return Decimal(str(value))
        text = re.sub(r"[\s'’]", "", _CURRENCY.sub("", str(value).replace("−", "-"), count=1))
        sign = "-" if text.startswith(("-", "(")) or text.endswith("-") else ""
        mark, group = (r"\.", ",") if self._mark == "." else (",", r"\.")
        number = text.strip("+-()")
        if not re.fullmatch(rf"(\d+|\d{{1,3}}({group}\d{{3}})+)({mark}\d+)?", number):
            raise ValueError("no amount")
        return Decimal(sign + re.sub(group, "", number).replace(",", "."))

    def day(self, value: Any) -> date:  # noqa: ANN401 - a cell
        """Read a date: ISO 8601, or day, month and year in the order of the settings; dots are always day first."""
        text = str(value).strip()
        match = _DAY.match(text)
        if match is None:
            return date.fromisoformat(text[: len("2026-06-15")])
        one, mark, other, year = match.groups()
        day, month = (other, one) if self._dates == "month first" and mark != "." else (one, other)
        return date(int(year), int(month), int(day))

    def moment(self, value: Any) -> datetime:  # noqa: ANN401 - a cell
        """Read a time in UTC: ISO 8601, milliseconds since 1970, or a date with or without a time of day."""
        text = str(value).strip()
        if text.isdigit():
            return datetime.fromtimestamp(int(text) / 1000, UTC)
        if _DAY.match(text) is None:
            found = datetime.fromisoformat(text.removesuffix(" UTC"))
        else:
            found = datetime.combine(self.day(text), datetime.min.time())
            if match := _TIME.search(text):
                hour, minute, second, half = match.groups()
                shifted = int(hour) % 12 + 12 * (half.lower() == "pm") if half else int(hour)
                found = found.replace(hour=shifted, minute=int(minute), second=int(second or 0))
        return (found if found.tzinfo else found.replace(tzinfo=self._zone)).astimezone(UTC)


def words(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - a cell
    """Read a list, from JSON's own or from a text with semicolons."""
    found = value if isinstance(value, list) else str(value).split(";")
    return tuple(text for one in found if (text := str(one).strip()))


def _flag(value: Any) -> bool:  # noqa: ANN401 - a cell
    said = str(value).strip().casefold()
    if said not in _YES | _NO:
        raise ValueError("neither yes nor no")
    return said in _YES


def _participant(value: Any) -> Participant:  # noqa: ANN401 - a cell
    """Read `Name <address>`, an address, or a name."""
    text = str(value).strip()
    if match := re.fullmatch(r"(.*?)\s*<([^<>]+)>", text):
        return Participant(name=match[1].strip('" ') or None, email=match[2].strip())
    return Participant(email=text) if "@" in text else Participant(name=text)
