"""What we may see of a site: permissions, fields and projects, and when to refuse rather than take hidden for gone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import NoReturn

import msgspec

from atlas_sync.connectors.jira.auth import notices
from atlas_sync.connectors.jira.client import JiraClient
from atlas_sync.connectors.jira.faults import NotFoundError
from atlas_sync.connectors.jira.settings import JiraSettings
from atlas_sync.connectors.jira.site import Site, look, one_record, plain_list
from atlas_sync.connectors.protocol import FieldReport, Page, RawRecord, ReadRequest
from atlas_sync.connectors.raw import record_id
from atlas_sync.errors import AccessError, ContractError

__all__ = ["Sight"]

_NEEDED = (
    "project",
    "issuetype",
    "summary",
    "description",
    "status",
    "resolution",
    "duedate",
    "assignee",
    "reporter",
    "labels",
    "created",
    "updated",
)
_THINS_OUT = frozenset({"created"})
"""Without the others, and what an item stands below, something may look absent that is there: whose an item is, whether it was
dropped, what it says, who asked."""

_PERMISSIONS = {
    "USER_PICKER": "Browse users and groups",
    "BROWSE_PROJECTS": "Browse projects",
    "VIEW_VOTERS_AND_WATCHERS": "View voters and watchers",
}


class _Permission(msgspec.Struct, rename={"held": "havePermission"}):
    held: bool = False


class _Project(msgspec.Struct):
    id: str
    key: str = ""
    archived: bool = False


class _Settings(msgspec.Struct, rename={"lets_watch": "watchingEnabled"}):
    lets_watch: bool = True


class _Told(msgspec.Struct):
    permissions: dict[str, _Permission]


class Sight:
    """The eyes of one connection."""

    def __init__(self, client: JiraClient, site: Site, settings: JiraSettings) -> None:
        self._client = client
        self._site = site
        self._settings = settings
        self._held: dict[str, bool] = {}
        self._watched: dict[str, bool] = {}
        self._lets_watch: bool | None = None
        self._listed: set[str] = set()
        self._shown: set[str] | None = None

    def report(self, stream: str) -> FieldReport:
        """Check the permission to browse, and that the fields we need exist for us; warn of a token that ends soon.

        Without the one for watchers, a list of them holds nobody but us. Source: Jira Cloud REST v3, mypermissions, field and
        Get issue watchers.
        """
        if stream != "users":
            self.require("BROWSE_PROJECTS")
        if stream == "watchers":
            self.require("VIEW_VOTERS_AND_WATCHERS")
        warnings = notices(self._settings, today=datetime.now(UTC).date())
        held = tuple(name for name, is_held in self._held.items() if is_held)
        if stream != "issues":
            return FieldReport(advice=" ".join(warnings), permissions=held)
        shown = {record_id(field) for field in plain_list(self._client.get("field", operation="fields"))}
        if self._site.shows_place(shown):
            shown.add(self._site.place)
        needed = (*_NEEDED, self._site.place)
        missing = tuple(name for name in needed if name not in shown)
        required = tuple(name for name in missing if name not in _THINS_OUT)
        show = [f"Show the fields {', '.join(missing)} to the integration's user in Jira."] if missing else []
        seen = tuple(name for name in needed if name in shown)
        return FieldReport(missing, required, " ".join([*show, *warnings]), shown=seen, permissions=held)

    def require(self, permission: str) -> None:
        """Hold that the user has a permission; all are asked for at once."""
        if not self._held:
            self._held = self._ask()
        if not self._held[permission]:
            self.refuse(permission)

    def refuse(self, permission: str, *, there: Sequence[str] = ()) -> NoReturn:
        """Say that the user lacks a permission, everywhere or in some projects."""
        where = f" in project {', '.join(there)}" if there else ""
        advice = f'Give the integration\'s user "{_PERMISSIONS[permission]}"{where or " in Jira"}.'
        message = f"permission {permission} is missing{where}."
        raise AccessError(message, advice=advice)

    def shows_watchers(self, project: str) -> bool:
        """Tell if a project shows who watches: where none is named, to hold the permission in any is enough.

        Source: Jira Cloud REST v3, Get my permissions.
        """
        if project not in self._watched:
            self._watched[project] = self._ask(projectKey=project)["VIEW_VOTERS_AND_WATCHERS"]
        return self._watched[project]

    def lets_watch(self) -> bool:
        """Tell if people may watch issues on this site: where they may not, Jira answers 404 for the watchers of each.

        Source: Jira Cloud REST v3, Get global settings.
        """
        if self._lets_watch is None:
            try:
                answer = self._client.get("configuration", operation="settings")
                self._lets_watch = look(answer.body, _Settings).lets_watch
            except (AccessError, ContractError, NotFoundError):
                self._lets_watch = True  # nobody said that it is switched off
        return self._lets_watch

    def _ask(self, **of: str) -> dict[str, bool]:
        names = ",".join(_PERMISSIONS)
        answer = self._client.get("mypermissions", operation="permissions", permissions=names, **of)
        told = look(answer.body, _Told).permissions
        return {name: name in told and told[name].held for name in _PERMISSIONS}

    def projects(self, request: ReadRequest) -> Iterator[Page]:
        """Yield the projects, then those that were put away since.

        Raises:
            AccessError: a project that was read before cannot be seen any more, and nobody said that it is gone for good.
        """
        last = Page(())
        for last in self._wanted():
            yield replace(last, proof="")
        missing = sorted(set(request.known.get("projects", ())) - self._listed - set(self._settings.gone_projects))
        found = {record_id(body): body for body in (self._site.put_away(missing) if missing else ())}
        for one in missing:
            if one not in found and (body := self._project(one)):
                found[one] = body
        hidden = [one for one in missing if one not in found]
        if hidden:
            keys = {one: look(body, _Project).key for one, body in request.landed("projects") if one in hidden}
            named = ", ".join(f"{keys[one]} (id {one})" if keys.get(one) else one for one in hidden)
            message = f"project {named} cannot be seen any more: hidden from us, or deleted for good."
            advice = 'Give the integration\'s user "Browse projects" there again, or list its id in gone_projects.'
            raise AccessError(message, advice=advice)
        records = tuple(RawRecord(one, body) for one, body in found.items())
        yield Page(records, last.server_time, proof=last.proof)

    def projects_shown(self) -> tuple[str, ...]:
        """Give the ids of the projects whose issues are read; they are listed once a run."""
        if self._shown is None:
            for _page in self._wanted():
                continue
        return tuple(sorted(self._shown or ()))

    def _wanted(self) -> Iterator[Page]:
        """Yield the projects that are to be read, and remember them and all that are listed."""
        named = {key.casefold() for key in self._settings.projects}
        listed, shown, last = set[str](), set[str](), Page(())
        for last in self._site.projects():
            projects = [look(record.body, _Project) for record in last.records]
            listed |= {one.id for one in projects}
            wanted = {one.id: one for one in projects if not self._settings.projects or one.key.casefold() in named}
            named -= {one.key.casefold() for one in wanted.values()}
            shown |= {one.id for one in wanted.values() if not one.archived}
            yield replace(last, records=tuple(record for record in last.records if record.id in wanted))
        # What the settings call by a former key: Jira knows the project by it all the same.
        bodies = [body for key in sorted(named) if (body := self._project(key))]
        records = tuple(record for body in bodies if (record := RawRecord(record_id(body), body)).id in listed - shown)
        if records:
            yield replace(last, records=records)
        self._listed, self._shown = listed, shown | {record.id for record in records}

    def _project(self, project: str) -> bytes | None:
        """Give a project that the list left out; None where it is gone or hidden."""
        try:
            answer = self._client.get(f"project/{project}", operation="look up")
        except NotFoundError:
            return None
        return one_record(answer)

    def is_there(self, key: str) -> bool:
        """Tell if a project can be seen."""
        return self._project(key) is not None
