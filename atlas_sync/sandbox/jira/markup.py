"""What may be written into an issue of Data Center: texts as wiki markup, people by name, epics by a field of their own.

Source: Jira Data Center REST v2, issue; contract recordings createmeta-dc.json and dc9-createmeta-issuetypes.json.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from atlas_sync.sandbox.jira.fields import NOT_ON_SCREEN, WRITABLE, RefusedError, check
from atlas_sync.sandbox.jira.render import field_json
from atlas_sync.sandbox.jira.store import TYPES, Issue, Project, User
from atlas_sync.sandbox.jira.view import View

__all__ = ["EPIC_LINK", "EPIC_NAME", "check_markup", "is_text", "screen"]

EPIC_LINK, EPIC_NAME = "customfield_10014", "customfield_10011"
_TEXT_LIMIT = 32_767


def screen(view: View, kind: str) -> list[dict[str, Any]]:
    """Give the fields on the create screen of a type: only sub-tasks have a parent, epics a name, and the rest an epic."""
    names = set(WRITABLE) - ({"parent"} if kind != "Sub-task" else set())
    names |= {EPIC_NAME} if kind == "Epic" else {EPIC_LINK} if kind != "Sub-task" else set()
    required = {"project", "issuetype", "summary", EPIC_NAME, "parent"}
    return [
        {
            "fieldId": name,
            "name": field_json(name)["name"],
            "schema": field_json(name).get("schema", {"type": "string", "system": name}),
            "required": name in required,
            "hasDefaultValue": False,
            "operations": ["set"],
        }
        for name in sorted(names - view.hidden_fields())
    ]


def is_text(value: object) -> bool:
    """Tell if something may be the body of a comment."""
    return isinstance(value, str) and bool(value.strip()) and len(value) <= _TEXT_LIMIT


def check_markup(view: View, fields: Mapping[str, Any], project: Project, *, creating: bool) -> dict[str, Any]:
    """Check and read fields of a write.

    Raises:
        RefusedError: with all that is wrong, by field.
    """
    rest, errors, read = dict(fields), dict[str, str](), dict[str, Any]()
    kind = _type_of(fields)
    if creating and kind == "Epic" and EPIC_NAME not in fields and EPIC_NAME not in view.hidden_fields():
        errors[EPIC_NAME] = "Epic Name is required."
    if creating and kind != "Sub-task" and "parent" in fields:
        errors["parent"] = NOT_ON_SCREEN.format(name="parent")
    for name, reader in _READERS.items():
        if name not in rest:
            continue
        value = rest.pop(name)
        if name in view.hidden_fields():
            errors[name] = NOT_ON_SCREEN.format(name=name)
            continue
        try:
            read |= reader(view, value)
        except RefusedError as error:
            errors |= error.errors
    try:
        checked = check(view, rest, project, creating=creating)
    except RefusedError as error:
        checked, errors = {}, error.errors | errors
    if errors:
        raise RefusedError(errors)
    return checked | read


def _type_of(fields: Mapping[str, Any]) -> str:
    wanted = fields.get("issuetype") or {}
    return next((name for name, (type_id, _level) in TYPES.items() if wanted.get("id") == type_id), "") or str(
        wanted.get("name", "")
    )


def _description(_view: View, value: Any) -> dict[str, Any]:  # noqa: ANN401 - the wire
    if value is not None and not isinstance(value, str):
        raise RefusedError({"description": "Operation value must be a string"})
    if value and len(value) > _TEXT_LIMIT:
        message = f"The entered text is too long. It exceeds the allowed limit of {_TEXT_LIMIT:,} characters."
        raise RefusedError({"description": message})
    return {"description": value or None}


def _assignee(view: View, value: Any) -> dict[str, User | None]:  # noqa: ANN401 - the wire
    name = value.get("name") if value else None
    user = view.site.users.get(str(name))
    if name and (user is None or not user.active):
        raise RefusedError({"assignee": f"User '{name}' does not exist."})
    return {"assignee": user}


def _epic(view: View, value: Any) -> dict[str, Issue | None]:  # noqa: ANN401 - the wire
    epic = view.issue(str(value).removeprefix("key:")) if value else None
    if value and (epic is None or epic.type != "Epic"):
        raise RefusedError({EPIC_LINK: f"Issue with key '{value}' is not an epic, or does not exist."})
    return {"parent": epic}


def _epic_name(_view: View, value: Any) -> dict[str, Any]:  # noqa: ANN401 - the wire
    if not isinstance(value, str) or not value.strip():
        raise RefusedError({EPIC_NAME: "Epic Name is required."})
    return {"custom": {EPIC_NAME: value}}


_READERS: Mapping[str, Callable[[View, Any], dict[str, Any]]] = {
    "description": _description,
    "assignee": _assignee,
    EPIC_LINK: _epic,
    EPIC_NAME: _epic_name,
}
