"""Review: what a person should look at, what the person says of it, and that it holds whenever texts are read again."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from atlas_sync.canonical.model import Engagement, Promise
from atlas_sync.errors import ConfigError
from atlas_sync.operations.pending import add_pending
from atlas_sync.operations.workspace import Workspace
from atlas_sync.store.ledger import Decision, Ledger, Verdict
from atlas_sync.store.warehouse import Rows, Warehouse

__all__ = ["Doubt", "ask_again", "decide", "list_doubts", "verdicts_of", "with_verdicts"]

_LEAST_DOUBT = 0.05


@dataclass(frozen=True, slots=True)
class Doubt:
    """A promise that waits for a person; `weight` is doubt times the size of the deal, and orders the queue."""

    promise: Promise
    engagement: Engagement
    weight: float


def verdicts_of(workspace: Workspace) -> list[Verdict]:
    """Give all verdicts of an installation."""
    with closing(workspace.open_ledger()) as ledger:
        return ledger.verdicts()


def list_doubts(rows: Rows, ledger: Ledger) -> list[Doubt]:
    """List the promises in review that nobody has judged yet, those where a look pays most first."""
    judged = {(verdict.statement_id, verdict.quote) for verdict in ledger.verdicts()}
    engagements = {row.id: row for row in rows.select(Engagement)}
    found = [
        Doubt(promise, engagements[promise.engagement_id], _weight(promise, engagements[promise.engagement_id]))
        for promise in rows.select(Promise)
        if promise.needs_review
        and promise.engagement_id in engagements
        and (promise.id, promise.evidence.quote) not in judged
    ]
    return sorted(found, key=lambda doubt: (-doubt.weight, doubt.promise.id))


def _weight(promise: Promise, engagement: Engagement) -> float:
    """Multiply how open the question is (most at a confidence of one half) by the digits of what the deal is worth."""
    doubt = max(_LEAST_DOUBT, 1 - abs(2 * promise.confidence - 1))
    return doubt * math.log10(10 + abs(float(engagement.amount or 0)))


def decide(rows: Rows, ledger: Ledger, decisions: Mapping[str, Decision], *, at: datetime) -> list[Verdict]:
    """Keep what a person says of promises, by their ids; the record shows it after the next sync.

    Raises:
        ConfigError: an id is not that of a promise; nothing was kept.
    """
    promises = {row.id: row for row in rows.select(Promise, id=list(decisions))}
    if unknown := sorted(set(decisions) - set(promises)):
        message = f"there is no promise {', '.join(unknown)}."
        raise ConfigError(message, advice="`atlas-sync review` lists them with their ids; nothing was kept.")
    kept = [
        Verdict(name, promises[name].engagement_id, promises[name].evidence.quote, decision, at)
        for name, decision in decisions.items()
    ]
    for verdict in kept:
        ledger.keep_verdict(verdict)
    return kept


def with_verdicts(promises: Iterable[Promise], verdicts: Sequence[Verdict]) -> list[Promise]:
    """Leave out what was rejected, and take out of review what was confirmed, where the quote is still the one judged."""
    said = {(verdict.statement_id, verdict.quote): verdict.decision for verdict in verdicts}
    kept: list[Promise] = []
    for promise in promises:
        decision = said.get((promise.id, promise.evidence.quote))
        if decision == "confirmed":
            kept.append(promise.model_copy(update={"needs_review": False}))
        elif decision is None:
            kept.append(promise)
    return kept


def ask_again(warehouse: Warehouse, verdicts: Sequence[Verdict]) -> None:
    """Ask to read anew the engagements whose promises do not show a verdict yet."""
    said = {(verdict.statement_id, verdict.quote): verdict.decision for verdict in verdicts}
    stale = {
        promise.engagement_id
        for promise in warehouse.select(Promise, id=sorted({name for name, _quote in said}))
        if (decision := said.get((promise.id, promise.evidence.quote))) == "rejected"
        or (decision == "confirmed" and promise.needs_review)
    }
    add_pending(warehouse, "read", stale)
