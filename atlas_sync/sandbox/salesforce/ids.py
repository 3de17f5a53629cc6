"""Record ids: 15 case-sensitive characters, and three more that make them safe where case is lost."""

from __future__ import annotations

import re

__all__ = ["Mint", "is_id", "to_18"]

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")
_POD = "5e00000"
_FIRST = 10 * 62**4 + 10 * 62**3 + 10 * 62**2 + 10 * 62


def is_id(text: str) -> bool:
    """Tell if a text has the shape of an id."""
    return _ID.fullmatch(text) is not None


def to_18(short: str) -> str:
    """Give the 18-character form of an id: a character per block of five says which of them are capitals."""
    base = short[:15]
    blocks = (base[start : start + 5] for start in (0, 5, 10))
    return base + "".join(_CHECK[sum(1 << place for place, letter in enumerate(b) if letter.isupper())] for b in blocks)


class Mint:
    """Gives out ids in order. Neighbours differ in case only every so often, as the vendor's do."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}

    def next(self, prefix: str) -> str:
        """Give the next id of an object's prefix."""
        number = self._last.get(prefix, _FIRST - 1) + 1
        self._last[prefix] = number
        digits = ""
        for _ in range(5):
            number, digit = divmod(number, 62)
            digits = _DIGITS[digit] + digits
        return to_18(f"{prefix}{_POD}{digits}")
