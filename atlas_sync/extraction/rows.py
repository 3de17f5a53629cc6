"""Rows of tables: what is said in one without the cells beside it that hold only a person or a day, and of what it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from atlas_sync.canonical.normalize import person_key
from atlas_sync.extraction.conversation import Attendee
from atlas_sync.extraction.dues import find_due
from atlas_sync.extraction.likeness import TIMES, Wording, terms_of

__all__ = ["are_other_rows", "without_cells"]

_CELL = re.compile(r"\s{0,8}[\t|]\s{0,8}")
_LONGEST = 60
_STATES = terms_of(
    Wording(
        "open done planned progress moved delayed late on track at risk green amber yellow red high medium low closed new ready"
    )
).words
"""What a first cell may say of how far a thing is; that names none."""


def without_cells(text: str, people: Sequence[Attendee], *, said_at: datetime) -> str:
    """Give a row without its last cells as far as each is a person of the conversation or a day; what is no row stays.

    Who and when are read from the whole row, so nothing is lost by it.
    """
    end = len(text)
    for hit in reversed(list(_CELL.finditer(text, 1))):
        if not _is_beside(text[hit.end() : end], people, said_at):
            break
        end = hit.start()
    return text[:end]


def _is_beside(cell: str, people: Sequence[Attendee], said_at: datetime) -> bool:
    if len(cell) > _LONGEST:
        return False
    words = set(person_key(cell).split())
    if words and any(words <= set(person_key(name).split()) for person in people for name in person.names):
        return True
    phrase, day = find_due(cell, said_at=said_at)
    return day is not None and phrase == cell.strip(" .")


def are_other_rows(one: str, other: str) -> bool:
    """Tell if two texts are rows whose first cells name other things; numbers and days alone name none."""
    rows = [_CELL.split(text.strip(), maxsplit=1) for text in (one, other)]
    if any(len(cells) == 1 for cells in rows):
        return False
    named, before = (
        terms.words - terms.numbers - TIMES - _STATES for terms in (terms_of(Wording(cells[0])) for cells in rows)
    )
    return bool(named and before) and named.isdisjoint(before)
