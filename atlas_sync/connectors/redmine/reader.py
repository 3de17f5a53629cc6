"""Reads a Redmine: people, projects, statuses and trackers as whole sets; issues with their history by change.

Landed shapes, in which every part is as received:

    users       the user as an admin sees one, or `{"id", "name"}` of a member
    projects, statuses, trackers    the record
    issues      {"issue": {...}, "is_first": flag}, the flag for the status in which its tracker begins
    an issue that is gone           {"id": id, "gone": "deleted" or "hidden"}
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import msgspec

from atlas_sync.connectors.protocol import FieldReport, Page, RawRecord, ReadRequest, StreamSpec
from atlas_sync.connectors.raw import raw_members, record_id, record_ids
from atlas_sync.connectors.redmine.client import Listed, RedmineClient
from atlas_sync.connectors.redmine.faults import NotFoundError
from atlas_sync.connectors.redmine.refused import Refused
from atlas_sync.connectors.redmine.settings import RedmineSettings
from atlas_sync.connectors.redmine.walk import by_id, walk
from atlas_sync.errors import AccessError, AuthError, BudgetError, ContractError, RateLimitedError, TransientError

__all__ = ["RedmineReader"]

_STREAMS = (
    StreamSpec("users", "set", ("tracker",)),
    StreamSpec("projects", "set", ("tracker",)),
    StreamSpec("statuses", "set", ()),
    StreamSpec("trackers", "set", ()),
    StreamSpec("issues", "increment", ("tracker",), whole=True),
)
_WHOLE = "all {} of total_count"
_UNARCHIVED = "1|5"
"""The projects that are active or closed, in the words of a query."""


class RedmineReader:
    """Pulls one Redmine. Nothing is contacted before the first call."""

    def __init__(self, settings: RedmineSettings, *, system: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._settings = settings
        self._client = RedmineClient(settings, system=system, sleep=sleep)

    def streams(self) -> Sequence[StreamSpec]:
        """List the streams."""
        return _STREAMS

    def describe(self, stream: str) -> FieldReport:
        """Check the key first, since lists show strangers' view to a wrong one; then what our roles may see."""
        me = self._client.me()
        if stream == "issues":
            wanted = [msgspec.json.decode(one) for one in self._listed_projects(include="enabled_modules")]
            report = FieldReport() if me.admin else self._sight(wanted)
            return replace(report, projects=tuple(sorted(str(one["id"]) for one in wanted)))
        if stream == "users" and not me.admin:
            advice = (
                "Only an admin sees users with their e-mail: make the integration's user one, or match people by name."
            )
            return FieldReport(("mail",), advice=advice)
        return FieldReport()

    def _sight(self, wanted: Sequence[dict[str, Any]]) -> FieldReport:
        """Look at what our roles show of issues: one that is hidden is not listed, and looks as if it were not there.

        Where we are no member, a public project shows what it shows to anybody, and which role that is nobody tells us.

        Raises:
            AccessError: they show none anywhere.
        """
        memberships = self._client.me().memberships
        shown = {one["project"]["id"]: self._visibilities(one) for one in memberships}
        if not any(shown.values()):
            advice = 'Make the integration\'s user a member with "View issues" of the projects to read.'
            raise AccessError("permission view_issues is missing everywhere.", advice=advice)
        strange = {one["id"] for one in wanted if one["id"] not in shown and _has_issues(one)}
        names = {one["project"]["id"]: str(one["project"]["name"]) for one in memberships}
        names |= {one["id"]: f"{one['name']} ({one['identifier']})" for one in wanted}
        blind = sorted(names[one] for one in strange.union(key for key, kinds in shown.items() if "all" not in kinds))
        if not blind:
            return FieldReport()
        advice = f"Let the role of the integration's user see all issues, private issues too, in {', '.join(blind)}."
        if strange:
            advice += " It is no member everywhere: make it one, or name the projects to read in `projects`."
        return FieldReport(("private issues",), ("private issues",), advice)

    def _visibilities(self, membership: dict[str, Any]) -> frozenset[str]:
        roles = (self._client.get(f"roles/{one['id']}", operation="role").json()["role"] for one in membership["roles"])
        return frozenset(
            role.get("issues_visibility", "all") for role in roles if "view_issues" in role.get("permissions", ())
        )

    def read(self, request: ReadRequest) -> Iterator[Page]:
        """Yield the pages of a stream."""
        self._client.me()
        reads: dict[str, Callable[[ReadRequest], Iterator[Page]]] = {
            "users": self._users,
            "projects": self._projects,
            "statuses": partial(self._whole, "issue_statuses"),
            "trackers": partial(self._whole, "trackers"),
            "issues": self._issues,
        }
        return reads[request.stream](request)

    def windows(self, request: ReadRequest) -> Sequence[ReadRequest]:
        """Give each project that came into sight a window of its own, beside what changed."""
        appeared = request.appeared if request.since else ()
        return [request, *(replace(request, window=one) for one in appeared)]

    def _users(self, _request: ReadRequest) -> Iterator[Page]:
        """Yield all users, the locked ones included; to whom only an admin may list, the members of what we see."""
        if self._client.me().admin:
            yield from _pages(self._client.pages("users", "users", operation="users", status=""))
            return
        found: dict[str, bytes] = {}
        for project in self._listed_projects():
            path = f"projects/{record_id(project)}/memberships"
            for page in self._client.pages(path, "memberships", operation="members"):
                for body in page.members:
                    user = msgspec.json.decode(body).get("user")
                    found |= {str(user["id"]): msgspec.json.encode(user)} if user else {}
        records = tuple(RawRecord(one, body) for one, body in found.items())
        yield Page(records, proof="the members of every project we see")

    def _listed_projects(self, **params: str) -> Iterator[bytes]:
        """Yield the projects that are to be read, the closed ones too: they are listed only to whoever asks for them.

        Source: Redmine 5.0.4, measured.
        """
        for page in self._client.pages("projects", "projects", operation="projects", status=_UNARCHIVED, **params):
            yield from (one for one in page.members if self._is_wanted(one))

    def _is_wanted(self, body: bytes) -> bool:
        return not self._settings.projects or msgspec.json.decode(body).get("identifier") in self._settings.projects

    def _projects(self, request: ReadRequest) -> Iterator[Page]:
        """Yield the projects.

        Raises:
            AccessError: one that was read before, or is named in the settings, cannot be seen any more.
        """
        members = list(self._listed_projects())
        ids = record_ids(members)
        named = {msgspec.json.decode(one).get("identifier") for one in members}
        known = set(request.known.get("projects", ())) - set(ids) - set(self._settings.gone_projects)
        lost = [one for one in sorted(known) if not self._is_deleted(one)]
        keys = {
            one: msgspec.json.decode(body).get("identifier") for one, body in request.landed("projects") if one in lost
        }
        hidden = [key for key in self._settings.projects if key not in named.union(keys.values())]
        hidden += [f"{keys[one]} (id {one})" if keys.get(one) else one for one in lost]
        if hidden:
            message = f"project {', '.join(hidden)} cannot be seen: hidden from us, or archived."
            advice = "Make the integration's user a member there, or unarchive it; if it is gone, list its id in gone_projects."
            raise AccessError(message, advice=advice)
        yield Page(tuple(map(RawRecord, ids, members)), proof=_WHOLE.format(len(ids)))

    def _is_deleted(self, project: str) -> bool:
        """Tell if a project that is not listed was deleted: what is hidden or archived is refused and not missed."""
        try:
            self._client.get(f"projects/{project}", operation="look up")
        except NotFoundError:
            return True
        except AccessError:
            return False
        return bool(self._settings.projects)

    def _whole(self, name: str, _request: ReadRequest) -> Iterator[Page]:
        page = self._client.page(name, name, operation=name)
        yield _page(page, proof="the whole list")

    def _issues(self, request: ReadRequest) -> Iterator[Page]:
        """Yield the changed issues, or all of a project that came into sight; each is asked for by itself.

        Lists do not show histories.

        Raises:
            AccessError, TransientError: at the end, if a list shows some that are refused by themselves.
        """
        wanted = self._wanted_projects() if self._settings.projects or request.window else None
        if wanted is not None and request.window and request.window not in wanted:
            yield Page((), proof="out of sight again")
            return
        firsts, since = self._firsts(), None if request.window else request.since
        refused = Refused(request.position)
        for page in walk(self._client, since=since, position=request.position, project=request.window):
            ids = [one for one, body in zip(page.ids, page.members, strict=True) if _is_in(body, wanted)]
            records = tuple(record for one in ids if (record := self._issue_or_note(one, firsts, refused)))
            total = page.total if not request.since and wanted is None else None
            yield refused.judged(Page(records, page.server_time, page.position, page.proof, total))
        refused.tell()

    def _issue_or_note(self, remote_id: str, firsts: dict[str, str], refused: Refused) -> RawRecord | None:
        """Give an issue with its history; None where it went, or was refused by itself, which is noted.

        Raises:
            AuthError, RateLimitedError, BudgetError: it is not about this issue.
        """
        try:
            return self._issue(remote_id, firsts)
        except (AuthError, RateLimitedError, BudgetError):
            raise
        except (NotFoundError, AccessError, TransientError) as error:
            if self._is_listed(remote_id):
                refused.note(remote_id, error)
            return None

    def _wanted_projects(self) -> frozenset[str]:
        return frozenset(record_ids(list(self._listed_projects())))

    def _firsts(self) -> dict[str, str]:
        """Give the status in which issues begin, by tracker."""
        members = self._client.page("trackers", "trackers", operation="trackers").members
        trackers = [msgspec.json.decode(one) for one in members]
        return {str(one["id"]): str((one.get("default_status") or {}).get("id")) for one in trackers}

    def _issue(self, remote_id: str, firsts: dict[str, str]) -> RawRecord | None:
        """Give an issue with its history; None where it went in the meantime, which the sweep finds out.

        Raises:
            NotFoundError, AccessError: it did not go: a list still shows it.
        """
        try:
            answer = self._client.get(f"issues/{remote_id}", operation="issue", include="journals")
        except (NotFoundError, AccessError):
            if self._is_listed(remote_id):
                raise
            return None
        body = raw_members(b'{"all":[' + answer.body + b"]}", list_name="all")[0][0]
        try:
            shown = msgspec.json.decode(body, type=_Shown).issue
        except msgspec.DecodeError:
            raise ContractError("an issue in an unknown shape.", advice="The answer was kept out; run again.") from None
        is_first = firsts.get(str(shown.tracker.get("id"))) == str(shown.status.get("id"))
        return RawRecord(remote_id, body[:-1] + b',"is_first":' + (b"true" if is_first else b"false") + b"}")

    def _is_listed(self, remote_id: str) -> bool:
        page = self._client.page("issues", "issues", operation="look", status_id="*", issue_id=remote_id)
        return page.total != 0

    def sweep(self, stream: str) -> Iterator[Page]:
        """Yield the ids of all issues."""
        if stream != "issues":
            return
        wanted = self._wanted_projects() if self._settings.projects else None
        for page in by_id(self._client):
            ids = [one for one, body in zip(page.ids, page.members, strict=True) if _is_in(body, wanted)]
            yield Page(tuple(RawRecord(one, b"") for one in ids), page.server_time, proof=page.proof)

    def look_up(self, stream: str, ids: Sequence[str]) -> Iterator[Page]:
        """Ask for each issue by itself: what is gone is missed, and what is hidden refused."""
        if stream != "issues":
            return
        firsts = self._firsts()
        yield Page(tuple(self._issue(one, firsts) or self._gone(one) for one in ids), proof="every id asked")

    def _gone(self, remote_id: str) -> RawRecord:
        how = "hidden"
        try:
            self._client.get(f"issues/{remote_id}", operation="look up")
        except NotFoundError:
            how = "deleted"
        except AccessError:
            how = "hidden"
        return RawRecord(remote_id, msgspec.json.encode({"id": remote_id, "gone": how}))


class _Issue(msgspec.Struct):
    tracker: dict[str, Any] = {}
    status: dict[str, Any] = {}


class _Shown(msgspec.Struct):
    issue: _Issue


def _has_issues(project: dict[str, Any]) -> bool:
    """Tell if issues are switched on in a project; where it does not say, they may be."""
    modules = project.get("enabled_modules")
    return modules is None or any(one.get("name") == "issue_tracking" for one in modules)


def _is_in(body: bytes, projects: frozenset[str] | None) -> bool:
    return projects is None or str(msgspec.json.decode(body)["project"]["id"]) in projects


def _page(listed: Listed, *, proof: str) -> Page:
    members = list(listed.members)
    return Page(tuple(map(RawRecord, record_ids(members), members)), listed.server_time, proof=proof)


def _pages(found: Iterator[Listed]) -> Iterator[Page]:
    """Give pages; the last one has seen as many as there are."""
    seen = 0
    for listed in found:
        seen += len(listed.members)
        yield _page(listed, proof=_WHOLE.format(seen) if listed.total is not None and seen >= listed.total else "")
