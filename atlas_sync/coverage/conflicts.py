"""Where what was agreed does not fit together: promise against promise, against what was ruled out, and against the contract.

Only statements about the same thing are held together; what a work item says is compared where it is traced.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from atlas_sync.canonical.model import Audience, Contract, Promise
from atlas_sync.coverage.compared import Comparison, Plan
from atlas_sync.coverage.comparison import compare, compare_statements
from atlas_sync.coverage.contradictions import uncovered
from atlas_sync.coverage.figures import figures_of
from atlas_sync.coverage.papers import binds, in_force
from atlas_sync.coverage.quantity import Quantity, is_as_long
from atlas_sync.coverage.record import EngagementRecord
from atlas_sync.coverage.text import shorten, show_day, squash, terms, words
from atlas_sync.coverage.units import CURRENCIES

__all__ = ["Conflict", "clause_that_holds", "conflicts_of"]

_QUOTE = 120
_MOST = 5_000
"""Promises, and clauses of a contract, that are looked at."""
_CLOSEST = 50
"""Statements about the same thing that one promise is held against, so that many of one wording are done in time."""
_SHARED = 2
_ABOUT = 0.6
_SAME_THING = 0.8
_RULED_OUT = 0.75
_CLAUSE = re.compile(r"[\n\r;]+|(?<=[.!?]) +")
_RULING_OUT = frozenset(
    terms(
        "not no part included excluded scope outside separate extra without phase later offer covered lump sum fee price quote"
    )
)
_SAID_OF_IT = frozenset(
    terms(
        "monday tuesday wednesday thursday friday saturday sunday onsite site person personally remote remotely video phone "
        "virtual virtually webinar"
    )
)
"""Words that give a day of the week or a place: what is said of a thing, not the thing itself."""

_CURRENCIES = frozenset(terms(" ".join(CURRENCIES)))
_OF_OTHER_THINGS = frozenset({"negation", "name"})
"""Topics on which two statements may differ and both hold: ten scanners for Hamburg and ten for Bremen are two lots."""
_SAYS_SO = frozenset({"no", "out", "outside", "scope", "part", "included", "excluded", "without"})


@dataclass(frozen=True, slots=True)
class Conflict:
    """A promise and another statement that do not fit together, both quoted in `sentence`; `audience` may see both."""

    promise_id: str
    other_id: str
    sentence: str
    audience: Audience


def conflicts_of(record: EngagementRecord) -> dict[str, list[Conflict]]:
    """Find the conflicts of an engagement by promise, in the order of its statements; those withdrawn take no part."""
    found: dict[str, list[Conflict]] = {}
    promises = [one for one in record.promises if one.status != "withdrawn"][:_MOST]
    contracts = [(contract, _Statements(_clauses(contract.terms or ""))) for contract in in_force(record.contracts)]
    said = _Statements([])
    for promise in promises:
        for conflict in (
            *_with_promises(promise, promises, said),
            *_with_scope(promise, record),
            *(conflict for contract, clauses in contracts for conflict in _with_contract(promise, contract, clauses)),
        ):
            found.setdefault(conflict.promise_id, []).append(conflict)
        said.add(promise.text)
    return found


def clause_that_holds(promise: Promise, contracts: Sequence[Contract]) -> str | None:
    """Give the clause of a contract in force that says what was promised: most of its words, all its figures, nothing else."""
    wanted, said_on = _terms_of(promise.text), promise.evidence.said_at.date()
    papers = [contract for contract in in_force(contracts) if binds(contract, said_on)]
    for clause in (clause for contract in papers for clause in _clauses(contract.terms or "")):
        shared = len(wanted & _terms_of(clause))
        if shared < max(_SHARED, _ABOUT * len(wanted)) or uncovered(promise.text, promise.due_date, Plan(clause)):
            continue
        if all(one.agrees for one in compare(promise.text, promise.due_date, Plan(clause))):
            return clause.strip()
    return None


class _Statements:
    """Statements by the words they hold, so that those about one thing are found without a look at all others."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts: list[str] = []
        self._holding: defaultdict[str, list[int]] = defaultdict(list)
        for text in texts:
            self.add(text)

    def add(self, text: str) -> None:
        """Take one more statement in, at the end."""
        for term in _subject_of(text):
            self._holding[term].append(len(self.texts))
        self.texts.append(text)

    def about(self, text: str) -> Iterator[tuple[int, float]]:
        """Yield the places of the first ones that speak of the same, in order, and the share of words that they have in common.

        That is the share of the shorter text, and all where both speak of one thing. Currencies and digits are not common, and
        those of a sum make no text longer: a fee is named by two words as often as by ten.
        """
        wanted, thing = _length_of(text), _thing(text)
        shared = Counter(place for term in _subject_of(text) for place in self._holding.get(term, ()))
        for place, both in sorted(shared.items()):
            held = self.texts[place]
            share = both / min(wanted, _length_of(held)) if both >= _SHARED else 0.0
            if thing and thing <= _terms_of(held) and thing == _thing(held):
                share = 1.0
            if share >= _ABOUT:
                yield place, share


