"""What the site's things look like on the wire. Source: contract openapi/jira-cloud-v3.trimmed.json and recordings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from atlas_sync.sandbox.jira.store import STATUSES, TYPES, Comment, Issue, Project, Site, User

__all__ = [
    "ALL_FIELDS",
    "CUSTOM_FIELDS",
    "ZONE",
    "comment_json",
    "field_json",
    "history_json",
    "issue_json",
    "issue_type_json",
    "project_json",
    "stamp",
    "user_json",
]

ZONE = "Europe/Berlin"
"""The profile time zone of the API user, in which dates are shown and queries are read."""

_HISTORY_NAMES = {"due": "duedate"}
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
    "subtasks",
    "issuelinks",
    "attachment",
    "archiveddate",
    "created",
    "updated",
)
CUSTOM_FIELDS = {
    "customfield_10014": ("Epic Link", "any", "com.pyxis.greenhopper.jira:gh-epic-link"),
    "customfield_10011": ("Epic Name", "string", "com.pyxis.greenhopper.jira:gh-epic-label"),
    "customfield_10050": ("Customer teams", "array", "com.atlassian.jira.plugin.system.customfieldtypes:multiselect"),
    "customfield_10051": ("Effort", "number", "com.atlassian.jira.plugin.system.customfieldtypes:float"),
}
_SHOWN_COMMENTS = 20


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
        "projectTypeKey": project.kind,
        "simplified": False,
        "style": "classic",
        "isPrivate": not project.client_visible,
    }
    if project.state != "live":
        shown[project.state] = True
    if project.client_visible:
        shown["projectCategory"] = {"id": "10100", "name": "Client visible", "description": "Customers have access."}
    return shown


def issue_type_json(name: str) -> dict[str, Any]:
    """Give an issue type."""
    type_id, level = TYPES[name]
    return {"id": type_id, "name": name, "subtask": level < 0, "hierarchyLevel": level}


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
        "updated": stamp(comment.updated),
    }


def field_json(name: str) -> dict[str, Any]:
    """Give a field of issues; a custom one says of what type it is."""
    if name not in CUSTOM_FIELDS:
        return {"id": name, "key": name, "name": name.capitalize(), "custom": False}
    title, kind, custom = CUSTOM_FIELDS[name]
    schema = {"type": kind, "custom": custom, "customId": int(name.rpartition("_")[2])}
    return {"id": name, "key": name, "name": title, "custom": True, "schema": schema}


def history_json(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Give one entry of an issue's history."""
    field = _HISTORY_NAMES.get(entry["field"], entry["field"])
    item = {"field": field, "fieldId": field, "fieldtype": "jira"}
    return {
        "id": entry["id"],
        "author": user_json(entry["author"]),
        "created": stamp(entry["created"]),
        "items": [item | {"from": None, "fromString": entry["from"], "to": None, "toString": entry["to"]}],
    }


def _short(issue: Issue) -> dict[str, Any]:
    """Give an issue as others point at it."""
    fields = {
        "summary": issue.summary,
        "status": status_json(issue.status),
        "issuetype": issue_type_json(issue.type),
    }
    return {"id": issue.id, "key": issue.key, "fields": fields}


def _relations(issue: Issue, site: Site) -> list[dict[str, Any]]:
    """Give the links to and from other issues."""
    out = [(kind, "outward", site.issues[other], issue.id) for kind, other in issue.relations if other in site.issues]
    into = [
        (kind, "inward", other, other.id)
        for other in site.issues.values()
        for kind, target in other.relations
        if target == issue.id
    ]
    return [
        {"id": f"{owner}{place}", "type": {"name": kind}, f"{way}Issue": _short(other)}
        for place, (kind, way, other, owner) in enumerate(out + into)
    ]


def _all_fields(issue: Issue, site: Site) -> dict[str, Any]:
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
        "parent": _short(parent) if parent else None,
        "labels": list(issue.labels),
        "comment": {
            "comments": [comment_json(one) for one in issue.comments[:_SHOWN_COMMENTS]],
            "maxResults": _SHOWN_COMMENTS,
            "total": len(issue.comments),
            "startAt": 0,
        },
        "subtasks": [_short(one) for one in site.children(issue)],
        "issuelinks": _relations(issue, site),
        "attachment": [_attachment(one) for one in issue.attachments],
        "archiveddate": stamp(issue.archived) if issue.archived else None,
        "created": stamp(issue.created),
        "updated": stamp(issue.updated),
        **{name: issue.custom.get(name) for name in CUSTOM_FIELDS},
    }


def issue_json(
    issue: Issue,
    site: Site,
    *,
    fields: Iterable[str],
    properties: Iterable[str] = (),
    hidden: frozenset[str] = frozenset(),
) -> dict[str, Any]:
    """Give an issue with the fields and properties asked for; id and key always. A dash leaves a field out."""
    asked = list(fields)
    every_name = (*ALL_FIELDS, *CUSTOM_FIELDS)
    if "*all" in asked or "*navigable" in asked:
        asked = [name for name in every_name if f"-{name}" not in asked]
    shown: dict[str, Any] = {"id": issue.id, "self": f"{BASE}/rest/api/3/issue/{issue.id}", "key": issue.key}
    wanted = [name for name in asked if name in every_name and name not in hidden]
    if wanted:
        every = _all_fields(issue, site)
        shown["fields"] = {name: every[name] for name in wanted}
    keys = list(properties)
    if keys:
        shown["properties"] = {key: issue.properties[key] for key in keys if key in issue.properties}
    return shown


def _attachment(one: Mapping[str, Any]) -> dict[str, Any]:
    shown = {name: value for name, value in one.items() if name != "body"}
    return {**shown, "self": f"{BASE}/rest/api/3/attachment/{one['id']}"}
