"""Sentences that read as a promise of ours and, rather, as what the customer owes: which of the two they count as."""

from __future__ import annotations

from collections.abc import Iterable

from atlas_sync.canonical.model import Evidence, Obligation, Promise
from atlas_sync.store.judgements import Judgement

__all__ = ["rather_owed", "still_owed"]

_RATHER = "rather obligation"
"""What the reader's rule says of such a promise."""


def rather_owed(promises: Iterable[Promise], obligations: Iterable[Obligation]) -> set[str]:
    """Name the promises in doubt that stand as what the customer owes: of 175 in the labelled files, seven are promises."""
    owed = {_place_of(one.evidence) for one in obligations}
    return {one.id for one in promises if one.needs_review and _RATHER in one.rule and owed & _places_of(one)}


def still_owed(
    promises: Iterable[Promise], obligations: Iterable[Obligation], verdicts: Iterable[Judgement]
) -> list[Obligation]:
    """Leave out what a person said is a promise of ours, while that holds."""
    said = {one.subject for one in verdicts if one.kind in {"promise", "edit"} and one.decision == "confirmed"}
    confirmed = [one for one in promises if one.id in said and not one.needs_review and _RATHER in one.rule]
    ours = {place for one in confirmed for place in _places_of(one)}
    return [one for one in obligations if _place_of(one.evidence) not in ours]


def _places_of(promise: Promise) -> set[tuple[str, int]]:
    return {_place_of(said) for said in (promise.evidence, *promise.repeats)}


def _place_of(said: Evidence) -> tuple[str, int]:
    return said.interaction_id, said.start
