"""What the site holds: users, projects, issues with their history, and an index that lags behind."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

from atlas_sync.sandbox.clock import Clock
from atlas_sync.sandbox.jira.adf import text_of

__all__ = ["STATUSES", "TYPES", "Comment", "Issue", "Project", "Site", "User"]

STATUSES = {
    "To Do": ("10000", "new"),
    "In Progress": ("3", "indeterminate"),
    "Done": ("10001", "done"),
    "Won't Do": ("10002", "done"),
    "Cancelled": ("10003", "done"),
}
TYPES = {
    "Epic": ("10001", 1),
    "Story": ("10002", 0),
    "Task": ("10003", 0),
    "Bug": ("10004", 0),
    "Sub-task": ("10005", -1),
}


@dataclass(slots=True)
class User:
    """Somebody with an account; `hides_email` is their own choice."""

    account_id: str
    key: str
    name: str
    email: str
    hides_email: bool
    active: bool = True


@dataclass(slots=True)
class Project:
    """A project and the number its next issue gets.

    `types` are the issue types it has; `required` are custom fields that a type demands, by type and id, as their name and
    the values that are allowed (none for free text).
    """

    id: str
    key: str
    name: str
    description: str
    lead: User
    client_visible: bool
    next_number: int = 1
    state: Literal["live", "archived", "deleted"] = "live"
    kind: str = "software"
    types: Sequence[str] = tuple(TYPES)
    required: Mapping[str, Mapping[str, tuple[str, Sequence[str]]]] = field(default_factory=dict)


@dataclass(slots=True)
class Comment:
    """A remark."""

    id: str
    author: User
    body: dict[str, Any] | str
    created: datetime
    updated: datetime


@dataclass(slots=True)
class Issue:
    """A work item. `seen` is its state as the search index knows it; None while it does not.

    `relations` are links to other issues as (type, id), `custom` the values of custom fields by their id.
    A text is a document, or wiki markup where it was written through Data Center.
    """

    id: str
    project: Project
    number: int
    type: str
    summary: str
    description: dict[str, Any] | str | None
    status: str
    reporter: User
    created: datetime
    updated: datetime
    due: date | None = None
    assignee: User | None = None
    parent: Issue | None = None
    labels: list[str] = field(default_factory=list)
    properties: dict[str, Any] = field(default_factory=dict)
    links: list[dict[str, Any]] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)
    relations: list[tuple[str, str]] = field(default_factory=list)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    custom: dict[str, Any] = field(default_factory=dict)
    watchers: list[User] = field(default_factory=list)
    archived: datetime | None = None
    seen: Issue | None = None

    @property
    def key(self) -> str:
        """The name people use."""
        return f"{self.project.key}-{self.number}"


class Site:
    """Everything on the site; the clock decides what the index knows."""

    def __init__(self, clock: Clock, *, index_lag_s: float) -> None:
        self.clock = clock
        self._lag = timedelta(seconds=index_lag_s)
        self.users: dict[str, User] = {}
        self.projects: dict[str, Project] = {}
        self.issues: dict[str, Issue] = {}
        self.old_keys: dict[str, str] = {}
        self._next_id = 10_000

    def new_id(self) -> str:
        """Give the next id of the site; ids and keys have nothing to do with each other."""
        self._next_id += 1
        return str(self._next_id)

    def touch(self, issue: Issue, at: datetime) -> None:
        """Note a change; until the index has caught up it knows the state before."""
        issue.updated = at

    def change(self, issue: Issue, who: User, changes: Mapping[str, Any]) -> None:
        """Set fields of an issue now, with an entry of its history for each."""
        self.change_at(issue, who, changes, at=self.clock.now())

    def change_at(self, issue: Issue, who: User, changes: Mapping[str, Any], *, at: datetime) -> None:
        """Set fields of an issue at some time."""
        self.snapshot(issue)
        for name, value in changes.items():
            before = getattr(issue, name)
            if before == value:
                continue
            entry = {"id": self.new_id(), "author": who, "created": at, "field": name}
            issue.history.append({**entry, "from": _shown(before), "to": _shown(value)})
            setattr(issue, name, value)
        self.touch(issue, at)

    def move(self, issue: Issue, project: Project, who: User) -> None:
        """Move an issue to another project: its id stays, its key changes, and the old key leads to the new one."""
        self.snapshot(issue)
        before, issue.project, issue.number = issue.key, project, project.next_number
        project.next_number += 1
        self.old_keys[before] = issue.id
        now = self.clock.now()
        entry = {"id": self.new_id(), "author": who, "created": now, "field": "Key", "from": before, "to": issue.key}
        issue.history.append(entry)
        self.touch(issue, now)

    def erase(self, issue: Issue) -> None:
        """Delete an issue and those below it, without a trace."""
        for one in self.children(issue):
            self.erase(one)
        for one in self.issues.values():
            one.parent = None if one.parent is issue else one.parent
        del self.issues[issue.id]

    def snapshot(self, issue: Issue) -> None:
        """Keep the state that the index knows before a change is made; of what it does not know yet, there is none."""
        if self.clock.now() - issue.updated >= self._lag:
            shadow = copy.copy(issue)
            shadow.labels = list(issue.labels)
            shadow.properties = dict(issue.properties)
            shadow.comments = list(issue.comments)
            shadow.history = list(issue.history)
            issue.seen = shadow

    def indexed(self) -> list[Issue]:
        """List the issues as the index knows them now; what is archived is not in it."""
        now = self.clock.now()
        known = []
        for issue in self.issues.values():
            if issue.archived or issue.project.state != "live":
                continue
            if now - issue.updated >= self._lag:
                known.append(issue)
            elif issue.seen is not None and issue.seen is not issue:
                known.append(issue.seen)
        return known

    def find(self, id_or_key: str) -> Issue | None:
        """Find an issue by id, by key, or by a key it had, from the store."""
        id_or_key = self.old_keys.get(id_or_key, id_or_key)
        if id_or_key in self.issues:
            return self.issues[id_or_key]
        return next((issue for issue in self.issues.values() if issue.key == id_or_key), None)

    def children(self, issue: Issue) -> list[Issue]:
        """List the sub-tasks of an issue."""
        return [one for one in self.issues.values() if one.parent is issue and one.type == "Sub-task"]

    def find_project(self, id_or_key: str) -> Project | None:
        """Find a project by id or key."""
        return next((one for one in self.projects.values() if id_or_key in {one.id, one.key}), None)


def _shown(value: object) -> str:
    """Give a value as a history tells it: documents by their words."""
    return text_of(value) if isinstance(value, Mapping) else str(value)
