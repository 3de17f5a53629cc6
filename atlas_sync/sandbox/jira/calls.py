"""The calls of the REST API, version 3, and who answers each. Source: contract openapi/jira-cloud-v3.trimmed.json."""

from __future__ import annotations

from typing import Any

from starlette.routing import Route

from atlas_sync.sandbox.jira.around import Around
from atlas_sync.sandbox.jira.attached import Attached
from atlas_sync.sandbox.jira.reading import Reading
from atlas_sync.sandbox.jira.view import View
from atlas_sync.sandbox.jira.writing import Writing

__all__ = ["routes"]


def routes(view: View, *, page_cap: int) -> list[Route]:
    """List the routes."""
    around, reading, writing, attached = Around(view), Reading(view, page_cap=page_cap), Writing(view), Attached(view)
    three = "/rest/api/3"
    found = [Route("/rest/api/2/serverInfo", around.server_info), Route("/rest/api/2/myself", around.myself)]
    table: list[tuple[str, str, Any]] = [
        ("GET", "/serverInfo", around.server_info),
        ("GET", "/myself", around.myself),
        ("GET", "/mypermissions", around.permissions),
        ("GET", "/field", around.fields),
        ("GET", "/status", around.statuses),
        ("GET", "/issuetype", around.types),
        ("GET", "/users/search", around.users),
        ("GET", "/users", around.users),
        ("GET", "/user/search", around.find_users),
        ("GET", "/user/assignable/search", around.find_users),
        ("GET", "/project/search", around.projects),
        ("GET", "/project/{project}", around.project),
        ("GET", "/issue/createmeta/{project}/issuetypes", around.create_types),
        ("GET", "/issue/createmeta/{project}/issuetypes/{type}", around.create_fields),
        ("GET", "/search/jql", reading.search),
        ("POST", "/search/jql", reading.search),
        ("GET", "/search", reading.removed),
        ("POST", "/search", reading.removed),
        ("POST", "/search/approximate-count", reading.count),
        ("POST", "/changelog/bulkfetch", reading.histories),
        ("POST", "/comment/list", attached.listed_comments),
        ("POST", "/issue/bulkfetch", reading.bulk_fetch),
        ("POST", "/issue/bulk", writing.bulk_create),
        ("POST", "/issue", writing.create),
        ("GET", "/issue/{issue}", reading.get),
        ("PUT", "/issue/{issue}", writing.edit),
        ("DELETE", "/issue/{issue}", writing.delete),
        ("GET", "/issue/{issue}/remotelink", attached.links),
        ("POST", "/issue/{issue}/remotelink", attached.set_link),
        ("GET", "/issue/{issue}/watchers", attached.watchers),
        ("POST", "/issue/{issue}/watchers", attached.watch),
        ("GET", "/issue/{issue}/properties", attached.properties),
        ("GET", "/issue/{issue}/properties/{key}", attached.property),
        ("PUT", "/issue/{issue}/properties/{key}", attached.set_property),
        ("DELETE", "/issue/{issue}/properties/{key}", attached.drop_property),
        ("GET", "/issue/{issue}/comment", attached.comments),
        ("POST", "/issue/{issue}/comment", attached.add_comment),
        ("POST", "/issue/{issue}/attachments", attached.attach),
        ("DELETE", "/attachment/{file}", attached.detach),
        ("GET", "/issue/{issue}/changelog", attached.changelog),
        ("GET", "/issue/{issue}/transitions", writing.transitions),
        ("POST", "/issue/{issue}/transitions", writing.transition),
    ]
    return found + [Route(three + path, handler, methods=[method]) for method, path, handler in table]
