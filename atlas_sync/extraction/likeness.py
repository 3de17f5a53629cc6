"""How likely two mentions are one promise: shared rare words, days, kind and sense, weighed by a logistic regression.

`training.stories` fits the weights on what the reader finds in the labelled conversations, its false and doubtful mentions
included; what that reaches with each author left out in turn stands in docs/reader-model.md.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Protocol

from atlas_sync.canonical.normalize import fold
from atlas_sync.canonical.spelled import MONTHS
from atlas_sync.extraction.conversation import PromiseMention
from atlas_sync.extraction.days import WEEKDAYS
from atlas_sync.extraction.sense import nearness

__all__ = [
    "BY_SENSE",
    "BY_WORDS",
    "NUMBERED",
    "SOME",
    "TIMES",
    "Terms",
    "Weighing",
    "Wording",
    "are_parallel",
    "features",
    "likeness",
    "stem_of",
    "terms_of",
]

_WORD = re.compile(r"[^\W\d_]{2,40}|(?<=\d)k\b|\d{1,3}(?:[.,]\d{3})+|\d{1,12}(?:[.,]\d{1,2})?")
_STOP = frozenset(
    "a about after again all also am an and any are as at be been before being but by can could day days did do does done each for from get gets "  # noqa: SIM905 - a list to read
    "getting go goes had has have he her here him his how if in into is it its ll just let may me more most much my no not now of off on once only or "
    "other our ours out over own per put re said she should so some such take than that the their them then there these they this those through till "
    "to told too until up us ve very via was way we well were what when where which while who will with within would yes you your yours".split()
)
_NUMBERS = {
    word: str(number)
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty".split()  # noqa: SIM905 - a list to read
    )
} | {"thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "ninety": "90"}
_SCALES = {"hundred": 100, "thousand": 1000, "k": 1000, "million": 1_000_000}
_ORDINALS = {
    "first": "1",
    "second": "2",
    "third": "3",
    "fourth": "4",
    "eighth": "8",
    "twelfth": "12",
    "thirtieth": "30",
}
_SYNONYMS = {
    "wk": "week",
    "wks": "week",
    "hrs": "hour",
    "mins": "minut",
    "min": "minut",
    "yrs": "year",
    "yr": "year",
    "mo": "month",
    "free": "nocost",
    "waived": "nocost",
    "gratis": "nocost",
    "saturdays": "sat",
    "saturday": "sat",
    "imaging": "img",
    "weekends": "weekend",
    "saturation": "saturat",
}
_ENDINGS = (
    "ations",
    "ation",
    "ments",
    "ment",
    "ings",
    "ing",
    "ies",
    "ied",
    "ers",
    "ed",
    "es",
    "er",
    "s",
    "ly",
    "e",
    "y",
)
_SHORTEST_STEM = 3
_LONGEST = 4_000
SOME = "#"
_FRAME, _NAMED, _BETWEEN = 3, 2, 4
_REPEATS = re.compile(
    r"\b(?:as (?:promised|agreed|discussed|stated|previously|said|i said)|still|stays?|stands|of course|you (?:told|said|committed|promised)|said it|"
    r"confirm\w*|doesn['’]t move|repeat|remains?|holding to|told us|on the call)\b",
    re.IGNORECASE,
)
_CHANGES = re.compile(
    r"\b(?:now|moves?|moved|becomes?|instead|in place of|rather than|previously|no longer|any ?more|after all|take (?:it )?out|take back|row back|shift\w*|"
    r"cancelled|fell out|falls away|drop(?:ped)? it|unfortunately|slip\w*|later than|new date)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Weighing:
    """One weight a feature, in the order of `features`, and the likeness from which two mentions are rather one promise."""

    weights: tuple[float, ...]
    linked: float


BY_WORDS = Weighing((-4.33, 2.13, 2.12, 1.54, 1.72, 2.59, -0.18, 0.18, 0.12, -0.52, -2.15, -2.46, 0.43), linked=0.3)
BY_SENSE = Weighing(
    (-5.76, 0.62, 1.38, 0.96, 1.44, 1.66, -0.13, 0.82, 0.2, -1.16, -1.78, -2.15, 0.79, 7.28), linked=0.14
)
"""Both bounds are low, since most pairs that are compared are none."""


class _Said(Protocol):
    @property
    def text(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Wording:
    """Words that stand alone, or a piece of what somebody said."""

    text: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What a mention is recognised by: word stems and numbers, each written one way.

    `amounts` are numbers with the word after them: 15 of "minut"; `sequence` has every word in order, numbers as one sign, and
    `frames` have months, weekdays and spans as that sign too, the last of them not the 2 of "phase 2". The last two tell if words say
    that something is said again, or is no longer as it was.
    """

    words: frozenset[str]
    numbers: frozenset[str]
    amounts: frozenset[tuple[str, str]]
    sequence: tuple[str, ...]
    frames: tuple[tuple[str, ...], ...]
    repeats: bool
    changes: bool


