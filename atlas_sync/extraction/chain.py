"""A chain: mentions of one promise in order of time, and what a later one does to it, repeat, change, soften or take back."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from atlas_sync.canonical.model import PromiseStatus
from atlas_sync.extraction.conversation import PromiseMention, Reading
from atlas_sync.extraction.denials import (
    FILLER,
    FORGOTTEN,
    OFF,
    TAKEN_BACK,
    calls_off,
    denial_in,
    instead_in,
    may_confirm,
    may_replace,
    replaces,
)
from atlas_sync.extraction.dues import find_due
from atlas_sync.extraction.likeness import TIMES, Terms, Wording, terms_of
from atlas_sync.extraction.listed import is_one_of_several
from atlas_sync.extraction.naming import words
from atlas_sync.extraction.wholes import are_other_parts, is_of_a_part

__all__ = ["Chain", "Heard", "heard_again", "is_withdrawn", "says_anew", "status_of", "whole_of"]

_CUES: tuple[tuple[PromiseStatus, re.Pattern[str]], ...] = (
    (
        "withdrawn",
        words(
            *TAKEN_BACK,
            FORGOTTEN,
            r"\b(?:take|taking|took) (?:\w+ ){0,4}(?:out|back|off the table)\b|\btake out again\b|\b(?:is|are|was) (?:cancelled|dropped)\b",
            OFF,
            r"\b(?:fell|falls?|fallen) (?:out|away)\b|\bwithdraw\w*|\bdrop it\b|\brow back\b|\bno longer\b(?! (?:be )?(?:need|necess|requir))|\boff the table\b",
            r"\b(?:does|do|will|would) (?:not|no longer) hold\b|\b(?:doesn|don|won|wouldn)['’]t hold\b",
            r"\bcan(?:not|['’]t) (?:now )?(?:keep|give you|do that|hold)\b|\bwon['’]t be (?:able|coming|happening)\b",
        ),
    ),
    (
        "softened",
        re.compile(
            r"\b(?:aims? (?:for|at|to)|tr(?:y|ies|ying) to|reasonable efforts?|best efforts?|expects?|would not be held|not be held|as a rule|most(?:ly)?|"
            r"may (?:be|trail|slip|need)|might|if (?:it|they|fewer|nothing|all)|unless|at least|shoot for|rather call|up to the|share (?:it|her|him) with|out of date|"
            r"rest (?:by|via|over)|we settled on|depend\w*|hope\w*|where possible|weather permitting|should be|likely|probably)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "renegotiated",
        re.compile(
            r"\b(?:now|moves? to|moved|becomes?|instead of|in place of|rather than|not (?:the |at )?\d|not (?:ten|monthly|weekly|daily|quarterly|yearly)|one (?:correction|change|retreat)|previously|later|sooner|earlier|new date|shift\w*|slip\w*|"
            r"up to \d|brings? a second|in return|goes? (?:up|down) to|from (?:two|three|\d+) to|up:)\b",
            re.IGNORECASE,
        ),
    ),
)
_SAID = frozenset({"withdrawn", "softened"})
_SPAN = re.compile(r"\b(?:with)?in(?:side)? .*(?:minutes?|hours?|days?|weeks?|months?)\b", re.IGNORECASE)
_CLAUSE_END = re.compile(r"[,;:.!?()–]")
_ENDS_IN_IT = re.compile(r"\b(?:it|that|this|them|those|these)\W*\Z", re.IGNORECASE)
_STANDS = re.compile(
    r"\b(?:stays?|stands|remains?|holds|unchanged|as (?:promised|agreed|discussed|stated|planned|before)|of course|(?:doesn['’]t|not) (?:move|change)\w*|still)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Heard:
    """A mention with its place in the story: `before` is the mention it repeats or changes, `root` the first of all.

    `part` is the place in the chain of the first mention that is surely the same, `perhaps` that of one that may be; `beside` is
    that of the mention it was compared with, and `likeness` what came of it.
    """

    mention: PromiseMention
    status: PromiseStatus
    root: PromiseMention
    before: PromiseMention | None = None
    part: int = 0
    perhaps: int | None = None
    beside: int = 0
    likeness: float = 0.0


@dataclass(slots=True)
class Chain:
    """Mentions of one promise in order of time, each with its terms."""

    heard: list[Heard]
    terms: list[Terms]
    readings: list[Reading]

    def add(self, heard: Heard, terms: Terms, reading: Reading) -> None:
        """Take one more in, at the end."""
        self.heard.append(heard)
        self.terms.append(terms)
        self.readings.append(reading)


def whole_of(chain: Chain, place: int, mention: PromiseMention) -> tuple[int, bool]:
    """Give the place of what a mention is beside, and tell if the mention speaks of a part of that alone.

    What is nearest may be a word on another part: then it is the whole that this one stands beside.
    """
    nearest = chain.heard[place]
    if nearest.perhaps is not None:
        whole = _latest_of(chain, nearest.perhaps)
        text = chain.heard[whole].mention.text
        if are_other_parts(mention.text, nearest.mention.text, whole=text):
            return whole, True
    latest = _latest_of(chain, nearest.part)
    return place, is_of_a_part(mention.text, chain.heard[latest].mention.text)


def _latest_of(chain: Chain, part: int) -> int:
    return next(place for place in reversed(range(len(chain.heard))) if chain.heard[place].part == part)


def heard_again(
    chain: Chain, place: int, mention: PromiseMention, *, status: PromiseStatus, is_sure: bool, likeness: float
) -> Heard:
    """Put a mention beside the one it is nearest to: what denies that repeats nothing, and what denies a part of it is asked about.

    So is what may put something in its place, only say that it is done, or mean one of several. What is said once more after it was taken back is in force again.
    """
    nearest, last = chain.heard[place], chain.heard[-1]
    if status == "repeat":
        denial = denial_in(mention.text, earlier=nearest.mention.text)
        is_sure = is_sure and denial != "part"
        if denial != "none":
            status = "withdrawn"
        elif is_sure and next(one for one in reversed(chain.heard) if one.part == nearest.part).status == "withdrawn":
            status = "renegotiated"
    if status == "withdrawn":
        if clause := instead_in(mention.text, earlier=nearest.mention.text):
            mention, status = _dated_by(mention, clause), "renegotiated"
        else:
            said = nearest.mention.text
            is_sure = (
                is_sure
                and _is_of(mention.text, chain, nearest.part)
                and not any(may(mention.text, earlier=said) for may in (may_replace, may_confirm, is_one_of_several))
            )
    part, perhaps = (nearest.part, None) if is_sure else (len(chain.heard), nearest.part)
    return Heard(mention, status, last.root, last.mention, part, perhaps, place, likeness)


def _is_of(text: str, chain: Chain, part: int) -> bool:
    """Tell if what a text takes back goes by a word of what was promised, or by none of its own.

    "Masts: off the table, you get four more scanners" takes back no scanners; "I row back on that", what was nearest.
    """
    cue = _CUES[0][1].search(text)
    gone = text if cue is None else text[: cue.end()] + _CLAUSE_END.split(text[cue.end() :], maxsplit=1)[0]
    named = frozenset() if _ENDS_IN_IT.search(gone) else terms_of(Wording(gone)).words - TIMES - FILLER
    said = (terms.words for one, terms in zip(chain.heard, chain.terms, strict=True) if one.part == part)
    return not named or any(not named.isdisjoint(words) for words in said)


def _dated_by(mention: PromiseMention, clause: str) -> PromiseMention:
    """Give a mention the day of the clause that says what is to be, where it has that of what is gone."""
    phrase, day = find_due(clause, said_at=mention.evidence.said_at)
    if day is None or mention.due_date is None:
        return mention
    return mention.model_copy(update={"due_text": phrase, "due_date": day})


def is_withdrawn(mention: PromiseMention) -> bool:
    """Tell if a mention takes back, and not to give something else in its place."""
    return (mention.changes == "withdrawn" or calls_off(mention.text)) and not replaces(mention.text)


def says_anew(text: str) -> bool:
    """Tell if a text says itself that it moves or repeats what is known."""
    return (_CUES[2][1].search(text) or _STANDS.search(text)) is not None


def status_of(chain: Chain, mention: PromiseMention, terms: Terms) -> PromiseStatus:
    """Say what a mention does to the promise it belongs to: by the reader's word, the cues in it, then what differs."""
    for status, cue in _CUES[:2]:
        if mention.changes == status or (mention.changes not in _SAID and cue.search(mention.text)):
            return status
    days = [one.mention.due_date for one in chain.heard if one.mention.due_date]
    if mention.due_date and days and mention.due_date != days[-1]:
        return "renegotiated"
    is_said_so = mention.changes == "renegotiated" or _CUES[2][1].search(mention.text)
    if _STANDS.search(mention.text):
        return "repeat"
    if mention.due_date and days:
        return "renegotiated" if _count_anew(mention, terms, chain.terms) else "repeat"
    if is_said_so and (terms.numbers or mention.changes == "renegotiated"):
        return "renegotiated"
    is_dated = mention.due_date is not None and not _SPAN.match(mention.due_text or "")
    return "renegotiated" if not is_dated and _differ(terms, chain.terms) else "repeat"


