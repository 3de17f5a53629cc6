"""Headings: what the lines of a list stand under. What a heading says of them does not belong here.

A list is known by its bullets, letters or numbers; "4. Exclusions" before "4.1" is the heading of that part.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from atlas_sync.extraction.marks import BULLET
from atlas_sync.extraction.units import Unit

__all__ = ["NOWHERE", "Place", "places_of"]

_WORDS, _BARE_WORDS = 4, 2
_MARK = re.compile(
    rf"(?:(?P<bullet>{BULLET})\s{{1,20}}|"
    r"^(?:•\s)?\s{0,20}(?:(?P<deep>\d{1,2}(?:\.\d{1,2}){1,2}[.)]?)\s{1,20}|"
    r"(?P<number>\(?\d{1,2}[.)])\s{0,20}|(?P<letter>\(?[a-z]\))\s{1,20}))$"
)
_NUMBERED, _LETTERED, _BULLET = 1, 8, 9
"""How deep what a list counts by stands: "4." over "4.1" over "a)", and a bullet under each."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a unit stands: under which headings, the nearest last, if as an item of a list, and if it heads one itself."""

    headings: tuple[str, ...] = ()
    is_listed: bool = False
    heads_list: bool = False
    is_whole: bool = True

    @property
    def heading(self) -> str:
        """The nearest heading, or nothing; in a mail none behind an item of two sentences, as the model learned it."""
        return self.headings[-1] if self.headings and self.is_whole else ""


NOWHERE = Place()


def places_of(said: Sequence[Unit], *, is_terse: bool, is_meeting: bool) -> Iterator[Place]:
    """Give the place of each unit: items stand under the heading of their list, in notes and minutes plain lines as well."""
    marks = _marks(said)
    depths = marks[:1]
    for unit, mark in zip(said[1:], marks[1:], strict=True):
        depths.append(depths[-1] if unit.lead is None else mark)
    above: list[tuple[int, str]] = []
    is_whole = True
    for unit, mark, depth, was, below in zip(said, marks, depths, [0, *depths], [*depths[1:], 0], strict=False):
        if was and not depth:
            above.clear()
        while depth and above and above[-1][0] >= depth:
            above.pop()
        is_whole = is_whole and (is_terse or depth == mark)
        words = _WORDS if below > depth else _BARE_WORDS if is_meeting and not depth else 0
        is_heading = _is_heading(unit.text, words=words) and (below > depth or not depth)
        headings = tuple(heading for _at, heading in above) if mark or is_terse else ()
        yield Place(headings, is_listed=mark > 0, heads_list=is_heading and below > depth, is_whole=is_whole)
        if is_heading:
            is_whole = True
            # "4. Fees" is no part of a list that has bullets and "Not included:" above.
            above = [*above, (depth, unit.text)] if depth else [(max(0, min(below, _LETTERED) - 1), unit.text)]


def _marks(said: Sequence[Unit]) -> list[int]:
    """Give how deep in a list each unit stands by what is before it, 0 for no item; a lone "18.50" counts nothing."""
    hits = [_MARK.search(unit.lead) if unit.lead else None for unit in said]
    numbers = {_numbers(hit["deep"]) for hit in hits if hit and hit["deep"]}
    return [_depth(hit, numbers) if hit else 0 for hit in hits]


def _depth(hit: re.Match[str], numbers: Collection[tuple[int, ...]]) -> int:
    if not hit["deep"]:
        return _NUMBERED if hit["number"] else _LETTERED if hit["letter"] else _BULLET
    *above, last = _numbers(hit["deep"])
    is_counted = last == 1 or (*above, last - 1) in numbers or (*above, last + 1) in numbers
    return _NUMBERED + len(above) if is_counted else 0


def _numbers(mark: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", mark))


def _is_heading(text: str, *, words: int) -> bool:
    """Tell if a line announces those below it: by a colon, or by so few words without a stop."""
    return text.endswith(":") or (len(text.split()) <= words and text[-1].isalpha())
