"""Where what was agreed does not fit together: promise against promise, against what was ruled out, and against the contract.

Only statements about the same thing are held together; what a work item says is compared where it is traced.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import islice

from atlas_sync.canonical.model import Audience, Contract, Interaction, Promise
from atlas_sync.coverage.compared import Comparison, Plan, Topic
from atlas_sync.coverage.comparison import compare, compare_statements
from atlas_sync.coverage.contradictions import uncovered
from atlas_sync.coverage.figures import figures_of
from atlas_sync.coverage.papers import binds, in_force
from atlas_sync.coverage.parts import are_levels, are_parted, are_rows
from atlas_sync.coverage.prices import prices_held, says_as_firmly, sums_for_free
from atlas_sync.coverage.quantity import Quantity, is_as_long
from atlas_sync.coverage.record import EngagementRecord
from atlas_sync.coverage.ruled_out import RuledOut
from atlas_sync.coverage.statements import SHARED, Statements, are_numbered, terms_of, thing_of
from atlas_sync.coverage.terms import languages_left, languages_of
from atlas_sync.coverage.text import shorten, show_day

__all__ = ["Conflict", "clause_that_holds", "conflicts_of"]

_QUOTE = 120
_MOST = 5_000
"""Promises, and clauses of a contract, that are looked at."""
_CLOSEST = 50
"""Statements about the same thing that one promise is held against, so that many of one wording are done in time."""
_ABOUT = 0.6
_SAME_THING = 0.8
_CLAUSE = re.compile(r"[\n\r;]+|(?<=[.!?])(?<!\b(?i:incl|inkl|excl|exkl|zzgl)\.)(?<!\b(?i:max)\.) +")


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
    won_on = _won_on(record)
    papers = in_force(record.contracts, won_on=won_on)
    contracts = [(contract, Statements(_clauses(contract.terms or ""))) for contract in papers]
    said, ruled = Statements([]), RuledOut(record.scope)
    for promise in promises:
        for conflict in (
            *_with_promises(promise, promises, said, record.interaction_by_id),
            *_with_scope(promise, ruled),
            *(
                conflict
                for contract, clauses in contracts
                if binds(contract, promise.evidence.said_at.date(), won_on=won_on)
                for conflict in _with_contract(promise, contract, clauses)
            ),
        ):
            found.setdefault(conflict.promise_id, []).append(conflict)
        said.add(promise.text)
    return found


def clause_that_holds(promise: Promise, record: EngagementRecord) -> str | None:
    """Give the clause of a contract in force that says what was promised: most of its words, all its figures, nothing else."""
    wanted, said_on, won_on = terms_of(promise.text), promise.evidence.said_at.date(), _won_on(record)
    papers = [one for one in in_force(record.contracts, won_on=won_on) if binds(one, said_on, won_on=won_on)]
    for clause in (clause for contract in papers for clause in _clauses(contract.terms or "")):
        shared = len(wanted & terms_of(clause))
        if shared < max(SHARED, _ABOUT * len(wanted)) or uncovered(promise.text, promise.due_date, Plan(clause)):
            continue
        if promise.kind == "price" and not says_as_firmly(promise.text, clause):
            continue
        if all(one.agrees for one in compare(promise.text, promise.due_date, Plan(clause))):
            return clause.strip()
    return None


def _won_on(record: EngagementRecord) -> date | None:
    return record.engagement.won_at.date() if record.engagement.won_at else None


@lru_cache(maxsize=64)
def _clauses(text: str) -> list[str]:
    """Give the clauses of a contract; a number alone is none."""
    return [clause for clause in _CLAUSE.split(text) if any(char.isalpha() for char in clause)][:_MOST]


def _with_promises(
    promise: Promise, promises: Sequence[Promise], earlier: Statements, interactions: Mapping[str, Interaction]
) -> Iterator[Conflict]:
    for place, share in islice(earlier.about(promise.text), _CLOSEST):
        other = promises[place]
        if _stand_apart(promise, other, interactions):
            continue
        against = [*_against(promise, Plan(other.text, other.due_date)), *_values(promise, other)]
        # Two days for two deliveries are no conflict; two days for the very same thing are.
        if share < _SAME_THING or _is_over(promise, other):
            against = [one for one in against if one.topic != "due"]
        # "4 rooms" and "8 rooms" may be two lots: how many there are is no conflict where that is all that is named.
        if len(thing_of(promise.text)) < SHARED:
            against = [one for one in against if one.topic != "figure"]
        if against:
            yield _conflict(promise, other.id, against[0], other.text, audience=other.audience)


def _stand_apart(one: Promise, other: Promise, interactions: Mapping[str, Interaction]) -> bool:
    """Tell if one text says both, of levels or in rows of their own; said in two texts they may be a change."""
    pairs = [
        sorted((ours, theirs), key=lambda evidence: evidence.start)
        for ours in (one.evidence, *one.repeats)
        for theirs in (other.evidence, *other.repeats)
        if ours.interaction_id == theirs.interaction_id
    ]
    if pairs and are_levels(one.text, other.text):
        return True
    bodies = ((pair, interactions.get(pair[0].interaction_id)) for pair in pairs)
    return any(
        are_rows(one.text, other.text, body.body[first.end : second.start]) for (first, second), body in bodies if body
    )


def _is_over(one: Promise, other: Promise) -> bool:
    """Tell if the day of the promise that was said first had passed when the other was: the next report is another one."""
    first, second = sorted((one, other), key=lambda promise: promise.evidence.said_at)
    return first.due_date is not None and first.due_date < second.evidence.said_at.date()


def _with_scope(promise: Promise, ruled: RuledOut) -> Iterator[Conflict]:
    for point in ruled.against(promise):
        said = "ruled out" if point.kind == "out" else "put off"
        sentence = f"promised “{_cut(promise.text)}”, {said} “{_cut(point.text)}”"
        yield Conflict(promise.id, point.id, sentence, _narrower(promise.audience, point.audience))


def _with_contract(promise: Promise, contract: Contract, clauses: Statements) -> Iterator[Conflict]:
    """Hold a promise against each clause of the contract that speaks of the same, and against the contract's last day."""
    if promise.due_date and contract.end_date and promise.due_date > contract.end_date:
        ends = f"the contract ends on {show_day(contract.end_date)}"
        yield Conflict(promise.id, contract.id, f"promised for {show_day(promise.due_date)}, {ends}", "internal")
    near = [(clauses.texts[place], share) for place, share in islice(clauses.about(promise.text), _CLOSEST)]
    against = [
        [*_against(promise, Plan(clause)), *_left_out(promise, clause), *_priced(promise, clause, share)]
        for clause, share in near
    ]
    agreeing = [one for one, denied in zip(near, against, strict=True) if not denied] if any(against) else []
    agreed = _agreed(promise, agreeing)
    for (clause, share), found in zip(near, against, strict=True):
        # What the clause on this very thing says is not denied by the clause on another store.
        if denied := [one for one in found if agreed.get((one.topic, one.said), 0.0) < share]:
            yield _conflict(promise, contract.id, denied[0], clause, audience="internal")