def _differ(terms: Terms, earlier: Sequence[Terms]) -> bool:
    """Tell if numbers say something new: none is known, or one counts the same thing as before and differs."""
    known = set().union(*(one.numbers for one in earlier))
    if terms.numbers and known and not terms.numbers & known:
        return True
    before = {thing: numbers for one in earlier for thing, numbers in _counts(one).items()}
    return any(before[thing].isdisjoint(numbers) for thing, numbers in _counts(terms).items() if thing in before)


def _count_anew(mention: PromiseMention, terms: Terms, earlier: Sequence[Terms]) -> bool:
    """Tell if words that name the day of before count a thing as they never did: what says when counts nothing."""
    day = mention.due_date
    on_day = {str(number) for number in (day.day, day.month, day.year)} if day else set()
    before: dict[str, set[str]] = defaultdict(set)
    for thing, numbers in (counted for one in earlier for counted in _counts(one).items()):
        before[thing] |= numbers
    now = {thing: numbers - on_day for thing, numbers in _counts(terms).items() if thing not in TIMES}
    return any(before[thing] and numbers - before[thing] for thing, numbers in now.items())


def _counts(terms: Terms) -> dict[str, set[str]]:
    """Give the numbers that a text counts each thing by."""
    counts: dict[str, set[str]] = defaultdict(set)
    for number, thing in terms.amounts:
        counts[thing].add(number)
    return counts