@lru_cache(maxsize=64)
def _clauses(text: str) -> list[str]:
    """Give the clauses of a contract; a number alone is none."""
    return [clause for clause in _CLAUSE.split(text) if any(char.isalpha() for char in clause)][:_MOST]


@lru_cache(maxsize=1 << 14)  # each is held against all others
def _terms_of(text: str) -> frozenset[str]:
    return frozenset(terms(text))


@lru_cache(maxsize=1 << 14)
def _subject_of(text: str) -> frozenset[str]:
    """Give the words of a text without currencies and the digits of what it counts, which anything may share."""
    return _terms_of(text) - _digits_of(text, {"count", "money", "share", "time"})


@lru_cache(maxsize=1 << 14)
def _length_of(text: str) -> int:
    return len(_terms_of(text) - _digits_of(text, {"money"}))


def _digits_of(text: str, kinds: Collection[str]) -> set[str]:
    counted = {term for one in figures_of(text).quantities if one.kind in kinds for term in terms(one.shown)}
    return {term for term in counted if term.isdigit() or term in _CURRENCIES}


def _with_promises(promise: Promise, promises: Sequence[Promise], earlier: _Statements) -> Iterator[Conflict]:
    for place, share in islice(earlier.about(promise.text), _CLOSEST):
        other = promises[place]
        against = [*_against(promise, Plan(other.text, other.due_date)), *_values(promise, other)]
        # Two days for two deliveries are no conflict; two days for the very same thing are.
        if share < _SAME_THING or _is_over(promise, other) or _are_numbered(promise.text, other.text):
            against = [one for one in against if one.topic != "due"]
        # "4 rooms" and "8 rooms" may be two lots: how many there are is no conflict where that is all that is named.
        if len(_thing(promise.text)) < _SHARED:
            against = [one for one in against if one.topic != "figure"]
        if against:
            yield _conflict(promise, other.id, against[0], other.text, audience=other.audience)


def _are_numbered(one: str, other: str) -> bool:
    """Tell if two texts name numbers of their own beside their days: module 1 in March and module 2 in May."""
    ours, theirs = (
        {term for term in _terms_of(text) if term.isdigit()}.difference(
            *(terms(day.shown) for day in figures_of(text).days)
        )
        for text in (one, other)
    )
    return bool(ours - theirs and theirs - ours)


def _is_over(one: Promise, other: Promise) -> bool:
    """Tell if the day of the promise that was said first had passed when the other was: the next report is another one."""
    first, second = sorted((one, other), key=lambda promise: promise.evidence.said_at)
    return first.due_date is not None and first.due_date < second.evidence.said_at.date()


