"""Jira, played on the sandbox's site."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from atlas_sync.sandbox import jira
from atlas_sync.sandbox.jira.store import Issue, Project, Site
from tests.stands.protocol import WEBHOOK_SECRET, Act, Announced, Capability, Fact, Paging
from tests.stands.sandboxed import Ground

__all__ = ["DataCenterStand", "JiraStand"]

_STATES = {
    "To Do": "to_do",
    "In Progress": "in_progress",
    "Done": "done",
    "Won't Do": "dropped",
    "Cancelled": "dropped",
}
_VANISHED = frozenset({"deleted", "not_visible"})


class JiraStand(Ground):
    """A site whose people deliver, in the projects ONE and TWO."""

    lacks: ClassVar[Mapping[Capability, str]] = {
        "delete": "the vendor says nothing of a deletion: see erase",
        "restore": "what was deleted does not come back",
        "merge": "work items do not merge",
        "aged": "nothing falls out of listings by age",
        "member": "what belongs to an issue comes with it",
        "relink": "what an issue belongs to is a field of it",
        "cap": "a search has no end but its own",
        "session": "an API token has no end that a client could renew",
        "quota": "the vendor tells no shared quota",
        "batch": "issues are not asked for in batches",
    }
    on: ClassVar[Mapping[Act, str]] = {
        "create": "issues",
        "archive": "issues",
        "hide": "issues",
        "erase": "issues",
        "move": "issues",
    }
    gone_as: ClassVar[Mapping[str, frozenset[str]]] = {
        "archive": frozenset({"archived"}),
        "hide": frozenset({"not_visible"}),
        "erase": _VANISHED,
    }
    paging: ClassVar[Paging] = Paging(r"/search/jql$", "issues", "nextPageToken")

    def __init__(self) -> None:
        super().__init__("jira")
        self._left: dict[str, frozenset[str]] = {}

    @property
    def site(self) -> Site:
        """The site itself."""
        return self.sandbox.jira._site

    def settings(self) -> Mapping[str, Any]:
        """Give the settings of a connection."""
        return {"kind": self.kind, "url": self.address, "email": jira.EMAIL, "calls_per_second": 2000}

    def environ(self) -> Mapping[str, str]:
        """Give the secrets."""
        return {"ATLAS_JIRA_API_TOKEN": jira.API_TOKEN, "ATLAS_JIRA_WEBHOOK_SECRET": WEBHOOK_SECRET}

    def source(self, stream: str, key: str) -> str:
        """Give a reference."""
        return f"{self.kind}:{ {'issues': 'work_item'}[stream] }:{key}"

    def project(self, key: str) -> Project:
        """Give a project."""
        return next(one for one in self.site.projects.values() if one.key == key)

    def create(self, stream: str, name: str, *, late_s: float = 0) -> str:  # noqa: ARG002 - issues alone
        """Make an issue."""
        return str(self.wire.run(lambda: self._create(name, late_s)))

    def _create(self, name: str, late_s: float) -> str:
        at, project = self.at(late_s), self.project("ONE")
        issue = Issue(
            id=self.site.new_id(),
            project=project,
            number=project.next_number,
            type="Task",
            summary=name,
            description=None,
            status="To Do",
            reporter=project.lead,
            created=at,
            updated=at,
        )
        project.next_number += 1
        self.site.issues[issue.id] = issue
        return issue.id

    def set(self, stream: str, key: str, **values: Any) -> None:  # noqa: ANN401, ARG002 - fields by name, of issues alone
        """Set fields of an issue."""
        issue = self.site.issues[key]
        self.site.snapshot(issue)
        for name, value in values.items():
            setattr(issue, name, value)
        self.site.touch(issue, self.at())

    def rename(self, stream: str, keys: list[str], name: str) -> None:
        """Rename issues with one stamp."""

        def act() -> None:
            at = self.at()
            for key in keys:
                self.set(stream, key, summary=name)
                self.site.touch(self.site.issues[key], at)

        self.wire.run(act)

    def act(self, what: str, key: str, *, into: str = "") -> str:  # noqa: ARG002 - nothing merges here
        """Do something to an issue."""
        acts: dict[str, Any] = {
            "erase": lambda: self._erase(key),
            "hide": lambda: self._hide(key),
            "move": lambda: self._move(key),
            "archive": lambda: self._archive(key),
        }
        return str(self.wire.run(acts[what]) or "")

    def _erase(self, key: str) -> None:
        """Delete an issue: the vendor keeps nothing of it."""
        self.site.erase(self.site.issues[key])
        self._left[self.source("issues", key)] = _VANISHED

    def _move(self, key: str) -> str:
        """Move an issue into another project: it gets another key, and keeps its id."""
        issue = self.site.issues[key]
        target = self.project("TWO" if issue.project.key == "ONE" else "ONE")
        self.site.move(issue, target, target.lead)
        return issue.key

    def _archive(self, key: str) -> None:
        """Archive an issue: no search finds it any more."""
        self.site.issues[key].archived = self.at()

    def _hide(self, key: str) -> None:
        """Give an issue a security level that leaves the integration's user out."""
        self.sandbox.faults.deny("jira", f"issue:{key}")

    def leave(self, member: str) -> None:
        """Nothing is read as a set that could be left."""
        raise NotImplementedError(member)

    def announce(self, key: str, *, url: str, number: int, at: datetime, secret: str = WEBHOOK_SECRET) -> Announced:  # noqa: ARG002 - the address is not signed
        """Give a webhook of an administrator's."""
        issue = {"id": key, "fields": {"summary": "not to be believed"}}
        event = {"webhookEvent": "jira:issue_updated", "timestamp": int(at.timestamp() * 1000), "issue": issue}
        body = json.dumps(event).encode()
        signature = f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"
        return Announced({"X-Hub-Signature": signature, "X-Atlassian-Webhook-Identifier": f"hook-{number}"}, body)

    def spoil(self, what: Capability) -> None:
        """Switch on an awkward behaviour."""
        if what == "lag":
            self.site._lag = timedelta(seconds=20)
        elif what == "hidden field":
            self.sandbox.faults.hide("jira", "issue", "summary")
        elif what == "hidden object":
            self.sandbox.faults.deny("jira", "BROWSE_PROJECTS")

    def truth(self) -> Mapping[str, Fact]:
        """Give what is true of the issues."""
        facts = {source: Fact(gone=kinds) for source, kinds in self._left.items()}
        for issue in self.site.issues.values():
            facts[self.source("issues", issue.id)] = self._fact(issue)
        return facts

    def _fact(self, issue: Issue) -> Fact:
        if issue.archived:
            return Fact(gone=self.gone_as["archive"])
        if self.sandbox.faults.is_denied("jira", f"issue:{issue.id}"):
            return Fact(gone=self.gone_as["hide"])
        return Fact(
            {
                "summary": issue.summary,
                "key": issue.key,
                "status": issue.status,
                "state": _STATES[issue.status],
                "project": f"{self.kind}:project:{issue.project.id}",
            }
        )


class DataCenterStand(JiraStand):
    """The same site as Data Center serves it."""

    lacks: ClassVar[Mapping[Capability, str]] = {
        **JiraStand.lacks,
        "paging": "pages come by offset and total, and one that falls short is refused",
    }
    paging: ClassVar[Paging] = Paging(r"/search$", "issues", "")

    def settings(self) -> Mapping[str, Any]:
        """Give the settings of a connection."""
        return {"kind": self.kind, "url": self.address, "calls_per_second": 2000}

    def environ(self) -> Mapping[str, str]:
        """Give the secrets."""
        return {
            "ATLAS_JIRA_PERSONAL_ACCESS_TOKEN": jira.PERSONAL_ACCESS_TOKEN,
            "ATLAS_JIRA_WEBHOOK_SECRET": WEBHOOK_SECRET,
        }
