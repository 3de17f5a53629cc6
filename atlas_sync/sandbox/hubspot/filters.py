"""The filters of a search as one test of a record's indexed values.

Source: facts/hubspot.md, section 6.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from atlas_sync.sandbox.hubspot.errors import Json, invalid
from atlas_sync.sandbox.hubspot.properties import Definition
from atlas_sync.sandbox.hubspot.store import Values
from atlas_sync.sandbox.hubspot.values import comparable

__all__ = ["compile_filters", "held"]

_GROUPS, _FILTERS, _ALL_FILTERS = 5, 6, 18
_Definitions = Mapping[str, Definition]
_Test = Callable[[Values], bool]
_Value = object
_Held = Callable[[list[_Value]], bool]
_Make = Callable[[list[_Value]], _Held]


def _entries(holder: Json, name: str) -> list[Json]:
    sent = holder.get(name) or []
    if not isinstance(sent, list) or not all(isinstance(entry, dict) for entry in sent):
        raise invalid("Invalid input JSON: {} must be a list of objects", name)
    return sent


def compile_filters(body: Json, definitions: _Definitions) -> _Test:
    """Make one test of all groups: any of them, of which all filters, and the words of `query` beside them.

    Raises:
        ApiError: a filter breaks a limit or makes no sense.
    """
    groups = [_entries(group, "filters") for group in _entries(body, "filterGroups")]
    if len(groups) > _GROUPS or any(len(group) > _FILTERS for group in groups) or sum(map(len, groups)) > _ALL_FILTERS:
        raise invalid("Too many filters: at most {} groups of {}, {} in total.", _GROUPS, _FILTERS, _ALL_FILTERS)
    tests = [[_filter(entry, definitions) for entry in group] for group in groups]
    words = str(body.get("query") or "").casefold().split()

    def matches(row: Values) -> bool:
        if tests and not any(all(test(row) for test in group) for group in tests):
            return False
        return not words or _holds(row, words)

    return matches


def _holds(row: Values, words: list[str]) -> bool:
    text = " ".join(value for value in row.values() if value).casefold()
    return all(word in text for word in words)


def _filter(entry: Json, definitions: _Definitions) -> _Test:
    """Make the test of one filter. A property that does not exist is found nowhere, without a word about it."""
    name, operator = str(entry.get("propertyName") or ""), str(entry.get("operator") or "")
    definition = definitions.get(name)
    type_ = definition.type if definition else "string"
    wanted = [_comparable(value, type_, name=name) for value in _wanted(entry, operator)]
    make = _OPERATORS.get(operator)
    if make is None:
        raise invalid("Invalid input JSON: {} is no operator", operator or "null")
    test = make(wanted)

    def matches(row: Values) -> bool:
        return definition is not None and test(held(row.get(name), type_))

    return matches


def _wanted(entry: Json, operator: str) -> list[str]:
    if operator in {"IN", "NOT_IN"}:
        values = entry.get("values")
        if not isinstance(values, list) or not values:
            raise invalid("Invalid input JSON: {} needs values", operator)
        return [str(value) for value in values]
    names = {"BETWEEN": ("value", "highValue"), "HAS_PROPERTY": (), "NOT_HAS_PROPERTY": ()}.get(operator, ("value",))
    if any(entry.get(name) is None for name in names):
        raise invalid("Invalid input JSON: {} needs {}", operator, " and ".join(names))
    return [str(entry[name]) for name in names]


def _comparable(value: str, type_: str, *, name: str) -> _Value:
    read = comparable(value, type_)
    if read is None:
        raise invalid("There was a problem with the request: {} is no value for property {}", value, name)
    return read


def held(value: str | None, type_: str) -> list[_Value]:
    """Give a record's values for comparing: several for a multiple choice, none where nothing is set."""
    parts = (value or "").split(";") if type_ == "enumeration" else [value or ""]
    return [read for part in parts if part and (read := comparable(part, type_)) is not None]


def _ordered(order: Callable[[object, object], bool]) -> _Make:
    return lambda wanted: lambda held: any(order(one, wanted[0]) for one in held)


def _token(wanted: list[_Value]) -> _Held:
    """Match one word, in which a star stands for anything."""
    pattern = re.compile(re.escape(str(wanted[0])).replace(r"\*", r"\S*"))
    return lambda held: any(
        pattern.fullmatch(word) for one in held for word in (str(one), *re.split(r"[^\w*]+", str(one)))
    )


def _not(make: _Make) -> _Make:
    def made(wanted: list[_Value]) -> _Held:
        test = make(wanted)
        return lambda held: not test(held)

    return made


def _in(wanted: list[_Value]) -> _Held:
    return lambda held: any(one in wanted for one in held)


def _less(one: object, other: object) -> bool:
    return bool(one < other)  # type: ignore[operator]  # both are numbers or both are texts, by the property's type


_OPERATORS: Mapping[str, _Make] = {
    "EQ": _in,
    "NEQ": _not(_in),
    "IN": _in,
    "NOT_IN": _not(_in),
    "LT": _ordered(_less),
    "LTE": _ordered(lambda one, other: not _less(other, one)),
    "GT": _ordered(lambda one, other: _less(other, one)),
    "GTE": _ordered(lambda one, other: not _less(one, other)),
    "BETWEEN": lambda wanted: lambda held: any(not _less(one, wanted[0]) and not _less(wanted[1], one) for one in held),
    "HAS_PROPERTY": lambda _wanted_values: bool,
    "NOT_HAS_PROPERTY": lambda _wanted_values: lambda held: not held,
    "CONTAINS_TOKEN": _token,
    "NOT_CONTAINS_TOKEN": _not(_token),
}
