from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_sync.connectors.jira.site import Found
from atlas_sync.connectors.jira.walk import Route, walk
from atlas_sync.connectors.protocol import ReadRequest
from atlas_sync.errors import ContractError, TransientError
from tests.connectors.jira.conftest import SINCE, Stage, bodies, ids
from tests.sandbox.jira.rig import NOW

LAST_DST_HOUR = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def _make(stage: Stage, count: int, *, minutes_apart: float = 5) -> list[str]:
    """Make issues one after the other, and let them settle."""
    made = []
    for number in range(count):
        made.append(str(stage.wire.create(f"Issue {number}")["id"]))
        stage.wait(minutes=minutes_apart)
    stage.wait(minutes=30)
    return made


def _while_read(stage: Stage, act: Callable[[int], None], since: datetime | None = None) -> list[str]:
    """Read issues and let something happen after each page."""
    found: list[str] = []
    for number, page in enumerate(stage.reader().read(ReadRequest("issues", since))):
        found += [record.id for record in page.records]
        act(number)
    return found


def test_issue_changed_before_the_walk_reached_it_is_not_lost(stage: Stage) -> None:
    made = _make(stage, 6)
    for victim in made:
        key = stage.wire.sandbox._site.issues[victim].key
        found = _while_read(stage, lambda number, key=key: stage.edit(key, summary="Moved") if number == 0 else None)  # type: ignore[misc]  # default binds the loop's name
        assert set(made) - set(found) <= {victim}
        stage.wait(minutes=1)
        assert set(made) <= set(found) | set(ids(stage.pages("issues", stage.wire.clock.now() - timedelta(minutes=15))))


def test_issue_deleted_while_read_takes_no_other_one_with_it(stage: Stage) -> None:
    made = _make(stage, 6)
    first = stage.wire.sandbox._site.issues[made[0]].key
    found = _while_read(stage, lambda number: stage.wire.sandbox.delete_as_person(first) if number == 2 else None)
    assert set(made[1:]) <= set(found)


def test_walk_by_offsets_would_have_lost_one(stage: Stage) -> None:
    """The stand-in's tokens are offsets, so that the test above can fail."""
    made = _make(stage, 6)
    jql = "project = TD ORDER BY updated ASC, id ASC"
    first = stage.wire.search(jql, fields=["id", "updated"])
    stage.wire.sandbox.delete_as_person("TD-1")
    rest: list[str] = []
    token = first["nextPageToken"]
    while token:
        page = stage.wire.search(jql, fields=["id", "updated"], nextPageToken=token)
        rest += [issue["id"] for issue in page["issues"]]
        token = page.get("nextPageToken")
    assert not {*made, stage.issue("TD-2")} <= {*(issue["id"] for issue in first["issues"]), *rest}


def test_equal_stamps_across_pages_are_all_read(stage: Stage) -> None:
    made = [str(stage.wire.create(f"At once {number}")["id"]) for number in range(7)]
    at = stage.wire.clock.now()
    for issue in stage.wire.sandbox._site.issues.values():
        issue.updated = at
    stage.wait(hours=1)
    assert set(made) <= set(ids(stage.pages("issues", SINCE)))


def test_each_state_of_an_issue_comes_once(stage: Stage) -> None:
    _make(stage, 6)
    found = ids(stage.pages("issues"))
    assert len(found) == len(set(found)) == 9


def test_read_goes_on_from_any_page(stage: Stage) -> None:
    _make(stage, 6)
    whole = stage.pages("issues")
    for cut in range(1, len(whole)):
        rest = stage.reader().read(ReadRequest("issues", position=whole[cut - 1].position))
        assert set(ids(whole[:cut])) | set(ids(list(rest))) == set(ids(whole))
    late = list(stage.reader().read(ReadRequest("issues", position=whole[-2].position)))
    assert len(ids(late)) < 4


def test_change_that_search_does_not_know_yet_comes_with_the_next_increment(stage: Stage) -> None:
    stage.edit("TD-4", summary="Late")
    first = stage.pages("issues", SINCE)
    assert ids(first) == []
    watermark = first[0].server_time
    assert watermark is not None
    stage.wait(minutes=1)
    (issue,) = bodies(stage.pages("issues", watermark - timedelta(minutes=15)))
    assert issue["fields"]["summary"] == "Late"


@pytest.mark.parametrize("seconds", [1, 29, 30, 59])
def test_minute_grain_loses_no_change_of_the_minute(stage: Stage, seconds: int) -> None:
    stage.wait(seconds=seconds)
    stage.edit("TD-4", summary="In this minute")
    moment = stage.wire.clock.now()
    stage.wait(minutes=2)
    assert ids(stage.pages("issues", moment)) == [stage.issue("TD-4")]


def test_hour_that_comes_twice_in_autumn_loses_no_change(stage: Stage) -> None:
    """The user's profile is in Berlin, where 02:30 on this day is told twice."""
    stage.wire.clock.move_to(LAST_DST_HOUR)
    stage.edit("TD-4", summary="First 02:30")
    stage.wait(hours=1)
    stage.edit("TD-2", summary="Second 02:30")
    stage.wait(minutes=1)
    assert ids(stage.pages("issues", LAST_DST_HOUR)) == [stage.issue("TD-4"), stage.issue("TD-2")]
    assert ids(stage.pages("issues", LAST_DST_HOUR + timedelta(minutes=50))) == [stage.issue("TD-2")]


def test_moved_issue_comes_under_its_new_key_with_its_old_id(stage: Stage) -> None:
    before = stage.issue("TD-4")
    stage.wire.sandbox.move_as_person("TD-4", "PIER")
    stage.wait(minutes=1)
    (issue,) = bodies(stage.pages("issues", SINCE))
    assert (issue["id"], issue["key"]) == (before, "PIER-1")


