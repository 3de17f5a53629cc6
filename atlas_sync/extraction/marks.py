"""Marks: what the line of a list begins with, such as a bullet, a number or a label. What it stands under is not told here.

A number at the beginning is as often part of what is said ("10 scanners", "14. April"): what it is, the other lines tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from atlas_sync.canonical.spelled import MONTHS
from atlas_sync.extraction.days import level

__all__ = ["BEFORE_MONTH", "BULLET", "Marks"]

_BOX = r"\[[ xX✓✔]?\]"
BULLET = (
    r"(?:(?:[-*•·–—+▪◦●○■□‣☐☑✓✔→➢➤\uf0a7\uf0b7]{1,4}>?|(?<!\w)[oØü§](?=\t|\s{2}))"
    rf"(?:\s{{1,8}}{_BOX})?|{_BOX})"
)
"""The bullets that people type and programs paste; Word's letters for one have a gap behind them."""
BEFORE_MONTH = rf"(?=(?:{'|'.join(MONTHS)})\b)"
"""Before the name of a month in levelled text; "3. Out of scope" and "2. Set up" are no days."""
_MARK = re.compile(
    rf"^\s{{0,40}}(?:(?:{BULLET}|[->]{{1,4}})\s{{1,8}}|\|\s{{0,8}}|"
    r"(?:(?P<number>\d{1,2}(?:\.\d{1,2}){0,2})(?P<closes>[.)])?|(?P<letter>[AD])(?P<at>\d{1,2})|"
    r"\(?[a-z0-9]{1,2}\)|(?:A[IP]-?|[ADR]-)\d{1,2}:?|[ADR]\d{1,2}:)\s{1,8}(?P<cell>\|\s{0,8})?)"
)
_LONGEST = 80
_MONTH = re.compile(BEFORE_MONTH)
_TITLE = re.compile(r"[^\W\d_a-zß-ÿ]|/")
_FEWEST_CHAPTERS = 3


class Marks:
    """The marks of a text, by all its lines: a number or label counts where the one before or behind it begins a line too."""

    def __init__(self, lines: Sequence[str]) -> None:
        begins = [(line, _MARK.match(line[:_LONGEST])) for line in lines]
        met = [(line, found) for line, found in begins if found and (found["number"] or found["letter"])]
        days = [found for line, found in met if _is_day(line, found)]
        self._counts = {_count_of(found) for line, found in met if not _is_day(line, found)}
        for found in (*days, *reversed(days)):
            if self._is_counted(found):
                self._counts.add(_count_of(found))
        self._chapters = frozenset(_chapters(met))

    def end(self, line: str, begin: int = 0) -> int:
        """Give where the words of a line begin, from a place on: behind its mark, or at that place where it has none."""
        found = _MARK.match(line[begin : begin + _LONGEST])
        return begin + found.end() if found and self._is_mark(line[begin:], found) else begin

    def _is_mark(self, line: str, found: re.Match[str]) -> bool:
        if found["cell"] or found["closes"] == ")" or not (found["number"] or found["letter"]):
            return True
        if "." in (found["number"] or ""):
            return self._is_counted(found) or _is_section(line, found)
        if found["closes"]:
            return not _is_day(line, found) or self._is_counted(found)
        return self._is_counted(found) if found["letter"] else line in self._chapters

    def _is_counted(self, found: re.Match[str]) -> bool:
        """Tell if another line begins with the number before or behind in the same form, or with "4." where this has "4.1"."""
        form, *above, last = _count_of(found)
        near = {(form, *above, str(int(last) + step)) for step in (-1, 1)}
        parts = {(closes, *above) for closes in ".)"} if above else set()
        return not self._counts.isdisjoint(near | parts)


def _count_of(found: re.Match[str]) -> tuple[str, ...]:
    """Give what a line with a number or label is counted by, its form first and its number last."""
    if found["letter"]:
        return found["letter"], str(int(found["at"]))
    *above, last = found["number"].split(".")
    return found["closes"] or "", *above, str(int(last))


def _is_day(line: str, found: re.Match[str]) -> bool:
    """Tell if a month stands behind a number and its stop, "14. April"; only other lines tell that "2. Jan" is an item."""
    is_ordinal = found["closes"] == "." and found["number"].isdecimal()
    return is_ordinal and _MONTH.match(level(line[found.end() : _LONGEST])) is not None


def _is_section(line: str, found: re.Match[str]) -> bool:
    """Tell if "3.2" without others stands before a title; "4.10 per cow" is an amount, "14.04." a day."""
    return not found["closes"] and ".0" not in found["number"] and _TITLE.match(line, found.end()) is not None


def _chapters(met: Sequence[tuple[str, re.Match[str]]]) -> Iterator[str]:
    """Yield the lines that bare numbers count: "1 Status", "2 Decisions", "3 Tasks" in this order, with or without more."""
    numbered = [
        (line, int(found["number"]))
        for line, found in met
        if found["number"] and found["number"].isdecimal() and not found["closes"] and _TITLE.match(line, found.end())
    ]
    chapters: list[str] = []
    for line, number in numbered:
        if number == len(chapters) + 1:
            chapters.append(line)
    yield from chapters if len(chapters) >= _FEWEST_CHAPTERS else ()
