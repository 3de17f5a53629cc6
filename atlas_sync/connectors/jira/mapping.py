"""From Jira's records to observed ones: pure, total, one record at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from atlas_sync.canonical.identity import SourceRef, is_marker
from atlas_sync.canonical.normalize import UNNAMED
from atlas_sync.canonical.observed import (
    Observed,
    ObservedComment,
    ObservedLink,
    ObservedPerson,
    ObservedProject,
    ObservedTombstone,
    ObservedUser,
    ObservedWatcher,
    ObservedWorkItem,
)
from atlas_sync.canonical.status import says_dropped
from atlas_sync.connectors.jira.adf import text_from_adf
from atlas_sync.connectors.jira.settings import JiraSettings
from atlas_sync.connectors.jira.site import ITEM_PROPERTY
from atlas_sync.connectors.jira.wiki import text_from_wiki
from atlas_sync.connectors.wire import Wire

__all__ = ["JiraMapper", "marker_of", "state_of"]

State = Literal["to_do", "in_progress", "done", "dropped"]

_CATEGORIES: dict[str, State] = {"new": "to_do", "undefined": "to_do", "indeterminate": "in_progress", "done": "done"}
_PORTAL = "customer"
"""The type of an account that a service desk's portal made. Source: Jira Cloud REST v3, User."""
_KINDS = {"issues": "work_item", "comments": "comment", "links": "link", "watchers": "watcher"}


class JiraMapper:
    """Maps the records of one connection."""

    def __init__(self, system: str, settings: JiraSettings) -> None:
        self._system = system
        self._base = settings.url

    def mapped_by(self, _stream: str) -> Mapping[str, object]:
        """Give the settings that records are mapped by."""
        return {"url": self._base}

    def map_record(self, stream: str, record: Mapping[str, Any]) -> Sequence[Observed]:
        """Give what one raw record says; statuses, fields and histories are landed for whoever wants them, and say nothing.

        Raises:
            MappingError: a field does not have its documented shape.
        """
        wire = Wire(record)
        if wire.flag("gone"):
            return self._gone(stream, wire)
        maps: dict[str, Callable[[Wire], Sequence[Observed]]] = {
            "users": self._user,
            "projects": self._project,
            "issues": self._issue,
            "comments": self._comments,
            "links": self._link,
            "watchers": self._watcher,
        }
        return maps[stream](wire) if stream in maps else []

    def _ref(self, kind: str, remote_id: str) -> str:
        return str(SourceRef(self._system, kind, remote_id))

    def _gone(self, stream: str, wire: Wire) -> list[Observed]:
        """Map word that a thing is gone or hidden: Jira says the same of both."""
        kind = _KINDS.get(stream)
        return (
            [ObservedTombstone(source=self._ref(kind, _last(stream, wire.need("id"))), deletion="not_visible")]
            if kind
            else []
        )

    def _user(self, wire: Wire) -> list[Observed]:
        """Map a human: who writes through a service desk's portal alone is the customer's; apps are nobody."""
        kind = wire.text("accountType")
        source, name, email = self._person(wire) or "", wire.text("displayName") or UNNAMED, wire.text("emailAddress")
        if kind == _PORTAL:
            return [ObservedPerson(source=source, name=name, email=email)]
        if kind not in {None, "atlassian"}:
            return []
        return [ObservedUser(source=source, name=name, email=email, active=wire.flag("active"), of_tracker=True)]

    def _project(self, wire: Wire) -> list[Observed]:
        lead = wire.object("lead")
        key = wire.need("key")
        archived = wire.flag("archived")
        project = ObservedProject(
            source=self._ref("project", wire.need("id")),
            link=f"{self._base}/browse/{key}",
            key=key,
            name=wire.need("name"),
            description=wire.text("description"),
            lead=self._person(lead),
            archived=archived,
            deletion="deleted" if wire.flag("deleted") else "archived" if archived else None,
        )
        return [project]

    def _issue(self, wire: Wire) -> list[Observed]:
        source = self._ref("work_item", wire.need("id"))
        fields = wire.object("fields") or Wire({}, "$.fields")
        key = wire.need("key")
        link = f"{self._base}/browse/{key}"
        project = fields.object("project")
        kind = fields.object("issuetype")
        status = fields.object("status")
        parent = fields.object("parent") or wire.object("epic")
        item = ObservedWorkItem(
            source=source,
            link=link,
            updated_at=fields.moment("updated"),
            project=self._ref("project", project.need("id")) if project else "",
            key=key,
            kind=(kind.text("name") if kind else None) or "",
            summary=fields.text("summary") or "",
            text=_plain(fields.raw("description")),
            status=(status.text("name") if status else None) or "",
            state=state_of(fields),
            due=fields.day("duedate"),
            assignee=self._person(fields.object("assignee")),
            reporter=self._person(fields.object("reporter")),
            parent=self._ref("work_item", parent.need("id")) if parent else None,
            labels=tuple(fields.texts("labels")),
            marker=marker_of(wire),
            created_at=fields.moment("created"),
            deletion="archived" if fields.has("archiveddate") else None,
        )
        comments = None if isinstance(fields.raw("comment"), list) else fields.object("comment")
        listed = comments.objects("comments") if comments else fields.objects("comment")
        return [item, *(self._comment(comment, source, link) for comment in listed)]

    def _person(self, user: Wire | None) -> str | None:
        """Give a human's reference; Data Center has a key or a name where Cloud has an account id."""
        if user is None:
            return None
        kind = "person" if user.text("accountType") == _PORTAL else "user"
        return self._ref(kind, user.text("accountId") or user.text("key") or user.need("name"))

    def _comments(self, wire: Wire) -> list[Observed]:
        comment, key = wire.object("comment"), wire.text("key")
        work_item = self._ref("work_item", wire.need("issue"))
        return [self._comment(comment, work_item, f"{self._base}/browse/{key}" if key else "")] if comment else []

    def _comment(self, wire: Wire, work_item: str, link: str) -> ObservedComment:
        at = wire.moment("created")
        remote_id = wire.need("id")
        return ObservedComment(
            source=self._ref("comment", remote_id),
            link=f"{link}?focusedCommentId={remote_id}" if link else None,
            updated_at=wire.moment("updated"),
            work_item=work_item,
            author=self._person(wire.object("author")),
            at=at or wire.moment("updated") or _no_time(wire),
            text=_plain(wire.raw("body")),
        )

    def _link(self, wire: Wire) -> list[Observed]:
        link = wire.object("link") or Wire({}, "$.link")
        target = link.object("object")
        url = target.text("url") if target else None
        if target is None or url is None:
            return []
        return [
            ObservedLink(
                source=self._ref("link", f"{wire.need('issue')}/{link.need('id')}"),
                work_item=self._ref("work_item", wire.need("issue")),
                url=url,
                title=target.text("title"),
                global_id=link.text("globalId"),
            )
        ]

    def _watcher(self, wire: Wire) -> list[Observed]:
        issue, user = wire.need("issue"), self._person(wire.object("watcher"))
        return (
            [
                ObservedWatcher(
                    source=self._ref("watcher", f"{issue}/{SourceRef.parse(user).id}"),
                    work_item=self._ref("work_item", issue),
                    user=user,
                )
            ]
            if user
            else []
        )


