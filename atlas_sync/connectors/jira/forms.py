"""What a project takes when an issue is made: types, fields on the screen, what is required, and what that costs us.

Source: Jira Cloud REST v3, issue/createmeta; what only a workflow demands does not show there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from atlas_sync.connectors.jira.client import JiraClient
from atlas_sync.connectors.protocol import Preflight

__all__ = ["Form", "Forms"]

_NEEDED = {"BROWSE_PROJECTS": "Browse projects", "CREATE_ISSUES": "Create issues", "EDIT_ISSUES": "Edit issues"}
_PORTAL = "service_desk"
_OURS = frozenset({"project", "issuetype", "summary", "description", "labels", "duedate", "parent", "reporter"})


@dataclass(frozen=True, slots=True)
class Form:
    """How an issue of one type is made: the fields on its screen, those with only one value `filled`, and what is `lacking`."""

    type_id: str
    name: str
    is_epic: bool
    fields: frozenset[str]
    filled: Mapping[str, Any]
    lacking: tuple[str, ...]


class Forms:
    """Reads what projects take, once for each."""

    def __init__(self, client: JiraClient) -> None:
        self._client = client
        self._types: dict[str, list[Mapping[str, Any]]] = {}
        self._forms: dict[tuple[str, str], Form] = {}

    def preflight(self, project: str) -> Preflight:
        """Say what stands in the way, and what will be left out or written otherwise."""
        wanted = ",".join((*_NEEDED, "LINK_ISSUES", "ADD_COMMENTS", "CREATE_ATTACHMENTS"))
        answer = self._client.get("mypermissions", operation="permissions", projectKey=project, permissions=wanted)
        shown = answer.json().get("permissions", {})
        held = {name for name, one in shown.items() if one.get("havePermission")}
        problems = [
            f'Give the integration\'s user "{title}" in project {project}.'
            for name, title in _NEEDED.items()
            if name not in held
        ]
        if problems:
            return Preflight(problems=tuple(problems))
        shown = self._client.get(f"project/{project}", operation="project").json()
        return self._compare(project, held, is_open=shown.get("projectTypeKey") == _PORTAL)

    def _compare(self, project: str, held: Collection[str], *, is_open: bool) -> Preflight:
        brief, item = self.form(project, "brief"), self.form(project, "item")
        if brief is None or brief.lacking:
            why = f"{brief.lacking[0]} is required there" if brief else "it has neither an epic nor a task type"
            return Preflight(problems=(f"No brief can be made in project {project}: {why}.",))
        notes = []
        if is_open:
            notes.append(f"Project {project} is a service desk: its customers count as readers, whatever was declared.")
        if not brief.is_epic:
            notes.append(f"Project {project} has no epics: the brief becomes a task, and items stand beside it.")
        if item is None:
            notes.append(f"Project {project} has no type for a task: everything stands in the brief alone.")
        elif item.lacking:
            what = ", ".join(item.lacking)
            notes.append(
                f"{what} is required of a {item.name.lower()} in project {project}: all stands in the brief alone."
            )
        links, comments = "LINK_ISSUES" in held, "ADD_COMMENTS" in held
        if not comments:
            notes.append(
                f"The integration's user may not comment in project {project}: changes are made without a word."
            )
        if not links:
            notes.append(
                f"The integration's user may not link issues in project {project}: no way back to the CRM is set."
            )
        takes_days = item is not None and "duedate" in item.fields
        if item and not takes_days:
            notes.append(f"The due date is not on the create screen of project {project}: the day stands in the text.")
        if "labels" not in brief.fields:
            notes.append(f"Labels are not on the create screen of project {project}: items are known by a hidden mark.")
        takes_items = item is not None and not item.lacking
        return Preflight(
            notes=tuple(notes),
            takes_items=takes_items,
            takes_links=links,
            takes_comments=comments,
            takes_days=takes_days,
            takes_files="CREATE_ATTACHMENTS" in held,
            is_open=is_open,
        )

    def has_epics(self, project: str) -> bool:
        """Tell if a brief is an epic there, which holds the items."""
        brief = self.form(project, "brief")
        return brief is not None and brief.is_epic

    def form(self, project: str, kind: str) -> Form | None:
        """Choose how to make a brief (an epic, else as an item) or an item (a task, or the first plain type)."""
        types = self._types_of(project)
        plain = [one for one in types if not one.get("subtask") and one.get("hierarchyLevel", 0) == 0]
        chosen = next((one for one in plain if one.get("name") == "Task"), plain[0] if plain else None)
        epic = next((one for one in types if one.get("hierarchyLevel") == 1 or one.get("name") == "Epic"), None)
        if kind == "brief" and epic is not None:
            form = self._form_of(project, epic, is_epic=True)
            if chosen is None or not form.lacking:
                return form
        return self._form_of(project, chosen, is_epic=False) if chosen else None

    def _types_of(self, project: str) -> list[Mapping[str, Any]]:
        if project not in self._types:
            found = self._client.get(f"issue/createmeta/{project}/issuetypes", operation="issue types").json()
            self._types[project] = list(found.get("issueTypes", found.get("values", ())))
        return self._types[project]

    def _form_of(self, project: str, kind: Mapping[str, Any], *, is_epic: bool) -> Form:
        type_id = str(kind["id"])
        if (project, type_id) not in self._forms:
            path = f"issue/createmeta/{project}/issuetypes/{type_id}"
            found = self._client.get(path, operation="create fields", maxResults=200).json()
            fields = {
                str(one.get("fieldId", one.get("key"))): one for one in found.get("fields", found.get("values", ()))
            }
            asked = {
                name: one
                for name, one in fields.items()
                if one.get("required") and not one.get("hasDefaultValue") and name not in _OURS
            }
            filled = {name: value for name, one in asked.items() if (value := _only_value(one)) is not None}
            lacking = tuple(str(one.get("name", name)) for name, one in asked.items() if name not in filled)
            self._forms[project, type_id] = Form(
                type_id, str(kind.get("name", "")), is_epic, frozenset(fields), filled, lacking
            )
        return self._forms[project, type_id]


def _only_value(field: Mapping[str, Any]) -> Mapping[str, str] | None:
    """Give the value of a field that allows only one: choosing it decides nothing."""
    values = list(field.get("allowedValues") or ())
    return {"id": str(values[0]["id"])} if len(values) == 1 and "id" in values[0] else None