def _with_scope(promise: Promise, record: EngagementRecord) -> Iterator[Conflict]:
    for point in record.scope:
        if point.kind not in {"out", "later"} or point.evidence == promise.evidence:
            continue
        if squash(point.text) in squash(promise.text):
            continue
        ruled = set(terms(point.text)) - _RULING_OUT
        # One word is enough where that is all that is ruled out, in as many words: "training is out of scope".
        least = 1 if len(ruled) == 1 and _SAYS_SO & set(words(point.text)) else max(_SHARED, _RULED_OUT * len(ruled))
        if len(ruled & set(terms(promise.text))) >= least:
            said = "ruled out" if point.kind == "out" else "put off"
            sentence = f"promised “{_cut(promise.text)}”, {said} “{_cut(point.text)}”"
            yield Conflict(promise.id, point.id, sentence, _narrower(promise.audience, point.audience))


def _with_contract(promise: Promise, contract: Contract, clauses: _Statements) -> Iterator[Conflict]:
    """Hold a promise against each clause of the contract that speaks of the same, and against the contract's last day."""
    if not binds(contract, promise.evidence.said_at.date()):
        return
    if promise.due_date and contract.end_date and promise.due_date > contract.end_date:
        ends = f"the contract ends on {show_day(contract.end_date)}"
        yield Conflict(promise.id, contract.id, f"promised for {show_day(promise.due_date)}, {ends}", "internal")
    for place, _share in islice(clauses.about(promise.text), _CLOSEST):
        clause = clauses.texts[place]
        if against := _against(promise, Plan(clause)):
            yield _conflict(promise, contract.id, against[0], clause, audience="internal")


def _against(promise: Promise, other: Plan) -> list[Comparison]:
    found = compare_statements(promise.text, promise.due_date, other)
    return [one for one in found if not one.limits and one.topic not in _OF_OTHER_THINGS]


@lru_cache(maxsize=4096)
def _thing(text: str) -> frozenset[str]:
    """Give the telling words that name what is spoken of, without what is said of it: numbers, sums, days, spans and places."""
    read = figures_of(text)
    values = [
        *(day.shown for day in (*read.days, *read.months)),
        *(one.shown for one in read.quantities if one.kind in {"time", "money"}),
    ]
    said = {term for value in values for term in terms(value)}
    return frozenset(term for term in terms(text) if not term.isdigit()) - said - _SAID_OF_IT


def _values(promise: Promise, other: Promise) -> Iterator[Comparison]:
    """Hold two promises of one thing together by the span, or the day in the words, of which each names just one."""
    if _thing(promise.text) != _thing(other.text):
        return
    ours, theirs = figures_of(promise.text), figures_of(other.text)
    spans = [[one for one in side.quantities if one.kind == "time"] for side in (ours, theirs)]
    if all(len(side) == 1 for side in spans) and _differ(spans[0][0], spans[1][0]):
        yield Comparison("duration", agrees=False, said=spans[0][0].shown, planned=spans[1][0].shown)
    if len(ours.days) == len(theirs.days) == 1 and not (promise.due_date or other.due_date):
        one, two = ours.days[0], theirs.days[0]
        if (one.month, one.day) != (two.month, two.day):
            yield Comparison("day", agrees=False, said=one.shown, planned=two.shown)


def _differ(one: Quantity, other: Quantity) -> bool:
    """Tell if two spans in units of their own cannot be the same."""
    return one.units[0] != other.units[0] and not is_as_long(one, other)


def _conflict(promise: Promise, other_id: str, why: Comparison, words: str, *, audience: Audience) -> Conflict:
    sentence = f"promised “{_cut(promise.text)}”, elsewhere “{_cut(words)}”: {why.said} against {why.planned}"
    return Conflict(promise.id, other_id, sentence, _narrower(promise.audience, audience))


def _narrower(one: Audience, other: Audience) -> Audience:
    return "client_ok" if one == other == "client_ok" else "internal"


def _cut(text: str) -> str:
    return shorten(text, _QUOTE)
