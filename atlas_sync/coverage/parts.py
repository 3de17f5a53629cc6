"""Parts: whether two statements are of things that they name by numbers, levels or labels of their own, so that both may hold.

What they say of these is compared elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from atlas_sync.canonical.normalize import fold
from atlas_sync.coverage.figures import figures_of
from atlas_sync.coverage.quantity import Quantity
from atlas_sync.coverage.statements import terms_of, thing_of
from atlas_sync.coverage.text import MAX_TEXT, root
from atlas_sync.coverage.units import TIME_UNITS

__all__ = ["are_levels", "are_parted", "are_rows"]

_PART = (
    r"(?i:phase|stage|step|wave|module|part|lot|batch|sprint|milestone|package|option|level|tier|year|cycle|delivery|"
    r"building|floor|block|hall|dock|zone|line|unit|stufe|modul|teil|paket|jahr|etappe|tranche|etape|annee|fase|modulo|"
    r"etapa|lote|ano|priorit(?:y|ät|é)|prio|severity|sev|class|category|klasse|kategorie)"
)
_IS_PART = re.compile(_PART)
_UP_TO = r"(?:[-–]| to | bis | à )"
_GOES_ON = r" ?(?:and|und|et|y|to|bis|à|[&,/+–-]) ?"
_MORE = rf"(?!{_GOES_ON}[A-Z]?[0-9])"
_NUMBERED = re.compile(rf"\b({_PART})[ -]([A-Z]?[0-9]{{1,2}}|[A-HJ-Z]|I{{2,3}})\b{_MORE}")
_AS_NUMBER = {"first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5"}
_COUNTED_UP = re.compile(rf"\b((?i:first|second|third|fourth|fifth|last)) ({_PART})\b")
_CODED = re.compile(rf"\b([LPS])-?([0-9])(?:{_UP_TO}[LPS]?([0-9]))?\b(?!{_GOES_ON}[0-9])")
"""What support is sorted by: "P1", "L1-L3"."""
_SORTS = {"l": "level", "p": "priority", "s": "severity", "prio": "priority", "sev": "severity"}
_RANGED = re.compile(rf"\b([^\W\d_]{{2,}})[ -](([A-Z]?)([0-9]{{1,3}}){_UP_TO}\3([0-9]{{1,3}}))\b{_MORE}")
"""What is named from one number to another: "analyzers 1-3"."""
_MANY = re.compile(r"\w{3,}s|[A-ZÄÖÜ]\w{2,}[enr]")
"""Words that may stand for many things: in English and French, or in German."""
_COUNTS = frozenset(TIME_UNITS) | frozenset(
    "covers includes takes needs holds serves supports trains allows contains gets requires equips connects".split()  # noqa: SIM905 - a list to read
)
"""Words that look so, by which or behind which a range counts: "hours 8-17", "it covers 3-5 users"."""
_DONE = re.compile(r" (?:[^\WA-Z]+(?:ed|t)|live|ready|done|fertig)$")
"""What is said of the things that a range names, and is not counted by it: "analyzers 4-6 connected"."""
_LEVEL = (
    r"(platinum|gold|silver|bronze|premium|standard|basic|express|critical|urgent|major|minor|high|medium|normal|low)\b"
    r"(?!-(?!priority|severity))"
)
_SORTED = (
    r"customers?|clients?|users?|support|service|tickets?|incidents?|faults?|defects?|issues?|errors?|requests?|plans?|packages?|"
    r"tiers?|levels?|priority|severity|kunden|störung(?:en)?|fehler|paket|tarif|stufe"
)
"""What comes in levels."""
_LEVELS = re.compile(rf"^(?:[\W\d_]|(?:the|our|for) )*{_LEVEL}|\b{_LEVEL}[ -](?=(?:{_SORTED})\b)", re.IGNORECASE)
_BEFORE = re.compile(rf"\b{_LEVEL}[ -](\w+)", re.IGNORECASE)
_LABEL = re.compile(r"\W*((?:[^\s:|]{1,40} ){0,3}[^\s:|]{1,40})(?::\s| ?\| ?)")
"""What a row begins with, and says all the rest of: "Silver customers: within 8 hours"."""
_ROW_ENDS = re.compile(
    r"(?:</(?:td|tr|p|li|ul|ol|div)>\s*)*<(?:br|tr|p|li|div)\b[^<>]{0,200}>(?:\s*<(?:td|p|div)\b[^<>]{0,200}>)?\s*|\r\n",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[^<>]{0,200}>")
_MARK = re.compile(r"[\W\d_]*")
_BULLET = re.compile(r"\s*[^\s\w][^\s\w]?\s+|\s*\d{1,2}[.)]\s+")
_NO_LABEL = terms_of(
    "agreed agreement summary sum recap correction corrected price prices pricing fee cost costs charge update updated note "
    "notes new news old now before earlier later again next step steps decision decided result status reminder info "
    "information ps point points important good offer proposal answer reply promise said confirmed final draft yes "
    "vereinbart zusammenfassung korrektur preis preise kosten hinweis neu alt nachtrag ergebnis fazit angebot antwort "
    "wichtig accord resume correction prix frais note mise jour rappel acuerdo resumen precio nota"
)
"""Words before a colon that say how something is said, or that it is a price, and name nothing."""


def are_parted(one: str, other: str) -> bool:
    """Tell if two texts name parts of one sort by numbers of their own: phase 1 and phase 2, the first year and the second."""
    ours, theirs = _parts_of(one), _parts_of(other)
    if any(theirs.get(sort, numbers).isdisjoint(numbers) for sort, numbers in ours.items()):
        return True
    lots, others = _lots_of(one), _lots_of(other)
    return any(_are_apart(lots[thing], others[thing]) for thing in lots.keys() & others.keys())


def are_levels(one: str, other: str) -> bool:
    """Tell if two statements of one text are of levels of their own: gold and silver customers.

    What comes in levels is known, or said again with another one: "express orders" and "standard orders".
    """
    ours, theirs = (_levels_of(text[:MAX_TEXT]) for text in (one, other))
    if ours and theirs and ours.isdisjoint(theirs):
        return True
    before, after = (_levelled_in(text[:MAX_TEXT]) for text in (one, other))
    return {level for level, _of in before}.isdisjoint(level for level, _of in after) and not {
        of for _level, of in before
    }.isdisjoint(of for _level, of in after)


def are_rows(one: str, other: str, between: str) -> bool:
    """Tell if two statements begin with labels of their own, in one list: what stands between them are rows with labels.

    A blank line parts no two items of a list, as it does two lines without a mark.
    """
    if _parts_of(one).keys() & _parts_of(other).keys():
        return are_parted(one, other)
    ours, theirs = _label_of(one), _label_of(other)
    if not (ours - theirs and theirs - ours) or len(between) > MAX_TEXT:
        return False
    _rest, *rows = _TAG.sub("", _ROW_ENDS.sub("\n", between)).split("\n")
    if rows and _BULLET.fullmatch(rows[-1]):
        rows = [row for row in rows if row.strip()]
    return bool(rows) and all(_LABEL.match(row) for row in rows[:-1]) and _begins_row(rows[-1])


def _begins_row(text: str) -> bool:
    return bool(_MARK.fullmatch(text) or _LABEL.match(text))


def _levels_of(text: str) -> set[str]:
    return {hit[hit.lastindex or 0].lower() for hit in _LEVELS.finditer(text)}


def _levelled_in(text: str) -> list[tuple[str, str]]:
    """Give the words for levels in a text, each with the word behind it."""
    return [(level.lower(), of.lower()) for level, of in _BEFORE.findall(text)]


def _label_of(text: str) -> frozenset[str]:
    """Give the words of the label that a text begins with; a day or a sum is what is said, and names nothing."""
    label = _LABEL.match(text)
    if label is None:
        return frozenset()
    read = figures_of(label[1])
    values = [*(day.shown for day in (*read.days, *read.months)), *(one.shown for one in read.quantities)]
    return terms_of(label[1]).difference(_NO_LABEL, *map(terms_of, values))


@lru_cache(maxsize=4096)
def _parts_of(text: str) -> dict[str, frozenset[str]]:
    """Give the numbers of the parts that a text names, by their sort."""
    found: dict[str, frozenset[str]] = {}
    for named, numbers in _named_in(text[:MAX_TEXT]):
        sort = _SORTS.get(named.lower(), named.lower())
        said = {_AS_NUMBER.get(one.lower(), one.removeprefix(sort[0].upper()) or one) for one in numbers}
        found[sort] = found.get(sort, frozenset()) | said
    return found


def _named_in(text: str) -> Iterator[tuple[str, Sequence[str]]]:
    yield from ((hit[1], [hit[2]]) for hit in _NUMBERED.finditer(text))
    yield from ((hit[2], [hit[1]]) for hit in _COUNTED_UP.finditer(text))
    for hit in _CODED.finditer(text):
        yield hit[1], [str(number) for number in range(int(hit[2]), int(hit[3] or hit[2]) + 1)]
    for one in _ranges_in(text):
        sort = one.word if _IS_PART.fullmatch(one.word) else one.word.removesuffix("s")
        if _IS_PART.fullmatch(sort):
            yield sort, [f"{one.letter}{number}" for number in range(one.first, one.last + 1)]


@dataclass(frozen=True, slots=True)
class _Range:
    """What a text names from one number to another; `counted` is what is counted by these, if anything is."""

    word: str
    letter: str
    first: int
    last: int
    counted: tuple[Quantity, ...]


def _ranges_in(text: str) -> Iterator[_Range]:
    """Yield the ranges of a text but those of days and times."""
    read = figures_of(text)
    moments = [*(day.shown for day in read.days), *(time.shown for time in read.times)]
    for hit in _RANGED.finditer(text):
        word, shown, letter, first, last = hit.groups()
        starts = (shown, f"{last} ", f"{last}.", f"{last}/")
        if not any(moment.startswith(starts) for moment in moments):
            counted = tuple(one for one in read.quantities if one.shown.startswith(starts))
            yield _Range(word, letter, int(first), int(last), counted)


@lru_cache(maxsize=4096)
def _lots_of(text: str) -> dict[str, tuple[int, int, bool]]:
    """Give the first and last number of each lot by what it is of, and if these may be counts."""
    found: dict[str, tuple[int, int, bool]] = {}
    for one in _ranges_in(text[:MAX_TEXT]):
        if one.letter or not _MANY.fullmatch(one.word) or fold(one.word) in _COUNTS:
            continue
        if terms_of(one.word) <= thing_of(text) and all(quantity.kind == "count" for quantity in one.counted):
            may_count = any(len(quantity.units) > 1 or not _DONE.search(quantity.shown) for quantity in one.counted)
            found[root(fold(one.word))] = (one.first, one.last, may_count)
    return found


def _are_apart(one: tuple[int, int, bool], other: tuple[int, int, bool]) -> bool:
    """Tell if two lots share no number; where they may be counts, one begins with 1 or goes on where the other ends."""
    (first, last, may_count), (begins, _ends, is_count) = sorted((one, other))
    return last < begins and (first == 1 or begins == last + 1 or not (may_count or is_count))
