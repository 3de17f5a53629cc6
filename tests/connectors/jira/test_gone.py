from __future__ import annotations

from collections.abc import Callable

import pytest

from atlas_sync.canonical.observed import ObservedComment, ObservedLink, ObservedTombstone, ObservedWorkItem
from atlas_sync.errors import ContractError
from tests.connectors.jira.conftest import SINCE, Stage, ids


def _looked_up(stage: Stage, stream: str, *asked: str) -> dict[str, str | None]:
    """Give what became of some records: their deletion, None for those that are there after all."""
    rows = stage.mapped(stream, list(stage.reader().look_up(stream, asked)))
    return {row.source.rpartition(":")[2]: row.deletion for row in rows}


@pytest.mark.parametrize("stream", ["issues", "comments", "links", "watchers"])
def test_sweep_lists_what_a_read_finds_and_proves_its_end(stage: Stage, stream: str) -> None:
    stage.wire.sandbox.link_as_person("TD-1", "https://x.example", "X")
    stage.wire.sandbox.watch_as_person("TD-1", user_key="u-ada")
    listed = list(stage.reader().sweep(stream))
    assert sorted(ids(listed)) == sorted(ids(stage.pages(stream)))
    assert listed[-1].proof
    assert not any(page.proof for page in listed[:-1])
    assert {record.body for page in listed for record in page.records} == {b""}


@pytest.mark.parametrize("stream", ["users", "projects", "statuses", "fields", "history"])
def test_sets_and_histories_are_not_swept(stage: Stage, stream: str) -> None:
    assert list(stage.reader().sweep(stream)) == []
    assert list(stage.reader().look_up(stream, ["1"])) == []


def test_sweep_of_issues_is_one_call_for_thousands(stage: Stage) -> None:
    reader = stage.reader()
    for _page in reader.sweep("issues"):
        pass
    assert reader._client.transport.calls == 1


@pytest.mark.parametrize(
    ("act", "deletion"),
    [
        (lambda stage: stage.wire.sandbox.delete_as_person("TD-4"), "not_visible"),
        (lambda stage: stage.wire.faults.deny("jira", f"issue:{stage.issue('TD-4')}"), "not_visible"),
        (lambda stage: stage.wire.faults.deny("jira", "project:TD"), "not_visible"),
        (lambda stage: stage.wire.sandbox.put_away_project("TD", "deleted"), "not_visible"),
        (lambda stage: stage.wire.sandbox.archive_as_person("TD-4"), "archived"),
        (lambda stage: stage.wire.sandbox.put_away_project("TD", "archived"), None),
        (lambda stage: stage.wire.sandbox.move_as_person("TD-4", "PIER"), None),
    ],
    ids=["deleted", "security level", "permission", "project in the bin", "archived", "project archived", "moved"],
)
def test_ways_of_going_away_are_told_apart_as_far_as_jira_does(
    stage: Stage, act: Callable[[Stage], None], deletion: str | None
) -> None:
    issue = stage.issue("TD-4")
    act(stage)
    assert _looked_up(stage, "issues", issue) == {issue: deletion}


def test_moved_issue_is_found_in_its_new_project(stage: Stage) -> None:
    issue = stage.issue("TD-4")
    stage.wire.sandbox.move_as_person("TD-4", "PIER")
    (row,) = stage.mapped("issues", list(stage.reader().look_up("issues", [issue])))
    assert isinstance(row, ObservedWorkItem)
    assert (row.key, row.source) == ("PIER-1", f"jira:work_item:{issue}")


def test_issue_that_could_not_be_fetched_just_now_is_left_out(stage: Stage) -> None:
    body = '{"issues":[],"issueErrors":[{"id":"1","errorMessage":"retry"}]}'
    stage.fault("status", "issue/bulkfetch", status=200, body=body)
    assert _looked_up(stage, "issues", "1", "2") == {"2": "not_visible"}


@pytest.mark.parametrize(("stream", "path"), [("issues", "issue/bulkfetch"), ("comments", "comment/list")])
def test_success_with_an_error_inside_proves_nothing_gone(stage: Stage, stream: str, path: str) -> None:
    stage.fault("status", path, status=200, body='{"errorMessages":["try later"]}')
    with pytest.raises(ContractError, match="without a readable list"):
        _looked_up(stage, stream, "1/2" if stream == "comments" else "1")


