"""What a project takes when an issue is made: types, fields on the screen, what is required, and what that costs us.

Both products tell it in the same two lists, by the page; Data Center calls them `values`. What only a workflow demands does not
show there. Source: Jira Cloud REST v3, issue/createmeta; recording dc9-createmeta-issuetypes.json; pycontribs/jira issue 1699.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from atlas_sync.connectors.jira.client import JiraClient
from atlas_sync.connectors.jira.faults import NotFoundError
from atlas_sync.connectors.writing import Preflight

__all__ = ["Form", "Forms"]

_NEEDED = {"BROWSE_PROJECTS": "Browse projects", "CREATE_ISSUES": "Create issues", "EDIT_ISSUES": "Edit issues"}
_PORTAL = "service_desk"
_OURS = frozenset({"project", "issuetype", "summary", "description", "labels", "duedate", "parent", "reporter"})
_EPIC_LINK, _EPIC_NAME = "com.pyxis.greenhopper.jira:gh-epic-link", "com.pyxis.greenhopper.jira:gh-epic-label"
_PAGE = 200


@dataclass(frozen=True, slots=True)
class Form:
    """How an issue of one type is made: the fields on its screen, those with only one value `filled`, and what is `lacking`.

    `epic_link` is the field that names an issue's epic and `epic_name` the one that names an epic in short, where they stand on
    the screen: Data Center has no parent but of sub-tasks.
    """

    type_id: str
    name: str
    is_epic: bool
    is_subtask: bool
    fields: frozenset[str]
    filled: Mapping[str, Any]
    lacking: tuple[str, ...]
    epic_link: str = ""
    epic_name: str = ""


class Forms:
    """Reads what projects take, once for each."""

    def __init__(self, client: JiraClient, *, is_data_center: bool = False) -> None:
        self._client = client
        self._is_data_center = is_data_center
        self._types: dict[str, list[Mapping[str, Any]]] = {}
        self._forms: dict[tuple[str, str], Form] = {}

    def preflight(self, project: str) -> Preflight:
        """Say what stands in the way, and what will be left out or written otherwise."""
        wanted = ",".join((*_NEEDED, "LINK_ISSUES", "ADD_COMMENTS", "CREATE_ATTACHMENTS", "MANAGE_WATCHERS"))
        try:
            answer = self._client.get("mypermissions", operation="permissions", projectKey=project, permissions=wanted)
        except NotFoundError:
            advice = (
                f'Give the integration\'s user "{_NEEDED["BROWSE_PROJECTS"]}" in project {project}, or correct its key.'
            )
            return Preflight(problems=(advice,))
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
        found = self._compare(project, held, is_open=shown.get("projectTypeKey") == _PORTAL)
        return replace(found, key=shown.get("key", ""))

    def _compare(self, project: str, held: Collection[str], *, is_open: bool) -> Preflight:
        brief, item = self.form(project, "brief"), self.form(project, "item")
        if brief is None or brief.lacking:
            why = f"{brief.lacking[0]} is required there" if brief else "it has neither an epic nor a task type"
            return Preflight(problems=(f"No brief can be made in project {project}: {why}.",))
        return Preflight(
            notes=(*self._shape(project, brief, item, is_open=is_open), *_left_out(project, brief, item, held)),
            takes_items=item is not None and not item.lacking,
            takes_links="LINK_ISSUES" in held,
            takes_comments="ADD_COMMENTS" in held,
            takes_days=item is not None and "duedate" in item.fields,
            takes_files="CREATE_ATTACHMENTS" in held,
            takes_watchers="MANAGE_WATCHERS" in held,
            is_open=is_open,
        )

    def _shape(self, project: str, brief: Form, item: Form | None, *, is_open: bool) -> Iterator[str]:
        """Say what of brief and items, and of looking at them, is otherwise here than usual."""
        if self._is_data_center:
            yield f"Data Center shows items one by one: a look at {project} takes some fifty calls, and one for each item."
        if is_open:
            yield f"Project {project} is a service desk: its customers count as readers, whatever was declared."
        if not brief.is_epic:
            yield f"Project {project} has no epics: the brief becomes a task, and items stand beside it."
        elif item and not self.has_epics(project):
            yield f"The epic is not on the create screen of project {project}: items stand beside the brief."
        if item is None:
            yield f"Project {project} has no type for a task: everything stands in the brief alone."
        elif item.lacking:
            what, kind = ", ".join(item.lacking), item.name.lower()
            yield f"{what} is required of a {kind} in project {project}: all stands in the brief alone."

    def has_epics(self, project: str) -> bool:
        """Tell if a brief is an epic there, which holds the items."""
        brief, item = self.form(project, "brief"), self.form(project, "item")
        holds = not self._is_data_center or (item is not None and bool(item.epic_link))
        return brief is not None and brief.is_epic and holds

    def form(self, project: str, kind: str) -> Form | None:
        """Choose how to make a brief (an epic, else as an item) or an item (a task, or the first plain type)."""
        types = self._types_of(project)
        plain = [
            one for one in types if not one.get("subtask") and one.get("hierarchyLevel", 0) == 0 and not _is_epic(one)
        ]
        chosen = next((one for one in plain if one.get("name") == "Task"), plain[0] if plain else None)
        epic = next(filter(_is_epic, types), None)
        if kind == "brief" and epic is not None:
            form = self._form_of(project, epic)
            if chosen is None or not form.lacking:
                return form
        return self._form_of(project, chosen) if chosen else None

    def form_named(self, project: str, name: str) -> Form | None:
        """Give how to make an issue of a type by its name; None where the project has none, or it asks for what we lack."""
        kind = next((one for one in self._types_of(project) if one.get("name") == name), None)
        form = self._form_of(project, kind) if kind else None
        return None if form is None or form.lacking else form

    def _types_of(self, project: str) -> list[Mapping[str, Any]]:
        if project not in self._types:
            path = f"issue/createmeta/{project}/issuetypes"
            self._types[project] = list(self._listed(path, "issueTypes", operation="issue types"))
        return self._types[project]

    def _form_of(self, project: str, kind: Mapping[str, Any]) -> Form:
        type_id = str(kind["id"])
        if (project, type_id) not in self._forms:
            path = f"issue/createmeta/{project}/issuetypes/{type_id}"
            listed = self._listed(path, "fields", operation="create fields")
            fields = {str(one.get("fieldId", one.get("key"))): one for one in listed}
            customs = {(one.get("schema") or {}).get("custom"): name for name, one in fields.items()}
            epic_link, epic_name = customs.get(_EPIC_LINK, ""), customs.get(_EPIC_NAME, "")
            asked = {
                name: one
                for name, one in fields.items()
                if one.get("required") and not one.get("hasDefaultValue") and name not in {*_OURS, epic_link, epic_name}
            }
            filled = {name: value for name, one in asked.items() if (value := _only_value(one)) is not None}
            lacking = tuple(str(one.get("name", name)) for name, one in asked.items() if name not in filled)
            self._forms[project, type_id] = Form(
                type_id,
                name=str(kind.get("name", "")),
                is_epic=_is_epic(kind),
                is_subtask=bool(kind.get("subtask")),
                fields=frozenset(fields),
                filled=filled,
                lacking=lacking,
                epic_link=epic_link,
                epic_name=epic_name,
            )
        return self._forms[project, type_id]

    def _listed(self, path: str, name: str, *, operation: str) -> Iterator[Mapping[str, Any]]:
        """Yield all entries of a list that comes by the page."""
        start = 0
        while True:
            answer = self._client.get(path, operation=operation, startAt=start, maxResults=_PAGE).json()
            entries = answer.get(name, answer.get("values", ()))
            yield from entries
            start += len(entries)
            if not entries or answer.get("isLast") or start >= int(answer.get("total") or 0):
                return


def _left_out(project: str, brief: Form, item: Form | None, held: Collection[str]) -> Iterator[str]:
    """Say what is not written for want of a permission or a field."""
    if "ADD_COMMENTS" not in held:
        yield f"The integration's user may not comment in project {project}: changes are made without a word."
    if "LINK_ISSUES" not in held:
        yield f"The integration's user may not link issues in project {project}: no way back to the CRM is set."
    if item and "duedate" not in item.fields:
        yield f"The due date is not on the create screen of project {project}: the day stands in the text."
    if "labels" not in brief.fields:
        yield f"Labels are not on the create screen of project {project}: items are known by a hidden mark."


def _is_epic(kind: Mapping[str, Any]) -> bool:
    """Tell if issues of a type hold others; Data Center has no levels, but the name."""
    return kind.get("hierarchyLevel") == 1 or kind.get("name") == "Epic"


def _only_value(field: Mapping[str, Any]) -> Mapping[str, str] | None:
    """Give the value of a field that allows only one: choosing it decides nothing."""
    values = list(field.get("allowedValues") or ())
    return {"id": str(values[0]["id"])} if len(values) == 1 and "id" in values[0] else None
