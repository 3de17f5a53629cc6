from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest

from atlas_sync.connectors.writing import RemoteItem, Writer
from atlas_sync.errors import OutcomeUnknownError, TransientError
from atlas_sync.operations.removal import remove_untouched

ITEM = RemoteItem("10", "TD-10", "atlas-1", "https://t.example/10", "Fixed price", "", None, "to_do")


@dataclass
class _Tracker:
    """A tracker whose deletes get no answer the first times; `after` is what stands under the id then."""

    after: RemoteItem | None = ITEM
    unanswered: int = 1
    told: list[list[str]] = field(default_factory=list)
    deletes: int = 0

    def touched(self, _remote_id: str, *, closed: Collection[str]) -> list[str]:
        assert not closed
        return self.told.pop(0) if self.told else []

    def remove(self, _remote_id: str) -> str:
        self.deletes += 1
        if self.deletes <= self.unanswered:
            raise OutcomeUnknownError("sent, and no answer came back.")
        return "removed"

    def get(self, _remote_id: str) -> RemoteItem | None:
        return self.after


def test_item_that_was_closed_without_an_answer_is_not_called_removed() -> None:
    assert _remove(_Tracker(after=replace(ITEM, marker="", state="dropped"))) == ("closed", (), 1)


def _remove(tracker: _Tracker) -> tuple[Any, ...]:
    begun: list[None] = []
    how, said = remove_untouched(cast(Writer, tracker), ITEM, begin=lambda: begun.append(None))
    assert len(begun) == tracker.deletes
    return how, said, tracker.deletes


def test_unanswered_delete_is_tried_again_while_the_item_is_still_there() -> None:
    assert _remove(_Tracker()) == ("removed", (), 2)


@pytest.mark.parametrize("after", [None, replace(ITEM, marker=""), replace(ITEM, marker="atlas-2")])
def test_delete_is_not_repeated_on_who_has_the_id_next(after: RemoteItem | None) -> None:
    assert _remove(_Tracker(after=after)) == ("removed", (), 1)


def test_item_that_somebody_touched_before_or_meanwhile_is_left() -> None:
    assert _remove(_Tracker(told=[["1 comment"]])) == ("left", ["1 comment"], 0)
    assert _remove(_Tracker(told=[[], ["1 comment"]])) == ("left", ["1 comment"], 1)


def test_delete_that_never_gets_an_answer_is_given_up() -> None:
    with pytest.raises(TransientError):
        _remove(_Tracker(unanswered=99))
