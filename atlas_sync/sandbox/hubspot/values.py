"""How values look on the vendor's wire, where every property is a string, and how its search compares them."""

from __future__ import annotations

import html
import re
from datetime import UTC, date, datetime
from decimal import Context, Decimal, InvalidOperation
from zlib import crc32

__all__ = [
    "comparable",
    "day",
    "exact",
    "flag",
    "milliseconds",
    "moment",
    "plain",
    "shuffled",
    "stamp",
    "times",
    "to_ms",
]

_WIDE = Context(prec=200)
_PREVIEW = 65_536


def to_ms(at: datetime) -> datetime:
    """Cut a time to milliseconds, as the vendor keeps it."""
    return at.astimezone(UTC).replace(microsecond=at.microsecond // 1000 * 1000)


def stamp(at: datetime) -> str:
    """Write a time; milliseconds of zero are left out.

    Source: contracts/hubspot/recordings/timestamp_without_milliseconds.json.
    """
    moment_ms = to_ms(at)
    text = moment_ms.isoformat(timespec="milliseconds" if moment_ms.microsecond else "seconds")
    return text.replace("+00:00", "Z")


def day(on: date) -> str:
    """Write a day as the midnight that a datetime property holds for it."""
    return f"{on.isoformat()}T00:00:00Z"


def milliseconds(at: datetime) -> int:
    """Give the milliseconds since 1970."""
    return int(to_ms(at).timestamp() * 1000 + 0.5)


def flag(*, is_set: bool) -> str:
    """Write a boolean."""
    return "true" if is_set else "false"


def exact(value: float) -> str:
    """Write a binary fraction with all its decimals; 1 has six zeros.

    Source: contracts/hubspot/recordings/deals_list_2024_with_inline_associations.json.
    """
    return "1.000000" if value == 1 else format(Decimal(value), "f")


def times(number: str, factor: str) -> str:
    """Multiply two numbers without rounding. Source: contracts/hubspot/recordings/deal_update.json."""
    return format(_WIDE.multiply(Decimal(number), Decimal(factor)), "f")


def moment(text: str) -> datetime | None:
    """Read a time: ISO 8601, a plain day, or milliseconds since 1970. None if it is none of these."""
    try:
        if re.fullmatch(r"-?\d{5,}", text):
            return datetime.fromtimestamp(int(text) / 1000, tz=UTC)
        read = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)


def comparable(value: str, type_: str) -> Decimal | str | None:
    """Give what search compares: a number, a time as milliseconds, or text without case. None for nonsense."""
    if type_ in {"datetime", "date"}:
        read = moment(value)
        return Decimal(milliseconds(read)) if read else None
    if type_ == "number":
        try:
            number = Decimal(value)
        except InvalidOperation:
            return None
        return number if number.is_finite() else None
    return value.casefold()


def plain(text: str) -> str:
    """Give the words of an HTML text, a line per block, as the vendor's previews do."""
    broken = re.sub(r"(?i)<br\s*/?>|</(?:p|div|li|h\d|tr)>", "\n", text)
    return html.unescape(re.sub(r"<[^>]+>", "", broken)).strip()[:_PREVIEW]


def shuffled(keys: list[str]) -> list[str]:
    """Give ids in the order of a batch's results: never that in which they were sent, and always the same.

    Source: contracts/hubspot/recordings/batch_create_contacts_201_reordered.json.
    """
    mixed = sorted(keys, key=lambda key: crc32(key.encode()))
    return mixed if mixed != keys else mixed[::-1]
