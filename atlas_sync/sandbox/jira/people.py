"""What persons do on the site past the API: edit, move, archive and delete, with and without a trace."""

from __future__ import annotations

from datetime import date
from typing import Any

from atlas_sync.sandbox.jira.adf import of_text
from atlas_sync.sandbox.jira.store import Comment, Issue, Site

__all__ = ["People"]


class People:
    """The doors for persons. Issues are named by key, and users by their key in the world.

    Whoever names an issue, a comment or a user that is not there gets a `KeyError`.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    def issue(self, key: str) -> Issue:
        """Find an issue."""
        found = self._site.find(key)
        if found is None:
            message = f"there is no issue {key}"
            raise KeyError(message)
        return found

    def edit_as_person(self, issue_key: str, *, user_key: str, fields: dict[str, Any]) -> None:
        """Change fields of an issue: summary, description (text), labels, status, due, custom."""
        changes: dict[str, Any] = {}
        for name, value in fields.items():
            changes[name] = of_text(value) if name == "description" else value
            if name == "due":
                changes[name] = date.fromisoformat(value) if value else None
        self._site.change(self.issue(issue_key), self._site.users[user_key], changes)

    def close_as_person(self, issue_key: str, status: str) -> None:
        """Close an issue with a status."""
        issue = self.issue(issue_key)
        self._site.change(issue, issue.project.lead, {"status": status})

    def delete_as_person(self, issue_key: str) -> None:
        """Delete an issue, sub-tasks included: no list tells of it afterwards."""
        self._site.erase(self.issue(issue_key))

    def move_as_person(self, issue_key: str, project_key: str) -> str:
        """Move an issue to another project and give its new key."""
        project = self._site.find_project(project_key)
        if project is None:
            message = f"there is no project {project_key}"
            raise KeyError(message)
        issue = self.issue(issue_key)
        self._site.move(issue, project, project.lead)
        return issue.key

    def archive_as_person(self, issue_key: str) -> None:
        """Archive an issue: no search finds it any more, and it can still be read."""
        self.issue(issue_key).archived = self._site.clock.now()

    def comment_as_person(self, issue_key: str, *, user_key: str, text: str) -> str:
        """Comment, which stamps the issue, and give the comment's id."""
        issue, now = self.issue(issue_key), self._site.clock.now()
        self._site.snapshot(issue)
        body = of_text(text) or {"type": "doc", "version": 1, "content": []}
        made = Comment(self._site.new_id(), self._site.users[user_key], body, now, now)
        issue.comments.append(made)
        self._site.touch(issue, now)
        return made.id

    def edit_comment_as_person(self, issue_key: str, comment_id: str, text: str) -> None:
        """Change a comment, which stamps the issue."""
        issue, now = self.issue(issue_key), self._site.clock.now()
        comment = next(one for one in issue.comments if one.id == comment_id)
        self._site.snapshot(issue)
        comment.body, comment.updated = of_text(text) or comment.body, now
        self._site.touch(issue, now)

    def delete_comment_as_person(self, issue_key: str, comment_id: str) -> None:
        """Delete a comment, which does not stamp the issue."""
        issue = self.issue(issue_key)
        issue.comments = [one for one in issue.comments if one.id != comment_id]

    def watch_as_person(self, issue_key: str, *, user_key: str) -> None:
        """Begin to watch an issue, which does not stamp it."""
        self.issue(issue_key).watchers.append(self._site.users[user_key])

    def unwatch_as_person(self, issue_key: str, *, user_key: str) -> None:
        """Stop watching an issue, which does not stamp it."""
        issue = self.issue(issue_key)
        issue.watchers = [one for one in issue.watchers if one.key != user_key]

    def link_as_person(self, issue_key: str, url: str, title: str) -> str:
        """Link an issue to a page, which does not stamp it, and give the link's id."""
        made = {"id": int(self._site.new_id()), "object": {"url": url, "title": title}}
        self.issue(issue_key).links.append(made)
        return str(made["id"])

    def unlink_as_person(self, issue_key: str, link_id: str) -> None:
        """Take a link to a page away, which does not stamp the issue."""
        issue = self.issue(issue_key)
        issue.links = [one for one in issue.links if str(one["id"]) != link_id]

    def relate_as_person(self, issue_key: str, kind: str, other_key: str) -> None:
        """Link an issue to another one, which stamps both."""
        issue, other = self.issue(issue_key), self.issue(other_key)
        self._site.change(issue, issue.project.lead, {"relations": [*issue.relations, (kind, other.id)]})
        self._site.snapshot(other)
        self._site.touch(other, self._site.clock.now())

    def attach_as_person(self, issue_key: str, name: str, size: int) -> None:
        """Attach a file, which stamps the issue."""
        issue = self.issue(issue_key)
        made = {"id": self._site.new_id(), "filename": name, "size": size, "mimeType": "application/pdf"}
        self._site.change(issue, issue.project.lead, {"attachments": [*issue.attachments, made]})

    def put_away_project(self, project_key: str, state: Any) -> None:  # noqa: ANN401 - one of three words
        """Archive a project, put it into the bin (`deleted`), or bring it back (`live`)."""
        project = self._site.find_project(project_key)
        if project is None:
            message = f"there is no project {project_key}"
            raise KeyError(message)
        project.state = state

    def purge_project(self, project_key: str) -> None:
        """Delete a project for good, its issues included."""
        project = self._site.find_project(project_key)
        if project is None:
            message = f"there is no project {project_key}"
            raise KeyError(message)
        self._site.issues = {key: one for key, one in self._site.issues.items() if one.project is not project}
        del self._site.projects[project.id]

    def anonymise_user(self, user_key: str) -> None:
        """Take a user's name and address away and close the account."""
        user = self._site.users[user_key]
        user.name, user.email, user.hides_email, user.active = "Former user", "", True, False
