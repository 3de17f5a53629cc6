from __future__ import annotations

from datetime import timedelta

import pytest

from atlas_sync.connectors.jira import windows
from atlas_sync.connectors.jira.windows import clauses_of, parted
from atlas_sync.connectors.protocol import ReadRequest
from atlas_sync.errors import ContractError
from tests.connectors.jira.conftest import Stage, ids
from tests.sandbox.jira.rig import NOW


@pytest.fixture
def many(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Give a site with 40 issues over some weeks, most of them in one; so few are worth it here."""
    monkeypatch.setattr(windows, "_WORTH_IT", 30)
    for number in range(40):
        stage.wire.create(f"Issue {number}")
        stage.wait(hours=6 if number % 20 else 200)
    stage.wait(hours=1)
    return stage


@pytest.mark.parametrize("stream", ["issues", "comments", "history"])
def test_windows_together_hold_every_record_once(many: Stage, stream: str) -> None:
    many.edit("TD-9", summary="Changed")
    many.wait(minutes=1)
    requests = many.reader().windows(ReadRequest(stream))
    found = [ids(list(many.reader().read(request))) for request in requests]
    assert len(requests) > 1
    assert sorted(one for window in found for one in window) == sorted(ids(many.pages(stream)))


def test_windows_hold_about_as_many_issues_each(many: Stage) -> None:
    requests = many.reader().windows(ReadRequest("issues"))
    sizes = [len(ids(list(many.reader().read(request)))) for request in requests]
    assert max(sizes) <= 12
    assert 4 <= len(sizes) <= 16


def test_windows_are_the_same_when_asked_again(many: Stage) -> None:
    assert many.reader().windows(ReadRequest("issues")) == many.reader().windows(ReadRequest("issues"))


def test_window_goes_on_from_where_it_was_cut_off(many: Stage) -> None:
    request = many.reader().windows(ReadRequest("issues"))[-1]
    whole = list(many.reader().read(request))
    rest = many.reader().read(ReadRequest("issues", window=request.window, position=whole[0].position))
    assert set(ids(whole[1:])) <= set(ids(list(rest)))


def test_issue_made_meanwhile_is_in_the_last_window(many: Stage) -> None:
    request = many.reader().windows(ReadRequest("issues"))[-1]
    made = many.wire.create("New")
    many.wait(minutes=1)
    assert made["id"] in ids(list(many.reader().read(request)))


@pytest.mark.parametrize(
    "request_",
    [ReadRequest("issues"), ReadRequest("users"), ReadRequest("links"), ReadRequest("issues", NOW)],
    ids=["few issues", "a set", "by parent", "an increment"],
)
def test_what_is_not_worth_it_stays_whole(stage: Stage, request_: ReadRequest) -> None:
    assert stage.reader().windows(request_) == [request_]


def test_empty_site_is_one_window(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "_WORTH_IT", -1)
    for key in ("TD-4", "TD-2", "TD-1"):
        stage.wire.sandbox.delete_as_person(key)
    assert parted(stage.reader()._site, ()) == [""]


def test_all_on_one_day_is_one_window(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "_WORTH_IT", 0)
    stage.wire.sandbox.delete_as_person("TD-4")
    assert parted(stage.reader()._site, ()) == [""]


def test_issue_without_a_time_of_creation_is_refused(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "_WORTH_IT", 0)
    stage.fault("status", "search/jql", status=200, body='{"issues":[{"id":"1","fields":{}}],"isLast":true}')
    with pytest.raises(ContractError, match="time of creation"):
        parted(stage.reader()._site, ())


@pytest.mark.parametrize(
    ("name", "clauses"),
    [("", ()), ("..5", ("created < 5",)), ("5..9", ("created >= 5", "created < 9")), ("9..", ("created >= 9",))],
)
def test_window_names_its_clauses(name: str, clauses: tuple[str, ...]) -> None:
    assert clauses_of(name) == clauses


def test_few_calls_part_a_read(many: Stage) -> None:
    reader = many.reader()
    started = many.wire.clock.now()
    reader.windows(ReadRequest("issues"))
    assert reader._client.transport.calls <= 20
    assert many.wire.clock.now() - started < timedelta(minutes=1)
