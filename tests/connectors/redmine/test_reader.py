"""What is read of an issue that a list shows and that is refused by itself, and what is said to be hidden from us."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from pydantic import SecretStr

from atlas_sync.connectors.answer import Answer
from atlas_sync.connectors.protocol import Page, ReadRequest
from atlas_sync.connectors.redmine import RedmineReader, RedmineSettings
from atlas_sync.connectors.redmine.client import RedmineClient
from atlas_sync.errors import AccessError, AtlasError, AuthError, ContractError, TransientError

_STAMP = "2026-06-01T10:00:00Z"
_ISSUES = [
    {"id": number, "project": {"id": 1}, "tracker": {"id": 1}, "status": {"id": 1}, "updated_on": _STAMP}
    for number in (1, 2, 3)
]
_LISTS = {
    "users/current": {"user": {"id": 5, "admin": True}},
    "trackers": {"trackers": [{"id": 1, "default_status": {"id": 1}}]},
}


class Site:
    """Answers as a Redmine does, but for the second issue: refused by itself, and listed as long as it is there."""

    def __init__(self, refusal: Answer, *, is_there: bool) -> None:
        self._refusal = refusal
        self._is_there = is_there

    def answer(self, path: str, params: dict[str, str]) -> Answer:
        if path == "issues":
            listed = [one for one in _ISSUES if params.get("issue_id", str(one["id"])) == str(one["id"])]
            if "issue_id" in params and not self._is_there:
                listed = []
            return _json({"issues": listed, "total_count": len(listed)})
        if path == "issues/2":
            return self._refusal
        if path.startswith("issues/"):
            return _json({"issue": _ISSUES[int(path[-1]) - 1]})
        return _json(_LISTS[path])


def _json(body: object) -> Answer:
    return Answer(200, {}, json.dumps(body).encode())


def _reader(
    monkeypatch: pytest.MonkeyPatch, answer: Callable[[str, dict[str, str]], Answer], *, projects: tuple[str, ...] = ()
) -> RedmineReader:
    def send(_self: object, _method: str, address: str, *, params: dict[str, str], **_more: object) -> Answer:
        return answer(address.removeprefix("https://redmine.example/").removesuffix(".json"), params)

    monkeypatch.setattr(RedmineClient, "_send", send)
    settings = RedmineSettings(
        url="https://redmine.example", api_key=SecretStr("k"), calls_per_second=1000, projects=projects
    )
    return RedmineReader(settings, system="redmine", sleep=lambda _seconds: None)


def _ids(monkeypatch: pytest.MonkeyPatch, site: Site) -> list[str]:
    pages = _reader(monkeypatch, site.answer).read(ReadRequest("issues"))
    return [record.id for page in pages for record in page.records]


@pytest.mark.parametrize("status", [403, 404])
def test_issue_that_went_after_it_was_listed_is_left_out(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    assert _ids(monkeypatch, Site(Answer(status, {}, b""), is_there=False)) == ["1", "3"]


@pytest.mark.parametrize(
    ("refusal", "kind"),
    [
        (Answer(403, {}, b""), AccessError),
        (Answer(404, {}, b""), AccessError),
        (Answer(500, {}, b""), TransientError),
        (Answer(404, {}, b"<html>no route</html>"), ContractError),
        (Answer(404, {}, b'{"message":"no route"}'), ContractError),
    ],
)
def test_issue_that_is_listed_is_never_left_out(
    monkeypatch: pytest.MonkeyPatch, refusal: Answer, kind: type[AtlasError]
) -> None:
    with pytest.raises(kind):
        _ids(monkeypatch, Site(refusal, is_there=True))


@pytest.mark.parametrize("status", [403, 404, 500])
def test_issue_that_is_refused_is_named_and_the_others_are_read(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    reader = _reader(monkeypatch, Site(Answer(status, {}, b""), is_there=True).answer)
    pages: list[Page] = []
    with pytest.raises((AccessError, TransientError), match=r"issue #2 is .* Redmine") as told:
        pages.extend(reader.read(ReadRequest("issues")))
    assert [record.id for page in pages for record in page.records] == ["1", "3"]
    assert not any(page.proof or page.position for page in pages)
    assert told.value.advice


def test_refused_key_sets_no_issue_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AuthError):
        _ids(monkeypatch, Site(Answer(401, {}, b""), is_there=True))


_ISSUES_ON, _WIKI_ON = [{"id": 1, "name": "issue_tracking"}], [{"id": 2, "name": "wiki"}]


def _member(project: int, name: str, *roles: int) -> dict[str, object]:
    return {"project": {"id": project, "name": name}, "roles": [{"id": role} for role in roles]}


def _public(number: int, name: str, **more: object) -> dict[str, object]:
    return {"id": number, "name": name, "identifier": name.lower(), **more}


@pytest.mark.parametrize(
    ("projects", "wanted", "is_admin", "blind"),
    [
        ([_public(1, "Ours")], (), False, ""),
        ([_public(1, "Ours"), _public(2, "Public", enabled_modules=_ISSUES_ON)], (), False, "Public (public)"),
        ([_public(1, "Ours"), _public(2, "Public")], (), False, "Public (public)"),
        ([_public(1, "Ours"), _public(2, "Public")], (), True, ""),
        ([_public(1, "Ours"), _public(2, "Public")], ("ours",), False, ""),
        ([_public(1, "Ours"), _public(2, "Public")], ("ours", "public"), False, "Public (public)"),
        ([_public(1, "Ours"), _public(2, "Wiki", enabled_modules=_WIKI_ON)], (), False, ""),
        ([_public(1, "Ours"), _public(2, "Empty", enabled_modules=[])], (), False, ""),
    ],
)
def test_public_project_without_us_hides_its_private_issues(
    monkeypatch: pytest.MonkeyPatch,
    projects: list[dict[str, object]],
    wanted: tuple[str, ...],
    is_admin: bool,  # noqa: FBT001 - pytest passes it
    blind: str,
) -> None:
    user = {"id": 5, "admin": is_admin, "memberships": [_member(1, "Ours", 6), _member(9, "Closed", 6)]}
    lists = {
        "users/current": {"user": user},
        "roles/6": {"role": {"issues_visibility": "all", "permissions": ["view_issues"]}},
        "projects": {"projects": projects, "total_count": len(projects)},
    }
    report = _reader(monkeypatch, lambda path, _params: _json(lists[path]), projects=wanted).describe("issues")
    assert report.required == (("private issues",) if blind else ())
    assert f"private issues too, in {blind}." in report.advice if blind else not report.advice


def test_role_that_hides_issues_is_told_of_whatever_another_project_of_that_name_shows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    listed = [{"id": number, "name": "Delivery", "identifier": f"d{number}"} for number in (1, 2)]
    user = {"id": 5, "admin": False, "memberships": [_member(1, "Delivery", 7), _member(2, "Delivery", 6)]}
    lists = {
        "users/current": {"user": user},
        "roles/6": {"role": {"issues_visibility": "all", "permissions": ["view_issues"]}},
        "roles/7": {"role": {"issues_visibility": "own", "permissions": ["view_issues"]}},
        "projects": {"projects": listed, "total_count": 2},
    }
    report = _reader(monkeypatch, lambda path, _params: _json(lists[path])).describe("issues")
    assert report.required == ("private issues",)
    assert "in Delivery (d1)." in report.advice


def _some_projects(path: str, params: dict[str, str]) -> Answer:
    """List an active project, and a closed one where it is asked for; hide the third."""
    if path == "projects/3":
        return Answer(403, {}, b"")
    if path != "projects":
        return _json(_LISTS[path])
    shown = [_public(1, "One", status=1), _public(2, "Two", status=5)]
    listed = [one for one in shown if str(one["status"]) in params.get("status", "1").split("|")]
    return _json({"projects": listed, "total_count": len(listed)})


@pytest.mark.parametrize("projects", [(), ("one", "two")])
def test_closed_project_is_read(monkeypatch: pytest.MonkeyPatch, projects: tuple[str, ...]) -> None:
    reader = _reader(monkeypatch, _some_projects, projects=projects)
    pages = reader.read(ReadRequest("projects", known={"projects": ("1", "2")}))
    assert [record.id for page in pages for record in page.records] == ["1", "2"]
    assert reader.describe("issues").projects == ("1", "2")


@pytest.mark.parametrize("projects", [(), ("one", "three")])
def test_project_that_went_out_of_sight_is_named_as_people_know_it(
    monkeypatch: pytest.MonkeyPatch, projects: tuple[str, ...]
) -> None:
    reader = _reader(monkeypatch, _some_projects, projects=projects)
    landed = [("1", b'{"identifier":"one"}'), ("3", b'{"identifier":"three"}')]
    request = ReadRequest("projects", known={"projects": ("1", "3")}, landed=lambda _stream: landed)
    with pytest.raises(AccessError, match=r"^project three \(id 3\) cannot be seen"):
        list(reader.read(request))


@pytest.mark.parametrize(("stream", "is_admin"), [("projects", False), ("users", False), ("users", True)])
@pytest.mark.parametrize("count", [{}, {"total_count": None}, {"total_count": "1"}])
def test_list_without_its_count_is_not_whole(
    monkeypatch: pytest.MonkeyPatch,
    stream: str,
    is_admin: bool,  # noqa: FBT001 - pytest passes it
    count: dict[str, object],
) -> None:
    lists = {
        "users/current": {"user": {"id": 5, "admin": is_admin}},
        "users": {"users": [{"id": 5}], **count},
        "projects": {"projects": [_public(1, "One")], **(count if stream == "projects" else {"total_count": 1})},
        "projects/1/memberships": {"memberships": [], **count},
    }
    with pytest.raises(ContractError, match="count"):
        list(_reader(monkeypatch, lambda path, _params: _json(lists[path])).read(ReadRequest(stream)))
