"""What may be written into an issue's fields, checked and read as the vendor does it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from atlas_sync.sandbox.jira import adf
from atlas_sync.sandbox.jira.store import TYPES, Issue, Project, User
from atlas_sync.sandbox.jira.view import View

__all__ = ["NOT_ON_SCREEN", "WRITABLE", "Read", "RefusedError", "check"]

WRITABLE = frozenset({"project", "issuetype", "summary", "description", "labels", "duedate", "parent", "assignee"})
NOT_ON_SCREEN = "Field '{name}' cannot be set. It is not on the appropriate screen, or unknown."
_SUMMARY = 255


class Read(Protocol):
    """Checks and reads fields of a write, each product in its way."""

    def __call__(self, view: View, fields: Mapping[str, Any], project: Project, *, creating: bool) -> dict[str, Any]:
        """Give the fields as the site keeps them."""
        ...


class RefusedError(ValueError):
    """A write is refused: messages by field."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("refused")
        self.errors = dict(errors)


def check(view: View, fields: Mapping[str, Any], project: Project, *, creating: bool) -> dict[str, Any]:
    """Check and read fields of a write.

    Raises:
        RefusedError: with all that is wrong, by field.
    """
    errors: dict[str, str] = {}
    wanted = _required(fields, project)
    allowed = (WRITABLE - view.hidden_fields()) | wanted.keys()
    errors |= {name: NOT_ON_SCREEN.format(name=name) for name in fields if name not in allowed}
    read: dict[str, Any] = {}
    for name, value in fields.items():
        if name in errors or name == "project":
            continue
        if name in wanted:
            read.setdefault("custom", {})[name] = value
            continue
        try:
            read |= _read_field(view, name, value, project)
        except RefusedError as error:
            errors |= error.errors
    if creating:
        if "summary" not in fields:
            errors["summary"] = "You must specify a summary of the issue."
        if "type" not in read and "issuetype" not in errors:
            errors["issuetype"] = "Specify an issue type"
        read.setdefault("description", None)
        errors |= {name: f"{title} is required." for name, (title, _values) in wanted.items() if name not in fields}
        if "type" in read and read["type"] not in project.types:
            errors["issuetype"] = "The issue type selected is invalid."
    if errors:
        raise RefusedError(errors)
    return read


def _required(fields: Mapping[str, Any], project: Project) -> Mapping[str, tuple[str, Sequence[str]]]:
    """Give what the project demands of issues of this type."""
    kind = fields.get("issuetype") or {}
    names = [name for name, (type_id, _level) in TYPES.items() if name == kind.get("name") or type_id == kind.get("id")]
    return project.required.get(names[0], {}) if names else {}


def _read_field(view: View, name: str, value: Any, project: Project) -> dict[str, Any]:  # noqa: ANN401 - the wire
    """Read one field of a write.

    Raises:
        RefusedError: its value is not allowed.
    """
    if name == "parent":
        return {"parent": _parent(view, value, project)}
    if name == "assignee":
        return {"assignee": _assignee(view, value)}
    return _PLAIN_FIELDS[name](value)


def _parent(view: View, value: Any, project: Project) -> Issue | None:  # noqa: ANN401 - the wire
    parent = view.issue(str(value.get("id") or value.get("key"))) if value else None
    if value and (parent is None or parent.project is not project):
        raise RefusedError({"parentId": "Given parent work item does not belong to appropriate hierarchy."})
    return parent


def _assignee(view: View, value: Any) -> User | None:  # noqa: ANN401 - the wire
    account = value.get("accountId") if value else None
    user = next((one for one in view.site.users.values() if one.account_id == account), None)
    if value and (user is None or not user.active):
        raise RefusedError({"assignee": "User cannot be assigned issues."})
    return user


def _summary(value: Any) -> dict[str, Any]:  # noqa: ANN401 - the wire
    text = str(value or "")
    if not text.strip():
        raise RefusedError({"summary": "You must specify a summary of the issue."})
    if "\n" in text or "\r" in text:
        raise RefusedError({"summary": "The summary is invalid because it contains newline characters."})
    if len(text) > _SUMMARY:
        raise RefusedError({"summary": "Summary can't exceed 255 characters."})
    return {"summary": text}


def _type(value: Any) -> dict[str, Any]:  # noqa: ANN401 - the wire
    for name, (type_id, _level) in TYPES.items():
        if type_id == str(value.get("id")) or name == value.get("name"):
            return {"type": name}
    raise RefusedError({"issuetype": "The issue type selected is invalid."})


def _description(value: Any) -> dict[str, Any]:  # noqa: ANN401 - the wire
    if value is not None and not adf.is_valid(value):
        message = "Operation value must be an Atlassian Document (see the Atlassian Document Format)"
        raise RefusedError({"description": message})
    return {"description": value}


def _labels(value: Any) -> dict[str, Any]:  # noqa: ANN401 - the wire
    if not isinstance(value, list) or any(re.search(r"\s", str(label)) for label in value):
        raise RefusedError({"labels": "The label can't contain spaces."})
    return {"labels": [str(label) for label in value]}


def _due(value: Any) -> dict[str, Any]:  # noqa: ANN401 - the wire
    try:
        return {"due": date.fromisoformat(value) if value else None}
    except ValueError:
        raise RefusedError({"duedate": "Error parsing date string"}) from None


_PLAIN_FIELDS: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "summary": _summary,
    "issuetype": _type,
    "description": _description,
    "labels": _labels,
    "duedate": _due,
}
