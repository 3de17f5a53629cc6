"""From Redmine's records to observed ones: pure, total, one record at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from atlas_sync.canonical.identity import SourceRef, derive_id
from atlas_sync.canonical.normalize import UNNAMED
from atlas_sync.canonical.observed import (
    Observed,
    ObservedComment,
    ObservedLink,
    ObservedProject,
    ObservedTombstone,
    ObservedUser,
    ObservedWorkItem,
)
from atlas_sync.canonical.status import says_dropped
from atlas_sync.connectors.redmine.marks import Mark, read_field, split_text
from atlas_sync.connectors.redmine.markup import links_in, text_from_markup
from atlas_sync.connectors.redmine.settings import RedmineSettings
from atlas_sync.connectors.wire import Wire

__all__ = ["RedmineMapper", "key_of", "mark_of", "state_of"]

State = Literal["to_do", "in_progress", "done", "dropped"]

_ARCHIVED, _LOCKED = 9, 3
_CLOSED = 5


class RedmineMapper:
    """Maps the records of one connection."""

    def __init__(self, system: str, settings: RedmineSettings) -> None:
        self._system = system
        self._base = settings.url
        self._field = settings.mark_field

    def mapped_by(self, _stream: str) -> Mapping[str, object]:
        """Give the settings that records are mapped by."""
        return {"url": self._base, "mark_field": self._field}

    def map_record(self, stream: str, record: Mapping[str, Any]) -> Sequence[Observed]:
        """Give what one raw record says; statuses and trackers are landed for whoever wants them, and say nothing.

        Raises:
            MappingError: a field does not have its documented shape.
        """
        wire = Wire(record)
        maps: dict[str, Callable[[Wire], Sequence[Observed]]] = {
            "users": self._user,
            "projects": self._project,
            "issues": self._issue,
        }
        return maps[stream](wire) if stream in maps else []

    def _ref(self, kind: str, remote_id: str) -> str:
        return str(SourceRef(self._system, kind, remote_id))

    def _user(self, wire: Wire) -> list[Observed]:
        """Map a user: as an admin sees one, or as a member is shown to everybody."""
        names = [wire.text("firstname"), wire.text("lastname"), wire.text("name")]
        return [
            ObservedUser(
                source=self._ref("user", wire.need("id")),
                name=" ".join(name for name in names if name) or UNNAMED,
                email=wire.text("mail"),
                active=wire.number("status") != _LOCKED,
                of_tracker=True,
            )
        ]

    def _project(self, wire: Wire) -> list[Observed]:
        key, status = wire.need("identifier"), wire.number("status")
        archived = status in {_CLOSED, _ARCHIVED}
        return [
            ObservedProject(
                source=self._ref("project", wire.need("id")),
                link=f"{self._base}/projects/{key}",
                key=key,
                name=wire.need("name"),
                parent=self._named("project", wire.object("parent")),
                description=wire.text("description"),
                archived=archived,
                deletion="archived" if status == _ARCHIVED else None,
            )
        ]

    def _issue(self, record: Wire) -> list[Observed]:
        """Map an issue with its notes, and the links in its text: Redmine has no others."""
        if how := record.text("gone"):
            gone = ObservedTombstone(
                source=self._ref("work_item", record.need("id")),
                deletion="deleted" if how == "deleted" else "not_visible",
            )
            return [gone]
        wire = record.object("issue") or record
        remote_id = wire.need("id")
        source, link = self._ref("work_item", remote_id), f"{self._base}/issues/{remote_id}"
        text, mark = mark_of(wire, self._field)
        named = {
            name: wire.object(name) for name in ("project", "tracker", "status", "assigned_to", "author", "parent")
        }
        item = ObservedWorkItem(
            source=source,
            link=link,
            updated_at=wire.moment("updated_on"),
            project=self._named("project", named["project"]) or "",
            key=key_of(remote_id),
            kind=_name(named["tracker"]),
            summary=wire.text("subject") or "",
            text=text_from_markup(text),
            status=_name(named["status"]),
            state=state_of(wire, is_first=record.flag("is_first")),
            due=wire.day("due_date"),
            assignee=self._named("user", named["assigned_to"]),
            reporter=self._named("user", named["author"]),
            parent=self._named("work_item", named["parent"]),
            marker=mark.marker or None,
            created_at=wire.moment("created_on"),
        )
        notes = [self._note(one, source, link) for one in wire.objects("journals") if one.text("notes")]
        links = [
            ObservedLink(source=self._ref("link", derive_id(remote_id, url)), work_item=source, url=url)
            for url in links_in(text)
        ]
        return [item, *notes, *links]

    def _named(self, kind: str, wire: Wire | None) -> str | None:
        return self._ref(kind, wire.need("id")) if wire else None

    def _note(self, wire: Wire, work_item: str, link: str) -> ObservedComment:
        remote_id = wire.need("id")
        at = wire.moment("created_on")
        if at is None:
            wire.need("created_on")
            raise AssertionError  # unreachable: the line above refuses it
        return ObservedComment(
            source=self._ref("comment", remote_id),
            link=f"{link}#change-{remote_id}",
            updated_at=at,
            work_item=work_item,
            author=self._named("user", wire.object("user")),
            at=at,
            text=text_from_markup(wire.text("notes") or ""),
        )


def _name(wire: Wire | None) -> str:
    return (wire.text("name") if wire else None) or ""


def key_of(remote_id: str) -> str:
    """Give an issue's name as people write it."""
    return f"#{remote_id}"


def state_of(wire: Wire, *, is_first: bool) -> State:
    """Fold a status into three states, and `dropped` for what was closed without being done, which its name alone tells.

    `is_first` is the status in which new issues of a tracker begin.
    """
    status = wire.object("status")
    if status is None or not status.flag("is_closed"):
        return "to_do" if is_first else "in_progress"
    return "dropped" if says_dropped(_name(status)) else "done"


def mark_of(wire: Wire, field: int | None) -> tuple[str, Mark]:
    """Give the text of an issue as people read it, and our mark on it: that in the field goes first."""
    text, in_text = split_text(wire.text("description") or "")
    held = next((one for one in wire.objects("custom_fields") if field and one.text("id") == str(field)), None)
    in_field = read_field(held.raw("value")) if held else Mark()
    return text, in_field if in_field.marker else in_text
