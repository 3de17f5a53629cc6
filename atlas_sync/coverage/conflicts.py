"""Where what was agreed does not fit together: promise against promise, against what was ruled out, and against the contract.

Only statements about the same thing are held together; what a work item says is compared where it is traced.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from atlas_sync.canonical.model import Audience, Contract, Promise
from atlas_sync.coverage.comparison import Comparison, Plan, compare
from atlas_sync.coverage.record import EngagementRecord
from atlas_sync.coverage.text import shorten, show_day, terms

__all__ = ["Conflict", "conflicts_of"]

_QUOTE = 120
_MOST = 100
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
    for at, promise in enumerate(promises):
        for conflict in (
            *_with_promises(promise, promises[:at]),
            *_with_scope(promise, record),
            *(conflict for contract in record.contracts for conflict in _with_contract(promise, contract)),
        ):
            found.setdefault(conflict.promise_id, []).append(conflict)
    return found


def _with_promises(promise: Promise, earlier: list[Promise]) -> Iterator[Conflict]:
    for other in earlier:
        share = _share(promise.text, other.text)
        if share < _ABOUT:
            continue
        against = _against(promise, Plan(other.text, other.due_date))
        # Two days for two deliveries are no conflict; two days for the very same thing are.
        if share < _SAME_THING:
            against = [one for one in against if one.topic != "due"]
        if against:
            yield _conflict(promise, other.id, against[0], other.text, audience=other.audience)


def _with_scope(promise: Promise, record: EngagementRecord) -> Iterator[Conflict]:
    for point in record.scope:
        if point.kind not in {"out", "later"} or point.evidence == promise.evidence:
            continue
        ruled = set(terms(point.text)) - _RULING_OUT
        if len(ruled & set(terms(promise.text))) >= max(_SHARED, _RULED_OUT * len(ruled)):
            said = "ruled out" if point.kind == "out" else "put off"
            sentence = f"promised “{_cut(promise.text)}”, {said} “{_cut(point.text)}”"
            yield Conflict(promise.id, point.id, sentence, _narrower(promise.audience, point.audience))


def _with_contract(promise: Promise, contract: Contract) -> Iterator[Conflict]:
    """Hold a promise against each clause of the contract that speaks of the same, and against the contract's last day."""
    if promise.due_date and contract.end_date and promise.due_date > contract.end_date:
        ends = f"the contract ends on {show_day(contract.end_date)}"
        yield Conflict(promise.id, contract.id, f"promised for {show_day(promise.due_date)}, {ends}", "internal")
    for clause in _CLAUSE.split(contract.terms or "")[:_MOST]:
        against = _against(promise, Plan(clause)) if _share(promise.text, clause) >= _ABOUT else []
        if against:
            yield _conflict(promise, contract.id, against[0], clause, audience="internal")


def _against(promise: Promise, plan: Plan) -> list[Comparison]:
    found = compare(promise.text, promise.due_date, plan)
    return [one for one in found if not one.agrees and not one.limits and one.topic != "negation"]


def _share(one: str, other: str) -> float:
    """Give how much of the shorter text the two share, zero below two telling words."""
    left, right = set(terms(one)), set(terms(other))
    both = len(left & right)
    return both / min(len(left), len(right)) if both >= _SHARED else 0.0


def _conflict(promise: Promise, other_id: str, why: Comparison, words: str, *, audience: Audience) -> Conflict:
    sentence = f"promised “{_cut(promise.text)}”, elsewhere “{_cut(words)}”: {why.said} against {why.planned}"
    return Conflict(promise.id, other_id, sentence, _narrower(promise.audience, audience))


def _narrower(one: Audience, other: Audience) -> Audience:
    return "client_ok" if one == other == "client_ok" else "internal"


def _cut(text: str) -> str:
    return shorten(text, _QUOTE)