def test_deleted_comment_is_noticed_when_its_issue_changes(stage: Stage) -> None:
    made = stage.wire.sandbox.comment_as_person("TD-4", user_key="u-ada", text="Oops")
    known = ids(stage.pages("comments"))
    stage.wire.sandbox.delete_comment_as_person("TD-4", made)
    stage.edit("TD-4", summary="Changed")
    stage.wait(minutes=1)
    assert stage.read("comments", SINCE, comments=[*known, f"{stage.issue('TD-4')}/{made}"]) == [
        ObservedTombstone(source=f"jira:comment:{made}", deletion="not_visible")
    ]


def test_deleted_comment_of_an_unchanged_issue_is_found_by_the_sweep(stage: Stage) -> None:
    made = stage.wire.sandbox.comment_as_person("TD-4", user_key="u-ada", text="Oops")
    stage.wait(minutes=1)
    known = set(ids(stage.pages("comments")))
    stage.wire.sandbox.delete_comment_as_person("TD-4", made)
    stage.wait(minutes=1)
    (missing,) = known - set(ids(list(stage.reader().sweep("comments"))))
    assert _looked_up(stage, "comments", missing) == {made: "not_visible"}


def test_comment_that_is_there_after_all_is_given(stage: Stage) -> None:
    known = ids(stage.pages("comments"))
    rows = stage.mapped("comments", list(stage.reader().look_up("comments", known[:2])))
    assert [row.text for row in rows if isinstance(row, ObservedComment)] == ["No 0.", "No 1."]


def test_changed_comment_comes_with_its_new_words(stage: Stage) -> None:
    made = stage.wire.sandbox.comment_as_person("TD-4", user_key="u-ada", text="Oops")
    stage.wait(minutes=1)
    stage.wire.sandbox.edit_comment_as_person("TD-4", made, "Better")
    stage.wait(minutes=1)
    (row,) = stage.read("comments", SINCE)
    assert isinstance(row, ObservedComment)
    assert row.text == "Better"


def test_link_that_left_its_issue_is_gone(stage: Stage) -> None:
    made = stage.wire.sandbox.link_as_person("TD-1", "https://x.example", "X")
    kept = stage.wire.sandbox.link_as_person("TD-1", "https://y.example", "Y")
    known = ids(stage.pages("links"))
    stage.wire.sandbox.unlink_as_person("TD-1", made)
    issue = stage.issue("TD-1")
    assert set(known) - set(ids(list(stage.reader().sweep("links")))) == {f"{issue}/{made}"}
    assert _looked_up(stage, "links", *known) == {f"{issue}/{made}": "not_visible", f"{issue}/{kept}": None}
    stage.edit("TD-1", summary="Changed")
    stage.wait(minutes=1)
    rows = {row.source: row for row in stage.read("links", SINCE, links=known)}
    assert isinstance(rows[f"jira:link:{issue}/{made}"], ObservedTombstone)
    assert isinstance(rows[f"jira:link:{issue}/{kept}"], ObservedLink)


def test_who_watches_no_more_is_gone_and_who_began_is_found_by_the_sweep(stage: Stage) -> None:
    stage.wire.sandbox.watch_as_person("TD-1", user_key="u-ada")
    (ada,) = ids(stage.pages("watchers"))
    stage.wire.sandbox.unwatch_as_person("TD-1", user_key="u-ada")
    stage.wire.sandbox.watch_as_person("TD-1", user_key="u-ben")
    assert ids(stage.pages("watchers", SINCE)) == []
    (ben,) = ids(list(stage.reader().sweep("watchers")))
    became = {one.rpartition(":")[2]: deletion for one, deletion in ((ada, "not_visible"), (ben, None))}
    assert _looked_up(stage, "watchers", ada, ben) == became
    stage.edit("TD-1", summary="Changed")
    stage.wait(minutes=1)
    assert ids(stage.pages("watchers", SINCE, watchers=[ada])) == [ben, ada]


def test_links_of_an_issue_that_went_are_gone(stage: Stage) -> None:
    assert _looked_up(stage, "links", "9/1", "9/2") == {"9/1": "not_visible", "9/2": "not_visible"}
