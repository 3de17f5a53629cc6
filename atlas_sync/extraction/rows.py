"""Rows of tables and lists: what is said in one without the cells of a person or a day beside it, and of what it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from atlas_sync.canonical.normalize import fold, person_key
from atlas_sync.extraction.conversation import Attendee, PromiseMention
from atlas_sync.extraction.dues import find_due
from atlas_sync.extraction.likeness import TIMES, Wording, stem_of, terms_of

__all__ = ["NTH", "STATES", "are_other_rows", "turn_of", "turns_in", "without_cells"]

_CELL = re.compile(r"\s{0,8}[\t|]\s{0,8}")
_LONGEST = 60
STATES = terms_of(
    Wording(
        "open done planned progress moved delayed late on track at risk green amber yellow red high medium low closed new "
        "ready old former previous previously original originally revised updated update current latest final date due "
        "deadline target agreed confirmed correction corrected decision decided result answer note reminder recap summary "
        "sorry postponed means instead unchanged change maintained kept delivered complete finished alt neu bisher jetzt "
        "termin korrektur ancien nouveau ancienne nouvelle antes nuevo nueva"
    )
).words
"""What a first cell may say of how far a thing is, or of which of its days; that names none."""
_MARK = re.compile(r"[:=(→>–—-]\s*\Z")
_SPOKEN = frozenset("i we you he she it they who this that these those".split())  # noqa: SIM905 - a list to read
_FEW = 4
"""A row of a list is a name of so many words with its day: "Leeds: 12 June"; where somebody does something it is none."""
NTH = (
    r"first|second|third|fourth|fifth|sixth|last|remaining|(?<!each )(?<!every )other|[1-9](?:st|nd|rd|th)|"
    r"erste[nrs]?|zweite[nrs]?|dritte[nrs]?|vierte[nrs]?|letzte[nrs]?|premi(?:er|ère)s?|deuxième|troisième|derni(?:er|ère)s?|"
    r"primer[ao]?s?|segund[ao]|tercer[ao]?|últim[ao]s?"
)
"""Which of several a thing is; a digit says that too: "1st"."""
_TURN = re.compile(rf"\b(?:{NTH})\b", re.IGNORECASE)
_SPELLED = "first second third fourth fifth sixth seventh eighth ninth".split()  # noqa: SIM905 - a list to read
_LABEL = re.compile(
    r"\b(?!(?i:for|of|x|at|to|by|per|max|um|für|à|pour|de|bis|ab|para|voor)\b)[^\W\d_]+ ?"
    r"(?:[-–#] ?|(?i:no|nr|nº|num)\b\.? ?(?=\d))?"
    r"(?:[\"“„«]|(?<= )\((?=[A-Z]\)))?(\d{1,3}|\b[A-Z])\b(?! ?[^\W\d_]|:\d| ?%)"
)
"""The number or letter by which one of a kind goes: no count, as a number in brackets or "for 20", and no hour."""


def turns_in(text: str) -> frozenset[str]:
    """Give what a text says of which of several something is: the first, the second."""
    return frozenset(map(turn_of, _TURN.findall(text)))


def turn_of(nth: str) -> str:
    """Give one of several written one way: "1st" as "first"."""
    is_short = nth[0].isdigit() and nth[1:].isalpha()
    return stem_of(_SPELLED[int(nth[0]) - 1] if is_short else fold(nth))


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


def are_other_rows(one: PromiseMention, other: PromiseMention) -> bool:
    """Tell if two mentions are rows that begin with other things, or things of one kind with other numbers or places in a row.

    Numbers and days alone name none.
    """
    heads = [_head(row) for row in (one, other)]
    if not all(heads):
        return False
    named, before = (terms.words - terms.numbers - TIMES - STATES for terms in map(terms_of, map(Wording, heads)))
    labels, others = (frozenset(_LABEL.findall(head)) for head in heads)
    if named == before and labels and others:
        return labels.isdisjoint(others)
    turn, other_turn = map(turns_in, heads)
    if named & before and turn and other_turn:
        return turn.isdisjoint(other_turn)
    return bool(named and before) and named.isdisjoint(before)


def _head(row: PromiseMention) -> str:
    """Give the first cell of a row, or what stands beside the day in a row of a list; empty where a text is none.

    Where a text is without its own day, that was a cell.
    """
    first, *cells = _CELL.split(row.text.strip(), maxsplit=1)
    if cells:
        return first
    if not row.due_text:
        return ""
    before, day, after = row.text.partition(row.due_text)
    is_marked = _MARK.search(before) or after.startswith(":")
    is_dated = row.due_date is not None and (not day or day[0].isdigit())
    if not (is_marked or is_dated):
        return ""
    rest = f"{before} {after}"
    said = terms_of(Wording(rest)).sequence
    return rest if len(said) <= _FEW and _SPOKEN.isdisjoint(said) else ""
