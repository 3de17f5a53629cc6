"""Typed looks into a vendor's JSON: each gives a value of one shape, None where it is absent or null, or a MappingError.

A mapping built on these cannot fail in another way, so that one odd record never loses its page.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

import msgspec

from atlas_sync.errors import MappingError

__all__ = ["Wire"]

_ABSENT = (None, "")


class Wire:
    """One JSON object of a vendor, and the path that leads to it."""

    def __init__(self, value: object, path: str = "$") -> None:
        if not isinstance(value, Mapping):
            self._value: Mapping[str, Any] = {}
            self._path = path
            self._fail("", "an object")
        self._value = value
        self._path = path

    def _fail(self, name: str, wanted: str) -> NoReturn:
        path = f"{self._path}.{name}" if name else self._path
        message = f"{path} is not {wanted}."
        raise MappingError(message, path=path, advice="The record was set aside; the rest was kept.")

    def has(self, name: str) -> bool:
        """Tell if a member is there and not null."""
        return self._value.get(name) is not None

    def text(self, name: str) -> str | None:
        """Give a text; numbers as they are written; empty counts as absent."""
        value = self._value.get(name)
        if value in _ABSENT:
            return None
        if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
            self._fail(name, "a text")
        return str(value)

    def need(self, name: str) -> str:
        """Give a text that must be there."""
        return self.text(name) or self._fail(name, "there")

    def flag(self, name: str) -> bool:
        """Give a yes or no; the words "true" and "false" count, absent is no."""
        value = self._value.get(name)
        if value in _ABSENT:
            return False
        if isinstance(value, bool):
            return value
        word = str(value).lower()
        return word == "true" if word in {"true", "false"} else self._fail(name, "true or false")

    def number(self, name: str) -> Decimal | None:
        """Give a number exactly, also from a text."""
        value = self._value.get(name)
        if value in _ABSENT:
            return None
        try:
            found = Decimal(str(value))
        except InvalidOperation:
            self._fail(name, "a number")
        return found if found.is_finite() else self._fail(name, "a finite number")

    def moment(self, name: str) -> datetime | None:
        """Give a time in UTC: ISO 8601 with or without milliseconds and colon in the offset, or milliseconds since 1970.

        A time without an offset is refused: nobody can tell when it was.
        """
        value = self._value.get(name)
        if value in _ABSENT:
            return None
        text = str(value)
        try:
            found = datetime.fromtimestamp(int(text) / 1000, UTC) if text.isdigit() else datetime.fromisoformat(text)
        except (ValueError, OverflowError, OSError):
            self._fail(name, "a time")
        return found.astimezone(UTC) if found.tzinfo else self._fail(name, "a time with an offset")

    def day(self, name: str) -> date | None:
        """Give a date, from a date or the date part of a time as written."""
        text = self.text(name)
        if text is None:
            return None
        try:
            return date.fromisoformat(text[: len("2026-06-15")])
        except ValueError:
            self._fail(name, "a date")

    def object(self, name: str) -> Wire | None:
        """Give a member object."""
        value = self._value.get(name)
        return Wire(value, f"{self._path}.{name}") if value is not None else None

    def written(self, name: str) -> Wire | None:
        """Give an object that stands as JSON in a text."""
        text = self.text(name)
        if text is None:
            return None
        try:
            return Wire(msgspec.json.decode(text), f"{self._path}.{name}")
        except msgspec.DecodeError:
            self._fail(name, "JSON")

    def objects(self, name: str) -> list[Wire]:
        """Give a list of objects; absent is empty."""
        value = self._value.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self._fail(name, "a list")
        return [Wire(item, f"{self._path}.{name}[{place}]") for place, item in enumerate(value)]

    def texts(self, name: str) -> list[str]:
        """Give a list of texts; absent is empty."""
        value = self._value.get(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self._fail(name, "a list of texts")
        return list(value)

    def raw(self, name: str) -> Any:  # noqa: ANN401 - whatever the vendor sent
        """Give a member untouched."""
        return self._value.get(name)
