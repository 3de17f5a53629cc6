from __future__ import annotations

import re

import pytest

from atlas_sync.sandbox.jira.adf import text_of
from tests.hostile.play import Stage
from tests.hostile.wire import KilledError


@pytest.mark.parametrize("forgets", ["", "forgets"])
def test_text_that_an_edit_replaced_is_put_back_even_when_its_run_died_and_the_ledger_is_lost(
    stage: Stage, forgets: str
) -> None:
    writer = stage.writers[0]
    assert stage.run(writer)
    stage.wire.pass_time(60)
    brief = next(one for one in stage.site._site.issues.values() if one.type == "Epic" and one.project.key == "ONE")
    edited: list[str] = []

    def write(asked: str) -> None:
        if edited:
            raise KilledError
        if asked == f"PUT /rest/api/3/issue/{brief.id}":
            edited.append(asked)
            stage.people._write(brief)

    stage.wire.meanwhile = write
    stage.version = 2
    assert stage.run(writer) is None
    assert stage.people.wronged()
    stage.wire.meanwhile = lambda _asked: None
    if forgets:
        writer.forget()
    stage.wire.pass_time(60)
    assert stage.run(writer)
    assert not stage.people.wronged()


def test_person_who_puts_our_earlier_text_back_does_not_count_as_overwritten(stage: Stage) -> None:
    writer = stage.writers[0]
    assert stage.run(writer)
    item = next(one for one in stage.site._site.issues.values() if "Scanner sync is live" in one.summary)
    for day in ("2026-08-20", "2026-08-14"):
        stage.site.edit_as_person(item.id, user_key="u-ada", fields={"due": day})
    stage.wire.pass_time(60)
    stage.version = 2
    assert stage.run(writer)
    assert str(item.due) == "2026-09-01"
    writer.forget()
    stage.wire.pass_time(60)
    assert stage.run(writer)
    assert str(item.due) == "2026-09-01"


def test_text_that_is_written_while_another_one_is_put_back_is_the_one_that_stays(stage: Stage) -> None:
    writer = stage.writers[0]
    assert stage.run(writer)
    stage.wire.pass_time(60)
    brief = next(one for one in stage.site._site.issues.values() if one.type == "Epic" and one.project.key == "ONE")
    said = ["Theirs", "Theirs, and later"]

    def write(asked: str) -> None:
        if asked == f"PUT /rest/api/3/issue/{brief.id}" and said:
            stage.site.edit_as_person(brief.id, user_key="u-ada", fields={"description": said.pop(0)})

    stage.wire.meanwhile = write
    stage.version = 2
    assert stage.run(writer)
    assert text_of(brief.description) == "Theirs, and later"
    assert not said


def test_text_that_was_put_back_late_over_a_newer_one_gives_way_to_it(stage: Stage) -> None:
    writer = stage.writers[0]
    assert stage.run(writer)
    stage.wire.pass_time(60)
    brief = next(one for one in stage.site._site.issues.values() if one.type == "Epic" and one.project.key == "ONE")
    edit, said = f"^PUT .*/issue/{brief.id}$", ["Theirs"]

    def write(asked: str) -> None:
        if re.search(edit, asked) and said:
            stage.site.edit_as_person(brief.id, user_key="u-ada", fields={"description": said.pop()})

    stage.wire.meanwhile = write
    stage.wire.late_by_s = (300, 301)
    stage.wire.script += [(edit, ""), (edit, "late")]
    stage.version = 2
    assert stage.run(writer)
    stage.site.edit_as_person(brief.id, user_key="u-ada", fields={"description": "Newer"})
    stage.wire.pass_time(400)
    assert text_of(brief.description) == "Theirs"
    assert stage.run(writer)
    assert text_of(brief.description) == "Newer"
