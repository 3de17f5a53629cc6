"""What the API user may see of a site, and the answers that several calls share."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import JSONResponse, Response

from atlas_sync.sandbox.faults import Faults
from atlas_sync.sandbox.jira.store import Issue, Project, Site, User

__all__ = ["BAD", "CREATED", "View", "done", "forbidden", "missing", "no_project", "refused"]

CREATED, BAD = 201, 400
_NO_CONTENT, _FORBIDDEN, _NOT_FOUND = 204, 403, 404
_MISSING = {"errorMessages": ["Issue does not exist or you do not have permission to see it."], "errors": {}}
_NO_PROJECT = {"errorMessages": ["No project could be found with key or id."], "errors": {}}


class View:
    """One site as its API user sees it; what is hidden is as good as not there."""

    def __init__(self, site: Site, faults: Faults, bot: User) -> None:
        self.site = site
        self.bot = bot
        self._faults = faults

    def is_denied(self, thing: str) -> bool:
        """Tell if a permission is taken away."""
        return self._faults.is_denied("jira", thing)

    def hidden_fields(self) -> frozenset[str]:
        """Give the fields of issues that are hidden."""
        return self._faults.hidden("jira", "issue")

    def is_hidden(self, project: Project) -> bool:
        """Tell if a project may not be browsed."""
        return self.is_out_of_sight(project) or self.is_denied(f"BROWSE_PROJECTS:{project.key}")

    def is_out_of_sight(self, project: Project) -> bool:
        """Tell if a project may not be administered either; one that only its browsing was taken from still may."""
        return self.is_denied("BROWSE_PROJECTS") or self.is_denied(f"project:{project.key}")

    def project(self, id_or_key: str) -> Project | None:
        """Find a project that may be browsed; one in the bin is found only by a search for such."""
        project = self.site.find_project(id_or_key)
        return None if project is None or project.state == "deleted" or self.is_hidden(project) else project

    def issue(self, id_or_key: str) -> Issue | None:
        """Find an issue that may be seen, from the store."""
        issue = self.site.find(id_or_key)
        return issue if issue is not None and self.shows(issue) else None

    def shows(self, issue: Issue) -> bool:
        """Tell if an issue may be seen: its project, and no security level of its own hides it."""
        if issue.project.state == "deleted" or self.is_hidden(issue.project):
            return False
        return not self.is_denied(f"issue:{issue.id}")


def refused(errors: Mapping[str, str], *messages: str) -> JSONResponse:
    """Refuse a request, by field or as a whole."""
    return JSONResponse({"errorMessages": list(messages), "errors": dict(errors)}, status_code=BAD)


def forbidden(message: str) -> JSONResponse:
    """Refuse for want of a permission."""
    return JSONResponse({"errorMessages": [message], "errors": {}}, status_code=_FORBIDDEN)


def missing() -> JSONResponse:
    """Say that an issue is gone or hidden."""
    return JSONResponse(_MISSING, status_code=_NOT_FOUND)


def no_project() -> JSONResponse:
    """Say that a project is gone or hidden."""
    return JSONResponse(_NO_PROJECT, status_code=_NOT_FOUND)


def done() -> Response:
    """Say nothing, successfully."""
    return Response(status_code=_NO_CONTENT)