def _plain(value: object) -> str:
    """Give the words of a text: a document on Cloud, wiki markup on Data Center and in webhooks."""
    return text_from_wiki(value) if isinstance(value, str) else text_from_adf(value)


def _last(stream: str, remote_id: str) -> str:
    """Give the id by which a thing is known: a comment has one of its own, a link or watcher only within its issue."""
    return remote_id.rpartition("/")[2] if stream == "comments" else remote_id


def _no_time(wire: Wire) -> Any:  # noqa: ANN401 - never returns
    """Refuse a comment that nobody can place in time."""
    wire.need("created")


def state_of(fields: Wire) -> State:
    """Fold a status into three states by its category, and `dropped` for what was closed without being done.

    Jira keeps "won't do" as a resolution or as a status of category done; both count. Source: Jira Cloud REST v3, Status.
    """
    status = fields.object("status")
    resolution = fields.object("resolution")
    if any(says_dropped(part.text("name") or "") for part in (status, resolution) if part):
        return "dropped"
    category = status.object("statusCategory") if status else None
    return _CATEGORIES.get((category.text("key") if category else None) or "new", "to_do")


def marker_of(wire: Wire) -> str | None:
    """Give our mark on an issue: from its property, else from a label, which people may remove."""
    properties = wire.object("properties")
    ours = properties.object(ITEM_PROPERTY) if properties else None
    if ours and (marker := ours.text("m")):
        return marker
    fields = wire.object("fields")
    labels = fields.texts("labels") if fields else []
    return next((label for label in labels if is_marker(label)), None)
