"""What the site's things look like on the wire. Source: contract openapi/jira-cloud-v3.trimmed.json and recordings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from atlas_sync.sandbox.jira.store import STATUSES, TYPES, Comment, Issue, Project, User

__all__ = ["ALL_FIELDS", "ZONE", "comment_json", "issue_json", "issue_type_json", "project_json", "stamp", "user_json"]

ZONE = "Europe/Berlin"
"""The profile time zone of the API user, in which dates are shown and queries are read."""

BASE = "https://api.atlassian.com/ex/jira/11111111-2222-3333-4444-555555555555"
ALL_FIELDS = (
    "project",
    "issuetype",
    "summary",
    "description",
    "status",
    "resolution",
    "duedate",
    "assignee",
    "reporter",
    "creator",
    "parent",
    "labels",
    "comment",
    "created",
    "updated",
)


def stamp(moment: datetime) -> str:
    """Give a time as Jira writes it: milliseconds and an offset without a colon, in the API user's zone."""
    local = moment.astimezone(ZoneInfo(ZONE))
    return f"{local:%Y-%m-%dT%H:%M:%S}.{local.microsecond // 1000:03d}{local:%z}"


def user_json(user: User | None) -> dict[str, Any] | None:
    """Give a user; the address only where they show it."""
    if user is None:
        return None
    shown: dict[str, Any] = {
        "self": f"{BASE}/rest/api/3/user?accountId={user.account_id}",
        "accountId": user.account_id,
        "accountType": "atlassian",
        "displayName": user.name,
        "active": user.active,
        "timeZone": ZONE,
    }
    if not user.hides_email:
        shown["emailAddress"] = user.email
    return shown


def project_json(project: Project) -> dict[str, Any]:
    """Give a project with its description and lead."""
    shown: dict[str, Any] = {
        "self": f"{BASE}/rest/api/3/project/{project.id}",
        "id": project.id,
        "key": project.key,
        "name": project.name,
        "description": project.description,
        "lead": user_json(project.lead),
        "projectTypeKey": "software",
        "simplified": False,
        "style": "classic",
        "isPrivate": not project.client_visible,
    }
    if project.client_visible:
        shown["projectCategory"] = {"id": "10100", "name": "Client visible", "description": "Customers have access."}
    return shown


def issue_type_json(name: str) -> dict[str, Any]:
    """Give an issue type."""
    type_id, level = TYPES[name]
    return {"id": type_id, "name": name, "untranslatedName": name, "subtask": level < 0, "hierarchyLevel": level}


def status_json(name: str) -> dict[str, Any]:
    """Give a status with its category."""
    status_id, category = STATUSES[name]
    names = {"new": ("To Do", 2), "indeterminate": ("In Progress", 4), "done": ("Done", 3)}
    return {
        "id": status_id,
        "name": name,
        "statusCategory": {"id": names[category][1], "key": category, "name": names[category][0]},
    }


def comment_json(comment: Comment) -> dict[str, Any]:
    """Give a comment."""
    return {
        "self": f"{BASE}/rest/api/3/comment/{comment.id}",
        "id": comment.id,
        "author": user_json(comment.author),
        "body": comment.body,
        "created": stamp(comment.created),
        "updated": stamp(comment.created),
    }


def _all_fields(issue: Issue) -> dict[str, Any]:
    """Give every field of an issue."""
    done = STATUSES[issue.status][1] == "done"
    parent = issue.parent
    reporter = user_json(issue.reporter)
    return {
        "project": {"id": issue.project.id, "key": issue.project.key, "name": issue.project.name},
        "issuetype": issue_type_json(issue.type),
        "summary": issue.summary,
        "description": issue.description,
        "status": status_json(issue.status),
        "resolution": {"id": "1", "name": issue.status} if done else None,
        "duedate": issue.due.isoformat() if issue.due else None,
        "assignee": user_json(issue.assignee),
        "reporter": reporter,
        "creator": reporter,
        "parent": {"id": parent.id, "key": parent.key, "fields": {"summary": parent.summary}} if parent else None,
        "labels": list(issue.labels),
        "comment": {
            "comments": [comment_json(one) for one in issue.comments[:20]],
            "maxResults": 20,
            "total": len(issue.comments),
            "startAt": 0,
        },
        "created": stamp(issue.created),
        "updated": stamp(issue.updated),
    }


def issue_json(
    issue: Issue, *, fields: Iterable[str], properties: Iterable[str] = (), hidden: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """Give an issue with the fields and properties asked for; id and key always."""
    asked = list(fields)
    if "*all" in asked or "*navigable" in asked:
        asked = list(ALL_FIELDS)
    shown: dict[str, Any] = {"id": issue.id, "self": f"{BASE}/rest/api/3/issue/{issue.id}", "key": issue.key}
    wanted = [name for name in asked if name in ALL_FIELDS and name not in hidden]
    if wanted:
        every = _all_fields(issue)
        shown["fields"] = {name: every[name] for name in wanted}
    keys = list(properties)
    if keys:
        shown["properties"] = {key: issue.properties[key] for key in keys if key in issue.properties}
    return shown
