"""Turns the WHERE part of a query into a predicate over rows, with the vendor's rules for types, case and nulls."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from datetime import datetime

from atlas_sync.sandbox.salesforce.errors import query_error
from atlas_sync.sandbox.salesforce.ids import is_id, to_18
from atlas_sync.sandbox.salesforce.schema import Field
from atlas_sync.sandbox.salesforce.store import Row, Value
from atlas_sync.sandbox.salesforce.syntax import Comparison, Condition, Group, Literal, Negation, Path
from atlas_sync.sandbox.salesforce.wire import NUMBERS

__all__ = ["Finder", "Predicate", "comparable", "compile_condition"]

Predicate = Callable[[Row], bool]
Finder = Callable[[Path], tuple[Field, Callable[[Row], Value]]]

_ORDERED: dict[str, Callable[[float | str, float | str], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_QUOTED = {
    "date": "must be of type date and should not be enclosed in quotes",
    "datetime": "must be of type dateTime and should not be enclosed in quotes",
    "boolean": "must be of type boolean and should not be enclosed in quotes",
    "number": "must be of type double and should not be enclosed in quotes",
    "string": "must be of type string and should be enclosed in quotes",
}


def compile_condition(condition: Condition | None, *, find: Finder, query: str) -> Predicate:
    """Give the predicate of a condition; everything passes None.

    Raises:
        ApiError: a field is hidden, cannot be filtered, or is compared with a value of another type.
    """
    match condition:
        case None:
            return lambda _row: True
        case Negation(part):
            inner = compile_condition(part, find=find, query=query)
            return lambda row: not inner(row)
        case Group("and", parts):
            all_of = [compile_condition(part, find=find, query=query) for part in parts]
            return lambda row: all(keep(row) for keep in all_of)
        case Group(_, parts):
            any_of = [compile_condition(part, find=find, query=query) for part in parts]
            return lambda row: any(keep(row) for keep in any_of)
        case Comparison():
            return _compile_test(condition, find=find, query=query)


def _compile_test(test: Comparison, *, find: Finder, query: str) -> Predicate:
    field, read = find(test.path)
    if field.has("x"):
        problem = f"field '{field.name}' can not be filtered in a query call"
        raise query_error("INVALID_FIELD", problem, query=query, at=test.path.at)
    for literal in test.values:
        _check(field, test, literal, query=query)
    if test.op == "like":
        pattern = re.compile(str(test.values[0].value), re.IGNORECASE | re.DOTALL)
        return lambda row: pattern.fullmatch(str(read(row) or "")) is not None and read(row) is not None
    wanted = [comparable(field, literal.value) for literal in test.values]
    if test.op in _ORDERED:
        compare, bound = _ORDERED[test.op], wanted[0]
        return lambda row: (
            (value := comparable(field, read(row))) is not None and bound is not None and compare(value, bound)
        )
    if test.op in {"=", "in"}:
        return lambda row: comparable(field, read(row)) in wanted
    return lambda row: comparable(field, read(row)) not in wanted


def _check(field: Field, test: Comparison, literal: Literal, *, query: str) -> None:
    """Refuse a value of another type, an id that is none, and LIKE on anything but text."""
    if literal.kind == "null":
        return
    kind = "number" if field.type in NUMBERS else field.type
    kind = kind if kind in _QUOTED else "string"
    if test.op == "like" and (kind != "string" or field.type in {"id", "reference"}):
        raise query_error("INVALID_QUERY_FILTER_OPERATOR", "invalid operator", query=query, at=test.path.at)
    if literal.kind != kind:
        problem = f"value of filter criterion for field '{field.name}' {_QUOTED[kind]}"
        raise query_error("INVALID_FIELD", problem, query=query, at=test.path.at)
    if field.type in {"id", "reference"} and literal.value and not is_id(str(literal.value)):
        problem = f"invalid ID field: {literal.value}"
        raise query_error("INVALID_QUERY_FILTER_OPERATOR", problem, query=query, at=test.path.at)


def comparable(field: Field, value: Value) -> float | str | None:
    """Give a value as it compares: text without case, ids in their long form with it, times as numbers."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        if field.type in {"id", "reference"}:
            return to_18(value)
        return value.casefold()
    if isinstance(value, bool | int | float):
        return float(value)
    return value.timestamp() if isinstance(value, datetime) else float(value.toordinal())