def terms_of(said: _Said) -> Terms:
    """Give the words of a text without endings and filler, and its numbers."""
    words: set[str] = set()
    numbers: list[str] = []
    amounts: set[tuple[str, str]] = set()
    sequence: list[str] = []
    counted = False
    for word in _WORD.findall(fold(said.text[:_LONGEST])):
        if counted and word in _SCALES:
            numbers[-1] = _scaled(numbers[-1], _SCALES[word])
        elif number := _NUMBERS.get(word) or _ORDINALS.get(word) or _number(word):
            numbers.append(number)
            sequence.append(SOME)
            counted = True
        elif word in _STOP:
            sequence.append(word)
        else:
            stem = _SYNONYMS.get(word) or stem_of(word)
            words.add(stem)
            sequence.append(stem)
            if counted:
                amounts.add((numbers[-1], stem))
            counted = False
    return Terms(
        frozenset(words.union(numbers)),
        frozenset(numbers),
        frozenset(amounts),
        tuple(sequence),
        (tuple(_framed(sequence, [])), tuple(_framed(sequence, numbers))),
        repeats=_REPEATS.search(said.text[:_LONGEST]) is not None,
        changes=_CHANGES.search(said.text[:_LONGEST]) is not None,
    )


def _scaled(number: str, scale: int) -> str:
    whole = float(number) * scale
    return str(int(whole)) if whole.is_integer() else str(whole)


def _number(word: str) -> str | None:
    if not word[0].isdigit():
        return None
    whole = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", word)
    return whole.lstrip("0").replace(",", ".") or "0"


