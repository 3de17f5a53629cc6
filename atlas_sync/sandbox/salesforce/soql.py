"""Reads SOQL: text to a tree, by a small tokenizer and recursive descent. What the names mean is not known here.

Read are plain queries, count() and child subqueries of one level. Grouping, TYPEOF and semi-joins are refused.
Source: SOQL and SOSL reference.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

from atlas_sync.sandbox.salesforce.errors import ApiError, query_error
from atlas_sync.sandbox.salesforce.syntax import (
    Comparison,
    Condition,
    Group,
    Literal,
    Negation,
    Order,
    Path,
    Select,
)

__all__ = ["parse"]

_LONGEST = 100_000
_FARTHEST = 2000
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<datetime>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))
    | (?P<date>\d{4}-\d\d-\d\d)
    | (?P<number>[+-]?\d+(?:\.\d+)?)
    | (?P<string>'(?:[^'\\]|\\.)*')
    | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<sign>!=|<>|<=|>=|[=<>(),.])
    )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_OPERATORS = {"=", "!=", "<>", "<", "<=", ">", ">="}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


def parse(text: str) -> Select:
    """Read a query.

    Raises:
        ApiError: MALFORMED_QUERY, with the place in the text.
    """
    if len(text) > _LONGEST:
        raise ApiError(400, "MALFORMED_QUERY", f"SOQL statements can not be longer than {_LONGEST} characters")
    parser = _Parser(text)
    select = parser.select()
    parser.expect_end()
    return select


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            wrong = len(text) - len(text[at:].lstrip())
            problem = f"line 1:{wrong} no viable alternative at character '{text[wrong]}'"
            raise query_error("MALFORMED_QUERY", problem, query=text, at=wrong)
        tokens.append(_Token(match.lastgroup, match.group(match.lastgroup), match.start(match.lastgroup)))
        at = match.end()
    tokens.append(_Token("end", "<EOF>", len(text.rstrip())))
    return tokens


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = _tokens(text)
        self._next = 0

    @property
    def _token(self) -> _Token:
        return self._tokens[self._next]

    def _wrong(self, token: _Token | None = None, text: str = "") -> ApiError:
        token = token or self._token
        problem = text or f"unexpected token: '{token.text}'"
        return query_error("MALFORMED_QUERY", problem, query=self._text, at=token.at)

    def _is(self, *words: str) -> bool:
        """Tell if the next tokens are these words or signs."""
        coming = self._tokens[self._next : self._next + len(words)]
        return [t.text.lower() for t in coming if t.kind in {"name", "sign"}] == list(words)

    def _take(self, *words: str) -> bool:
        found = self._is(*words)
        self._next += len(words) if found else 0
        return found

    def _expect(self, word: str) -> None:
        if not self._take(word):
            raise self._wrong()

    def _pop(self, kind: str) -> _Token:
        token = self._token
        if token.kind != kind:
            raise self._wrong()
        self._next += 1
        return token

    def expect_end(self) -> None:
        if self._token.kind != "end":
            raise self._wrong()

    def select(self, *, nested: bool = False) -> Select:
        self._expect("select")
        is_count = self._take("count", "(", ")")
        fields = () if is_count else self._fields(nested=nested)
        self._expect("from")
        source = self._pop("name")
        where = self._condition() if self._take("where") else None
        order = self._orders() if self._take("order", "by") else ()
        limit = self._count() if self._take("limit") else None
        offset = self._count() if self._take("offset") else 0
        if offset > _FARTHEST:
            raise ApiError(400, "NUMBER_OUTSIDE_VALID_RANGE", f"Maximum SOQL offset allowed is {_FARTHEST}")
        return Select(fields, source.text, source.at, where, order, limit, offset, is_count)

    def _fields(self, *, nested: bool) -> tuple[Path | Select, ...]:
        fields: list[Path | Select] = []
        while not fields or self._take(","):
            if not nested and self._take("("):
                fields.append(self.select(nested=True))
                self._expect(")")
            else:
                fields.append(self._path())
        return tuple(fields)

    def _path(self) -> Path:
        first = self._pop("name")
        parts = [first.text]
        while self._take("."):
            parts.append(self._pop("name").text)
        return Path(tuple(parts), first.at)

    def _count(self) -> int:
        token = self._pop("number")
        if not token.text.isdigit():
            raise self._wrong(token)
        return int(token.text)

    def _orders(self) -> tuple[Order, ...]:
        orders: list[Order] = []
        while not orders or self._take(","):
            path = self._path()
            descending = self._take("desc")
            if not descending:
                self._take("asc")
            nulls_last = self._take("nulls", "last")
            if not nulls_last:
                self._take("nulls", "first")
            orders.append(Order(path, descending, nulls_last))
        return tuple(orders)

    def _condition(self) -> Condition:
        """Read conditions joined by one word; mixing AND with OR needs parentheses, as at the vendor."""
        parts = [self._single()]
        for word in ("and", "or"):
            if self._is(word):
                while self._take(word):
                    parts.append(self._single())
                return Group("and" if word == "and" else "or", tuple(parts))
        return parts[0]

    def _single(self) -> Condition:
        if self._take("not"):
            return Negation(self._single())
        if self._take("("):
            inner = self._condition()
            self._expect(")")
            return inner
        return self._test()

    def _test(self) -> Comparison:
        path = self._path()
        if self._take("like"):
            token = self._pop("string")
            return Comparison(path, "like", (Literal("string", self._pattern(token), token.at),))
        for words in (("not", "in"), ("in",)):
            if self._take(*words):
                return Comparison(path, " ".join(words), self._list())
        sign = self._pop("sign")
        if sign.text not in _OPERATORS:
            raise self._wrong(sign)
        return Comparison(path, "!=" if sign.text == "<>" else sign.text, (self._literal(),))

    def _list(self) -> tuple[Literal, ...]:
        self._expect("(")
        values = [self._literal()]
        while self._take(","):
            values.append(self._literal())
        self._expect(")")
        return tuple(values)

    def _literal(self) -> Literal:
        token = self._token
        self._next += 1
        match token.kind, token.text.lower():
            case "string", _:
                return Literal("string", self._unescape(token), token.at)
            case "number", text:
                return Literal("number", float(text), token.at)
            case "date" | "datetime", _:
                return self._moment(token)
            case "name", "true" | "false":
                return Literal("boolean", token.text.lower() == "true", token.at)
            case "name", "null":
                return Literal("null", None, token.at)
            case _:
                raise self._wrong(token)

    def _moment(self, token: _Token) -> Literal:
        try:
            if token.kind == "date":
                return Literal("date", date.fromisoformat(token.text), token.at)
            return Literal("datetime", datetime.fromisoformat(token.text).astimezone(UTC), token.at)
        except ValueError:
            raise self._wrong(token, f"Invalid {token.kind}: {token.text}") from None

    def _unescape(self, token: _Token) -> str:
        return _ESCAPE.sub(lambda found: self._escaped(found.group(1), token), token.text[1:-1])

    def _escaped(self, mark: str, token: _Token) -> str:
        if mark in _ESCAPES:
            return _ESCAPES[mark]
        if mark.startswith("u") and len(mark) > 1:
            return chr(int(mark[1:], 16))
        raise self._wrong(token, f"Illegal character sequence '\\{mark}' in string literal")

    def _pattern(self, token: _Token) -> str:
        """Turn a LIKE pattern into a regular expression; an escaped wildcard stands for itself."""
        out: list[str] = []
        for piece in re.findall(r"\\u[0-9A-Fa-f]{4}|\\.|[^\\]", token.text[1:-1], re.DOTALL):
            if piece in {"\\%", "\\_"}:
                out.append(re.escape(piece[1]))
            elif piece in {"%", "_"}:
                out.append(".*" if piece == "%" else ".")
            else:
                out.append(re.escape(self._escaped(piece[1:], token) if piece.startswith("\\") else piece))
        return "".join(out)
