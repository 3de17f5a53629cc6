"""Wraps: lines that a program broke because they were full, joined again. Lines that a person ended stay as they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import pairwise

from atlas_sync.canonical.spelled import MONTHS
from atlas_sync.extraction.days import WEEKDAYS, level
from atlas_sync.extraction.lines import Line, join_lines
from atlas_sync.extraction.marks import BEFORE_MONTH, BULLET
from atlas_sync.extraction.stamps import LABEL, STAMP, is_cue
from atlas_sync.extraction.stops import NEVER_LAST, is_day_before

__all__ = ["FULL", "is_over", "unwrapped_mail", "unwrapped_notes"]

FULL = 58
_WRAPPED_FROM, _WRAPPED_TO = 40, 100
_SHORTEST, _LONGEST_WORD = 20, 40
"""A line is wrapped between these; an address that is longer than any word is broken nowhere."""
_SIGNS = "€$£¥(\"'“„‚‘«"
_COUNTS = re.compile(
    rf"(?:(?P<above>(?:\d{{1,2}}\.){{1,2}})?(?P<number>\d{{1,2}})(?P<closes>(?(above)[.)]?|[.)]))|(?P<letter>[a-z])\))\s{{1,8}}(?!{BEFORE_MONTH})\S"
)
"""What an item of a list counts by: "2.", "2)", "2.1" or "b)"; "30. April" is a day."""
_LISTED = re.compile(rf"(?:{BULLET}|>|\(?\w{{1,3}}\)|\d{{1,2}}[.:])\s|\|")
_HANGS = re.compile(
    r"\b(?:an?|the|and|or|our|your|their|der|den|dem|des|eine[mnrs]?|zum|zur|bis|für|und|oder|"
    r"les?|une?|du|de|aux|pour|avec|et|el|las|del|para|os|uma|das|een|il|gli|di)$"
)
"""A word that never ends what is said: another follows."""
_STRANDS = re.compile(r"\b(?:not|die|das|ein|des|nicht|au|los|um|het|voor)$")
"""A word that seldom ends what is said, but may: "das machen wir nicht"."""
_GOVERNS = re.compile(r"(?<![\w.])(?:of|by|for|with|at|from|until|von|mit|con|com|dos|van|met|per)$")
"""A word that ends what is said in headings: "what you asked us for"."""
_ENTITLES = re.compile(
    r"\W{0,4}(?:(?:here (?:is|are) )?what|where|wh(?:om?|ich|ose|y)|how|das (?-i:(?=[a-zß-ÿ]))|dies|was|wer|wo(?:für|mit|von)|"
    r"folgende|ce (?:que|dont)|voici|lo que|daar|hier)\b|"
    r".{0,60}\b(?:(?:all|any|every|some)(?:thing|one)?|things?|stuff|points?|items?|topics?|work|services?|list|those|ones?) "
    r"(?:(?:that|which|who) )?(?:we|you|I|they|he|she|to(?! be\b))\b|"
    r".{0,60}\basked (?:\w+ )?for$|.{0,60}\b(?:bring|nehm|mach|teil|komm|schick)\w{1,3}\b.{0,60} mit$",
    re.IGNORECASE,
)
"""What makes a heading of such a line, "These are the things we take care of", or the end of it: "wir bringen es mit"."""
_LEADS = re.compile(
    r"\b(?:I|we|they|he|she|is|are|was|be|will|have|has|can|must|to|in|of|for|with|at|from|by|until|as|than|but|if|which|who|my|its|"
    r"(?:and|asked|know|see) how|(?:agreed|confirmed|means|promised|said|so|told|wrote) that|"
    r"wir|ich|dass|weil|wenn|aber|im|am|von|unsere?[mnrs]?|ihre?[mnrs]?|nous|ils?|est|sont|que|qui|dans|notre|votre|es|en|se|por|su|al|"
    r"é|em|na|ao|wij|dat|che|sono|è|nel|della|alla|un)$"
)
"""A word that a line of a note hardly ever ends with where a person ended it."""
_BEGINS_DAY = re.compile(
    rf"(?:(?:{'|'.join(WEEKDAYS)})\b|(?:\d{{1,2}}(?:st|nd|rd|th)?\.?\s(?:of\s)?)?(?:{'|'.join(MONTHS)})\b|\d{{1,2}}[./]\d{{1,2}}[./]|\d{{4}}-\d\d)"
)
_INITIALS = re.compile(r"\b[A-ZÀ-Þ]\.\s?[A-ZÀ-Þ]\.$")
"""What may end a sentence as well: "Kestrel S.A.", "in the U.S."; before a capital it is taken to."""


def unwrapped_mail(lines: Sequence[Line]) -> list[Line]:
    """Join lines that a mail program broke: long ones that end in the middle of a sentence, where all lines are short."""
    if _width(line for line in lines if line.zone == "new") > _WRAPPED_TO:
        return list(lines)
    return [_whole(parts) for parts in _grouped(lines, _goes_on)]


def unwrapped_notes(lines: Sequence[Line]) -> list[Line]:
    """Join lines of notes, minutes and talk that a program broke.

    People end the points of a note without a stop and begin them with small letters. Where a program breaks lines, the next
    word has no room on any of those that go on, some end with a word that needs another, and what was broken ends with a stop.
    """
    width = _width(lines)
    if not FULL <= width <= _WRAPPED_TO or any(is_cue(line.text) for line in lines):
        return list(lines)
    broken = [(above, below) for above, below in pairwise(lines) if _is_open(above, below)]
    has_points = any(below.text.lstrip()[0].islower() and not _is_full(above, below, width) for above, below in broken)
    if has_points or not any(_hangs(above, below) and _is_full(above, below, width) for above, below in broken):
        return list(lines)
    groups = _grouped(lines, lambda above, below: _is_open(above, below) and _is_full(above, below, width))
    return [line for parts in groups for line in ([_whole(parts)] if is_over(parts[-1].text) else parts)]


def _width(lines: Iterable[Line]) -> int:
    """Give how long the longest line is, without what cannot be broken, such as the address of a page."""
    return max(
        (len(" ".join(word for word in line.text.split() if len(word) <= _LONGEST_WORD)) for line in lines), default=0
    )


def _grouped(lines: Sequence[Line], goes_on: Callable[[Line, Line], bool]) -> list[list[Line]]:
    marks = [_mark(line.text) for line in lines]
    joined: list[list[Line]] = []
    known = frozenset(marks)
    for line, mark in zip(lines, marks, strict=True):
        if joined and not _is_counted(mark, known) and goes_on(joined[-1][-1], line):
            joined[-1].append(line)
        else:
            joined.append([line])
    return joined


def _whole(parts: Sequence[Line]) -> Line:
    return join_lines(parts) if len(parts) > 1 else parts[0]


def _mark(text: str) -> tuple[str, int] | None:
    """Give what a line is counted by, if anything: its form, and its number there."""
    found = _COUNTS.match(level(text.lstrip()))
    if found is None:
        return None
    if found["letter"]:
        return "letter", ord(found["letter"])
    return f"{found['above'] or ''} {found['closes']}", int(found["number"])


def _is_counted(mark: tuple[str, int] | None, marks: Collection[tuple[str, int] | None]) -> bool:
    """Tell if a line is an item of a list: the one before or behind it is one as well."""
    return mark is not None and any((mark[0], mark[1] + step) in marks for step in (-1, 1))


def _goes_on(above: Line, below: Line) -> bool:
    if below.after_gap or above.zone != below.zone or above.zone == "header" or above.sender != below.sender:
        return False
    end, begin = above.text.rstrip(), below.text.lstrip()
    if len(end) < _SHORTEST or _is_ended(end, begin):
        return False
    if len(end) < _WRAPPED_FROM or not begin[0].islower():
        return _begins_words(begin) and (len(end) > FULL or _is_unended(end, begin))
    return True


def _is_unended(end: str, begin: str) -> bool:
    """Tell if the last word of a short line needs another: what may end a line does so before small letters or a day."""
    is_open = begin[0].islower() or _BEGINS_DAY.match(level(begin)) is not None
    if is_open and _STRANDS.search(end):
        return True
    governs = _GOVERNS.search(end) is not None
    return _HANGS.search(end) is not None or (governs and (is_open or _ENTITLES.match(end) is None))


def _begins_words(begin: str) -> bool:
    return begin[0].isalnum() or (begin[0] in _SIGNS and not _LISTED.match(begin))


def _is_open(above: Line, below: Line) -> bool:
    """Tell if a line may go on with the next: no stop, no gap, and none that begins with a mark, a stamp or a label."""
    end, begin = above.text.rstrip(), below.text.lstrip()
    if below.after_gap or above.zone != below.zone or _is_ended(end, begin):
        return False
    return _begins_words(begin) and not (_LISTED.match(begin) or STAMP.match(begin) or LABEL.match(begin))


def _hangs(above: Line, below: Line) -> bool:
    """Tell if a line of a note ends with a word that points hardly ever end with; before a capital "asked for" may be one."""
    end, is_small = above.text.rstrip(), below.text.lstrip()[0].islower()
    is_word = _HANGS.search(end) is not None or _LEADS.search(end) is not None
    return is_word and (is_small or _GOVERNS.search(end) is None)


def _is_full(above: Line, below: Line, width: int) -> bool:
    """Tell if the first word of a line had no room on the line above."""
    return len(above.text.rstrip()) + 1 + len(below.text.split(maxsplit=1)[0]) > width


def _is_ended(end: str, begin: str) -> bool:
    if not is_over(end) or is_day_before(end, begin):
        return False
    is_short = NEVER_LAST.search(end) and not (begin[0].isupper() and _INITIALS.search(end))
    return not is_short


def is_over(text: str) -> bool:
    """Tell if a line ends with a stop."""
    return text.rstrip().endswith((".", "!", "?", ":", ";", "…"))
