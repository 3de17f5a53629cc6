"""What people do to a real Redmine while it is filled: all of it over its API, as themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import requests

from atlas_sync.connectors.redmine.marks import read_field, split_text
from tests.hostile.people import People
from tests.redmine.server import Server

__all__ = ["RedminePeople", "Seen", "seen_in"]


@dataclass(frozen=True)
class Seen:
    """An issue as an admin sees it. `due` is None where it follows from what stands below."""

    id: str
    mark: str
    subject: str
    text: str
    due: date | None
    project: str
    in_field: bool

    @property
    def key(self) -> str:
        """Its name."""
        return f"#{self.id}"


def seen_in(server: Server) -> list[Seen]:
    """Give all issues."""
    found = server.issues()
    below = {str(one["parent"]["id"]) for one in found if "parent" in one}
    return [_seen(server, one, has_children=str(one["id"]) in below) for one in found]


def _seen(server: Server, shown: dict[str, Any], *, has_children: bool) -> Seen:
    text, in_text = split_text(shown["description"] or "")
    in_field = [one["value"] for one in shown["custom_fields"] if one["id"] == server.facts["field"]]
    kept = read_field(in_field[0] if in_field else "").marker
    due = shown.get("due_date")
    return Seen(
        id=str(shown["id"]),
        mark=kept or in_text.marker,
        subject=shown["subject"],
        text=text,
        due=date.fromisoformat(due) if due and not has_children else None,
        project=shown["project"]["name"].lower(),
        in_field=bool(kept),
    )


@dataclass
class RedminePeople(People):
    """People at work on a Redmine. There is nothing to hide an issue behind but clearing the field that holds its mark."""

    server: Server = field(kw_only=True)
    unmarked: dict[str, str] = field(default_factory=dict)
    """Marks that people took off, by issue."""

    def act(self) -> None:
        """Do one thing."""
        issues = [one for one in seen_in(self.server) if one.mark]
        self.deeds += 1
        if not issues or self.dice.random() < 0.15:
            self._burn()
            return
        issue = self.dice.choice(issues)
        deeds: list[Callable[[Any], None]] = [*[self._write] * 3, self._retitle, self._comment, self._close, self._move]
        known: list[Callable[[Any], None]] = [self._hide] if self.may_hide(issue.mark) else []
        self.dice.choice([*deeds, self._erase, *known])(issue)
        self.touched.add(issue.id)

    def cut_in(self, issue_id: str) -> None:
        """Write into an issue just before an edit of it arrives."""
        issue = next((one for one in seen_in(self.server) if one.id == issue_id), None)
        if issue is not None:
            self.dice.choice([self._write, self._retitle])(issue)
            self.touched.add(issue.id)
            self.deeds += 1

    def _ask(self, issue: Seen, **values: Any) -> None:  # noqa: ANN401 - what the wire takes
        self.server.call("ada", "PUT", f"issues/{issue.id}.json", issue=values)

    def _burn(self) -> None:
        made = self.server.call("ada", "POST", "issues.json", issue={"project_id": "else", "subject": self._say()})
        self.server.call("ada", "DELETE", f"issues/{made['issue']['id']}.json")

    def _write(self, issue: Any) -> None:  # noqa: ANN401 - a Seen, where the sandbox has its own
        """Add to a text, or write another; a mark in its last line is left, but for an item that is known without it."""
        whole = self.server.call("ada", "GET", f"issues/{issue.id}.json")["issue"]["description"] or ""
        own, mark = split_text(whole)
        if self.dice.random() < 0.5:
            text = f"*{self._say()}*\n\n{whole}"
        else:
            text = f"h2. {self._say()}\n\n# _first_ {{{{toc}}}}"
            if mark.marker and not self.may_hide(issue.mark):
                text += whole[len(own.rstrip()) :]
            elif not issue.in_field:
                self.unmarked[issue.id] = issue.mark
        self._ask(issue, description=text)
        self.texts[issue.id, "description"] = text

    def _retitle(self, issue: Any) -> None:  # noqa: ANN401 - as above
        text = self._say()
        self._ask(issue, subject=text)
        self.texts[issue.id, "summary"] = text

    def _comment(self, issue: Any) -> None:  # noqa: ANN401 - as above
        self._ask(issue, notes=self._say())

    def _close(self, issue: Any) -> None:  # noqa: ANN401 - as above
        names = {
            one["name"]: one["id"] for one in self.server.call("ada", "GET", "issue_statuses.json")["issue_statuses"]
        }
        self._ask(issue, status_id=names[self.dice.choice(["Closed", "Rejected", "In Progress"])])
        self.closed.add(issue.mark)

    def _move(self, issue: Any) -> None:  # noqa: ANN401 - as above
        self._ask(issue, project_id={"one": "two", "two": "else", "else": "one"}[issue.project])

    def _erase(self, issue: Any) -> None:  # noqa: ANN401 - as above
        """Delete an issue: Redmine deletes all that stands below it too."""
        before = {one.id: one for one in seen_in(self.server)}
        self.server.call("ada", "DELETE", f"issues/{issue.id}.json")
        for gone in before.keys() - {one.id for one in seen_in(self.server)}:
            self.erased |= {before[gone].mark} - {""}
            self.texts = {key: text for key, text in self.texts.items() if key[0] != gone}

    def _hide(self, issue: Any) -> None:  # noqa: ANN401 - as above
        """Take our mark off, wherever it stands."""
        self.unmarked[issue.id] = issue.mark
        text = f"h2. {self._say()}"
        self._ask(issue, description=text, custom_fields=[{"id": self.server.facts["field"], "value": ""}])
        self.texts[issue.id, "description"] = text

    def wronged(self) -> list[str]:
        """Say whose text is not there any more, markup and all."""
        wrong = []
        for (issue_id, name), text in self.texts.items():
            try:
                issue = self.server.call("keeper", "GET", f"issues/{issue_id}.json")["issue"]
            except (AssertionError, requests.RequestException):
                issue = {}
            now = issue.get("subject" if name == "summary" else "description")
            if now is None or now.split() != text.split():
                wrong.append(f"#{issue_id} {name}: {now!r}, and a person wrote {text!r}")
        return wrong
