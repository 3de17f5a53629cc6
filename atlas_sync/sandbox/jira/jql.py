"""The query language, as far as an integration needs it: clauses with AND, OR, NOT and parentheses, and ORDER BY.

An unknown project or field refuses the whole query, as the vendor does. Source: Jira Cloud, advanced search reference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from atlas_sync.sandbox.jira.adf import text_of
from atlas_sync.sandbox.jira.store import STATUSES, TYPES, Issue, Site, User

__all__ = ["JqlError", "Query", "parse"]

_TOKEN = re.compile(r'\s*(?:("(?:[^"\\]|\\.)*")|(>=|<=|!=|!~|=|>|<|~|\(|\)|,)|([^\s"()<>=!~,]+))')
_RELATIVE = re.compile(r"-(\d+)([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_CATEGORIES = {"to do": "new", "in progress": "indeterminate", "done": "done"}
_FIELDS = frozenset(
    ("project", "key", "issuekey", "id", "issue", "labels", "status", "statuscategory", "type", "issuetype", "parent")
) | frozenset(("assignee", "updated", "created", "text", "summary", "description", "resolution", "reporter", "creator"))

_EPIC_LINK = "cf[10014]"

Test = Callable[[Issue], bool]


class JqlError(ValueError):
    """The query is refused; the message is the vendor's."""


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query. `bounded` tells if anything restricts it."""

    test: Test
    order: Sequence[tuple[str, bool]]
    bounded: bool


def parse(jql: str, site: Site, *, zone: str, has_epic_link: bool = False) -> Query:
    """Read a query. With `has_epic_link`, as on Data Center, only sub-tasks have a parent, and the rest name their epic.

    Raises:
        JqlError: it cannot be read, or names something that is not there.
    """
    return _Parser(_tokens(jql), site, zone, has_epic_link=has_epic_link).query()


def _tokens(jql: str) -> list[str]:
    found, place = [], 0
    while place < len(jql.rstrip()):
        match = _TOKEN.match(jql, place)
        if match is None:
            message = f"Error in the JQL Query: The character '{jql[place]}' is a reserved JQL character."
            raise JqlError(message)
        found.append(match.group(1) or match.group(2) or match.group(3))
        place = match.end()
    return found


class _Parser:
    def __init__(self, tokens: list[str], site: Site, zone: str, *, has_epic_link: bool) -> None:
        self._tokens = tokens
        self._at = 0
        self._site = site
        self._zone = ZoneInfo(zone)
        self._has_epic_link = has_epic_link

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        if not token:
            raise JqlError(
                "Error in the JQL Query: Expecting either a value, list or function before the end of the query."
            )
        self._at += 1
        return token

    def _word(self, *words: str) -> bool:
        if self._peek().lower() in words:
            self._at += 1
            return True
        return False

    def query(self) -> Query:
        bounded = bool(self._peek()) and self._peek().lower() != "order"
        test = self._either() if bounded else lambda _issue: True
        order: list[tuple[str, bool]] = []
        if self._word("order"):
            if not self._word("by"):
                raise JqlError("Error in the JQL Query: Expecting 'by' after 'order'.")
            order = self._order()
        if self._peek():
            message = f"Error in the JQL Query: Expecting operator before the end of the query, got '{self._peek()}'."
            raise JqlError(message)
        return Query(test, order, bounded)

    def _order(self) -> list[tuple[str, bool]]:
        order = []
        while True:
            name = self._next().lower()
            if name not in _FIELDS:
                message = f"Field '{name}' does not exist or you do not have permission to view it."
                raise JqlError(message)
            descending = self._word("desc")
            if not descending:
                self._word("asc")
            order.append((name, descending))
            if self._peek() != ",":
                return order
            self._at += 1

    def _either(self) -> Test:
        tests = [self._both()]
        while self._word("or"):
            tests.append(self._both())
        return tests[0] if len(tests) == 1 else lambda issue: any(test(issue) for test in tests)

    def _both(self) -> Test:
        tests = [self._one()]
        while self._word("and"):
            tests.append(self._one())
        return tests[0] if len(tests) == 1 else lambda issue: all(test(issue) for test in tests)

    def _one(self) -> Test:
        if self._word("not"):
            inner = self._one()
            return lambda issue: not inner(issue)
        if self._peek() == "(":
            self._at += 1
            inner = self._either()
            if self._next() != ")":
                raise JqlError("Error in the JQL Query: Expecting ')' before the end of the query.")
            return inner
        return self._clause()

    def _clause(self) -> Test:
        name = _unquote(self._next())
        field = name.lower()
        if field not in _FIELDS and not (self._has_epic_link and field == _EPIC_LINK):
            message = f"Field '{name}' does not exist or you do not have permission to view it."
            raise JqlError(message)
        operator = self._operator()
        if operator in {"is", "is not"}:
            if not self._word("empty", "null"):
                raise JqlError("Error in the JQL Query: Expecting EMPTY or NULL after IS.")
            wanted = operator == "is"
            return lambda issue: (not _values(issue, field)) is wanted
        values = self._values(many="in" in operator)
        if field in {"updated", "created"}:
            return self._time_test(field, operator, values[0])
        if field == "project":
            self._check_projects(values)
        if self._has_epic_link and field in {"parent", _EPIC_LINK}:
            test = _match_test("parent", operator, [value.lower() for value in values])
            return lambda issue: (issue.type == "Sub-task") is (field == "parent") and test(issue)
        return _match_test(field, operator, [value.lower() for value in values])

    def _operator(self) -> str:
        operator = self._next().lower()
        if operator == "not":
            self._word("in")
            return "not in"
        if operator == "is":
            return "is not" if self._word("not") else "is"
        return operator

    def _values(self, *, many: bool) -> list[str]:
        if not many:
            value = _unquote(self._next())
            return [self._me()] if value.lower() == "currentuser" and self._peek() == "(" else [value]
        if self._next() != "(":
            raise JqlError("Error in the JQL Query: Expecting '(' after IN.")
        values = [_unquote(self._next())]
        while self._peek() == ",":
            self._at += 1
            values.append(_unquote(self._next()))
        if self._next() != ")":
            raise JqlError("Error in the JQL Query: Expecting ')' before the end of the query.")
        return values

    def _me(self) -> str:
        if (self._next(), self._next()) != ("(", ")"):
            raise JqlError("Error in the JQL Query: Function 'currentUser' expects no arguments.")
        return self._site.users["bot"].account_id

    def _check_projects(self, values: Sequence[str]) -> None:
        for value in values:
            if not any(
                value.lower() in {one.id, one.key.lower(), one.name.lower()} for one in self._site.projects.values()
            ):
                message = f"The value '{value}' does not exist for the field 'project'."
                raise JqlError(message)

    def _time_test(self, field: str, operator: str, value: str) -> Test:
        moment, minutes = self._moment(value)

        def test(issue: Issue) -> bool:
            stamp: datetime = getattr(issue, field)
            if minutes:
                stamp = stamp.replace(second=0, microsecond=0)
            return {">=": stamp >= moment, ">": stamp > moment, "<=": stamp <= moment, "<": stamp < moment}[operator]

        if operator not in {">=", ">", "<=", "<"}:
            message = f"The operator '{operator}' is not supported by the '{field}' field."
            raise JqlError(message)
        return test

    def _moment(self, value: str) -> tuple[datetime, bool]:
        """Read a time: milliseconds since 1970, relative, or a date in the caller's own zone with minutes' grain."""
        if value.isdigit():
            return datetime.fromtimestamp(int(value) / 1000, UTC), False
        if match := _RELATIVE.fullmatch(value):
            return self._site.clock.now() - timedelta(**{_UNITS[match[2]]: int(match[1])}), False
        for form in ("%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y-%m-%d"):
            try:
                return datetime.strptime(value, form).replace(tzinfo=self._zone).astimezone(UTC), True
            except ValueError:
                continue
        message = f"Date value '{value}' for field is invalid. Valid formats include: 'yyyy/MM/dd HH:mm'."
        raise JqlError(message)


def _match_test(field: str, operator: str, values: Sequence[str]) -> Test:
    if operator in {"~", "!~"}:
        words = re.findall(r"\w+", values[0])
        return lambda issue: all(word in re.findall(r"\w+", _text(issue, field)) for word in words) is (operator == "~")
    if operator in {"=", "in"}:
        return lambda issue: any(value in _values(issue, field) for value in values)
    if operator in {"!=", "not in"}:
        return lambda issue: bool(_values(issue, field)) and not any(value in _values(issue, field) for value in values)
    if operator in {">", ">=", "<", "<="} and field == "id":
        limit = int(values[0])
        return lambda issue: {">": int(issue.id) > limit, ">=": int(issue.id) >= limit}.get(
            operator, int(issue.id) < limit
        )
    message = f"The operator '{operator}' is not supported by the '{field}' field."
    raise JqlError(message)


def _unquote(token: str) -> str:
    return re.sub(r"\\(.)", r"\1", token[1:-1]) if token.startswith('"') else token


def _text(issue: Issue, field: str) -> str:
    parts = {"summary": issue.summary, "description": text_of(issue.description)}
    return (parts.get(field) or f"{issue.summary} {text_of(issue.description)}").lower()


def _values(issue: Issue, field: str) -> list[str]:
    """Give what an issue holds in a field, in lower case, by every name a query may use."""
    status_id, category = STATUSES[issue.status]
    kind = [issue.type.lower(), TYPES[issue.type][0]]
    own = [issue.id, issue.key.lower()]
    held = {
        "project": [issue.project.id, issue.project.key.lower(), issue.project.name.lower()],
        "key": own,
        "issuekey": own,
        "id": own,
        "issue": own,
        "labels": [label.lower() for label in issue.labels],
        "status": [issue.status.lower(), status_id],
        "statuscategory": [category, *(name for name, key in _CATEGORIES.items() if key == category)],
        "type": kind,
        "issuetype": kind,
        "parent": [issue.parent.id, issue.parent.key.lower()] if issue.parent else [],
        "assignee": _person(issue.assignee),
        "reporter": _person(issue.reporter),
        "creator": _person(issue.reporter),
        "resolution": [issue.status.lower()] if category == "done" else [],
    }
    return held.get(field, [])


def _person(user: User | None) -> list[str]:
    return [user.account_id.lower(), user.name.lower()] if user else []
