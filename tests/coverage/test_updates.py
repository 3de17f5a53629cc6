# ruff: noqa: ANN401 - builders pass any field on
"""What of ours is brought up to date when the record changed, and what stays in a person's hands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest

from atlas_sync.canonical.document import Document, plain_text
from atlas_sync.coverage import (
    EngagementRecord,
    ExistingItem,
    UpdateItem,
)
from tests.coverage.build import (
    evidence,
    promise,
    record,
)
from tests.coverage.proposing import ITEM, OURS, THEIRS, brief_there, creates, proposed, there


def _promised(**changes: Any) -> EngagementRecord:
    return record(promises=(promise(**{"due_date": date(2026, 8, 14), **changes}),))


def _item_there(made: EngagementRecord, **changes: Any) -> dict[str, ExistingItem]:
    body = next(one.body for one in creates(proposed(made)) if one.item == "promise")
    values = {"body_text": plain_text(body), "due": made.promises[0].due_date, **changes}
    return brief_there(made) | there(ITEM, **values)


def _updates(made: EngagementRecord, existing: Mapping[str, ExistingItem]) -> list[UpdateItem]:
    found = proposed(made, existing=existing).commands
    return [one for one in found if isinstance(one, UpdateItem) and one.marker == ITEM]


def test_item_of_a_promise_whose_day_moved_is_updated_with_a_comment_that_says_so() -> None:
    before = _promised()
    (update,) = _updates(_promised(due_date=date(2026, 9, 1)), _item_there(before))
    assert update.due == date(2026, 9, 1)
    assert update.body is not None
    assert "Due 1 Sep 2026" in plain_text(update.body)
    assert update.comment is not None
    said = plain_text(update.comment)
    assert "due 1 Sep 2026 instead of 14 Aug 2026" in said
    assert before.promises[0].text in said
    assert "Hana Vrba" in said


def test_item_of_a_promise_that_was_taken_back_says_so_and_stays_open() -> None:
    (update,) = _updates(_promised(status="withdrawn"), _item_there(_promised()))
    assert update.body is not None
    assert "Taken back on 24 Feb 2026" in plain_text(update.body)
    assert update.comment is not None
    assert "it was taken back" in plain_text(update.comment)
    assert update.due is None


def test_words_are_shown_with_who_said_those() -> None:
    text = _promised().promises[0].text
    back = evidence(
        "We have to cancel the scanner sync.", said_at=datetime(2026, 6, 1, tzinfo=UTC), speaker="Ota Malik"
    )
    (update,) = _updates(
        _promised(status="withdrawn", evidence=back, repeats=(evidence(text),)), _item_there(_promised())
    )
    assert update.comment is not None
    assert f"{text}\nHana Vrba, call, 24 Feb 2026" in plain_text(update.comment)
    body = plain_text(update.body or Document(blocks=()))
    assert "on 24 Feb 2026." in body.split("\n")[0]
    assert "Taken back on 1 Jun 2026" in body


def test_item_that_was_brought_up_to_date_is_left_alone() -> None:
    moved = _promised(due_date=date(2026, 9, 1))
    assert not _updates(moved, _item_there(moved))


@pytest.mark.parametrize("state", ["done", "dropped", "gone", "pending"])
def test_item_that_is_not_at_work_is_not_updated(state: str) -> None:
    assert not _updates(_promised(due_date=date(2026, 9, 1)), _item_there(_promised(), state=state))


def test_field_that_a_person_changed_stays_and_both_values_are_listed() -> None:
    moved = _promised(due_date=date(2026, 9, 1))
    theirs = _item_there(_promised(), due=date(2026, 8, 20), due_by_person=True)
    (update,) = _updates(moved, theirs)
    assert update.due is None
    reasons = [one.reason for one in proposed(moved, existing=theirs).skipped]
    assert "a person set 20 Aug 2026, and the record says 1 Sep 2026" in reasons
    text_theirs = _item_there(_promised(), body_text="Ours now", edited_by_person=True)
    (update,) = _updates(moved, text_theirs)
    assert (update.body, update.due) == (None, date(2026, 9, 1))
    reasons = [one.reason for one in proposed(moved, existing=text_theirs).skipped]
    assert "a person changed its text; the record says: due 1 Sep 2026 instead of 14 Aug 2026" in reasons


def test_item_where_the_client_can_read_now_is_left_and_listed() -> None:
    moved = proposed(
        _promised(due_date=date(2026, 9, 1)), existing=_item_there(_promised(), audience="client_ok", key="CAST-6")
    )
    assert not [one for one in moved.commands if one.marker == ITEM]
    (left,) = [one for one in moved.skipped if one.is_conflict]
    assert (left.subject, "moved it to where the client can read" in left.reason) == ("CAST-6", True)


def test_client_is_told_of_a_change_without_an_address_of_the_crm() -> None:
    before, moved = _promised(), _promised(due_date=date(2026, 9, 1))
    found = proposed(moved, THEIRS, existing=_item_there(before)).commands
    (update,) = [one for one in found if isinstance(one, UpdateItem) and one.marker == ITEM]
    assert update.comment is not None
    assert "crm.example" not in update.comment.model_dump_json()


def test_day_of_a_project_without_due_dates_stands_in_the_text_and_moves_there() -> None:
    target = OURS.model_copy(update={"takes_days": False})
    before, moved = _promised(), _promised(due_date=date(2026, 9, 1))
    held = _item_there(before, due=None)
    assert not [one for one in proposed(before, target, existing=held).commands if one.marker == ITEM]
    (update,) = [one for one in proposed(moved, target, existing=held).commands if one.marker == ITEM]
    assert isinstance(update, UpdateItem)
    assert update.due is None
    assert update.body is not None
    assert "Due 1 Sep 2026" in plain_text(update.body)
