"""The SOQL reader, by tables of texts."""

# ruff: noqa: S608  # SOQL for an org in memory

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from atlas_sync.sandbox.salesforce.errors import ApiError
from atlas_sync.sandbox.salesforce.soql import parse
from atlas_sync.sandbox.salesforce.store import Value
from atlas_sync.sandbox.salesforce.syntax import Comparison, Group, Negation, Path, Select


def _where(text: str) -> object:
    return parse(f"SELECT Id FROM Task WHERE {text}").where


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'plain'", "plain"),
        (r"'O\'Neil'", "O'Neil"),
        (r"'a\\b'", "a\\b"),
        (r"'a\nb\tc\"d'", 'a\nb\tc"d'),
        (r"'\u00e9t\u00E9'", "été"),
        ("''", ""),
        ("12", 12.0),
        ("-1.5", -1.5),
        ("TRUE", True),
        ("false", False),
        ("null", None),
        ("2026-05-01", date(2026, 5, 1)),
        ("2026-05-01T07:25:37Z", datetime(2026, 5, 1, 7, 25, 37, tzinfo=UTC)),
        ("2026-05-01T09:25:37.000+02:00", datetime(2026, 5, 1, 7, 25, 37, tzinfo=UTC)),
        ("2026-05-01T07:25:37.000+0000", datetime(2026, 5, 1, 7, 25, 37, tzinfo=UTC)),
    ],
)
def test_literals(text: str, value: Value) -> None:
    test = _where(f"Subject = {text}")
    assert isinstance(test, Comparison)
    assert test.values[0].value == value


@pytest.mark.parametrize("sign", ["=", "!=", "<", "<=", ">", ">="])
def test_signs(sign: str) -> None:
    test = _where(f"A {sign} 1")
    assert isinstance(test, Comparison)
    assert test.op == sign


def test_unequal_has_two_spellings() -> None:
    test = _where("A <> 1")
    assert isinstance(test, Comparison)
    assert test.op == "!="


def test_lists_and_negations() -> None:
    tests = _where("a IN ('x', 'y') AND b not in (1) AND NOT c LIKE 'z%'")
    assert isinstance(tests, Group)
    first, second, third = tests.parts
    assert isinstance(first, Comparison)
    assert isinstance(second, Comparison)
    assert isinstance(third, Negation)
    assert (first.op, [literal.value for literal in first.values]) == ("in", ["x", "y"])
    assert second.op == "not in"


def test_parentheses_group() -> None:
    tests = _where("(a = 1 AND b = 2) OR c = 3")
    assert isinstance(tests, Group)
    assert tests.word == "or"
    assert isinstance(tests.parts[0], Group)
    assert tests.parts[0].word == "and"


def test_a_whole_query() -> None:
    select = parse(
        "select Id, Owner.Name, (SELECT Role FROM OpportunityContactRoles WHERE IsPrimary = true LIMIT 1) "
        "FROM Opportunity ORDER BY SystemModstamp DESC NULLS LAST, Id ASC, Name NULLS FIRST LIMIT 10 OFFSET 5"
    )
    first, second, third = select.fields
    assert isinstance(first, Path)
    assert isinstance(second, Path)
    assert isinstance(third, Select)
    assert second.parts == ("Owner", "Name")
    assert (third.source, third.limit) == ("OpportunityContactRoles", 1)
    assert [(str(o.path), o.descending, o.nulls_last) for o in select.order] == [
        ("SystemModstamp", True, True),
        ("Id", False, False),
        ("Name", False, False),
    ]
    assert (select.source, select.limit, select.offset, select.is_count) == ("Opportunity", 10, 5, False)


def test_count() -> None:
    select = parse("SELECT count() FROM Account")
    assert select.is_count
    assert select.fields == ()


@pytest.mark.parametrize(
    ("text", "column", "problem"),
    [
        ("SELECT Id FORM Account", 11, "unexpected token: 'FORM'"),
        ("SELECT FROM Account", 13, "unexpected token: 'Account'"),
        ("SELECT Id FROM", 15, "unexpected token: '<EOF>'"),
        ("SELECT * FROM Account", 8, "no viable alternative at character '*'"),
        ("SELECT Id FROM A WHERE b IN ()", 30, "unexpected token: ')'"),
        ("SELECT Id FROM A WHERE b = 1 AND c = 2 OR d = 3", 40, "unexpected token: 'OR'"),
        ("SELECT Id FROM A WHERE b = 'it's'", 33, "no viable alternative at character '''"),
        (r"SELECT Id FROM A WHERE b = 'a\qb'", 28, "Illegal character sequence"),
        (r"SELECT Id FROM A WHERE b = 'a\_b'", 28, "Illegal character sequence"),
        ("SELECT Id FROM A WHERE b = 2026-02-30", 28, "Invalid date"),
        ("SELECT Id FROM A LIMIT -1", 24, "unexpected token: '-1'"),
        ("SELECT Id FROM A GROUP BY Id", 18, "unexpected token: 'GROUP'"),
        ("SELECT Id FROM A WHERE b LIKE 5", 31, "unexpected token: '5'"),
        ("SELECT Id FROM A WHERE b = 2026-05-01T07:25:37.000 0000", 41, "character ':'"),
    ],
)
def test_malformed_queries_say_where(text: str, column: int, problem: str) -> None:
    with pytest.raises(ApiError) as caught:
        parse(text)
    assert (caught.value.status, caught.value.code) == (400, "MALFORMED_QUERY")
    assert f"ERROR at Row:1:Column:{column}\n" in caught.value.message
    assert problem in caught.value.message


def test_the_longest_query_is_bounded() -> None:
    with pytest.raises(ApiError, match="can not be longer than 100000 characters"):
        parse("SELECT Id FROM A WHERE b = '" + "x" * 100_000 + "'")


def test_offset_is_bounded() -> None:
    with pytest.raises(ApiError) as caught:
        parse("SELECT Id FROM A OFFSET 2001")
    assert caught.value.code == "NUMBER_OUTSIDE_VALID_RANGE"
