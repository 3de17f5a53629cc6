"""Redmine as the conformance suite asks for one: the real server behind a tap, with what the suite does to it.

pytest tests/conformance --stand tests.redmine.stand:RedmineStand

A real clock cannot be moved, so changes get the stamp that they would have had, and the tap tells that time, as a web server in
front of a Redmine does.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import formatdate
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import requests

from atlas_sync.sandbox.faults import FaultLayer, Faults, Receive, Rule, Scope, Send
from atlas_sync.sandbox.listen import serving
from tests.redmine.server import Server, joined
from tests.stands.protocol import WEBHOOK_SECRET, Act, Announced, Capability, Fact, Paging
from tests.stands.wire import Wire

__all__ = ["RedmineStand"]

_STATES = {"New": "to_do", "In Progress": "in_progress", "Closed": "done", "Rejected": "dropped"}


@dataclass
class RedmineStand:
    """A Redmine whose people deliver, in the projects one and two."""

    kind: str = "redmine"
    wire: Wire = field(default_factory=Wire)
    lacks: ClassVar[Mapping[Capability, str]] = {
        "paging": "a page tells how many there are and names no next one; the next is asked for from the last stamp on",
        "delete": "the vendor says nothing of a deletion: see erase",
        "restore": "what was deleted does not come back",
        "archive": "issues are not put away",
        "merge": "work items do not merge",
        "move": "a record has one name, its id",
        "member": "what belongs to an issue comes with it",
        "relink": "what an issue belongs to is a field of it",
        "aged": "nothing falls out of listings by age",
        "lag": "lists read the records themselves",
        "cap": "a list has no end but its own",
        "batch": "each issue is asked for by itself",
        "session": "an API key has no end that a client could renew",
        "quota": "the vendor tells no quota",
        "write": "writing is held to the hostile suite, on the real server",
        "webhook": "the vendor has none",
    }
    on: ClassVar[Mapping[Act, str]] = {"create": "issues", "hide": "issues", "erase": "issues"}
    gone_as: ClassVar[Mapping[str, frozenset[str]]] = {
        "hide": frozenset({"not_visible"}),
        "erase": frozenset({"deleted"}),
    }
    paging: ClassVar[Paging] = Paging(r"/issues\.json$", "issues", "none")
    address: str = ""
    _ahead_s: float = 0
    _faults: Faults = field(default_factory=Faults)
    _left: dict[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def server(self) -> Server:
        """The server of this process."""
        return joined(Path(tempfile.gettempdir()) / f"atlas-redmine-{os.getpid()}", os.getpid())

    @contextmanager
    def serving(self, _folder: Path) -> Iterator[None]:
        """Serve it as it was in the beginning."""
        self.server.reset()
        app = self.wire.around(FaultLayer(self._forward, self.kind, self._faults))
        with serving({self.kind: app}) as addresses:
            self.address = addresses[self.kind]
            yield

    async def _forward(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on."""
        body = (await receive()).get("body", b"")
        query = scope["query_string"].decode()
        passed = {
            name.decode(): value.decode() for name, value in scope["headers"] if name not in {b"host", b"connection"}
        }
        answer = await asyncio.to_thread(
            requests.request,
            scope["method"],
            f"{self.server.url}{scope['path']}{'?' * bool(query)}{query}",
            headers=passed,
            data=body,
            timeout=60,
            allow_redirects=False,
        )
        told = {
            "content-type": answer.headers.get("content-type", ""),
            "date": formatdate(time.time() + self._ahead_s, usegmt=True),
        }
        kept = [(name.encode(), value.encode()) for name, value in told.items()]
        await send({"type": "http.response.start", "status": answer.status_code, "headers": kept})
        await send({"type": "http.response.body", "body": answer.content})

    def settings(self) -> Mapping[str, Any]:
        """Give the settings of a connection."""
        return {"kind": self.kind, "url": self.address, "calls_per_second": 2000}

    def environ(self) -> Mapping[str, str]:
        """Give the secret."""
        return {"ATLAS_REDMINE_API_KEY": self.server.key("atlas")}

    def source(self, stream: str, key: str) -> str:
        """Give a reference."""
        return f"{self.kind}:{ {'issues': 'work_item'}[stream] }:{key}"

    def create(self, stream: str, name: str, *, late_s: float = 0) -> str:  # noqa: ARG002 - issues alone
        """Make an issue."""
        given = {"project_id": "one", "tracker_id": self.server.facts["tracker"], "subject": name}
        made = self.server.call("ada", "POST", "issues.json", issue=given)
        self._stamp([str(made["issue"]["id"])], late_s=late_s)
        return str(made["issue"]["id"])

    def rename(self, stream: str, keys: list[str], name: str) -> None:  # noqa: ARG002 - issues alone
        """Rename issues with one stamp."""
        for key in keys:
            self.server.call("ada", "PUT", f"issues/{key}.json", issue={"subject": name})
        self._stamp(keys)

    def _stamp(self, keys: list[str], *, late_s: float = 0) -> None:
        at = f"strftime('%Y-%m-%d %H:%M:%f', 'now', '{self._ahead_s - late_s:+} seconds')"
        self.server.sql(f"UPDATE issues SET updated_on = {at} WHERE id IN ({', '.join(keys)})")  # noqa: S608 - our own words

    def act(self, what: str, key: str, *, into: str = "") -> str:  # noqa: ARG002 - nothing merges here
        """Do something to an issue."""
        if what == "erase":
            self.server.call("keeper", "DELETE", f"issues/{key}.json")
        else:
            given = {"name": "Secret", "identifier": f"secret-{key}", "is_public": False}
            place = self.server.call("keeper", "POST", "projects.json", project=given)["project"]["id"]
            self.server.sql("UPDATE issues SET project_id = ? WHERE id = ?", place, key)
        self._left[self.source("issues", key)] = self.gone_as[what]
        return ""

    def leave(self, member: str) -> None:
        """Nothing is read as a set that could be left."""
        raise NotImplementedError(member)

    def fault(self, rule: Rule) -> None:
        """Let something go wrong."""
        self._faults.rules.append(rule)

    def mend(self) -> None:
        """Let the wire work again."""
        self._faults.rules.clear()

    def spoil(self, what: Capability) -> None:
        """Take something from the role of the integration's user."""
        if what == "hidden field":
            self.server.sql("UPDATE roles SET issues_visibility = 'default' WHERE name = 'Integration'")
        elif what == "hidden object":
            self.server.sql("UPDATE roles SET permissions = replace(permissions, '- :view_issues', '')")

    def announce(self, key: str, *, url: str, number: int, at: datetime, secret: str = WEBHOOK_SECRET) -> Announced:
        """Nothing is announced."""
        raise NotImplementedError(key, url, number, at, secret)

    def pass_time(self, seconds: float) -> None:
        """Let the vendor's time pass."""
        self._ahead_s += seconds

    def truth(self) -> Mapping[str, Fact]:
        """Give what is true of the issues."""
        shown = self.server.issues()
        facts = {self.source("issues", str(one["id"])): self._fact(one) for one in shown}
        return facts | {source: Fact(gone=kinds) for source, kinds in self._left.items()}

    def _fact(self, issue: Mapping[str, Any]) -> Fact:
        status = issue["status"]["name"]
        return Fact(
            {
                "summary": issue["subject"],
                "key": f"#{issue['id']}",
                "status": status,
                "state": _STATES[status],
                "project": f"{self.kind}:project:{issue['project']['id']}",
            }
        )
