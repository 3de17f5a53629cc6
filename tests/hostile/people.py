"""What people do to the tracker while it is filled, and what must be true of their work in the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from atlas_sync.sandbox.jira import JiraSandbox
from atlas_sync.sandbox.jira.adf import of_text, text_of
from atlas_sync.sandbox.jira.store import Issue

__all__ = ["People"]

_WORDS = ("Agreed with Greta", "see the plan of May", "moved to phase two", "ask Ben first", "not before the audit")


@dataclass
class People:
    """People at work on a site. `texts` are what they wrote last, by issue and field; `erased` and `dropped` are marks.

    `may_hide` tells of a mark if its issue may be hidden or archived, past any finding: only one that a ledger knows of. Of one
    that was hidden before anybody saw it, nobody can ever know.
    """

    site: JiraSandbox
    dice: Random
    user: str
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    closed: set[str] = field(default_factory=set)
    touched: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    may_hide: Callable[[str], bool] = lambda _marker: False
    deeds: int = 0

    def act(self) -> None:
        """Do one thing."""
        issues = [one for one in self.site._site.issues.values() if mark_of(one) and not one.archived]
        self.deeds += 1
        if not issues or self.dice.random() < 0.15:
            self._burn()
            return
        issue = self.dice.choice(issues)
        deeds = [
            self._write,
            self._write,
            self._write,
            self._retitle,
            self._unlabel,
            self._unlabel,
            self._comment,
            self._close,
            self._move,
        ]
        self.dice.choice(
            [*deeds, self._erase, *([self._hide, self._archive] if self.may_hide(mark_of(issue)) else [])]
        )(issue)
        self.touched.add(issue.id)

    def cut_in(self, issue_id: str) -> None:
        """Write into an issue just before an edit of it arrives."""
        issue = self.site._site.issues.get(issue_id)
        if issue is not None:
            self.dice.choice([self._write, self._retitle])(issue)
            self.touched.add(issue.id)
            self.deeds += 1

    def _say(self) -> str:
        return f"{self.dice.choice(_WORDS)} {self.dice.randrange(10_000)}"

    def _burn(self) -> None:
        """Use up numbers without an issue, as refused creates do."""
        project = self.dice.choice(list(self.site._site.projects.values()))
        project.next_number += self.dice.randint(1, 40)

    def _write(self, issue: Issue) -> None:
        text = text_of(issue.description) + "\n" + self._say() if self.dice.random() < 0.5 else self._say()
        self._edit(issue, "description", text)
        self.texts[issue.id, "description"] = text_of(of_text(text))

    def _retitle(self, issue: Issue) -> None:
        text = self._say()
        self._edit(issue, "summary", text)
        self.texts[issue.id, "summary"] = text

    def _edit(self, issue: Issue, name: str, value: object) -> None:
        self.site.edit_as_person(issue.id, user_key=self.user, fields={name: value})

    def _unlabel(self, issue: Issue) -> None:
        self._edit(issue, "labels", [one for one in issue.labels if self.dice.random() < 0.3])

    def _comment(self, issue: Issue) -> None:
        self.site.comment_as_person(issue.id, user_key=self.user, text=self._say())

    def _close(self, issue: Issue) -> None:
        status = self.dice.choice(["Done", "Won't Do", "In Progress"])
        self.site.close_as_person(issue.id, status)
        self.closed.add(mark_of(issue))

    def _move(self, issue: Issue) -> None:
        other = {"ONE": "TWO", "TWO": "ELSE", "ELSE": "ONE"}[issue.project.key]
        self.site.move_as_person(issue.id, other)

    def _erase(self, issue: Issue) -> None:
        self.erased.add(mark_of(issue))
        self.texts = {key: text for key, text in self.texts.items() if key[0] != issue.id}
        self.site.delete_as_person(issue.id)

    def _hide(self, issue: Issue) -> None:
        self.hidden.add(mark_of(issue))
        self.site._faults.deny("jira", f"issue:{issue.id}")

    def _archive(self, issue: Issue) -> None:
        self.hidden.add(mark_of(issue))
        self.site.archive_as_person(issue.id)

    def wronged(self) -> list[str]:
        """Say whose text is not there any more."""
        wrong = []
        for (issue_id, name), text in self.texts.items():
            issue = self.site._site.issues.get(issue_id)
            now = text_of(issue.description) if issue and name == "description" else issue.summary if issue else None
            if now is None or now.split() != text.split():
                wrong.append(f"{issue_id} {name}: {now!r}, and a person wrote {text!r}")
        return wrong


def mark_of(issue: Issue) -> str:
    """Give our mark on an issue."""
    return str((issue.properties.get("atlas.item") or {}).get("m") or "")
