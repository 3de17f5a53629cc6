"""The stand-in's answers beside the vendor's specification and recordings: only known members, of the known types."""

# ruff: noqa: ANN401  # JSON, whose shape is what the tests are about

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.jira.rig import Wire

pytestmark = pytest.mark.contracts

_KINDS = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list, "object": dict}


@cache
def _spec(shared: Path) -> Any:
    return json.loads((shared / "contracts/jira/openapi/jira-cloud-v3.trimmed.json").read_text(encoding="utf-8"))


def _recording(shared: Path, name: str) -> Any:
    return json.loads((shared / "contracts/jira/recordings" / f"{name}.json").read_text(encoding="utf-8"))


def _faults(value: Any, schema: Any, spec: Any, path: str = "$") -> Iterator[str]:
    """Give what a value holds that its schema does not allow. Null stands for an absent value, as Jira uses it."""
    if "$ref" in schema:
        schema = spec["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for part in schema.get("allOf", ()):
        yield from _faults(value, part, spec, path)
    wanted = _KINDS.get(schema.get("type", ""))
    if value is None or wanted is None:
        return
    if not isinstance(value, wanted) or (isinstance(value, bool) and schema["type"] != "boolean"):
        yield f"{path} is no {schema['type']}"
        return
    if isinstance(value, list):
        for place, item in enumerate(value):
            yield from _faults(item, schema.get("items", {}), spec, f"{path}[{place}]")
    if isinstance(value, dict):
        yield from _strange_members(value, schema, spec, path)


def _strange_members(value: Any, schema: Any, spec: Any, path: str) -> Iterator[str]:
    known, rest = schema.get("properties", {}), schema.get("additionalProperties", {})
    for name, item in value.items():
        if name in known:
            yield from _faults(item, known[name], spec, f"{path}.{name}")
        elif rest is False:
            yield f"{path}.{name} is not known"
        elif isinstance(rest, dict):
            yield from _faults(item, rest, spec, f"{path}.{name}")


def _schema(spec: Any, method: str, path: str, status: int) -> Any:
    return spec["paths"][f"/rest/api/3/{path}"][method.lower()]["responses"][str(status)]["content"][
        "application/json"
    ]["schema"]


SEARCH = {"jql": "project = TD", "fields": ["*all"], "properties": ["atlas.item"]}
ISSUE = {"fields": {"project": {"key": "TD"}, "issuetype": {"name": "Task"}, "summary": "Do it"}}
LINK = {"globalId": "1", "object": {"url": "https://x.example", "title": "X"}}
CALLS = [
    ("GET", "serverInfo", "serverInfo", None, 200),
    ("GET", "myself", "myself", None, 200),
    ("GET", "mypermissions", "mypermissions?permissions=BROWSE_PROJECTS", None, 200),
    ("GET", "field", "field", None, 200),
    ("GET", "status", "status", None, 200),
    ("GET", "issuetype", "issuetype", None, 200),
    ("GET", "users/search", "users/search", None, 200),
    ("GET", "project/search", "project/search?expand=lead,description", None, 200),
    ("GET", "project/{projectIdOrKey}", "project/TD", None, 200),
    ("GET", "issue/createmeta/{projectIdOrKey}/issuetypes", "issue/createmeta/TD/issuetypes", None, 200),
    ("POST", "search/jql", "search/jql", SEARCH, 200),
    ("POST", "search/approximate-count", "search/approximate-count", {"jql": "project = TD"}, 200),
    ("POST", "issue/bulkfetch", "issue/bulkfetch", {"issueIdsOrKeys": ["TD-1", "NO-1"]}, 200),
    ("POST", "changelog/bulkfetch", "changelog/bulkfetch", {"issueIdsOrKeys": ["TD-2"]}, 200),
    ("POST", "comment/list", "comment/list", {"ids": [10011, 10012]}, 200),
    ("GET", "issue/{issueIdOrKey}", "issue/TD-2", None, 200),
    ("GET", "issue/{issueIdOrKey}/comment", "issue/TD-2/comment", None, 200),
    ("GET", "issue/{issueIdOrKey}/changelog", "issue/TD-2/changelog", None, 200),
    ("GET", "issue/{issueIdOrKey}/transitions", "issue/TD-2/transitions", None, 200),
    ("POST", "issue", "issue", ISSUE, 201),
    ("POST", "issue/bulk", "issue/bulk", {"issueUpdates": [ISSUE, {"fields": {}}]}, 201),
    ("GET", "issue/{issueIdOrKey}/watchers", "issue/TD-2/watchers", None, 200),
    ("POST", "issue/{issueIdOrKey}/remotelink", "issue/TD-4/remotelink", LINK, 201),
]


@pytest.mark.parametrize(("method", "path", "address", "body", "status"), CALLS, ids=[f"{c[0]} {c[1]}" for c in CALLS])
def test_answers_keep_to_the_specification(
    wire: Wire, shared: Path, method: str, path: str, address: str, body: Any, status: int
) -> None:
    wire.sandbox.relate_as_person("TD-2", "Blocks", "TD-4")
    wire.sandbox.attach_as_person("TD-2", "scan.pdf", 12)
    answer = wire.call(method, address, json=body)
    assert answer.status_code == status, answer.text
    spec = _spec(shared)
    assert list(_faults(answer.json(), _schema(spec, method, path, status), spec)) == []


def test_the_specification_is_not_all_forgiving(shared: Path) -> None:
    spec = _spec(shared)
    schema = _schema(spec, "GET", "issuetype", 200)
    assert list(_faults([{"id": 1, "nme": "x"}], schema, spec)) == ["$[0].id is no string", "$[0].nme is not known"]


def test_last_page_of_a_search_has_no_token_and_no_total(wire: Wire, shared: Path) -> None:
    theirs = _recording(shared, "cloud-search-jql-last-page")
    ours = wire.search("key = TD-1", fields=["*all"])
    assert set(ours) == set(theirs) - {"expand"}
    assert ours["isLast"] is theirs["isLast"] is True
    shown = set(theirs["issues"][0]["fields"]) - {"priority", "watches"}
    assert shown <= set(ours["issues"][0]["fields"])


def test_server_tells_what_it_is_as_the_recorded_one(wire: Wire, shared: Path) -> None:
    theirs, ours = _recording(shared, "cloud-serverinfo"), wire.get("serverInfo")
    assert {name: type(value) for name, value in ours.items()} == {
        name: type(theirs[name]) for name in set(theirs) - {"buildDate", "scmInfo", "defaultLocale"}
    }


@pytest.mark.parametrize(
    ("what", "call"),
    [
        ("404 for an issue that is absent OR not visible", ("GET", "issue/NO-1")),
        ("old search endpoint on Cloud", ("GET", "search")),
    ],
)
def test_refusals_have_the_observed_shape(wire: Wire, shared: Path, what: str, call: tuple[str, str]) -> None:
    entries = _recording(shared, "observed-limits-and-errors")["entries"]
    (theirs,) = [entry for entry in entries if entry["what"] == what]
    ours = wire.refused(*call, status=theirs["status"])
    assert set(ours) == set(theirs["body"])
    assert ours["errorMessages"][0][:30] == theirs["body"]["errorMessages"][0][:30]


def test_field_that_is_not_on_the_screen_is_refused_in_the_observed_words(wire: Wire, shared: Path) -> None:
    entries = _recording(shared, "observed-limits-and-errors")["entries"]
    (theirs,) = [entry for entry in entries if "field not on the create/edit screen" in entry["what"]]
    ours = wire.create(customfield_10125=1, status=400)
    assert ours["errors"] == theirs["body"]["errors"]


def test_data_center_answers_have_the_recorded_members(wire: Wire, shared: Path) -> None:
    theirs = _recording(shared, "dc-search-page")
    ours = wire.dc("GET", "search", params={"jql": "project = TD", "fields": "*all"}).json()
    assert set(ours) <= set(theirs)
    issue, recorded = ours["issues"][0], theirs["issues"][0]
    assert set(issue) <= set(recorded)
    own = {"subtasks", "attachment", "archiveddate", "comment", "creator"}
    shown = {name for name in issue["fields"] if not name.startswith("customfield")}
    assert shown - own - {"parent"} <= set(recorded["fields"])
    assert set(issue["fields"]["reporter"]) - {"key", "timeZone"} <= set(recorded["fields"]["reporter"])


def test_data_center_comments_are_texts_by_people_with_names(wire: Wire, shared: Path) -> None:
    theirs = _recording(shared, "dc-issue-comments")
    ours = wire.dc("GET", "issue/TD-2/comment").json()
    assert set(ours) == set(theirs)
    recorded = theirs["comments"][0]
    assert set(ours["comments"][0]) == set(recorded) - {"updateAuthor"}
    assert isinstance(ours["comments"][0]["body"], str)


DC_ISSUE = {
    "fields": {"project": {"key": "TD"}, "issuetype": {"name": "Task"}, "summary": "Do it", "description": "*So*"}
}


@pytest.mark.parametrize(
    ("name", "call", "body"),
    [
        ("dc9-createmeta-issuetypes", ("GET", "issue/createmeta/TD/issuetypes"), None),
        ("dc-issue-create-201", ("POST", "issue"), DC_ISSUE),
        ("dc-issue-transitions", ("GET", "issue/TD-2/transitions"), None),
        ("dc-issue-properties-keys", ("GET", "issue/TD-2/properties"), None),
        ("dc-issue-property-get", ("GET", "issue/TD-2/properties/xyz"), None),
        ("dc-issue-update-400-unknown-field", ("PUT", "issue/TD-2"), {"fields": {"invalid": 1}}),
    ],
)
def test_data_center_writes_are_answered_as_recorded(
    wire: Wire, shared: Path, name: str, call: tuple[str, str], body: Any
) -> None:
    wire.sandbox.issue("TD-2").properties["xyz"] = "supercalifragilistic"
    theirs = _recording(shared, name)
    ours = wire.dc(*call, json=body).json()
    assert set(ours) == set(theirs) - {"expand"}
    for member, value in theirs.items():
        if member != "expand":
            assert isinstance(ours[member], type(value)), member
    listed = [member for member, value in theirs.items() if isinstance(value, list) and value]
    for member in listed:
        assert set(ours[member][0]) <= set(theirs[member][0])


def test_create_fields_of_data_center_are_told_as_recorded(wire: Wire, shared: Path) -> None:
    (task,) = [one for one in _recording(shared, "createmeta-dc")["projects"][0]["issuetypes"] if one["name"] == "Task"]
    theirs = {one["name"]: one for one in task["fields"].values()}
    ours = {one["name"]: one for one in wire.dc("GET", "issue/createmeta/TD/issuetypes/10003").json()["values"]}
    assert set(ours["Epic Link"]) == set(theirs["Epic Link"]) | {"fieldId"}
    assert ours["Epic Link"]["schema"]["custom"] == theirs["Epic Link"]["schema"]["custom"]
    assert ours["Summary"]["required"] is theirs["Summary"]["required"] is True
