"""Reads a Jira site: people, projects, statuses and fields as whole sets; work items and what hangs on them by change.

Landed shapes, in which every part is as received:

    users, projects, statuses, fields   the record
    issues      the issue with all fields but its comments; on Data Center with `"epic": {"id", "key"}` where it has one
    comments    {"issue": id, "key": key, "comment": {...}}       id `issue/comment`
    links       {"issue": id, "link": {...}}                      id `issue/link`
    watchers    {"issue": id, "watcher": {...}}                   id `issue/user`
    history     {"issue": id, "history": {...}}                   id `issue/entry`
    anything gone or hidden                                       {"id": id, "gone": true}
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import msgspec

from atlas_sync.connectors.jira import webhooks
from atlas_sync.connectors.jira.attached import (
    Known,
    Withheld,
    by_id,
    comments_of,
    entries_of,
    gone,
    project_of,
    sets_of,
    user_of,
    without_bodies,
)
from atlas_sync.connectors.jira.client import JiraClient
from atlas_sync.connectors.jira.cloud import CloudSite
from atlas_sync.connectors.jira.datacenter import DataCenterSite
from atlas_sync.connectors.jira.faults import NotFoundError
from atlas_sync.connectors.jira.settings import JiraSettings
from atlas_sync.connectors.jira.sight import Sight
from atlas_sync.connectors.jira.site import LABEL, Site, compose, listed, page_of, plain_list
from atlas_sync.connectors.jira.walk import EVERYTHING, Route, listing, quoted, walk
from atlas_sync.connectors.jira.windows import clauses_of, of_projects, parted, projects_of
from atlas_sync.connectors.protocol import FieldReport, Nudge, Page, RawRecord, ReadRequest, StreamSpec
from atlas_sync.connectors.raw import record_id, record_ids
from atlas_sync.errors import AccessError, ContractError, RejectedError

__all__ = ["JiraReader"]

_ALL = ("*all", "-comment")
_ID_PAGE, _SLIM_PAGE = 5000, 1000

_STREAMS = (
    StreamSpec("users", "set", ("tracker",)),
    StreamSpec("projects", "set", ("tracker",)),
    StreamSpec("statuses", "set", ()),
    StreamSpec("fields", "set", ()),
    StreamSpec("issues", "increment", ("tracker",), after=("projects",)),
    StreamSpec("comments", "increment", ("tracker",), came_from=("issues", "comment")),
    StreamSpec("links", "increment", ("tracker",)),
    StreamSpec("watchers", "increment", ("watchers",), unstamped=True),
    StreamSpec("history", "increment", ()),
)
_WALKED = frozenset({"issues", "comments", "history"})


class JiraReader:
    """Pulls one site. Nothing is contacted before the first call."""

    def __init__(self, settings: JiraSettings, *, system: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._settings = settings
        self._client = JiraClient(settings, system=system, sleep=sleep)
        self._site: Site = DataCenterSite(self._client) if settings.is_data_center else CloudSite(self._client)
        self._sight = Sight(self._client, self._site, settings)

    def streams(self) -> Sequence[StreamSpec]:
        """List the streams."""
        return _STREAMS

    def describe(self, stream: str) -> FieldReport:
        """Check the permission to browse, and that the fields we need exist for us; warn of a token that ends soon."""
        report = self._sight.report(stream)
        is_inside = any(spec.name == stream and spec.mode == "increment" for spec in _STREAMS)
        return replace(report, projects=self._sight.projects_shown()) if is_inside else report

    def read(self, request: ReadRequest) -> Iterator[Page]:
        """Yield the pages of a stream."""
        reads: dict[str, Callable[[ReadRequest], Iterator[Page]]] = {
            "users": self._users,
            "projects": self._sight.projects,
            "statuses": partial(self._list, "status"),
            "fields": partial(self._list, "field"),
            "issues": self._issues,
            "comments": self._comments,
            "links": self._linked,
            "watchers": self._watched,
            "history": self._history,
        }
        return reads[request.stream](request)

    def windows(self, request: ReadRequest) -> Sequence[ReadRequest]:
        """Part the first read of work items, comments and histories by day of creation, where there are many.

        A later one has a window of its own for the projects that came into sight.
        """
        if request.since and request.appeared:
            return [request, replace(request, window=of_projects(request.appeared))]
        if request.since or request.position or request.stream not in _WALKED:
            return [request]
        return [replace(request, window=name) for name in parted(self._site, self._scope())]

    def _users(self, _request: ReadRequest) -> Iterator[Page]:
        """Yield the users. We are one ourselves, so that a list without anybody is a permission that is missing.

        Raises:
            AccessError: it is, whatever Jira says of it.
        """
        for number, page in enumerate(self._site.users()):
            if number == 0 and not page.records:
                self._sight.require("USER_PICKER")
                advice = 'Look at who has "Browse users and groups" in Jira: the integration\'s user needs it.'
                raise AccessError("nobody is listed, not even ourselves.", advice=advice)
            yield page

    def _list(self, path: str, _request: ReadRequest) -> Iterator[Page]:
        answer = self._client.get(path, operation=path)
        yield page_of(plain_list(answer), answer, proof="the whole list")

    def _scope(self, *, without: Sequence[str] = ()) -> tuple[str, ...]:
        """Give the clause for the projects that are to be read; none where all are."""
        keys = [key for key in self._settings.projects if key not in without]
        return (f"project in ({', '.join(map(quoted, keys))})",) if keys else ()

    def _walk(self, request: ReadRequest, *clauses: str, fields: Sequence[str], size: int = 100) -> Iterator[Page]:
        """Walk the changed issues. Projects that are named in the settings and cannot be seen are left out, and told of.

        Raises:
            AccessError: at the end, if there were such.
        """
        if appeared := projects_of(request.window):
            inside = sorted(set(appeared) & set(self._sight.projects_shown()))
            if not inside:
                yield Page((), proof="out of sight again")
                return
            clauses, since = (*clauses, f"project in ({', '.join(inside)})"), None
        else:
            clauses, since = (*clauses, *clauses_of(request.window)), request.since
        route = Route((*self._scope(), *clauses), since, request.position)
        try:
            yield from walk(self._site, route, fields=fields, size=size)
        except NotFoundError:
            raise
        except RejectedError as error:
            hidden = [key for key in self._settings.projects if not self._sight.is_there(key)]
            if not hidden:
                message = f"a search was {error.summary}"
                raise ContractError(message, advice="Update atlas_sync.") from None
            if len(hidden) < len(self._settings.projects):
                rest = replace(route, clauses=(*self._scope(without=hidden), *clauses))
                yield from (replace(page, proof="") for page in walk(self._site, rest, fields=fields, size=size))
            message = f"project {', '.join(hidden)} cannot be seen."
            raise AccessError(message, advice='Give the integration\'s user "Browse projects" there.') from None

    def _issues(self, request: ReadRequest) -> Iterator[Page]:
        """Yield the issues; a first read tells about how many there are."""
        total = None if request.since else self._about(request)
        for page in self._walk(request, fields=_ALL):
            yield replace(page, total=total)

    def _about(self, request: ReadRequest) -> int | None:
        try:
            return self._site.count(" AND ".join((*self._scope(), *clauses_of(request.window), EVERYTHING)))
        except NotFoundError:
            raise
        except RejectedError:
            return None  # a project of the settings is not there: the walk finds out which

    def _comments(self, request: ReadRequest) -> Iterator[Page]:
        known = Known(lambda: request.known.get("comments", ()))
        withheld = Withheld(self._site, "comments", request.position)
        for page in self._walk(request, fields=("comment",)):
            yield comments_of(self._site, page, known, withheld)
        withheld.tell()

    def _linked(self, request: ReadRequest) -> Iterator[Page]:
        known = Known(lambda: request.known.get("links", ()))
        withheld = Withheld(self._site, "links", request.position)
        for page in self._walk(request, *self._looked_at(), fields=(), size=_SLIM_PAGE):
            yield sets_of(self._links, page, known, withheld)
        withheld.tell()

    def _watched(self, request: ReadRequest) -> Iterator[Page]:
        """Yield who watches; a project that hides it says nothing of its issues, and is told of at the end.

        Raises:
            AccessError: there was such a project.
        """
        known = Known(lambda: request.known.get("watchers", ()))
        withheld = Withheld(self._site, "watchers", request.position)
        for page in self._walk(request, *self._looked_at(), fields=(), size=_SLIM_PAGE):
            of = {record.id: project_of(record.body) for record in page.records}
            withheld.projects |= {one for one in set(of.values()) if not self._sight.shows_watchers(one)}
            shown = tuple(record for record in page.records if of[record.id] not in withheld.projects)
            yield sets_of(self._watchers, replace(page, records=shown), known, withheld)
        if withheld.projects:
            self._sight.refuse("VIEW_VOTERS_AND_WATCHERS", there=sorted(withheld.projects))
        withheld.tell()

    def _looked_at(self) -> tuple[str, ...]:
        """Give the clause for issues whose links and watchers are read: epics, what stands above them, and items of ours."""
        if self._settings.remote_links == "all":
            return ()
        types = [msgspec.json.decode(body) for body in plain_list(self._client.get("issuetype", operation="types"))]
        above = [quoted(str(one.get("id"))) for one in types if _is_above(one)]
        kinds = f"issuetype in ({', '.join(above)}) OR " if above else ""
        return (f"({kinds}labels = {quoted(LABEL)})",)

    def _links(self, issue: str) -> list[RawRecord] | None:
        """Give the links of an issue; None where it is gone or hidden, or they are."""
        try:
            members = plain_list(self._client.get(f"issue/{issue}/remotelink", operation="links"))
        except NotFoundError:
            return None
        return [RawRecord(f"{issue}/{record_id(one)}", compose(issue=issue, link=one)) for one in members]

    def _watchers(self, issue: str) -> list[RawRecord] | None:
        """Give who watches an issue, nobody where the site lets nobody watch; None where it is gone or hidden, or they are.

        Source: Jira Cloud REST v3, Get issue watchers.
        """
        try:
            members, _rest = listed(self._client.get(f"issue/{issue}/watchers", operation="watchers"), "watchers")
        except NotFoundError:
            return None if self._sight.lets_watch() else []
        return [RawRecord(f"{issue}/{user_of(one)}", compose(issue=issue, watcher=one)) for one in members]

    def _history(self, request: ReadRequest) -> Iterator[Page]:
        landed: frozenset[str] | None = None
        for page in self._walk(request, fields=(), size=_SLIM_PAGE):
            if landed is None and page.records:
                landed = frozenset(request.known.get("history", ()))
            yield entries_of(self._site, page, landed or frozenset())

    def sweep(self, stream: str) -> Iterator[Page]:
        """Yield the ids of all issues, comments, links or watchers; entries of histories go only with their issue."""
        everything = ReadRequest(stream)
        match stream:
            case "issues":
                jql = f"{' AND '.join(self._scope() or (EVERYTHING,))} ORDER BY id ASC"
                for found in listing(self._site, jql, fields=("id",), size=_ID_PAGE):
                    records = tuple(RawRecord(one, b"") for one in record_ids(found.members))
                    yield Page(records, found.server_time, proof=found.proof)
            case "comments" | "links" | "watchers":
                yield from without_bodies(self.read(everything))
            case _:
                return

    def look_up(self, stream: str, ids: Sequence[str]) -> Iterator[Page]:
        """Ask for each id by itself, from the store and not from the search index."""
        match stream:
            case "issues":
                yield _answers((one, body) for one, body in self._site.issues(ids))
            case "comments":
                found = self._site.comments_by_id(ids)
                yield _answers((one, body and _comment(one, body)) for one, body in found)
            case "links" | "watchers":
                read = self._links if stream == "links" else self._watchers
                yield _answers(by_id(read, ids, Withheld(self._site, stream)))
            case _:
                return

    def verify(
        self,
        *,
        method: str,  # noqa: ARG002 - Jira signs the body alone
        url: str,  # noqa: ARG002 - as above
        headers: Mapping[str, str],
        body: bytes,
        now: datetime,
    ) -> list[Nudge]:
        """Give what a signed webhook says."""
        webhooks.verify(secret=self._settings.webhook_secret.get_secret_value(), headers=headers, body=body)
        return webhooks.nudges(headers=headers, body=body, now=now)


def _answers(found: Iterable[tuple[str, bytes | None]]) -> Page:
    records = tuple(RawRecord(one, body) if body else gone(one) for one, body in found)
    return Page(records, proof="every id asked")


def _comment(remote_id: str, body: bytes) -> bytes:
    return compose(issue=remote_id.partition("/")[0], comment=body)


def _is_above(kind: Any) -> bool:  # noqa: ANN401 - the wire
    """Tell if an issue type stands above the plain ones; Data Center tells no levels, and has epics alone."""
    return bool(kind.get("hierarchyLevel", 0) > 0 or ("hierarchyLevel" not in kind and kind.get("name") == "Epic"))
