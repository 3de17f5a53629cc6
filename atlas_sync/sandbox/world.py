"""The sandbox's world: who sells what to whom, and what happens when.

Stories are JSON files in `stories/`; each becomes dated events, and the three stand-ins are filled by playing them up
to the world's present. Moving time forward plays the next ones: a deal closes, a mail arrives.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime
from importlib.resources import files
from typing import Any

from atlas_sync.sandbox.happenings import (
    Comment,
    CommentAdded,
    Company,
    CompanyAdded,
    Contract,
    ContractSigned,
    Crm,
    Deal,
    DealMoved,
    DealOpened,
    Event,
    Interaction,
    InteractionLogged,
    Issue,
    IssueCreated,
    IssueMoved,
    LineItem,
    Person,
    PersonAdded,
    Project,
    ProjectCreated,
    Role,
    RoleGiven,
    User,
    UserJoined,
    UserLeft,
    World,
)

__all__ = ["load_world"]


def load_world(only: Collection[str] | None = None) -> World:
    """Read the shipped stories: the group with its users and common projects first, then each engagement.

    `only` names the stories to take, as their files are called without the ending; all by default.
    """
    folder = files("atlas_sync.sandbox") / "stories"
    events = list(_group_events(json.loads((folder / "group.json").read_text(encoding="utf-8"))))
    for story in sorted(folder.iterdir(), key=lambda path: path.name):
        name, _dot, ending = story.name.partition(".")
        if ending == "json" and name != "group" and (only is None or name in only):
            events.extend(_story_events(json.loads(story.read_text(encoding="utf-8"))))
    return World(tuple(sorted(events, key=lambda event: event.at)))


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _group_events(group: dict[str, Any]) -> Iterator[Event]:
    start = _time(group["start"])
    for user in group["users"]:
        left = _time(user["left_at"]) if user.get("left_at") else None
        joined = User(user["key"], user["name"], user["email"], user["title"], tuple(user["systems"]), left)
        yield Event(start, UserJoined(joined))
        if left:
            yield Event(left, UserLeft(joined.key))
    for project in group["projects"]:
        yield from _project_events(project, start)


def _project_events(project: dict[str, Any], start: datetime) -> Iterator[Event]:
    fields = {name: project[name] for name in ("key", "name", "description", "lead")}
    made = Project(**fields, client_visible=project.get("client_visible", False))
    created = _time(project["created_at"]) if project.get("created_at") else start
    yield Event(created, ProjectCreated(made))
    for issue in project.get("issues", ()):
        yield from _issue_events(issue, made.key)


def _issue_events(issue: dict[str, Any], project: str) -> Iterator[Event]:
    yield Event(
        _time(issue["created_at"]),
        IssueCreated(
            Issue(
                key=issue["key"],
                project=project,
                type=issue["type"],
                summary=issue["summary"],
                description=issue.get("description", ""),
                status=issue["status"],
                due=_day(issue.get("due")),
                assignee=issue.get("assignee"),
                reporter=issue.get("reporter"),
                labels=tuple(issue.get("labels", ())),
                parent=issue.get("parent"),
            )
        ),
    )
    for comment in issue.get("comments", ()):
        yield Event(_time(comment["at"]), CommentAdded(issue["key"], Comment(comment["author"], comment["body"])))
    for move in issue.get("moves", ()):
        yield Event(_time(move["at"]), IssueMoved(issue["key"], move["status"]))


def _story_events(story: dict[str, Any]) -> Iterator[Event]:
    crm: Crm = story["crm"]
    deal = story["deal"]
    opened = _time(deal["stages"][0]["at"])
    if company := story.get("company"):
        yield Event(opened, CompanyAdded(Company(crm=crm, **company)))
    for person in story["people"]:
        yield Event(opened, PersonAdded(Person(crm=crm, **person)))
    yield Event(opened, DealOpened(_deal(crm, deal), deal["stages"][0]["stage"]))
    for stage in deal["stages"][1:]:
        yield Event(_time(stage["at"]), DealMoved(crm, deal["key"], stage["stage"]))
    for role in deal["roles"]:
        given = Role(role["person"], role["role"], role.get("primary", False))
        yield Event(_time(role["at"]) if role.get("at") else opened, RoleGiven(crm, deal["key"], given))
    if contract := deal.get("contract"):
        yield Event(_time(contract["at"]), ContractSigned(crm, deal["key"], _contract(contract)))
    for item in story["interactions"]:
        yield Event(_time(item["at"]), InteractionLogged(crm, deal["key"], _interaction(item)))
    if project := story.get("project"):
        yield from _project_events(project, opened)
    for issue in story.get("issues", ()):
        yield from _issue_events(issue, issue["project"])


def _deal(crm: Crm, deal: dict[str, Any]) -> Deal:
    return Deal(
        key=deal["key"],
        crm=crm,
        company=deal["company"],
        name=deal["name"],
        owner=deal["owner"],
        amount=deal.get("amount"),
        currency=deal["currency"],
        close_date=date.fromisoformat(deal["close_date"]),
        description=deal.get("description", ""),
        next_step=deal.get("next_step", ""),
        line_items=tuple(LineItem(**item) for item in deal.get("line_items", ())),
        project_hint=deal.get("project_hint"),
    )


def _contract(contract: dict[str, Any]) -> Contract:
    return Contract(
        number=contract["number"],
        status=contract["status"],
        start=date.fromisoformat(contract["start"]),
        months=contract["months"],
        signed_on=_day(contract.get("signed_on")),
        special_terms=contract.get("special_terms", ""),
    )


def _interaction(item: dict[str, Any]) -> Interaction:
    return Interaction(
        key=item["key"],
        kind=item["kind"],
        format=item["format"],
        subject=item["subject"],
        body=item["body"],
        author=item.get("author"),
        to=tuple(item.get("to", ())),
        incoming=item.get("incoming", False),
        logged_by=item.get("logged_by"),
    )