def stem_of(word: str) -> str:
    """Give a word without its ending."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            word = word[: -len(ending)]
            break
    return word[:7]


NUMBERED = "phase stage step wave lot batch module hall site building floor group cycle milestone release sprint round tranche session priority parcel plot fase etape etapa stufe welle los halle lote"
TIMES = frozenset(stem_of(name) for name in (*MONTHS, *WEEKDAYS))
"""What is told from its like by a number, and the stems of what says a time and names nothing."""

_NUMBERED = frozenset(stem_of(name) for name in NUMBERED.split())
_SPANS = frozenset(
    stem_of(word)
    for word in (  # noqa: SIM905 - a list to read
        "day days working business minute hour week tage arbeitstage werktage stunden wochen jours heures semaines días horas "
        "semanas dagen uur weken"
    ).split()
) | {"days"}
"""What is counted to say how long something takes."""
_ADDED = frozenset({"also", "too"})
"""What is said beside something else, and names nothing."""


def _framed(sequence: Sequence[str], numbers: Sequence[str]) -> Iterator[str]:
    """Yield the words of a text in order, numbers, days and spans as one sign; given the numbers, each that is a name as it is."""
    left = iter(numbers)
    before = ""
    is_counted = False
    for word in sequence:
        number = next(left, "") if word == SOME else ""
        is_counted = word == SOME or (is_counted and word in _SPANS)
        if word not in _ADDED and (word == SOME or not is_counted):
            yield number if number and before in _NUMBERED else SOME if word in TIMES else word
        before = word


def are_parallel(one: Terms, other: Terms) -> bool:
    """Tell if two texts say the same of two things: "the pump comes with its report", "the crane comes with its report".

    All is alike from both ends but a few words in the middle, of which one or two on both sides name something. Another day or
    span is no other thing, and hides none: "the pump by 3 March" and "the crane by 1 April" are two.
    """
    return any(_are_alike_but_a_name(*both) for both in zip(one.frames, other.frames, strict=True))


def _are_alike_but_a_name(left: Sequence[str], right: Sequence[str]) -> bool:
    shorter = min(len(left), len(right))
    head = next((place for place in range(shorter) if left[place] != right[place]), shorter)
    tail = next((place for place in range(shorter - head) if left[-1 - place] != right[-1 - place]), shorter - head)
    middles = [(sequence, range(head, len(sequence) - tail)) for sequence in (left, right)]
    one, other = ([sequence[place] for place in middle if _names(sequence, place)] for sequence, middle in middles)
    return (
        head + tail >= _FRAME
        and all(len(middle) <= _BETWEEN for _sequence, middle in middles)
        and all(1 <= len(names) <= _NAMED for names in (one, other))
        and set(one).isdisjoint(other)
    )


def _names(sequence: Sequence[str], place: int) -> bool:
    """Tell if a word may name something; "day" does before what it names, as in "day shift"."""
    if sequence[place] == "day":
        return place + 1 < len(sequence) and sequence[place + 1] != "day" and _names(sequence, place + 1)
    return sequence[place] not in _STOP and sequence[place] != SOME


def features(
    left: tuple[PromiseMention, Terms],
    right: tuple[PromiseMention, Terms],
    *,
    seen: Counter[str],
) -> tuple[float, ...]:
    """Describe a pair, the later mention first; `seen` counts the mentions that hold a term.

    How nearly the two say the same comes last, and is left out where nothing can tell.
    """
    (later, mine), (earlier, theirs) = left, right
    common = _weight(mine.words & theirs.words, seen)
    each = _weight(mine.words, seen), _weight(theirs.words, seen)
    smaller, union = min(each), sum(each) - common
    return (
        1.0,
        common / smaller if smaller else 0.0,
        common / union if union else 0.0,
        min(common, 4.0),
        float(_same_day(later.due_date, earlier.due_date)),
        float(later.kind == earlier.kind),
        float(bool(later.due_date and earlier.due_date and later.due_date != earlier.due_date)),
        float(mine.repeats),
        float(mine.changes),
        float(later.evidence.interaction_id == earlier.evidence.interaction_id),
        float(later.needs_review),
        float(earlier.needs_review),
        float(later.changes != "none"),
        *((nearness(later.sense, earlier.sense),) if later.sense and earlier.sense else ()),
    )


def _weight(words: frozenset[str], seen: Counter[str]) -> float:
    return math.fsum([_rarity(seen[word]) for word in words])


@lru_cache(maxsize=1024)
def _rarity(count: int) -> float:
    return 1.0 / (1.0 + math.log(max(1, count)))


def _same_day(left: date | None, right: date | None) -> bool:
    return left is not None and left == right


def likeness(
    left: tuple[PromiseMention, Terms],
    right: tuple[PromiseMention, Terms],
    *,
    seen: Counter[str],
) -> float:
    """Give the chance, 0 to 1, that the later mention speaks of the same promise as the earlier one."""
    if are_parallel(left[1], right[1]):
        return 0.0
    described = features(left, right, seen=seen)
    weights = (BY_SENSE if len(described) == len(BY_SENSE.weights) else BY_WORDS).weights
    return 1.0 / (1.0 + math.exp(-sum(weight * value for weight, value in zip(weights, described, strict=True))))
