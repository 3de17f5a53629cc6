"""What a project takes when an issue is made: modules, permissions, trackers and their fields, and what that costs us.

Source: Redmine 5.0.4. What only a workflow or a required custom field demands does not show to anybody but admins; a create
that is refused says where.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from atlas_sync.connectors.redmine.client import RedmineClient
from atlas_sync.connectors.redmine.faults import NotFoundError
from atlas_sync.connectors.redmine.settings import RedmineSettings
from atlas_sync.connectors.writing import Preflight
from atlas_sync.errors import AccessError

__all__ = ["Form", "Forms"]

_NEEDED = {"view_issues": "View issues", "add_issues": "Add issues", "edit_issues": "Edit issues"}
_GRANT = 'Give the integration\'s user "{}" in project {}.'
_REOPEN = "Project {} is closed: open it again."
_ACTIVE = 1


@dataclass(frozen=True, slots=True)
class Form:
    """How an issue is made in a project: its tracker, the standard fields that it has, and if items can stand below others."""

    project_id: str
    tracker_id: int
    tracker: str
    fields: frozenset[str]
    takes_parents: bool


class Forms:
    """Reads what projects take, once for each."""

    def __init__(self, client: RedmineClient, settings: RedmineSettings) -> None:
        self._client = client
        self._settings = settings
        self._projects: dict[str, Mapping[str, Any]] = {}
        self._roles: dict[str, Mapping[str, Any]] = {}
        self._trackers: dict[str, Mapping[str, Any]] = {}

    def preflight(self, project: str) -> Preflight:
        """Say what stands in the way, and what will be left out or written otherwise."""
        shown = self._project(project)
        if shown is None:
            return Preflight(
                problems=(f"Let the integration's user see project {project}, or correct its identifier.",)
            )
        held = self._permissions(shown)
        problems = [
            _GRANT.format(title, project) for name, title in _NEEDED.items() if held is not None and name not in held
        ]
        if shown.get("status", _ACTIVE) != _ACTIVE:
            problems.append(_REOPEN.format(project))
        if "issue_tracking" not in {one.get("name") for one in shown.get("enabled_modules", ())}:
            problems.append(f'Switch the module "Issue tracking" on in project {project}.')
        form = self.form(project)
        if form is None:
            problems.append(f"Give project {project} a tracker.")
        elif "description" not in form.fields:
            problems.append(f"The tracker {form.tracker} has no description: switch it on, or choose another tracker.")
        if problems or form is None:
            return Preflight(problems=tuple(problems))
        return self._preflight(project, shown, form, comments=held is None or "add_issue_notes" in held)

    def _preflight(self, project: str, shown: Mapping[str, Any], form: Form, *, comments: bool) -> Preflight:
        is_open = bool(shown.get("is_public")) and self._settings.public_is_open
        takes_days = "due_date" in form.fields
        notes = {
            f"Project {project} is public: it counts as readable by clients, whatever was declared.": is_open,
            f"Project {project} has no tracker {self._settings.tracker}: items are made as {form.tracker}.": (
                form.tracker != self._settings.tracker
            ),
            f"Project {project} takes no subtasks from us: items stand beside the brief.": not form.takes_parents,
            f"The integration's user may not comment in project {project}: changes are made without a word.": not comments,
            f"The tracker {form.tracker} has no due date: the day stands in the text.": not takes_days,
        }
        return Preflight(
            notes=tuple(note for note, holds in notes.items() if holds),
            takes_links=False,
            takes_comments=comments,
            takes_days=takes_days,
            takes_files=True,
            is_open=is_open,
        )

    def way_to_edit(self, project: str) -> str:
        """Say what lets us edit the issues of a project again."""
        shown = self._project(project)
        is_closed = shown is not None and shown.get("status", _ACTIVE) != _ACTIVE
        return _REOPEN.format(project) if is_closed else _GRANT.format(_NEEDED["edit_issues"], project)

    def form(self, project: str) -> Form | None:
        """Choose how to make an issue there; None where the project has no tracker, or cannot be seen."""
        shown = self._project(project)
        trackers = list(shown.get("trackers", ())) if shown else []
        if shown is None or not trackers:
            return None
        chosen = next((one for one in trackers if one.get("name") == self._settings.tracker), trackers[0])
        fields = frozenset(self._tracker(str(chosen["id"])).get("enabled_standard_fields", ()))
        held = self._permissions(shown)
        return Form(
            project_id=str(shown["id"]),
            tracker_id=int(chosen["id"]),
            tracker=str(chosen.get("name", "")),
            fields=fields,
            takes_parents="parent_issue_id" in fields and (held is None or "manage_subtasks" in held),
        )

    def hides_notes(self, project_id: str) -> bool:
        """Tell if a delete in a project may take along notes that we may not see."""
        shown = self._project(project_id)
        held = self._permissions(shown) if shown else None
        return held is not None and "delete_issues" in held and "view_private_notes" not in held

    def key(self, project_id: str) -> str:
        """Give a project's identifier; nothing where it cannot be seen."""
        shown = self._project(project_id)
        return str(shown["identifier"]) if shown else ""

    def _project(self, name: str) -> Mapping[str, Any] | None:
        """Look a project up, by id or identifier."""
        if name not in self._projects:
            try:
                answer = self._client.get(f"projects/{name}", operation="project", include="trackers,enabled_modules")
                shown = dict(answer.json()["project"])
                self._projects |= {str(shown["id"]): shown, str(shown["identifier"]): shown}
            except (NotFoundError, AccessError):
                return None
        return self._projects[name]

    def _permissions(self, project: Mapping[str, Any]) -> frozenset[str] | None:
        """Give what our roles allow in a project; None for an admin, who may do everything."""
        me = self._client.me()
        if me.admin:
            return None
        roles = [role for one in me.memberships if one["project"]["id"] == project["id"] for role in one["roles"]]
        return frozenset(name for role in roles for name in self._role(str(role["id"])).get("permissions", ()))

    def _role(self, role_id: str) -> Mapping[str, Any]:
        if role_id not in self._roles:
            self._roles[role_id] = dict(self._client.get(f"roles/{role_id}", operation="role").json()["role"])
        return self._roles[role_id]

    def _tracker(self, tracker_id: str) -> Mapping[str, Any]:
        if not self._trackers:
            page = self._client.page("trackers", "trackers", operation="trackers")
            self._trackers = {str(one["id"]): one for one in map(msgspec.json.decode, page.members)}
        return self._trackers.get(tracker_id, {})
