"""Writing into a real Redmine: with a mark that is found, over nobody's text, and taken back without harm."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from atlas_sync.canonical.document import Document, Paragraph, Quote, Span
from atlas_sync.connectors.redmine import RedmineWriter
from atlas_sync.connectors.writing import Draft, Edit, Origin, RemoteItem
from atlas_sync.errors import AccessError, RejectedError
from atlas_sync.operations.removal import remove_untouched
from tests.redmine.people import seen_in
from tests.redmine.server import Server
from tests.redmine.stage import settings_of

_MARKS = ("atlas-0123456789abcdef0001", "atlas-0123456789abcdef0002", "atlas-0123456789abcdef0003")
_ORIGIN = Origin("eng_one", "prm_one", "promise", "20260615T080000.000000Z")


def _text(words: str) -> Document:
    return Document(
        blocks=(Paragraph(spans=(Span(text="Why: ", strong=True), Span(text=words))), Quote(text="{{toc}} #1"))
    )


def _draft(at: int = 0, **changes: Any) -> Draft:  # noqa: ANN401 - any field
    given = {
        "kind": "item",
        "summary": "Scanner sync\nlive",
        "body": _text("promised"),
        "due": date(2026, 1, 2),
        "origin": _ORIGIN,
    }
    return Draft(**{"marker": _MARKS[at], "project": "one", **given, **changes})


def _writer(server: Server, **changes: Any) -> RedmineWriter:  # noqa: ANN401 - any setting
    return RedmineWriter(settings_of(server, **changes), system="redmine")


def _raw(server: Server, item: RemoteItem, include: str = "journals") -> Any:  # noqa: ANN401 - the wire
    return server.call("keeper", "GET", f"issues/{item.id}.json?include={include}")["issue"]


def test_item_is_found_by_its_mark_wherever_that_stands(redmine: Server) -> None:
    writer = _writer(redmine)
    first, second = writer.create(_draft(0)), writer.create(_draft(1, kind="brief", due=None))
    assert _MARKS[0] in _raw(redmine, first)["description"]
    assert _MARKS[1] not in _raw(redmine, second)["description"]
    plain = _writer(redmine, mark_field=None)
    third = plain.create(_draft(2, project="two"))
    for item, mark, project in ((first, _MARKS[0], "one"), (second, _MARKS[1], "one"), (third, _MARKS[2], "two")):
        found = writer.find(mark, project="one")
        assert found is not None
        assert (found.id, found.origin, found.edited(), found.project) == (item.id, _ORIGIN, frozenset(), project)
    assert first.due == date(2026, 1, 2)
    assert [item.marker for item in writer.sweep()] == list(_MARKS)
    assert [item.id for item in writer.tail("one", after=int(first.id)).items] == [second.id]
    redmine.call("ada", "PUT", f"issues/{second.id}.json", issue={"status_id": 6})
    closed = writer.find(_MARKS[1], project="one")
    assert closed is not None
    assert closed.state == "dropped"


def test_copy_of_an_item_is_told_from_it_by_who_made_it(redmine: Server) -> None:
    writer = _writer(redmine)
    item = writer.create(_draft())
    copied = {"project_id": "one", "subject": "Copy", "description": _raw(redmine, item)["description"]}
    made = redmine.call("ada", "POST", "issues.json", issue=copied)["issue"]
    ours, theirs = sorted(writer.look([item.id, str(made["id"])]), key=lambda one: one.number)
    assert (ours.marker, ours.origin) == (theirs.marker, theirs.origin)
    assert (ours.maker == writer.user(), theirs.maker == writer.user()) == (True, False)


def test_persons_text_is_told_from_ours_and_put_back_with_its_markup(redmine: Server) -> None:
    writer = _writer(redmine)
    item = writer.create(_draft())
    writer.edit(Edit(item, summary="Scanner sync", body=_text("promised twice"), due=date(2026, 2, 3)))
    ours = writer.get(item.id)
    assert ours is not None
    assert (ours.edited(), ours.summary, ours.due) == (frozenset(), "Scanner sync", date(2026, 2, 3))
    since = writer.changes(item.id)
    theirs = "h2. Not *ours*\n\n# {{toc}}\n# two"
    redmine.call("ada", "PUT", f"issues/{item.id}.json", issue={"description": theirs, "due_date": "2026-05-06"})
    seen = writer.get(item.id)
    assert seen is not None
    assert seen.edited() == {"body", "due"}
    writer.edit(Edit(ours, body=_text("promised thrice")))
    lost = writer.overwritten(item.id, since=since)
    assert set(lost) == {"body"}
    lines = [Paragraph(spans=(Span(text=line),)) for line in lost["body"].splitlines() if line.strip()]
    writer.edit(Edit(ours, body=Document(blocks=tuple(lines)), puts_back=True))
    assert _raw(redmine, item)["description"].replace("\r\n", "\n") == theirs
    assert writer.touched(item.id) == ["description was changed", "due_date was changed"]


def test_comments_and_files_are_hung_on_once(redmine: Server) -> None:
    writer = _writer(redmine)
    item = writer.create(_draft())
    assert not writer.has_comment(item.id, _text("said"))
    writer.comment(item.id, _text("said"))
    assert writer.has_comment(item.id, _text("said"))
    names = ["conversation-0123456789ab.html", "conversation-ba9876543210.html"]
    for name in (names[0], names[0], names[1]):
        writer.attach(item.id, name=name, content=b"<p>all of it</p>")
    assert [one["filename"] for one in _raw(redmine, item, "attachments")["attachments"]] == names[1:]
    assert [one.files for one in writer.sweep()] == [(names[1],)]
    assert writer.touched(item.id) == []


def test_item_is_taken_back_and_never_what_stands_below_it(redmine: Server) -> None:
    writer = _writer(redmine)
    brief = writer.create(_draft(0, kind="brief", due=None))
    item = writer.create(_draft(1, parent=brief.id))
    assert remove_untouched(writer, brief) == ("left", ["1 item below it"])
    assert writer.remove(item.id) == "removed"
    assert writer.remove(item.id) == "removed"
    assert writer.get(item.id) is None
    redmine.sql("UPDATE roles SET permissions = replace(permissions, '- :delete_issues', '')")
    below = writer.create(_draft(2, parent=brief.id))
    assert writer.remove(below.id) == "closed"
    assert writer.touched(brief.id, closed=[below.id]) == []
    redmine.call("ada", "PUT", f"issues/{below.id}.json", issue={"notes": "Why?"})
    assert writer.touched(brief.id, closed=[below.id]) == ["1 item below it"]
    assert writer.remove(brief.id) == "closed"
    assert ([one.mark for one in seen_in(redmine)], list(writer.sweep())) == (["", ""], [])
    assert _raw(redmine, brief)["status"]["name"] == "Rejected"


def test_hours_and_private_notes_of_others_are_not_deleted_along(redmine: Server) -> None:
    redmine.sql("INSERT INTO enabled_modules (project_id, name) SELECT id, 'time_tracking' FROM projects")
    logged, noted, brief = (_writer(redmine).create(_draft(at)) for at in range(3))
    _writer(redmine).create(_draft(0, parent=brief.id, due=date(2026, 3, 4)))
    activity = redmine.call("keeper", "GET", "enumerations/time_entry_activities.json")["time_entry_activities"][0]
    entry = {"issue_id": logged.id, "hours": 7.5, "activity_id": activity["id"]}
    redmine.call("ada", "POST", "time_entries.json", time_entry=entry)
    with pytest.raises(RejectedError, match="hours are logged"):
        remove_untouched(_writer(redmine), logged)
    redmine.sql("UPDATE roles SET permissions = permissions || '- :view_time_entries\n'")
    assert _writer(redmine).touched(logged.id) == ["7.5 hours logged"]
    redmine.sql("UPDATE issues SET created_on = datetime(created_on, '-1 minute')")
    redmine.sql("UPDATE issues SET updated_on = created_on WHERE id <> ?", brief.id)
    redmine.call("keeper", "PUT", f"issues/{noted.id}.json", issue={"notes": "In confidence", "private_notes": True})
    assert _writer(redmine).touched(noted.id) == ["1 comment"]
    redmine.sql("UPDATE roles SET permissions = replace(permissions, '- :view_private_notes\n', '')")
    assert _writer(redmine).touched(noted.id) == ['changed in a way that only "View private notes" shows']
    assert _writer(redmine).touched(brief.id) == ["1 item below it"]
    redmine.sql("UPDATE roles SET permissions = replace(permissions, '- :delete_issues\n', '')")
    assert _writer(redmine).touched(noted.id) == []


def test_closed_is_said_of_what_is_closed_and_no_longer_ours(redmine: Server) -> None:
    writer = _writer(redmine)
    item = writer.create(_draft())
    redmine.sql("UPDATE roles SET permissions = replace(permissions, '- :delete_issues\n', '')")
    redmine.sql("UPDATE roles SET permissions = replace(permissions, '- :edit_issues\n', '')")
    with pytest.raises(RejectedError, match="Edit issues"):
        writer.remove(item.id)
    assert [one.mark for one in seen_in(redmine)] == [_MARKS[0]]


def test_item_in_a_closed_project_is_left_with_the_way_to_it(redmine: Server) -> None:
    writer = _writer(redmine)
    item = writer.create(_draft())
    redmine.sql("UPDATE projects SET status = 5 WHERE identifier = 'one'")
    with pytest.raises(AccessError, match=f"close #{item.id}: status 403. Project one is closed: open it again"):
        _writer(redmine).remove(item.id)


def test_what_a_project_takes_is_known_before(redmine: Server) -> None:
    writer = _writer(redmine)
    assert writer.preflight("nowhere").problems
    assert not writer.preflight("one").problems
    assert (writer.preflight("one").is_open, writer.preflight("two").is_open) == (False, True)
    assert not _writer(redmine, public_is_open=False).preflight("two").is_open
    assert "items are made as Bug" in " ".join(_writer(redmine, tracker="Order").preflight("one").notes)
    with pytest.raises(RejectedError) as refused:
        writer.create(_draft(assignee="1", parent="999"))
    assert set(refused.value.fields) == {"assignee", "parent"}
    assert "Task in one" in str(refused.value)
    redmine.call("keeper", "PUT", "projects/one.json", project={"enabled_module_names": ["wiki"]})
    assert "Issue tracking" in " ".join(_writer(redmine).preflight("one").problems)
    redmine.call("keeper", "PUT", "projects/two/close.json")
    assert "closed" in " ".join(_writer(redmine).preflight("two").problems)