def test_issue_that_moved_up_while_others_of_its_minute_were_read_is_not_lost(stage: Stage) -> None:
    made = [str(stage.wire.create(f"At once {number}")["id"]) for number in range(12)]
    at = stage.wire.clock.now()
    for issue in stage.wire.sandbox._site.issues.values():
        issue.updated = at
    stage.wait(hours=1)

    def move(number: int) -> None:
        stage.edit(stage.wire.sandbox._site.issues[made[number]].key, summary="Moved")
        stage.wait(minutes=1)

    found = _while_read(stage, lambda number: move(number) if number < 3 else None)
    assert set(made) <= set(found)


def test_issues_that_never_stand_still_end_the_walk_with_an_error() -> None:
    class Restless(Scripted):
        def search(self, jql: str, *, fields: Any, after: str = "", size: int = 100) -> Found:  # noqa: ANN401 - as the protocol has it
            if fields == ("id",):
                return Found([b'{"id":"99"}'], NOW, "", "the end")
            return super().search(jql, fields=fields, after=after, size=size)

    site = Restless([_found(OLD, after="t"), _found(OLD, after="t"), *[_found(OLD)] * 20])
    with pytest.raises(TransientError, match="faster"):
        list(walk(site, Route(), fields=()))  # type: ignore[arg-type]  # only searches are asked for


class Scripted:
    """A site whose searches are given in advance; it notes what was asked. Its lists of ids show that nothing was left out."""

    def __init__(self, answers: list[Found]) -> None:
        self._answers: Iterator[Found] = iter(answers)
        self.asked: list[tuple[str, str]] = []

    def search(self, jql: str, *, fields: Any, after: str = "", size: int = 100) -> Found:  # noqa: ANN401, ARG002 - as the protocol has it
        if fields == ("id",):
            return Found((), NOW, "", "the end")
        self.asked.append((jql, after))
        return next(self._answers)


def _found(*stamps: str, after: str = "", at: datetime = NOW) -> Found:
    bodies = [b'{"id":"%d","fields":{"updated":"%s"}}' % (place, stamp.encode()) for place, stamp in enumerate(stamps)]
    return Found(bodies, at, after, "" if after else "the end")


def _walk(*answers: Found) -> tuple[list[str], list[tuple[str, str]]]:
    site = Scripted(list(answers))
    pages = list(walk(site, Route(), fields=()))  # type: ignore[arg-type]  # only searches are asked for
    return ids(pages), site.asked


OLD, OLDER, FRESH = "2026-06-01T10:00:30.000+0200", "2026-05-01T10:00:00.000+0200", "2026-06-15T09:59:00.000+0200"


def test_next_page_is_asked_for_by_the_minute_of_the_last_stamp() -> None:
    _ids, asked = _walk(_found(OLDER, OLD, after="t"), _found(OLD))
    minute = int(datetime(2026, 6, 1, 8, 0, tzinfo=UTC).timestamp() * 1000)
    assert asked[1] == (f"updated >= {minute} ORDER BY updated ASC, id ASC", "")


@pytest.mark.parametrize(
    "stamps",
    [(OLD, FRESH), (OLD, OLDER), (OLD, "no time"), ("2026-06-01T10:00:30", OLD), ()],
    ids=["changed a moment ago", "out of order", "unreadable", "without a zone", "empty page"],
)
def test_token_is_followed_where_a_stamp_cannot_be_trusted(stamps: tuple[str, ...]) -> None:
    found, asked = _walk(_found(*stamps, after="t"), _found())
    assert [after for _jql, after in asked] == ["", "t"]
    assert len(found) == len(stamps)


def test_token_that_repeats_ends_the_walk_with_an_error() -> None:
    with pytest.raises(ContractError, match="twice"):
        _walk(_found(FRESH, after="t"), _found(FRESH, after="t"), _found(FRESH, after="t"))


def test_empty_page_with_a_token_is_not_the_end() -> None:
    found, _asked = _walk(_found(after="t"), _found(after="u"), _found(OLD))
    assert found == ["0"]


def test_short_page_is_not_the_end(stage: Stage) -> None:
    assert {len(page.records) for page in stage.pages("issues")} <= {0, 1, 2}
    assert len(ids(stage.pages("issues"))) == 3


@given(st.lists(st.integers(0, 40), max_size=60), st.integers(1, 7))
def test_walk_finds_every_issue_whatever_the_stamps_and_pages(minutes: list[int], cap: int) -> None:
    start = datetime(2026, 5, 1, tzinfo=UTC)
    stamps = sorted((start + timedelta(seconds=20 * minute), place) for place, minute in enumerate(minutes))

    class Site:
        def search(self, jql: str, *, fields: Any, after: str = "", size: int = 100) -> Found:  # noqa: ANN401, ARG002 - as the protocol has it
            floor = jql.split(">= ")[1].split(" ", maxsplit=1)[0]
            since = datetime.fromtimestamp(int(floor) / 1000, UTC) if floor.isdigit() else start
            before = re.search(r" < (\d+)", jql)
            until = datetime.fromtimestamp(int(before[1]) / 1000, UTC) if before else NOW
            rows = [row for row in stamps if since <= row[0] < until][int(after or 0) :]
            bodies = [
                b'{"id":"%d","fields":{"updated":"%s"}}' % (place, at.isoformat().encode()) for at, place in rows[:cap]
            ]
            return Found(bodies, NOW, str(int(after or 0) + cap) if len(rows) > cap else "", "")

    found = ids(list(walk(Site(), Route(), fields=())))  # type: ignore[arg-type]  # only searches are asked for
    assert sorted(found, key=int) == [str(place) for place in range(len(minutes))]