def _agreed(promise: Promise, clauses: Sequence[tuple[str, float]]) -> dict[tuple[Topic, str], float]:
    """Give what clauses say just as promised, with the share of words of the one that is most alike."""
    found: dict[tuple[Topic, str], float] = {}
    for clause, share in clauses:
        said = (*compare(promise.text, promise.due_date, Plan(clause)), *prices_held(promise.text, clause))
        for one in (one for one in said if one.agrees):
            found[one.topic, one.said] = max(share, found.get((one.topic, one.said), 0.0))
    return found


def _against(promise: Promise, other: Plan) -> list[Comparison]:
    """List what another statement says against a promise; of another town or part it may say what it likes.

    Ten scanners for Hamburg and twenty for Bremen are two lots, and so are phase 1 and phase 2.
    """
    found = compare_statements(promise.text, promise.due_date, other)
    if any(one.topic == "name" for one in found) or are_parted(promise.text, other.text):
        return []
    of_numbers = are_numbered(promise.text, other.text)
    return [one for one in found if not (one.limits or one.topic == "negation" or (of_numbers and one.topic == "due"))]


def _left_out(promise: Promise, clause: str) -> Iterator[Comparison]:
    """Tell if a clause holds some of the languages that were promised; a promise may well speak of one of them alone."""
    left = languages_left(promise.text, clause)
    if left and not are_parted(promise.text, clause):
        named = ", ".join(languages_of(clause).values())
        yield Comparison("language", agrees=False, said=", ".join(left), planned=named)


def _priced(promise: Promise, clause: str, share: float) -> list[Comparison]:
    """List where a clause prices otherwise what was promised: an export that "includes VAT" was not promised of a price.

    A later promise may do so, as a seller waives a fee.
    """
    if are_parted(promise.text, clause):
        return []
    opposite = prices_held(promise.text, clause) if promise.kind == "price" else ()
    asked = sums_for_free(promise.text, clause, promise.kind) if share >= _SAME_THING else ()
    return [*(one for one in opposite if not one.agrees), *asked]


def _values(promise: Promise, other: Promise) -> Iterator[Comparison]:
    """Hold two promises of one thing together by the span, or the day in the words, of which each names just one."""
    if thing_of(promise.text) != thing_of(other.text) or are_parted(promise.text, other.text):
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
